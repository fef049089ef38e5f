"""Figures as charts: what each row is called, and the register that holds just what it counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any
from urllib.parse import urlencode

from qms.actions.models import ActionState
from qms.core import dates
from qms.core.charts import Bar, Bars, Figure, Line, Lines, Series
from qms.core.i18n import gettext as _
from qms.core.periods import Days
from qms.core.routing import address
from qms.findings.models import Finding
from qms.findings.narrowing import DEVIATIONS, LASTING, Timely
from qms.people.models import Person
from qms.people.rights import Sight, sight_of
from qms.standards.queries import clause_by_id, own_titles, title_of
from qms.trends import queries
from qms.trends.queries import TOOK, Often
from qms.units.tree import Node

MONTHS_SHOWN = 25
POINTS = 62
UNITS_SHOWN = 30


@dataclass(frozen=True)
class Looked:
    """Who looks back, at which unit (None: all that is seen), over which days."""

    person: Person
    unit: Node | None
    period: Days

    @property
    def today(self) -> date:
        day: date = self.person.district.today
        return day

    @property
    def sight(self) -> Sight:
        return sight_of(self.person, self.unit.id if self.unit else None)

    @property
    def first(self) -> date:
        assert self.period.first
        return self.period.first

    @property
    def last(self) -> date:
        assert self.period.last
        return self.period.last

    def findings(self, **asked: Any) -> str:
        """The register of findings, narrowed so and to the unit that is looked at."""
        return _address("findings.index", {**self._here(), **asked})

    def actions(self, **asked: Any) -> str:
        return _address("actions.index", asked)

    def _here(self) -> dict[str, Any]:
        return {"unit": self.unit.uid} if self.unit else {}

    def deviating(self, **asked: Any) -> str:
        """The same of what deviates and was not cancelled."""
        return self.findings(grade=DEVIATIONS, state=LASTING, **asked)


def _address(endpoint: str, asked: dict[str, Any]) -> str:
    pairs = []
    for name, value in asked.items():
        several = value if isinstance(value, tuple) else (value,)
        pairs += [(name, str(getattr(one, "value", one))) for one in several]
    return f"{address(endpoint)}?{urlencode(pairs)}"


def ageing(looked: Looked) -> Bars:
    """Open findings by the days since they were found."""
    bars, least = [], 0
    counted = queries.ageing(looked.sight, looked.today)
    for days, (number, late) in zip(queries.ages(looked.today), counted, strict=True):
        most = (looked.today - days.first).days if days.first else None
        bars.append(
            Bar(
                _days(least, most),
                (
                    Figure(number, looked.findings(show="open", found=days)),
                    Figure(late, looked.findings(show="overdue", found=days)),
                ),
            )
        )
        least = (most or 0) + 1
    return Bars(_("Days since found"), _open_and_late(), tuple(bars), is_part=True)


def _open_and_late() -> tuple[Series, Series]:
    return Series(_("Open"), "info"), Series(_("of which overdue"), "bad")


def _days(least: int, most: int | None) -> str:
    if most is None:
        return _("more than %(n)s days", n=least - 1)
    return _("%(least)s–%(most)s days", least=least, most=most)


def action_lateness(looked: Looked) -> Bars:
    """Open actions by how late they are."""
    found = queries.lateness(looked.today)
    labels = [_("Not due yet")]
    least = 1
    for days in found[1:]:
        most = (looked.today - days.first).days if days.first else None
        labels.append(_("%(days)s late", days=_days(least, most)))
        least = (most or 0) + 1
    counted = queries.action_lateness(looked.sight, looked.today)
    bars = []
    for days, label, number in zip(found, labels, counted, strict=True):
        waits = Figure(number, looked.actions(state=ActionState.OPEN, due=days))
        late = Figure(0 if days is found[0] else number, looked.actions(show="overdue", due=days))
        bars.append(Bar(label, (waits, late)))
    return Bars(_("Due date"), _open_and_late(), tuple(bars), is_part=True)


def on_time(looked: Looked, model: Any) -> Bars:
    """What was due in each month of the period (in each year of a long one): on time or late."""
    spans = list(_spans(looked.first, looked.last))
    by_year = spans[0][2]
    counted = queries.on_time(model, looked.sight, looked.period, looked.today, by_year)
    bars = []
    for label, days, _by_year in spans:
        assert days.first
        kept, late = counted.get((days.first.year, 0 if by_year else days.first.month), (0, 0))
        if model is Finding:
            urls = [looked.findings(due=days, timely=one) for one in Timely]
        else:
            urls = [looked.actions(due=days, timely=one) for one in ("true", "false")]
        bars.append(Bar(label, (Figure(kept, urls[0]), Figure(late, urls[1]))))
    series = (Series(_("On time"), "good"), Series(_("Late"), "bad"))
    return Bars(_("Due in"), series, tuple(bars))


def _spans(first: date, last: date) -> Iterable[tuple[str, Days, bool]]:
    """(label, days, whether it is a year) of each month of a period, or of each year where these
    would be too many."""
    by_year = (last.year - first.year) * 12 + last.month - first.month >= MONTHS_SHOWN
    begins = first
    while begins <= last:
        if by_year:
            following = date(begins.year + 1, 1, 1)
        else:
            following = (begins.replace(day=1) + timedelta(days=31)).replace(day=1)
        label = str(begins.year) if by_year else _month(begins)
        yield label, Days(begins, min(following - timedelta(days=1), last)), by_year
        begins = following


def _month(day: date) -> str:
    """Agu 2026."""
    return f"{dates.short_month(day)} {day.year}"


def rate(bars: Bars) -> int | None:
    """The share of the first series in per cent; None where nothing is counted."""
    kept, late = (sum(bar.figures[n].value for bar in bars.bars) for n in (0, 1))
    return round(100 * kept / (kept + late)) if kept or late else None


def days_to_close(looked: Looked, closing: queries.Closing) -> Bars:
    """How many days what was closed in the period took."""
    bars = tuple(
        Bar(
            _days(one.least, one.most),
            (Figure(number, looked.findings(closed=looked.period, took=one)),),
        )
        for one, number in zip(TOOK, closing.classes, strict=True)
    )
    return Bars(_("Days from found to closed"), (Series(_("Findings"), "info"),), bars)


def _repeated(looked: Looked, one: Often, **key: Any) -> tuple[Figure, Figure, Figure]:
    """First found, found again, open now."""
    since = Days(queries.since_of(looked.period))
    asked = {**({"unit": looked.unit.uid} if looked.unit else {}), **key}
    behind = {"grade": DEVIATIONS, "state": LASTING, "found": looked.period}
    return (
        Figure(one.found, _address("findings.index", {**asked, **behind})),
        Figure(one.again, _address("findings.index", {**asked, **behind, "again": since})),
        Figure(
            one.open,
            _address("findings.index", {**asked, "grade": DEVIATIONS, "show": "open"}),
        ),
    )


def by_clause(looked: Looked) -> Bars:
    own = own_titles(looked.person.district_id)
    bars = []
    for one in queries.by_clause(looked.sight, looked.period):
        clause = clause_by_id(one.key)
        bars.append(
            Bar(
                f"{clause.edition_code} – {clause.number}",
                _repeated(looked, one, clause=one.key),
                title_of(clause, own=own),
            )
        )
    return _often(_("Clause"), bars)


def by_unit(looked: Looked, counted: dict[int, Often]) -> Bars:
    """The units right under the one looked at, each with all that lie under it, and itself."""
    tree = looked.person.rights.tree
    top = looked.unit or tree.root
    rows: list[tuple[Node, dict[str, Any], Often]] = []
    groups: list[tuple[Node, Sequence[int], bool]] = [(top, [top.id], True)]
    groups += [(tree[one], tree.subtree(one), False) for one in tree.children.get(top.id, [])]
    for node, ids, alone in groups:
        inside = [counted[one] for one in ids if one in counted]
        if inside:
            asked = {"unit": node.uid, **({"alone": 1} if alone else {})}
            rows.append(
                (
                    node,
                    asked,
                    Often(
                        node.id,
                        sum(one.found for one in inside),
                        sum(one.again for one in inside),
                        sum(one.open for one in inside),
                    ),
                )
            )
    rows.sort(key=lambda row: (-row[2].found, -row[2].open, row[0].code))
    return _often(
        _("Unit"),
        [
            Bar(
                node.label,
                _repeated(looked, one, **asked),
                node.name if node.name != node.label else "",
            )
            for node, asked, one in rows[:UNITS_SHOWN]
        ],
    )


def _often(about: str, bars: list[Bar]) -> Bars:
    """Found, of which again, and open now beside them."""
    series = (Series(_("Found"), "info"), Series(_("of which again"), "warn"))
    return Bars(about, series, tuple(bars), is_part=True, extra=_("Open now"))


def by_branch(looked: Looked) -> Bars:
    return _found(
        _("Cause"),
        [
            Bar(str(one.key.label), (Figure(one.found, _found_url(looked, branch=one.key)),))
            for one in queries.by_branch(looked.sight, looked.period)
        ],
    )


def by_place(looked: Looked) -> Bars:
    return _found(
        _("Place or process"),
        [
            Bar(one.key, (Figure(one.found, _found_url(looked, place=one.key)),))
            for one in queries.by_place(looked.sight, looked.period)
        ],
    )


def _found_url(looked: Looked, **asked: Any) -> str:
    return looked.deviating(found=looked.period, **asked)


def _found(about: str, bars: list[Bar]) -> Bars:
    return Bars(about, (Series(_("Found"), "info"),), tuple(bars))


# The curve of each day ------------------------------------------------------------------------


def points(first: date, last: date) -> list[date]:
    """The days of a period that a curve shows: each, or evenly apart up to the last one."""
    if last < first:
        return []
    step = ceil(((last - first).days + 1) / POINTS)
    count = (last - first).days // step
    return [last - timedelta(days=step * n) for n in range(count, -1, -1)]


@dataclass(frozen=True)
class Curve:
    """A chart of days, the same numbers as rows, and whether some day has none."""

    chart: Lines
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    has_gap: bool
    first_kept: date | None

    @property
    def series(self) -> list[Series]:
        return [line.series for line in self.chart.lines]

    @property
    def has_lines(self) -> bool:
        """Whether any day has figures."""
        return any(value is not None for line in self.chart.lines for value in line.values)


CURVES = (
    ("findings_open", "info"),
    ("findings_overdue", "bad"),
    ("actions_open", "neutral"),
    ("actions_overdue", "warn"),
)


def curve_labels() -> dict[str, str]:
    """What each kept figure is called."""
    return {
        "findings_open": _("Open findings"),
        "findings_overdue": _("Overdue findings"),
        "findings_unanswered": _("Findings whose answer is overdue"),
        "majors_open": _("Open major nonconformities"),
        "actions_open": _("Open actions"),
        "actions_overdue": _("Overdue actions"),
        "raised": _("Raised or opened again on the day"),
        "closed": _("Closed or cancelled on the day"),
    }


def curve(looked: Looked) -> Curve:
    """What was open and late on the days of the period that are over. Three queries."""
    district, labels = looked.person.district, curve_labels()
    days = points(looked.first, min(looked.last, looked.today - timedelta(days=1)))
    kept = queries.kept_days(district.id, looked.person.rights.tree.root.id, days)
    figures = queries.figures_on(looked.sight, days) if kept else {}

    def value(name: str, day: date) -> int | None:
        return figures.get(day, {}).get(name, 0) if day in kept else None

    lines = tuple(
        Line(Series(labels[name], tone), tuple(value(name, day) for day in days))
        for name, tone in CURVES
    )
    rows = tuple(
        (dates.short_day(day), tuple(line.values[n] for line in lines))
        for n, day in enumerate(days)
    )
    first = queries.first_kept(district.id) if len(kept) < len(days) else None
    shown = tuple(dates.short_day(day) for day in days)
    return Curve(Lines(shown, lines), rows, len(kept) < len(days), first)


# What stands above ----------------------------------------------------------------------------


def tiles(looked: Looked, figures: Any) -> list[tuple[str, str, str, str | None]]:
    """(figure, label, tone, url) of what counts most."""
    waits, late = (_sum(figures.ageing, n) for n in (0, 1))
    found = sum(one.found for one in figures.units.values())
    again = sum(one.again for one in figures.units.values())
    closed, share = figures.took.total, rate(figures.findings_on_time)
    median = figures.took.median
    since = Days(queries.since_of(looked.period))
    counted: list[tuple[int, str, str, str]] = [
        (waits, _("Open now"), "info", looked.findings(show="open")),
        (late, _("Overdue now"), "bad" if late else "good", looked.findings(show="overdue")),
        (found, _("Deviations found"), "neutral", looked.deviating(found=looked.period)),
        (
            again,
            _("of these found before"),
            "warn" if again else "good",
            looked.deviating(found=looked.period, again=since),
        ),
        (closed, _("Closed"), "neutral", looked.findings(closed=looked.period)),
    ]
    shown: list[tuple[str, str, str, str | None]] = [
        (dates.number(number), label, tone, url if number else None)
        for number, label, tone, url in counted
    ]
    shown.append(
        (
            "–" if share is None else f"{share} %",
            _("Closed on time"),
            "neutral" if share is None else "good" if share >= GOOD else "warn",
            None,
        )
    )
    middle = "–" if median is None else dates.number(median)
    return [*shown, (middle, _("Days to close, median"), "neutral", None)]


GOOD = 80
"""Per cent closed on time from which on it is shown as good."""


def _sum(bars: Bars, n: int) -> int:
    return sum(bar.figures[n].value for bar in bars.bars)


def closing_text(closing: queries.Closing) -> str:
    """The middle and the longest, in words; empty where nothing was closed."""
    if closing.median is None or closing.mean is None or closing.longest is None:
        return ""
    return _(
        "Half of them took at most %(median)s days; %(mean)s on average, %(longest)s at the most.",
        median=dates.number(closing.median),
        mean=dates.number(round(closing.mean, 1)),
        longest=dates.number(closing.longest),
    )
