"""An audit's history in sentences."""

from typing import Any

from qms.audits.models import Answer, AuditKind, Meeting, SessionKind, Stance
from qms.audits.queries.competence import label_of
from qms.audits.showing.report import PART_LABELS
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.timeline import day_text


def _made(told: Any) -> str:
    facts = (told.said or {}).get("facts") or {}
    return ngettext(
        "put %(num)s line on the checklist",
        "put %(num)s lines on the checklist",
        facts.get("lines", 0),
    )


def _answer(value: str) -> Any:
    """Of a line of the checklist; or what the auditee says to the plan."""
    return Answer(value).label if value in set(Answer) else value


def _kind(value: str) -> Any:
    """Of an audit, or of a line of its timetable."""
    return (SessionKind if value in set(SessionKind) else AuditKind)(value).label


def _printed(told: Any) -> str:
    facts = (told.said or {}).get("facts") or {}
    return _("printed the checklist on %(n)s sheets", n=facts.get("sheets", ""))


def _filed(told: Any) -> str:
    facts = (told.said or {}).get("facts") or {}
    return _("filed sheet %(n)s", n=facts.get("sheet", ""))


def _taken_off(told: Any) -> str:
    facts = (told.said or {}).get("facts") or {}
    return _("took a page off sheet %(n)s", n=facts.get("sheet", ""))


SENTENCES = {
    "plan_audit": _l("planned the audit"),
    "record_external_audit": _l("recorded the audit"),
    "edit_audit": _l("changed the plan"),
    "set_team": _l("chose the team"),
    "make_checklist": _made,
    "take_from_audit": _made,
    "take_from_template": _made,
    "take_from_document": _made,
    "take_from_file": _made,
    "write_template": _l("began the template"),
    "edit_template": _l("changed the template"),
    "keep_as_template": _l("kept a checklist as a template"),
    "put_template_line": _l("wrote a line of the template"),
    "remove_template_line": _l("took a line off the template"),
    "withdraw_template": _l("withdrew the template"),
    "ask_self_assessment": _l("asked the unit to assess itself"),
    "assess_self": _l("said where the unit stands"),
    "hand_in_self_assessment": _l("handed in the self-assessment"),
    "add_line": _l("added a line to the checklist"),
    "remove_line": _l("took a line off the checklist"),
    "answer_line": _l("answered a line"),
    "add_photo": _l("added a photo to a line"),
    "print_checklist": _printed,
    "file_sheet": _filed,
    "take_page_off": _taken_off,
    "take_attendance": _l("took down who was at a meeting"),
    "record_meeting": _l("recorded a meeting"),
    "take_stance": _l("took down what the auditee says to a finding"),
    "raise_from_line": _l("raised a finding from a line"),
    "add_finding": _l("added a finding"),
    "link_finding": _l("put a recorded finding beside it"),
    "open": _l("began the audit"),
    "receive": _l("noted that the report has come"),
    "report": _l("reported the audit"),
    "close": _l("closed the audit"),
    "reopen": _l("went on with the audit"),
    "cancel": _l("cancelled the audit"),
    "write_report": _l("wrote the report"),
    "correct_report": _l("began a new issue of the report"),
    "submit": _l("sent the report to be signed"),
    "send_back": _l("sent the report back"),
    "sign_report": _l("signed the report"),
    "complete": _l("gave the last signature"),
    "begin_plan": _l("began the plan"),
    "describe_plan": _l("said in which language the audit is held, and what must be ready"),
    "add_session": _l("put a line into the timetable"),
    "edit_session": _l("changed a line of the timetable"),
    "remove_session": _l("took a line out of the timetable"),
    "change": _l("changed the plan after it was sent"),
    "send": _l("sent the plan to the auditee"),
    "acknowledge": _l("acknowledged the plan"),
    "answer": _l("asked for a change of the plan"),
    "write_letter": _l("wrote the letter of assignment"),
    "record_competence": _l("recorded a competence"),
    "correct_competence": _l("corrected a competence"),
    "withdraw_competence": _l("withdrew a competence"),
}

LABELS = {
    "title": _l("Title"),
    "kind": (_l("Kind"), _kind),
    "objectives": _l("Audit objectives"),
    "scope": _l("Scope"),
    "criteria": _l("Criteria"),
    "methods": _l("Methods"),
    "planned_from": (_l("First day"), day_text),
    "planned_until": (_l("Last day"), day_text),
    "opened_on": (_l("Begun on"), day_text),
    "closed_on": (_l("Closed on"), day_text),
    "body": _l("Certification body"),
    "body_reference": _l("Number given by the body"),
    "answer": (_l("Result"), _answer),
    "seen": _l("What was seen"),
    "reason": _l("Reason"),
    **PART_LABELS,
    "language": _l("Language"),
    "logistics": _l("Logistics"),
    "on_day": (_l("Day"), day_text),
    "held_on": (_l("Day"), day_text),
    "agreed": _l("Told and agreed"),
    "begins": _l("Begins at"),
    "ends": _l("Ends at"),
    "activity": _l("Activity or process"),
    "auditee": _l("With whom"),
    "place": _l("Place"),
    "letter_number": _l("Number of the letter"),
    "letter_basis": _l("Basis"),
    "letter_place": _l("Issued at"),
    "letter_on": (_l("Date of the letter"), day_text),
    "standard": (_l("Standard"), label_of),
    "training": _l("Training or certificate"),
    "provider": _l("Held or issued by"),
    "scheme": _l("Scheme"),
    "achieved_on": (_l("Achieved on"), day_text),
    "valid_until": (_l("Valid until"), day_text),
    "may_lead": _l("A training for leaders of audit teams"),
    "audits_observed": _l("Audits observed elsewhere"),
    "withdrawn_on": (_l("Withdrawn on"), day_text),
    "name": _l("Name"),
    "description": _l("What it is for"),
    "due_on": (_l("Until"), day_text),
    "sent_on": (_l("Sent on"), day_text),
    "answered_on": (_l("Answered on"), day_text),
    "meeting": (_l("Meeting"), lambda value: Meeting(value).label),
    "post": _l("Position or unit"),
    "stance": (_l("What the auditee says"), lambda value: Stance(value).label),
    "spoken_by": _l("Said by"),
    "note": _l("Note"),
    "taken_at": _l("Taken down at"),
    "handed_in_on": (_l("Handed in on"), day_text),
}
