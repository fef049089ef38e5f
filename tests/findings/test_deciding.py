"""What others decide about an answer: disputes, plans, and whether it worked, on its day."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from qms.actions import operations as actions
from qms.actions.models import Action, ActionKind
from qms.core import clock
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.findings import operations
from qms.findings.models import Finding, FindingState, Grade, StepKind, StepResult
from qms.findings.permissions import may_rule
from qms.findings.rules import DEFAULTS
from qms.people import operations as people
from qms.people.models import Person
from qms.people.roles import Role
from tests.cast import SINCE, SYSTEM, Cast
from tests.factories import (
    answer,
    finish,
    make_action,
    make_evidence,
    make_finding,
    submit,
    today,
    verify_all,
)


def stored(finding: Finding) -> Finding:
    """The finding as the database has it."""
    db.session.commit()
    db.session.expire_all()
    return db.session.scalars(select(Finding).where(Finding.uid == finding.uid)).one()


def results(finding: Finding) -> dict[StepKind, StepResult]:
    return {step.kind: step.result for step in finding.steps if step.round == finding.round}


# Accepted or disputed ------------------------------------------------------------------------


def disputed(cast: Cast, **given: Any) -> Finding:
    lead = given.pop("lead", None)
    finding = make_finding(cast, **given)
    operations.dispute_finding(
        finding,
        reason="Nomor antrean ada di layar",
        by=cast.officer,
        lead_auditor_id=lead.id if lead else None,
    )
    return finding


def test_who_answers_without_a_word_accepts(cast: Cast) -> None:
    finding = make_finding(cast)
    submit(cast, finding)
    step = stored(finding).step(StepKind.ACCEPTANCE)
    assert step and (step.result, step.person_id) == (StepResult.ACCEPTED, cast.officer.id)


def test_a_dispute_wants_a_reason_and_stops_the_answer_but_no_day(cast: Cast) -> None:
    finding = make_finding(cast)
    with pytest.raises(Invalid):
        operations.dispute_finding(finding, reason=" ", by=cast.officer)
    due = (finding.due_on, finding.reply_due_on)
    operations.dispute_finding(finding, reason="Nomor ada", by=cast.officer)
    kept = stored(finding)
    assert (kept.state, kept.is_open) == (FindingState.DISPUTED, True)
    assert (kept.due_on, kept.reply_due_on) == due
    with pytest.raises(OutOfTurn):
        operations.write_response(kept, correction="Diatur", cause="Lupa", by=cast.officer)


def test_it_goes_to_the_lead_auditor_or_the_coordinator(cast: Cast) -> None:
    """Never to who raised it."""
    for finding, able in (
        (disputed(cast), {"lead_auditor", "coordinator"}),  # of no audit
        (disputed(cast, lead=cast.lead_auditor), {"lead_auditor", "coordinator"}),
        (disputed(cast, lead=cast.auditor), {"coordinator"}),  # who led it also raised it
        (disputed(cast, by=cast.coordinator), {"auditor", "lead_auditor"}),
        (disputed(cast, by=cast.coordinator, lead=cast.lead_auditor), {"lead_auditor"}),
    ):
        assert {name for name in Cast.ROLES if may_rule(getattr(cast, name), finding)} == able


def test_who_acts_for_the_one_who_raised_it_does_not_decide(cast: Cast) -> None:
    people.delegate(cast.auditor, cast.lead_auditor, from_on=SINCE, reason="Cuti", by=SYSTEM)
    with pytest.raises(Refused):
        operations.uphold_finding(disputed(cast), reason="Tetap", by=cast.lead_auditor)


def test_what_stands_is_answered_and_not_disputed_again(cast: Cast) -> None:
    finding = disputed(cast)
    with pytest.raises(Invalid):
        operations.uphold_finding(finding, reason="", by=cast.lead_auditor)
    operations.uphold_finding(finding, reason="Layar mati saat itu", by=cast.lead_auditor)
    with pytest.raises(OutOfTurn, match="decided already"):
        operations.dispute_finding(finding, reason="Tetap tidak", by=cast.officer)
    submit(cast, finding)
    kept = results(stored(finding))
    assert kept[StepKind.ACCEPTANCE] is kept[StepKind.RULING] is StepResult.REJECTED


def test_agreeing_cancels_it_or_changes_its_grade(cast: Cast) -> None:
    cancelled, regraded = disputed(cast), disputed(cast)
    for decide in (
        lambda by: operations.cancel_finding(cancelled, reason="Benar", by=by),
        lambda by: operations.change_grade(regraded, Grade.OBSERVATION, reason="Benar", by=by),
    ):
        with pytest.raises(Refused):  # who raised it
            decide(cast.auditor)
        decide(cast.lead_auditor)
    assert stored(cancelled).state is FindingState.CANCELLED
    kept = stored(regraded)
    assert (kept.state, kept.grade) == (FindingState.RAISED, Grade.OBSERVATION)
    for finding in (cancelled, regraded):
        assert results(finding)[StepKind.RULING] is StepResult.ACCEPTED


def test_the_unit_may_accept_it_after_all(cast: Cast) -> None:
    finding = disputed(cast)
    operations.accept_finding(finding, by=cast.head)
    assert stored(finding).state is FindingState.RAISED
    assert results(finding) == {StepKind.ACCEPTANCE: StepResult.ACCEPTED}
    submit(cast, finding)


def test_what_was_said_on_the_spot_counts_and_is_not_asked_again(cast: Cast) -> None:
    finding = make_finding(cast)
    told = {"by": cast.auditor, "lead_auditor_id": cast.lead_auditor.id, "spoken_by": "Bu Ani"}
    operations.note_stance(finding, agrees=False, words="Nomor ada", **told)
    kept = stored(finding)
    assert (kept.state, kept.lead_auditor_id) == (FindingState.DISPUTED, cast.lead_auditor.id)
    step = kept.step(StepKind.ACCEPTANCE)
    assert step and step.text == "Bu Ani: Nomor ada"
    operations.note_stance(kept, agrees=True, words=None, **told)
    assert stored(finding).state is FindingState.RAISED
    submit(cast, finding)
    step = stored(finding).step(StepKind.ACCEPTANCE)
    assert step and (step.text, step.person_id) == ("Bu Ani", cast.auditor.id)
    operations.note_stance(finding, agrees=False, words="Tidak jadi", **told)
    assert stored(finding).state is FindingState.SUBMITTED, "it was answered since"


def test_no_auditor_takes_back_what_the_unit_itself_disputes(cast: Cast) -> None:
    finding = disputed(cast)
    operations.note_stance(finding, agrees=True, words=None, spoken_by="Agus", by=cast.auditor)
    assert stored(finding).state is FindingState.DISPUTED


# The plan -----------------------------------------------------------------------------------


def test_work_begins_when_the_plan_is_approved(cast: Cast) -> None:
    finding = make_finding(cast)
    action = submit(cast, finding)
    with pytest.raises(OutOfTurn, match="waits for approval"):
        finish(cast, action)
    operations.approve_plan(finding, note="Cukup", by=cast.head)
    finish(cast, action)
    step = stored(finding).step(StepKind.APPROVAL)
    assert step and (step.text, step.person_id) == ("Cukup", cast.head.id)


def test_what_is_corrected_at_once_does_not_wait(cast: Cast) -> None:
    finding = make_finding(cast)
    at_once = operations.add_action(
        finding,
        kind=ActionKind.CORRECTION,
        what="Atur antrean dengan nomor kertas",
        due_on=today(cast),
        owner_person_id=cast.owner.id,
        by=cast.officer,
    )
    finish(cast, at_once)


def test_who_wrote_or_does_it_never_approves(cast: Cast) -> None:
    """Nor who acts for such a person."""
    people.grant_role(cast.owner, Role.HEAD, cast.disnaker, by=SYSTEM, from_on=SINCE)
    people.delegate(cast.officer, cast.lead_auditor, from_on=SINCE, reason="Cuti", by=SYSTEM)
    finding = make_finding(cast)
    operations.write_response(finding, correction="Diatur", cause="Lupa", by=cast.coordinator)
    submit(cast, finding)
    for involved in (cast.officer, cast.owner, cast.lead_auditor, cast.coordinator, cast.staff):
        with pytest.raises(Refused):
            operations.approve_plan(finding, by=involved)
    operations.approve_plan(finding, by=cast.head)


def test_a_plan_is_sent_back_with_a_reason_that_is_kept(cast: Cast) -> None:
    finding = make_finding(cast)
    action = submit(cast, finding)
    with pytest.raises(Invalid):
        operations.return_plan(finding, reason="", by=cast.head)
    operations.return_plan(finding, reason="Penyebab belum dijawab", by=cast.head)
    assert results(stored(finding))[StepKind.APPROVAL] is StepResult.REJECTED
    with pytest.raises(OutOfTurn):
        finish(cast, action)
    operations.answer_finding(finding, by=cast.officer)
    operations.approve_plan(finding, by=cast.head)
    finish(cast, action)


def test_an_action_that_is_asked_for_elsewhere_goes_on(cast: Cast) -> None:
    under_way, other, own = make_finding(cast), make_finding(cast), make_action(cast, "Latih")
    shared = answer(cast, under_way)
    for action in (shared, own):
        operations.add_existing_action(other, action, by=cast.officer)
    assert (shared.is_held, own.is_held) == (False, True)
    operations.add_existing_action(under_way, own, by=cast.officer)
    assert not own.is_held, "another plan that asks for it is approved"


def test_a_grade_that_asks_for_no_approval_lets_work_begin(cast: Cast) -> None:
    finding = make_finding(cast)
    operations.add_existing_action(finding, action := make_action(cast), by=cast.officer)
    assert action.is_held
    operations.change_grade(finding, Grade.OBSERVATION, reason="Ringan", by=cast.auditor)
    assert not db.session.get_one(Action, action.id).is_held
    operations.write_response(finding, correction="Diatur", cause=None, by=cast.officer)
    operations.answer_finding(finding, by=cast.officer)
    assert stored(finding).state is FindingState.ANSWERED


def test_what_was_answered_before_there_were_approvals_goes_on(cast: Cast) -> None:
    """Such a finding is in progress without an approval and without a criterion."""
    finding = make_finding(cast, grade=Grade.OBSERVATION)
    action = make_action(cast)
    operations.add_existing_action(finding, action, by=cast.officer)
    operations.write_response(finding, correction="Diatur", cause=None, by=cast.officer)
    operations.answer_finding(finding, by=cast.officer)
    operations.change_grade(finding, Grade.MINOR, reason="Berulang", by=cast.auditor)
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    operations.verify_finding(finding, by=cast.auditor)
    assert stored(finding).effect_due_on == today(cast) + timedelta(days=60)


# Whether it worked --------------------------------------------------------------------------


def test_an_answer_says_how_its_effect_will_be_seen(cast: Cast) -> None:
    finding = make_finding(cast)
    operations.write_response(finding, correction="Diatur", cause="Lupa", by=cast.officer)
    operations.add_existing_action(finding, make_action(cast), by=cast.officer)
    with pytest.raises(OutOfTurn, match="how you will see"):
        operations.answer_finding(finding, by=cast.officer)


@pytest.mark.parametrize(("grade", "days"), [(Grade.MAJOR, 90), (Grade.MINOR, 60)])
def test_the_check_counts_from_the_last_action_and_moves_the_closing(
    cast: Cast, travel: Any, grade: Grade, days: int
) -> None:
    finding = make_finding(cast, grade=grade)
    first = finding.due_on
    action = answer(cast, finding)
    travel(clock.now() + timedelta(days=10))
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    last = today(cast)
    travel(clock.now() + timedelta(days=3))
    operations.verify_finding(finding, by=cast.auditor)
    kept = stored(finding)
    assert kept.effect_due_on == kept.due_on == last + timedelta(days=days)
    assert kept.first_due_on == first == kept.found_on + timedelta(days=DEFAULTS[grade].due_days)  # type: ignore[arg-type]
    assert not kept.is_overdue(today(cast) + timedelta(days=days - 3))
    operations.find_not_effective(kept, reason="Rusak lagi", by=cast.auditor)
    kept = stored(finding)
    assert (kept.effect_due_on, kept.first_due_on, kept.round) == (None, None, 2)
    assert kept.due_on == today(cast) + timedelta(days=DEFAULTS[grade].due_days)  # type: ignore[arg-type]


def test_before_its_day_the_effect_is_proven_with_a_reason_only(cast: Cast) -> None:
    finding = verify_all(cast, make_finding(cast))
    for early in ("", " "):
        with pytest.raises(OutOfTurn, match="check of the effect is due"):
            operations.prove_effective(finding, text="Baik", early=early, by=cast.auditor)
    with pytest.raises(Invalid):
        operations.prove_effective(finding, text=" ", early="Sudah cukup", by=cast.auditor)
    operations.prove_effective(finding, text="Baik", early="Sudah cukup", by=cast.auditor)
    step = stored(finding).step(StepKind.EFFECTIVENESS)
    assert step and step.text == "Baik\nJudged before its day: Sudah cukup"


def test_what_was_verified_before_there_were_checks_is_judged_at_once(cast: Cast) -> None:
    finding = verify_all(cast, make_finding(cast))
    finding.effect_due_on = None
    operations.add_evidence(finding, evidence=[make_evidence(cast)], by=cast.auditor)
    operations.prove_effective(finding, text="Baik", by=cast.auditor)
    assert stored(finding).state is FindingState.CLOSED


# Two at once --------------------------------------------------------------------------------


def test_of_two_who_close_at_once_one_does(app: Any, cast: Cast) -> None:
    """The second waits for the first, and is told that somebody was faster."""
    finding = verify_all(cast, make_finding(cast))
    db.session.commit()
    uid, person_id, said = finding.uid, cast.coordinator.id, list[str]()
    later = clock.now() + timedelta(days=61)

    def close_too() -> None:
        with app.app_context(), clock.at(later):
            other = db.session.scalars(select(Finding).where(Finding.uid == uid)).one()
            by = db.session.get_one(Person, person_id)
            try:
                operations.prove_effective(other, text="Kedua", by=by)
                db.session.commit()
                said.append("closed")
            except (OutOfTurn, StaleDataError):
                said.append("refused")
            db.session.rollback()

    with clock.at(later):
        operations.prove_effective(finding, text="Pertama", by=cast.auditor)
        meanwhile = Thread(target=close_too)
        meanwhile.start()
        meanwhile.join(1)
        db.session.commit()
        meanwhile.join(30)
    assert said == ["refused"]
    step = stored(finding).step(StepKind.EFFECTIVENESS)
    assert step and step.text == "Pertama"
