"""The checklist of an audit: lines, their answers, clauses and findings."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.audit import Audit
from qms.core.db import AccessClass, DistrictRecord, Part, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import Finding, Grade
from qms.people.models import Person
from qms.standards.queries import clause_by_id

if TYPE_CHECKING:
    from qms.audits.models.line_parts import (
        AuditLineCondition,
        AuditLineOrigin,
        AuditLineSample,
        AuditLineVerdict,
    )


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
    sample: Mapped["AuditLineSample | None"] = to_many(
        "AuditLineSample", "line_id", "AuditLine", uselist=False, cascade="all, delete-orphan"
    )
    verdicts: Mapped[list["AuditLineVerdict"]] = to_many(
        "AuditLineVerdict", "line_id", "AuditLine", lazy="selectin", cascade="all, delete-orphan"
    )
    condition: Mapped["AuditLineCondition | None"] = to_many(
        "AuditLineCondition",
        "line_id",
        "AuditLine",
        uselist=False,
        lazy="joined",
        cascade="all, delete-orphan",
    )
    origin: Mapped["AuditLineOrigin | None"] = to_many(
        "AuditLineOrigin", "line_id", "AuditLine", uselist=False, cascade="all, delete-orphan"
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

    @property
    def is_asked(self) -> bool:
        """Whether it is on the checklist, and its condition, if it has one, is met. What was
        answered stays asked."""
        if self.is_removed:
            return False
        return self.answer is not None or self.condition is None or self.condition.is_met

    def answer_under(self, edition_id: int) -> Answer | None:
        """What it came to under a standard: a verdict of its own, else the line's answer."""
        own = (one.answer for one in self.verdicts if one.edition_id == edition_id)
        return self.answer and next(own, self.answer)

    @property
    def all_answers(self) -> set[Answer]:
        """What it came to, under any standard."""
        if self.answer is None:
            return set()
        if not self.verdicts:
            return {self.answer}
        asked = {clause_by_id(one.clause_id).edition_id for one in self.clauses}
        return {found for one in asked if (found := self.answer_under(one)) is not None}

    @property
    def grade(self) -> Grade | None:
        """The worst that it came to, as the grade of a finding that says the same."""
        grades = [one.grade for one in Answer if one in self.all_answers and one.grade]
        return grades[-1] if grades else None

    @property
    def fitting_grades(self) -> tuple[Grade, ...]:
        """The grades that a finding from it may have: of a nonconformity no less grave than it, or
        what it came to under another standard; of anything else every grade."""
        if self.grade is None or not self.needs_finding:
            return tuple(Grade)
        own = {one.grade for one in self.all_answers}
        return tuple(one for one in Grade if one in self.grade.and_graver or one in own)

    @property
    def cited_ids(self) -> list[int]:
        """The clauses that a finding from it cites: of the standards under which it deviates, or,
        if under none, those under which it is a strength."""
        is_strength = self.grade is Grade.STRENGTH
        found = []
        for clause_id in self.clause_ids:
            answer = self.answer_under(clause_by_id(clause_id).edition_id)
            if answer and answer.grade and (answer.grade is Grade.STRENGTH) == is_strength:
                found.append(clause_id)
        return found

    @property
    def needs_finding(self) -> bool:
        """Whether it came to a nonconformity under any standard."""
        return any(one.needs_finding for one in self.all_answers)


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
