"""An audit programme's history in sentences."""

from typing import Any

from qms.audits.models import ProgrammeState
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.timeline import day_text


def _fact(told: Any, name: str) -> Any:
    return ((told.said or {}).get("facts") or {}).get(name, "")


def _visits(told: Any) -> str:
    count = _fact(told, "visits")
    return ngettext("changed %(num)s visit", "changed %(num)s visits", count)


def _proposed(told: Any) -> str:
    count = _fact(told, "visits")
    return ngettext("took over %(num)s proposed visit", "took over %(num)s proposed visits", count)


def _units(told: Any) -> str:
    count = _fact(told, "units")
    return ngettext("changed %(num)s unit", "changed %(num)s units", count)


SENTENCES = {
    "draw_up_programme": _l("drew up the programme"),
    "edit_programme": _l("changed the programme"),
    "set_programme_units": _units,
    "set_visits": _visits,
    "adopt_proposals": _proposed,
    "link_audit": _l("gave a visit its audit"),
    "approve": _l("approved the programme"),
    "end": _l("ended the programme"),
    "resume": _l("took the programme up again"),
    "renew_calendar": _l("made a new calendar address"),
}

LABELS = {
    "title": _l("Title"),
    "from_year": _l("First year"),
    "until_year": _l("Last year"),
    "objectives": _l("Objectives of the programme"),
    "risks": _l("Risks to the programme"),
    "scope": _l("Scope"),
    "criteria": _l("Criteria"),
    "resources": _l("Resources"),
    "methods": _l("Methods"),
    "state": (_l("State"), lambda value: ProgrammeState(value).label),
    "approved_on": (_l("Approved on"), day_text),
}
