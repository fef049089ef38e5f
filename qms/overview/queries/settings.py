"""The figures that come from rules, with what the district says about them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from qms.certificates.settings import FIGURES
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person
from qms.standards.settings import Figure, Held, figures_on, transition_figures
from qms.units.models import Setting

ROWS = 500


@dataclass(frozen=True)
class SettingShown:
    """A figure as it holds today, and the district's own values in time: rows of from_on, value,
    source, the newest first."""

    figure: Figure
    held: Held
    own: list[Any] = field(default_factory=list)

    @property
    def source(self) -> str:
        return self.held.source if self.held.is_own else shipped_source(self.figure)


def shipped_source(figure: Figure) -> str:
    """Where a shipped default is from. The catalogue notes the dates of transitions for those who
    keep it; people are told whether they were published."""
    if not isinstance(figure.default, date):
        return str(figure.source)
    if figure.verified:
        return _("As published for the transition to the next edition")
    return _("Assumed: no published source was found")


def all_figures() -> tuple[Figure, ...]:
    """Every dated figure of every area, in the order in which the page shows them."""
    return (*FIGURES, *transition_figures())


def figure_named(key: str) -> Figure:
    """The figure of a key; Missing if there is none."""
    for figure in all_figures():
        if figure.key == key:
            return figure
    raise Missing(_l("There is no such setting."))


def settings_of(person: Person, today: date) -> list[SettingShown]:
    """All figures with the district's values. Two queries."""
    figures = all_figures()
    held = figures_on(person.district_id, figures, today)
    own: dict[str, list[Any]] = {}
    for row in db.session.execute(
        select(Setting.key, Setting.from_on, Setting.value, Setting.source)
        .where(Setting.district_id == person.district_id)
        .order_by(Setting.from_on.desc())
        .limit(ROWS)
    ):
        own.setdefault(row.key, []).append(row)
    return [SettingShown(one, held[one.key], own.get(one.key, [])) for one in figures]
