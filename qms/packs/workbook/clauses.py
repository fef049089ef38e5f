"""The clause matrix, and the records clause by clause."""

from collections.abc import Iterator

from qms.core.i18n import gettext as _
from qms.office.blocks import Cell, Link
from qms.packs.content import Content
from qms.packs.reading.by_clause import ByClause
from qms.packs.wording import brief
from qms.packs.workbook.columns import first_file
from qms.standards.queries import ClauseRow

FIRST_ROW = 5
"""Of the sheet By clause: two title rows, an empty one, the header."""


def state_of(content: Content, clause: ClauseRow) -> str:
    """What there is at a clause, in two words."""
    if content.applicable.at(clause).by_all:
        return _("Not applicable")
    if content.counts.at(clause.id).lines:
        return _("Recorded")
    return _("Nothing recorded")


def matrix_rows(content: Content) -> Iterator[list[Cell]]:
    """A row per clause. The number links to the clause's first row of the sheet By clause."""
    row = FIRST_ROW
    for clause in content.reader.clauses.values():
        counts, applies = content.counts.at(clause.id), content.applicable.at(clause)
        number: Cell = clause.number
        if counts.lines:
            number = Link(clause.number, f"#{_('By clause')}!B{row}")
        row += counts.lines
        yield [
            clause.edition_code,
            number,
            content.reader.title(clause),
            state_of(content, clause),
            counts.documents,
            counts.evidence,
            counts.findings,
            counts.open_findings,
            counts.actions,
            content.audited.looked_at(clause.id),
            "\n".join(
                f"{unit}: {reason}" if content.has_several_units else reason
                for unit, reason in applies.reasons
            ),
        ]


def by_clause_rows(content: Content) -> Iterator[list[Cell]]:
    """Documents in force, evidence, findings and actions of each clause that has any."""
    records = content.by_clause()
    for clause in content.reader.clauses.values():
        if content.counts.at(clause.id).lines:
            for cells in clause_rows(content, records, clause):
                yield [clause.edition_code, clause.number, *cells]


def clause_rows(content: Content, records: ByClause, clause: ClauseRow) -> Iterator[list[Cell]]:
    """Kind, number, title, state, day, file."""
    plan = content.plan
    for document in records.documents(clause):
        yield [
            _("Document"),
            document.number,
            document.title,
            f"{document.phase.label}, rev {document.revision}",
            document.effective_from,
            first_file(plan.of_revisions.get(document.revision_id or 0, [])),
        ]
    for proof in records.evidence(clause):
        yield [
            _("Evidence"),
            None,
            proof.name,
            None,
            proof.added_on,
            first_file(plan.of_evidence.get(proof.id, [])),
        ]
    for finding in records.findings(clause):
        yield [
            _("Finding"),
            finding.number,
            brief(finding.deviation),
            f"{finding.grade.label}, {finding.state.label}",
            finding.found_on,
            None,
        ]
    for action in records.actions(clause):
        yield [
            _("Action"),
            action.number,
            brief(action.what),
            str(action.state.label),
            action.due_on,
            None,
        ]
