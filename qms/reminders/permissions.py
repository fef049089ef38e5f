"""Who sets when people are reminded, and who looks after the mail."""

from qms.people.models import Person
from qms.people.permissions import may_administer_district
from qms.standards.permissions import may_change_figures


def may_set_rule(person: Person, *_: object) -> bool:
    """Say when the district's people are reminded: as other figures that come from rules."""
    return may_change_figures(person)


def may_keep_mail(person: Person, *_: object) -> bool:
    """See the district's mail and try it again: whoever administers the whole district. It names
    people and addresses, and no record."""
    return may_administer_district(person)
