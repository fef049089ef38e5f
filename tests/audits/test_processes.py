"""What an audit covers: chosen from what the unit does, never losing what was written."""

from typing import Any

import pytest

from qms.audits import operations
from qms.audits.covering import joined, parted
from qms.audits.models import Audit, SessionKind
from qms.audits.queries.processes import processes_of
from qms.core.db import AccessClass, db
from qms.documents.models import DocumentType
from qms.units.operations import end_service, offer_service
from tests.audits.makers import editions, make_audit, under_way
from tests.cast import SYSTEM, Cast
from tests.documents.makers import make_in_force
from tests.factories import make_finding, today


@pytest.mark.parametrize(
    "scope",
    [
        None,
        "Seluruh layanan",
        "- Kartu AK I",
        "- Kartu AK I\n- Pelatihan\nTidak termasuk:\n- Bengkel las",
        "Mencakup:\n- Kartu AK I",
        "-5 derajat\n- bukan nama",
    ],
)
def test_a_scope_comes_back_as_it_was_written(scope: str | None) -> None:
    assert joined(*parted(scope)) == scope


def test_only_the_first_lines_name_what_is_covered() -> None:
    assert parted("– Kartu AK I\n- Pelatihan\n\nTidak termasuk:\n- Bengkel las") == (
        ["Kartu AK I", "Pelatihan"],
        "Tidak termasuk:\n- Bengkel las",
    )


def test_what_a_unit_does_is_told_once_and_nothing_restricted(cast: Cast) -> None:
    offer_service(cast.disnaker, "Kartu AK I", by=SYSTEM)
    gone = offer_service(cast.disnaker, "Kartu Kuning", by=SYSTEM)
    end_service(gone, on=today(cast), by=SYSTEM)
    offer_service(cast.dinkes, "Imunisasi", by=SYSTEM)
    make_in_force(cast, "SOP Pelatihan Kerja", type=DocumentType.PROCEDURE)
    audit = make_audit(cast)
    visit: dict[str, Any] = {"on": today(cast), "by": cast.coordinator}
    for kind, name in ((SessionKind.VISIT, "Arsip"), (SessionKind.OPENING, "Pembukaan")):
        operations.add_session(
            audit, kind=kind, begins="09:00", ends="10:00", activity=name, **visit
        )
    make_finding(cast, place="arsip")
    make_finding(cast, place="Loket 2")
    make_finding(cast, place="Ruang saksi", access=AccessClass.RESTRICTED, by=cast.anti_bribery)
    db.session.flush()
    found = processes_of(cast.anti_bribery, cast.disnaker.id)
    assert found.services == ["Kartu AK I"]
    assert found.procedures == ["Pelatihan Kerja"]
    assert found.named == ["Arsip", "Loket 2"]


def test_services_are_ticked_in_the_plan_and_words_stay(browse: Any, cast: Cast) -> None:
    offer_service(cast.disnaker, "Kartu AK I", by=SYSTEM)
    offer_service(cast.disnaker, "Pelatihan kerja", by=SYSTEM)
    db.session.commit()
    browser = browse(cast.coordinator)
    page = browser.get("/audits/new")
    assert not page.has("Pelatihan kerja") and page.has("choose the unit and press")
    chosen = {"unit": str(cast.disnaker.uid), "title": "Audit layanan"}
    page = page.submit(button=("then", "unit"), **chosen)
    assert page.has("Pelatihan kerja") and not page.has("something needs your attention")
    page.submit(
        covers=["Kartu AK I"],
        scope="Tidak termasuk bengkel",
        edition_ids=[str(one) for one in editions("iso9001-2015")],
    )
    audit = db.session.query(Audit).one()
    assert audit.scope == "- Kartu AK I\nTidak termasuk bengkel"
    path = f"/audits/{audit.uid}"
    form = browser.get(f"{path}/edit").form()
    ticked = form.find_all("input", {"name": "covers", "checked": True})
    assert [one["value"] for one in ticked] == ["Kartu AK I"]
    assert form.find("textarea", {"name": "scope"}).get_text().strip() == "Tidak termasuk bengkel"
    browser.get(f"{path}/edit").submit(covers=["Kartu AK I", "Pelatihan kerja"])
    db.session.expire_all()
    assert audit.scope == "- Kartu AK I\n- Pelatihan kerja\nTidak termasuk bengkel"


def test_what_is_no_longer_offered_stays_named(browse: Any, cast: Cast) -> None:
    audit = make_audit(cast, scope="- Layanan keliling\nLain-lain")
    db.session.commit()
    browser, path = browse(cast.coordinator), f"/audits/{audit.uid}"
    browser.get(f"{path}/edit").submit(title="Judul baru")
    db.session.expire_all()
    assert (audit.title, audit.scope) == ("Judul baru", "- Layanan keliling\nLain-lain")


def test_another_units_services_are_refused(browse: Any, cast: Cast) -> None:
    offer_service(cast.disnaker, "Kartu AK I", by=SYSTEM)
    db.session.commit()
    page = browse(cast.coordinator).get("/audits/new")
    page = page.submit(button=("then", "unit"), unit=str(cast.disnaker.uid), title="Audit")
    page = page.submit(
        status=422,
        unit=str(cast.dinkes.uid),
        covers=["Kartu AK I"],
        edition_ids=[str(one) for one in editions("iso9001-2015")],
    )
    assert page.has("Choose from the list only")
    assert db.session.query(Audit).count() == 0


def test_timetable_and_findings_offer_what_the_audit_covers(browse: Any, cast: Cast) -> None:
    offer_service(cast.disnaker, "Pelatihan kerja", by=SYSTEM)
    audit = under_way(cast, scope="- Kartu AK I")
    db.session.commit()
    line = audit.asked[0].uid
    coordinator, auditor, path = browse(cast.coordinator), browse(cast.auditor), str(audit.uid)
    pages = {
        f"/audits/{path}/timetable/new": ["Kartu AK I", "Pelatihan kerja"],
        f"/audits/{path}/findings/new": ["Kartu AK I", "Pelatihan kerja"],
        f"/audits/{path}/checklist/lines/{line}": ["Kartu AK I"],
    }
    for url, names in pages.items():
        browser = coordinator if "timetable" in url else auditor
        options = browser.get(url).soup.select("datalist#processes option")
        assert [one["value"] for one in options] == names
