"""Who may keep the certificates of a unit."""

from qms.certificates.models import Certificate
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import KEEPS


def may_register(person: Person, unit_id: int) -> bool:
    """Register certificates of a unit that one sees and whose management system one keeps."""
    return unit_id in sight_of(person).units and person.holds(KEEPS, unit_id)


def may_keep(person: Person, certificate: Certificate) -> bool:
    """Correct a certificate and enter what happens to it."""
    return certificate.district_id == person.district_id and may_register(
        person, certificate.unit_id
    )
