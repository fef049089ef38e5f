"""Evidence pages: filing, versions, downloads, withdrawing; and for whom there is nothing."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import insert, select

from qms.actions import operations as actions
from qms.core.db import AccessClass, db
from qms.core.uids import new_uid
from qms.evidence import operations
from qms.evidence.models import Evidence
from qms.evidence.showing import LARGEST_PICTURE
from qms.findings import operations as findings
from qms.people import operations as people
from qms.people.roles import Role
from qms.standards.queries import ClauseRow
from tests.cast import SYSTEM, Cast
from tests.counting import queries_of
from tests.documents.makers import PDF
from tests.factories import make_action, make_evidence, make_file, make_finding
from tests.office.reports import picture

Find = Callable[[str, str], ClauseRow]


def upload(name: str = "notulen.txt", content: bytes = b"Rapat dibuka.\n") -> Any:
    return (BytesIO(content), name)


def only() -> Evidence:
    db.session.expire_all()
    return db.session.scalars(select(Evidence)).one()


def test_evidence_is_filed_with_its_file_and_clause(
    browse: Any, cast: Cast, catalogue: Find
) -> None:
    clause = catalogue("iso9001-2015", "7.5.3")
    page = browse(cast.owner).get("/evidence/new")
    page = page.submit(
        name="Notulen rapat",
        unit=str(cast.disnaker.uid),
        clause_ids=[str(clause.id)],
        proves_from="2026-01-01",
        proves_until="31/03/2026",
        files=upload(),
    )
    assert page.has("Notulen rapat") and page.has("notulen.txt") and page.has("7.5.3")
    kept = only()
    assert [link.clause_id for link in kept.clauses] == [clause.id]
    assert kept.proves_until is not None and kept.proves_until.month == 3


def test_what_is_wrong_is_shown_and_what_was_typed_stays(browse: Any, cast: Cast) -> None:
    page = browse(cast.owner).get("/evidence/new")
    page = page.submit(name="Notulen", status=422)
    assert page.has("Add at least one file")
    assert page.form().find("input", {"name": "name"})["value"] == "Notulen"
    page = page.submit(files=upload("jahat.exe", b"MZ\x90\x00" * 40), status=422)
    assert page.has("jahat.exe:")
    page = page.submit(
        proves_from="2026-02-02", proves_until="2026-01-01", files=upload(), status=422
    )
    assert page.has("ends before it begins")
    assert db.session.scalars(select(Evidence)).all() == []


def test_files_of_a_refused_form_are_asked_for_again(browse: Any, cast: Cast) -> None:
    """A browser does not send them a second time by itself: who sees nothing of it would save
    without them."""
    form = browse(cast.owner).get("/evidence/new")
    page = form.submit(name=" ", files=upload("notulen rapat.txt"), status=422)
    words = "Choose notulen rapat.txt again: a browser sends a file only once."
    assert words in page.soup.select_one(".error-summary").get_text()
    field = page.soup.select_one("input[type=file]")
    said = [page.soup.find(id=one).get_text() for one in field["aria-describedby"].split()]
    assert words in " ".join(said)
    assert not form.has("again:")
    refused = form.submit(name="X", files=upload("jahat.exe", b"MZ\x90\x00" * 40), status=422)
    assert refused.has("jahat.exe:") and not refused.has("Choose jahat.exe again")


def test_a_newer_version_stands_above_and_the_older_stays(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/evidence/{evidence.uid}")
    page = page.submit(action="/versions", note="Tanda tangan", files=upload("baru.txt"))
    assert page.has("Version 1") and page.has("Version 2") and page.has("Tanda tangan")
    assert page.submit(action="/versions", note="x", status=422).has("Add at least one file")
    assert [version.number for version in only().versions] == [1, 2]


def test_a_file_is_downloaded_by_those_who_see_the_evidence(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast, files=[make_file("bukti.txt", b"Isi\n")])
    secret = make_evidence(cast, "Rahasia", access=AccessClass.RESTRICTED)
    db.session.commit()
    response = browse(cast.guest).request("GET", f"/evidence/{evidence.uid}/files/1/1")
    assert response.data == b"Isi\n"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    browse(cast.head).get(f"/evidence/{secret.uid}/files/1/1")
    for person, piece in (
        (cast.guest, secret),
        (cast.owner, secret),
        (cast.other_officer, evidence),
        (cast.outsider, evidence),
    ):
        for path in ("", "/files/1/1"):
            browse(person).get(f"/evidence/{piece.uid}{path}", status=404)
    browse(cast.guest).get(f"/evidence/{evidence.uid}/files/2/1", status=404)


def test_photos_are_shown_small_and_nothing_else_is(browse: Any, cast: Cast) -> None:
    """By what the content is, not by what the name says."""
    sent = [
        make_file("loket 2.png", picture()),
        make_file("notulen.txt", b"Rapat.\n"),
        make_file("surat.pdf", PDF),
    ]
    evidence = make_evidence(cast, "Kunjungan loket", files=sent)
    finding = make_finding(cast)
    findings.add_evidence(finding, evidence=[evidence], by=cast.auditor)
    action = make_action(cast)
    actions.finish_action(action, note=None, evidence=[evidence], by=cast.owner)
    findings.write_response(finding, correction="Diatur.", cause="Lupa.", by=cast.officer)
    findings.add_existing_action(finding, action, by=cast.officer)
    db.session.commit()
    browser = browse(cast.guest)
    shown = f"/evidence/{evidence.uid}/files/1/1?show=1"
    for path, times in (
        (f"/evidence/{evidence.uid}", 1),
        (f"/actions/{action.uid}", 1),
        (f"/findings/{finding.uid}", 2),
    ):
        images = browser.get(path).soup.select("main img")
        assert [image["src"] for image in images] == [shown] * times, path
        for image in images:
            assert image["alt"] == "loket 2.png" and image["loading"] == "lazy"
            assert image["width"] and image["height"] and image.parent["href"] == shown
    for number, kind in ((1, "inline"), (2, "attachment")):
        with browser.request("GET", f"/evidence/{evidence.uid}/files/1/{number}?show=1") as sent:
            assert sent.headers["Content-Disposition"].startswith(kind)
            assert sent.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in sent.headers["Content-Security-Policy"]


def test_of_many_photos_some_are_shown_and_large_ones_by_name(browse: Any, cast: Cast) -> None:
    many = [make_file(f"foto-{n}.png", picture()) for n in range(8)]
    large = make_file("besar.png", padded(picture(), LARGEST_PICTURE))
    evidence = make_evidence(cast, "Banyak foto", files=[*many, large])
    action = make_action(cast)
    actions.finish_action(action, note=None, evidence=[evidence], by=cast.owner)
    db.session.commit()
    page = browse(cast.officer).get(f"/actions/{action.uid}")
    assert len(page.soup.select("main img")) == 6
    assert page.has("2 more pictures") and page.has("besar.png")
    assert len(browse(cast.officer).get(f"/evidence/{evidence.uid}").soup.select("main img")) == 8


def padded(image: bytes, size: int) -> bytes:
    """A PNG that holds so many bytes of text, too: after its head, which takes 33 bytes."""
    text = b"tEXt" + b"Comment\0" + b"x" * size
    chunk = struct.pack(">L", len(text) - 4) + text + struct.pack(">L", zlib.crc32(text))
    return image[:33] + chunk + image[33:]


def test_the_register_shows_what_one_may_see(browse: Any, cast: Cast) -> None:
    make_evidence(cast, "Foto ruang tunggu")
    make_evidence(cast, "Rahasia besar", access=AccessClass.RESTRICTED)
    gone = make_evidence(cast, "Salah unggah")
    operations.withdraw_evidence(gone, reason="Salah", by=cast.officer)
    db.session.commit()
    page = browse(cast.owner).get("/evidence")
    assert page.has("Foto ruang tunggu") and not page.has("Rahasia besar")
    assert browse(cast.head).get("/evidence").has("Rahasia besar")
    assert not browse(cast.other_head).get("/evidence").has("Foto")
    page = browse(cast.owner).get("/evidence?standing=withdrawn")
    assert page.has("Salah unggah") and not page.has("Foto ruang tunggu")
    page = browse(cast.owner).get("/evidence?q=ruang")
    assert page.has("Foto ruang tunggu") and not page.has("Salah unggah")
    assert browse(cast.owner).get("/evidence?q=tidakada").has("Nothing matches")


def test_nobody_restricts_where_they_need_not_know(browse: Any, cast: Cast) -> None:
    """The choice is there for the units in which they do; what was typed stays."""
    people.grant_role(cast.officer, Role.OWNER, cast.dinkes, by=SYSTEM, from_on=cast.district.today)
    db.session.commit()
    page = (
        browse(cast.officer)
        .get("/evidence/new")
        .submit(
            name="Notulen tertutup",
            unit=str(cast.dinkes.uid),
            access="restricted",
            files=upload(),
            status=422,
        )
    )
    assert page.has("You cannot restrict records of this unit")
    assert page.form().find("input", {"name": "name"})["value"] == "Notulen tertutup"
    assert db.session.scalars(select(Evidence)).all() == []


def test_what_somebody_did_to_it_meanwhile_is_looked_at_first(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast)
    db.session.commit()
    stale = browse(cast.officer).get(f"/evidence/{evidence.uid}")
    operations.add_version(
        only(), [make_file("baru.txt", b"Baru\n")], note="Dari kepala", by=cast.head
    )
    db.session.commit()
    page = stale.submit(action="/versions", note="Punyaku", files=upload("punyaku.txt"), status=409)
    assert page.soup.find("input", {"value": "Punyaku"}) is not None
    assert page.has("Choose punyaku.txt again")
    stale.submit(action="/withdraw", reason="Usang", status=409)
    kept = only()
    assert len(kept.versions) == 2 and kept.withdrawn_on is None


def test_evidence_is_withdrawn_with_a_reason(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/evidence/{evidence.uid}")
    assert page.submit(action="/withdraw", reason="", status=422)
    page = page.submit(action="/withdraw", reason="Salah unggah")
    assert page.has("Salah unggah") and page.has("Withdrawn")
    browser = browse(cast.officer)
    browser.post(f"/evidence/{evidence.uid}/moves/withdraw", {"reason": "x"}, status=409)
    browser.post(f"/evidence/{evidence.uid}/moves/vanish", status=404)
    browser.post(f"/evidence/{evidence.uid}/versions", {"files": upload()}, status=409)


def test_a_stale_edit_loses_nothing(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/evidence/{evidence.uid}/edit")
    browse(cast.head).get(f"/evidence/{evidence.uid}/edit").submit(name="Nama kepala")
    page = page.submit(name="Nama petugas", status=409)
    assert page.has("Nama kepala")
    page.submit()
    assert only().name == "Nama petugas"


@pytest.mark.parametrize("name", ["guest", "administrator"])
def test_who_may_not_file_is_refused(browse: Any, cast: Cast, name: str) -> None:
    evidence = make_evidence(cast)
    db.session.commit()
    browser = browse(getattr(cast, name))
    assert not browser.get("/evidence").has("File evidence")
    browser.get("/evidence/new", status=403)
    browser.get(f"/evidence/{evidence.uid}/edit", status=403)
    browser.post(f"/evidence/{evidence.uid}/versions", {"files": upload()}, status=403)
    browser.post(f"/evidence/{evidence.uid}/moves/withdraw", {"reason": "x"}, status=403)
    browser.get(f"/evidence/{evidence.uid}/versions", status=405)


@pytest.mark.parametrize(("path", "most"), [("/evidence", 8), ("/evidence/{uid}", 10)])
def test_pages_cost_the_same_queries_however_long(
    browse: Any, cast: Cast, path: str, most: int
) -> None:
    evidence = make_evidence(cast)
    db.session.commit()
    browser = browse(cast.officer)
    few = queries_of(browser, path.format(uid=evidence.uid))
    for n in range(30):
        make_evidence(cast, f"Bukti {n}")
        operations.add_version(
            evidence, [make_file(content=f"isi {n}".encode())], note=None, by=cast.officer
        )
    db.session.commit()
    assert queries_of(browser, path.format(uid=evidence.uid)) == few <= most


def test_old_evidence_and_that_of_units_below_can_be_pointed_at(browse: Any, cast: Cast) -> None:
    """However much was filed since."""
    first = make_evidence(cast, "Yang paling lama")
    below = make_evidence(cast, "Milik balai", unit=cast.blk)
    table = Evidence.__table__
    row = dict(db.session.execute(select(table).where(table.c.id == first.id)).mappings().one())
    del row["id"]
    later = [{**row, "uid": new_uid(), "name": f"Foto {n}"} for n in range(120)]
    db.session.execute(insert(table), later)
    action = make_action(cast)
    db.session.commit()
    page = browse(cast.owner).get(f"/actions/{action.uid}/finish")
    for piece in (first, below):
        assert page.soup.select_one(f'input[name=evidence][value="{piece.uid}"]'), piece.name
    page.submit(evidence=[str(first.uid)])
    db.session.expire_all()
    assert [link.evidence.name for link in action.evidence] == ["Yang paling lama"]
