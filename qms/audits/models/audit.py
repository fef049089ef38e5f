"""An audit, the editions it covers, the findings it made."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.team import TeamRole
from qms.core.db import AccessClass, DistrictRecord, Part, SortKey, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import Searchable
from qms.findings.models import Finding, Source
from qms.people.models import Person
from qms.units.models import Unit

if TYPE_CHECKING:
    from qms.audits.models.checklist import AuditLine
    from qms.audits.models.programme import ProgrammeVisit
    from qms.audits.models.report import AuditReport
    from qms.audits.models.self_assessment import SelfAssessment
    from qms.audits.models.team import AuditMember
    from qms.audits.models.timetable import AuditPlan


class AuditKind(StrEnum):
    INTERNAL = "internal"
    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    SURVEILLANCE = "surveillance"
    RECERTIFICATION = "recertification"
    SPECIAL = "special"

    @property
    def label(self) -> Any:
        return KIND_LABELS[self]

    @property
    def is_external(self) -> bool:
        return self is not AuditKind.INTERNAL


KIND_LABELS = {
    AuditKind.INTERNAL: _l("Internal audit"),
    AuditKind.STAGE_1: _l("Stage 1 audit"),
    AuditKind.STAGE_2: _l("Stage 2 audit"),
    AuditKind.SURVEILLANCE: _l("Surveillance audit"),
    AuditKind.RECERTIFICATION: _l("Recertification audit"),
    AuditKind.SPECIAL: _l("Special audit"),
}


class AuditState(StrEnum):
    """planned: may still be changed. under_way: lines are answered. reported: the report is signed
    (or, of an external audit, has come)."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        return STATE_LABELS[self]


STATE_LABELS = {
    AuditState.PLANNED: _l("Planned"),
    AuditState.UNDER_WAY: _l("Under way"),
    AuditState.REPORTED: _l("Reported"),
    AuditState.CLOSED: _l("Closed"),
    AuditState.CANCELLED: _l("Cancelled"),
}


class Audit(Searchable, DistrictRecord):
    """An audit of a unit, and of those under it, against editions of standards."""

    __tablename__ = "audit"
    __rules__ = (
        link_to("unit_id", "unit"),
        link_to("planned_by_id", "person"),
        UniqueConstraint("district_id", "number_key"),
        CheckConstraint("planned_until >= planned_from", name="days"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="closing"),
        CheckConstraint(
            "state IN ('planned', 'cancelled') OR opened_on IS NOT NULL", name="opened"
        ),
        CheckConstraint("(kind = 'internal') = (body IS NULL)", name="body"),
        Index(None, "district_id", "planned_from", "uid"),
        Index(None, "district_id", "unit_id", "planned_from", "uid"),
        Index(None, "district_id", "state", "planned_from", "uid"),
        Index(None, "district_id", "unit_id", "state", "planned_from", "uid"),
        Index(None, "district_id", "kind", "planned_from", "uid"),
        Index(None, "district_id", "unit_id", "kind", "planned_from", "uid"),
    )

    unit_id: Mapped[int]
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(SortKey())
    kind: Mapped[AuditKind] = mapped_column(one_of(AuditKind))
    title: Mapped[str]
    objectives: Mapped[str | None]
    scope: Mapped[str | None]
    """What is covered, and what is not: services, processes, places."""
    criteria: Mapped[str | None]
    methods: Mapped[str | None]
    planned_from: Mapped[date]
    planned_until: Mapped[date]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    state: Mapped[AuditState] = mapped_column(one_of(AuditState), default=AuditState.PLANNED)
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass), default=AccessClass.ORDINARY)
    body: Mapped[str | None]
    """The certification body, of an external audit."""
    body_reference: Mapped[str | None]
    """The number that the body gave the audit or its report."""
    planned_by_id: Mapped[int]

    unit: Mapped[Unit] = to_one("Audit.unit_id", "Unit")
    planned_by: Mapped[Person] = to_one("Audit.planned_by_id", "Person")
    editions: Mapped[list["AuditEdition"]] = to_many(
        "AuditEdition",
        "audit_id",
        "Audit",
        order_by="AuditEdition.edition_id",
        cascade="all, delete-orphan",
    )
    members: Mapped[list["AuditMember"]] = to_many(
        "AuditMember",
        "audit_id",
        "Audit",
        order_by="AuditMember.role, AuditMember.person_id",
        cascade="all, delete-orphan",
    )
    findings: Mapped[list["AuditFinding"]] = to_many(
        "AuditFinding", "audit_id", "Audit", order_by="AuditFinding.finding_id"
    )
    lines: Mapped[list["AuditLine"]] = to_many(
        "AuditLine", "audit_id", "Audit", order_by="AuditLine.position, AuditLine.id"
    )
    self_assessment: Mapped["SelfAssessment | None"] = to_many(
        "SelfAssessment", "audit_id", "Audit", uselist=False
    )
    visit: Mapped["ProgrammeVisit | None"] = to_many(
        "ProgrammeVisit", "audit_id", "Audit", uselist=False, viewonly=True
    )
    """The visit of an audit programme that it was made of."""
    reports: Mapped[list["AuditReport"]] = to_many(
        "AuditReport", "audit_id", "Audit", order_by="AuditReport.issue"
    )
    plan: Mapped["AuditPlan | None"] = to_many(
        "AuditPlan", "audit_id", "Audit", uselist=False, viewonly=True
    )
    """What the auditee gets; none before it is begun."""

    def searched_words(self) -> list[str | None]:
        return [self.number, self.title, self.scope, self.body, self.body_reference]

    @property
    def edition_ids(self) -> list[int]:
        return [link.edition_id for link in self.editions]

    @property
    def source(self) -> Source:
        """Where its findings come from."""
        return Source.EXTERNAL_AUDIT if self.kind.is_external else Source.INTERNAL_AUDIT

    @property
    def report(self) -> "AuditReport | None":
        """The last issue of the report."""
        return self.reports[-1] if self.reports else None

    def member(self, person_id: int) -> "AuditMember | None":
        return next((one for one in self.members if one.person_id == person_id), None)

    @property
    def lead(self) -> "AuditMember | None":
        return next((one for one in self.members if one.role is TeamRole.LEAD), None)

    @property
    def listed(self) -> list["AuditLine"]:
        """The lines of the checklist that were not taken off it."""
        return [line for line in self.lines if not line.is_removed]

    @property
    def asked(self) -> list["AuditLine"]:
        """Those of them that are asked: a line may wait for the answer to another one."""
        return [line for line in self.listed if line.is_asked]


class AuditEdition(Part):
    """An edition that an audit covers."""

    __tablename__ = "audit_edition"
    __part_of__ = ("Audit", "audit_id")
    __rules__ = (link_to("audit_id", "audit"),)

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"), primary_key=True)


class AuditFinding(Part):
    """A finding that an audit made."""

    __tablename__ = "audit_finding"
    __part_of__ = ("Audit", "audit_id")
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("finding_id", "finding"),
        Index(None, "district_id", "finding_id"),
    )

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(primary_key=True)

    finding: Mapped[Finding] = to_one("AuditFinding.finding_id", "Finding")
