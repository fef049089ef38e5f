"""The matrix of units and clauses, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qms.audits.coverage import Covered, UnitCoverage
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.people.models import Person
from qms.standards.queries import ClauseRow, title_of


@dataclass(frozen=True)
class CoverCell:
    """A clause in a unit: a sign, and in words what it stands for."""

    sign: str
    tone: str
    label: str


@dataclass(frozen=True)
class CoverRow:
    """A unit of the coverage matrix. `missing`: what the next audits must take, by number."""

    name: str
    depth: int
    cells: list[CoverCell]
    done: int
    total: int
    missing: str


Columns = Sequence[tuple[ClauseRow, list[ClauseRow]]]


def cover_rows(
    found: Sequence[UnitCoverage], columns: Columns, own: Mapping[int, str], person: Person
) -> list[CoverRow]:
    tree = person.rights.tree
    every = [clause for _main, members in columns for clause in members]
    rows = []
    for one in found:
        _state, done, total, _day = one.over(every)
        rows.append(
            CoverRow(
                tree[one.unit_id].name,
                tree[one.unit_id].depth,
                [cover_cell(one, main, members, own) for main, members in columns],
                done,
                total,
                ", ".join(clause.number for clause in one.missing(every)),
            )
        )
    return rows


def cover_cell(
    one: UnitCoverage, main: ClauseRow, members: list[ClauseRow], own: Mapping[int, str]
) -> CoverCell:
    """How far a main clause was looked at."""
    state, done, total, day = one.over(members)
    said = [f"{main.number} {title_of(main, own=own)}", str(state.label)]
    if state is Covered.PARTLY:
        said.append(_("%(done)s of %(total)s", done=done, total=total))
    if day is not None:
        said.append(_("last %(day)s", day=dates.short_day(day)))
    return CoverCell(state.sign, state.tone, ", ".join(said))


def column_heads(columns: Columns, own: Mapping[int, str]) -> list[tuple[str, str]]:
    """(number, title) of the columns."""
    return [(main.number, title_of(main, own=own)) for main, _members in columns]


def column_totals(found: Sequence[UnitCoverage], columns: Columns) -> list[tuple[int, int]]:
    """(sampled, applicable) units of each column, over the units of the page."""
    totals: list[tuple[int, int]] = []
    for _main, members in columns:
        states: list[Any] = [one.over(members)[0] for one in found]
        applies = [state for state in states if state is not Covered.EXCLUDED]
        totals.append((applies.count(Covered.SAMPLED), len(applies)))
    return totals
