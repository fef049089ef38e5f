"""Pages of working days: the days of a year that are off, and the hours of offices."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for

from qms.core.dates import YEARS, long_day
from qms.core.errors import Missing
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.deadlines import operations
from qms.deadlines.forms import DayForm, HoursForm
from qms.deadlines.permissions import may_set_days, may_set_hours, may_set_hours_somewhere
from qms.deadlines.queries import days_known, hours_of, own_hours, units_with_hours
from qms.deadlines.shipped import shipped_years
from qms.people.models import Person
from qms.units.tree import Node

bp = Blueprint("deadlines", __name__)

TONES = {"national": "bad", "joint_leave": "warn", "local": "info", "working": "good"}


@bp.get("/working-days")
def index() -> Any:
    """What is known of the days of a year, and when offices are open."""
    person = me()
    this_year = person.district.today.year
    year = request.args.get("year", this_year, type=int)
    if year not in YEARS:
        year = this_year
    found = days_known(person.district_id, date(year, 1, 1), date(year, 12, 31))
    tree = person.rights.tree
    seen = person.rights.units(frozenset(person.rights.by_role))
    return render_template(
        "deadlines/index.html",
        year=year,
        years=[
            (str(one), url_for("deadlines.index", year=one), one == year, None)
            for one in range(this_year - 1, this_year + 3)
        ],
        days=[
            (
                long_day(day.on),
                day.name,
                day.source,
                (str(day.kind.label), TONES[day.kind.value]),
                url_for("deadlines.day", on=day.on.isoformat()),
            )
            for day in found.values()
        ],
        is_shipped=year in shipped_years(),
        is_unsure=any(not day.verified for day in found.values()),
        hours=[
            (
                tree[one.unit_id].name,
                one.source,
                url_for("deadlines.hours", uid=tree[one.unit_id].uid),
            )
            for one in units_with_hours(person.district_id)
            if one.unit_id in seen
        ],
        hours_url=_first_unit(person),
        may_set=may_set_days(person),
        may_set_hours=may_set_hours_somewhere(person),
    )


def _first_unit(person: Person) -> str | None:
    """The hours of the first unit whose hours this person may set."""
    for node in person.rights.tree:
        if node.is_open and may_set_hours(person, node.id):
            return url_for("deadlines.hours", uid=node.uid)
    return None


@bp.route("/working-days/day", methods=["GET", "POST"])
def day() -> Any:
    """Say what a day is in this district."""
    person, form = me(), DayForm()
    require(may_set_days, person)
    if request.method == "GET":
        _fill_in(form, person)
    if saved(
        form,
        lambda: operations.set_day(
            form.on.data,
            kind=form.kind.data,
            name=form.name.data or "",
            source=form.source.data or "",
            by=person,
        ),
    ):
        flash(_("Saved."), "success")
        return done("deadlines.index", year=form.on.data.year)
    return _form_page(form, _("What a day is"), _("It goes before the shipped list."))


def _fill_in(form: DayForm, person: Person) -> None:
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return
    form.on.data = on
    if known := days_known(person.district_id, on, on).get(on):
        form.kind.data, form.name.data = known.kind.value, known.name
        form.source.data = known.source


@bp.route("/working-days/hours/<uid>", methods=["GET", "POST"])
def hours(uid: str) -> Any:
    """Say when a unit is open; it holds for those under it that have no hours of their own."""
    person = me()
    node = _unit(person, uid)
    require(may_set_hours, person, node.id)
    form = HoursForm()
    if request.method == "GET":
        week, source, _unit_id = hours_of(person.rights.tree, person.district_id, node.id)
        form.fill_in(week)
        form.source.data = source
        own = own_hours(person.district_id, node.id)
        form.version.data = own.version if own else 0
    if saved(
        form,
        lambda: operations.set_hours(
            node.id,
            form.week,
            source=form.source.data or "",
            version=form.version.data,
            by=person,
        ),
    ):
        flash(_("Saved."), "success")
        return done("deadlines.index")
    hint = _("%(unit)s and those under it. Write 07:30-16:00; empty: closed.", unit=node.name)
    return _form_page(form, _("Office hours"), hint)


def _unit(person: Person, uid: str) -> Node:
    node = person.rights.tree.by_uid(uid_or_404(uid))
    seen = person.rights.units(frozenset(person.rights.by_role))
    if node is None or node.id not in seen:
        raise Missing(_("There is no such unit, or it is not for you."))
    return node


def _form_page(form: Any, title: str, hint: str) -> Any:
    page = render_template(
        "people/form.html",
        form=form,
        title=title,
        back=(_("Working days"), url_for("deadlines.index")),
        button=_("Save"),
        hint=hint,
    )
    return page, 422 if form.errors else 200
