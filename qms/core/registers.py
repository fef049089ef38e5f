"""What register pages share: filter chips, links to the pages beside, move buttons."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from markupsafe import escape

from qms.core.i18n import language
from qms.core.listing import Page
from qms.core.workflow import OpenMove

Member = TypeVar("Member", bound=enum.StrEnum)

Choice = tuple[str, str, int | None, bool]
"""(value, label, count or None, selected)"""

Filter = tuple[str, str, Sequence[Choice]]
"""(name, label, choices), as the filters macro takes it."""


def chosen(name: str, members: type[Member]) -> list[Member]:
    """The members of a kind that the query string names; what is unknown is left out."""
    asked = request.args.getlist(name)
    if not asked:
        return []
    known = {member.value: member for member in members}
    return [known[value] for value in asked if value in known]


def choice_filter(name: str, label: Any, members: Iterable[Any], selected: Sequence[Any]) -> Filter:
    """Chips for an enum's members."""
    return name, str(label), _choices(tuple(members), frozenset(selected), language())


@lru_cache(maxsize=1000)
def _choices(
    members: tuple[Any, ...], selected: frozenset[Any], _language: str
) -> tuple[Choice, ...]:
    return tuple(
        (str(member.value), str(member.label), None, member in selected) for member in members
    )


def any_chosen(filters: Iterable[Filter]) -> bool:
    """Whether any of the filters narrows the register."""
    return any(selected for _, _, options in filters for _, _, _, selected in options)


def page_links(page: Page[Any], endpoint: str, **values: Any) -> tuple[str | None, str | None]:
    """(previous_url, next_url) of a page, the query kept."""
    # What stands in the query is nobody's argument: url_for would take "_external" for its own.
    kept = [(name, one) for name, one in request.args.items(multi=True) if name != "cursor"]

    def link(cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return f"{url_for(endpoint, **values)}?{urlencode([*kept, ('cursor', cursor)])}"

    return link(page.previous), link(page.next)


@dataclass(frozen=True)
class MoveButton:
    """A move as the moves macro draws it."""

    label: str
    url: str
    primary: bool
    needs_reason: bool
    blocked_because: str | None
    note: str | None = None
    warning: str | None = None
    """What it brings about, to be read before it is pressed once more."""


def move_buttons(moves: Iterable[OpenMove], endpoint: str, **values: Any) -> list[MoveButton]:
    """Buttons for open moves; the endpoint takes the move's name as `move`."""
    return [
        MoveButton(
            str(move.label),
            url_for(endpoint, move=move.name, **values),
            move.tone == "primary",
            move.needs_reason,
            move.blocked_because,
            str(move.note) if move.note else None,
        )
        for move in moves
    ]


BETWEEN = "\x1f"
"""Stands between texts while they are escaped together; no text of ours can hold it."""


def escaped(texts: Iterable[str | None]) -> list[str]:
    """The same texts safe for HTML, escaped in one go; None becomes empty.

    A register has hundreds of cells, and escaping them one by one takes longer than finding them.
    Its template writes such rows within `{% autoescape false %}`.
    """
    told = [text or "" for text in texts]
    return str(escape(BETWEEN.join(told))).split(BETWEEN) if told else []
