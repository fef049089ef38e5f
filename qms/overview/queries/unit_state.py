"""A unit's condition: what stands in numbers on its page, each in one query."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select

from qms.actions.models import Action, ActionState
from qms.core.db import db
from qms.documents.models import Document, Revision
from qms.documents.queries import Standing, standing_on
from qms.findings.models import Finding, Grade
from qms.findings.queries import answer_is_late
from qms.packs.models import Pack, PackUnit
from qms.people.models import Person
from qms.people.rights import Sight
from qms.standards.models import UnitScope

SHOWN = 6


@dataclass(frozen=True)
class Counted:
    """How many are open, and how many of them are late."""

    open: int
    overdue: int
    majors: int = 0
    unanswered: int = 0


def findings_counted(sight: Sight, today: Any) -> Counted:
    """The open findings of the units in sight."""
    row = db.session.execute(
        select(
            func.count(),
            func.count(case((Finding.due_on < today, 1))),
            func.count(case((Finding.grade == Grade.MAJOR, 1))),
            func.count(case((answer_is_late(Finding, today), 1))),
        ).where(*sight.conditions(Finding), Finding.is_open)
    ).one()
    return Counted(*row)


def actions_counted(sight: Sight, today: Any) -> Counted:
    """The open actions of the units in sight."""
    row = db.session.execute(
        select(func.count(), func.count(case((Action.due_on < today, 1)))).where(
            *sight.conditions(Action), Action.state == ActionState.OPEN
        )
    ).one()
    return Counted(*row)


def documents_in_force_counted(sight: Sight, today: Any) -> int:
    """How many documents of the units in sight are in force today."""
    found = db.session.scalar(
        select(func.count())
        .select_from(Document)
        .join(
            Revision,
            and_(Revision.district_id == Document.district_id, Revision.document_id == Document.id),
        )
        .where(*sight.conditions(Document), standing_on(Standing.IN_FORCE, today))
    )
    return found or 0


def urgent_findings(sight: Sight) -> list[Any]:
    """Open findings of the units in sight, the most urgent first: rows of plain columns."""
    return list(
        db.session.execute(
            select(
                Finding.uid,
                Finding.number,
                Finding.deviation,
                Finding.grade,
                Finding.state,
                Finding.due_on,
                Finding.unit_id,
            )
            .where(*sight.conditions(Finding), Finding.is_open)
            .order_by(Finding.due_on.is_(None), Finding.due_on, Finding.uid)
            .limit(SHOWN)
        )
    )


def overdue_actions(sight: Sight, today: Any) -> list[Any]:
    """Actions of the units in sight that are late, the latest first: rows of plain columns."""
    return list(
        db.session.execute(
            select(Action.uid, Action.number, Action.what, Action.due_on, Action.unit_id)
            .where(
                *sight.conditions(Action), Action.state == ActionState.OPEN, Action.due_on < today
            )
            .order_by(Action.due_on, Action.uid)
            .limit(SHOWN)
        )
    )


def scopes_of(person: Person, unit_id: int, today: Any) -> list[Any]:
    """The scope of a unit today under each edition: rows of edition_id, from_on, statement."""
    rows = db.session.execute(
        select(UnitScope.edition_id, UnitScope.from_on, UnitScope.statement)
        .where(
            UnitScope.district_id == person.district_id,
            UnitScope.unit_id == unit_id,
            UnitScope.from_on <= today,
        )
        .order_by(UnitScope.from_on)
    )
    newest = {row.edition_id: row for row in rows}
    return [newest[edition_id] for edition_id in sorted(newest)]


def packs_about(person: Person, unit_id: int) -> list[Any]:
    """The person's own packs about a unit that are made, the newest first."""
    return list(
        db.session.execute(
            select(Pack.uid, Pack.from_on, Pack.to_on, Pack.made_at)
            .join(PackUnit, PackUnit.pack_id == Pack.id)
            .where(
                Pack.district_id == person.district_id,
                PackUnit.unit_id == unit_id,
                Pack.asked_by_id == person.id,
                Pack.made_at.is_not(None),
            )
            .order_by(Pack.uid.desc())
            .limit(SHOWN)
        )
    )
