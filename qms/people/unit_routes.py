"""Pages of units: the tree, a unit, and keeping them."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from sqlalchemy import select

from qms.core.db import db
from qms.core.errors import Missing
from qms.core.forms import Form, saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.registers import MoveButton
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.core.timeline import timeline
from qms.core.uids import read_uid
from qms.people import operations as people
from qms.people.models import Person, Position
from qms.people.permissions import may_administer
from qms.people.queries import MOST_SHOWN, positions_of_unit, roles_in_unit, units_lacking
from qms.people.roles import ADMINISTERS, ALL, LOOKS_AFTER_INTEGRITY, OVERSEES
from qms.people.unit_forms import (
    AddressForm,
    CloseForm,
    EndForm,
    MoveForm,
    PositionForm,
    RenameForm,
    ServiceForm,
    UnitForm,
)
from qms.people.unit_pages import (
    MOST_CLOSED,
    MOST_FOUND,
    branches,
    closed_units,
    facts_of,
    names_of,
    openness,
    relatives,
)
from qms.units import operations
from qms.units.history import LABELS, SENTENCES
from qms.units.models import Unit, UnitType
from qms.units.queries import named, service_by_uid, services_of, successions_of, unit_by_uid
from qms.units.tree import Node

bp = Blueprint("units", __name__)


@bp.get("/units")
def index() -> Any:
    """The tree of the units that one sees, or those that a few words name."""
    person = me()
    tree, seen = person.rights.tree, person.rights.units(ALL).ids
    q = request.args.get("q", "").strip()[:200]
    under = request.args.get("under")
    top = tree.get(chosen_unit()) if under is None else tree.by_uid(read_uid(under))
    top = top if top and top.id in seen else None
    return render_template(
        "units/index.html",
        q=q,
        hits=[(node, tree.path(node.id)) for node in named(tree, q, seen, MOST_FOUND)] if q else [],
        most_found=MOST_FOUND,
        most_closed=MOST_CLOSED,
        tree=[] if q else branches(tree, seen, top),
        closed=[] if q else closed_units(tree, seen, top),
        top=top,
        may_open=may_administer(person),
    )


def unit_of(uid: str) -> Unit:
    """The unit in the URL, if the person sees it."""
    person = me()
    return unit_by_uid(uid_or_404(uid), person.district_id, person.rights.units(ALL).ids)


@bp.get("/units/<uid>")
def show(uid: str) -> Any:
    """A unit: what it offers, who works in it, what it was called and where it stood."""
    person, unit = me(), unit_of(uid)
    tree, seen = person.rights.tree, person.rights.units(ALL).ids
    today = person.district.today
    services = services_of(unit, MOST_SHOWN)
    positions = positions_of_unit(unit, today, MOST_SHOWN)
    return render_template(
        "units/show.html",
        node=tree[unit.id],
        unit=unit,
        path=tree.path(unit.id) if len(tree.ancestors(unit.id)) > 1 else None,
        today=today,
        facts_shown=facts_of(unit, tree, seen),
        below=branches(tree, seen, tree[unit.id], most=60),
        names=names_of(unit, tree),
        relatives=relatives(unit, successions_of(unit), tree, seen),
        services=services,
        positions=positions,
        roles=roles_in_unit(unit, today, MOST_SHOWN),
        most=MOST_SHOWN,
        may_keep=may_administer(person, unit.id),
        lacks_integrity=_is_told_of_gaps(person, unit)
        and bool(units_lacking(person.district, LOOKS_AFTER_INTEGRITY, [tree[unit.id]])),
        state=openness(tree[unit.id], today),
        actions=_actions(unit) if may_administer(person, unit.id) else [],
        moves=_moves(unit) if may_administer(person, unit.id) else [],
        entries=timeline(
            [unit, *services, *{position: None for position, *_rest in positions}],
            SENTENCES,
            LABELS,
            person.district.timezone,
        ),
    )


def _is_told_of_gaps(person: Person, unit: Unit) -> bool:
    """Whether somebody can do something about an office that lacks people, or follows it."""
    return unit.closed_on is None and person.holds(ADMINISTERS | OVERSEES, unit.id)


def _actions(unit: Unit) -> list[tuple[str, str, str]]:
    actions = [
        (_("Rename"), url_for("units.rename", uid=unit.uid), "edit"),
        (_("Letterhead"), url_for("units.letterhead", uid=unit.uid), "document"),
    ]
    if unit.type is not UnitType.DISTRICT and unit.closed_on is None:
        actions += [
            (_("Move"), url_for("units.move", uid=unit.uid), "arrow-right"),
            (_("Close unit"), url_for("units.close", uid=unit.uid), "close"),
        ]
    return actions


def _moves(unit: Unit) -> list[MoveButton]:
    if unit.closed_on is None:
        return []
    url = url_for("units.reopen", uid=unit.uid)
    return [MoveButton(_("Open again"), url, False, True, None)]


def kept_units(but: Iterable[int] = ()) -> list[Node]:
    """The units that the person administers, open or to come, in the order of the tree."""
    person, left_out = me(), frozenset(but)
    return [
        node
        for node in person.rights.tree
        if not node.is_closed and node.id not in left_out and person.administers(node.id)
    ]


def form_page(form: Form, title: str, back: tuple[str, str], button: str, hint: str = "") -> Any:
    """A page with one form; 422 if something in it was wrong."""
    page = render_template(
        "people/form.html", form=form, title=title, back=back, button=button, hint=hint
    )
    return page, 422 if form.errors else 200


def back_to(unit: Unit) -> tuple[str, str]:
    return me().rights.tree[unit.id].name, url_for("units.show", uid=unit.uid)


def unit_numbered(unit_id: int) -> Unit:
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise Missing(_("There is no such unit."))
    return unit


@bp.route("/units/new", methods=["GET", "POST"])
def new() -> Any:
    """Open a unit under another."""
    person = me()
    require(may_administer, person)
    form = UnitForm(parent=request.args.get("under", ""))
    form.parent.offer_units(kept_units())
    if unit := saved(
        form,
        lambda: operations.open_unit(
            person.district,
            code=form.code.data,
            name=form.name.data,
            short_name=form.short_name.data,
            type=form.type.data,
            parent=unit_numbered(form.parent.unit_id),
            opened_on=form.opened_on.data,
            by=person,
        ),
    ):
        flash(_("The unit is open."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("New unit"), (_("Units"), url_for("units.index")), _("Open unit"))


@bp.route("/units/<uid>/rename", methods=["GET", "POST"])
def rename(uid: str) -> Any:
    """Give a unit another name or code from a day on, or correct its type."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    form = RenameForm(obj=unit, from_on=person.district.today)
    if unit.type is UnitType.DISTRICT:
        del form.type

    def rename_and_correct() -> None:
        called = {name: form[name].data for name in ("code", "name", "short_name")}
        seen = form.version.data
        if form.type is not None and form.type.data != unit.type:
            operations.correct_type(unit, form.type.data, by=person, seen=seen)
            if operations.is_called(unit, **called, day=form.from_on.data):
                return
            seen = None
        operations.rename_unit(unit, **called, from_on=form.from_on.data, by=person, seen=seen)

    if saved(form, rename_and_correct):
        flash(_("Saved."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("Rename unit"), back_to(unit), _("Rename"))


@bp.route("/units/<uid>/letterhead", methods=["GET", "POST"])
def letterhead(uid: str) -> Any:
    """Write the address that stands in the unit's letterhead."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    form = AddressForm(obj=unit)
    if saved(
        form,
        lambda: operations.write_address(
            unit, form.address.data, by=person, seen=form.version.data
        ),
    ):
        flash(_("Saved."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("Letterhead"), back_to(unit), _("Save"))


@bp.route("/units/<uid>/move", methods=["GET", "POST"])
def move(uid: str) -> Any:
    """Put a unit under another from a day on."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    tree = person.rights.tree
    above = tree.get(tree[unit.id].parent_id)
    form = MoveForm(obj=unit, parent=str(above.uid) if above else "", from_on=person.district.today)
    form.parent.offer_units(kept_units(but=tree.subtree(unit.id)))
    if saved(
        form,
        lambda: operations.move_unit(
            unit,
            parent=unit_numbered(form.parent.unit_id),
            from_on=form.from_on.data,
            by=person,
            seen=form.version.data,
        ),
    ):
        flash(_("The unit has moved."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("Move unit"), back_to(unit), _("Move"))


@bp.route("/units/<uid>/close", methods=["GET", "POST"])
def close(uid: str) -> Any:
    """Close a unit from a day on, perhaps with a successor."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    tree, seen = person.rights.tree, person.rights.units(ALL).ids
    form = CloseForm(obj=unit, on=person.district.today)
    form.successors.offer_units(
        node for node in tree if not node.is_closed and node.id in seen and node.id != unit.id
    )

    def close_and_follow() -> None:
        operations.close_unit(
            unit,
            on=form.on.data,
            successors=map(unit_numbered, form.successors.unit_ids),
            kind=form.kind.data,
            note=form.note.data,
            by=person,
            seen=form.version.data,
        )

    if saved(form, close_and_follow):
        flash(_("The unit is closed. Its records stay where they are."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("Close unit"), back_to(unit), _("Close unit"))


@bp.post("/units/<uid>/reopen")
def reopen(uid: str) -> Any:
    """Take a closing back."""
    unit = unit_of(uid)
    seen = request.form.get("version", type=int)
    operations.reopen_unit(unit, reason=request.form.get("reason", ""), by=me(), seen=seen)
    flash(_("The unit is open again."), "success")
    return done("units.show", uid=unit.uid)


@bp.route("/units/<uid>/services/new", methods=["GET", "POST"])
def new_service(uid: str) -> Any:
    """Add a service that the unit offers."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    form = ServiceForm()
    if saved(
        form,
        lambda: operations.offer_service(
            unit, form.name.data, opened_on=form.opened_on.data, by=person
        ),
    ):
        flash(_("The service is added."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("New service"), back_to(unit), _("Add service"))


@bp.route("/units/<uid>/services/<service_uid>/end", methods=["GET", "POST"])
def end_service(uid: str, service_uid: str) -> Any:
    """Note that a service is no longer offered."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    service = service_by_uid(uid_or_404(service_uid), unit)
    form = EndForm(on=person.district.today)
    if saved(form, lambda: operations.end_service(service, on=form.on.data, by=person)):
        flash(_("The service has ended."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("End service"), back_to(unit), _("End service"), service.name)


@bp.route("/units/<uid>/positions/new", methods=["GET", "POST"])
def new_position(uid: str) -> Any:
    """Add a position to the unit; people are appointed to it on their own pages."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    form = PositionForm()
    if saved(
        form,
        lambda: people.add_position(unit, form.title.data, is_head=form.is_head.data, by=person),
    ):
        flash(_("The position is added."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("New position"), back_to(unit), _("Add position"))


@bp.route("/units/<uid>/positions/<position_uid>/close", methods=["GET", "POST"])
def close_position(uid: str, position_uid: str) -> Any:
    """Note that the unit has a position no longer."""
    person, unit = me(), unit_of(uid)
    require(may_administer, person, unit.id)
    position = db.session.scalar(
        select(Position).where(
            Position.uid == uid_or_404(position_uid), Position.unit_id == unit.id
        )
    )
    if position is None:
        raise Missing(_("There is no such position."))
    form = EndForm(on=person.district.today)
    if saved(form, lambda: people.close_position(position, on=form.on.data, by=person)):
        flash(_("The position is closed."), "success")
        return done("units.show", uid=unit.uid)
    return form_page(form, _("Close position"), back_to(unit), _("Close"), position.title)
