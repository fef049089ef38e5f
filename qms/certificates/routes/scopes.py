"""Pages of a unit's scope under an edition: what holds, what held, and setting it."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from qms.certificates import queries, showing
from qms.certificates.forms import ScopeForm
from qms.certificates.permissions import may_register
from qms.certificates.routes.blueprint import bp
from qms.certificates.routes.choosing import all_of, kept_units, seen_unit, the_unit, unit_wanted
from qms.certificates.wall import certificates_at
from qms.core.db import db
from qms.core.errors import Invalid, Missing, Stale
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me
from qms.people.models import Person
from qms.people.queries import holders_of
from qms.people.roles import ADMINISTERS
from qms.standards.models import UnitScope
from qms.standards.operations import set_scope
from qms.standards.permissions import may_set_scope
from qms.standards.queries import (
    EditionRow,
    clause_choices,
    edition_by_key,
    editions_for,
    own_titles,
    scope_history,
)
from qms.standards.scopes import unusual_exclusions
from qms.units.models import Service
from qms.units.tree import Node

SPARE_ROWS = 3
"""Empty rows for further clauses that do not apply."""


@bp.get("/certificates/units/<unit>/<key>")
def unit(unit: str, key: str) -> Any:
    """A unit under an edition: the scope that holds, those before, the certificates."""
    person = me()
    node, edition = seen_unit(person, unit), edition_by_key(key)
    today, own = person.district.today, own_titles(person.district_id)
    scopes = scope_history(node.id, edition.id)
    in_force = next((scope for scope in scopes if scope.from_on <= today), None)
    excluded = [part.clause_id for part in in_force.exclusions] if in_force else []
    return render_template(
        "certificates/unit.html",
        unit=node,
        edition=edition,
        scope=showing.scope(in_force, own) if in_force else None,
        odd=unusual_exclusions(edition.key, excluded),
        others=[showing.scope(scope, own) for scope in scopes if scope is not in_force],
        certificates=[showing.listed(one) for one in certificates_at(person, node.id, edition.id)],
        may_set=may_set_scope(person, node.id) and edition.for_new_work,
        may_correct=may_set_scope(person, node.id),
        may_register=may_register(person, node.id),
    )


@bp.get("/certificates/scope")
def choose_scope() -> Any:
    """Choose the unit and the standard whose scope is to be set."""
    person = me()
    node = unit_wanted(person)
    editions = editions_for(person.district)
    wanted = request.args.get("standard")
    if node is not None and any(edition.key == wanted for edition in editions):
        return redirect(url_for("certificates.scope", unit=node.uid, key=wanted), 303)
    return render_template(
        "certificates/choose_unit.html",
        title=_("Set a scope"),
        units=kept_units(person) if node is None else [node],
        editions=editions,
    )


@bp.route("/certificates/units/<unit>/<key>/scope", methods=["GET", "POST"])
def scope(unit: str, key: str) -> Any:
    """Set a scope from a day on, beginning from the one that holds."""
    person = me()
    node, edition = seen_unit(person, unit), edition_by_key(key)
    require(may_set_scope, person, node.id)
    today = person.district.today
    history = scope_history(node.id, edition.id)
    before = next((one for one in history if one.from_on <= today), None)
    start = _start(before) if before else {}
    form = ScopeForm(data={**start, "from_on": today, "version": None})
    return _scope_page(form, node, edition, None)


@bp.route("/certificates/units/<unit>/<key>/scope-<from_on>", methods=["GET", "POST"])
def correct_scope(unit: str, key: str, from_on: str) -> Any:
    """Correct a scope that was entered wrongly."""
    person = me()
    node, edition = seen_unit(person, unit), edition_by_key(key)
    require(may_set_scope, person, node.id)
    record = _scope_from(node, edition, from_on)
    form = ScopeForm(data={**_start(record), "from_on": record.from_on, "version": record.version})
    return _scope_page(form, node, edition, record)


def _scope_from(node: Node, edition: EditionRow, from_on: str) -> UnitScope:
    for one in scope_history(node.id, edition.id):
        if one.from_on.isoformat() == from_on:
            return one
    raise Missing(_("There is no scope from this day."))


def _start(record: UnitScope) -> dict[str, Any]:
    return {
        "statement": record.statement,
        "service_ids": [part.service_id for part in record.services],
        "exclusions": [
            {"clause": part.clause_id, "justification": part.justification}
            for part in sorted(record.exclusions, key=lambda part: part.clause.sort)
        ],
    }


def _scope_page(form: ScopeForm, node: Node, edition: EditionRow, record: UnitScope | None) -> Any:
    """The form, drawn or obeyed. `more` asks for further rows and saves nothing."""
    person: Person = me()
    asks_for_more = "more" in request.form
    if request.method == "GET" or asks_for_more:
        for _row in range(SPARE_ROWS):
            form.exclusions.append_entry()
    _fill_choices(form, person, node, edition)
    status, newer = 200, None
    if not asks_for_more and form.validate_on_submit():
        try:
            _set(form, node, edition, record, person)
        except Invalid as problem:
            told_by(problem, form)
        except Stale as stale:
            db.session.rollback()
            newer = stale.record
            db.session.refresh(newer)
            form.version.raw_data, form.version.data = None, newer.version
            status = 409
        else:
            return done("certificates.unit", unit=node.uid, key=edition.key)
    page = render_template(
        "certificates/scope.html",
        form=form,
        unit=node,
        edition=edition,
        record=record,
        newer=showing.scope(newer, own_titles(person.district_id)) if newer else None,
        keepers=_keepers(node, person) if not form.service_ids.choices else "",
    )
    return page, 422 if form.errors else status


KEEPERS_NAMED = 3


def _keepers(node: Node, person: Person) -> str:
    """Who keeps the unit's services, by name."""
    found = holders_of(ADMINISTERS, node.id, person)
    return ", ".join(one.name for one in found[:KEEPERS_NAMED])


def _fill_choices(form: ScopeForm, person: Person, node: Node, edition: EditionRow) -> None:
    services = queries.services_under(person, [node.id], person.district.today)
    form.service_ids.choices = [(service.id, service.name) for service in services]
    clauses = clause_choices([edition.key], own=own_titles(person.district_id))
    for entry in form.exclusions:
        entry.form.clause.choices = [(0, "–"), *clauses[edition.code]]


def _set(
    form: ScopeForm, node: Node, edition: EditionRow, record: UnitScope | None, person: Person
) -> None:
    from_on: date = form.from_on.data
    reasons = form.justifications
    set_scope(
        the_unit(node.id),
        edition,
        from_on=from_on,
        statement=form.statement.data,
        services=all_of(Service, form.service_ids.data),
        exclusions=reasons,
        record=record,
        seen=form.version.data,
        by=person,
    )
    flash(_("The scope is saved."), "success")
    if odd := unusual_exclusions(edition.key, reasons):
        flash(odd, "warning")
