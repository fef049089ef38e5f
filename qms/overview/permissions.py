"""Who reads the journal and erases in it. Who changes settings:
`standards.permissions.may_change_figures`."""

from typing import Any

from qms.core.db import AccessClass
from qms.core.journal.models import INSTALLATION
from qms.core.journal.writing import chain_of
from qms.people.models import Person
from qms.people.permissions import may_administer, may_administer_district, may_operate
from qms.people.roles import ANSWERS_FOR_DATA, LOOKS_AFTER_INTEGRITY, NEED_TO_KNOW
from qms.standards.permissions import may_change_figures


def may_see_settings(person: Person) -> bool:
    """The figures that come from rules: who keeps a unit or may change figures."""
    return may_administer(person) or may_change_figures(person)


def may_read_journal(person: Person) -> bool:
    """The whole journal of a district: who administers it at its root."""
    return may_administer_district(person)


def may_read_chain(person: Person, chain: int) -> bool:
    """The district's chain for its administrators, the installation's for operators."""
    if chain == INSTALLATION:
        return may_operate(person)
    return chain == person.district_id and may_read_journal(person)


def may_erase(person: Person, record: Any) -> bool:
    """What the law wants erased is erased by who reads that chain of the journal: an administrator
    of the whole district, or an operator of the installation."""
    return may_read_chain(person, chain_of(record))


def may_agree_to_erase(person: Person, record: Any) -> bool:
    """The second person answers for the district's data: an administrator, the secretariat or the
    audit coordinator of the whole district; for a restricted record, one who needs to know it, and
    for what is about integrity one who looks after that."""
    chain = chain_of(record)
    if chain not in (person.district_id, INSTALLATION):
        return False
    if getattr(record, "is_integrity", False) or getattr(record, "is_confidential", False):
        return person.holds(LOOKS_AFTER_INTEGRITY, record.unit_id)
    if getattr(record, "access", AccessClass.ORDINARY) == AccessClass.RESTRICTED:
        return person.holds(NEED_TO_KNOW, record.unit_id)
    return person.rights.units(ANSWERS_FOR_DATA).everywhere
