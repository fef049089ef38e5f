"""Actions as a pack shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qms.actions.models import Action, ActionEvidence, ActionKind, ActionState
from qms.core.db import AccessClass
from qms.evidence.models import Evidence
from qms.findings.models import Finding, FindingAction
from qms.packs.reading.reader import Reader


@dataclass(frozen=True)
class ActionLine:
    """An action as it stood on the day."""

    id: int
    uid: UUID
    number: str
    kind: ActionKind
    what: str
    unit: str
    owner: str
    due_on: date | None
    state: ActionState
    is_overdue: bool
    done_on: date | None
    done_by: str
    done_note: str | None
    verified_on: date | None
    verified_by: str
    verified_note: str | None
    cost_planned: int | None
    cost_spent: int | None
    budget_code: str | None
    findings: str
    evidence: str
    access: AccessClass
    is_imported: bool


def actions(reader: Reader, *, ids: Any = None, overdue: bool = False) -> Iterator[ActionLine]:
    """Actions by number: all, those with these ids (a list or a subquery), or the overdue."""
    where = reader.shown("overdue") if overdue else reader.shown("action")
    statement = (
        select(Action)
        .where(where)
        .order_by(Action.number, Action.uid)
        .options(
            joinedload(Action.owner_person),
            joinedload(Action.owner_position),
            joinedload(Action.done_by),
            joinedload(Action.verified_by),
        )
    )
    if ids is not None:
        statement = statement.where(Action.id.in_(ids))
    for batch in reader.batches(statement):
        batch_ids = [one.id for one in batch]
        numbers, proofs = belonging(reader, batch_ids)
        for one in batch:
            yield action_line(
                reader, one, ", ".join(numbers.get(one.id, [])), "; ".join(proofs.get(one.id, []))
            )


def belonging(reader: Reader, ids: list[int]) -> tuple[dict[int, list[str]], ...]:
    """Numbers of the findings, and names of the evidence, of each action."""
    return (
        reader.linked(
            select(FindingAction.action_id, Finding.number)
            .join(Finding, Finding.id == FindingAction.finding_id)
            .where(FindingAction.action_id.in_(ids), reader.shown("finding"))
            .order_by(Finding.number_key, Finding.uid)
        ),
        reader.linked(
            select(ActionEvidence.action_id, Evidence.name)
            .join(Evidence, Evidence.id == ActionEvidence.evidence_id)
            .where(ActionEvidence.action_id.in_(ids), reader.shown("evidence"))
            .order_by(Evidence.added_on, Evidence.uid)
        ),
    )


def action_line(reader: Reader, one: Action, findings: str, evidence: str) -> ActionLine:
    day = reader.about.as_of
    state = state_on(one, day)
    is_done = state in (ActionState.DONE, ActionState.VERIFIED)
    is_verified = state is ActionState.VERIFIED
    due_on = None if one.due_missing else one.due_on
    return ActionLine(
        id=one.id,
        uid=one.uid,
        number=one.number,
        kind=one.kind,
        what=one.what,
        unit=reader.units.get(one.unit_id, ""),
        owner=one.owner_name,
        due_on=due_on,
        state=state,
        is_overdue=state is ActionState.OPEN and due_on is not None and due_on < day,
        done_on=one.done_on if is_done else None,
        done_by=one.done_by.name if is_done and one.done_by else "",
        done_note=one.done_note if is_done else None,
        verified_on=one.verified_on if is_verified else None,
        verified_by=one.verified_by.name if is_verified and one.verified_by else "",
        verified_note=one.verified_note if is_verified else None,
        cost_planned=one.cost_planned,
        cost_spent=one.cost_spent if is_done else None,
        budget_code=one.budget_code,
        findings=findings,
        evidence=evidence,
        access=one.access,
        is_imported=one.is_imported,
    )


def state_on(action: Action, day: date) -> ActionState:
    """The state on a day: what was done or verified later had not happened yet."""
    if action.state is ActionState.CANCELLED:
        return action.state
    if action.done_on is not None and action.done_on > day:
        return ActionState.OPEN
    if action.verified_on is not None and action.verified_on > day:
        return ActionState.DONE
    return action.state
