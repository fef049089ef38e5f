"""What an administrator does with people, positions, roles and accounts."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from qms.core import clock, dates, journal, text
from qms.core.db import db, same_version
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people import queries, sessions
from qms.people.lasting import not_over
from qms.people.models import (
    Account,
    Appointment,
    AppointmentKind,
    Delegation,
    Person,
    Position,
    RefusedAddress,
    RoleGrant,
    sorting_name,
)
from qms.people.permissions import (
    may_add_person,
    may_administer,
    may_appoint,
    may_delegate,
    may_end_delegation,
    may_grant,
    may_keep_account,
    may_keep_person,
    may_name_position,
    may_operate,
)
from qms.people.roles import ADMINISTERS, Role
from qms.units.models import Unit

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@\-]{2,59}")
NO_USER_NAME = _l("Use 3 to 60 small letters, digits, points, dashes or @.")
NIP = re.compile(r"[0-9]{18}")
NO_MAIL = _l("Write an address such as nama@contoh.go.id, or leave it empty.")
NO_NIP = _l("A NIP has 18 digits.")


def is_user_name(said: str) -> bool:
    """Whether a user name can be used, whoever has it."""
    return USER_NAME.fullmatch(text.fold(said)) is not None


def digits_of(nip: str | None) -> str:
    """A NIP without the spaces with which it is printed."""
    return re.sub(r"\s", "", nip or "")


def is_nip(said: str | None) -> bool:
    """Whether this is a NIP, or none was said."""
    return not said or NIP.fullmatch(digits_of(said)) is not None


def add_person(
    district_id: int,
    name: str,
    *,
    by: Any,
    mail: str | None = None,
    language: str = "id",
    uid: UUID | None = None,
) -> Person:
    """Somebody new in a district. They get an account, positions and roles separately."""
    require(may_add_person, by, district_id)
    name = _name(name)
    person = Person(
        district_id=district_id,
        name=name,
        name_key=sorting_name(name),
        mail=_mail(mail),
        language=language,
        **({"uid": uid} if uid else {}),
    )
    db.session.add(person)
    journal.write("add_person", person, by=by)
    return person


def _mail(mail: str | None) -> str | None:
    if not mail:
        return None
    try:
        validate_email(mail, check_deliverability=False)
    except EmailNotValidError as problem:
        raise Invalid(NO_MAIL, mail=NO_MAIL) from problem
    return mail


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        message = _l("Write the name.")
        raise Invalid(message, name=message)
    return name


def edit_person(
    person: Person,
    *,
    name: str,
    mail: str | None,
    left_on: date | None,
    by: Any,
    seen: int | None = None,
) -> None:
    """Correct a name or address, or note the day on which somebody left."""
    require(may_keep_person, by, person)
    same_version(person, seen)
    name = _name(name)
    if left_on is not None:
        _refuse_to_lose_the_last_administrator(person)
        _refuse_to_lose_the_last_operator(person)
    person.name, person.name_key, person.mail = name, sorting_name(name), _mail(mail)
    person.left_on = left_on
    journal.write("edit_person", person, by=by)


def note_refused_address(person: Person, address: str, why: str) -> None:
    """Note that a mail server refused an address of somebody's for good."""
    row = db.session.get(RefusedAddress, (person.district_id, person.id))
    if row is None:
        row = RefusedAddress(district_id=person.district_id, person_id=person.id)
        db.session.add(row)
    row.address, row.why, row.at = address, why, clock.now()


def forget_refused_address(person: Person) -> None:
    """A mail server took the address after all."""
    row = db.session.get(RefusedAddress, (person.district_id, person.id))
    if row is not None:
        db.session.delete(row)


def choose_looks(person: Person, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep the language or theme that a person chose for themself."""
    person.language = language or person.language
    person.theme = theme or person.theme
    journal.write("choose_looks", person, by=person)


def open_account(
    person: Person,
    user_name: str,
    password: str,
    *,
    by: Any,
    must_change: bool = True,
    is_operator: bool = False,
) -> Account:
    """An account for a person. Raises Invalid if the name is taken or cannot be used."""
    require(may_keep_account, by, person)
    if is_operator:
        require(may_operate, by)
    user_name = text.fold(user_name)
    if not is_user_name(user_name):
        raise Invalid(NO_USER_NAME, user_name=NO_USER_NAME)
    if person.account_id is not None:
        raise OutOfTurn(_l("This person has an account already."))
    if db.session.scalar(select(Account.id).where(Account.user_name == user_name)):
        message = _l("The user name %(name)s is taken.", name=user_name)
        raise Invalid(message, user_name=message)
    account = Account(
        user_name=user_name,
        mail=person.mail,
        password_hash=sessions.hash_password(password),
        must_change=must_change,
        is_operator=is_operator,
    )
    db.session.add(account)
    journal.write("open_account", account, by=by)
    person.account_id = account.id
    journal.write("give_account", person, by=by)
    return account


def change_password(person: Person, old: str, new: str, *, session_id: int | None = None) -> None:
    """Change one's own password; every other session of the account ends."""
    account = person.account
    if account is None or not sessions.is_password(account, old):
        message = _l("This is not your present password.")
        raise Invalid(message, old=message)
    account.password_hash = sessions.hash_password(new)
    account.must_change = False
    sessions.end_all_sessions(account, by=person, but=session_id)
    journal.write("change_password", account, by=person)


def reset_password(person: Person, new: str, *, by: Any) -> None:
    """Give somebody a new password, to be changed at the next sign-in; their sessions end."""
    require(may_keep_account, by, person)
    account = _account_of(person)
    account.password_hash = sessions.hash_password(new)
    account.must_change = True
    sessions.end_all_sessions(account, by=by)
    journal.write("reset_password", account, by=by)


def disable_account(person: Person, *, by: Any) -> None:
    """Shut somebody out at once."""
    require(may_keep_account, by, person)
    account = _account_of(person)
    if by is person:
        raise OutOfTurn(_l("You would shut yourself out. Ask another administrator."))
    _refuse_to_lose_the_last_administrator(person)
    _refuse_to_lose_the_last_operator(person)
    account.disabled_at = clock.now()
    sessions.end_all_sessions(account, by=by)
    journal.write("disable_account", account, by=by)


def enable_account(person: Person, *, by: Any) -> None:
    """Let somebody in again."""
    require(may_keep_account, by, person)
    account = _account_of(person)
    account.disabled_at = None
    journal.write("enable_account", account, by=by)


def end_sessions(person: Person, *, by: Any) -> None:
    """Sign somebody out everywhere."""
    require(may_keep_account, by, person)
    sessions.end_all_sessions(_account_of(person), by=by)


def _account_of(person: Person) -> Account:
    if person.account is None:
        raise OutOfTurn(_l("This person has no account yet."))
    return person.account


def add_position(unit: Unit, title: str, *, by: Any, is_head: bool = False) -> Position:
    """A position (jabatan) in a unit."""
    require(may_administer, by, unit.id)
    title = title.strip()
    if not title:
        message = _l("Write the name of the position.")
        raise Invalid(message, title=message)
    known = select(Position.id).where(
        Position.district_id == unit.district_id,
        Position.unit_id == unit.id,
        Position.title == title,
        Position.closed_on.is_(None),
    )
    if db.session.scalar(known.limit(1)):
        message = _l("This unit has a position “%(title)s” already.", title=title)
        raise Invalid(message, title=message)
    position = Position(district_id=unit.district_id, unit_id=unit.id, title=title, is_head=is_head)
    db.session.add(position)
    journal.write("add_position", position, by=by)
    return position


def name_position(unit_id: int, title: str, *, by: Any) -> Position:
    """The unit's position with this title, whatever its case; a new one if there is none."""
    require(may_name_position, by, unit_id)
    present = db.session.scalars(
        select(Position).where(
            Position.district_id == by.district_id,
            Position.unit_id == unit_id,
            Position.closed_on.is_(None),
        )
    )
    found = next((one for one in present if text.fold(one.title) == text.fold(title)), None)
    if found is None:
        found = Position(district_id=by.district_id, unit_id=unit_id, title=title.strip())
        db.session.add(found)
        journal.write("import_position", found, by=by)
    return found


def close_position(position: Position, *, on: date, by: Any) -> None:
    """The unit has this position no longer. Whoever holds it must be released first."""
    require(may_administer, by, position.unit_id)
    if position.closed_on is not None:
        raise OutOfTurn(_l("This position is closed already."))
    if holder := _holder(position, on, None):
        raise OutOfTurn(_l("%(name)s holds this position: end that first.", name=holder))
    position.closed_on = on
    journal.write("close_position", position, by=by)


def _holder(position: Position, start: date, end: date | None, definitive: bool = False) -> str:
    """The name of somebody who holds a position at some time from start until end."""
    held = select(Person.name).where(
        Appointment.person_id == Person.id,
        Appointment.position_id == position.id,
        not_over(Appointment, start),
    )
    if end is not None:
        held = held.where(Appointment.from_on < end)
    if definitive:
        held = held.where(Appointment.kind == AppointmentKind.DEFINITIVE)
    return db.session.scalar(held.limit(1)) or ""


def appoint(
    person: Person,
    position: Position,
    *,
    from_on: date,
    by: Any,
    kind: AppointmentKind = AppointmentKind.DEFINITIVE,
    rank: str | None = None,
    nip: str | None = None,
    until_on: date | None = None,
) -> Appointment:
    """A person holds a position from a day on. NIP: 18 digits, printed with or without spaces."""
    require(may_appoint, by, person, position.unit)
    digits = digits_of(nip)
    if not is_nip(digits):
        raise Invalid(NO_NIP, nip=NO_NIP)
    _refuse_backwards(from_on, until_on)
    _refuse_gone(person, from_on)
    if position.closed_on is not None and position.closed_on <= from_on:
        message = _l("This position is closed. Choose another.")
        raise Invalid(message, position=message)
    one_only = position.is_head and kind is AppointmentKind.DEFINITIVE
    if one_only and (holder := _holder(position, from_on, until_on, definitive=True)):
        message = _l(
            "%(name)s holds this position then. End that first, or appoint as Plt. or Plh.",
            name=holder,
        )
        raise Invalid(message, position=message)
    _refuse_held_twice(person, position, from_on, until_on)
    appointment = Appointment(
        district_id=person.district_id,
        person_id=person.id,
        position_id=position.id,
        kind=kind,
        rank=rank,
        nip=digits or None,
        from_on=from_on,
        until_on=until_on,
    )
    db.session.add(appointment)
    journal.write("appoint", appointment, by=by)
    return appointment


def _refuse_held_twice(
    person: Person, position: Position, from_on: date, until_on: date | None
) -> None:
    held = select(Appointment.id).where(
        Appointment.district_id == person.district_id,
        Appointment.person_id == person.id,
        Appointment.position_id == position.id,
        not_over(Appointment, from_on),
    )
    if until_on is not None:
        held = held.where(Appointment.from_on < until_on)
    if db.session.scalar(held.limit(1)):
        message = _l("%(name)s holds this position already in that time.", name=person.name)
        raise Invalid(message, position=message)


def _refuse_backwards(from_on: date, until_on: date | None, field: str = "until_on") -> None:
    if until_on is not None and until_on <= from_on:
        message = _l("The end must come after the beginning.")
        raise Invalid(message, **{field: message})


def _refuse_gone(person: Person, from_on: date) -> None:
    if person.left_on is not None and person.left_on <= from_on:
        message = _l(
            "%(name)s left on %(day)s. Correct that first, or choose an earlier day.",
            name=person.name,
            day=dates.long_day(person.left_on),
        )
        raise Invalid(message, from_on=message)


def _refuse_over(held: Appointment | Delegation, on: date, today: date) -> None:
    """An end that was set can come earlier, not later: meanwhile others may hold it. What is over
    stays as it was."""
    if held.is_over(today):
        raise OutOfTurn(_l("This has ended already."))
    if held.until_on is not None and on > held.until_on:
        message = _l("It ends on %(day)s already.", day=dates.long_day(held.until_on))
        raise Invalid(message, on=message)


def correct_nip(appointment: Appointment, nip: str, *, by: Any) -> None:
    """Write another NIP into an appointment, where a wrong one was typed."""
    require(may_administer, by, appointment.position.unit_id)
    if not nip or not is_nip(nip):
        raise Invalid(NO_NIP, nip=NO_NIP)
    appointment.nip = digits_of(nip)
    journal.write("correct_nip", appointment, by=by)


def end_appointment(appointment: Appointment, *, on: date, by: Any) -> None:
    """The person no longer holds the position from a day on."""
    require(may_administer, by, appointment.position.unit_id)
    _refuse_over(appointment, on, appointment.person.district.today)
    _refuse_backwards(appointment.from_on, on, "on")
    appointment.until_on = on
    journal.write("end_appointment", appointment, by=by)


def grant_role(
    person: Person,
    role: Role,
    unit: Unit,
    *,
    by: Any,
    from_on: date,
    until_on: date | None = None,
) -> RoleGrant:
    """Give a person a role in a unit and all units under it. A guest needs a last day."""
    require(may_grant, by, (role, unit.id))
    if not by.is_of(person.district_id) or person.district_id != unit.district_id:
        raise Refused(_l("Roles are granted within one district."))
    _refuse_backwards(from_on, until_on)
    _refuse_gone(person, from_on)
    if role is Role.GUEST and until_on is None:
        message = _l("A guest auditor's access must have an end.")
        raise Invalid(message, until_on=message)
    _refuse_twice(person, role, unit, from_on, until_on)
    grant = RoleGrant(
        district_id=person.district_id,
        person_id=person.id,
        unit_id=unit.id,
        role=role,
        from_on=from_on,
        until_on=until_on,
    )
    db.session.add(grant)
    journal.write("grant_role", grant, by=by)
    return grant


def _refuse_twice(
    person: Person, role: Role, unit: Unit, from_on: date, until_on: date | None
) -> None:
    same = select(RoleGrant.id).where(
        RoleGrant.district_id == person.district_id,
        RoleGrant.person_id == person.id,
        RoleGrant.unit_id == unit.id,
        RoleGrant.role == role,
        not_over(RoleGrant, from_on),
    )
    if until_on is not None:
        same = same.where(RoleGrant.from_on < until_on)
    if db.session.scalar(same.limit(1)):
        message = _l("This person has this role in this unit already in that time.")
        raise Invalid(message, role=message)


def withdraw_role(grant: RoleGrant, *, by: Any, reason: str | None = None) -> None:
    """Take a role back, at once."""
    require(may_grant, by, (grant.role, grant.unit_id))
    if grant.withdrawn_at is not None:
        raise OutOfTurn(_l("This role was withdrawn already."))
    if not (reason or "").strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    if grant.role in ADMINISTERS:
        _refuse_to_lose_the_last_administrator(grant.person, but=grant)
    grant.withdrawn_at = clock.now()
    journal.write("withdraw_role", grant, by=by, reason=reason)


def _refuse_to_lose_the_last_administrator(person: Person, but: RoleGrant | None = None) -> None:
    if queries.administers_alone(person, but):
        raise OutOfTurn(
            _l(
                "Nobody else administers the whole district for good. Give somebody that role, "
                "without an end, first."
            )
        )


def _refuse_to_lose_the_last_operator(person: Person) -> None:
    if queries.operates_alone(person):
        raise OutOfTurn(
            _l(
                "Nobody else operates the installation. Entrust it to somebody first: "
                "qms people account WHO --operator"
            )
        )


def entrust_installation(person: Person, *, by: Any) -> None:
    """Make somebody an operator: districts and the accounts of all are theirs to keep, too."""
    require(may_operate, by)
    require(may_keep_account, by, person)
    account = _account_of(person)
    if account.is_operator:
        raise OutOfTurn(_l("%(name)s operates the installation already.", name=person.name))
    if account.disabled_at is not None or not person.is_active:
        raise OutOfTurn(_l("%(name)s cannot sign in. Enable the account first.", name=person.name))
    account.is_operator = True
    journal.write("entrust_installation", account, by=by)


def relieve_of_installation(person: Person, *, by: Any) -> None:
    """Somebody is an operator no longer. One stays."""
    require(may_operate, by)
    require(may_keep_account, by, person)
    account = _account_of(person)
    if not account.is_operator:
        raise OutOfTurn(_l("%(name)s does not operate the installation.", name=person.name))
    _refuse_to_lose_the_last_operator(person)
    account.is_operator = False
    journal.write("relieve_of_installation", account, by=by)


def delegate(
    person: Person,
    to: Person,
    *,
    from_on: date,
    reason: str,
    by: Any,
    until_on: date | None = None,
) -> Delegation:
    """One person acts for another for a time; they then count as one where duties are kept
    separate."""
    require(may_delegate, by, person)
    if to.id == person.id:
        message = _l("Choose somebody else.")
        raise Invalid(message, delegate=message)
    if to.district_id != person.district_id:
        raise Refused(_l("People act for each other within one district."))
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    _refuse_backwards(from_on, until_on)
    delegation = Delegation(
        district_id=person.district_id,
        person_id=person.id,
        delegate_id=to.id,
        from_on=from_on,
        until_on=until_on,
        reason=reason.strip(),
    )
    db.session.add(delegation)
    journal.write("delegate", delegation, by=by)
    _forget_for_whom_they_act(person, to)
    return delegation


def _forget_for_whom_they_act(*people: Person) -> None:
    for person in people:
        person.__dict__.pop("acts_for", None)


def end_delegation(delegation: Delegation, *, on: date, by: Any) -> None:
    """The delegation is over from a day on. One that begins today or later never holds if that day
    comes first. Whoever was named may end it too."""
    require(may_end_delegation, by, delegation)
    today = delegation.person.district.today
    _refuse_over(delegation, on, today)
    if delegation.from_on < today:
        _refuse_backwards(delegation.from_on, on, "on")
    delegation.until_on = max(on, delegation.from_on)
    journal.write("end_delegation", delegation, by=by)
    _forget_for_whom_they_act(delegation.person, delegation.delegate)
