"""What the pages of people show: rows of the register, and a person's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.registers import MoveButton
from qms.core.timeline import TimelineEntry, timeline
from qms.people.history import LABELS, sentences
from qms.people.models import Appointment, Delegation, Person, RefusedAddress, RoleGrant
from qms.people.permissions import may_delegate, may_keep_account, may_keep_person
from qms.people.queries import appointments_on, grants_of, refusal_of
from qms.people.roles import ADMINISTERS


@dataclass(frozen=True)
class PersonRow:
    """A line of the register."""

    url: str
    name: str
    positions: list[str]
    roles: list[str]
    user_name: str | None
    state: str
    tone: str


def person_rows(admin: Person, rows: Iterable[Any]) -> list[PersonRow]:
    """Lines for the rows of a page, in two queries; of roles and positions those that the
    administrator sees."""
    listed, today = list(rows), admin.district.today
    positions, roles = _held(admin, [row.id for row in listed])
    tree = admin.rights.tree
    return [
        PersonRow(
            url_for("people.show", uid=row.uid),
            row.name,
            [one.title for one in positions.get(row.id, [])],
            [f"{one.role.label} · {tree[one.unit_id].label}" for one in roles.get(row.id, [])],
            row.user_name,
            *_state(row, today),
        )
        for row in listed
    ]


def person_lines(admin: Person, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The same as plain values, for the command line."""
    listed = list(rows)
    positions, roles = _held(admin, [row.id for row in listed])
    tree = admin.rights.tree
    return [
        {
            "name": row.name,
            "user_name": row.user_name,
            "enabled": row.user_name is not None and row.disabled_at is None,
            "positions": "; ".join(one.title for one in positions.get(row.id, [])),
            "roles": "; ".join(
                f"{one.role} {tree[one.unit_id].code}" for one in roles.get(row.id, [])
            ),
            "uid": str(row.uid),
        }
        for row in listed
    ]


def _held(
    admin: Person, ids: list[int]
) -> tuple[dict[int, list[Appointment]], dict[int, list[RoleGrant]]]:
    """The positions and roles that these people hold today where the administrator sees them."""
    today = admin.district.today
    positions: dict[int, list[Appointment]] = {}
    for appointment in appointments_on(ids, today):
        if admin.administers(appointment.position.unit_id):
            positions.setdefault(appointment.person_id, []).append(appointment)
    roles: dict[int, list[RoleGrant]] = {}
    for grant in grants_of(ids, today):
        if admin.administers(grant.unit_id) and grant.holds_on(today):
            roles.setdefault(grant.person_id, []).append(grant)
    return positions, roles


def _state(row: Any, today: Any) -> tuple[str, str]:
    if row.left_on is not None and row.left_on <= today:
        return _("Has left"), "muted"
    if row.user_name is None:
        return _("No account"), "neutral"
    if row.disabled_at is not None:
        return _("Disabled"), "warn"
    return "", "good"


@dataclass(frozen=True)
class Line:
    """A position, role or delegation on a person's page."""

    title: str
    sub: str
    over: bool
    state: str
    end_url: str | None


@dataclass
class PersonPage:
    """A person's page for one administrator: only what lies in units that they administer."""

    by: Person
    person: Person
    delegations: list[Delegation]

    @cached_property
    def refused(self) -> RefusedAddress | None:
        """What a mail server said of the address that they have now, if it refused it."""
        return refusal_of(self.person)

    @property
    def today(self) -> Any:
        return self.by.district.today

    @property
    def sees_all(self) -> bool:
        """Whether nothing of the person lies in units that this administrator does not keep."""
        return bool(self.by.rights.units(ADMINISTERS).everywhere)

    @cached_property
    def appointments(self) -> list[Line]:
        kept = [
            one for one in self.person.appointments if self.by.administers(one.position.unit_id)
        ]
        return self._sorted(
            Line(
                one.title,
                " · ".join(
                    part
                    for part in (
                        self._unit(one.position.unit_id),
                        self._days(one),
                        one.rank,
                        f"NIP {one.nip}" if one.nip else None,
                    )
                    if part
                ),
                one.is_over(self.today),
                self._when(one),
                None
                if one.is_over(self.today)
                else url_for(
                    "people.end_appointment", uid=self.person.uid, appointment_uid=one.uid
                ),
            )
            for one in kept
        )

    @cached_property
    def roles(self) -> list[Line]:
        kept = [one for one in self.person.grants if self.by.administers(one.unit_id)]
        return self._sorted(
            Line(
                str(one.role.label),
                f"{self._unit(one.unit_id)} · {self._days(one)}",
                one.is_over(self.today),
                _("withdrawn") if one.withdrawn_at else self._when(one),
                None
                if one.is_over(self.today)
                else url_for("people.withdraw", uid=self.person.uid, grant_uid=one.uid),
            )
            for one in kept
        )

    @cached_property
    def acting(self) -> list[Line]:
        found = []
        for one in self.delegations:
            own = one.person_id == self.person.id
            other = one.delegate if own else one.person
            may_end = not one.is_over(self.today) and self._may_end(own)
            found.append(
                Line(
                    self._acts(other.name, own),
                    f"{self._days(one)} · {one.reason}",
                    one.is_over(self.today),
                    self._when(one),
                    self._end_url(one) if may_end else None,
                )
            )
        return self._sorted(found)

    def _acts(self, name: str, own: bool) -> str:
        if own:
            return _("%(name)s acts for them", name=name)
        return _("Acts for %(name)s", name=name)

    def _may_end(self, own: bool) -> bool:
        """Of another, where they are the one who is acted for: there it is noted."""
        return own and self.may_delegate

    def _end_url(self, one: Delegation) -> str:
        return url_for("people.end_delegation", uid=self.person.uid, delegation_uid=one.uid)

    @staticmethod
    def _sorted(lines: Iterable[Line]) -> list[Line]:
        return sorted(lines, key=lambda line: line.over)

    def _unit(self, unit_id: int) -> str:
        return self.by.rights.tree[unit_id].name

    def _days(self, one: Any) -> str:
        begun = _("from %(day)s", day=dates.long_day(one.from_on))
        if one.until_on is None:
            return begun
        return begun + " " + _("until %(day)s", day=dates.long_day(one.until_on))

    def _when(self, one: Any) -> str:
        if one.is_over(self.today):
            return _("ended")
        return _("not yet") if one.from_on > self.today else ""

    @cached_property
    def may_edit(self) -> bool:
        return may_keep_person(self.by, self.person)

    @cached_property
    def may_keep_account(self) -> bool:
        return may_keep_account(self.by, self.person)

    @cached_property
    def may_delegate(self) -> bool:
        return may_delegate(self.by, self.person)

    @cached_property
    def badges(self) -> list[tuple[str, str]]:
        account = self.person.account
        if not self.person.is_active:
            return [(_("Left on %(day)s", day=dates.long_day(self.person.left_on)), "muted")]
        if account is not None and account.disabled_at:
            return [(_("Account disabled"), "warn")]
        return []

    @cached_property
    def account_buttons(self) -> list[MoveButton]:
        """Buttons under the account, for who may keep it."""
        account = self.person.account
        if account is None or not self.may_keep_account:
            return []
        name = self.person.name
        buttons: list[tuple[str, str, str | None]] = [
            (
                _("New password"),
                "people.reset_password",
                _("The password of %(name)s stops working, everywhere and at once.", name=name),
            ),
            (_("End all sessions"), "people.end_sessions", None),
        ]
        if account.disabled_at is not None:
            buttons.append((_("Enable"), "people.enable_account", None))
        elif self.person.id != self.by.id:
            warning = _("%(name)s is signed out everywhere, and cannot sign in again.", name=name)
            buttons.append((_("Disable"), "people.disable_account", warning))
        return [
            MoveButton(
                label, url_for(endpoint, uid=self.person.uid), False, False, None, warning=warning
            )
            for label, endpoint, warning in buttons
        ]

    @cached_property
    def entries(self) -> list[TimelineEntry]:
        """The story: the person, the account, and what of positions, roles and delegations is
        seen."""
        person = self.person
        appointments = [
            one for one in person.appointments if self.by.administers(one.position.unit_id)
        ]
        grants = [one for one in person.grants if self.by.administers(one.unit_id)]
        records: list[Any] = [person, *appointments, *grants, *self.delegations]
        if person.account is not None:
            records.append(person.account)
        names = {person.id: person.name}
        for one in self.delegations:
            names |= {one.person.id: one.person.name, one.delegate.id: one.delegate.name}
        return timeline(
            records,
            sentences(
                self.by.rights.tree, {one.position_id: one.position for one in appointments}, names
            ),
            LABELS,
            person.district.timezone,
        )


class OwnPage(PersonPage):
    """What of it stands on one's own account."""

    def _acts(self, name: str, own: bool) -> str:
        if own:
            return _("%(name)s acts for you", name=name)
        return _("You act for %(name)s", name=name)

    def _may_end(self, own: bool) -> bool:
        return not own or self.may_delegate

    def _end_url(self, one: Delegation) -> str:
        return url_for("people.end_own_delegation", delegation_uid=one.uid)
