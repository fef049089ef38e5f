"""Tables of evidence: a named thing with versions of hashed files and the period it proves."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qms.core import clock
from qms.core.db import AccessClass, DistrictRecord, Part, link_to, one_of, to_many, to_one
from qms.core.files import StoredFile
from qms.core.search import Searchable
from qms.people.models import Person
from qms.standards.models import Clause
from qms.units.models import Unit


class Evidence(Searchable, DistrictRecord):
    """What proves something. Withdrawn rather than deleted, with a reason."""

    __tablename__ = "evidence"
    __rules__ = (
        link_to("unit_id", "unit"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name="withdrawal"),
        CheckConstraint("proves_until IS NULL OR proves_until >= proves_from", name="period"),
        Index(None, "district_id", "added_on", "uid"),
        Index(None, "district_id", "unit_id", "added_on", "uid"),
    )

    unit_id: Mapped[int]
    name: Mapped[str]
    description: Mapped[str | None]
    added_on: Mapped[date]
    proves_from: Mapped[date | None]
    """The period that it proves: from this day ..."""
    proves_until: Mapped[date | None]
    """... to this day, included."""
    valid_until: Mapped[date | None]
    """The last day on which it still counts (a calibration certificate, say)."""
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass), default=AccessClass.ORDINARY)
    is_confidential: Mapped[bool] = mapped_column(default=False)
    """Belongs to what only who looks after integrity reads, as a complaint about bribery."""
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]

    unit: Mapped[Unit] = to_one("Evidence.unit_id", "Unit")
    versions: Mapped[list["EvidenceVersion"]] = to_many(
        "EvidenceVersion", "evidence_id", "Evidence", order_by="EvidenceVersion.number"
    )
    clauses: Mapped[list["EvidenceClause"]] = to_many(
        "EvidenceClause", "evidence_id", "Evidence", cascade="all, delete-orphan"
    )

    def searched_words(self) -> list[str | None]:
        return [self.name, self.description]

    def counted_on(self, day: date) -> bool:
        """Whether it was still valid on a day that it is to prove. It stays proof of that day
        when it has expired since."""
        return self.valid_until is None or self.valid_until >= day


class EvidenceVersion(Part):
    """One state of the evidence; the highest number is the current one."""

    __tablename__ = "evidence_version"
    __part_of__ = ("Evidence", "evidence_id")
    __rules__ = (link_to("evidence_id", "evidence"), link_to("added_by_id", "person"))

    evidence_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str | None]
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by_id: Mapped[int | None]
    """None only for what was imported."""

    added_by: Mapped[Person | None] = to_one("EvidenceVersion.added_by_id", "Person")
    files: Mapped[list["EvidenceFile"]] = relationship(
        "EvidenceFile",
        primaryjoin="and_(EvidenceVersion.evidence_id == EvidenceFile.evidence_id,"
        " EvidenceVersion.number == EvidenceFile.number)",
        foreign_keys="[EvidenceFile.evidence_id, EvidenceFile.number]",
        order_by="EvidenceFile.position",
    )


class EvidenceFile(Part):
    """A file of a version, with the name that people gave it."""

    __tablename__ = "evidence_file"
    __part_of__ = ("Evidence", "evidence_id")
    __rules__ = (
        ForeignKeyConstraint(
            ["district_id", "evidence_id", "number"],
            [
                "evidence_version.district_id",
                "evidence_version.evidence_id",
                "evidence_version.number",
            ],
        ),
        link_to("stored_file_id", "stored_file"),
    )

    evidence_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    stored_file_id: Mapped[int]
    name: Mapped[str]

    stored: Mapped[StoredFile] = to_one("EvidenceFile.stored_file_id", "StoredFile")


class EvidenceClause(Part):
    """A clause that the evidence proves."""

    __tablename__ = "evidence_clause"
    __part_of__ = ("Evidence", "evidence_id")
    __rules__ = (
        link_to("evidence_id", "evidence"),
        Index(None, "district_id", "clause_id", "evidence_id"),
    )

    evidence_id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)

    clause: Mapped[Clause] = to_one("EvidenceClause.clause_id", "Clause")
