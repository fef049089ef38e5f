"""The issues of the report of an audit, and their signatures."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.audit import Audit, AuditState
from qms.core.db import AccessClass, DistrictRecord, Part, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person


class ReportState(StrEnum):
    DRAFT = "draft"
    SIGNING = "signing"
    SIGNED = "signed"

    @property
    def label(self) -> Any:
        return REPORT_LABELS[self]


REPORT_LABELS = {
    ReportState.DRAFT: _l("Being written"),
    ReportState.SIGNING: _l("Being signed"),
    ReportState.SIGNED: _l("Signed"),
}


class AuditReport(DistrictRecord):
    """An issue of the report of an audit. From signing on nothing in it changes: what was recorded
    by then is kept in it as plain values (`gathering.gather`)."""

    __tablename__ = "audit_report"
    __rules__ = (
        link_to("audit_id", "audit"),
        UniqueConstraint("district_id", "audit_id", "issue"),
        CheckConstraint("(issue = 1) = (correction_reason IS NULL)", name="correction"),
        CheckConstraint("(state = 'draft') = (gathered IS NULL)", name="gathered"),
        CheckConstraint("(state = 'signed') = (signed_on IS NOT NULL)", name="signed"),
    )

    audit_id: Mapped[int]
    issue: Mapped[int]
    correction_reason: Mapped[str | None]
    """Why there is an issue after the first."""
    state: Mapped[ReportState] = mapped_column(one_of(ReportState), default=ReportState.DRAFT)
    summary: Mapped[str | None]
    not_covered: Mapped[str | None]
    strengths: Mapped[str | None]
    conformity: Mapped[str | None]
    """The conclusion on conformity."""
    effectiveness: Mapped[str | None]
    """The conclusion on effectiveness."""
    disagreements: Mapped[str | None]
    follow_up: Mapped[str | None]
    sampling: Mapped[str | None]
    """How the sample was drawn, and what that means for the conclusions."""
    comparison: Mapped[str | None]
    """What became of what the last audit found."""
    drafted: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """The draft from which its texts came: a text for each part that is drafted, and the language;
    None if nobody knows it. See `redrafting`."""
    gathered: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    signed_on: Mapped[date | None]

    audit: Mapped[Audit] = to_one("AuditReport.audit_id", "Audit", overlaps="reports")
    signatures: Mapped[list["AuditSignature"]] = to_many(
        "AuditSignature",
        "report_id",
        "AuditReport",
        order_by="AuditSignature.position",
        cascade="all, delete-orphan",
    )
    standards: Mapped[list["AuditReportStandard"]] = to_many(
        "AuditReportStandard",
        "report_id",
        "AuditReport",
        order_by="AuditReportStandard.edition_id",
        cascade="all, delete-orphan",
    )

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.audit.number

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access

    @property
    def is_given_up(self) -> bool:
        """Whether its audit was cancelled before it was signed: it stays as it was then."""
        return self.state is not ReportState.SIGNED and self.audit.state is AuditState.CANCELLED

    @property
    def standing(self) -> Any:
        """Its state in words."""
        return _l("Not completed: audit cancelled") if self.is_given_up else self.state.label

    @property
    def due_signatures(self) -> list["AuditSignature"]:
        """The signatures that can be given now: all of the first role that waits."""
        if self.is_given_up:
            return []
        waiting = [one for one in self.signatures if one.signed_at is None]
        return [one for one in waiting if one.role is waiting[0].role]


class AuditReportStandard(Part):
    """What a report concludes under one standard, where the walk covered several: the reports are
    then given out apart, signed together."""

    __tablename__ = "audit_report_standard"
    __part_of__ = ("AuditReport", "report_id")
    __rules__ = (link_to("report_id", "audit_report"),)

    report_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"), primary_key=True)
    conformity: Mapped[str | None]
    effectiveness: Mapped[str | None]


class SigningRole(StrEnum):
    """Who signs a report, in this order."""

    AUDITOR = "1_auditor"
    LEAD = "2_lead"
    AUDITEE = "3_auditee"
    HEAD = "4_head"

    @property
    def label(self) -> Any:
        return SIGNING_LABELS[self]


SIGNING_LABELS = {
    SigningRole.AUDITOR: _l("Auditor"),
    SigningRole.LEAD: _l("Team leader"),
    SigningRole.AUDITEE: _l("Acknowledged by the auditee"),
    SigningRole.HEAD: _l("Head of unit"),
}


class AuditSignature(Part):
    """A place to sign. Auditors are named from the start; who signs for the unit is known then."""

    __tablename__ = "audit_signature"
    __part_of__ = ("AuditReport", "report_id")
    __rules__ = (
        link_to("report_id", "audit_report"),
        link_to("person_id", "person"),
        CheckConstraint("signed_at IS NULL OR person_id IS NOT NULL", name="signed"),
        Index(None, "district_id", "person_id"),
    )

    report_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[SigningRole] = mapped_column(one_of(SigningRole))
    person_id: Mapped[int | None]
    name: Mapped[str | None]
    """As it was on the day of signing, with the post and the number of the civil servant."""
    post: Mapped[str | None]
    nip: Mapped[str | None]
    note: Mapped[str | None]
    """What the auditee wants to have said."""
    signed_on: Mapped[date | None]
    signed_at: Mapped[datetime | None]

    person: Mapped[Person | None] = to_one("AuditSignature.person_id", "Person")
