"""What my work shows to whom: sections, figures, or where to begin."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from qms.core.clock import days_after
from qms.core.dates import long_day, number
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.overview.lines import (
    Section,
    certificate_lines,
    ending,
    pack_lines,
    section,
    unit_label,
)
from qms.overview.queries.figures import COMPARE, LOOK_AFTER, UNITS_SHOWN, open_findings
from qms.overview.queries.outlook import (
    certificates_looked_after,
    nearest_ends,
    needing_care,
)
from qms.overview.queries.work import (
    SHOWN,
    actions_waiting,
    documents_waiting,
    findings_waiting,
    packs_of,
)
from qms.people.models import Person
from qms.people.permissions import may_administer
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


def work_of(person: Person) -> dict[str, Any]:
    """Everything that the home page shows to this person."""
    today = person.district.today
    certificates = certificates_looked_after(person)
    near = needing_care(certificates, today)
    more = [(_("All certificates"), url_for("certificates.index"))] if len(near) > SHOWN else []
    sections = [
        section(_l("Findings"), findings_waiting(person), "findings.show", person),
        section(_l("Actions"), actions_waiting(person), "actions.show", person),
        section(_l("Documents"), documents_waiting(person), "documents.show", person),
        Section(_l("Certificates"), certificate_lines(near[:SHOWN], person), more),
    ]
    if person.rights.hold_anywhere(EXPORTS):
        sections.append(Section(_l("Evidence packs"), pack_lines(packs_of(person)), []))
    figures, units = _figures(person, nearest_ends(certificates))
    return {
        "today": long_day(today),
        "sections": [one for one in sections if one.lines],
        "figures": figures,
        "units": units,
        "begin": beginnings(person),
        "reads_only": is_reader(person),
        "until": _until(person),
        "may_raise": person.rights.hold_anywhere(RAISES),
    }


def _figures(
    person: Person, ends: dict[int, Any]
) -> tuple[list[tuple[str, str, str, str]], list[UnitRow]]:
    """(figure tiles as (number, label, tone, url), the table of units)."""
    if not person.rights.hold_anywhere(LOOK_AFTER):
        return [], []
    found = open_findings(person)
    overdue, majors = sum(one.overdue for one in found), sum(one.majors for one in found)
    index = "findings.index"
    tiles = [
        (
            number(sum(one.open for one in found)),
            _("Open findings"),
            "info",
            url_for(index, state=["raised", "answered", "verified"]),
        ),
        (
            number(overdue),
            _("Overdue"),
            "bad" if overdue else "good",
            url_for(index, overdue="1"),
        ),
        (
            number(majors),
            _("Major, open"),
            "bad" if majors else "good",
            url_for(index, grade="major", state=["raised", "answered", "verified"]),
        ),
    ]
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
    return tiles, table if len(table) > 1 else []


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
    if may_administer(person) and person.rights.hold_anywhere(ADMINISTERS):
        found = [
            (_("Units"), _("The tree of agencies and their services"), url_for("units.index")),
            (_("People"), _("Accounts, positions, roles"), url_for("people.index")),
            (_("Settings"), _("Figures that come from rules"), url_for("overview.settings")),
            (_("Journal"), _("Who did what, and when"), url_for("overview.journal")),
            *found,
        ]
    return found
