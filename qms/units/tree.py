"""The tree of a district's units on a day, read once and kept until a unit changes.

Pages need names, paths and subtrees of units all the time; a district has some hundred units that
change a few times a year. So the tree of a day is built from three small tables and kept in the
process under (district, tree version, day): every change gives the district a new version, and
every worker sees it at its next request, because the version comes with the person who asks.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from qms.core.db import db
from qms.core.text import fold
from qms.units.models import District, Unit, UnitName, UnitParent, UnitType


@dataclass(frozen=True)
class Node:
    """A unit as it is on the tree's day; one that opens later is there too, not open, with its
    first name and place. `depth` 0 is the root."""

    id: int
    uid: UUID
    code: str
    name: str
    short_name: str | None
    type: UnitType
    is_open: bool
    is_closed: bool
    parent_id: int | None
    opened_on: date | None = None
    closed_on: date | None = None
    depth: int = 0

    @property
    def is_coming(self) -> bool:
        """Whether it opens later than the tree's day."""
        return not self.is_open and not self.is_closed

    @property
    def label(self) -> str:
        """The short name if there is one."""
        return self.short_name or self.name


@dataclass
class Tree:
    """Units of one district on one day, roots first, siblings by code."""

    day: date
    nodes: dict[int, Node]
    children: dict[int | None, list[int]] = field(default_factory=dict)

    def __getitem__(self, unit_id: int) -> Node:
        return self.nodes[unit_id]

    def get(self, unit_id: int | None) -> Node | None:
        return self.nodes.get(unit_id) if unit_id is not None else None

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    @property
    def root(self) -> Node:
        return self.nodes[self.children[None][0]]

    def by_uid(self, uid: UUID | None) -> Node | None:
        return self._by_uid.get(uid) if uid is not None else None

    @cached_property
    def _by_uid(self) -> dict[UUID, Node]:
        return {node.uid: node for node in self}

    def by_code(self, code: str) -> Node | None:
        wanted = fold(code)
        return next((node for node in self if fold(node.code) == wanted), None)

    def ancestors(self, unit_id: int) -> list[Node]:
        """The units above, the nearest first."""
        above, node = [], self.nodes[unit_id]
        while node.parent_id is not None:
            node = self.nodes[node.parent_id]
            above.append(node)
        return above

    def subtree(self, unit_id: int) -> list[int]:
        """The ids of a unit and of all units under it."""
        found, waiting = [], [unit_id]
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting.extend(self.children.get(one, []))
        return found

    def path(self, unit_id: int) -> str:
        """Dinas Kesehatan › Puskesmas Sukamaju; the root is left out."""
        nodes = [self.nodes[unit_id], *self.ancestors(unit_id)]
        names = [node.name for node in reversed(nodes) if node.parent_id is not None]
        return " › ".join(names) or nodes[0].name


_kept: OrderedDict[tuple[Any, int, int, date], Tree] = OrderedDict()
_lock = Lock()
KEPT = 64


def tree_of(district: District, on: date | None = None) -> Tree:
    """The tree of a district on a day (default: the district's today)."""
    day = on or district.today
    key = (db.engine, district.id, district.tree_version, day)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    tree = read_tree(db.session(), district.id, day)
    with _lock:
        _kept[key] = tree
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return tree


def forget_trees() -> None:
    """Drop what is kept: for tests that swap databases under one URL."""
    with _lock:
        _kept.clear()


NAME_COLUMNS = (
    UnitName.unit_id,
    UnitName.from_on,
    UnitName.code,
    UnitName.name,
    UnitName.short_name,
)


def read_tree(session: Session, district_id: int, day: date) -> Tree:
    """The tree of a day as the session's database has it; not kept."""
    names = _holding(
        session,
        select(
            UnitName.unit_id, UnitName.from_on, UnitName.code, UnitName.name, UnitName.short_name
        )
        .where(UnitName.district_id == district_id)
        .order_by(UnitName.from_on),
        day,
    )
    parents = _holding(
        session,
        select(UnitParent.unit_id, UnitParent.from_on, UnitParent.parent_id)
        .where(UnitParent.district_id == district_id)
        .order_by(UnitParent.from_on),
        day,
    )
    units = session.execute(
        select(Unit.id, Unit.uid, Unit.type, Unit.opened_on, Unit.closed_on).where(
            Unit.district_id == district_id
        )
    )
    found: dict[int, Node] = {}
    for unit in units:
        name = names[unit.id]
        is_closed = unit.closed_on is not None and unit.closed_on <= day
        is_open = not is_closed and (unit.opened_on is None or unit.opened_on <= day)
        found[unit.id] = Node(
            unit.id,
            unit.uid,
            name.code,
            name.name,
            name.short_name,
            unit.type,
            is_open,
            is_closed,
            parents[unit.id].parent_id,
            unit.opened_on,
            unit.closed_on,
        )
    return _grown(day, found)


def _holding(session: Session, dated: Any, day: date) -> dict[int, Any]:
    """For each unit the row that holds on a day, or its first if none does yet."""
    found: dict[int, Any] = {}
    for row in session.execute(dated):
        if row.unit_id not in found or row.from_on <= day:
            found[row.unit_id] = row
    return found


def _grown(day: date, found: dict[int, Node]) -> Tree:
    children: dict[int | None, list[int]] = {}
    for node in sorted(found.values(), key=lambda node: (node.code, node.uid)):
        parent = node.parent_id if node.parent_id in found else None
        children.setdefault(parent, []).append(node.id)
    ordered: dict[int, Node] = {}
    waiting = [(unit_id, 0) for unit_id in reversed(children.get(None, []))]
    while waiting:
        unit_id, depth = waiting.pop()
        node = found[unit_id]
        ordered[unit_id] = replace(node, depth=depth)
        waiting.extend((child, depth + 1) for child in reversed(children.get(unit_id, [])))
    return Tree(day, ordered, children)
