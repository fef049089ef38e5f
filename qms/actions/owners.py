"""Choosing an owner: a person, or a position, whoever holds it."""

from collections.abc import Sequence
from typing import Any

from wtforms import ValidationError

from qms.actions.models import Action
from qms.core.i18n import gettext as _
from qms.people.fields import ChoiceField, cut_short
from qms.people.models import Person, Position
from qms.people.queries import people_in, positions_in


class OwnerField(ChoiceField):
    """One list of people and positions. Once valid, `person_id` or `position_id` is the owner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person_id: int | None = None
        self.position_id: int | None = None

    def offer_owners(self, people: Sequence[Person], positions: Sequence[Position]) -> None:
        """Set the choices, as groups."""
        self.description = cut_short(people) or cut_short(positions) or self.description
        self.owners = {f"person:{one.uid}": ("person", one.id) for one in people}
        self.owners.update({f"position:{one.uid}": ("position", one.id) for one in positions})
        groups: Any = {
            "": [("", _("Choose who will do it"))],
            _("People"): [(f"person:{one.uid}", one.name) for one in people],
            _("Positions"): [(f"position:{one.uid}", one.title) for one in positions],
        }
        self.choices = groups

    def pre_validate(self, form: Any) -> None:
        self.person_id = self.position_id = None
        if not self.data:
            return
        if self.data not in self.owners:
            raise ValidationError(_("Choose one from the list."))
        kind, key = self.owners[self.data]
        setattr(self, f"{kind}_id", key)

    def show_owner(self, action: Action) -> None:
        """Preselect an action's owner."""
        if action.owner_person is not None:
            self.data = f"person:{action.owner_person.uid}"
        elif action.owner_position is not None:
            self.data = f"position:{action.owner_position.uid}"


def owners_for(person: Person, unit_id: int) -> tuple[list[Person], list[Position]]:
    """Who can own an action of a unit: people with a role there or above, and the positions of
    the unit and of the units under it."""
    tree, district = person.rights.tree, person.district
    above = [unit_id, *(node.id for node in tree.ancestors(unit_id))]
    return people_in(district, above), positions_in(district, tree.subtree(unit_id))
