"""The figures of looking back in Excel: what the page shows, and each kept day."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from qms.core.charts import Bars
from qms.core.i18n import gettext as _
from qms.office.blocks import Cell, Column, Sheet
from qms.trends import queries
from qms.trends.models import COUNTED
from qms.trends.showing import Looked, curve_labels

AT_ONCE = 200


def sheet_of(name: str, chart: Bars, title: tuple[str, ...]) -> Sheet:
    """A chart's numbers as a sheet."""
    heads = [one.label for one in chart.series] + ([chart.extra] if chart.extra else [])
    columns = [Column(chart.about, 34), *(Column(head, 16, "integer") for head in heads)]
    has_sub = any(bar.sub for bar in chart.bars)
    if has_sub:
        columns.insert(1, Column(_("Name"), 44))
    rows: list[list[Cell]] = [
        [bar.label, *([bar.sub] if has_sub else []), *(one.value for one in bar.figures)]
        for bar in chart.bars
    ]
    return Sheet(name, columns, rows, (name, *title))


def days_sheet(looked: Looked, title: tuple[str, ...]) -> Sheet:
    """Each day of the period that is over, with the figures that were kept; a day without any has
    empty cells."""
    labels = curve_labels()
    columns = [Column(_("Day"), 14, "date")]
    columns += [Column(labels[name], 16, "integer") for name in COUNTED]
    return Sheet(_("Day by day"), columns, _days(looked), (_("Day by day"), *title), 1)


def _days(looked: Looked) -> Iterator[list[Cell]]:
    district, root = looked.person.district, looked.person.rights.tree.root
    last = min(looked.last, looked.today - timedelta(days=1))
    for days in _in_turn(looked.first, last):
        kept = queries.kept_days(district.id, root.id, days)
        figures = queries.figures_on(looked.sight, days)
        for day in days:
            counts: dict[str, Any] = figures.get(day, {})
            yield [day, *(counts.get(name, 0) if day in kept else None for name in COUNTED)]


def _in_turn(first: date, last: date) -> Iterable[list[date]]:
    while first <= last:
        count = min(AT_ONCE, (last - first).days + 1)
        yield [first + timedelta(days=n) for n in range(count)]
        first += timedelta(days=count)
