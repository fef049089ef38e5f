"""The sheets of the workbook, in their order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.documents.models import Phase
from qms.findings.models import Grade
from qms.office.blocks import Cell, Column, Cut, Formula, Link, Properties, Sheet
from qms.office.xlsx_sheets import letters, quoted_name
from qms.office.xlsx_writer import write_xlsx
from qms.packs.content import Content
from qms.packs.models import Chapter
from qms.packs.reading import actions, audits, certificates, documents, evidence, findings
from qms.packs.workbook import columns
from qms.packs.workbook.clauses import by_clause_rows, matrix_rows
from qms.packs.workbook.columns import Columns, Field
from qms.packs.workbook.gaps import gap_rows

CHAPTERS = {
    "documents": Chapter.DOCUMENTS,
    "evidence": Chapter.EVIDENCE,
    "audits": Chapter.AUDITS,
    "checklists": Chapter.AUDITS,
    "findings": Chapter.FINDINGS,
    "responses": Chapter.FINDINGS,
    "actions": Chapter.ACTIONS,
    "certificates": Chapter.SCOPE,
    "scope": Chapter.SCOPE,
}
"""To which chapter the register of a key belongs. The list of files is always there."""
Tick = Callable[[int], None]
"""Called with a number of rows that were written."""


@dataclass(frozen=True)
class Register:
    """A sheet of lines. `count` is known before they are read."""

    name: str
    what: str
    fields: Columns
    lines: Callable[[], Iterable[Any]]
    count: int

    @property
    def first_row(self) -> int:
        """Below two title rows, an empty one and the header."""
        return 5

    def range_of(self, title: str) -> str:
        """The cells of the column with this title, for a formula."""
        index = [field.column.title for field in self.fields].index(title)
        letter = letters(index)
        last = self.first_row + self.count - 1
        return f"{quoted_name(self.name)}!${letter}${self.first_row}:${letter}${last}"


def registers(content: Content) -> dict[str, Register]:
    """The registers by a key that stays the same in both languages."""
    reader, counts = content.reader, content.counts
    kept = [file for file in content.plan if not file.is_missing]
    return {
        "documents": Register(
            _("Documents"),
            _("All controlled documents, with the revision in force on the day"),
            columns.document_fields(content),
            lambda: documents.documents(reader),
            counts.documents,
        ),
        "evidence": Register(
            _("Evidence"),
            _("What proves that it is done, for the period"),
            columns.evidence_fields(content),
            lambda: evidence.evidence(reader),
            counts.evidence,
        ),
        "audits": Register(
            _("Audits"),
            _("Audits of the period to these standards, with what their reports say"),
            columns.audit_fields(content),
            lambda: audits.audits(reader),
            counts.audits,
        ),
        "checklists": Register(
            _("Checklist answers"),
            _("Every line of the checklists of these audits, and what it came to"),
            columns.checklist_fields(content),
            lambda: audits.checklist_lines(reader),
            counts.audit_lines,
        ),
        "findings": Register(
            _("Findings"),
            _("Findings of the period, older ones that were still open, those of the audits"),
            columns.finding_fields(content),
            lambda: findings.findings(reader),
            counts.findings,
        ),
        "responses": Register(
            _("Responses"),
            _("Every step of every round of these findings"),
            columns.step_fields(content),
            lambda: findings.steps(reader),
            counts.steps,
        ),
        "actions": Register(
            _("Actions"),
            _("Actions of these findings, and others of the period"),
            columns.action_fields(content),
            lambda: actions.actions(reader),
            counts.actions,
        ),
        "certificates": Register(
            _("Certificates"),
            _("Certificates and what happened to them"),
            columns.certificate_fields(content),
            lambda: certificates.certificates(reader),
            counts.certificates,
        ),
        "scope": Register(
            _("Scope"),
            _("Scope per unit and standard, with what does not apply"),
            columns.scope_fields(content),
            lambda: content.scopes,
            len(content.scopes),
        ),
        "files": Register(
            _("Files"),
            _("Every file of evidence and of documents in this pack, with its hash"),
            columns.file_fields(content),
            lambda: kept,
            len(kept),
        ),
    }


def make_workbook(content: Content, target: Path, tick: Tick) -> list[Cut]:
    """Write the workbook; returns what did not fit into a cell and stands there shortened."""
    about = content.about
    parts = {
        key: part
        for key, part in registers(content).items()
        if key not in CHAPTERS or CHAPTERS[key] in about.chapters
    }
    gaps = gap_rows(content) if Chapter.GAPS in about.chapters else []
    sheets = [index_sheet(content, parts, len(gaps))]
    if Chapter.CLAUSES in about.chapters:
        sheets += [matrix_sheet(content), by_clause_sheet(content, tick)]
    if Chapter.GAPS in about.chapters:
        sheets.append(gaps_sheet(content, gaps))
    sheets += [register_sheet(content, part, tick) for part in parts.values()]
    properties = Properties(
        title=f"{_('Evidence pack')} {about.number}",
        created=about.known_at,
        author=about.person_name,
        subject=", ".join(content.unit_names),
        keywords=", ".join(edition.code for edition in about.editions),
        company=about.district_name,
    )
    return write_xlsx(sheets, target, properties=properties, language=about.language)


def register_sheet(content: Content, register: Register, tick: Tick) -> Sheet:
    return Sheet(
        register.name,
        [field.column for field in register.fields],
        ticking(rows(register.fields, register.lines()), tick),
        title=(register.name, register.what),
        freeze_columns=1,
    )


def rows(fields: list[Field], lines: Iterable[Any]) -> Iterator[list[Cell]]:
    for line in lines:
        yield [field.value(line) for field in fields]


def ticking(lines: Iterable[list[Cell]], tick: Tick) -> Iterator[list[Cell]]:
    """The same rows, telling now and then how many went by."""
    number = 0
    for number, line in enumerate(lines, start=1):
        yield line
        if number % 100 == 0:
            tick(100)
    tick(number % 100)


def index_sheet(content: Content, parts: dict[str, Register], gaps: int) -> Sheet:
    """What is in the workbook, and the figures that are asked for first; both count the sheets."""
    about, inside = content.about, list(overview(content, gaps))
    for part in parts.values():
        number: Cell = part.count
        if part.count:
            first = part.fields[0].column.title
            number = Formula(f"COUNTA({part.range_of(first)})", part.count)
        inside.append([Link(part.name, f"#{part.name}"), part.what, number])
    left_out = content.chapters_left_out
    figures: list[list[Cell]] = [[None], [_("Key figures")]]
    figures += [[None, label, value] for label, value in key_figures(content, parts)]
    return Sheet(
        _("Index"),
        (
            Column(_("Sheet"), 30, "link"),
            Column(_("What it holds"), 70),
            Column(_("How many"), 12, "integer"),
        ),
        [*inside, *figures],
        title=(
            f"{_('Evidence pack')} {about.number}",
            ", ".join(content.unit_names),
            f"{', '.join(edition.code for edition in about.editions)} · {content.period}",
            _(
                "As of %(day)s, as known at %(moment)s",
                day=dates.long_day(about.as_of),
                moment=dates.long_moment(about.known_at, about.timezone),
            ),
            content.confidentiality,
            *([_("Left out: %(chapters)s", chapters=left_out)] if left_out else []),
        ),
        autofilter=False,
        landscape=False,
    )  # fmt: skip


def overview(content: Content, gaps: int) -> Iterator[list[Cell]]:
    """The sheets that are no registers: name, what it holds, how many."""
    if Chapter.CLAUSES in content.about.chapters:
        matrix, by_clause = _("Clause matrix"), _("By clause")
        lines = sum(one.lines for one in content.counts.by_clause.values())
        yield [
            Link(matrix, f"#{matrix}"),
            _("Every clause, with what there is"),
            len(content.reader.clauses),
        ]
        yield [Link(by_clause, f"#{by_clause}"), _("The same records, clause by clause"), lines]
    if Chapter.GAPS in content.about.chapters:
        name = _("Known gaps")
        yield [Link(name, f"#{name}"), _("What is missing, open or late"), gaps]


def key_figures(content: Content, parts: dict[str, Register]) -> Iterator[tuple[str, Cell]]:
    """Figures of the day, each as a formula over its sheet if that is there."""
    counts = content.counts
    shown, found, done = parts.get("documents"), parts.get("findings"), parts.get("actions")
    yield (
        _("Documents in force"),
        counting(shown, counts.documents_in_force, [(_("State"), str(Phase.EFFECTIVE.label))]),
    )
    yes = _("Yes")
    yield _("Findings still open"), counting(found, counts.open_findings, [(_("Open"), yes)])
    yield (
        _("Major nonconformities still open"),
        counting(
            found, counts.open_majors, [(_("Grade"), str(Grade.MAJOR.label)), (_("Open"), yes)]
        ),
    )
    yield _("Actions overdue"), counting(done, counts.overdue_actions, [(_("Overdue"), yes)])


def counting(register: Register | None, now: int, wanted: list[tuple[str, str]]) -> Cell:
    """A COUNTIFS over columns that must hold a text; the number alone without the sheet."""
    if register is None or not register.count:
        return now
    conditions = []
    for title, text in wanted:
        quoted = text.replace('"', '""')
        conditions.append(f'{register.range_of(title)},"{quoted}"')
    return Formula(f"COUNTIFS({','.join(conditions)})", now)


def matrix_sheet(content: Content) -> Sheet:
    return Sheet(
        _("Clause matrix"),
        (
            Column(_("Standard"), 18),
            Column(_("Clause"), 10, "link"),
            Column(_("Title"), 54),
            Column(_("State"), 24),
            Column(_("Documents in force"), 12, "integer"),
            Column(_("Evidence"), 10, "integer"),
            Column(_("Findings"), 10, "integer"),
            Column(_("Still open"), 10, "integer"),
            Column(_("Actions"), 10, "integer"),
            Column(_("Checklist lines"), 10, "integer"),
            Column(_("Does not apply because"), 50),
        ),
        matrix_rows(content),
        title=(
            _("Clause matrix"),
            _("What is recorded at each clause itself; a clause number leads to its records"),
        ),
    )


def by_clause_sheet(content: Content, tick: Tick) -> Sheet:
    return Sheet(
        _("By clause"),
        (
            Column(_("Standard"), 18),
            Column(_("Clause"), 10),
            Column(_("Kind"), 16),
            Column(_("Number"), 26),
            Column(_("Title or statement"), 70),
            Column(_("State"), 22),
            Column(_("Day"), 18, "date"),
            Column(_("File"), 44, "link"),
        ),
        ticking(by_clause_rows(content), tick),
        title=(_("By clause"), _("What there is for each clause, in the order of the standard")),
    )


def gaps_sheet(content: Content, found: list[list[Cell]]) -> Sheet:
    return Sheet(
        _("Known gaps"),
        (
            Column(_("Gap"), 34),
            Column(_("Standard"), 18),
            Column(_("Clause"), 10),
            Column(_("What"), 70),
            Column(_("Number"), 26),
            Column(_("Due on"), 18, "date"),
        ),
        found,
        title=(_("Known gaps"), _("What an auditor will ask about")),
    )
