"""Work begins when its plan is approved: until then the actions of a plan are held, but for what is
corrected at once."""

from sqlalchemy import exists, select

from qms.actions import operations as actions
from qms.actions.models import Action, ActionKind, ActionState
from qms.core.db import db
from qms.findings.models import Finding, FindingAction, FindingState, StepKind
from qms.findings.rules import rule_of
from qms.people.models import Person

BEFORE_WORK = frozenset({FindingState.RAISED, FindingState.DISPUTED, FindingState.SUBMITTED})


def is_unapproved(finding: Finding) -> bool:
    """Whether its plan must be approved and is not."""
    return finding.state in BEFORE_WORK and rule_of(finding).needs(StepKind.APPROVAL)


def holds(finding: Finding, kind: ActionKind) -> bool:
    """Whether an action that is planned for it now has to wait."""
    return kind is not ActionKind.CORRECTION and is_unapproved(finding)


def hold_or_release(finding: Finding, action: Action, *, by: Person) -> None:
    """An action that was planned already serves this finding too: it waits with its plan unless
    it is asked for elsewhere, and need not wait any more if this plan is approved."""
    if action.state is not ActionState.OPEN:
        return
    if action.is_held and not is_unapproved(finding):
        actions.release_action(action, by=by)
    elif not action.is_held and holds(finding, action.kind) and not _is_asked_for(finding, action):
        actions.hold_action(action, by=by)


def _is_asked_for(finding: Finding, action: Action) -> bool:
    """Whether it serves another open finding, too. One query."""
    served = exists().where(
        FindingAction.action_id == action.id,
        FindingAction.finding_id == Finding.id,
        Finding.id != finding.id,
        Finding.is_open,
    )
    return bool(db.session.scalar(select(served)))


def release_actions(finding: Finding, *, by: Person) -> None:
    """Nothing of this finding's plan has to wait any more."""
    for link in finding.actions:
        if link.action.is_held and link.action.state is ActionState.OPEN:
            actions.release_action(link.action, by=by)
