"""Stretches of days: as an address holds them, as people read them, as a query asks for them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from qms.core import dates
from qms.core.i18n import gettext as _

BETWEEN = ".."


@dataclass(frozen=True)
class Days:
    """From one day to another, both counted; None: without an end on that side."""

    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        """As in an address: 2026-01-01..2026-03-31."""
        first, last = (day.isoformat() if day else "" for day in (self.first, self.last))
        return f"{first}{BETWEEN}{last}"

    @property
    def label(self) -> str:
        """As people read it."""
        if self.first and self.last:
            return dates.long_days(self.first, self.last)
        if self.first:
            return _("from %(day)s", day=dates.long_day(self.first))
        return _("until %(day)s", day=dates.long_day(self.last))

    def hold(self, column: Any) -> list[ColumnElement[bool]]:
        """The conditions that a column lies within."""
        found = []
        if self.first:
            found.append(column >= self.first)
        if self.last:
            found.append(column <= self.last)
        return found


def read_days(text: str | None) -> Days | None:
    """The days of an address; None for what is none."""
    first, between, last = (text or "").partition(BETWEEN)
    try:
        found = Days(*(date.fromisoformat(one) if one else None for one in (first, last)))
    except ValueError:
        return None
    return found if between and (found.first or found.last) else None


class DaysFrom(FunctionElement[int]):
    """The number of days from one column of days to another: DaysFrom(found_on, closed_on)."""

    type = Integer()
    inherit_cache = True


@compiles(DaysFrom)
def _subtracted(element: Any, compiler: Any, **given: Any) -> str:
    first, last = (compiler.process(one, **given) for one in element.clauses)
    return f"({last} - {first})"


@compiles(DaysFrom, "sqlite")
def _subtracted_by_julian_day(element: Any, compiler: Any, **given: Any) -> str:
    first, last = (compiler.process(one, **given) for one in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"
