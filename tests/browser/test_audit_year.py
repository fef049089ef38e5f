"""An audit from the year's programme to two signed reports and the pack: in the office by the
pages' own forms, in the field by two auditors in two real browsers without network."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page as Sheet
from playwright.sync_api import expect
from sqlalchemy import select

from qms.audits.models import Audit, AuditReport, AuditState, ReportState
from qms.core.db import db
from qms.people.models import Account, Person
from qms.people.operations import choose_looks
from qms.standards.queries import clause_by_key, edition_by_key
from qms.units.models import Unit
from tests.browser.conftest import PHONE
from tests.browser.test_fieldwork import Field, sent, until
from tests.client import Browser, Page, filled
from tests.packs.opened import Opened, rows_below

pytestmark = pytest.mark.browser

COORDINATOR, SECRETARY, LEAD, AUDITOR = "bambang", "endang", "hendra", "maria"
OFFICER, HEAD = "siti", "agus"
NINE, BRIBES = "iso9001-2015", "iso37001-2016"
BOTH, QUALITY, BRIBERY = "Bagaimana pegawai loket dilatih?", "Bagaimana keluhan?", "Siapa dinilai?"


class Walk(Field):
    """Devices that take along an audit which is there already."""

    def __init__(self, site: Any, browser: Any, uid: UUID) -> None:
        self._uid = uid
        super().__init__(site, browser)

    def _begin(self) -> UUID:
        return self._uid


class Year:
    """The story, by the people who do it."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.today: date = self.person(COORDINATOR).district.today

    def person(self, user_name: str) -> Any:
        found = select(Person).join(Account, Account.id == Person.account_id)
        return db.session.scalars(found.where(Account.user_name == user_name)).one()

    def enter(self, user_name: str, language: str = "en") -> Browser:
        person = self.person(user_name)
        choose_looks(person, language=language)
        browser = Browser(self.site.app)
        browser.sign_in(person)
        return browser

    def open(self, user_name: str, where: str = "", status: int = 200) -> Page:
        """A page of the audit, as this person sees it."""
        return self.enter(user_name).get(f"/audits/{self.uid}{where}", status)

    def the_year_is_planned_and_approved(self) -> None:
        """A programme for the units that hold certificates, filled by the rule."""
        page = (
            self.enter(COORDINATOR)
            .get("/audits/programmes/new")
            .submit(
                title="Audit terpadu tahun ini",
                from_year=str(self.today.year),
                until_year=str(self.today.year),
                edition_ids=[str(edition_by_key(key).id) for key in (NINE, BRIBES)],
                objectives="Satu audit untuk kedua standar.",
            )
        )
        self.programme = page.url
        assert re.fullmatch(r"/audits/programmes/[\w-]+", self.programme), page.url
        unit = db.session.scalars(select(Unit).where(Unit.code == "DISNAKER")).one()
        page = self.enter(COORDINATOR).get(f"{self.programme}/units")
        page.submit(**{f"risk-{unit.uid}": "high"})
        page = self.enter(COORDINATOR).get(f"{self.programme}/propose")
        rest = [str(one) for one in range(self.today.month, 13)]
        page = page.submit(months=rest, button=("then", "show"))
        assert page.has("High risk"), "each visit says why"
        page.submit(button=("then", "adopt"))
        visits = f"{self.programme}/visits/{unit.uid}"
        page = self.enter(COORDINATOR).get(f"{self.programme}/months?year={self.today.year}")
        links = [str(one["href"]) for one in page.soup.select(f'a[href^="{visits}/"]')]
        assert links, "the unit of high risk is visited"
        self.visit = links[0]
        page = self.enter(SECRETARY).get(self.programme).submit(action="/approve")
        assert page.has("Approved")

    def its_first_audit_is_prepared(self) -> None:
        """Both standards in one walk, of a team that is competent in both and independent."""
        page = (
            self.enter(COORDINATOR)
            .get(f"{self.visit}/audit")
            .submit(
                title="Audit terpadu layanan loket",
                edition_ids=[str(edition_by_key(key).id) for key in (NINE, BRIBES)],
                planned_from=str(self.today),
                planned_until=str(self.today),
                scope="Layanan loket; arsip tidak termasuk.",
            )
        )
        lead = page.choice("lead", self.person(LEAD).name)
        page.submit(lead=lead, auditors=[page.choice("auditors", self.person(AUDITOR).name)])
        self.uid = db.session.scalars(
            select(Audit.uid).where(Audit.title == "Audit terpadu layanan loket")
        ).one()
        for question, numbers in (
            (BOTH, [f"{NINE}:7.2", f"{BRIBES}:7.2.1"]),
            (QUALITY, [f"{NINE}:9.1.2"]),
            (BRIBERY, [f"{BRIBES}:8.2"]),
        ):
            self.open(LEAD, "/checklist/lines/new").submit(
                question=question,
                clause_ids=[str(clause_by_key(one).id) for one in numbers],
            )
        page = self.open(LEAD).submit(action="/moves/open")
        assert page.has("Under way")

    def two_walk_without_network(self, walk: Walk) -> None:
        """Both answer the first line, and not the same; a meeting and a dissent are taken down."""
        first, second = walk.device(AUDITOR, viewport=PHONE), walk.device(LEAD)
        for page in (first, second):
            page.context.set_offline(True)
        take_part(first, 0, "Agus Wijaya", "Kepala Dinas")
        answer(first, BOTH, "Conforms", "Dua belas berkas pelatihan")
        answer(first, QUALITY, "Conforms", "Register keluhan")
        answer(second, BOTH, "Minor nonconformity", "Dua petugas baru tanpa pelatihan")
        answer(second, BRIBERY, "Major nonconformity", "Rekanan tanpa uji kelayakan")
        second.get_by_role("link", name=re.compile("^Findings")).click()
        said = second.locator("#findings section").filter(has_text="Rekanan tanpa uji")
        said.get_by_role("radio", name="Disagrees").check()
        said.get_by_label("Who said it").fill("Agus Wijaya")
        said.get_by_label("What they say").fill("Rekanan lama, sudah dikenal")
        expect(said.locator("[data-stored=kept]")).to_contain_text("Kept on this device.")
        take_part(second, 1, "Siti Rahmadani", "")
        assert [line.answer for line in walk.lines()] == [None, None, None]
        first.context.set_offline(False)
        sent(first)
        second.context.set_offline(False)
        second.get_by_role("link", name=re.compile("^This device")).click()
        second.get_by_role("button", name="Send now").click()
        expect(second.locator("[data-state]")).to_have_text("1 to be sent")
        open_line(second, BOTH)
        conflict = second.locator("[data-conflict]:visible")
        expect(conflict).to_contain_text("Conforms · Dua belas berkas pelatihan")
        conflict.get_by_role("button", name="Mine counts").click()
        expect(second.locator("[data-state]")).to_have_text("Everything is sent.")
        assert [line.answer for line in walk.lines()] == ["minor", "conform", "major"]

    def the_findings_are_raised_from_the_lines(self, walk: Walk) -> None:
        """Clauses, requirement and what was seen are there already. Under ISO 37001 the training is
        enough: a verdict of its own."""
        both, _quality, bribery = (line.uid for line in walk.lines())
        bribes = edition_by_key(BRIBES).id
        self.open(LEAD, f"/checklist/lines/{both}").submit(
            **{
                f"verdict_{bribes}": "conform",
                f"reason_{bribes}": "Pelatihan anti penyuapan lengkap",
            },
        )
        page = self.open(LEAD, "/report/write")
        assert page.has("2 nonconformities of the checklist have no finding of their grade yet")
        self.numbers = []
        for line, grade, deviation in (
            (both, "minor", "Petugas baru belum dilatih"),
            (bribery, "major", "Rekanan tidak diuji"),
        ):
            page = self.open(LEAD, f"/checklist/lines/{line}/finding").submit(
                grade=grade, requirement="Sesuai kriteria", deviation=deviation
            )
            found = re.search(r"NC-\d{4}-DISNAKER-\d+", page.text)
            assert found, page.text
            self.numbers.append(found[0])

    def the_report_is_signed_in_order(self) -> None:
        """Auditor, leader, auditee, head; nobody before their turn."""
        page = self.open(LEAD, "/report/write")
        bribes = edition_by_key(BRIBES).id
        page = page.submit(
            button=("then", "read"),
            conformity="Memenuhi, kecuali pelatihan.",
            effectiveness="Efektif.",
            **{f"conformity_{bribes}": "Belum memenuhi: uji kelayakan."},
        )
        assert page.has("Rekanan lama, sudah dikenal"), "the dissent is drafted into the report"
        page.submit(action="/moves/submit")
        order = (AUDITOR, LEAD, OFFICER, HEAD)
        for n, signer in enumerate(order):
            # The head may acknowledge for the unit as well: it is the officer who does.
            for later in order[n + 1 :] if signer != OFFICER else ():
                assert not self.open(later, "/report/1").soup.select("#sign form")
            page = self.open(signer, "/report/1").submit(action="/sign")
            assert page.has("Signed.")
        assert db.session.scalars(
            select(AuditReport.state).join(Audit).where(Audit.uid == self.uid)
        ).all() == [ReportState.SIGNED]
        self.open(LEAD).submit(action="/moves/close")
        state = select(Audit.state).where(Audit.uid == self.uid)
        assert db.session.scalar(state) is AuditState.CLOSED

    def each_standard_has_its_report(self) -> None:
        """Word and Excel, one in English and one in Indonesian."""
        minor, major = self.numbers
        signers = [self.person(one).name for one in (AUDITOR, LEAD, OFFICER, HEAD)]
        for key, language, own, other in (
            (NINE, "en", ["Memenuhi, kecuali pelatihan.", QUALITY, minor], [BRIBERY, major]),
            (BRIBES, "id", ["Belum memenuhi: uji kelayakan.", BRIBERY, major], [QUALITY, minor]),
        ):
            browser = self.enter(HEAD, language)
            where = f"/audits/{self.uid}/report/1/{key}"
            for words in (
                words_of_word(browser.request("GET", f"{where}.docx").data),
                words_of_excel(browser.request("GET", f"{where}.xlsx").data),
            ):
                for wanted in (*own, *signers, "Agus Wijaya", "Siti Rahmadani"):
                    assert wanted in words, (key, wanted)
                for wrong in other:
                    assert wrong not in words, (key, wrong)
                assert ("Opening meeting" if language == "en" else "Rapat pembukaan") in words

    def the_pack_tells_the_audit(self, folder: Path) -> None:
        """The chapter in Word and the sheets in Excel."""
        page = self.enter(OFFICER).get("/packs")
        unit = page.choice("units", "Dinas Tenaga Kerja")
        page = page.submit(
            units=[unit],
            editions=[NINE, BRIBES],
            from_on=str(self.today.replace(month=1, day=1)),
            to_on=str(self.today),
            language="en",
            chapters=["audits"],
        )
        browser, pack = page.browser, page.url
        until(lambda: bool(browser.get(pack).soup.select("form[action$=copy]")))
        form = browser.get(pack).form("/copy")
        content = browser.request("POST", f"{pack}/copy", data=filled(form)).data
        path = folder / "pack.zip"
        path.write_bytes(content)
        opened = Opened(path)
        title = f"{self.number} Audit terpadu layanan loket"
        part = opened.chapters[f"Audits/{title}"]
        assert {row[0] for row in rows_below(part, "Findings of the audit")} == set(self.numbers)
        assert [row[2] for row in rows_below(part, "Meetings")] == [
            "Agus Wijaya",
            "Siti Rahmadani",
        ]
        said = rows_below(part, "What the auditee says to the findings")
        assert [(row[0], row[2].split()[0]) for row in said] == [(self.numbers[1], "Disagrees")]
        row = next(row for row in opened.sheet("Audits") if row["Number"] == self.number)
        assert row["Report signed"] == "Yes" and row["Closed on"] == self.today
        answers = {
            row["Question"]: row["Result"]
            for row in opened.sheet("Checklist answers")
            if row["Audit"] == self.number
        }
        assert answers == {
            BOTH: "Minor nonconformity",
            QUALITY: "Conforms",
            BRIBERY: "Major nonconformity",
        }

    @property
    def number(self) -> str:
        found = db.session.scalar(select(Audit.number).where(Audit.uid == self.uid))
        assert found is not None
        return found


def take_part(page: Sheet, meeting: int, name: str, post: str) -> None:
    """Take down that somebody is at the opening (0) or the closing (1) meeting."""
    page.get_by_role("link", name=re.compile("^Meetings")).click()
    list_ = page.locator("#meetings section").nth(meeting)
    list_.get_by_label("Name").fill(name)
    list_.get_by_label("Position or unit").fill(post)
    list_.get_by_role("button", name="Was there").click()
    expect(list_.get_by_role("listitem").first).to_contain_text(name)


def open_line(page: Sheet, question: str) -> None:
    page.get_by_role("link", name=re.compile("^Lines")).click()
    page.locator(".fw-row").filter(has_text=question).click()
    expect(page.locator("#question")).to_have_text(question)


def answer(page: Sheet, question: str, result: str, seen: str) -> None:
    """Answer a line, and wait until it is kept on the device."""
    open_line(page, question)
    page.get_by_role("radio", name=result, exact=True).check()
    page.locator("#seen").fill(seen)
    expect(page.locator("#line [data-stored=kept]")).to_contain_text("Kept on this device.")


def words_of_word(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in document.paragraphs] + cells)


def words_of_excel(content: bytes) -> str:
    book = load_workbook(BytesIO(content), data_only=True)
    return "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )


def test_a_year_s_audit(site: Any, browser: Any, tmp_path: Path) -> None:
    with site.app.app_context():
        year = Year(site)
        year.the_year_is_planned_and_approved()
        year.its_first_audit_is_prepared()
        walk = Walk(site, browser, year.uid)
        try:
            year.two_walk_without_network(walk)
            year.the_findings_are_raised_from_the_lines(walk)
        finally:
            for context in walk.contexts:
                context.close()
        year.the_report_is_signed_in_order()
        year.each_standard_has_its_report()
        year.the_pack_tells_the_audit(tmp_path)
        assert not walk.broken
