"""Work in the background: keeping the figures of the days that are over."""

from collections.abc import Callable

from sqlalchemy import select

from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.jobs import Job, report
from qms.trends.keeping import days_to_keep, figures_of, keep_day
from qms.units.models import District

KEEP_FIGURES = "keep_figures"
AT_ONCE = 31
"""Days that are kept between two commits."""


def keep_figures(job: Job) -> None:
    """The daily run as a job; how many days were kept is its result."""

    def alive() -> None:
        report(job, 1, _("Daily figures are being kept"))

    alive()
    days = keep_all_figures(alive)
    db.session.add(job)
    job.result = {"days": days}


def keep_all_figures(alive: Callable[[], None] = lambda: None) -> int:
    """Keep the figures of every day that is over and has none, in all districts. Returns how many
    days there were. Commits some days at a time and may be run again at any time."""
    days = 0
    for district_id in db.session.scalars(select(District.id).order_by(District.id)).all():
        days += _keep_district(district_id, alive)
    return days


def _keep_district(district_id: int, alive: Callable[[], None]) -> int:
    district = db.session.get_one(District, district_id)
    wanted = days_to_keep(district)
    if wanted is None:
        return 0
    days = 0
    for day, figures in figures_of(district, *wanted):
        keep_day(district, day, figures)
        days += 1
        if days % AT_ONCE == 0:
            db.session.commit()
            alive()
    db.session.commit()
    return days


JOBS = {KEEP_FIGURES: keep_figures}
