"""An audit programme: its list, its page, the matrix of units and months, why visits are there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from flask import url_for

from qms.audits.models import Audit, AuditProgramme, AuditState, ProgrammeState, Risk
from qms.audits.queries.programme import DONE, Tally
from qms.audits.showing.audit import days_of
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import edition_by_id

PROGRAMME_TONES = {
    ProgrammeState.DRAFT: "neutral",
    ProgrammeState.APPROVED: "good",
    ProgrammeState.ENDED: "muted",
}


class VisitState(StrEnum):
    """How far a visit of the programme came."""

    PLANNED = "planned"
    ARRANGED = "arranged"
    UNDER_WAY = "under_way"
    DONE = "done"
    LATE = "late"

    @property
    def label(self) -> Any:
        return VISIT_LABELS[self]

    @property
    def tone(self) -> str:
        return VISIT_TONES[self]


VISIT_LABELS = {
    VisitState.PLANNED: _l("Planned"),
    VisitState.ARRANGED: _l("Planned, the audit is made"),
    VisitState.UNDER_WAY: _l("Under way"),
    VisitState.DONE: _l("Done"),
    VisitState.LATE: _l("Late"),
}
VISIT_TONES = {
    VisitState.PLANNED: "neutral",
    VisitState.ARRANGED: "info",
    VisitState.UNDER_WAY: "info",
    VisitState.DONE: "good",
    VisitState.LATE: "bad",
}


def visit_state(visit: Any, today: date) -> VisitState:
    """The state of a visit, from a row of `queries.programme.VISIT`."""
    if visit.state in DONE:
        return VisitState.DONE
    if visit.state is AuditState.UNDER_WAY:
        return VisitState.UNDER_WAY
    is_past = visit.month < today.replace(day=1)
    if visit.state is AuditState.PLANNED:
        return VisitState.LATE if is_past and visit.planned_until < today else VisitState.ARRANGED
    return VisitState.LATE if is_past else VisitState.PLANNED


def years_text(programme: AuditProgramme) -> str:
    """2026, or 2026–2028."""
    first, last = programme.from_year, programme.until_year
    return str(first) if first == last else f"{first}–{last}"


@dataclass(frozen=True)
class ShownProgramme:
    """A line of the list of programmes."""

    title: str
    url: str
    sub: str
    state: str
    tone: str
    tally: Tally


def programmes_shown(
    programmes: Iterable[AuditProgramme], tallies: Mapping[int, Tally], person: Person
) -> list[ShownProgramme]:
    tree = person.rights.tree
    return [
        ShownProgramme(
            one.title,
            url_for("audits.programme", uid=one.uid),
            " · ".join((years_text(one), tree[one.unit_id].label, editions_text(one))),
            str(one.state.label),
            PROGRAMME_TONES[one.state],
            tallies.get(one.id, Tally()),
        )
        for one in programmes
    ]


def editions_text(programme: AuditProgramme) -> str:
    return ", ".join(edition_by_id(one).code for one in programme.edition_ids)


def programme_facts(programme: AuditProgramme, units: int, person: Person) -> list[tuple[str, Any]]:
    """Label and value of what stands beside the programme."""
    return [
        (_("Unit"), person.rights.tree[programme.unit_id].name),
        (_("Years"), years_text(programme)),
        (_("Standards"), editions_text(programme)),
        (_("Number of units"), dates.number(units)),
        (_("Drawn up by"), programme.drawn_up_by.name),
        (_("Approved by"), programme.approved_by.name if programme.approved_by else ""),
        (_("Approved on"), dates.long_day(programme.approved_on)),
    ]


def programme_texts(programme: AuditProgramme) -> list[tuple[str, str]]:
    """(heading, text) of what the programme says."""
    parts = (
        (_("Objectives of the programme"), programme.objectives),
        (_("Scope"), programme.scope),
        (_("Criteria"), programme.criteria),
        (_("Risks to the programme"), programme.risks),
        (_("Resources"), programme.resources),
        (_("Methods"), programme.methods),
    )
    return [(heading, text) for heading, text in parts if text]


def basis_text(basis: Mapping[str, Any] | None) -> str:
    """Why a visit is in the programme, in a sentence."""
    if basis is None:
        return _("Put in by hand.")
    said = [f"{Risk(basis['risk']).label}"]
    if basis["last_on"] is None:
        said.append(_("not audited yet"))
    else:
        day = dates.long_day(date.fromisoformat(basis["last_on"]))
        said.append(_("last audit %(day)s", day=day))
        if basis["majors"]:
            said.append(_("%(n)s major", n=basis["majors"]))
        if basis["minors"]:
            said.append(_("%(n)s minor", n=basis["minors"]))
    visits = ngettext("%(num)s visit a year", "%(num)s visits a year", basis["visits"])
    if basis["more"]:
        visits = _("%(visits)s, one of them for the last results", visits=visits)
    return "; ".join([*said, visits])


@dataclass(frozen=True)
class ShownVisit:
    """A visit in a list."""

    unit: str
    month: str
    url: str
    state: str
    tone: str
    sub: str


def visits_shown(
    programme: AuditProgramme, visits: Iterable[Any], person: Person
) -> list[ShownVisit]:
    tree, today = person.rights.tree, person.district.today
    return [
        ShownVisit(
            tree[visit.unit_id].name,
            dates.month(visit.month),
            visit_url(programme, visit.unit_id, visit.month, person),
            str(visit_state(visit, today).label),
            visit_state(visit, today).tone,
            audit_text(visit, person) or basis_text(visit.basis),
        )
        for visit in visits
    ]


def visit_url(programme: AuditProgramme, unit_id: int, month: date, person: Person) -> str:
    unit = person.rights.tree[unit_id].uid
    return url_for("audits.visit", uid=programme.uid, unit=unit, month=f"{month:%Y-%m}")


def visit_of(audit: Audit, person: Person) -> tuple[str, str] | None:
    """(what, where) of the visit of a programme that an audit was made of, if that is seen: who
    sees the unit of a visit sees its programme, since only approved ones have audits."""
    visit = audit.visit
    if visit is None or visit.unit_id not in sight_of(person).units:
        return None
    label = f"{visit.programme.title}, {dates.month(visit.month)}"
    return label, visit_url(visit.programme, visit.unit_id, visit.month, person)


def sees_audit(visit: Any, person: Person) -> bool:
    """Whether somebody sees the audit of a visit; of a restricted one only that it is there."""
    if visit.audit_id is None:
        return False
    sight = sight_of(person)
    if visit.audit_unit_id not in sight.units:
        return False
    return visit.access.value == "ordinary" or visit.audit_unit_id in sight.restricted


def audit_text(visit: Any, person: Person) -> str:
    """Number and days of the audit of a visit, if it is seen."""
    if not sees_audit(visit, person):
        return ""
    return f"{visit.number} · {days_of(visit.planned_from, visit.planned_until)}"


@dataclass(frozen=True)
class Mark:
    """A letter in a cell of the matrix; the label says it in words."""

    letter: str
    tone: str
    label: str
    url: str
    is_outside: bool = False


@dataclass
class MonthCell:
    """A unit in a month: what is planned and done there, and whether that can still be changed."""

    month: date
    value: str
    label: str
    marks: list[Mark] = field(default_factory=list)
    is_chosen: bool = False
    is_fixed: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """A unit of the matrix."""

    uid: str
    name: str
    depth: int
    risk: Risk
    cells: list[MonthCell]
    planned: int
    done: int

    @property
    def chosen(self) -> list[str]:
        """The boxes that are ticked, as the form names them."""
        return [f"{self.uid}:{cell.value}" for cell in self.cells if cell.is_chosen]


def matrix_rows(
    programme: AuditProgramme,
    units: Mapping[int, Risk],
    visits: Sequence[Any],
    others: Sequence[Any],
    rows: Mapping[int, int],
    year: int,
    person: Person,
) -> list[MatrixRow]:
    """The rows of a year. `others`: audits that no visit led to; `rows`: see `beneath`."""
    tree, today = person.rights.tree, person.district.today
    planned_letter, done_letter = _("P"), _("D")
    cells = {unit_id: _empty_cells(tree[unit_id].name, year) for unit_id in units}
    counts: dict[int, list[int]] = {unit_id: [0, 0] for unit_id in units}
    for visit in visits:
        state = visit_state(visit, today)
        url = visit_url(programme, visit.unit_id, visit.month, person)
        if visit.month.year == year:
            counts[visit.unit_id][0] += 1
            counts[visit.unit_id][1] += state is VisitState.DONE
            cell = cells[visit.unit_id][visit.month.month - 1]
            cell.is_chosen = True
            cell.is_fixed = state in (VisitState.DONE, VisitState.UNDER_WAY)
            told = f"{state.label}. {audit_text(visit, person)}".strip()
            tone = "muted" if state is VisitState.DONE else state.tone
            cell.marks.append(Mark(planned_letter, tone, told, url))
        if visit.opened_on is not None and state in (VisitState.DONE, VisitState.UNDER_WAY):
            if visit.opened_on.year == year:
                cell = cells[visit.unit_id][visit.opened_on.month - 1]
                told = f"{state.label}. {audit_text(visit, person)}".strip()
                cell.marks.append(Mark(done_letter, state.tone, told, url))
    for audit in others:
        day = audit.opened_on or audit.planned_from
        if day.year != year or rows.get(audit.unit_id) not in cells:
            continue
        is_held = audit.opened_on is not None
        label = _("Outside the programme: %(number)s", number=audit.number)
        cells[rows[audit.unit_id]][day.month - 1].marks.append(
            Mark(
                done_letter if is_held else planned_letter,
                "good" if audit.state in DONE else "info",
                f"{label} · {days_of(audit.planned_from, audit.planned_until)}",
                url_for("audits.show", uid=audit.uid),
                is_outside=True,
            )
        )
    return [
        MatrixRow(
            str(tree[unit_id].uid),
            tree[unit_id].name,
            tree[unit_id].depth,
            risk,
            cells[unit_id],
            *counts[unit_id],
        )
        for unit_id, risk in units.items()
    ]


def _empty_cells(name: str, year: int) -> list[MonthCell]:
    return [
        MonthCell(month, f"{month:%Y-%m}", f"{name}, {dates.month(month)}")
        for month in (date(year, number, 1) for number in range(1, 13))
    ]


def month_heads(year: int) -> list[tuple[str, str]]:
    """(short, long) name of each month of a year."""
    months = [date(year, number, 1) for number in range(1, 13)]
    return [(dates.short_month(month), dates.month(month)) for month in months]


PAGE = 50
"""Units on a page of a matrix."""


@dataclass(frozen=True)
class UnitPage:
    """Some of the units of a programme, and where the pages beside begin."""

    units: dict[int, Any]
    previous: str | None
    next: str | None
    first: int
    total: int


def unit_page(units: Mapping[int, Any], start: str | None, person: Person) -> UnitPage:
    """The page of units that begins with the unit of uid `start` (the first, if it is none)."""
    tree, ids = person.rights.tree, list(units)
    uids = [str(tree[one].uid) for one in ids]
    first = uids.index(start) if start in uids else 0
    before = max(first - PAGE, 0)
    return UnitPage(
        {one: units[one] for one in ids[first : first + PAGE]},
        uids[before] if first else None,
        uids[first + PAGE] if first + PAGE < len(ids) else None,
        first,
        len(ids),
    )


def legend(states: Collection[Any]) -> list[tuple[str, str]]:
    """(label, tone) of states, for the legend below a matrix."""
    return [(str(one.label), one.tone) for one in states]
