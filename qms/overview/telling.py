"""How the journal's entries are told: the sentences of all areas, listed in one place."""

from dataclasses import dataclass
from inspect import isfunction
from typing import Any

from flask import url_for

from qms.actions import history as actions
from qms.audits import history as audits
from qms.audits import programme_history as programmes
from qms.certificates import history as certificates
from qms.complaints import history as complaints
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.timeline import COMMON
from qms.deadlines import history as deadlines
from qms.documents import history as documents
from qms.evidence import history as evidence
from qms.findings import history as findings
from qms.imports import history as imports
from qms.overview import above, columns
from qms.overview.queries.entries import Entry
from qms.packs import history as packs
from qms.people import history as people
from qms.people.roles import Role
from qms.standards import history as standards
from qms.units import history as units


@dataclass(frozen=True)
class KindTold:
    """How entries about one kind of record are told. `history` is the area's module; `endpoint`
    shows such a record by its uid."""

    kind: str
    label: Any
    history: Any
    endpoint: str | None = None
    labels: str = "LABELS"
    """The name of the area's labels for the columns of this kind."""


KINDS = (
    KindTold("audit", _l("Audit"), audits, "audits.show"),
    KindTold("audit_programme", _l("Audit programme"), programmes, "audits.programme"),
    KindTold("audit_calendar", _l("Calendar address"), programmes),
    KindTold("audit_line", _l("Line of a checklist"), audits),
    KindTold("audit_attendance", _l("Attendance at a meeting"), audits),
    KindTold("auditee_stance", _l("Auditee's word on a finding"), audits),
    KindTold("audit_report", _l("Audit report"), audits),
    KindTold("checklist_template", _l("Checklist template"), audits),
    KindTold("audit_self_assessment", _l("Self-assessment"), audits),
    KindTold("auditor_competence", _l("Competence of an auditor"), audits),
    KindTold("audit_plan", _l("Plan of an audit"), audits),
    KindTold("audit_meeting", _l("Meeting of an audit"), audits),
    KindTold("audit_session", _l("Line of a timetable"), audits),
    KindTold("finding", _l("Finding"), findings, "findings.show", labels="JOURNAL_LABELS"),
    KindTold("complaint", _l("Complaint"), complaints, "complaints.show", labels="JOURNAL_LABELS"),
    KindTold(
        "complaint_category", _l("Category of complaints"), complaints, labels="CATEGORY_LABELS"
    ),
    KindTold("complaint_page", _l("Public page"), complaints, labels="PAGE_LABELS"),
    KindTold(
        "unit_check",
        _l("Question from another unit"),
        findings,
        "findings.check",
        labels="CHECK_LABELS",
    ),
    KindTold("grade_rule", _l("Rule of a grade"), findings, labels="RULE_LABELS"),
    KindTold("action", _l("Action"), actions, "actions.show"),
    KindTold("document", _l("Document"), documents, "documents.show"),
    KindTold("revision", _l("Revision"), documents),
    KindTold("number_pattern", _l("Number pattern"), documents),
    KindTold("evidence", _l("Evidence"), evidence, "evidence.show"),
    KindTold("certificate", _l("Certificate"), certificates, "certificates.show"),
    KindTold("unit_scope", _l("Scope"), standards),
    KindTold("clause_words", _l("Own words for a clause"), standards),
    KindTold("own_question", _l("Own question"), standards),
    KindTold("own_mandatory", _l("Own mandatory document"), standards),
    KindTold("unit", _l("Unit"), units, "units.show"),
    KindTold("district", _l("District"), units),
    KindTold("service", _l("Service"), units),
    KindTold("setting", _l("Setting"), standards),
    KindTold("holiday", _l("Day of the calendar"), deadlines),
    KindTold("office_hours", _l("Office hours"), deadlines),
    KindTold("person", _l("Person"), people, "people.show"),
    KindTold("position", _l("Position"), units),
    KindTold("appointment", _l("Appointment"), people),
    KindTold("role_grant", _l("Role"), people),
    KindTold("delegation", _l("Delegation"), people),
    KindTold("account", _l("Account"), people),
    KindTold("stored_file", _l("File"), evidence),
    KindTold("pack", _l("Evidence pack"), packs, "packs.show"),
    KindTold("import_run", _l("Import"), imports),
    KindTold("reminder_rule", _l("Rule of reminders"), above),
    KindTold("reminder_choice", _l("Choice of mail"), above),
    KindTold("work_calendar", _l("Calendar address"), above),
)
BY_KIND = {one.kind: one for one in KINDS}

PLAIN = {
    "store": _l("stored a file"),
    "sign_in": _l("signed in"),
    "end_session": _l("ended a session"),
    "choose_looks": _l("chose a language or an appearance"),
    "give_account": _l("gave an account"),
    "grant_role": _l("gave a role"),
    "withdraw_role": _l("withdrew a role"),
    "appoint": _l("recorded a position"),
    "end_appointment": _l("ended a position"),
    "correct_nip": _l("corrected a NIP"),
    "delegate": _l("noted that somebody acts for another"),
    "change_figure": _l("changed a setting"),
    "set_grade_rule": _l("changed the rule of a grade"),
    "set_pattern": _l("changed a number pattern"),
    "draft": _l("drafted it"),
    "revise": _l("began a revision"),
    "recall": _l("took the approval back"),
    "prolong": _l("let it stay in force"),
    "name_signatories": _l("named who signs"),
    "edit_revision": _l("changed a draft"),
    "submit": _l("submitted it for review"),
    "check": _l("signed it as checked"),
    "approve": _l("approved it"),
    "supersede": _l("set its end"),
    "send_back": _l("sent it back"),
    "take_back": _l("took it back"),
    "give_up": _l("gave it up"),
    "withdraw": _l("withdrew it"),
    "withdraw_document": _l("withdrew it"),
    "attach_scan": _l("added the signed scan"),
    "attach_evidence": _l("added evidence"),
    "import": _l("imported it"),
}
"""Verbs that an area tells only on its own pages, or only of another record of the same deed."""

DISTRICT_VERBS = {"found_district", "erase"}
"""What is done to a district itself. Whatever is done to its units gives it a new tree, too."""

SECRET = {"password_hash"}
UNTOLD = {"id", "uid", "version", "stems", "recorded_at", "name_key", "number_key"} | SECRET
UNTOLD |= {"drafted", "gathered", "keys", "tree_version"}
UNTOLD |= {"complainant", "contact", "receipt"}
UNTOLD |= {"told"}
"""Columns that say nothing to a person, or must not."""


@dataclass(frozen=True)
class Line:
    """An entry in words."""

    sequence: int
    when: str
    iso: str
    who: str
    by_url: str | None
    sentence: str
    kind: str
    what: str
    url: str | None
    reason: str | None
    details: list[tuple[str, str]]
    is_hidden: bool


def line(entry: Entry, timezone: str) -> Line:
    """An entry as the page shows it; of what the person need not know only that it is there."""
    told = entry.told
    about = BY_KIND.get(told.kind)
    who = told.by or _("QMS")
    if told.on_behalf_of:
        who = _("%(who)s for %(whom)s", who=who, whom=told.on_behalf_of)
    shown = told.said is not None
    sentence, what = _sentence(entry, about), _what(entry) if shown else ""
    return Line(
        sequence=entry.sequence,
        when=dates.long_moment(told.at, timezone),
        iso=told.at.isoformat(),
        who=who,
        by_url=url_for("overview.journal", person=entry.by_uid) if entry.by_uid else None,
        sentence=sentence,
        kind=str(about.label) if about else told.kind,
        what="" if what in sentence else what,
        url=_url(entry, about) if shown else None,
        reason=told.reason,
        details=_details(entry, about, timezone) if shown else [],
        is_hidden=entry.is_hidden,
    )


def _sentence(entry: Entry, about: KindTold | None) -> str:
    told = entry.told
    if entry.is_hidden:
        return _("did something to a restricted record")
    if told.said is None:
        return _("This entry's content was erased by law.")
    if told.kind == "district" and told.verb not in DISTRICT_VERBS:
        return _("noted the new tree of units")
    said = about.history.SENTENCES.get(told.verb) if about else None
    said = said or COMMON.get(told.verb)
    if isfunction(said):
        said = said(told)
    return str(said or PLAIN.get(told.verb) or told.verb.replace("_", " "))


def _url(entry: Entry, about: KindTold | None) -> str | None:
    if entry.document is not None:
        return url_for("documents.show", uid=entry.document[0])
    if entry.person is not None:
        return url_for("people.show", uid=entry.person[0])
    return url_for(about.endpoint, uid=entry.record_uid) if about and about.endpoint else None


def _what(entry: Entry) -> str:
    """The record's number, name or title as it was then."""
    assert entry.told.said is not None
    if entry.document is not None:
        return entry.document[1]
    image = entry.told.said["image"]
    if entry.person is not None:
        role = f" · {Role(image['role']).label}" if "role" in image else ""
        return entry.person[1] + role
    for name in ("number", "user_name", "name", "title", "code", "pattern", "key", "role"):
        value = image.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _details(entry: Entry, about: KindTold | None, timezone: str) -> list[tuple[str, str]]:
    """What the record held after the deed, by label; bare keys of other rows are left out."""
    assert entry.told.said is not None
    labels = getattr(about.history, about.labels, {}) if about else {}
    found = []
    for name, value in entry.told.said["image"].items():
        if name in UNTOLD or name.endswith(("_id", "_ids")) or value in (None, "", [], {}):
            continue
        label = labels.get(name) or columns.COLUMNS.get(name, name.replace("_", " "))
        if isinstance(label, tuple):
            found.append((str(label[0]), str(label[1](value))))
        else:
            found.append((str(label), columns.shown(entry.told.kind, name, value, timezone)))
    for name, value in entry.told.said.get("facts", {}).items():
        if name in columns.FACTS and not isinstance(value, dict):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            found.append((str(columns.FACTS[name]), text))
    return found
