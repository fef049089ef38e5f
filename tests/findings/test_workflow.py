"""Which moves of a finding are open to whom, in each state: the whole table."""

from collections.abc import Callable

import pytest

from qms.actions import operations as actions
from qms.core.errors import OutOfTurn, Refused
from qms.findings import operations
from qms.findings.models import Finding, FindingState, Grade
from qms.findings.workflow import FINDING
from tests.cast import Cast
from tests.factories import answer, finish, make_finding, on_check_day, submit, verify_all

RAISED, DISPUTED, SUBMITTED = FindingState.RAISED, FindingState.DISPUTED, FindingState.SUBMITTED
ANSWERED, VERIFIED = FindingState.ANSWERED, FindingState.VERIFIED
CLOSED, CANCELLED = FindingState.CLOSED, FindingState.CANCELLED

WORKERS = "officer head owner staff consultant anti_bribery coordinator"
RAISERS = "officer head consultant anti_bribery coordinator secretariat auditor lead_auditor"
CHECKERS = "auditor lead_auditor coordinator"
APART = "lead_auditor coordinator"  # the auditor raised it

# (state, move): who is offered it. A move that is not here is offered to nobody in that state.
# What begins with "!" is shown greyed, with what stands in its way.
TABLE: dict[tuple[FindingState, str], str] = {
    (RAISED, "submit"): f"! {WORKERS}",
    (RAISED, "dispute"): WORKERS,
    (RAISED, "cancel"): CHECKERS,
    (DISPUTED, "accept"): WORKERS,
    (DISPUTED, "uphold"): APART,
    (DISPUTED, "cancel"): APART,
    (SUBMITTED, "approve_plan"): f"{CHECKERS} head",
    (SUBMITTED, "return_plan"): f"{CHECKERS} head",
    (SUBMITTED, "cancel"): CHECKERS,
    (ANSWERED, "verify"): f"! {CHECKERS}",
    (ANSWERED, "send_back"): CHECKERS,
    (ANSWERED, "cancel"): CHECKERS,
    (VERIFIED, "prove"): f"! {CHECKERS}",
    (VERIFIED, "prove_early"): CHECKERS,
    (VERIFIED, "not_effective"): CHECKERS,
    (VERIFIED, "cancel"): CHECKERS,
    (CLOSED, "reopen"): RAISERS,
    (CANCELLED, "reopen"): RAISERS,
}


def dispute(cast: Cast, finding: Finding) -> None:
    operations.dispute_finding(finding, reason="Nomor antrean ada", by=cast.owner)


def close(cast: Cast, finding: Finding) -> None:
    verify_all(cast, finding)
    with on_check_day(finding):
        operations.prove_effective(finding, text="Baik", by=cast.auditor)


TO: dict[FindingState, Callable[[Cast, Finding], object]] = {
    RAISED: lambda cast, finding: None,
    DISPUTED: dispute,
    SUBMITTED: submit,
    ANSWERED: answer,
    VERIFIED: verify_all,
    CLOSED: close,
    CANCELLED: lambda cast, one: operations.cancel_finding(one, reason="Ganda", by=cast.auditor),
}


def in_state(cast: Cast, state: FindingState) -> Finding:
    """A minor nonconformity in this state, answered by the officer, done by the owner."""
    finding = make_finding(cast)
    TO[state](cast, finding)
    assert finding.state is state
    return finding


def offered(cast: Cast, name: str, finding: Finding) -> dict[str, bool]:
    """The moves that somebody is shown, and whether something stands in the way."""
    person = getattr(cast, name)
    return {
        move.name: move.blocked_because is not None for move in FINDING.open_to(person, finding)
    }


@pytest.mark.parametrize("state", list(FindingState))
def test_every_role_in_every_state(cast: Cast, state: FindingState) -> None:
    """Every move, for everybody: what is offered, what is greyed, and what is refused if it is
    tried all the same."""
    finding = in_state(cast, state)
    for name in Cast.ROLES:
        expected = {
            move: who.startswith("!")
            for (at, move), who in TABLE.items()
            if at is state and name in who.split()
        }
        assert offered(cast, name, finding) == expected, (name, state)
        for move in FINDING.moves:
            if move.automatic:
                continue
            try:
                FINDING.check(move.name, finding, by=getattr(cast, name), reason="Sebab")
            except (Refused, OutOfTurn):
                passes = False
            else:
                passes = True
            assert passes is (expected.get(move.name) is False), (name, state, move.name)


def test_the_table_knows_every_state_and_every_move() -> None:
    """Whoever adds a state or a move says here who may."""
    by_other_rules = {"answer", "acknowledge", "close"}  # grades that ask for less, below
    moves = {move.name for move in FINDING.moves if not move.automatic}
    assert {move for _state, move in TABLE} | by_other_rules == moves
    assert {state for state, _move in TABLE} == set(FindingState) == set(TO)


def test_on_its_day_the_effect_is_judged_and_no_reason_is_asked(cast: Cast) -> None:
    finding = in_state(cast, VERIFIED)
    with on_check_day(finding):
        for name in CHECKERS.split():
            found = offered(cast, name, finding)
            assert found == {"prove": False, "not_effective": False, "cancel": False}, name


def test_an_observation_needs_no_approval_and_is_closed_at_verification(cast: Cast) -> None:
    finding = make_finding(cast, grade=Grade.OBSERVATION)
    for name in Cast.ROLES:
        expected = {"answer": True, "dispute": False} if name in WORKERS.split() else {}
        if name in CHECKERS.split():
            expected["cancel"] = False
        assert offered(cast, name, finding) == expected, name
    answer(cast, finding)
    for name in Cast.ROLES:
        expected = {"close": True, "send_back": False, "cancel": False}
        assert offered(cast, name, finding) == (expected if name in CHECKERS.split() else {}), name


@pytest.mark.parametrize("grade", [Grade.STRENGTH, Grade.OPPORTUNITY])
def test_what_needs_no_response_is_acknowledged(cast: Cast, grade: Grade) -> None:
    finding = make_finding(cast, grade=grade)
    for name in Cast.ROLES:
        works, checks = name in WORKERS.split(), name in CHECKERS.split()
        expected = {"acknowledge": False} if works or checks else {}
        if checks:
            expected["cancel"] = False
        if works and grade is Grade.OPPORTUNITY:
            expected["answer"] = True
        assert offered(cast, name, finding) == expected, name


def test_the_unit_above_checks_the_unit_below(cast: Cast) -> None:
    finding = make_finding(cast, unit=cast.blk)
    assert set(offered(cast, "officer", finding)) == {"submit", "dispute", "cancel"}
    submit(cast, finding, by=cast.owner)
    assert set(offered(cast, "officer", finding)) == {"approve_plan", "return_plan", "cancel"}
    operations.approve_plan(finding, by=cast.officer)
    assert set(offered(cast, "officer", finding)) == {"verify", "send_back", "cancel"}


def test_who_may_act_sees_why_a_move_is_not_possible_yet(cast: Cast) -> None:
    finding = make_finding(cast)
    moves = {move.name: move for move in FINDING.open_to(cast.officer, finding)}
    assert "correction" in str(moves["submit"].blocked_because)
    action = answer(cast, finding)
    moves = {move.name: move for move in FINDING.open_to(cast.auditor, finding)}
    assert action.number in str(moves["verify"].blocked_because)
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    operations.verify_finding(finding, by=cast.auditor)
    moves = {move.name: move for move in FINDING.open_to(cast.auditor, finding)}
    assert str(finding.effect_due_on.year) in str(moves["prove"].blocked_because)  # type: ignore[union-attr]
