"""Audits as a pack shows them: who held them, what each clause came to, what was signed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from qms.audits.models import (
    Answer,
    AskedWhen,
    Audit,
    AuditFinding,
    AuditKind,
    AuditLine,
    AuditLineClause,
    AuditLineCondition,
    AuditLineFinding,
    AuditLineVerdict,
    AuditMember,
    AuditReport,
    AuditSignature,
    AuditState,
    Method,
    ReportState,
    TeamRole,
)
from qms.audits.showing.report import parts_under
from qms.audits.showing.team import overruled_text
from qms.core import clock
from qms.core.db import AccessClass
from qms.findings.models import Finding
from qms.packs.reading.conditions import end_of
from qms.packs.reading.meetings import HeldMeeting, SaidLine, meetings_by_audit, said_by_audit
from qms.packs.reading.reader import Reader
from qms.standards.models import Clause
from qms.standards.queries import ClauseRow, cited_text, edition_by_id

OPEN = "open"
"""What stands for an answer where there is none by the day."""
Results = dict[str, int]
"""How many lines came to each answer (or OPEN), in the order of the answers."""


@dataclass(frozen=True)
class MemberLine:
    """Somebody on the team; of whom something was overruled: what, by whom and why."""

    name: str
    role: TeamRole
    overruled: str


@dataclass(frozen=True)
class AuditEntry:
    """An audit as it stood on the day, with the last issue of its report that others than the team
    may read."""

    id: int
    uid: UUID
    number: str
    kind: AuditKind
    title: str
    unit: str
    editions: str
    state: AuditState
    planned_from: date
    planned_until: date
    opened_on: date | None
    closed_on: date | None
    objectives: str | None
    scope: str | None
    criteria: str | None
    methods: str | None
    body: str | None
    body_reference: str | None
    planned_by: str
    team: tuple[MemberLine, ...]
    results: Results
    findings: str
    issue: int | None
    is_signed: bool
    correction_reason: str | None
    signatures: tuple[str, ...]
    said: tuple[tuple[str, str, str], ...]
    """What was written by hand in the report, as far as it is about the standards of the pack:
    (name in PART_LABELS, heading, text)."""
    meetings: tuple[HeldMeeting, ...]
    stances: tuple[SaidLine, ...]
    access: AccessClass

    @property
    def lead(self) -> str:
        return "; ".join(one.name for one in self.team if one.role is TeamRole.LEAD)

    @property
    def others(self) -> str:
        return "; ".join(one.name for one in self.team if one.role is not TeamRole.LEAD)

    @property
    def lines(self) -> int:
        return sum(self.results.values())

    @property
    def answered(self) -> int:
        return self.lines - self.results.get(OPEN, 0)


@dataclass(frozen=True)
class AskedLine:
    """A line of a checklist with its answer, as it stood on the day."""

    uid: UUID
    audit: str
    number: int
    """Its place on the checklist."""
    section: str
    question: str
    hint: str | None
    methods: tuple[Method, ...]
    clauses: str
    is_asked: bool
    """It waits for no other answer."""
    answer: Answer | None
    verdicts: str
    """Other results under single standards."""
    seen: str | None
    reason: str | None
    drawn_from: str | None
    population: int | None
    size: int | None
    items: str | None
    findings: str
    answered_by: str
    answered_on: date | None


def audits(reader: Reader) -> Iterator[AuditEntry]:
    """Audits by their first day and number."""
    statement = (
        select(Audit)
        .where(reader.shown("audit"))
        .order_by(Audit.planned_from, Audit.number_key, Audit.uid)
        .options(
            joinedload(Audit.planned_by),
            selectinload(Audit.editions),
            selectinload(Audit.members).options(
                joinedload(AuditMember.person), joinedload(AuditMember.overruled_by)
            ),
            selectinload(Audit.reports).options(
                selectinload(AuditReport.signatures).joinedload(AuditSignature.person),
                selectinload(AuditReport.standards),
                joinedload(AuditReport.audit),
            ),
        )
    )
    for batch in reader.batches(statement):
        ids = [one.id for one in batch]
        numbers = reader.linked(
            select(AuditFinding.audit_id, Finding.number)
            .join(Finding, Finding.id == AuditFinding.finding_id)
            .where(AuditFinding.audit_id.in_(ids), reader.shown("finding"))
            .order_by(Finding.number_key, Finding.uid)
        )
        results = results_by_audit(reader, ids)
        held, said = meetings_by_audit(reader, ids), said_by_audit(reader, ids)
        for one in batch:
            yield replace(
                audit_entry(
                    reader, one, results.get(one.id, {}), ", ".join(numbers.get(one.id, []))
                ),
                meetings=held.get(one.id, ()),
                stances=said.get(one.id, ()),
            )


def audit_entry(reader: Reader, one: Audit, results: Results, findings: str) -> AuditEntry:
    """The audit without what was taken down on the spot."""
    day = reader.about.as_of
    report = report_on(one, day, reader.about.known_day)
    editions = sorted(link.edition_id for link in one.editions)
    return AuditEntry(
        id=one.id,
        uid=one.uid,
        number=one.number,
        kind=one.kind,
        title=one.title,
        unit=reader.units.get(one.unit_id, ""),
        editions=", ".join(edition_by_id(edition).code for edition in editions),
        state=state_on(one, day, reader.about.known_day),
        planned_from=one.planned_from,
        planned_until=one.planned_until,
        opened_on=by_then(one.opened_on, day),
        closed_on=by_then(one.closed_on, day),
        objectives=one.objectives,
        scope=one.scope,
        criteria=one.criteria,
        methods=one.methods,
        body=one.body,
        body_reference=one.body_reference,
        planned_by=one.planned_by.name,
        team=tuple(map(member_line, sorted(one.members, key=lambda m: (m.role, m.person.name)))),
        results=results,
        findings=findings,
        issue=report.issue if report else None,
        is_signed=report is not None and by_then(report.signed_on, day) is not None,
        correction_reason=report.correction_reason if report else None,
        signatures=signed_by(report, day) if report else (),
        said=tuple(parts_under(report, {edition.id for edition in reader.about.editions}))
        if report
        else (),
        meetings=(),
        stances=(),
        access=one.access,
    )


def by_then(value: date | None, day: date) -> date | None:
    """A day, unless it had not come yet."""
    return value if value is not None and value <= day else None


def member_line(member: AuditMember) -> MemberLine:
    by, reason = member.overruled_by, member.overrule_reason
    overruled = overruled_text(member.overruled, by.name, reason) if by and reason else ""
    return MemberLine(member.person.name, member.role, overruled)


def state_on(audit: Audit, day: date, known: date) -> AuditState:
    """The state on a day. Of the present day it is as recorded; of an earlier one it follows from
    the days on which it was begun, its report signed, and it closed."""
    if day >= known or audit.state is AuditState.CANCELLED:
        return audit.state
    if by_then(audit.closed_on, day):
        return AuditState.CLOSED
    if not by_then(audit.opened_on, day):
        return AuditState.PLANNED
    if audit.kind.is_external:
        is_reported = audit.state in (AuditState.REPORTED, AuditState.CLOSED)
    else:
        is_reported = any(by_then(one.signed_on, day) for one in audit.reports)
    return AuditState.REPORTED if is_reported else AuditState.UNDER_WAY


def report_on(audit: Audit, day: date, known: date) -> AuditReport | None:
    """The last issue that was signed by the day; of the present day one that is being signed too.
    A draft is the team's own."""
    told = [
        one
        for one in audit.reports
        if by_then(one.signed_on, day) or (day >= known and one.state is ReportState.SIGNING)
    ]
    return max(told, key=lambda one: one.issue) if told else None


def signed_by(report: AuditReport, day: date) -> tuple[str, ...]:
    """Who had signed by the day, in order: name and post of the day of signing."""
    return tuple(
        ", ".join(word for word in (one.name, one.post) if word)
        for one in report.signatures
        if by_then(one.signed_on, day)
    )


def told_lines(reader: Reader) -> Any:
    """The lines that the audits asked as (id, audit_id, answer), the answer NULL if it was given
    later than the day."""
    told = AuditLine.answered_at < end_of(reader.about)
    after = aliased(AuditLine)
    met = (
        and_(AuditLineCondition.asked_when == when, after.answer.in_(when.answers))
        for when in AskedWhen
    )
    is_asked = or_(
        AuditLine.answer.is_not(None),
        AuditLineCondition.line_id.is_(None),
        and_(after.is_removed.is_(False), or_(*met)),
    )
    return (
        select(AuditLine.id, AuditLine.audit_id, case((told, AuditLine.answer)).label("answer"))
        .join(Audit, Audit.id == AuditLine.audit_id)
        .outerjoin(AuditLineCondition, AuditLineCondition.line_id == AuditLine.id)
        .outerjoin(after, after.id == AuditLineCondition.after_id)
        .where(reader.shown("audit"), AuditLine.is_removed.is_(False), is_asked)
        .subquery()
    )


def results_by_audit(reader: Reader, ids: list[int]) -> dict[int, Results]:
    """Audit id -> how many lines came to each answer."""
    lines = told_lines(reader).c
    rows = reader.session.execute(
        select(lines.audit_id, lines.answer, func.count())
        .where(lines.audit_id.in_(ids))
        .group_by(lines.audit_id, lines.answer)
    )
    counted: dict[int, Results] = {}
    for audit_id, answer, number in rows:
        counted.setdefault(audit_id, {})[answer or OPEN] = number
    return {audit_id: in_order(found) for audit_id, found in counted.items()}


def in_order(counted: Results) -> Results:
    return {name: counted[name] for name in (*Answer, OPEN) if name in counted}


@dataclass
class Coverage:
    """What each clause came to in each audit of the pack."""

    results: dict[int, dict[int, Results]] = field(default_factory=dict)
    """Clause id -> audit id -> results."""
    numbers: dict[int, str] = field(default_factory=dict)
    """Audit id -> number, in the order of the audits."""

    def at(self, clause_id: int) -> list[tuple[str, Results]]:
        """(audit number, results) of a clause, in the order of the audits."""
        found = self.results.get(clause_id, {})
        return [(number, found[one]) for one, number in self.numbers.items() if one in found]

    def looked_at(self, clause_id: int) -> int:
        """How many lines at the clause came to a judgement."""
        unseen = (OPEN, Answer.NOT_SAMPLED.value, Answer.NOT_APPLICABLE.value)
        return sum(
            number
            for results in self.results.get(clause_id, {}).values()
            for name, number in results.items()
            if name not in unseen
        )


def coverage(reader: Reader) -> Coverage:
    """The results of all audits of the pack by clause, each under its own standard. Two
    queries."""
    lines = told_lines(reader).c
    verdicts = (
        select(
            AuditLineClause.clause_id,
            lines.audit_id,
            case(
                (lines.answer.is_not(None), func.coalesce(AuditLineVerdict.answer, lines.answer))
            ).label("answer"),
        )
        .join(lines.id.table, lines.id == AuditLineClause.line_id)
        .join(Clause, Clause.id == AuditLineClause.clause_id)
        .outerjoin(
            AuditLineVerdict,
            (AuditLineVerdict.line_id == lines.id)
            & (AuditLineVerdict.edition_id == Clause.edition_id),
        )
        .subquery()
        .c
    )
    by = (verdicts.clause_id, verdicts.audit_id, verdicts.answer)
    rows = reader.session.execute(select(*by, func.count()).group_by(*by))
    counted: dict[int, dict[int, Results]] = {}
    for clause_id, audit_id, answer, number in rows:
        found = counted.setdefault(clause_id, {}).setdefault(audit_id, {})
        found[answer or OPEN] = number
    numbers = reader.session.execute(
        select(Audit.id, Audit.number)
        .where(reader.shown("audit"))
        .order_by(Audit.planned_from, Audit.number_key, Audit.uid)
    )
    ordered = {
        clause_id: {audit_id: in_order(found) for audit_id, found in by_audit.items()}
        for clause_id, by_audit in counted.items()
    }
    return Coverage(ordered, {row.id: row.number for row in numbers})


def never_looked_at(reader: Reader, found: Coverage, clauses: list[ClauseRow]) -> list[ClauseRow]:
    """The clauses without others under them at which, and above which, no audit of the pack looked
    at anything."""
    parents = {clause.parent_id for clause in clauses}
    by_id = {clause.id: clause for clause in clauses}

    def is_covered(clause: ClauseRow | None) -> bool:
        while clause is not None:
            if found.looked_at(clause.id):
                return True
            clause = by_id.get(clause.parent_id or 0)
        return False

    return [one for one in clauses if one.id not in parents and not is_covered(one)]


def checklist_lines(reader: Reader) -> Iterator[AskedLine]:
    """Every line of every checklist, in the order of the audits and of the walk."""
    statement = (
        select(AuditLine)
        .join(Audit, Audit.id == AuditLine.audit_id)
        .where(reader.shown("audit"), AuditLine.is_removed.is_(False))
        .order_by(Audit.planned_from, Audit.number_key, Audit.uid, AuditLine.position, AuditLine.id)
        .options(
            joinedload(AuditLine.answered_by),
            joinedload(AuditLine.audit),
            joinedload(AuditLine.sample),
            joinedload(AuditLine.condition).joinedload(AuditLineCondition.after),
        )
    )
    places: Counter[int] = Counter()
    for batch in reader.batches(statement):
        ids = [line.id for line in batch]
        cited = reader.cited(AuditLineClause, AuditLineClause.line_id, ids)
        numbers = reader.linked(
            select(AuditLineFinding.line_id, Finding.number)
            .join(Finding, Finding.id == AuditLineFinding.finding_id)
            .where(AuditLineFinding.line_id.in_(ids), reader.shown("finding"))
            .order_by(Finding.number_key, Finding.uid)
        )
        for line in batch:
            places[line.audit_id] += 1
            yield asked_line(
                reader,
                line,
                places[line.audit_id],
                cited_text(cited[line.id]),
                ", ".join(numbers.get(line.id, [])),
            )


def asked_line(
    reader: Reader, line: AuditLine, number: int, clauses: str, findings: str
) -> AskedLine:
    at = line.answered_at
    told = at if at is not None and at < end_of(reader.about) else None
    sample = line.sample if told else None
    return AskedLine(
        uid=line.uid,
        audit=line.audit.number,
        number=number,
        section=line.section,
        question=line.question,
        hint=line.hint,
        methods=tuple(map(Method, line.methods)),
        clauses=clauses,
        is_asked=line.is_asked,
        answer=line.answer if told else None,
        verdicts=verdicts_text(line) if told else "",
        seen=line.seen if told else None,
        reason=line.reason if told else None,
        drawn_from=sample.drawn_from if sample else None,
        population=sample.population if sample else None,
        size=sample.size if sample else None,
        items=sample.items if sample else None,
        findings=findings if told else "",
        answered_by=line.answered_by.name if told and line.answered_by else "",
        answered_on=clock.day_of(told, reader.about.timezone) if told else None,
    )


def verdicts_text(line: AuditLine) -> str:
    """ISO 37001:2016: Minor nonconformity (why)."""
    return "; ".join(
        f"{edition_by_id(one.edition_id).code}: {one.answer.label} ({one.reason})"
        for one in sorted(line.verdicts, key=lambda verdict: verdict.edition_id)
    )
