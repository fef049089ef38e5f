"""Checklists made from elsewhere than the question banks: earlier audits, templates, documents,
tables; with what is asked only after another answer."""

from datetime import timedelta
from typing import Any

import pytest

from qms.audits import operations
from qms.audits.models import Answer, AskedWhen, Audit
from qms.audits.operations.sheets import take_from_sheets
from qms.audits.operations.sources import (
    sections_in,
    take_from_audit,
    take_from_document,
    take_from_template,
)
from qms.audits.operations.templates import (
    keep_as_template,
    put_template_line,
    remove_template_line,
    withdraw_template,
    write_template,
)
from qms.audits.queries.sources import (
    earlier_audit_by_uid,
    earlier_audits,
    previous_lines,
    templates_for,
    templates_seen,
)
from qms.audits.report import checklist_sheets
from qms.audits.workflow import open_lines
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, Missing, OutOfTurn, Refused
from qms.office.blocks import Properties
from qms.office.sheet_reader import SheetData, read_sheets
from qms.office.xlsx_writer import write_xlsx
from tests.audits.makers import ANTI_BRIBERY, QUALITY, TEXTS, clauses, editions, make_audit, signed
from tests.audits.makers import under_way as begun
from tests.cast import Cast
from tests.counting import counted
from tests.documents.makers import make_draft


def listed(audit: Audit) -> list[str]:
    return [line.question for line in sorted(audit.listed, key=lambda one: one.position)]


def test_the_last_audit_comes_without_its_answers_and_stands_beside(cast: Cast) -> None:
    last = signed(cast).audit
    audit = make_audit(cast, "Audit berikut")
    assert [row.number for row in earlier_audits(cast.coordinator, audit)] == [last.number]
    assert take_from_audit(audit, last, by=cast.coordinator) == 2
    assert listed(audit) == ["Bagaimana 8.5.1?", "Bagaimana 9.1.2?"]
    assert {line.answer for line in audit.listed} == {None}
    beside = previous_lines(cast.coordinator, audit.listed)
    assert {line.id: beside[line.id].question for line in audit.listed} == {
        line.id: line.question for line in audit.listed
    }
    assert all(one.answer is not None for one in beside.values())
    with pytest.raises(Invalid, match="already"):
        take_from_audit(audit, last, by=cast.coordinator)


def test_what_an_earlier_audit_came_to_is_for_who_may_see_it(cast: Cast) -> None:
    last = signed(cast).audit
    audit = make_audit(cast, "Audit berikut")
    take_from_audit(audit, last, by=cast.coordinator)
    last.access = AccessClass.RESTRICTED
    db.session.flush()
    assert previous_lines(cast.coordinator, audit.listed)
    assert not previous_lines(cast.auditor, audit.listed)
    assert not earlier_audits(cast.auditor, audit)


def test_two_lines_may_come_from_one(cast: Cast) -> None:
    last = signed(cast).audit
    audit = make_audit(cast, "Audit baru")
    take_from_audit(audit, last, by=cast.coordinator)
    first, second = audit.listed
    assert first.origin and second.origin
    second.origin.previous_id = first.origin.previous_id
    db.session.flush()
    assert set(previous_lines(cast.auditor, [first, second])) == {first.id, second.id}


def test_lines_of_the_banks_find_their_like_in_the_last_audit(cast: Cast) -> None:
    last = begun(cast, "8.5.1")
    operations.make_checklist(last, clauses("9.2"), by=cast.coordinator)
    for line in last.listed:
        operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    last.state = "reported"  # type: ignore[assignment]
    db.session.flush()
    audit = make_audit(cast, "Audit berikut")
    operations.make_checklist(audit, clauses("9.2"), by=cast.coordinator)
    beside = previous_lines(cast.coordinator, audit.listed)
    assert beside and len(beside) == len(audit.listed)


def a_template(cast: Cast) -> Any:
    """Two sections; one line serves two standards, one is asked only if that one applies."""
    template = write_template(cast.disnaker.id, name="Loket", by=cast.coordinator)
    both = clauses("8.4.1") + clauses("8.2", edition=ANTI_BRIBERY)
    first = put_template_line(
        template,
        question="Apakah ada pekerjaan yang diserahkan?",
        section="Pengadaan",
        clause_ids=both,
        by=cast.coordinator,
    )
    put_template_line(
        template, question="Siapa menyapa?", section="Loket", clause_ids=clauses("8.2.1"),
        by=cast.coordinator,
    )  # fmt: skip
    put_template_line(
        template,
        question="Bagaimana penyedia dinilai?",
        section="Pengadaan",
        clause_ids=clauses("8.4.1"),
        after=first.number,
        asked_when=AskedWhen.APPLIES,
        by=cast.coordinator,
    )
    return template


def test_a_template_keeps_sections_standards_and_conditions(cast: Cast) -> None:
    template = a_template(cast)
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    assert templates_for(cast.coordinator, audit) == [template]
    assert take_from_template(audit, template, by=cast.coordinator) == 3
    lines = sorted(audit.listed, key=lambda one: one.position)
    assert [line.section for line in lines] == ["Pengadaan", "Pengadaan", "Loket"]
    asked, depends, _last = lines
    assert len(asked.clause_ids) == 2 and not depends.is_asked and depends not in audit.asked
    with pytest.raises(Invalid, match="nothing more"):
        take_from_template(audit, template, by=cast.coordinator)


def test_a_line_is_asked_after_the_answer_that_it_depends_on(cast: Cast) -> None:
    template = a_template(cast)
    audit = begun(cast, "9.1.2")
    take_from_template(audit, template, by=cast.coordinator)
    asked = next(line for line in audit.listed if "diserahkan" in line.question)
    depends = next(line for line in audit.listed if "dinilai" in line.question)
    operations.answer_line(
        asked, Answer.NOT_APPLICABLE, reason="Semua dikerjakan sendiri", by=cast.auditor
    )
    assert depends not in open_lines(audit)
    operations.answer_line(asked, Answer.CONFORM, by=cast.auditor)
    assert depends in open_lines(audit)
    operations.answer_line(depends, Answer.CONFORM, by=cast.auditor)
    operations.answer_line(asked, None, by=cast.auditor)
    assert depends in audit.asked  # what was answered stays


def test_a_template_of_another_standard_gives_only_what_is_asked(cast: Cast) -> None:
    template = a_template(cast)
    audit = make_audit(cast, edition_ids=editions(ANTI_BRIBERY))
    assert take_from_template(audit, template, by=cast.coordinator) == 1
    assert [line.clause_ids for line in audit.listed] == [clauses("8.2", edition=ANTI_BRIBERY)]


def test_a_template_is_written_by_who_plans_there(cast: Cast) -> None:
    with pytest.raises(Refused):
        write_template(cast.disnaker.id, name="Loket", by=cast.auditor)
    template = a_template(cast)
    with pytest.raises(Refused):
        put_template_line(template, question="Lain?", clause_ids=clauses("9.2"), by=cast.auditor)
    withdraw_template(template, reason="Diganti", by=cast.coordinator)
    with pytest.raises(Refused):
        withdraw_template(template, reason="Lagi", by=cast.coordinator)
    audit = make_audit(cast)
    assert templates_for(cast.coordinator, audit) == []


def test_the_list_of_templates_counts_lines_without_reading_them(cast: Cast) -> None:
    template, none = (
        a_template(cast),
        write_template(cast.disnaker.id, name="A", by=cast.coordinator),
    )
    db.session.flush()
    with counted() as sent:
        assert templates_seen(cast.coordinator) == [(none, 0), (template, 3)]
    assert len(sent) == 1


def test_a_template_is_not_withdrawn_from_a_stale_page(browse: Any, cast: Cast) -> None:
    template = a_template(cast)
    db.session.commit()
    browser = browse(cast.coordinator)
    page = browser.get(f"/audits/templates/{template.uid}")
    put_template_line(template, question="Baru?", clause_ids=clauses("9.2"), by=cast.coordinator)
    db.session.commit()
    stale = page.submit(action="/withdraw", reason="Tidak dipakai lagi", status=409)
    assert stale.has("Somebody else saved this record") and stale.has("Tidak dipakai lagi")
    db.session.expire_all()
    assert template.withdrawn_on is None
    again = browser.get(f"/audits/templates/{template.uid}")
    assert again.submit(action="/withdraw", reason="Diganti").has("Withdrawn: Diganti")


def test_lines_of_a_template_cannot_wait_for_each_other(cast: Cast) -> None:
    template = a_template(cast)
    with pytest.raises(Invalid, match="depend"):
        put_template_line(
            template, 1, question="?", clause_ids=clauses("8.4.1"), after=3, by=cast.coordinator
        )
    remove_template_line(template, 1, by=cast.coordinator)
    db.session.flush()
    assert [line.after for line in template.lines] == [None, None]
    line = put_template_line(
        template, question="Baru?", clause_ids=clauses("9.2"), by=cast.coordinator
    )
    assert line.number == 4 and line.section.startswith("9.2 ")


def test_a_good_checklist_is_kept_as_a_template(cast: Cast) -> None:
    audit = begun(cast, "9.1.2")
    take_from_template(audit, a_template(cast), by=cast.coordinator)
    operations.answer_line(audit.listed[0], Answer.CONFORM, seen="Rahasia", by=cast.auditor)
    kept = keep_as_template(audit, name="Dipakai lagi", by=cast.coordinator)
    assert [line.question for line in kept.lines] == [line.question for line in audit.listed]
    depends = next(line for line in kept.lines if "dinilai" in line.question)
    assert depends.after and "diserahkan" in kept.line(depends.after).question  # type: ignore[union-attr]
    audit = make_audit(cast, "Audit berikut")
    assert take_from_template(audit, kept, by=cast.coordinator) == 4


def test_questions_of_a_restricted_audit_do_not_go_into_papers_for_all(cast: Cast) -> None:
    by = cast.lead_auditor
    secret = begun(cast, "9.1.2", access=AccessClass.RESTRICTED)
    operations.answer_line(secret.listed[0], Answer.CONFORM, by=by)
    report = operations.write_report(secret, TEXTS, by=by)
    operations.submit_report(report, by=by)
    for one in (by, cast.officer, cast.head):
        operations.sign_report(report, by=one)
    after, closed = make_audit(cast), make_audit(cast, access=AccessClass.RESTRICTED)
    assert earlier_audits(by, after, to_take=True) == []
    with pytest.raises(Missing):
        earlier_audit_by_uid(by, after, secret.uid)
    assert earlier_audit_by_uid(by, closed, secret.uid) is secret
    with pytest.raises(OutOfTurn, match="restricted"):
        keep_as_template(secret, name="Rahasia", by=by)


def test_a_document_under_audit_gives_a_line_for_each_section(cast: Cast) -> None:
    document = make_draft(cast, "SOP Kartu AK I", clause_ids=clauses("8.5.1"))
    audit = make_audit(cast)
    text = "# Tujuan\nMengatur kartu.\n\n## 2. Langkah\n1. Terima berkas.\nPetugas mencatat jam.\n"
    assert take_from_document(audit, document, text, by=cast.coordinator) == 2
    first, second = sorted(audit.listed, key=lambda one: one.position)
    assert "Tujuan" in first.question and document.number in first.question
    assert "Petugas mencatat jam." in (second.hint or "")
    assert second.origin is not None and second.origin.document_id == document.id
    with pytest.raises(Invalid, match="already"):
        take_from_document(audit, document, text, by=cast.coordinator)
    other = make_draft(cast, "SOP lain", clause_ids=[])
    with pytest.raises(Invalid, match="Choose the clauses"):
        take_from_document(audit, other, text, by=cast.coordinator)
    assert take_from_document(audit, other, "", clauses("9.2"), by=cast.coordinator) == 1


def test_what_looks_like_a_heading() -> None:
    text = "A. MAKSUD\nsatu\nB. PROSEDUR\n1.1 Penerimaan berkas\ndua;\n1. Petugas menerima.\ntiga"
    assert [name for name, _rest in sections_in(text)] == [
        "A. MAKSUD",
        "B. PROSEDUR",
        "1.1 Penerimaan berkas",
    ]


def sheet(*rows: list[Any]) -> list[SheetData]:
    return [SheetData("Lembar", [["CHECKLIST AUDIT", None, None], *rows])]


def test_a_table_becomes_lines_once(cast: Cast) -> None:
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    table = sheet(
        ["No", "Klausul", "Pertanyaan", "Metode"],
        ["LOKET", None, None, None],
        [1, "ISO 9001: 8.2.1; ISO 37001 8.9", "Siapa menyapa?", "W, D"],
        [2, "9.1.2", "Berapa lama?", "Observasi"],
        [2, "9.1.2", "Berapa lama?", "Observasi"],
    )
    assert take_from_sheets(audit, table, by=cast.coordinator) == 2
    first, second = sorted(audit.listed, key=lambda one: one.position)
    assert first.section == "LOKET" and first.methods == ["interview", "document"]
    assert first.clause_ids == sorted(clauses("8.2.1") + clauses("8.9", edition=ANTI_BRIBERY))
    assert second.methods == ["observation"]
    with pytest.raises(Invalid, match="no question that is not"):
        take_from_sheets(audit, table, by=cast.coordinator)


def test_a_table_that_is_not_understood_changes_nothing(cast: Cast) -> None:
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    table = sheet(
        ["Klausul", "Pertanyaan"],
        ["8.2.1", "Jelas?"],
        ["4.1", "Yang mana?"],
        ["9.99", "Tidak ada?"],
        [None, "Tanpa?"],
    )
    with pytest.raises(Invalid) as refused:
        take_from_sheets(audit, table, by=cast.coordinator)
    told = str(refused.value)
    assert "Row 4: clause 4.1" in told and "Row 5: clause 9.99" in told and "Row 6" in told
    assert audit.listed == []
    with pytest.raises(Invalid, match="Question"):
        take_from_sheets(audit, sheet(["A", "B"]), by=cast.coordinator)
    one = sheet(["Pertanyaan"], ["Tanpa klausul?"])
    assert take_from_sheets(audit, one, clauses("9.2"), by=cast.coordinator) == 1


def test_a_number_that_is_none_is_no_clause(cast: Cast) -> None:
    rows = [["Klausul", "Pertanyaan"], [float("inf"), "Apa itu?"], [float("nan"), "Dan itu?"]]
    with pytest.raises(Invalid, match="names no clause"):
        take_from_sheets(make_audit(cast), sheet(*rows), by=cast.coordinator)


def test_the_excel_file_of_a_checklist_comes_back_as_it_is(cast: Cast, tmp_path: Any) -> None:
    audit = begun(cast, "8.5.1", "9.1.2")
    path = tmp_path / "daftar.xlsx"
    about = Properties(title="x", created=clock.now())
    write_xlsx(checklist_sheets(audit, "Disnaker", lambda _: True), path, properties=about,
               language="en")  # fmt: skip
    later = make_audit(cast, "Audit berikut", planned_from=audit.planned_from + timedelta(days=9),
                       planned_until=audit.planned_from + timedelta(days=9))  # fmt: skip
    assert take_from_sheets(later, read_sheets(path), by=cast.coordinator) == 2
    assert listed(later) == listed(audit)


def test_a_line_of_a_template_keeps_every_method_that_is_ticked(browse: Any, cast: Cast) -> None:
    template = a_template(cast)
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/templates/{template.uid}")
    page.follow("Siapa menyapa?").submit(methods=["interview", "observation"])
    db.session.refresh(template)
    (line,) = (one for one in template.lines if one.question == "Siapa menyapa?")
    assert line.methods == ["interview", "observation"]


def test_the_excel_file_of_a_template_is_taken_in_like_the_template(
    browse: Any, cast: Cast, tmp_path: Any
) -> None:
    template = a_template(cast)
    db.session.commit()
    browser, path = browse(cast.coordinator), tmp_path / "templat.xlsx"
    link = browser.get(f"/audits/templates/{template.uid}").soup.select_one("a[href$='.xlsx']")
    path.write_bytes(browser.request("GET", link["href"]).data)
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    assert take_from_sheets(audit, read_sheets(path), by=cast.coordinator) == 3
    again = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    take_from_template(again, template, by=cast.coordinator)
    told = [
        [(line.section, line.question, line.clause_ids) for line in one.listed]
        for one in (audit, again)
    ]
    assert sorted(told[0]) == sorted(told[1])
