"""The states of a finding and the moves between them, and what can stand in their way."""

from typing import Any

from qms.actions.models import Action, ActionState
from qms.core.dates import long_day
from qms.core.db import AccessClass, db
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.workflow import Move, Workflow
from qms.findings.changes import documents_that_wait
from qms.findings.models import FILED_STATES, Finding, FindingState, StepKind
from qms.findings.permissions import (
    may_acknowledge,
    may_approve_plan,
    may_cancel,
    may_dispute,
    may_import,
    may_note_stance,
    may_prove_early,
    may_reopen,
    may_rule,
    may_send,
    may_submit,
    may_verify,
    may_verify_actions,
    may_verify_and_close,
)
from qms.findings.rules import rule_of
from qms.units.models import District


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
    if rule.needs(StepKind.EFFECTIVENESS) and not finding.criterion:
        return _l("Write how you will see that it worked first.")
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


def is_ruled_on(finding: Finding) -> Any:
    """Why it is not disputed once more."""
    if finding.step(StepKind.RULING) is None:
        return None
    return _l("The dispute was decided already; the reason stands below. Answer the finding.")


def effect_is_not_due(finding: Finding) -> Any:
    """Until when the proof of effect waits."""
    today = db.session.get_one(District, finding.district_id).today
    if finding.effect_due_on is None or not finding.waits_for_effect(today):
        return None
    return _(
        "The check of the effect is due on %(day)s. Who judges it earlier says why, below.",
        day=long_day(finding.effect_due_on),
    )


def not_proven_yet(finding: Finding) -> Any:
    """What stands in the way of finding it effective on its day."""
    return documents_that_wait(finding) or effect_is_not_due(finding)


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
DISPUTED, SUBMITTED = FindingState.DISPUTED, FindingState.SUBMITTED
CLOSED, CANCELLED = FindingState.CLOSED, FindingState.CANCELLED

FINDING = Workflow(
    Move(
        "answer",
        _l("Send the answer"),
        RAISED,
        ANSWERED,
        may_send,
        unless=lacks_answer,
        tone="primary",
    ),
    Move(
        "submit",
        _l("Send the answer"),
        RAISED,
        SUBMITTED,
        may_submit,
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
        "dispute",
        _l("Dispute the finding"),
        RAISED,
        DISPUTED,
        may_dispute,
        unless=is_ruled_on,
        needs_reason=True,
        note=_l("Why your unit does not accept it. Somebody who did not raise it decides."),
    ),
    Move(
        "note_dispute",
        _l("Dispute the finding"),
        RAISED,
        DISPUTED,
        may_note_stance,
        unless=is_ruled_on,
        needs_reason=True,
        automatic=True,
    ),
    Move("accept", _l("Accept it after all"), DISPUTED, RAISED, may_dispute),
    Move(
        "note_acceptance",
        _l("Accept it after all"),
        DISPUTED,
        RAISED,
        may_note_stance,
        automatic=True,
    ),
    Move("uphold", _l("The finding stands"), DISPUTED, RAISED, may_rule, needs_reason=True),
    # Agreeing to another grade: the change of the grade decides the dispute.
    Move("regrade", _l("Change the grade"), DISPUTED, RAISED, may_rule, automatic=True),
    Move(
        "approve_plan",
        _l("Approve the plan"),
        SUBMITTED,
        ANSWERED,
        may_approve_plan,
        note=_l("What you think of it (optional)"),
        tone="primary",
    ),
    Move("return_plan", _l("Send back"), SUBMITTED, RAISED, may_approve_plan, needs_reason=True),
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
        unless=not_proven_yet,
        needs_reason=True,
        tone="primary",
    ),
    Move(
        "prove_early",
        _l("Effective already: close"),
        VERIFIED,
        CLOSED,
        may_prove_early,
        unless=documents_that_wait,
        needs_reason=True,
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
        (RAISED, DISPUTED, SUBMITTED, ANSWERED, VERIFIED),
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
        for state in FILED_STATES
    ),
)
