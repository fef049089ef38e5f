"""What does not fit in a timetable, told as it is made. Nothing here refuses anything: a visit on
a Saturday may be meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from qms.audits.models import Audit, AuditSession, SessionKind
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.deadlines.queries import WorkingCalendar
from qms.people.rights import Sight
from qms.standards.queries import cited_text, clause_by_id, in_clause_order


@dataclass(frozen=True)
class Conflict:
    """A sentence, and the line of the timetable that it is about (None: the whole)."""

    sentence: str
    session_id: int | None = None


def conflicts_of(
    audit: Audit,
    sessions: Sequence[AuditSession],
    asked: set[int],
    applicable: set[int],
    calendar: WorkingCalendar,
    elsewhere: Sequence[Any],
    sight: Sight,
) -> list[Conflict]:
    """All that does not fit. `asked`: the clauses of the checklist; `applicable`: all that apply in
    the unit, which stand for them until there is a checklist; `elsewhere`: when the auditors
    are in other audits (`queries.timetable.elsewhere`), of which the reader sees some."""
    found = [*_whole(audit, sessions), *_unvisited(sessions, asked, applicable)]
    for one in sessions:
        found.extend(Conflict(said, one.id) for said in _of_one(audit, one, calendar))
    found.extend(_twice(audit, sessions))
    found.extend(_also_elsewhere(audit, sessions, elsewhere, sight))
    return found


def _whole(audit: Audit, sessions: Sequence[AuditSession]) -> Iterator[Conflict]:
    if not sessions:
        return
    kinds = [one.kind for one in sessions]
    if SessionKind.OPENING not in kinds:
        yield Conflict(_("There is no opening meeting."))
    elif kinds[0] is not SessionKind.OPENING:
        yield Conflict(_("Something lies before the opening meeting."))
    if SessionKind.CLOSING not in kinds:
        yield Conflict(_("There is no closing meeting."))
    elif kinds[-1] is not SessionKind.CLOSING:
        yield Conflict(_("Something lies after the closing meeting."))
    busy = {person_id for one in sessions for person_id in one.auditor_ids}
    for member in audit.members:
        if member.role.judges and member.person_id not in busy:
            yield Conflict(_("%(name)s has no place in the timetable.", name=member.person.name))


def _unvisited(
    sessions: Sequence[AuditSession], asked: set[int], applicable: set[int]
) -> Iterator[Conflict]:
    if not sessions:
        return
    if missed := never_visited(sessions, asked):
        clauses = in_clause_order(missed)
        yield Conflict(_("Never visited: %(clauses)s.", clauses=cited_text(clauses)))
    elif not asked and (missed := never_visited(sessions, applicable)):
        clauses = in_clause_order(folded(missed, applicable))
        yield Conflict(
            _(
                "There is no checklist yet; of the clauses that apply in the unit never visited: "
                "%(clauses)s.",
                clauses=cited_text(clauses),
            )
        )


def folded(missed: set[int], applicable: set[int]) -> set[int]:
    """The clauses missed, and in place of them the one above where all that applies under it is."""
    partly = {upper for one in applicable - missed for upper in (one, *_above(one))}
    return {
        next(upper for upper in (*reversed([*_above(one)]), one) if upper not in partly)
        for one in missed
    }


def never_visited(sessions: Sequence[AuditSession], asked: set[int]) -> set[int]:
    """The clauses of the checklist that no visit looks into. A clause is visited with those under
    it, and with the one above it."""
    visited = {
        clause_id
        for one in sessions
        if one.kind is SessionKind.VISIT
        for clause_id in one.clause_ids
    }
    above = {upper for one in visited for upper in _above(one)}
    return {one for one in asked if one not in above and not visited & {one, *_above(one)}}


def _above(clause_id: int) -> Iterator[int]:
    parent = clause_by_id(clause_id).parent_id
    while parent is not None:
        yield parent
        parent = clause_by_id(parent).parent_id


def _of_one(audit: Audit, one: AuditSession, calendar: WorkingCalendar) -> Iterator[str]:
    if not audit.planned_from <= one.on <= audit.planned_until:
        yield _("It lies outside the days of the audit.")
    if (holiday := calendar.holiday_on(one.on)) is not None:
        yield _("%(day)s is a holiday: %(name)s.", day=dates.long_day(one.on), name=holiday.name)
    elif (hours := calendar.hours_on(one.on)) is None:
        yield _("The office is closed on this day of the week.")
    elif one.begins < hours[0] or one.ends > hours[1]:
        yield _(
            "It lies outside office hours, %(opens)s to %(closes)s.",
            opens=hours[0],
            closes=hours[1],
        )
    if one.kind is SessionKind.VISIT and not one.auditors:
        yield _("Nobody of the team is there.")
    names = {member.person_id for member in audit.members}
    if any(person_id not in names for person_id in one.auditor_ids):
        yield _("Somebody in it is not on the team any more.")


def _overlap(begins: str, ends: str, other_begins: str, other_ends: str) -> bool:
    return begins < other_ends and other_begins < ends


def _twice(audit: Audit, sessions: Sequence[AuditSession]) -> Iterator[Conflict]:
    names = {member.person_id: member.person.name for member in audit.members}
    for first, second in combinations(sessions, 2):
        if first.on != second.on:
            continue
        if not _overlap(first.begins, first.ends, second.begins, second.ends):
            continue
        for person_id in sorted(set(first.auditor_ids) & set(second.auditor_ids)):
            told = {
                "name": names.get(person_id, "?"),
                "begins": first.begins,
                "other": first.name,
            }
            yield Conflict(_("%(name)s is also in “%(other)s” from %(begins)s.", **told), second.id)


def _also_elsewhere(
    audit: Audit, sessions: Sequence[AuditSession], elsewhere: Sequence[Any], sight: Sight
) -> Iterator[Conflict]:
    names = {member.person_id: member.person.name for member in audit.members}
    for one in sessions:
        for row in elsewhere:
            if row.on != one.on or row.person_id not in one.auditor_ids:
                continue
            if not _overlap(one.begins, one.ends, row.begins, row.ends):
                continue
            name = names.get(row.person_id, "?")
            yield Conflict(
                _("%(name)s is in %(number)s at that time.", name=name, number=row.number)
                if sight.sees(row)
                else _("%(name)s is in another audit at that time.", name=name),
                one.id,
            )
