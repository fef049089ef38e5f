"""The plan that the auditee gets: its timetable, and what came back. The letter of assignment."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.audit import Audit
from qms.core.db import (
    AccessClass,
    DistrictRecord,
    Part,
    SortKey,
    link_to,
    one_of,
    to_many,
    to_one,
)
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person


class PlanState(StrEnum):
    """draft: being made, or changed since it was sent. answered: the auditee asks for a change."""

    DRAFT = "draft"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"

    @property
    def label(self) -> Any:
        return PLAN_LABELS[self]


PLAN_LABELS = {
    PlanState.DRAFT: _l("Being made"),
    PlanState.SENT: _l("Sent to the auditee"),
    PlanState.ACKNOWLEDGED: _l("Acknowledged by the auditee"),
    PlanState.ANSWERED: _l("The auditee asks for a change"),
}


class AuditPlan(DistrictRecord):
    """What an audit's plan says beside its timetable, whether the auditee has it, what they say,
    and the letter that sends the team (surat tugas)."""

    __tablename__ = "audit_plan"
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("sent_by_id", "person"),
        link_to("answered_by_id", "person"),
        link_to("letter_by_id", "person"),
        UniqueConstraint("district_id", "audit_id"),
        CheckConstraint("state = 'draft' OR sent_on IS NOT NULL", name="sent"),
        CheckConstraint("(sent_on IS NULL) = (sent_by_id IS NULL)", name="sender"),
        CheckConstraint(
            "(state IN ('acknowledged', 'answered')) = (answered_by_id IS NOT NULL)",
            name="answered",
        ),
        CheckConstraint("(answered_by_id IS NULL) = (answered_on IS NULL)", name="answering"),
        CheckConstraint("state <> 'answered' OR answer IS NOT NULL", name="answer"),
        Index(None, "district_id", "state", "audit_id"),
    )

    audit_id: Mapped[int]
    state: Mapped[PlanState] = mapped_column(one_of(PlanState), default=PlanState.DRAFT)
    language: Mapped[str | None]
    """In which the audit and its report are held."""
    logistics: Mapped[str | None]
    """Rooms, transport, guides, safety, what must lie ready."""
    sent_on: Mapped[date | None]
    sent_by_id: Mapped[int | None]
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What it told beside its timetable when it was sent last (`plan_told`)."""
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by_id: Mapped[int | None]
    letter_number: Mapped[str | None]
    letter_basis: Mapped[str | None]
    letter_place: Mapped[str | None]
    letter_on: Mapped[date | None]
    letter_by_id: Mapped[int | None]
    """The official who signs the letter."""

    audit: Mapped[Audit] = to_one("AuditPlan.audit_id", "Audit")
    sent_by: Mapped[Person | None] = to_one("AuditPlan.sent_by_id", "Person")
    answered_by: Mapped[Person | None] = to_one("AuditPlan.answered_by_id", "Person")
    letter_by: Mapped[Person | None] = to_one("AuditPlan.letter_by_id", "Person")

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.audit.number

    @property
    def access(self) -> AccessClass:
        """The audit's: its journal entries are no more open than the audit is."""
        return self.audit.access


class SessionKind(StrEnum):
    OPENING = "1_opening"
    VISIT = "2_visit"
    TEAM = "3_team"
    CLOSING = "4_closing"

    @property
    def label(self) -> Any:
        return SESSION_LABELS[self]


SESSION_LABELS = {
    SessionKind.OPENING: _l("Opening meeting"),
    SessionKind.VISIT: _l("Visit"),
    SessionKind.TEAM: _l("Meeting of the team"),
    SessionKind.CLOSING: _l("Closing meeting"),
}


class AuditSession(DistrictRecord):
    """A line of the timetable: who looks into what, where, with whom, from when until when."""

    __tablename__ = "audit_session"
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("unit_id", "unit"),
        CheckConstraint("ends > begins", name="hours"),
        Index(None, "district_id", "audit_id", "on_day", "begins"),
    )

    audit_id: Mapped[int]
    kind: Mapped[SessionKind] = mapped_column(one_of(SessionKind))
    on: Mapped[date] = mapped_column("on_day")
    begins: Mapped[str] = mapped_column(SortKey())
    """The clock time in the district, as 08:30."""
    ends: Mapped[str] = mapped_column(SortKey())
    unit_id: Mapped[int | None]
    """The audited unit, or one under it; None: it concerns all."""
    activity: Mapped[str | None]
    auditee: Mapped[str | None]
    """With whom: posts or names."""
    place: Mapped[str | None]
    is_removed: Mapped[bool] = mapped_column(default=False)

    audit: Mapped[Audit] = to_one("AuditSession.audit_id", "Audit")
    clauses: Mapped[list["AuditSessionClause"]] = to_many(
        "AuditSessionClause", "session_id", "AuditSession", cascade="all, delete-orphan"
    )
    auditors: Mapped[list["AuditSessionAuditor"]] = to_many(
        "AuditSessionAuditor", "session_id", "AuditSession", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.activity or str(self.kind.label)

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access

    @property
    def clause_ids(self) -> list[int]:
        return sorted(link.clause_id for link in self.clauses)

    @property
    def auditor_ids(self) -> list[int]:
        return sorted(link.person_id for link in self.auditors)


class AuditSessionClause(Part):
    """A clause that is looked into there and then."""

    __tablename__ = "audit_session_clause"
    __part_of__ = ("AuditSession", "session_id")
    __rules__ = (link_to("session_id", "audit_session"),)

    session_id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)


class AuditSessionAuditor(Part):
    """Somebody of the team who is there."""

    __tablename__ = "audit_session_auditor"
    __part_of__ = ("AuditSession", "session_id")
    __rules__ = (
        link_to("session_id", "audit_session"),
        link_to("person_id", "person"),
        Index(None, "district_id", "person_id", "session_id"),
    )

    session_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
