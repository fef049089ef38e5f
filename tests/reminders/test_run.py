"""The daily run: each is told once of each step, whatever the scheduler missed."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qms.actions import operations as actions
from qms.actions.models import Action
from qms.core import clock, journal
from qms.core.db import AccessClass, db
from qms.overview.sources import DATED
from qms.overview.subjects import Subject
from qms.people import operations as people
from qms.people.models import Person
from qms.people.roles import Role
from qms.reminders import operations, queries
from qms.reminders.jobs import forget_old, run_reminders
from qms.reminders.models import Level, Notice
from qms.reminders.records import BY_ENDPOINT
from qms.reminders.rules import Rule
from tests.cast import SINCE, SYSTEM, Cast
from tests.complaints.makers import make_complaint
from tests.counting import counted
from tests.factories import finish, make_action, make_finding, today


def told(person: Person, *, live: bool = True) -> list[tuple[str, int, Level]]:
    """What somebody was told: kind, step, level."""
    wanted = select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)
    rows = db.session.scalars(wanted.execution_options(populate_existing=True))
    return [(one.kind, one.step, one.level) for one in rows if not live or one.over_on is None]


def in_days(cast: Cast, days: int) -> Any:
    return today(cast) + timedelta(days=days)


def test_a_stopped_clock_tells_what_holds_now_and_once(cast: Cast, travel: Any) -> None:
    """Due in eight days; the run misses everything until two days after the day."""
    now = clock.now()
    make_action(cast, due_on=in_days(cast, 8))
    db.session.commit()
    run_reminders()
    assert told(cast.owner) == []
    travel(now + timedelta(days=2))
    run_reminders()
    run_reminders()
    assert told(cast.owner) == [("do", -7, Level.OWN)]
    travel(now + timedelta(days=10))
    run_reminders()
    assert told(cast.owner) == [("do", 0, Level.OWN)]
    travel(now + timedelta(days=24))
    for _ in range(3):
        run_reminders()
    assert told(cast.owner) == [("do", 14, Level.OWN)]
    assert len(told(cast.owner, live=False)) == 3
    assert told(cast.staff, live=False) == []


def move(cast: Cast, action: Action, days: int) -> None:
    actions.edit_action(
        action,
        what=action.what,
        kind=action.kind,
        due_on=in_days(cast, days),
        owner_person_id=cast.owner.id,
        owner_position_id=None,
        reason="Jadwal berubah",
        by=cast.officer,
    )


def test_what_is_done_or_moved_takes_its_notice_away(cast: Cast) -> None:
    done = make_action(cast, "Selesai", due_on=in_days(cast, 1))
    moved = make_action(cast, "Bergeser", due_on=in_days(cast, 1))
    db.session.commit()
    run_reminders()
    assert len(told(cast.owner)) == 2
    finish(cast, done)
    move(cast, moved, 40)
    db.session.commit()
    run_reminders()
    assert told(cast.owner) == []
    move(cast, moved, 1)
    db.session.commit()
    run_reminders()
    assert told(cast.owner) == [("do", -1, Level.OWN)]
    assert len(told(cast.owner, live=False)) == 2


def test_late_work_reaches_the_head_and_then_the_secretariat(cast: Cast, travel: Any) -> None:
    now = clock.now()
    make_action(cast, due_on=in_days(cast, 1), unit=cast.blk, owner_person_id=cast.owner.id)
    secret = make_action(
        cast,
        "Rahasia",
        due_on=in_days(cast, 1),
        access=AccessClass.RESTRICTED,
        owner_person_id=cast.officer.id,
    )
    db.session.commit()
    secret_uid = secret.uid
    travel(now + timedelta(days=9))
    run_reminders()
    # BLK has no head of its own: that of Disnaker is told. What is restricted is told to who may
    # see it.
    assert told(cast.head) == [("do", 7, Level.HEAD)] * 2
    assert told(cast.other_head) == told(cast.secretariat) == []
    travel(now + timedelta(days=30))
    run_reminders()
    run_reminders()
    assert told(cast.secretariat) == [("do", 21, Level.SECRETARIAT)]
    of_secret = select(Notice.person_id).where(Notice.record_uid == secret_uid)
    assert cast.secretariat.id not in set(db.session.scalars(of_secret))


@pytest.mark.usefixtures("only_sqlite")
def test_a_late_complaint_about_integrity_is_told_to_nobody_whom_it_may_be_about(
    cast: Cast, travel: Any, browse: Any
) -> None:
    """Neither in notices nor on the page of the journal."""
    complaint = make_complaint(cast, "Uang rokok.", category="oversight", by=cast.staff)
    db.session.commit()
    assert complaint.is_integrity
    travel(clock.now() + timedelta(days=200))
    run_reminders()
    of_it = select(Notice.person_id).where(Notice.record_uid == complaint.uid)
    met = set(db.session.scalars(of_it))
    assert cast.anti_bribery.id in met
    assert met.isdisjoint({cast.head.id, cast.officer.id, cast.secretariat.id})
    people.grant_role(
        cast.head, Role.ADMINISTRATOR, cast.root, from_on=SINCE, by=cast.administrator
    )
    db.session.commit()
    assert not browse(cast.head).get("/journal?kind=complaint").has("Uang rokok.")


@pytest.mark.usefixtures("only_sqlite")
def test_what_is_in_nobodys_work_is_escalated_all_the_same(cast: Cast, travel: Any) -> None:
    make_action(cast, due_on=in_days(cast, 1), owner_person_id=cast.staff.id)
    db.session.commit()
    people.disable_account(cast.staff, by=cast.administrator)
    db.session.commit()
    travel(clock.now() + timedelta(days=9))
    run_reminders()
    assert told(cast.staff) == []
    assert told(cast.head) == [("do", 7, Level.HEAD)]


@pytest.mark.usefixtures("only_sqlite")
def test_a_subject_can_be_switched_off(cast: Cast) -> None:
    make_action(cast, due_on=in_days(cast, 1))
    finding = make_finding(cast)
    operations.set_rule(Rule(silent=frozenset({Subject.ACTIONS})), by=cast.administrator)
    finding.reply_due_on = in_days(cast, 1)
    journal.write("import", finding, by=SYSTEM)
    db.session.commit()
    run_reminders()
    assert told(cast.owner) == [("answer", -1, Level.OWN)]


def test_two_runs_at_once_tell_once(app: Any, cast: Cast) -> None:
    for n in range(8):
        make_action(cast, f"Tindakan {n}", due_on=in_days(cast, 1))
    db.session.commit()
    db.session.rollback()
    begun, wrong = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            try:
                begun.wait()
                run_reminders()
            except Exception as problem:  # noqa: BLE001 - shown by the assertion
                wrong.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert told(cast.owner, live=False) == [("do", -1, Level.OWN)] * 8


@pytest.mark.usefixtures("only_sqlite")
def test_who_left_is_told_nothing(cast: Cast, travel: Any) -> None:
    make_action(cast, due_on=in_days(cast, 1))
    people.edit_person(
        cast.owner,
        name=cast.owner.name,
        mail=None,
        left_on=today(cast),
        by=cast.administrator,
    )
    db.session.commit()
    run_reminders()
    assert told(cast.owner) == []


def test_old_notices_go_and_what_holds_stays(cast: Cast, travel: Any) -> None:
    now = clock.now()
    make_action(cast, due_on=in_days(cast, 1))
    db.session.commit()
    run_reminders()
    travel(now + timedelta(days=200))
    run_reminders()
    travel(now + timedelta(days=400))
    forget_old()
    assert [step for _, step, _ in told(cast.owner, live=False)] == [196]


def test_a_notice_goes_with_the_right_to_see_its_record(cast: Cast) -> None:
    action = make_action(cast, due_on=in_days(cast, 1))
    db.session.commit()
    run_reminders()
    assert [row.title for row in queries.notices_page(cast.owner).rows] == [action.what]
    assert queries.unread_seen(cast.owner) == 1
    action.access = AccessClass.RESTRICTED
    journal.write("import", action, by=SYSTEM)
    db.session.commit()
    assert queries.notices_page(cast.owner).rows == []
    assert queries.unread_seen(cast.owner) == 0


def test_every_area_of_my_work_has_its_records_here() -> None:
    assert {one.endpoint for one in DATED} <= set(BY_ENDPOINT)


@pytest.mark.usefixtures("only_sqlite")
def test_a_run_asks_the_same_for_ten_times_the_work(cast: Cast) -> None:
    def asked() -> int:
        with counted() as sent:
            run_reminders()
        return sum(one.lstrip().upper().startswith("SELECT") for one in sent)

    for n in range(3):
        make_action(cast, f"Tindakan {n}", due_on=in_days(cast, 1))
    db.session.commit()
    run_reminders()
    few = asked()
    for n in range(12):
        make_action(cast, f"Lagi {n}", due_on=in_days(cast, 1))
    db.session.commit()
    run_reminders()
    assert asked() == few
