"""Findings and what was answered, as a pack shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.actions.models import Action
from qms.core.db import AccessClass
from qms.evidence.models import Evidence
from qms.findings.models import (
    Finding,
    FindingAction,
    FindingClause,
    FindingEvidence,
    FindingState,
    FindingStep,
    Grade,
    Source,
    StepKind,
    StepResult,
)
from qms.packs.reading.reader import Reader
from qms.standards.queries import cited_text


@dataclass(frozen=True)
class FindingLine:
    """A finding as it stood on the day. The steps are those of its last round."""

    id: int
    uid: UUID
    number: str
    external_number: str | None
    unit: str
    source: Source
    source_note: str | None
    found_on: date
    place: str | None
    grade: Grade
    requirement: str | None
    seen: str | None
    deviation: str
    state: FindingState
    is_open: bool
    is_overdue: bool
    reply_due_on: date | None
    due_on: date | None
    closed_on: date | None
    round: int
    correction: str
    cause: str
    effectiveness: str
    clauses: str
    actions: str
    evidence: str
    raised_by: str
    access: AccessClass
    is_imported: bool


@dataclass(frozen=True)
class StepLine:
    """One step of one round."""

    finding: str
    round: int
    kind: StepKind
    text: str | None
    result: StepResult
    person: str
    on: date | None


def findings(
    reader: Reader, *, ids: Any = None, open_majors: bool = False
) -> Iterator[FindingLine]:
    """Findings by day and number: all, with these ids (a list or a subquery), or open majors."""
    where = reader.shown("open") if open_majors else reader.shown("finding")
    statement = (
        select(Finding)
        .where(where)
        .order_by(Finding.found_on, Finding.number_key, Finding.uid)
        .options(joinedload(Finding.raised_by), selectinload(Finding.steps))
    )
    if open_majors:
        statement = statement.where(Finding.grade == Grade.MAJOR)
    if ids is not None:
        statement = statement.where(Finding.id.in_(ids))
    for batch in reader.batches(statement):
        batch_ids = [one.id for one in batch]
        cited = reader.cited(FindingClause, FindingClause.finding_id, batch_ids)
        actions, proofs = belonging(reader, batch_ids)
        for one in batch:
            yield finding_line(
                reader,
                one,
                cited_text(cited[one.id]),
                ", ".join(actions.get(one.id, [])),
                "; ".join(proofs.get(one.id, [])),
            )


def belonging(reader: Reader, ids: list[int]) -> tuple[dict[int, list[str]], ...]:
    """Numbers of the actions, and names of the evidence, of each finding."""
    return (
        reader.linked(
            select(FindingAction.finding_id, Action.number)
            .join(Action, Action.id == FindingAction.action_id)
            .where(FindingAction.finding_id.in_(ids), reader.shown("action"))
            .order_by(Action.number, Action.uid)
        ),
        reader.linked(
            select(FindingEvidence.finding_id, Evidence.name)
            .join(Evidence, Evidence.id == FindingEvidence.evidence_id)
            .where(FindingEvidence.finding_id.in_(ids), reader.shown("evidence"))
            .order_by(Evidence.added_on, Evidence.uid)
        ),
    )


def finding_line(
    reader: Reader, one: Finding, clauses: str, actions: str, evidence: str
) -> FindingLine:
    day = reader.about.as_of
    last = max((step.round for step in told(one, day)), default=1)
    said = {step.kind: step.text or "" for step in told(one, day) if step.round == last}
    is_closed = one.closed_on is not None and one.closed_on <= day
    is_open = one.state is not FindingState.CANCELLED and not is_closed
    return FindingLine(
        id=one.id,
        uid=one.uid,
        number=one.number,
        external_number=one.external_number,
        unit=reader.units.get(one.unit_id, ""),
        source=one.source,
        source_note=one.source_note,
        found_on=one.found_on,
        place=one.place,
        grade=one.grade,
        requirement=one.requirement,
        seen=one.seen,
        deviation=one.deviation,
        state=state_on(one, day, reader.about.known_day),
        is_open=is_open,
        is_overdue=is_open and one.due_on is not None and one.due_on < day,
        reply_due_on=one.reply_due_on,
        due_on=one.due_on,
        closed_on=one.closed_on if is_closed else None,
        round=last,
        correction=said.get(StepKind.CORRECTION, ""),
        cause=said.get(StepKind.CAUSE, ""),
        effectiveness=said.get(StepKind.EFFECTIVENESS, ""),
        clauses=clauses,
        actions=actions,
        evidence=evidence,
        raised_by=one.raised_by.name if one.raised_by else "",
        access=one.access,
        is_imported=one.is_imported,
    )


def told(finding: Finding, day: date) -> list[FindingStep]:
    """The steps that were taken by the day."""
    return [step for step in finding.steps if step.on is None or step.on <= day]


def state_on(finding: Finding, day: date, known: date) -> FindingState:
    """The state on a day. Of the present day it is as recorded; of an earlier one it follows from
    the close date and the steps taken by then."""
    if finding.state is FindingState.CANCELLED:
        return finding.state
    if finding.closed_on is not None and finding.closed_on <= day:
        return FindingState.CLOSED
    if day >= known:
        return finding.state
    steps = told(finding, day)
    last = max((step.round for step in steps), default=1)
    results = {step.kind: step.result for step in steps if step.round == last}
    if results.get(StepKind.VERIFICATION) is StepResult.ACCEPTED:
        return FindingState.VERIFIED
    if StepKind.PLAN in results and StepKind.VERIFICATION not in results:
        return _of_its_plan(finding, last, results.get(StepKind.APPROVAL))
    is_disputed = results.get(StepKind.ACCEPTANCE) is StepResult.REJECTED
    if is_disputed and StepKind.RULING not in results:
        return FindingState.DISPUTED
    return FindingState.RAISED


def _of_its_plan(finding: Finding, round: int, approval: StepResult | None) -> FindingState:
    """The state once the answer of a round was sent: by what became of its plan until then. A plan
    that was decided about later, or waits now, waited on that day."""
    if approval is StepResult.REJECTED:
        return FindingState.RAISED
    waits_now = finding.state is FindingState.SUBMITTED and finding.round == round
    if approval is None and (waits_now or finding.step(StepKind.APPROVAL, round) is not None):
        return FindingState.SUBMITTED
    return FindingState.ANSWERED


def steps(reader: Reader) -> Iterator[StepLine]:
    """Every step of every round of the findings, in their order."""
    statement = (
        select(Finding)
        .where(reader.shown("finding"))
        .order_by(Finding.found_on, Finding.number_key, Finding.uid)
        .options(selectinload(Finding.steps).joinedload(FindingStep.person))
    )
    order = list(StepKind)
    for batch in reader.batches(statement):
        for finding in batch:
            taken = told(finding, reader.about.as_of)
            for step in sorted(taken, key=lambda one: (one.round, order.index(one.kind))):
                yield StepLine(
                    finding.number,
                    step.round,
                    step.kind,
                    step.text,
                    step.result,
                    step.person.name if step.person else "",
                    step.on,
                )
