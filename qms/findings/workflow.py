"""The states of a finding and the moves between them, and what can stand in their way."""

from typing import Any

from qms.actions.models import Action, ActionState
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.workflow import Move, Workflow
from qms.findings.changes import documents_that_wait
from qms.findings.models import Finding, FindingState, StepKind
from qms.findings.permissions import (
    may_acknowledge,
    may_answer,
    may_cancel,
    may_import,
    may_reopen,
    may_verify,
    may_verify_actions,
    may_verify_and_close,
)
from qms.findings.rules import rule_of


def lacks_answer(finding: Finding) -> Any:
    """What the unit has still to write before it can answer."""
    rule = rule_of(finding)
    planned = [one for one in finding.actions_of() if one.state is not ActionState.CANCELLED]
    for kind, sentence in (
        (StepKind.CORRECTION, _l("Write the immediate correction first.")),
        (StepKind.CAUSE, _l("Write the cause first.")),
    ):
        step = finding.step(kind)
        if rule.needs(kind) and not (step and step.text):
            return sentence
    if (rule.needs(StepKind.PLAN) or rule.needs(StepKind.ACTIONS)) and not planned:
        return _l("Plan at least one action with an owner and a date first.")
    lacking = [
        one
        for one in planned
        if one.due_missing or not (one.owner_person_id or one.owner_position_id)
    ]
    if named := _nameable(finding, lacking):
        return _("Give %(number)s an owner and a date first.", number=named[0].number)
    if lacking:
        return _l("Not every action of this finding has an owner and a date.")
    if not rule.needs_response and not planned:
        return _l("This grade needs no answer. Plan an action, or acknowledge and close it.")
    return None


def _nameable(finding: Finding, actions: list[Action]) -> list[Action]:
    """Those that everybody sees who sees the finding. The others are not named: to somebody who
    may not see them they do not exist."""
    all_know = finding.access is AccessClass.RESTRICTED
    return [
        one
        for one in actions
        if one.unit_id == finding.unit_id and (all_know or one.access is AccessClass.ORDINARY)
    ]


def unverified_actions(finding: Finding) -> Any:
    """Which actions of the round are not yet verified."""
    states = [action.state for action in finding.actions_of()]
    waiting = [
        action
        for action in finding.actions_of()
        if action.state in (ActionState.OPEN, ActionState.DONE)
    ]
    if named := _nameable(finding, waiting):
        numbers = ", ".join(one.number for one in named)
        return _("Verify these actions first: %(numbers)s.", numbers=numbers)
    if waiting:
        return _l("Not every action of this finding is verified.")
    if rule_of(finding).needs(StepKind.ACTIONS) and ActionState.VERIFIED not in states:
        return _l("At least one action must be done and verified.")
    return None


def planned_actions(finding: Finding) -> Any:
    """Actions that are under way, so that taking note is not enough; or documents to change."""
    if any(one.state in (ActionState.OPEN, ActionState.DONE) for one in finding.actions_of()):
        return _l("Actions are under way. Answer the finding, or cancel them.")
    return documents_that_wait(finding)


def unfinished(finding: Finding) -> Any:
    """What stands in the way of verifying and closing at once."""
    return unverified_actions(finding) or documents_that_wait(finding)


RAISED, ANSWERED, VERIFIED = FindingState.RAISED, FindingState.ANSWERED, FindingState.VERIFIED
CLOSED, CANCELLED = FindingState.CLOSED, FindingState.CANCELLED

FINDING = Workflow(
    Move(
        "answer",
        _l("Send the answer"),
        RAISED,
        ANSWERED,
        may_answer,
        unless=lacks_answer,
        tone="primary",
    ),
    Move(
        "acknowledge",
        _l("Acknowledge and close"),
        RAISED,
        CLOSED,
        may_acknowledge,
        unless=planned_actions,
        tone="primary",
    ),
    Move(
        "verify",
        _l("Verify the answer"),
        ANSWERED,
        VERIFIED,
        may_verify_actions,
        unless=unverified_actions,
        note=_l("What you looked at (optional)"),
        tone="primary",
    ),
    Move(
        "close",
        _l("Verify and close"),
        ANSWERED,
        CLOSED,
        may_verify_and_close,
        unless=unfinished,
        note=_l("What you looked at (optional)"),
        tone="primary",
    ),
    Move("send_back", _l("Send back"), ANSWERED, RAISED, may_verify, needs_reason=True),
    Move(
        "prove",
        _l("Effective: close"),
        VERIFIED,
        CLOSED,
        may_verify,
        unless=documents_that_wait,
        needs_reason=True,
        tone="primary",
    ),
    Move(
        "not_effective",
        _l("Not effective: new round"),
        VERIFIED,
        RAISED,
        may_verify,
        needs_reason=True,
    ),
    Move(
        "cancel",
        _l("Cancel the finding"),
        (RAISED, ANSWERED, VERIFIED),
        CANCELLED,
        may_cancel,
        needs_reason=True,
    ),
    Move("reopen", _l("Reopen"), (CLOSED, CANCELLED), RAISED, may_reopen, needs_reason=True),
    # A corrected file says another state for what happened before this system.
    *(
        Move(
            f"import_{state.value}",
            _l("Take over the file's state"),
            tuple(one for one in FindingState if one is not state),
            state,
            may_import,
            automatic=True,
        )
        for state in FindingState
    ),
)
