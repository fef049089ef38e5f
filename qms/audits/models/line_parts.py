"""What belongs to a line of the checklist besides its answer: a sample, verdicts by standard, where
the line comes from, when it is asked at all."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.checklist import Answer, AuditLine
from qms.core.db import Part, link_to, one_of, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.documents.models import Document


class AuditLineSample(Part):
    """What was sampled at a line: of how many, how many, and which."""

    __tablename__ = "audit_line_sample"
    __part_of__ = ("AuditLine", "line_id")
    __rules__ = (
        link_to("line_id", "audit_line"),
        CheckConstraint("population >= 0", name="population"),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("size <= population", name="fits"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    drawn_from: Mapped[str | None]
    """What the population is: which files, of which months."""
    population: Mapped[int | None]
    size: Mapped[int | None]
    items: Mapped[str | None]
    """The numbers or names of what was looked at."""


class AuditLineVerdict(Part):
    """What a line came to under one standard, where that differs from the line's own answer."""

    __tablename__ = "audit_line_verdict"
    __part_of__ = ("AuditLine", "line_id")
    __rules__ = (
        link_to("line_id", "audit_line"),
        CheckConstraint("answer <> 'not_applicable' OR reason IS NOT NULL", name="reason"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"), primary_key=True)
    answer: Mapped[Answer] = mapped_column(one_of(Answer))
    reason: Mapped[str | None]
    """Why it differs."""


class AskedWhen(StrEnum):
    """After which answers to another line a line is asked."""

    APPLIES = "applies"
    CONFORMS = "conforms"
    DEVIATES = "deviates"

    @property
    def label(self) -> Any:
        return ASKED_WHEN_LABELS[self]

    @property
    def answers(self) -> frozenset[Answer]:
        """The answers after which it is asked."""
        return ASKED_AFTER[self]


ASKED_WHEN_LABELS = {
    AskedWhen.APPLIES: _l("Only if that line applies"),
    AskedWhen.CONFORMS: _l("Only if that line conforms"),
    AskedWhen.DEVIATES: _l("Only if that line shows a weakness"),
}
_GOOD = frozenset({Answer.CONFORM, Answer.STRENGTH})
_WEAK = frozenset({Answer.OPPORTUNITY, Answer.OBSERVATION, Answer.MINOR, Answer.MAJOR})
ASKED_AFTER = {
    AskedWhen.APPLIES: _GOOD | _WEAK,
    AskedWhen.CONFORMS: _GOOD,
    AskedWhen.DEVIATES: _WEAK,
}


class AuditLineCondition(Part):
    """That a line is asked only after certain answers to another line of the same audit."""

    __tablename__ = "audit_line_condition"
    __part_of__ = ("AuditLine", "line_id")
    __rules__ = (
        link_to("line_id", "audit_line"),
        link_to("after_id", "audit_line"),
        CheckConstraint("after_id <> line_id", name="another"),
        Index(None, "district_id", "after_id"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    after_id: Mapped[int]
    asked_when: Mapped[AskedWhen] = mapped_column(one_of(AskedWhen))

    after: Mapped[AuditLine] = to_one("AuditLineCondition.after_id", "AuditLine")

    @property
    def is_met(self) -> bool:
        return self.after.answer in self.asked_when.answers and not self.after.is_removed


class AuditLineOrigin(Part):
    """Where a line comes from: the same question in an earlier audit, a document under audit."""

    __tablename__ = "audit_line_origin"
    __part_of__ = ("AuditLine", "line_id")
    __rules__ = (
        link_to("line_id", "audit_line"),
        link_to("previous_id", "audit_line"),
        link_to("document_id", "document"),
        CheckConstraint("previous_id IS NOT NULL OR document_id IS NOT NULL", name="one"),
        CheckConstraint("previous_id <> line_id", name="another"),
        Index(None, "district_id", "previous_id"),
        Index(None, "district_id", "document_id"),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    previous_id: Mapped[int | None]
    document_id: Mapped[int | None]

    previous: Mapped[AuditLine | None] = to_one("AuditLineOrigin.previous_id", "AuditLine")
    document: Mapped[Document | None] = to_one("AuditLineOrigin.document_id", "Document")
