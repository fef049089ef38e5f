"""Form fields that choose a unit, a person, or one of a kind."""

from collections.abc import Container, Iterable, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from wtforms import ValidationError

from qms.core.choices import SelectField, SelectMultipleField
from qms.core.dates import long_day, number
from qms.core.i18n import gettext as _
from qms.core.uids import read_uid
from qms.people.models import Person
from qms.people.queries import MOST_OFFERED
from qms.units.tree import Node

INDENT = "\u2003"


class ChoiceField(SelectField):
    """One of a list; the message is ours. With `blank` the first choice is none, and `data` is
    then None."""

    data: Any
    description: Any

    def __init__(self, *args: Any, blank: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blank = blank

    def offer(self, choices: Iterable[tuple[str, Any]]) -> None:
        """Set the choices, as (value, label)."""
        first = [] if self.blank is None else [("", str(self.blank))]
        self.choices = [*first, *((value, str(label)) for value, label in choices)]

    def pre_validate(self, form: Any) -> None:
        if not any(str(self.data or "") == str(value) for value, *_rest in self.iter_choices()):
            raise ValidationError(_("Choose one from the list."))
        self.data = self.data or None


class KindField(ChoiceField):
    """One member of an enum; `data` is the member. `but` are left out."""

    def __init__(
        self, *args: Any, kind: type[StrEnum], but: Container[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        members: list[Any] = [member for member in kind if member not in but]
        self.offer((member.value, member.label) for member in members)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.data = self.kind(self.data) if self.data else None


class UnitField(ChoiceField):
    """A unit of the tree. `data` is its uid as text; `unit_id` its number once it is valid."""

    unit_id: Any = None

    def offer_units(self, nodes: Iterable[Node]) -> None:
        """Set the choices: units in the order of the tree, deeper ones further in."""
        self.nodes = {str(node.uid): node for node in nodes}
        top = min((node.depth for node in self.nodes.values()), default=0)
        self.offer(
            (uid, INDENT * (node.depth - top) + _named(node)) for uid, node in self.nodes.items()
        )

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        node = self.nodes.get(self.data or "")
        self.unit_id = node.id if node else None


class UnitsField(SelectMultipleField):
    """Any number of units. Once valid, `unit_ids` are their numbers."""

    def offer_units(self, nodes: Iterable[Node]) -> None:
        self.nodes = {str(node.uid): node for node in nodes}
        self.choices = [(uid, _named(node)) for uid, node in self.nodes.items()]

    @property
    def unit_ids(self) -> list[int]:
        return [self.nodes[uid].id for uid in self.data or ()]


def _named(node: Node) -> str:
    """A unit in a list; one that is to come says when."""
    name = f"{node.name} ({node.code})"
    if not node.is_coming:
        return name
    return name + " – " + _("opens on %(day)s", day=long_day(node.opened_on))


def cut_short(listed: Sequence[Any]) -> str:
    """What a field says under a list of choices that had to be cut; nothing under a whole one."""
    if len(listed) < MOST_OFFERED:
        return ""
    return _("Only the first %(n)s names are offered here.", n=number(MOST_OFFERED))


class PersonField(ChoiceField):
    """A person; `uid` is theirs."""

    def offer_people(self, people: Sequence[Person]) -> None:
        self.offer((str(person.uid), person.name) for person in people)
        self.description = cut_short(people) or self.description

    @property
    def uid(self) -> UUID | None:
        return read_uid(self.data or "")
