"""The journal's page: who reads it, what stays confidential, filters, paging, verification."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from qms.core import jobs
from qms.core.db import AccessClass, DistrictRecord, Model, db
from qms.evidence.operations import edit_evidence
from qms.overview.jobs import JOBS
from qms.overview.queries.entries import OF_AN_AUDIT
from qms.people import operations as people
from qms.people.roles import Role
from qms.people.sessions import begin
from qms.units import operations as units
from qms.units.models import UnitType
from tests.cast import SINCE, Cast
from tests.counting import queries_of
from tests.factories import make_action, make_evidence, make_finding

ALLOWED = ("administrator",)
LATER = date(2199, 1, 1)


def entries(page: Any) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.soup.select("ol.timeline > li")]


def test_only_administrators_of_the_root_read_it(browse: Any, cast: Cast) -> None:
    for name in Cast.ROLES:
        if name in (*ALLOWED, "outsider"):
            continue
        browse(getattr(cast, name)).get("/journal", 403)
    assert browse(cast.administrator).get("/journal").has("Journal")


def test_an_outsider_sees_the_journal_of_their_own_district_only(browse: Any, cast: Cast) -> None:
    make_finding(cast, "Papan tidak ada.")
    db.session.commit()
    page = browse(cast.outsider).get("/journal")
    assert page.has("Kabupaten Lain")
    assert not page.has("raised the finding")


def test_entries_are_sentences_newest_first_with_what_the_record_held(
    browse: Any, cast: Cast
) -> None:
    finding = make_finding(cast, "Papan tidak ada.")
    make_action(cast, "Beli papan")
    db.session.commit()
    page = browse(cast.administrator).get("/journal")
    found = entries(page)
    newest = next(one for one in found if "planned the action" in one)
    oldest = next(one for one in found if "raised the finding" in one)
    assert found.index(newest) < found.index(oldest)
    assert f"Auditor raised the finding: {finding.number}" in oldest
    assert "Papan tidak ada." in oldest
    assert page.soup.find("a", href=f"/findings/{finding.uid}")


def test_restricted_records_are_there_but_say_nothing(browse: Any, cast: Cast) -> None:
    finding = make_finding(
        cast, "Suap di loket.", access=AccessClass.RESTRICTED, by=cast.lead_auditor
    )
    number = finding.number
    db.session.commit()
    page = browse(cast.administrator).get("/journal")
    assert page.has("did something to a restricted record")
    assert not page.has("Suap di loket.") and not page.has(number)
    assert str(finding.uid) not in str(page.soup)


def test_who_needs_to_know_reads_restricted_entries(browse: Any, cast: Cast) -> None:
    """The outsider is administrator and officer at once in their own district."""
    unit = cast.outsider.rights.tree.root
    from qms.evidence.operations import file_evidence
    from tests.factories import make_file

    file_evidence(
        unit.id,
        "Berkas rahasia",
        files=[make_file()],
        access=AccessClass.RESTRICTED,
        by=cast.outsider,
    )
    db.session.commit()
    assert browse(cast.outsider).get("/journal").has("Berkas rahasia")


def test_what_became_restricted_is_confidential_throughout(browse: Any, cast: Cast) -> None:
    evidence = make_evidence(cast, "Foto terbuka")
    db.session.commit()
    administrator = browse(cast.administrator)
    assert administrator.get("/journal").has("Foto terbuka")
    edit_evidence(
        evidence,
        name="Foto tertutup",
        description=None,
        proves_from=None,
        proves_until=None,
        valid_until=None,
        clause_ids=(),
        access=AccessClass.RESTRICTED,
        by=cast.officer,
    )
    db.session.commit()
    page = administrator.get("/journal")
    assert not page.has("Foto terbuka") and not page.has("Foto tertutup")


def test_all_that_belongs_to_a_restricted_audit_is_confidential_with_it() -> None:
    """What is told of a record of an audit that became restricted later."""
    records = {mapper.class_ for mapper in Model.registry.mappers}
    of_audits = {one for one in records if issubclass(one, DistrictRecord)}
    assert {one for one in of_audits if hasattr(one, "audit_id")} == set(OF_AN_AUDIT)


def test_revisions_of_restricted_documents_too(browse: Any, cast: Cast) -> None:
    from tests.documents.makers import make_draft

    make_draft(
        cast, "Uji kelayakan", access=AccessClass.RESTRICTED, by=cast.officer, signatories=None
    )
    db.session.commit()
    page = browse(cast.administrator).get("/journal")
    assert not page.has("Uji kelayakan")
    assert not page.has("Pemohon dilayani")


def test_filters_by_kind_and_by_person(browse: Any, cast: Cast) -> None:
    make_finding(cast, "Papan tidak ada.")
    make_action(cast, "Beli papan")
    db.session.commit()
    administrator = browse(cast.administrator)
    page = administrator.get("/journal?kind=finding")
    assert len(entries(page)) == 1 and page.has("Papan tidak ada.")
    page = administrator.get(f"/journal?person={cast.officer.uid}")
    assert page.has("Only what Officer did.")
    assert all(one.startswith("Officer") for one in entries(page))
    assert any("planned the action" in one for one in entries(page))
    assert administrator.get("/journal?kind=pack").has("Nothing matches.")
    administrator.get(f"/journal?person={cast.outsider.uid}", 404)


def test_it_pages_by_key_and_every_entry_appears_once(browse: Any, cast: Cast) -> None:
    for number in range(70):
        make_finding(cast, f"Temuan {number}.")
    db.session.commit()
    page = browse(cast.administrator).get("/journal?kind=finding")
    seen = entries(page)
    assert len(seen) == 50
    link = page.soup.find("a", rel="next")
    page = page.browser.get(link["href"])
    seen += entries(page)
    assert len(seen) == len(set(seen)) == 70
    back = page.soup.find("a", rel="prev")
    assert entries(page.browser.get(back["href"])) == seen[:50]


def test_a_filter_looks_through_so_many_entries_and_goes_on(
    browse: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qms.overview.queries.entries.LOOKED_AT", 20)
    make_finding(cast, "Yang pertama.")
    for number in range(30):
        make_action(cast, f"Tindakan {number}")
    db.session.commit()
    page = browse(cast.administrator).get("/journal?kind=finding")
    for _step in range(10):
        if page.has("Yang pertama."):
            break
        assert page.has("Entries before these may match")
        page = page.browser.get(page.soup.select_one(".empty a, a[rel=next]")["href"])
    assert page.has("Yang pertama.")


def test_the_installations_chain_is_for_operators_and_tells_no_hash(
    browse: Any, cast: Cast
) -> None:
    browse(cast.administrator).get("/journal?chain=0", 403)
    account = cast.administrator.account
    account.is_operator = True
    from qms.core import journal

    journal.write("make_operator", account, by=cast.administrator)
    db.session.commit()
    begin(cast.officer, address="127.0.0.1", browser="tests")
    db.session.commit()
    page = browse(cast.administrator).get("/journal?chain=0")
    assert page.has("signed in: officer")
    assert page.has("opened an account")
    assert "argon2" not in str(page.soup)


def test_the_number_of_queries_does_not_grow(browse: Any, cast: Cast) -> None:
    make_finding(cast)
    db.session.commit()
    administrator = browse(cast.administrator)
    few = queries_of(administrator, "/journal")
    for number in range(60):
        make_finding(cast, f"Temuan {number}.")
    db.session.commit()
    assert queries_of(administrator, "/journal") <= few
    assert few <= 12


def work_off() -> None:
    job = jobs.claim("tests")
    assert job is not None
    jobs.run(job, JOBS)


def test_it_is_verified_in_the_background(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get("/journal")
    assert page.has("Not verified on this page yet")
    page = page.submit(action=f"/journal/verify?chain={cast.district.id}")
    assert page.has("The journal is being verified")
    url = page.soup.select_one("[data-progress]")["data-progress"]
    assert page.browser.get(url).json["state"] == "waiting"
    work_off()
    told = page.browser.get(url).json
    assert (told["state"], told["percent"]) == ("done", 100)
    assert page.browser.get("/journal").has("Whole:")


def test_a_broken_chain_is_named(browse: Any, cast: Cast, only_sqlite: None) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER journal_payload_no_update"))
        connection.execute(
            text("UPDATE journal_payload SET body = replace(body, 'Auditor', 'Pemeriksa')")
        )
    page = browse(cast.administrator).get("/journal")
    page.submit(action=f"/journal/verify?chain={cast.district.id}")
    work_off()
    assert page.browser.get("/journal").has("BROKEN at entry")


def test_verifying_is_for_who_may_read_it(browse: Any, cast: Cast) -> None:
    browse(cast.officer).post("/journal/verify", status=403)
    browse(cast.administrator).post("/journal/verify?chain=0", status=403)
    page = browse(cast.administrator).post("/journal/verify")
    url = page.soup.select_one("[data-progress]")["data-progress"]
    browse(cast.officer).get(url, 404)
    browse(cast.outsider).get(url, 404)
    browse(cast.administrator).get("/journal/verify", 405)
    browse(cast.administrator).get("/journal/verifications/nonsense", 404)


def test_it_says_whose_role_or_position_it_was_and_each_name_once(browse: Any, cast: Cast) -> None:
    by = cast.administrator
    position = people.add_position(cast.disnaker, "Kepala Dinas", by=by)
    people.appoint(cast.staff, position, from_on=cast.district.today, by=by)
    people.grant_role(cast.staff, Role.GUEST, cast.dinkes, from_on=SINCE, until_on=LATER, by=by)
    units.correct_type(cast.dinkes, UnitType.BADAN, by=by)
    db.session.commit()
    page = browse(by).get("/journal")
    found = "\n".join(entries(page))
    assert "gave a role: Staff · Guest auditor (reads only)" in found
    assert "recorded a position: Staff" in found
    assert "added the position “Kepala Dinas” " in found
    assert "noted the new tree of units: Kabupaten Uji" in found
    assert page.soup.find("a", href=f"/people/{cast.staff.uid}")
