"""Checklist, answers, findings, report: what becomes of them, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from qms.audits import operations
from qms.audits.models import (
    Answer,
    Audit,
    AuditKind,
    AuditLine,
    AuditReport,
    AuditState,
    ReportState,
    TeamRole,
)
from qms.audits.queries import linkable_findings
from qms.audits.workflow import untracked_lines
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused, Stale
from qms.findings import operations as findings
from qms.findings.models import Finding, Grade, Source
from qms.people import operations as people
from qms.people.models import Person
from qms.people.roles import Role
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    TEXTS,
    answered,
    clauses,
    editions,
    external,
    grant,
    integrated,
    leave_out,
    make_audit,
    prepared,
    signed,
    submitted,
    under_way,
)
from tests.cast import Cast
from tests.factories import make_finding, today, verify_all


def test_numbers_have_no_gaps_and_bear_the_year_of_the_audit(cast: Cast) -> None:
    year = today(cast).year
    numbers = [make_audit(cast).number for _n in range(2)]
    numbers.append(make_audit(cast, unit=cast.blk).number)
    assert numbers == [f"AU-{year}-DISNAKER-001", f"AU-{year}-DISNAKER-002", f"AU-{year}-BLK-001"]
    next_year = today(cast) + timedelta(days=366)
    later = make_audit(cast, planned_from=next_year, planned_until=next_year)
    assert later.number == f"AU-{next_year.year}-DISNAKER-001"


def test_a_plan_is_judged(cast: Cast) -> None:
    day = today(cast)
    with pytest.raises(Invalid, match="before the first"):
        make_audit(cast, planned_until=day - timedelta(days=1))
    with pytest.raises(Invalid, match="at least one standard"):
        make_audit(cast, edition_ids=[])
    with pytest.raises(Invalid, match="what the audit is about"):
        make_audit(cast, title="  ")
    for by in (cast.officer, cast.auditor, cast.head, cast.administrator):
        with pytest.raises(Refused):
            make_audit(cast, by=by)
    with pytest.raises(Refused):
        make_audit(cast, unit=cast.dinkes, by=cast.lead_auditor)


def edit(cast: Cast, audit: Audit, **said: Any) -> None:
    """Change the plan, and leave what is not said as it is."""
    parts = ("title", "edition_ids", "planned_from", "planned_until")
    texts = ("objectives", "scope", "criteria", "methods")
    values = {name: getattr(audit, name) for name in (*parts, *texts)} | said
    operations.edit_audit(audit, by=cast.coordinator, **values)


def test_a_standard_stays_while_lines_are_answered_under_it(cast: Cast) -> None:
    audit, both, one = integrated(cast)

    def cover(*keys: str) -> None:
        edit(cast, audit, edition_ids=editions(*keys))

    for line in (both, one):
        operations.answer_line(line, Answer.CONFORM, seen="Berkas 1", by=cast.auditor)
    with pytest.raises(Invalid, match="1 line of the checklist is answered under ISO 37001"):
        cover(QUALITY)
    with pytest.raises(Invalid, match="2 lines of the checklist are answered under ISO 9001"):
        cover(ANTI_BRIBERY)
    assert audit.edition_ids == editions(QUALITY, ANTI_BRIBERY)
    operations.answer_line(both, None, by=cast.auditor)
    cover(QUALITY)
    assert audit.edition_ids == editions(QUALITY)


def test_what_a_signed_report_tells_stays_in_the_audit(cast: Cast) -> None:
    """Neither opened to all with the restricted findings in it, nor without its standards."""
    both, by = editions(QUALITY, ANTI_BRIBERY), cast.lead_auditor
    audit = make_audit(cast, access=AccessClass.RESTRICTED, edition_ids=both)
    operations.set_team(audit, [operations.Seat(by, TeamRole.LEAD)], by=cast.coordinator)
    line = operations.add_line(audit, question="?", clause_ids=clauses("8.5.1"), by=by)
    operations.open_audit(audit, by=by)
    operations.answer_line(line, Answer.CONFORM, by=by)
    operations.link_finding(audit, make_finding(cast, by=by, access=AccessClass.RESTRICTED), by=by)
    report = operations.write_report(audit, TEXTS, by=by)
    operations.submit_report(report, by=by)
    for one in (by, cast.officer, cast.head):
        operations.sign_report(report, by=one)
    operations.reopen_audit(audit, reason="Tambahan", by=cast.coordinator)
    with pytest.raises(Invalid, match="stays restricted"):
        edit(cast, audit, access=AccessClass.ORDINARY)
    with pytest.raises(Invalid, match="A report tells of ISO 37001:2016"):
        edit(cast, audit, edition_ids=editions(QUALITY))
    edit(cast, audit, title="Judul baru")
    assert (audit.access, len(audit.editions)) == (AccessClass.RESTRICTED, 2)


def test_nobody_works_in_an_audit_that_they_do_not_see(cast: Cast) -> None:
    seats = [operations.Seat(cast.lead_auditor, TeamRole.LEAD)]
    seats.append(operations.Seat(cast.auditor, TeamRole.AUDITOR))
    audit = make_audit(cast, access=AccessClass.RESTRICTED)
    with pytest.raises(Invalid, match=f"{cast.auditor.name} does not see restricted records"):
        operations.set_team(audit, seats, by=cast.coordinator)
    audit = prepared(cast)
    with pytest.raises(Invalid, match=f"not see this audit any more: {cast.auditor.name}"):
        edit(cast, audit, access=AccessClass.RESTRICTED)
    operations.set_team(audit, seats[:1], by=cast.coordinator)
    edit(cast, audit, access=AccessClass.RESTRICTED)
    assert audit.access is AccessClass.RESTRICTED


# The checklist ---------------------------------------------------------------------------------


def test_the_banks_fill_the_checklist_in_the_order_of_clauses(cast: Cast) -> None:
    audit = make_audit(cast)
    number = operations.make_checklist(audit, by=cast.coordinator)
    assert number == len(audit.asked) > 60
    shown = [line.section.split()[0] for line in sorted(audit.asked, key=lambda x: x.position)]
    assert shown[0] == "4.1" and shown[-1].startswith("10.")
    with pytest.raises(Invalid, match="nothing more"):
        operations.make_checklist(audit, by=cast.coordinator)


def test_a_line_that_comes_between_makes_no_other_line_stale(cast: Cast) -> None:
    audit = under_way(cast, "8.5.1", "9.1.2")
    _first, last = sorted(audit.asked, key=lambda one: one.position)
    db.session.commit()
    read = last.version
    for number in ("8.6", "8.7", "9.1.1"):
        operations.add_line(
            audit, question=f"{number}?", clause_ids=clauses(number), by=cast.auditor
        )
    db.session.commit()
    operations.answer_line(last, Answer.CONFORM, by=cast.auditor, version=read)
    asked = sorted(audit.asked, key=lambda one: (one.position, one.id))
    numbers = [line.section.split()[0] for line in asked]
    assert numbers == ["8.5.1", "8.6", "8.7", "9.1.1", "9.1.2"]
    for n in range(8):  # until there is no room: then all are numbered anew
        operations.add_line(audit, question=f"{n}?", clause_ids=clauses("8.6"), by=cast.auditor)
    asked = sorted(audit.asked, key=lambda one: (one.position, one.id))
    questions = [line.question for line in asked]
    assert questions[1:11] == ["8.6?", *(f"{n}?" for n in range(8)), "8.7?"]


def test_what_does_not_apply_in_the_scope_stays_out(cast: Cast) -> None:
    leave_out(cast)
    audit = make_audit(cast)
    foreseen = operations.foreseen_lines(audit)
    assert foreseen.left_out[clauses("8.3")[0]] == "Tidak merancang layanan"
    operations.make_checklist(audit, by=cast.coordinator)
    assert not [line for line in audit.asked if line.section.startswith("8.3")]
    assert [line for line in audit.asked if line.section.startswith("8.4")]


def test_chosen_clauses_only_and_nothing_twice(cast: Cast) -> None:
    audit = make_audit(cast)
    operations.make_checklist(audit, clauses("8.5.1"), by=cast.coordinator)
    before = {line.id for line in audit.asked}
    assert before and all(line.section.startswith("8.5.1 ") for line in audit.asked)
    operations.make_checklist(audit, clauses("8.5.1", "4.1"), by=cast.coordinator)
    assert before < {line.id for line in audit.asked}
    keys = [key for line in audit.asked for key in line.keys]
    assert len(keys) == len(set(keys))


def test_what_both_standards_ask_is_one_line_for_both(cast: Cast) -> None:
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    both = clauses("4.1") + clauses("4.1", edition=ANTI_BRIBERY)
    operations.make_checklist(audit, both, by=cast.coordinator)
    assert audit.asked
    for line in audit.asked:
        assert line.clause_ids == sorted(both)
    keys = {key for line in audit.asked for key in line.keys}
    alone = operations.foreseen_lines(make_audit(cast), clauses("4.1")).lines
    other = make_audit(cast, edition_ids=editions(ANTI_BRIBERY))
    others = operations.foreseen_lines(other, clauses("4.1", edition=ANTI_BRIBERY)).lines
    assert keys == {key for line in (*alone, *others) for key in line.keys}, "nothing is lost"
    assert len(audit.asked) == max(len(alone), len(others))


def test_a_line_of_our_own_stands_with_its_clause(cast: Cast) -> None:
    audit = make_audit(cast)
    operations.make_checklist(audit, clauses("4.1", "9.2"), by=cast.coordinator)
    line = operations.add_line(
        audit, question="Siapa?", clause_ids=clauses("4.1"), by=cast.coordinator
    )
    shown = sorted(audit.asked, key=lambda one: one.position)
    assert shown[-1].id != line.id and line.section == shown[0].section
    with pytest.raises(Invalid, match="clause"):
        operations.add_line(
            audit,
            question="?",
            clause_ids=clauses("4.1", edition=ANTI_BRIBERY),
            by=cast.coordinator,
        )
    operations.remove_line(line, by=cast.coordinator)
    assert line not in audit.asked and line in audit.lines


def test_an_answered_line_stays(cast: Cast) -> None:
    audit = answered(cast)
    with pytest.raises(OutOfTurn, match="stays on the checklist"):
        operations.remove_line(audit.asked[0], by=cast.lead_auditor)


# Answers ---------------------------------------------------------------------------------------


def test_only_the_team_answers_and_only_once_it_has_begun(cast: Cast) -> None:
    audit = prepared(cast)
    line = audit.asked[0]
    with pytest.raises(OutOfTurn, match="not begun"):
        operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    operations.open_audit(audit, by=cast.lead_auditor)
    for by in (cast.coordinator, cast.officer, cast.head, cast.outsider):
        with pytest.raises(Refused):
            operations.answer_line(line, Answer.CONFORM, by=by)
    operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    assert (line.answer, line.answered_by_id) == (Answer.CONFORM, cast.auditor.id)
    operations.answer_line(line, None, by=cast.lead_auditor)
    assert line.answer is None and line.answered_by_id is None


@pytest.mark.parametrize(
    "answer", [one for one in Answer if one.grade is not None], ids=lambda one: one.value
)
def test_a_grade_needs_what_was_seen(cast: Cast, answer: Answer) -> None:
    line = under_way(cast).asked[0]
    with pytest.raises(Invalid) as told:
        operations.answer_line(line, answer, seen=" ", by=cast.auditor)
    assert "seen" in told.value.fields
    operations.answer_line(line, answer, seen="Berkas 3", by=cast.auditor)


def test_not_applicable_needs_its_reason(cast: Cast) -> None:
    line = under_way(cast).asked[0]
    with pytest.raises(Invalid) as told:
        operations.answer_line(line, Answer.NOT_APPLICABLE, by=cast.auditor)
    assert "reason" in told.value.fields
    operations.answer_line(line, Answer.NOT_APPLICABLE, reason="Tak ada", by=cast.auditor)


def test_a_line_that_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    line = under_way(cast).asked[0]
    seen = line.version
    operations.answer_line(line, Answer.CONFORM, by=cast.auditor, version=seen)
    with pytest.raises(Stale):
        operations.answer_line(line, Answer.NOT_SAMPLED, by=cast.lead_auditor, version=seen)


# Findings --------------------------------------------------------------------------------------


def nonconforming(cast: Cast) -> tuple[Audit, Finding]:
    """One line came to a minor, with its finding."""
    audit = under_way(cast)
    line = audit.asked[0]
    operations.answer_line(line, Answer.MINOR, seen="Berkas 3 tanpa tanggal", by=cast.auditor)
    finding = operations.raise_finding_from_line(
        line,
        unit_id=cast.disnaker.id,
        found_on=today(cast),
        grade=Grade.MINOR,
        requirement="Berkas bertanggal",
        deviation="Berkas tanpa tanggal",
        by=cast.auditor,
    )
    return audit, finding


def test_a_finding_carries_what_the_line_knows(cast: Cast) -> None:
    audit, finding = nonconforming(cast)
    line = audit.asked[0]
    assert finding.seen == "Berkas 3 tanpa tanggal"
    assert [link.clause_id for link in finding.clauses] == line.clause_ids
    assert finding.source is Source.INTERNAL_AUDIT
    assert finding.source_note and audit.number in finding.source_note
    assert [link.finding_id for link in audit.findings] == [finding.id]
    assert [link.finding_id for link in line.findings] == [finding.id]


def test_one_finding_may_come_from_several_lines(cast: Cast) -> None:
    audit, finding = nonconforming(cast)
    second = audit.asked[1]
    with pytest.raises(OutOfTurn, match="Answer the line first"):
        operations.link_finding(audit, finding, line=second, by=cast.auditor)
    operations.answer_line(second, Answer.MINOR, seen="Sama", by=cast.auditor)
    assert untracked_lines(audit) == [second]
    operations.link_finding(audit, finding, line=second, by=cast.auditor)
    assert untracked_lines(audit) == [] and len(audit.findings) == 1


def test_a_cancelled_finding_opens_its_line_again(cast: Cast) -> None:
    audit, finding = nonconforming(cast)
    assert untracked_lines(audit) == []
    findings.cancel_finding(finding, reason="Keliru", by=cast.auditor)
    assert untracked_lines(audit) == [audit.asked[0]]


def test_a_nonconformity_is_followed_up_by_a_finding_as_grave(cast: Cast) -> None:
    audit = under_way(cast)
    line = audit.asked[0]
    operations.answer_line(line, Answer.MAJOR, seen="Berkas 3 hilang", by=cast.auditor)
    for grade in (Grade.STRENGTH, Grade.OBSERVATION, Grade.MINOR):
        other = make_finding(cast, f"Beda {grade}", grade=grade)
        with pytest.raises(Invalid, match="came to “Major nonconformity”") as told:
            operations.link_finding(audit, other, line=line, by=cast.auditor)
        assert "finding" in told.value.fields
        assert other.id not in [row.id for row in linkable_findings(cast.auditor, audit, line)]
        with pytest.raises(Invalid, match="came to “Major nonconformity”") as told:
            operations.raise_finding_from_line(
                line,
                unit_id=cast.disnaker.id,
                found_on=today(cast),
                grade=grade,
                requirement="Berkas ada",
                deviation="Berkas hilang",
                by=cast.auditor,
            )
        assert "grade" in told.value.fields
    assert untracked_lines(audit) == [line]
    major = make_finding(cast, "Berkas hilang", grade=Grade.MAJOR)
    assert [row.id for row in linkable_findings(cast.auditor, audit, line)] == [major.id]
    operations.link_finding(audit, major, line=line, by=cast.auditor)
    assert untracked_lines(audit) == []
    # A graver finding than the answer is none too few; an answer that is worse than it is.
    operations.answer_line(line, Answer.MINOR, seen="Berkas 3 terselip", by=cast.auditor)
    assert untracked_lines(audit) == []


def test_a_grade_that_was_changed_with_its_reason_still_follows_up(cast: Cast) -> None:
    audit, finding = nonconforming(cast)
    line = audit.asked[0]
    findings.change_grade(finding, Grade.OBSERVATION, reason="Satu kejadian", by=cast.auditor)
    assert untracked_lines(audit) == []
    operations.answer_line(line, Answer.MAJOR, seen="Semua berkas", by=cast.auditor)
    assert untracked_lines(audit) == [line], "it was never a major one"
    findings.change_grade(finding, Grade.MAJOR, reason="Semua berkas", by=cast.auditor)
    assert untracked_lines(audit) == []
    findings.change_grade(finding, Grade.MINOR, reason="Sebagian pulih", by=cast.auditor)
    assert untracked_lines(audit) == []


def test_an_earlier_finding_follows_up_what_is_seen_again_while_it_is_open(cast: Cast) -> None:
    audit = under_way(cast)
    line = audit.asked[0]
    before = today(cast) - timedelta(days=30)
    closed, waiting = (
        verify_all(cast, make_finding(cast, what, found_on=before)) for what in ("Lama", "Baru")
    )
    findings.prove_effective(closed, text="Terbukti", early="Cukup", by=cast.auditor)
    operations.answer_line(line, Answer.OBSERVATION, seen="Serupa", by=cast.auditor)
    operations.link_finding(audit, closed, line=line, by=cast.auditor)
    operations.answer_line(line, Answer.MINOR, seen="Terulang", by=cast.auditor)
    assert untracked_lines(audit) == [line], "what is seen again is not done with"
    second = audit.asked[1]
    operations.answer_line(second, Answer.MINOR, seen="Terulang", by=cast.auditor)
    with pytest.raises(Invalid, match="is closed, and the deviation was seen again"):
        operations.link_finding(audit, closed, line=second, by=cast.auditor)
    offered = [row.id for row in linkable_findings(cast.auditor, audit, second)]
    assert offered == [waiting.id]
    operations.link_finding(audit, waiting, line=second, by=cast.auditor)
    operations.link_finding(audit, waiting, line=line, by=cast.auditor)
    assert untracked_lines(audit) == []


def test_a_finding_that_is_closed_before_its_audit_goes_on_counting(cast: Cast) -> None:
    audit, finding = nonconforming(cast)
    verify_all(cast, finding)
    findings.prove_effective(finding, text="Terbukti", early="Cukup", by=cast.auditor)
    assert untracked_lines(audit) == []
    second = audit.asked[1]
    operations.answer_line(second, Answer.MINOR, seen="Sama", by=cast.auditor)
    operations.link_finding(audit, finding, line=second, by=cast.auditor)
    assert untracked_lines(audit) == []


def test_findings_of_other_units_are_not_put_beside(cast: Cast) -> None:
    audit, _finding = nonconforming(cast)
    foreign = make_finding(cast, unit=cast.dinkes, by=cast.other_officer)
    with pytest.raises(Invalid):
        operations.link_finding(audit, foreign, by=cast.auditor)
    with pytest.raises(Invalid, match="audited unit"):
        operations.add_finding(
            audit,
            unit_id=cast.dinkes.id,
            found_on=today(cast),
            grade=Grade.STRENGTH,
            deviation="Rapi",
            by=cast.auditor,
        )


def test_a_restricted_audit_makes_restricted_findings(cast: Cast) -> None:
    leader = cast.lead_auditor
    audit = make_audit(cast, access=AccessClass.RESTRICTED)
    operations.set_team(audit, [operations.Seat(leader, TeamRole.LEAD)], by=cast.coordinator)
    operations.add_line(audit, question="?", clause_ids=clauses("8.5.1"), by=cast.coordinator)
    operations.open_audit(audit, by=cast.coordinator)
    finding = operations.add_finding(
        audit,
        unit_id=cast.disnaker.id,
        found_on=today(cast),
        grade=Grade.STRENGTH,
        deviation="Rapi",
        by=leader,
    )
    assert finding.access is AccessClass.RESTRICTED


# The report ------------------------------------------------------------------------------------


def test_signatures_come_in_order(cast: Cast) -> None:
    report = submitted(cast)
    for by in (cast.lead_auditor, cast.officer, cast.head, cast.coordinator):
        with pytest.raises(Refused):
            operations.sign_report(report, by=by)
    operations.sign_report(report, by=cast.auditor)
    operations.sign_report(report, by=cast.lead_auditor)
    with pytest.raises(Refused):
        operations.sign_report(report, by=cast.guest)
    operations.sign_report(report, note="Setuju kecuali butir 2", by=cast.owner)
    with pytest.raises(Refused):
        operations.sign_report(report, by=cast.officer)
    assert report.audit.state is AuditState.UNDER_WAY
    operations.sign_report(report, by=cast.head)
    assert report.state is ReportState.SIGNED and report.signed_on == today(cast)
    assert report.audit.state is AuditState.REPORTED
    assert [one.name for one in report.signatures] == [
        cast.auditor.name,
        cast.lead_auditor.name,
        cast.owner.name,
        cast.head.name,
    ]


def test_what_would_be_refused_is_not_offered_while_it_is_signed(browse: Any, cast: Cast) -> None:
    audit = submitted(cast).audit
    db.session.commit()
    path, coordinator = f"/audits/{audit.uid}", browse(cast.coordinator)
    page = coordinator.get(path)
    for label in ("Edit the plan", "Team", "Make the checklist"):
        assert not page.soup.find("a", string=lambda text, is_=label: (text or "").strip() == is_)
    line = browse(cast.auditor).get(f"{path}/checklist/lines/{audit.asked[0].uid}")
    assert not line.soup.select("input[name=answer], form[action$='/remove']")
    sent = coordinator.get(f"{path}/edit").submit(title="Judul yang lain", status=409)
    assert sent.has("The report is being signed") and sent.has("Judul yang lain")


def for_the_unit(cast: Cast) -> AuditReport:
    """A report that waits for the auditee's acknowledgement."""
    report = submitted(cast)
    for by in (cast.auditor, cast.lead_auditor):
        operations.sign_report(report, by=by)
    return report


def test_a_head_acknowledges_only_with_the_reason_where_others_can(browse: Any, cast: Cast) -> None:
    report = for_the_unit(cast)
    with pytest.raises(Invalid, match=cast.officer.name):
        operations.sign_report(report, by=cast.head)
    db.session.commit()
    page = browse(cast.head).get(f"/audits/{report.audit.uid}/report/1")
    assert page.has(f"Better let one of these acknowledge the report: {cast.anti_bribery.name}")
    page = page.submit(action="/sign", note="Petugas mutu cuti")
    assert page.has("Petugas mutu cuti") and not page.has("Better let one of these")
    page.submit(action="/sign")
    db.session.expire_all()
    assert report.state is ReportState.SIGNED


def test_who_acknowledged_and_became_head_says_why_they_sign_twice(cast: Cast) -> None:
    report = for_the_unit(cast)
    operations.sign_report(report, by=cast.officer)
    grant(cast.officer, Role.HEAD, cast.disnaker)
    with pytest.raises(Invalid, match=cast.owner.name):
        operations.sign_report(report, by=cast.officer)
    operations.sign_report(report, note="Plt. sejak kemarin", by=cast.officer)
    assert report.state is ReportState.SIGNED


def test_the_head_of_a_unit_with_nobody_else_signs_twice(cast: Cast) -> None:
    for one in (cast.officer, cast.owner, cast.staff, cast.anti_bribery, cast.consultant):
        people.withdraw_role(one.grants[0], reason="Mutasi", by=cast.administrator)
    report = for_the_unit(cast)
    operations.sign_report(report, by=cast.head)
    operations.sign_report(report, by=cast.head)
    assert [one.name for one in report.signatures[2:]] == [cast.head.name] * 2


def test_what_is_being_signed_does_not_change(cast: Cast) -> None:
    report = submitted(cast)
    audit = report.audit
    with pytest.raises(OutOfTurn, match="being signed"):
        operations.answer_line(audit.asked[0], Answer.CONFORM, by=cast.auditor)
    with pytest.raises(OutOfTurn, match="locked"):
        operations.write_report(audit, TEXTS, by=cast.auditor)
    new = {"question": "Baru?", "clause_ids": clauses("4.1"), "by": cast.coordinator}
    seats = [operations.Seat(cast.lead_auditor, TeamRole.LEAD)]
    for change in (
        lambda: operations.add_line(audit, **new),
        lambda: operations.make_checklist(audit, by=cast.coordinator),
        lambda: operations.set_team(audit, seats, by=cast.coordinator),
        lambda: edit(cast, audit, title="Lain"),
    ):
        with pytest.raises(OutOfTurn, match="being signed"):
            change()
    operations.sign_report(report, by=cast.auditor)
    operations.send_back_report(report, reason="Salah tanggal", by=cast.lead_auditor)
    assert report.state is ReportState.DRAFT and report.gathered is None
    assert report.signatures == []
    operations.write_report(audit, {**TEXTS, "summary": "Baru"}, by=cast.auditor)
    assert report.summary == "Baru"


def written(cast: Cast) -> AuditReport:
    """All lines are answered, and the report could be sent to be signed."""
    report = operations.write_report(answered(cast), TEXTS, by=cast.lead_auditor)
    db.session.commit()
    return report


def meanwhile(app: Any, act: Callable[[], None]) -> Thread:
    """Somebody else acts over a connection of their own, as far as they get within a second."""

    def run() -> None:
        with app.app_context():
            act()

    thread = Thread(target=run)
    thread.start()
    thread.join(1)
    return thread


def test_an_answer_in_the_same_instant_is_in_the_report_that_is_signed(
    app: Any, cast: Cast
) -> None:
    report, by_id = written(cast), cast.lead_auditor.id
    line, report_id = report.audit.asked[0], report.id

    def submit() -> None:
        found, by = db.session.get_one(AuditReport, report_id), db.session.get_one(Person, by_id)
        assert found.audit.asked, "as they were before"
        operations.submit_report(found, by=by)
        db.session.commit()

    operations.answer_line(line, Answer.CONFORM, seen="Berkas terakhir", by=cast.auditor)
    db.session.flush()
    other = meanwhile(app, submit)
    db.session.commit()
    other.join(30)
    db.session.expire_all()
    assert report.state is ReportState.SIGNING and report.gathered
    assert "Berkas terakhir" in [one["seen"] for one in report.gathered["lines"]]


def test_an_answer_that_comes_after_the_report_was_sent_is_refused(app: Any, cast: Cast) -> None:
    report, by_id, said = written(cast), cast.auditor.id, []
    line_id = report.audit.asked[0].id

    def answer() -> None:
        line, by = db.session.get_one(AuditLine, line_id), db.session.get_one(Person, by_id)
        assert line.audit.report is not None
        try:
            operations.answer_line(line, Answer.CONFORM, seen="Terlambat", by=by)
            db.session.commit()
            said.append("taken")
        except OutOfTurn:
            said.append("refused")

    operations.submit_report(report, by=cast.lead_auditor)
    db.session.flush()
    other = meanwhile(app, answer)
    db.session.commit()
    other.join(30)
    assert said == ["refused"]


def test_a_report_of_a_cancelled_audit_is_not_corrected(cast: Cast) -> None:
    audit = signed(cast).audit
    operations.reopen_audit(audit, reason="Tambahan", by=cast.coordinator)
    operations.cancel_audit(audit, reason="Unit dibubarkan", by=cast.coordinator)
    with pytest.raises(OutOfTurn):
        operations.correct_report(audit, reason="Nama salah", by=cast.auditor)


def test_a_correction_is_a_new_issue_with_its_reason(cast: Cast) -> None:
    report = signed(cast)
    audit, kept = report.audit, report.gathered
    with pytest.raises(OutOfTurn, match="locked"):
        operations.write_report(audit, TEXTS, by=cast.auditor)
    with pytest.raises(Invalid):
        operations.correct_report(audit, reason=" ", by=cast.auditor)
    second = operations.correct_report(audit, reason="Nama salah", by=cast.auditor)
    assert (second.issue, second.summary) == (2, TEXTS["summary"])
    operations.submit_report(second, by=cast.auditor)
    for by in (cast.auditor, cast.lead_auditor, cast.officer, cast.head):
        operations.sign_report(second, by=by)
    assert report.gathered == kept and report.state is ReportState.SIGNED
    operations.close_audit(audit, by=cast.coordinator)
    assert audit.state is AuditState.CLOSED and audit.closed_on == today(cast)


def test_an_audit_that_goes_on_needs_a_new_issue(cast: Cast) -> None:
    audit = signed(cast).audit
    operations.close_audit(audit, by=cast.coordinator)
    operations.reopen_audit(audit, reason="Satu baris keliru", by=cast.coordinator)
    assert audit.state is AuditState.UNDER_WAY and audit.closed_on is None
    operations.answer_line(audit.asked[0], Answer.NOT_SAMPLED, by=cast.auditor)
    with pytest.raises(OutOfTurn, match="new issue"):
        operations.write_report(audit, TEXTS, by=cast.auditor)
    report = operations.correct_report(audit, reason="Baris 1", by=cast.auditor)
    operations.submit_report(report, by=cast.auditor)
    for by in (cast.auditor, cast.lead_auditor, cast.officer, cast.head):
        operations.sign_report(report, by=by)
    assert audit.state is AuditState.REPORTED


def test_a_report_whose_audit_is_cancelled_stays_as_it_was(browse: Any, cast: Cast) -> None:
    report = submitted(cast)
    operations.sign_report(report, by=cast.auditor)
    operations.cancel_audit(report.audit, reason="Bencana", by=cast.coordinator)
    for by in (cast.lead_auditor, cast.auditor):
        with pytest.raises(OutOfTurn, match="stays as it was"):
            operations.sign_report(report, by=by)
        with pytest.raises(OutOfTurn, match="stays as it was"):
            operations.send_back_report(report, reason="Keliru", by=by)
    assert report.signatures[0].name == cast.auditor.name
    db.session.commit()
    lead = browse(cast.lead_auditor)
    page = lead.get(f"/audits/{report.audit.uid}/report/1")
    assert page.has("Not completed: audit cancelled") and page.has("nobody signs it")
    assert not page.soup.select("form[action$='/sign'], form[action$='/send_back']")
    sent = lead.post(f"/audits/{report.audit.uid}/report/1/sign", {"version": "3"}, status=409)
    assert sent.has("stays as it was then")


def test_a_report_tells_results_by_clause_and_nothing_confidential(cast: Cast) -> None:
    audit, _finding = nonconforming(cast)
    secret = make_finding(cast, "Rahasia", by=cast.lead_auditor, access=AccessClass.RESTRICTED)
    operations.link_finding(audit, secret, by=cast.lead_auditor)
    operations.answer_line(audit.asked[1], Answer.CONFORM, by=cast.auditor)
    report = operations.write_report(audit, TEXTS, by=cast.auditor)
    operations.submit_report(report, by=cast.auditor)
    told = report.gathered
    assert told is not None and told["confidential"] == 1
    assert [one["deviation"] for one in told["findings"]] == ["Berkas tanpa tanggal"]
    assert [(one["clause"], one["answers"]) for one in told["results"]] == [
        (f"{QUALITY}:8.5.1", {"minor": 1}),
        (f"{QUALITY}:9.1.2", {"conform": 1}),
    ]


# Audits of certification bodies ------------------------------------------------------------------


def test_the_bodys_findings_keep_number_grade_and_deadline(cast: Cast) -> None:
    audit = external(cast)
    due = today(cast) + timedelta(days=12)
    finding = operations.add_finding(
        audit,
        unit_id=cast.disnaker.id,
        found_on=today(cast),
        grade=Grade.MAJOR,
        requirement="Klausul 8.5",
        seen="Berkas 4",
        deviation="Tidak ada",
        external_number="NC-01/2026",
        body_due_on=due,
        by=cast.officer,
    )
    assert (finding.source, finding.due_on) == (Source.EXTERNAL_AUDIT, due)
    assert finding.reply_due_on == due, "the answer is not due after the closing"
    assert finding.external_number == "NC-01/2026"
    with pytest.raises(Invalid, match="bears this number"):
        operations.add_finding(
            audit,
            unit_id=cast.disnaker.id,
            found_on=today(cast),
            grade=Grade.STRENGTH,
            deviation="Rapi",
            external_number="NC-01/2026",
            by=cast.officer,
        )


def test_an_external_audit_names_its_body_and_is_no_internal_one(cast: Cast) -> None:
    with pytest.raises(Invalid) as told:
        external(cast, body=" ")
    assert "body" in told.value.fields
    with pytest.raises(Invalid) as told:
        external(cast, kind=AuditKind.INTERNAL)
    assert "kind" in told.value.fields
    with pytest.raises(Refused):
        external(cast, by=cast.owner)
    later = today(cast) + timedelta(days=30)
    announced = external(cast, planned_from=later, planned_until=later)
    assert announced.state is AuditState.PLANNED and announced.opened_on is None
