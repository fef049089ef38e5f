"""What is done about the journal: erasing what the law wants erased."""

from qms.core.db import Record
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal import erasing
from qms.core.permissions import require
from qms.overview.permissions import may_agree_to_erase, may_erase
from qms.people.models import Person
from qms.people.queries import acts_for


def erase_history(
    record: Record, *, reason: str, by: Person, second: Person, sequence: int | None = None
) -> int:
    """Erase what the journal told of a record before, or in one entry; see `erasing.erase`.

    One does it and another agrees; neither acts for the other. Returns the number of entries.
    """
    require(may_erase, by, record)
    require(may_agree_to_erase, second, record)
    if second.id in acts_for(by, by.district.today):
        raise Invalid(_l("Two different persons must decide this, neither acting for the other."))
    return erasing.erase(record, reason=reason, by=by, second=second, sequence=sequence)
