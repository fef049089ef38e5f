"""What an administrator does with districts, units and services."""

import re
import secrets
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from qms.core import dates, journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.text import fold
from qms.units.models import (
    District,
    Service,
    SuccessionKind,
    Unit,
    UnitName,
    UnitParent,
    UnitSuccession,
    UnitType,
)
from qms.units.permissions import Keeper, may_bring_in, may_found, may_keep
from qms.units.tree import tree_of

CODE = re.compile(r"[\w.\-/]{1,30}", re.UNICODE)
MOST_LINES, LONGEST_LINE = 4, 120
"""Of an address: what a letterhead has room for."""
BEGINNING = date(1900, 1, 1)
"""From when a name or place holds if nobody said."""


def found_district(code: str, name: str, *, by: Keeper, timezone: str = "Asia/Jakarta") -> Unit:
    """A new district with its root unit, which is returned."""
    require(may_found, by)
    code = _code(code)
    if fold(code) in map(fold, db.session.scalars(select(District.code))):
        message = _l("The code %(code)s is taken by another district.", code=code)
        raise Invalid(message, code=message)
    district = District(code=code, name=_name(name), timezone=_timezone(timezone))
    db.session.add(district)
    journal.write("found_district", district, by=by)
    return open_unit(district, code=code, name=name, type=UnitType.DISTRICT, parent=None, by=by)


def _code(code: str) -> str:
    code = code.strip()
    if not CODE.fullmatch(code):
        message = _l("Use 1 to 30 letters, digits, points, dashes or slashes.")
        raise Invalid(message, code=message)
    return code


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        message = _l("Write the name.")
        raise Invalid(message, name=message)
    return name


def _timezone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = _l("Write a time zone such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura.")
        raise Invalid(message, timezone=message) from None


def open_unit(
    district: District,
    *,
    code: str,
    name: str,
    type: UnitType,
    parent: Unit | None,
    by: Keeper,
    short_name: str | None = None,
    opened_on: date | None = None,
) -> Unit:
    """A new unit under a parent. Without a day it counts as having always been there."""
    if parent is None:
        require(may_found, by)
    else:
        require(may_keep, by, parent)
    unit = _new_unit(district, code, name, short_name, type, parent, opened_on)
    journal.write("open_unit", unit, by=by)
    return unit


def bring_in_unit(
    district: District,
    *,
    code: str,
    name: str,
    type: UnitType,
    parent: Unit,
    by: Keeper,
    short_name: str | None = None,
) -> Unit:
    """A unit that was there before, as a list tells of it."""
    require(may_bring_in, by, parent)
    unit = _new_unit(district, code, name, short_name, type, parent, None)
    journal.write("import_unit", unit, by=by)
    return unit


def _new_unit(
    district: District,
    code: str,
    name: str,
    short_name: str | None,
    type: UnitType,
    parent: Unit | None,
    opened_on: date | None,
) -> Unit:
    if parent is not None:
        _refuse_closed(parent, opened_on or district.today)
        _refuse_coming(parent, opened_on or district.today)
    code = _code(code)
    _refuse_taken(district, code)
    unit = Unit(district_id=district.id, code=code, type=type, opened_on=opened_on)
    day = opened_on or BEGINNING
    unit.names.append(
        UnitName(
            district_id=district.id,
            from_on=day,
            code=code,
            name=_name(name),
            short_name=(short_name or "").strip() or None,
        )
    )
    unit.parents.append(
        UnitParent(district_id=district.id, from_on=day, parent_id=parent.id if parent else None)
    )
    db.session.add(unit)
    _changed(district)
    return unit


def _refuse_closed(parent: Unit, day: date) -> None:
    if parent.closed_on is not None and parent.closed_on <= day:
        message = _l("The unit above is closed then. Choose another.")
        raise Invalid(message, parent=message)
    if parent.closed_on is not None:
        message = _l(
            "The unit above closes on %(day)s. Choose one that stays.",
            day=dates.long_day(parent.closed_on),
        )
        raise Invalid(message, parent=message)


def _refuse_coming(parent: Unit, day: date) -> None:
    if parent.opened_on is not None and parent.opened_on > day:
        message = _l(
            "The unit above opens on %(day)s only. Begin then or later.",
            day=dates.long_day(parent.opened_on),
        )
        raise Invalid(message, parent=message)


def _refuse_taken(district: District, code: str, but: Unit | None = None) -> None:
    """Codes are in the numbers of records: one that another unit ever had is not given again,
    whatever its case."""
    had = select(UnitName.code).where(UnitName.district_id == district.id)
    if but is not None:
        had = had.where(UnitName.unit_id != but.id)
    if fold(code) in map(fold, db.session.scalars(had)):
        message = _l("The code %(code)s is taken, now or formerly, by another unit.", code=code)
        raise Invalid(message, code=message)


def _changed(district: District) -> None:
    """A new version of the tree. At random: a number that was rolled back never comes again, so
    that a tree kept under it can never be taken for another."""
    district.tree_version = secrets.randbits(62)


def rename_unit(
    unit: Unit,
    *,
    code: str,
    name: str,
    short_name: str | None,
    from_on: date,
    by: Keeper,
    seen: int | None = None,
) -> None:
    """Give a unit a name and code from a day on; earlier days keep the earlier ones.

    A new name may be noted ahead of its day, a new code only from its day on: numbers are given
    out under it at once.
    """
    require(may_keep, by, unit)
    same_version(unit, seen)
    code, name, short_name = _code(code), _name(name), (short_name or "").strip() or None
    district = _district_of(unit)
    if is_called(unit, code, name, short_name, from_on):
        message = _l("It is called so on that day already.")
        raise Invalid(message, name=message)
    _refuse_taken(district, code, but=unit)
    if code != unit.code and from_on > district.today:
        message = _l("A new code counts at once: change it on its day. The name can go ahead.")
        raise Invalid(message, from_on=message)
    row = next((row for row in unit.names if row.from_on == from_on), None)
    if row is None:
        row = UnitName(district_id=unit.district_id, from_on=from_on)
        unit.names.append(row)
    row.code, row.name, row.short_name = code, name, short_name
    begun = [one.from_on for one in unit.names if one.from_on <= district.today]
    if not begun or from_on >= max(begun):
        unit.code = code
        for later in unit.names:
            if later.from_on > from_on:
                later.code = code
        if unit.type is UnitType.DISTRICT and from_on <= district.today:
            district.name = name
    touch(unit)
    _changed(district)
    journal.write("rename_unit", unit, by=by)


def is_called(unit: Unit, code: str, name: str, short_name: str | None, day: date) -> bool:
    """Whether a unit has this code, name and short name on a day."""
    held = [row for row in unit.names if row.from_on <= day] or unit.names[:1]
    return (held[-1].code, held[-1].name, held[-1].short_name) == (code, name, short_name)


def correct_type(unit: Unit, type: UnitType, *, by: Keeper, seen: int | None = None) -> None:
    """Say what kind of unit it is, where that was noted wrongly."""
    require(may_keep, by, unit)
    same_version(unit, seen)
    if (unit.type is UnitType.DISTRICT) != (type is UnitType.DISTRICT):
        message = _l("Only the district's own unit is of this type.")
        raise Invalid(message, type=message)
    unit.type = type
    _changed(_district_of(unit))
    journal.write("correct_type", unit, by=by)


def write_address(unit: Unit, address: str | None, *, by: Keeper, seen: int | None = None) -> None:
    """The lines of a unit's letterhead that say where it is found, each line of the text one."""
    require(may_keep, by, unit)
    same_version(unit, seen)
    lines = [" ".join(line.split()) for line in (address or "").splitlines() if line.strip()]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        message = _l(
            "Write at most %(lines)s lines of at most %(letters)s letters each.",
            lines=MOST_LINES,
            letters=LONGEST_LINE,
        )
        raise Invalid(message, address=message)
    unit.address = "\n".join(lines) or None
    journal.write("write_address", unit, by=by)


def _district_of(unit: Unit) -> District:
    district = db.session.get(District, unit.district_id)
    assert district is not None
    return district


def move_unit(
    unit: Unit, *, parent: Unit, from_on: date, by: Keeper, seen: int | None = None
) -> None:
    """Put a unit under another from a day on. Refused if that would ever make a loop."""
    require(may_keep, by, unit)
    require(may_keep, by, parent)
    same_version(unit, seen)
    district = _district_of(unit)
    _refuse_closed(parent, from_on)
    _refuse_coming(parent, from_on)
    _refuse_loop(unit, parent, from_on)
    row = next((row for row in unit.parents if row.from_on == from_on), None)
    if row is None:
        row = UnitParent(district_id=unit.district_id, from_on=from_on)
        unit.parents.append(row)
    row.parent_id = parent.id
    touch(unit)
    _changed(district)
    journal.write("move_unit", unit, by=by)


def _refuse_loop(unit: Unit, parent: Unit, from_on: date) -> None:
    """Look at the tree as it would be on the day of the move and on every later day on which
    some unit moves."""
    rows = [
        (row.from_on, row.unit_id, row.parent_id)
        for row in db.session.scalars(
            select(UnitParent).where(UnitParent.district_id == unit.district_id)
        )
        if (row.from_on, row.unit_id) != (from_on, unit.id)
    ]
    rows.append((from_on, unit.id, parent.id))
    rows.sort(key=lambda row: row[:2])
    for day in sorted({row[0] for row in rows if row[0] >= from_on}):
        above = {child: over for since, child, over in rows if since <= day}
        node, passed = above.get(unit.id), {unit.id}
        while node is not None:
            if node in passed:
                message = _l("A unit cannot stand under itself or under one of its own units.")
                raise Invalid(message, parent=message)
            passed.add(node)
            node = above.get(node)


def close_unit(
    unit: Unit,
    *,
    on: date,
    by: Keeper,
    successors: Iterable[Unit] = (),
    kind: SuccessionKind = SuccessionKind.REPLACED,
    note: str | None = None,
    seen: int | None = None,
) -> None:
    """Close a unit from a day on; another takes over, or several where it is split. History stays
    where it is."""
    require(may_keep, by, unit)
    same_version(unit, seen)
    if unit.type == UnitType.DISTRICT:
        raise OutOfTurn(_l("The district's own unit cannot be closed."))
    if unit.closed_on is not None:
        raise OutOfTurn(_l("This unit is closed already."))
    if unit.opened_on is not None and on <= unit.opened_on:
        message = _l("The end must come after the beginning.")
        raise Invalid(message, on=message)
    _refuse_with_units_below(unit, on)
    for successor in dict.fromkeys(successors):
        _succeed(unit, successor, on=on, kind=kind, note=note)
    unit.closed_on = on
    _changed(_district_of(unit))
    journal.write("close_unit", unit, by=by)


def _refuse_with_units_below(unit: Unit, on: date) -> None:
    """Also those that open there later, or are to move there."""
    tree = tree_of(_district_of(unit), on)
    coming = db.session.scalars(
        select(UnitParent.unit_id).where(
            UnitParent.district_id == unit.district_id,
            UnitParent.parent_id == unit.id,
            UnitParent.from_on > on,
        )
    )
    found = dict.fromkeys([*tree.children.get(unit.id, []), *coming])
    below = [tree[one].name for one in found if not tree[one].is_closed]
    if below:
        raise OutOfTurn(
            _l("Move or close the units under it first: %(names)s.", names=_some(below))
        )


def _some(names: Iterable[str], most: int = 5) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (" ..." if len(listed) > most else "")


def _succeed(
    unit: Unit, successor: Unit, *, on: date, kind: SuccessionKind, note: str | None
) -> None:
    if successor is unit:
        message = _l("A unit cannot succeed itself.")
        raise Invalid(message, successors=message)
    if successor.closed_on is not None and successor.closed_on <= on:
        message = _l("The successor is closed then. Choose another.")
        raise Invalid(message, successors=message)
    unit.successions.append(
        UnitSuccession(
            district_id=unit.district_id, successor_id=successor.id, on=on, kind=kind, note=note
        )
    )


def reopen_unit(unit: Unit, *, reason: str, by: Keeper, seen: int | None = None) -> None:
    """Take a closing back that was a mistake, with its succession."""
    require(may_keep, by, unit)
    same_version(unit, seen)
    if unit.closed_on is None:
        raise OutOfTurn(_l("This unit is open."))
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    above = db.session.get(Unit, unit.parents[-1].parent_id)
    if above is not None and above.closed_on is not None:
        raise OutOfTurn(_l("Open the unit above first: %(name)s.", name=above.name))
    for row in [row for row in unit.successions if row.on == unit.closed_on]:
        db.session.delete(row)
    unit.closed_on = None
    _changed(_district_of(unit))
    journal.write("reopen_unit", unit, by=by, reason=reason.strip())
    db.session.expire(unit, ["successions"])


def offer_service(unit: Unit, name: str, *, by: Keeper, opened_on: date | None = None) -> Service:
    """A service that the unit offers from a day on. One that had ended is offered again."""
    require(may_keep, by, unit)
    name = _name(name)
    service = db.session.scalar(
        select(Service).where(
            Service.district_id == unit.district_id,
            Service.unit_id == unit.id,
            Service.name == name,
        )
    )
    if service is not None and service.closed_on is None:
        message = _l("This unit offers “%(name)s” already.", name=name)
        raise Invalid(message, name=message)
    if service is None:
        service = Service(
            district_id=unit.district_id, unit_id=unit.id, name=name, opened_on=opened_on
        )
        db.session.add(service)
    service.closed_on = None
    journal.write("offer_service", service, by=by)
    return service


def end_service(service: Service, *, on: date, by: Keeper) -> None:
    """The service is no longer offered from a day on."""
    require(may_keep, by, service.unit)
    if service.closed_on is not None:
        raise OutOfTurn(_l("This service has ended already."))
    if service.opened_on is not None and on <= service.opened_on:
        message = _l("The end must come after the beginning.")
        raise Invalid(message, on=message)
    service.closed_on = on
    journal.write("end_service", service, by=by)
