"""A page of a register as somebody sees it."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select

from qms.core import listing, search
from qms.core.listing import Key, Page
from qms.people.rights import Sight


def seen_page(
    statement: Select[Any],
    model: Any,
    sight: Sight,
    order: Sequence[Key],
    *,
    words: str = "",
    until: date | None = None,
    cursor: str | None = None,
) -> Page[Any]:
    """The page of a SELECT of a model's columns as far as it is seen: in its order, or with words
    the records that have them all, last recorded first. One query. `until`: without
    words, no later day than this, of the order's first column.

    A statement that is kept and given again costs less: what is made of it is kept too.
    """
    everywhere = sight.units.everywhere
    ids = [] if everywhere else sorted(sight.units.ids)
    if words.strip():
        seen = _seen(statement, model, sight, True)
        return search.search_page(seen, model, words, cursor, unit_ids=None if everywhere else ids)
    seen = _seen(statement, model, sight, False)
    units = None if everywhere else (model.__table__.c.unit_id, ids)
    return listing.page(seen, order, cursor, one_of=units, until=until)


@lru_cache(maxsize=500)
def _seen(statement: Select[Any], model: Any, sight: Sight, within: bool) -> Select[Any]:
    return statement.where(*sight.conditions(model.__table__.c, within=within))
