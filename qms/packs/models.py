"""The table of evidence packs that were made."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import DistrictRecord, Part, SortKey, link_to, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person
from qms.standards.models import StandardEdition
from qms.units.models import Unit


class Chapter(StrEnum):
    """A part of the report and the workbook that may be left out, in the order of the report."""

    SCOPE = "scope"
    AUDITS = "audits"
    CLAUSES = "clauses"
    GAPS = "gaps"
    DOCUMENTS = "documents"
    EVIDENCE = "evidence"
    FINDINGS = "findings"
    ACTIONS = "actions"

    @property
    def label(self) -> Any:
        return CHAPTER_LABELS[self]


CHAPTER_LABELS = {
    Chapter.SCOPE: _l("Scope and certificates"),
    Chapter.AUDITS: _l("Audits"),
    Chapter.CLAUSES: _l("Clause by clause"),
    Chapter.GAPS: _l("Known gaps"),
    Chapter.DOCUMENTS: _l("Register of documents"),
    Chapter.EVIDENCE: _l("Register of evidence"),
    Chapter.FINDINGS: _l("Register of findings"),
    Chapter.ACTIONS: _l("Register of actions"),
}


class Pack(DistrictRecord):
    """A pack somebody asked for. The ZIP lies under the instance folder; its hash is here."""

    __tablename__ = "pack"
    __rules__ = (
        link_to("asked_by_id", "person"),
        Index(None, "district_id", "asked_by_id", "uid"),
    )

    asked_by_id: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]
    as_of: Mapped[date]
    known_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(SortKey())
    includes_restricted: Mapped[bool] = mapped_column(default=False)
    """Whether the asker wanted in it the restricted records that they may see."""
    chapters: Mapped[list[str] | None] = mapped_column(JSON)
    """The chapters that the asker chose. None: all, as in packs from before they could choose."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    made_at: Mapped[datetime | None]

    asked_by: Mapped[Person] = to_one("Pack.asked_by_id", "Person")
    units: Mapped[list["PackUnit"]] = to_many(
        "PackUnit", "pack_id", "Pack", cascade="all, delete-orphan"
    )
    editions: Mapped[list["PackEdition"]] = to_many(
        "PackEdition", "pack_id", "Pack", cascade="all, delete-orphan"
    )

    @property
    def chosen_chapters(self) -> tuple[Chapter, ...]:
        """The chapters of report and workbook, in their order."""
        if self.chapters is None:
            return tuple(Chapter)
        return tuple(one for one in Chapter if one.value in self.chapters)


class PackUnit(Part):
    """A unit that a pack is about."""

    __tablename__ = "pack_unit"
    __part_of__ = ("Pack", "pack_id")
    __rules__ = (link_to("pack_id", "pack"), link_to("unit_id", "unit"))

    pack_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)

    unit: Mapped[Unit] = to_one("PackUnit.unit_id", "Unit")


class PackEdition(Part):
    """An edition that a pack is about."""

    __tablename__ = "pack_edition"
    __part_of__ = ("Pack", "pack_id")
    __rules__ = (link_to("pack_id", "pack"),)

    pack_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"), primary_key=True)

    edition: Mapped[StandardEdition] = to_one("PackEdition.edition_id", "StandardEdition")
