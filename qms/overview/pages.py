"""What my work shows to whom: sections, figures, or where to begin."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import url_for

from qms.core.clock import days_after
from qms.core.dates import long_day, number
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.overview import labels
from qms.overview.lines import (
    Section,
    certificate_lines,
    ending,
    pack_lines,
    section,
    unit_label,
)
from qms.overview.queries.figures import (
    COMPARE,
    LOOK_AFTER,
    UNITS_SHOWN,
    UnitFigures,
    open_findings,
)
from qms.overview.queries.outlook import (
    certificates_looked_after,
    nearest_ends,
    needing_care,
)
from qms.overview.queries.unit_state import actions_counted
from qms.overview.queries.work import (
    PAGE,
    SHOWN,
    packs_of,
)
from qms.overview.sources import AREAS
from qms.people.models import Person
from qms.people.permissions import may_administer
from qms.people.rights import sight_of
from qms.people.roles import ADMINISTERS, EXPORTS, RAISES, WORKS, Role


@dataclass(frozen=True)
class UnitRow:
    """A unit in the table of who oversees many."""

    name: str
    url: str
    open: int
    overdue: int
    majors: int
    ends: tuple[str, str] | None


def work_of(person: Person, unit_id: int | None = None) -> dict[str, Any]:
    """Everything that the home page shows to this person. The figures follow the unit that is
    chosen, as the registers behind them do."""
    today = person.district.today
    certificates = certificates_looked_after(person)
    near = needing_care(certificates, today)
    more = [(_("All certificates"), url_for("certificates.index"))] if len(near) > SHOWN else []
    sections = [
        *(section(one.label, one.waiting(person, PAGE), one.endpoint, person) for one in AREAS),
        Section(_l("Certificates"), certificate_lines(near[:SHOWN], person), more),
    ]
    if person.rights.hold_anywhere(EXPORTS):
        sections.append(Section(_l("Evidence packs"), pack_lines(packs_of(person)), []))
    oversees = person.rights.hold_anywhere(LOOK_AFTER)
    found = open_findings(person) if oversees else []
    return {
        "today": long_day(today),
        "sections": [one for one in sections if one.lines],
        "figures": _tiles(person, found, unit_id) if oversees else [],
        "units": _units(person, found, nearest_ends(certificates)) if oversees else [],
        "begin": beginnings(person),
        "is_empty": _keeps_units(person) and sum(node.is_open for node in person.rights.tree) == 1,
        "reads_only": is_reader(person),
        "until": _until(person),
        "may_raise": person.rights.hold_anywhere(RAISES),
    }


def _tiles(
    person: Person, found: list[UnitFigures], unit_id: int | None
) -> list[tuple[str, str, str, str]]:
    """(number, label, tone, url) of each figure: what the register behind it shows, with the same
    filter, in the unit that is chosen."""
    sight, today = sight_of(person, unit_id), person.district.today
    seen = [one for one in found if one.unit_id in sight.units]
    late_actions = actions_counted(sight, today).overdue
    majors = sum(one.majors for one in seen)
    still_open = sum(one.open for one in seen)
    unanswered = sum(one.unanswered for one in seen)
    overdue = sum(one.overdue for one in seen)
    register: Callable[..., str] = partial(url_for, "findings.index")
    return [
        (number(still_open), labels.open_findings(still_open), "info", register(show="open")),
        _alarming(unanswered, labels.answers_overdue(unanswered), register(show="unanswered")),
        _alarming(overdue, labels.closings_overdue(overdue), register(show="overdue")),
        _alarming(
            late_actions,
            labels.actions_overdue(late_actions),
            url_for("actions.index", show="overdue"),
        ),
        _alarming(majors, _("Major, open"), register(show="open", grade="major")),
    ]


def _alarming(count: int, label: str, url: str) -> tuple[str, str, str, str]:
    return number(count), label, "bad" if count else "good", url


def _units(person: Person, found: list[UnitFigures], ends: dict[int, Any]) -> list[UnitRow]:
    """The table of units for who oversees several."""
    compared = person.rights.units(COMPARE)
    rows = {one.unit_id: one for one in found if one.unit_id in compared}
    others = sorted(
        (one for one in ends if one in compared and one not in rows), key=ends.__getitem__
    )
    tree, today = person.rights.tree, person.district.today
    table = []
    for unit_id in [*rows, *others][:UNITS_SHOWN]:
        node, one = tree.get(unit_id), rows.get(unit_id)
        if node is None:
            continue
        table.append(
            UnitRow(
                unit_label(person, unit_id),
                url_for("overview.unit", uid=node.uid),
                one.open if one else 0,
                one.overdue if one else 0,
                one.majors if one else 0,
                ending(ends.get(unit_id), today),
            )
        )
    return table if len(table) > 1 else []


def is_reader(person: Person) -> bool:
    """Whether the person only reads: a guest auditor, and nothing else."""
    roles = {role for role, units in person.rights.by_role.items() if units}
    return roles == {Role.GUEST}


def _until(person: Person) -> str:
    """The last day of a guest's access."""
    today = person.district.today
    ends = [
        grant.until_on
        for grant in person.grants
        if grant.until_on is not None and grant.holds_on(today)
    ]
    return long_day(days_after(max(ends), -1)) if ends and is_reader(person) else ""


def _keeps_units(person: Person) -> bool:
    return may_administer(person) and person.rights.hold_anywhere(ADMINISTERS)


def beginnings(person: Person) -> list[tuple[str, str, str]]:
    """(label, what one finds there, url) of where this person may begin."""
    if not person.rights.by_role:
        return []
    found = [
        (_("Documents in force"), _("The master list, by number"), url_for("documents.index")),
        (_("Findings"), _("What was found, and what was done about it"), url_for("findings.index")),
        (_("Evidence"), _("By clause, unit and period"), url_for("evidence.index")),
        (
            _("Scope and certificates"),
            _("What is covered, by whom, until when"),
            url_for("certificates.index"),
        ),
    ]
    if person.rights.hold_anywhere(WORKS):
        found.insert(2, (_("Actions"), _("Who does what by when"), url_for("actions.index")))
    if _keeps_units(person):
        found = [
            (_("Units"), _("The tree of agencies and their services"), url_for("units.index")),
            (_("People"), _("Accounts, positions, roles"), url_for("people.index")),
            (
                _("Import"),
                _("Units, documents and findings from Excel or CSV"),
                url_for("imports.index"),
            ),
            (_("Settings"), _("Figures that come from rules"), url_for("overview.settings")),
            (_("Journal"), _("Who did what, and when"), url_for("overview.journal")),
            *found,
        ]
    return found
