"""For which unit: the one that a page is about, named in the address or chosen in the bar."""

from typing import Any

from flask import request
from sqlalchemy import select

from qms.certificates.permissions import may_register
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import chosen_unit, uid_or_404
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.units.models import Unit
from qms.units.tree import Node


def kept_units(person: Person) -> list[Node]:
    """The open units whose certificates and scopes this person keeps."""
    return [node for node in person.rights.tree if node.is_open and may_register(person, node.id)]


def unit_wanted(person: Person) -> Node | None:
    """The unit that a new certificate or scope is for: named, chosen in the bar, or the only one;
    None if the person must say. Missing for one that they do not keep or see."""
    units = kept_units(person)
    if "unit" in request.args:
        uid = uid_or_404(request.args["unit"])
        for node in units:
            if node.uid == uid:
                return node
        require(may_register, person, seen_unit(person, request.args["unit"]).id)
    if not units:
        require(may_register, person, person.rights.tree.root.id)
    if len(units) == 1:
        return units[0]
    return next((node for node in units if node.id == chosen_unit()), None)


def seen_unit(person: Person, unit: str) -> Node:
    """The unit with this uid, if the person sees it; Missing otherwise."""
    node = person.rights.tree.by_uid(uid_or_404(unit))
    if node is None or node.id not in sight_of(person).units:
        raise Missing(_("There is no such unit, or it is not for you."))
    return node


def the_unit(unit_id: int) -> Unit:
    """The record of a unit that the tree knows."""
    unit = db.session.get(Unit, unit_id)
    assert unit is not None
    return unit


def all_of(model: Any, ids: list[int] | None) -> list[Any]:
    """The records with these ids; the operation judges them."""
    return list(db.session.scalars(select(model).where(model.id.in_(ids or []))))
