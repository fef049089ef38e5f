"""Who may make packs and take copies."""

from collections.abc import Iterable

from qms.packs.models import Pack
from qms.people.models import Person
from qms.people.roles import ALL, EXPORTS, NEED_TO_KNOW


def may_make_pack(person: Person, unit_id: int) -> bool:
    """Whoever may export from a unit may make packs about it."""
    return person.holds(EXPORTS, unit_id)


def may_make_packs(person: Person) -> bool:
    """Whether there is any unit that this person may make packs about."""
    return person.rights.hold_anywhere(EXPORTS)


def may_include_restricted(person: Person) -> bool:
    """Whether there is any unit whose restricted records this person may take into a pack."""
    exports, knows = person.rights.units(EXPORTS), person.rights.units(NEED_TO_KNOW)
    return any(unit_id in knows for unit_id in exports.ids)


def may_take_copy(
    person: Person,
    pack: Pack,
    unit_ids: Iterable[int],
    further_unit_ids: Iterable[int],
    restricted_unit_ids: Iterable[int],
) -> bool:
    """Only who asked for it, while they may still make it: every unit whose records are inside,
    further ones of which evidence is, and those whose restricted records are."""
    return (
        pack.asked_by_id == person.id
        and all(may_make_pack(person, unit_id) for unit_id in unit_ids)
        and all(person.holds(ALL, unit_id) for unit_id in further_unit_ids)
        and all(person.holds(NEED_TO_KNOW, unit_id) for unit_id in restricted_unit_ids)
    )
