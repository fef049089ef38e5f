"""What one pack is about, as plain facts: who asked, for which units, editions, period and moment.

Everything in a pack follows from these facts and the records, so they are also in its manifest.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from qms.core import clock
from qms.packs.models import Chapter, Pack
from qms.people.models import Person
from qms.people.rights import Sight, Units, sight_of
from qms.people.roles import EXPORTS
from qms.standards.queries import EditionRow, edition_by_id
from qms.units.models import District
from qms.units.tree import Tree, read_tree

Language = Literal["id", "en"]


@dataclass(frozen=True)
class About:
    """The facts."""

    uid: UUID
    district_id: int
    district_uid: UUID
    district_code: str
    district_name: str
    timezone: str
    person_uid: UUID
    person_name: str
    chosen: frozenset[int]
    """The ids of the chosen units."""
    editions: tuple[EditionRow, ...]
    from_on: date
    to_on: date
    as_of: date
    known_at: datetime
    language: Language
    includes_restricted: bool
    chapters: tuple[Chapter, ...]
    """The chapters of report and workbook."""
    exported: Sight
    """What the person sees of the units that they may export from, whichever those are."""
    seen: Sight
    """What the person sees of the whole district."""
    tree: Tree
    """The units as of the day, as they are known."""

    @property
    def number(self) -> str:
        """What people call the pack: the end of its uid."""
        return number_of(self.uid)

    @property
    def known_day(self) -> date:
        """The day of the district on which it was known."""
        return clock.day_of(self.known_at, self.timezone)

    @cached_property
    def unit_ids(self) -> tuple[int, ...]:
        """The chosen units, by code."""
        return tuple(sorted(self.chosen, key=lambda one: (self.tree[one].code, one)))

    @cached_property
    def whole_sight(self) -> Sight:
        """What the person sees of the chosen units and those under them."""
        return self.exported.under(one for top in self.chosen for one in self.tree.subtree(top))

    @cached_property
    def sight(self) -> Sight:
        """What of it is in the pack: without restricted records unless the person asked for
        them."""
        return self._as_included(self.whole_sight)

    @cached_property
    def wide_sight(self) -> Sight:
        """The same of the whole district: for evidence that another unit filed, where it belongs
        to a record of the pack."""
        return self._as_included(self.seen)

    def _as_included(self, sight: Sight) -> Sight:
        nowhere = Units(False, frozenset())  # what is confidential is never given away in a pack
        if self.includes_restricted:
            return replace(sight, confidential=nowhere)
        return replace(sight, restricted=nowhere, confidential=nowhere)

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
        return not self.includes_restricted and bool(self.seen.restricted)

    def as_known_by(self, session: Session) -> "About":
        """The same, with names and the tree of units as a session's database knows them. What it
        does not know yet is called as it is today."""
        tree = read_tree(session, self.district_id, self.as_of)
        district = select(District.name).where(District.id == self.district_id)
        person = select(Person.name).where(
            Person.district_id == self.district_id, Person.uid == self.person_uid
        )
        return replace(
            self,
            district_name=session.scalar(district) or self.district_name,
            person_name=session.scalar(person) or self.person_name,
            tree=replace(tree, nodes=self.tree.nodes | tree.nodes),
        )


def number_of(uid: UUID) -> str:
    """The short number of a pack: PB-1A2B3C4D."""
    return f"PB-{uid.hex[-8:].upper()}"


def about_pack(pack: Pack, person: Person) -> About:
    """The facts of a stored pack, with the rights that the person has now."""
    rights, district = person.rights, person.district
    editions = [edition_by_id(link.edition_id) for link in pack.editions]
    return About(
        uid=pack.uid,
        district_id=district.id,
        district_uid=district.uid,
        district_code=district.code,
        district_name=district.name,
        timezone=district.timezone,
        person_uid=person.uid,
        person_name=person.name,
        chosen=frozenset(link.unit_id for link in pack.units),
        editions=tuple(sorted(editions, key=lambda edition: edition.id)),
        from_on=pack.from_on,
        to_on=pack.to_on,
        as_of=pack.as_of,
        known_at=pack.known_at,
        language="en" if pack.language == "en" else "id",
        includes_restricted=pack.includes_restricted,
        chapters=pack.chosen_chapters,
        exported=sight_of(person).under(rights.units(EXPORTS).ids),
        seen=sight_of(person),
        tree=rights.tree,
    )
