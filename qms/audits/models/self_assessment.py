"""What the audited unit says of itself before the auditors come."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.audit import Audit
from qms.core.db import AccessClass, DistrictRecord, Part, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person


class SelfAnswer(StrEnum):
    """Where the unit says it stands."""

    IN_PLACE = "in_place"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> Any:
        return SELF_ANSWER_LABELS[self]

    @property
    def tone(self) -> str:
        return SELF_ANSWER_TONES[self]


SELF_ANSWER_LABELS = {
    SelfAnswer.IN_PLACE: _l("In place"),
    SelfAnswer.PARTLY: _l("Partly"),
    SelfAnswer.NOT_YET: _l("Not yet"),
    SelfAnswer.NOT_APPLICABLE: _l("Not applicable"),
}
SELF_ANSWER_TONES = {
    SelfAnswer.IN_PLACE: "good",
    SelfAnswer.PARTLY: "warn",
    SelfAnswer.NOT_YET: "bad",
    SelfAnswer.NOT_APPLICABLE: "muted",
}


class SelfAssessment(DistrictRecord):
    """That the unit was asked to assess itself on the checklist, until when, and that it did."""

    __tablename__ = "audit_self_assessment"
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("asked_by_id", "person"),
        link_to("handed_in_by_id", "person"),
        UniqueConstraint("district_id", "audit_id"),
        CheckConstraint("(handed_in_on IS NULL) = (handed_in_by_id IS NULL)", name="handed_in"),
    )

    audit_id: Mapped[int]
    due_on: Mapped[date]
    asked_by_id: Mapped[int]
    handed_in_on: Mapped[date | None]
    handed_in_by_id: Mapped[int | None]

    audit: Mapped[Audit] = to_one("SelfAssessment.audit_id", "Audit", overlaps="self_assessment")
    asked_by: Mapped[Person] = to_one("SelfAssessment.asked_by_id", "Person")
    handed_in_by: Mapped[Person | None] = to_one("SelfAssessment.handed_in_by_id", "Person")
    answers: Mapped[list["SelfAssessmentAnswer"]] = to_many(
        "SelfAssessmentAnswer", "assessment_id", "SelfAssessment", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.audit.number

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access

    def answer_to(self, line_id: int) -> "SelfAssessmentAnswer | None":
        return next((one for one in self.answers if one.line_id == line_id), None)


class SelfAssessmentAnswer(Part):
    """What the unit says at one line, and what it can show."""

    __tablename__ = "audit_self_assessment_answer"
    __part_of__ = ("SelfAssessment", "assessment_id")
    __rules__ = (
        link_to("assessment_id", "audit_self_assessment"),
        link_to("line_id", "audit_line"),
        link_to("answered_by_id", "person"),
        Index(None, "district_id", "line_id"),
    )

    assessment_id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[SelfAnswer] = mapped_column(one_of(SelfAnswer))
    shown: Mapped[str | None]
    """What the unit can show for it."""
    answered_by_id: Mapped[int]
    answered_at: Mapped[datetime]

    answered_by: Mapped[Person] = to_one("SelfAssessmentAnswer.answered_by_id", "Person")
