"""Audit pages: the whole way in the browser, the walk through the checklist, who is kept out."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from qms.audits import operations
from qms.audits.models import Answer, Audit, AuditState, ReportState
from qms.audits.operations.sampling import Sample
from qms.core import dates
from qms.core.db import AccessClass, db
from qms.findings.models import Finding, Grade
from qms.people.operations import choose_looks
from qms.people.roles import Role
from tests.audits.makers import (
    TEXTS,
    clauses,
    editions,
    external,
    grant,
    make_audit,
    only,
    signed,
    submitted,
    under_way,
)
from tests.cast import Cast
from tests.client import filled
from tests.factories import make_finding, today


def test_the_whole_way_in_the_browser(browse: Any, cast: Cast) -> None:
    coordinator, auditor, lead = map(browse, (cast.coordinator, cast.auditor, cast.lead_auditor))
    page = coordinator.get("/audits/new")
    page = page.submit(
        unit=str(cast.disnaker.uid),
        title="Audit internal semester pertama",
        edition_ids=[str(one) for one in editions("iso9001-2015")],
        scope="Pelayanan AK I",
    )
    assert page.has("is planned. Now choose the team.")
    page = page.submit(lead=str(cast.lead_auditor.uid), auditors=[str(cast.auditor.uid)])
    assert page.has("The team is chosen.") and page.has("Make the checklist first.")
    path = f"/audits/{only().uid}"
    page = coordinator.get(f"{path}/checklist/make")
    page = page.submit(clause_ids=[str(one) for one in clauses("4.2")])
    assert page.has("put on the checklist") and page.has("4.2")
    assert coordinator.get(path).submit(action="/moves/open").has("Under way")
    lines = [str(line.uid) for line in only().asked]
    page = auditor.get(f"{path}/checklist/lines/{lines[0]}")
    page = page.submit(
        action=None, button=("then", "finding"), answer="minor", seen="Daftar tahun 2023"
    )
    assert page.well_made().has("Raise a finding")
    fields = page.form()
    assert "Daftar tahun 2023" in fields.find("textarea", {"name": "seen"}).get_text()
    assert fields.find("input", {"name": "grade", "checked": True})["value"] == "minor"
    page = page.submit(deviation="Daftar pihak berkepentingan tidak ditinjau")
    finding = db.session.scalars(select(Finding)).unique().one()
    assert page.url == f"{path}/checklist/lines/{lines[0]}" and page.has(finding.number)
    assert [link.clause_id for link in finding.clauses] == clauses("4.2")
    for line in lines[1:]:
        page = lead.get(f"{path}/checklist/lines/{line}")
        page = page.submit(button=("then", "next"), answer="conform", seen="Baik")
    assert page.has("No line is open any more.")
    page = lead.get(f"{path}/report/write")
    texts = {"summary": "Satu temuan", "conformity": "Sesuai", "effectiveness": "Efektif"}
    page = page.submit(button=("then", "read"), **texts)
    assert page.has("Satu temuan")
    assert page.submit(action="/moves/submit").has("Being signed")
    for browser in (auditor, lead, browse(cast.officer), browse(cast.head)):
        page = browser.get(f"{path}/report/1").submit(action="/sign")
        assert page.has("Signed.")
    assert only().state is AuditState.REPORTED
    assert coordinator.get(path).submit(action="/moves/close").has("Closed")
    assert only().closed_on == today(cast)


def test_what_is_missing_is_told_and_what_was_typed_stays(browse: Any, cast: Cast) -> None:
    page = browse(cast.coordinator).get("/audits/new")
    page = page.submit(unit=str(cast.disnaker.uid), title="Audit X", status=422)
    assert page.has("Choose at least one standard")
    early = (today(cast) - timedelta(days=3)).isoformat()
    page = page.submit(
        planned_until=early, edition_ids=[str(editions("iso9001-2015")[0])], status=422
    )
    assert page.has("cannot lie before the first")
    assert page.form().find("input", {"name": "title"})["value"] == "Audit X"
    assert db.session.scalars(select(Audit)).unique().all() == []


def test_the_team_page_says_who_is_tied_and_takes_the_reason(browse: Any, cast: Cast) -> None:
    grant(cast.officer, Role.AUDITOR, cast.disnaker)
    audit = make_audit(cast)
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/{audit.uid}/team")
    assert page.has("belongs to the unit")
    assert page.submit(status=422).has("Choose who leads the team.")
    page = page.submit(lead=str(cast.officer.uid), status=422)
    assert page.has("write why this is overruled")
    page = page.submit(reason="Tidak ada auditor lain di kabupaten")
    assert page.has("Independence overruled by Coordinator: Tidak ada auditor lain")


def line_path(audit: Audit, n: int = 0) -> str:
    return f"/audits/{audit.uid}/checklist/lines/{audit.asked[n].uid}"


def test_an_answer_without_what_was_seen_is_told_at_the_field(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    db.session.commit()
    page = browse(cast.auditor).get(line_path(audit))
    page = page.submit(answer="major", status=422)
    assert page.has("Write what was seen")
    assert page.form().find("input", {"value": "major"}).has_attr("checked")
    page = page.submit(answer="not_applicable", status=422)
    assert page.has("Write why it does not apply")
    browse(cast.auditor).post(line_path(audit), {"answer": "splendid"}, status=422)
    assert only().asked[0].answer is None


def test_two_auditors_lose_nothing(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    path = line_path(audit)
    db.session.commit()
    first = browse(cast.auditor).get(path)
    browse(cast.lead_auditor).get(path).submit(
        button=("then", "stay"), answer="conform", seen="Versi ketua"
    )
    page = first.submit(answer="minor", seen="Versi auditor", status=409)
    assert page.has("Versi ketua") and "Versi auditor" in str(page.soup)
    page.submit()
    line = only().asked[0]
    assert (line.answer, line.seen) == (Answer.MINOR, "Versi auditor")


def test_two_who_begin_the_report_lose_nothing(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    db.session.commit()
    path = f"/audits/{audit.uid}/report/write"
    first = browse(cast.auditor).get(path)
    browse(cast.lead_auditor).get(path).submit(summary="Versi ketua")
    page = first.submit(summary="Versi auditor", status=409)
    assert page.has("Versi ketua") and "Versi auditor" in str(page.soup)


def test_a_line_that_is_gone_is_told(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    path = line_path(audit)
    db.session.commit()
    page = browse(cast.auditor).get(path)
    browse(cast.lead_auditor).get(path).submit(action="/remove")
    assert page.submit(answer="conform", status=404).has("not on the checklist any more")


def test_nobody_writes_a_finding_that_the_audit_does_not_take_any_more(
    browse: Any, cast: Cast
) -> None:
    """It is said before a word is typed, and no link leads there."""
    audit = signed(cast).audit
    db.session.commit()
    lead, path = browse(cast.lead_auditor), f"/audits/{audit.uid}/findings/new"
    assert lead.get(f"/audits/{audit.uid}").soup.select(f'a[href="{path}"]')
    lead.get(path).well_made()
    operations.close_audit(only(), by=cast.lead_auditor)
    db.session.commit()
    assert not lead.get(f"/audits/{audit.uid}").soup.select(f'a[href="{path}"]')
    assert lead.get(path, status=409).has("The audit is not in a state for this.")
    assert lead.get(f"{line_path(only())}/finding", status=409)


def test_the_same_finding_sent_twice_is_one(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    operations.answer_line(audit.asked[0], Answer.MINOR, seen="x", by=cast.auditor)
    db.session.commit()
    page = browse(cast.auditor).get(f"{line_path(audit)}/finding")
    assert page.submit(deviation="z").url == page.submit(deviation="z").url
    assert len(db.session.scalars(select(Finding)).unique().all()) == 1


def test_what_was_found_before_stands_beside_a_new_finding(browse: Any, cast: Cast) -> None:
    """At the same clauses, open or closed; and what else the unit has open."""
    audit = under_way(cast)
    numbers = [
        make_finding(cast, f"{what} saja", **given).number
        for what, given in (
            ("Serupa", {"clause_ids": clauses("8.5.1")}),
            ("Lain", {"clause_ids": clauses("7.5.3")}),
            (
                "Rahasia",
                {
                    "clause_ids": clauses("8.5.1"),
                    "by": cast.officer,
                    "access": AccessClass.RESTRICTED,
                },
            ),
        )
    ]
    operations.answer_line(audit.asked[0], Answer.MINOR, seen="x", by=cast.auditor)
    db.session.commit()
    page = browse(cast.auditor).get(f"{line_path(audit)}/finding")
    assert numbers[0] in page.part("Found here before", "section").get_text()
    others = page.part("Other open findings", "section").get_text()
    assert numbers[1] in others and numbers[0] not in others
    assert not page.has(numbers[2])


def test_one_finding_serves_several_lines_through_the_pages(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    older = make_finding(cast, "Temuan audit terdahulu")
    for line in audit.asked:
        operations.answer_line(line, Answer.MINOR, seen="Berkas 3", by=cast.auditor)
    db.session.commit()
    first, second = (line_path(audit, n) for n in range(2))
    browser = browse(cast.auditor)
    browser.get(f"{first}/finding").submit(action=None, deviation="Berkas tanpa tanggal")
    finding = only().findings[0].finding
    page = browser.get(f"{second}/finding")
    offered = [one["value"] for one in page.soup.select("[name=finding]") if one.get("value")]
    assert offered == [str(finding.uid), str(older.uid)], "this audit's own comes first"
    page.submit(action="/link", finding=[str(finding.uid)])
    assert [[one.finding_id for one in line.findings] for line in only().asked] == [
        [finding.id],
        [finding.id],
    ]
    page = browser.get(f"{second}/finding")
    assert str(finding.uid) not in [one.get("value") for one in page.soup.select("[name=finding]")]


def test_a_recorded_finding_is_linked_to_a_line(browse: Any, cast: Cast) -> None:
    audit, finding = under_way(cast), make_finding(cast)
    operations.answer_line(audit.asked[0], Answer.MINOR, seen="x", by=cast.auditor)
    db.session.commit()
    browser = browse(cast.auditor)
    browser.post(f"{line_path(audit)}/link", status=422)
    page = browser.get(f"{line_path(audit)}/finding").submit(
        action="/link", finding=[str(finding.uid)]
    )
    assert page.has(finding.number)
    assert [one.finding_id for one in only().findings] == [finding.id]


def test_the_checklist_shows_what_is_left(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    operations.answer_line(audit.asked[0], Answer.MINOR, seen="x", by=cast.auditor)
    db.session.commit()
    browser = browse(cast.auditor)
    page = browser.get(f"/audits/{audit.uid}/checklist")
    assert page.has("Bagaimana 8.5.1?") and page.has("Needs a finding") and page.has("50%")
    page = browser.get(f"/audits/{audit.uid}/checklist?show=open")
    assert page.has("Bagaimana 9.1.2?") and not page.has("Bagaimana 8.5.1?")
    page = browser.get(f"/audits/{audit.uid}/checklist?show=untracked")
    assert page.has("Bagaimana 8.5.1?") and not page.has("Bagaimana 9.1.2?")
    assert browse(cast.officer).get(line_path(audit)).soup.select("main form[method=post]") == []


def test_the_units_open_findings_stand_beside_a_running_audit(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    make_finding(cast, "Belum selesai sejak tahun lalu")
    db.session.commit()
    page = browse(cast.auditor).get(f"/audits/{audit.uid}")
    shown = [one.get_text() for one in page.soup.select("ul.list a")]
    assert shown.count("Belum selesai sejak tahun lalu") == 1


def test_an_external_audit_with_the_bodys_findings(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/audits/external/new")
    page = page.submit(
        unit=str(cast.disnaker.uid),
        kind="surveillance",
        body="Lembaga Sertifikasi Uji",
        title="Survailen pertama",
        edition_ids=[str(one) for one in editions("iso9001-2015")],
    )
    assert page.has("Surveillance audit") and page.has("Lembaga Sertifikasi Uji")
    path = f"/audits/{only().uid}"
    due = today(cast) + timedelta(days=20)
    page = browse(cast.officer).get(f"{path}/findings/new")
    page = page.submit(
        external_number="NC/01",
        body_due_on=due.isoformat(),
        grade="major",
        requirement="8.5",
        seen="Berkas 4",
        deviation="Berkas hilang",
    )
    assert page.has("NC/01") and page.has("Berkas hilang")
    finding = db.session.scalars(select(Finding)).unique().one()
    assert (finding.due_on, finding.source.value) == (due, "external_audit")
    page = browse(cast.officer).get(path).submit(action="/moves/receive")
    assert page.submit(action="/moves/close").has("Closed")
    browse(cast.officer).get(f"{path}/edit", status=403)


def test_the_plan_is_changed_and_a_stale_one_shows_both(browse: Any, cast: Cast) -> None:
    audit = make_audit(cast)
    db.session.commit()
    path = f"/audits/{audit.uid}/edit"
    first = browse(cast.coordinator).get(path)
    browse(cast.lead_auditor).get(path).submit(scope="Loket saja")
    page = first.submit(scope="Seluruh dinas", status=409)
    assert page.has("Loket saja")
    page.submit()
    assert only().scope == "Seluruh dinas"


def test_a_draft_report_is_for_auditors(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    operations.write_report(audit, {"summary": "Rancangan"}, by=cast.auditor)
    db.session.commit()
    path = f"/audits/{audit.uid}/report/1"
    assert browse(cast.coordinator).get(path).has("Rancangan")
    browse(cast.officer).get(path, status=404)
    browse(cast.officer).get(f"{path}/file.docx", status=404)


STALE = "By what is recorded now, these parts would be drafted otherwise: "


def test_what_is_recorded_after_the_draft_is_told_and_taken(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    first, second = sorted(audit.asked, key=lambda one: one.position)
    operations.answer_line(first, Answer.STRENGTH, seen="Jam tercatat", by=cast.auditor)
    db.session.commit()
    path, lead = f"/audits/{audit.uid}/report", browse(cast.lead_auditor)
    page = lead.get(f"{path}/write")
    assert not page.has(STALE)
    kept = str(filled(page.form())["strengths"])
    page = page.submit(summary="Kata kami sendiri.", strengths=f"{kept}\nDitambah oleh tim.")
    assert not page.has(STALE), "what was mended is not told as long as the records stay"
    operations.answer_line(second, Answer.STRENGTH, seen="Survei lengkap", by=cast.auditor)
    db.session.commit()
    assert lead.get(f"{path}/1").well_made().has(f"{STALE}Summary, Strengths.")
    page = lead.get(f"{path}/write").well_made()
    assert page.has(f"{STALE}Summary, Strengths.")
    page = page.press("Take this draft : Strengths", conformity="Diketik")
    assert page.has(f"{STALE}Summary.")
    page = page.press("Leave the part as it is : Summary")
    assert not page.has(STALE) and not lead.get(f"{path}/1").has(STALE)
    report = only().report
    assert report is not None and report.summary == "Kata kami sendiri."
    assert report.conformity == "Diketik"
    assert report.strengths == (
        "- ISO 9001:2015 8.5.1: Jam tercatat\n"
        "- ISO 9001:2015 9.1.2: Survei lengkap\n"
        "Ditambah oleh tim."
    )


def test_a_draft_that_is_not_the_one_read_is_not_left_aside(browse: Any, cast: Cast) -> None:
    audit = under_way(cast, "9.1.2")
    (line,) = audit.asked
    operations.answer_line(line, Answer.NOT_SAMPLED, reason="Waktu habis", by=cast.auditor)
    db.session.commit()
    path, lead = f"/audits/{audit.uid}/report/write", browse(cast.lead_auditor)
    lead.get(path).submit()
    operations.answer_line(line, Answer.NOT_SAMPLED, reason="Loket tutup", by=cast.auditor)
    db.session.commit()
    page = lead.get(path)
    assert page.has(f"{STALE}What was not covered.")
    operations.answer_line(line, Answer.NOT_SAMPLED, reason="Petugas cuti", by=cast.auditor)
    db.session.commit()
    page = page.press("Leave the part as it is : What was not covered")
    assert page.has(f"{STALE}What was not covered.") and page.has("Petugas cuti")
    page = page.press("Take this draft : What was not covered")
    assert not page.has(STALE)
    report = only().report
    assert report is not None
    assert report.not_covered == "- ISO 9001:2015 9.1.2: Petugas cuti", "nobody had touched it"


def test_a_correction_knows_what_the_last_issue_was_drafted_from(browse: Any, cast: Cast) -> None:
    audit = under_way(cast, "9.1.2")
    (line,) = audit.asked
    operations.answer_line(line, Answer.STRENGTH, seen="Survei", by=cast.auditor)
    db.session.commit()
    path, lead = f"/audits/{audit.uid}/report", browse(cast.lead_auditor)
    lead.get(f"{path}/write").submit(conformity="Sesuai.", effectiveness="Efektif.")
    report = only().report
    assert report is not None
    operations.submit_report(report, by=cast.lead_auditor)
    for by in (cast.auditor, cast.lead_auditor, cast.officer, cast.head):
        operations.sign_report(report, by=by)
    operations.reopen_audit(audit, reason="Jawaban keliru", by=cast.coordinator)
    operations.correct_report(audit, reason="Jawaban keliru", by=cast.lead_auditor)
    operations.answer_line(line, Answer.CONFORM, seen="Survei", by=cast.auditor)
    db.session.commit()
    page = lead.get(f"{path}/write").well_made()
    assert page.has(f"{STALE}Summary, Strengths.") and page.has("Nothing.")
    page = page.press("Take this draft : Strengths")
    report = only().report
    assert report is not None and (report.issue, report.strengths) == (2, None)


def test_a_correction_begins_from_the_page(browse: Any, cast: Cast) -> None:
    report = signed(cast)
    db.session.commit()
    path = f"/audits/{report.audit.uid}"
    browser = browse(cast.lead_auditor)
    assert browser.get(f"{path}/report/1").has("Correct by a new issue")
    page = browser.get(f"{path}/report/correct")
    assert page.submit(status=422).has("Write the reason")
    page = page.submit(reason="Nama auditi salah")
    assert page.url == f"{path}/report/write"
    browser.get(f"{path}/report/correct").submit(reason="x", status=409)
    assert [one.state for one in only().reports] == [ReportState.SIGNED, ReportState.DRAFT]


def test_who_signs_reads_the_whole_report_on_its_page(browse: Any, cast: Cast) -> None:
    given = {"scope": "Pelayanan AK I", "criteria": "SOP AK I", "methods": "Wawancara"}
    audit = under_way(cast, "9.1.2", **given)
    (line,) = audit.asked
    sample = Sample("keluhan", 20, 5, "1-5")
    operations.answer_line(line, Answer.MINOR, seen="Survei", sample=sample, by=cast.auditor)
    finding = operations.raise_finding_from_line(
        line,
        unit_id=audit.unit_id,
        found_on=today(cast),
        grade=Grade.MINOR,
        requirement="Kepuasan dipantau",
        seen="Survei terakhir 2023",
        deviation="Tanpa survei",
        by=cast.auditor,
    )
    report = operations.write_report(audit, TEXTS, by=cast.lead_auditor)
    operations.submit_report(report, by=cast.lead_auditor)
    assert finding.due_on is not None
    db.session.commit()
    page = browse(cast.auditor).get(f"/audits/{audit.uid}/report/1").well_made()
    for words in (
        *("Menilai kesesuaian", *given.values(), "ISO 9001:2015", "keluhan", "1-5"),
        *("Minor nonconformity", "ISO 9001:2015 9.1.2", "Kepuasan dipantau"),
        *("Survei terakhir 2023", "Tanpa survei", dates.long_day(finding.due_on)),
    ):
        assert page.has(words), words


def test_a_signer_may_send_it_back(browse: Any, cast: Cast) -> None:
    report = submitted(cast)
    db.session.commit()
    path = f"/audits/{report.audit.uid}/report/1"
    page = browse(cast.auditor).get(path)
    page = page.submit(action="/moves/send_back", reason="Tanggal keliru")
    assert page.has("Being written")
    browse(cast.guest).get(path, status=404)


def test_report_and_checklist_as_files(browse: Any, cast: Cast) -> None:
    report = signed(cast)
    path = f"/audits/{report.audit.uid}"
    db.session.commit()
    browser = browse(cast.officer)
    answer = browser.request("GET", f"{path}/report/1/file.docx")
    told = "\n".join(one.text for one in Document(BytesIO(answer.data)).paragraphs)
    assert answer.status_code == 200 and "Sistem efektif." in told
    again = browser.request("GET", f"{path}/report/1/file.docx")
    assert again.data == answer.data, "a signed report is the same for ever"
    answer = browser.request("GET", f"{path}/checklist.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"Bagaimana 8.5.1?", "Conforms", "Berkas 1 sampai 5"} <= cells


@pytest.mark.parametrize(
    "query",
    [
        "state=planned",
        "kind=internal",
        "year=2026&year=x&year=99999999999999999999",
        "state=gone&cursor=xyz",
        "q=AU-20",
        "q=semester",
    ],
)
def test_the_register_is_narrowed(browse: Any, cast: Cast, query: str) -> None:
    day = today(cast).replace(year=2026)
    make_audit(cast, "Audit semester", planned_from=day, planned_until=day)
    db.session.commit()
    assert browse(cast.officer).get(f"/audits?{query}").has("Audit semester")


@pytest.mark.parametrize("query", ["state=closed", "kind=stage_1", "year=2019", "q=survailen"])
def test_what_does_not_match_is_left_out(browse: Any, cast: Cast, query: str) -> None:
    make_audit(cast, "Audit semester")
    db.session.commit()
    page = browse(cast.officer).get(f"/audits?{query}")
    assert page.has("Nothing matches") and not page.has("Audit semester")


def test_what_one_may_not_see_does_not_exist(browse: Any, cast: Cast) -> None:
    audit = make_audit(cast, "Audit rahasia", access=AccessClass.RESTRICTED)
    operations.make_checklist(audit, clauses("4.2"), by=cast.coordinator)
    line = line_path(audit)
    db.session.commit()
    for person in (cast.outsider, cast.other_officer, cast.auditor, cast.owner, cast.bystander):
        browser = browse(person)
        assert not browser.get("/audits").has("Audit rahasia")
        for path in (f"/audits/{audit.uid}", line, f"/audits/{audit.uid}/checklist.xlsx"):
            browser.get(path, status=404)
    assert browse(cast.officer).get("/audits").has("Restricted")


def test_a_confidential_finding_is_not_told_beside_the_audit(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    secret = make_finding(
        cast, "Sangat rahasia", by=cast.lead_auditor, access=AccessClass.RESTRICTED
    )
    operations.answer_line(audit.asked[0], Answer.MINOR, seen="x", by=cast.lead_auditor)
    operations.link_finding(audit, secret, line=audit.asked[0], by=cast.lead_auditor)
    number = secret.number
    db.session.commit()
    paths = ("", "/checklist", f"/checklist/lines/{audit.asked[0].uid}")
    for path in paths:
        page = browse(cast.owner).get(f"/audits/{audit.uid}{path}")
        shown = page.soup.find("main")
        assert number not in shown.get_text(), path
        assert "Sangat rahasia" not in shown.get_text(), path
    book = browse(cast.owner).request("GET", f"/audits/{audit.uid}/checklist.xlsx")
    sheet = load_workbook(BytesIO(book.data)).active
    assert sheet is not None
    assert number not in {cell.value for row in sheet.iter_rows() for cell in row}


def test_odd_input_is_told(browse: Any, cast: Cast) -> None:
    audit = external(cast)
    db.session.commit()
    browser = browse(cast.officer)
    page = browser.get(f"/audits/{audit.uid}/findings/new")
    page = page.submit(grade="strength", deviation="Rapi", body_due_on="2001-01-01", status=422)
    assert page.has("before the day on which it was found")
    page = page.submit(body_due_on="", unit="x", status=422)
    assert page.has("Choose one from the list")
    browser.post(f"/audits/{audit.uid}/moves/fly", status=404)
    assert Grade.STRENGTH.value not in {one.grade for one in db.session.scalars(select(Finding))}


def test_the_plan_of_an_audit_is_a_noun(browse: Any, cast: Cast) -> None:
    audit = make_audit(cast)
    choose_looks(cast.coordinator, language="id")
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/{audit.uid}")
    titles = [one.get_text(strip=True) for one in page.soup.select("h2")]
    assert "Rencana audit" in titles and "Rencanakan" not in titles
