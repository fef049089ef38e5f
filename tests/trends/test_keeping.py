"""Daily figures: once for each day, true for days that were missed, and the same ever after."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from qms.actions import operations as actions
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.findings import operations as findings
from qms.findings.models import Grade
from qms.people.rights import sight_of
from qms.trends import keeping
from qms.trends.jobs import keep_all_figures
from qms.trends.models import DailyFigure
from qms.trends.queries import figures_on
from tests.cast import Cast
from tests.factories import answer, finish, make_action, make_finding, today

DAY = timedelta(days=1)
RESTRICTED = AccessClass.RESTRICTED


def rows() -> list[tuple[Any, ...]]:
    db.session.expire_all()
    columns = DailyFigure.__table__.columns
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns))]


def live_some_days(cast: Cast, travel: Any, each_day: Any = lambda: None) -> None:
    """Six days in which findings come, are answered, closed, made secret and cancelled."""
    begun = clock.now()

    def on(day: int) -> None:
        db.session.commit()
        travel(begun + day * DAY)
        each_day()

    first = make_finding(cast, "Satu", grade=Grade.MAJOR)
    make_finding(cast, "Dua", unit=cast.blk)
    secret = make_finding(cast, "Tiga", by=cast.anti_bribery, access=RESTRICTED)
    make_action(cast, due_on=today(cast) + DAY)
    on(1)
    action = answer(cast, first)
    on(2)
    finish(cast, action)
    findings.cancel_finding(secret, reason="Salah catat", by=cast.anti_bribery)
    on(3)
    make_finding(cast, "Empat", grade=Grade.OBSERVATION)
    actions.verify_action(action, note=None, by=cast.auditor)
    on(5)
    findings.cancel_finding(first, reason="Bukan temuan", by=cast.lead_auditor)
    on(6)
    db.session.commit()


def test_days_that_were_missed_get_the_figures_that_they_had(cast: Cast, travel: Any) -> None:
    """Whether the run comes each day or once after a week, the same stands there."""
    live_some_days(cast, travel, keep_all_figures)
    each_day = rows()
    assert len({row[1] for row in each_day}) >= 6
    db.session.execute(DailyFigure.__table__.delete())
    db.session.commit()
    keep_all_figures()
    assert rows() == each_day


def test_a_day_shows_what_was_open_and_late_when_it_ended(cast: Cast, travel: Any) -> None:
    start = today(cast)
    live_some_days(cast, travel)
    keep_all_figures()
    days = [start + n * DAY for n in range(6)]
    seen = figures_on(sight_of(cast.anti_bribery), days)
    assert [seen[day]["findings_open"] for day in days] == [3, 3, 2, 3, 3, 2]
    assert [seen[day]["majors_open"] for day in days] == [1, 1, 1, 1, 1, 0]
    assert [seen[day]["raised"] for day in days] == [3, 0, 0, 1, 0, 0]
    assert [seen[day]["closed"] for day in days] == [0, 0, 1, 0, 0, 1]
    assert [seen[day]["actions_open"] for day in days] == [1, 2, 1, 1, 1, 1]
    assert [seen[day]["actions_overdue"] for day in days] == [0, 0, 1, 1, 1, 1]


def test_what_one_may_not_see_is_in_no_figure(cast: Cast, travel: Any) -> None:
    start = today(cast)
    live_some_days(cast, travel)
    keep_all_figures()
    days = [start, start + DAY]
    for person, wanted in (
        (cast.anti_bribery, 3),
        (cast.officer, 3),
        (cast.owner, 2),
        (cast.secretariat, 2),
        (cast.guest, 2),
    ):
        seen = figures_on(sight_of(person), days)
        assert seen[start]["findings_open"] == wanted, person.name
    assert figures_on(sight_of(cast.other_officer), days) == {}
    assert figures_on(sight_of(cast.outsider), days)[start]["findings_open"] == 0
    of_blk = figures_on(sight_of(cast.officer, cast.blk.id), days)
    assert of_blk[start]["findings_open"] == 1


def test_a_kept_day_does_not_change_when_records_do(cast: Cast, travel: Any) -> None:
    live_some_days(cast, travel)
    keep_all_figures()
    before = rows()
    assert keep_all_figures() == 0
    finding = make_finding(cast, "Lama", found_on=today(cast) - 5 * DAY)
    findings.cancel_finding(finding, reason="Salah catat", by=cast.lead_auditor)
    db.session.commit()
    travel(clock.now() + DAY)
    assert keep_all_figures() == 2, "a day in each of the two districts"
    assert set(before) < set(rows())


def test_two_workers_keep_a_day_once(cast: Cast, travel: Any) -> None:
    live_some_days(cast, travel)
    wanted = keeping.days_to_keep(cast.district)
    assert wanted is not None
    figures = list(keeping.figures_of(cast.district, *wanted))
    for day, counts in figures:
        assert keeping.keep_day(cast.district, day, counts) > 0
        assert keeping.keep_day(cast.district, day, counts) == 0
    db.session.commit()
    assert keeping.days_to_keep(cast.district) is None
