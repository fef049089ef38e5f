"""An audit's report and its checklist as content for Word and Excel."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from qms.audits.models import (
    Answer,
    Audit,
    AuditKind,
    AuditReport,
    Stance,
    TeamRole,
)
from qms.audits.showing import (
    clauses_text,
    excluded_shown,
    meetings_told,
    methods_text,
    named_parts,
    results_shown,
    sample_of,
    verdicts_of,
)
from qms.audits.showing.report import CONCLUSIONS
from qms.audits.showing.team import overruled_text
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.findings.models import Finding, FindingState, Grade
from qms.office.blocks import (
    Block,
    Column,
    Cover,
    Facts,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    Run,
    Sheet,
    Signature,
    Signatures,
    Table,
    written,
)
from qms.standards.queries import clause_by_key, edition_by_key

Parts = Sequence[tuple[str, str, str]]
"""See `showing.named_parts`."""


def report_blocks(
    report: AuditReport,
    told: Mapping[str, Any],
    own: Mapping[int, str],
    edition_id: int | None = None,
) -> Iterator[Block]:
    """The report. `told`: what was recorded (`gathering.gather`); `own`: the district's titles;
    `edition_id`: the standard that it is about, where the reports of one walk are given out
    apart (`told` is then of that standard: `gathering.told_under`)."""
    parts = named_parts(report, edition_id, told)
    yield cover_of(report, told)
    yield from _written(parts, "summary", level=1)
    chapters = (
        (_("Introduction"), [Facts(plan_facts(told))]),
        (_("How the audit was held"), [*_held(told, own, parts)]),
        (_("Results of the audit"), [*_results(told, own, parts)]),
        (_("Conclusions and follow-up"), [*_written(parts, *CONCLUSIONS, "follow_up")]),
        (_("Signatures"), [*_signed(report)]),
    )
    told_of = ((heading, blocks) for heading, blocks in chapters if blocks)
    for number, (heading, blocks) in zip(ROMAN, told_of, strict=False):
        yield Heading(f"{number}. {heading}", 1)
        yield from blocks
    yield PageBreak(landscape=True)
    yield Heading(_("Annex: checklist"), 1)
    yield Table(_line_columns(), _line_rows(told))


ROMAN = ("I", "II", "III", "IV", "V")


def _held(told: Mapping[str, Any], own: Mapping[int, str], parts: Parts) -> Iterator[Block]:
    """Team, meetings, what was sampled and what was not, and what is out of scope."""
    yield Heading(_("Audit team"), 2)
    yield Table(team_columns(), team_rows(told))
    yield from _meetings(told)
    yield from _written(parts, "sampling")
    if rows := sample_rows(told):
        yield Heading(_("Samples taken"), 2)
        yield Table(sample_columns(), rows)
    yield from _written(parts, "not_covered")
    yield from excluded_blocks(told.get("excluded", ()), own)


def excluded_blocks(
    excluded: Sequence[Mapping[str, str]], own: Mapping[int, str]
) -> Iterator[Block]:
    """What the unit's scope leaves out, and why; nothing where it leaves nothing out."""
    if excluded:
        yield Heading(_("Clauses that do not apply"), 2)
        yield Table(excluded_columns(), excluded_shown(excluded, own))


def excluded_columns() -> list[Column]:
    return [Column(_("Standard"), 20), Column(_("Clause"), 40), Column(_("Justification"), 54)]


def _results(told: Mapping[str, Any], own: Mapping[int, str], parts: Parts) -> Iterator[Block]:
    """By clause, then what was found, and what the auditee says to it."""
    yield Heading(_("Results by clause"), 2)
    yield Paragraph(
        _(
            "An audit looks at a sample. That nothing was found does not prove that there is "
            "nothing to be found."
        ),
        "note",
        leads=True,
    )
    yield Table(result_columns(), result_rows(told, own))
    yield from _written(parts, "strengths")
    yield from _findings(told)
    yield from _stances(told)
    yield from _written(parts, "disagreements", "comparison")


def _signed(report: AuditReport) -> Iterator[Block]:
    """Who signs; nothing while the report is a draft."""
    if report.signatures:
        yield Signatures(signatures_of(report))
    for one in report.signatures:
        if one.note:
            yield Paragraph([Run(f"{one.role.label}, {one.name}: ", bold=True), one.note])


def _written(parts: Parts, *names: str, level: int = 2) -> Iterator[Block]:
    """What was written by hand, under its headings; lines that begin with "- " as a list."""
    for wanted in names:
        for name, heading, text in parts:
            if name == wanted:
                yield Heading(heading, level)
                yield from written(text)


def cover_of(report: AuditReport, told: Mapping[str, Any]) -> Cover:
    rows: list[tuple[str, Any]] = [
        *walk_facts(told),
        (_("Issue"), report.issue),
        (_("State"), str(report.standing)),
        (_("Last signed on"), _last_signed(report)),
    ]
    if report.correction_reason:
        rows.append((_("Why there is a new issue"), report.correction_reason))
    return Cover(
        title=_("Audit report"),
        subtitle=f"{told['number']}\n{told['title']}",
        rows=[(label, value) for label, value in rows if value],
        organisation=told["district"],
        letterhead=_letterhead(told),
    )


def walk_facts(told: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Where, against what and when."""
    return [
        (_("Unit"), told["unit"]),
        (_("Standards"), ", ".join(told["editions"])),
        (_("Days"), _days(told)),
    ]


def _letterhead(told: Mapping[str, Any]) -> Letterhead | None:
    """As it was when the report was sent to be signed; older reports have none."""
    head = told.get("letterhead")
    return Letterhead(head["name"], head["above"], head["lines"]) if head else None


def _last_signed(report: AuditReport) -> date | None:
    """The day of a report: when the last of those who sign had signed."""
    days = [one.signed_on for one in report.signatures]
    return max(filter(None, days)) if days and all(days) else None


def _days(told: Mapping[str, Any]) -> str:
    return dates.long_days(
        date.fromisoformat(told["planned_from"]), date.fromisoformat(told["planned_until"])
    )


def plan_facts(told: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What was planned: objectives, scope, criteria (the standards, if no others are written) and
    methods, as far as they are written."""
    begun = told["opened_on"]
    facts = [
        (_("Kind"), str(AuditKind(told["kind"]).label)),
        (_("Audit objectives"), told["objectives"]),
        (_("Scope"), told["scope"]),
        (_("Criteria"), told["criteria"] or ", ".join(told["editions"])),
        (_("Methods"), told["methods"]),
        (_("Begun on"), dates.long_day(date.fromisoformat(begun)) if begun else None),
    ]
    return [(label, value) for label, value in facts if value]


def team_columns() -> list[Column]:
    return [Column(_("Name"), 36), Column(_("Role"), 18), Column(_("Independence"), 56)]


def team_rows(told: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [one["name"], str(TeamRole(one["role"]).label), _independence(one)] for one in told["team"]
    ]


def _independence(member: Mapping[str, Any]) -> str:
    if member["overrule_reason"]:
        return overruled_text(
            member.get("overruled"), member["overruled_by"], member["overrule_reason"]
        )
    return "" if member["role"] == TeamRole.OBSERVER else _("Independent of the unit.")


def _meetings(told: Mapping[str, Any]) -> Iterator[Block]:
    """Who was at the opening and closing meetings."""
    if told.get("meetings"):
        yield Heading(_("Meetings"), 2)
    columns = [Column(_("Name"), 40), Column(_("Position or unit"), 60)]
    for one in meetings_told(told):
        yield Table(columns, one.people, one.heading)
        if one.agreed:
            yield Paragraph([Run(f"{_('Told and agreed')}: ", bold=True), one.agreed])


def result_columns() -> list[Column]:
    return [
        Column(_("Standard"), 20),
        Column(_("Clause"), 40),
        Column(_("Lines"), 8, "integer"),
        Column(_("Results"), 46),
    ]


def result_rows(told: Mapping[str, Any], own: Mapping[int, str]) -> list[list[Any]]:
    return [
        [
            one.edition,
            one.clause,
            one.lines,
            ", ".join(f"{label}: {count}" for label, count, _tone in one.answers),
        ]
        for one in results_shown(told["results"], own)
    ]


def _findings(told: Mapping[str, Any]) -> Iterator[Block]:
    yield Heading(_("Findings"), 2)
    if not told["findings"]:
        yield Paragraph(_("No findings."))
    for one in told["findings"]:
        yield Heading(f"{one['number']} – {Grade(one['grade']).label}", 3)
        yield Paragraph([Run(one["deviation"], bold=True)], leads=True)
        yield Facts(finding_facts(told, one))
    if told["confidential"]:
        yield Paragraph(
            _("Confidential findings that are not told here: %(n)s.", n=told["confidential"]),
            "note",
        )


def finding_facts(told: Mapping[str, Any], one: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a report tells of a finding beside its number, grade and deviation."""
    facts = [
        (_("Clauses"), cited(one["clauses"])),
        (_("What was asked"), one["requirement"]),
        (_("What was seen"), one["seen"]),
        (_("Closing due"), _day(one["due_on"])),
        (_("State"), str(FindingState(one["state"]).label)),
        *_said_to(told, one["number"]),
    ]
    return [(label, value) for label, value in facts if value]


def _said_to(told: Mapping[str, Any], number: str) -> list[tuple[str, Any]]:
    """What the auditee says to a finding."""
    return [
        (_("Auditee"), stance_text(one))
        for one in told.get("stances", ())
        if number in one["findings"]
    ]


def day_told(value: str) -> date:
    """A day as JSON keeps it."""
    return date.fromisoformat(value)


def _day(value: str | None) -> str | None:
    return dates.long_day(day_told(value)) if value else None


def cited(keys: list[str]) -> str:
    return clauses_text(clause_by_key(key).id for key in keys)


def _stances(told: Mapping[str, Any]) -> Iterator[Block]:
    """What the auditee says to the findings, as it was taken down on the spot."""
    if told.get("stances"):
        yield Heading(_("What the auditee says to the findings"), 2)
        columns = [
            Column(_("Findings"), 29),
            Column(_("About"), 48),
            Column(_("Agreement"), 27),
            Column(_("What they say"), 44),
        ]
        rows = (
            [number, f"{clauses}\n{about}", "\n".join(filter(None, (stance, who))), note]
            for number, clauses, about, stance, who, note in stance_rows(told)
        )
        yield Table(columns, rows)


def stance_text(said: Mapping[str, Any]) -> str:
    """Disagrees (Agus Wijaya): ..."""
    stance, who = str(Stance(said["stance"]).label), said["spoken_by"]
    head = f"{stance} ({who})" if who else stance
    return f"{head}: {said['note']}" if said["note"] else head


def stance_columns() -> list[Column]:
    return [
        Column(_("Findings"), 24),
        Column(_("Clauses"), 24),
        Column(_("About"), 36),
        Column(_("Agreement"), 18),
        Column(_("Who said it"), 22),
        Column(_("What they say"), 36),
    ]


def stance_rows(told: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [
            ", ".join(one["findings"]),
            cited(one["clauses"]),
            one["about"],
            str(Stance(one["stance"]).label),
            one["spoken_by"],
            one["note"],
        ]
        for one in told.get("stances", ())
    ]


def sample_columns() -> list[Column]:
    return [
        Column(_("Clauses"), 18),
        Column(_("Sampled from"), 34),
        Column(_("There are"), 12, "integer"),
        Column(_("Looked at"), 12, "integer"),
        Column(_("Which"), 34),
    ]


def sample_rows(told: Mapping[str, Any]) -> list[list[Any]]:
    """Where things were counted out: of how many, how many, and which."""
    return [
        [
            cited(line["clauses"]),
            sample["drawn_from"],
            sample["population"],
            sample["size"],
            sample["items"],
        ]
        for line in told["lines"]
        if (sample := line.get("sample"))
    ]


def _line_columns() -> list[Column]:
    return [
        Column(_("No."), 6, "integer"),
        Column(_("Clauses"), 26),
        Column(_("Question"), 48),
        Column(_("Result"), 22),
        Column(_("What was seen"), 44),
    ]


def _line_rows(told: Mapping[str, Any]) -> Iterator[list[Any]]:
    for number, one in enumerate(told["lines"], start=1):
        seen = "\n".join(text for text in (one["seen"], one["reason"]) if text)
        yield [number, cited(one["clauses"]), one["question"], _verdicts(one), seen or "–"]


def _verdicts(line: Mapping[str, Any]) -> str:
    """The answer, and the verdicts under single standards that differ."""
    return "\n".join([answer_text(line["answer"]), *verdicts_apart(line)])


def verdicts_apart(line: Mapping[str, Any]) -> list[str]:
    """ISO 37001:2016: Minor nonconformity, for each verdict under one standard that differs."""
    return [
        f"{edition_by_key(key).code}: {answer_text(one['answer'])}" for key, one in _differing(line)
    ]


def _differing(line: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Verdicts under the standards of the clauses that the report tells, where they differ."""
    told = {key.split(":")[0] for key in line["clauses"]}
    return [
        (key, one)
        for key, one in (line.get("verdicts") or {}).items()
        if key in told and one["answer"] != line["answer"]
    ]


def answer_text(value: str | None) -> str:
    return str(Answer(value).label) if value else _("Open")


def signatures_of(report: AuditReport) -> list[Signature]:
    return [
        Signature(
            str(one.role.label),
            one.name or (one.person.name if one.person else ""),
            one.post or "",
            one.nip or "",
            one.signed_on,
        )
        for one in report.signatures
    ]


def checklist_sheets(audit: Audit, unit: str, sees: Callable[[Finding], bool]) -> list[Sheet]:
    """The checklist as a workbook, with what was answered so far and room for what was not.
    `sees`: whether the reader sees a finding."""
    columns = [
        Column(_("No."), 6, "integer"),
        Column(_("Section"), 28),
        Column(_("Clauses"), 22),
        Column(_("Question"), 60),
        Column(_("What to ask to see"), 36),
        Column(_("Method"), 20),
        Column(_("Result"), 20),
        Column(_("Another result under"), 24),
        Column(_("What was seen"), 50),
        Column(_("Sample"), 30),
        Column(_("Reason"), 30),
        Column(_("Findings"), 20),
    ]
    rows = (
        [
            n,
            line.section,
            clauses_text(line.clause_ids),
            line.question,
            line.hint,
            methods_text(line.methods),
            str(line.answer.label) if line.answer else None,
            "; ".join(f"{code}: {answer}" for code, answer, _tone in verdicts_of(line)),
            line.seen,
            sample_of(line),
            line.reason,
            ", ".join(sorted(one.finding.number for one in line.findings if sees(one.finding))),
        ]
        for n, line in enumerate(audit.asked, start=1)
    )
    title = [_("Audit checklist"), f"{audit.number} {audit.title}", unit]
    return [Sheet(_("Checklist"), columns, rows, title, freeze_columns=3)]
