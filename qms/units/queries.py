"""Reads about units beyond the tree."""

from collections.abc import Container
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.text import fold
from qms.units.models import Service, Unit, UnitSuccession
from qms.units.tree import Node, Tree


def unit_by_uid(uid: UUID, district_id: int, seen: Container[int]) -> Unit:
    """A unit with its names and places through time, if it is among those seen; else Missing."""
    found = db.session.scalars(
        select(Unit)
        .where(Unit.uid == uid, Unit.district_id == district_id)
        .options(joinedload(Unit.names), joinedload(Unit.parents))
    ).unique()
    unit = found.one_or_none()
    if unit is None or unit.id not in seen:
        raise Missing(_l("There is no such unit."))
    return unit


def successions_of(unit: Unit) -> list[UnitSuccession]:
    """Who took over from this unit, and from whom it took over, by day."""
    return list(
        db.session.scalars(
            select(UnitSuccession)
            .where(
                UnitSuccession.district_id == unit.district_id,
                or_(UnitSuccession.unit_id == unit.id, UnitSuccession.successor_id == unit.id),
            )
            .order_by(UnitSuccession.on, UnitSuccession.unit_id)
            .limit(100)
        )
    )


def services_of(unit: Unit, limit: int) -> list[Service]:
    """The services of a unit by name, those that ended last."""
    return list(
        db.session.scalars(
            select(Service)
            .where(Service.district_id == unit.district_id, Service.unit_id == unit.id)
            .order_by(Service.closed_on.is_not(None), Service.name, Service.uid)
            .limit(limit)
        )
    )


def service_by_uid(uid: UUID, unit: Unit) -> Service:
    """A service of a unit; Missing if there is none."""
    found = db.session.scalar(select(Service).where(Service.uid == uid, Service.unit_id == unit.id))
    if found is None:
        raise Missing(_l("There is no such service."))
    return found


def named(tree: Tree, q: str, seen: Container[int], most: int) -> list[Node]:
    """The units whose code, name or short name has all these words; no query."""
    words = fold(q).split()
    found: list[Node] = []
    for node in tree:
        if node.id not in seen:
            continue
        folded = fold(f"{node.code} {node.name} {node.short_name or ''}")
        if all(word in folded for word in words):
            found.append(node)
            if len(found) == most:
                break
    return found
