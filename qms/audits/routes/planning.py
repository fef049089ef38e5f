"""The register of audits, planning one, recording one of a certification body."""

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request, url_for

from qms.audits import operations, showing
from qms.audits.covering import joined
from qms.audits.forms import ExternalForm, PlanForm
from qms.audits.models import AuditKind, AuditState
from qms.audits.permissions import (
    PLANS,
    RECORDS,
    may_plan_somewhere,
    may_record_somewhere,
)
from qms.audits.permissions.competence import may_read_register
from qms.audits.permissions.paper import may_send_scans
from qms.audits.queries import audit_page, edition_ids_of
from qms.audits.queries.processes import Processes, processes_of
from qms.audits.routes.blueprint import bp
from qms.core.db import AccessClass
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.registers import choice_filter, chosen, page_links
from qms.core.routing import chosen_unit, done, me
from qms.people.models import Person
from qms.people.roles import NEED_TO_KNOW, Role
from qms.standards.queries import all_editions, editions_in_use

YEARS_BACK, YEARS_AHEAD = 4, 1


@bp.get("/audits")
def index() -> Any:
    """The register of audits, the latest planned first."""
    person, q = me(), request.args.get("q", "")[:200]
    states, kinds = chosen("state", AuditState), chosen("kind", AuditKind)
    this_year = person.district.today.year
    offered = range(this_year + YEARS_AHEAD, this_year - YEARS_BACK - 1, -1)
    years = [year for year in request.args.getlist("year", type=int) if 1900 <= year <= 2200][:10]
    page = audit_page(
        person,
        chosen_unit(),
        q=q,
        states=states,
        kinds=kinds,
        years=years,
        cursor=request.args.get("cursor"),
    )
    shown = sorted({*offered, *years}, reverse=True)
    filters = [
        choice_filter("state", _("State"), AuditState, states),
        choice_filter("kind", _("Kind"), AuditKind, kinds),
        ("year", _("Year"), [(str(year), str(year), None, year in years) for year in shown]),
    ]
    may_plan, may_record = may_plan_somewhere(person), may_record_somewhere(person)
    actions = []
    if may_plan:
        actions.append((_("Plan an audit"), url_for("audits.new"), "plus"))
        actions.append((_("Checklist templates"), url_for("audits.templates"), "document"))
    if may_read_register(person):
        actions.append((_("Auditors"), url_for("audits.auditors"), "people"))
    if may_record:
        actions.append((_("Record an external audit"), url_for("audits.new_external"), "plus"))
    actions.append((_("Audit programmes"), url_for("audits.programmes"), "audit"))
    actions.append((_("Calendar"), url_for("audits.calendar"), "clock"))
    if may_send_scans(person):
        actions.append((_("Send scans"), url_for("audits.scans"), "document"))
    return render_template(
        "audits/index.html",
        rows=showing.rows_of(page.rows, edition_ids_of([row.id for row in page.rows]), person),
        filters=filters,
        q=q,
        links=page_links(page, "audits.index"),
        is_narrowed=bool(q or states or kinds or years),
        actions=actions,
        may_plan=may_plan,
    )


def offer_units(form: Any, person: Person, roles: frozenset[Role]) -> list[int]:
    """Offer the open units in which a role is held; returns their ids."""
    held = person.rights.units(roles)
    nodes = [node for node in person.rights.tree if node.is_open and node.id in held]
    form.unit.offer_units(nodes)
    return [node.id for node in nodes]


def offer_editions(form: Any, unit_ids: list[int], keep: list[int]) -> None:
    """Offer the editions for new work, those that the units hold, and those chosen already."""
    held = {one.id for one in editions_in_use(unit_ids)} | set(keep)
    form.edition_ids.choices = [
        (one.id, one.code) for one in all_editions() if one.for_new_work or one.id in held
    ]


def offer_processes(
    form: Any, person: Person, unit_id: int | None, keep: Sequence[str] = ()
) -> None:
    """Offer what a unit does, and what is named already."""
    found = Processes() if unit_id is None else processes_of(person, unit_id)
    groups = {
        _("Named in this audit"): [one for one in keep if one not in found.all()],
        _("Services"): found.services,
        _("Procedures"): found.procedures,
        _("Named in earlier audits and findings"): found.named,
    }
    form.covers.choices = {
        str(heading): [(name, name) for name in names] for heading, names in groups.items() if names
    }


def shared_said(form: Any) -> dict[str, Any]:
    """What a form says that several audits may have in common, by the names of the operation."""
    names = ("title", "edition_ids", "planned_from", "planned_until")
    more = ("objectives", "criteria", "methods", "body", "body_reference")
    said = {name: form[name].data for name in (*names, *more) if name in form}
    if "access" in form:
        said["access"] = AccessClass(form.access.data)
    return said


def plan_said(form: Any) -> dict[str, Any]:
    """What the form of a plan says, by the names of the operation."""
    return {**shared_said(form), "scope": joined(form.covers.data or (), form.scope.data)}


def _prepared(form: Any, person: Person, roles: frozenset[Role]) -> None:
    unit_ids = offer_units(form, person, roles)
    offer_editions(form, unit_ids, [])
    if not person.rights.hold_anywhere(NEED_TO_KNOW):
        del form.access
    if request.method == "GET":
        if node := person.rights.tree.get(chosen_unit()):
            form.unit.data = str(node.uid)
            form.edition_ids.data = [one.id for one in editions_in_use([node.id])]
        form.planned_from.data = form.planned_until.data = person.district.today
    chosen = form.unit.nodes.get(form.unit.data or "")
    offer_processes(form, person, chosen.id if chosen else None)


def _asks_what_the_unit_does() -> bool:
    """Whether the form was sent only to be shown with what the chosen unit does."""
    return request.form.get("then") == "unit"


@bp.route("/audits/new", methods=["GET", "POST"])
def new() -> Any:
    """Plan an internal audit."""
    person, form = me(), PlanForm()
    require(may_plan_somewhere, person)
    _prepared(form, person, PLANS)
    if not _asks_what_the_unit_does() and form.validate_on_submit():
        try:
            audit = operations.plan_audit(
                form.unit.unit_id, uid=form.new_uid, by=person, **plan_said(form)
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("%(number)s is planned. Now choose the team.", number=audit.number), "success")
            return done("audits.team", uid=audit.uid)
    page = render_template("audits/new.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/audits/external/new", methods=["GET", "POST"])
def new_external() -> Any:
    """Record an audit of a certification body."""
    person, form = me(), ExternalForm()
    require(may_record_somewhere, person)
    _prepared(form, person, RECORDS)
    if not _asks_what_the_unit_does() and form.validate_on_submit():
        try:
            audit = operations.record_external_audit(
                form.unit.unit_id,
                kind=form.kind.data,
                uid=form.new_uid,
                by=person,
                **plan_said(form),
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("%(number)s is recorded.", number=audit.number), "success")
            return done("audits.show", uid=audit.uid)
    page = render_template("audits/new_external.html", form=form)
    return page, 422 if form.errors else 200
