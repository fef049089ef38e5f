"""What people do with findings: the whole way, the way back, and what is refused."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.actions import operations as actions
from qms.actions.models import ActionKind, ActionState
from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused, Stale
from qms.core.i18n import speaking
from qms.core.uids import new_uid
from qms.evidence.models import Evidence
from qms.findings import operations
from qms.findings.models import (
    Finding,
    FindingState,
    Grade,
    GradeChange,
    Source,
    StepKind,
    StepResult,
)
from qms.findings.permissions import RESPONSE, may_verify
from qms.findings.rules import rule_on, rules_on
from qms.people import operations as people
from qms.people.roles import Role
from qms.standards.queries import ClauseRow
from tests.cast import SINCE, SYSTEM, Cast
from tests.factories import (
    answer,
    finish,
    make_action,
    make_evidence,
    make_file,
    make_finding,
    on_check_day,
    today,
    verify_all,
)

Find = Callable[[str, str], ClauseRow]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with speaking("en"):
        yield


def stored(finding: Finding) -> Finding:
    """The finding as the database has it."""
    db.session.commit()
    db.session.expire_all()
    found = db.session.scalar(select(Finding).where(Finding.uid == finding.uid))
    assert found is not None
    return found


def verbs(record: Any) -> list[str]:
    return [told.verb for told in reversed(journal.history(record))]


def test_a_finding_goes_the_whole_way(cast: Cast, catalogue: Find) -> None:
    clauses = [catalogue("iso9001-2015", "8.5.1").id, catalogue("iso37001-2016", "8.1").id]
    finding = make_finding(cast, clause_ids=clauses, files=[make_file("loket.txt")])
    assert finding.number == f"NC-{today(cast).year}-DISNAKER-001"
    assert finding.due_on == today(cast) + timedelta(days=60)
    assert finding.reply_due_on == today(cast) + timedelta(days=14)
    assert finding.evidence[0].evidence.name.startswith(finding.number)
    verify_all(cast, finding)
    with on_check_day(finding):
        operations.prove_effective(finding, text="Tiga minggu tanpa keluhan", by=cast.auditor)
    kept = stored(finding)
    day = today(cast) + timedelta(days=60)
    assert (kept.state, kept.is_open, kept.closed_on) == (FindingState.CLOSED, False, day)
    assert {link.clause_id for link in kept.clauses} == set(clauses)
    results = {step.kind: step.result for step in kept.steps}
    assert set(results) == set(StepKind) - {StepKind.RULING}
    assert results[StepKind.EFFECTIVENESS] is results[StepKind.VERIFICATION] is StepResult.ACCEPTED
    assert verbs(kept) == [
        *["raise_finding", "add_evidence", "write_response", "add_action", "submit"],
        *["approve_plan", "verify", "prove"],
    ]


def test_what_is_not_effective_begins_a_new_round_and_keeps_the_first(cast: Cast) -> None:
    finding = verify_all(cast, make_finding(cast))
    operations.find_not_effective(finding, reason="Papan sudah rusak", by=cast.auditor)
    kept = stored(finding)
    assert (kept.state, kept.round, kept.is_open) == (FindingState.RAISED, 2, True)
    effect = kept.step(StepKind.EFFECTIVENESS, 1)
    assert effect is not None and effect.result is StepResult.REJECTED
    assert effect.text == "Papan sudah rusak"
    assert len(kept.actions_of(1)) == 1 and not kept.actions_of(2)
    with pytest.raises(OutOfTurn):
        operations.answer_finding(kept, by=cast.officer)
    verify_all(cast, kept)
    operations.prove_effective(kept, text="Baik", early="Diuji seminggu", by=cast.auditor)
    assert {step.round for step in stored(finding).steps} == {1, 2}


def test_reopening_keeps_the_history_and_clears_the_close_date(cast: Cast) -> None:
    finding = verify_all(cast, make_finding(cast))
    with on_check_day(finding):
        operations.prove_effective(finding, text="Baik", by=cast.auditor)
    with pytest.raises(Invalid):
        operations.reopen_finding(finding, reason=" ", by=cast.auditor)
    operations.reopen_finding(finding, reason="Keluhan lagi", by=cast.officer)
    kept = stored(finding)
    assert (kept.state, kept.closed_on, kept.round) == (FindingState.RAISED, None, 2)
    assert kept.step(StepKind.EFFECTIVENESS, 1) is not None
    assert verbs(kept)[-2:] == ["prove", "reopen"]


def test_a_finding_is_cancelled_with_a_reason_and_never_deleted(cast: Cast) -> None:
    finding = make_finding(cast)
    with pytest.raises(Invalid):
        operations.cancel_finding(finding, reason="", by=cast.auditor)
    with pytest.raises(Refused):  # the unit does not cancel what others found
        operations.cancel_finding(finding, reason="Tidak setuju", by=cast.officer)
    operations.cancel_finding(finding, reason="Ganda", by=cast.auditor)
    kept = stored(finding)
    assert (kept.state, kept.is_open, kept.closed_on) == (FindingState.CANCELLED, False, None)
    db.session.delete(kept)
    with pytest.raises(journal.UnjournalledChange):
        db.session.flush()


def test_an_answer_needs_what_the_grade_asks_for(cast: Cast) -> None:
    finding = make_finding(cast)
    with pytest.raises(OutOfTurn, match="correction"):
        operations.answer_finding(finding, by=cast.officer)
    operations.write_response(finding, correction="Diatur", cause=None, by=cast.officer)
    with pytest.raises(OutOfTurn, match="cause"):
        operations.answer_finding(finding, by=cast.officer)
    operations.write_response(finding, correction="Diatur", cause="Lupa", by=cast.officer)
    with pytest.raises(OutOfTurn, match="action"):
        operations.answer_finding(finding, by=cast.officer)
    observed = make_finding(cast, grade=Grade.OBSERVATION)
    operations.write_response(observed, correction="Diatur", cause=None, by=cast.officer)
    operations.add_existing_action(observed, make_action(cast), by=cast.officer)
    operations.answer_finding(observed, by=cast.officer)
    assert stored(observed).state is FindingState.ANSWERED


def test_nothing_closes_before_every_action_is_verified(cast: Cast) -> None:
    finding = make_finding(cast)
    action = answer(cast, finding)
    second = operations.add_action(
        finding,
        kind=ActionKind.PREVENTIVE,
        what="Anggarkan papan cadangan",
        due_on=today(cast),
        owner_person_id=cast.head.id,
        by=cast.officer,
    )
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    with pytest.raises(OutOfTurn, match=second.number):
        operations.verify_finding(finding, by=cast.auditor)
    actions.cancel_action(second, reason="Tidak perlu", by=cast.officer)
    operations.verify_finding(finding, by=cast.auditor)


def test_cancelled_actions_alone_prove_nothing(cast: Cast) -> None:
    finding = make_finding(cast)
    actions.cancel_action(answer(cast, finding), reason="Tidak perlu", by=cast.officer)
    with pytest.raises(OutOfTurn, match="At least one"):
        operations.verify_finding(finding, by=cast.auditor)


@pytest.mark.parametrize("is_done", [True, False])
def test_who_did_what_was_cancelled_later_does_not_verify(cast: Cast, is_done: bool) -> None:
    """Who did it does not verify it. Who was only to do it, and did nothing, may."""
    people.grant_role(cast.staff, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    finding = make_finding(cast)
    answer(cast, finding)
    dropped = operations.add_action(
        finding,
        kind=ActionKind.PREVENTIVE,
        what="Anggarkan papan cadangan",
        due_on=today(cast),
        owner_person_id=cast.staff.id,
        by=cast.officer,
    )
    if is_done:
        finish(cast, dropped, by=cast.staff)
    assert not may_verify(cast.staff, finding)
    actions.cancel_action(dropped, reason="Tidak perlu", by=cast.officer)
    assert may_verify(cast.staff, finding) is not is_done


def test_a_grade_without_proof_of_effect_closes_at_verification(cast: Cast) -> None:
    finding = make_finding(cast, grade=Grade.OBSERVATION)
    action = answer(cast, finding)
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    with pytest.raises(Refused):
        operations.verify_finding(finding, by=cast.auditor)
    operations.close_finding(finding, by=cast.auditor, note="Dilihat")
    assert stored(finding).state is FindingState.CLOSED


@pytest.mark.parametrize("grade", [Grade.STRENGTH, Grade.OPPORTUNITY])
def test_strengths_and_opportunities_need_no_correction(cast: Cast, grade: Grade) -> None:
    finding = make_finding(cast, "Loket ramah.", grade=grade, requirement=None, seen=None)
    assert finding.reply_due_on is None
    operations.acknowledge_finding(finding, by=cast.officer)
    assert stored(finding).state is FindingState.CLOSED
    with pytest.raises(Refused):
        operations.acknowledge_finding(make_finding(cast), by=cast.officer)


def test_an_opportunity_may_be_answered_by_an_action(cast: Cast) -> None:
    finding = make_finding(cast, grade=Grade.OPPORTUNITY)
    with pytest.raises(OutOfTurn):
        operations.answer_finding(finding, by=cast.officer)
    operations.add_existing_action(finding, make_action(cast), by=cast.officer)
    with pytest.raises(OutOfTurn):
        operations.acknowledge_finding(finding, by=cast.officer)
    operations.answer_finding(finding, by=cast.officer)
    assert finding.state is FindingState.ANSWERED


def test_who_answered_never_verifies(cast: Cast) -> None:
    people.grant_role(cast.officer, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    finding = make_finding(cast)
    action = answer(cast, finding)
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    with pytest.raises(Refused):
        operations.verify_finding(finding, by=cast.officer)
    operations.verify_finding(finding, by=cast.auditor)  # who raised it may


def test_who_wrote_an_answer_that_another_wrote_anew_never_verifies(cast: Cast) -> None:
    finding = make_finding(cast)
    operations.write_response(finding, correction="Diatur", cause="Lupa", by=cast.coordinator)
    action = answer(cast, finding)
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    kept = stored(finding)
    assert {step.person_id for step in kept.steps if step.kind in RESPONSE} == {cast.officer.id}
    with pytest.raises(Refused):
        operations.verify_finding(kept, by=cast.coordinator)
    operations.verify_finding(kept, by=cast.auditor)


def test_who_owns_an_action_never_verifies_the_finding(cast: Cast) -> None:
    people.grant_role(cast.owner, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    people.delegate(cast.owner, cast.lead_auditor, from_on=SINCE, reason="Cuti", by=SYSTEM)
    finding = make_finding(cast)
    action = answer(cast, finding)
    finish(cast, action, by=cast.staff)
    actions.verify_action(action, note=None, by=cast.auditor)
    for involved in (cast.owner, cast.lead_auditor):
        with pytest.raises(Refused):
            operations.verify_finding(finding, by=involved)


def test_one_action_serves_several_findings(cast: Cast) -> None:
    action = make_action(cast)
    first, second = make_finding(cast), make_finding(cast)
    for finding in (first, second):
        operations.add_existing_action(finding, action, by=cast.officer)
    with pytest.raises(Invalid):
        operations.add_existing_action(first, action, by=cast.officer)
    assert stored(second).actions_of() == stored(first).actions_of() == [action]


def test_an_answer_is_sent_back_with_a_reason_that_is_kept(cast: Cast) -> None:
    finding = make_finding(cast)
    answer(cast, finding)
    operations.send_back_finding(finding, reason="Penyebab belum dalam", by=cast.auditor)
    check = stored(finding).step(StepKind.VERIFICATION)
    assert check is not None and check.result is StepResult.REJECTED
    operations.write_response(finding, correction="Diatur", cause="Lebih dalam", by=cast.officer)
    operations.answer_finding(finding, by=cast.officer)


def test_grade_changes_are_kept_and_move_the_dates(cast: Cast) -> None:
    finding = make_finding(cast, grade=Grade.MAJOR)
    answer(cast, finding)
    with pytest.raises(Refused):
        operations.change_grade(finding, Grade.MINOR, reason="Minta", by=cast.officer)
    with pytest.raises(Invalid):
        operations.change_grade(finding, Grade.MINOR, reason="", by=cast.auditor)
    operations.change_grade(finding, Grade.MINOR, reason="Tidak sistemik", by=cast.auditor)
    kept = stored(finding)
    assert kept.due_on == today(cast) + timedelta(days=60)
    change = db.session.scalars(select(GradeChange)).one()
    assert (change.before, change.after, change.reason) == (
        Grade.MAJOR,
        Grade.MINOR,
        "Tidak sistemik",
    )


def test_a_nonconformity_needs_three_parts_and_a_day_that_has_come(cast: Cast) -> None:
    for lacking in ({"requirement": None}, {"seen": " "}, {"deviation": " "}):
        with pytest.raises(Invalid) as told:
            make_finding(cast, **lacking)
        assert list(told.value.fields) == list(lacking)
    with pytest.raises(Invalid) as told:
        make_finding(cast, found_on=today(cast) + timedelta(days=1))
    assert "found_on" in told.value.fields


def test_sending_a_form_twice_makes_one_finding(cast: Cast) -> None:
    uid = new_uid()
    first = make_finding(cast, uid=uid)
    db.session.commit()
    assert make_finding(cast, uid=uid) is first
    with pytest.raises(Invalid):
        make_finding(cast, uid=uid, by=cast.lead_auditor)


def test_numbers_run_per_unit_and_year(cast: Cast) -> None:
    year = today(cast).year
    numbers = [
        make_finding(cast).number,
        make_finding(cast, unit=cast.blk).number,
        make_finding(cast, found_on=date(2021, 5, 5)).number,
        make_finding(cast).number,
    ]
    assert numbers == [
        f"NC-{year}-DISNAKER-001",
        f"NC-{year}-BLK-001",
        "NC-2021-DISNAKER-001",
        f"NC-{year}-DISNAKER-002",
    ]


def test_restricted_findings_are_made_by_those_who_need_to_know(cast: Cast) -> None:
    with pytest.raises(Refused):
        make_finding(cast, access=AccessClass.RESTRICTED)
    finding = make_finding(
        cast, access=AccessClass.RESTRICTED, by=cast.lead_auditor, files=[make_file("lapor.txt")]
    )
    piece = db.session.scalars(select(Evidence)).one()
    assert piece.access is AccessClass.RESTRICTED
    with pytest.raises(Refused):
        operations.write_response(finding, correction="x", cause="y", by=cast.owner)
    action = make_action(cast, access=AccessClass.RESTRICTED, owner_person_id=cast.head.id)
    with pytest.raises(Invalid):
        operations.add_existing_action(make_finding(cast), action, by=cast.officer)


def restrict(cast: Cast, finding: Finding) -> None:
    operations.edit_finding(
        finding,
        source=finding.source,
        source_note=None,
        place=finding.place,
        requirement=finding.requirement,
        seen=finding.seen,
        deviation=finding.deviation,
        clause_ids=[],
        access=AccessClass.RESTRICTED,
        by=cast.lead_auditor,
    )


def test_what_serves_a_finding_alone_is_restricted_with_it(cast: Cast) -> None:
    finding, other = make_finding(cast, files=[make_file("lapor.txt")]), make_finding(cast)
    own = make_action(cast, "Periksa kas", owner_person_id=cast.head.id)
    finish(cast, own, by=cast.head)
    shared, both = make_action(cast, "Latih petugas"), make_evidence(cast, "Denah")
    for one in (finding, other):
        operations.add_existing_action(one, shared, by=cast.officer)
        operations.add_evidence(one, evidence=[both], by=cast.officer)
    operations.add_existing_action(finding, own, by=cast.officer)
    restrict(cast, finding)
    kept = stored(finding)
    filed = [link.evidence for link in kept.evidence if link.evidence_id != both.id]
    proof = own.evidence[0].evidence
    secret = {one.access for one in (kept, own, proof, *filed)}
    assert secret == {AccessClass.RESTRICTED}
    assert {shared.access, both.access} == {AccessClass.ORDINARY}
    assert verbs(proof)[-1] == "restrict_evidence" and verbs(own)[-1] == "restrict_action"


def test_nobody_is_left_with_an_action_that_they_cannot_see(cast: Cast) -> None:
    finding = make_finding(cast)
    action = make_action(cast)  # of the process owner, who has no need to know
    operations.add_existing_action(finding, action, by=cast.officer)
    with pytest.raises(Invalid, match=action.number):
        restrict(cast, finding)


def test_what_was_to_be_done_is_cancelled_with_the_finding(cast: Cast) -> None:
    finding, other = make_finding(cast), make_finding(cast)
    shared, verified = make_action(cast, "Latih petugas"), make_action(cast, "Beli cat")
    for one in (finding, other):
        operations.add_existing_action(one, shared, by=cast.officer)
    finish(cast, verified)
    actions.verify_action(verified, note=None, by=cast.auditor)
    operations.add_existing_action(finding, verified, by=cast.officer)
    own = answer(cast, finding)
    operations.cancel_finding(finding, reason="Ganda", by=cast.auditor)
    stored(finding)
    states = [action.state for action in (own, shared, verified)]
    assert states == [ActionState.CANCELLED, ActionState.OPEN, ActionState.VERIFIED]
    assert journal.history(own)[0].reason == f"{finding.number}: Ganda"


def test_evidence_that_is_withdrawn_or_unseen_is_not_pointed_at(cast: Cast) -> None:
    secret = make_evidence(cast, "Rahasia", access=AccessClass.RESTRICTED)
    finding = make_finding(cast)
    with pytest.raises(Invalid):
        operations.add_evidence(finding, evidence=[secret], by=cast.auditor)
    operations.add_evidence(finding, evidence=[make_evidence(cast)], by=cast.auditor)
    assert len(stored(finding).evidence) == 1


def test_what_has_expired_shows_what_was_found_and_proves_no_effect(cast: Cast) -> None:
    """An expired certificate may be the finding; it does not prove today that it helped."""
    day = today(cast)
    expired = make_evidence(cast, "Sertifikat kalibrasi", valid_until=day - timedelta(days=1))
    last_day = make_evidence(cast, "Berlaku sampai hari ini", valid_until=day)
    finding = make_finding(cast)
    operations.add_evidence(finding, evidence=[expired], by=cast.auditor)
    other = verify_all(cast, make_finding(cast))
    operations.add_evidence(other, evidence=[last_day], by=cast.officer)
    with pytest.raises(Invalid, match="counted until") as problem:
        operations.add_evidence(other, evidence=[expired], by=cast.officer)
    assert "evidence" in problem.value.fields


def test_the_statement_is_corrected_before_the_answer_only(cast: Cast) -> None:
    finding = make_finding(cast)
    words: dict[str, Any] = {
        "source": Source.INTERNAL_AUDIT,
        "source_note": None,
        "place": "Loket 3",
        "requirement": "Nomor antrean",
        "seen": "Loket 3 tanpa nomor",
        "deviation": "Tidak ada nomor",
        "clause_ids": [],
    }
    with pytest.raises(Refused):
        operations.edit_finding(finding, by=cast.officer, **words)
    operations.edit_finding(finding, by=cast.auditor, version=finding.version, **words)
    with pytest.raises(Stale):
        operations.edit_finding(finding, by=cast.auditor, version=1, **words)
    answer(cast, finding)
    with pytest.raises(Refused):
        operations.edit_finding(finding, by=cast.auditor, **words)


def test_a_district_sets_its_own_rule_from_a_day_on(cast: Cast) -> None:
    before, day = today(cast) - timedelta(days=10), today(cast) - timedelta(days=5)
    with pytest.raises(Refused):
        operations.set_grade_rule(
            Grade.MINOR,
            from_on=day,
            steps=[StepKind.CORRECTION],
            reply_days=3,
            due_days=7,
            source="Keputusan Bupati",
            by=cast.officer,
        )
    for days in (8, 7):  # the second sets the same day anew
        operations.set_grade_rule(
            Grade.MINOR,
            from_on=day,
            steps=[StepKind.CORRECTION],
            reply_days=3,
            due_days=days,
            source="Keputusan Bupati",
            by=cast.administrator,
        )
    assert rule_on(cast.district.id, Grade.MINOR, before).due_days == 60
    assert rule_on(cast.outsider.district_id, Grade.MINOR, day).due_days == 60
    own = next(rule for rule in rules_on(cast.district.id, day) if rule.grade is Grade.MINOR)
    assert (own.due_days, own.steps) == (7, (StepKind.CORRECTION, StepKind.VERIFICATION))
    finding = make_finding(cast, found_on=day)
    assert finding.due_on == day + timedelta(days=7)
    operations.write_response(finding, correction="Diatur", cause=None, by=cast.officer)
    operations.answer_finding(finding, by=cast.officer)
    operations.close_finding(finding, by=cast.auditor)


def test_cancelling_a_restricted_finding_tells_nothing_to_who_sees_its_actions(cast: Cast) -> None:
    """An ordinary action may serve a restricted finding; its history is read by all."""
    restricted = AccessClass.RESTRICTED
    secret = make_finding(cast, "Suap di loket", access=restricted, by=cast.lead_auditor)
    knows = {"owner_person_id": cast.officer.id, "by": cast.officer}
    plain, own = make_action(cast), make_action(cast, access=restricted, **knows)
    for action in (plain, own):
        operations.add_existing_action(secret, action, by=cast.officer)
    operations.cancel_finding(secret, reason="Tidak terbukti disuap", by=cast.lead_auditor)
    db.session.commit()
    assert plain.state is own.state is ActionState.CANCELLED
    assert journal.history(plain)[0].reason == "What it served was cancelled."
    assert journal.history(own)[0].reason == f"{secret.number}: Tidak terbukti disuap"


def test_what_becomes_a_nonconformity_says_what_was_asked_and_seen(cast: Cast) -> None:
    finding = make_finding(cast, grade=Grade.OBSERVATION, requirement=None, seen=None)
    with pytest.raises(Invalid, match="needs its requirement"):
        operations.change_grade(finding, Grade.MAJOR, reason="Sistemik", by=cast.auditor)
    operations.change_grade(finding, Grade.OPPORTUNITY, reason="Ringan", by=cast.auditor)
    assert finding.grade is Grade.OPPORTUNITY


@pytest.mark.parametrize(
    ("found_on", "due_on", "field", "said"),
    [
        (date(2026, 5, 4), date(2026, 5, 3), "body_due_on", "can be due before the day"),
        (date(2026, 5, 4), date(2206, 5, 4), "body_due_on", "The year looks wrong"),
        (date(2026, 5, 4), date(2126, 5, 4), "body_due_on", "more than ten years ahead"),
        (date(1926, 5, 4), date(2026, 5, 3), "found_on", "The year looks wrong"),
        (date(26, 5, 4), None, "found_on", "The year looks wrong"),
        (date(2126, 5, 4), None, "found_on", "lies in the future"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(
    cast: Cast, found_on: date, due_on: date | None, field: str, said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_finding(cast, found_on=found_on, body_due_on=due_on)
    assert said in str(refused.value.fields[field])
    assert db.session.scalar(select(func.count()).select_from(Finding)) == 0
