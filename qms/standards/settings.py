"""Figures that come from a rule: shipped defaults with their source, and a district's own.

A figure is never a constant in the code that uses it. The default says whether it was read in its
source or is from memory; a district's own value holds from a day on and names where it is from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qms.core import journal
from qms.core.db import db, same_rows
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person
from qms.standards import catalogue
from qms.standards.permissions import may_change_figures
from qms.units.models import Setting

Value = int | date


@dataclass(frozen=True)
class Figure:
    """A shipped default. `verified` is false where it was not read in a published source."""

    key: str
    default: Value
    label: Any
    source: Any
    verified: bool


@dataclass(frozen=True)
class Held:
    """A figure as it holds on a day. `is_own` tells the district's value from the default."""

    value: Value
    source: str
    verified: bool
    is_own: bool


def transition_figures() -> tuple[Figure, ...]:
    """The day on which certificates of an edition end at the latest, per edition."""
    return tuple(
        Figure(
            f"standards.transition_end.{edition.key}",
            edition.transition.end,
            _l("Last day of certificates to %(code)s", code=edition.code),
            edition.transition.confidence,
            is_published(edition.transition),
        )
        for edition in catalogue.editions()
        if edition.transition is not None and edition.transition.end is not None
    )


def is_published(transition: catalogue.Transition) -> bool:
    """Whether the dates of a transition come from a published source."""
    return not transition.confidence.startswith("low")


def figures_on(
    district_id: int, figures: Iterable[Figure], day: date, *, session: Session | None = None
) -> dict[str, Held]:
    """What each figure is on a day, by its key. One query; a `session` of its own tells it as
    another moment knew it."""
    wanted = list(figures)
    own: Mapping[str, Any] = {
        row.key: row
        for row in (session or db.session).execute(
            select(Setting.key, Setting.value, Setting.source)
            .where(
                Setting.district_id == district_id,
                Setting.key.in_([figure.key for figure in wanted]),
                Setting.from_on <= day,
            )
            .order_by(Setting.from_on)
        )
    }
    held = {}
    for figure in wanted:
        row = own.get(figure.key)
        if row is None:
            held[figure.key] = Held(figure.default, str(figure.source), figure.verified, False)
        else:
            held[figure.key] = Held(_read(figure, row.value), row.source, True, True)
    return held


def _read(figure: Figure, text: str) -> Value:
    return date.fromisoformat(text) if isinstance(figure.default, date) else int(text)


def rows_of(district_id: int, key: str) -> list[Setting]:
    """What the district ever set for a figure, by the day from which it holds."""
    return list(
        db.session.scalars(
            select(Setting)
            .where(Setting.district_id == district_id, Setting.key == key)
            .order_by(Setting.from_on)
        )
    )


def change_figure(
    figure: Figure,
    value: Value,
    *,
    from_on: date,
    source: str,
    by: Person,
    seen: int | None = None,
) -> Setting:
    """Give the district its own value from a day on, with its source."""
    require(may_change_figures, by)
    if isinstance(value, date) != isinstance(figure.default, date):
        message = _l("Write a day.") if isinstance(figure.default, date) else _l("Write a number.")
        raise Invalid(message, value=message)
    if not isinstance(value, date) and value <= 0:
        message = _l("Write a number above zero.")
        raise Invalid(message, value=message)
    if not source.strip():
        message = _l("Say where the figure comes from: a regulation, a letter, a contract.")
        raise Invalid(message, source=message)
    rows = rows_of(by.district_id, figure.key)
    setting = next((one for one in rows if one.from_on == from_on), None)
    same_rows(rows, seen, setting)
    if setting is None:
        setting = Setting(district_id=by.district_id, key=figure.key, from_on=from_on)
        db.session.add(setting)
    setting.value = value.isoformat() if isinstance(value, date) else str(value)
    setting.source = source.strip()
    journal.write("change_figure", setting, by=by)
    return setting
