"""The audit programme: units with their risk, visits by month, and feeds of the audit calendar."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.audit import Audit
from qms.core.db import DistrictRecord, Part, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.units.models import Unit

MOST_YEARS = 3
"""A programme runs for at most one certification cycle."""


class ProgrammeState(StrEnum):
    """draft: being drawn up. approved: it runs; changes need a reason. ended: nothing changes."""

    DRAFT = "draft"
    APPROVED = "approved"
    ENDED = "ended"

    @property
    def label(self) -> Any:
        return PROGRAMME_LABELS[self]


PROGRAMME_LABELS = {
    ProgrammeState.DRAFT: _l("Being drawn up"),
    ProgrammeState.APPROVED: _l("Approved"),
    ProgrammeState.ENDED: _l("Ended"),
}


class Risk(StrEnum):
    """How much goes wrong if a unit's work goes wrong."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> Any:
        return RISK_LABELS[self]

    @property
    def tone(self) -> str:
        return RISK_TONES[self]


RISK_LABELS = {
    Risk.HIGH: _l("High risk"),
    Risk.MEDIUM: _l("Medium risk"),
    Risk.LOW: _l("Low risk"),
}
RISK_TONES = {Risk.HIGH: "bad", Risk.MEDIUM: "warn", Risk.LOW: "good"}


class AuditProgramme(DistrictRecord):
    """The internal audits of one to three years in a unit and those under it (ISO 19011, 5)."""

    __tablename__ = "audit_programme"
    __rules__ = (
        link_to("unit_id", "unit"),
        link_to("drawn_up_by_id", "person"),
        link_to("approved_by_id", "person"),
        CheckConstraint(
            f"until_year BETWEEN from_year AND from_year + {MOST_YEARS - 1}", name="years"
        ),
        CheckConstraint("(state = 'draft') = (approved_on IS NULL)", name="approved"),
        CheckConstraint("(approved_on IS NULL) = (approved_by_id IS NULL)", name="approver"),
        CheckConstraint("approved_by_id <> drawn_up_by_id", name="another"),
        Index(None, "district_id", "from_year", "uid"),
    )

    unit_id: Mapped[int]
    title: Mapped[str]
    from_year: Mapped[int]
    until_year: Mapped[int]
    objectives: Mapped[str | None]
    scope: Mapped[str | None]
    criteria: Mapped[str | None]
    """Against what is audited, beside the standards."""
    risks: Mapped[str | None]
    """What may keep the programme from reaching its objectives, and what is done about it."""
    resources: Mapped[str | None]
    methods: Mapped[str | None]
    state: Mapped[ProgrammeState] = mapped_column(
        one_of(ProgrammeState), default=ProgrammeState.DRAFT
    )
    drawn_up_by_id: Mapped[int]
    approved_by_id: Mapped[int | None]
    approved_on: Mapped[date | None]

    unit: Mapped[Unit] = to_one("AuditProgramme.unit_id", "Unit")
    drawn_up_by: Mapped[Person] = to_one("AuditProgramme.drawn_up_by_id", "Person")
    approved_by: Mapped[Person | None] = to_one("AuditProgramme.approved_by_id", "Person")
    editions: Mapped[list["ProgrammeEdition"]] = to_many(
        "ProgrammeEdition",
        "programme_id",
        "AuditProgramme",
        order_by="ProgrammeEdition.edition_id",
        cascade="all, delete-orphan",
    )
    units: Mapped[list["ProgrammeUnit"]] = to_many(
        "ProgrammeUnit",
        "programme_id",
        "AuditProgramme",
        order_by="ProgrammeUnit.unit_id",
        cascade="all, delete-orphan",
    )
    visits: Mapped[list["ProgrammeVisit"]] = to_many(
        "ProgrammeVisit",
        "programme_id",
        "AuditProgramme",
        order_by="ProgrammeVisit.unit_id, ProgrammeVisit.month",
        cascade="all, delete-orphan",
    )

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.title

    @property
    def edition_ids(self) -> list[int]:
        return [link.edition_id for link in self.editions]

    @property
    def years(self) -> range:
        return range(self.from_year, self.until_year + 1)

    @property
    def first_day(self) -> date:
        return date(self.from_year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.until_year, 12, 31)


class ProgrammeEdition(Part):
    """An edition that a programme's audits are to cover."""

    __tablename__ = "audit_programme_edition"
    __part_of__ = ("AuditProgramme", "programme_id")
    __rules__ = (link_to("programme_id", "audit_programme"),)

    programme_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"), primary_key=True)


class ProgrammeUnit(Part):
    """A unit that a programme audits, and its risk."""

    __tablename__ = "audit_programme_unit"
    __part_of__ = ("AuditProgramme", "programme_id")
    __rules__ = (
        link_to("programme_id", "audit_programme"),
        link_to("unit_id", "unit"),
        Index(None, "district_id", "unit_id", "programme_id"),
    )

    programme_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    risk: Mapped[Risk] = mapped_column(one_of(Risk), default=Risk.MEDIUM)


class ProgrammeVisit(Part):
    """A month in which a unit is to be audited, and the audit that was made of it."""

    __tablename__ = "audit_programme_visit"
    __part_of__ = ("AuditProgramme", "programme_id")
    __rules__ = (
        link_to("programme_id", "audit_programme"),
        link_to("unit_id", "unit"),
        link_to("audit_id", "audit"),
        Index(None, "district_id", "audit_id", unique=True),
        Index(None, "district_id", "unit_id", "month"),
    )

    programme_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    basis: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the rule saw when it proposed the visit (see `proposals`); none: put in by hand."""
    audit_id: Mapped[int | None]

    programme: Mapped[AuditProgramme] = to_one(
        "ProgrammeVisit.programme_id", "AuditProgramme", viewonly=True
    )
    audit: Mapped[Audit | None] = to_one("ProgrammeVisit.audit_id", "Audit")


class AuditCalendar(DistrictRecord):
    """Somebody's calendar feed. Its secret address is worked out from `key` and the installation's
    secret, so that neither database nor journal gives it away; another key is another address."""

    __tablename__ = "audit_calendar"
    __rules__ = (
        link_to("person_id", "person"),
        UniqueConstraint("district_id", "person_id"),
    )

    person_id: Mapped[int]
    key: Mapped[UUID] = mapped_column(default=new_uid)

    person: Mapped[Person] = to_one("AuditCalendar.person_id", "Person")
