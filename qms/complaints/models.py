"""Tables of complaints, their answers and links, the public pages, and the rules of categories."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import (
    AccessClass,
    DistrictRecord,
    Model,
    Part,
    SortKey,
    link_to,
    one_of,
    to_many,
    to_one,
)
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import Searchable
from qms.evidence.models import Evidence
from qms.findings.models import Finding
from qms.people.models import Person
from qms.units.models import Service, Unit


class Channel(StrEnum):
    """How it came."""

    PUBLIC_PAGE = "public_page"
    DESK = "desk"
    LETTER = "letter"
    PHONE = "phone"
    LAPOR = "lapor"
    OTHER = "other"

    @property
    def label(self) -> Any:
        return CHANNEL_LABELS[self]


CHANNEL_LABELS = {
    Channel.PUBLIC_PAGE: _l("Public page"),
    Channel.DESK: _l("Service desk"),
    Channel.LETTER: _l("Letter"),
    Channel.PHONE: _l("Telephone or message"),
    Channel.LAPOR: _l("SP4N-LAPOR!"),
    Channel.OTHER: _l("Other channel"),
}


class ComplaintState(StrEnum):
    """Where a complaint is. What was answered lies in the answers."""

    RECEIVED = "received"
    HANDLING = "handling"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    FORWARDED = "forwarded"

    @property
    def label(self) -> Any:
        return STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in OPEN_STATES

    @property
    def waits_for_answer(self) -> bool:
        return self in UNANSWERED_STATES


STATE_LABELS = {
    ComplaintState.RECEIVED: _l("Received"),
    ComplaintState.HANDLING: _l("In handling"),
    ComplaintState.ANSWERED: _l("Answered"),
    ComplaintState.CLOSED: _l("Closed"),
    ComplaintState.WITHDRAWN: _l("Withdrawn"),
    ComplaintState.FORWARDED: _l("Passed on"),
}
UNANSWERED_STATES = frozenset({ComplaintState.RECEIVED, ComplaintState.HANDLING})
OPEN_STATES = UNANSWERED_STATES | {ComplaintState.ANSWERED}


class Satisfaction(StrEnum):
    """How content the complainant is with the answer, 1 to 4 as in PermenPANRB 14/2017."""

    NOT = "1"
    LITTLE = "2"
    CONTENT = "3"
    VERY = "4"

    @property
    def label(self) -> Any:
        return SATISFACTION_LABELS[self]


SATISFACTION_LABELS = {
    Satisfaction.NOT: _l("1 – Not satisfied"),
    Satisfaction.LITTLE: _l("2 – Less satisfied"),
    Satisfaction.CONTENT: _l("3 – Satisfied"),
    Satisfaction.VERY: _l("4 – Very satisfied"),
}


class Complaint(Searchable, DistrictRecord):
    """What somebody complained about, and how far it has come."""

    __tablename__ = "complaint"
    __rules__ = (
        link_to("unit_id", "unit"),
        link_to("service_id", "service"),
        link_to("assigned_to_id", "person"),
        link_to("recorded_by_id", "person"),
        UniqueConstraint("district_id", "number_key"),
        UniqueConstraint("receipt"),
        CheckConstraint(
            "(state IN ('closed', 'withdrawn', 'forwarded')) = (closed_on IS NOT NULL)",
            name="closed",
        ),
        CheckConstraint(
            "(state IN ('received', 'handling', 'answered')) = is_open", name="still_open"
        ),
        CheckConstraint("due_on >= counted_from", name="due"),
        CheckConstraint("counted_from >= received_on", name="counting"),
        CheckConstraint("closed_on IS NULL OR closed_on >= received_on", name="closing"),
        CheckConstraint("(satisfaction IS NULL) = (satisfaction_on IS NULL)", name="satisfied"),
        Index(None, "district_id", "received_on", "uid"),
        Index(None, "district_id", "unit_id", "received_on", "uid", "access"),
        Index(None, "district_id", "state", "received_on", "uid"),
        Index(None, "district_id", "unit_id", "state", "due_on", "uid", "access"),
        Index(None, "district_id", "is_open", "due_on", "uid"),
        Index(None, "district_id", "unit_id", "is_open", "due_on", "uid", "access"),
        Index(None, "district_id", "assigned_to_id", "is_open", "due_on"),
    )

    unit_id: Mapped[int]
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(SortKey())
    receipt: Mapped[str] = mapped_column(SortKey())
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    reference: Mapped[str | None]
    """The number that it has where it came from: of a letter, or in SP4N-LAPOR!."""
    received_on: Mapped[date]
    complainant: Mapped[str | None]
    """Their name; empty where they did not say it, or it was erased. Personal, as the next."""
    contact: Mapped[str | None]
    erased_on: Mapped[date | None]
    """When name and contact were taken out."""
    service_id: Mapped[int | None]
    place: Mapped[str | None]
    """Place or counter, in the complainant's words."""
    category: Mapped[str] = mapped_column(SortKey())
    """The key of a category (`categories`)."""
    is_integrity: Mapped[bool] = mapped_column(default=False)
    """Follows from the category; a column of its own, since rights hang on it."""
    statement: Mapped[str]
    state: Mapped[ComplaintState] = mapped_column(
        one_of(ComplaintState), default=ComplaintState.RECEIVED
    )
    is_open: Mapped[bool] = mapped_column(default=True)
    """Follows from the state; a column of its own so that an index can serve it."""
    counted_from: Mapped[date]
    """After this day the time for the answer is counted: received, or opened again."""
    due_on: Mapped[date]
    """Until when it must be answered."""
    answered_on: Mapped[date | None]
    """The day of the answer that stands now; empty again when the complaint is reopened."""
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None]
    """Why it was withdrawn, or to whom it was passed on and why."""
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass), default=AccessClass.ORDINARY)
    assigned_to_id: Mapped[int | None]
    recorded_by_id: Mapped[int | None]
    """None: it came over the public page."""
    satisfaction: Mapped[Satisfaction | None] = mapped_column(one_of(Satisfaction))
    satisfaction_on: Mapped[date | None]

    unit: Mapped[Unit] = to_one("Complaint.unit_id", "Unit")
    service: Mapped[Service | None] = to_one("Complaint.service_id", "Service")
    assigned_to: Mapped[Person | None] = to_one("Complaint.assigned_to_id", "Person")
    recorded_by: Mapped[Person | None] = to_one("Complaint.recorded_by_id", "Person")
    answers: Mapped[list["ComplaintAnswer"]] = to_many(
        "ComplaintAnswer", "complaint_id", "Complaint", order_by="ComplaintAnswer.number"
    )
    evidence: Mapped[list["ComplaintEvidence"]] = to_many(
        "ComplaintEvidence", "complaint_id", "Complaint"
    )
    findings: Mapped[list["ComplaintFinding"]] = to_many(
        "ComplaintFinding", "complaint_id", "Complaint"
    )

    def searched_words(self) -> list[str | None]:
        """Never the complainant: who may find a complaint need not know who wrote it."""
        return [self.number, self.reference, self.place, self.statement]

    @property
    def answer(self) -> "ComplaintAnswer | None":
        """The answer that stands now; none while it is being handled anew."""
        return self.answers[-1] if self.answers and self.answered_on else None

    def is_overdue(self, today: date) -> bool:
        return self.state.waits_for_answer and self.due_on < today


class ComplaintAnswer(Part):
    """What the unit answered. A complaint that was reopened has several."""

    __tablename__ = "complaint_answer"
    __part_of__ = ("Complaint", "complaint_id")
    __rules__ = (link_to("complaint_id", "complaint"), link_to("person_id", "person"))

    complaint_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    on: Mapped[date] = mapped_column("on_day")
    due_on: Mapped[date]
    """When it was due: whether it came in time stays known after a reopening."""
    person_id: Mapped[int]

    person: Mapped[Person] = to_one("ComplaintAnswer.person_id", "Person")


class ComplaintEvidence(Part):
    """Evidence of a complaint: a letter that was scanned, photos, what was done."""

    __tablename__ = "complaint_evidence"
    __part_of__ = ("Complaint", "complaint_id")
    __rules__ = (
        link_to("complaint_id", "complaint"),
        link_to("evidence_id", "evidence"),
        Index(None, "district_id", "evidence_id"),
    )

    complaint_id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(primary_key=True)

    evidence: Mapped[Evidence] = to_one("ComplaintEvidence.evidence_id", "Evidence")


class ComplaintFinding(Part):
    """A finding that a complaint led to. Several complaints may lead to the same one."""

    __tablename__ = "complaint_finding"
    __part_of__ = ("Complaint", "complaint_id")
    __rules__ = (
        link_to("complaint_id", "complaint"),
        link_to("finding_id", "finding"),
        Index(None, "district_id", "finding_id"),
    )

    complaint_id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(primary_key=True)

    finding: Mapped[Finding] = to_one("ComplaintFinding.finding_id", "Finding")


class CategoryRule(DistrictRecord):
    """What a category is called, and within how many working days it is answered, from a day on.

    Without a row the shipped default holds (`complaints.categories`).
    """

    __tablename__ = "complaint_category"
    __rules__ = (
        UniqueConstraint("district_id", "key", "from_on"),
        CheckConstraint("days > 0", name="days"),
    )

    key: Mapped[str] = mapped_column(SortKey())
    from_on: Mapped[date]
    name: Mapped[str]
    days: Mapped[int]
    is_integrity: Mapped[bool] = mapped_column(default=False)
    is_used: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str]


class ComplaintPage(DistrictRecord):
    """The public page of a unit: whether complaints come in there."""

    __tablename__ = "complaint_page"
    __rules__ = (link_to("unit_id", "unit"), UniqueConstraint("district_id", "unit_id"))

    unit_id: Mapped[int]
    is_open: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = to_one("ComplaintPage.unit_id", "Unit")


class ComplaintCount(Model):
    """How many complaints came within an hour from one place, or for one unit. Not journalled; the
    place is kept as a keyed hash only, and forgotten after two hours."""

    __tablename__ = "complaint_count"
    __table_args__ = (Index("ix_complaint_count_hour", "hour"),)

    counted: Mapped[str] = mapped_column(String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    number: Mapped[int]
