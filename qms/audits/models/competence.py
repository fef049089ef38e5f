"""What an auditor is competent in: a training for a standard, for how long it holds."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import DistrictRecord, SortKey, link_to, to_one
from qms.people.models import Person


class AuditorCompetence(DistrictRecord):
    """A training or certificate by which somebody may audit against a standard (ISO 19011, 7)."""

    __tablename__ = "auditor_competence"
    __rules__ = (
        link_to("person_id", "person"),
        CheckConstraint("valid_until IS NULL OR valid_until >= achieved_on", name="days"),
        CheckConstraint("audits_observed >= 0", name="observed"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn"),
        Index(None, "district_id", "person_id", "standard"),
        Index(None, "district_id", "standard", "valid_until"),
    )

    person_id: Mapped[int]
    standard: Mapped[str] = mapped_column(SortKey())
    """The family of editions: iso9001, iso37001."""
    training: Mapped[str]
    provider: Mapped[str | None]
    scheme: Mapped[str | None]
    """By whose rules it was examined: a certification of persons, a national scheme."""
    number: Mapped[str | None]
    achieved_on: Mapped[date]
    valid_until: Mapped[date | None]
    """The last day on which it holds; None: without end."""
    may_lead: Mapped[bool] = mapped_column(default=False)
    """Whether it was a training for leaders of teams."""
    audits_observed: Mapped[int] = mapped_column(default=0)
    """Audits observed before, beside those that are recorded here."""
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]

    person: Mapped[Person] = to_one("AuditorCompetence.person_id", "Person")

    @property
    def name(self) -> str:
        """How the page of a stale save calls it."""
        return self.training

    def holds_until(self, day: date) -> bool:
        """Whether it still holds on a day."""
        return self.withdrawn_on is None and (self.valid_until is None or self.valid_until >= day)
