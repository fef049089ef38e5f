"""Pages of a long list, by key: never by offset, never counting all.

A cursor is the sort key of the row at the page's edge, so that a deep page costs what the first
does. Where a person sees a handful of units, each unit's rows are read in order and merged, so
that the database walks an index instead of sorting everything these units ever had.
"""

import base64
import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
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
    until: date | None = None,
) -> Page[Any]:
    """The page of a SELECT of columns that a cursor points at (None: the first). One query.

    The statement must select the order's columns. `one_of` (column, values) narrows the rows to
    these values of an indexed column; few values are read one by one and merged. `until` narrows
    them to those that the order, which rises, does not have on a later day.
    """
    backwards, after = read_cursor(cursor, order)
    column, values = one_of or (None, ())
    merge = _Merge.NONE
    if 1 < len(values) <= MERGED_AT_MOST:
        merge = _Merge.LATERAL if db.engine.dialect.name == "postgresql" else _Merge.BY_ROWID
    goes_on, ends = after is not None, until is not None
    parts = min(max(len(values) // 2, 1), MOST_PARTS)
    way = _Way(tuple(order), backwards, goes_on, ends, size + 1, column, merge, parts)
    given: dict[str, Any] = {_after(n): value for n, value in enumerate(after or ())}
    if until is not None:
        given["until"] = until
    if column is not None:
        given["values"] = json.dumps(list(values)) if merge is _Merge.BY_ROWID else list(values)
    rows = db.session.execute(_paged(statement, way), given).all()
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


class _Merge(enum.Enum):
    """How the rows of a few values come together."""

    NONE = enum.auto()
    LATERAL = enum.auto()
    BY_ROWID = enum.auto()


class _Way(NamedTuple):
    """How a page is taken from a statement; what differs from request to request is bound."""

    order: tuple[Key, ...]
    backwards: bool
    goes_on: bool
    ends: bool
    limit: int
    column: Any
    merge: _Merge
    parts: int

    def sorted(self, columns: Any = None) -> list[Any]:
        """ORDER BY, of the records or of what was taken from them."""
        found = []
        for key in self.order:
            column = key.column if columns is None else columns[key.name]
            found.append(column.desc() if key.descending != self.backwards else column.asc())
        return found


@lru_cache(maxsize=500)
def _paged(statement: Select[Any], way: _Way) -> Any:
    """The statement of one page; kept, since putting it together takes as long as running it."""
    if way.goes_on:
        statement = statement.where(_beyond(way))
    if way.merge is not _Merge.NONE:
        return _merged(statement, way)
    statement = _until(statement, way)
    if way.column is not None:
        statement = statement.where(way.column.in_(bindparam("values", expanding=True)))
    return statement.order_by(*way.sorted()).limit(_number(way.limit))


def _merged(statement: Select[Any], way: _Way) -> Any:
    """The first rows of each value by an index, and of these the first of them all. The statement
    is the same however many values there are."""
    statement = _within_days_needed(statement, way)
    merge = _laterally if way.merge is _Merge.LATERAL else _by_rowid
    return merge(statement, way)


MOST_PARTS = 8


def _within_days_needed(statement: Select[Any], way: _Way) -> Select[Any]:
    """The rows of the days that the page can reach, so that most values need not give a whole page.

    With twelve values, each says on which day it has given a sixth of a page. On the sixth of these
    days, in the order of the page, six values have given a page together, and no row of the page is
    from beyond it: half of the values must be about as full as the others.
    """
    head, ended = way.order[0], _until(statement, way)
    if head.column.type.python_type is not date:
        return ended
    if head.descending != way.backwards:
        earliest = literal(date.min, Date())
        return ended.where(head.column >= func.coalesce(_last_day(ended, way), earliest))
    if way.ends:  # one bound from above in place of the other: SQLite enters an index by one only
        return statement.where(head.column <= func.coalesce(_last_day(ended, way), _end(way)))
    return ended


def _last_day(statement: Select[Any], way: _Way) -> Any:
    one, head = _values(way, "each"), way.order[0]
    by_then = (
        statement.with_only_columns(head.column)
        .where(way.column == one.c.value)
        .order_by(*way.sorted())
        .limit(_number(1))
        .offset(_number(-(-way.limit // way.parts) - 1))
        .correlate(one)
    )
    days = select(by_then.scalar_subquery().label("day")).select_from(one).subquery("days")
    day = days.c.day
    in_order = day.desc() if head.descending != way.backwards else day.asc()
    return (
        select(day)
        .order_by(in_order.nulls_last())
        .limit(_number(1))
        .offset(_number(way.parts - 1))
        .scalar_subquery()
    )


def _until(statement: Select[Any], way: _Way) -> Select[Any]:
    """The statement as far as the page's rows may go at the most."""
    return statement.where(way.order[0].column <= _end(way)) if way.ends else statement


def _end(way: _Way) -> Any:
    return bindparam("until", type_=way.order[0].column.type)


def _values(way: _Way, name: str) -> Any:
    """The values as rows of one column, `value`."""
    if way.merge is _Merge.LATERAL:
        values = bindparam("values", type_=ARRAY(BigInteger))
        return func.unnest(values).table_valued("value", name=name).render_derived()
    return func.json_each(bindparam("values", type_=String())).table_valued("value", name=name)


def _laterally(statement: Select[Any], way: _Way) -> Any:
    one = _values(way, "one")
    first = (
        statement.where(way.column == one.c.value)
        .order_by(*way.sorted())
        .limit(_number(way.limit))
        .lateral("first")
    )
    rows = select(*first.c).select_from(one.join(first, true()))
    return rows.order_by(*way.sorted(first.c)).limit(_number(way.limit))


def _by_rowid(statement: Select[Any], way: _Way) -> Any:
    """SQLite has no LATERAL: the first rows' ids come from a correlated subquery, and only then
    their rows."""
    records, one = way.column.table, _values(way, "one")
    first = (
        statement.with_only_columns(records.c.id)
        .where(way.column == one.c.value)
        .order_by(*way.sorted())
        .limit(_number(way.limit))
        .correlate(one)
    )
    found = records.alias("found")
    ids = (
        select(found.c.id)
        .select_from(one.join(found, found.c.id.in_(first.scalar_subquery())))
        .order_by(*way.sorted(found.c))
        .limit(_number(way.limit))
    )
    # Without the conditions, which hold already, there is but one way in: by the ids.
    return select(*statement.selected_columns).where(records.c.id.in_(ids)).order_by(*way.sorted())


def _number(limit: int) -> Any:
    """A number of rows that PostgreSQL sees when it plans: with one that is bound it takes a tenth
    of the table to be wanted, and plans the statement anew each time."""
    return literal_column(str(limit), Integer())


def _beyond(way: _Way) -> Any:
    """Rows after the cursor in the order, as (a > x) or (a = x and (b > y or ...)).

    The first key is also bounded on its own (a >= x), which lets the index be entered there.
    """
    condition: Any = None
    for n, key in reversed(list(enumerate(way.order))):
        value = bindparam(_after(n), type_=key.column.type)
        descends = key.descending != way.backwards
        past = key.column < value if descends else key.column > value
        condition = past if condition is None else or_(past, and_(key.column == value, condition))
    head = way.order[0]
    value = bindparam(_after(0), type_=head.column.type)
    bound = head.column <= value if head.descending != way.backwards else head.column >= value
    return and_(bound, condition)


def _after(n: int) -> str:
    """The name under which a part of the cursor is bound."""
    return f"after_{n}"


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
