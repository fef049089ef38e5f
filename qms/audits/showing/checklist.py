"""The checklist, and what came out by clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from qms.audits.models import (
    ANSWER_TONES,
    Answer,
    Audit,
    AuditLine,
    Method,
    SelfAnswer,
    SelfAssessmentAnswer,
)
from qms.audits.workflow import untracked_lines
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.standards.queries import clause_by_key, edition_by_id, in_clause_order, title_of


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
    verdicts: list[tuple[str, str, str]]
    """(standard, result, tone) where it came to something else under one of the standards."""
    sample: str
    condition: str
    last_time: str
    said: tuple[str, str] | None
    """What the unit said of itself: label and tone."""


@dataclass(frozen=True)
class Section:
    """The lines of a section, and how many of them are answered."""

    name: str
    lines: list[ShownLine]
    answered: int


def sections_of(
    audit: Audit,
    lines: Sequence[AuditLine],
    sees: Any,
    previous: Mapping[int, AuditLine],
    said: Mapping[int, SelfAnswer],
) -> list[Section]:
    """The lines by section. `sees(finding)`: whether the reader sees it. `previous`: the same line
    in the last audit, `said`: what the unit said of itself, both by line id."""
    lacking = {line.id for line in untracked_lines(audit)}
    grouped: dict[str, list[ShownLine]] = {}
    for line in lines:
        grouped.setdefault(line.section, []).append(
            _shown(line, line.id in lacking, sees, previous.get(line.id), said.get(line.id))
        )
    return [
        Section(name, found, sum(not one.is_open for one in found))
        for name, found in grouped.items()
    ]


def _shown(
    line: AuditLine,
    lacks: bool,
    sees: Any,
    previous: AuditLine | None,
    said: SelfAnswer | None,
) -> ShownLine:
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
        verdicts=verdicts_of(line),
        sample=sample_of(line),
        condition=condition_of(line),
        last_time=_last_time(previous) if previous else "",
        said=(str(said.label), said.tone) if said else None,
    )


def _last_time(previous: AuditLine) -> str:
    """Last time (AU-2025-...): Minor nonconformity."""
    answer = str(previous.answer.label) if previous.answer else _("Open")
    return _("Last time (%(audit)s): %(answer)s", audit=previous.audit.number, answer=answer)


def verdicts_of(line: AuditLine) -> list[tuple[str, str, str]]:
    """(standard, result, tone) where a line came to something else under a standard."""
    return [
        (edition_by_id(one.edition_id).code, str(one.answer.label), one.answer.tone)
        for one in line.verdicts
    ]


def sample_of(line: AuditLine) -> str:
    """40 of 312 files of the first semester: 12, 19 ...; empty where nothing was sampled."""
    return (
        ""
        if line.sample is None
        else sample_text(
            line.sample.drawn_from, line.sample.population, line.sample.size, line.sample.items
        )
    )


def sample_text(
    drawn_from: str | None, population: int | None, size: int | None, items: str | None
) -> str:
    """A sample in words."""
    if size is not None and population is not None:
        number = _("%(size)s of %(all)s", size=dates.number(size), all=dates.number(population))
    elif size is not None:
        number = dates.number(size)
    else:
        number = "" if population is None else _("of %(all)s", all=dates.number(population))
    what = " ".join(word for word in (number, drawn_from) if word)
    return ": ".join(word for word in (what, items) if word)


def condition_of(line: AuditLine) -> str:
    """After which answer to which line it is asked."""
    if line.condition is None:
        return ""
    question = line.condition.after.question.split("\n")[0]
    return f"{line.condition.asked_when.label}: {question[:160]}"


@dataclass(frozen=True)
class ShownPrevious:
    """The same line in the last audit."""

    audit: str
    url: str
    answer: str
    tone: str
    seen: str | None
    findings: list[tuple[str, str]]


def previous_of(line: AuditLine, sees: Any) -> ShownPrevious:
    """What the line came to in the last audit, with its findings as far as the reader sees them."""
    return ShownPrevious(
        line.audit.number,
        url_for("audits.line", uid=line.audit.uid, line=line.uid),
        str(line.answer.label) if line.answer else _("Open"),
        line.answer.tone if line.answer else "neutral",
        line.seen or line.reason,
        [
            (link.finding.number, url_for("findings.show", uid=link.finding.uid))
            for link in line.findings
            if sees(link.finding)
        ],
    )


@dataclass(frozen=True)
class ShownSelfAnswer:
    """What the unit said of itself at a line."""

    answer: str
    tone: str
    shown: str | None
    who: str


def self_answer_shown(said: SelfAssessmentAnswer | None) -> ShownSelfAnswer | None:
    if said is None:
        return None
    return ShownSelfAnswer(
        str(said.answer.label), said.answer.tone, said.shown, said.answered_by.name
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


def excluded_shown(
    excluded: Iterable[Mapping[str, str]], own: Mapping[int, str]
) -> list[tuple[str, str, str]]:
    """(standard, clause, why it does not apply) of `gathering.excluded_of`."""
    found = ((clause_by_key(one["clause"]), one["reason"]) for one in excluded)
    return [
        (clause.edition_code, f"{clause.number} {title_of(clause, own=own)}", reason)
        for clause, reason in found
    ]


def percent_of(audit: Audit) -> int:
    """How much of the checklist is answered."""
    asked = audit.asked
    if not asked:
        return 0
    return sum(line.answer is not None for line in asked) * 100 // len(asked)
