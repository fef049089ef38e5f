"""Settings: dated figures with their source, changed by who keeps the district."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qms.certificates.settings import cycle_on
from qms.core import journal
from qms.core.db import db
from qms.people.roles import Role
from qms.units.models import Setting
from tests.cast import Cast
from tests.factories import today

pytestmark = pytest.mark.usefixtures("catalogue")
VALIDITY = "/settings/certificates.validity_months"
END = "/settings/standards.transition_end.iso9001-2015"


def test_each_figure_shows_value_source_and_confidence(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get("/settings")
    assert page.has("Months for which a certificate is valid")
    assert page.has("To be confirmed") and page.has("Published")
    assert page.has("Assumed: no published source was found")
    assert page.has("What each grade of finding asks for")


def test_a_new_value_holds_from_its_day_and_is_journalled(browse: Any, cast: Cast) -> None:
    day = today(cast)
    page = browse(cast.administrator).get(VALIDITY)
    page = page.submit(value="60", from_on=day.isoformat(), source="Perjanjian dengan LSSM")
    assert page.url == "/settings"
    assert page.has("60 Set here") and page.has("Perjanjian dengan LSSM")
    assert cycle_on(cast.district.id, day).validity == 60
    assert cycle_on(cast.district.id, day - timedelta(days=1)).validity == 36
    setting = db.session.scalars(select(Setting)).one()
    assert [told.verb for told in journal.history(setting)] == ["change_figure"]


def test_a_figure_that_is_a_day(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get(END)
    page = page.submit(value="2029-12-31", source="Surat KAN")
    assert page.has("31 December 2029")
    ends = dict(cycle_on(cast.district.id, today(cast)).transition_ends)
    assert date(2029, 12, 31) in {end.day for end in ends.values()}


def test_bad_input_is_shown_and_kept(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get(VALIDITY)
    page = page.submit(status=422, value="banyak", source="Surat")
    assert page.text.count("Write a whole number.") == 2, "once above, once at the field"
    page = page.submit(status=422, value="", source="Surat")
    assert page.has("Write a whole number.")
    for wrong in ("0", "-3", "99999999999"):
        page = page.submit(status=422, value=wrong, source="Surat")
        assert page.has("Write a number from 1 to 10,000.")
    page = page.submit(status=422, value="banyak", source="Surat")
    assert page.soup.find("input", {"name": "source"})["value"] == "Surat"
    page = page.submit(status=422, value="24", source="")
    assert page.has("Say where the figure comes from")
    assert db.session.scalars(select(Setting)).all() == []


def test_who_may_see_and_change(browse: Any, cast: Cast) -> None:
    for person in (cast.officer, cast.head, cast.guest, cast.secretariat):
        browse(person).get("/settings", 403)
        browse(person).get(VALIDITY, 403)
    browse(cast.coordinator).get(VALIDITY)
    browse(cast.administrator).get("/settings/nonsense", 404)


def test_values_of_another_district_are_not_ours(browse: Any, cast: Cast) -> None:
    page = browse(cast.outsider).get(VALIDITY)
    page.submit(value="60", source="Surat")
    assert cycle_on(cast.district.id, today(cast)).validity == 36
    assert not browse(cast.administrator).get("/settings").has("Set here")


def test_of_two_who_set_the_same_figure_the_second_sees_both(browse: Any, cast: Cast) -> None:
    first, second = browse(cast.administrator), browse(cast.coordinator)
    late = second.get(VALIDITY)
    first.get(VALIDITY).submit(value="60", source="Surat A")
    page = late.submit(value="48", source="Surat B", status=409)
    assert page.has("60") and page.has("Surat A") and page.has("Your version")
    page = page.submit()
    assert page.url == "/settings" and page.has("48 Set here")


def test_what_is_set_elsewhere_is_offered_to_who_may_set_it(
    browse: Any, cast: Cast, only_sqlite: None
) -> None:
    """No link of the page leads to a refusal: a unit's own administrator sets less than the
    coordinator, and she less than the district's administrator."""
    local = cast.person("local_administrator", Role.ADMINISTRATOR, cast.disnaker)
    db.session.commit()
    offered = {}
    for person in (cast.administrator, cast.coordinator, local):
        browser = browse(person)
        card = browser.get("/settings").part("Set on pages of their own", "section")
        urls = [str(link["href"]) for link in card.select("a[href]")]
        for url in urls:
            browser.get(url)
        offered[person.name] = len(urls)
    assert list(offered.values()) == [7, 5, 4]
