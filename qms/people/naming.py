"""How the names of several people are told."""

from collections.abc import Sequence

from qms.core.i18n import gettext as _
from qms.people.models import Person

NAMED = 3


def named(people: Sequence[Person]) -> str:
    """The first few names and how many more there are, with semicolons, because titles contain
    commas. A title may end with a full stop: let none follow."""
    names = "; ".join(one.name for one in people[:NAMED])
    if len(people) > NAMED:
        return _("%(names)s and %(n)s more", names=names, n=len(people) - NAMED)
    return names
