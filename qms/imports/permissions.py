"""Who may bring in what, and where."""

from typing import TYPE_CHECKING

from qms.imports.headings import ImportKind
from qms.people.models import Person
from qms.people.roles import BRINGS_UNITS, KEEPS

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
    """An import shows what stands in its file: it is for who might have made it."""
    return run.district_id == person.district_id and may_import(person, (run.kind, run.unit_id))
