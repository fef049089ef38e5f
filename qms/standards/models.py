"""Tables of standards: the shipped catalogue, a district's own words over it, units' scopes.

The shipped part (`StandardEdition`, `Clause`) is loaded from the package by `qms upgrade`, is
never edited and never loses a row; it is told to the installation's journal by its digest. What a
district adds or changes lies in overlay records that an update leaves alone.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import DistrictRecord, Model, Part, SortKey, link_to, to_many, to_one
from qms.units.models import Service, Unit


class StandardEdition(Model):
    """An edition of a standard, such as ISO 9001:2015. Facts about it: `catalogue.edition`."""

    __tablename__ = "standard_edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(SortKey(), unique=True)
    code: Mapped[str] = mapped_column(SortKey())
    title_en: Mapped[str]
    title_id: Mapped[str]
    for_new_work: Mapped[bool]
    """False for editions that serve certificates and history only."""


class Clause(Model):
    """A clause of an edition. `sort` orders 4.2 before 4.10."""

    __tablename__ = "clause"
    __table_args__ = (Index("ix_clause_edition", "edition_id", "sort", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"))
    key: Mapped[str] = mapped_column(SortKey(), unique=True)
    number: Mapped[str] = mapped_column(SortKey())
    sort: Mapped[str] = mapped_column(SortKey())
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    level: Mapped[int]
    title_en: Mapped[str]
    title_id: Mapped[str]
    is_auditable: Mapped[bool]
    is_citable: Mapped[bool]
    documented_information: Mapped[str] = mapped_column(SortKey())

    edition: Mapped[StandardEdition] = to_one("Clause.edition_id", "StandardEdition")


class ClauseWords(DistrictRecord):
    """A district's own title and requirement text for a clause (ISO's text is never shipped)."""

    __tablename__ = "clause_words"
    __rules__ = (UniqueConstraint("district_id", "clause_id"),)

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"))
    title: Mapped[str | None]
    requirement: Mapped[str | None]


class OwnQuestion(DistrictRecord):
    """A district's own question for a clause, or its wording of a shipped one (`shipped_key`)."""

    __tablename__ = "own_question"
    __rules__ = (
        UniqueConstraint("district_id", "shipped_key"),
        Index(None, "district_id", "clause_id"),
    )

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"))
    shipped_key: Mapped[str | None] = mapped_column(SortKey())
    question: Mapped[str]
    evidence: Mapped[str | None]
    is_used: Mapped[bool] = mapped_column(default=True)


class OwnMandatory(DistrictRecord):
    """A district's word on a line of the mandatory documents: its own line, or a shipped one
    (`shipped_key`) reworded or declared not needed."""

    __tablename__ = "own_mandatory"
    __rules__ = (
        UniqueConstraint("district_id", "shipped_key"),
        Index(None, "district_id", "clause_id"),
    )

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"))
    shipped_key: Mapped[str | None] = mapped_column(SortKey())
    what: Mapped[str]
    is_needed: Mapped[bool] = mapped_column(default=True)


class UnitScope(DistrictRecord):
    """The scope of a unit's management system under an edition, from a day on (clause 4.3)."""

    __tablename__ = "unit_scope"
    __rules__ = (
        link_to("unit_id", "unit"),
        UniqueConstraint("district_id", "unit_id", "edition_id", "from_on"),
    )

    unit_id: Mapped[int]
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"))
    from_on: Mapped[date]
    statement: Mapped[str]

    unit: Mapped[Unit] = to_one("UnitScope.unit_id", "Unit")
    edition: Mapped[StandardEdition] = to_one("UnitScope.edition_id", "StandardEdition")
    services: Mapped[list["ScopeService"]] = to_many(
        "ScopeService", "scope_id", "UnitScope", cascade="all, delete-orphan"
    )
    exclusions: Mapped[list["ScopeExclusion"]] = to_many(
        "ScopeExclusion", "scope_id", "UnitScope", cascade="all, delete-orphan"
    )


class ScopeService(Part):
    """A service that a scope covers."""

    __tablename__ = "scope_service"
    __part_of__ = ("UnitScope", "scope_id")
    __rules__ = (link_to("scope_id", "unit_scope"), link_to("service_id", "service"))

    scope_id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)

    service: Mapped[Service] = to_one("ScopeService.service_id", "Service")


class ScopeExclusion(Part):
    """A clause that does not apply, and why (4.3)."""

    __tablename__ = "scope_exclusion"
    __part_of__ = ("UnitScope", "scope_id")
    __rules__ = (link_to("scope_id", "unit_scope"),)

    scope_id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)
    justification: Mapped[str]

    clause: Mapped[Clause] = to_one("ScopeExclusion.clause_id", "Clause")
