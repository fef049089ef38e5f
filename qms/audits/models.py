"""Tables of audits: plan, team, checklist, links to findings, reports and their signatures."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
from qms.core.search import Searchable
from qms.findings.models import Finding, Grade, Source
from qms.people.models import Person
from qms.units.models import Unit


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
    reports: Mapped[list["AuditReport"]] = to_many(
        "AuditReport", "audit_id", "Audit", order_by="AuditReport.issue"
    )

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
    def asked(self) -> list["AuditLine"]:
        """The lines of the checklist that were not taken off it."""
        return [line for line in self.lines if not line.is_removed]


class AuditEdition(Part):
    """An edition that an audit covers."""

    __tablename__ = "audit_edition"
    __part_of__ = ("Audit", "audit_id")
    __rules__ = (link_to("audit_id", "audit"),)

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"), primary_key=True)


class TeamRole(StrEnum):
    LEAD = "1_lead"
    AUDITOR = "2_auditor"
    OBSERVER = "3_observer"

    @property
    def label(self) -> Any:
        return TEAM_ROLE_LABELS[self]

    @property
    def judges(self) -> bool:
        """Whether they answer lines; observers only watch."""
        return self is not TeamRole.OBSERVER


TEAM_ROLE_LABELS = {
    TeamRole.LEAD: _l("Team leader"),
    TeamRole.AUDITOR: _l("Auditor"),
    TeamRole.OBSERVER: _l("Observer"),
}


class AuditMember(Part):
    """Somebody on the team; where their independence was overruled, why and by whom."""

    __tablename__ = "audit_member"
    __part_of__ = ("Audit", "audit_id")
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("person_id", "person"),
        link_to("overruled_by_id", "person"),
        CheckConstraint("(overrule_reason IS NULL) = (overruled_by_id IS NULL)", name="overruled"),
        CheckConstraint("overruled_by_id <> person_id", name="another"),
        Index(None, "district_id", "person_id", "audit_id"),
    )

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[TeamRole] = mapped_column(one_of(TeamRole))
    overrule_reason: Mapped[str | None]
    overruled_by_id: Mapped[int | None]

    person: Mapped[Person] = to_one("AuditMember.person_id", "Person")
    overruled_by: Mapped[Person | None] = to_one("AuditMember.overruled_by_id", "Person")


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


class Answer(StrEnum):
    """What a line came to."""

    CONFORM = "conform"
    STRENGTH = "strength"
    OPPORTUNITY = "opportunity"
    OBSERVATION = "observation"
    MINOR = "minor"
    MAJOR = "major"
    NOT_APPLICABLE = "not_applicable"
    NOT_SAMPLED = "not_sampled"

    @property
    def label(self) -> Any:
        return ANSWER_LABELS[self]

    @property
    def tone(self) -> str:
        return ANSWER_TONES[self]

    @property
    def grade(self) -> Grade | None:
        """The grade of a finding that says the same."""
        return Grade(self.value) if self.value in set(Grade) else None

    @property
    def needs_finding(self) -> bool:
        return self in (Answer.MINOR, Answer.MAJOR)

    @property
    def needs_reason(self) -> bool:
        return self is Answer.NOT_APPLICABLE


ANSWER_LABELS = {
    Answer.CONFORM: _l("Conforms"),
    Answer.STRENGTH: _l("Strength"),
    Answer.OPPORTUNITY: _l("Opportunity for improvement"),
    Answer.OBSERVATION: _l("Observation"),
    Answer.MINOR: _l("Minor nonconformity"),
    Answer.MAJOR: _l("Major nonconformity"),
    Answer.NOT_APPLICABLE: _l("Not applicable"),
    Answer.NOT_SAMPLED: _l("Not sampled"),
}
ANSWER_TONES = {
    Answer.CONFORM: "good",
    Answer.STRENGTH: "good",
    Answer.OPPORTUNITY: "neutral",
    Answer.OBSERVATION: "info",
    Answer.MINOR: "warn",
    Answer.MAJOR: "bad",
    Answer.NOT_APPLICABLE: "muted",
    Answer.NOT_SAMPLED: "muted",
}


class Method(StrEnum):
    """How a line is looked into."""

    INTERVIEW = "interview"
    DOCUMENT = "document"
    OBSERVATION = "observation"
    SAMPLE = "sample"

    @property
    def label(self) -> Any:
        return METHOD_LABELS[self]


METHOD_LABELS = {
    Method.INTERVIEW: _l("Interview"),
    Method.DOCUMENT: _l("Documents"),
    Method.OBSERVATION: _l("Observation on the spot"),
    Method.SAMPLE: _l("Sample"),
}


class AuditLine(DistrictRecord):
    """A line of the checklist: what is asked, what was seen, what it comes to (None: open)."""

    __tablename__ = "audit_line"
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("answered_by_id", "person"),
        CheckConstraint("(answer IS NULL) = (answered_by_id IS NULL)", name="answered"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="moment"),
        CheckConstraint("answer <> 'not_applicable' OR reason IS NOT NULL", name="reason"),
        CheckConstraint("NOT is_removed OR answer IS NULL", name="removed"),
        Index(None, "district_id", "audit_id", "position"),
    )

    audit_id: Mapped[int]
    position: Mapped[int]
    section: Mapped[str]
    question: Mapped[str]
    hint: Mapped[str | None]
    """What to ask to see."""
    methods: Mapped[list[str]] = mapped_column(JSON)
    keys: Mapped[list[str]] = mapped_column(JSON)
    """The lines of the question banks that it was made from; none: written by the team."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[Answer | None] = mapped_column(one_of(Answer))
    seen: Mapped[str | None]
    """The objective evidence."""
    reason: Mapped[str | None]
    """Why it does not apply or was not sampled."""
    answered_by_id: Mapped[int | None]
    answered_at: Mapped[datetime | None]

    audit: Mapped[Audit] = to_one("AuditLine.audit_id", "Audit", overlaps="lines")
    answered_by: Mapped[Person | None] = to_one("AuditLine.answered_by_id", "Person")
    clauses: Mapped[list["AuditLineClause"]] = to_many(
        "AuditLineClause", "line_id", "AuditLine", cascade="all, delete-orphan"
    )
    findings: Mapped[list["AuditLineFinding"]] = to_many(
        "AuditLineFinding", "line_id", "AuditLine", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.question[:120]

    @property
    def access(self) -> AccessClass:
        """The audit's: its journal entries are no more open than the audit is."""
        return self.audit.access

    @property
    def clause_ids(self) -> list[int]:
        return sorted(link.clause_id for link in self.clauses)


class AuditLineClause(Part):
    """A clause that a line asks about."""

    __tablename__ = "audit_line_clause"
    __part_of__ = ("AuditLine", "line_id")
    __rules__ = (
        link_to("line_id", "audit_line"),
        Index(None, "district_id", "clause_id", "line_id"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)


class AuditLineFinding(Part):
    """A finding that a line led to. One finding may come from several lines."""

    __tablename__ = "audit_line_finding"
    __part_of__ = ("AuditLine", "line_id")
    __rules__ = (
        link_to("line_id", "audit_line"),
        link_to("finding_id", "finding"),
        Index(None, "district_id", "finding_id"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(primary_key=True)

    finding: Mapped[Finding] = to_one("AuditLineFinding.finding_id", "Finding")


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

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.audit.number

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access

    @property
    def due_signatures(self) -> list["AuditSignature"]:
        """The signatures that can be given now: all of the first role that waits."""
        waiting = [one for one in self.signatures if one.signed_at is None]
        return [one for one in waiting if one.role is waiting[0].role]


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
