"""Reads of the questions to other units. Who sees the unit that is asked, or the finding, sees a
question and its answer; the finding itself only who sees that."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import joinedload

from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.findings.beside import Side, stream
from qms.findings.models import Finding, UnitCheck
from qms.findings.showing import CHECK_WAITS, CHECK_WITHDRAWN
from qms.people.models import Person
from qms.people.rights import sight_of

MOST_SHOWN = 200


def check_by_uid(person: Person, uid: UUID) -> UnitCheck:
    """A question that this person may see; Missing otherwise."""
    found = db.session.scalar(
        select(UnitCheck)
        .join(Finding, Finding.id == UnitCheck.finding_id)
        .where(UnitCheck.uid == uid, seen_by(person))
        .options(
            joinedload(UnitCheck.asked_by),
            joinedload(UnitCheck.answered_by),
            joinedload(UnitCheck.finding),
        )
    )
    if found is None:
        raise Missing(_l("There is no such question, or it is not for you."))
    return found


def seen_by(person: Person) -> ColumnElement[bool]:
    """The condition on questions joined with their findings."""
    sight = sight_of(person)
    return or_(and_(*sight.conditions(UnitCheck)), and_(*sight.conditions(Finding)))


def checks_seen(person: Person) -> list[Any]:
    """Questions to the units that this person sees: rows of uid, unit_id, question, due_on,
    result, withdrawn_on; those that wait first, the most urgent on top. One query."""
    waits = and_(UnitCheck.answered_on.is_(None), UnitCheck.withdrawn_on.is_(None))
    return list(
        db.session.execute(
            select(
                UnitCheck.uid,
                UnitCheck.unit_id,
                func.substr(UnitCheck.question, 1, 200).label("question"),
                UnitCheck.due_on,
                UnitCheck.result,
                UnitCheck.withdrawn_on,
            )
            .where(*sight_of(person).conditions(UnitCheck))
            .order_by(waits.desc(), UnitCheck.due_on, UnitCheck.uid)
            .limit(MOST_SHOWN)
        )
    )


def of_finding(finding: Finding) -> Select[Any]:
    """The questions of a finding with their answers, for its page."""
    return (
        stream(
            Side.CHECK,
            key=UnitCheck.id,
            uid=UnitCheck.uid,
            number=UnitCheck.question,
            title=func.coalesce(UnitCheck.answer, ""),
            state=case(
                (UnitCheck.withdrawn_on.is_not(None), literal(CHECK_WITHDRAWN)),
                else_=func.coalesce(type_coerce(UnitCheck.result, String), CHECK_WAITS),
            ),
            on_day=func.coalesce(UnitCheck.answered_on, UnitCheck.withdrawn_on, UnitCheck.due_on),
            unit_id=UnitCheck.unit_id,
            who=Person.name,
        )
        .select_from(UnitCheck)
        .outerjoin(Person, Person.id == UnitCheck.answered_by_id)
        .where(UnitCheck.district_id == finding.district_id, UnitCheck.finding_id == finding.id)
        .order_by(UnitCheck.id)
    )


def answered_checks(finding_ids: Sequence[int]) -> dict[int, list[UnitCheck]]:
    """The answers of other units by finding, for those who see the findings. One query."""
    found: dict[int, list[UnitCheck]] = {}
    for one in db.session.scalars(
        select(UnitCheck)
        .where(UnitCheck.finding_id.in_(finding_ids), UnitCheck.answered_on.is_not(None))
        .order_by(UnitCheck.id)
    ):
        found.setdefault(one.finding_id, []).append(one)
    return found
