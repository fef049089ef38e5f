"""A first draft of the report's parts, made from what was recorded: to be read, mended, kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from qms.audits.gathering import told_under
from qms.audits.models import Answer, Audit, AuditFinding, AuditLine, Stance
from qms.audits.queries.sources import earlier_audits
from qms.audits.showing import clauses_text, sample_text
from qms.core import dates
from qms.core.db import AccessClass, db
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.findings.models import Finding, FindingState, Grade
from qms.people.models import Person
from qms.standards.queries import clause_by_id, clause_by_key, edition_by_id

MOST_TOLD = 20
"""Items that a drafted part lists; the report's tables hold all of them."""


def draft_parts(audit: Audit, person: Person, told: Mapping[str, Any]) -> dict[str, str]:
    """Texts by the names of the report's columns; parts of which nothing is known are left out.
    `told`: what was recorded (`gathering.gather`). The conclusions are for people to
    draw. What belongs to one of several standards is an item that names the standard or a finding
    under it, so that the reports to the others can do without it (`showing.report_parts`)."""
    parts = {
        "summary": _summary(audit, told),
        "not_covered": _not_covered(audit.asked),
        "sampling": _sampling(audit.asked),
        "strengths": _strengths(audit.asked),
        "comparison": _comparison(audit, person),
        "disagreements": _disagreements(told["stances"]),
        "follow_up": _follow_up(told["findings"]),
    }
    return {name: text for name, text in parts.items() if text}


def _summary(audit: Audit, told: Mapping[str, Any]) -> str:
    """What came out; for each standard apart where there are several, as each has its report."""
    editions = [edition_by_id(one) for one in audit.edition_ids]
    if len(editions) == 1:
        return _counted(told)
    counted = [(one.code, _counted(told_under(told, one.key))) for one in editions]
    return _listed(f"{code}: {text}" for code, text in counted if text)


def _counted(told: Mapping[str, Any]) -> str:
    """How many lines were answered and how, and how many findings of each grade there are."""
    answers = Counter(one["answer"] for one in told["lines"] if one["answer"])
    results = ", ".join(f"{one.label}: {answers[one]}" for one in Answer if answers[one])
    if not results:
        return ""
    grades = Counter(one["grade"] for one in told["findings"])
    found = ", ".join(f"{one.label}: {grades[one]}" for one in Grade if grades[one])
    said = [
        ngettext(
            "%(num)s line of the checklist was answered (%(results)s).",
            "%(num)s lines of the checklist were answered (%(results)s).",
            answers.total(),
            results=results,
        )
    ]
    if found:
        said.append(_("Findings: %(found)s.", found=found))
    return " ".join(said)


def _not_covered(lines: Iterable[AuditLine]) -> str:
    """What was not sampled, and why."""
    return _listed(
        f"{clauses_text(cited)}: {_why(line, Answer.NOT_SAMPLED) or line.question}"
        for line in lines
        if (cited := _clauses_with(line, Answer.NOT_SAMPLED))
    )


def _strengths(lines: Iterable[AuditLine]) -> str:
    return _listed(
        f"{clauses_text(cited)}: {line.seen or line.question}"
        for line in lines
        if (cited := _clauses_with(line, Answer.STRENGTH))
    )


def _clauses_with(line: AuditLine, answer: Answer) -> list[int]:
    """The clauses of a line under whose standard it came to an answer."""
    return [
        one for one in line.clause_ids if line.answer_under(clause_by_id(one).edition_id) is answer
    ]


def _why(line: AuditLine, answer: Answer) -> str | None:
    """The reason of an answer, or of the verdict under a standard that came to it."""
    if line.answer is answer:
        return line.reason
    return next((one.reason for one in line.verdicts if one.answer is answer), None)


def _sampling(lines: list[AuditLine]) -> str:
    """How much was looked at, what was not under which standard, and what that means."""
    drawn = [
        f"{clauses_text(cited)}: "
        + sample_text(
            line.sample.drawn_from, line.sample.population, line.sample.size, line.sample.items
        )
        for line in lines
        if line.sample is not None and (cited := _clauses_sampled(line))
    ]
    left = _left_out(lines)
    if not drawn and not left:
        return ""
    means = _(
        "The conclusions rest on samples that the auditors chose. What was not sampled may be "
        "otherwise."
    )
    return "\n".join(filter(None, [_listed(drawn), _listed(left), means]))


def _clauses_sampled(line: AuditLine) -> list[int]:
    """The clauses of a line without those under whose standard it was not sampled."""
    left = set(_clauses_with(line, Answer.NOT_SAMPLED))
    return [one for one in line.clause_ids if one not in left]


def _left_out(lines: list[AuditLine]) -> list[str]:
    """How many questions were not sampled under each standard, and at which clauses."""
    counts: Counter[int] = Counter()
    cited: dict[int, set[int]] = {}
    for line in lines:
        found = _clauses_with(line, Answer.NOT_SAMPLED)
        editions = {clause_by_id(one).edition_id for one in found}
        counts.update(editions)
        for edition_id in editions:
            cited.setdefault(edition_id, set()).update(
                one for one in found if clause_by_id(one).edition_id == edition_id
            )
    return [
        ngettext(
            "%(clauses)s: %(num)s question was not sampled",
            "%(clauses)s: %(num)s questions were not sampled",
            counts[edition_id],
            clauses=clauses_text(cited[edition_id]),
        )
        for edition_id in sorted(cited)
    ]


def _comparison(audit: Audit, person: Person) -> str:
    """What became of what the last audit found, as far as all who read the report may know it."""
    for row in earlier_audits(person, audit, limit=1):
        last = db.session.get_one(Audit, row.id)
        if last.access is AccessClass.RESTRICTED and audit.access is AccessClass.ORDINARY:
            return ""
        found = db.session.scalars(
            select(Finding)
            .join(AuditFinding, AuditFinding.finding_id == Finding.id)
            .where(
                AuditFinding.audit_id == last.id,
                Finding.state != FindingState.CANCELLED,
                Finding.access == AccessClass.ORDINARY,
            )
            .order_by(Finding.number_key)
            .options(selectinload(Finding.clauses))
        ).all()
        head = _(
            "Last audit: %(number)s, %(day)s.",
            number=last.number,
            day=dates.long_day(last.planned_from),
        )
        if not found:
            none = _("It had no findings that are told here.")
            return f"{head} {none}"
        return f"{head}\n{_listed(_then_and_now(one, audit) for one in found)}"
    return ""


def _then_and_now(finding: Finding, audit: Audit) -> str:
    """A finding of the last audit, where it stands, and whether its clause is weak again."""
    weak = {
        clause_id
        for line in audit.asked
        if line.grade is not None and line.grade is not Grade.STRENGTH
        for clause_id in line.cited_ids
    }
    own = [one.clause_id for one in finding.clauses]
    about = "; ".join(filter(None, [str(finding.grade.label), clauses_text(own)]))
    text = f"{finding.number} ({about}): {finding.state.label}"
    if weak.intersection(own) and finding.grade is not Grade.STRENGTH:
        again = _("a weakness was seen at the same clause again")
        text += f"; {again}"
    return text


def _disagreements(said: list[dict[str, Any]]) -> str:
    """What the auditee does not agree with, and why."""
    return _listed(
        f"{_about(one)}: {_words(one)}" for one in said if one["stance"] == Stance.DISAGREES
    )


def _about(said: dict[str, Any]) -> str:
    """The findings that were spoken of, or the clauses and the question of the line."""
    if said["findings"]:
        return ", ".join(said["findings"])
    cited = clauses_text(clause_by_key(key).id for key in said["clauses"])
    return f"{cited}: {said['about']}" if cited else str(said["about"])


def _words(said: dict[str, Any]) -> str:
    who, note = said["spoken_by"], said["note"] or ""
    return f"{who}: {note}" if who else note


def _follow_up(findings: list[dict[str, Any]]) -> str:
    """Until when what was found is to be closed."""
    return _listed(
        _(
            "%(number)s: to be closed by %(day)s",
            number=one["number"],
            day=dates.long_day(date.fromisoformat(one["due_on"])),
        )
        for one in findings
        if one["due_on"]
    )


def _listed(texts: Iterable[str]) -> str:
    """One line for each, the first of many."""
    found = [" ".join(text.split()) for text in texts]
    more = len(found) - MOST_TOLD
    lines = [f"- {text}" for text in found[:MOST_TOLD]]
    if more > 0:
        lines.append(_("… and %(n)s more.", n=more))
    return "\n".join(lines)
