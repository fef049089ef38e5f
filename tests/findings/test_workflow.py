"""Which moves of a finding are open to whom, in each state."""

import pytest

from qms.findings import operations
from qms.findings.models import Finding, FindingState, Grade
from qms.findings.workflow import FINDING
from tests.cast import Cast
from tests.factories import answer, make_finding, verify_all

WORKERS = {"officer", "head", "owner", "staff", "consultant", "anti_bribery", "coordinator"}
RAISERS = {"officer", "head", "consultant", "anti_bribery", "coordinator"}
RAISERS |= {"secretariat", "auditor", "lead_auditor"}
CHECKERS = {"auditor", "lead_auditor", "coordinator"}

TABLE = {
    ("answer", FindingState.RAISED): WORKERS,
    ("cancel", FindingState.RAISED): CHECKERS,
    ("verify", FindingState.ANSWERED): CHECKERS,
    ("send_back", FindingState.ANSWERED): CHECKERS,
    ("cancel", FindingState.ANSWERED): CHECKERS,
    ("prove", FindingState.VERIFIED): CHECKERS,
    ("not_effective", FindingState.VERIFIED): CHECKERS,
    ("cancel", FindingState.VERIFIED): CHECKERS,
    ("reopen", FindingState.CLOSED): RAISERS,
    ("reopen", FindingState.CANCELLED): RAISERS,
}


def in_state(cast: Cast, state: FindingState) -> Finding:
    """A minor nonconformity in this state."""
    finding = make_finding(cast)
    if state is FindingState.ANSWERED:
        answer(cast, finding)
    elif state is FindingState.CANCELLED:
        operations.cancel_finding(finding, reason="Ganda", by=cast.auditor)
    elif state is not FindingState.RAISED:
        verify_all(cast, finding)
    if state is FindingState.CLOSED:
        operations.prove_effective(finding, text="Baik", by=cast.auditor)
    return finding


@pytest.mark.parametrize("state", list(FindingState))
def test_every_role_in_every_state(cast: Cast, state: FindingState) -> None:
    finding = in_state(cast, state)
    assert finding.state is state
    for name in Cast.ROLES:
        offered = {move.name for move in FINDING.open_to(getattr(cast, name), finding)}
        expected = {move for (move, at), who in TABLE.items() if at is state and name in who}
        assert offered == expected, (name, state)


def test_an_observation_is_closed_at_verification(cast: Cast) -> None:
    finding = make_finding(cast, grade=Grade.OBSERVATION)
    answer(cast, finding)
    for name in Cast.ROLES:
        offered = {move.name for move in FINDING.open_to(getattr(cast, name), finding)}
        expected = {"close", "send_back", "cancel"} if name in CHECKERS else set()
        assert offered == expected, name


@pytest.mark.parametrize("grade", [Grade.STRENGTH, Grade.OPPORTUNITY])
def test_what_needs_no_response_is_acknowledged(cast: Cast, grade: Grade) -> None:
    finding = make_finding(cast, grade=grade)
    for name in Cast.ROLES:
        offered = {move.name for move in FINDING.open_to(getattr(cast, name), finding)}
        expected = {"acknowledge"} if name in WORKERS | CHECKERS else set()
        if name in CHECKERS:
            expected |= {"cancel"}
        if name in WORKERS and grade is Grade.OPPORTUNITY:
            expected |= {"answer"}
        assert offered == expected, name


def test_the_unit_above_checks_the_unit_below(cast: Cast) -> None:
    finding = make_finding(cast, unit=cast.blk)
    offered = {move.name for move in FINDING.open_to(cast.officer, finding)}
    assert offered == {"answer", "cancel"}
    answer(cast, finding, by=cast.owner)
    offered = {move.name for move in FINDING.open_to(cast.officer, finding)}
    assert offered == {"verify", "send_back", "cancel"}


def test_who_may_act_sees_why_a_move_is_not_possible_yet(cast: Cast) -> None:
    finding = make_finding(cast)
    moves = {move.name: move for move in FINDING.open_to(cast.officer, finding)}
    assert moves["answer"].blocked_because
    answer(cast, finding)
    moves = {move.name: move for move in FINDING.open_to(cast.auditor, finding)}
    assert moves["verify"].blocked_because and not moves["send_back"].blocked_because
