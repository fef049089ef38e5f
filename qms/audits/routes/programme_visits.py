"""A visit of an audit programme: why it is there, and the audit that is made of it."""

from datetime import date, timedelta
from typing import Any

from flask import flash, render_template, request, url_for

from qms.audits import operations
from qms.audits.forms.programme import LinkAuditForm, VisitAuditForm, VisitsAuditsForm
from qms.audits.models import Audit, AuditProgramme, AuditState, ProgrammeState, ProgrammeVisit
from qms.audits.permissions import may_plan_somewhere
from qms.audits.permissions.programme import may_make_audit
from qms.audits.queries import audit_by_uid
from qms.audits.queries.programme import (
    beneath,
    linkable_audits,
    listed_units,
    programme_by_uid,
    visit_in,
    visits_of,
)
from qms.audits.routes.blueprint import bp
from qms.audits.routes.planning import offer_editions, offer_processes, plan_said, shared_said
from qms.audits.showing import programme as showing
from qms.audits.showing.audit import days_of
from qms.core import dates
from qms.core.db import AccessClass
from qms.core.errors import Missing
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.evidence.permissions import may_classify
from qms.people.models import Person
from qms.people.roles import NEED_TO_KNOW
from qms.standards.queries import editions_in_use

FRIDAY = 4
MOST_TOGETHER = 100
"""Visits of which audits can be made at once."""


def _month(text: str) -> date:
    """2026-03 as the first day of that month; Missing for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Missing(_l("There is nothing at this address.")) from None


def _visit(uid: str, unit: str, month: str) -> tuple[AuditProgramme, ProgrammeVisit]:
    """A visit of a programme to a unit that is seen; Missing otherwise."""
    person = me()
    programme = programme_by_uid(person, uid_or_404(uid))
    node = person.rights.tree.by_uid(uid_or_404(unit))
    if node is not None and node.id in listed_units(person, programme):
        visit = visit_in(programme, node.id, _month(month))
        if visit is not None:
            return programme, visit
    raise Missing(_l("There is no such visit in this programme. Somebody may have moved it."))


def _may_arrange(programme: AuditProgramme, visit: ProgrammeVisit, person: Person) -> bool:
    """Whether an audit can be made of a visit now."""
    return (
        programme.state is ProgrammeState.APPROVED
        and may_make_audit(person, (programme, visit.unit_id))
        and (visit.audit is None or visit.audit.state is AuditState.CANCELLED)
    )


@bp.get("/audits/programmes/<uid>/visits/<unit>/<month>")
def visit(uid: str, unit: str, month: str) -> Any:
    """Why a visit is in the programme, how far it is, and its audit."""
    person = me()
    programme, found = _visit(uid, unit, month)
    node = person.rights.tree[found.unit_id]
    row = next(
        one
        for one in visits_of(programme, [found.unit_id], [found.month.year])
        if one.month == found.month
    )
    state = showing.visit_state(row, person.district.today)
    may = _may_arrange(programme, found, person)
    where: dict[str, Any] = {"uid": uid, "unit": unit, "month": month}
    actions = []
    if may:
        actions.append((_("Plan the audit"), url_for("audits.audit_from_visit", **where), "plus"))
        actions.append((_("It is planned already"), url_for("audits.link_visit", **where), "audit"))
    sees = showing.sees_audit(row, person)
    return render_template(
        "audits/visit.html",
        programme=programme,
        unit=node.name,
        month=dates.month(found.month),
        badges=[(state.label, state.tone)],
        basis=showing.basis_text(found.basis),
        audit=row if sees else None,
        audit_days=days_of(row.planned_from, row.planned_until) if sees else "",
        is_hidden=row.audit_id is not None and not sees,
        is_draft=programme.state is ProgrammeState.DRAFT,
        actions=actions,
    )


@bp.route("/audits/programmes/<uid>/visits/<unit>/<month>/audit", methods=["GET", "POST"])
def audit_from_visit(uid: str, unit: str, month: str) -> Any:
    """Plan the audit of a visit."""
    person = me()
    programme, found = _visit(uid, unit, month)
    require(may_make_audit, person, (programme, found.unit_id))
    form = VisitAuditForm()
    offer_editions(form, [found.unit_id], programme.edition_ids)
    offer_processes(form, person, found.unit_id)
    if not may_classify(person, (found.unit_id, AccessClass.RESTRICTED)):
        del form.access
    if request.method == "GET":
        _fill_in(form, programme, found, person)

    def plan() -> Audit:
        said = plan_said(form)
        return operations.audit_from_visit(programme, found, by=person, **said)

    audit = saved(form, plan)
    if audit is not None:
        flash(_("%(number)s is planned. Now choose the team.", number=audit.number), "success")
        return done("audits.team", uid=audit.uid)
    page = render_template(
        "audits/audit_from_visit.html",
        programme=programme,
        form=form,
        unit=person.rights.tree[found.unit_id].name,
        month=dates.month(found.month),
        back=showing.visit_url(programme, found.unit_id, found.month, person),
    )
    return page, 422 if form.errors else 200


@bp.route("/audits/programmes/<uid>/audits/new", methods=["GET", "POST"])
def audits_from_visits(uid: str) -> Any:
    """Plan the audits of several visits together, such as those of units beside each other."""
    person = me()
    programme = programme_by_uid(person, uid_or_404(uid))
    require(may_plan_somewhere, person)
    free = _free_visits(programme, person)
    form = VisitsAuditsForm()
    unit_ids = sorted({one.unit_id for one in free.values()})
    offer_editions(form, unit_ids, programme.edition_ids)
    form.visits.choices = _by_month(free, person)
    if not person.rights.hold_anywhere(NEED_TO_KNOW):
        del form.access
    if request.method == "GET" and free:
        _fill_in_shared(form, programme, free, person)

    def plan() -> list[Audit]:
        rows = [free[value] for value in form.visits.data]
        visits = [visit_in(programme, row.unit_id, row.month) for row in rows]
        return operations.audits_from_visits(
            programme,
            [one for one in visits if one is not None],
            titles={row.unit_id: _title(row.unit_id, person) for row in rows},
            by=person,
            **shared_said(form),
        )

    audits = saved(form, plan)
    if audits is not None:
        told = ngettext("%(num)s audit is planned.", "%(num)s audits are planned.", len(audits))
        flash(_("%(audits)s Now choose the team of each.", audits=told), "success")
        return done("audits.programme", uid=uid)
    page = render_template(
        "audits/audits_from_visits.html", programme=programme, form=form, has_visits=bool(free)
    )
    return page, 422 if form.errors else 200


def _free_visits(programme: AuditProgramme, person: Person) -> dict[str, Any]:
    """The first visits of which this person may make an audit and none is made: value -> row."""
    units, tree = listed_units(person, programme), person.rights.tree
    if programme.state is not ProgrammeState.APPROVED:
        return {}
    rows = [
        row
        for row in visits_of(programme, units)
        if row.audit_id is None or row.state is AuditState.CANCELLED
    ]
    may = {one for one in units if may_make_audit(person, (programme, one)) and tree[one].is_open}
    first = [row for row in rows if row.unit_id in may][:MOST_TOGETHER]
    return {f"{tree[row.unit_id].uid}:{row.month:%Y-%m}": row for row in first}


def _by_month(free: dict[str, Any], person: Person) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for value, row in free.items():
        label = person.rights.tree[row.unit_id].name
        found.setdefault(dates.month(row.month), []).append((value, label))
    return found


def _fill_in_shared(
    form: VisitsAuditsForm, programme: AuditProgramme, free: dict[str, Any], person: Person
) -> None:
    """The visits of the first month are ticked."""
    month = min(row.month for row in free.values())
    form.visits.data = [value for value, row in free.items() if row.month == month]
    form.edition_ids.data = programme.edition_ids
    form.objectives.data, form.methods.data = programme.objectives, programme.methods
    form.planned_from.data = form.planned_until.data = _first_day(month, person)


def _title(unit_id: int, person: Person) -> str:
    name = person.rights.tree[unit_id].name
    return _("Internal audit of %(unit)s", unit=name)[:300]


def _first_day(month: date, person: Person) -> date:
    """A workday of the second week of a month; today, if that is over."""
    day = month.replace(day=8)
    day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > FRIDAY else 0)
    return max(day, person.district.today)


def _fill_in(
    form: VisitAuditForm, programme: AuditProgramme, visit: ProgrammeVisit, person: Person
) -> None:
    """What follows from programme and visit; a workday of the month's second week is a start."""
    form.title.data = _title(visit.unit_id, person)
    held = {one.id for one in editions_in_use([visit.unit_id])}
    both = [one for one in programme.edition_ids if one in held]
    form.edition_ids.data = both or programme.edition_ids
    form.objectives.data, form.methods.data = programme.objectives, programme.methods
    form.planned_from.data = form.planned_until.data = _first_day(visit.month, person)


@bp.route("/audits/programmes/<uid>/visits/<unit>/<month>/link", methods=["GET", "POST"])
def link_visit(uid: str, unit: str, month: str) -> Any:
    """Say that an audit which is planned already is the one of a visit."""
    person = me()
    programme, found = _visit(uid, unit, month)
    require(may_make_audit, person, (programme, found.unit_id))
    rows = beneath(person.rights.tree, listed_units(person, programme))
    inside = [one for one, row in rows.items() if row == found.unit_id]
    offered = linkable_audits(person, programme, inside)
    form = LinkAuditForm()
    form.audit.offer(
        (str(one.uid), f"{one.number} · {one.title} · {dates.short_day(one.planned_from)}")
        for one in offered
    )

    def link() -> None:
        audit = audit_by_uid(person, uid_or_404(form.audit.data))
        operations.link_audit(programme, found, audit, by=person)

    if saved(form, link):
        flash(_("Saved."), "success")
        return done("audits.visit", uid=uid, unit=unit, month=month)
    page = render_template(
        "audits/link_visit.html",
        has_offers=bool(offered),
        programme=programme,
        form=form,
        unit=person.rights.tree[found.unit_id].name,
        month=dates.month(found.month),
        back=showing.visit_url(programme, found.unit_id, found.month, person),
    )
    return page, 422 if form.errors else 200
