"""Known gaps: what is missing, open or late."""

from collections.abc import Iterator

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.office.blocks import (
    Block,
    BulletList,
    Cell,
    Column,
    Facts,
    Heading,
    Paragraph,
    Table,
)
from qms.packs.content import Content
from qms.packs.models import Chapter
from qms.packs.reading import actions, findings
from qms.packs.report.clauses import bookmark_of
from qms.packs.report.tables import STATEMENT
from qms.packs.wording import brief


def gaps_chapter(content: Content) -> Iterator[Block]:
    gaps, counts = content.gaps, content.counts
    yield Heading(_("Known gaps"), 1, "gaps")
    is_none = not (len(gaps) or counts.open_majors or counts.overdue_actions)
    if is_none:
        day = dates.long_day(content.about.as_of)
        yield Paragraph(_("No gap is known as of %(day)s.", day=day))
    else:
        yield Paragraph(
            _("Said openly, so that nobody has to look for it. An auditor will ask about these."),
            "lead",
        )
    yield from left_out(content)
    yield from open_majors(content)
    yield from overdue_actions(content)
    yield from missing_documents(content)
    yield from empty_clauses(content)
    if gaps.files:
        yield Heading(_("Files that the store has lost"), 2)
        yield Paragraph(_("They are on record but not in this pack. Restore them from a backup."))
        yield BulletList(gaps.files)


def left_out(content: Content) -> Iterator[Block]:
    if content.left_out:
        yield Heading(_("Left out of this pack"), 2)
        yield Paragraph(content.why_left_out)
        yield Facts(content.left_out)


def open_majors(content: Content) -> Iterator[Block]:
    if not content.counts.open_majors:
        return
    yield Heading(_("Open major nonconformities"), 2)
    rows: Iterator[list[Cell]] = (
        [
            content.link(line.number, Chapter.FINDINGS, "register_findings"),
            line.unit,
            brief(line.deviation, STATEMENT),
            line.clauses,
            dates.short_day(line.due_on),
        ]
        for line in findings.findings(content.reader, open_majors=True)
    )
    columns = [
        Column(_("Number"), 20),
        Column(_("Unit"), 18),
        Column(_("Deviation"), 40),
        Column(_("Clauses"), 18),
        Column(_("Due on"), 12),
    ]
    yield Table(columns, rows)


def overdue_actions(content: Content) -> Iterator[Block]:
    if not content.counts.overdue_actions:
        return
    yield Heading(_("Overdue actions"), 2)
    rows: Iterator[list[Cell]] = (
        [
            content.link(line.number, Chapter.ACTIONS, "register_actions"),
            brief(line.what, STATEMENT),
            line.owner,
            dates.short_day(line.due_on),
        ]
        for line in actions.actions(content.reader, overdue=True)
    )
    columns = [
        Column(_("Number"), 20),
        Column(_("Action"), 44),
        Column(_("Owner"), 22),
        Column(_("Due on"), 12),
    ]
    yield Table(columns, rows)


def missing_documents(content: Content) -> Iterator[Block]:
    if not content.gaps.documents:
        return
    yield Heading(_("Documents that are asked for"), 2)
    yield Paragraph(
        _(
            "At these clauses neither a document in force nor evidence is recorded, although the "
            "standard or auditors ask for it."
        ),
        "note",
    )
    rows: list[list[Cell]] = [
        [
            clause.edition_code,
            content.link(clause.number, Chapter.CLAUSES, bookmark_of(clause)),
            line.what,
            _("the standard") if line.is_explicit else _("auditors"),
        ]
        for clause, line in content.gaps.documents
    ]
    columns = [
        Column(_("Standard"), 18),
        Column(_("Clause"), 11),
        Column(_("Document"), 58),
        Column(_("Asked for by"), 16),
    ]
    yield Table(columns, rows)


def empty_clauses(content: Content) -> Iterator[Block]:
    if not content.gaps.clauses:
        return
    yield Heading(_("Clauses with nothing recorded"), 2)
    rows: list[list[Cell]] = [
        [
            clause.edition_code,
            content.link(clause.number, Chapter.CLAUSES, bookmark_of(clause)),
            content.reader.full_title(clause),
        ]
        for clause in content.gaps.clauses
    ]
    columns = [Column(_("Standard"), 18), Column(_("Clause"), 11), Column(_("Title"), 74)]
    yield Table(columns, rows)
