"""The first year of an agency with QMS, from `qms init` to the evening before the auditor comes.

Everything goes through the pages and commands that people use. At the turning points each of them
looks at My work: whose turn it is must be plain to that person, and to nobody else.

Kabupaten Teladan is invented:

    rina     administrator                 DISNAKER  Dinas Tenaga Kerja
    siti     quality officer of DISNAKER     BLK     UPTD Balai Latihan Kerja
    agus     its head, reads Indonesian    DINKES    Dinas Kesehatan
    dewi     process owner there           INSP      Inspektorat
    joko     process owner there
    ratna    its anti-bribery function
    maria    internal auditor, of INSP
    andreas  consultant of DISNAKER
    fitri    quality officer of DINKES, who has nothing to do with it
"""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl

from tests.client import Page
from tests.core.test_upload_check import png
from tests.demo.test_rebuild import journalled, rebuilt, stored
from tests.journeys.conftest import Installation, fact, take_up, waiting

CAPA = Path(__file__).parent.parent / "samples" / "capa-register.csv"
EVERYBODY = ("rina", "siti", "agus", "dewi", "joko", "ratna", "maria", "andreas", "fitri")
UNIT = ("siti", "agus", "dewi", "joko", "ratna", "andreas")
"""Who can write the answer of DISNAKER."""
ANSWER = "waits for your unit's answer"

SOP = "SOP Penerbitan Kartu AK I"
QUEUE = "Pemohon tidak dipanggil menurut nomor antrean."
GIFT = "Bingkisan dari penyedia tidak dilaporkan."
SCREEN = "Pasang layar pemanggil nomor"
ROSTER = "Susun jadwal petugas loket"


def photo(name: str, width: int = 1) -> tuple[BytesIO, str]:
    """A picture, as a camera would give it."""
    return BytesIO(png(width)), name


def test_the_first_year(installation: Installation) -> None:
    year = Year(installation)
    year.the_administrator_lets_people_in()
    year.the_officer_sets_the_scope()
    year.a_procedure_comes_into_force_at_midnight()
    year.the_certificate_is_issued()
    year.the_auditor_raises_a_major()
    year.the_answer_is_sent_back_once()
    year.the_actions_are_done_and_verified_by_another()
    year.it_closes_when_it_proved_effective()
    year.a_new_revision_supersedes_the_first()
    year.the_complaint_comes_back()
    year.a_gift_stays_among_those_who_need_to_know()
    year.the_consultant_imports_the_old_log_twice()
    year.the_last_evening()
    year.the_surveillance_is_held()
    year.the_consultant_leaves()
    year.the_journal_tells_it_all()


class Year:
    """The acts in their order, and what one hands on to the next."""

    def __init__(self, installation: Installation) -> None:
        self.at = installation
        self.sop = ""
        self.finding = ""
        self.number = ""
        self.gift = ""
        self.gift_number = ""

    def enter(self, who: str) -> Page:
        return self.at.enter(who, language="id" if who == "agus" else "en")

    def waits_for(self, *who: str, what: str, says: str = "") -> None:
        """It stands in My work of these people, says so in English, and of nobody else."""
        for one in who:
            lines = waiting(self.enter(one))
            assert what in lines, f"{what!r} is not in My work of {one}: {lines}"
            assert one == "agus" or says in lines[what], lines[what]
        for one in set(EVERYBODY) - set(who):
            assert what not in self.at.home_of(one), f"{what!r} is in My work of {one}"

    def the_administrator_lets_people_in(self) -> None:
        at = self.at
        at.is_now(date(2026, 1, 5))
        at.init("TELADAN", "Kabupaten Teladan", "Rina Kartika, S.Kom.", "rina")
        page = self.enter("rina")
        assert page.has("Begin here") and not page.has("Well done")
        page = page.browser.get("/account").follow("Change password")
        assert at.change_password(page, "rina").has("Your password is changed.")
        rina = page.browser
        for code, name, kind, above in (
            ("DISNAKER", "Dinas Tenaga Kerja", "dinas", "Kabupaten Teladan"),
            ("BLK", "UPTD Balai Latihan Kerja", "uptd", "Dinas Tenaga Kerja"),
            ("DINKES", "Dinas Kesehatan", "dinas", "Kabupaten Teladan"),
            ("INSP", "Inspektorat", "inspektorat", "Kabupaten Teladan"),
        ):
            page = rina.get("/units").follow("New unit")
            page = page.submit(code=code, name=name, type=kind, parent=page.choice("parent", above))
            assert page.has("The unit is open.")
        page = rina.get("/units").follow("Dinas Tenaga Kerja")
        for service in ("Kartu AK I", "Perselisihan hubungan industrial"):
            page = page.follow("New service").submit(name=service)
        assert page.has("Perselisihan hubungan industrial")
        for user_name, name, unit, role, position in (
            ("siti", "Siti Rahmadani, S.E.", "DISNAKER", "Quality officer", "Kasubbag Program"),
            ("agus", "Drs. Agus Prasetiawan", "DISNAKER", "Head of unit", "Kepala Dinas"),
            ("dewi", "Dewi Anggraheni, A.Md.", "DISNAKER", "Process owner", "Pengantar Kerja"),
            ("joko", "Joko Santosa, S.T.", "DISNAKER", "Process owner", ""),
            ("ratna", "Ratna Wulandari, S.H.", "DISNAKER", "Anti-bribery", ""),
            ("maria", "Maria Fransiska, S.T.", "DISNAKER", "Internal auditor", ""),
            ("andreas", "Andreas Simangunsong", "DISNAKER", "Consultant", ""),
            ("fitri", "dr. Fitri Handayani", "DINKES", "Quality officer", ""),
        ):
            about = {"position": position, "from_on": "2026-01-05"} if position else {}
            at.add_person(rina, name, user_name, unit=f"({unit})", role=role, **about)
        page = rina.get("/people").follow("Maria Fransiska, S.T.").follow("Give a role")
        page = page.submit(role="owner", unit=page.choice("unit", "(INSP)"))
        assert page.has("Internal auditor") and page.has("Process owner or staff")

        for who in EVERYBODY:  # with the one-time password, which is changed first
            page = self.enter(who)
            assert page.has("Bagus" if who == "agus" else "Well done: nothing waits for you")

    def the_officer_sets_the_scope(self) -> None:
        self.at.is_now(date(2026, 1, 12))
        page = self.enter("siti")
        for standard in ("ISO 9001:2015", "ISO 37001:2016"):
            page = page.browser.get("/certificates").follow("Set a scope")
            page = page.press(
                "Continue",
                unit=page.choice("unit", "Dinas Tenaga Kerja"),
                standard=page.choice("standard", standard),
            )
            design = {}
            if standard == "ISO 9001:2015":
                design = {
                    "exclusions-0-clause": page.choice("exclusions-0-clause", "8.3 "),
                    "exclusions-0-justification": "Layanan ditetapkan peraturan menteri.",
                }
            page = page.submit(
                from_on="2026-01-12",
                statement="Pelayanan ketenagakerjaan di loket",
                service_ids=[page.choice("service_ids", "Kartu AK I")],
                **design,
            )
            assert page.has("The scope is saved.") and page.has("Kartu AK I")

    def a_procedure_comes_into_force_at_midnight(self) -> None:
        at = self.at
        at.is_now(date(2026, 1, 13))
        siti = self.enter("siti").browser
        page = siti.get("/documents/").follow("New document")
        page = page.press(
            "Save the draft",
            title=SOP,
            type="SOP",
            clause_ids=[page.choice("clause_ids", "8.5.1 ")],
            body="# Tujuan\n\nPemohon dilayani menurut nomor antrean.",
            change_note="Terbitan pertama",
            checked_by=page.choice("checked_by", "Dewi"),
            approved_by=page.choice("approved_by", "Agus"),
        )
        self.sop = page.url
        self.waits_for("siti", what=SOP, says="your draft")
        page = siti.get(self.sop).press("Submit for review")
        assert "Approve" not in [one.get_text(strip=True) for one in page.soup.select("button")]
        self.waits_for("dewi", what=SOP, says="waits for your check")
        page = take_up(self.enter("dewi"), SOP).press("Sign as checked")
        self.waits_for("agus", what=SOP)
        page = take_up(self.enter("agus"), SOP)
        page = page.press("Sahkan", effective_from="2026-02-01")
        assert page.has("1 Februari 2026")
        self.waits_for(what=SOP)
        for clock, in_force in (("23:59", False), ("00:00", True)):
            at.is_now(date(2026, 2, 1) if in_force else date(2026, 1, 31), clock)
            assert self.enter("dewi").browser.get("/documents/master-list").has(SOP) is in_force

    def the_certificate_is_issued(self) -> None:
        self.at.is_now(date(2026, 2, 16))
        page = self.enter("siti").browser.get("/certificates").follow("Register a certificate")
        page = page.press("Continue", unit=page.choice("unit", "Dinas Tenaga Kerja"))
        page = page.submit(
            edition_id=page.choice("edition_id", "ISO 9001:2015"),
            body="Lembaga Sertifikasi Contoh",
            number="QMS-0042",
            scope="Kartu AK I",
            service_ids=[page.choice("service_ids", "Kartu AK I")],
            issued_on="2026-02-10",
            valid_until="2029-02-09",
        )
        assert page.has("Valid") and page.has("Surveillance 1")
        page = page.browser.get("/certificates")
        assert page.has("QMS-0042") and page.has("35 months left")
        assert not self.enter("fitri").browser.get("/certificates").has("QMS-0042")

    def the_auditor_raises_a_major(self) -> None:
        self.at.is_now(date(2026, 3, 3))
        page = self.enter("maria").follow("New finding")
        page = page.press(
            "Save finding",
            unit=page.choice("unit", "(DISNAKER)"),
            source="internal_audit",
            grade="major",
            place="Loket 2",
            clause_ids=[page.choice("clause_ids", "8.5.1 "), page.choice("clause_ids", "8.10 ")],
            requirement="Pemohon dipanggil menurut nomor.",
            seen="Tiga dari sepuluh pemohon dipanggil tanpa nomor.",
            deviation=QUEUE,
            files=photo("loket-2.png"),
        )
        self.finding = page.url
        found = re.search(r"NC-2026-DISNAKER-001", page.text)
        assert found, page.text
        self.number = found.group()
        assert page.has("ISO 9001:2015") and page.has("ISO 37001:2016") and page.has("loket-2.png")
        assert page.has("2 Apr 2026")
        self.waits_for(*UNIT, what=QUEUE, says=ANSWER)
        fitri = self.enter("fitri").browser
        fitri.get(self.finding, status=404)
        assert not fitri.get("/findings").has(self.number)
        assert not fitri.get("/search", query_string={"q": self.number}).has(QUEUE)

    def the_answer_is_sent_back_once(self) -> None:
        at = self.at
        at.is_now(date(2026, 3, 5))
        page = take_up(self.enter("siti"), QUEUE)
        page = page.press("Save and send the answer", correction="Pemanggilan diulang.", status=422)
        assert page.has("Write the cause first") and page.has("Pemanggilan diulang.")
        page = page.press(
            "Save and send the answer",
            cause="Petugas lupa.",
            criterion="Dari 40 pemohon dua bulan kemudian, semua dipanggil menurut nomor.",
            action_what=SCREEN,
            action_owner=page.choice("action_owner", "Dewi"),
            action_due_on="2026-03-20",
        )
        assert page.has("The answer is sent")
        self.waits_for("agus", "maria", what=QUEUE, says="its plan waits for approval")
        self.waits_for(what=SCREEN)
        at.is_now(date(2026, 3, 9))
        page = take_up(self.enter("maria"), QUEUE)
        page.press("Send back", reason="Mengapa petugas lupa? Gali penyebabnya.")
        self.waits_for(*UNIT, what=QUEUE, says=ANSWER)
        page = take_up(self.enter("siti"), QUEUE)
        assert page.has("Sent back by Maria Fransiska, S.T.") and page.has("Gali penyebabnya")
        page = page.press(
            "Save and send the answer",
            cause="Nomor dipanggil dengan suara; jadwal petugas tidak tetap.",
            action_what=ROSTER,
            action_owner=page.choice("action_owner", "Joko"),
            action_due_on="2026-03-25",
        )
        page = take_up(self.enter("agus"), QUEUE).press("Setujui rencana")
        assert page.has("Ditindaklanjuti")
        self.waits_for("dewi", what=SCREEN, says="yours to do")
        self.waits_for("joko", what=ROSTER, says="yours to do")

    def the_actions_are_done_and_verified_by_another(self) -> None:
        at = self.at
        at.is_now(date(2026, 3, 18))
        page = take_up(self.enter("dewi"), SCREEN)
        page = page.press("Finish", note="Layar terpasang.", files=photo("layar.png", 2))
        assert page.has("Done, to be verified")
        self.waits_for("maria", what=SCREEN, says="waits for verification")
        page = take_up(self.enter("maria"), SCREEN)
        page.press("Send back", reason="Layar di foto masih mati.")
        page = take_up(self.enter("dewi"), SCREEN)
        assert page.has("Layar di foto masih mati.")
        at.is_now(date(2026, 3, 30))
        line = waiting(self.enter("joko"))[ROSTER]
        assert "5 days late" in line
        for who, what, file in (
            ("dewi", SCREEN, "layar-menyala.png"),
            ("joko", ROSTER, "jadwal.png"),
        ):
            page = take_up(self.enter(who), what)
            page.press("Finish", note="Selesai.", files=photo(file, 4))
        for who in ("siti", "dewi", "joko"):  # the very unit does not verify its own work
            page = self.enter(who).browser.get(self.finding)
            assert "Verify" not in [one.get_text(strip=True) for one in page.soup.select("button")]
        for what in (SCREEN, ROSTER):
            page = take_up(self.enter("maria"), what).press("Verify")
        self.waits_for("maria", what=QUEUE, says="all actions are verified")

    def it_closes_when_it_proved_effective(self) -> None:
        page = take_up(self.enter("maria"), QUEUE)
        page = page.press("Verify the answer")
        assert page.has("Is it effective?")
        assert fact(page, "Check of the effect due") == "28 Jun 2026"  # 90 days
        self.at.is_now(date(2026, 5, 20))
        self.waits_for(what=QUEUE)
        page = self.enter("maria").browser.get(self.finding)
        seen = "Dua bulan tanpa keluhan; 40 pemohon diamati."
        page = page.press("Effective already: close", reason=seen, status=409)
        assert page.has("Who judges it earlier says why")
        page = self.enter("maria").browser.get(self.finding)
        page = page.press("Effective already: close", reason=seen, early="Kriterianya terpenuhi.")
        assert page.has("Closed") and fact(page, "Closed on") == "20 May 2026"
        self.waits_for(what=QUEUE)

    def a_new_revision_supersedes_the_first(self) -> None:
        at = self.at
        at.is_now(date(2026, 6, 8))
        page = self.enter("siti").browser.get(self.sop).follow("New revision")
        page = page.submit(change_note="Pemanggilan lewat layar")
        page = page.follow("Write the draft") if page.url == self.sop else page
        page = page.press(
            "Save the draft",
            body="# Tujuan\n\nPemohon dipanggil lewat layar.",
            checked_by="",
        ).press("Submit for review")
        page = take_up(self.enter("agus"), SOP).press("Sahkan", effective_from="2026-07-01")
        for day, clock, number in (
            (date(2026, 6, 30), "23:59", "00"),
            (date(2026, 7, 1), "00:00", "01"),
        ):
            at.is_now(day, clock)
            page = self.enter("dewi").browser.get("/documents/master-list")
            assert f"{number} 1 " in _row(page, SOP), page.text
        page = page.browser.get(self.sop)
        assert page.has("Pemohon dipanggil lewat layar.") and page.has("Superseded")
        assert page.browser.get(f"{self.sop}/revisions/0").has("This revision is not in force")

    def the_complaint_comes_back(self) -> None:
        self.at.is_now(date(2026, 9, 1))
        page = self.enter("siti").browser.get(self.finding)
        page = page.press("Reopen", reason="Layar rusak dua pekan; keluhan yang sama datang lagi.")
        assert page.has("Round 1") and page.has("Round 2") and page.has("Dua bulan tanpa keluhan")
        assert fact(page, "Closed on") == ""
        self.waits_for(*UNIT, what=QUEUE, says=ANSWER)

    def a_gift_stays_among_those_who_need_to_know(self) -> None:
        self.at.is_now(date(2026, 9, 14))
        page = self.enter("ratna").follow("New finding")
        page = page.press(
            "Save finding",
            unit=page.choice("unit", "(DISNAKER)"),
            grade="minor",
            clause_ids=[page.choice("clause_ids", "8.7 ")],
            requirement="Setiap bingkisan dilaporkan dalam 30 hari.",
            seen="Satu bingkisan di ruang arsip, tanpa laporan.",
            deviation=GIFT,
            access="restricted",
            files=photo("bingkisan.png", 3),
        )
        self.gift = page.url
        found = re.search(r"NC-2026-DISNAKER-\d{3}", page.text)
        assert found
        self.gift_number = found.group()
        for who in ("dewi", "joko", "maria", "andreas", "fitri", "rina"):
            browser = self.enter(who).browser
            browser.get(self.gift, status=404)
            for where in ("/", "/findings", "/evidence", "/search?q=bingkisan"):
                page = browser.get(where)
                assert not page.has(GIFT) and not page.has("bingkisan.png"), (who, where)
        for who in ("siti", "agus", "ratna"):
            assert self.enter(who).browser.get("/search?q=bingkisan").has(GIFT)
        self.waits_for("siti", "agus", "ratna", what=GIFT, says=ANSWER)

    def the_consultant_imports_the_old_log_twice(self) -> None:
        self.at.is_now(date(2026, 10, 5))
        andreas = self.enter("andreas").browser
        log = CAPA.read_text(encoding="utf-8")
        corrected = log.replace("Applied patches", "Applied all patches")
        assert corrected != log
        for text, counts in ((log, (5, 0, 0)), (log, (0, 0, 5)), (corrected, (0, 1, 4))):
            page = andreas.get("/imports").follow("Import a file")
            page = page.submit(
                kind="findings",
                unit=page.choice("unit", "(DISNAKER)"),
                files=(BytesIO(text.encode()), CAPA.name),
            )
            page = page.press("Show the preview")
            created, changed, _same = counts
            assert page.has(f"Will be created {created}") or not created
            if created or changed:
                page = page.press("Import")
                assert page.has(f"{created} created") and page.has(f"{changed} changed")
            else:
                assert page.has("There is nothing to import")

    def the_last_evening(self) -> None:
        at = self.at
        at.is_now(date(2026, 11, 30), "20:00")
        andreas = self.enter("andreas").browser
        page = andreas.get("/packs")
        page = page.press(
            "Make the pack",
            editions=["iso9001-2015", "iso37001-2016"],
            from_on="2026-01-01",
            to_on="2026-12-31",
            language="en",
        )
        assert page.has("Your pack is being made.")
        at.work_off()
        page = take_up(andreas.get("/"), "Evidence pack")
        pack = self.take_a_copy(page)
        assert "files are as they were signed" in at.qms("pack", "verify", pack)
        book = sheets_of(pack)
        assert book["Documents"][0][:6] == (
            *("SOP-DISNAKER-001", SOP, "Procedure (SOP)", "Dinas Tenaga Kerja", "In force", "01"),
        )
        findings = {row[0]: row for row in book["Findings"]}
        assert findings[self.number][3:5] == ("Major nonconformity", "Raised")
        assert len(findings) == 6  # with the five of the log, without the gift
        assert ("Open major nonconformity", self.number) in [
            (row[0], row[4]) for row in book["Known gaps"]
        ]
        assert {row[2]: row[5] for row in book["Certificates"]} == {"QMS-0042": "Valid"}
        with ZipFile(pack) as archive:
            files = [name for name in archive.namelist() if "/" in name]
            assert len(files) == len(book["Files"]) == 5
            assert sum(name.endswith(f"{SOP} rev 01.md") for name in files) == 1
            for name in archive.namelist():
                assert GIFT.encode() not in archive.read(name)
            shown = _xml_of(archive, ".docx") + _xml_of(archive, ".xlsx")
        assert QUEUE in shown
        for secret in (GIFT, self.gift_number, "bingkisan.png"):
            assert secret not in shown

    def take_a_copy(self, page: Page) -> Path:
        token = page.form("/copy").find("input", {"name": "csrf_token"})
        response = page.browser.request(
            "POST", f"{page.url}/copy", data={"csrf_token": token["value"]}
        )
        assert response.mimetype == "application/zip"
        path = self.at.folder / "pack.zip"
        path.write_bytes(response.data)
        response.close()
        return path

    def the_surveillance_is_held(self) -> None:
        self.at.is_now(date(2026, 12, 3))
        page = self.enter("siti").browser.get("/certificates").follow("QMS-0042")
        page = page.follow("Enter what happened")
        page = page.submit(kind="surveillance", on="2026-12-01", note="Tanpa temuan mayor baru.")
        assert page.has("Surveillance 1, held") and page.has("Tanpa temuan mayor baru.")
        assert page.has("Surveillance 2, due by")

    def the_consultant_leaves(self) -> None:
        self.at.is_now(date(2026, 12, 15))
        page = self.enter("rina").browser.get("/people").follow("Andreas Simangunsong")
        assert self.enter("andreas").browser.get("/findings").has(self.number)
        page = page.press("Withdraw role", reason="Pendampingan selesai.")
        assert page.has("Pendampingan selesai."), page.text
        assert self.enter("andreas").has("You have no role yet")
        andreas = self.enter("andreas").browser
        assert not andreas.get("/findings").has(self.number)
        andreas.get(self.finding, status=404)
        assert not andreas.get("/packs").has("Take a copy")

    def the_journal_tells_it_all(self) -> None:
        self.at.is_now(date(2026, 12, 16))
        story = self.enter("siti").browser.get(self.finding).soup.select(".timeline .sentence")
        told = " / ".join(one.get_text(" ", strip=True) for one in reversed(story))
        assert told.count("sent the answer; its plan") == 2
        assert re.search("Maria .*raised.* sent the plan back .*closed it.* reopened it", told)
        page = self.enter("rina").browser.get("/journal").press("Verify now")
        self.at.work_off()
        page = page.browser.get("/journal")
        (whole,) = re.findall(r"Whole: (\d+) entries · 16 December 2026", page.text)
        assert f"Kabupaten Teladan: {whole} entries, whole" in self.at.qms("journal", "verify")
        rows = rebuilt()
        for model in journalled():
            assert rows.get(model.__tablename__, {}) == stored(model), model.__tablename__


def sheets_of(pack: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the workbook in a pack, below the headings, by the name of their sheet."""
    with ZipFile(pack) as archive:
        book = openpyxl.load_workbook(BytesIO(archive.read("Workbook.xlsx")))
    return {sheet.title: list(sheet.iter_rows(min_row=5, values_only=True)) for sheet in book}


def _xml_of(archive: ZipFile, ending: str) -> str:
    """All that the first file with this ending says, as XML."""
    name = next(one for one in archive.namelist() if one.endswith(ending))
    with ZipFile(BytesIO(archive.read(name))) as inner:
        parts = [inner.read(one) for one in inner.namelist() if one.endswith(".xml")]
    return b" ".join(parts).decode()


def _row(page: Page, words: str) -> str:
    return " ".join(page.part(words, "tr").get_text(" ").split())
