"""Pages of a long list, by key: never by offset, never counting all.

A cursor is the sort key of the row at the page's edge, so that a deep page costs what the first
does. Where a person sees a handful of units, each unit's rows are read in order and merged, so
that the database walks an index instead of sorting everything these units ever had.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Select, and_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from qms.core.db import db
from qms.core.text import clean

T = TypeVar("T")
PAGE = 50
MERGED_AT_MOST = 100
LARGEST = 2**63 - 1
"""The largest whole number that a database keeps."""


@dataclass(frozen=True)
class Key:
    """One column of the order. The last key of an order must be unique (the uid)."""

    column: Any
    descending: bool = False

    @property
    def name(self) -> str:
        return str(self.column.key)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of one page, and the cursors of its neighbours (None where there is none)."""

    rows: Sequence[T]
    next: str | None = None
    previous: str | None = None


def page(
    statement: Select[Any],
    order: Sequence[Key],
    cursor: str | None = None,
    size: int = PAGE,
    *,
    one_of: tuple[Any, Sequence[int]] | None = None,
) -> Page[Any]:
    """The page of a SELECT of columns that a cursor points at (None: the first). One query.

    The statement must select the order's columns. `one_of` (column, values) narrows the rows to
    these values of an indexed column; few values are read one by one and merged.
    """
    backwards, after = read_cursor(cursor, order)
    if after is not None:
        statement = statement.where(_beyond(order, backwards, after))
    if one_of is not None and 1 < len(one_of[1]) <= MERGED_AT_MOST:
        statement = _merged(statement, order, backwards, size + 1, *one_of)
    else:
        if one_of is not None:
            statement = statement.where(one_of[0].in_(one_of[1]))
        statement = statement.order_by(*_sorted(order, backwards)).limit(size + 1)
    rows = db.session.execute(statement).all()
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows = rows[::-1]
    if not rows:
        return Page([])
    first, last = _edge(rows[0], order), _edge(rows[-1], order)
    return Page(
        rows,
        next=write_cursor(False, last) if (backwards or more) else None,
        previous=write_cursor(True, first) if (more if backwards else after) else None,
    )


def _sorted(order: Sequence[Key], backwards: bool, columns: Any = None) -> list[Any]:
    found = []
    for key in order:
        column = key.column if columns is None else columns[key.name]
        found.append(column.desc() if key.descending != backwards else column.asc())
    return found


def _merged(
    statement: Select[Any],
    order: Sequence[Key],
    backwards: bool,
    limit: int,
    column: Any,
    values: Sequence[int],
) -> Any:
    """For each value the ids of its first rows by an index, of these the first of them all, and
    only then their rows. The statement is the same however many values there are."""
    merge = _laterally if db.engine.dialect.name == "postgresql" else _by_rowid
    records = column.table
    ids = merge(statement, order, backwards, limit, column, values).limit(limit)
    # Without the conditions, which hold already, there is but one way in: by the ids.
    return (
        select(*statement.selected_columns)
        .where(records.c.id.in_(ids))
        .order_by(*_sorted(order, backwards))
    )


def _laterally(
    statement: Select[Any],
    order: Sequence[Key],
    backwards: bool,
    limit: int,
    column: Any,
    values: Sequence[int],
) -> Any:
    one = func.unnest(cast(list(values), ARRAY(BigInteger))).table_valued("value").render_derived()
    first = (
        statement.with_only_columns(column.table.c.id, *(key.column for key in order))
        .where(column == one.c.value)
        .order_by(*_sorted(order, backwards))
        .limit(limit)
        .lateral("first")
    )
    ids = select(first.c.id).select_from(one.join(first, true()))
    return ids.order_by(*_sorted(order, backwards, first.c))


def _by_rowid(
    statement: Select[Any],
    order: Sequence[Key],
    backwards: bool,
    limit: int,
    column: Any,
    values: Sequence[int],
) -> Any:
    """SQLite has no LATERAL: the first rows' ids come from a correlated subquery."""
    one = func.json_each(json.dumps(list(values))).table_valued("value", name="one")
    first = (
        statement.with_only_columns(column.table.c.id)
        .where(column == one.c.value)
        .order_by(*_sorted(order, backwards))
        .limit(limit)
        .correlate(one)
    )
    found = column.table.alias("found")
    ids = select(found.c.id).select_from(one.join(found, found.c.id.in_(first.scalar_subquery())))
    return ids.order_by(*_sorted(order, backwards, found.c))


def _beyond(order: Sequence[Key], backwards: bool, after: list[Any]) -> Any:
    """Rows after the cursor in the order, as (a > x) or (a = x and (b > y or ...)).

    The first key is also bounded on its own (a >= x), which lets the index be entered there.
    """
    condition: Any = None
    for key, value in reversed(list(zip(order, after, strict=True))):
        descends = key.descending != backwards
        past = key.column < value if descends else key.column > value
        condition = past if condition is None else or_(past, and_(key.column == value, condition))
    head, value = order[0], after[0]
    bound = head.column <= value if head.descending != backwards else head.column >= value
    return and_(bound, condition)


def _edge(row: Any, order: Sequence[Key]) -> list[Any]:
    return [getattr(row, key.name) for key in order]


def write_cursor(backwards: bool, values: list[Any]) -> str:
    """A cursor as it stands in a link."""
    plain = [
        value.isoformat()
        if isinstance(value, date | datetime)
        else str(value)
        if isinstance(value, UUID)
        else value
        for value in values
    ]
    text = json.dumps(["b" if backwards else "f", *plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, order: Sequence[Key]) -> tuple[bool, list[Any] | None]:
    """(backwards, values) of a cursor. One that makes no sense counts as the first page."""
    if not cursor:
        return False, None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        way, *values = json.loads(base64.urlsafe_b64decode(padded))
        if len(values) != len(order):
            return False, None
        return way == "b", [_typed(key, value) for key, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, RecursionError):
        return False, None


def _typed(key: Key, value: Any) -> Any:
    kind = key.column.type.python_type
    if kind is datetime or kind is date:
        return kind.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if not isinstance(value, kind) or (kind is int and abs(value) > LARGEST):
        raise ValueError
    return clean(value) if isinstance(value, str) else value
