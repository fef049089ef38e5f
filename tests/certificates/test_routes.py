"""Pages of certificates: they work, refuse whom they should, and cost the same few queries."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.certificates import operations
from qms.certificates.models import Certificate, EventKind
from qms.core.db import db
from qms.standards.models import UnitScope
from qms.standards.operations import set_scope
from qms.standards.queries import clause_by_key, edition_by_key
from qms.units import operations as units
from qms.units.models import UnitType
from tests.cast import SYSTEM, Cast
from tests.certificates.test_operations import register
from tests.counting import queries_of


@pytest.fixture(autouse=True)
def in_june(travel: Any) -> None:
    travel(datetime(2026, 6, 15, 3, tzinfo=UTC))


def test_a_scope_without_services_says_who_keeps_them(browse: Any, cast: Cast) -> None:
    path = f"/certificates/units/{cast.disnaker.uid}/iso9001-2015/scope"
    page = browse(cast.officer).get(path)
    assert page.has("Who administers the unit adds them on its page: Administrator.")


def test_an_empty_wall_says_what_to_do(browse: Any, cast: Cast) -> None:
    assert browse(cast.officer).get("/certificates").has("Set a scope")
    assert browse(cast.guest).get("/certificates").has("The quality officer of a unit")


def test_registering_and_what_happens_then(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    page = browser.get(f"/certificates/new?unit={cast.disnaker.uid}")
    bad = page.submit(scope="AK I", status=422)
    assert bad.has("Write who certified") and bad.has("AK I")
    days = {"issued_on": "2025-03-10", "valid_until": "2025-03-09"}
    bad = page.submit(body="PT Contoh", number="QMS 77", scope="AK I", status=422, **days)
    assert bad.soup.find("input", {"name": "valid_until"}).get("aria-invalid") == "true"
    assert not bad.soup.find("input", {"name": "issued_on"}).get("aria-invalid")
    page = page.submit(
        body="PT Contoh",
        number="QMS 77",
        scope="Pelayanan kartu AK I",
        note="Diberitakan berlaku lima tahun",
        issued_on="2025-03-10",
        valid_until="2030-03-09",
    )
    assert page.has("Valid") and page.has("60 months") and page.has("berlaku lima tahun")
    assert page.has("Surveillance 1, due by") and page.has("10 March 2026")
    assert page.has("9 March 2030") and page.has("30 September 2029")
    form = browser.get(f"{page.url}/event")
    refused = form.submit(kind="surveillance", on="2024-01-01", status=422)
    assert refused.has("before the certificate was issued")
    assert refused.soup.find("input", {"name": "on"})["value"] == "2024-01-01"
    page = form.submit(kind="surveillance", on="2026-02-01", note="Dua temuan minor")
    assert page.has("Surveillance 1, held") and page.has("Dua temuan minor")
    page = browser.get(f"{page.url}/event-1").submit(
        on="2025-03-10", valid_until="2028-03-09", reason="Salah ketik"
    )
    assert page.has("9 March 2028") and not page.has("60 months") and page.has("Salah ketik")
    page = browser.get(f"{page.url}/edit").submit(number="QMS 78")
    assert page.has("QMS 78")
    wall = browser.get("/certificates")
    assert wall.has("QMS 78") and wall.has("20 months left")
    with_state = browser.get("/certificates?state=expired")
    assert with_state.has("Nothing matches")
    searched = browser.get("/certificates?q=qms+7")
    assert searched.has("QMS 78") and searched.soup.find("input", {"name": "q", "value": "qms 7"})
    assert browser.get("/certificates?q=lain").has("No unit has a certificate like this.")
    assert browser.get("/certificates?standard=iso9001&state=valid").has("QMS 78")


def test_the_unit_must_be_said_where_there_are_several(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/certificates/new")
    names = [option.get_text() for option in page.soup.select("select[name=unit] option")]
    assert names == ["Dinas Tenaga Kerja", "UPTD Balai Latihan Kerja"]
    # One unit only: straight to the form.
    assert browse(cast.other_officer).get("/certificates/new").has("Dinas Kesehatan")


def test_who_gets_which_page(browse: Any, cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    at = f"/certificates/{certificate.uid}"
    inner = ("/edit", "/event", "/event-1")
    for person in (cast.outsider, cast.other_officer, cast.bystander):
        browser = browse(person)
        browser.get(at, 404)
        assert not browser.get("/certificates").has("QMS-DISNAKER-1")
        for more in inner:
            browser.get(at + more, 404)
            browser.post(at + more, status=404)
    for person in (cast.guest, cast.head, cast.secretariat):
        browser = browse(person)
        assert browser.get(at).has("QMS-DISNAKER-1")
        for more in inner:
            browser.get(at + more, 403)
            browser.post(at + more, status=403)
    browse(cast.officer).get(f"{at}/event-9", 404)
    browse(cast.officer).get("/certificates/nothing", 404)
    browse(cast.guest).get("/certificates/new", 403)
    browse(cast.officer).get(f"/certificates/new?unit={cast.dinkes.uid}", 404)
    browse(cast.guest).get(f"/certificates/new?unit={cast.disnaker.uid}", 403)


def test_a_stale_edit_shows_both_versions(browse: Any, cast: Cast) -> None:
    service = units.offer_service(cast.disnaker, "Kartu AK I", by=SYSTEM)
    certificate = register(cast.disnaker, cast.officer, services=[service])
    db.session.commit()
    at = f"/certificates/{certificate.uid}/edit"
    browser = browse(cast.officer)
    stale = browser.get(at)
    browser.get(at).submit(scope="Kartu AK I dan AK II")
    page = stale.submit(scope="Kartu AK I saja", status=409)
    assert page.has("Kartu AK I dan AK II")
    assert [label.get_text(" ", strip=True) for label in page.soup.select("main label")] == [
        "Scope on the certificate (Your version)"
    ]
    page = page.submit(scope="Semua kartu")
    assert page.has("Semua kartu") and page.has("Services covered")


def test_a_unit_that_is_covered_sees_its_certificate(browse: Any, cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.coordinator, units=[cast.dinkes])
    db.session.commit()
    browser = browse(cast.other_officer)
    wall = browser.get("/certificates")
    assert wall.has("QMS-DISNAKER-1") and wall.has("of Dinas Tenaga Kerja")
    assert browser.get(f"/certificates/{certificate.uid}").has("Dinas Kesehatan")
    unit = browser.get(f"/certificates/units/{cast.dinkes.uid}/iso9001-2015")
    assert unit.has("QMS-DISNAKER-1")
    browser.get(f"/certificates/{certificate.uid}/edit", 403)


def fill(cast: Cast, count: int) -> None:
    """`count` units, each with a scope and a certificate of some years."""
    for number in range(count):
        unit = units.open_unit(
            cast.district,
            code=f"U{db.session.scalar(select(func.count()).select_from(UnitScope))}",
            name=f"Kantor {number}",
            type=UnitType.KANTOR,
            parent=cast.root,
            by=SYSTEM,
        )
        db.session.commit()
        cast.coordinator.__dict__.pop("rights", None)
        service = units.offer_service(unit, "Layanan", by=SYSTEM)
        set_scope(
            unit,
            edition_by_key("iso9001-2015"),
            from_on=date(2025, 1, 1),
            statement="Layanan kantor",
            services=[service],
            exclusions={clause_by_key("iso9001-2015:8.3").id: "Ditetapkan peraturan"},
            by=cast.coordinator,
        )
        certificate = register(unit, cast.coordinator, services=[service], units=[cast.insp])
        operations.record_event(
            certificate, EventKind.SURVEILLANCE, on=date(2026, 2, 1), by=cast.coordinator
        )
        db.session.commit()


def test_pages_cost_the_same_few_queries(browse: Any, cast: Cast) -> None:
    fill(cast, 3)
    browser = browse(cast.secretariat)
    certificate = db.session.scalars(select(Certificate).order_by(Certificate.id)).first()
    assert certificate is not None
    unit = cast.coordinator.rights.tree.by_code("U0")
    pages = {
        "/certificates": 8,
        "/certificates?state=valid": 8,
        "/certificates?q=qms": 8,
        f"/certificates/{certificate.uid}": 10,
        f"/certificates/units/{unit.uid}/iso9001-2015": 10,
    }
    few = {url: queries_of(browser, url) for url in pages}
    assert all(few[url] <= most for url, most in pages.items()), few
    fill(cast, 27)
    assert {url: queries_of(browser, url) for url in pages} == few


def test_history_says_what_was_entered_and_a_mistake_is_struck_out(browse: Any, cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    browser, at = browse(cast.officer), f"/certificates/{certificate.uid}"
    browser.get(f"{at}/event").submit(kind="suspended", on="2026-02-01")
    assert browser.get(at).has("entered: Suspended, 1 February 2026")
    form = browser.get(f"{at}/event-2")
    page = form.submit(kind="surveillance", reason="Salah pilih")
    assert page.has("corrected to: Surveillance audit, 1 February 2026")
    form = browser.get(f"{at}/event-2")
    assert form.submit(button=("strike", "1"), status=422).has("Write the reason.")
    page = form.submit(button=("strike", "1"), reason="Belum ada audit")
    assert page.has("struck out: Surveillance audit, 1 February 2026")
    assert not page.has("Surveillance 1, held")


def test_a_correction_that_changes_nothing_is_told_as_well(browse: Any, cast: Cast) -> None:
    """Its reason counts; and no page may fail because of what somebody saved."""
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    browser, at = browse(cast.officer), f"/certificates/{certificate.uid}"
    page = browser.get(f"{at}/event-1").submit(reason="Sudah dicocokkan")
    assert page.has("corrected to: Issued, 10 March 2025") and page.has("Sudah dicocokkan")


def test_a_stale_event_is_set_against_the_event_not_the_certificate(
    browse: Any, cast: Cast
) -> None:
    certificate = register(cast.disnaker, cast.officer, note="Catatan sertifikat")
    db.session.commit()
    browser, at = browse(cast.officer), f"/certificates/{certificate.uid}"
    new, stale = browser.get(f"{at}/event"), browser.get(f"{at}/event-1")
    browser.get(f"{at}/event-1").submit(on="2025-03-11", note="Dari surat", reason="Salah")
    page = stale.submit(on="2025-03-12", reason="Salah ketik", status=409)
    assert page.has("2025-03-11") and page.has("Dari surat")
    assert not page.has("Catatan sertifikat")
    assert page.submit().has("12 March 2025")
    page = new.submit(kind="surveillance", on="2026-02-01", note="Dua minor", status=409)
    assert not page.has("Catatan sertifikat")
    assert page.submit().has("Dua minor")


def test_who_sees_only_a_covered_unit_is_led_to_no_closed_page(browse: Any, cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.coordinator, units=[cast.dinkes])
    db.session.commit()
    page = browse(cast.other_officer).get(f"/certificates/{certificate.uid}")
    links = [str(one["href"]) for one in page.soup.select("main a[href]")]
    assert "/certificates" in links
    for link in links:
        browse(cast.other_officer).get(link)


def test_what_was_withdrawn_shows_no_last_day(browse: Any, cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    browser = browse(cast.officer)
    assert browser.get("/certificates").has("9 March 2028")
    browser.get(f"/certificates/{certificate.uid}/event").submit(kind="withdrawn", on="2026-06-01")
    wall = browser.get("/certificates")
    assert wall.has("Withdrawn") and not wall.has("9 March 2028")
    unit = browser.get(f"/certificates/units/{cast.disnaker.uid}/iso9001-2015")
    assert unit.has("Withdrawn") and not unit.has("9 March 2028")
