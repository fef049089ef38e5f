"""Which column probably holds what, where no heading says so: an example for the person to check.

Nothing is imported by it. A field's cells are judged by what they look like: the key differs in
every row and is short, days are dates, and what a record is about is the longest text.
"""

from collections.abc import Sequence
from typing import Any

from qms.core.text import fold
from qms.imports.headings import FIELDS, KEYS, ImportKind
from qms.imports.tables import Table
from qms.imports.values import shown_text
from qms.office.dates import NotADate, read_date
from qms.office.limits import Value

LOOKED_AT = 200
"""Rows that are judged."""
DAYS = {"found_on"}
EXAMPLES = 3


def likely_columns(kind: ImportKind, table: Table) -> dict[str, int]:
    """Needed field -> column (from 0), as far as one fits; what is known stays as it is."""
    found = dict(table.layout.columns)
    cells = list(zip(*(row for _number, row in list(table.numbered())[:LOOKED_AT]), strict=True))
    for field in FIELDS[kind]:
        if not field.needed or field.name in found:
            continue
        free = [column for column in range(len(cells)) if column not in found.values()]
        fits = _keys if field.name == KEYS[kind] else _days if field.name in DAYS else _texts
        if (ranked := fits(free, cells)) is not None:
            found[field.name] = ranked
    return {one.name: found[one.name] for one in FIELDS[kind] if one.needed and one.name in found}


def _keys(free: Sequence[int], cells: Sequence[Sequence[Value]]) -> int | None:
    """The shortest that differs in every row and is no running number."""
    found = []
    for column in free:
        texts = [shown_text(value) for value in cells[column]]
        runs = texts == [str(number) for number in range(1, len(texts) + 1)]
        if all(texts) and len({fold(one) for one in texts}) == len(texts) and not runs:
            found.append((sum(map(len, texts)), column))
    return min(found)[1] if found else None


def _days(free: Sequence[int], cells: Sequence[Sequence[Value]]) -> int | None:
    """The first that holds mostly days."""
    for column in free:
        filled = [value for value in cells[column] if value is not None]
        if filled and 2 * sum(map(_is_day, filled)) > len(filled):
            return column
    return None


def _is_day(value: Value) -> bool:
    try:
        return read_date(value) is not None
    except NotADate:
        return False


def _texts(free: Sequence[int], cells: Sequence[Sequence[Value]]) -> int | None:
    """The longest."""
    lengths = [
        (sum(len(shown_text(value)) for value in cells[column]), -column)
        for column in free
        if not all(value is None or _is_day(value) for value in cells[column])
    ]
    return -max(lengths)[1] if lengths else None


def first_values(rows: Sequence[Sequence[Any]], width: int) -> list[list[str]]:
    """The first few values of each column."""
    found: list[list[str]] = [[] for _column in range(width)]
    for row in rows[:LOOKED_AT]:
        for values, value in zip(found, row, strict=True):
            if value is not None and len(values) < EXAMPLES:
                values.append(" ".join(shown_text(value).split())[:30])
    return found
