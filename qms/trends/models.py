"""The table of daily figures."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import AccessClass, Model, link_to, one_of

COUNTED = (
    "findings_open",
    "findings_overdue",
    "findings_unanswered",
    "majors_open",
    "actions_open",
    "actions_overdue",
    "raised",
    "closed",
)
"""The columns that hold figures."""


class DailyFigure(Model):
    """What was open in a unit when a day ended, and what came and went on it; once for each day,
    unit and access class. Not journalled: it follows from the journal.

    A unit with nothing to count has no row. The unit at the top always has one for ordinary
    records, so that it is known which days were kept.
    """

    __tablename__ = "daily_figure"
    __table_args__ = (
        link_to("unit_id", "unit"),
        Index("ix_daily_figure_unit", "district_id", "unit_id", "on_day"),
    )

    district_id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column("on_day", primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass), primary_key=True)
    findings_open: Mapped[int]
    findings_overdue: Mapped[int]
    findings_unanswered: Mapped[int]
    """Open findings whose answer was late."""
    majors_open: Mapped[int]
    actions_open: Mapped[int]
    actions_overdue: Mapped[int]
    raised: Mapped[int]
    """Findings that became open on the day: raised, imported or reopened."""
    closed: Mapped[int]
    """Findings that were open the day before and are not any more: closed or cancelled."""
