"""A unit's condition."""

from datetime import timedelta
from typing import Any

import pytest

from qms.certificates.operations import register_certificate
from qms.core.db import AccessClass, db
from qms.findings.models import Grade
from qms.standards.operations import set_scope
from qms.standards.queries import edition_by_key
from tests.cast import Cast
from tests.counting import queries_of
from tests.documents.makers import make_in_force
from tests.factories import make_action, make_finding, today

pytestmark = pytest.mark.usefixtures("catalogue")


def fill(cast: Cast) -> None:
    make_finding(cast, grade=Grade.MAJOR)
    make_finding(cast, "Rahasia.", access=AccessClass.RESTRICTED, by=cast.lead_auditor)
    make_finding(cast, "Di bengkel.", unit=cast.blk)
    make_action(cast)
    make_in_force(cast)
    edition = edition_by_key("iso9001-2015")
    set_scope(
        cast.disnaker, edition, from_on=today(cast), statement="Pelayanan AK I", by=cast.officer
    )
    register_certificate(
        cast.disnaker,
        edition.id,
        body="PT Uji",
        number="1",
        scope="AK I",
        issued_on=today(cast) - timedelta(days=30),
        by=cast.officer,
    )
    db.session.commit()


def test_it_shows_what_the_unit_is_like(browse: Any, cast: Cast) -> None:
    fill(cast)
    page = browse(cast.head).get(f"/overview/units/{cast.disnaker.uid}")
    assert "3 Open findings 0 Answers overdue 0 Closings overdue 1 Major, open" in page.text
    assert page.has("0 Actions overdue")
    assert page.has("1 Document in force")
    assert page.has("Pelayanan AK I") and page.has("Rahasia.") and page.has("Di bengkel.")
    assert page.has("ISO 9001:2015 Valid") and page.has("Surveillance audit")


def test_what_one_may_not_see_is_not_counted(browse: Any, cast: Cast) -> None:
    fill(cast)
    page = browse(cast.owner).get(f"/overview/units/{cast.disnaker.uid}")
    assert "2 Open findings" in page.text
    assert not page.has("Rahasia.")
    browse(cast.other_officer).get(f"/overview/units/{cast.disnaker.uid}", 404)
    browse(cast.outsider).get(f"/overview/units/{cast.disnaker.uid}", 404)
    browse(cast.officer).get("/overview/units/nonsense", 404)


def test_an_empty_unit_says_so(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get(f"/overview/units/{cast.blk.uid}")
    assert page.has("No open finding")
    assert page.has("No scope is set for this unit.")
    assert page.has("No certificate is registered for this unit.")


def test_the_number_of_queries_does_not_grow(browse: Any, cast: Cast) -> None:
    fill(cast)
    browser, path = browse(cast.head), f"/overview/units/{cast.disnaker.uid}"
    few = queries_of(browser, path)
    for number in range(30):
        make_finding(cast, f"Temuan {number}.")
        make_action(cast, f"Tindakan {number}")
    db.session.commit()
    assert queries_of(browser, path) == few
    assert few <= 12
