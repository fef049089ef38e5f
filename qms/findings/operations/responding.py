"""The unit's answer: correction, cause, and the actions that are planned."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from qms.actions import operations as actions
from qms.actions.models import Action, ActionKind, ActionState
from qms.core import clock, journal
from qms.core.db import AccessClass, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.findings.causes import Why, read_outline, written_outline
from qms.findings.models import (
    Extent,
    Finding,
    FindingAction,
    FindingCause,
    FindingState,
    FindingStep,
    StepKind,
    StepResult,
)
from qms.findings.operations.holding import hold_or_release, holds
from qms.findings.permissions import RESPONSE, may_answer
from qms.people.models import Person
from qms.people.rights import sight_of

Step = tuple[StepKind, str | None, StepResult]


def write_response(
    finding: Finding,
    *,
    correction: str | None,
    cause: str | None,
    by: Person,
    criterion: str | None = None,
    whys: Sequence[Why] | None = None,
    extent: Extent | None = None,
    extent_text: str | None = None,
    version: int | None = None,
) -> None:
    """Write or change the immediate correction and the cause of the present round, the criterion of
    its effect (None: it stays), and the tree of causes behind it (None: it stays)."""
    require(may_answer, by, finding)
    same_version(finding, version)
    refuse_unless(finding, FindingState.RAISED)
    said = [(StepKind.CORRECTION, correction), (StepKind.CAUSE, cause)]
    if criterion is not None:
        said.append((StepKind.CRITERION, criterion.strip() or None))
    for kind, text in said:
        before = finding.step(kind)
        if (before.text if before else None) != text:
            record(finding, (kind, text, StepResult.RECORDED), by)
    if whys is not None:
        _write_causes(finding, whys, by)
    _write_extent(finding, extent, extent_text, cause, by)
    touch(finding)
    journal.write("write_response", finding, by=by)


def _write_extent(
    finding: Finding, extent: Extent | None, text: str | None, cause: str | None, by: Person
) -> None:
    """Whether it happened elsewhere stands beside the cause; nothing said: it stays."""
    said = finding.step(StepKind.CAUSE)
    if extent is None and not text:
        return
    if said is None:
        record(finding, (StepKind.CAUSE, cause, StepResult.RECORDED), by)
        said = finding.step(StepKind.CAUSE)
    assert said is not None
    if (said.extent, said.extent_text) != (extent, text):
        said.extent, said.extent_text = extent, text
        note_author(finding, by)


def _write_causes(finding: Finding, whys: Sequence[Why], by: Person) -> None:
    """Have the tree of the present round be this one."""
    if read_outline(written_outline(finding.causes_of())) == list(whys):
        return
    told, above = [], list[int]()
    for number, why in enumerate(whys, start=1):
        del above[why.depth :]
        told.append((number, above[-1] if above else None, why.branch, why.text))
        above.append(number)
    here = {one.number: one for one in finding.causes_of()}
    for one in here.values():
        if one.number > len(told):
            finding.causes.remove(one)
    for number, parent, branch, text in told:
        cause = here.get(number)
        if cause is None:
            cause = FindingCause(
                district_id=finding.district_id, round=finding.round, number=number
            )
            finding.causes.append(cause)
        cause.parent, cause.branch, cause.text = parent, branch, text
    note_author(finding, by)


def note_author(finding: Finding, by: Person) -> None:
    """Keep that this person wrote a part of the unit's answer: they judge nothing of it."""
    finding.answered_by_ids = sorted({*(finding.answered_by_ids or ()), by.id})


def refuse_unless(finding: Finding, *states: FindingState) -> None:
    if finding.state not in states:
        raise OutOfTurn(_l("The finding is not in a state for this. Look at it again."))


def record(finding: Finding, step: Step, by: Person) -> None:
    """Keep a step of the present round; the same step said anew stands in its place, and the
    journal keeps what was there."""
    kind, text, result = step
    found = finding.step(kind)
    if found is None:
        found = FindingStep(district_id=finding.district_id, round=finding.round, kind=kind)
        finding.steps.append(found)
    found.text, found.result = text, result
    found.person_id, found.on, found.recorded_at = by.id, by.district.today, clock.now()
    if kind in RESPONSE:
        note_author(finding, by)


def add_action(
    finding: Finding,
    *,
    kind: ActionKind,
    what: str,
    due_on: date,
    by: Person,
    owner_person_id: int | None = None,
    owner_position_id: int | None = None,
    cost_planned: int | None = None,
    budget_code: str | None = None,
    uid: UUID | None = None,
) -> Action:
    """Plan an action for the present round, before or after the answer was sent. With a uid as in
    `actions.plan_action`."""
    require(may_answer, by, finding)
    refuse_unless(finding, FindingState.RAISED, FindingState.ANSWERED)
    action = actions.plan_action(
        finding.unit_id,
        kind=kind,
        what=what,
        due_on=due_on,
        by=by,
        owner_person_id=owner_person_id,
        owner_position_id=owner_position_id,
        cost_planned=cost_planned,
        budget_code=budget_code,
        access=finding.access,
        is_held=holds(finding, kind),
        uid=uid,
    )
    if any(one.action_id == action.id for one in finding.actions):
        return action
    link(finding, action)
    journal.write("add_action", finding, by=by, action=action.number)
    return action


def add_existing_action(finding: Finding, action: Action, *, by: Person) -> None:
    """Let an action that is planned already serve this finding too."""
    require(may_answer, by, finding)
    refuse_unless(finding, FindingState.RAISED, FindingState.ANSWERED)
    if not sight_of(by).sees(action) or action.state is ActionState.CANCELLED:
        message = _l("Choose an action that is not cancelled.")
        raise Invalid(message, action=message)
    if action.access is AccessClass.RESTRICTED and finding.access is AccessClass.ORDINARY:
        message = _l("A restricted action can only serve a restricted finding.")
        raise Invalid(message, action=message)
    if any(link.action_id == action.id for link in finding.actions):
        message = _l("This action serves the finding already.")
        raise Invalid(message, action=message)
    link(finding, action)
    journal.write("add_action", finding, by=by, action=action.number)
    hold_or_release(finding, action, by=by)


def link(finding: Finding, action: Action) -> None:
    finding.actions.append(
        FindingAction(district_id=finding.district_id, action=action, round=finding.round)
    )
    touch(finding)
