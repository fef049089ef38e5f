"""Known gaps as rows."""

from qms.core.i18n import gettext as _
from qms.office.blocks import Cell
from qms.packs.content import Content
from qms.packs.reading import actions, findings
from qms.packs.wording import brief, gap_kind
from qms.standards.queries import ClauseRow


def gap_rows(content: Content) -> list[list[Cell]]:
    """Gap, standard, clause, what, number, due day."""
    gaps = content.gaps
    found = [
        row(_("Restricted records left out"), f"{label}: {number}")
        for label, number in content.left_out
    ]
    found += [
        row(_("Open major nonconformity"), one.deviation, one.number, one.due_on)
        for one in findings.findings(content.reader, open_majors=True)
    ]
    found += [
        row(_("Overdue action"), one.what, one.number, one.due_on)
        for one in actions.actions(content.reader, overdue=True)
    ]
    found += [at(clause, gap_kind(line), line.what) for clause, line in gaps.documents]
    found += [
        at(clause, _("Nothing recorded"), content.reader.full_title(clause))
        for clause in gaps.clauses
    ]
    return found + [row(_("File lost from the store"), name) for name in gaps.files]


def at(clause: ClauseRow, gap: str, what: str) -> list[Cell]:
    return [gap, clause.edition_code, clause.number, brief(what), None, None]


def row(gap: str, what: str, number: Cell = None, due_on: Cell = None) -> list[Cell]:
    return [gap, None, None, brief(what), number, due_on]
