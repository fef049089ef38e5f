"""Signing in, and the sessions that follow from it.

Passwords are checked with argon2, a few at a time (each takes 64 MiB). Failed attempts are counted
in a table of ours, so that every worker sees them: after five for one user name, or thirty from one
address, within fifteen minutes, the door stays shut until the oldest is fifteen minutes old.
A session is a random token in a cookie; the table keeps its hash. Rights are read anew with every
request, so that a withdrawn right or an ended session is refused at once by every worker.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import joinedload, object_session, selectinload
from sqlalchemy.orm.attributes import instance_state

from qms.core import clock, journal, text
from qms.core.db import db
from qms.core.errors import Invalid, Missing, Refused
from qms.core.i18n import lazy_gettext as _l
from qms.core.uids import new_uid
from qms.people.models import Account, AccountSession, Person, RoleGrant, SignInAttempt
from qms.people.queries import account_named, person_of_account
from qms.units.models import District

WINDOW = timedelta(minutes=15)
PER_USER, PER_ADDRESS = 5, 30
SEEN_EVERY = timedelta(minutes=5)
SHORTEST_PASSWORD = 10

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """The argon2 hash of a password. Raises Invalid if it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        message = _l("Use at least %(n)s characters.", n=SHORTEST_PASSWORD)
        raise Invalid(message, password=message)
    with _at_once:
        return _hasher.hash(password)


def one_time_password() -> str:
    """A password to be told once and changed at the first sign-in: four groups of four letters and
    digits that are not mistaken for each other (some 78 bits)."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def is_password(account: Account | None, password: str) -> bool:
    """Whether it is the account's password; takes as long if there is no such account."""
    return _fits(account.password_hash if account else None, password)


@cache
def _nobodys() -> str:
    """A hash that no password fits; made when first needed, as it takes 64 MiB."""
    return _hasher.hash(secrets.token_hex())


def _fits(kept: str | None, password: str) -> bool:
    with _at_once:
        try:
            _hasher.verify(kept or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def sign_in(user_name: str, password: str, *, address: str, browser: str) -> tuple[Person, str]:
    """The person and the new session's token. Raises Refused with what to do.

    A failed attempt is counted; the caller commits in either case.
    """
    person = recognise(user_name, password, address=address)
    return person, begin(person, address=address, browser=browser)


def recognise(user_name: str, password: str, *, address: str) -> Person:
    """The person whose password this is. Raises Refused with what to do.

    A failed attempt is counted; the caller commits in either case.
    """
    wanted = text.fold(user_name)[:200]
    if _is_locked(wanted, address):
        raise Refused(_l("Too many attempts. Wait fifteen minutes, or ask your administrator."))
    account = account_named(wanted)
    kept = account.password_hash if account else None
    db.session.rollback()  # argon2 takes its time; nobody's write waits for it
    fits = _fits(kept, password)
    person = person_of_account(account) if account else None
    if (
        not fits
        or account is None
        or account.disabled_at is not None
        or person is None
        or not person.is_active
    ):
        db.session.add(SignInAttempt(user_name=wanted, address=address, at=clock.now()))
        raise Refused(_l("User name or password is not right."))
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.user_name == wanted))
    return person


def _is_locked(user_name: str, address: str) -> bool:
    since = clock.now() - WINDOW
    for column, value, most in (
        (SignInAttempt.user_name, user_name, PER_USER),
        (SignInAttempt.address, address, PER_ADDRESS),
    ):
        count = db.session.scalar(
            select(func.count()).where(column == value, SignInAttempt.at > since)
        )
        if (count or 0) >= most:
            return True
    return False


def begin(person: Person, *, address: str, browser: str) -> str:
    """A new session for a person; its token goes into the cookie."""
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        AccountSession(
            uid=new_uid(),
            token_hash=_hash(token),
            account_id=person.account_id,
            person_id=person.id,
            began_at=now,
            seen_at=now,
            address=address[:60],
            browser=browser[:200],
        )
    )
    if person.account is not None:
        journal.write("sign_in", person.account, by=person)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Seen:
    """A session that holds, as far as a request needs to know it."""

    id: int
    uid: UUID
    seen_at: datetime
    along: tuple[Any, ...] = ()
    """What was asked for along with it."""


@cache
def _stamp(*along: Any) -> Select[Any]:
    """One row that tells whether a session holds, and that is another as soon as anything
    changed on which rights depend: person, account, units, grants. What is asked for `along` stands
    at its end."""
    session, person = AccountSession.__table__, Person.__table__
    account, district, grant = Account.__table__, District.__table__, RoleGrant.__table__
    granted = and_(grant.c.district_id == person.c.district_id, grant.c.person_id == person.c.id)
    return (
        select(
            session.c.id,
            session.c.uid,
            session.c.seen_at,
            person.c.id.label("person_id"),
            person.c.version.label("person"),
            account.c.version.label("account"),
            district.c.version.label("district"),
            district.c.timezone,
            select(func.count()).where(granted).scalar_subquery().label("grants"),
            select(func.sum(grant.c.version)).where(granted).scalar_subquery().label("changes"),
            *along,
        )
        .join(person, person.c.id == session.c.person_id)
        .join(account, account.c.id == session.c.account_id)
        .join(district, district.c.id == person.c.district_id)
        .where(
            session.c.token_hash == bindparam("token"),
            session.c.ended_at.is_(None),
            account.c.disabled_at.is_(None),
        )
    )


KEPT = 64
_kept = threading.local()


def person_of_session(
    token: str, hours: int, *, reading: bool, along: tuple[Any, ...] = ()
) -> tuple[Person, Seen] | None:
    """Who signed in with this token, with district, account and grants, if the session holds.
    `along`: scalar subqueries about the table of people, which an area above wants to know with
    every request; they are answered in `Seen`.

    Every request asks the database, in one small query, whether anything changed on which rights
    depend. Only if nothing did, and the request only reads, the person that this thread loaded
    before is taken again; otherwise two more queries load them anew.
    """
    hashed = _hash(token)
    row = db.session.execute(_stamp(*along), {"token": hashed}).one_or_none()
    if row is None or row.seen_at <= clock.now() - timedelta(hours=hours):
        return None
    told = len(row) - len(along)
    stamp = (*row[3:told], clock.today(row.timezone))
    seen = Seen(row.id, row.uid, row.seen_at, tuple(row[told:]))
    people: OrderedDict[str, tuple[Any, Person]] = _kept.__dict__.setdefault(
        "people", OrderedDict()
    )
    known = people.pop(hashed, None)
    if reading and known and known[0] == stamp and _is_whole(known[1]):
        person = _taken_again(known[1])
    else:
        person = _loaded(row.person_id)
    if reading:
        people[hashed] = (stamp, person)
        while len(people) > KEPT:
            people.popitem(last=False)
    return (person, seen) if person.is_active else None


def _loaded(person_id: int) -> Person:
    return db.session.execute(
        select(Person)
        .where(Person.id == person_id)
        .options(
            joinedload(Person.district),
            joinedload(Person.account),
            selectinload(Person.grants),
        )
    ).scalar_one()


def _is_whole(person: Person) -> bool:
    """Whether no request holds this person now, and none has emptied what was loaded by rolling
    back (as it does when it ends in a 404)."""
    if object_session(person) is not None or not person.__dict__.keys() >= KEPT_PARTS:
        return False
    parts = (person, person.district, person.account, *person.grants)
    return not any(instance_state(part).expired for part in parts)


def _taken_again(person: Person) -> Person:
    """Attach a person of an earlier request to this one's session. What was worked out then,
    other than the rights, is forgotten. Grants are only looked at, so they stay outside."""
    for name in [name for name in person.__dict__ if name not in KEPT_FACTS]:
        del person.__dict__[name]
    db.session.add_all([person, person.district, person.account])
    return person


KEPT_PARTS = {"district", "account", "grants"}
KEPT_FACTS = {*Person.__mapper__.column_attrs.keys(), *KEPT_PARTS, "_sa_instance_state", "rights"}


def note_seen(session: Seen) -> None:
    """Note that the session was used, if the last note is some minutes old. Own transaction."""
    now = clock.now()
    if now - session.seen_at < SEEN_EVERY:
        return
    with db.engine.begin() as connection:
        connection.execute(
            update(AccountSession).where(AccountSession.id == session.id).values(seen_at=now)
        )


def sessions_of(account_id: int, hours: int) -> list[AccountSession]:
    """The sessions of an account that hold, newest first. `hours` as in `person_of_session`."""
    used_since = clock.now() - timedelta(hours=hours)
    return list(
        db.session.scalars(
            select(AccountSession)
            .where(
                AccountSession.account_id == account_id,
                AccountSession.ended_at.is_(None),
                AccountSession.seen_at > used_since,
            )
            .order_by(AccountSession.id.desc())
            .limit(50)
        )
    )


def end_session(uid: UUID, *, by: Person) -> None:
    """End one of one's own sessions."""
    ended = db.session.execute(
        update(AccountSession)
        .where(AccountSession.uid == uid, AccountSession.account_id == by.account_id)
        .values(ended_at=clock.now())
    )
    if by.account is None or not ended.rowcount:  # type: ignore[attr-defined]
        raise Missing(_l("There is no such session, or it is not yours."))
    journal.write("end_session", by.account, by=by)


def end_all_sessions(account: Account, *, by: Any, but: int | None = None) -> None:
    """End every session of an account, perhaps but one (by id)."""
    statement = update(AccountSession).where(
        AccountSession.account_id == account.id, AccountSession.ended_at.is_(None)
    )
    if but is not None:
        statement = statement.where(AccountSession.id != but)
    db.session.execute(statement.values(ended_at=clock.now()))
    journal.write("end_sessions", account, by=by)


KEPT_FOR = timedelta(days=30)
"""How long ended sessions and failed attempts stay, for who looks into what happened."""


def forget_sessions(hours: int, most: int) -> int:
    """Delete sessions that ended, or expired after so many hours unused, a month ago; at most so
    many. Returns how many."""
    before = clock.now() - max(KEPT_FOR, timedelta(hours=hours))
    over = or_(AccountSession.ended_at < before, AccountSession.seen_at < before)
    return _forget(AccountSession, over, most)


def forget_attempts(most: int) -> int:
    """Delete failed attempts to sign in of a month ago, at most so many. Returns how many."""
    return _forget(SignInAttempt, SignInAttempt.at < clock.now() - KEPT_FOR, most)


def _forget(model: Any, over: ColumnElement[bool], most: int) -> int:
    table = model.__table__
    old = list(db.session.scalars(select(table.c.id).where(over).order_by(table.c.id).limit(most)))
    db.session.execute(delete(table).where(table.c.id.in_(old)))
    return len(old)
