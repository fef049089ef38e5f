"""The posts of some people on a day, as they stand on paper: title, rank, NIP, places to sign."""

from collections.abc import Iterable
from datetime import date

from qms.office.blocks import Signature
from qms.people.models import Appointment, Person
from qms.people.queries import appointments_on


class Posts:
    """Of each person one post: the one that leads a unit, else the first. One query."""

    def __init__(self, person_ids: Iterable[int], day: date) -> None:
        self._held: dict[int, Appointment] = {}
        for one in appointments_on(person_ids, day):
            if one.person_id not in self._held or one.position.is_head:
                self._held[one.person_id] = one

    def title(self, person_id: int) -> str:
        held = self._held.get(person_id)
        return held.title if held is not None else ""

    def rank(self, person_id: int) -> str:
        held = self._held.get(person_id)
        return (held.rank or "") if held is not None else ""

    def nip(self, person_id: int) -> str:
        held = self._held.get(person_id)
        return (held.nip or "") if held is not None else ""

    def unit_id(self, person_id: int | None) -> int | None:
        """The unit of the post; None for who has none."""
        held = self._held.get(person_id) if person_id is not None else None
        return held.position.unit_id if held is not None else None

    def signature(
        self, role: str, person: Person, *, position: str | None = None, day: date | None = None
    ) -> Signature:
        """A place to sign for a person, as what; `position` stands in for the post."""
        return Signature(
            role,
            person.name,
            self.title(person.id) if position is None else position,
            self.nip(person.id),
            day,
        )
