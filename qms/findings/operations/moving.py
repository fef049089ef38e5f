"""The moves of a finding, from the answer to the proof of its effect, and back."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from qms.actions import operations as actions
from qms.actions.models import ActionState
from qms.core.db import db, same_version
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import Finding, FindingAction, FindingState, StepKind, StepResult
from qms.findings.operations.holding import release_actions
from qms.findings.operations.responding import Step, record
from qms.findings.operations.scheduling import schedule_check, set_due_dates
from qms.findings.rules import accepts_by_answering, rule_of
from qms.findings.workflow import FINDING
from qms.people.models import Person
from qms.people.rights import sight_of


def move(
    name: str,
    finding: Finding,
    *,
    by: Person,
    reason: str | None = None,
    steps: Sequence[Step] = (),
    new_round: bool = False,
    closed_on: date | None = None,
    version: int | None = None,
) -> None:
    """Make a move. What follows from the state is set here and nowhere else: whether the finding
    is open, and since when it is closed."""
    reason = (reason or "").strip() or None
    row = FINDING.check(name, finding, by=by, reason=reason)
    same_version(finding, version)
    with db.session.no_autoflush:
        for step in steps:
            record(finding, step, by)
        if new_round:
            finding.round += 1
            set_due_dates(finding, by.district.today)
        finding.is_open = FindingState(row.target).is_open
        closed = row.target is FindingState.CLOSED
        finding.closed_on = (closed_on or by.district.today) if closed else None
        if row.target is FindingState.VERIFIED:
            schedule_check(finding, by.district.today)
        FINDING.make(name, finding, by=by, reason=reason)
    if row.target in (FindingState.ANSWERED, FindingState.CLOSED):
        release_actions(finding, by=by)


def answer_finding(finding: Finding, *, by: Person, version: int | None = None) -> None:
    """Send the answer: correction, cause and actions are there, as the grade needs them. Where the
    plan needs no approval, work begins. Who answers without a dispute accepts the finding."""
    steps = [step(StepKind.PLAN)]
    if accepts_by_answering(finding):
        steps.append(step(StepKind.ACCEPTANCE, result=StepResult.ACCEPTED))
    name = "submit" if rule_of(finding).needs(StepKind.APPROVAL) else "answer"
    move(name, finding, by=by, steps=steps, version=version)


def approve_plan(
    finding: Finding, *, by: Person, note: str | None = None, version: int | None = None
) -> None:
    """The plan is good: its actions may be done."""
    approved = step(StepKind.APPROVAL, note, StepResult.ACCEPTED)
    move("approve_plan", finding, by=by, reason=note, steps=[approved], version=version)


def return_plan(finding: Finding, *, reason: str, by: Person, version: int | None = None) -> None:
    """The plan is not good enough: back to the unit, with the reason."""
    returned = step(StepKind.APPROVAL, reason, StepResult.REJECTED)
    move("return_plan", finding, by=by, reason=reason, steps=[returned], version=version)


def step(kind: StepKind, text: str | None = None, result: StepResult = StepResult.RECORDED) -> Step:
    """A step as it is recorded; without words its text is empty."""
    return kind, (text or "").strip() or None, result


def acknowledge_finding(finding: Finding, *, by: Person, version: int | None = None) -> None:
    """Take note of a finding that needs no response, and close it."""
    move("acknowledge", finding, by=by, version=version)


def send_back_finding(
    finding: Finding, *, reason: str, by: Person, version: int | None = None
) -> None:
    """The answer is not good enough: back to the unit, with the reason."""
    rejected = step(StepKind.VERIFICATION, reason, StepResult.REJECTED)
    move("send_back", finding, by=by, reason=reason, steps=[rejected], version=version)


def verify_finding(
    finding: Finding, *, by: Person, note: str | None = None, version: int | None = None
) -> None:
    """Every action of the round is verified; what remains is to prove the effect."""
    move("verify", finding, by=by, reason=note, steps=_verified(note), version=version)


def _verified(note: str | None) -> list[Step]:
    return [step(StepKind.ACTIONS), step(StepKind.VERIFICATION, note, StepResult.ACCEPTED)]


def close_finding(
    finding: Finding, *, by: Person, note: str | None = None, version: int | None = None
) -> None:
    """Verify and close a finding whose grade asks for no proof of effect."""
    move("close", finding, by=by, reason=note, steps=_verified(note), version=version)


def prove_effective(
    finding: Finding,
    *,
    text: str,
    by: Person,
    early: str | None = None,
    version: int | None = None,
) -> None:
    """It was looked at again and does not come back: closed. `text` says what shows it; `early`
    why that can be said before the day on which it was to be seen."""
    early = (early or "").strip()
    name = "prove"
    if early and finding.waits_for_effect(by.district.today):
        if not text.strip():
            raise Invalid(_l("Say what shows that it worked."), reason=_l("Write the reason."))
        name = "prove_early"
        text = _("%(text)s\nJudged before its day: %(why)s", text=text.strip(), why=early)
    proven = step(StepKind.EFFECTIVENESS, text, StepResult.ACCEPTED)
    move(name, finding, by=by, reason=text, steps=[proven], version=version)


def find_not_effective(
    finding: Finding, *, reason: str, by: Person, version: int | None = None
) -> None:
    """It came back: a new round begins, with new due dates; the old round stays as it was."""
    failed = step(StepKind.EFFECTIVENESS, reason, StepResult.REJECTED)
    move(
        "not_effective",
        finding,
        by=by,
        reason=reason,
        steps=[failed],
        new_round=True,
        version=version,
    )


def cancel_finding(
    finding: Finding, *, reason: str, by: Person, version: int | None = None
) -> None:
    """It was no finding after all; the reason is kept. Of a disputed one that decides the dispute.
    What was still to be done or verified for it alone is cancelled with it; an action that more
    people see is not told of which finding."""
    is_ruling = finding.state is FindingState.DISPUTED
    agreed = [step(StepKind.RULING, reason, StepResult.ACCEPTED)] if is_ruling else []
    move("cancel", finding, by=by, reason=reason, steps=agreed, version=version)
    sight, waiting = sight_of(by), (ActionState.OPEN, ActionState.DONE)
    why = f"{finding.number}: {reason.strip()}"
    needed = _needed_elsewhere(finding)
    for action in [link.action for link in finding.actions]:
        if action.state in waiting and action.id not in needed and sight.sees(action):
            is_open_to_more = finding.access is not action.access
            told = _("What it served was cancelled.") if is_open_to_more else why
            actions.cancel_with(action, reason=told, by=by)


def _needed_elsewhere(finding: Finding) -> set[int]:
    """The ids of its actions that serve another open finding too."""
    ids = [link.action_id for link in finding.actions]
    return set(
        db.session.scalars(
            select(FindingAction.action_id)
            .join(Finding, Finding.id == FindingAction.finding_id)
            .where(FindingAction.action_id.in_(ids), Finding.id != finding.id, Finding.is_open)
        )
    )


def reopen_finding(
    finding: Finding, *, reason: str, by: Person, version: int | None = None
) -> None:
    """Open it again in a new round with new due dates. The close date is cleared, the history
    stays."""
    move("reopen", finding, by=by, reason=reason, new_round=True, version=version)
