"""The checklist on paper: its editions, and what came back of them."""

from dataclasses import dataclass

from qms.audits.models import AuditPrint
from qms.core import dates
from qms.people.models import Person


@dataclass(frozen=True)
class Edition:
    """An edition on paper: when and by whom it was printed, and how many sheets it has."""

    number: int
    sheets: int
    printed: str
    by: str


def edition_of(printed: AuditPrint, person: Person) -> Edition:
    """An edition as the page of original notes shows it."""
    return Edition(
        printed.number,
        printed.sheets,
        dates.long_moment(printed.printed_at, person.district.timezone),
        printed.printed_by.name,
    )
