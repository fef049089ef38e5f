"""What a person may and may see, worked out from role grants and the tree of units."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import ColumnElement, or_

from qms.core.db import AccessClass
from qms.people.roles import ALL, LOOKS_AFTER_INTEGRITY, NEED_TO_KNOW, Role
from qms.units.models import District
from qms.units.tree import Tree, tree_of

T = TypeVar("T")
KEPT = 100


class Grant(Protocol):
    """A role in a unit that may or may not hold on a day."""

    @property
    def role(self) -> Any: ...
    @property
    def unit_id(self) -> Any: ...
    def holds_on(self, day: date) -> bool: ...


@dataclass(frozen=True)
class Units:
    """A set of units: the whole district, or these ids."""

    everywhere: bool
    ids: frozenset[int]

    def __contains__(self, unit_id: object) -> bool:
        return self.everywhere or unit_id in self.ids

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.ids)


@dataclass(frozen=True, eq=False)
class Rights:
    """The roles held now, each with the units in which it holds."""

    tree: Tree
    by_role: dict[Role, Units]
    _known: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, work_out: Callable[[], T]) -> T:
        """What follows from the rights alone, worked out when first asked for."""
        if key not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = work_out()
        return cast("T", self._known[key])

    def hold(self, roles: frozenset[Role], unit_id: int) -> bool:
        """Whether one of these roles is held in this unit. Asked by number, so that a role in
        the whole district says nothing about another district's unit."""
        return any(unit_id in units.ids for role, units in self.by_role.items() if role in roles)

    def hold_anywhere(self, roles: frozenset[Role]) -> bool:
        return any(units for role, units in self.by_role.items() if role in roles)

    def units(self, roles: frozenset[Role]) -> Units:
        """The units in which any of these roles is held."""
        return self.once(roles, lambda: self._units(roles))

    def _units(self, roles: frozenset[Role]) -> Units:
        held = [units for role, units in self.by_role.items() if role in roles]
        return Units(
            any(units.everywhere for units in held),
            frozenset().union(*(units.ids for units in held)),
        )


def rights_of(district: District, grants: Iterable[Grant]) -> Rights:
    """The rights that grants give on the district's today."""
    tree = tree_of(district)
    by_role: dict[Role, Units] = {}
    for grant in grants:
        node = tree.get(grant.unit_id)
        if node is None or not grant.holds_on(tree.day):
            continue
        before = by_role.get(grant.role, Units(False, frozenset()))
        by_role[grant.role] = Units(
            before.everywhere or node.parent_id is None,
            before.ids | frozenset(tree.subtree(grant.unit_id)),
        )
    return Rights(tree, by_role)


@dataclass(frozen=True)
class Sight:
    """Which records of a district a person sees: units, those where also restricted ones, and those
    where also confidential ones."""

    district_id: int
    units: Units
    restricted: Units
    confidential: Units

    def conditions(self, model: Any, *, within: bool = True) -> list[ColumnElement[bool]]:
        """WHERE conditions for a model with district_id, unit_id and perhaps access and
        is_confidential.

        With within=False the condition on units is left to the caller (see listing.page one_of).
        """
        found: list[ColumnElement[bool]] = [model.district_id == self.district_id]
        if within and not self.units.everywhere:
            found.append(model.unit_id.in_(self.units.ids))
        if hasattr(model, "access") and not self._sees_all_restricted:
            ordinary = model.access == AccessClass.ORDINARY
            found.append(
                or_(ordinary, model.unit_id.in_(self.restricted.ids))
                if self.restricted.ids
                else ordinary
            )
        if hasattr(model, "is_confidential") and not self.confidential.everywhere:
            open_to_more = ~model.is_confidential
            ids = self.confidential.ids
            found.append(or_(open_to_more, model.unit_id.in_(ids)) if ids else open_to_more)
        return found

    @cached_property
    def _sees_all_restricted(self) -> bool:
        if self.restricted.everywhere:
            return True
        return not self.units.everywhere and self.units.ids <= self.restricted.ids

    def sees(self, record: Any) -> bool:
        """Whether a loaded record is seen."""
        if record.district_id != self.district_id or record.unit_id not in self.units:
            return False
        if getattr(record, "is_confidential", False) and record.unit_id not in self.confidential:
            return False
        access = getattr(record, "access", AccessClass.ORDINARY)
        return access == AccessClass.ORDINARY or record.unit_id in self.restricted

    def under(self, unit_ids: Iterable[int]) -> "Sight":
        """The same sight narrowed to some units."""
        chosen = frozenset(unit_ids)
        seen = chosen if self.units.everywhere else chosen & self.units.ids
        return replace(self, units=Units(False, seen))


def sight_of(person: Any, unit_id: int | None = None) -> Sight:
    """What a person sees, narrowed to a unit and those under it if one is given."""
    rights: Rights = person.rights
    sight = rights.once("sight", lambda: _whole_sight(person.district_id, rights))
    if unit_id is None:
        return sight
    if rights.tree.get(unit_id) is None:
        return sight.under([])
    if sight.units.everywhere and rights.tree[unit_id].parent_id is None:
        return sight
    return sight.under(rights.tree.subtree(unit_id))


def _whole_sight(district_id: int, rights: Rights) -> Sight:
    return Sight(
        district_id,
        rights.units(ALL),
        rights.units(NEED_TO_KNOW),
        rights.units(LOOKS_AFTER_INTEGRITY),
    )
