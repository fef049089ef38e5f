"""What the demo holds: every state, every role, secrets, and dates that never age."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bench.fieldwork import LINES, walked
from qms.actions.models import Action, ActionState
from qms.audits.models import AuditPrint, AuditSession, Reading, ScannedPage
from qms.certificates.queries import certificates_of
from qms.certificates.state import CertificateState
from qms.complaints.models import Complaint, ComplaintState
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.deadlines.queries import calendar_of
from qms.demo.district import CODE
from qms.demo.filling import fill
from qms.demo.stage import Stage
from qms.demo.workdays import calendar, days_of_audit
from qms.documents.models import Document, FileRole, Phase, RevisionFile
from qms.evidence.models import Evidence
from qms.findings.models import Finding, FindingState, FindingStep, Grade
from qms.people.models import Account, Appointment, AppointmentKind, Delegation, Person
from qms.people.roles import Role
from qms.units.models import District, Unit, UnitType


def person(user: str) -> Person:
    found = db.session.scalar(
        select(Person)
        .join(Account, Account.id == Person.account_id)
        .where(Account.user_name == user)
    )
    assert found is not None
    return found


def test_units_of_all_types_with_a_history(demo: Any) -> None:
    units = db.session.scalars(select(Unit)).all()
    assert len(units) == 16
    assert {unit.type for unit in units} >= {
        UnitType.SETDA,
        UnitType.INSPEKTORAT,
        UnitType.DINAS,
        UnitType.BADAN,
        UnitType.KECAMATAN,
        UnitType.KELURAHAN,
        UnitType.PUSKESMAS,
        UnitType.RSUD,
        UnitType.SCHOOL,
        UnitType.UPTD,
    }
    assert [unit.code for unit in units if unit.closed_on] == ["KPPT"]
    disnaker = next(unit for unit in units if unit.code == "DISNAKER")
    assert [name.code for name in disnaker.names] == ["DINSOSNAKER", "DISNAKER"]


def test_every_role_is_held_and_everybody_gets_in_at_a_click(demo: Any, enter: Any) -> None:
    page = enter().get("/sign-in")
    held = {role for one in db.session.scalars(select(Person)) for role in one.rights.by_role}
    assert held == set(Role)
    people = db.session.scalars(select(Person).where(Person.account_id.is_not(None))).all()
    assert len(people) >= 12
    for one in people:
        assert page.has(one.name), one.name
        browser = enter()
        browser.get("/sign-in").form("/sign-in/demo")
        answer = browser.request(
            "POST",
            "/sign-in/demo",
            data={"person": str(one.uid), "csrf_token": _token(browser)},
        )
        assert (answer.status_code, answer.location) == (303, "/"), one.name
        assert browser.get("/account").has(one.name)


def _token(browser: Any) -> str:
    return str(browser.get("/sign-in").soup.find("input", {"name": "csrf_token"})["value"])


def test_nobody_gets_in_by_a_known_password(demo: Any) -> None:
    from qms.people import sessions

    account = person("siti").account
    for guess in ("siti", "demo", "rahasia sekali 1", "contoh"):
        assert not sessions.is_password(account, guess)


def test_acting_heads_and_a_delegation(demo: Any) -> None:
    kinds = set(db.session.scalars(select(Appointment.kind)))
    assert kinds == set(AppointmentKind)
    delegation = db.session.scalars(select(Delegation)).one()
    assert (delegation.person.name, delegation.delegate.name) == (
        person("zainal").name,
        person("hasan").name,
    )
    assert delegation.from_on < delegation.person.district.today < delegation.until_on


def test_documents_in_every_phase(demo: Any) -> None:
    day = db.session.scalars(select(District)).one().today
    documents = db.session.scalars(select(Document)).all()
    assert len(documents) == 44
    assert sum(document.is_imported for document in documents) == 3
    revisions = Counter(one.phase(day) for document in documents for one in document.revisions)
    assert set(revisions) >= set(Phase) - {Phase.WITHDRAWN}, revisions
    assert sum(document.withdrawn_on is not None for document in documents) == 2
    assert any(document.access is AccessClass.RESTRICTED for document in documents)
    assert any(
        len({file.role for file in one.files}) == 2
        for document in documents
        for one in document.revisions
    ), "source and scan side by side"
    roles = set(db.session.scalars(select(RevisionFile.role)))
    assert roles == set(FileRole)
    numbers = {document.number for document in documents}
    assert "700/SOP-001/INSP" in numbers
    for document in documents:
        in_force = [one for one in document.revisions if one.phase(day) is Phase.EFFECTIVE]
        assert len(in_force) <= 1, document.number


def test_findings_in_every_state_and_grade(demo: Any) -> None:
    day = db.session.scalars(select(District)).one().today
    findings = db.session.scalars(select(Finding)).all()
    assert {finding.state for finding in findings} == set(FindingState)
    assert {finding.grade for finding in findings} == set(Grade)
    assert sum(finding.is_overdue(day) for finding in findings) >= 3
    assert sum(finding.round == 2 for finding in findings) >= 2
    assert sum(finding.access is AccessClass.RESTRICTED for finding in findings) == 3
    assert all(finding.clauses for finding in findings)
    assert any(finding.grade_changes for finding in findings)
    assert sum(finding.is_imported for finding in findings) == 3
    reopened = [one for one in findings if one.round == 2 and one.state is FindingState.RAISED]
    assert reopened and all(one.closed_on is None for one in reopened)
    assert db.session.scalar(select(func.count()).select_from(FindingStep)) > 50


def test_no_action_is_planned_for_after_its_finding_closes(demo: Any) -> None:
    findings = db.session.scalars(select(Finding)).all()
    planned = [(one, action) for one in findings for action in one.actions_of()]
    assert len(planned) > 20
    assert not [
        (action.number, one.number)
        for one, action in planned
        if one.due_on and not action.due_missing and action.due_on > one.due_on
    ]


def test_actions_in_every_state(demo: Any) -> None:
    day = db.session.scalars(select(District)).one().today
    actions = db.session.scalars(select(Action)).all()
    assert {action.state for action in actions} == set(ActionState)
    assert any(action.is_overdue(day) for action in actions)
    assert any(action.owner_position_id for action in actions)
    assert all(
        action.evidence
        for action in actions
        if action.state in (ActionState.DONE, ActionState.VERIFIED) and not action.is_imported
    )


def test_evidence_with_versions_periods_secrets_and_a_withdrawal(demo: Any) -> None:
    evidence = db.session.scalars(select(Evidence)).all()
    assert sum(one.access is AccessClass.RESTRICTED for one in evidence) >= 3
    assert any(len(one.versions) == 2 for one in evidence)
    assert sum(one.withdrawn_on is not None for one in evidence) == 1
    assert any(one.valid_until for one in evidence)
    for one in evidence:
        for version in one.versions:
            for file in version.files:
                assert file.stored.path.stat().st_size == file.stored.size


def test_certificates_in_several_states(demo: Any) -> None:
    coordinator = person("bambang")
    units = list(coordinator.rights.tree.nodes)
    found = certificates_of(coordinator, units, coordinator.district.today)
    states = Counter(one.standing.state for one in found)
    assert set(states) >= {
        CertificateState.VALID,
        CertificateState.SUSPENDED,
        CertificateState.EXPIRED,
        CertificateState.WITHDRAWN,
    }
    assert any(one.certificate.edition.key == "iso9001-2008" for one in found)
    inspektorat = {
        one.certificate.edition.key for one in found if one.certificate.unit.code == "INSP"
    }
    assert inspektorat == {"iso9001-2015", "iso37001-2016"}


def test_filling_again_changes_nothing(demo: Any) -> None:
    before = db.session.scalar(select(func.count()).select_from(Finding))
    assert fill() == 0
    assert db.session.scalar(select(func.count()).select_from(Finding)) == before


@pytest.mark.usefixtures("demo")
def test_nothing_lies_before_the_beginning_or_after_today() -> None:
    district = db.session.scalars(select(District).where(District.code == CODE)).one()
    today = district.today
    found = db.session.scalars(select(Finding.found_on)).all()
    assert max(found) <= today
    assert min(found) > today - timedelta(days=1200)
    assert max(found) > today - timedelta(days=30), "the demo looks alive"


def test_audits_meet_while_offices_are_open(demo: Any) -> None:
    district = db.session.scalars(select(District).where(District.code == CODE)).one()
    sessions = db.session.scalars(select(AuditSession)).all()
    assert len(sessions) > 10
    for one in sessions:
        audit = one.audit
        assert audit.planned_from <= one.on <= audit.planned_until
        known = calendar_of(district, audit.unit_id, one.on, one.on)
        assert known.hours_on(one.on) is not None, (audit.number, one.on)


def test_whatever_day_the_demo_is_made() -> None:
    """Around the longest days off, every day of the week."""
    for n in range(60):
        with clock.at(datetime(2026, 3, 1, 5, tzinfo=UTC) + timedelta(days=n)):
            stage = Stage()
            open_on = calendar(stage).hours_on
            for first, last in ((20, 18), (5, 5), (17, -3), (-14, -15)):
                days = days_of_audit(stage, first, last)
                assert all(map(open_on, days.values()))
                assert len(set(days.values())) == len(days)
                assert stage.day(first) - timedelta(days=10) <= days[first] <= stage.day(first)
                assert days[last] == max(days.values()) >= stage.day(last) or first == last


def test_sheets_of_a_checklist_are_back_and_one_photo_waits(demo: Any) -> None:
    printed = db.session.scalars(select(AuditPrint)).one()
    pages = db.session.scalars(select(ScannedPage).order_by(ScannedPage.id)).all()
    filed = [(one.print_id, one.sheet) for one in pages if one.evidence_id]
    assert filed == [(printed.id, n) for n in (1, 2, 3)] and printed.sheets > 3
    assert [one.reading for one in pages if one.waits] == [Reading.NO_CODE]


def test_complaints_in_every_state(demo: Any) -> None:
    found = db.session.scalars(select(Complaint)).all()
    assert {one.state for one in found} == set(ComplaintState)
    assert any(one.is_overdue(person("siti").district.today) for one in found)
    assert any(one.complainant is None and one.contact is None for one in found)
    assert any(one.access is AccessClass.RESTRICTED for one in found)
    leading = Counter(link.finding_id for one in found for link in one.findings)
    assert 2 in leading.values(), "several led to the same finding"


def test_an_audit_of_it_can_be_walked_to_be_measured(demo: Any) -> None:
    """By `python -m bench.fieldwork`, which runs in no test."""
    audit = walked()
    db.session.flush()
    assert len(audit.asked) >= LINES and audit.lead is not None
    db.session.rollback()
