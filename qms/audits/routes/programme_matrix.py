"""An audit programme's tables: units and their risk, units by month, proposals, units by clause."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, render_template, request, url_for

from qms.audits import operations
from qms.audits.coverage import Covered, coverage_of, holders, main_clauses
from qms.audits.forms.programme import ChangeForm, RuleForm
from qms.audits.models import AuditProgramme, ProgrammeState, Risk
from qms.audits.permissions.programme import may_change_programme
from qms.audits.proposals import Proposal, Rule, Situation, propose
from qms.audits.queries.programme import (
    beneath,
    last_audits,
    listed_units,
    other_audits,
    programme_by_uid,
    visits_of,
)
from qms.audits.routes.blueprint import bp
from qms.audits.showing import coverage as cover_showing
from qms.audits.showing import programme as showing
from qms.core import dates
from qms.core.errors import Invalid
from qms.core.forms import saved, told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.people.models import Person
from qms.standards.queries import edition_by_id, own_titles


def _programme(uid: str) -> AuditProgramme:
    return programme_by_uid(me(), uid_or_404(uid))


def _to_change(uid: str) -> tuple[Person, AuditProgramme]:
    person, found = me(), _programme(uid)
    require(may_change_programme, person, found)
    return person, found


def _year(programme: AuditProgramme, person: Person) -> int:
    """The year that is asked for; this year, if the programme has it."""
    asked = request.values.get("year", type=int)
    if asked is not None and asked in programme.years:
        return asked
    today = person.district.today.year
    return today if today in programme.years else programme.from_year


def _pages(page: showing.UnitPage, endpoint: str, uid: str, **more: Any) -> dict[str, Any]:
    """What the pager below a matrix needs."""

    def link(start: str | None) -> str | None:
        return url_for(endpoint, uid=uid, start=start, **more) if start else None

    last = page.first + len(page.units)
    return {
        "previous": link(page.previous),
        "next": link(page.next),
        "shown": _(
            "Units %(first)s to %(last)s of %(total)s",
            first=min(page.first + 1, last),
            last=last,
            total=dates.number(page.total),
        ),
    }


def _without_reason(form: Any, programme: AuditProgramme) -> Any:
    """A draft is changed without a reason."""
    if programme.state is ProgrammeState.DRAFT:
        del form.reason
    return form


def _reason(form: Any) -> str | None:
    return form.reason.data if "reason" in form else None


def _tabs(programme: AuditProgramme, year: int, endpoint: str) -> list[tuple[str, str, bool, None]]:
    """A tab for each year, where there are several."""
    if len(programme.years) < 2:
        return []
    return [
        (str(one), url_for(endpoint, uid=programme.uid, year=one), one == year, None)
        for one in programme.years
    ]


@bp.route("/audits/programmes/<uid>/months", methods=["GET"])
def programme_months(uid: str) -> Any:
    """The matrix of units and months: what is planned, done and late."""
    person, found = me(), _programme(uid)
    year, units = _year(found, person), listed_units(person, found)
    start = request.args.get("start")
    page = showing.unit_page(units, start, person)
    edit_url = url_for("audits.edit_months", uid=uid, year=year, start=start)
    may_change = may_change_programme(person, found)
    return render_template(
        "audits/programme_months.html",
        programme=found,
        year=year,
        tabs=_tabs(found, year, "audits.programme_months"),
        heads=showing.month_heads(year),
        rows=_rows(found, units, page.units, year, person),
        pages=_pages(page, "audits.programme_months", uid, year=year),
        legend=showing.legend(list(showing.VisitState)),
        actions=[(_("Change the months"), edit_url, "edit")] if may_change and units else [],
        may_change=may_change,
    )


def _rows(
    programme: AuditProgramme,
    units: Mapping[int, Risk],
    shown: Mapping[int, Risk],
    year: int,
    person: Person,
) -> list[showing.MatrixRow]:
    rows = {
        unit_id: row for unit_id, row in beneath(person.rights.tree, units).items() if row in shown
    }
    return showing.matrix_rows(
        programme,
        shown,
        visits_of(programme, shown, (year - 1, year)),
        other_audits(person, programme, rows, year),
        rows,
        year,
        person,
    )


@bp.route("/audits/programmes/<uid>/months/edit", methods=["GET", "POST"])
def edit_months(uid: str) -> Any:
    """Tick the months in which units are to be audited."""
    person, found = _to_change(uid)
    year, units = _year(found, person), listed_units(person, found)
    start = request.values.get("start")
    page = showing.unit_page(units, start, person)
    form = _without_reason(ChangeForm(), found)
    rows = _rows(found, units, page.units, year, person)
    seen = [value for row in rows for value in row.chosen]
    if request.method == "POST":
        _tick(rows)

    def change() -> int | None:
        wanted = {
            unit_id: [cell.month for cell in row.cells if cell.is_chosen]
            for unit_id, row in zip(page.units, rows, strict=True)
        }
        count = operations.set_visits(found, wanted, year=year, by=person, reason=_reason(form))
        flash(ngettext("%(num)s visit changed.", "%(num)s visits changed.", count), "success")
        return count

    if saved(form, change):
        return done("audits.programme_months", uid=uid, year=year, start=start)
    rendered = render_template(
        "audits/edit_months.html",
        programme=found,
        seen=" ".join(seen),
        form=form,
        year=year,
        start=start or "",
        heads=showing.month_heads(year),
        rows=rows,
        pages=_pages(page, "audits.edit_months", uid, year=year),
    )
    return rendered, 422 if form.errors else 200


def _tick(rows: list[showing.MatrixRow]) -> None:
    """Change in the rows what somebody changed on their page. What others changed since it was
    opened stays, so two people can work on one matrix."""
    seen, ticked = set(request.form.get("seen", "").split()), set(request.form.getlist("visit"))
    for row in rows:
        for cell in row.cells:
            value = f"{row.uid}:{cell.value}"
            if not cell.is_fixed and (value in seen) != (value in ticked):
                cell.is_chosen = value in ticked


@bp.route("/audits/programmes/<uid>/units", methods=["GET", "POST"])
def programme_units(uid: str) -> Any:
    """Which units the programme audits, and how high their risk is."""
    person, found = _to_change(uid)
    tree, listed = person.rights.tree, listed_units(person, found)
    under = set(tree.subtree(found.unit_id))
    every = {
        node.id: listed.get(node.id)
        for node in tree
        if node.id in under and (node.is_open or node.id in listed)
    }
    start = request.values.get("start")
    page = showing.unit_page(every, start, person)
    before = dict(page.units)
    form = _without_reason(ChangeForm(), found)
    if request.method == "POST":
        for one, risk in page.units.items():
            uid_of = tree[one].uid
            if request.form.get(f"risk-{uid_of}") != request.form.get(f"was-{uid_of}"):
                page.units[one] = _risk(request.form.get(f"risk-{uid_of}"), risk)

    def change() -> bool:
        count = operations.set_units(found, page.units, by=person, reason=_reason(form))
        flash(ngettext("%(num)s unit changed.", "%(num)s units changed.", count), "success")
        return True

    if saved(form, change):
        return done("audits.programme_units", uid=uid, start=start)
    rendered = render_template(
        "audits/programme_units.html",
        programme=found,
        form=form,
        start=start or "",
        risks=[(one.value, str(one.label)) for one in Risk],
        rows=[
            (tree[one], risk.value if risk else "", before[one].value if before[one] else "")
            for one, risk in page.units.items()
        ],
        pages=_pages(page, "audits.programme_units", uid),
    )
    return rendered, 422 if form.errors else 200


def _risk(value: str | None, before: Risk | None) -> Risk | None:
    """What a line of the table says; what is unknown changes nothing."""
    if value == "":
        return None
    return Risk(value) if value in set(Risk) else before


@bp.route("/audits/programmes/<uid>/propose", methods=["GET", "POST"])
def propose_visits(uid: str) -> Any:
    """Visits by rule: look at them first, then take them over."""
    person, found = _to_change(uid)
    form = _without_reason(RuleForm(), found)
    if request.method == "GET":
        form.months.data = list(range(1, 13))
    form.months.choices = [
        (number, dates.month(date(found.from_year, number, 1)).rsplit(" ", 1)[0])
        for number in range(1, 13)
    ]
    units, proposals = listed_units(person, found), None
    if form.validate_on_submit():
        proposals = _proposals(found, units, form, person)
        if request.form.get("then") == "adopt" and _is_adopted(found, proposals, form):
            return done("audits.programme_months", uid=uid)
    rendered = render_template(
        "audits/propose_visits.html",
        programme=found,
        form=form,
        has_units=bool(units),
        proposals=None if proposals is None else _shown(proposals, person),
        count=sum(len(one.months) for one in proposals or ()),
    )
    return rendered, 422 if form.errors else 200


def _proposals(
    programme: AuditProgramme, units: Mapping[int, Risk], form: RuleForm, person: Person
) -> list[Proposal]:
    rule = Rule(
        high=form.high.data,
        medium=form.medium.data,
        low=form.low.data,
        minors=form.minors.data,
        months=tuple(sorted(form.months.data or ())),
    )
    held = last_audits(person, beneath(person.rights.tree, units))
    months: dict[int, list[date]] = {}
    for visit in visits_of(programme, units):
        months.setdefault(visit.unit_id, []).append(visit.month)
    situations = [
        Situation(
            unit_id,
            risk,
            last.on if (last := held.get(unit_id)) else None,
            last.majors if last else 0,
            last.minors if last else 0,
            months.get(unit_id, ()),
        )
        for unit_id, risk in units.items()
    ]
    return propose(situations, rule, programme.years, person.district.today)


def _is_adopted(programme: AuditProgramme, proposals: list[Proposal], form: RuleForm) -> bool:
    try:
        count = operations.adopt_proposals(programme, proposals, by=me(), reason=_reason(form))
    except Invalid as problem:
        told_by(problem, form)
        return False
    flash(ngettext("%(num)s visit added.", "%(num)s visits added.", count), "success")
    return True


def _shown(proposals: list[Proposal], person: Person) -> list[tuple[str, str, str]]:
    """(unit, months, why) of each proposal."""
    tree = person.rights.tree
    return [
        (
            tree[one.unit_id].name,
            ", ".join(dates.month(month) for month in one.months),
            showing.basis_text(one.basis),
        )
        for one in proposals
    ]


@bp.get("/audits/programmes/<uid>/coverage")
def programme_coverage(uid: str) -> Any:
    """The matrix of units and clauses: what was sampled when, what the next audits must take."""
    person, found = me(), _programme(uid)
    asked = request.args.get("edition", type=int)
    edition = edition_by_id(asked if asked in found.edition_ids else found.edition_ids[0])
    listed = listed_units(person, found)
    held = holders(found, edition, list(listed))
    page = showing.unit_page(held, request.args.get("start"), person)
    covered = coverage_of(person, found, edition, listed, page.units)
    columns, own = main_clauses(edition.key), own_titles(person.district_id)
    return render_template(
        "audits/programme_coverage.html",
        programme=found,
        edition=edition,
        tabs=[
            (
                edition_by_id(one).code,
                url_for("audits.programme_coverage", uid=uid, edition=one),
                one == edition.id,
                None,
            )
            for one in found.edition_ids
        ],
        heads=cover_showing.column_heads(columns, own),
        totals=cover_showing.column_totals(covered, columns),
        rows=cover_showing.cover_rows(covered, columns, own, person),
        legend=[(one.sign, str(one.label), one.tone) for one in Covered],
        pages=_pages(page, "audits.programme_coverage", uid, edition=edition.id),
    )
