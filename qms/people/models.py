"""Tables of people, positions, roles, accounts and sessions."""

import re
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.core import text
from qms.core.db import (
    DistrictRecord,
    Model,
    Record,
    SortKey,
    link_to,
    one_of,
    to_many,
    to_one,
)
from qms.core.i18n import lazy_gettext as _l
from qms.people.rights import Grant, Rights, rights_of
from qms.people.roles import ADMINISTERS, BRINGS_UNITS, Role
from qms.units.models import District, Unit

TITLES = re.compile(r"(?:(?:prof|drs|dra|drg|drh|dr|ir|hj|h|kh|apt|ns)\.?(?:\s+|(?<=\.)))+")


def sorting_name(name: str) -> str:
    """A name folded, without the titles before it: "Dr. Ir. H. Budi, M.Si." under "budi"."""
    folded = text.fold(name)
    titles = TITLES.match(folded)
    return (folded[titles.end() :] if titles else "") or folded


class Account(Record):
    """What signs in. `user_name` is kept case-folded; mail is optional."""

    __tablename__ = "account"

    user_name: Mapped[str] = mapped_column(SortKey(), unique=True)
    mail: Mapped[str | None]
    password_hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=False)
    is_operator: Mapped[bool] = mapped_column(default=False)
    """May administer the installation itself: districts, accounts of all."""
    disabled_at: Mapped[datetime | None]


class Person(DistrictRecord):
    """Somebody of a district, with or without an account. Flask-Login's user."""

    __tablename__ = "person"
    __rules__ = (
        UniqueConstraint("district_id", "account_id"),
        Index(None, "district_id", "name_key"),
    )

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(SortKey())
    """The folded name without titles before it, for sorting and finding."""
    mail: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str] = mapped_column(SortKey(), default="id")
    theme: Mapped[str] = mapped_column(SortKey(), default="auto")
    left_on: Mapped[date | None]

    account: Mapped[Account | None] = to_one("Person.account_id", "Account")
    district: Mapped[District] = to_one("Person.district_id", "District", viewonly=True)
    grants: Mapped[list["RoleGrant"]] = to_many(
        "RoleGrant", "person_id", "Person", viewonly=True, order_by="RoleGrant.id"
    )
    appointments: Mapped[list["Appointment"]] = to_many(
        "Appointment", "person_id", "Person", viewonly=True, order_by="Appointment.from_on"
    )

    lent = cast("tuple[Grant, ...]", ())
    """Grants for as long as a command runs (`queries.operator`); never kept."""

    @cached_property
    def rights(self) -> Rights:
        """What this person may, worked out from the grants that hold now."""
        return rights_of(self.district, [*self.grants, *self.lent])

    def holds(self, roles: frozenset[Role], unit_id: int) -> bool:
        """Whether one of these roles is held in this unit, directly or from above."""
        if self.rights.tree.get(unit_id) is None:
            self.__dict__.pop("rights", None)  # a unit opened since they were worked out?
        return self.rights.hold(roles, unit_id)

    def administers(self, unit_id: int | None = None) -> bool:
        """Whether they keep this unit, its people and roles (None: any unit at all)."""
        if unit_id is None:
            return self.rights.hold_anywhere(ADMINISTERS)
        return self.holds(ADMINISTERS, unit_id)

    def brings_units(self, unit_id: int) -> bool:
        """Whether they may bring in units under this one."""
        return self.holds(BRINGS_UNITS, unit_id)

    def is_of(self, district_id: int) -> bool:
        """Whether this is their district."""
        return self.district_id == district_id

    @property
    def is_operator(self) -> bool:
        """Whether they administer the installation itself."""
        return bool(self.account and self.account.is_operator)

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split(",")[0].split() if word[0].isalpha()]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.left_on is None or self.left_on > self.district.today

    def get_id(self) -> str:
        return str(self.uid)


class Position(DistrictRecord):
    """A position (jabatan) in a unit: Kepala Dinas, Kasubbag Umum."""

    __tablename__ = "position"
    __rules__ = (link_to("unit_id", "unit"), Index(None, "district_id", "unit_id", "title"))

    unit_id: Mapped[int]
    title: Mapped[str] = mapped_column(SortKey())
    is_head: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]

    unit: Mapped[Unit] = to_one("Position.unit_id", "Unit")


class AppointmentKind(StrEnum):
    DEFINITIVE = "definitive"
    PLT = "plt"
    PLH = "plh"

    @property
    def label(self) -> Any:
        return APPOINTMENT_LABELS[self]

    @property
    def prefix(self) -> str:
        """How it stands before the position in a signature."""
        return {"definitive": "", "plt": "Plt. ", "plh": "Plh. "}[self.value]


APPOINTMENT_LABELS = {
    AppointmentKind.DEFINITIVE: _l("Definitive"),
    AppointmentKind.PLT: _l("Acting, post vacant (Plt.)"),
    AppointmentKind.PLH: _l("Acting, holder absent (Plh.)"),
}


class Appointment(DistrictRecord):
    """A person holds a position from a day on, until another (that day excluded)."""

    __tablename__ = "appointment"
    __rules__ = (
        link_to("person_id", "person"),
        link_to("position_id", "position"),
        CheckConstraint("until_on IS NULL OR until_on > from_on", name="days"),
        Index(None, "district_id", "person_id"),
        Index(None, "district_id", "position_id"),
    )

    person_id: Mapped[int]
    position_id: Mapped[int]
    kind: Mapped[AppointmentKind] = mapped_column(one_of(AppointmentKind))
    rank: Mapped[str | None]
    nip: Mapped[str | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    person: Mapped[Person] = to_one("Appointment.person_id", "Person")
    position: Mapped[Position] = to_one("Appointment.position_id", "Position")

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.until_on is not None and self.until_on <= day

    @property
    def title(self) -> str:
        """Plt. Kepala Dinas Kesehatan."""
        return f"{self.kind.prefix}{self.position.title}"


class RoleGrant(DistrictRecord):
    """A role in a unit from a day on, until another (that day excluded), or until withdrawn."""

    __tablename__ = "role_grant"
    __rules__ = (
        link_to("person_id", "person"),
        link_to("unit_id", "unit"),
        CheckConstraint("until_on IS NULL OR until_on > from_on", name="days"),
        Index(None, "district_id", "person_id"),
        Index(None, "district_id", "unit_id", "role"),
    )

    person_id: Mapped[int]
    unit_id: Mapped[int]
    role: Mapped[Role] = mapped_column(one_of(Role))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = to_one("RoleGrant.person_id", "Person")
    unit: Mapped[Unit] = to_one("RoleGrant.unit_id", "Unit")

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.withdrawn_at is not None or (self.until_on is not None and self.until_on <= day)


class Delegation(DistrictRecord):
    """One person acts for another for a time."""

    __tablename__ = "delegation"
    __rules__ = (
        link_to("person_id", "person"),
        link_to("delegate_id", "person"),
        CheckConstraint("delegate_id <> person_id", name="other"),
        Index(None, "district_id", "delegate_id"),
    )

    person_id: Mapped[int]
    delegate_id: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str]

    person: Mapped[Person] = to_one("Delegation.person_id", "Person")
    delegate: Mapped[Person] = to_one("Delegation.delegate_id", "Person")

    def is_over(self, day: date) -> bool:
        return self.until_on is not None and self.until_on <= day


class RefusedAddress(Model):
    """What a mail server said when it refused somebody's address for good. It is about the address
    that they had then: another one is not refused. Not journalled."""

    __tablename__ = "refused_address"
    __table_args__ = (link_to("person_id", "person"),)

    district_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]


class AccountSession(Model):
    """A browser that is signed in. Exempt from the journal but for its beginning and end."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None]
    browser: Mapped[str | None]


class SignInAttempt(Model):
    """A failed attempt to sign in, counted per user name and per address. Not journalled."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_user", "user_name", "at"),
        Index("ix_sign_in_attempt_address", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(SortKey())
    address: Mapped[str] = mapped_column(SortKey())
    at: Mapped[datetime]
