"""What a file would do: each row as it stands in the file, set against the record that is here.

Three versions are compared: the file's, what the last import of the same record said, and what is
here now. What the file says no differently than last time is left alone, so that the same file
again changes nothing and undoes nothing that people did here since.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.text import fold
from qms.findings.models import Grade
from qms.imports.headings import FIELDS, KEYS, label_of
from qms.imports.tables import Table
from qms.imports.values import Plain, Remark, RowReader
from qms.people.models import Person
from qms.units.tree import Node

EXTRA = "+"
"""Begins the name of a value that is kept under its heading because no field takes it."""

Values = dict[str, Plain]
"""What a row says, by field: text, ISO days, values of kinds and states; None where empty."""

Last = Callable[[Sequence[str]], Mapping[str, Values]]
"""Asks what the last import said of records: folded keys -> values by folded key."""


class Outcome(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    REFUSED = "refused"

    @property
    def label(self) -> Any:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.CREATE: _l("Will be created"),
    Outcome.CHANGE: _l("Will change"),
    Outcome.SAME: _l("Same"),
    Outcome.REFUSED: _l("Refused"),
}


@dataclass(frozen=True)
class Change:
    """One field of a record that is here: what stands in it now, and what the file says."""

    name: str
    label: str
    before: Plain
    after: Plain


@dataclass
class RowPlan:
    """One row of the file and what becomes of it."""

    row: int
    key: str
    title: str
    values: Values
    before: Values | None = None
    """What the last import said of this record."""
    defaults: Values = field(default_factory=dict)
    """What a new record gets where the row says nothing; a record that is here keeps its own."""
    settled: frozenset[str] = frozenset()
    """Headings (as names of values) of columns whose cell is held by a field."""
    record: Any = None
    """The record that is here already, as the kind's module reads it."""
    number: str | None = None
    """Its number here: the record's own, or the one that a new record would get now."""
    changes: list[Change] = field(default_factory=list)
    refusals: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        if self.refusals:
            return Outcome.REFUSED
        if self.record is None:
            return Outcome.CREATE
        return Outcome.CHANGE if self.changes else Outcome.SAME

    def value(self, name: str) -> Plain:
        """What a new record gets."""
        found = self.values.get(name)
        return self.defaults.get(name) if found is None else found

    @property
    def said(self) -> Values:
        """What imports have said of this record so far, this row the last word."""
        told = {name: value for name, value in self.values.items() if value is not None}
        gone = self.settled - told.keys()
        return {**{k: v for k, v in (self.before or {}).items() if k not in gone}, **told}

    def change_of(self, name: str) -> Change | None:
        return next((one for one in self.changes if one.name == name), None)

    def refuse(self, table: Table, name: str, reason: str) -> None:
        """Refuse the row for the cell of a field."""
        self.refusals.append(self._remark(table, name, reason))

    def warn(self, table: Table, name: str, reason: str) -> None:
        """Warn of the cell of a field."""
        self.warnings.append(self._remark(table, name, reason))

    def _remark(self, table: Table, name: str, reason: str) -> Remark:
        column = table.layout.columns.get(name)
        heading = label_of(table.kind, name) if column is None else table.heading(column)
        return Remark(heading, str(self.values.get(name) or ""), reason)


def merged_extra(row: RowPlan, kept: Mapping[str, Any] | None) -> dict[str, str]:
    """What a record keeps by heading after the row's changes."""
    found = with_extra(kept)
    for change in row.changes:
        if change.name.startswith(EXTRA):
            found[change.name] = change.after
    return extra_of(found)


Planned = tuple[list[RowPlan], list[str]]
"""Rows in the order of the file, and notes about the file as a whole."""


def extra_of(values: Values) -> dict[str, str]:
    """The values that are kept by heading, without the empty ones."""
    return {
        name.removeprefix(EXTRA): str(value)
        for name, value in values.items()
        if name.startswith(EXTRA) and value is not None
    }


def with_extra(extra: Mapping[str, Any] | None) -> Values:
    """What a record keeps by heading, as values."""
    return {EXTRA + heading: str(value) for heading, value in (extra or {}).items()}


@dataclass(frozen=True)
class Task:
    """What is to be planned: a table for a unit, by whom. `grade` is that of findings whose file
    says none."""

    table: Table
    unit: Node
    by: Person
    last: Last
    grade: Grade

    def readers(self) -> Iterator[RowReader]:
        """A reader for each row that holds anything."""
        for number, cells in self.table.numbered():
            yield RowReader(self.table, number, cells)

    @property
    def fields(self) -> set[str]:
        """The fields for which the file has a column, but for the key."""
        return set(self.table.layout.columns) - {KEYS[self.table.kind]}

    def recall(self, rows: Sequence[RowPlan]) -> None:
        """Tell each row what the last import said of its record."""
        before = self.last([fold(row.key) for row in rows])
        for row in rows:
            row.before = before.get(fold(row.key))


@dataclass
class Preview:
    """What a file would do to a unit."""

    unit_code: str
    table: Table
    rows: list[RowPlan]
    notes: list[str] = field(default_factory=list)

    def of(self, outcome: Outcome) -> list[RowPlan]:
        return [row for row in self.rows if row.outcome is outcome]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each outcome, and how many warnings."""
        counted = Counter(row.outcome for row in self.rows)
        return {
            **{outcome.value: counted[outcome] for outcome in Outcome},
            "warnings": sum(len(row.warnings) for row in self.rows),
        }

    @property
    def is_refused(self) -> bool:
        return any(row.refusals for row in self.rows)

    @property
    def has_work(self) -> bool:
        return any(row.outcome in (Outcome.CREATE, Outcome.CHANGE) for row in self.rows)

    @property
    def columns(self) -> dict[str, str]:
        """Field name -> the heading or letter of its column, in the order of the fields."""
        given = self.table.layout.columns
        return {
            one.name: self.table.heading(given[one.name])
            for one in FIELDS[self.table.kind]
            if one.name in given
        }

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, in a shape that stays; documented in `qms import --help`."""
        return {
            "kind": self.table.kind.value,
            "unit": self.unit_code,
            "sheet": self.table.sheet_name,
            "heading_row": self.table.layout.heading_row or None,
            "columns": self.columns,
            "unknown_columns": list(self.table.unknown.values()),
            "counts": self.counts,
            "notes": self.notes,
            "rows": [_row_json(row) for row in self.rows],
        }

    @property
    def fingerprint(self) -> str:
        """Differs if anything of the preview differs."""
        said = [
            [
                row.row,
                row.outcome.value,
                row.values,
                row.defaults,
                [vars(one) for one in row.changes],
            ]
            for row in self.rows
        ]
        packed = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(packed.encode()).hexdigest()


def _row_json(row: RowPlan) -> dict[str, Any]:
    return {
        "row": row.row,
        "key": row.key,
        "number": row.number,
        "title": row.title,
        "outcome": row.outcome.value,
        "changes": [
            {"field": one.name, "before": one.before, "after": one.after} for one in row.changes
        ],
        "refusals": [vars(one) for one in row.refusals],
        "warnings": [vars(one) for one in row.warnings],
    }


def plan_of(
    reader: RowReader,
    *,
    key: str | None,
    title: str | None,
    values: Values,
    defaults: Values | None = None,
) -> RowPlan:
    """A row as the reader found it, with what is kept by heading."""
    settled = [
        EXTRA + reader.heading(name)
        for name in reader.table.layout.columns
        if values.get(name) is not None and reader.heading(name) not in reader.extra
    ]
    kept = {EXTRA + heading: value for heading, value in reader.extra.items()}
    return RowPlan(
        reader.row,
        key or "",
        title or "",
        {**values, **dict.fromkeys(settled), **kept},
        defaults=defaults or {},
        settled=frozenset(settled),
        refusals=reader.refusals,
        warnings=reader.warnings,
    )


def refuse_doubles(rows: Sequence[RowPlan], table: Table) -> None:
    """Refuse rows that bear the same key, whatever its case, each with the numbers of all."""
    heading = table.heading(table.layout.columns[KEYS[table.kind]])
    places: dict[str, list[int]] = {}
    for row in rows:
        if row.key:
            places.setdefault(fold(row.key), []).append(row.row)
    for row in rows:
        if len(found := places.get(fold(row.key), [])) > 1:
            reason = _(
                "The same key stands in rows %(rows)s. Keep one of them.",
                rows=", ".join(str(number) for number in found),
            )
            row.refusals.append(Remark(heading, row.key, reason))


def left_out(rows: Sequence[RowPlan], needed: Sequence[str]) -> tuple[list[RowPlan], list[str]]:
    """Part with rows that are no records: nothing needed stands in them, or they stand below the
    last key with one or two cells (place and date, signatures). Answers with the rest, and a note
    that names them."""
    last = max((row.row for row in rows if row.key), default=0)
    gone = [row for row in rows if _is_no_record(row, needed, last)]
    if not gone:
        return list(rows), []
    numbers = ", ".join(str(row.row) for row in gone[:20]) + ("…" if len(gone) > 20 else "")
    note = _("Left out, because they hold no record: rows %(rows)s.", rows=numbers)
    away = {row.row for row in gone}
    return [row for row in rows if row.row not in away], [note]


def _is_no_record(row: RowPlan, needed: Sequence[str], last: int) -> bool:
    if not any(row.values.get(name) for name in needed):
        return True
    filled = sum(value is not None for value in row.values.values())
    return not row.key and row.row > last > 0 and filled <= 2


def compare(
    row: RowPlan,
    *,
    now: Values,
    in_file: Collection[str],
    label: Callable[[str], str],
) -> None:
    """Note what the row changes in the record that is here.

    `now`: what the record holds; `in_file`: the fields for which the file has a column. An empty
    cell changes nothing; but a text that was kept because its column could not hold it goes when
    the column holds a value.
    """
    before = row.before
    for name, new in row.values.items():
        old = now.get(name)
        if new == old or not (name in in_file or name.startswith(EXTRA)):
            continue
        if new is None and name not in row.settled:
            continue
        if new is not None and before is not None and before.get(name) == new:
            continue
        row.changes.append(Change(name, label(name), old, new))
        if before is not None and name in before and old != before[name]:
            reason = _("This was changed here since the last import; the file says it anew.")
            row.warnings.append(Remark(label(name), str(new or ""), reason))
