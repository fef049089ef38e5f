"""Pages and files of the audit programme: planning a year in the browser, coverage, calendar."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from qms.audits import operations
from qms.audits.calendar_feed import feed_at, token_of
from qms.audits.coverage import Covered, auditable, coverage_of, holders, main_clauses
from qms.audits.models import Answer, Audit, AuditCalendar, Risk
from qms.audits.queries.programme import visits_of
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.errors import Missing
from qms.core.icalendar import Entry, calendar_text
from qms.people import operations as people
from qms.standards import operations as standards
from qms.standards.queries import clause_by_key, edition_by_key
from qms.units import operations as units
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    clauses,
    editions,
    leave_out,
    make_audit,
    under_way,
)
from tests.audits.programme_makers import (
    approved,
    drawn_up,
    month,
    only_programme,
    visit,
    visits,
    with_visits,
)
from tests.cast import SINCE, SYSTEM, Cast
from tests.counting import queries_of
from tests.factories import today


def test_a_year_is_planned_in_the_browser(browse: Any, cast: Cast) -> None:
    coordinator, secretariat, year = browse(cast.coordinator), browse(cast.secretariat), 2030
    page = coordinator.get("/audits/programmes").follow("Draw up a programme")
    page = page.submit(
        unit=str(cast.root.uid),
        title="Program audit 2030",
        from_year=str(year),
        until_year=str(year),
        edition_ids=[str(one) for one in editions(QUALITY)],
        objectives="Menilai kesesuaian.",
        start="none",
    )
    assert page.has("is drawn up") and page.has("Being drawn up")
    path = f"/audits/programmes/{only_programme().uid}"
    page = coordinator.get(path)
    assert page.has("Put visits into the months first.")
    assert page.has(f"It may be approved by one of these: {cast.secretariat.name}")
    page = coordinator.get(f"{path}/months").follow("Units and risk")
    page = page.submit(**{f"risk-{cast.disnaker.uid}": "high", f"risk-{cast.dinkes.uid}": "low"})
    assert page.has("2 units changed.")
    page = coordinator.get(f"{path}/propose").submit(button=("then", "show"))
    assert page.has("not audited yet; 2 visits a year") and page.has("Take over 3 visits")
    page = page.submit(button=("then", "adopt"))
    assert page.has("3 visits added.") and page.url == f"{path}/months"
    assert {one.unit_id for one in only_programme().visits} == {cast.disnaker.id, cast.dinkes.id}
    page = coordinator.get(f"{path}/months/edit")
    boxes = [f"{cast.disnaker.uid}:2030-03", f"{cast.dinkes.uid}:2030-05"]
    assert page.submit(visit=boxes).has("visits changed.")
    expected = {(cast.disnaker.id, date(2030, 3, 1)), (cast.dinkes.id, date(2030, 5, 1))}
    assert visits(only_programme()) == expected
    page = secretariat.get(path).submit(action="/moves/approve")
    assert page.has("The programme is now: Approved.")
    page = coordinator.get(f"{path}/months/edit")
    page = page.submit(visit=boxes[:1], status=422)
    assert page.has("say why it is changed")
    boxed = page.soup.select("input[name=visit][checked]")
    assert [one["value"] for one in boxed] == boxes[:1], "what was ticked stays ticked"
    page = page.submit(reason="Dinkes pindah kantor")
    assert page.has("1 visit changed.")
    assert coordinator.get(path).has("Dinkes pindah kantor")


def test_a_draft_says_that_nobody_may_approve_it(browse: Any, cast: Cast) -> None:
    """The secretariat alone could, and acts for who drew it up."""
    programme = with_visits(cast, {cast.disnaker: [month(cast, 6)]})
    coordinator, path = browse(cast.coordinator), f"/audits/programmes/{programme.uid}"
    people.delegate(
        cast.coordinator, cast.secretariat, reason="Cuti", from_on=SINCE, until_on=None, by=SYSTEM
    )
    db.session.commit()
    page = coordinator.get(path)
    assert page.has("Nobody may approve it yet: ask the administrator")
    assert queries_of(coordinator, path) <= 10


def test_several_units_are_audited_by_audits_that_are_planned_together(
    browse: Any, cast: Cast
) -> None:
    june, july = month(cast, 6), month(cast, 7)
    programme = approved(
        cast,
        {cast.disnaker: [june, july], cast.dinkes: [june]},
        edition_ids=editions(QUALITY, ANTI_BRIBERY),
    )
    leave_out(cast)
    db.session.commit()
    browser = browse(cast.coordinator)
    said = browser.get("/audits/new")
    assert said.has("For units beside each other") and said.has("plans many together")
    page = browser.get(f"/audits/programmes/{programme.uid}").follow("Plan audits together")
    assert queries_of(browser, f"/audits/programmes/{programme.uid}/audits/new") <= 10
    form = page.well_made().form()
    ticked = [str(one["value"]) for one in form.select("input[name=visits][checked]")]
    wanted = {str(cast.disnaker.uid), str(cast.dinkes.uid)}
    assert {one.partition(":")[0] for one in ticked} == wanted and len(ticked) == 2
    page = page.submit(visits=[], planned_until="2001-01-01", status=422)
    assert page.has("Tick at least one visit.") and page.has("cannot lie before the first")
    page = page.submit(visits=ticked, planned_until="2098-01-01", methods="Wawancara")
    assert page.has("2 audits are planned. Now choose the team of each.")
    audits = db.session.scalars(select(Audit).order_by(Audit.number)).unique().all()
    assert {one.methods for one in audits} == {"Wawancara"}
    assert {one.unit_id: one.edition_ids for one in audits} == {
        cast.disnaker.id: editions(QUALITY),
        cast.dinkes.id: sorted(editions(QUALITY, ANTI_BRIBERY)),
    }, "each what it holds; all, if it holds none"
    assert visit(only_programme(), cast.dinkes, june).audit is not None
    page = browser.get(f"/audits/programmes/{programme.uid}/audits/new")
    left = [one["value"] for one in page.soup.select("input[name=visits]")]
    assert left == [f"{cast.disnaker.uid}:{july:%Y-%m}"]
    # Sent once more from the page of before, it makes nothing twice.
    assert page.submit(visits=ticked, status=422).has("has its audit already")


def test_a_visit_becomes_an_audit_and_both_lead_to_each_other(browse: Any, cast: Cast) -> None:
    programme = approved(cast, {cast.disnaker: [month(cast, 6)]})
    db.session.commit()
    title, year = programme.title, today(cast).year
    path = f"/audits/programmes/{programme.uid}/visits/{cast.disnaker.uid}/{year}-06"
    coordinator = browse(cast.coordinator)
    page = coordinator.get(path)
    assert page.has("Put in by hand.") and page.has("No audit is planned for it yet.")
    page = page.follow("Plan the audit")
    fields = page.form()
    assert "Dinas Tenaga Kerja" in fields.find("input", {"name": "title"})["value"]
    assert "Menilai kesesuaian" in fields.find("textarea", {"name": "objectives"}).get_text()
    assert page.submit().has("is planned. Now choose the team.")
    (row,) = visits_of(only_programme(), [cast.disnaker.id])
    page = coordinator.get(f"/audits/{row.audit_uid}")
    page = page.follow(f"{title}, June {year}")
    assert page.url == path and page.has(row.number)
    assert not page.has("Plan the audit")
    for stranger in (cast.outsider, cast.bystander):
        browse(stranger).get(path, status=404)
    browse(cast.officer).get(f"{path}/audit", status=403)
    coordinator.get(path.replace("-06", "-07"), status=404)
    coordinator.get(path.replace("-06", "-xx"), status=404)


def test_an_audit_that_is_planned_is_chosen_from_a_list(browse: Any, cast: Cast) -> None:
    programme, day = approved(cast), month(cast, 6)
    audit = make_audit(cast, planned_from=day, planned_until=day)
    db.session.commit()
    path = f"/audits/programmes/{programme.uid}/visits/{cast.disnaker.uid}/{day:%Y-%m}/link"
    page = browse(cast.coordinator).get(path)
    assert page.submit(status=422).has("Choose the audit.")
    assert page.submit(audit=str(audit.uid)).has(audit.number)
    assert visit(only_programme(), cast.disnaker, day).audit_id == audit.id


def test_the_matrix_tells_planned_done_and_outside(browse: Any, cast: Cast) -> None:
    programme = approved(cast, {cast.disnaker: [month(cast, 1)], cast.dinkes: [month(cast, 12)]})
    held = under_way(cast)
    held.planned_from = held.planned_until = today(cast)
    operations.link_audit(
        programme, visit(programme, cast.disnaker, month(cast, 1)), held, by=cast.coordinator
    )
    outside = make_audit(cast, unit=cast.dinkes)
    db.session.commit()
    path = f"/audits/programmes/{programme.uid}/months"
    page = browse(cast.coordinator).get(path)
    row = page.part("Dinas Tenaga Kerja", "tr")
    letters = [one.get_text().strip()[:1] for one in row.select("a.mark")]
    assert letters == ["P", "D"] and "Under way" in row.get_text()
    assert (
        f"Outside the programme: {outside.number}" in page.part("Dinas Kesehatan", "tr").get_text()
    )
    own = browse(cast.officer).get(path)
    assert own.has("Dinas Tenaga Kerja") and not own.has("Dinas Kesehatan")
    assert not own.has("Change the months")
    browse(cast.officer).get(f"{path}/edit", status=403)


def test_months_of_begun_audits_cannot_be_unticked(browse: Any, cast: Cast) -> None:
    programme, june = approved(cast), month(cast, 6)
    operations.link_audit(
        programme, visit(programme, cast.disnaker, june), under_way(cast), by=cast.coordinator
    )
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/programmes/{programme.uid}/months/edit")
    box = page.soup.select_one(f"input[name=visit][value='{cast.disnaker.uid}:{june:%Y-%m}']")
    assert box.has_attr("checked") and box.has_attr("disabled")
    page.submit(reason="Ditambah", visit=[f"{cast.disnaker.uid}:{june.year}-09"])
    kept = {(cast.disnaker.id, june), (cast.disnaker.id, month(cast, 9))}
    assert visits(only_programme()) == kept


def test_two_work_on_one_matrix_and_both_are_kept(browse: Any, cast: Cast) -> None:
    programme, year = with_visits(cast, {cast.disnaker: [month(cast, 6)]}), today(cast).year
    db.session.commit()
    path = f"/audits/programmes/{programme.uid}"
    first, second = browse(cast.coordinator), browse(cast.secretariat)
    months, risks = second.get(f"{path}/months/edit"), second.get(f"{path}/units")
    first.get(f"{path}/months/edit").submit(visit=[f"{cast.disnaker.uid}:{year}-09"])
    first.get(f"{path}/units").submit(**{f"risk-{cast.disnaker.uid}": "low"})
    boxes = [f"{cast.disnaker.uid}:{year}-06", f"{cast.dinkes.uid}:{year}-03"]
    months.submit(visit=boxes)
    risks.submit(**{f"risk-{cast.insp.uid}": "high"})
    kept = {(cast.disnaker.id, month(cast, 9)), (cast.dinkes.id, month(cast, 3))}
    assert visits(only_programme()) == kept
    assert {one.unit_id: one.risk for one in only_programme().units} == {
        cast.disnaker.id: Risk.LOW,
        cast.dinkes.id: Risk.MEDIUM,
        cast.insp.id: Risk.HIGH,
    }


def test_wrong_input_is_told(browse: Any, cast: Cast) -> None:
    programme = drawn_up(cast)
    db.session.commit()
    path = f"/audits/programmes/{programme.uid}"
    page = browse(cast.coordinator).get(f"{path}/propose")
    page = page.submit(high="9", months=[], status=422)
    assert page.has("from 0 to 4") and page.has("Choose at least one month.")
    page = (
        browse(cast.coordinator)
        .get("/audits/programmes/new")
        .submit(title="X", from_year="2030", until_year="2034", edition_ids=[], status=422)
    )
    assert page.has("one to three years") and page.has("Choose at least one standard")
    coordinator = browse(cast.coordinator)
    coordinator.get(f"{path}/file.pdf", status=404)
    assert coordinator.get(f"{path}/months?year=1800&start=x").has("Dinas Kesehatan")
    assert coordinator.get(f"{path}/coverage?edition=9999").has("Coverage of ISO 9001:2015")
    coordinator.post(f"{path}/units", {f"risk-{cast.disnaker.uid}": "enormous"})
    assert {one.risk for one in only_programme().units} == {Risk.HIGH, Risk.MEDIUM}


# Coverage -------------------------------------------------------------------------------------


def covered(cast: Cast, programme: Any) -> Any:
    edition = edition_by_key(QUALITY)
    listed = {one.unit_id: one.risk for one in programme.units}
    shown = holders(programme, edition, list(listed))
    found = coverage_of(cast.coordinator, programme, edition, listed, shown)
    return {one.unit_id: one for one in found}


def clause(number: str) -> int:
    return clause_by_key(f"{QUALITY}:{number}").id


def test_coverage_tells_sampled_planned_and_missing(cast: Cast) -> None:
    programme = drawn_up(cast)
    audit = under_way(cast, "8.5.1", "9.1.2", "7.5.3.1")
    first, second, deep = audit.asked
    operations.answer_line(first, Answer.CONFORM, seen="Baik", by=cast.auditor)
    operations.answer_line(second, Answer.NOT_SAMPLED, reason="Waktu habis", by=cast.auditor)
    operations.answer_line(deep, Answer.CONFORM, seen="Baik", by=cast.auditor)
    operations.add_line(
        audit, question="Bagaimana 4.2?", clause_ids=clauses("4.2"), by=cast.coordinator
    )
    db.session.flush()
    found = covered(cast, programme)[cast.disnaker.id]
    told = {
        number: found.at(clause(number)) for number in ("8.5.1", "9.1.2", "4.2", "7.5.3", "6.1")
    }
    assert told == {
        "8.5.1": Covered.SAMPLED,
        "9.1.2": Covered.MISSING,
        "4.2": Covered.PLANNED,
        "7.5.3": Covered.SAMPLED,  # what stands under it was looked at
        "6.1": Covered.MISSING,
    }
    assert found.sampled[clause("8.5.1")] == today(cast)
    by_main = {main.number: members for main, members in main_clauses(QUALITY)}
    state, done, total, day = found.over(by_main["8.5"])
    assert (state, done, day) == (Covered.PARTLY, 1, today(cast)) and total == len(by_main["8.5"])
    assert not covered(cast, programme)[cast.dinkes.id].sampled


def test_what_a_team_thought_not_to_apply_is_not_sampled(browse: Any, cast: Cast) -> None:
    """Only the scope leaves a clause out: the sign tells it, and it is still to be taken."""
    programme = drawn_up(cast, units={cast.disnaker: Risk.HIGH})
    audit = under_way(cast, "4.1", "4.2", "4.3", "9.1.2")
    reason = "Tidak dikerjakan di sini"
    for line in audit.asked[:3]:
        operations.answer_line(line, Answer.NOT_APPLICABLE, reason=reason, by=cast.auditor)
    again = operations.add_line(
        audit, question="Sekali lagi?", clause_ids=clauses("4.3"), by=cast.coordinator
    )
    operations.answer_line(again, Answer.CONFORM, seen="Baik", by=cast.auditor)
    db.session.commit()
    found = covered(cast, programme)[cast.disnaker.id]
    told = {number: found.at(clause(number)) for number in ("4.1", "4.2", "4.3", "9.1.2")}
    assert told == {
        "4.1": Covered.NOT_APPLICABLE,
        "4.2": Covered.NOT_APPLICABLE,
        "4.3": Covered.SAMPLED,  # another line about it was judged
        "9.1.2": Covered.PLANNED,
    }
    by_main = {main.number: members for main, members in main_clauses(QUALITY)}
    assert found.over(by_main["4.1"])[:3] == (Covered.NOT_APPLICABLE, 0, 1)
    numbers = [one.number for one in found.missing(by_main["4.1"] + by_main["4.3"])]
    assert numbers == ["4.1"]
    path, label = f"/audits/programmes/{programme.uid}", "Answered as not applicable"
    browser = browse(cast.coordinator)
    page = browser.get(f"{path}/coverage")
    assert label in page.part("Dinas Tenaga Kerja", "tr").get_text()
    assert "4.1, 4.2, 4.4" in page.part("Dinas Tenaga Kerja", "li").get_text()
    assert f"× {label}" in page.soup.select_one(".legend").get_text()
    document = Document(BytesIO(browser.request("GET", f"{path}/file.docx").data))
    assert any(f"× {label}" in one.text for one in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert cells.count("×") == 2
    book = browser.request("GET", f"{path}/file.xlsx").data
    sheet = load_workbook(BytesIO(book), data_only=True)["Coverage of ISO 9001 2015"]
    formulas = load_workbook(BytesIO(book))["Coverage of ISO 9001 2015"]
    heads = [cell.value for cell in sheet[5]]
    assert any(f"× {label}" in str(row[0].value) for row in sheet.iter_rows(max_row=4))
    assert [sheet.cell(6, heads.index(one) + 1).value for one in ("4.1", "4.2")] == ["×", "×"]
    sampled, applicable = heads.index("Sampled") + 1, heads.index("Applicable") + 1
    assert sheet.cell(6, sampled).value == 1, "a sign is no day: it does not count"
    assert sheet.cell(6, applicable).value == len(auditable(QUALITY)), "it still applies"
    assert formulas.cell(6, applicable).value.endswith(',"–")')


def test_a_section_counts_for_its_agency_and_what_is_outside_the_years_does_not(cast: Cast) -> None:
    programme = drawn_up(cast)
    audit = under_way(cast, unit=cast.blk)
    operations.answer_line(audit.asked[0], Answer.MINOR, seen="Kurang", by=cast.auditor)
    db.session.flush()
    assert clause("8.5.1") in covered(cast, programme)[cast.disnaker.id].sampled
    audit.opened_on = today(cast) - timedelta(days=800)
    db.session.flush()
    assert not covered(cast, programme)[cast.disnaker.id].sampled
    db.session.rollback()


def test_what_the_scope_leaves_out_does_not_apply(cast: Cast) -> None:
    programme = drawn_up(cast)
    service = units.offer_service(cast.disnaker, "Pelayanan AK I", by=SYSTEM)
    standards.set_scope(
        cast.disnaker,
        edition_by_key(QUALITY),
        from_on=today(cast),
        statement="Pelayanan AK I",
        services=[service],
        exclusions={clause("8.3"): "Tidak merancang layanan"},
        by=cast.officer,
    )
    db.session.flush()
    found = covered(cast, programme)[cast.disnaker.id]
    assert found.at(clause("8.3.4")) is Covered.EXCLUDED
    members = {main.number: own for main, own in main_clauses(QUALITY)}["8.3"]
    assert found.over(members)[0] is Covered.EXCLUDED
    bribery = edition_by_key(ANTI_BRIBERY)
    assert cast.disnaker.id not in holders(programme, bribery, [cast.disnaker.id])
    assert cast.dinkes.id in holders(programme, bribery, [cast.dinkes.id])


def test_the_coverage_page_says_what_the_next_audits_must_take(browse: Any, cast: Cast) -> None:
    programme = drawn_up(cast, units={cast.disnaker: Risk.HIGH})
    audit = under_way(cast, "4.1")
    operations.answer_line(audit.asked[0], Answer.CONFORM, seen="Baik", by=cast.auditor)
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/programmes/{programme.uid}/coverage")
    row = page.part("Dinas Tenaga Kerja", "tr")
    assert "4.1 " in row.get_text() and "Sampled" in row.get_text()
    missing = page.part("Dinas Tenaga Kerja", "li").get_text()
    assert "4.2, 4.3" in missing and "Tenaga Kerja4.1," not in missing


# Files ----------------------------------------------------------------------------------------


def test_the_workbook_counts_with_formulas(browse: Any, cast: Cast) -> None:
    programme = approved(
        cast, {cast.disnaker: [month(cast, 1), month(cast, 6)], cast.dinkes: [month(cast, 12)]}
    )
    audit = under_way(cast, "4.1", "8.5.1")
    operations.link_audit(
        programme, visit(programme, cast.disnaker, month(cast, 1)), audit, by=cast.coordinator
    )
    operations.answer_line(audit.asked[0], Answer.CONFORM, seen="Baik", by=cast.auditor)
    db.session.commit()
    path = f"/audits/programmes/{programme.uid}/file.xlsx"
    content = browse(cast.coordinator).request("GET", path).data
    book, values = load_workbook(BytesIO(content)), load_workbook(BytesIO(content), data_only=True)
    year = today(cast).year
    names = ["Figures", f"Months {year}", "Coverage of ISO 9001 2015", "Visits"]
    assert book.sheetnames == names
    months, shown = book[names[1]], values[names[1]]
    rows = {row[0].value: row for row in months.iter_rows(min_row=5) if row[0].value}
    now = {row[0].value: row for row in shown.iter_rows(min_row=5) if row[0].value}
    disnaker = rows["Dinas Tenaga Kerja"]
    assert disnaker[2].value == ("PD" if today(cast).month == 1 else "P")
    assert "SUBSTITUTE" in disnaker[14].value and disnaker[14].value.startswith("=")
    assert [cell.value for cell in now["Dinas Tenaga Kerja"][14:16]] == [2, 1]
    figures = {row[0].value: row[1].value for row in values["Figures"].iter_rows(min_row=5)}
    assert figures[f"Visits planned in {year}"] == 3
    assert figures[f"Audits held in {year}"] == 1
    formulas = {row[0].value: row[1].value for row in book["Figures"].iter_rows(min_row=5)}
    assert formulas[f"Visits planned in {year}"].startswith(f"=SUM('Months {year}'!")
    cover = values[names[2]]
    heads = [cell.value for cell in cover[5]]
    line = next(row for row in cover.iter_rows(min_row=6) if row[0].value == "Dinas Tenaga Kerja")
    assert line[heads.index("4.1")].value.date() == today(cast)
    assert line[heads.index("8.5.1")].value == "○"
    assert line[heads.index("Sampled")].value == 1


def test_the_document_has_matrix_coverage_and_signatures(browse: Any, cast: Cast) -> None:
    position = people.add_position(cast.root, "Asisten Administrasi", by=cast.administrator)
    people.appoint(cast.secretariat, position, from_on=SINCE, by=cast.administrator)
    programme = approved(cast)
    db.session.commit()
    path = f"/audits/programmes/{programme.uid}/file.docx"
    document = Document(BytesIO(browse(cast.coordinator).request("GET", path).data))
    text = "\n".join(one.text for one in document.paragraphs)
    told = ("Objectives of the programme", "Menilai kesesuaian", "Coverage of")
    for words in (*told, f"Months {today(cast).year}"):
        assert words in text
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Dinas Tenaga Kerja" in cells and "8.5" in cells
    assert any(cell.startswith("P") and len(cell) < 3 for cell in cells)
    # Who signs stands with the post, before the tables, on the paper of whose programme it is.
    assert "Approved by\nAsisten Administrasi" in cells
    assert any(cell.startswith("Secretariat\n") for cell in cells)
    styles = [one.style.name for one in document.paragraphs if one.text]
    assert styles[0] == "Letterhead Name"
    assert document.paragraphs[0].text == f"Pemerintah {cast.district.name}"


def words_of(browser: Any, path: str) -> str:
    document = Document(BytesIO(browser.request("GET", path).data))
    lines = [one.text for one in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_the_document_answers_for_auditors_audits_and_changes(browse: Any, cast: Cast) -> None:
    programme = with_visits(cast, {cast.disnaker: [month(cast, today(cast).month)]})
    operations.edit_programme(
        programme,
        title=programme.title,
        from_year=programme.from_year,
        until_year=programme.until_year,
        edition_ids=programme.edition_ids,
        objectives=programme.objectives,
        scope="Semua layanan AK I",
        criteria="SOP pelayanan",
        risks=None,
        resources=None,
        methods=None,
        by=cast.coordinator,
    )
    operations.approve_programme(programme, by=cast.secretariat)
    secret = under_way(
        cast, title="Rahasia", access=AccessClass.RESTRICTED, criteria="Kriteria rahasia"
    )
    open_one = under_way(cast, "9.1.2", scope="Loket AK I", criteria="Perda pelayanan")
    here = month(cast, today(cast).month)
    operations.link_audit(
        programme, visit(programme, cast.disnaker, here), open_one, by=cast.coordinator
    )
    operations.set_visits(
        programme,
        {cast.dinkes.id: [here]},
        year=here.year,
        reason="Menyusul pengaduan",
        by=cast.coordinator,
    )
    db.session.commit()
    path = f"/audits/programmes/{programme.uid}"
    said = words_of(browse(cast.coordinator), f"{path}/file.docx")
    for words in (
        *("Semua layanan AK I", "SOP pelayanan", "Loket AK I", "Perda pelayanan"),
        *("Lead Auditor (team leader)", "Changes after approval", "Menyusul pengaduan"),
    ):
        assert words in said, words
    assert secret.number not in said


# The calendar ---------------------------------------------------------------------------------


def address(page: Any) -> str:
    found = page.soup.select_one("#address")
    return str(re.sub(r"^https?://[^/]+", "", found["value"]))


def test_the_feed_is_read_without_signing_in_until_it_is_renewed(
    app: Any, browse: Any, cast: Cast
) -> None:
    day = today(cast) + timedelta(days=20)
    programme = approved(
        cast,
        {cast.disnaker: [month(cast, 6, 1)], cast.dinkes: [month(cast, 6, 1)]},
        from_year=today(cast).year,
        until_year=today(cast).year + 1,
    )
    audit = make_audit(cast, "Audit, lanjutan; bagian 1", planned_from=day, planned_until=day)
    secret = make_audit(cast, "Rahasia", planned_from=day, planned_until=day)
    secret.access = AccessClass.RESTRICTED
    make_audit(cast, "Dinkes", unit=cast.dinkes, planned_from=day, planned_until=day)
    db.session.commit()
    number, uid = audit.number, audit.uid
    officer = browse(cast.officer)
    page = officer.get("/audits/calendar")
    assert page.has("You have no address yet.")
    page = page.submit(action="/audits/calendar")
    first = address(page)
    stranger = app.test_client()
    answer = stranger.get(first)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    told = answer.text.replace("\r\n ", "")
    assert f"SUMMARY:{number} Dinas Tenaga Kerja: Audit\\, lanjutan\\; bagian 1" in told
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in told and f"/audits/{uid}" in told
    assert f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}" in told
    assert "Audit this month: Dinas Tenaga Kerja" in told
    assert "Rahasia" not in told and "Dinas Kesehatan" not in told and "Dinkes" not in told
    assert programme.title not in told
    page = officer.get("/audits/calendar").submit(action="/audits/calendar")
    assert page.has("The old one works no more.") and address(page) != first
    assert stranger.get(first, headers={"Accept": "text/html"}).status_code == 404
    assert stranger.get(address(page)).status_code == 200
    assert stranger.get(address(page).replace(".ics", "0.ics")).status_code == 404


def test_a_feed_ends_with_the_account(app: Any, cast: Cast) -> None:
    feed = operations.renew_calendar(cast.officer)
    db.session.commit()
    token = token_of(feed, "geheim")
    assert feed_at(feed.uid, token, "geheim").person is cast.officer
    with pytest.raises(Missing):
        feed_at(feed.uid, token, "another secret")
    people.disable_account(cast.officer, by=cast.administrator)
    db.session.commit()
    with pytest.raises(Missing):
        feed_at(feed.uid, token, "geheim")


def test_the_address_is_in_neither_database_nor_journal(cast: Cast) -> None:
    feed = operations.renew_calendar(cast.officer)
    db.session.commit()
    assert token_of(feed, "geheim") not in str(feed.key)
    assert db.session.scalars(select(AuditCalendar)).one().person_id == cast.officer.id


def test_a_calendar_line_is_never_too_long_and_no_letter_is_cut() -> None:
    day = date(2027, 2, 27)
    entry = Entry("x", day, day, "Audit – " + "é" * 90 + ", selesai\nBaris dua")
    text = calendar_text("Kalender", [entry], clock.now())
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "é" * 90 + "\\, selesai\\nBaris dua" in text.replace("\r\n ", "")
    assert "DTEND;VALUE=DATE:20270228" in text


# Many units -----------------------------------------------------------------------------------


def many_units(cast: Cast, count: int) -> dict[Any, Risk]:
    return {
        units.open_unit(
            cast.district,
            code=f"U{n:03d}",
            name=f"Unit {n}",
            type=cast.disnaker.type,
            parent=cast.root,
            by=SYSTEM,
        ): list(Risk)[n % 3]
        for n in range(count)
    }


def test_many_units_ask_no_more_and_come_in_pages(browse: Any, cast: Cast) -> None:
    few, year = drawn_up(cast), today(cast).year
    made = many_units(cast, 120)
    db.session.commit()
    cast.coordinator.__dict__.pop("rights", None)
    db.session.expire_all()
    many = drawn_up(cast, units=made, title="Banyak")
    wanted = {unit.id: [month(cast, n % 12 + 1)] for n, unit in enumerate(made)}
    operations.set_visits(many, wanted, year=year, by=cast.coordinator)
    db.session.commit()
    uids = few.uid, many.uid
    browser = browse(cast.coordinator)
    for page in ("", "/months", "/coverage", "/propose", "/units", "/months/edit"):
        asked = [queries_of(browser, f"/audits/programmes/{uid}{page}") for uid in uids]
        assert asked[0] == asked[1] <= 10, f"{page or 'the page'}: {asked}"
    page = browser.get(f"/audits/programmes/{uids[1]}/months")
    assert page.has("Units 1 to 50 of 120") and not page.has("Unit 50 ")
    page = page.follow("Next")
    assert page.has("Units 51 to 100 of 120") and page.has("Unit 50 ")
    assert page.follow("Next").follow("Previous").has("Units 51 to 100 of 120")
