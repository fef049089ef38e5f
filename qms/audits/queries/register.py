"""The register of audits."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from qms.audits.models import Audit, AuditKind, AuditState
from qms.core import listing, search
from qms.core.db import spelled
from qms.core.listing import Key, Page
from qms.people.models import Person
from qms.people.rights import Sight, sight_of

ROW: Any = Audit.__table__.c


LATEST_FIRST = (Key(ROW.planned_from, descending=True), Key(ROW.uid, descending=True))


NUMBER = re.compile(r"au-\d{4}", re.IGNORECASE)


REGISTER: Any = select(
    ROW.number,
    ROW.title,
    spelled(ROW.uid),
    ROW.unit_id,
    ROW.kind,
    ROW.state,
    ROW.planned_from,
    ROW.planned_until,
    ROW.access,
    ROW.id,
)
"""What a row shows: first the texts that people typed, then the rest."""


class Asked(NamedTuple):
    """What the register is narrowed to."""

    states: tuple[AuditState, ...]
    kinds: tuple[AuditKind, ...]
    years: tuple[int, ...]
    number: str


def audit_page(
    person: Person,
    unit_id: int | None,
    *,
    q: str = "",
    states: Sequence[AuditState] = (),
    kinds: Sequence[AuditKind] = (),
    years: Sequence[int] = (),
    cursor: str | None = None,
) -> Page[Any]:
    """A page of the register as rows of plain columns: the latest planned first, hits of words
    last recorded first. One query."""
    sight, q = sight_of(person, unit_id), q.strip()
    is_number = NUMBER.match(q) is not None
    asked = Asked(tuple(states), tuple(kinds), tuple(years), q if is_number else "")
    everywhere, ids = sight.units.everywhere, sorted(sight.units.ids)
    if q and not is_number:
        return search.search_page(
            _register(sight, True, asked), Audit, q, cursor, unit_ids=None if everywhere else ids
        )
    return listing.page(
        _register(sight, False, asked),
        LATEST_FIRST,
        cursor,
        one_of=None if everywhere else (ROW.unit_id, ids),
    )


@lru_cache(maxsize=500)
def _register(sight: Sight, within: bool, asked: Asked) -> Any:
    """The register as somebody sees it and as far as it is asked for (listing keeps its pages)."""
    found = REGISTER.where(*sight.conditions(ROW, within=within))
    if asked.states:
        found = found.where(ROW.state.in_(asked.states))
    if asked.kinds:
        found = found.where(ROW.kind.in_(asked.kinds))
    if asked.years:
        found = found.where(or_(*(ROW.planned_from.between(*_year(year)) for year in asked.years)))
    if asked.number:
        found = found.where(search.beginning_with(ROW.number_key, asked.number))
    return found


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
