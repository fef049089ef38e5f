"""Who may file and keep evidence."""

from qms.core.db import AccessClass
from qms.evidence.models import Evidence
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import NEED_TO_KNOW, RAISES, WORKS

FILES_EVIDENCE = WORKS | RAISES
"""Who works in a unit proves what was done; who raises findings there proves what was seen."""


def may_file(person: Person, unit_id: int) -> bool:
    """File evidence in a unit."""
    return person.holds(FILES_EVIDENCE, unit_id)


def may_file_somewhere(person: Person, *_: object) -> bool:
    """File evidence in at least one unit."""
    return person.rights.hold_anywhere(FILES_EVIDENCE)


def may_classify(person: Person, about: tuple[int, AccessClass]) -> bool:
    """Give a record of a unit an access class: restricted only by those who need to know."""
    unit_id, access = about
    return access is AccessClass.ORDINARY or person.holds(NEED_TO_KNOW, unit_id)


def may_reclassify(person: Person, evidence: Evidence) -> bool:
    """Say anew who may see evidence. What is confidential stays restricted: what it belongs to
    says so."""
    about = (evidence.unit_id, AccessClass.RESTRICTED)
    return not evidence.is_confidential and may_classify(person, about)


def may_keep(person: Person, evidence: Evidence) -> bool:
    """Change evidence that one sees: new versions, its words, its clauses, withdrawing it."""
    return sight_of(person).sees(evidence) and may_file(person, evidence.unit_id)
