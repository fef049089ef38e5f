"""Complaint pages: from the desk to the answer, who is kept out, the workbook, My work."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select

from qms.complaints import operations
from qms.complaints.models import Complaint, ComplaintState
from qms.core.db import AccessClass, db
from qms.findings.models import Finding, Source
from qms.people import operations as people
from qms.units import operations as units
from tests.cast import SYSTEM, Cast
from tests.client import Page
from tests.complaints.makers import arranged, in_state, make_complaint
from tests.factories import make_finding

NAMES = ("Kartika", "0812-0000-1111")


def only() -> Complaint:
    db.session.expire_all()
    return db.session.scalars(select(Complaint)).unique().one()


def section(page: Page, words: str) -> str:
    """What the part of My work says that has this heading."""
    found = [
        one.get_text(" ", strip=True)
        for one in page.soup.select("section")
        if (head := one.find("h2")) and words in head.get_text()
    ]
    return found[0] if found else ""


def test_from_the_desk_to_the_end(browse: Any, cast: Cast) -> None:
    desk = browse(cast.staff).get("/complaints").follow("Take down a complaint")
    page = desk.press(
        "Save complaint",
        statement="Antre tiga jam.",
        complainant="Kartika",
        files=(BytesIO(b"surat"), "surat.txt"),
    )
    complaint = only()
    assert page.has(complaint.receipt) and page.has("surat.txt") and not page.has("Kartika")
    officer = browse(cast.officer)
    page = officer.get(f"/complaints/{complaint.uid}").follow("Add evidence")
    page.press("Add evidence", files=(BytesIO(b"dengan nama"), "ktp.txt"))
    kept = {one.evidence.access for one in only().evidence}
    assert kept == {AccessClass.ORDINARY, AccessClass.RESTRICTED}, "the desk cannot restrict"
    assert not browse(cast.auditor).get(f"/complaints/{complaint.uid}").has("ktp.txt")
    page = officer.get(f"/complaints/{complaint.uid}").follow("Sort and assign")
    page = page.press("Save", category="normative", assigned=str(cast.owner.uid))
    assert page.has("Normative") and page.has("Owner")
    page = page.press("Take in hand")
    assert page.has("The complaint is now: In handling.")
    page = browse(cast.owner).get(f"/complaints/{complaint.uid}")
    assert page.has("Kartika")
    page = page.follow("Write the answer").press("Send the answer", text="Loket ditambah.")
    assert page.has("in time")
    page = officer.get(f"/complaints/{complaint.uid}")
    page.press("Save", within=page.part("Is the complainant satisfied?"), satisfaction="4")
    page = officer.get(f"/complaints/{complaint.uid}").press("Close", note="Beres.")
    assert page.has("4 – Very satisfied") and page.has("noted how satisfied the complainant is")
    page = page.follow("Take out").press("Take them out", reason="Permintaan")
    assert page.has("Name and contact were taken out on") and not page.has("Kartika")
    page = page.press("Reopen", reason="Belum beres")
    assert only().state is ComplaintState.HANDLING and page.has("Earlier answer") is False


def test_a_finding_from_a_complaint(browse: Any, cast: Cast) -> None:
    complaint = make_complaint(cast, place="Loket 2")
    beside = make_finding(cast, "Sudah ada")
    db.session.commit()
    officer, path = browse(cast.officer), f"/complaints/{complaint.uid}"
    page = officer.get(path).follow("Raise a finding")
    assert page.form().select_one("input[name=place]")["value"] == "Loket 2"  # type: ignore[index]
    page = page.press("Save finding", grade="observation", deviation="", status=422)
    page = page.press("Save finding", grade="observation", deviation="Tidak diatur.")
    assert page.has("Tidak diatur.")
    finding = db.session.scalars(select(Finding).where(Finding.deviation == "Tidak diatur.")).one()
    assert finding.source is Source.COMPLAINT and complaint.number in (finding.seen or "")
    page = officer.get(path).follow("Raise a finding")
    page.press("Add the chosen findings", finding=[str(beside.uid)])
    page = browse(cast.auditor).get(f"/findings/{beside.uid}")
    assert page.has("Complaints that led to it") and page.has(complaint.number)
    operations.arrange_complaint(
        complaint, **arranged(complaint), access=AccessClass.RESTRICTED, by=cast.officer
    )
    db.session.commit()
    page = browse(cast.auditor).get(f"/findings/{beside.uid}")
    assert not page.has("Complaints that led to it") and not page.has(complaint.number)


def test_two_who_sort_it_see_both_versions(browse: Any, cast: Cast) -> None:
    complaint = make_complaint(cast)
    db.session.commit()
    path = f"/complaints/{complaint.uid}/arrange"
    first, second = browse(cast.officer).get(path), browse(cast.head).get(path)
    first.press("Save", place="Loket 1")
    page = second.press("Save", place="Loket 2", status=409)
    assert page.has("Loket 1") and "Loket 2" in page.response.text
    assert only().place == "Loket 1"
    late = browse(cast.head).post(
        f"/complaints/{complaint.uid}/moves/take_up", {"version": "1"}, 409
    )
    assert late.has("Somebody else") and only().state is ComplaintState.RECEIVED


def test_the_workbook_tells_names_to_few(browse: Any, cast: Cast) -> None:
    first = in_state(cast, ComplaintState.ANSWERED, statement='=HYPERLINK("http://x")')
    make_complaint(cast, "Rahasia", category="oversight", by=cast.anti_bribery)
    db.session.commit()
    for name, rows in (("anti_bribery", 2), ("officer", 1), ("auditor", 1), ("secretariat", 1)):
        answer = browse(getattr(cast, name)).request("GET", "/complaints/register.xlsx")
        book = load_workbook(BytesIO(answer.data))
        sheet = book.worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        told = [str(cell.value) for cell in cells]
        assert sum(one.startswith("PGD-") for one in told) == rows, name
        assert (NAMES[0] in "".join(told)) == (name in ("officer", "anti_bribery"))
        assert not any(first.receipt in one for one in told)
        assert all(cell.data_type != "f" for cell in cells), "what people typed is no formula"
    book = load_workbook(BytesIO(answer.data), data_only=True)
    figures = {row[1].value: row[2].value for row in book.worksheets[1].iter_rows(min_row=4)}
    assert figures["Answered"] == 1 and figures["Received"] == 0
    answer = browse(cast.officer).request("GET", "/complaints/register.xlsx?state=received")
    told_twice = load_workbook(BytesIO(answer.data)).worksheets[0]
    assert "Loket ditambah." not in {cell.value for row in told_twice.iter_rows() for cell in row}


def test_sorted_as_integrity_it_leaves_those_whom_it_may_be_about(browse: Any, cast: Cast) -> None:
    complaint = make_complaint(cast, "Diminta uang rokok.")
    finding = make_finding(cast, "Pungutan")
    operations.link_finding(complaint, finding, by=cast.officer)
    db.session.commit()
    path = f"/complaints/{complaint.uid}"
    officer = browse(cast.officer)
    page = officer.get(path).follow("Sort and assign").press("Save", category="oversight")
    assert page.url == "/complaints" and page.has("Only those who look after integrity")
    assert only().is_integrity and only().access is AccessClass.RESTRICTED
    for name in ("officer", "head", "lead_auditor"):
        other = browse(getattr(cast, name))
        other.get(path, 404)
        assert not other.get(f"/findings/{finding.uid}").has(complaint.number), name
        assert "rokok" not in other.get("/complaints").text, name
    page = browse(cast.anti_bribery).get(f"/findings/{finding.uid}")
    assert page.has(complaint.number)


def test_the_history_names_no_finding_that_is_not_seen(browse: Any, cast: Cast) -> None:
    complaint = make_complaint(cast)
    secret = make_finding(cast, "Rahasia", access=AccessClass.RESTRICTED, by=cast.lead_auditor)
    operations.link_finding(complaint, secret, by=cast.officer)
    db.session.commit()
    path = f"/complaints/{complaint.uid}"
    assert not browse(cast.staff).get(path).has(secret.number)
    assert browse(cast.officer).get(path).has(secret.number)


def test_a_service_that_has_ended_stays_with_its_complaint(
    browse: Any, cast: Cast, travel: Any
) -> None:
    travel(datetime(2026, 9, 1, 3, tzinfo=UTC))
    service = units.offer_service(cast.disnaker, "Kartu Pencari Kerja", by=cast.administrator)
    db.session.flush()
    complaint = make_complaint(cast, service=service)
    units.end_service(service, on=cast.district.today, by=cast.administrator)
    db.session.commit()
    page = browse(cast.officer).get(f"/complaints/{complaint.uid}/arrange")
    page.press("Save", place="Loket 2")
    assert only().place == "Loket 2" and only().service is not None


def test_filters_and_paging(browse: Any, cast: Cast, travel: Any) -> None:
    travel(datetime(2026, 9, 1, 3, tzinfo=UTC))
    late = make_complaint(cast, "Lama sekali", category="light", received_on=date(2026, 8, 3))
    for n in range(60):
        make_complaint(cast, f"Keluhan nomor {n}")
    operations.arrange_complaint(late, **arranged(late, assigned_to=cast.owner), by=cast.officer)
    db.session.commit()
    officer = browse(cast.officer)
    page = officer.get("/complaints")
    assert page.has("50 shown") and page.follow("Next").has("11 shown")
    for query in ("show=overdue", "q=lama", "category=light", f"q={late.number}"):
        page = officer.get(f"/complaints?{query}")
        assert page.has("Lama sekali") and page.has("1 shown"), query
        link = page.soup.select_one("a[href*='register.xlsx']")
        assert link is not None
        book = load_workbook(BytesIO(officer.request("GET", str(link["href"])).data))
        told = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
        assert [one for one in told if str(one).startswith("PGD-")] == [late.number], query
    words = load_workbook(
        BytesIO(officer.request("GET", "/complaints/register.xlsx?q=keluhan").data)
    )
    assert words.worksheets[0].max_row == 4 + 60, "all pages of hits"
    assert browse(cast.owner).get("/complaints?show=mine").has("1 shown")
    assert officer.get("/complaints?channel=letter").has("Nothing matches")
    assert officer.get("/search?q=lama").has(late.number)


def test_my_work(browse: Any, cast: Cast, travel: Any) -> None:
    """What waits for whom; nothing is asked twice, and an assigned one comes back when overdue."""
    travel(datetime(2026, 9, 1, 3, tzinfo=UTC))
    received = make_complaint(cast, "Baru masuk.")
    given = make_complaint(cast, "Ditugaskan.", category="light")
    operations.arrange_complaint(given, **arranged(given, assigned_to=cast.owner), by=cast.officer)
    operations.take_up_complaint(given, by=cast.head)
    in_state(cast, ComplaintState.ANSWERED, statement="Dijawab.")
    make_complaint(cast, "Suap.", category="oversight", by=cast.anti_bribery)
    db.session.commit()
    expected = {
        "officer": {"Baru masuk.", "Dijawab."},
        "head": {"Baru masuk.", "Dijawab."},
        "owner": {"Ditugaskan."},
        "anti_bribery": {"Suap."},
        "coordinator": {"Suap."},
    }
    everything = {"Baru masuk.", "Ditugaskan.", "Dijawab.", "Suap."}
    for name in ("officer", "head", "owner", "anti_bribery", "coordinator", "staff", "auditor"):
        told = section(browse(getattr(cast, name)).get("/"), "Complaints")
        assert {one for one in everything if one in told} == expected.get(name, set()), name
    page = browse(cast.owner).get("/").follow("Answer")
    assert page.url == f"/complaints/{given.uid}/answer"
    travel(datetime(2026, 9, 7, 3, tzinfo=UTC))
    told = section(browse(cast.officer).get("/"), "Complaints")
    assert "Ditugaskan." in told and "days late" in told
    people.delegate(
        cast.owner,
        cast.staff,
        from_on=cast.district.today,
        until_on=cast.district.today + timedelta(days=5),
        reason="Cuti",
        by=SYSTEM,
    )
    db.session.commit()
    page = browse(cast.staff).get("/").follow("Answer")
    page.press("Send the answer", text="Selama Owner cuti.")
    assert received.state is ComplaintState.RECEIVED


def test_categories_are_the_districts_own(browse: Any, cast: Cast) -> None:
    admin = browse(cast.administrator)
    page = admin.get("/complaints").follow("Categories")
    assert page.has("not verified")
    form = page.follow("Light: a question or a small matter")
    stale = admin.get("/complaints/categories/light")
    page = form.press("Save", days="3", source="SK Bupati")
    assert page.has("SK Bupati")
    page = stale.press("Save", days="9", source="Lain", status=409)
    assert page.has("SK Bupati") and "Lain" in page.response.text
    page = admin.get("/complaints/categories").follow("New category")
    page = page.press("Save", name="Parkir", days="0", source="SK", status=422)
    page = page.press("Save", days="7")
    assert page.has("Parkir")
    page = page.follow("Parkir").press("Save", is_used=None, source="SK")
    assert page.has("Not in use")
    new = browse(cast.officer).get("/complaints/new")
    kinds = [one.get_text() for one in new.soup.select("select[name=category] option")]
    assert any("3 working days" in one for one in kinds) and not any("Parkir" in k for k in kinds)
