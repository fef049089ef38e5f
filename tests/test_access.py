"""Every address of the application, for every role, in one's own unit and in others'.

`DOORS` is the whole list: a new route fails here until somebody says who may use it. What a person
may not see does not exist for them (404); what they see but may not do is refused (403).

So that one data set serves all, a POST is rehearsed: where it would commit, everything is taken
back and it answers with the status REHEARSED.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import has_request_context, request, url_for
from sqlalchemy import event, func, select
from werkzeug.routing import Rule

from qms import create_app
from qms.actions.workflow import ACTION
from qms.audits.plan_workflow import PLAN
from qms.audits.programme_workflow import PROGRAMME
from qms.audits.workflow import AUDIT, REPORT
from qms.complaints.workflow import COMPLAINT
from qms.core.db import db
from qms.core.journal.models import JournalEntry
from qms.documents.workflow import REVISION
from qms.findings.workflow import FINDING
from qms.standards.queries import forget_catalogue
from qms.units.tree import forget_trees
from tests.cast import Cast
from tests.client import Browser
from tests.conftest import DATABASES, fresh_database
from tests.world import EDITION, Place, World

REHEARSED = 299
ROLES = (*Cast.ROLES, "local_administrator")


def names(*groups: str) -> frozenset[str]:
    """Names of the cast."""
    return frozenset(" ".join(groups).split())


# Who is who, as the cast has it.

AUDITORS = "auditor lead_auditor coordinator"
PLANNERS = "lead_auditor coordinator"
DRAWERS = "secretariat coordinator"
TEAM = "auditor lead_auditor"
KEEPERS = "officer consultant coordinator"
WORKERS = f"{KEEPERS} head owner staff anti_bribery"
ABOVE = "administrator secretariat coordinator"
IN_DINKES = "other_officer other_head"
RAISERS = f"{AUDITORS} {KEEPERS} head secretariat anti_bribery"
EXPORTERS = RAISERS
OF_DISNAKER = names(
    WORKERS, AUDITORS, ABOVE, "guest local_administrator"
)  # what is ordinary there is seen by all these
OF_DINKES = names(ABOVE, IN_DINKES)
NEED_TO_KNOW = names("officer head anti_bribery lead_auditor coordinator")
EVERYBODY = frozenset(ROLES)

SEES = {
    Place.OWN: OF_DISNAKER,
    Place.RESTRICTED: NEED_TO_KNOW,
    Place.FOREIGN: OF_DINKES,
    Place.ELSEWHERE: names("outsider"),
}
"""Who sees a record in each place."""


def places(own: str, restricted: str, foreign: str, elsewhere: str) -> dict[Place, frozenset[str]]:
    everyone = (own, restricted, foreign, elsewhere)
    return dict(zip(Place, map(names, everyone), strict=True))


SEEN_BY_FEWER = {
    # Drafts exist for who works in the unit, packs for who asked for them, imports that wait for
    # who sent the file and for importers who see restricted records there.
    "draft": places(
        WORKERS, "officer head anti_bribery coordinator", f"coordinator {IN_DINKES}", "outsider"
    ),
    "pack": places("officer", "", "other_officer", "outsider"),
    "import": places("officer coordinator", "", "coordinator other_officer", "outsider"),
    "verification": places("administrator", "", "", "outsider"),
    # Scans that wait are there for who sent them.
    "scan": places("coordinator", "", "coordinator", ""),
    "template": places(AUDITORS, "", "coordinator", "outsider"),
    "auditor": places(f"{AUDITORS} {ABOVE} local_administrator", "", ABOVE, "outsider"),
}


def seen_by(about: str, place: Place) -> frozenset[str]:
    """Who sees such a record in a place."""
    return SEEN_BY_FEWER.get(about, SEES)[place]


SEEN = 0


@dataclass(frozen=True)
class Door:
    """A way in: an endpoint, the kind of record that it is about (None: none), who may of those
    who see the record, what else is in the address, and whether all others are refused before
    anything is looked up."""

    endpoint: str
    about: str | None
    may: frozenset[str]
    more: dict[str, Any]
    is_closed: bool = False
    may_restricted: frozenset[str] | None = None
    """Who may where the record is restricted, if that is not the same people."""

    def __str__(self) -> str:
        return " ".join([self.endpoint, *map(str, self.more.values())])

    def expected(self, name: str, place: Place) -> int:
        """200 for any way of being let in, SEEN for that or a refusal."""
        if self.is_closed and name not in self.may:
            return 403
        if self.about is not None and name not in seen_by(self.about, place):
            return 404
        if place in (Place.FOREIGN, Place.ELSEWHERE):
            return SEEN  # who may what there is the same question in another unit
        may = self.may
        if place is Place.RESTRICTED and self.may_restricted is not None:
            may = self.may_restricted
        return 200 if name in may else 403


def page(endpoint: str, may: str | None = None, **more: Any) -> Door:
    """Something that is about no record: for all, or for some."""
    return Door(endpoint, None, EVERYBODY if may is None else names(may), more, True)


def record(
    endpoint: str,
    about: str,
    may: str | None = None,
    restricted: str | None = None,
    **more: Any,
) -> Door:
    """Something about a record: for all who see it, or for some of them."""
    allowed = EVERYBODY if may is None else names(may)
    hidden = None if restricted is None else names(restricted)
    return Door(endpoint, about, allowed, more, may_restricted=hidden)


def closed(endpoint: str, about: str, may: str, **more: Any) -> Door:
    """Something about a record of which others may not even ask whether it is there."""
    return Door(endpoint, about, names(may), more, True)


PUBLIC = {
    "audits.fieldwork_shell",
    "audits.fieldwork_worker",
    "people.sign_in",
    "people.demo",
    "shell.language",
    "shell.theme",
    "shell.health",
    "audits.calendar_feed",
    "complaints.complain",
    "complaints.look_up",
    "complaints.receipt",
    "complaints.rate_publicly",
    "reminders.calendar_feed",
    "static",
    "bootstrap.static",
}
"""All that somebody can reach who is not signed in; the demo's door opens in demo mode only, the
calendars' with a secret address, a complaint with its receipt."""

OWN_AFFAIRS = {
    "people.sign_out",
    "people.password",
    "people.end_session",
    "people.end_own_delegation",
    "audits.renew_calendar",
    "reminders.read",
    "reminders.own",
    "reminders.renew_calendar",
    "reminders.stop_calendar",
}
"""What even who only reads can change: their own account."""

KEEPS_UNITS = "administrator local_administrator"
AUDITEES = "officer consultant head owner staff anti_bribery"
READS_REGISTER = f"{AUDITORS} secretariat {KEEPS_UNITS}"
KEEPS_REGISTER = f"{PLANNERS} {KEEPS_UNITS}"
WORDS = "administrator coordinator outsider"
HANDLERS = "officer head"
IMPORTERS = f"{KEEPERS} {KEEPS_UNITS} other_officer outsider"

DOORS = [
    # One's own account, and the frame
    page("people.account"),
    page("people.password"),
    page("people.delegate_own", " ".join(sorted(EVERYBODY - {"guest", "bystander"}))),
    page("people.sign_out"),
    page("shell.units"),
    page("search.index"),
    page("overview.my_work"),
    record("overview.unit", "unit"),
    page("overview.journal", "administrator outsider"),
    page("overview.verify", "administrator outsider"),
    record("overview.verification", "verification"),
    page("overview.settings", f"{KEEPS_UNITS} coordinator outsider"),
    page("overview.edit_setting", WORDS, key="certificates.validity_months"),
    # Findings, actions, evidence
    page("findings.index"),
    page("trends.index"),
    page("trends.workbook"),
    page("findings.new", f"{RAISERS} {IN_DINKES} outsider"),
    record("findings.show", "finding"),
    record("findings.form", "finding"),
    page("findings.forms"),
    page("findings.log"),
    record("findings.edit", "finding", AUDITORS),
    record("findings.grade", "finding", AUDITORS),
    record("findings.answer", "finding", WORKERS),
    record("findings.new_action", "finding", WORKERS),
    record("findings.link_action", "finding", WORKERS),
    record("findings.ask_units", "finding", f"{KEEPERS} {AUDITORS}"),
    page("findings.checks"),
    record("findings.check", "unit_check"),
    record("findings.answer_check", "unit_check", WORKERS),
    record("findings.withdraw_check", "unit_check", f"{KEEPERS} {AUDITORS}"),
    record("findings.documents", "finding", f"{WORKERS} {RAISERS}"),
    record("findings.settle_document", "finding", f"{WORKERS} {RAISERS}"),
    record("findings.add_evidence", "finding", f"{WORKERS} {RAISERS}"),
    record("findings.move", "finding", WORKERS, move="answer"),
    record("findings.move", "finding", WORKERS, move="submit"),
    record("findings.dispute", "finding", WORKERS),
    record("findings.move", "finding", WORKERS, move="dispute"),
    record("findings.move", "finding", WORKERS, move="accept"),
    # Who raised it decides no dispute: the auditor here, the lead auditor where it is restricted.
    record("findings.move", "finding", PLANNERS, restricted="coordinator", move="uphold"),
    # The head owns an action of the restricted one.
    record(
        "findings.move",
        "finding",
        f"{AUDITORS} head",
        restricted=AUDITORS,
        move="approve_plan",
    ),
    record(
        "findings.move",
        "finding",
        f"{AUDITORS} head",
        restricted=AUDITORS,
        move="return_plan",
    ),
    record("findings.move", "finding", AUDITORS, move="prove_early"),
    record("findings.move", "finding", "", move="acknowledge"),
    record("findings.move", "finding", AUDITORS, move="verify"),
    record("findings.move", "finding", "", move="close"),
    record("findings.move", "finding", AUDITORS, move="send_back"),
    record("findings.move", "finding", AUDITORS, move="prove"),
    record("findings.move", "finding", AUDITORS, move="not_effective"),
    record("findings.move", "finding", AUDITORS, move="cancel"),
    record("findings.move", "finding", RAISERS, move="reopen"),
    page("findings.rules", "administrator outsider"),
    page("findings.rule", "administrator outsider", grade="minor"),
    # Complaints: received, not about integrity
    page("complaints.index"),
    page("complaints.register_file", f"{EXPORTERS} {IN_DINKES} outsider"),
    page("complaints.new", f"{HANDLERS} owner staff anti_bribery coordinator {IN_DINKES} outsider"),
    record("complaints.show", "complaint"),
    *(
        record(f"complaints.{name}", "complaint", HANDLERS)
        for name in ("arrange", "answer", "add_evidence", "rate", "erase")
    ),
    *(record("complaints.move", "complaint", HANDLERS, move=one) for one in COMPLAINT.by_name),
    record("complaints.raise_finding", "complaint", RAISERS),
    record("complaints.link", "complaint", RAISERS),
    page("complaints.pages", f"{HANDLERS} {IN_DINKES} outsider"),
    record("complaints.turn_page", "unit", HANDLERS, move="open"),
    record("complaints.turn_page", "unit", HANDLERS, move="shut"),
    record("complaints.poster", "unit", HANDLERS),
    page("complaints.categories", WORDS),
    page("complaints.new_category", WORDS),
    page("complaints.category", WORDS, key="light"),
    # Audits: under way, the report waits for the auditor's signature
    # The audit programme runs: drawn up by the coordinator, approved by the head or the secretariat
    page("audits.programmes"),
    page("audits.new_programme", f"{DRAWERS} outsider"),
    record("audits.programme", "programme"),
    record("audits.edit_programme", "programme", DRAWERS),
    record("audits.programme_move", "programme", "secretariat head", move="approve"),
    record("audits.programme_move", "programme", DRAWERS, move="end"),
    record("audits.programme_move", "programme", DRAWERS, move="resume"),
    record("audits.programme_months", "programme"),
    record("audits.edit_months", "programme", DRAWERS),
    record("audits.programme_units", "programme", DRAWERS),
    record("audits.propose_visits", "programme", DRAWERS),
    record("audits.programme_coverage", "programme"),
    record("audits.programme_file", "programme", kind="docx"),
    record("audits.programme_file", "programme", kind="xlsx"),
    record("audits.visit", "programme"),
    record("audits.audit_from_visit", "programme", PLANNERS),
    record("audits.audits_from_visits", "programme", PLANNERS),
    record("audits.link_visit", "programme", PLANNERS),
    page("audits.calendar"),
    page("audits.renew_calendar"),
    page("audits.index"),
    page("audits.new", f"{PLANNERS} outsider"),
    page("audits.new_external", f"{KEEPERS} {AUDITORS} other_officer outsider"),
    record("audits.show", "audit"),
    record("audits.edit", "audit", PLANNERS),
    record("audits.team", "audit", PLANNERS),
    *(record("audits.move", "audit", PLANNERS, move=one) for one in ("open", "close", "reopen")),
    record("audits.move", "audit", PLANNERS, move="cancel"),
    record("audits.move", "audit", "", move="receive"),
    record("audits.timetable", "audit"),
    *(
        record(f"audits.{name}", "audit", AUDITORS)
        for name in (
            *("new_session", "edit_session", "remove_session", "plan_details", "letter"),
            *("propose_timetable", "edit_timetable"),
        )
    ),
    record("audits.paper", "audit", AUDITORS, which="letter"),
    record("audits.paper", "audit", which="plan"),
    record("audits.plan_move", "audit", AUDITORS, move="send"),
    record("audits.plan_move", "audit", AUDITORS, move="send_again"),
    record("audits.plan_move", "audit", AUDITEES, move="acknowledge"),
    record("audits.plan_move", "audit", AUDITEES, move="answer"),
    record("audits.checklist", "audit"),
    record("audits.checklist_file", "audit"),
    record("audits.notes", "audit"),
    record("audits.sheets", "audit"),
    record("audits.sheets_file", "audit"),
    record("audits.print_sheets", "audit", AUDITORS),
    record("audits.take_note_off", "note", AUDITORS),
    page("audits.scans", f"{AUDITORS} outsider"),
    *(
        closed(f"audits.{name}", "scan", f"{AUDITORS} outsider")
        for name in (
            "scan_upload",
            "scan_progress",
            "scan_page",
            "scan_page_file",
            "set_scan_aside",
        )
    ),
    record("audits.make_checklist", "audit", AUDITORS),
    *(
        record("audits.take_lines", "audit", AUDITORS, source=one)
        for one in ("earlier", "template", "document", "file")
    ),
    record("audits.keep_checklist", "audit", PLANNERS),
    page("audits.templates"),
    page("audits.new_template", f"{PLANNERS} outsider"),
    record("audits.template", "template"),
    record("audits.template_file", "template"),
    *(
        record(f"audits.{name}", "template", PLANNERS)
        for name in (
            "edit_template_page",
            "template_line",
            "remove_template_line_page",
            "withdraw_template_page",
        )
    ),
    record("audits.ask_self_assessment_page", "audit", AUDITORS),
    record("audits.self_assessment", "audit"),
    record("audits.assess", "audit", "officer consultant head owner staff anti_bribery"),
    record("audits.new_line", "audit", AUDITORS),
    record("audits.remove_line", "audit", AUDITORS),
    record("audits.line", "audit"),
    record("audits.answer", "audit", TEAM),
    record("audits.fieldwork", "audit", TEAM),
    record("audits.meetings", "audit"),
    record("audits.meeting", "audit", TEAM, which="closing"),
    record("audits.take_off_list", "audit", TEAM),
    record("audits.fieldwork_state", "audit", TEAM),
    record("audits.take_changes", "audit", TEAM),
    record("audits.take_photo", "audit", TEAM),
    record("audits.raise_finding", "audit", TEAM),
    record("audits.link_to_line", "audit", TEAM),
    record("audits.new_finding", "audit", TEAM),
    record("audits.link_finding", "audit", TEAM),
    record("audits.write_report", "audit", TEAM),
    record("audits.last_report", "audit"),
    record("audits.report", "audit"),
    record("audits.report_file", "audit"),
    record("audits.report_file_under", "audit", standard=EDITION),
    record("audits.report_workbook", "audit"),
    record("audits.report_workbook_under", "audit", standard=EDITION),
    record("audits.sign_report", "audit", "auditor"),
    record("audits.report_move", "audit", TEAM, move="submit"),
    record("audits.report_move", "audit", TEAM, move="send_back"),
    record("audits.correct_report", "audit", TEAM),
    # The register of auditors: of those who audit, oversee or administer there
    page("audits.auditors", f"{READS_REGISTER} outsider"),
    page("audits.auditors_file", f"{READS_REGISTER} outsider"),
    closed("audits.auditor", "auditor", f"{READS_REGISTER} outsider"),
    *(
        closed(f"audits.{name}", "auditor", f"{KEEPS_REGISTER} outsider")
        for name in ("new_competence", "edit_competence", "withdraw_competence")
    ),
    page("actions.index"),
    page("actions.new", f"{WORKERS} {IN_DINKES} outsider"),
    record("actions.show", "action"),
    record("actions.edit", "action", f"{KEEPERS} head"),
    record("actions.finish", "action", WORKERS),
    record("actions.cost", "action", WORKERS),
    record("actions.serve", "action", WORKERS),
    record("actions.extension", "action", WORKERS),
    record("actions.decide_extension", "action_later", f"{KEEPERS} head"),
    record("actions.move", "action", f"{AUDITORS}", move="verify"),
    record("actions.move", "action", f"{AUDITORS}", move="send_back"),
    record("actions.move", "action", f"{KEEPERS} {AUDITORS} head", move="cancel"),
    page("evidence.index"),
    page("evidence.new", f"{WORKERS} {RAISERS} {IN_DINKES} outsider"),
    record("evidence.show", "evidence"),
    record("evidence.file", "evidence"),
    record("evidence.edit", "evidence", f"{WORKERS} {RAISERS}"),
    record("evidence.add_version", "evidence", f"{WORKERS} {RAISERS}"),
    record("evidence.move", "evidence", f"{WORKERS} {RAISERS}", move="withdraw"),
    # Documents
    page("documents.index"),
    page("documents.master_list"),
    page("documents.new", f"{WORKERS} {IN_DINKES} outsider"),
    page("documents.patterns", f"{KEEPERS} {KEEPS_UNITS} other_officer outsider"),
    record("documents.show", "document"),
    record("documents.edit", "document", KEEPERS),
    record("documents.edit_revision", "draft", KEEPERS),
    record("documents.revise", "document", WORKERS),
    record("documents.review", "document", KEEPERS),
    record("documents.scan", "document", WORKERS),
    record("documents.evidence", "document", WORKERS),
    record("documents.show", "draft"),
    record("documents.revision", "document"),
    record("documents.revision", "draft"),
    record("documents.file", "document"),
    record("documents.file", "draft"),
    record("documents.move", "draft", KEEPERS, move="submit"),
    record("documents.move", "draft", "", move="check"),
    record("documents.move", "draft", "head", move="approve"),
    record("documents.move", "draft", "head", move="send_back"),
    record("documents.move", "draft", "officer", move="take_back"),
    record("documents.move", "draft", KEEPERS, move="give_up"),
    record("documents.move", "draft", f"{KEEPERS} head", move="recall"),
    record("documents.move", "document", f"{KEEPERS} head", move="withdraw_document"),
    # Scope and certificates
    page("certificates.index"),
    page("certificates.new", f"{KEEPERS} other_officer outsider"),
    page("certificates.choose_scope", f"{KEEPERS} other_officer outsider"),
    record("certificates.show", "certificate"),
    record("certificates.edit", "certificate", KEEPERS),
    record("certificates.event", "certificate", KEEPERS),
    record("certificates.correct", "certificate", KEEPERS),
    record("certificates.unit", "scope"),
    record("certificates.scope", "scope", KEEPERS),
    record("certificates.correct_scope", "scope", KEEPERS),
    # Standards: the catalogue is everybody's, the overlay the district's
    page("standards.index"),
    page("standards.edition", key=EDITION),
    page("standards.clause", key=EDITION, number="7.5.3"),
    page("standards.crosswalk", key="iso9001-2008", to=EDITION),
    page("standards.words", WORDS, key=EDITION, number="7.5.3"),
    page("standards.question", WORDS, key=EDITION, number="7.5.3"),
    page("standards.document", WORDS, key=EDITION, number="7.5.3"),
    closed("standards.question", "question", WORDS),
    closed("standards.document", "mandatory", WORDS),
    # Packs are there for who asked for them, imports for who might have made them
    page("packs.index", f"{EXPORTERS} {IN_DINKES} outsider"),
    page("packs.ask", f"{EXPORTERS} {IN_DINKES} outsider"),
    record("packs.show", "pack"),
    record("packs.progress", "pack"),
    record("packs.copy", "pack"),
    page("imports.index", IMPORTERS),
    page("imports.new", IMPORTERS),
    record("imports.show", "import"),
    record("imports.columns", "import"),
    record("imports.file", "import"),
    record("imports.carry_out", "import"),
    # Working days
    page("reminders.index"),
    page("reminders.read"),
    page("reminders.own"),
    page("reminders.renew_calendar"),
    page("reminders.stop_calendar"),
    page("reminders.rule", WORDS),
    page("reminders.mail", "administrator outsider"),
    page("reminders.test_mail", "administrator outsider"),
    page("reminders.retry", "administrator outsider"),
    page("deadlines.index"),
    page("deadlines.day", WORDS),
    record("deadlines.hours", "unit", f"{KEEPERS} {KEEPS_UNITS}"),
    # Units and people
    page("units.index"),
    page("units.new", f"{KEEPS_UNITS} outsider"),
    record("units.show", "unit"),
    *(
        record(f"units.{name}", "unit", KEEPS_UNITS)
        for name in (
            "rename",
            "letterhead",
            "move",
            "close",
            "reopen",
            "new_service",
            "end_service",
            "new_position",
            "close_position",
        )
    ),
    page("people.index", f"{KEEPS_UNITS} outsider"),
    page("people.new", f"{KEEPS_UNITS} outsider"),
    *(
        closed(f"people.{name}", "person", f"{KEEPS_UNITS} outsider")
        for name in (
            "show",
            "edit",
            "appoint",
            "end_appointment",
            "grant",
            "withdraw",
            "open_account",
            "reset_password",
            "disable_account",
            "enable_account",
            "end_sessions",
            "delegate",
            "end_delegation",
        )
    ),
]

ON_ALL_DATABASES = (None, "administrator", "coordinator", "officer", "guest", "outsider")
"""Those whose sight differs: all of a district, part of it with and without what is restricted."""

LET_IN = (200, 303, 409, 422, REHEARSED)


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One database for all tests of this module."""
    return fresh_database(request, tmp_path_factory.mktemp("access"), "access")


class Rehearsed(Exception):
    """Raised instead of a commit."""


@pytest.fixture(scope="module")
def app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The application, which takes back what a POST would have committed."""
    forget_trees()
    forget_catalogue()
    instance = tmp_path_factory.mktemp("instance")
    application = create_app({"instance": instance, "database_url": database})

    def take_back(_error: Rehearsed) -> tuple[str, int]:
        db.session.rollback()
        return "", REHEARSED

    def no_commit(_session: Any) -> None:
        if has_request_context() and request.method == "POST":
            raise Rehearsed

    application.register_error_handler(Rehearsed, take_back)
    with application.app_context():
        event.listen(db.session, "before_commit", no_commit)
        yield application
        event.remove(db.session, "before_commit", no_commit)
        db.session.remove()
        db.engine.dispose()
    forget_trees()


class Visitor:
    """Somebody who tries doors."""

    def __init__(self, app: Any, person: Any = None) -> None:
        self.browser = Browser(app)
        if person is not None:
            self.browser.sign_in(person)
        self.token = self._token("/account" if person is not None else "/sign-in")

    def _token(self, path: str) -> str:
        html = self.browser.request("GET", path).text
        return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html).group(1)  # type: ignore[union-attr]

    def get(self, url: str, accept: str = "text/html") -> Any:
        return self.browser.request("GET", url, headers={"Accept": accept})

    def post(self, url: str, accept: str = "application/json") -> Any:
        """With a token, and nothing filled in. Refusals as JSON are quicker to make."""
        data = {"csrf_token": self.token}
        return self.browser.request("POST", url, data=data, headers={"Accept": accept})


@pytest.fixture(scope="module")
def world(app: Any) -> World:
    """Everybody, and a record of each kind in each place."""
    return World()


@pytest.fixture(scope="module")
def visitor(app: Any, world: World) -> Any:
    """visitor(name) -> that one of the cast with a browser; None: somebody signed out."""
    known: dict[str | None, Visitor] = {}

    def find(name: str | None) -> Visitor:
        if db.engine.dialect.name != "sqlite" and name not in ON_ALL_DATABASES:
            pytest.skip("does not apply: rights are worked out in Python, sight is tried as others")
        if name not in known:
            known[name] = Visitor(app, world.people[name] if name else None)
        return known[name]

    return find


def rules_of(app: Any, endpoint: str, values: Any, method: str) -> list[Rule]:
    """The routes of an endpoint that take just these values."""
    return [
        rule
        for rule in app.url_map.iter_rules(endpoint)
        if method in rule.methods and rule.arguments <= set(values)
    ]


def addresses(app: Any, world: World, door: Door, place: Place, method: str) -> list[str]:
    """Where this door is, for a record of that place; empty if there is none."""
    values = dict(door.more)
    if door.about is not None:
        if door.about not in world.addresses[place]:
            return []
        values |= world.addresses[place][door.about]
    found = rules_of(app, door.endpoint, values, method)
    most = max((len(rule.arguments) for rule in found), default=0)
    return [
        url_of(app, rule, values)
        for rule in found
        if len(rule.arguments) == most or door.about is None
    ]


def url_of(app: Any, rule: Rule, values: dict[str, Any]) -> str:
    wanted = {name: str(values[name]) for name in rule.arguments}
    with app.test_request_context():
        return str(url_for(rule.endpoint, **wanted))


@pytest.fixture(scope="module")
def visits(app: Any, world: World) -> Any:
    """visits(method) -> every door in every place where there is one, with its address."""
    return {
        method: [
            (door, place, url)
            for door in DOORS
            for place in (Place if door.about is not None else [Place.OWN])
            for url in addresses(app, world, door, place, method)
        ]
        for method in ("GET", "POST")
    }.__getitem__


def entries(app: Any) -> int:
    """How many entries the journals have."""
    found = db.session.scalar(select(func.count(JournalEntry.id)))
    db.session.rollback()
    return found or 0


def test_every_route_has_its_line(app: Any) -> None:
    """Whoever adds a route says here who may use it."""
    known = {door.endpoint for door in DOORS} | PUBLIC | OWN_AFFAIRS
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == known


def test_every_move_has_its_line() -> None:
    for endpoint, workflow in (
        ("audits.move", AUDIT),
        ("audits.report_move", REPORT),
        ("audits.plan_move", PLAN),
        ("audits.programme_move", PROGRAMME),
        ("findings.move", FINDING),
        ("complaints.move", COMPLAINT),
        ("actions.move", ACTION),
        ("documents.move", REVISION),
    ):
        tried = {door.more["move"] for door in DOORS if door.endpoint == endpoint}
        moves = {move.name for move in workflow.moves if not move.automatic}
        assert moves - {"finish"} <= tried, endpoint  # finishing is a page of its own


def test_only_the_public_list_is_public(app: Any) -> None:
    marked = {
        name for name, view in app.view_functions.items() if getattr(view, "is_public", False)
    }
    assert marked == {name for name in PUBLIC if not name.endswith("static")}


def test_the_signed_out_are_led_to_the_door(app: Any, visits: Any, visitor: Any) -> None:
    stranger, before = visitor(None), entries(app)
    for _door, _place, url in visits("GET"):
        answer = stranger.get(url)
        assert answer.status_code == 303, url
        assert answer.headers["Location"].startswith("/sign-in"), url
        assert len(answer.data) < 500, url
        told = stranger.get(url, "application/json")
        assert told.status_code == 401, url
        assert told.get_json() == {"error": "sign in first"}
    for _door, _place, url in visits("POST"):
        answer = stranger.post(url, "text/html")
        assert answer.status_code == 303, url
        assert answer.headers["Location"].startswith("/sign-in"), url
    assert entries(app) == before


def test_no_post_without_its_token(app: Any, visits: Any, visitor: Any) -> None:
    for name in (None, "officer"):
        browser = visitor(name).browser
        for _door, place, url in visits("POST"):
            if place is not Place.OWN:
                continue
            assert browser.request("POST", url, data={}).status_code == 400, url
        for endpoint in ("people.demo", "shell.language", "shell.theme"):
            url = url_of(app, next(app.url_map.iter_rules(endpoint)), {})
            assert browser.request("POST", url, data={}).status_code == 400, url


def test_what_is_posted_is_not_fetched(app: Any, visits: Any, visitor: Any) -> None:
    officer = visitor("officer")
    found = 0
    fetched = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    for door, _place, url in visits("POST"):
        if any(rule.rule in fetched for rule in app.url_map.iter_rules(door.endpoint)):
            continue
        found += 1
        assert officer.get(url, "application/json").status_code == 405, url
    assert found > 10


@pytest.mark.parametrize("wrong", ["unknown", "malformed"])
def test_what_is_not_there_is_not_found(app: Any, world: World, visitor: Any, wrong: str) -> None:
    """For who may do everything, too."""
    searchers = ("administrator", "coordinator", "officer")
    absurd = {"number": 99, "position": 99, "from_on": "1900-01-01", "key": "iso0-0", "role": "x"}
    for door in DOORS:
        for method in ("GET", "POST"):
            values = {**door.more, **world.addresses[Place.OWN].get(door.about or "", {})}
            for rule in rules_of(app, door.endpoint, values, method):
                for part in rule.arguments:
                    unknown = absurd.get(part, uuid4() if wrong == "unknown" else "x")
                    if rule.endpoint.startswith("standards.") and part in ("number", "to"):
                        unknown = "99.9"
                    url = url_of(app, rule, {**values, part: unknown})
                    for name in searchers:
                        ask = visitor(name).get if method == "GET" else visitor(name).post
                        status = ask(url, accept="application/json").status_code
                        refused = status == 403 and name not in door.may
                        assert status == 404 or refused, f"{method} {url}: {name} {status}"


def judged(answer: Any, expected: int) -> bool:
    """Whether an answer is what was expected; 200 stands for being let in."""
    if expected == 200:
        return answer.status_code in LET_IN
    if expected == SEEN:
        return answer.status_code in (*LET_IN, 403)
    return bool(answer.status_code == expected)


@pytest.mark.parametrize("name", ROLES)
def test_who_gets_in(app: Any, visits: Any, visitor: Any, name: str) -> None:
    """Pages and files: seen, refused or not there."""
    somebody, wrong = visitor(name), []
    for door, place, url in visits("GET"):
        expected = door.expected(name, place)
        answer = somebody.get(url, "text/html" if expected == 200 else "application/json")
        answer.close()
        if not judged(answer, expected):
            wrong.append(f"{door} {place.value}: {answer.status_code}, not {expected}")
    assert not wrong


@pytest.mark.parametrize("name", ROLES)
def test_who_changes_what(app: Any, visits: Any, visitor: Any, name: str) -> None:
    """Rights are asked before anything else: before what is filled in, and before whose turn it
    is. Nothing is written for who is refused."""
    somebody, wrong, before = visitor(name), [], entries(app)
    for door, place, url in visits("POST"):
        expected = door.expected(name, place)
        answer = somebody.post(url)
        if not judged(answer, expected):
            wrong.append(f"{door} {place.value}: {answer.status_code}, not {expected}")
    assert not wrong
    assert entries(app) == before


def test_a_guest_changes_nothing(app: Any, visits: Any, visitor: Any) -> None:
    """Not one of all the doors lets a guest write, but those to their own account."""
    guest = visitor("guest")
    for door, place, url in visits("POST"):
        if door.endpoint not in OWN_AFFAIRS and place is Place.OWN:
            answer = guest.post(url)
            assert answer.status_code in (403, 404), f"{door} {place.value}"


def test_sessions_are_ended_by_their_own_person_only(world: World, visitor: Any) -> None:
    """Somebody else's session is not there; asking for it ends nothing."""
    for place in (Place.OWN, Place.FOREIGN, Place.ELSEWHERE):
        url = f"/account/sessions/{world.addresses[place]['session']['uid']}/end"
        for name in ("administrator", "officer", "guest"):
            assert visitor(name).post(url).status_code == 404
