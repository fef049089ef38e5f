"""How the journal's entries about units, their services and positions are told."""

from datetime import date
from typing import Any

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal import Told
from qms.core.timeline import day_text
from qms.units.models import UnitType


def _day(value: str | None) -> str:
    return dates.long_day(date.fromisoformat(value)) if value else ""


def _renamed(told: Told) -> str:
    row = _part(told, "unit_name")
    return _(
        "renamed the unit from %(day)s: %(name)s (%(code)s)",
        day=_day(row["from_on"]),
        name=row["name"],
        code=row["code"],
    )


def _moved(told: Told) -> str:
    return _("moved the unit from %(day)s", day=_day(_part(told, "unit_parent")["from_on"]))


def _part(told: Told, table: str) -> dict[str, Any]:
    assert told.said is not None
    row: dict[str, Any] = told.said["parts"][table][-1]
    return row


def _image(told: Told) -> dict[str, Any]:
    assert told.said is not None
    image: dict[str, Any] = told.said["image"]
    return image


def _closed(told: Told) -> str:
    return _("closed the unit from %(day)s", day=_day(_image(told)["closed_on"]))


def _offered(told: Told) -> str:
    return _("added the service “%(name)s”", name=_image(told)["name"])


def _ended(told: Told) -> str:
    image = _image(told)
    return _(
        "ended the service “%(name)s” from %(day)s",
        name=image["name"],
        day=_day(image["closed_on"]),
    )


def _position(told: Told) -> str:
    return _("added the position “%(title)s”", title=_image(told)["title"])


def _position_closed(told: Told) -> str:
    image = _image(told)
    return _(
        "closed the position “%(title)s” from %(day)s",
        title=image["title"],
        day=_day(image["closed_on"]),
    )


SENTENCES = {
    "found_district": _l("founded the district"),
    "open_unit": _l("opened the unit"),
    "import_unit": _l("imported the unit"),
    "rename_unit": _renamed,
    "correct_type": _l("corrected the type"),
    "write_address": _l("wrote the address of the letterhead"),
    "move_unit": _moved,
    "close_unit": _closed,
    "reopen_unit": _l("took the closing back"),
    "offer_service": _offered,
    "end_service": _ended,
    "add_position": _position,
    "import_position": _position,
    "close_position": _position_closed,
}

LABELS = {
    "code": _l("Code"),
    "type": (_l("Type"), lambda value: UnitType(value).label),
    "opened_on": (_l("Opened"), day_text),
    "closed_on": (_l("Closed"), day_text),
    "address": _l("Address in the letterhead"),
}
