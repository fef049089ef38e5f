"""The plan that the auditee gets: made with its conflicts shown, sent, answered, printed."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from docx import Document

from qms.audits import operations
from qms.audits.conflicts import conflicts_of, never_visited
from qms.audits.models import Audit, AuditPlan, AuditSession, PlanState, SessionKind, TeamRole
from qms.audits.operations import Seat
from qms.audits.operations.fieldwork import Change, ChangeKind, Outcome, take_changes
from qms.audits.plan_told import changed_since_sent
from qms.audits.queries.scope import applicable_in
from qms.audits.queries.timetable import asked_clauses, elsewhere, plan_of_audit, sessions_of
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.deadlines.queries import calendar_of
from qms.overview.queries.audit_work import audits_waiting
from qms.overview.queries.work import Kind
from qms.people import operations as people
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.units import operations as units
from tests.audits.makers import clauses, leave_out, make_audit, prepared
from tests.cast import SINCE, Cast
from tests.factories import make_action

WEDNESDAY = date(2027, 2, 10)
"""An ordinary working day."""


def planned(cast: Cast, **given: Any) -> Audit:
    return prepared(cast, planned_from=WEDNESDAY, planned_until=WEDNESDAY, **given)


def put(
    cast: Cast, audit: Audit, begins: str, ends: str, *auditors: Person, **given: Any
) -> AuditSession:
    values: dict[str, Any] = {
        "kind": SessionKind.VISIT,
        "on": WEDNESDAY,
        "by": cast.coordinator,
        **given,
    }
    return operations.add_session(
        audit, begins=begins, ends=ends, auditor_ids=[one.id for one in auditors], **values
    )


def whole(cast: Cast, **given: Any) -> Audit:
    """An audit whose timetable has nothing wrong with it."""
    audit = planned(cast, **given)
    team = (cast.lead_auditor, cast.auditor)
    put(cast, audit, "08:30", "09:00", *team, kind=SessionKind.OPENING)
    put(cast, audit, "09:00", "12:00", cast.auditor, clause_ids=clauses("8.5.1"))
    put(cast, audit, "09:00", "12:00", cast.lead_auditor, clause_ids=clauses("9.1.2"))
    put(cast, audit, "13:00", "14:00", *team, kind=SessionKind.CLOSING)
    return audit


def wrong(cast: Cast, audit: Audit, reader: Person | None = None) -> list[str]:
    """The sentences of what does not fit."""
    reader = reader or cast.coordinator
    sessions = sessions_of(audit)
    days = sorted({one.on for one in sessions})
    people = {person_id for one in sessions for person_id in one.auditor_ids}
    asked = asked_clauses(audit)
    found = conflicts_of(
        audit,
        sessions,
        asked,
        set() if asked else applicable_in(audit),
        calendar_of(reader.district, audit.unit_id, days[0], days[-1]),
        elsewhere(audit, people, days),
        sight_of(reader),
    )
    return [one.sentence for one in found]


def plan_of(audit: Audit) -> AuditPlan:
    plan = plan_of_audit(audit)
    assert plan is not None
    return plan


def test_a_whole_timetable_has_no_conflict(cast: Cast) -> None:
    assert wrong(cast, whole(cast)) == []


def test_an_auditor_twice_at_once(cast: Cast) -> None:
    audit = whole(cast)
    put(cast, audit, "11:30", "12:30", cast.auditor, activity="Arsip", clause_ids=clauses("7.5.3"))
    assert wrong(cast, audit) == ["Auditor is also in “Visit” from 09:00."]
    put(cast, audit, "12:30", "13:00", cast.auditor, activity="Sambung")
    assert len(wrong(cast, audit)) == 1, "one that begins where another ends is no conflict"


def test_a_clause_of_the_checklist_that_nobody_visits(cast: Cast) -> None:
    audit = planned(cast)
    put(cast, audit, "08:30", "09:00", cast.auditor, kind=SessionKind.OPENING)
    put(cast, audit, "09:00", "12:00", cast.lead_auditor, clause_ids=clauses("8.5"))
    put(cast, audit, "13:00", "14:00", cast.auditor, kind=SessionKind.CLOSING)
    (said,) = wrong(cast, audit)
    assert said.startswith("Never visited:") and "9.1.2" in said and "8.5.1" not in said
    (asked,) = clauses("9.1")
    visit = put(cast, audit, "12:00", "13:00", cast.auditor, clause_ids=clauses("9.1.2"))
    assert never_visited([visit], {asked}) == set(), "what is under it was visited"


def test_until_there_is_a_checklist_what_applies_must_be_visited(cast: Cast) -> None:
    leave_out(cast)
    audit = make_audit(cast, planned_from=WEDNESDAY, planned_until=WEDNESDAY)
    team = [Seat(cast.lead_auditor, TeamRole.LEAD)]
    operations.set_team(audit, team, by=cast.coordinator)
    lead = cast.lead_auditor
    put(cast, audit, "08:30", "09:00", lead, kind=SessionKind.OPENING)
    visited = clauses("4", "5", "6", "7", "8.1", "8.2", "8.4", "8.5", "8.6", "9.1.2", "10")
    put(cast, audit, "09:00", "12:00", lead, clause_ids=visited)
    put(cast, audit, "13:00", "14:00", lead, kind=SessionKind.CLOSING)
    assert wrong(cast, audit) == [
        "There is no checklist yet; of the clauses that apply in the unit never visited: "
        "ISO 9001:2015 8.7, 9.1.1, 9.1.3, 9.2, 9.3."
    ], "8.3 does not apply; 9.2 stands for what is under it"
    operations.add_line(audit, question="Apa?", clause_ids=clauses("9.1.2"), by=lead)
    assert wrong(cast, audit) == []


@pytest.mark.parametrize(
    ("day", "hours", "said"),
    [
        (date(2027, 2, 6), ("09:00", "10:00"), "6 February 2027 is a holiday: Tahun Baru Imlek."),
        (date(2027, 2, 13), ("09:00", "10:00"), "The office is closed on this day of the week."),
        (
            date(2027, 2, 11),
            ("15:30", "16:30"),
            "It lies outside office hours, 07:30 to 16:00.",
        ),
    ],
)
def test_outside_of_working_time(cast: Cast, day: date, hours: tuple[str, str], said: str) -> None:
    audit = prepared(cast, planned_from=day, planned_until=day)
    put(cast, audit, *hours, cast.auditor, on=day)
    assert said in wrong(cast, audit)


def test_what_lacks_at_the_ends_and_who_has_nothing_to_do(cast: Cast) -> None:
    audit = planned(cast)
    put(cast, audit, "09:00", "10:00", on=WEDNESDAY + timedelta(days=1))
    found = wrong(cast, audit)
    for said in (
        "There is no opening meeting.",
        "There is no closing meeting.",
        "Lead Auditor has no place in the timetable.",
        "It lies outside the days of the audit.",
        "Nobody of the team is there.",
    ):
        assert said in found


def test_in_two_audits_at_once(cast: Cast) -> None:
    first = whole(cast)
    second = whole(cast, title="Audit lain", unit=cast.blk)
    found = wrong(cast, second)
    assert f"Auditor is in {first.number} at that time." in found
    secret = planned(cast, title="Rahasia", access=AccessClass.RESTRICTED)
    put(cast, secret, "09:00", "12:00", cast.lead_auditor)
    said = wrong(cast, second, cast.auditor)
    assert f"{cast.lead_auditor.name} is in another audit at that time." in said
    assert not any(secret.number in one for one in said)


def test_who_left_the_team_is_told(cast: Cast) -> None:
    audit = whole(cast)
    operations.set_team(audit, [Seat(cast.lead_auditor, TeamRole.LEAD)], by=cast.coordinator)
    assert "Somebody in it is not on the team any more." in wrong(cast, audit)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"begins": "9"}, "time such as"),
        ({"begins": "10:00", "ends": "09:00"}, "must end after"),
        ({"unit_id": -1}, "audited unit or one under"),
        ({"auditor_ids": [-1]}, "people of the team"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, given: dict[str, Any], message: str) -> None:
    values: dict[str, Any] = {"begins": "09:00", "ends": "10:00", **given}
    with pytest.raises(Invalid, match=message):
        operations.add_session(
            planned(cast), kind=SessionKind.VISIT, on=WEDNESDAY, by=cast.coordinator, **values
        )


def test_it_is_sent_and_acknowledged(cast: Cast) -> None:
    audit = whole(cast)
    plan = plan_of(audit)
    operations.send_plan(plan, by=cast.coordinator)
    db.session.flush()
    waiting = {one.kind for one in audits_waiting(cast.officer).waiting}
    assert waiting == {Kind.ACKNOWLEDGE_PLAN}
    assert Kind.ACKNOWLEDGE_PLAN not in {one.kind for one in audits_waiting(cast.auditor).waiting}
    for nobody in (cast.coordinator, cast.auditor, cast.guest):
        with pytest.raises(Refused):
            operations.acknowledge_plan(plan, by=nobody)
    operations.acknowledge_plan(plan, by=cast.officer)
    assert (plan.state, plan.answered_by_id) == (PlanState.ACKNOWLEDGED, cast.officer.id)
    assert audits_waiting(cast.officer).waiting == []


def test_an_unfinished_timetable_is_not_sent(cast: Cast) -> None:
    audit = planned(cast)
    put(cast, audit, "09:00", "10:00", cast.auditor)
    with pytest.raises(OutOfTurn, match="opening meeting"):
        operations.send_plan(plan_of(audit), by=cast.coordinator)


def test_an_answer_comes_back_and_a_change_is_sent_again(cast: Cast) -> None:
    audit = whole(cast)
    plan = plan_of(audit)
    operations.send_plan(plan, by=cast.coordinator)
    with pytest.raises(Invalid):
        operations.answer_plan(plan, answer=" ", by=cast.officer)
    operations.answer_plan(plan, answer="Kepala seksi cuti", by=cast.officer)
    db.session.flush()
    assert Kind.CHANGE_PLAN in {one.kind for one in audits_waiting(cast.coordinator).waiting}
    session = sessions_of(audit)[1]
    operations.remove_session(session, by=cast.lead_auditor)
    assert (plan.state, plan.answer) == (PlanState.DRAFT, None)
    with pytest.raises(OutOfTurn):
        operations.remove_session(session, by=cast.lead_auditor)
    operations.send_plan(plan, by=cast.lead_auditor)
    assert plan.state is PlanState.SENT


def test_a_plan_goes_again_when_the_unit_s_scope_changes(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    operations.send_plan(plan_of(audit), by=cast.coordinator)
    operations.acknowledge_plan(plan_of(audit), by=cast.officer)
    db.session.commit()
    coordinator, path = browse(cast.coordinator), f"/audits/{audit.uid}/timetable"
    assert not coordinator.get(path).has("this has changed")
    with pytest.raises(OutOfTurn, match="nothing that it tells has changed"):
        operations.send_plan(plan_of(audit), by=cast.coordinator)
    leave_out(cast)
    db.session.commit()
    assert not browse(cast.officer).get(path).has("this has changed"), "they have not got it yet"
    page = coordinator.get(path)
    assert page.has("this has changed: the clauses that do not apply in the unit. Send it again.")
    page = page.submit(action="/moves/send_again")
    assert page.has("Sent to the auditee") and not page.has("this has changed")
    assert plan_of(audit).answered_by_id is None, "the unit is asked anew"


def test_a_plan_goes_again_when_what_it_tells_of_the_audit_changes(cast: Cast) -> None:
    audit = whole(cast)
    operations.send_plan(plan_of(audit), by=cast.coordinator)
    operations.answer_plan(plan_of(audit), answer="Kurangi auditor", by=cast.officer)
    assert changed_since_sent(plan_of(audit)) == []
    operations.set_team(audit, [Seat(cast.lead_auditor, TeamRole.LEAD)], by=cast.coordinator)
    audit.methods = "Wawancara"
    assert changed_since_sent(plan_of(audit)) == ["the methods", "the team"]
    operations.send_plan(plan_of(audit), by=cast.coordinator)
    assert plan_of(audit).state is PlanState.SENT and plan_of(audit).answer is None
    plan_of(audit).told = None
    assert changed_since_sent(plan_of(audit)) == [], "of one sent long ago nothing is known"


def test_who_judges_does_not_answer_for_the_unit(cast: Cast) -> None:
    audit = whole(cast)
    operations.send_plan(plan_of(audit), by=cast.coordinator)
    for nobody in (cast.other_officer, cast.secretariat):
        with pytest.raises(Refused):
            operations.answer_plan(plan_of(audit), answer="Tidak", by=nobody)
    with pytest.raises(Refused):
        put(cast, audit, "10:00", "11:00", by=cast.officer)


def test_the_way_in_the_browser(browse: Any, cast: Cast) -> None:
    audit = planned(cast)
    db.session.commit()
    coordinator, path = browse(cast.coordinator), f"/audits/{audit.uid}/timetable"
    browse(cast.officer).get(path, status=403)
    page = coordinator.get(f"/audits/{audit.uid}").follow("Timetable")
    assert page.has("No timetable yet")
    page = page.follow("Add a line").submit(button=("then", "another"))
    assert page.form().find("input", {"name": "begins"})["value"] == "09:00"
    page = page.submit(ends="08:00", status=422)
    assert page.has("must end after")
    page = page.submit(
        button=("then", "done"),
        ends="12.00",
        activity="Pelayanan AK I",
        auditors=[str(cast.auditor.id)],
        clause_ids=[str(one) for one in clauses("8.5.1")],
    )
    assert page.has("Pelayanan AK I") and page.has("There is no closing meeting.")
    assert page.has("Never visited")
    page = page.follow("Add a line").submit(kind="4_closing", begins="15:30", ends="16:30")
    assert page.has("It lies outside office hours, 07:30 to 16:00.")
    page = page.follow("Closing meeting").submit(begins="14:00", ends="15:00")
    assert not page.has("outside office hours")
    page = page.follow("Language and logistics").submit(language="Bahasa Indonesia")
    page = page.submit(action="/moves/send")
    assert page.has("Sent to the auditee")
    page = browse(cast.officer).get(path)
    assert page.has("Pelayanan AK I") and not page.has("does not fit")
    page = page.submit(action="/moves/answer", reason="Mohon digeser ke siang")
    assert page.has("Mohon digeser ke siang")
    assert coordinator.get(path).has("The auditee asks for a change")
    page = coordinator.get(path).follow("Pelayanan AK I").submit(action="/remove")
    assert page.has("It was changed since it was sent. Send it again.")


def paper(browser: Any, audit: Audit, which: str) -> str:
    response = browser.request("GET", f"/audits/{audit.uid}/papers/{which}.docx")
    assert response.status_code == 200
    document = Document(BytesIO(response.data))
    lines = [one.text for one in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_the_papers_in_word(browse: Any, cast: Cast) -> None:
    units.write_address(cast.insp, "Jalan Satu 1", by=cast.administrator)
    position = people.add_position(cast.insp, "Irban Wilayah I", by=cast.administrator)
    people.appoint(cast.coordinator, position, from_on=SINCE, by=cast.administrator)
    audit = whole(cast)
    operations.write_letter(
        plan_of(audit),
        number="800/17/INSP",
        basis="SK Bupati 12/2026\nProgram audit 2027",
        place="Uji",
        day=WEDNESDAY,
        signer=cast.head,
        by=cast.coordinator,
    )
    db.session.commit()
    browser = browse(cast.coordinator)
    letter = paper(browser, audit, "letter")
    for said in ("800/17/INSP", "Program audit 2027", "Lead Auditor", "10 February 2027", "Head"):
        assert said in letter
    assert "08:30–09:00" in paper(browser, audit, "plan")
    for which in ("plan", "letter", "opening", "closing", "independence"):
        said = paper(browser, audit, which)
        assert f"Pemerintah {cast.district.name}" in said and "Inspektorat\nJalan Satu 1" in said
    attendance = paper(browser, audit, "opening")
    assert "Opening meeting" in attendance and "12. …" in attendance
    assert "13:00–14:00" in paper(browser, audit, "closing")
    statement = paper(browser, audit, "independence")
    assert statement.count("declare that in this audit I:") == 2
    assert browser.request("GET", f"/audits/{audit.uid}/papers/secret.docx").status_code == 404


def test_what_is_out_of_scope_stands_in_the_plan(browse: Any, cast: Cast) -> None:
    leave_out(cast)
    audit = whole(cast)
    db.session.commit()
    browser = browse(cast.coordinator)
    page = browser.get(f"/audits/{audit.uid}/timetable").well_made()
    for said in (page.text, paper(browser, audit, "plan")):
        assert "Clauses that do not apply" in said and "Tidak merancang layanan" in said


def test_an_indonesian_paper_writes_hours_and_days_its_own_way(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    people.choose_looks(cast.coordinator, language="id", theme="auto")
    db.session.commit()
    plan = paper(browse(cast.coordinator), audit, "plan")
    assert "08.30–09.00" in plan and "Disusun oleh" in plan


def test_the_papers_can_still_be_printed_when_the_audit_is_over(browse: Any, cast: Cast) -> None:
    """By whoever did it; the attendance list holds who was taken down on the spot."""
    audit = whole(cast)
    operations.send_plan(plan_of(audit), by=cast.coordinator)
    db.session.commit()
    outside = browse(cast.outsider).request("GET", f"/audits/{audit.uid}/papers/plan.docx")
    assert outside.status_code == 404
    operations.open_audit(audit, by=cast.coordinator)
    change = Change(
        uuid4(),
        ChangeKind.ATTENDANCE,
        str(uuid4()),
        0,
        {},
        {"meeting": "closing", "name": "Dewi Lestari", "post": "Kepala Seksi"},
        clock.now(),
    )
    assert take_changes(audit, [change], by=cast.auditor)[0].outcome is Outcome.TAKEN
    operations.cancel_audit(audit, reason="Selesai lebih awal", by=cast.coordinator)
    db.session.commit()
    closing = paper(browse(cast.auditor), audit, "closing")
    assert "Dewi Lestari" in closing and "13. …" in closing
    assert "Dewi Lestari" not in paper(browse(cast.coordinator), audit, "opening")


def test_the_auditee_gets_the_plan_and_no_other_paper(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    operations.send_plan(plan_of(audit), by=cast.coordinator)
    db.session.commit()
    unit, path = browse(cast.officer), f"/audits/{audit.uid}/papers"
    assert "08:30–09:00" in paper(unit, audit, "plan")
    for which in ("letter", "opening", "closing", "independence"):
        assert unit.request("GET", f"{path}/{which}.docx").status_code == 403
    links = unit.get(f"/audits/{audit.uid}/timetable").soup.select(f"a[href^='{path}']")
    assert [link["href"] for link in links] == [f"{path}/plan.docx"]


def test_the_statement_says_what_was_overruled(browse: Any, cast: Cast) -> None:
    make_action(cast, owner_person_id=cast.auditor.id)
    audit = make_audit(cast)
    seats = [Seat(cast.auditor, TeamRole.LEAD, "Tidak ada auditor lain")]
    operations.set_team(audit, seats, by=cast.coordinator)
    db.session.commit()
    said = paper(browse(cast.coordinator), audit, "independence")
    assert "Known and overruled in writing by Coordinator" in said
    assert "owns or did actions of the unit" in said
