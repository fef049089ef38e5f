"""Checklist templates: lines of the district's own, to be put on the checklists of many audits."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.line_parts import AskedWhen
from qms.core.db import DistrictRecord, Part, link_to, one_of, to_many, to_one
from qms.units.models import Unit


class ChecklistTemplate(DistrictRecord):
    """A template for the audits of a unit and of those under it."""

    __tablename__ = "checklist_template"
    __rules__ = (
        link_to("unit_id", "unit"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn"),
        Index(None, "district_id", "unit_id", "name"),
    )

    unit_id: Mapped[int]
    name: Mapped[str]
    description: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]

    unit: Mapped[Unit] = to_one("ChecklistTemplate.unit_id", "Unit")
    lines: Mapped[list["ChecklistTemplateLine"]] = to_many(
        "ChecklistTemplateLine",
        "template_id",
        "ChecklistTemplate",
        order_by="ChecklistTemplateLine.position, ChecklistTemplateLine.number",
        cascade="all, delete-orphan",
    )
    clauses: Mapped[list["ChecklistTemplateClause"]] = to_many(
        "ChecklistTemplateClause",
        "template_id",
        "ChecklistTemplate",
        cascade="all, delete-orphan",
    )

    def clause_ids(self, number: int) -> list[int]:
        """The clauses that a line asks about."""
        return sorted(one.clause_id for one in self.clauses if one.number == number)

    def line(self, number: int) -> "ChecklistTemplateLine | None":
        return next((one for one in self.lines if one.number == number), None)


class ChecklistTemplateLine(Part):
    """A line. Its number is never given anew, so that a checklist knows what came from where."""

    __tablename__ = "checklist_template_line"
    __part_of__ = ("ChecklistTemplate", "template_id")
    __rules__ = (
        link_to("template_id", "checklist_template"),
        CheckConstraint("(after IS NULL) = (asked_when IS NULL)", name="condition"),
        CheckConstraint("after <> number", name="another"),
    )

    template_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    section: Mapped[str]
    question: Mapped[str]
    hint: Mapped[str | None]
    methods: Mapped[list[str]] = mapped_column(JSON)
    after: Mapped[int | None]
    """The number of the line on whose answer it depends whether this one is asked."""
    asked_when: Mapped[AskedWhen | None] = mapped_column(one_of(AskedWhen))


class ChecklistTemplateClause(Part):
    """A clause that a line of a template asks about; several standards may be among them."""

    __tablename__ = "checklist_template_clause"
    __part_of__ = ("ChecklistTemplate", "template_id")
    __rules__ = (
        ForeignKeyConstraint(
            ["district_id", "template_id", "number"],
            [
                "checklist_template_line.district_id",
                "checklist_template_line.template_id",
                "checklist_template_line.number",
            ],
        ),
    )

    template_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)
