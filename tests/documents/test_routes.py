"""Pages of documents: each works, and for whom there is nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, Refused
from qms.documents import operations
from qms.documents.models import (
    Document,
    DocumentType,
    FileRole,
    Phase,
    RevisionState,
    SignatureRole,
)
from qms.documents.operations import Content, Signatories
from qms.evidence.operations import restrict_evidence, withdraw_evidence
from qms.people import operations as people
from qms.people.roles import Role
from qms.standards.queries import ClauseRow
from tests.cast import SINCE, Cast
from tests.counting import queries_of
from tests.documents.makers import (
    PDF,
    again,
    make_draft,
    make_in_force,
    make_in_review,
    next_in_review,
    received,
    word_file,
)
from tests.factories import make_evidence

Find = Callable[[str, str], ClauseRow]


def only() -> Document:
    db.session.expire_all()
    return db.session.scalars(select(Document)).one()


def test_a_document_goes_from_draft_to_force_on_its_pages(
    browse: Any, cast: Cast, catalogue: Find
) -> None:
    clause = catalogue("iso9001-2015", "8.1")
    page = browse(cast.owner).get("/documents/new")
    page = page.submit(
        title="Pelayanan kartu AK I",
        type="SOP",
        clause_ids=[str(clause.id)],
        source=(BytesIO(word_file()), "sop ak1.docx"),
        signed=(BytesIO(PDF), "sop ak1.pdf"),
        checked_by=str(cast.officer.uid),
        approved_by=str(cast.head.uid),
    )
    assert page.has("SOP-DISNAKER-001") and page.has("ISO 9001:2015 8.1")
    document = only()
    assert document.last.change_note == "First issue"
    assert {file.role for file in document.last.files} == set(FileRole)
    page.submit(action="/moves/submit")
    page = browse(cast.officer).get(f"/documents/{document.uid}")
    page.submit(action="/moves/check")
    head = browse(cast.head)
    page = head.get(f"/documents/{document.uid}")
    day = cast.district.today + timedelta(days=3)
    page = page.submit(action="/moves/approve", effective_from="1999-12-31", status=422)
    assert page.has("nothing comes into force in the past")
    page = page.submit(action="/moves/approve", effective_from=day.isoformat())
    assert page.has("Approved, not yet in force")
    approved = only().last
    assert approved.state is RevisionState.APPROVED and approved.effective_from == day
    assert approved.approved_on == cast.district.today


def test_the_form_names_what_is_wrong_and_keeps_what_was_typed(browse: Any, cast: Cast) -> None:
    make_draft(cast, number="SOP/1")
    db.session.commit()
    page = browse(cast.owner).get("/documents/new")
    page = page.submit(body="Isi yang diketik", status=422)
    assert page.has("Give the document a title")
    assert page.form("/documents/new?unit=" + str(cast.disnaker.uid)).find(
        "textarea", {"name": "body"}
    ).get_text().strip() == ("Isi yang diketik")
    page = page.submit(title="Lain", number="sop/1", status=422)
    assert page.has("The number sop/1 is taken")
    page = page.submit(number="", link="javascript:alert(1)", status=422)
    assert page.has("begins with https://")
    page = page.submit(link="", source=(BytesIO(b"MZ\x90\x00" * 40), "jahat.docx"), status=422)
    assert page.has("Editable source:")
    page = page.submit(approved_by=str(cast.officer.uid), checked_by="")
    assert page.has("Lain") and db.session.query(Document).count() == 2


def test_a_keeper_edits_facts_and_the_number_until_approval(browse: Any, cast: Cast) -> None:
    document = make_draft(cast)
    db.session.commit()
    path = f"/documents/{document.uid}/edit"
    browser = browse(cast.officer)
    browser.get(path).submit(title="Judul baru", number="SOP.99", review_on="2027-01-31")
    document = only()
    assert (document.title, document.number_key) == ("Judul baru", "sop.99")
    operations.submit_revision(document.last, by=cast.owner)
    operations.check_revision(document.last, by=cast.officer)
    operations.approve_revision(document.last, by=cast.head)
    db.session.commit()
    page = browser.get(path)
    assert page.soup.find("input", {"name": "number"}) is None
    page.submit(owner=f"person:{cast.owner.uid}", classification="public")
    document = only()
    assert document.owner_person_id == cast.owner.id and document.number == "SOP.99"


def test_a_review_that_is_due_is_told_and_noted(browse: Any, cast: Cast) -> None:
    """On the document's own page, to who keeps the unit's documents and to its owner."""
    today = cast.district.today
    due, later = (today + timedelta(days=days) for days in (-3, 365))
    document = make_in_force(cast, owner=cast.staff, review_on=due)
    db.session.commit()
    path = f"/documents/{document.uid}"
    assert not browse(cast.owner).get(path).has("due for review")
    browse(cast.owner).get(f"{path}/review", status=403)
    assert browse(cast.staff).get(path).has("It has been due for review since")
    page = browse(cast.officer).get(path)
    link = page.soup.find("a", string="Reviewed: still right")["href"]
    form = browse(cast.officer).get(link)
    assert form.submit(status=422).has("Say when it is looked at next.")
    assert form.submit(review_on=today.isoformat(), status=422).has("the next review lies ahead")
    page = form.submit(review_on=later.isoformat(), note="Perda tidak berubah")
    assert page.has("reviewed the document: it is still right") and page.has("Perda tidak berubah")
    assert not page.has("due for review since")
    assert only().review_on == later and len(only().revisions) == 1
    browse(cast.staff).get(f"{path}/review").submit(
        review_on=(later + timedelta(days=1)).isoformat()
    )
    form.submit(review_on=later.isoformat(), status=409)


def test_a_stale_save_shows_both_versions(browse: Any, cast: Cast) -> None:
    document = make_draft(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/documents/{document.uid}/edit")
    browse(cast.consultant).get(f"/documents/{document.uid}/edit").submit(title="Judul kedua")
    page = page.submit(title="Judul pertama", status=409)
    assert page.has("Judul kedua") and page.soup.find("input", {"value": "Judul pertama"})
    draft = browse(cast.owner).get(f"/documents/{document.uid}/draft")
    browse(cast.officer).get(f"/documents/{document.uid}/draft").submit(change_note="Satu")
    page = draft.submit(change_note="Dua", status=409)
    kept = page.soup.find("textarea", {"name": "change_note"})
    assert page.has("Satu") and kept is not None and kept.get_text().strip() == "Dua"


def test_a_stale_save_keeps_clauses_and_asks_for_files_again(
    browse: Any, cast: Cast, catalogue: Find
) -> None:
    mine, theirs = (catalogue("iso9001-2015", number).id for number in ("7.5", "8.5"))
    document = make_draft(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/documents/{document.uid}/edit")
    other = browse(cast.consultant).get(f"/documents/{document.uid}/edit")
    other.submit(clause_ids=[str(theirs)])
    page = page.submit(clause_ids=[str(mine)], status=409)
    options = page.soup.select("select[name=clause_ids][multiple] option")
    assert {str(one["value"]): one.has_attr("selected") for one in options} == {
        str(mine): True,
        str(theirs): False,
    }
    assert page.has("8.5 Production") or page.has("8.5")
    page.submit(clause_ids=[str(mine), str(theirs)])
    assert set(only().clause_ids) == {mine, theirs}
    draft = browse(cast.owner).get(f"/documents/{document.uid}/draft")
    browse(cast.officer).get(f"/documents/{document.uid}/draft").submit(change_note="Satu")
    page = draft.submit(source=(BytesIO(word_file()), "sop.docx"), status=409)
    assert page.has("Choose sop.docx again")
    page.submit(source=(BytesIO(word_file()), "sop.docx"))
    assert only().last.file(FileRole.SOURCE) is not None


def test_what_was_typed_stays_when_the_draft_was_submitted_meanwhile(
    browse: Any, cast: Cast
) -> None:
    document = make_draft(cast)
    db.session.commit()
    path = f"/documents/{document.uid}/draft"
    page = browse(cast.owner).get(path)
    operations.submit_revision(only().last, by=cast.owner)
    db.session.commit()
    page = page.submit(body="Paragraf yang panjang", status=409)
    assert page.has("Take it back or begin a new revision") and page.has("Nothing is saved")
    assert page.has("Paragraf yang panjang")
    assert only().last.body != "Paragraf yang panjang"
    browse(cast.owner).get(path, status=409)


def test_a_draft_is_written_and_its_files_replaced_and_taken_away(browse: Any, cast: Cast) -> None:
    document = make_draft(cast, content=Content(source=received("lama.docx", word_file("lama"))))
    db.session.commit()
    browser = browse(cast.owner)
    page = browser.get(f"/documents/{document.uid}/draft")
    assert page.has("Present file: lama.docx")
    page = page.submit(
        source=(BytesIO(word_file("baru")), "baru.docx"), signed=(BytesIO(PDF), "scan.pdf")
    )
    assert page.has("baru.docx") and page.has("scan.pdf") and not page.has("lama.docx")
    browser.get(f"/documents/{document.uid}/draft").submit(remove_signed="y", link="https://a.id/b")
    revision = only().last
    assert [file.name for file in revision.files] == ["baru.docx"]
    assert revision.link == "https://a.id/b"


def test_a_new_revision_is_begun_and_sent_back_with_a_reason(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    page = browse(cast.owner).get(f"/documents/{document.uid}/revise")
    page = page.submit(status=422, change_note="")
    assert page.has("Write what is to change")
    page = page.submit(change_note="Loket ditambah")
    assert page.url.endswith("/draft")
    page = page.submit()
    page.submit(action="/moves/submit")
    page = browse(cast.officer).get(f"/documents/{document.uid}")
    page = page.submit(action="/moves/send_back", reason="", status=422)
    page = browse(cast.officer).get(f"/documents/{document.uid}")
    page.submit(action="/moves/send_back", reason="Lampiran kurang")
    page = browse(cast.owner).get(f"/documents/{document.uid}")
    assert page.has("sent revision 01 back") and page.has("Lampiran kurang")
    assert only().last.state is RevisionState.DRAFT


def test_a_signed_scan_comes_after_approval_and_only_once(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    page = browse(cast.owner).get(f"/documents/{document.uid}")
    page = page.submit(action="/scan", status=422)
    page = page.submit(action="/scan", signed=(BytesIO(PDF), "tanda tangan.pdf"))
    assert page.has("tanda tangan.pdf")
    again_ = browse(cast.owner).post(
        f"/documents/{document.uid}/revisions/0/scan",
        {"signed": (BytesIO(PDF), "lain.pdf")},
        status=409,
    )
    assert again_.has("has its signed scan already")


def test_evidence_is_filed_with_the_document(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    page = browse(cast.owner).get(f"/documents/{document.uid}").follow("Add evidence")
    page = page.submit(name="Daftar hadir", status=422)
    assert page.has("Add a file, or choose evidence that is filed already.")
    page = page.submit(name="", files=(BytesIO(b"Hadir: 12\n"), "hadir.txt"), status=422)
    assert page.has("Give the evidence a name.")
    page = page.submit(name="Daftar hadir", files=(BytesIO(b"Hadir: 12\n"), "hadir.txt"))
    assert page.has("Daftar hadir") and page.has("added the evidence")
    assert len(only().evidence) == 1


def test_evidence_that_is_filed_already_belongs_to_a_document_too(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    mine = make_evidence(cast, "Daftar distribusi")
    below = make_evidence(cast, "Foto pelatihan", unit=cast.blk)
    hidden = make_evidence(cast, "Aduan", access=AccessClass.RESTRICTED)
    foreign = make_evidence(cast, "Foto dinkes", unit=cast.dinkes, by=cast.other_officer)
    gone = make_evidence(cast, "Foto salah")
    withdraw_evidence(gone, reason="Salah unggah", by=cast.officer)
    db.session.commit()
    url, browser = f"/documents/{document.uid}/evidence", browse(cast.owner)
    page = browser.get(url)
    offered = {str(one["value"]) for one in page.soup.select("input[name=evidence]")}
    assert offered == {str(mine.uid), str(below.uid)}
    page = page.submit(evidence=[str(mine.uid), str(below.uid)])
    assert page.has("Daftar distribusi") and page.has("added the evidence “Foto pelatihan”")
    assert {link.evidence.name for link in only().evidence} == {
        "Daftar distribusi",
        "Foto pelatihan",
    }
    assert not browser.get(url).soup.select("input[name=evidence]"), "what belongs to it is offered"
    for piece in (hidden, foreign, gone):
        browser.post(url, {"evidence": str(piece.uid)}, status=422)
    with pytest.raises(Invalid):
        operations.attach_filed(only(), [gone], by=cast.owner)
    with pytest.raises(Refused):
        operations.attach_filed(only(), [mine], by=cast.guest)
    db.session.rollback()
    assert len(only().evidence) == 2


def test_withdrawing_marks_it_everywhere(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    page = browse(cast.head).get(f"/documents/{document.uid}")
    page = page.submit(action="/moves/withdraw_document", reason="Digabung ke SOP lain")
    assert page.has("It must not be used any more") and page.has("Digabung ke SOP lain")
    guest = browse(cast.guest)
    assert not guest.get("/documents/").has(document.number)
    assert guest.get("/documents/?standing=obsolete").has(document.number)
    page = guest.get(f"/documents/{document.uid}/revisions/0")
    assert page.has("OBSOLETE") and page.has("Do not work by it")


def test_superseded_revisions_stay_readable_and_are_marked(browse: Any, cast: Cast) -> None:
    document = make_in_force(
        cast, content=Content(source=received("awal.docx", word_file("Teks yang lama")))
    )
    operations.approve_revision(next_in_review(cast, document), by=cast.head)
    db.session.commit()
    guest = browse(cast.guest)
    page = guest.get(f"/documents/{document.uid}")
    assert page.has("Waktu layanan diubah") and page.has("Superseded")
    page = guest.get(f"/documents/{document.uid}/revisions/0")
    assert page.has("OBSOLETE") and page.has("Teks yang lama")
    page = guest.get(f"/documents/{document.uid}/revisions/1")
    assert not page.has("OBSOLETE")
    with guest.request("GET", f"/documents/{document.uid}/revisions/0/files/source") as response:
        assert response.status_code == 200 and response.data[:2] == b"PK"
        assert "awal.docx" in response.headers["Content-Disposition"]
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_text_written_here_is_shown_harmlessly(browse: Any, cast: Cast) -> None:
    text = "# Tujuan\n\n<script>alert(1)</script> **tebal** [x](javascript:alert(1))"
    document = make_in_force(cast, content=Content(body=text))
    db.session.commit()
    page = browse(cast.guest).get(f"/documents/{document.uid}")
    prose = page.soup.select_one(".prose")
    assert prose is not None and prose.find("strong") and prose.find("script") is None
    assert all(not a.get("href", "").startswith("javascript") for a in prose.find_all("a"))


DRAFT_PAGES = ("", "/revisions/0", "/revisions/0/files/source")


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_drafts_are_for_the_unit_and_its_signatories(browse: Any, cast: Cast, state: str) -> None:
    make = make_draft if state == "draft" else make_in_review
    document = make(
        cast,
        content=Content(source=received("a.docx", word_file())),
        signatories=Signatories(checked=cast.auditor, approved=cast.head),
    )
    db.session.commit()
    reading = {"officer", "head", "owner", "staff", "consultant", "anti_bribery", "coordinator"}
    for name in Cast.ROLES:
        browser = browse(getattr(cast, name))
        wanted = 200 if name in reading | {"auditor"} else 404
        for path in DRAFT_PAGES:
            with browser.request("GET", f"/documents/{document.uid}{path}") as response:
                assert response.status_code == wanted, (name, path)


def test_restricted_documents_are_for_those_who_need_to_know(browse: Any, cast: Cast) -> None:
    document = make_in_force(
        cast,
        by=cast.anti_bribery,
        access=AccessClass.RESTRICTED,
        content=Content(source=received("a.docx", word_file())),
    )
    db.session.commit()
    reading = {"officer", "head", "anti_bribery", "lead_auditor", "coordinator"}
    for name in Cast.ROLES:
        browser = browse(getattr(cast, name))
        for path in DRAFT_PAGES:
            with browser.request("GET", f"/documents/{document.uid}{path}") as response:
                assert response.status_code == (200 if name in reading else 404), (name, path)
        assert browser.get("/documents/?q=AK").has(document.title) is (name in reading)
        assert browser.get("/documents/master-list").has(document.title) is (name in reading)


@pytest.mark.parametrize("name", ["outsider", "other_officer", "bystander"])
def test_outsiders_find_nothing(browse: Any, cast: Cast, name: str) -> None:
    document = make_in_force(cast, content=Content(source=received("a.docx", word_file())))
    operations.new_revision(document, change_note="Draf", by=cast.owner)
    db.session.commit()
    browser = browse(getattr(cast, name))
    for path in (*DRAFT_PAGES, "/edit", "/revise", "/draft"):
        browser.get(f"/documents/{document.uid}{path}", status=404)
    assert not browser.get("/documents/").has(document.title)
    for post in ("moves/submit", "moves/withdraw_document", "revisions/0/scan", "evidence"):
        browser.post(f"/documents/{document.uid}/{post}", {"reason": "x"}, status=404)


def test_readers_may_not_write(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    for name in ("guest", "auditor", "secretariat"):
        browser = browse(getattr(cast, name))
        for path in ("/edit", "/revise", "/draft"):
            browser.get(f"/documents/{document.uid}{path}", status=403)
        browser.get("/documents/new", status=403)
        for path, data in (
            ("moves/withdraw_document", {"reason": "x"}),
            ("evidence", {"name": "x", "files": (BytesIO(b"x\n"), "x.txt")}),
            ("revisions/0/scan", {"signed": (BytesIO(PDF), "x.pdf")}),
        ):
            browser.post(f"/documents/{document.uid}/{path}", data, status=403)
        page = browser.get(f"/documents/{document.uid}")
        assert not page.has("New revision") and not page.has("Withdraw the document")


def test_what_is_out_of_turn_is_said(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    url = f"/documents/{document.uid}"
    browse(cast.officer).post(f"{url}/moves/submit", status=409)
    browse(cast.head).post(f"{url}/moves/approve", {"effective_from": "2099-01-01"}, status=409)
    browse(cast.officer).get(f"{url}/draft", status=409)
    browse(cast.officer).post(f"{url}/moves/fly", status=404)
    assert again(document).phase(cast.district.today) is Phase.EFFECTIVE


@pytest.mark.parametrize("path", ["moves/submit", "revisions/0/scan"])
def test_posts_are_no_pages(browse: Any, cast: Cast, path: str) -> None:
    document = make_draft(cast)
    db.session.commit()
    browse(cast.officer).get(f"/documents/{document.uid}/{path}", status=405)


def test_the_master_list_filters_searches_and_pages(
    browse: Any, cast: Cast, catalogue: Find
) -> None:
    clause = catalogue("iso9001-2015", "7.5.3")
    make_in_force(cast, "Pengendalian dokumen", clause_ids=[clause.id])
    make_in_force(cast, "Kebijakan mutu", type=DocumentType.POLICY)
    make_draft(cast, "Rancangan instruksi")
    for n in range(55):
        make_in_force(cast, f"Prosedur {n}")
    db.session.commit()
    browser = browse(cast.officer)
    page = browser.get("/documents/")
    assert page.has("50 rows on this page") and page.has("Kebijakan mutu")
    assert not page.has("Rancangan instruksi")
    following = page.soup.find("a", {"rel": "next"})
    assert following is not None
    assert browser.get(following["href"]).has("7 rows on this page")
    for query, hit, miss in (
        ("standing=being_written", "Rancangan instruksi", "Kebijakan mutu"),
        ("type=KB", "Kebijakan mutu", "Pengendalian"),
        ("q=kebijak", "Kebijakan mutu", "Pengendalian"),
        ("q=kb-disnaker", "Kebijakan mutu", "Pengendalian"),
        ("clause=iso9001-2015:7.5", "Pengendalian dokumen", "Kebijakan mutu"),
        ("classification=public", "No document matches", "Kebijakan mutu"),
    ):
        page = browser.get(f"/documents/?{query}")
        rows = " ".join(row.get_text(" ") for row in page.soup.select("tbody tr, .empty"))
        assert hit in rows and miss not in rows, query
    page = browser.get("/documents/master-list?type=KB")
    assert page.has("Kebijakan mutu") and page.has("Head") and page.has("KB-DISNAKER-001")


def test_pages_cost_the_same_queries_however_long(browse: Any, cast: Cast, catalogue: Find) -> None:
    clauses = [catalogue("iso9001-2015", number).id for number in ("7.5.3", "8.1", "4.4")]
    document = make_in_force(cast, clause_ids=clauses)
    operations.attach_evidence(
        document, "Daftar hadir", files=[received("a.txt", b"a\n")], by=cast.officer
    )
    for n in range(2):
        make_in_force(cast, f"Awal {n}", clause_ids=clauses)
    db.session.commit()
    browsers = [browse(cast.officer), browse(cast.coordinator), browse(cast.guest)]
    paths = ("/documents/", f"/documents/{document.uid}", "/documents/master-list")
    few = [queries_of(browser, path) for browser in browsers for path in paths]
    for n in range(30):
        make_in_force(cast, f"Prosedur {n}", clause_ids=clauses)
        if n < 6:
            operations.approve_revision(next_in_review(cast, document), by=cast.head)
    next_in_review(cast, document)
    db.session.commit()
    for browser in browsers:
        assert queries_of(browser, "/documents/") <= 8
        assert queries_of(browser, f"/documents/{document.uid}") <= 10
    head = browse(cast.head)
    assert queries_of(head, f"/documents/{document.uid}") <= 10
    many = [queries_of(browser, path) for browser in browsers for path in paths]
    for before, after in zip(few, many, strict=True):
        # One that is written asks for its signatures, its editors and who stands in for whom.
        assert abs(after - before) <= 3, (few, many)


def test_the_signature_block_reads_as_on_paper(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    page = browse(cast.guest).get(f"/documents/{document.uid}/revisions/0")
    block = page.soup.select_one(".signature-block")
    assert block is not None
    words = " ".join(block.get_text(" ").split())
    labels = [str(role.label) for role in SignatureRole]
    assert all(label in words for label in labels)
    assert words.index("Owner") < words.index("Officer") < words.index("Head")


def test_nobody_is_proposed_who_could_not_sign(browse: Any, cast: Cast) -> None:
    """A head and the writer who act for each other count as one."""
    old = make_in_force(cast, "Pelayanan lama")
    db.session.commit()
    page = browse(cast.owner).get("/documents/new")
    assert chosen(page, "approved_by") == "Head"
    day = cast.district.today
    people.delegate(cast.owner, cast.head, from_on=day, reason="Cuti", by=cast.administrator)
    db.session.commit()
    assert chosen(browse(cast.owner).get("/documents/new"), "approved_by") == "Not named yet"
    assert chosen(browse(cast.staff).get("/documents/new"), "approved_by") == "Head"
    revision = operations.new_revision(old, change_note="Waktu layanan", by=cast.owner)
    assert revision.signature(SignatureRole.APPROVED) is None
    checked = revision.signature(SignatureRole.CHECKED)
    assert checked and checked.person is cast.officer


def chosen(page: Any, name: str) -> str:
    """What a list of the form proposes."""
    option = page.soup.select_one(f"select[name={name}] option[selected]")
    return option.get_text(strip=True) if option else ""


# 23:59:59 and 00:00:00 of 15 March 2026 in Jayapura (UTC+9), two hours before Jakarta's.
LATE = datetime(2026, 3, 14, 14, 59, 59, tzinfo=UTC)
NEW_DAY = datetime(2026, 3, 14, 15, 0, 0, tzinfo=UTC)


def test_pages_change_at_the_districts_own_midnight(browse: Any, cast: Cast, travel: Any) -> None:
    """Approved for a later day, the revision replaces the one before when that day begins where
    the district is; and a review is due on its day."""
    cast.district.timezone = "Asia/Jayapura"
    journal.write("change_timezone", cast.district, by=cast.administrator)
    travel(datetime(2026, 3, 1, 3, tzinfo=UTC))
    document = make_in_force(cast, review_on=date(2026, 3, 15))
    next_in_review(cast, document)
    db.session.commit()
    path = f"/documents/{document.uid}"
    travel(NEW_DAY - timedelta(days=2))  # 13 March there, 12 March in UTC
    head = browse(cast.head)
    page = head.get(path)
    assert page.soup.select_one("#effective_from")["value"] == "2026-03-13"
    assert page.submit(action="/moves/approve", effective_from="2026-03-12", status=422).has(
        "Choose today or a later day"
    )
    head.get(path).submit(action="/moves/approve", effective_from="2026-03-15")
    for moment, front, register, tone in (
        (LATE, "Revision 00", "00 In force", "warn"),
        (NEW_DAY, "Revision 01", "01 In force", "bad"),
    ):
        travel(moment)
        guest = browse(cast.guest)
        shown = guest.get(path)
        assert shown.soup.select_one(".card-q h2").get_text(strip=True) == front, moment
        assert guest.get("/documents/").has(register)
        assert guest.get("/documents/master-list").has(f"{front[-2:]} ")
        assert shown.soup.select_one(f".due.{tone}") is not None
        assert guest.get(f"{path}/revisions/1").has("NOT YET IN FORCE") is (moment is LATE)
        assert guest.get(f"{path}/revisions/0").has("OBSOLETE") is (moment is NEW_DAY)


def test_an_old_page_decides_on_no_later_revision(browse: Any, cast: Cast) -> None:
    """Though the two should happen to have the same version."""
    document = make_in_review(cast)
    operations.check_revision(document.last, by=cast.officer)
    db.session.commit()
    page = browse(cast.head).get(f"/documents/{document.uid}")
    operations.approve_revision(again(document).last, by=cast.head)
    db.session.commit()
    revision = next_in_review(cast, again(document))
    form = page.form("/moves/approve")
    form.find("input", {"name": "version"})["value"] = str(revision.version)
    db.session.commit()
    refused = page.submit(action="/moves/approve", status=409)
    assert refused.has("Somebody else") or refused.has("not possible now")
    assert again(document).last.state is RevisionState.IN_REVIEW


def test_an_approval_for_a_later_day_is_shown_and_taken_back(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    revision = next_in_review(cast, document)
    operations.approve_revision(revision, by=cast.head, effective_from=date(2036, 1, 1))
    db.session.commit()
    at = f"/documents/{document.uid}"
    reader = browse(cast.guest).get(at)
    assert reader.has("Revision 01, approved for later") and reader.has("1 January 2036")
    assert not reader.has("Take the approval back")
    page = browse(cast.head).get(at)
    page = page.submit(action="/moves/recall", reason="Tahunnya salah ketik")
    assert page.has("took the approval of revision 01 back") and page.has("Tahunnya salah ketik")
    assert page.has("let revision 00 stay in force") and not page.has("approved for later")


def test_a_source_that_is_gone_is_told_on_the_page(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast, content=Content(source=received("sop.docx", word_file())))
    db.session.commit()
    document.last.files[0].stored.path.unlink()
    page = browse(cast.officer).get(f"/documents/{document.uid}/revisions/0")
    assert page.has("The file is not in the store. Tell the administrator.")


def test_a_number_larger_than_any_leads_to_nothing(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    db.session.commit()
    for number in (2**31, 10**30, "9" * 5000):
        browse(cast.officer).get(f"/documents/{document.uid}/revisions/{number}/files/source", 404)


def test_no_two_revisions_seem_to_be_in_force_on_one_day(
    browse: Any, cast: Cast, travel: Any
) -> None:
    """People read "until" as the last day: the one before ends the day before the next begins."""
    travel(datetime(2026, 3, 1, 3, tzinfo=UTC))
    document = make_in_force(cast)
    next_in_review(cast, document)
    operations.approve_revision(document.last, by=cast.head, effective_from=date(2026, 3, 15))
    db.session.commit()
    page = browse(cast.guest).get(f"/documents/{document.uid}")
    ended = page.soup.select_one("td[data-label=until]:not(:empty)")
    assert ended is not None and ended.get_text() == "14 Mar 2026"
    assert page.has("until 14 March 2026") and not page.has("until 15 March 2026")
    details = " ".join(page.soup.select_one(".timeline").get_text(" ").split())
    assert "14 March 2026" in details and "15 March 2026" in details
    paper = browse(cast.guest).get(f"/documents/{document.uid}/revisions/0")
    assert paper.has("In force until 14 March 2026")


def test_the_history_names_no_evidence_that_was_restricted_since(browse: Any, cast: Cast) -> None:
    document = make_in_force(cast)
    evidence = operations.attach_evidence(
        document, "Rekaman loket 3", files=[received("a.txt", b"a\n")], by=cast.officer
    )
    db.session.commit()
    path = f"/documents/{document.uid}"
    assert browse(cast.owner).get(path).has("added the evidence “Rekaman loket 3”")
    restrict_evidence(evidence, by=cast.officer)
    db.session.commit()
    page = browse(cast.owner).get(path)
    assert page.has("added evidence") and not page.has("Rekaman")
    assert browse(cast.officer).get(path).has("added the evidence “Rekaman loket 3”")


def test_a_document_of_one_unit_becomes_a_draft_in_another(
    browse: Any, cast: Cast, catalogue: Find
) -> None:
    """What a consultant of several units does: number, people and scan are the other unit's own."""
    people.grant_role(
        cast.consultant, Role.CONSULTANT, cast.dinkes, from_on=SINCE, by=cast.administrator
    )
    clause = catalogue("iso9001-2015", "8.1")
    content = Content(body="Langkah.", source=received("sop.docx", word_file()),
                      signed=received("sop.pdf", PDF))  # fmt: skip
    first = make_in_force(cast, content=content, clause_ids=[clause.id])
    db.session.commit()
    page = browse(cast.consultant).get(f"/documents/{first.uid}").follow("Start another from it")
    page = page.browser.get(f"/documents/new?like={first.uid}&unit={cast.dinkes.uid}")
    assert page.has(f"Starts from {first.number}")
    page.submit()
    page.submit()  # an impatient finger
    db.session.expire_all()
    made = db.session.scalars(select(Document).where(Document.id != first.id)).one()
    assert (made.unit_id, made.title, made.type) == (cast.dinkes.id, first.title, first.type)
    assert made.number != first.number and [one.clause_id for one in made.clauses] == [clause.id]
    assert made.last.body == "Langkah." and made.last.state is RevisionState.DRAFT
    assert {file.role: file.name for file in made.last.files} == {FileRole.SOURCE: "sop.docx"}
    browse(cast.other_officer).get(f"/documents/new?like={first.uid}", status=404)


def test_what_is_restricted_stays_so_in_another_unit(browse: Any, cast: Cast) -> None:
    first = make_in_force(cast, access=AccessClass.RESTRICTED, by=cast.anti_bribery)
    people.grant_role(
        cast.head, Role.OWNER, cast.dinkes, from_on=SINCE, by=cast.administrator
    )  # who there need not know
    db.session.commit()
    url = f"/documents/new?like={first.uid}&unit={cast.dinkes.uid}"
    assert browse(cast.head).get(url).submit(status=422).has("stays so in another unit")


def test_who_must_approve_reads_the_written_text_on_the_page(browse: Any, cast: Cast) -> None:
    document = make_in_review(cast)
    db.session.commit()
    assert browse(cast.head).get(f"/documents/{document.uid}").has("Pemohon dilayani")
