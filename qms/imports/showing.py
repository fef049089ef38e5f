"""Values of a preview as people read them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.core import dates
from qms.documents.models import Classification, DocumentType
from qms.findings.history import grade_that_was_lacking
from qms.findings.models import NO_GRADE, FindingState, Grade, Source
from qms.imports import clauses
from qms.imports.headings import ImportKind, label_of
from qms.imports.preview import EXTRA, Outcome, Preview, RowPlan
from qms.imports.values import Plain, Remark
from qms.imports.words import Standing
from qms.units.models import UnitType

MEMBERS: dict[tuple[ImportKind, str], Any] = {
    (ImportKind.UNITS, "type"): UnitType,
    (ImportKind.DOCUMENTS, "type"): DocumentType,
    (ImportKind.DOCUMENTS, "classification"): Classification,
    (ImportKind.DOCUMENTS, "status"): Standing,
    (ImportKind.FINDINGS, "source"): Source,
    (ImportKind.FINDINGS, "grade"): Grade,
    (ImportKind.FINDINGS, "status"): FindingState,
}
DAYS = {"approved_on", "effective_from", "review_on", "found_on", "due_on", "closed_on"}
PAGE = 100
TONES = {
    Outcome.CREATE: "new",
    Outcome.CHANGE: "changed",
    Outcome.SAME: "same",
    Outcome.REFUSED: "refused",
}


def shown(kind: ImportKind, name: str, value: Plain) -> str:
    """A plain value in words."""
    if value is None:
        return "–"
    if members := MEMBERS.get((kind, name)):
        return str(members(value).label)
    if name == EXTRA + NO_GRADE:
        return grade_that_was_lacking(str(value))
    if name in DAYS:
        return dates.long_day(date.fromisoformat(str(value)))
    return clauses.shown(str(value)) if name == "clauses" else str(value)


@dataclass(frozen=True)
class ShownRow:
    """A row of the preview: `changes` are (field, before, after), `values` (field, value)."""

    row: int
    key: str
    number: str | None
    title: str
    style: str
    changes: list[tuple[str, str, str]]
    values: list[tuple[str, str]]
    refusals: list[Remark]
    warnings: list[Remark]


def shown_rows(found: Preview, outcome: Outcome, after: int) -> tuple[list[ShownRow], int | None]:
    """One page of the rows of an outcome, below a row number; and the row number after which the
    next page begins, if there is one."""
    rows = [row for row in found.of(outcome) if row.row > after]
    page, rest = rows[:PAGE], rows[PAGE:]
    kind = found.table.kind
    return [_shown_row(kind, row) for row in page], page[-1].row if rest else None


def _shown_row(kind: ImportKind, row: RowPlan) -> ShownRow:
    is_new = row.outcome is Outcome.CREATE
    return ShownRow(
        row.row,
        row.key,
        row.number,
        row.title,
        TONES[row.outcome],
        [
            (change.label, shown(kind, change.name, change.before), _after(kind, change))
            for change in row.changes
        ],
        _values(kind, row) if is_new else [],
        row.refusals,
        row.warnings,
    )


def _after(kind: ImportKind, change: Any) -> str:
    return shown(kind, change.name, change.after)


def _values(kind: ImportKind, row: RowPlan) -> list[tuple[str, str]]:
    """What a new record gets, without the empty fields."""
    return [
        (
            label_of(kind, name),
            shown(kind, name, value),
        )
        for name in row.values
        if (value := row.value(name)) is not None and name != "source_note"
    ]
