"""Who may keep units. Whoever acts says it of themselves: people stand above this area."""

from typing import Any, Protocol

from qms.core.journal import Actor
from qms.units.models import Unit


class Keeper(Actor, Protocol):
    """A person, or the installation itself, as this area asks them."""

    @property
    def is_operator(self) -> bool: ...

    def administers(self, unit_id: int | None = None) -> bool: ...

    def brings_units(self, unit_id: int) -> bool: ...


def may_keep(by: Keeper, unit: Unit) -> bool:
    """Administrators keep a unit, its services and the units under it."""
    return by.administers(unit.id)


def may_bring_in(by: Keeper, parent: Unit) -> bool:
    """New units that a list tells of come in under a unit by who sets the system up there: its
    administrators and consultants. What is here already is the administrators' to change."""
    return by.brings_units(parent.id)


def may_found(by: Keeper, *_: Any) -> bool:
    """Districts are founded by the installation's own administrator."""
    return by.is_operator
