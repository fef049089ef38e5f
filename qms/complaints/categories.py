"""Categories of complaints: what each is called, and within how many working days it is answered.

The four that ship are those that registers of public complaints use, with time limits that one
office publishes; no regulation that proves them was found, and they say so. A district sets its own
from a day on (`CategoryRule`), and adds others; a complaint follows the rule of the day on which it
was received. Days are working days of the unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from qms.complaints.models import CategoryRule
from qms.core.db import db
from qms.core.i18n import lazy_gettext as _l
from qms.deadlines.queries import working_day_after
from qms.units.models import District

LONGEST = 250
"""Working days: about a year. More is a slip of the finger."""


AS_SHIPPED = _l("As one office publishes it; not verified. Set your own.")


@dataclass(frozen=True)
class Category:
    """A category as it is on a day. `from_on` None: as shipped."""

    key: str
    name: Any
    days: int
    is_integrity: bool = False
    is_used: bool = True
    source: str = ""
    from_on: date | None = None

    @property
    def said_by(self) -> Any:
        """Where the figures come from."""
        return self.source or AS_SHIPPED


GENERAL, OVERSIGHT = "general", "oversight"

SHIPPED = (
    Category("light", _l("Light: a question or a small matter"), 2),
    Category("normative", _l("Normative: about rules and requirements"), 5),
    Category(GENERAL, _l("Not for oversight: about how the service is given"), 14),
    Category(OVERSIGHT, _l("For oversight: bribery, extortion, abuse of office"), 60, True),
)
"""Local time limits seen: light 2, normative 5, not for oversight 14, for oversight with an
inspection 60 working days; another office works with 10 and 7 more. Unverified."""


def rows_of(district_id: int, key: str) -> list[CategoryRule]:
    """What the district ever said of a category, by the day from which it holds."""
    return list(
        db.session.scalars(
            select(CategoryRule)
            .where(CategoryRule.district_id == district_id, CategoryRule.key == key)
            .order_by(CategoryRule.from_on)
        )
    )


def categories_on(district_id: int, day: date) -> dict[str, Category]:
    """All categories on a day by key, those not in use too: the shipped ones first. One query."""
    found = {one.key: one for one in SHIPPED}
    for row in db.session.scalars(
        select(CategoryRule)
        .where(CategoryRule.district_id == district_id, CategoryRule.from_on <= day)
        .order_by(CategoryRule.from_on, CategoryRule.id)
    ):
        found[row.key] = Category(
            row.key, row.name, row.days, row.is_integrity, row.is_used, row.source, row.from_on
        )
    return found


def named(categories: Mapping[str, Category], key: str) -> str:
    """What a category is called; its key, should nothing know it any more."""
    return str(categories[key].name) if key in categories else key


def first_of(categories: Iterable[Category], *, integrity: bool) -> Category | None:
    """Where a complaint of the public page begins, before somebody has looked at it: the general
    category, or the one for integrity; else the one with the longest time."""
    used = [one for one in categories if one.is_used and one.is_integrity is integrity]
    wanted = OVERSIGHT if integrity else GENERAL
    return next((one for one in used if one.key == wanted), None) or max(
        used, key=lambda one: one.days, default=None
    )


def due_after(district: District, unit_id: int, day: date, days: int) -> date:
    """The last working day for an answer, counted after a day. Two queries."""
    return working_day_after(district, unit_id, day, days)
