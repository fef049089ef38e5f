"""Figures of the units that somebody oversees: one query for the findings, the worst unit first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from qms.core.db import db
from qms.findings.models import Finding, Grade
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
    overdue: int
    majors: int


def open_findings(person: Person) -> list[UnitFigures]:
    """Open, overdue and major findings of each unit that the person looks after and that has any,
    the worst first. One query."""
    units = person.rights.units(LOOK_AFTER)
    if not units:
        return []
    today = person.district.today
    overdue = func.count(case((Finding.due_on < today, 1)))
    majors = func.count(case((Finding.grade == Grade.MAJOR, 1)))
    statement: Any = (
        select(Finding.unit_id, func.count(), overdue, majors)
        .where(*sight_of(person).conditions(Finding, within=False), Finding.is_open)
        .group_by(Finding.unit_id)
        .order_by(overdue.desc(), majors.desc(), func.count().desc(), Finding.unit_id)
    )
    if not units.everywhere:
        statement = statement.where(Finding.unit_id.in_(units.ids))
    return [UnitFigures(*row) for row in db.session.execute(statement)]
