"""Holidays, joint leave and office hours: shipped, and what a district says instead."""

from datetime import date
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from qms.core.db import db
from qms.core.errors import Invalid, Refused, Stale
from qms.deadlines import operations
from qms.deadlines.models import DayKind, OfficeHours
from qms.deadlines.queries import WorkingCalendar, calendar_of, days_off, working_days_after
from qms.deadlines.shipped import SHIPPED_WEEK, shipped_days
from qms.people.models import Person
from tests.cast import Cast

INDEPENDENCE = date(2026, 8, 17)


def test_the_shipped_lists_hold_what_was_decided() -> None:
    kinds = {2026: (17, 8), 2027: (18, 8)}
    for year, (national, joint) in kinds.items():
        found = [one for one in shipped_days().values() if one.on.year == year]
        assert sum(one.kind is DayKind.NATIONAL for one in found) == national
        assert sum(one.kind is DayKind.JOINT_LEAVE for one in found) == joint
    assert shipped_days()[INDEPENDENCE].name == "Hari Kemerdekaan Republik Indonesia"
    assert not any(one.on.year == 2028 for one in shipped_days().values())


def test_a_district_goes_before_the_shipped_list(cast: Cast) -> None:
    by, leave = cast.administrator, date(2026, 12, 24)
    local = date(2026, 10, 5)
    assert leave in days_off(cast.district.id, leave, leave)
    operations.set_day(leave, kind=DayKind.WORKING, name="Masuk", source="SE Bupati", by=by)
    operations.set_day(local, kind=DayKind.LOCAL, name="Hari jadi", source="SE Bupati", by=by)
    db.session.flush()
    assert list(days_off(cast.district.id, date(2026, 10, 1), date(2026, 12, 24))) == [local]
    assert leave in days_off(cast.outsider.district_id, leave, leave), "others' days are theirs"
    operations.set_day(local, kind=DayKind.WORKING, name="Batal", source="SE Bupati", by=by)
    assert local not in days_off(cast.district.id, local, local)


def test_working_days_skip_weekends_holidays_and_joint_leave(cast: Cast) -> None:
    first = date(2026, 3, 13)
    calendar = calendar_of(cast.district, cast.disnaker.id, first, date(2026, 5, 30))
    # 16 and 17 March, then Nyepi and Idul Fitri until 24 March.
    assert working_days_after(calendar, first, 2) == date(2026, 3, 17)
    assert working_days_after(calendar, first, 3) == date(2026, 3, 25)


def test_hours_hold_for_the_units_under_one_that_has_some(cast: Cast) -> None:
    day = date(2026, 11, 28)
    week = (*SHIPPED_WEEK[:5], ("08:00", "12:00"), None)
    operations.set_hours(cast.disnaker.id, week, source="SK", by=cast.officer)
    for unit, opens in ((cast.disnaker, "08:00"), (cast.blk, "08:00"), (cast.dinkes, None)):
        hours = calendar_of(cast.district, unit.id, day, day).hours_on(day)
        assert (hours and hours[0]) == opens
    own = (*SHIPPED_WEEK[:4], None, None, None)
    operations.set_hours(cast.blk.id, own, source="SK", by=cast.administrator)
    assert calendar_of(cast.district, cast.blk.id, day, day).hours_on(day) is None
    with pytest.raises(Refused):
        operations.set_hours(cast.disnaker.id, week, source="SK", by=cast.other_officer)
    wrong = (("16:00", "08:00"), *SHIPPED_WEEK[1:])
    with pytest.raises(Invalid, match="after it has opened"):
        operations.set_hours(cast.disnaker.id, wrong, source="SK", by=cast.officer)


def test_an_office_that_never_opens_is_no_endless_wait(cast: Cast) -> None:
    with pytest.raises(ValueError, match="never opens"):
        working_days_after(WorkingCalendar((None,) * 7, {}), INDEPENDENCE, 1)


def test_the_pages(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get("/working-days?year=2026")
    assert page.has("Hari Kemerdekaan Republik Indonesia") and page.has("Joint leave")
    assert browse(cast.staff).get("/working-days?year=2028").has("was not decided")
    page = page.follow("Say what a day is").submit(
        on="2026-10-05", kind="local", name="Hari jadi", source="SE Bupati 3/2026"
    )
    assert page.has("Hari jadi") and page.has("Holiday of the district")
    path = f"/working-days/hours/{cast.disnaker.uid}"
    page = browse(cast.officer).get(path)
    page = page.submit(saturday="siang", status=422)
    assert page.has("Write hours such as 07:30-16:00")
    page = page.submit(saturday="8.00 - 12.00", source="SK Kepala Dinas")
    assert page.has("SK Kepala Dinas")
    found = db.session.scalars(select(OfficeHours)).one()
    assert found.week[5] == ["08:00", "12:00"]


def test_who_saves_hours_second_sees_both_versions(browse: Any, cast: Cast) -> None:
    path = f"/working-days/hours/{cast.disnaker.uid}"
    first, second = browse(cast.officer).get(path), browse(cast.administrator).get(path)
    first.submit(monday="07:30-16:00", source="SK 1")
    conflict = second.submit(status=409, monday="08:00-15:00", source="SK 2")
    assert conflict.has("07:30-16:00") and conflict.has("SK 1")
    conflict.submit(monday="08:00-15:00", source="SK 2", action=path)
    found = db.session.scalars(select(OfficeHours)).one()
    assert (found.week[0], found.source) == (["08:00", "15:00"], "SK 2")


def test_two_who_set_the_first_hours_at_once_make_one_row(app: Any, cast: Cast) -> None:
    db.session.commit()
    unit_id, person_id = cast.blk.id, cast.administrator.id
    week = (("07:30", "16:00"),) * 5 + (None, None)
    said: list[str] = []

    def set_another() -> None:
        with app.app_context():
            by = db.session.get(Person, person_id)
            assert by
            try:
                operations.set_hours(unit_id, week, source="SK 2", by=by, version=0)
                db.session.flush()
                said.append("set")
            except Stale:
                said.append("stale")
            db.session.rollback()

    operations.set_hours(unit_id, week, source="SK 1", by=cast.administrator, version=0)
    db.session.flush()
    meanwhile = Thread(target=set_another)
    meanwhile.start()
    meanwhile.join(1)
    db.session.commit()
    meanwhile.join(30)
    assert said == ["stale"]
