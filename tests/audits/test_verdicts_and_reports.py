"""One walk over two standards: samples, verdicts by standard, two reports; the unit's own word."""

from datetime import timedelta
from io import BytesIO
from typing import Any, Literal
from uuid import uuid4

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from qms.audits import operations
from qms.audits.coverage import coverage_of, holders
from qms.audits.drafting import draft_parts
from qms.audits.gathering import gather, results_of, told_under
from qms.audits.models import Answer, Audit, SelfAnswer, SelfAssessment
from qms.audits.operations.fieldwork import Change, ChangeKind, Outcome, take_changes
from qms.audits.operations.reporting import Conclusions
from qms.audits.operations.sampling import Sample
from qms.audits.operations.self_assessment import (
    ask_self_assessment,
    assess_self,
    hand_in_self_assessment,
)
from qms.audits.operations.verdicts import Verdict
from qms.audits.queries.self_assessment import self_answers
from qms.audits.report import ROMAN, _line_rows, report_blocks
from qms.audits.report_sheets import report_sheets
from qms.audits.showing import report_parts, sample_of
from qms.audits.workflow import untracked_lines
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.core.i18n import gettext as _
from qms.core.i18n import speaking
from qms.findings import operations as findings
from qms.findings.models import FindingState, Grade
from qms.office.blocks import Heading, Table
from qms.people import operations as people
from qms.people.operations import choose_looks
from qms.standards.queries import EditionRow, clause_by_id, edition_by_key
from qms.units import operations as units
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    TEXTS,
    clauses,
    editions,
    integrated,
    leave_out,
    make_audit,
    only,
    prepared,
    signed,
)
from tests.audits.programme_makers import drawn_up
from tests.cast import SINCE, Cast
from tests.factories import make_finding, today

NINE, BRIBES = QUALITY, ANTI_BRIBERY


def bribery() -> int:
    return edition_by_key(BRIBES).id


def test_a_verdict_of_its_own_counts_under_its_standard(cast: Cast) -> None:
    audit, both, _one = integrated(cast)
    operations.answer_line(
        both,
        Answer.CONFORM,
        seen="12 berkas pelatihan",
        verdicts={bribery(): Verdict(Answer.MAJOR, "Uji kelayakan pegawai baru tidak ada")},
        by=cast.auditor,
    )
    counted = {one["clause"]: one["answers"] for one in results_of(audit.asked)}
    assert counted[f"{NINE}:7.2"] == {"conform": 1}
    assert counted[f"{BRIBES}:7.2.1"] == {"major": 1}
    assert both.grade is Grade.MAJOR and untracked_lines(audit) == [both]
    # A finding from it concerns the standard under which it deviates.
    assert both.cited_ids == clauses("7.2.1", edition=BRIBES)
    with pytest.raises(Invalid, match="came to “Major nonconformity”"):
        operations.link_finding(audit, make_finding(cast, "Kecil"), line=both, by=cast.auditor)
    finding = make_finding(cast, "Tanpa uji", grade=Grade.MAJOR)
    operations.link_finding(audit, finding, line=both, by=cast.auditor)
    assert untracked_lines(audit) == []
    # A finding of a milder verdict stands beside it and answers for that one alone.
    operations.answer_line(
        both,
        Answer.MINOR,
        seen="12 berkas pelatihan",
        verdicts={bribery(): Verdict(Answer.MAJOR, "Uji kelayakan pegawai baru tidak ada")},
        by=cast.auditor,
    )
    operations.link_finding(audit, make_finding(cast, "Latih"), line=both, by=cast.auditor)
    findings.cancel_finding(finding, reason="Keliru", by=cast.auditor)
    assert untracked_lines(audit) == [both]
    operations.answer_line(both, None, by=cast.auditor)
    assert both.verdicts == [] and both.all_answers == set()


def test_coverage_follows_the_verdict_of_its_standard(cast: Cast) -> None:
    programme = drawn_up(cast, edition_ids=editions(NINE, BRIBES))
    audit, both, _one = integrated(cast)
    nine = edition_by_key(NINE)
    db.session.flush()

    def sampled(edition: EditionRow) -> set[str]:
        shown = holders(programme, edition, [audit.unit_id])
        (found,) = coverage_of(cast.coordinator, programme, edition, [audit.unit_id], shown)
        return {clause_by_id(one).number for one in found.sampled}

    unseen = Verdict(Answer.NOT_SAMPLED, "Berkas integritas tidak dibuka")
    operations.answer_line(
        both, Answer.CONFORM, seen="12 berkas", verdicts={bribery(): unseen}, by=cast.auditor
    )
    db.session.flush()
    assert (sampled(nine), sampled(edition_by_key(BRIBES))) == ({"7.2"}, set())
    seen = Verdict(Answer.CONFORM, "Hanya berkas integritas yang dibuka")
    operations.answer_line(both, Answer.NOT_SAMPLED, verdicts={bribery(): seen}, by=cast.auditor)
    db.session.flush()
    assert (sampled(nine), sampled(edition_by_key(BRIBES))) == (set(), {"7.2.1"})


def test_a_verdict_says_why_and_only_where_it_differs(cast: Cast) -> None:
    _audit, both, one = integrated(cast)
    db.session.commit()
    for line, verdicts in (
        (both, {bribery(): Verdict(Answer.MINOR, " ")}),
        (one, {bribery(): Verdict(Answer.MINOR, "Sebab")}),
    ):
        with pytest.raises(Invalid):
            operations.answer_line(
                line, Answer.CONFORM, seen="Berkas", verdicts=verdicts, by=cast.auditor
            )
        db.session.rollback()
    _audit, both, one = integrated(cast)
    same = {bribery(): Verdict(Answer.CONFORM)}
    operations.answer_line(both, Answer.CONFORM, verdicts=same, by=cast.auditor)
    assert both.verdicts == []
    verdicts = {bribery(): Verdict(Answer.MINOR, "Sebab")}
    with pytest.raises(Invalid, match="what was seen"):
        operations.answer_line(both, Answer.CONFORM, verdicts=verdicts, by=cast.auditor)


def test_a_sample_is_kept_with_the_line(cast: Cast) -> None:
    _audit, _both, line = integrated(cast)
    sample = Sample("berkas AK I semester I", 312, 40, "No. 12, 19, 27")
    operations.answer_line(line, Answer.CONFORM, sample=sample, by=cast.auditor)
    with speaking("en"):
        assert sample_of(line) == "40 of 312 berkas AK I semester I: No. 12, 19, 27"
    operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    assert line.sample is not None and line.sample.size == 40
    for wrong in (Sample(population=3, size=4), Sample(size=-1)):
        with pytest.raises(Invalid):
            operations.answer_line(line, Answer.CONFORM, sample=wrong, by=cast.auditor)
    operations.answer_line(line, Answer.CONFORM, sample=Sample(), by=cast.auditor)
    assert line.sample is None


def test_one_walk_gives_a_report_to_each_standard(cast: Cast) -> None:
    audit, both, one = integrated(cast)
    operations.answer_line(
        both,
        Answer.OBSERVATION,
        seen="Rekap pelatihan",
        verdicts={bribery(): Verdict(Answer.CONFORM, "Pelatihan anti suap lengkap")},
        by=cast.auditor,
    )
    sample = Sample("keluhan", 20, 5)
    operations.answer_line(one, Answer.CONFORM, sample=sample, by=cast.auditor)
    apart = {bribery(): Conclusions(conformity="SMAP memenuhi.")}
    report = operations.write_report(audit, TEXTS, apart=apart, by=cast.lead_auditor)
    told = gather(audit)
    shown = {key: told_under(told, key) for key in (NINE, BRIBES)}
    assert [len(shown[key]["lines"]) for key in (NINE, BRIBES)] == [2, 1]
    assert shown[BRIBES]["lines"][0]["answer"] == "conform"
    assert shown[NINE]["lines"][0]["answer"] == "observation"
    seen = [row[-1] for row in _line_rows(shown[NINE])]
    assert seen == ["Rekap pelatihan", "–"], "no empty cell in what is signed"
    assert {x["clause"] for x in shown[BRIBES]["results"]} == {f"{BRIBES}:7.2.1"}
    with speaking("en"):
        under = dict(report_parts(report, bribery()))
        assert under["Conclusion on conformity"] == "SMAP memenuhi."
        assert under["Conclusion on effectiveness"] == TEXTS["effectiveness"]
        other = dict(report_parts(report, edition_by_key(NINE).id))
        assert other["Conclusion on conformity"] == TEXTS["conformity"]
        assert "Conclusion on conformity: ISO 37001:2016" in dict(report_parts(report))
        headings = {
            key: [
                one.text
                for one in report_blocks(report, shown[key], {}, edition_by_key(key).id)
                if isinstance(one, Heading)
            ]
            for key in shown
        }
        whole = [one for one in report_blocks(report, told, {}) if isinstance(one, Table)]
    assert "Samples taken" in headings[NINE] and "Samples taken" not in headings[BRIBES]
    chapters = [one for one in headings[NINE] if one.partition(".")[0] in ROMAN]
    assert [one.partition(". ")[2] for one in chapters] == [
        "Introduction", "How the audit was held", "Results of the audit",
        "Conclusions and follow-up",
    ]  # fmt: skip
    rows = [list(row) for table in whole for row in table.rows]
    assert any("ISO 37001:2016: Conforms" in str(row) for row in rows)
    assert ["ISO 9001:2015 9.1.2", "keluhan", 20, 5, None] in rows


def test_a_report_keeps_the_letterhead_of_its_day(browse: Any, cast: Cast) -> None:
    position = people.add_position(cast.insp, "Irban Wilayah I", by=cast.administrator)
    people.appoint(cast.coordinator, position, from_on=SINCE, by=cast.administrator)
    units.write_address(cast.insp, "Jalan Lama 1", by=cast.administrator)
    audit = signed(cast).audit
    units.write_address(cast.insp, "Jalan Baru 2", by=cast.administrator)
    db.session.commit()
    file = browse(cast.officer).request("GET", f"/audits/{audit.uid}/report/1/file.docx")
    document = Document(BytesIO(file.data))
    head = [one.text for one in document.paragraphs[:4]]
    assert head == [f"Pemerintah {cast.district.name}", "Inspektorat", "Jalan Lama 1", ""]
    assert document.sections[0].different_first_page_header_footer
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[-2:] == ["V. Signatures", "Annex: checklist"]


def test_what_is_out_of_scope_stands_in_the_report_as_it_was_sealed(
    browse: Any, cast: Cast
) -> None:
    leave_out(cast)
    report = signed(cast, edition_ids=editions(NINE, BRIBES))
    leave_out(cast, "8.5.3", "Tanpa milik pelanggan", days_ago=0)
    db.session.commit()
    path, officer = f"/audits/{report.audit.uid}/report/1", browse(cast.officer)
    book = officer.request("GET", f"{path}/file.xlsx").data
    sheet = load_workbook(BytesIO(book))["Clauses that do not apply"]
    for said in (
        officer.get(path).well_made().text,
        words_of(officer.request("GET", f"{path}/file.docx").data),
        str(list(sheet.iter_rows(values_only=True))),
    ):
        assert "Tidak merancang layanan" in said and "Tanpa milik pelanggan" not in said
    under = words_of(officer.request("GET", f"{path}/{BRIBES}.docx").data)
    assert "Tidak merancang layanan" not in under, "another standard's"
    told = dict(report.gathered or {})
    del told["excluded"]  # as reports were sealed before
    headings = [one.text for one in report_blocks(report, told, {}) if isinstance(one, Heading)]
    assert headings and "Clauses that do not apply" not in headings
    assert report_sheets(report, told, {})


def test_a_new_issue_keeps_the_conclusions_under_each_standard(cast: Cast) -> None:
    audit, both, one = integrated(cast)
    for line in (both, one):
        operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    apart = {bribery(): Conclusions(conformity="SMAP memenuhi.")}
    report = operations.write_report(audit, TEXTS, apart=apart, by=cast.lead_auditor)
    operations.submit_report(report, by=cast.lead_auditor)
    for by in (cast.auditor, cast.lead_auditor, cast.officer, cast.head):
        operations.sign_report(report, by=by)
    new = operations.correct_report(audit, reason="Salah ketik", by=cast.lead_auditor)
    assert [one.conformity for one in new.standards] == ["SMAP memenuhi."]
    operations.write_report(audit, TEXTS, apart={}, by=cast.lead_auditor)
    assert new.standards == [] and len(report.standards) == 1


def test_the_draft_is_made_from_what_was_recorded(cast: Cast) -> None:
    last = signed(cast).audit
    old = make_finding(cast, "Dulu", clause_ids=clauses("9.1.2"))
    secret = make_finding(cast, "Rahasia", by=cast.officer, access=AccessClass.RESTRICTED)
    for one in (old, secret):
        operations.link_finding(last, one, by=cast.lead_auditor)
    audit = prepared(cast, "8.5.1", "9.1.2", "9.2", title="Berikut")
    operations.open_audit(audit, by=cast.coordinator)
    first, second, third = sorted(audit.asked, key=lambda one: one.position)
    by = cast.auditor
    sample = Sample("berkas", 30, 5, "1-5")
    operations.answer_line(first, Answer.STRENGTH, seen="Jam tercatat rapi", sample=sample, by=by)
    operations.answer_line(second, Answer.MINOR, seen="Survei tertunda", by=by)
    operations.answer_line(third, Answer.NOT_SAMPLED, reason="Waktu habis", by=by)
    with speaking("en"):
        parts = draft_parts(audit, cast.lead_auditor, gather(audit))
    assert "3 lines" in parts["summary"] and "Minor nonconformity: 1" in parts["summary"]
    assert parts["not_covered"] == "- ISO 9001:2015 9.2: Waktu habis"
    assert parts["sampling"].splitlines() == [
        "- ISO 9001:2015 8.5.1: 5 of 30 berkas: 1-5",
        "- ISO 9001:2015 9.2: 1 question was not sampled",
        "The conclusions rest on samples that the auditors chose. What was not sampled may be "
        "otherwise.",
    ]
    assert parts["strengths"] == "- ISO 9001:2015 8.5.1: Jam tercatat rapi"
    assert last.number in parts["comparison"] and "again" in parts["comparison"]
    assert old.number in parts["comparison"] and secret.number not in parts["comparison"]
    assert "conformity" not in parts


def test_the_draft_for_one_standard_tells_and_counts_only_what_belongs_to_it(cast: Cast) -> None:
    before = signed(cast, edition_ids=editions(NINE, BRIBES)).audit
    old = {
        key: make_finding(cast, "Dulu", clause_ids=clauses("4.4", edition=key))
        for key in (NINE, BRIBES)
    }
    for one in old.values():
        operations.link_finding(before, one, by=cast.lead_auditor)
    audit, both, one = integrated(cast)
    more = operations.add_line(
        audit,
        question="Bagaimana gratifikasi?",
        clause_ids=clauses("8.7", edition=BRIBES),
        by=cast.coordinator,
    )
    operations.answer_line(
        both,
        Answer.CONFORM,
        seen="Rekap pelatihan",
        sample=Sample("pegawai", 30, 5, None),
        verdicts={bribery(): Verdict(Answer.NOT_SAMPLED, "Berkas integritas belum dibuka")},
        by=cast.auditor,
    )
    operations.answer_line(more, Answer.STRENGTH, seen="Register terisi", by=cast.auditor)
    operations.answer_line(one, Answer.MINOR, seen="Survei tertunda", by=cast.auditor)
    finding = make_finding(cast, "Tanpa survei", clause_ids=clauses("9.1.2"))
    operations.link_finding(audit, finding, line=one, by=cast.auditor)
    db.session.flush()
    with speaking("en"):
        parts = draft_parts(audit, cast.lead_auditor, gather(audit))
        texts = {**dict.fromkeys(TEXTS), **parts}
        report = operations.write_report(audit, texts, by=cast.lead_auditor)
        told = gather(audit)
        quality, bribes = (
            dict(report_parts(report, edition_by_key(key).id, told_under(told, key)))
            for key in (NINE, BRIBES)
        )
    assert quality["Summary"] == (
        "- ISO 9001:2015: 2 lines of the checklist were answered (Conforms: 1, Minor "
        "nonconformity: 1). Findings: Minor nonconformity: 1."
    )
    assert bribes["Summary"] == (
        "- ISO 37001:2016: 2 lines of the checklist were answered (Strength: 1, Not sampled: 1)."
    )
    assert "What was not covered" not in quality and "Strengths" not in quality
    unseen = "- ISO 37001:2016 7.2.1: Berkas integritas belum dibuka"
    assert bribes["What was not covered"] == unseen
    rests = parts["sampling"].splitlines()[-1]
    assert quality["Sampling"] == f"- ISO 9001:2015 7.2: 5 of 30 pegawai\n{rests}"
    missed = "- ISO 37001:2016 7.2.1: 1 question was not sampled"
    assert bribes["Sampling"] == f"{missed}\n{rests}"
    assert bribes["Strengths"] == "- ISO 37001:2016 8.7: Register terisi"
    then = "Comparison with the last audit"
    assert old[NINE].number in quality[then] and old[BRIBES].number not in quality[then]
    assert old[BRIBES].number in bribes[then] and old[NINE].number not in bribes[then]
    assert "Follow-up" in quality and "Follow-up" not in bribes


def asked(cast: Cast) -> Any:
    audit = prepared(cast, "8.5.1", "9.1.2")
    day = audit.planned_from
    return ask_self_assessment(audit, None, due_on=day, by=cast.coordinator)


def test_the_unit_answers_beside_the_auditors(cast: Cast) -> None:
    assessment = asked(cast)
    audit = assessment.audit
    first, second = sorted(audit.listed, key=lambda one: one.position)
    said = {first.uid: (SelfAnswer.PARTLY, "SOP ada, jam belum dicatat"), second.uid: (None, "")}
    assert assess_self(assessment, said, by=cast.owner) == 1
    assert first.answer is None and first.version == 1
    hand_in_self_assessment(assessment, by=cast.officer)
    with pytest.raises(Refused):
        assess_self(assessment, said, by=cast.owner)
    operations.open_audit(audit, by=cast.coordinator)
    operations.answer_line(first, Answer.MINOR, seen="Jam kosong", by=cast.auditor)
    assert self_answers(audit) == {first.id: SelfAnswer.PARTLY}


def test_who_asks_and_who_answers_for_the_unit(cast: Cast) -> None:
    assessment = asked(cast)
    first = assessment.audit.listed[0]
    said = {first.uid: (SelfAnswer.IN_PLACE, None)}
    for by in (cast.auditor, cast.coordinator, cast.outsider):
        with pytest.raises(Refused):
            assess_self(assessment, said, by=by)
    with pytest.raises(Refused):
        ask_self_assessment(assessment.audit, assessment, due_on=assessment.due_on, by=cast.owner)
    with pytest.raises(OutOfTurn):
        hand_in_self_assessment(assessment, by=cast.officer)
    assess_self(assessment, said, by=cast.officer)
    assess_self(assessment, {first.uid: (None, None)}, by=cast.officer)
    assert assessment.answers == []


def test_a_self_assessment_is_asked_for_in_time(cast: Cast) -> None:
    audit = prepared(cast, "8.5.1")
    for days in (-1, 9):
        with pytest.raises(Invalid):
            ask_self_assessment(
                audit, None, due_on=audit.planned_from + timedelta(days=days), by=cast.coordinator
            )
    empty = make_audit(cast, "Kosong")
    with pytest.raises(OutOfTurn):
        ask_self_assessment(empty, None, due_on=empty.planned_from, by=cast.coordinator)


def test_a_self_assessment_is_not_asked_for_from_a_stale_page(browse: Any, cast: Cast) -> None:
    audit = prepared(cast, "8.5.1")
    db.session.commit()
    path, days = (
        f"/audits/{audit.uid}/self-assessment/ask",
        [audit.planned_from, audit.planned_until],
    )
    first, second = browse(cast.coordinator).get(path), browse(cast.lead_auditor).get(path)
    first.submit(due_on=days[0].isoformat())
    assert second.submit(status=409, due_on=days[1].isoformat()).has(cast.coordinator.name)
    assessment = db.session.scalars(select(SelfAssessment)).one()
    stale = browse(cast.coordinator).get(path)
    assess_self(assessment, {audit.listed[0].uid: (SelfAnswer.IN_PLACE, None)}, by=cast.owner)
    hand_in_self_assessment(assessment, by=cast.officer)
    db.session.commit()
    stale.submit(status=409, due_on=days[1].isoformat())
    db.session.expire_all()
    assert (assessment.due_on, assessment.handed_in_by) == (days[0], cast.officer)


def test_an_answer_for_a_line_that_is_gone_loses_nothing_else(cast: Cast) -> None:
    assessment = asked(cast)
    first, second = sorted(assessment.audit.listed, key=lambda one: one.position)
    operations.remove_line(first, by=cast.coordinator)
    said = {one.uid: (SelfAnswer.IN_PLACE, "Ada") for one in (first, second)}
    assert assess_self(assessment, said, by=cast.owner) == 1


def test_the_page_of_a_line_takes_sample_and_verdicts(browse: Any, cast: Cast) -> None:
    audit, both, _one = integrated(cast)
    db.session.commit()
    path = f"/audits/{audit.uid}/checklist/lines/{both.uid}"
    page = (
        browse(cast.auditor)
        .get(path)
        .submit(
            action=None,
            status=422,
            answer="conform",
            seen="12 berkas",
            drawn_from="pegawai baru",
            population="26",
            size="40",
            **{f"verdict_{bribery()}": "minor"},
        )
    )
    assert page.has("Write why the result differs under this standard.") or page.has("More was")
    page = page.submit(
        action=None,
        status=422,
        **{f"reason_{bribery()}": "Uji kelayakan tidak ada"},
    )
    assert page.has("More was looked at than there is.")
    page = page.submit(action=None, size="4")
    assert page.has("Saved.")
    line = only().asked[0]
    assert line.sample is not None and (line.sample.size, line.sample.population) == (4, 26)
    assert [one.answer for one in line.verdicts] == [Answer.MINOR]
    page = browse(cast.auditor).get(f"/audits/{audit.uid}/checklist")
    assert page.has("4 of 26 pegawai baru") and page.has("ISO 37001:2016: Minor nonconformity")


def test_the_unit_hands_in_section_by_section(browse: Any, cast: Cast) -> None:
    audit = prepared(cast, "8.5.1", "9.1.2")
    db.session.commit()
    path, coordinator = f"/audits/{audit.uid}", browse(cast.coordinator)
    page = coordinator.get(f"{path}/self-assessment/ask").submit(due_on=str(audit.planned_from))
    assert page.has("The unit finds the self-assessment")
    lines = sorted(only().listed, key=lambda one: one.position)
    page = browse(cast.owner).get(f"{path}/self-assessment")
    page = page.submit(
        action="/self-assessment",
        button=("then", "next"),
        **{f"answer_{lines[0].uid}": "partly", f"shown_{lines[0].uid}": "SOP ada"},
    )
    page = page.submit(
        action="/self-assessment",
        button=("then", "hand_in"),
        **{f"answer_{lines[1].uid}": "in_place"},
    )
    assert page.has("Handed in on")
    page = coordinator.get(f"{path}/checklist")
    assert page.has("Unit: Partly") and page.has("Unit: In place")
    page = browse(cast.auditor).get(f"{path}/checklist/lines/{lines[0].uid}")
    assert page.has("SOP ada")


def test_a_report_to_one_standard_is_a_file_of_its_own(browse: Any, cast: Cast) -> None:
    audit, both, one = integrated(cast)
    for line in (both, one):
        operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    db.session.commit()
    path, lead = f"/audits/{audit.uid}", browse(cast.lead_auditor)
    page = lead.get(f"{path}/report/write")
    assert page.has("2 lines of the checklist were answered")
    page.submit(
        button=("then", "read"),
        conformity="Sesuai.",
        effectiveness="Efektif.",
        **{f"conformity_{bribery()}": "SMAP sesuai."},
    )
    for key, wanted, other in (
        (BRIBES, "SMAP sesuai.", "Bagaimana keluhan?"),
        (NINE, "Bagaimana keluhan?", "SMAP sesuai."),
    ):
        file = lead.request("GET", f"{path}/report/1/{key}.docx")
        assert file.status_code == 200
        words = words_of(file.data)
        assert wanted in words and other not in words
    other = lead.request("GET", f"{path}/report/1/iso9001-2008.docx")
    assert other.status_code == 404


def taken_down(audit: Audit, cast: Cast) -> None:
    """Who was at the meetings, and what the head says to each line, as a device sends it."""
    first, second = sorted(audit.asked, key=lambda one: one.position)
    changes = [
        (ChangeKind.ATTENDANCE, str(uuid4()), {"meeting": "opening", "name": "Agus Wijaya",
                                               "post": "Kepala Dinas"}),
        (ChangeKind.ATTENDANCE, str(uuid4()), {"meeting": "closing", "name": "Dewi Lestari"}),
        (ChangeKind.STANCE, f"line:{first.uid}", {"stance": "agrees", "spoken_by": "Dewi"}),
        (ChangeKind.STANCE, f"line:{second.uid}", {"stance": "disagrees", "spoken_by": "Agus",
                                                   "note": "Rekap sudah ada"}),
    ]  # fmt: skip
    taken = take_changes(
        audit,
        [Change(uuid4(), kind, on, 0, {}, value, clock.now()) for kind, on, value in changes],
        by=cast.auditor,
    )
    assert {one.outcome for one in taken} == {Outcome.TAKEN}


def test_what_was_taken_down_on_the_spot_stands_in_the_report(browse: Any, cast: Cast) -> None:
    audit, both, one = integrated(cast)
    taken_down(audit, cast)
    operations.answer_line(both, Answer.CONFORM, by=cast.auditor)
    operations.answer_line(one, Answer.MINOR, seen="Survei tertunda", by=cast.auditor)
    found = operations.raise_finding_from_line(
        one,
        unit_id=audit.unit_id,
        found_on=today(cast),
        grade=Grade.MINOR,
        requirement="Kepuasan dipantau",
        deviation="Tanpa survei",
        by=cast.auditor,
    )
    db.session.commit()
    # A dissent is a dispute, which goes to who leads the audit.
    assert (found.state, found.lead_auditor_id) == (FindingState.DISPUTED, cast.lead_auditor.id)
    with speaking("en"):
        # Nobody asks what the auditee said to a line that conforms by now.
        assert [said["findings"] for said in gather(audit)["stances"]] == [[found.number]]
        parts = draft_parts(audit, cast.lead_auditor, gather(audit))
        found.access = AccessClass.RESTRICTED
        db.session.flush()
        assert gather(audit)["stances"] == [], "kept back with its finding"
        db.session.rollback()
    assert parts["disagreements"] == f"- {found.number}: Agus: Rekap sudah ada"
    operations.write_report(audit, {**TEXTS, **parts}, by=cast.lead_auditor)
    db.session.commit()
    path, lead = f"/audits/{audit.uid}/report/1", browse(cast.lead_auditor)
    page = lead.get(path)
    for words in ("Opening meeting", "Agus Wijaya", "Dewi Lestari", "Disagrees", "Rekap sudah ada"):
        assert page.has(words), words
    words = words_of(lead.request("GET", f"{path}/file.docx").data)
    for wanted in ("Kepala Dinas", "Dewi Lestari", "Disagrees (Agus): Rekap sudah ada"):
        assert wanted in words, wanted
    # The complaint concerns ISO 9001 only, in what was drafted too; who was there concerns both.
    words = words_of(lead.request("GET", f"{path}/{BRIBES}.docx").data)
    assert "Dewi Lestari" in words and "Rekap sudah ada" not in words
    assert found.number not in words


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_workbook_of_a_report_holds_all_of_it(
    browse: Any, cast: Cast, language: Literal["id", "en"]
) -> None:
    audit, both, one = integrated(cast)
    verdict = {bribery(): Verdict(Answer.CONFORM, "Pelatihan lengkap")}
    operations.answer_line(
        both, Answer.OBSERVATION, seen="Rekap", verdicts=verdict, by=cast.auditor
    )
    sample = Sample("keluhan", 20, 5)
    operations.answer_line(one, Answer.CONFORM, sample=sample, by=cast.auditor)
    taken_down(audit, cast)
    report = operations.write_report(audit, TEXTS, by=cast.lead_auditor)
    operations.submit_report(report, by=cast.lead_auditor)
    for by in (cast.auditor, cast.lead_auditor, cast.officer, cast.head):
        operations.sign_report(report, by=by, note="Dengan catatan" if by is cast.head else None)
    choose_looks(cast.lead_auditor, language=language)
    db.session.commit()
    lead = browse(cast.lead_auditor)
    file = lead.request("GET", f"/audits/{audit.uid}/report/1/file.xlsx")
    book = load_workbook(BytesIO(file.data))
    with speaking(language):
        names = {
            name: str(_(name))
            for name in ("Audit report", "Figures", "Audit team", "Meetings", "Results by clause",
                         "Clauses that do not apply", "Checklist", "Samples", "Findings",
                         "Auditee", "Signatures")
        }  # fmt: skip
        observation = str(Answer.OBSERVATION.label)
        conclusion = str(_("Conclusion on conformity"))
    assert book.sheetnames == list(names.values())

    def rows(name: str) -> list[tuple[Any, ...]]:
        return list(book[names[name]].iter_rows(min_row=6, values_only=True))

    assert (conclusion, TEXTS["conformity"]) in rows("Audit report")
    assert [row[4] for row in rows("Meetings")] == ["Agus Wijaya", "Dewi Lestari"]
    assert rows("Checklist")[0][4] == observation
    assert "ISO 37001:2016" in rows("Checklist")[0][5]
    assert rows("Samples") == [("ISO 9001:2015 9.1.2", "keluhan", 20, 5, None)]
    assert [row[4] for row in rows("Auditee")] == ["Dewi"]
    assert [row[1] for row in rows("Signatures")] == [
        person.name for person in (cast.auditor, cast.lead_auditor, cast.officer, cast.head)
    ]
    assert rows("Signatures")[-1][5] == "Dengan catatan"
    counted = next(row for row in rows("Figures") if row[1] == observation)
    assert str(counted[2]).startswith("=COUNTIF(")
    cells = load_workbook(BytesIO(file.data), data_only=True)[names["Figures"]]
    shown = [
        row[2] for row in cells.iter_rows(min_row=6, values_only=True) if row[1] == observation
    ]
    assert shown == [1, 0], "one line, and no finding yet"
    under = lead.request("GET", f"/audits/{audit.uid}/report/1/{BRIBES}.xlsx")
    lines = load_workbook(BytesIO(under.data))[names["Checklist"]]
    assert len(list(lines.iter_rows(min_row=6, values_only=True))) == 1


def words_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in document.paragraphs] + cells)
