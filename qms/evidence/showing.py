"""Evidence as pages show it: to choose from, and its files, with small pictures."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask import url_for

from qms.core import dates, files
from qms.core.i18n import gettext as _
from qms.evidence.models import Evidence
from qms.evidence.queries import OFFERED


def cut_short(pieces: Sequence[Evidence]) -> str:
    """What a form says where not all evidence is offered; nothing where it is."""
    if len(pieces) < OFFERED:
        return ""
    return _("Only the newest %(n)s are offered here.", n=dates.number(OFFERED))


def choices_of(pieces: Iterable[Evidence], today: date) -> list[tuple[str, str]]:
    """Evidence to choose from. What has expired says until when it counted."""
    return [
        (str(piece.uid), f"{piece.name} – {mark}" if mark else piece.name)
        for piece in pieces
        for mark in [expiry(piece.valid_until, today)]
    ]


def expiry(valid_until: date | None, today: date) -> str:
    """Until when evidence counted, if that is over."""
    if valid_until is None or valid_until >= today:
        return ""
    return _("counted until %(day)s", day=dates.short_day(valid_until))


LARGEST_PICTURE = 5 * 1024 * 1024
"""In bytes. A larger file is not fetched only to be shown small: on a phone outdoors it would take
minutes."""


class ShownFile(NamedTuple):
    """A file of a version. `picture` is where its picture is, if it is one to be shown small."""

    name: str
    size: str
    url: str
    picture: str | None


def shown_file(uid: UUID, number: int, position: int, name: str, size: int, mime: str) -> ShownFile:
    """A file as pages show it. `mime` is what its content was found to be when it came."""
    place: dict[str, Any] = {"uid": uid, "number": number, "position": position}
    is_small = mime in files.PICTURES and size <= LARGEST_PICTURE
    return ShownFile(
        name,
        dates.size(size),
        url_for("evidence.file", **place),
        url_for("evidence.file", show=1, **place) if is_small else None,
    )
