"""An audit as its pages show it: register rows, facts, team, results, checklist, report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import escape

from qms.actions.showing import due_shown
from qms.audits.models import (
    ANSWER_TONES,
    Answer,
    Audit,
    AuditKind,
    AuditLine,
    AuditReport,
    AuditState,
    Method,
    ReportState,
)
from qms.audits.workflow import untracked_lines
from qms.core import dates
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.registers import escaped
from qms.core.routing import urls_of
from qms.findings.showing import STATE_TONES as FINDING_TONES
from qms.people.models import Person
from qms.standards.queries import clause_by_key, edition_by_id, in_clause_order, title_of

STATE_TONES = {
    AuditState.PLANNED: "neutral",
    AuditState.UNDER_WAY: "info",
    AuditState.REPORTED: "warn",
    AuditState.CLOSED: "good",
    AuditState.CANCELLED: "muted",
}
REPORT_TONES = {
    ReportState.DRAFT: "neutral",
    ReportState.SIGNING: "info",
    ReportState.SIGNED: "good",
}


class Row(NamedTuple):
    """A row of the register, ready to be shown."""

    number: str
    title: str
    url: str
    sub: str
    kind: str
    days: str
    state: str
    tone: str
    is_restricted: bool


def rows_of(rows: Iterable[Any], editions: Mapping[int, list[int]], person: Person) -> list[Row]:
    """The rows of a page of the register, safe for HTML. What they share is worked out once."""
    tree, url, rows = person.rights.tree, urls_of("audits.show"), list(rows)
    kinds, states = _looks(language())
    units = {row.unit_id: str(escape(tree[row.unit_id].label)) for row in rows}
    said = iter(escaped([text for row in rows for text in row[:2]]))
    found = []
    for row in rows:
        number, title = next(said), next(said)
        codes = ", ".join(edition_by_id(one).code for one in editions.get(row.id, ()))
        found.append(
            Row(
                number,
                title,
                url(row.uid),
                f"{units[row.unit_id]} · {codes}" if codes else units[row.unit_id],
                kinds[row.kind],
                days_of(row.planned_from, row.planned_until),
                *states[row.state],
                row.access is AccessClass.RESTRICTED,
            )
        )
    return found


@lru_cache(maxsize=8)
def _looks(_language: str) -> tuple[dict[AuditKind, str], dict[AuditState, tuple[str, str]]]:
    """The label of each kind; label and tone of each state."""
    return (
        {kind: str(kind.label) for kind in AuditKind},
        {state: (str(state.label), STATE_TONES[state]) for state in AuditState},
    )


def days_of(first: Any, last: Any) -> str:
    """One day, or from one to another."""
    if first == last:
        return dates.short_day(first)
    return f"{dates.short_day(first)} – {dates.short_day(last)}"


def badges_of(audit: Audit) -> list[tuple[Any, str]]:
    """Kind, state and what is special."""
    found: list[tuple[Any, str]] = [
        (audit.kind.label, "neutral"),
        (audit.state.label, STATE_TONES[audit.state]),
    ]
    if audit.access is AccessClass.RESTRICTED:
        found.append((_("Restricted"), "warn"))
    return found


def steps_of(audit: Audit) -> list[tuple[Any, str]]:
    """Where the audit is on its way, as the stepper shows it."""
    if audit.state is AuditState.CANCELLED:
        return [(AuditState.PLANNED.label, "done"), (audit.state.label, "failed")]
    way = [state for state in AuditState if state is not AuditState.CANCELLED]
    at, closed = way.index(audit.state), audit.state is AuditState.CLOSED
    return [
        (one.label, "done" if n < at or closed else "current" if n == at else "upcoming")
        for n, one in enumerate(way)
    ]


def facts_of(audit: Audit, person: Person) -> list[tuple[str, Any]]:
    """Label and value of what stands beside the story."""
    found: list[tuple[str, Any]] = [
        (_("Unit"), person.rights.tree[audit.unit_id].name),
        (_("Standards"), ", ".join(edition_by_id(one).code for one in audit.edition_ids)),
        (_("Days"), days_of(audit.planned_from, audit.planned_until)),
        (_("Begun on"), dates.long_day(audit.opened_on)),
        (_("Closed on"), dates.long_day(audit.closed_on)),
        (
            _("Recorded by") if audit.kind.is_external else _("Planned by"),
            audit.planned_by.name,
        ),
    ]
    if audit.kind.is_external:
        found.insert(1, (_("Certification body"), audit.body))
        found.insert(2, (_("Number given by the body"), audit.body_reference))
    return found


def plan_of(audit: Audit) -> list[tuple[str, str]]:
    """(heading, text) of what the plan says."""
    parts = (
        (_("Audit objectives"), audit.objectives),
        (_("Scope"), audit.scope),
        (_("Criteria"), audit.criteria),
        (_("Methods"), audit.methods),
    )
    return [(heading, text) for heading, text in parts if text]


@dataclass(frozen=True)
class ShownMember:
    """Somebody on the team, and what is to be said about their independence."""

    name: str
    role: str
    note: str


def team_of(audit: Audit) -> list[ShownMember]:
    """The team, and whose independence was overruled by whom and why."""
    return [
        ShownMember(
            one.person.name,
            str(one.role.label),
            _(
                "Independence overruled by %(who)s: %(reason)s",
                who=one.overruled_by.name,
                reason=one.overrule_reason,
            )
            if one.overruled_by is not None
            else "",
        )
        for one in audit.members
    ]


@dataclass(frozen=True)
class ShownLine:
    """A line of the checklist."""

    uid: str
    question: str
    hint: str | None
    clauses: str
    methods: str
    answer: str
    tone: str
    seen: str | None
    reason: str | None
    findings: list[tuple[str, str]]
    is_open: bool
    lacks_finding: bool


@dataclass(frozen=True)
class Section:
    """The lines of a section, and how many of them are answered."""

    name: str
    lines: list[ShownLine]
    answered: int


def sections_of(audit: Audit, lines: Sequence[AuditLine], sees: Any) -> list[Section]:
    """The lines by section. `sees(finding)`: whether the reader sees it."""
    lacking = {line.id for line in untracked_lines(audit)}
    grouped: dict[str, list[ShownLine]] = {}
    for line in lines:
        grouped.setdefault(line.section, []).append(_shown(line, line.id in lacking, sees))
    return [
        Section(name, found, sum(not one.is_open for one in found))
        for name, found in grouped.items()
    ]


def _shown(line: AuditLine, lacks: bool, sees: Any) -> ShownLine:
    return ShownLine(
        uid=str(line.uid),
        question=line.question,
        hint=line.hint,
        clauses=clauses_text(line.clause_ids),
        methods=methods_text(line.methods),
        answer=str(line.answer.label) if line.answer else _("Open"),
        tone=line.answer.tone if line.answer else "neutral",
        seen=line.seen,
        reason=line.reason,
        findings=[
            (link.finding.number, url_for("findings.show", uid=link.finding.uid))
            for link in line.findings
            if sees(link.finding)
        ],
        is_open=line.answer is None,
        lacks_finding=lacks,
    )


def clauses_text(clause_ids: Iterable[int]) -> str:
    """ISO 9001:2015 4.1, 4.2; ISO 37001:2016 4.1."""
    by_edition: dict[str, list[str]] = {}
    for clause in in_clause_order(clause_ids):
        by_edition.setdefault(clause.edition_code, []).append(clause.number)
    return "; ".join(f"{code} {', '.join(numbers)}" for code, numbers in by_edition.items())


def methods_text(methods: Iterable[str]) -> str:
    return ", ".join(str(Method(one).label) for one in methods)


@dataclass(frozen=True)
class Result:
    """What came out at one clause: how many lines, and how many of each answer."""

    edition: str
    clause: str
    lines: int
    answers: list[tuple[str, int, str]]


def results_shown(results: Iterable[Mapping[str, Any]], own: Mapping[int, str]) -> list[Result]:
    """Results by clause (see `gathering.results_of`) as pages and reports show them."""
    found = []
    for one in results:
        clause = clause_by_key(one["clause"])
        answers = [
            (_("Open"), count, "neutral")
            if name == "open"
            else (str(Answer(name).label), count, ANSWER_TONES[Answer(name)])
            for name, count in one["answers"].items()
        ]
        title = f"{clause.number} {title_of(clause, own=own)}"
        found.append(Result(clause.edition_code, title, one["lines"], answers))
    return found


@dataclass(frozen=True)
class ShownFinding:
    """A finding beside an audit."""

    title: str
    url: str
    number: str
    grade: str
    grade_tone: str
    state: str
    tone: str
    due: str
    due_tone: str


def findings_shown(rows: Iterable[Any], person: Person) -> list[ShownFinding]:
    """Findings as lists show them, from rows of plain columns."""
    today = person.district.today
    found = []
    for row in rows:
        number = f"{row.number} ({row.external_number})" if row.external_number else row.number
        found.append(
            ShownFinding(
                row.deviation.split("\n")[0][:160],
                url_for("findings.show", uid=row.uid),
                number,
                str(row.grade.label),
                row.grade.tone,
                str(row.state.label),
                FINDING_TONES[row.state],
                *due_shown(row.due_on, today, waits=row.state.is_open),
            )
        )
    return found


def percent_of(audit: Audit) -> int:
    """How much of the checklist is answered."""
    asked = audit.asked
    if not asked:
        return 0
    return sum(line.answer is not None for line in asked) * 100 // len(asked)


@dataclass(frozen=True)
class ShownSignature:
    """A place to sign."""

    role: str
    who: str
    post: str
    when: str
    note: str | None
    is_next: bool


def signatures_of(report: AuditReport) -> list[ShownSignature]:
    """The places to sign, in their order."""
    due = {one.position for one in report.due_signatures}
    return [
        ShownSignature(
            str(one.role.label),
            one.name or (one.person.name if one.person else ""),
            one.post or "",
            dates.long_day(one.signed_on),
            one.note,
            one.position in due,
        )
        for one in report.signatures
    ]


def report_parts(report: AuditReport) -> list[tuple[str, str]]:
    """(heading, text) of what was written by hand."""
    parts = (
        (_("Summary"), report.summary),
        (_("What was not covered"), report.not_covered),
        (_("Strengths"), report.strengths),
        (_("Conclusion on conformity"), report.conformity),
        (_("Conclusion on effectiveness"), report.effectiveness),
        (_("Disagreements"), report.disagreements),
        (_("Follow-up"), report.follow_up),
    )
    return [(heading, text) for heading, text in parts if text]
