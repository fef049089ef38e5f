"""The scope of the units' management systems, and what does not apply in it (4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.packs.reading.reader import Reader
from qms.standards.models import ScopeExclusion, ScopeService, UnitScope
from qms.standards.queries import ClauseRow, clause_by_id
from qms.standards.scopes import not_applicable
from qms.units.tree import Tree


@dataclass(frozen=True)
class ScopeLine:
    """The scope of one unit under one edition on the day."""

    unit_id: int
    unit: str
    edition_id: int
    edition: str
    from_on: date
    statement: str
    services: tuple[str, ...]
    exclusions: tuple[tuple[ClauseRow, str], ...]
    """Clauses said not to apply, each with the justification."""
    excluded: Mapping[int, str] = field(default_factory=dict)
    """The same with all clauses under them, by clause id."""


def scopes(reader: Reader) -> list[ScopeLine]:
    """The scopes of the chosen units and those under them, by unit and edition."""
    about = reader.about
    newest: dict[tuple[int, int], UnitScope] = {}
    for scope in reader.session.scalars(
        select(UnitScope)
        .where(
            *about.sight.conditions(UnitScope),
            UnitScope.edition_id.in_([edition.id for edition in about.editions]),
            UnitScope.from_on <= about.as_of,
        )
        .order_by(UnitScope.from_on, UnitScope.uid)
        .options(
            joinedload(UnitScope.edition),
            selectinload(UnitScope.services).joinedload(ScopeService.service),
            selectinload(UnitScope.exclusions).joinedload(ScopeExclusion.clause),
        )
    ):
        newest[scope.unit_id, scope.edition_id] = scope
    lines = [scope_line(reader, scope) for scope in newest.values()]
    order = {unit_id: place for place, unit_id in enumerate(about.unit_ids)}
    return sorted(
        lines, key=lambda line: (order.get(line.unit_id, len(order)), line.unit, line.edition_id)
    )


def scope_line(reader: Reader, scope: UnitScope) -> ScopeLine:
    exclusions = sorted(
        ((clause_by_id(one.clause_id), one.justification) for one in scope.exclusions),
        key=lambda pair: pair[0].sort,
    )
    return ScopeLine(
        scope.unit_id,
        reader.units.get(scope.unit_id, ""),
        scope.edition_id,
        scope.edition.code,
        scope.from_on,
        scope.statement,
        tuple(sorted(link.service.name for link in scope.services)),
        tuple(exclusions),
        not_applicable(scope),
    )


@dataclass(frozen=True)
class Applicability:
    """What the scopes say about one clause: who leaves it out and why, and whether all do."""

    reasons: tuple[tuple[str, str], ...] = ()
    """(unit, justification)."""
    by_all: bool = False


class Applicable:
    """Answers for each clause whether it applies in the units of the pack."""

    def __init__(self, reader: Reader, lines: list[ScopeLine]) -> None:
        self.lines = lines
        self.chosen = reader.about.unit_ids
        self.nearest = {
            (unit_id, edition.id): nearest_scope(lines, reader.about.tree, unit_id, edition.id)
            for unit_id in reader.about.unit_ids
            for edition in reader.about.editions
        }

    def at(self, clause: ClauseRow) -> Applicability:
        """By all: every chosen unit is under a scope that leaves the clause out."""
        reasons = tuple(
            (line.unit, line.excluded[clause.id])
            for line in self.lines
            if clause.id in line.excluded
        )
        if not reasons:
            return Applicability()
        over = [self.nearest.get((unit_id, clause.edition_id)) for unit_id in self.chosen]
        by_all = all(scope is not None and clause.id in scope.excluded for scope in over)
        return Applicability(reasons, by_all)


def nearest_scope(
    lines: list[ScopeLine], tree: Tree, unit_id: int, edition_id: int
) -> ScopeLine | None:
    """The scope of a unit, else of the nearest one above it that has one."""
    by_unit = {line.unit_id: line for line in lines if line.edition_id == edition_id}
    above = [unit_id, *(node.id for node in tree.ancestors(unit_id))]
    return next((by_unit[one] for one in above if one in by_unit), None)
