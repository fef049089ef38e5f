"""Owners as lists name them: a person, or a position ("Kepala Seksi Pelatihan", "HR Lead")."""

from collections.abc import Iterable

from qms.core.i18n import gettext as _
from qms.core.text import fold
from qms.people import operations
from qms.people.models import Person, Position
from qms.people.queries import people_in, positions_in
from qms.units.tree import Node

MOST = 5_000


class Owners:
    """People who work in a unit or above it, and the unit's own positions, by name. A name that
    is neither becomes a position of the unit at the import; two people of one name are neither.
    """

    def __init__(self, unit: Node, by: Person) -> None:
        self.unit = unit
        self.by = by
        near = [unit.id, *(node.id for node in by.rights.tree.ancestors(unit.id))]
        self.people: dict[str, list[Person]] = {}
        for person in people_in(by.district, near, limit=MOST):
            self.people.setdefault(fold(person.name), []).append(person)
        self.positions: dict[str, Position] = {}
        for position in positions_in(by.district, [unit.id], limit=MOST):
            self.positions.setdefault(fold(position.title), position)

    def _person(self, name: str) -> Person | None:
        found = self.people.get(fold(name), [])
        return found[0] if len(found) == 1 else None

    def named(self, name: str | None) -> str | None:
        """The name as it is written here, if it is known."""
        if name is None:
            return None
        if (position := self.positions.get(fold(name))) is not None:
            return position.title
        person = self._person(name)
        return person.name if person is not None else name

    def note(self, names: Iterable[str | None]) -> list[str]:
        """A note that says which positions would be new, if any."""
        new = {
            fold(name): name
            for name in names
            if name and fold(name) not in self.positions and self._person(name) is None
        }
        if not new:
            return []
        shown = [*list(new.values())[:20], *(["…"] if len(new) > 20 else [])]
        return [
            _(
                "Owners that are not known here become positions of the unit: %(names)s.",
                names=", ".join(shown),
            )
        ]

    def find(self, name: str | None) -> Person | Position | None:
        """The owner of this name; a position that is not known yet is added to the unit."""
        if not name:
            return None
        if (position := self.positions.get(fold(name))) is not None:
            return position
        if (person := self._person(name)) is not None:
            return person
        added = operations.name_position(self.unit.id, name, by=self.by)
        self.positions[fold(name)] = added
        return added
