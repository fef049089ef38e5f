"""The registers at the end: documents, evidence, findings, actions, in full."""

from collections.abc import Iterator

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.office.blocks import Block, Cell, Column, Heading, Link, Table
from qms.packs.content import Content
from qms.packs.models import Chapter
from qms.packs.reading import actions, documents, evidence, findings
from qms.packs.report.tables import (
    Tick,
    action_state,
    days,
    file_link,
    finding_state,
    of_unit,
    ticking,
    unit_cell,
)


def registers_chapter(content: Content, tick: Tick) -> Iterator[Block]:
    yield Heading(_("Registers"), 1, "registers")
    for chapter, title, register in (
        (Chapter.DOCUMENTS, _("Documents"), documents_register),
        (Chapter.EVIDENCE, _("Evidence"), evidence_register),
        (Chapter.FINDINGS, _("Findings"), findings_register),
        (Chapter.ACTIONS, _("Actions"), actions_register),
    ):
        if chapter in content.about.chapters:
            yield Heading(title, 2, f"register_{chapter}")
            yield register(content, tick)


def documents_register(content: Content, tick: Tick) -> Table:
    def rows() -> Iterator[list[Cell]]:
        for line in documents.documents(content.reader):
            files = content.plan.of_revisions.get(line.revision_id or 0, [])
            number = file_link(line.number, files)
            if not files and line.link:
                number = Link(line.number, line.link)
            yield [
                number,
                line.title,
                *unit_cell(content, line.unit),
                str(line.type.label),
                line.revision,
                str(line.phase.label),
                days(line.effective_from, line.effective_until),
                line.owner,
                line.clauses,
            ]

    columns = [
        Column(_("Number"), 22),
        Column(_("Title"), 32),
        *of_unit(content),
        Column(_("Type"), 14),
        Column(_("Rev."), 8),
        Column(_("State"), 14),
        Column(_("In force"), 18),
        Column(_("Owner"), 18),
        Column(_("Clauses"), 20),
    ]
    return Table(columns, ticking(rows(), tick))


def evidence_register(content: Content, tick: Tick) -> Table:
    def rows() -> Iterator[list[Cell]]:
        for line in evidence.evidence(content.reader):
            belongs = ", ".join(
                word for word in (line.documents, line.findings, line.actions) if word
            )
            yield [
                file_link(line.name, content.plan.of_evidence.get(line.id, [])),
                line.description,
                *([line.unit] if content.names_units_of_evidence else []),
                days(line.proves_from, line.proves_until),
                dates.short_day(line.added_on),
                line.clauses,
                belongs,
            ]

    columns = [
        Column(_("Evidence"), 34),
        Column(_("Description"), 34),
        *([Column(_("Unit"), 18)] if content.names_units_of_evidence else []),
        Column(_("Proves the period"), 18),
        Column(_("Added on"), 16),
        Column(_("Clauses"), 20),
        Column(_("Belongs to"), 24),
    ]
    return Table(columns, ticking(rows(), tick))


def findings_register(content: Content, tick: Tick) -> Table:
    def rows() -> Iterator[list[Cell]]:
        for line in findings.findings(content.reader):
            yield [
                line.number,
                *unit_cell(content, line.unit),
                dates.short_day(line.found_on),
                f"{line.grade.label}\n{line.source.label}",
                line.deviation,
                line.cause,
                line.clauses,
                finding_state(line),
                line.actions,
            ]

    columns = [
        Column(_("Number"), 22),
        *of_unit(content),
        Column(_("Found on"), 13),
        Column(_("Grade and source"), 22),
        Column(_("Deviation"), 42),
        Column(_("Cause"), 26),
        Column(_("Clauses"), 16),
        Column(_("State"), 16),
        Column(_("Actions"), 18),
    ]
    return Table(columns, ticking(rows(), tick))


def actions_register(content: Content, tick: Tick) -> Table:
    def rows() -> Iterator[list[Cell]]:
        for line in actions.actions(content.reader):
            yield [
                line.number,
                *unit_cell(content, line.unit),
                line.what,
                line.owner,
                dates.short_day(line.due_on),
                action_state(line),
                "\n".join(note for note in (line.done_note, line.verified_note) if note),
                line.findings,
            ]

    columns = [
        Column(_("Number"), 22),
        *of_unit(content),
        Column(_("Action"), 42),
        Column(_("Owner"), 20),
        Column(_("Due on"), 13),
        Column(_("State"), 20),
        Column(_("What was done"), 30),
        Column(_("Findings"), 18),
    ]
    return Table(columns, ticking(rows(), tick))
