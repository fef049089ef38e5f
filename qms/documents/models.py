"""Tables of controlled documents and their revisions."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
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
from qms.core.files import StoredFile
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import Searchable
from qms.evidence.models import Evidence
from qms.people.models import Person, Position
from qms.standards.models import Clause
from qms.units.models import Unit


class DocumentType(StrEnum):
    """Kinds of documented information in agencies, with the code used in numbers."""

    MANUAL = "PM"
    POLICY = "KB"
    OBJECTIVES = "SM"
    PROCEDURE = "SOP"
    INSTRUCTION = "IK"
    FORM = "FM"
    DECREE = "SK"
    REGISTER = "REG"
    PLAN = "RK"
    RECORD = "RKM"
    EXTERNAL = "EKS"
    OTHER = "DOK"

    @property
    def label(self) -> Any:
        return TYPE_LABELS[self]


TYPE_LABELS = {
    DocumentType.MANUAL: _l("Manual"),
    DocumentType.POLICY: _l("Policy"),
    DocumentType.OBJECTIVES: _l("Objectives"),
    DocumentType.PROCEDURE: _l("Procedure (SOP)"),
    DocumentType.INSTRUCTION: _l("Work instruction"),
    DocumentType.FORM: _l("Form"),
    DocumentType.DECREE: _l("Decree (SK)"),
    DocumentType.REGISTER: _l("Register or list"),
    DocumentType.PLAN: _l("Plan or programme"),
    DocumentType.RECORD: _l("Record"),
    DocumentType.EXTERNAL: _l("External document"),
    DocumentType.OTHER: _l("Other document"),
}


class Classification(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"

    @property
    def label(self) -> Any:
        return CLASSIFICATION_LABELS[self]


CLASSIFICATION_LABELS = {
    Classification.PUBLIC: _l("Public"),
    Classification.INTERNAL: _l("Internal"),
    Classification.CONFIDENTIAL: _l("Confidential"),
}


class Document(Searchable, DistrictRecord):
    """A controlled document. What it says lies in its revisions; exactly one is in force."""

    __tablename__ = "document"
    __rules__ = (
        link_to("unit_id", "unit"),
        link_to("owner_person_id", "person"),
        link_to("owner_position_id", "position"),
        UniqueConstraint("district_id", "number_key"),
        UniqueConstraint("district_id", "unit_id", "external_number"),
        CheckConstraint("owner_person_id IS NULL OR owner_position_id IS NULL", name="one_owner"),
        Index(None, "district_id", "unit_id", "number_key", "uid"),
        Index(None, "district_id", "type", "number_key", "uid"),
        Index(None, "district_id", "unit_id", "type", "number_key", "uid"),
    )

    unit_id: Mapped[int]
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(SortKey())
    external_number: Mapped[str | None] = mapped_column(SortKey())
    title: Mapped[str]
    type: Mapped[DocumentType] = mapped_column(one_of(DocumentType))
    classification: Mapped[Classification] = mapped_column(
        one_of(Classification), default=Classification.INTERNAL
    )
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass), default=AccessClass.ORDINARY)
    language: Mapped[str] = mapped_column(SortKey(), default="id")
    owner_person_id: Mapped[int | None]
    owner_position_id: Mapped[int | None]
    review_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]
    is_imported: Mapped[bool] = mapped_column(default=False)
    imported_extra: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Columns of the imported file that nobody knew, as text by heading."""

    unit: Mapped[Unit] = to_one("Document.unit_id", "Unit")
    owner_person: Mapped[Person | None] = to_one("Document.owner_person_id", "Person")
    owner_position: Mapped[Position | None] = to_one("Document.owner_position_id", "Position")
    revisions: Mapped[list["Revision"]] = to_many(
        "Revision", "document_id", "Document", order_by="Revision.number"
    )
    clauses: Mapped[list["DocumentClause"]] = to_many(
        "DocumentClause", "document_id", "Document", cascade="all, delete-orphan"
    )
    evidence: Mapped[list["DocumentEvidence"]] = to_many(
        "DocumentEvidence", "document_id", "Document", cascade="all, delete-orphan"
    )

    def searched_words(self) -> list[str | None]:
        return [self.number, self.external_number, self.title]

    @property
    def owner_name(self) -> str:
        if self.owner_person is not None:
            return self.owner_person.name
        return self.owner_position.title if self.owner_position is not None else ""

    @property
    def owner(self) -> str:
        """The owner as forms choose one: "person:<uid>", "position:<uid>" or nothing."""
        if self.owner_person is not None:
            return f"person:{self.owner_person.uid}"
        return f"position:{self.owner_position.uid}" if self.owner_position is not None else ""

    @property
    def clause_ids(self) -> list[int]:
        return sorted(link.clause_id for link in self.clauses)

    @property
    def missing(self) -> list[Any]:
        """The labels of what an imported document's record did not say and nobody filled in. Who
        approved it, and when, is asked only of what the file says is approved."""
        if not self.is_imported or self.withdrawn_on is not None:
            return []
        asked: list[tuple[Any, Any]] = [
            (self.type is not DocumentType.OTHER, _l("Type")),
            (self.owner_name, _l("Owner")),
            (self.clauses, _l("Clauses")),
            (self.review_on, _l("Next review")),
        ]
        if self.last.is_as_imported:
            asked += [
                (self.last.signature(SignatureRole.APPROVED), _l("Approved by")),
                (self.last.approved_on, _l("Approved on")),
            ]
        return [label for value, label in asked if not value]

    @property
    def last(self) -> "Revision":
        """The revision with the highest number."""
        return max(self.revisions, key=lambda revision: revision.number)

    @property
    def being_written(self) -> "Revision | None":
        """The revision in draft or review, if there is one; there is never more than one."""
        return next((one for one in self.revisions if one.is_being_written), None)

    @property
    def was_approved(self) -> bool:
        return any(one.state is RevisionState.APPROVED for one in self.revisions)

    def approved_before(self, revision: "Revision") -> "Revision | None":
        """The approved revision that another one follows."""
        before = [
            one
            for one in self.revisions
            if one.state is RevisionState.APPROVED and one.number < revision.number
        ]
        return max(before, key=lambda one: one.number, default=None)

    def in_force(self, day: date) -> "Revision | None":
        """The revision in force on a day."""
        return next((one for one in self.revisions if one.phase(day) is Phase.EFFECTIVE), None)

    def ahead(self, day: date) -> "Revision | None":
        """The last revision that is approved for a day to come."""
        waiting = [one for one in self.revisions if one.phase(day) is Phase.APPROVED]
        return max(waiting, key=lambda one: one.number, default=None)

    def phase(self, day: date) -> "Phase":
        """Where the document stands on a day: withdrawn, else what its best revision is."""
        if self.withdrawn_on is not None and day >= self.withdrawn_on:
            return Phase.WITHDRAWN
        phases = {one.phase(day) for one in self.revisions}
        order = (Phase.EFFECTIVE, Phase.APPROVED, Phase.IN_REVIEW, Phase.DRAFT, Phase.SUPERSEDED)
        return next((phase for phase in order if phase in phases), Phase.WITHDRAWN)


class RevisionState(StrEnum):
    """What was decided about a revision. Whether an approved one is in force follows from its
    days: see `Revision.phase`."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return STATE_LABELS[self]


STATE_LABELS = {
    RevisionState.DRAFT: _l("Draft"),
    RevisionState.IN_REVIEW: _l("In review"),
    RevisionState.APPROVED: _l("Approved"),
    RevisionState.WITHDRAWN: _l("Withdrawn from use"),
}


class Phase(StrEnum):
    """Where a revision stands on a day."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return PHASE_LABELS[self]


PHASE_LABELS = {
    Phase.DRAFT: _l("Draft"),
    Phase.IN_REVIEW: _l("In review"),
    Phase.APPROVED: _l("Approved, not yet in force"),
    Phase.EFFECTIVE: _l("In force"),
    Phase.SUPERSEDED: _l("Superseded"),
    Phase.WITHDRAWN: _l("Withdrawn from use"),
}


class Revision(DistrictRecord):
    """One revision of a document: 00, 01 ...

    In force from `effective_from` until `effective_until` (that day excluded); approving the next
    one sets the end, so the change happens at the district's midnight without anybody acting.
    """

    __tablename__ = "revision"
    __rules__ = (
        link_to("document_id", "document"),
        link_to("author_id", "person"),
        UniqueConstraint("district_id", "document_id", "number"),
        CheckConstraint("state <> 'approved' OR effective_from IS NOT NULL", name="effective"),
        CheckConstraint(
            "effective_until IS NULL OR effective_until >= effective_from", name="days"
        ),
        Index(
            "uq_revision_last_in_force",
            "district_id",
            "document_id",
            unique=True,
            sqlite_where=text("state = 'approved' AND effective_until IS NULL"),
            postgresql_where=text("state = 'approved' AND effective_until IS NULL"),
        ),
        Index(
            "uq_revision_being_written",
            "district_id",
            "document_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'in_review')"),
            postgresql_where=text("state IN ('draft', 'in_review')"),
        ),
        Index(None, "district_id", "state", "effective_from"),
    )

    document_id: Mapped[int]
    number: Mapped[int]
    """0 is printed as 00."""
    label: Mapped[str | None]
    """The number as an imported file has it ("2.1"), if it is not ours."""
    change_note: Mapped[str]
    state: Mapped[RevisionState] = mapped_column(one_of(RevisionState), default=RevisionState.DRAFT)
    author_id: Mapped[int | None]
    body: Mapped[str | None]
    """Markdown, for documents written here."""
    link: Mapped[str | None]
    """An address, for documents that live elsewhere."""
    approved_on: Mapped[date | None]
    effective_from: Mapped[date | None]
    effective_until: Mapped[date | None]

    document: Mapped[Document] = to_one("Revision.document_id", "Document", overlaps="revisions")
    author: Mapped[Person | None] = to_one("Revision.author_id", "Person")
    files: Mapped[list["RevisionFile"]] = to_many(
        "RevisionFile",
        "revision_id",
        "Revision",
        order_by="RevisionFile.role",
        cascade="all, delete-orphan",
    )
    signatures: Mapped[list["Signature"]] = to_many(
        "Signature",
        "revision_id",
        "Revision",
        order_by="Signature.role",
        cascade="all, delete-orphan",
    )

    @property
    def shown_number(self) -> str:
        return self.label or f"{self.number:02d}"

    def phase(self, day: date) -> Phase:
        """Where this revision stands on a day of its district."""
        if self.state is not RevisionState.APPROVED:
            return Phase(self.state.value)
        assert self.effective_from is not None
        if self.effective_until is not None and (
            day >= self.effective_until or self.effective_until == self.effective_from
        ):
            return Phase.SUPERSEDED
        return Phase.APPROVED if day < self.effective_from else Phase.EFFECTIVE

    @property
    def last_day(self) -> date | None:
        """The last day on which it is in force, for people to read: `effective_until` is the day
        after, on which the next one begins. None while it has no end, and for one that another
        took the place of before its first day."""
        if self.effective_until is None or self.effective_until == self.effective_from:
            return None
        return self.effective_until - timedelta(days=1)

    @property
    def is_being_written(self) -> bool:
        return self.state in (RevisionState.DRAFT, RevisionState.IN_REVIEW)

    @property
    def is_as_imported(self) -> bool:
        """Whether it was approved before this system: a file told of it, and who signed it then is
        not recorded here."""
        return self.document.is_imported and self.author_id is None and not self.is_being_written

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.link or self.files)

    @property
    def access(self) -> AccessClass:
        """The document's: its journal entries are no more open than the document is."""
        return self.document.access

    @property
    def prepared_by(self) -> str:
        """The uid of who is named to sign, as forms choose one; empty if nobody."""
        return self._uid_of(SignatureRole.PREPARED)

    @property
    def checked_by(self) -> str:
        return self._uid_of(SignatureRole.CHECKED)

    @property
    def approved_by(self) -> str:
        return self._uid_of(SignatureRole.APPROVED)

    def _uid_of(self, role: "SignatureRole") -> str:
        signature = self.signature(role)
        return str(signature.person.uid) if signature and signature.person else ""

    def file(self, role: "FileRole") -> "RevisionFile | None":
        return next((file for file in self.files if file.role is role), None)

    def signature(self, role: "SignatureRole") -> "Signature | None":
        return next((one for one in self.signatures if one.role is role), None)


class FileRole(StrEnum):
    SOURCE = "source"
    SIGNED = "signed"

    @property
    def label(self) -> Any:
        return FILE_ROLE_LABELS[self]


FILE_ROLE_LABELS = {
    FileRole.SOURCE: _l("Editable source"),
    FileRole.SIGNED: _l("Signed scan"),
}


class RevisionFile(Part):
    """The source or the signed scan of a revision."""

    __tablename__ = "revision_file"
    __part_of__ = ("Revision", "revision_id")
    __rules__ = (
        link_to("revision_id", "revision"),
        link_to("stored_file_id", "stored_file"),
    )

    revision_id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[FileRole] = mapped_column(one_of(FileRole), primary_key=True)
    stored_file_id: Mapped[int]
    name: Mapped[str]

    stored: Mapped[StoredFile] = to_one("RevisionFile.stored_file_id", "StoredFile")


class SignatureRole(StrEnum):
    """Sorts in the order of the paper: disusun, diperiksa, disahkan."""

    PREPARED = "1_prepared"
    CHECKED = "2_checked"
    APPROVED = "3_approved"

    @property
    def label(self) -> Any:
        return SIGNATURE_LABELS[self]


SIGNATURE_LABELS = {
    SignatureRole.PREPARED: _l("Prepared by"),
    SignatureRole.CHECKED: _l("Checked by"),
    SignatureRole.APPROVED: _l("Approved by"),
}


class Signature(Part):
    """Who prepared, checked or approved: named beforehand, signed with the position of that day.

    Name, position and NIP are a snapshot taken when it is signed.
    """

    __tablename__ = "signature"
    __part_of__ = ("Revision", "revision_id")
    __rules__ = (link_to("revision_id", "revision"), link_to("person_id", "person"))

    revision_id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[SignatureRole] = mapped_column(one_of(SignatureRole), primary_key=True)
    person_id: Mapped[int | None]
    name: Mapped[str | None]
    position: Mapped[str | None]
    nip: Mapped[str | None]
    signed_on: Mapped[date | None]
    signed_at: Mapped[datetime | None]

    person: Mapped[Person | None] = to_one("Signature.person_id", "Person")

    @property
    def shown_name(self) -> str:
        """The name that was signed with, else that of who is to sign."""
        return self.name or (self.person.name if self.person is not None else "")


class DocumentClause(Part):
    """A clause that a document serves."""

    __tablename__ = "document_clause"
    __part_of__ = ("Document", "document_id")
    __rules__ = (
        link_to("document_id", "document"),
        Index(None, "district_id", "clause_id", "document_id"),
    )

    document_id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)

    clause: Mapped[Clause] = to_one("DocumentClause.clause_id", "Clause")


class DocumentEvidence(Part):
    """Evidence that belongs to a document (its distribution list, its socialisation)."""

    __tablename__ = "document_evidence"
    __part_of__ = ("Document", "document_id")
    __rules__ = (
        link_to("document_id", "document"),
        link_to("evidence_id", "evidence"),
        Index(None, "district_id", "evidence_id"),
    )

    document_id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(primary_key=True)

    evidence: Mapped[Evidence] = to_one("DocumentEvidence.evidence_id", "Evidence")


class NumberPattern(DistrictRecord):
    """How a unit numbers its documents, for one type or (type None) for all others.

    Placeholders: {type} {unit} {seq} {seq3} {year} {month_roman}. Units without a pattern use the
    nearest one above them, at last "{type}-{unit}-{seq3}".
    """

    __tablename__ = "number_pattern"
    __rules__ = (
        link_to("unit_id", "unit"),
        UniqueConstraint("district_id", "unit_id", "type"),
    )

    unit_id: Mapped[int]
    type: Mapped[DocumentType | None] = mapped_column(one_of(DocumentType))
    pattern: Mapped[str]
