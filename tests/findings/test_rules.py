"""Days to answer and to close: calendar or working days, by grade and by source."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qms.core.db import db
from qms.core.errors import Invalid
from qms.deadlines.models import Counting, DayKind
from qms.deadlines.operations import set_day
from qms.findings import operations
from qms.findings.models import Finding, Grade, GradeRule, Source
from qms.findings.rules import WHOLE
from tests.cast import Cast
from tests.factories import make_finding, today

MONDAY = date(2026, 8, 10)
"""A week before Independence Day, a Monday."""


def set_rule(cast: Cast, **given: Any) -> GradeRule:
    values: dict[str, Any] = {
        "from_on": date(2026, 1, 1),
        "steps": WHOLE,
        "reply_days": 3,
        "due_days": 5,
        "counting": Counting.WORKING,
        "source": "Keputusan Bupati",
        "by": cast.administrator,
        **given,
    }
    return operations.set_grade_rule(Grade.MINOR, **values)


def test_working_days_leave_out_weekends_and_holidays(cast: Cast) -> None:
    set_rule(cast)
    finding = make_finding(cast, found_on=MONDAY)
    assert finding.reply_due_on == date(2026, 8, 13)
    assert finding.due_on == date(2026, 8, 18), "17 August and the weekend do not count"
    set_day(
        date(2026, 8, 12),
        kind=DayKind.LOCAL,
        name="Hari jadi",
        source="Edaran",
        by=cast.administrator,
    )
    assert make_finding(cast, found_on=MONDAY).due_on == date(2026, 8, 19)


def test_calendar_days_stay_calendar_days(cast: Cast) -> None:
    set_rule(cast, counting=Counting.CALENDAR)
    assert make_finding(cast, found_on=MONDAY).due_on == MONDAY + timedelta(days=5)


def test_a_source_may_have_days_of_its_own(cast: Cast) -> None:
    set_rule(cast, counting=Counting.CALENDAR, by_source={Source.COMPLAINT: (1, 2)})
    told = {
        source: make_finding(cast, found_on=MONDAY, source=source).due_on
        for source in (Source.COMPLAINT, Source.INTERNAL_AUDIT)
    }
    assert told == {
        Source.COMPLAINT: MONDAY + timedelta(days=2),
        Source.INTERNAL_AUDIT: MONDAY + timedelta(days=5),
    }
    complaint = make_finding(cast, found_on=MONDAY, source=Source.COMPLAINT, grade=Grade.MAJOR)
    operations.change_grade(complaint, Grade.MINOR, reason="Ringan", by=cast.lead_auditor)
    assert complaint.due_on == MONDAY + timedelta(days=2)


def test_no_source_answers_after_it_closes(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        set_rule(cast, by_source={Source.RISK: (9, 4)})
    assert "reply_days_risk" in refused.value.fields


def test_the_page_sets_them_and_warns_of_years_without_holidays(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    page = browser.get("/findings/rules/minor")
    wrong = {"counting": "working", "reply_days_complaint": "9", "due_days_complaint": "4"}
    assert page.submit(source="SK", status=422, **wrong).has("cannot be due after the closing")
    page = page.submit(source="SK", **{**wrong, "reply_days_complaint": "2"})
    assert page.has("Working days") and page.has("Complaint: 2 / 4")
    assert not page.has("no holidays are known")
    db.session.expire_all()
    row = db.session.scalars(select(GradeRule)).one()
    assert (row.counting, row.by_source) == (Counting.WORKING, {"complaint": [2, 4]})
    again = browser.get("/findings/rules/minor")
    assert again.soup.select_one("[name=due_days_complaint]")["value"] == "4"
    page = again.submit(due_days="1500")
    assert page.has(f"{today(cast).year + 5}") and page.has("no holidays are known")


def body_finding(cast: Cast, **given: Any) -> Finding:
    return make_finding(cast, found_on=today(cast), source=Source.EXTERNAL_AUDIT, **given)


def test_a_bodys_dates_stand_beside_ours_and_the_earlier_one_holds(cast: Cast) -> None:
    day = today(cast)
    ours = body_finding(cast)
    assert ours.due_on is not None and ours.reply_due_on is not None
    early = body_finding(
        cast, body_plan_due_on=day + timedelta(days=3), body_due_on=day + timedelta(days=20)
    )
    assert (early.reply_due_on, early.due_on) == (early.body_plan_due_on, early.body_due_on)
    late = body_finding(cast, body_due_on=ours.due_on + timedelta(days=30))
    assert (late.reply_due_on, late.due_on) == (ours.reply_due_on, ours.due_on)
    operations.change_grade(early, Grade.MAJOR, reason="Berat", by=cast.lead_auditor)
    assert early.due_on == early.body_due_on, "a graver grade does not forget the body"


def test_the_dates_of_a_body_are_shown_and_corrected(browse: Any, cast: Cast) -> None:
    day = today(cast)
    finding = body_finding(cast, by=cast.lead_auditor, body_due_on=day + timedelta(days=20))
    db.session.commit()
    browser = browse(cast.lead_auditor)
    assert browser.get(f"/findings/{finding.uid}").has("The body wants it closed until")
    page = browser.get(f"/findings/{finding.uid}/edit")
    plan, closing = (day + timedelta(days=days) for days in (9, 5))
    wrong = page.submit(
        body_plan_due_on=plan.isoformat(), body_due_on=closing.isoformat(), status=422
    )
    assert wrong.has("cannot be due after the closing")
    wrong.submit(body_plan_due_on="", body_due_on=closing.isoformat())
    db.session.expire_all()
    assert (finding.due_on, finding.reply_due_on) == (closing, closing)
    inside = make_finding(cast, by=cast.lead_auditor)
    db.session.commit()
    page = browser.get(f"/findings/{inside.uid}/edit")
    assert page.soup.select_one("[name=body_due_on]") is None
