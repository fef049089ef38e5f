"""Filling an empty installation with the demo district."""

from pathlib import Path

from flask import current_app
from sqlalchemy import select

from qms.core.db import db
from qms.core.errors import OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal import verifying
from qms.demo import (
    auditing,
    auditors,
    complaining,
    customs,
    district,
    legacy,
    paperwork,
    proofs,
    shortcomings,
    standing,
    timetables,
)
from qms.demo.stage import Stage
from qms.reminders.jobs import run_reminders
from qms.standards.operations import load_catalogue
from qms.trends.jobs import keep_all_figures
from qms.units.models import District


def is_filled() -> bool:
    """Whether the demo district is here."""
    return _code_of_first() == district.CODE


def is_demo_only() -> bool:
    """Whether there is nothing here but the demo district, or nothing at all."""
    codes = db.session.scalars(select(District.code).limit(2)).all()
    return codes in ([], [district.CODE])


def _code_of_first() -> str | None:
    return db.session.scalar(select(District.code).order_by(District.id).limit(1))


def fill() -> int:
    """Play the whole story; returns how many things happened (0: it was filled already).

    Raises OutOfTurn in an installation that has a district of its own: invented findings never
    mix with real ones.
    """
    first = _code_of_first()
    if first == district.CODE:
        return 0
    if first is not None:
        raise OutOfTurn(
            _l("This installation has a district of its own. Make the demo in another instance.")
        )
    verifying.set_aside(Path(current_app.config["QMS_INSTANCE"]) / "checkpoints.log")
    load_catalogue()
    db.session.commit()
    stage = Stage()
    for chapter in CHAPTERS:
        chapter.tell(stage)
    happened = stage.play()
    run_reminders()  # so that people find notices, as after any morning
    keep_all_figures()
    return happened


CHAPTERS = (
    district,
    auditors,
    customs,
    legacy,
    paperwork,
    proofs,
    shortcomings,
    complaining,
    auditing,
    timetables,
    standing,
)
"""What is told, in the order in which things of one day happen."""
