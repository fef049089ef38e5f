"""The side navigation and the unit switcher."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from qms.core.i18n import lazy_gettext as _l
from qms.core.routing import address
from qms.imports.permissions import may_import_any
from qms.overview.permissions import may_see_settings
from qms.people.permissions import may_administer, may_administer_district
from qms.people.roles import ALL, EXPORTS
from qms.units.tree import Node

UNITS_SHOWN = 30


@dataclass(frozen=True)
class Entry:
    """A line of the navigation: `blueprint` marks it as current, `shown` asks a rule."""

    label: Any
    endpoint: str
    icon: str
    group: Any = None
    shown: Callable[[Any], bool] = lambda person: True

    @property
    def blueprint(self) -> str:
        return self.endpoint.split(".")[0]


RECORDS, SYSTEM, TOOLS = _l("Records"), _l("Management system"), _l("Tools")

ENTRIES = (
    Entry(_l("My work"), "overview.my_work", "home"),
    Entry(_l("Audits"), "audits.index", "audit", RECORDS),
    Entry(_l("Findings"), "findings.index", "finding", RECORDS),
    Entry(_l("Complaints"), "complaints.index", "complaint", RECORDS),
    Entry(_l("Actions"), "actions.index", "action", RECORDS),
    Entry(_l("Looking back"), "trends.index", "trend", RECORDS),
    Entry(_l("Documents"), "documents.index", "document", RECORDS),
    Entry(_l("Evidence"), "evidence.index", "evidence", RECORDS),
    Entry(_l("Scope and certificates"), "certificates.index", "certificate", SYSTEM),
    Entry(_l("Standards"), "standards.index", "standards", SYSTEM),
    Entry(_l("Units"), "units.index", "unit", SYSTEM),
    Entry(_l("People"), "people.index", "people", SYSTEM, may_administer),
    Entry(
        _l("Evidence packs"),
        "packs.index",
        "pack",
        TOOLS,
        lambda person: person.rights.hold_anywhere(EXPORTS),
    ),
    Entry(
        _l("Import"),
        "imports.index",
        "import",
        TOOLS,
        may_import_any,
    ),
    Entry(_l("Journal"), "overview.journal", "journal", TOOLS, may_administer_district),
    Entry(_l("Settings"), "overview.settings", "settings", TOOLS, may_see_settings),
)

ENDPOINTS = {entry.endpoint for entry in ENTRIES}
LIES_UNDER = {
    "deadlines.index": "overview.settings",
    "deadlines.day": "overview.settings",
    "deadlines.hours": "overview.settings",
    "overview.unit": "units.index",
    "overview.verification": "overview.journal",
    "reminders.rule": "overview.settings",
    "reminders.mail": "overview.settings",
}
OWN = {"people.account", "people.password", "reminders.index", "reminders.own"}
"""Pages about oneself: they lie under nothing."""
BY_BLUEPRINT = {
    entry.blueprint: entry.endpoint for entry in ENTRIES if entry.blueprint != "overview"
}


@dataclass(frozen=True)
class NavItem:
    """An entry as the page shows it."""

    label: str
    url: str
    icon: str
    current: bool
    group: str | None


def over(endpoint: str) -> str | None:
    """The entry under which a page lies."""
    if endpoint in ENDPOINTS:
        return endpoint
    if endpoint in OWN:
        return None
    return LIES_UNDER.get(endpoint) or BY_BLUEPRINT.get(endpoint.split(".")[0])


def areas(person: Any, current: str | None, known: Container[str]) -> tuple[NavItem, ...]:
    """The lines that this person has use for."""
    return tuple(
        NavItem(
            str(entry.label),
            address(entry.endpoint),
            entry.icon,
            entry.endpoint == current,
            str(entry.group) if entry.group else None,
        )
        for entry in ENTRIES
        if entry.endpoint in known and entry.shown(person)
    )


def units_near(person: Any, current: int | None) -> list[tuple[Node, bool]]:
    """The units that the switcher offers at once: those that the person has a role in, and what
    lies under them, as far as there is room; the rest is a page away."""
    seen = person.rights.units(ALL)
    nodes = [node for node in person.rights.tree if node.is_open and node.id in seen]
    if len(nodes) > UNITS_SHOWN:
        near = {grant.unit_id for grant in person.grants} | {current}
        nodes = [node for node in nodes if node.id in near or node.depth <= 1][:UNITS_SHOWN]
    return [(node, node.id == current) for node in nodes]
