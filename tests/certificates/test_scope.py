"""Scopes of units: who sets them, what they need, and that history stays (4.3)."""

from datetime import date
from typing import Any

import pytest

from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid, Refused, Stale
from qms.people.models import Person
from qms.standards.models import UnitScope
from qms.standards.operations import set_scope
from qms.standards.queries import (
    clause_by_key,
    edition_by_key,
    editions_in_use,
    scope_history,
    scope_on,
)
from qms.standards.scopes import not_applicable, unusual_exclusions
from qms.units import operations as units
from tests.cast import SYSTEM, Cast

KEEPERS = {"officer", "consultant", "coordinator"}
DESIGN = "iso9001-2015:8.3"


def scope(cast: Cast, by: Person, from_on: date = date(2026, 1, 1), **values: Any) -> UnitScope:
    given = {"statement": "Pelayanan kartu AK I", **values}
    edition = edition_by_key(given.pop("edition", "iso9001-2015"))
    return set_scope(cast.disnaker, edition, from_on=from_on, by=by, **given)


@pytest.mark.parametrize("name", Cast.ROLES)
def test_who_may_set_a_scope(cast: Cast, name: str) -> None:
    if name in KEEPERS:
        assert scope(cast, getattr(cast, name)).id
    else:
        with pytest.raises(Refused):
            scope(cast, getattr(cast, name))


def test_a_later_day_makes_a_new_scope_and_history_stays(cast: Cast) -> None:
    edition = edition_by_key("iso9001-2015")
    scope(cast, cast.officer)
    scope(cast, cast.officer, date(2026, 7, 1), statement="Kartu AK I dan pelatihan")
    db.session.commit()
    unit = cast.disnaker.id
    assert scope_on(unit, edition.id, date(2025, 12, 31)) is None
    before, after = (scope_on(unit, edition.id, date(2026, month, 30)) for month in (6, 7))
    assert before and before.statement == "Pelayanan kartu AK I"
    assert after and after.statement == "Kartu AK I dan pelatihan"
    assert len(scope_history(unit, edition.id)) == 2
    with pytest.raises(Invalid) as problem:
        scope(cast, cast.officer, date(2026, 7, 1))
    assert "from_on" in problem.value.fields


def test_a_clause_that_does_not_apply_needs_its_justification(cast: Cast) -> None:
    clause = clause_by_key(DESIGN)
    for reason in ("", "  "):
        with pytest.raises(Invalid) as problem:
            scope(cast, cast.officer, exclusions={clause.id: reason})
        assert "exclusions" in problem.value.fields
    other = clause_by_key("iso37001-2016:8.3")
    with pytest.raises(Invalid):
        scope(cast, cast.officer, exclusions={other.id: "Bukan edisi ini"})


def test_what_is_left_out_leaves_out_what_lies_under_it(cast: Cast) -> None:
    clause = clause_by_key(DESIGN)
    one = scope(cast, cast.officer, exclusions={clause.id: "Layanan ditetapkan peraturan"})
    found = not_applicable(one)
    assert found[clause_by_key("iso9001-2015:8.3.4").id] == "Layanan ditetapkan peraturan"
    assert clause_by_key("iso9001-2015:8.4").id not in found
    assert not_applicable(None) == {}


def test_unusual_exclusions_are_named_and_not_forbidden(cast: Cast) -> None:
    usual = clause_by_key(DESIGN).id
    odd = clause_by_key("iso9001-2015:9.2").id
    assert unusual_exclusions("iso9001-2015", [usual]) is None
    assert "9.2" in str(unusual_exclusions("iso9001-2015", [usual, odd]))
    bribery = clause_by_key("iso37001-2016:8.2").id
    assert "8.2" in str(unusual_exclusions("iso37001-2016", [bribery]))
    assert scope(
        cast, cast.officer, edition="iso37001-2016", exclusions={bribery: "Alasan"}
    ).exclusions


def test_the_edition_of_2008_is_for_history(cast: Cast) -> None:
    with pytest.raises(Invalid) as problem:
        scope(cast, cast.officer, edition="iso9001-2008")
    assert "edition" in problem.value.fields


def test_services_are_the_units_own(cast: Cast) -> None:
    own = units.offer_service(cast.blk, "Pelatihan las", by=SYSTEM)
    foreign = units.offer_service(cast.dinkes, "Izin klinik", by=SYSTEM)
    assert scope(cast, cast.officer, services=[own]).services[0].service_id == own.id
    with pytest.raises(Invalid):
        scope(cast, cast.officer, date(2026, 2, 1), services=[foreign])


def test_a_scope_makes_its_edition_one_in_use(cast: Cast) -> None:
    scope(cast, cast.officer, edition="iso9001-2026")
    assert [edition.key for edition in editions_in_use([cast.disnaker.id])] == ["iso9001-2026"]


def test_a_correction_is_journalled_with_its_parts(cast: Cast) -> None:
    first, second = clause_by_key(DESIGN).id, clause_by_key("iso9001-2015:7.1.5.2").id
    one = scope(cast, cast.officer, exclusions={first: "Alasan"})
    db.session.commit()
    seen = one.version
    scope(cast, cast.officer, exclusions={second: "Tidak mengukur"}, record=one, seen=seen)
    db.session.commit()
    assert [part.clause_id for part in one.exclusions] == [second]
    with pytest.raises(Stale):
        scope(cast, cast.officer, record=one, seen=seen)
    db.session.rollback()
    told = journal.history(one)
    assert [entry.verb for entry in told] == ["set_scope", "set_scope"]
    assert told[0].said is not None
    assert told[0].said["parts"]["scope_exclusion"][0]["justification"] == "Tidak mengukur"
    assert told[0].said["removed"]["scope_exclusion"]


def _row(page: Any, number: int) -> tuple[str, str]:
    names = [tag["name"] for tag in page.soup.select("select[name^=exclusions-]")]
    return names[number], names[number].replace("clause", "justification")


def test_the_pages(browse: Any, cast: Cast) -> None:
    units.offer_service(cast.disnaker, "Kartu AK I", by=SYSTEM)
    db.session.commit()
    browser = browse(cast.officer)
    page = browser.get("/certificates/scope")
    unit = page.soup.find("option", string="Dinas Tenaga Kerja")["value"]
    page = browser.get(f"/certificates/scope?unit={unit}&standard=iso9001-2015")
    service = page.soup.select_one("input[name=service_ids]")["value"]
    clause, reason = _row(page, 0)
    given = {"from_on": "2026-01-01", "statement": "Kartu pencari kerja", "service_ids": [service]}
    chosen = str(clause_by_key("iso9001-2015:9.2").id)
    refused = page.submit(**given, **{clause: chosen}, status=422)
    assert refused.has("Say why this clause does not apply (4.3).")
    assert refused.soup.find("textarea", {"name": "statement"}).get_text(strip=True) == (
        "Kartu pencari kerja"
    )
    more = page.submit(**given, button=("more", "1"))
    assert len(more.soup.select("select[name^=exclusions-]")) == 6
    saved = page.submit(**given, **{clause: chosen, reason: "Diaudit inspektorat"})
    assert saved.url == f"/certificates/units/{unit}/iso9001-2015"
    assert saved.has("Kartu AK I") and saved.has("Diaudit inspektorat")
    assert saved.has("unusual for a public service")
    wall = browser.get("/certificates")
    assert wall.has("Kartu pencari kerja") and wall.has("Diaudit inspektorat")


def test_a_stale_correction_keeps_what_was_typed(browse: Any, cast: Cast) -> None:
    scope(cast, cast.officer)
    db.session.commit()
    address = f"/certificates/units/{cast.disnaker.uid}/iso9001-2015/scope-2026-01-01"
    browser = browse(cast.officer)
    stale = browser.get(address)
    browser.get(address).submit(statement="Versi kedua")
    page = stale.submit(statement="Versi ketiga", status=409)
    assert page.has("Versi kedua") and page.has("Somebody else saved this scope")
    assert page.submit(statement="Versi ketiga").has("Versi ketiga")


def test_who_gets_which_page(browse: Any, cast: Cast) -> None:
    scope(cast, cast.officer)
    db.session.commit()
    at = f"/certificates/units/{cast.disnaker.uid}/iso9001-2015"
    guest = browse(cast.guest)
    assert guest.get(at).has("Pelayanan kartu AK I")
    for address in (f"{at}/scope", f"{at}/scope-2026-01-01"):
        guest.get(address, 403)
        guest.post(address, status=403)
        browse(cast.outsider).get(address, 404)
        browse(cast.other_officer).get(address, 404)
    browse(cast.outsider).get(at, 404)
    browse(cast.officer).get(f"{at}/scope-2020-01-01", 404)
    browse(cast.officer).get(f"{at}x", 404)
    browse(cast.bystander).get("/certificates/scope", 403)
