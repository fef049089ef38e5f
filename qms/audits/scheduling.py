"""A timetable proposed by rule, from what is to be looked into, who is free, and office hours.

What stands in the timetable already stays, and counts. Clauses are looked into chapter by chapter,
those of several standards together; what a unit does (clause 8) at each of its processes. All
visits are of one length, the longest with which each topic gets one; if even the shortest is too
long, topics next to each other are joined. Nobody is in two places, nor in one while they are in
another audit. Nothing here is stored: a person looks at the proposal, changes it and saves it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any

from qms.audits.conflicts import folded, never_visited
from qms.audits.models import Audit, AuditSession, SessionKind
from qms.core.text import fold
from qms.deadlines.queries import WorkingCalendar
from qms.standards.queries import clauses_of, edition_by_id, in_clause_order, title_of

BEGINS = 8 * 60 + 30
"""When a day of an audit begins, in minutes after midnight: after the morning's roll call."""
MEETING = 30
LENGTHS = (120, 105, 90, 75, 60, 45, 30)
"""How long a visit may be, in minutes."""
BREAK, FRIDAY_BREAK = (12 * 60, 13 * 60), (11 * 60 + 30, 13 * 60)
"""When nobody is visited: at noon, on Fridays for prayers."""
FRIDAY = 4
MOST_DAYS = 31
OPERATION = "8"
"""The chapter that is looked into where the work is done."""
LONGEST = 300


@dataclass(frozen=True)
class Topic:
    """What one visit looks into."""

    name: str
    clause_ids: tuple[int, ...] = ()

    def with_(self, other: "Topic") -> "Topic":
        return Topic(
            f"{self.name}; {other.name}"[:LONGEST],
            tuple(sorted({*self.clause_ids, *other.clause_ids})),
        )


@dataclass(frozen=True)
class Proposed:
    """A line that the timetable could have."""

    kind: SessionKind
    on: date
    begins: str
    ends: str
    activity: str | None = None
    clause_ids: tuple[int, ...] = ()
    auditor_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Span:
    """A part of a day, in minutes after midnight."""

    on: date
    begins: int
    ends: int

    def meets(self, other: "Span") -> bool:
        return self.on == other.on and self.begins < other.ends and other.begins < self.ends


def days_of(audit: Audit) -> list[date]:
    """The days of an audit, holidays among them; of a very long one the first."""
    count = min((audit.planned_until - audit.planned_from).days + 1, MOST_DAYS)
    return [audit.planned_from + timedelta(days=n) for n in range(count)]


def topics_of(
    audit: Audit,
    wanted: Collection[int],
    sessions: Sequence[AuditSession],
    processes: Sequence[str],
    own: dict[int, str],
) -> list[Topic]:
    """What is still to be looked into. `wanted`: the clauses to be visited; `processes`: where the
    work is done; `own`: the district's own titles of clauses."""
    whole = {
        clause.id
        for edition_id in audit.edition_ids
        for clause in clauses_of(edition_by_id(edition_id).key)
        if clause.is_auditable
    }
    named = {fold(one.activity or "") for one in sessions}
    places = [one for one in dict.fromkeys(processes) if fold(one) not in named]
    found: list[Topic] = []
    missed = in_clause_order(never_visited(sessions, set(wanted)))
    by_chapter = groupby(sorted(missed, key=_chapter), key=_chapter)
    chapters = {chapter: {one.id for one in clauses} for chapter, clauses in by_chapter}
    if places:
        chapters.setdefault(int(OPERATION), set())
    for chapter, ids in sorted(chapters.items()):
        clause_ids = tuple(sorted(folded(ids, whole)))
        if str(chapter) == OPERATION and places:
            found.extend(Topic(name[:LONGEST], clause_ids) for name in places)
        else:
            found.append(Topic(_title(audit, chapter, own), clause_ids))
    return found


def _chapter(clause: Any) -> int:
    return int(clause.number.split(".")[0])


def _title(audit: Audit, chapter: int, own: dict[int, str]) -> str:
    """How the first standard of the audit that has a chapter calls it."""
    return next(
        title_of(clause, own=own)
        for edition_id in audit.edition_ids
        for clause in clauses_of(edition_by_id(edition_id).key)
        if clause.number == str(chapter)
    )


def propose(
    audit: Audit,
    topics: Sequence[Topic],
    sessions: Sequence[AuditSession],
    calendar: WorkingCalendar,
    elsewhere: Sequence[Any],
    *,
    together: bool = False,
) -> list[Proposed]:
    """Lines to be added, in the order of time; none if no working hours are left. `elsewhere`: when
    the auditors are in other audits; `together`: all of them are at each visit."""
    return _Day(audit, sessions, calendar, elsewhere, together).plan(list(topics))


class _Day:
    """The days of an audit while they are filled."""

    def __init__(
        self,
        audit: Audit,
        sessions: Sequence[AuditSession],
        calendar: WorkingCalendar,
        elsewhere: Sequence[Any],
        together: bool,
    ) -> None:
        self.together = together
        self.there = {one.kind for one in sessions}
        self.sessions = [(one.kind, _span(one)) for one in sessions]
        self.team = tuple(one.person_id for one in audit.members)
        self.judges = [one.person_id for one in audit.members if one.role.judges]
        self.busy: dict[int, list[Span]] = {one: [] for one in self.team}
        for session in sessions:
            for person_id in session.auditor_ids:
                self.busy.setdefault(person_id, []).append(_span(session))
        for row in elsewhere:
            self.busy.setdefault(row.person_id, []).append(_span(row))
        self.windows = [window for day in days_of(audit) for window in _windows(day, calendar)]
        self.found: list[Proposed] = []

    def plan(self, topics: list[Topic]) -> list[Proposed]:
        if not self.windows or not self.judges:
            return []
        self._frame()
        length, slots = self._slots(len(topics))
        self._visit(_joined(topics, sum(len(free) for _span, free in slots)), slots, length)
        return sorted(self.found, key=lambda one: (one.on, one.begins, one.kind))

    def _frame(self) -> None:
        """The meetings that lack at both ends; visits lie between them."""
        opening = next(self._of(SessionKind.OPENING), None) or self._meet(
            SessionKind.OPENING, self._steps()
        )
        if opening is not None:
            self._cut(lambda one: one.on == opening.on, least=opening.ends)
            self.windows = [one for one in self.windows if one.on >= opening.on]
        closing = next(self._of(SessionKind.CLOSING), None) or self._meet(
            SessionKind.CLOSING, reversed(list(self._steps()))
        )
        if closing is None:
            return
        self._cut(lambda one: one.on == closing.on, most=closing.begins)
        self.windows = [one for one in self.windows if one.on <= closing.on]
        if SessionKind.TEAM not in self.there:
            before = (one for one in reversed(list(self._steps())) if one.on == closing.on)
            if len(self.windows) > 1 and (team := self._meet(SessionKind.TEAM, before)):
                self._cut(lambda one: one.on == team.on, most=team.begins)

    def _of(self, kind: SessionKind) -> Iterator[Span]:
        return (span for one, span in self.sessions if one is kind)

    def _steps(self) -> Iterator[Span]:
        """Where a meeting could lie, from early to late."""
        for window in self.windows:
            for begins in range(window.begins, window.ends - MEETING + 1, MEETING):
                yield Span(window.on, begins, begins + MEETING)

    def _meet(self, kind: SessionKind, steps: Any) -> Span | None:
        """A meeting of the whole team, at the first of these times at which all are free."""
        span = next(
            (one for one in steps if len(self._free(one, self.team)) == len(self.team)), None
        )
        if span is not None:
            self._put(kind, span, None, self.team)
        return span

    def _cut(self, fits: Any, least: int = 0, most: int = 24 * 60) -> None:
        cut = [
            Span(one.on, max(one.begins, least), min(one.ends, most)) if fits(one) else one
            for one in self.windows
        ]
        self.windows = [one for one in cut if one.begins < one.ends]

    def _free(self, span: Span, people: Sequence[int]) -> list[int]:
        return [who for who in people if not any(span.meets(one) for one in self.busy[who])]

    def _slots(self, count: int) -> tuple[int, list[tuple[Span, list[list[int]]]]]:
        """(length, (span, who can be there, each group at a visit of its own)): of the longest
        visits that are enough for so many topics; of the shortest if none are."""
        slots: list[tuple[Span, list[list[int]]]] = []
        for length in LENGTHS:
            slots = [
                (span, groups)
                for window in self.windows
                for begins in range(window.begins, window.ends - length + 1, length)
                for span in [Span(window.on, begins, begins + length)]
                if (groups := self._groups(span))
            ]
            if sum(len(groups) for _span, groups in slots) >= count:
                return length, slots
        return LENGTHS[-1], slots

    def _groups(self, span: Span) -> list[list[int]]:
        free = self._free(span, self.judges)
        if not self.together:
            return [[one] for one in free]
        return [free] if len(free) == len(self.judges) else []

    def _visit(
        self, topics: list[Topic], slots: list[tuple[Span, list[list[int]]]], length: int
    ) -> None:
        """Give each topic its visit, in the order of the topics and of time. Who is left over at
        the end goes along."""
        waiting = list(topics)
        for span, groups in slots:
            here, waiting = waiting[: len(groups)], waiting[len(groups) :]
            for n, topic in enumerate(here):
                people = [one for group in groups[n :: len(here)] for one in group]
                self._put(SessionKind.VISIT, span, topic, people)

    def _put(
        self, kind: SessionKind, span: Span, topic: Topic | None, people: Sequence[int]
    ) -> None:
        for one in people:
            self.busy[one].append(span)
        self.found.append(
            Proposed(
                kind,
                span.on,
                _clock(span.begins),
                _clock(span.ends),
                topic.name if topic else None,
                topic.clause_ids if topic else (),
                tuple(people),
            )
        )


def _joined(topics: list[Topic], most: int) -> list[Topic]:
    """No more topics than there is time for: the two neighbours that ask least become one."""
    found = list(topics)
    while len(found) > most > 0:
        sizes = [len(a.clause_ids) + len(b.clause_ids) for a, b in pairwise(found)]
        n = sizes.index(min(sizes))
        found[n : n + 2] = [found[n].with_(found[n + 1])]
    return found


def _windows(day: date, calendar: WorkingCalendar) -> Iterator[Span]:
    """The hours of a day at which somebody can be visited."""
    hours = calendar.hours_on(day)
    if hours is None:
        return
    opens, closes = max(_minutes(hours[0]), BEGINS), _minutes(hours[1])
    leaves, returns = FRIDAY_BREAK if day.weekday() == FRIDAY else BREAK
    for begins, ends in ((opens, min(leaves, closes)), (max(returns, opens), closes)):
        if begins < ends:
            yield Span(day, begins, ends)


def _span(row: Any) -> Span:
    return Span(row.on, _minutes(row.begins), _minutes(row.ends))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
