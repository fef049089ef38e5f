"""What one pack is about, as plain facts: who asked, for which units, editions, period and moment.

Everything in a pack follows from these facts and the records, so they are also in its manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from qms.core import clock
from qms.packs.models import Pack
from qms.people.models import Person
from qms.people.rights import Sight, Units, sight_of
from qms.standards.queries import EditionRow, edition_by_id
from qms.units.tree import Node

Language = Literal["id", "en"]


@dataclass(frozen=True)
class About:
    """The facts. `whole_sight` is what the person sees of the units and those under them, `sight`
    what of it is in the pack: without restricted records unless the person asked for them."""

    uid: UUID
    district_id: int
    district_uid: UUID
    district_code: str
    district_name: str
    timezone: str
    person_uid: UUID
    person_name: str
    unit_ids: tuple[int, ...]
    editions: tuple[EditionRow, ...]
    from_on: date
    to_on: date
    as_of: date
    known_at: datetime
    language: Language
    whole_sight: Sight
    sight: Sight
    nodes: Mapping[int, Node]
    """The chosen units and all under them, as they are today."""

    @property
    def number(self) -> str:
        """What people call the pack: the end of its uid."""
        return number_of(self.uid)

    @property
    def known_day(self) -> date:
        """The day of the district on which it was known."""
        return clock.day_of(self.known_at, self.timezone)

    @property
    def all_unit_ids(self) -> frozenset[int]:
        """The chosen units and all under them."""
        return self.sight.units.ids

    @property
    def restricted_unit_ids(self) -> frozenset[int]:
        """Those of them whose restricted records are in the pack too."""
        return frozenset(one for one in self.all_unit_ids if one in self.sight.restricted)

    @property
    def leaves_out_restricted(self) -> bool:
        """Whether there are units whose restricted records the person may see, but did not ask
        for."""
        seen, shown = self.whole_sight.restricted, self.sight.restricted
        return any(one in seen and one not in shown for one in self.all_unit_ids)


def number_of(uid: UUID) -> str:
    """The short number of a pack: PB-1A2B3C4D."""
    return f"PB-{uid.hex[-8:].upper()}"


def about_pack(pack: Pack, person: Person) -> About:
    """The facts of a stored pack, with the rights that the person has now."""
    tree, district = person.rights.tree, person.district
    chosen = {link.unit_id for link in pack.units}
    below = {one for unit_id in chosen if tree.get(unit_id) for one in tree.subtree(unit_id)}
    editions = [edition_by_id(link.edition_id) for link in pack.editions]
    sight = sight_of(person).under(below)
    return About(
        uid=pack.uid,
        district_id=district.id,
        district_uid=district.uid,
        district_code=district.code,
        district_name=district.name,
        timezone=district.timezone,
        person_uid=person.uid,
        person_name=person.name,
        unit_ids=tuple(sorted(chosen, key=lambda one: tree[one].code)),
        editions=tuple(sorted(editions, key=lambda edition: edition.id)),
        from_on=pack.from_on,
        to_on=pack.to_on,
        as_of=pack.as_of,
        known_at=pack.known_at,
        language="en" if pack.language == "en" else "id",
        whole_sight=sight,
        sight=sight if pack.includes_restricted else without_restricted(sight),
        nodes={one: tree[one] for one in below},
    )


def without_restricted(sight: Sight) -> Sight:
    """The same units, with the ordinary records only."""
    return replace(sight, restricted=Units(False, frozenset()))
