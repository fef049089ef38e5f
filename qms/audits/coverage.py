"""Which clauses the audits of a cycle looked at in each unit, and what the next ones must take.

A clause counts as sampled when a line of an internal audit about it (or about what stands under
it) came to a judgement under the clause's standard. "Not sampled" is none, nor is "not applicable":
only the unit's scope leaves clauses out, so what a team thought not to apply is still to be taken.
An audit of a section counts for its agency, unless the programme lists the section itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, func, select

from qms.audits.models import (
    Answer,
    Audit,
    AuditKind,
    AuditLine,
    AuditLineClause,
    AuditLineVerdict,
    AuditProgramme,
    AuditState,
)
from qms.audits.queries.programme import beneath
from qms.core.db import db
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import (
    ClauseRow,
    EditionRow,
    ScopeLine,
    clause_by_id,
    clauses_of,
    scope_lines_on,
)

MAIN_LEVEL = 2
"""A column of the matrix is a clause such as 8.5, with all that stands under it."""


class Covered(StrEnum):
    """How far a clause was looked at in a unit."""

    SAMPLED = "sampled"
    PARTLY = "partly"
    PLANNED = "planned"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    EXCLUDED = "excluded"

    @property
    def label(self) -> Any:
        return COVERED_LABELS[self]

    @property
    def sign(self) -> str:
        return COVERED_SIGNS[self]

    @property
    def tone(self) -> str:
        return COVERED_TONES[self]


COVERED_LABELS = {
    Covered.SAMPLED: _l("Sampled"),
    Covered.PARTLY: _l("Partly sampled"),
    Covered.PLANNED: _l("On a checklist, not answered yet"),
    Covered.NOT_APPLICABLE: _l("Answered as not applicable, still to be taken"),
    Covered.MISSING: _l("Not sampled yet"),
    Covered.EXCLUDED: _l("Left out by the scope"),
}
COVERED_SIGNS = {
    Covered.SAMPLED: "●",
    Covered.PARTLY: "◐",
    Covered.PLANNED: "○",
    Covered.NOT_APPLICABLE: "×",
    Covered.MISSING: "·",
    Covered.EXCLUDED: "–",
}
COVERED_TONES = {
    Covered.SAMPLED: "good",
    Covered.PARTLY: "warn",
    Covered.PLANNED: "info",
    Covered.NOT_APPLICABLE: "warn",
    Covered.MISSING: "open",
    Covered.EXCLUDED: "muted",
}
UNJUDGED = (Answer.NOT_SAMPLED, Answer.NOT_APPLICABLE)
"""Answers under which nothing was looked at."""
TO_TAKE = (Covered.MISSING, Covered.NOT_APPLICABLE)


def auditable(edition_key: str) -> list[ClauseRow]:
    """The clauses of an edition that an audit looks at one by one."""
    return [clause for clause in clauses_of(edition_key) if clause.is_auditable]


def main_clauses(edition_key: str) -> list[tuple[ClauseRow, list[ClauseRow]]]:
    """The columns of the matrix: main clauses, each with the auditable ones in it."""
    found: dict[int, list[ClauseRow]] = {}
    for clause in auditable(edition_key):
        found.setdefault(_main_of(clause).id, []).append(clause)
    return [(clause_by_id(clause_id), members) for clause_id, members in found.items()]


def _main_of(clause: ClauseRow) -> ClauseRow:
    while clause.level > MAIN_LEVEL and clause.parent_id is not None:
        clause = clause_by_id(clause.parent_id)
    return clause


def _judged_at(clause: ClauseRow) -> ClauseRow | None:
    """The auditable clause that a line about a clause speaks of: itself, or the nearest above."""
    found: ClauseRow | None = clause
    while found is not None and not found.is_auditable:
        found = clause_by_id(found.parent_id) if found.parent_id is not None else None
    return found


@dataclass
class UnitCoverage:
    """What one unit's audits looked at: clause id -> the last day; and what stays out or ahead."""

    unit_id: int
    sampled: dict[int, date] = field(default_factory=dict)
    planned: set[int] = field(default_factory=set)
    not_applicable: set[int] = field(default_factory=set)
    """What a team answered so, though the scope does not leave it out."""
    excluded: frozenset[int] = frozenset()

    def at(self, clause_id: int) -> Covered:
        """How far one clause was looked at."""
        if clause_id in self.excluded:
            return Covered.EXCLUDED
        if clause_id in self.sampled:
            return Covered.SAMPLED
        if clause_id in self.planned:
            return Covered.PLANNED
        return Covered.NOT_APPLICABLE if clause_id in self.not_applicable else Covered.MISSING

    def over(self, members: Sequence[ClauseRow]) -> tuple[Covered, int, int, date | None]:
        """(how far, sampled, applicable, last day) of some clauses together."""
        states = [state for one in members if (state := self.at(one.id)) is not Covered.EXCLUDED]
        days = [self.sampled[one.id] for one in members if one.id in self.sampled]
        done = states.count(Covered.SAMPLED)
        if not states:
            return Covered.EXCLUDED, 0, 0, None
        if done == len(states):
            state = Covered.SAMPLED
        elif done:
            state = Covered.PARTLY
        elif Covered.PLANNED in states:
            state = Covered.PLANNED
        else:
            state = Covered.MISSING if Covered.MISSING in states else Covered.NOT_APPLICABLE
        return state, done, len(states), max(days, default=None)

    def missing(self, clauses: Sequence[ClauseRow]) -> list[ClauseRow]:
        """What the next audits must take: applicable, not sampled, on no open checklist."""
        return [one for one in clauses if self.at(one.id) in TO_TAKE]


def holders(
    programme: AuditProgramme, edition: EditionRow, unit_ids: Sequence[int]
) -> dict[int, ScopeLine | None]:
    """The units that are to be audited against an edition, with their scope: those that have one
    under it, and those that have none at all. Two queries."""
    day = min(programme.last_day, programme.drawn_up_by.district.today)
    scopes = scope_lines_on(unit_ids, day)
    scoped = {unit_id for unit_id, _ in scopes}
    return {
        unit_id: scopes.get((unit_id, edition.id))
        for unit_id in unit_ids
        if (unit_id, edition.id) in scopes or unit_id not in scoped
    }


def coverage_of(
    person: Person,
    programme: AuditProgramme,
    edition: EditionRow,
    listed: Collection[int],
    shown: Mapping[int, ScopeLine | None],
) -> list[UnitCoverage]:
    """What the audits of the programme's years looked at in the units shown. `listed`: all units of
    the programme. One query."""
    rows = beneath(person.rights.tree, listed)
    inside = [unit_id for unit_id, row in rows.items() if row in shown]
    found = {
        unit_id: UnitCoverage(unit_id, excluded=_excluded(edition.key, scope))
        for unit_id, scope in shown.items()
    }
    under = func.coalesce(AuditLineVerdict.answer, AuditLine.answer)
    answered = and_(AuditLine.answer.is_not(None), under.not_in(UNJUDGED))
    put_aside = and_(AuditLine.answer.is_not(None), under == Answer.NOT_APPLICABLE)
    waits = and_(
        AuditLine.answer.is_(None), Audit.state.in_((AuditState.PLANNED, AuditState.UNDER_WAY))
    )
    statement = (
        select(
            Audit.unit_id,
            AuditLineClause.clause_id,
            func.max(case((answered, Audit.opened_on))).label("last_on"),
            func.max(case((waits, 1), else_=0)).label("waits"),
            func.max(case((put_aside, 1), else_=0)).label("put_aside"),
        )
        .join(AuditLine, AuditLine.audit_id == Audit.id)
        .join(AuditLineClause, AuditLineClause.line_id == AuditLine.id)
        .outerjoin(
            AuditLineVerdict,
            and_(
                AuditLineVerdict.line_id == AuditLine.id, AuditLineVerdict.edition_id == edition.id
            ),
        )
        .where(
            *sight_of(person).conditions(Audit),
            Audit.kind == AuditKind.INTERNAL,
            Audit.state != AuditState.CANCELLED,
            Audit.unit_id.in_(inside),
            func.coalesce(Audit.opened_on, Audit.planned_from).between(
                programme.first_day, programme.last_day
            ),
            AuditLine.is_removed.is_(False),
            AuditLineClause.clause_id.in_([one.id for one in clauses_of(edition.key)]),
        )
        .group_by(Audit.unit_id, AuditLineClause.clause_id)
    )
    for row in db.session.execute(statement):
        clause = _judged_at(clause_by_id(row.clause_id))
        if clause is None:
            continue
        one = found[rows[row.unit_id]]
        if row.last_on is not None:
            one.sampled[clause.id] = max(row.last_on, one.sampled.get(clause.id, row.last_on))
        elif row.waits:
            one.planned.add(clause.id)
        elif row.put_aside:
            one.not_applicable.add(clause.id)
    return list(found.values())


def _excluded(edition_key: str, scope: ScopeLine | None) -> frozenset[int]:
    """The clauses that a scope leaves out, with all under them."""
    if scope is None:
        return frozenset()
    out = {clause.id for clause, _reason in scope.exclusions}
    for clause in clauses_of(edition_key):  # parents come before their children
        if clause.parent_id in out:
            out.add(clause.id)
    return frozenset(out)
