"""What is taken down on the spot: photos of a line, when a meeting was held and who was there, what
the auditee says to a finding, and which uploads of a device have come already."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.audit import Audit
from qms.audits.models.checklist import AuditLine
from qms.core.db import (
    AccessClass,
    DistrictRecord,
    Model,
    Part,
    SortKey,
    link_to,
    one_of,
    to_one,
)
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.models import Evidence
from qms.findings.models import Finding
from qms.people.models import Person


class AuditLinePhoto(Part):
    """Evidence that was photographed at a line."""

    __tablename__ = "audit_line_photo"
    __part_of__ = ("AuditLine", "line_id")
    __rules__ = (
        link_to("line_id", "audit_line"),
        link_to("evidence_id", "evidence"),
        Index(None, "district_id", "evidence_id"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    """The device's: a photo that is sent again is the same one."""

    evidence: Mapped[Evidence] = to_one("AuditLinePhoto.evidence_id", "Evidence")


class Meeting(StrEnum):
    OPENING = "opening"
    CLOSING = "closing"

    @property
    def label(self) -> Any:
        return MEETING_LABELS[self]


MEETING_LABELS = {
    Meeting.OPENING: _l("Opening meeting"),
    Meeting.CLOSING: _l("Closing meeting"),
}


class AuditMeeting(DistrictRecord):
    """When and where an opening or closing meeting was held, and what was agreed in it."""

    __tablename__ = "audit_meeting"
    __rules__ = (
        link_to("audit_id", "audit"),
        UniqueConstraint("district_id", "audit_id", "meeting"),
        CheckConstraint("ends IS NULL OR begins IS NOT NULL AND ends > begins", name="hours"),
    )

    audit_id: Mapped[int]
    meeting: Mapped[Meeting] = mapped_column(one_of(Meeting))
    held_on: Mapped[date]
    begins: Mapped[str | None] = mapped_column(SortKey())
    """The clock time in the district, as 08:30."""
    ends: Mapped[str | None] = mapped_column(SortKey())
    place: Mapped[str | None]
    agreed: Mapped[str | None]
    """What was told and agreed, beside what the records say."""

    audit: Mapped[Audit] = to_one("AuditMeeting.audit_id", "Audit")

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return f"{self.meeting.label}, {self.audit.number}"

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access


class AuditAttendance(DistrictRecord):
    """Somebody who was at the opening or the closing meeting."""

    __tablename__ = "audit_attendance"
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("taken_by_id", "person"),
        Index(None, "district_id", "audit_id", "meeting", "id"),
    )

    audit_id: Mapped[int]
    meeting: Mapped[Meeting] = mapped_column(one_of(Meeting))
    name: Mapped[str]
    post: Mapped[str | None]
    """Position or unit, as the attendance list asks for it."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    taken_by_id: Mapped[int]
    taken_at: Mapped[datetime]

    audit: Mapped[Audit] = to_one("AuditAttendance.audit_id", "Audit")
    taken_by: Mapped[Person] = to_one("AuditAttendance.taken_by_id", "Person")

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access


class Stance(StrEnum):
    AGREES = "agrees"
    DISAGREES = "disagrees"

    @property
    def label(self) -> Any:
        return STANCE_LABELS[self]


STANCE_LABELS = {
    Stance.AGREES: _l("Agrees"),
    Stance.DISAGREES: _l("Disagrees"),
}


class AuditeeStance(DistrictRecord):
    """What the auditee says to a finding: to a line's answer (in the field no finding is raised of
    it yet) or to a finding that comes from no line. None: taken back."""

    __tablename__ = "auditee_stance"
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("line_id", "audit_line"),
        link_to("finding_id", "finding"),
        link_to("taken_by_id", "person"),
        UniqueConstraint("district_id", "audit_id", "line_id"),
        UniqueConstraint("district_id", "audit_id", "finding_id"),
        CheckConstraint("(line_id IS NULL) <> (finding_id IS NULL)", name="about"),
        CheckConstraint("stance IS NULL OR stance = 'agrees' OR note IS NOT NULL", name="dissent"),
    )

    audit_id: Mapped[int]
    line_id: Mapped[int | None]
    finding_id: Mapped[int | None]
    stance: Mapped[Stance | None] = mapped_column(one_of(Stance))
    spoken_by: Mapped[str | None]
    """Who said it for the unit."""
    note: Mapped[str | None]
    """What they said; a dissent says why."""
    taken_by_id: Mapped[int]
    taken_at: Mapped[datetime]

    audit: Mapped[Audit] = to_one("AuditeeStance.audit_id", "Audit")
    line: Mapped[AuditLine | None] = to_one("AuditeeStance.line_id", "AuditLine")
    finding: Mapped[Finding | None] = to_one("AuditeeStance.finding_id", "Finding")
    taken_by: Mapped[Person] = to_one("AuditeeStance.taken_by_id", "Person")

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access


class AuditReceipt(Model):
    """A change that a device sent and that was taken: sent again, it does nothing. Not journalled:
    what it changed is."""

    __tablename__ = "audit_receipt"
    __table_args__ = (Index("ix_audit_receipt_audit", "audit_id"),)

    uid: Mapped[UUID] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime]
