"""The figures of days that are over, worked out from the journal.

What stood in a record when a day ended is what the last entry about it before midnight says. To
begin somewhere, the records of now are taken, and those that changed since are put back to what
they were; from there on, entry by entry, each day is counted when it ends.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects import postgresql, sqlite

from qms.actions.models import Action, ActionState
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.journal.models import JournalEntry, JournalPayload
from qms.findings.models import OPEN_STATES, UNANSWERED_STATES, Finding, Grade
from qms.trends.models import COUNTED, DailyFigure
from qms.units.models import District
from qms.units.tree import tree_of

FINDING, ACTION = Finding.__tablename__, Action.__tablename__
KINDS = (FINDING, ACTION)
BATCH = 1000
STILL_OPEN = frozenset(state.value for state in OPEN_STATES)

Place = tuple[int, str]
"""A unit and an access class."""
Known = dict[tuple[str, UUID], "Fact"]


class Fact(NamedTuple):
    """What counts of an open finding or action. `waits_until`: its due date; `answer_until`: that
    of an answer that is still to come."""

    place: Place
    waits_until: date | None
    answer_until: date | None
    is_major: bool


@dataclass
class Ledger:
    """The open records of a district at some moment, and what came and went since midnight."""

    known: Known
    raised: Counter[Place]
    closed: Counter[Place]

    def tell(self, kind: str, uid: UUID, fact: Fact | None) -> None:
        """Take in what an entry says; None: it is not open."""
        before = self.known.pop((kind, uid), None)
        if fact is not None:
            self.known[kind, uid] = fact
        if kind == FINDING and before is None and fact is not None:
            self.raised[fact.place] += 1
        elif kind == FINDING and before is not None and fact is None:
            self.closed[before.place] += 1

    def figures(self, day: date) -> dict[Place, Counter[str]]:
        """The figures at the end of a day; what came and went is counted anew after it."""
        found: dict[Place, Counter[str]] = {}
        for (kind, _uid), fact in self.known.items():
            counts = found.setdefault(fact.place, Counter())
            is_late = fact.waits_until is not None and fact.waits_until < day
            is_finding = kind == FINDING
            counts["findings_open" if is_finding else "actions_open"] += 1
            counts["findings_overdue" if is_finding else "actions_overdue"] += is_late
            counts["majors_open"] += fact.is_major
            counts["findings_unanswered"] += bool(fact.answer_until and fact.answer_until < day)
        for name, counted in (("raised", self.raised), ("closed", self.closed)):
            for place, number in counted.items():
                found.setdefault(place, Counter())[name] += number
            counted.clear()
        return found


def fact_of(kind: str, image: dict[str, Any]) -> Fact | None:
    """What counts of a record as its after-image tells it; None where it is not open."""
    place = (image["unit_id"], image.get("access") or AccessClass.ORDINARY.value)
    if kind == ACTION:
        if image["state"] != ActionState.OPEN.value:
            return None
        due_on = None if image.get("due_missing") else _day(image.get("due_on"))
        return Fact(place, due_on, None, False)
    if image["state"] not in STILL_OPEN:
        return None
    waits = image["state"] in UNANSWERED_STATES
    return Fact(
        place,
        _day(image.get("due_on")),
        _day(image.get("reply_due_on")) if waits else None,
        image["grade"] == Grade.MAJOR.value,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def last_kept(district_id: int) -> date | None:
    """The last day whose figures are kept."""
    return db.session.scalar(
        select(func.max(DailyFigure.on)).where(DailyFigure.district_id == district_id)
    )


def days_to_keep(district: District) -> tuple[date, date] | None:
    """The first and the last day that is over and not kept; None if there is none. Without any
    that is kept it begins with the first entry of the district's journal."""
    over = district.today - timedelta(days=1)
    kept = last_kept(district.id)
    if kept is not None:
        first = kept + timedelta(days=1)
    else:
        begun = db.session.scalar(
            select(JournalEntry.at)
            .where(JournalEntry.chain == district.id)
            .order_by(JournalEntry.sequence)
            .limit(1)
        )
        first = clock.day_of(begun, district.timezone) if begun else over
    return (first, over) if first <= over else None


def figures_of(district: District, first: date, last: date) -> Iterator[tuple[date, Any]]:
    """(day, figures by place) of each day in turn. The entries are read in batches, so that the
    caller may commit in between."""
    opens = clock.start_of(first, district.timezone)
    ends = clock.start_of(last + timedelta(days=1), district.timezone)
    begun = _sequence_before(district.id, opens)
    until = _sequence_before(district.id, ends)
    ledger = Ledger(_known_at(district.id, begun), Counter(), Counter())
    day = first
    for at, kind, uid, body in _entries(district.id, begun, until):
        # Who began before midnight may stand behind who began after it.
        while min(clock.day_of(at, district.timezone), last) > day:
            yield day, ledger.figures(day)
            day += timedelta(days=1)
        if body is not None:
            ledger.tell(kind, uid, fact_of(kind, json.loads(body)["image"]))
    while day <= last:
        yield day, ledger.figures(day)
        day += timedelta(days=1)


def _sequence_before(chain: int, moment: Any) -> int:
    """The number of the last entry before a moment, looked for from the chain's end."""
    found = db.session.scalar(
        select(JournalEntry.sequence)
        .where(JournalEntry.chain == chain, JournalEntry.at < moment)
        .order_by(JournalEntry.sequence.desc())
        .limit(1)
    )
    return found or 0


def _entries(chain: int, after: int, until: int) -> Iterator[Any]:
    """(moment, kind, uid, body) of the entries about findings and actions, the oldest first; the
    body is None where it was erased."""
    while after < until:
        rows = db.session.execute(
            select(
                JournalEntry.at,
                JournalEntry.kind,
                JournalEntry.record_uid,
                JournalPayload.body,
                JournalEntry.sequence,
            )
            .outerjoin(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
            .where(
                JournalEntry.chain == chain,
                JournalEntry.sequence > after,
                JournalEntry.sequence <= until,
                JournalEntry.kind.in_(KINDS),
            )
            .order_by(JournalEntry.sequence)
            .limit(BATCH)
        ).all()
        for row in rows:
            yield tuple(row[:4])
        if len(rows) < BATCH:
            return
        after = rows[-1].sequence


def _known_at(chain: int, sequence: int) -> Known:
    """What was open when the journal had come so far."""
    known = _open_now(chain)
    changed: dict[str, set[UUID]] = {}
    later = select(JournalEntry.kind, JournalEntry.record_uid).where(
        JournalEntry.chain == chain,
        JournalEntry.sequence > sequence,
        JournalEntry.kind.in_(KINDS),
    )
    for kind, uid in db.session.execute(later.distinct()):
        known.pop((kind, uid), None)
        changed.setdefault(kind, set()).add(uid)
    if sequence:
        for kind, uids in changed.items():
            for batch in _batches(sorted(uids)):
                for uid, body in _as_told(chain, sequence, kind, batch):
                    fact = fact_of(kind, json.loads(body)["image"])
                    if fact is not None:
                        known[kind, uid] = fact
    return known


def _open_now(district_id: int) -> Known:
    """What is open now, as the tables say. Two queries."""
    known: Known = {}
    findings: Any = select(
        Finding.uid,
        Finding.unit_id,
        Finding.access,
        Finding.due_on,
        Finding.reply_due_on,
        Finding.state,
        Finding.grade,
    ).where(Finding.district_id == district_id, Finding.is_open)
    for row in db.session.execute(findings):
        answer = row.reply_due_on if row.state in UNANSWERED_STATES else None
        place = (row.unit_id, row.access.value)
        known[FINDING, row.uid] = Fact(place, row.due_on, answer, row.grade is Grade.MAJOR)
    actions: Any = select(
        Action.uid, Action.unit_id, Action.access, Action.due_on, Action.due_missing
    ).where(Action.district_id == district_id, Action.state == ActionState.OPEN)
    for row in db.session.execute(actions):
        due_on = None if row.due_missing else row.due_on
        known[ACTION, row.uid] = Fact((row.unit_id, row.access.value), due_on, None, False)
    return known


def _as_told(chain: int, sequence: int, kind: str, uids: list[UUID]) -> Iterable[Any]:
    """(uid, body) of the last entry about each of these records up to a number."""
    last = (
        select(JournalEntry.record_uid, func.max(JournalEntry.sequence).label("sequence"))
        .where(
            JournalEntry.kind == kind,
            JournalEntry.record_uid.in_(uids),
            JournalEntry.chain == chain,
            JournalEntry.sequence <= sequence,
        )
        .group_by(JournalEntry.record_uid)
        .subquery()
    )
    return db.session.execute(
        select(last.c.record_uid, JournalPayload.body)
        .join(
            JournalEntry,
            and_(JournalEntry.chain == chain, JournalEntry.sequence == last.c.sequence),
        )
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
    )


def keep_day(district: District, day: date, figures: dict[Place, Counter[str]]) -> int:
    """Keep a day's figures, once: what another worker kept meanwhile stays. Returns how many rows
    are new. The caller commits."""
    top = (tree_of(district).root.id, AccessClass.ORDINARY.value)
    places = {top: Counter[str](), **figures}
    rows = [
        {
            "district_id": district.id,
            "on": day,
            "unit_id": unit_id,
            "access": AccessClass(access),
            **{name: counts[name] for name in COUNTED},
        }
        for (unit_id, access), counts in sorted(places.items())
    ]
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    added = dialect.insert(DailyFigure).on_conflict_do_nothing().returning(DailyFigure.unit_id)
    return sum(len(db.session.scalars(added, batch).all()) for batch in _batches(rows))


def _batches(given: list[Any]) -> Iterable[list[Any]]:
    return (given[start : start + BATCH] for start in range(0, len(given), BATCH))
