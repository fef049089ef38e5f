"""The tables that clause sections and registers share: their columns, and lines as rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.office.blocks import Cell, Column, Link, Table
from qms.packs.content import Content
from qms.packs.files import PlannedFile
from qms.packs.models import Chapter
from qms.packs.reading.actions import ActionLine
from qms.packs.reading.documents import DocumentLine
from qms.packs.reading.evidence import EvidenceLine
from qms.packs.reading.findings import FindingLine
from qms.packs.wording import brief

Tick = Callable[[int], None]
"""Called with a number of rows that were written."""
STATEMENT = 400
"""Characters of a finding that stand in a clause's section; the register has all of it."""


def ticking(rows: Iterable[list[Cell]], tick: Tick) -> Iterator[list[Cell]]:
    for row in rows:
        yield row
        tick(1)


def file_link(text: str, files: Sequence[PlannedFile]) -> Cell:
    """The text, leading to the first file in the pack, and a number for each further one."""
    kept = [file for file in files if not file.is_missing]
    if not kept:
        return text
    link = Link(text, kept[0].path)
    if len(kept) == 1:
        return link
    pieces: list[Link | str] = [link]
    for number, file in enumerate(kept[1:], start=2):
        pieces += [" ", Link(f"[{number}]", file.path)]
    return pieces


def days(start: date | None, end: date | None) -> str:
    """1 Jan 2026 - 31 Des 2026; one end alone as from or until."""
    if start and end:
        return f"{dates.short_day(start)} – {dates.short_day(end)}"
    if start:
        return _("from %(day)s", day=dates.short_day(start))
    return _("until %(day)s", day=dates.short_day(end)) if end else ""


def of_unit(content: Content) -> list[Column]:
    """The column for the unit, where lines are of several."""
    return [Column(_("Unit"), 18)] if content.has_several_units else []


def unit_cell(content: Content, unit: str) -> list[Cell]:
    return [unit] if content.has_several_units else []


def document_table(content: Content, lines: Iterable[DocumentLine], tick: Tick) -> Table:
    """Documents in force at a clause."""

    def rows() -> Iterator[list[Cell]]:
        for line in lines:
            files = content.plan.of_revisions.get(line.revision_id or 0, [])
            number = file_link(line.number, files)
            if not files and line.link:
                number = Link(line.number, line.link)
            yield [
                number,
                line.title,
                *unit_cell(content, line.unit),
                line.revision,
                dates.short_day(line.effective_from),
                line.approved or line.owner,
            ]

    columns = [
        Column(_("Number"), 20),
        Column(_("Title"), 34),
        *of_unit(content),
        Column(_("Rev."), 8),
        Column(_("In force from"), 14),
        Column(_("Approved by, or owner"), 24),
    ]
    return Table(columns, ticking(rows(), tick), _("Documents in force"))


def evidence_table(content: Content, lines: Iterable[EvidenceLine], tick: Tick) -> Table:
    def rows() -> Iterator[list[Cell]]:
        for line in lines:
            yield [
                file_link(line.name, content.plan.of_evidence.get(line.id, [])),
                *([line.unit] if content.names_units_of_evidence else []),
                days(line.proves_from, line.proves_until),
                dates.short_day(line.added_on),
                dates.short_day(line.valid_until),
            ]

    columns = [
        Column(_("Evidence"), 44),
        *([Column(_("Unit"), 18)] if content.names_units_of_evidence else []),
        Column(_("Proves the period"), 24),
        Column(_("Added on"), 16),
        Column(_("Valid until"), 15),
    ]
    return Table(columns, ticking(rows(), tick), _("Evidence"))


def finding_table(content: Content, lines: Iterable[FindingLine], tick: Tick) -> Table:
    def rows() -> Iterator[list[Cell]]:
        for line in lines:
            yield [
                content.link(line.number, Chapter.FINDINGS, "register_findings"),
                *unit_cell(content, line.unit),
                dates.short_day(line.found_on),
                str(line.grade.label),
                brief(line.deviation, STATEMENT),
                finding_state(line),
            ]

    columns = [
        Column(_("Number"), 24),
        *of_unit(content),
        Column(_("Found on"), 15),
        Column(_("Grade"), 20),
        Column(_("Deviation"), 36),
        Column(_("State"), 20),
    ]
    return Table(columns, ticking(rows(), tick), _("Findings"))


def finding_state(line: FindingLine) -> str:
    """Closed, 3 Mar 2026; or the state and the day it is due, with a word if that is past."""
    if line.closed_on:
        return f"{line.state.label}, {dates.short_day(line.closed_on)}"
    if not line.is_open or not line.due_on:
        return str(line.state.label)
    due = _("due %(day)s", day=dates.short_day(line.due_on))
    return f"{line.state.label}, {due}{late(line)}"


def action_table(content: Content, lines: Iterable[ActionLine], tick: Tick) -> Table:
    def rows() -> Iterator[list[Cell]]:
        for line in lines:
            yield [
                content.link(line.number, Chapter.ACTIONS, "register_actions"),
                brief(line.what, STATEMENT),
                line.owner,
                dates.short_day(line.due_on),
                action_state(line),
            ]

    columns = [
        Column(_("Number"), 24),
        Column(_("Action"), 40),
        Column(_("Owner"), 20),
        Column(_("Due on"), 15),
        Column(_("State"), 22),
    ]
    return Table(columns, ticking(rows(), tick), _("Actions"))


def action_state(line: ActionLine) -> str:
    """The state, with who verified it and when, or that it is late."""
    if line.verified_on:
        who = f" ({line.verified_by})" if line.verified_by else ""
        return f"{line.state.label}, {dates.short_day(line.verified_on)}{who}"
    if line.done_on:
        return f"{line.state.label}, {dates.short_day(line.done_on)}"
    return f"{line.state.label}{late(line)}"


def late(line: FindingLine | ActionLine) -> str:
    words = _("overdue")
    return f" ({words})" if line.is_overdue else ""
