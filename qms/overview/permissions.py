"""Who reads the journal. Who changes settings: `standards.permissions.may_change_figures`."""

from qms.core.journal.models import INSTALLATION
from qms.people.models import Person
from qms.people.permissions import may_administer_district, may_operate


def may_read_journal(person: Person) -> bool:
    """The whole journal of a district: who administers it at its root."""
    return may_administer_district(person)


def may_read_chain(person: Person, chain: int) -> bool:
    """The district's chain for its administrators, the installation's for operators."""
    if chain == INSTALLATION:
        return may_operate(person)
    return chain == person.district_id and may_read_journal(person)
