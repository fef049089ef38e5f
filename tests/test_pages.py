"""Every page of the application, judged in both languages; and what pages ask of the database.

The test client judges what it meets (one h1, a title, labels, unique ids, no inline style). Here it
meets a page of each kind that there is. Registers and records ask the same few questions whatever
the number of rows.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select

from qms import create_app
from qms.actions.models import Action
from qms.complaints.models import Complaint
from qms.core.db import db
from qms.core.i18n import LANGUAGES
from qms.core.uids import new_uid
from qms.documents import operations as documents
from qms.documents.models import Document, DocumentType, Revision
from qms.evidence.models import Evidence
from qms.findings.models import Finding
from qms.people.operations import choose_looks
from qms.standards.queries import forget_catalogue
from qms.units.tree import forget_trees
from tests.client import Browser
from tests.conftest import DATABASES, fresh_database
from tests.counting import queries_of
from tests.factories import make_action, make_evidence, make_finding
from tests.test_access import DOORS, Door, addresses
from tests.world import Place, World

REGISTER, RECORD, FORM = 8, 10, 14
"""The most SELECTs that a page may take: who asks is one to three of them."""

REGISTERS = {
    "audits.index",
    "audits.templates",
    "audits.auditors",
    "audits.programmes",
    "findings.index",
    "complaints.index",
    "actions.index",
    "evidence.index",
    "documents.index",
    "documents.master_list",
    "certificates.index",
    "units.index",
    "people.index",
    "packs.index",
    "imports.index",
    "overview.journal",
    "reminders.index",
    "reminders.mail",
    "search.index",
}
RECORDS = {
    "audits.show",
    "audits.auditor",
    "audits.programme",
    "audits.programme_months",
    "audits.programme_coverage",
    "audits.visit",
    "audits.checklist",
    "audits.fieldwork",
    "audits.meetings",
    "audits.notes",
    "audits.scan_upload",
    "audits.sheets",
    "audits.line",
    "audits.template",
    "audits.self_assessment",
    "audits.report",
    "findings.show",
    "complaints.show",
    "actions.show",
    "evidence.show",
    "documents.show",
    "documents.revision",
    "certificates.show",
    "certificates.unit",
    "units.show",
    "people.show",
    "packs.show",
    "imports.show",
    "standards.clause",
}
NO_PAGES = {"evidence.file", "documents.file", "imports.file", "packs.progress"}
NO_PAGES |= {"audits.checklist_file", "audits.report_file", "audits.report_file_under"}
NO_PAGES |= {"audits.report_workbook", "audits.report_workbook_under"}
NO_PAGES |= {"audits.checklist_file", "audits.report_file", "audits.paper"}
NO_PAGES |= {"audits.fieldwork_shell", "audits.fieldwork_state", "audits.fieldwork_worker"}
NO_PAGES |= {"audits.auditors_file", "audits.template_file"}
NO_PAGES |= {"findings.form", "findings.forms", "findings.log"}
NO_PAGES |= {"audits.programme_file", "audits.calendar_feed", "audits.sheets_file"}
NO_PAGES |= {"reminders.calendar_feed", "trends.workbook"}
NO_PAGES |= {"audits.scan_progress", "audits.scan_page_file"}
NO_PAGES |= {"complaints.register_file", "overview.verification", "shell.units", "overview.unit"}

PREFERRED = ("officer", "administrator", "coordinator", "head", "auditor")


@pytest.fixture(scope="module", params=DATABASES[:1])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One database for all tests of this module; a page is the same on every kind."""
    return fresh_database(request, tmp_path_factory.mktemp("pages"), "pages")


@pytest.fixture(scope="module")
def app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    forget_trees()
    forget_catalogue()
    instance = tmp_path_factory.mktemp("instance")
    application = create_app({"instance": instance, "database_url": database})
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    forget_trees()


@pytest.fixture(scope="module")
def world(app: Any) -> World:
    return World()


@pytest.fixture(scope="module")
def reader(app: Any, world: World) -> Any:
    """reader(name, language) -> that one of the cast with a browser, reading this language."""
    known: dict[str, Browser] = {}

    def find(name: str, language: str = "en") -> Browser:
        person = world.people[name]
        if person.language != language:
            choose_looks(person, language=language)
            db.session.commit()
        if name not in known:
            known[name] = Browser(app)
            known[name].sign_in(person)
        return known[name]

    return find


def pages(app: Any, world: World) -> Iterator[tuple[Door, str, str]]:
    """Every door that leads to a page, somebody who may open it, and where it is."""
    for door in DOORS:
        if door.endpoint in NO_PAGES:
            continue
        for url in addresses(app, world, door, Place.OWN, "GET"):
            who = next((one for one in PREFERRED if door.expected(one, Place.OWN) == 200), None)
            if who is not None:
                yield door, who, url


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_well_made(app: Any, world: World, reader: Any, language: str) -> None:
    met = set()
    for door, who, url in pages(app, world):
        response = reader(who, language).request("GET", url, follow_redirects=True)
        if response.status_code == 409:
            continue  # a form that is not open in this state; the areas' own tests open it
        page = reader(who, language)._met(response, 200)
        assert page.soup.html["lang"] == language, url
        page.well_made()
        met.add(door.endpoint)
    every = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.endpoint.endswith("static")
    }
    # Nobody in this world has somebody to act for them; tests/people ends such a delegation. Its
    # audits' reports are being signed; tests/audits adds findings.
    alone = {"people.sign_in", "shell.health", "people.end_own_delegation"}
    alone |= {"audits.new_finding", "audits.raise_finding"}
    # For who is not signed in; tests/complaints judges them in both languages.
    alone |= {"complaints.complain", "complaints.look_up", "complaints.receipt"}
    assert every - met - NO_PAGES == alone


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_well_made(app: Any, world: World, reader: Any, language: str) -> None:
    officer = reader("officer", language)
    for method, path, status in (
        ("GET", "/nowhere", 404),
        ("GET", "/people", 403),
        ("GET", "/sign-out", 405),
        ("POST", "/findings/new", 400),
    ):
        page = officer._met(officer.request(method, path), status)
        assert page.soup.html["lang"] == language
        assert page.soup.select_one("main a[href]"), f"{path} leads nowhere"


def test_no_page_asks_too_much(app: Any, world: World, reader: Any) -> None:
    """Each kind of page keeps to its number of questions."""
    wrong = []
    for door, who, url in pages(app, world):
        most = (
            REGISTER if door.endpoint in REGISTERS else RECORD if door.endpoint in RECORDS else FORM
        )
        browser = reader(who)
        if browser.request("GET", url).status_code != 200:
            continue
        asked = queries_of(browser, url)
        if asked > most:
            wrong.append(f"{door.endpoint}: {asked}, not {most}")
    assert not wrong


WATCHED = {
    "/findings": ("officer", "secretariat", "consultant"),
    "/findings?state=raised&q=temuan": ("officer", "secretariat"),
    "/complaints": ("officer", "secretariat"),
    "/actions": ("officer", "secretariat"),
    "/documents/": ("officer", "secretariat"),
    "/documents/master-list": ("officer",),
    "/evidence": ("officer", "secretariat"),
    "/audits": ("officer", "secretariat"),
    "/search?q=temuan": ("officer",),
    "/": ("officer", "secretariat", "head"),
}


def test_more_rows_ask_no_more(app: Any, world: World, reader: Any) -> None:
    """The same number of questions at ten rows and at ten thousand."""
    fill(world, 10)
    few = asked(reader)
    for model in (Finding, Complaint, Action, Evidence):
        multiply(model, 9_990)
    multiply_documents(9_990)
    many = asked(reader)
    assert many == few


def asked(reader: Any) -> dict[tuple[str, str], int]:
    return {
        (path, name): queries_of(reader(name), path)
        for path, names in WATCHED.items()
        for name in names
    }


def fill(world: World, number: int) -> None:
    """So many findings, actions, pieces of evidence and documents more."""
    cast = world.cast
    for n in range(number):
        make_finding(cast, f"Temuan massal {n}", unit=cast.blk if n % 3 == 0 else cast.disnaker)
        make_action(cast, f"Tindakan massal {n}")
        make_evidence(cast, f"Bukti massal {n}")
        document = documents.draft_document(
            cast.disnaker.id,
            type=DocumentType.PROCEDURE,
            title=f"Prosedur massal {n}",
            content=documents.Content(body="Isi."),
            signatories=documents.Signatories(approved=cast.head),
            by=cast.officer,
        )
        documents.submit_revision(document.revisions[0], by=cast.officer)
        documents.approve_revision(document.revisions[0], by=cast.head)
    db.session.commit()


def multiply(model: Any, number: int) -> dict[str, Any]:
    """So many copies more of the newest row of a register, past the journal: only their number
    matters here. Returns the row."""
    table = model.__table__
    newest = select(table).order_by(table.c.id.desc()).limit(1)
    row = dict(db.session.execute(newest).mappings().one())
    names = {"number", "number_key", "external_number", "receipt"} & set(row)
    copies = []
    for n in range(number):
        copy = {**row, "uid": new_uid(), **dict.fromkeys(names, f"{model.__tablename__}-x{n}")}
        copies.append({name: copy[name] for name in copy if name != "id"})
    db.session.execute(insert(table), copies)
    db.session.commit()
    return row


def multiply_documents(number: int) -> None:
    """So many copies more of the newest document, each with its revision in force."""
    row = multiply(Document, number)
    revision = dict(
        db.session.execute(
            select(Revision.__table__).where(Revision.document_id == row["id"]).limit(1)
        ).mappings().one()
    )  # fmt: skip
    ids = db.session.scalars(select(Document.id).where(Document.id > row["id"])).all()
    assert len(ids) == number
    copies = [{**revision, "document_id": one, "uid": new_uid()} for one in ids]
    for copy in copies:
        del copy["id"]
    db.session.execute(insert(Revision.__table__), copies)
    db.session.commit()
