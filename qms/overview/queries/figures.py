"""Figures of the units that somebody oversees: one query for the findings, the worst unit first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from qms.core.db import db
from qms.findings.models import Finding, Grade
from qms.findings.queries import answer_is_late
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import APPROVES, AUDITS, KEEPS, OVERSEES

UNITS_SHOWN = 50
LOOK_AFTER = OVERSEES | APPROVES | KEEPS | AUDITS
"""Who is shown figures on top of their work."""
COMPARE = OVERSEES | APPROVES
"""Who is also shown a table of the units."""


@dataclass(frozen=True)
class UnitFigures:
    """The open findings of one unit."""

    unit_id: int
    open: int
    unanswered: int
    overdue: int
    majors: int


def open_findings(person: Person) -> list[UnitFigures]:
    """Open findings of each unit in the person's sight that has any, and how many of them wait for
    an answer or for their closing too long, or are major; the worst unit first. One query."""
    today = person.district.today
    unanswered = func.count(case((answer_is_late(Finding, today), 1)))
    overdue = func.count(case((Finding.due_on < today, 1)))
    majors = func.count(case((Finding.grade == Grade.MAJOR, 1)))
    statement: Any = (
        select(Finding.unit_id, func.count(), unanswered, overdue, majors)
        .where(*sight_of(person).conditions(Finding), Finding.is_open)
        .group_by(Finding.unit_id)
        .order_by(
            overdue.desc(),
            unanswered.desc(),
            majors.desc(),
            func.count().desc(),
            Finding.unit_id,
        )
    )
    return [UnitFigures(*row) for row in db.session.execute(statement)]
