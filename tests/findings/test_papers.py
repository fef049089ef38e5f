"""Findings on paper: the form in Word, the log in Excel."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from docx import Document
from openpyxl import load_workbook

from qms.actions import operations as actions
from qms.actions.models import ActionKind
from qms.core.db import AccessClass, db
from qms.findings import operations
from qms.findings.models import Finding, Grade
from tests.cast import Cast
from tests.counting import counted
from tests.factories import answer, finish, make_finding, on_check_day, today


def words(browser: Any, path: str) -> str:
    """All text of a Word file, tables included."""
    response = browser.request("GET", path)
    assert response.status_code == 200
    document = Document(BytesIO(response.data))
    said = [one.text for one in document.paragraphs]
    said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(said)


def rows(browser: Any, query: str = "", sheet: int = 0) -> list[list[Any]]:
    """The rows of a sheet of the log below its header, as Excel reads them: findings, actions."""
    response = browser.request("GET", f"/findings/log.xlsx{query}")
    assert response.status_code == 200
    found = load_workbook(BytesIO(response.data)).worksheets[sheet]
    return [[cell.value for cell in row] for row in found.iter_rows(min_row=6)]


def proven(cast: Cast) -> Finding:
    """A finding whose first round did not help, and whose second did."""
    finding = make_finding(cast)
    operations.change_grade(finding, Grade.MAJOR, reason="Berulang", by=cast.auditor)
    for text in ("Papan kertas", "Layar tetap"):
        action = answer(cast, finding, by=cast.owner)
        action.what = text
        finish(cast, action)
        actions.verify_action(action, note="Terlihat", by=cast.auditor)
        operations.verify_finding(finding, note=f"{text} ada", by=cast.auditor)
        if text == "Papan kertas":
            operations.find_not_effective(finding, reason="Papan hilang", by=cast.auditor)
    with on_check_day(finding):
        operations.prove_effective(finding, text="Tiga bulan tanpa keluhan", by=cast.auditor)
    db.session.commit()
    return finding


def test_the_form_tells_the_whole_road(browse: Any, cast: Cast) -> None:
    finding = proven(cast)
    said = words(browse(cast.officer), f"/findings/{finding.uid}/form.docx")
    for text in (
        finding.number,
        "Nonconformity report and request for corrective action",
        "Antrean diatur dengan nomor.",
        "Grade changed from Minor nonconformity to Major nonconformity",
        "B. Answer, filled in by the unit (round 1)",
        "Papan kertas",
        f"Accepted or disputed by the unit\nAccepted ({cast.owner.name}",
        "How we will see that it worked\nSatu bulan tanpa keluhan antrean.",
        "Plan approved by",
        "Check of the effect due",
        "Not accepted: Papan hilang",
        "B. Answer, filled in by the unit (round 2)",
        "Layar tetap",
        "Accepted: Tiga bulan tanpa keluhan",
        "Head of the unit",
        cast.auditor.name,
    ):
        assert text in said, text


def test_days_are_those_of_the_district(browse: Any, cast: Cast, travel: Any) -> None:
    """Half past midnight in Jakarta is still the day before in Greenwich."""
    travel(datetime(2026, 6, 30, 17, 30, tzinfo=UTC))
    finding = make_finding(cast, "Antrean panjang.")
    operations.change_grade(finding, Grade.MAJOR, reason="Berulang", by=cast.lead_auditor)
    db.session.commit()
    said = words(browse(cast.officer), f"/findings/{finding.uid}/form.docx")
    assert "on 1 July 2026 by" in said


def test_what_is_not_known_is_dotted_to_be_written_by_hand(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    strength = make_finding(cast, "Loket ramah.", grade=Grade.STRENGTH)
    db.session.commit()
    said = words(browse(cast.officer), f"/findings/{finding.uid}/form.docx")
    assert "Cause\n…" in said and "Verified by" in said
    said = words(browse(cast.officer), f"/findings/{strength.uid}/form.docx")
    assert "Finding sheet" in said and "B. Answer" not in said


def test_nobody_reads_on_paper_what_they_may_not_see(browse: Any, cast: Cast) -> None:
    secret = make_finding(cast, "Rahasia", by=cast.lead_auditor, access=AccessClass.RESTRICTED)
    plain = make_finding(cast)
    hidden = operations.add_action(
        plain,
        kind=ActionKind.CORRECTIVE,
        what="Tindakan tertutup",
        due_on=today(cast),
        owner_person_id=cast.head.id,
        by=cast.officer,
    )
    actions.restrict_action(hidden, by=cast.officer)
    db.session.commit()
    staff = browse(cast.staff)
    assert staff.request("GET", f"/findings/{secret.uid}/form.docx").status_code == 404
    assert "Rahasia" not in words(staff, "/findings/forms.docx")
    assert "Tindakan tertutup" not in words(staff, f"/findings/{plain.uid}/form.docx")
    told = str(rows(staff)) + str(rows(staff, sheet=1))
    assert "Rahasia" not in told and "Tindakan tertutup" not in told
    head = browse(cast.head)
    assert "Restricted" in words(head, f"/findings/{secret.uid}/form.docx")
    assert sorted(row[28] or "" for row in rows(head)) == ["", "yes"]


def test_forms_and_log_follow_the_register(browse: Any, cast: Cast) -> None:
    late = make_finding(cast, "=1+1 lambat", found_on=today(cast) - timedelta(days=200))
    make_finding(cast, "Baru", grade=Grade.MAJOR)
    other = make_finding(cast, "Lain", unit=cast.dinkes, by=cast.other_officer)
    db.session.commit()
    officer = browse(cast.officer)
    said = words(officer, "/findings/forms.docx?grade=minor")
    assert "=1+1 lambat" in said and "Baru" not in said and other.number not in said
    (row,) = rows(officer, "?show=overdue")
    assert row[1] == late.number and row[11] == "=1+1 lambat"
    assert row[20] == '=IF(S6<>"","",R6-TODAY())'
    assert [row[0] for row in rows(officer)] == [1, 2]
    page = officer.get("/findings?grade=minor")
    links = [link["href"] for link in page.soup.select("main a[href*='?grade=minor']")]
    assert links == ["/findings/forms.docx?grade=minor", "/findings/log.xlsx?grade=minor"]
    assert not officer.get("/findings?grade=opportunity").soup.select("a[href*='.xlsx']")


def test_many_forms_cost_no_more_questions_than_few(browse: Any, cast: Cast) -> None:
    for n in range(3):
        finding = make_finding(cast, f"Temuan {n}")
        answer(cast, finding)
    db.session.commit()
    officer = browse(cast.officer)
    officer.request("GET", "/findings/forms.docx")
    few = [_questions(officer, path) for path in FILES]
    for n in range(9):
        answer(cast, make_finding(cast, f"Lagi {n}"))
    db.session.commit()
    assert [_questions(officer, path) for path in FILES] == few


def test_what_actions_cost_is_summed_once(browse: Any, cast: Cast) -> None:
    first, second = make_finding(cast), make_finding(cast, "Antrean tidak dipantau.")
    action = answer(cast, first)
    operations.add_existing_action(second, action, by=cast.officer)
    actions.set_cost(
        action, cost_planned=1_500_000, cost_spent=0, budget_code="5.1.02", by=cast.officer
    )
    other = operations.add_action(
        second, kind=ActionKind.PREVENTIVE, what="Latih petugas", due_on=today(cast),
        owner_person_id=cast.head.id, cost_planned=250_000, by=cast.officer,
    )  # fmt: skip
    db.session.commit()
    officer = browse(cast.officer)
    assert sorted((row[24], row[25]) for row in rows(officer)) == [(1_500_000, 0), (1_750_000, 0)]
    shown = {row[1]: (row[2], row[10], row[12]) for row in rows(officer, sheet=1)}
    both = f"{first.number}, {second.number}"
    assert set(shown) == {action.number, other.number}
    assert sorted(shown[action.number][0].split(", ")) == sorted(both.split(", "))
    assert shown[action.number][1:] == (1_500_000, "5.1.02")
    said = words(officer, f"/findings/{second.uid}/form.docx")
    assert "planned Rp1,750,000, spent Rp0" in said and "5.1.02" in said


FILES = ("/findings/forms.docx", "/findings/log.xlsx")


def _questions(browser: Any, path: str) -> int:
    """How often the database is asked for a file."""
    with counted() as seen:
        assert browser.request("GET", path).status_code == 200
    return len(seen)
