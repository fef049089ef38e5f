"""An audit's report as a workbook: what stands in the Word file, to be filtered and counted."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from qms.audits.models import Answer, AuditReport, Meeting
from qms.audits.report import (
    answer_text,
    cited,
    cover_of,
    excluded_columns,
    plan_facts,
    result_columns,
    result_rows,
    sample_columns,
    sample_rows,
    signatures_of,
    stance_columns,
    stance_rows,
    team_columns,
    team_rows,
    verdicts_apart,
)
from qms.audits.showing import excluded_shown, report_parts
from qms.audits.showing.report import when_and_where
from qms.core.i18n import gettext as _
from qms.findings.models import FindingState, Grade
from qms.office.blocks import Cell, Column, Formula, Sheet
from qms.office.xlsx_sheets import letters, quoted_name

LINE_RESULT, FINDING_GRADE = 4, 2
"""Columns that the figures count."""


def report_sheets(
    report: AuditReport,
    told: Mapping[str, Any],
    own: Mapping[int, str],
    edition_id: int | None = None,
) -> list[Sheet]:
    """The report's sheets. The arguments are those of `report.report_blocks`. Sheets of which there
    is nothing are there all the same, so that it shows."""
    excluded = excluded_shown(told.get("excluded", ()), own)
    lines = _lines_sheet(told)
    findings = _findings_sheet(told)
    result = _("Results by clause")
    return [
        _report_sheet(report, told, edition_id),
        _figures_sheet(told, lines, findings),
        _sheet(told, _("Audit team"), team_columns(), team_rows(told)),
        _meetings_sheet(told),
        _sheet(told, result, result_columns(), result_rows(told, own)),
        _sheet(told, _("Clauses that do not apply"), excluded_columns(), excluded),
        lines,
        _sheet(told, _("Samples"), sample_columns(), sample_rows(told)),
        findings,
        _sheet(told, _("Auditee"), stance_columns(), stance_rows(told)),
        _signatures_sheet(report, told),
    ]


def _sheet(
    told: Mapping[str, Any], name: str, columns: list[Column], rows: Any, *, freeze: int = 0
) -> Sheet:
    title = (name, f"{told['number']} {told['title']}", f"{told['unit']}, {told['district']}")
    return Sheet(name, columns, rows, title, freeze_columns=freeze)


def _report_sheet(report: AuditReport, told: Mapping[str, Any], edition_id: int | None) -> Sheet:
    """Cover, plan, and what was written by hand."""
    cover = cover_of(report, told)
    rows: list[tuple[str, Cell]] = [
        (label, str(value) if isinstance(value, int) else value)
        for label, value in (
            *cover.rows,
            *plan_facts(told),
            *report_parts(report, edition_id, told),
        )
        if value
    ]
    if told["confidential"]:
        rows.append((_("Confidential findings that are not told here"), str(told["confidential"])))
    columns = [Column(_("Part"), 34), Column(_("Text"), 110)]
    return _sheet(told, _("Audit report"), columns, rows)


def _figures_sheet(told: Mapping[str, Any], lines: Sheet, findings: Sheet) -> Sheet:
    """How many lines came to each answer and how many findings have each grade, counted over the
    sheets that follow."""
    results = [one["answer"] for one in told["lines"]]
    grades = [one["grade"] for one in told["findings"]]
    rows: list[list[Cell]] = [
        _figure(_("Lines"), lines, LINE_RESULT, str(one.label), len(results), results.count(one))
        for one in Answer
    ]
    rows += [
        _figure(_("Lines"), lines, LINE_RESULT, _("Open"), len(results), results.count(None)),
        *(
            _figure(
                _("Findings"),
                findings,
                FINDING_GRADE,
                str(one.label),
                len(grades),
                grades.count(one),
            )
            for one in Grade
        ),
    ]
    columns = [Column(_("What"), 20), Column(_("Result"), 34), Column(_("How many"), 14, "integer")]
    return _sheet(told, _("Figures"), columns, rows)


def _figure(what: str, sheet: Sheet, column: int, label: str, rows: int, value: int) -> list[Cell]:
    """A row that counts a label in a column of another sheet."""
    first, letter = sheet.first_row, letters(column)
    last = first + max(rows, 1) - 1
    cells = f"{quoted_name(sheet.name)}!${letter}${first}:${letter}${last}"
    words = label.replace('"', '""')
    return [what, label, Formula(f'COUNTIF({cells},"{words}")', value)]


def _meetings_sheet(told: Mapping[str, Any]) -> Sheet:
    rows = [
        [
            str(Meeting(one["meeting"]).label),
            date.fromisoformat(one["day"]),
            hours,
            place,
            person["name"],
            person["post"],
        ]
        for one in told.get("meetings", ())
        for _day, hours, place in (when_and_where(one),)
        for person in one["people"] or ({"name": None, "post": None},)
    ]
    columns = [
        Column(_("Meeting"), 24),
        Column(_("Day"), 14, "date"),
        Column(_("Hours"), 14),
        Column(_("Place"), 24),
        Column(_("Name"), 34),
        Column(_("Position or unit"), 44),
    ]
    return _sheet(told, _("Meetings"), columns, rows)


def _lines_sheet(told: Mapping[str, Any]) -> Sheet:
    columns = [
        Column(_("No."), 6, "integer"),
        Column(_("Section"), 28),
        Column(_("Clauses"), 22),
        Column(_("Question"), 60),
        Column(_("Result"), 22),
        Column(_("Another result under"), 30),
        Column(_("What was seen"), 60),
        Column(_("Reason"), 34),
    ]
    return _sheet(told, _("Checklist"), columns, _line_rows(told), freeze=3)


def _line_rows(told: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for number, one in enumerate(told["lines"], start=1):
        yield [
            number,
            one["section"],
            cited(one["clauses"]),
            one["question"],
            answer_text(one["answer"]),
            "; ".join(verdicts_apart(one)),
            one["seen"],
            one["reason"],
        ]


def _findings_sheet(told: Mapping[str, Any]) -> Sheet:
    columns = [
        Column(_("Number"), 24),
        Column(_("Number given by the body"), 18),
        Column(_("Grade"), 24),
        Column(_("Clauses"), 24),
        Column(_("What was asked"), 44),
        Column(_("What was seen"), 50),
        Column(_("Deviation"), 50),
        Column(_("Closing due"), 14, "date"),
        Column(_("State"), 20),
    ]
    rows = [
        [
            one["number"],
            one["external_number"],
            str(Grade(one["grade"]).label),
            cited(one["clauses"]),
            one["requirement"],
            one["seen"],
            one["deviation"],
            date.fromisoformat(one["due_on"]) if one["due_on"] else None,
            str(FindingState(one["state"]).label),
        ]
        for one in told["findings"]
    ]
    return _sheet(told, _("Findings"), columns, rows, freeze=1)


def _signatures_sheet(report: AuditReport, told: Mapping[str, Any]) -> Sheet:
    columns = [
        Column(_("Role"), 26),
        Column(_("Name"), 34),
        Column(_("Position"), 40),
        Column(_("NIP"), 24),
        Column(_("Signed on"), 14, "date"),
        Column(_("Note"), 48),
    ]
    notes = [one.note for one in report.signatures]
    rows = [
        [one.role, one.name, one.position, one.nip, one.day, note]
        for one, note in zip(signatures_of(report), notes, strict=True)
    ]
    return _sheet(told, _("Signatures"), columns, rows)
