"""What else stands beside a finding: short rows of other records, all of them with one query.

An area that has such records gives a stream of them (`stream`): rows of a `Side`, as far as the
person sees them. Areas above the findings give theirs to the page (`overview.finding_page`).
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Select,
    String,
    Text,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from qms.core.db import db
from qms.findings.models import Finding, FindingAction
from qms.people.models import Person
from qms.people.rights import sight_of

MOST = 50
"""Rows of one side."""


class Side(StrEnum):
    """Why a record stands beside a finding."""

    ALSO_SERVED = "also_served"
    """Another finding that one of its actions serves; `key` is the action's id."""
    COMPLAINT = "complaint"
    """A complaint that led to it."""
    CHECK = "check"
    """A question to another unit: `number` is the question, `title` the answer (`checks`)."""
    ORIGIN = "origin"
    """The record from whose page it was raised."""
    DOCUMENT = "document"
    """A controlled document that must change before it is closed (`changes`)."""


class Beside(NamedTuple):
    """A record beside a finding. What a side does not say is None."""

    side: Side
    key: int | None
    uid: UUID
    number: str
    title: str
    state: str | None
    on: date | None
    unit_id: int | None
    note: str | None
    who: str | None
    access: str | None


COLUMNS: tuple[tuple[str, Any], ...] = (
    ("key", BigInteger),
    ("uid", None),
    ("number", Text),
    ("title", Text),
    ("state", String),
    ("on_day", Date),
    ("unit_id", BigInteger),
    ("note", Text),
    ("who", Text),
    ("access", String),
)


def stream(side: Side, **given: Any) -> Select[Any]:
    """A select of such rows, to be joined and narrowed further. Each column is one of COLUMNS."""
    found = []
    for name, kind in COLUMNS:
        value = given.get(name)
        column = cast(null(), kind) if value is None else value
        found.append((type_coerce(column, kind) if kind is String else column).label(name))
    return select(literal(side.value, String).label("side"), *found)


def beside(finding: Finding, person: Person, streams: Sequence[Select[Any]] = ()) -> list[Beside]:
    """All that stands beside a finding, by day and number. One query."""
    wanted = [one.limit(MOST) for one in (*_own(finding, person), *streams)]
    if not wanted:
        return []
    rows = db.session.execute(union_all(*(select(one.subquery()) for one in wanted)))
    found = [Beside(Side(row[0]), *row[1:]) for row in rows]
    return sorted(found, key=lambda one: (one.on or date.min, one.number, str(one.uid)))


def _own(finding: Finding, person: Person) -> list[Select[Any]]:
    return [_also_served(finding, person)] if finding.actions else []


def _also_served(finding: Finding, person: Person) -> Select[Any]:
    return (
        stream(
            Side.ALSO_SERVED,
            key=FindingAction.action_id,
            uid=Finding.uid,
            number=Finding.number,
            title=Finding.deviation,
        )
        .join(FindingAction, FindingAction.finding_id == Finding.id)
        .where(
            FindingAction.district_id == finding.district_id,
            FindingAction.action_id.in_([link.action_id for link in finding.actions]),
            FindingAction.finding_id != finding.id,
            *sight_of(person).conditions(Finding),
        )
        .order_by(Finding.found_on.desc(), Finding.id)
    )
