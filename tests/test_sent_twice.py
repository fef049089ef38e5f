"""A form that makes a record, sent twice: one record. Sent with something else in it: told so."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.actions.models import Action
from qms.audits.models import Audit, AuditLine, AuditorCompetence, AuditSession
from qms.complaints.models import Complaint
from qms.core.db import db
from qms.documents.models import Document
from qms.evidence.models import Evidence
from qms.findings.models import Finding
from qms.packs.models import Pack
from qms.people.models import Person
from tests.audits.makers import QUALITY, clauses, editions, under_way
from tests.cast import Cast
from tests.client import Page
from tests.documents.makers import make_draft
from tests.factories import make_finding

FORMS = ("finding", "action", "action of a finding", "evidence", "evidence of a finding",
         "evidence of a document", "document", "person", "pack", "audit", "audit of a body",
         "line of an audit", "visit of an audit", "finding of an audit",
         "competence", "complaint")  # fmt: skip


class Sent:
    """A page with a form, what is filled in, what it makes; and the words that may change."""

    def __init__(self, browse: Any, cast: Cast, what: str) -> None:
        self.files: dict[str, bytes] = {}
        self.words: dict[str, str] = {}
        """What is written for other words, where a field takes no words."""
        officer, action = browse(cast.officer), None
        self.model: Any = {"action": Action, "evidence": Evidence}.get(what.split()[0])
        day = (cast.district.today + timedelta(days=3)).isoformat()
        quality = editions(QUALITY)
        task = {"due_on": day, "owner": f"person:{cast.owner.uid}"}
        if what == "finding":
            self.model, self.word = Finding, "deviation"
            url, self.values = "/findings/new", {"requirement": "A", "seen": "B"}
        elif what == "action":
            self.word, url, self.values = "what", "/actions/new", task
        elif what == "action of a finding":
            finding = make_finding(cast)
            self.word, url, self.values = "what", f"/findings/{finding.uid}/actions/new", task
        elif what == "evidence":
            self.word, url, self.values = "name", "/evidence/new", {}
            self.files = {"files": b"Satu.\n"}
        elif what == "evidence of a finding":
            self.word, url, self.values = None, f"/findings/{make_finding(cast).uid}/evidence", {}
            self.files = {"files": b"Satu.\n"}
        elif what == "evidence of a document":
            self.word, url, self.values = "name", f"/documents/{make_draft(cast).uid}/evidence", {}
            self.files = {"files": b"Satu.\n"}
        elif what == "document":
            self.model, self.word = Document, "title"
            url, self.values = "/documents/new", {"body": "Isi."}
        elif what == "pack":
            self.model, self.word, url = Pack, "from_on", "/packs"
            self.words = {"Yang pertama": "2026-01-02", "Yang kedua": "2026-02-03"}
            today = cast.district.today.isoformat()
            self.values = {"editions": ["iso9001-2015"], "to_on": "2026-12-31", "known_on": today}
        elif what == "audit":
            self.model, self.word, officer = Audit, "title", browse(cast.coordinator)
            url, self.values = "/audits/new", {"edition_ids": quality}
        elif what == "audit of a body":
            self.model, self.word, url = Audit, "title", "/audits/external/new"
            self.values = {"edition_ids": quality, "body": "Lembaga Sertifikasi"}
        elif what.endswith("of an audit"):
            officer, path = browse(cast.auditor), f"/audits/{under_way(cast).uid}"
            self.model, self.word, url, self.values = {
                "line": (AuditLine, "question", f"{path}/checklist/lines/new", {
                    "clause_ids": clauses("8.4")}),
                "visit": (AuditSession, "activity", f"{path}/timetable/new", {}),
                "finding": (Finding, "deviation", f"{path}/findings/new", {
                    "requirement": "A", "seen": "B"}),
            }[what.split()[0]]  # fmt: skip
        elif what == "complaint":
            self.model, self.word, url, self.values = Complaint, "statement", "/complaints/new", {}
        elif what == "competence":
            self.model, self.word, officer = AuditorCompetence, "training", browse(cast.coordinator)
            url, self.values = f"/audits/auditors/{cast.auditor.uid}/competences/new", {
                "standard": "iso9001", "achieved_on": "2026-01-02"}  # fmt: skip
        else:
            self.model, self.word, officer = Person, "name", browse(cast.administrator)
            url, self.values = "/people/new", {"user_name": "baru.sekali"}
        db.session.commit()
        self.page: Page = officer.get(url)
        self.action = action

    def count(self) -> int:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(self.model)) or 0

    def send(self, page: Page, words: str, status: int = 200) -> Page:
        words = self.words.get(words, words)
        if self.word:
            said = {self.word: words}
        else:
            said, self.files = {}, {"files": words.encode()}
        sent = {name: (BytesIO(content), "satu.txt") for name, content in self.files.items()}
        return page.submit(action=self.action, status=status, **{**self.values, **said}, **sent)


@pytest.fixture(params=FORMS)
def sent(request: pytest.FixtureRequest, browse: Any, cast: Cast) -> Sent:
    return Sent(browse, cast, request.param)


def test_sent_twice_it_is_there_once(sent: Sent) -> None:
    before = sent.count()
    sent.send(sent.page, "Yang pertama")
    assert sent.count() == before + 1
    sent.send(sent.page, "Yang pertama")
    assert sent.count() == before + 1


def test_what_somebody_wrote_after_going_back_is_not_lost(sent: Sent) -> None:
    before = sent.count()
    sent.send(sent.page, "Yang pertama")
    sent.values.pop("user_name", None)
    again = sent.send(sent.page, "Yang kedua", status=422)
    assert again.has("press the button again") and sent.count() == before + 1
    sent.send(again, "Yang kedua")
    assert sent.count() == before + 2


def test_somebody_elses_form_makes_nothing_known(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    page = browse(cast.officer).get("/findings/new")
    same = {"uid": str(finding.uid), "requirement": finding.requirement, "seen": finding.seen}
    page = page.submit(**same, deviation=finding.deviation, place=finding.place, status=422)
    assert page.has("used already") and not page.has(finding.number)
