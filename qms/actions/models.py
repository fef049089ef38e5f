"""Tables of actions: what somebody will do by a day, and the evidence that it was done."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import AccessClass, DistrictRecord, Part, SortKey, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import Searchable
from qms.evidence.models import Evidence
from qms.people.models import Person, Position
from qms.units.models import Unit


class ActionKind(StrEnum):
    CORRECTION = "correction"
    CORRECTIVE = "corrective"
    PREVENTIVE = "preventive"
    IMPROVEMENT = "improvement"

    @property
    def label(self) -> Any:
        return KIND_LABELS[self]


KIND_LABELS = {
    ActionKind.CORRECTION: _l("Correction"),
    ActionKind.CORRECTIVE: _l("Corrective action"),
    ActionKind.PREVENTIVE: _l("Preventive action"),
    ActionKind.IMPROVEMENT: _l("Improvement"),
}


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        return STATE_LABELS[self]


STATE_LABELS = {
    ActionState.OPEN: _l("Open"),
    ActionState.DONE: _l("Done, to be verified"),
    ActionState.VERIFIED: _l("Verified"),
    ActionState.CANCELLED: _l("Cancelled"),
}


class Action(Searchable, DistrictRecord):
    """A task with an owner (a person, or whoever holds a position) and a due date."""

    __tablename__ = "action"
    __rules__ = (
        link_to("unit_id", "unit"),
        link_to("owner_person_id", "person"),
        link_to("owner_position_id", "position"),
        link_to("done_by_id", "person"),
        link_to("verified_by_id", "person"),
        UniqueConstraint("district_id", "number"),
        CheckConstraint("owner_person_id IS NULL OR owner_position_id IS NULL", name="one_owner"),
        CheckConstraint(
            "is_imported OR state NOT IN ('done', 'verified')"
            " OR (done_on IS NOT NULL AND done_by_id IS NOT NULL)",
            name="done",
        ),
        CheckConstraint(
            "is_imported OR state <> 'verified'"
            " OR (verified_on IS NOT NULL AND verified_by_id IS NOT NULL"
            " AND verified_by_id <> done_by_id)",
            name="verified",
        ),
        CheckConstraint("cost_planned IS NULL OR cost_planned >= 0", name="planned"),
        CheckConstraint("cost_spent IS NULL OR cost_spent >= 0", name="spent"),
        Index(None, "district_id", "state", "due_on", "uid"),
        Index(None, "district_id", "unit_id", "state", "due_on", "uid"),
        Index(None, "district_id", "unit_id", "due_on", "uid"),
        Index(None, "district_id", "due_on", "uid"),
        Index(None, "district_id", "owner_person_id", "state", "due_on"),
        Index(None, "district_id", "owner_position_id", "state", "due_on"),
    )

    unit_id: Mapped[int]
    number: Mapped[str] = mapped_column(SortKey())
    kind: Mapped[ActionKind] = mapped_column(one_of(ActionKind))
    what: Mapped[str]
    owner_person_id: Mapped[int | None]
    owner_position_id: Mapped[int | None]
    due_on: Mapped[date]
    """Imported actions without a date have 9999-12-31 and `due_missing`."""
    due_missing: Mapped[bool] = mapped_column(default=False)
    first_due_on: Mapped[date | None]
    """The due date before it ever moved; None: it never did."""
    state: Mapped[ActionState] = mapped_column(one_of(ActionState), default=ActionState.OPEN)
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass), default=AccessClass.ORDINARY)
    is_imported: Mapped[bool] = mapped_column(default=False)
    is_held: Mapped[bool] = mapped_column(default=False)
    """It belongs to a plan that nobody has approved yet, and cannot be done before."""
    done_on: Mapped[date | None]
    done_by_id: Mapped[int | None]
    done_by_ids: Mapped[list[int] | None] = mapped_column(JSON)
    """Everybody who ever said that it is done, also before it was sent back."""
    done_note: Mapped[str | None]
    verified_on: Mapped[date | None]
    verified_by_id: Mapped[int | None]
    verified_note: Mapped[str | None]
    cost_planned: Mapped[int | None]
    """In whole rupiah, as the next; None: nobody said."""
    cost_spent: Mapped[int | None]
    budget_code: Mapped[str | None]
    """The account of the budget (kode rekening) that it is paid from."""

    unit: Mapped[Unit] = to_one("Action.unit_id", "Unit")
    owner_person: Mapped[Person | None] = to_one("Action.owner_person_id", "Person")
    owner_position: Mapped[Position | None] = to_one("Action.owner_position_id", "Position")
    done_by: Mapped[Person | None] = to_one("Action.done_by_id", "Person")
    verified_by: Mapped[Person | None] = to_one("Action.verified_by_id", "Person")
    evidence: Mapped[list["ActionEvidence"]] = to_many(
        "ActionEvidence", "action_id", "Action", cascade="all, delete-orphan"
    )

    extensions: Mapped[list["ActionExtension"]] = to_many(
        "ActionExtension", "action_id", "Action", order_by="ActionExtension.number"
    )

    @property
    def asked_extension(self) -> "ActionExtension | None":
        """The extension that was asked for and waits for a decision."""
        last = self.extensions[-1] if self.extensions else None
        return last if last is not None and last.decided_on is None else None

    def searched_words(self) -> list[str | None]:
        return [self.what, self.number]

    @property
    def owner_name(self) -> str:
        """The person's name, or the position's title; empty if nobody is known."""
        if self.owner_person is not None:
            return self.owner_person.name
        return self.owner_position.title if self.owner_position is not None else ""

    def is_overdue(self, today: date) -> bool:
        return self.state is ActionState.OPEN and not self.due_missing and self.due_on < today


class ActionEvidence(Part):
    """Evidence that an action was done."""

    __tablename__ = "action_evidence"
    __part_of__ = ("Action", "action_id")
    __rules__ = (
        link_to("action_id", "action"),
        link_to("evidence_id", "evidence"),
        Index(None, "district_id", "evidence_id"),
    )

    action_id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(primary_key=True)

    evidence: Mapped[Evidence] = to_one("ActionEvidence.evidence_id", "Evidence")


class ActionExtension(Part):
    """A later due date that was asked for, with its reason, and what became of it. `granted_on` is
    the new due date, or None where it was refused."""

    __tablename__ = "action_extension"
    __part_of__ = ("Action", "action_id")
    __rules__ = (
        link_to("action_id", "action"),
        link_to("asked_by_id", "person"),
        link_to("decided_by_id", "person"),
        CheckConstraint("(decided_on IS NULL) = (decided_by_id IS NULL)", name="decided"),
        CheckConstraint("granted_on IS NULL OR decided_on IS NOT NULL", name="granted"),
        CheckConstraint("wanted_on > due_on", name="wanted"),
        Index(None, "district_id", "decided_on", "action_id"),
    )

    action_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Counted from 1 for each action."""
    due_on: Mapped[date]
    """The due date that held when it was asked."""
    wanted_on: Mapped[date]
    reason: Mapped[str]
    asked_on: Mapped[date]
    asked_by_id: Mapped[int]
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None]
    granted_on: Mapped[date | None]
    note: Mapped[str | None]
    """Why it was refused or granted otherwise."""

    asked_by: Mapped[Person] = to_one("ActionExtension.asked_by_id", "Person")
    decided_by: Mapped[Person | None] = to_one("ActionExtension.decided_by_id", "Person")
