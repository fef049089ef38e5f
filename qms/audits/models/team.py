"""Who is on the team of an audit."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import Part, link_to, one_of, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person


class TeamRole(StrEnum):
    LEAD = "1_lead"
    AUDITOR = "2_auditor"
    OBSERVER = "3_observer"

    @property
    def label(self) -> Any:
        return TEAM_ROLE_LABELS[self]

    @property
    def judges(self) -> bool:
        """Whether they answer lines; observers only watch."""
        return self is not TeamRole.OBSERVER


TEAM_ROLE_LABELS = {
    TeamRole.LEAD: _l("Team leader"),
    TeamRole.AUDITOR: _l("Auditor"),
    TeamRole.OBSERVER: _l("Observer"),
}


class AuditMember(Part):
    """Somebody on the team; where what stood against them was overruled, why and by whom."""

    __tablename__ = "audit_member"
    __part_of__ = ("Audit", "audit_id")
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("person_id", "person"),
        link_to("overruled_by_id", "person"),
        CheckConstraint("(overrule_reason IS NULL) = (overruled_by_id IS NULL)", name="overruled"),
        CheckConstraint("overruled_by_id <> person_id", name="another"),
        Index(None, "district_id", "person_id", "audit_id"),
    )

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[TeamRole] = mapped_column(one_of(TeamRole))
    overrule_reason: Mapped[str | None]
    overruled_by_id: Mapped[int | None]
    overruled: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """What was overruled (`suitability.Suitability.against`); None: all that stood against them
    then, which earlier versions did not write down."""

    person: Mapped[Person] = to_one("AuditMember.person_id", "Person")
    overruled_by: Mapped[Person | None] = to_one("AuditMember.overruled_by_id", "Person")
