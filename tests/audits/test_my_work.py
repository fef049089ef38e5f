"""What somebody's own page says about audits."""

from datetime import date, timedelta
from typing import Any

from qms.audits import operations
from qms.audits.models import (
    Answer,
    AskedWhen,
    AuditLineCondition,
    AuditorCompetence,
    AuditState,
    SelfAnswer,
    TeamRole,
)
from qms.audits.operations import Seat
from qms.audits.operations.self_assessment import (
    ask_self_assessment,
    assess_self,
    hand_in_self_assessment,
)
from qms.audits.permissions.programme import may_approve_programme
from qms.audits.permissions.self_assessment import may_assess_self
from qms.core.db import AccessClass, db
from qms.core.i18n import speaking
from qms.core.uids import new_uid
from qms.overview.lines import deadline_text
from qms.overview.queries.audit_work import audits_waiting
from qms.overview.queries.work import Deadline, Kind, Waiting
from qms.people.operations import delegate, withdraw_role
from tests.audits.makers import clauses, external, make_audit, prepared, submitted, under_way
from tests.audits.programme_makers import drawn_up, visit
from tests.cast import Cast
from tests.factories import today


def waiting(cast: Cast) -> dict[str, set[Kind]]:
    """Everybody for whom something waits, and what."""
    found = {
        name: {one.kind for one in audits_waiting(getattr(cast, name)).waiting}
        for name in Cast.ROLES
    }
    return {name: kinds for name, kinds in found.items() if kinds}


def test_the_leader_begins_and_the_team_goes_on(cast: Cast) -> None:
    audit = prepared(cast)
    assert waiting(cast) == {"lead_auditor": {Kind.BEGIN}}
    operations.open_audit(audit, by=cast.coordinator)
    assert waiting(cast) == {"lead_auditor": {Kind.WALK}, "auditor": {Kind.WALK}}
    for line in audit.asked:
        operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    assert waiting(cast) == {"lead_auditor": {Kind.REPORT}}


def test_an_audit_is_staffed_and_prepared_before_it_begins(cast: Cast) -> None:
    audit = make_audit(cast)
    assert waiting(cast) == {"coordinator": {Kind.STAFF}}
    seats = [Seat(cast.lead_auditor, TeamRole.LEAD)]
    operations.set_team(audit, seats, by=cast.coordinator)
    assert waiting(cast) == {"lead_auditor": {Kind.PREPARE}}
    operations.add_line(
        audit, question="Bagaimana?", clause_ids=clauses("8.5.1"), by=cast.coordinator
    )
    assert waiting(cast) == {"lead_auditor": {Kind.BEGIN}}


def test_a_line_that_is_not_asked_waits_for_nobody(cast: Cast) -> None:
    """It is asked after a certain answer to another; until then the checklist is done without."""
    audit = under_way(cast)
    first, second = sorted(audit.asked, key=lambda one: one.position)
    second.condition = AuditLineCondition(
        district_id=audit.district_id, after_id=first.id, asked_when=AskedWhen.DEVIATES
    )
    db.session.flush()
    operations.answer_line(first, Answer.CONFORM, by=cast.auditor)
    assert waiting(cast) == {"lead_auditor": {Kind.REPORT}}
    operations.answer_line(first, Answer.OBSERVATION, seen="Rak kosong", by=cast.auditor)
    assert waiting(cast) == {"lead_auditor": {Kind.WALK}, "auditor": {Kind.WALK}}


def test_the_unit_is_asked_to_assess_itself(cast: Cast) -> None:
    audit = prepared(cast)
    assessment = ask_self_assessment(audit, None, due_on=audit.planned_from, by=cast.coordinator)
    asked = {name for name, kinds in waiting(cast).items() if Kind.ASSESS_SELF in kinds}
    assert asked == {"officer", "head", "owner", "staff", "consultant", "anti_bribery"}
    assert asked == {
        name for name in Cast.ROLES if may_assess_self(getattr(cast, name), assessment)
    }
    first = audit.listed[0]
    assess_self(assessment, {first.uid: (SelfAnswer.IN_PLACE, "Ada")}, by=cast.officer)
    hand_in_self_assessment(assessment, by=cast.officer)
    assert waiting(cast) == {"lead_auditor": {Kind.BEGIN}}


def test_what_was_planned_waits_only_as_long_as_one_plans(cast: Cast) -> None:
    make_audit(cast)
    internal = {"coordinator": {Kind.STAFF}}
    assert waiting(cast) == internal
    external(cast).state = AuditState.REPORTED
    db.session.flush()
    assert waiting(cast) == {**internal, "officer": {Kind.CLOSE_AUDIT}}
    for person in (cast.coordinator, cast.officer):
        withdraw_role(person.grants[0], reason="Pindah tugas", by=cast.administrator)
        del person.rights
    assert waiting(cast) == {}


def test_nobody_approves_what_they_drew_up_through_another(cast: Cast) -> None:
    programme = drawn_up(cast)
    day = today(cast).replace(day=1)
    operations.set_visits(programme, {cast.disnaker.id: [day]}, year=day.year, by=cast.coordinator)
    assert Kind.APPROVE_PROGRAMME in waiting(cast)["secretariat"]
    delegate(cast.coordinator, cast.secretariat, from_on=day, reason="Cuti", by=cast.coordinator)
    db.session.commit()
    assert not may_approve_programme(cast.secretariat, programme)
    assert Kind.APPROVE_PROGRAMME not in waiting(cast).get("secretariat", set())


def test_a_visit_of_a_month_is_late_when_the_month_is_over() -> None:
    def said(today: date) -> str:
        one = Waiting(Kind.PLAN_VISITS, new_uid(), "", "Program", 1, date(2026, 11, 1),
                      Deadline.FIRST_VISIT, is_restricted=False)  # fmt: skip
        told = deadline_text(one, today)
        assert told is not None
        return told[0]

    with speaking("en"):
        assert said(date(2026, 11, 22)) == "First visit November 2026"
        assert said(date(2026, 11, 30)) == "First visit November 2026"
        assert said(date(2026, 12, 1)) == "First visit November 2026, 1 day late"


def test_a_programme_waits_for_whom_the_rule_lets_approve(cast: Cast) -> None:
    programme = drawn_up(cast)
    assert waiting(cast) == {}, "without visits there is nothing to approve"
    day = today(cast).replace(day=1)
    operations.set_visits(programme, {cast.disnaker.id: [day]}, year=day.year, by=cast.coordinator)
    asked = {name for name, kinds in waiting(cast).items() if Kind.APPROVE_PROGRAMME in kinds}
    assert asked == {
        name for name in Cast.ROLES if may_approve_programme(getattr(cast, name), programme)
    }
    assert "secretariat" in asked and "coordinator" not in asked
    operations.approve_programme(programme, by=cast.secretariat)
    assert waiting(cast) == {"coordinator": {Kind.PLAN_VISITS}}
    (line,) = audits_waiting(cast.coordinator).waiting
    assert (line.due_on, line.uid) == (day, programme.uid)
    operations.link_audit(
        programme, visit(programme, cast.disnaker, day), prepared(cast), by=cast.coordinator
    )
    assert Kind.PLAN_VISITS not in waiting(cast).get("coordinator", set())


def test_a_competence_that_ends_is_told_to_its_owner_and_the_coordinator(cast: Cast) -> None:
    day = today(cast)

    def trained(until: Any) -> None:
        operations.record_competence(
            cast.auditor,
            standard="iso9001",
            training="Auditor internal",
            achieved_on=day - timedelta(days=700),
            valid_until=until,
            by=cast.coordinator,
        )

    trained(day + timedelta(days=200))
    assert waiting(cast) == {}
    db.session.query(AuditorCompetence).one().valid_until = day + timedelta(days=30)
    db.session.flush()
    assert waiting(cast) == {"auditor": {Kind.RENEW}, "coordinator": {Kind.RENEW}}
    trained(day + timedelta(days=900))
    assert waiting(cast) == {}


def test_what_is_far_away_does_not_wait_yet(cast: Cast) -> None:
    later = today(cast) + timedelta(days=60)
    prepared(cast, planned_from=later, planned_until=later)
    assert waiting(cast) == {}


def test_the_report_waits_for_whose_turn_it_is(cast: Cast) -> None:
    report = submitted(cast)
    unit = {"officer", "head", "owner", "staff", "consultant", "anti_bribery"}
    for by, then in (
        (None, {"auditor"}),
        (cast.auditor, {"lead_auditor"}),
        (cast.lead_auditor, unit),
        (cast.officer, {"head"}),
    ):
        if by is not None:
            operations.sign_report(report, by=by)
        assert waiting(cast) == {name: {Kind.SIGN} for name in then}
    operations.sign_report(report, by=cast.head)
    assert waiting(cast) == {"lead_auditor": {Kind.CLOSE_AUDIT}}
    operations.close_audit(report.audit, by=cast.lead_auditor)
    assert waiting(cast) == {}


def test_a_secret_audit_waits_for_nobody_who_may_not_see_it(cast: Cast) -> None:
    under_way(cast, access=AccessClass.RESTRICTED)
    assert waiting(cast) == {"lead_auditor": {Kind.WALK}}


def test_the_page_says_so(browse: Any, cast: Cast) -> None:
    under_way(cast)
    db.session.commit()
    page = browse(cast.auditor).get("/")
    assert page.has("Audit internal Disnaker") and page.has("lines of the checklist are open")


def test_the_buttons_lead_where_it_is_done(browse: Any, cast: Cast) -> None:
    report = submitted(cast)
    db.session.commit()
    page = browse(cast.auditor).get("/")
    assert page.soup.find("a", href=f"/audits/{report.audit.uid}/report#sign")
    page = browse(cast.auditor).get(f"/audits/{report.audit.uid}/report")
    assert page.has("Audit report, issue 1")
    audit = under_way(cast)
    db.session.commit()
    browse(cast.auditor).get(f"/audits/{audit.uid}/report", status=404)
