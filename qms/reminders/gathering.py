"""What the daily run looks at: who is reminded, and the lines of their work that have a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from qms.actions.models import Action, ActionState
from qms.complaints.models import UNANSWERED_STATES, Complaint
from qms.core.db import AccessClass, db
from qms.findings.models import Finding
from qms.overview.queries.work import Deadline, Kind, Reach
from qms.overview.sources import DATED
from qms.people.lasting import is_here
from qms.people.models import Account, Person
from qms.people.roles import LOOKS_AFTER_INTEGRITY, NEED_TO_KNOW, Role
from qms.reminders.models import Level
from qms.reminders.records import about_of
from qms.reminders.rules import NO_DEADLINE, Rule
from qms.units.models import District

MOST = 10_000
"""Lines of one kind for one person, and late records of one kind in a district: more than a
district has open at all."""


@dataclass(frozen=True)
class Dated:
    """A line of somebody's work that has a day."""

    kind: Kind
    about: str
    record_uid: UUID
    due_on: date
    deadline: Deadline
    unit_id: int
    is_restricted: bool


@dataclass(frozen=True)
class Told:
    """That somebody is to be told of a line: the unique key of a notice, without the person."""

    kind: str
    record_uid: UUID
    due_on: date
    step: int
    level: Level


def people_reminded(district: District) -> list[Person]:
    """Everybody of a district who can sign in and has a role, with their rights. Two queries."""
    found = db.session.scalars(
        select(Person)
        .join(Account, Account.id == Person.account_id)
        .where(
            Person.district_id == district.id,
            Account.disabled_at.is_(None),
            is_here(district.today),
        )
        .order_by(Person.id)
        .options(
            contains_eager(Person.account), joinedload(Person.district), selectinload(Person.grants)
        )
    )
    listed = list(found)
    for one in listed:
        one.__dict__.pop("rights", None)  # of who was loaded before: they are those of that day
    return [one for one in listed if one.rights.by_role]


def dated_work(person: Person, ahead: int) -> list[Dated]:
    """Their lines whose day has come or is near, each once. As many queries as My work takes."""
    reach = Reach(MOST, person.district.today + timedelta(days=ahead))
    return [
        Dated(
            one.kind,
            about_of(one.kind, area.endpoint),
            one.uid,
            one.due_on,
            one.deadline,
            one.unit_id,
            one.is_restricted,
        )
        for area in DATED
        for one in area.waiting(person, reach).waiting
        if one.due_on is not None
    ]


def own_notices(lines: Iterable[Dated], rule: Rule, today: date) -> Iterator[tuple[Told, Dated]]:
    """Of what somebody is told about their own work today."""
    for line in lines:
        if not rule.speaks_of(line.kind):
            continue
        step = rule.step(line.kind, line.deadline, line.due_on, today)
        if step is not None:
            yield Told(line.kind.value, line.record_uid, line.due_on, step, Level.OWN), line


def nobodys_work(district: District, known: set[UUID]) -> list[Dated]:
    """Late actions, findings and complaints that stand in nobody's work: their owner has left, or
    has no account, or nobody has a role in the unit. They can only be escalated. Three queries."""
    today = district.today
    actions = db.session.execute(
        select(Action.uid, Action.due_on, Action.unit_id, Action.access)
        .where(
            Action.district_id == district.id,
            Action.state == ActionState.OPEN,
            Action.due_on < today,
        )
        .order_by(Action.due_on)
        .limit(MOST)
    )
    found = [
        Dated(Kind.DO, "action", row.uid, row.due_on, Deadline.ACTION, row.unit_id, _hidden(row))
        for row in actions
        if row.uid not in known
    ]
    findings = db.session.execute(
        select(Finding.uid, Finding.due_on, Finding.unit_id, Finding.access)
        .where(Finding.district_id == district.id, Finding.is_open, Finding.due_on < today)
        .order_by(Finding.due_on)
        .limit(MOST)
    )
    for row in findings:
        if row.uid not in known:
            line = (row.uid, row.due_on, Deadline.CLOSING, row.unit_id, _hidden(row))
            found.append(Dated(Kind.CLOSE, "finding", *line))
    complaints = db.session.execute(
        select(Complaint.uid, Complaint.due_on, Complaint.unit_id, Complaint.access)
        .where(
            Complaint.district_id == district.id,
            Complaint.is_open,
            Complaint.state.in_(UNANSWERED_STATES),
            Complaint.due_on < today,
        )
        .order_by(Complaint.due_on)
        .limit(MOST)
    )
    for row in complaints:
        if row.uid not in known:
            line = (row.uid, row.due_on, Deadline.ANSWER, row.unit_id, _hidden(row))
            found.append(Dated(Kind.ANSWER_COMPLAINT, "complaint", *line))
    return found


def _hidden(row: object) -> bool:
    return getattr(row, "access", None) is AccessClass.RESTRICTED


class Superiors:
    """Who is told of what is late in a unit: the heads of the unit, or of the nearest above that
    has one; and the secretariat that follows it. What they may not see they are not told of."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.heads: dict[int, list[Person]] = {}
        self.secretariat: list[Person] = []
        for person in people:
            tree = person.rights.tree
            for grant in person.grants:
                if grant.role is Role.HEAD and grant.holds_on(tree.day):
                    self.heads.setdefault(grant.unit_id, []).append(person)
            if person.rights.units(frozenset({Role.SECRETARIAT})):
                self.secretariat.append(person)

    def of(self, level: Level, line: Dated) -> Iterator[Person]:
        # A restricted complaint may be about the very head.
        need = LOOKS_AFTER_INTEGRITY if line.about == "complaint" else NEED_TO_KNOW
        for person in self._heads(line) if level is Level.HEAD else self._secretariat(line):
            if not line.is_restricted or line.unit_id in person.rights.units(need):
                yield person

    def _heads(self, line: Dated) -> list[Person]:
        if line.unit_id in self.heads:
            return self.heads[line.unit_id]
        if not self.heads:
            return []
        tree = next(iter(self.heads.values()))[0].rights.tree
        if tree.get(line.unit_id) is None:
            return []
        above = (node.id for node in tree.ancestors(line.unit_id))
        return next((self.heads[one] for one in above if one in self.heads), [])

    def _secretariat(self, line: Dated) -> list[Person]:
        role = frozenset({Role.SECRETARIAT})
        return [one for one in self.secretariat if line.unit_id in one.rights.units(role)]


def escalated(
    lines: Iterable[Dated], superiors: Superiors, own: dict[int, set[UUID]], rule: Rule, today: date
) -> Iterator[tuple[Person, Told, Dated]]:
    """Who is told of others' work because it is late: each in one capacity only, and nobody of what
    is in their own work: `own` (person id -> records)."""
    seen = set()
    for line in lines:
        key = (line.record_uid, line.due_on)
        if key in seen or line.deadline in NO_DEADLINE or not rule.speaks_of(line.kind):
            continue
        seen.add(key)
        known: set[int] = set()
        for level, step in rule.levels(line.deadline, line.due_on, today):
            for person in superiors.of(level, line):
                if line.record_uid not in own.get(person.id, ()) and person.id not in known:
                    known.add(person.id)
                    told = Told(line.kind.value, line.record_uid, line.due_on, step, level)
                    yield person, told, line
