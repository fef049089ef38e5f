"""Tables of findings, the rounds of their response, and the rule of each grade."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.actions.models import Action
from qms.core import clock
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
from qms.deadlines.models import Counting
from qms.documents.models import Document
from qms.evidence.models import Evidence
from qms.people.models import Person
from qms.standards.models import Clause
from qms.units.models import Unit

NO_GRADE = "Kategori / grade"
"""Under this an imported finding keeps, among its other columns, the grade that it got because the
file said none; earlier ones with a sentence before it."""


class Grade(StrEnum):
    """The gravest first."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"
    OPPORTUNITY = "opportunity"
    STRENGTH = "strength"

    @property
    def label(self) -> Any:
        return GRADE_LABELS[self]

    @property
    def tone(self) -> str:
        return GRADE_TONES[self]

    @property
    def and_graver(self) -> tuple["Grade", ...]:
        """This grade and all that are graver."""
        grades = tuple(Grade)
        return grades[: grades.index(self) + 1]


GRADE_LABELS = {
    Grade.MAJOR: _l("Major nonconformity"),
    Grade.MINOR: _l("Minor nonconformity"),
    Grade.OBSERVATION: _l("Observation"),
    Grade.OPPORTUNITY: _l("Opportunity for improvement"),
    Grade.STRENGTH: _l("Strength"),
}
GRADE_TONES = {
    Grade.MAJOR: "bad",
    Grade.MINOR: "warn",
    Grade.OBSERVATION: "info",
    Grade.OPPORTUNITY: "neutral",
    Grade.STRENGTH: "good",
}


class Source(StrEnum):
    INTERNAL_AUDIT = "internal_audit"
    EXTERNAL_AUDIT = "external_audit"
    COMPLAINT = "complaint"
    REVIEW = "management_review"
    PROCESS = "process"
    OUTPUT = "nonconforming_output"
    RISK = "risk"
    INCIDENT = "incident"
    OTHER = "other"

    @property
    def label(self) -> Any:
        return SOURCE_LABELS[self]


SOURCE_LABELS = {
    Source.INTERNAL_AUDIT: _l("Internal audit"),
    Source.EXTERNAL_AUDIT: _l("External audit"),
    Source.COMPLAINT: _l("Complaint"),
    Source.REVIEW: _l("Management review"),
    Source.PROCESS: _l("Process or own check"),
    Source.OUTPUT: _l("Nonconforming output"),
    Source.RISK: _l("Risk"),
    Source.INCIDENT: _l("Incident"),
    Source.OTHER: _l("Other"),
}


class FindingState(StrEnum):
    """The coarse state, for lists. What was done lies in the rounds.

    raised: waits for the unit's answer. disputed: the unit does not accept it, and somebody else
    decides. submitted: the answer's plan waits for approval. answered: actions are under way or
    wait for their verification. verified: every action is verified, effectiveness is to be proven.
    """

    RAISED = "raised"
    DISPUTED = "disputed"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    VERIFIED = "verified"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        return STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in OPEN_STATES


STATE_LABELS = {
    FindingState.RAISED: _l("Raised"),
    FindingState.DISPUTED: _l("Disputed"),
    FindingState.SUBMITTED: _l("Plan to be approved"),
    FindingState.ANSWERED: _l("In progress"),
    FindingState.VERIFIED: _l("Verified"),
    FindingState.CLOSED: _l("Closed"),
    FindingState.CANCELLED: _l("Cancelled"),
}
OPEN_STATES = frozenset(FindingState) - {FindingState.CLOSED, FindingState.CANCELLED}
FILED_STATES = (
    FindingState.RAISED,
    FindingState.ANSWERED,
    FindingState.VERIFIED,
    FindingState.CLOSED,
    FindingState.CANCELLED,
)
"""What a file can say of a finding from before this system; disputes and plans are decided here."""
UNANSWERED_STATES = (FindingState.RAISED, FindingState.DISPUTED)
"""In which the unit's answer is still to come; a dispute does not stop its day."""


class Finding(Searchable, DistrictRecord):
    """What was found: requirement, evidence, deviation. It says what is wrong, never the cure."""

    __tablename__ = "finding"
    __rules__ = (
        link_to("unit_id", "unit"),
        link_to("raised_by_id", "person"),
        link_to("lead_auditor_id", "person"),
        UniqueConstraint("district_id", "number_key"),
        UniqueConstraint("district_id", "unit_id", "external_number"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed"),
        CheckConstraint("due_on IS NULL OR due_on >= found_on", name="due"),
        CheckConstraint("closed_on IS NULL OR closed_on >= found_on", name="closing"),
        CheckConstraint("(raised_about IS NULL) = (raised_about_uid IS NULL)", name="about"),
        Index(None, "district_id", "raised_about_uid"),
        Index(None, "district_id", "found_on", "uid"),
        Index(None, "district_id", "unit_id", "found_on", "uid", "access"),
        Index(None, "district_id", "state", "found_on", "uid"),
        Index(None, "district_id", "unit_id", "state", "found_on", "uid", "access", "grade"),
        Index(None, "district_id", "grade", "found_on", "uid"),
        Index(None, "district_id", "unit_id", "grade", "found_on", "uid", "access", "state"),
        Index(None, "district_id", "source", "found_on", "uid"),
        Index(None, "district_id", "unit_id", "source", "found_on", "uid", "access"),
        Index(None, "district_id", "is_open", "due_on", "uid"),
        Index(None, "district_id", "unit_id", "is_open", "due_on", "uid", "access"),
        Index(None, "district_id", "unit_id", "number_key", "access"),
        Index(None, "district_id", "state", "effect_due_on", "uid"),
    )

    unit_id: Mapped[int]
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(SortKey())
    external_number: Mapped[str | None] = mapped_column(SortKey())
    source: Mapped[Source] = mapped_column(one_of(Source))
    source_note: Mapped[str | None]
    """Which audit, complaint or meeting."""
    found_on: Mapped[date]
    place: Mapped[str | None]
    """Place or process."""
    grade: Mapped[Grade] = mapped_column(one_of(Grade))
    requirement: Mapped[str | None]
    """What was asked, in the users' own words. Empty only for imported findings, as the next."""
    seen: Mapped[str | None]
    """The objective evidence."""
    deviation: Mapped[str]
    """What deviates (for a strength: what is good)."""
    state: Mapped[FindingState] = mapped_column(one_of(FindingState), default=FindingState.RAISED)
    is_open: Mapped[bool] = mapped_column(default=True)
    """Follows from the state; a column of its own so that an index can serve it."""
    due_on: Mapped[date | None]
    reply_due_on: Mapped[date | None]
    body_plan_due_on: Mapped[date | None]
    body_due_on: Mapped[date | None]
    """Until when a certification body wants the plan, and the closing. What is due here is never
    later than that."""
    first_due_on: Mapped[date | None]
    """The closing date before the check of the effect moved it; None: it never did."""
    effect_due_on: Mapped[date | None]
    """When it is to be seen whether the actions of the present round helped: set when they are
    verified, and kept when it is closed."""
    closed_on: Mapped[date | None]
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass), default=AccessClass.ORDINARY)
    raised_by_id: Mapped[int | None]
    lead_auditor_id: Mapped[int | None]
    """To whom a dispute went: who led the audit from which the finding came. None: there was no
    dispute, or no audit."""
    round: Mapped[int] = mapped_column(default=1)
    """The number of the present round of response."""
    answered_by_ids: Mapped[list[int] | None] = mapped_column(JSON)
    """Everybody who ever wrote a part of an answer, also one that somebody else wrote anew."""
    is_imported: Mapped[bool] = mapped_column(default=False)
    imported_extra: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    raised_about: Mapped[str | None] = mapped_column(SortKey())
    """The kind of the record from whose page it was raised (its table), and the record's uid. Both
    pages lead to the other, each only for who sees both."""
    raised_about_uid: Mapped[UUID | None]

    unit: Mapped[Unit] = to_one("Finding.unit_id", "Unit")
    raised_by: Mapped[Person | None] = to_one("Finding.raised_by_id", "Person")
    lead_auditor: Mapped[Person | None] = to_one("Finding.lead_auditor_id", "Person")
    clauses: Mapped[list["FindingClause"]] = to_many(
        "FindingClause", "finding_id", "Finding", cascade="all, delete-orphan"
    )
    actions: Mapped[list["FindingAction"]] = to_many(
        "FindingAction", "finding_id", "Finding", cascade="all, delete-orphan"
    )
    evidence: Mapped[list["FindingEvidence"]] = to_many(
        "FindingEvidence", "finding_id", "Finding", cascade="all, delete-orphan"
    )
    documents: Mapped[list["FindingDocument"]] = to_many("FindingDocument", "finding_id", "Finding")
    steps: Mapped[list["FindingStep"]] = to_many(
        "FindingStep",
        "finding_id",
        "Finding",
        order_by="FindingStep.round, FindingStep.recorded_at, FindingStep.kind",
    )
    causes: Mapped[list["FindingCause"]] = to_many(
        "FindingCause",
        "finding_id",
        "Finding",
        order_by="FindingCause.round, FindingCause.number",
        cascade="all, delete-orphan",
    )
    grade_changes: Mapped[list["GradeChange"]] = to_many(
        "GradeChange", "finding_id", "Finding", order_by="GradeChange.at"
    )

    def searched_words(self) -> list[str | None]:
        return [
            self.number,
            self.external_number,
            self.place,
            self.requirement,
            self.seen,
            self.deviation,
        ]

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today

    def waits_for_effect(self, today: date) -> bool:
        """Whether the day on which the effect is to be looked at is still to come."""
        return self.effect_due_on is not None and today < self.effect_due_on

    def step(self, kind: "StepKind", round: int | None = None) -> "FindingStep | None":
        """A step of a round (default: the present one), if it was taken."""
        wanted = round or self.round
        for step in self.steps:
            if step.round == wanted and step.kind is kind:
                return step
        return None

    @property
    def correction(self) -> str | None:
        """The immediate correction of the present round."""
        step = self.step(StepKind.CORRECTION)
        return step.text if step else None

    @property
    def cause(self) -> str | None:
        """The cause, as the present round names it."""
        step = self.step(StepKind.CAUSE)
        return step.text if step else None

    @property
    def criterion(self) -> str | None:
        """How it will be seen that the actions of the present round worked."""
        step = self.step(StepKind.CRITERION)
        return step.text if step else None

    def causes_of(self, round: int | None = None) -> list["FindingCause"]:
        """The tree of causes of a round (default: the present one), in its order."""
        wanted = round or self.round
        return [one for one in self.causes if one.round == wanted]

    def actions_of(self, round: int | None = None) -> list[Action]:
        """The actions of a round (default: the present one), by due date."""
        wanted = round or self.round
        found = [link.action for link in self.actions if link.round == wanted]
        return sorted(found, key=lambda action: (action.due_on, action.number))

    @property
    def missing(self) -> list[Any]:
        """The labels of what an imported finding's record did not say."""
        if not self.is_imported:
            return []
        asked = (
            (self.source is not Source.OTHER or self.source_note, _l("Source")),
            (self.requirement, _l("Requirement")),
            (self.seen, _l("Evidence seen")),
            (self.place, _l("Place or process")),
            (self.clauses, _l("Clauses")),
            (self.due_on or not self.is_open, _l("Due date")),
            (NO_GRADE not in (self.imported_extra or {}) or self.grade_changes, _l("Grade")),
        )
        return [label for value, label in asked if not value]


class FindingClause(Part):
    """A clause that a finding cites."""

    __tablename__ = "finding_clause"
    __part_of__ = ("Finding", "finding_id")
    __rules__ = (
        link_to("finding_id", "finding"),
        Index(None, "district_id", "clause_id", "finding_id"),
    )

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)

    clause: Mapped[Clause] = to_one("FindingClause.clause_id", "Clause")


class FindingAction(Part):
    """An action of a round of a finding. One action may serve several findings."""

    __tablename__ = "finding_action"
    __part_of__ = ("Finding", "finding_id")
    __rules__ = (
        link_to("finding_id", "finding"),
        link_to("action_id", "action"),
        Index(None, "district_id", "action_id"),
    )

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int]

    action: Mapped[Action] = to_one("FindingAction.action_id", "Action")
    finding: Mapped[Finding] = to_one("FindingAction.finding_id", "Finding", overlaps="actions")


class FindingEvidence(Part):
    """Evidence of a finding: what was seen, photos, files."""

    __tablename__ = "finding_evidence"
    __part_of__ = ("Finding", "finding_id")
    __rules__ = (
        link_to("finding_id", "finding"),
        link_to("evidence_id", "evidence"),
        Index(None, "district_id", "evidence_id"),
    )

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(primary_key=True)

    evidence: Mapped[Evidence] = to_one("FindingEvidence.evidence_id", "Evidence")


class StepKind(StrEnum):
    """The steps of a round. Which of them a grade needs is data: `GradeRule.steps`; `IN_RULES`
    says which can be chosen there. The others follow: a dispute is ruled on, and where the effect
    is to be proven, its criterion is written with the plan."""

    ACCEPTANCE = "acceptance"
    RULING = "ruling"
    CORRECTION = "correction"
    CAUSE = "cause"
    PLAN = "plan"
    CRITERION = "criterion"
    APPROVAL = "approval"
    ACTIONS = "actions"
    VERIFICATION = "verification"
    EFFECTIVENESS = "effectiveness"

    @property
    def label(self) -> Any:
        return STEP_LABELS[self]


STEP_LABELS = {
    StepKind.ACCEPTANCE: _l("Accepted or disputed by the unit"),
    StepKind.RULING: _l("Decision on the dispute"),
    StepKind.CORRECTION: _l("Immediate correction"),
    StepKind.CAUSE: _l("Cause"),
    StepKind.PLAN: _l("Corrective actions planned"),
    StepKind.CRITERION: _l("How we will see that it worked"),
    StepKind.APPROVAL: _l("Approval of the plan"),
    StepKind.ACTIONS: _l("Corrective actions done"),
    StepKind.VERIFICATION: _l("Verification"),
    StepKind.EFFECTIVENESS: _l("Effectiveness"),
}
IN_RULES = tuple(one for one in StepKind if one not in (StepKind.RULING, StepKind.CRITERION))


class StepResult(StrEnum):
    """How a step came out. recorded: text was given. Checks are accepted or rejected."""

    RECORDED = "recorded"
    ACCEPTED = "accepted"
    REJECTED = "rejected"

    @property
    def label(self) -> Any:
        return RESULT_LABELS[self]


RESULT_LABELS = {
    StepResult.RECORDED: _l("Recorded"),
    StepResult.ACCEPTED: _l("Accepted"),
    StepResult.REJECTED: _l("Not accepted"),
}


class FindingDocument(Part):
    """A controlled document that must change before the finding is closed (`changes`)."""

    __tablename__ = "finding_document"
    __part_of__ = ("Finding", "finding_id")
    __rules__ = (
        link_to("finding_id", "finding"),
        link_to("document_id", "document"),
        link_to("asked_by_id", "person"),
        link_to("settled_by_id", "person"),
        CheckConstraint(
            "(settled_on IS NULL) = (settled_reason IS NULL)"
            " AND (settled_on IS NULL) = (settled_by_id IS NULL)",
            name="settled",
        ),
        Index(None, "district_id", "document_id"),
    )

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    asked_on: Mapped[date]
    asked_by_id: Mapped[int]
    settled_on: Mapped[date | None]
    """When somebody said that no change was needed."""
    settled_by_id: Mapped[int | None]
    settled_reason: Mapped[str | None]

    document: Mapped[Document] = to_one("FindingDocument.document_id", "Document")
    settled_by: Mapped[Person | None] = to_one("FindingDocument.settled_by_id", "Person")


class Extent(StrEnum):
    """Whether it happened elsewhere, too."""

    HERE = "here"
    ELSEWHERE = "elsewhere"

    @property
    def label(self) -> Any:
        return EXTENT_LABELS[self]


EXTENT_LABELS = {
    Extent.HERE: _l("Only here"),
    Extent.ELSEWHERE: _l("Elsewhere, too"),
}


class FindingStep(Part):
    """One step of one round: what was said, by whom, on which day, with which result."""

    __tablename__ = "finding_step"
    __part_of__ = ("Finding", "finding_id")
    __rules__ = (link_to("finding_id", "finding"), link_to("person_id", "person"))

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind), primary_key=True)
    text: Mapped[str | None]
    result: Mapped[StepResult] = mapped_column(one_of(StepResult))
    person_id: Mapped[int | None]
    """None only for what was imported."""
    on: Mapped[date | None] = mapped_column("on_day")
    extent: Mapped[Extent | None] = mapped_column(one_of(Extent))
    """Of the step of the cause only, as the next: whether it happened elsewhere, and where one
    looked."""
    extent_text: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person | None] = to_one("FindingStep.person_id", "Person")


class CheckResult(StrEnum):
    """What another unit answers."""

    NOT_HERE = "not_here"
    FOUND_HERE = "found_here"

    @property
    def label(self) -> Any:
        return CHECK_LABELS[self]


CHECK_LABELS = {
    CheckResult.NOT_HERE: _l("Not here"),
    CheckResult.FOUND_HERE: _l("Found here too"),
}


class UnitCheck(DistrictRecord):
    """A question to another unit whether it is so there, too, and its answer.

    It belongs to the unit that is asked, whose people see its own words and nothing of the finding.
    """

    __tablename__ = "unit_check"
    __rules__ = (
        link_to("finding_id", "finding"),
        link_to("unit_id", "unit"),
        link_to("asked_by_id", "person"),
        link_to("answered_by_id", "person"),
        CheckConstraint("due_on >= asked_on", name="due"),
        CheckConstraint(
            "(answered_on IS NULL) = (result IS NULL)"
            " AND (answered_on IS NULL) = (answered_by_id IS NULL)",
            name="answered",
        ),
        CheckConstraint("withdrawn_on IS NULL OR answered_on IS NULL", name="withdrawn"),
        Index(None, "district_id", "finding_id"),
        Index(None, "district_id", "unit_id", "answered_on", "due_on"),
    )

    finding_id: Mapped[int]
    unit_id: Mapped[int]
    question: Mapped[str]
    due_on: Mapped[date]
    asked_on: Mapped[date]
    asked_by_id: Mapped[int]
    result: Mapped[CheckResult | None] = mapped_column(one_of(CheckResult))
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by_id: Mapped[int | None]
    withdrawn_on: Mapped[date | None]

    asked_by: Mapped[Person] = to_one("UnitCheck.asked_by_id", "Person")
    answered_by: Mapped[Person | None] = to_one("UnitCheck.answered_by_id", "Person")
    finding: Mapped[Finding] = to_one("UnitCheck.finding_id", "Finding")

    @property
    def waits(self) -> bool:
        return self.answered_on is None and self.withdrawn_on is None


class Branch(StrEnum):
    """The bones of a fishbone."""

    PERSONS = "persons"
    METHOD = "method"
    EQUIPMENT = "equipment"
    MATERIAL = "material"
    MEASUREMENT = "measurement"
    ENVIRONMENT = "environment"

    @property
    def label(self) -> Any:
        return BRANCH_LABELS[self]


BRANCH_LABELS = {
    Branch.PERSONS: _l("Persons"),
    Branch.METHOD: _l("Method"),
    Branch.EQUIPMENT: _l("Equipment"),
    Branch.MATERIAL: _l("Material"),
    Branch.MEASUREMENT: _l("Measurement"),
    Branch.ENVIRONMENT: _l("Environment"),
}


class FindingCause(Part):
    """A cause in the tree of a round. `parent` is the cause that it explains (None: it explains the
    deviation); a cause comes after what it explains, so that there are no loops."""

    __tablename__ = "finding_cause"
    __part_of__ = ("Finding", "finding_id")
    __rules__ = (
        link_to("finding_id", "finding"),
        CheckConstraint("parent IS NULL OR parent < number", name="no_loop"),
        CheckConstraint("parent IS NULL OR branch IS NULL", name="first_level"),
    )

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1, in the order in which they are written."""
    parent: Mapped[int | None]
    branch: Mapped[Branch | None] = mapped_column(one_of(Branch))
    text: Mapped[str]


class GradeChange(Part):
    """A change of grade, kept for ever."""

    __tablename__ = "grade_change"
    __part_of__ = ("Finding", "finding_id")
    __rules__ = (link_to("finding_id", "finding"), link_to("person_id", "person"))

    finding_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    before: Mapped[Grade] = mapped_column(one_of(Grade, "grade_before"))
    after: Mapped[Grade] = mapped_column(one_of(Grade, "grade_after"))
    reason: Mapped[str]
    person_id: Mapped[int]

    person: Mapped[Person] = to_one("GradeChange.person_id", "Person")


class GradeRule(DistrictRecord):
    """What a grade asks for, from a day on: steps, and days to answer and to close.

    Without a row the shipped default holds (`findings.rules`).
    """

    __tablename__ = "grade_rule"
    __rules__ = (UniqueConstraint("district_id", "grade", "from_on"),)

    grade: Mapped[Grade] = mapped_column(one_of(Grade))
    from_on: Mapped[date]
    steps: Mapped[list[str]] = mapped_column(JSON)
    reply_days: Mapped[int | None]
    due_days: Mapped[int | None]
    effect_days: Mapped[int | None]
    """After the last action was verified; None: the effect may be judged at once."""
    counting: Mapped[Counting] = mapped_column(one_of(Counting), default=Counting.CALENDAR)
    by_source: Mapped[dict[str, list[int | None]] | None] = mapped_column(JSON)
    """Days to answer and to close where a finding comes from some sources."""
    source: Mapped[str]
