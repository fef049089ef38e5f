"""Looking back: the page, and its figures in Excel."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from qms.actions.models import Action
from qms.core import clock, dates
from qms.core.charts import Bars
from qms.core.downloads import XLSX, sent
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.periods import Days
from qms.core.routing import chosen_unit, me
from qms.findings.models import Finding
from qms.office.blocks import Properties
from qms.office.xlsx_writer import write_xlsx
from qms.trends import queries, showing
from qms.trends.forms import PeriodForm, last_twelve_months, year_of
from qms.trends.showing import Looked
from qms.trends.workbook import days_sheet, sheet_of

bp = Blueprint("trends", __name__)


@bp.get("/looking-back")
def index() -> Any:
    """How long findings wait, whether they close in time, what comes again; and the curve of each
    day."""
    form, looked = _asked()
    given: dict[str, Any] = {}
    if not form.errors:
        given = _page(looked, _figures(looked))
    page = render_template(
        "trends/index.html",
        form=form,
        place=looked.unit.name if looked.unit else _("All units that you see"),
        periods=_periods(looked),
        period=looked.period.label,
        excel_url=url_for("trends.workbook", **_query(looked.period)),
        **given,
    )
    return page, 422 if form.errors else 200


def _asked() -> tuple[PeriodForm, Looked]:
    """What this request looks back on; the last twelve months where it says nothing."""
    person = me()
    usual = last_twelve_months(person.district.today)
    form = PeriodForm(formdata=request.args)
    form.first.data = form.first.data if "from" in request.args else usual.first
    form.last.data = form.last.data if "to" in request.args else usual.last
    form.validate()
    unit = person.rights.tree.get(chosen_unit())
    period = Days(form.first.data or usual.first, form.last.data or usual.last)
    return form, Looked(person, unit, period)


def _query(period: Days) -> dict[str, Any]:
    return {"from": str(period.first), "to": str(period.last)}


def _periods(looked: Looked) -> list[tuple[str, str, bool]]:
    """(label, url, whether it is this one) of periods that are often asked for."""
    today = looked.today
    offered = (
        (_("Last twelve months"), last_twelve_months(today)),
        (_("This year"), year_of(today)),
        (_("Previous year"), year_of(today, 1)),
    )
    return [
        (label, url_for("trends.index", **_query(days)), days == looked.period)
        for label, days in offered
    ]


@dataclass(frozen=True)
class Figures:
    """Everything that is counted."""

    ageing: Bars
    lateness: Bars
    findings_on_time: Bars
    actions_on_time: Bars
    took: queries.Closing
    closing: Bars
    by_clause: Bars
    units: dict[int, queries.Often]
    by_unit: Bars
    by_branch: Bars
    by_place: Bars


def _figures(looked: Looked) -> Figures:
    took = queries.days_to_close(looked.sight, looked.period)
    units = queries.by_unit(looked.sight, looked.period)
    return Figures(
        showing.ageing(looked),
        showing.action_lateness(looked),
        showing.on_time(looked, Finding),
        showing.on_time(looked, Action),
        took,
        showing.days_to_close(looked, took),
        showing.by_clause(looked),
        units,
        showing.by_unit(looked, units),
        showing.by_branch(looked),
        showing.by_place(looked),
    )


def _page(looked: Looked, figures: Figures) -> dict[str, Any]:
    curve = showing.curve(looked)
    gap = _("For some of these days no figures were kept; the lines are broken there.")
    if curve.first_kept and curve.first_kept > looked.first:
        gap = _("Figures are kept since %(day)s.", day=dates.long_day(curve.first_kept))
    elif curve.first_kept is None:
        gap = _("No figures were kept for these days. They are kept when a day is over.")
    names = (
        "ageing lateness findings_on_time actions_on_time closing by_clause by_unit by_branch"
        " by_place"
    )
    return {
        **{name: getattr(figures, name) for name in names.split()},
        "curve": curve,
        "gap_text": gap,
        "tiles": showing.tiles(looked, figures),
        "closing_text": showing.closing_text(figures.took),
        "again_text": _(
            "Nonconformities and observations found in these days. Again: the same clause was"
            " found deviating in the same unit before, since %(day)s.",
            day=dates.long_day(queries.since_of(looked.period)),
        ),
    }


@bp.get("/looking-back/figures.xlsx")
def workbook() -> Response:
    """The same figures as a workbook, with every kept day of the period."""
    form, looked = _asked()
    if form.errors:
        raise Invalid(next(iter(form.errors.values()))[0])
    figures, target = _figures(looked), BytesIO()
    place = looked.unit.name if looked.unit else looked.person.district.name
    title = (place, looked.period.label)
    named = (
        (_("Findings open"), figures.ageing),
        (_("Actions open"), figures.lateness),
        (_("Findings on time"), figures.findings_on_time),
        (_("Actions on time"), figures.actions_on_time),
        (_("Days to close"), figures.closing),
        (_("By clause"), figures.by_clause),
        (_("By unit"), figures.by_unit),
        (_("By branch of cause"), figures.by_branch),
        (_("By place"), figures.by_place),
    )
    name = _("Looking back")
    write_xlsx(
        [*(sheet_of(label, chart, title) for label, chart in named), days_sheet(looked, title)],
        target,
        properties=Properties(title=name, created=clock.now(), company=looked.person.district.name),
        language="en" if language() == "en" else "id",
    )
    first, last = looked.period.first, looked.period.last
    return sent(target, f"{name} {first} {last}.xlsx", XLSX)
