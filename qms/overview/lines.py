"""How what waits is worded: one line with what, why, by when, and a button."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import url_for

from qms.core.dates import month, short_day
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.jobs import JobState
from qms.overview.queries.outlook import Hanging
from qms.overview.queries.work import Bundle, Deadline, Kind, Waiting
from qms.people.models import Person
from qms.standards.queries import edition_by_id

SOON = 7
"""Days before a due date from which it stands out."""
ENDS_SOON = 183
"""Days before the end of a certificate from which it stands out."""
LONGEST_TITLE = 160

WHY = {
    Kind.ANSWER: _l("waits for your unit's answer"),
    Kind.ACKNOWLEDGE: _l("to be taken note of"),
    Kind.RULE: _l("the unit disputes it: decide"),
    Kind.APPROVE_PLAN: _l("its plan waits for approval"),
    Kind.PLAN: _l("every action was cancelled: plan another"),
    Kind.CLOSE: _l("all actions are verified"),
    Kind.PROVE: _l("did it help? Prove the effect"),
    Kind.LOOK: _l("found elsewhere: is it so here, too?"),
    Kind.DO: _l("yours to do"),
    Kind.VERIFY: _l("done, waits for verification"),
    Kind.EXTEND: _l("a later date is asked for"),
    Kind.CHECK: _l("waits for your check"),
    Kind.APPROVE: _l("waits for your approval"),
    Kind.WRITE: _l("your draft"),
    Kind.REVIEW: _l("to be looked at again"),
    Kind.BEGIN: _l("an audit that you lead"),
    Kind.WALK: _l("lines of the checklist are open"),
    Kind.SIGN: _l("the report waits for your signature"),
    Kind.ACKNOWLEDGE_PLAN: _l("the plan of an audit of your unit has come"),
    Kind.CHANGE_PLAN: _l("the auditee asks for a change of the plan"),
    Kind.STAFF: _l("the audit has no team leader yet"),
    Kind.PREPARE: _l("an audit that you lead has no checklist yet"),
    Kind.REPORT: _l("every line is answered: write the report"),
    Kind.CLOSE_AUDIT: _l("the report is signed"),
    Kind.ASSESS_SELF: _l("your unit is asked to assess itself before the audit"),
    Kind.APPROVE_PROGRAMME: _l("an audit programme waits for approval"),
    Kind.PLAN_VISITS: _l("visits of this month, the next or before have no audit yet"),
    Kind.RENEW: _l("an auditor's competence ends"),
    Kind.PLACE: _l("say to which sheet they belong"),
    Kind.TAKE_UP: _l("a complaint that nobody has taken in hand"),
    Kind.ANSWER_COMPLAINT: _l("a complaint that waits for its answer"),
    Kind.CLOSE_COMPLAINT: _l("a complaint that is answered: close it"),
    Kind.TAKE_EFFECT: _l("comes into force soon: see that everybody knows it"),
    Kind.CERTIFY: _l("the next step of a certificate"),
}
BUTTON = {
    Kind.ANSWER: _l("Answer"),
    Kind.ACKNOWLEDGE: _l("Take note"),
    Kind.RULE: _l("Decide"),
    Kind.APPROVE_PLAN: _l("Read the plan"),
    Kind.PLAN: _l("Add an action"),
    Kind.CLOSE: _l("Verify"),
    Kind.PROVE: _l("Judge the effect"),
    Kind.LOOK: _l("Look and answer"),
    Kind.DO: _l("Finish"),
    Kind.VERIFY: _l("Verify"),
    Kind.EXTEND: _l("Decide"),
    Kind.CHECK: _l("Check"),
    Kind.APPROVE: _l("Approve"),
    Kind.WRITE: _l("Go on"),
    Kind.REVIEW: _l("Review"),
    Kind.BEGIN: _l("Begin"),
    Kind.WALK: _l("Go on"),
    Kind.SIGN: _l("Sign"),
    Kind.ACKNOWLEDGE_PLAN: _l("Read the plan"),
    Kind.CHANGE_PLAN: _l("Change the plan"),
    Kind.STAFF: _l("Choose the team"),
    Kind.PREPARE: _l("Make the checklist"),
    Kind.REPORT: _l("Write the report"),
    Kind.CLOSE_AUDIT: _l("Close the audit"),
    Kind.ASSESS_SELF: _l("Assess"),
    Kind.APPROVE_PROGRAMME: _l("Approve"),
    Kind.PLAN_VISITS: _l("Plan them"),
    Kind.RENEW: _l("Look"),
    Kind.PLACE: _l("Place them"),
    Kind.TAKE_UP: _l("Take in hand"),
    Kind.ANSWER_COMPLAINT: _l("Answer"),
    Kind.CLOSE_COMPLAINT: _l("Close"),
    Kind.TAKE_EFFECT: _l("Look"),
    Kind.CERTIFY: _l("Look"),
}
STRAIGHT = {
    Kind.ANSWER: "findings.answer",
    Kind.PLAN: "findings.new_action",
    Kind.DO: "actions.finish",
    Kind.EXTEND: "actions.decide_extension",
    Kind.WRITE: "documents.edit_revision",
    Kind.WALK: "audits.checklist",
    Kind.SIGN: "audits.last_report",
    Kind.ACKNOWLEDGE_PLAN: "audits.timetable",
    Kind.CHANGE_PLAN: "audits.timetable",
    Kind.STAFF: "audits.team",
    Kind.PREPARE: "audits.make_checklist",
    Kind.REPORT: "audits.write_report",
    Kind.ASSESS_SELF: "audits.self_assessment",
    Kind.PLAN_VISITS: "audits.programme_months",
    Kind.ANSWER_COMPLAINT: "complaints.answer",
}
"""Where a button leads straight to the form. The others lead to the record's page: what is checked
or signed is read there first, and its moves stand on top."""
PAGES = {
    Kind.APPROVE_PROGRAMME: "audits.programme",
    Kind.PLAN_VISITS: "audits.programme",
    Kind.RENEW: "audits.auditor",
    Kind.PLACE: "audits.scans",
    Kind.LOOK: "findings.check",
}
"""Where a line leads that is of another kind of record than its section."""
PLACES = {
    Kind.PROVE: "effectiveness",
    Kind.RULE: "dispute",
    Kind.APPROVE: "approve",
    Kind.SIGN: "sign",
}
"""The part of the record's page where it is done."""
BARRED = {
    Kind.CHECK: _l(
        "you are named to check it, but you and one who wrote it act for each other: "
        "somebody else must be named"
    ),
    Kind.APPROVE: _l(
        "you are named to approve it, but you and one who wrote it act for each other: "
        "somebody else must be named, or a head above approves it"
    ),
}
"""What is said in place of a button that would be refused."""
MORE: dict[Kind, tuple[Any, str, dict[str, Any]]] = {
    Kind.ANSWER: (_l("All that wait for an answer"), "findings.index", {"state": "raised"}),
    Kind.ACKNOWLEDGE: (_l("All that were raised"), "findings.index", {"state": "raised"}),
    Kind.RULE: (_l("All that are disputed"), "findings.index", {"state": "disputed"}),
    Kind.APPROVE_PLAN: (
        _l("All plans to be approved"),
        "findings.index",
        {"state": "submitted"},
    ),
    Kind.PLAN: (_l("All that are in progress"), "findings.index", {"state": "answered"}),
    Kind.CLOSE: (_l("All that are in progress"), "findings.index", {"state": "answered"}),
    Kind.PROVE: (_l("All whose effect is to be proven"), "findings.index", {"state": "verified"}),
    Kind.LOOK: (_l("All questions from other units"), "findings.checks", {}),
    Kind.DO: (_l("All actions of yours"), "actions.index", {"show": "mine", "state": "open"}),
    Kind.VERIFY: (_l("All that wait for verification"), "actions.index", {"state": "done"}),
    Kind.EXTEND: (_l("All open actions"), "actions.index", {"state": "open"}),
    Kind.CHECK: (_l("All being written"), "documents.index", {"standing": "being_written"}),
    Kind.APPROVE: (_l("All being written"), "documents.index", {"standing": "being_written"}),
    Kind.WRITE: (_l("All being written"), "documents.index", {"standing": "being_written"}),
    Kind.REVIEW: (_l("All documents in force"), "documents.index", {}),
    Kind.BEGIN: (_l("All planned audits"), "audits.index", {"state": "planned"}),
    Kind.WALK: (_l("All audits under way"), "audits.index", {"state": "under_way"}),
    Kind.SIGN: (_l("All audits under way"), "audits.index", {"state": "under_way"}),
    Kind.ACKNOWLEDGE_PLAN: (_l("All planned audits"), "audits.index", {"state": "planned"}),
    Kind.CHANGE_PLAN: (_l("All planned audits"), "audits.index", {"state": "planned"}),
    Kind.STAFF: (_l("All planned audits"), "audits.index", {"state": "planned"}),
    Kind.PREPARE: (_l("All planned audits"), "audits.index", {"state": "planned"}),
    Kind.REPORT: (_l("All audits under way"), "audits.index", {"state": "under_way"}),
    Kind.CLOSE_AUDIT: (_l("All reported audits"), "audits.index", {"state": "reported"}),
    Kind.ASSESS_SELF: (_l("All planned audits"), "audits.index", {"state": "planned"}),
    Kind.APPROVE_PROGRAMME: (_l("All audit programmes"), "audits.programmes", {}),
    Kind.PLAN_VISITS: (_l("All audit programmes"), "audits.programmes", {}),
    Kind.RENEW: (_l("All auditors"), "audits.auditors", {}),
    Kind.PLACE: (_l("All scanned pages"), "audits.scans", {}),
    Kind.TAKE_UP: (_l("All received complaints"), "complaints.index", {"state": "received"}),
    Kind.ANSWER_COMPLAINT: (
        _l("All complaints in handling"),
        "complaints.index",
        {"state": "handling"},
    ),
    Kind.CLOSE_COMPLAINT: (
        _l("All answered complaints"),
        "complaints.index",
        {"state": "answered"},
    ),
    Kind.TAKE_EFFECT: (_l("All not yet in force"), "documents.index", {"standing": "upcoming"}),
    Kind.CERTIFY: (_l("All certificates"), "certificates.index", {}),
}


@dataclass(frozen=True)
class Line:
    """A line of the page. `due` is (text, tone). An empty button: nothing to be done by oneself.
    The button leads to `button_url`, or where the line does."""

    title: str
    url: str
    number: str
    why: str
    unit: str
    button: str
    due: tuple[str, str] | None = None
    is_restricted: bool = False
    button_url: str | None = None


@dataclass(frozen=True)
class Section:
    """The lines of one area, and links to what did not fit."""

    label: Any
    lines: list[Line]
    more: list[tuple[str, str]]


def section(label: Any, bundle: Bundle, endpoint: str, person: Person) -> Section:
    """The lines of a bundle whose records have their pages at an endpoint."""
    more = {
        (str(text), url_for(register, **query))
        for text, register, query in (MORE[kind] for kind in bundle.more)
    }
    lines = [line_of(one, endpoint, person) for one in bundle.waiting]
    return Section(label, lines, sorted(more))


def line_of(one: Waiting, endpoint: str, person: Person) -> Line:
    """A line whose record has its page at an endpoint."""
    endpoint = PAGES.get(one.kind, endpoint)
    about: dict[str, Any] = {} if one.kind is Kind.PLACE else {"uid": one.uid}
    return Line(
        title=_title(one),
        url=url_for(endpoint, **about),
        number=one.number,
        why=str(BARRED[one.kind] if one.is_barred else WHY[one.kind]),
        unit=unit_label(person, one.unit_id),
        button="" if one.is_barred else str(BUTTON[one.kind]),
        due=deadline_text(one, person.district.today),
        is_restricted=one.is_restricted,
        button_url=url_for(STRAIGHT.get(one.kind, endpoint), **about, _anchor=PLACES.get(one.kind)),
    )


def _title(one: Waiting) -> str:
    if one.kind is Kind.PLACE:
        return ngettext("%(num)s scanned page", "%(num)s scanned pages", int(one.title))
    return shortened(one.title)


def shortened(title: str) -> str:
    """A title as far as a line has room for it."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def unit_label(person: Person, unit_id: int) -> str:
    """The unit's short name as it is today."""
    node = person.rights.tree.get(unit_id)
    return node.label if node else ""


LAST_DAYS: dict[Deadline, Any] = {
    Deadline.ANSWER: _l("Answer due"),
    Deadline.CLOSING: _l("Closing due"),
    Deadline.EFFECT: _l("Check of the effect due"),
    Deadline.ACTION: _l("Action due"),
    Deadline.REVIEW: _l("Review due"),
    Deadline.FIRST_DAY: _l("First day"),
    Deadline.LAST_DAY: _l("Last day"),
    Deadline.FIRST_VISIT: _l("First visit"),
    Deadline.ASSESSMENT: _l("Self-assessment due"),
    Deadline.VALID_UNTIL: _l("Valid until"),
    Deadline.IN_FORCE: _l("In force from"),
    Deadline.STEP: _l("Due"),
}


def deadline_text(one: Waiting, today: date) -> tuple[str, str] | None:
    """(text, tone) of a line's day: which deadline it is, and how late or how near."""
    if one.due_on is None or one.due_on.year == 9999:
        return None
    day = short_day(one.due_on)
    if one.deadline is Deadline.DONE:
        return _("Done on %(day)s", day=day), "neutral"
    away, tone = _away(one.due_on, today)
    if one.deadline is Deadline.FIRST_VISIT:  # planned for a month: late when that is over
        day = month(one.due_on)
        away, tone = _away(one.due_on + relativedelta(day=31), today)
        if tone != "bad":
            away, tone = "", "warn" if one.due_on <= today else "neutral"
    text = f"{LAST_DAYS[one.deadline]} {day}"
    return f"{text}, {away}" if away else text, tone


def due(day: date | None, today: date) -> tuple[str, str] | None:
    """(text, tone) of a due date: how late, or how near."""
    if day is None or day.year == 9999:
        return None
    away, tone = _away(day, today)
    if day == today:
        return away, tone
    return f"{short_day(day)} · {away}" if away else short_day(day), tone


def _away(day: date, today: date) -> tuple[str, str]:
    """(text, tone) of how late or how near a day is; no text for one that is far."""
    left = (day - today).days
    if left < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -left), "bad"
    if left == 0:
        return _("today"), "warn"
    if left <= SOON:
        return ngettext("in %(num)s day", "in %(num)s days", left), "warn"
    return "", "neutral"


def ending(day: date | None, today: date) -> tuple[str, str] | None:
    """(text, tone) of a certificate's last day: near is half a year."""
    if day is None:
        return None
    if day < today:
        return _("ended %(day)s", day=short_day(day)), "bad"
    return short_day(day), "warn" if (day - today).days <= ENDS_SOON else "neutral"


def certificate_lines(hanging: Iterable[Hanging], person: Person) -> list[Line]:
    """What comes next for certificates."""
    today = person.district.today
    lines = []
    for one in hanging:
        assert one.step is not None
        found = due(one.step.by, today)
        lines.append(
            Line(
                title=str(one.step.kind.label),
                url=url_for("certificates.show", uid=one.uid),
                number=edition_by_id(one.edition_id).code,
                why=f"{one.body} · {one.standing.state.label}",
                unit=unit_label(person, one.unit_id),
                button=_("Look"),
                due=(found[0], _step_tone(one, today)) if found else None,
            )
        )
    return lines


def _step_tone(one: Hanging, today: date) -> str:
    """What is suspended or has expired stands out however far the last day to save it is."""
    assert one.step is not None
    tone = one.step.tone(today)
    return "warn" if tone == "neutral" and not one.is_valid else tone


def pack_lines(rows: Iterable[Any]) -> list[Line]:
    """Packs that are ready, or that failed."""
    return [
        Line(
            title=_(
                "Evidence pack %(from_on)s to %(to_on)s",
                from_on=short_day(row.from_on),
                to_on=short_day(row.to_on),
            ),
            url=url_for("packs.show", uid=row.uid),
            number="",
            why=_("ready to download") if row.state is JobState.DONE else _("it failed"),
            unit="",
            button=_("Look"),
        )
        for row in rows
    ]
