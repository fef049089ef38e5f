"""The checklist, and what came out by clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from qms.audits.models import ANSWER_TONES, Answer, Audit, AuditLine, Method
from qms.audits.workflow import untracked_lines
from qms.core.i18n import gettext as _
from qms.standards.queries import clause_by_key, in_clause_order, title_of


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


def percent_of(audit: Audit) -> int:
    """How much of the checklist is answered."""
    asked = audit.asked
    if not asked:
        return 0
    return sum(line.answer is not None for line in asked) * 100 // len(asked)
