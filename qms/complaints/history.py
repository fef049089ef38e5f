"""A complaint's history in sentences. Never told here: who complained, the receipt, and which
finding it led to, which not everybody sees."""

from qms.complaints.models import Channel, ComplaintState, Satisfaction
from qms.core.i18n import lazy_gettext as _l
from qms.core.timeline import day_text

SENTENCES = {
    "record_complaint": _l("took the complaint down"),
    "receive_complaint": _l("sent the complaint"),
    "arrange": _l("sorted it"),
    "take_up": _l("took it in hand"),
    "answer": _l("sent the answer"),
    "close": _l("closed it"),
    "forward": _l("passed it on"),
    "withdraw": _l("noted that it was withdrawn"),
    "reopen": _l("opened it again; a new time for the answer began"),
    "rate": _l("noted how satisfied the complainant is"),
    "add_evidence": _l("added evidence"),
    "link_finding": _l("put it beside a finding"),
    "erase_complainant": _l("took out name and contact"),
    "set_category": _l("changed a category of complaints"),
    "open_page": _l("opened the public page"),
    "shut_page": _l("closed the public page"),
}

LABELS = {
    "state": (_l("State"), lambda value: ComplaintState(value).label),
    "channel": (_l("Channel"), lambda value: Channel(value).label),
    "reference": _l("Number where it came from"),
    "received_on": (_l("Received on"), day_text),
    "place": _l("Place or counter"),
    "category": _l("Category"),
    "due_on": (_l("Answer due"), day_text),
    "satisfaction": (_l("Satisfaction"), lambda value: Satisfaction(value).label),
    "is_integrity": _l("About integrity"),
    "closed_on": (_l("Closed on"), day_text),
    "outcome": _l("How it ended"),
}

JOURNAL_LABELS = {
    **LABELS,
    "statement": _l("Statement"),
    "counted_from": (_l("Time counted from"), day_text),
    "answered_on": (_l("Answered on"), day_text),
    "satisfaction_on": (_l("Satisfaction said on"), day_text),
    "erased_on": (_l("Name and contact taken out on"), day_text),
}

PAGE_LABELS = {"is_open": _l("Takes complaints")}

CATEGORY_LABELS = {
    "name": _l("Category"),
    "days": _l("Working days to answer"),
    "is_integrity": _l("About integrity"),
    "is_used": _l("In use"),
    "source": _l("Source of the figures"),
}
