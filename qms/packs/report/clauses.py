"""One section for every clause: what is asked, and what there is."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from qms.core.i18n import gettext as _
from qms.office.blocks import Block, BulletList, Heading, Paragraph, Run
from qms.packs.content import Content
from qms.packs.gaps import clause_and_below
from qms.packs.reading.by_clause import ByClause
from qms.packs.report.tables import (
    Tick,
    action_table,
    document_table,
    evidence_table,
    finding_table,
)
from qms.packs.wording import results_text
from qms.standards.queries import ClauseRow, EditionRow

DEEPEST = 4


def bookmark_of(clause: ClauseRow) -> str:
    return f"c_{clause.key}"


def edition_chapter(content: Content, edition: EditionRow, tick: Tick) -> Iterator[Block]:
    """An edition from clause 4 to 10, headings too."""
    yield Heading(f"{edition.code} {edition.title(content.about.language)}", 1)
    clauses = content.reader.clauses_of(edition.key)
    yield Paragraph(
        _(
            "Every clause of chapters 4 to 10 follows, whether anything is recorded at it or not. "
            "What is recorded at a clause under a heading is shown there, not at the heading."
        ),
        "note",
    )
    records = content.by_clause()
    for clause in clauses:
        yield from clause_section(content, records, clause, tick)


def clause_section(
    content: Content, records: ByClause, clause: ClauseRow, tick: Tick
) -> Iterator[Block]:
    level = min(clause.level + 1, DEEPEST)
    yield Heading(content.reader.heading(clause), level, bookmark_of(clause))
    applies = content.applicable.at(clause)
    if not applies.by_all:
        yield from asked(content, clause)
    for unit, reason in applies.reasons:
        yield Paragraph(not_applicable(content, unit, reason))
    if audited := content.audited.at(clause.id):
        told = "; ".join(f"{number}: {results_text(found)}" for number, found in audited)
        yield Paragraph([Run(_("Audited:"), bold=True), f" {told}."], "note")
    counts = content.counts.at(clause.id)
    if counts.lines:
        yield from recorded(content, records, clause, tick)
    elif not applies.by_all:
        below = has_records_below(content, clause)
        text = (
            _("Nothing recorded at this heading itself; see the clauses under it.")
            if below
            else _("Nothing recorded.")
        )
        yield Paragraph(Run(text, italic=True), leads=below)


def not_applicable(content: Content, unit: str, reason: str) -> list[str | Run]:
    if content.has_several_units:
        words = _("Not applicable at %(unit)s because:", unit=unit)
    else:
        words = _("Not applicable because:")
    return [Run(words, bold=True), f" {reason}"]


def has_records_below(content: Content, clause: ClauseRow) -> bool:
    below = (one for one in clause_and_below(content.reader, clause) if one.id != clause.id)
    return any(content.counts.at(one.id).lines for one in below)


def asked(content: Content, clause: ClauseRow) -> Iterator[Block]:
    """The requirement in our words and the organisation's; never the standard's own text."""
    words = content.reader.words.get(clause.id)
    if words is not None and words.requirement:
        yield Paragraph([Run(_("In our own words:"), bold=True), f" {words.requirement}"])
    questions = content.asked.questions_at(clause.id)
    if questions:
        yield Paragraph(Run(_("What auditors ask here"), bold=True), "note", leads=True)
        yield BulletList([line.text for line in questions], leads=True)
    needed = content.asked.documents_at(clause.id)
    if needed:
        explicit = [line.what for line in needed if line.is_explicit]
        expected = [line.what for line in needed if not line.is_explicit]
        if explicit:
            text = "; ".join(explicit)
            what = Run(_("Required documentation:"), bold=True)
            yield Paragraph([what, f" {text}."], "note", leads=True)
        if expected:
            text = "; ".join(expected)
            what = Run(_("Usually expected:"), bold=True)
            yield Paragraph([what, f" {text}."], "note", leads=True)


def recorded(content: Content, records: ByClause, clause: ClauseRow, tick: Tick) -> Iterator[Block]:
    """A table for each kind of record that there is. Rows are read when they are written."""
    counts = content.counts.at(clause.id)
    if counts.documents:
        yield document_table(content, later(records.documents, clause), tick)
    if counts.evidence:
        yield evidence_table(content, later(records.evidence, clause), tick)
    if counts.findings:
        yield finding_table(content, later(records.findings, clause), tick)
    if counts.actions:
        yield action_table(content, later(records.actions, clause), tick)


def later(read: Callable[[ClauseRow], Iterable[Any]], clause: ClauseRow) -> Iterator[Any]:
    """Lines that are read when the first is asked for: the blocks of a report are listed long
    before they are written."""
    yield from read(clause)
