"""Who may bring in what, and where."""

from typing import TYPE_CHECKING

from qms.imports.headings import ImportKind
from qms.people.models import Person
from qms.people.roles import BRINGS_UNITS, KEEPS, NEED_TO_KNOW

if TYPE_CHECKING:
    from qms.imports.models import ImportRun

NEEDED = {
    ImportKind.UNITS: BRINGS_UNITS,
    ImportKind.DOCUMENTS: KEEPS,
    ImportKind.FINDINGS: KEEPS,
}


def may_import(person: Person, about: tuple[ImportKind, int]) -> bool:
    """Units are brought in by who administers the unit above them or is its consultant, documents
    and findings by who keeps the unit's management system."""
    kind, unit_id = about
    return person.holds(NEEDED[kind], unit_id)


def may_import_any(person: Person) -> bool:
    """Anything, anywhere."""
    return person.rights.hold_anywhere(BRINGS_UNITS | KEEPS)


def may_see(person: Person, run: "ImportRun") -> bool:
    """That something was brought in is for who might have done it. One that waits shows what
    stands in its file: it is for who sent that, and for who sees restricted records there."""
    return (
        run.district_id == person.district_id
        and may_import(person, (run.kind, run.unit_id))
        and (run.imported_at is not None or may_read_all(person, run))
    )


def may_read_all(person: Person, run: "ImportRun") -> bool:
    """Everything that the file tells of, whatever becomes of it: who sent it, and who sees
    restricted records of the unit. Units are never restricted."""
    return (
        run.kind is ImportKind.UNITS
        or run.person_id == person.id
        or person.holds(NEED_TO_KNOW, run.unit_id)
    )
