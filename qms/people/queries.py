"""Reads about people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, inspect, not_, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from qms.core import listing, text
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import beginning_with
from qms.people.lasting import in_force, is_here, not_over
from qms.people.models import (
    Account,
    Appointment,
    Delegation,
    Person,
    Position,
    RefusedAddress,
    RoleGrant,
    sorting_name,
)
from qms.people.roles import ADMINISTERS, ALL, Role
from qms.units.models import District, Unit
from qms.units.tree import Node, tree_of


def person_by_uid(uid: UUID, district_id: int) -> Person:
    """A person of a district with rights loaded; Missing if there is none."""
    found = db.session.scalar(
        select(Person)
        .where(Person.uid == uid, Person.district_id == district_id)
        .options(joinedload(Person.district), selectinload(Person.grants))
    )
    if found is None:
        raise Missing(_l("There is no such person."))
    return found


def person_of_account(account: Account, district_id: int | None = None) -> Person | None:
    """The person that an account is, in one district or in the first."""
    statement = select(Person).where(Person.account_id == account.id).order_by(Person.id)
    if district_id is not None:
        statement = statement.where(Person.district_id == district_id)
    return db.session.scalars(statement).first()


def account_named(user_name: str) -> Account | None:
    """The account with this user name, whatever its case."""
    return db.session.scalar(select(Account).where(Account.user_name == text.fold(user_name)))


def operator(user_name: str | None = None) -> Person:
    """The person for whom a command runs: named, or the installation's only operator.

    The operator, at the server, can give themselves any role; so what sets an installation up
    (bringing in what exists, the first packs) needs no name: they count as its consultant there.
    What is restricted, and verifying or approving anything, needs a role that was given.

    Raises Missing with what to say on the command line.
    """
    if not inspect(db.engine).has_table(Account.__tablename__):
        raise Missing(_l("This installation is not set up yet. Run: qms init"))
    if user_name:
        account = account_named(user_name)
        person = person_of_account(account) if account else None
        if account is None or person is None:
            raise Missing(_l("There is no account “%(name)s”.", name=user_name))
        if account.disabled_at is not None or not person.is_active:
            raise Missing(_l("“%(name)s” cannot sign in any more.", name=user_name))
        return person
    accounts = db.session.scalars(
        select(Account).where(Account.is_operator, Account.disabled_at.is_(None)).limit(2)
    ).all()
    person = person_of_account(accounts[0]) if len(accounts) == 1 else None
    if person is None:
        raise Missing(_l("Say who you are with --by USERNAME."))
    person.lent = (AtTheServer(person.rights.tree.root.id),)
    person.__dict__.pop("rights", None)
    return person


@dataclass(frozen=True)
class AtTheServer:
    """The role of who runs a command without saying in whose name."""

    unit_id: int
    role: Role = Role.CONSULTANT

    def holds_on(self, _day: date) -> bool:
        """Always, while the command runs."""
        return True


def appointments_on(person_ids: Iterable[int], day: date) -> list[Appointment]:
    """The appointments that these persons hold on a day, with their positions."""
    return list(
        db.session.scalars(
            select(Appointment)
            .where(
                Appointment.person_id.in_(list(person_ids)),
                in_force(Appointment, day),
            )
            .order_by(Appointment.person_id, Appointment.from_on, Appointment.id)
            .options(joinedload(Appointment.position))
        )
    )


def heads_on(unit_ids: Iterable[int], day: date) -> dict[int, Appointment]:
    """Who leads each of these units on a day, as far as somebody does: the last appointed."""
    found = db.session.scalars(
        select(Appointment)
        .join(Appointment.position)
        .where(
            Position.unit_id.in_(list(unit_ids)),
            Position.is_head,
            in_force(Appointment, day),
        )
        .order_by(Appointment.from_on, Appointment.id)
        .options(contains_eager(Appointment.position), joinedload(Appointment.person))
    )
    return {one.position.unit_id: one for one in found}


def appointment_in(person: Person, unit_id: int, day: date) -> Appointment | None:
    """The position in which a person signs for a unit: one in that unit, else the nearest above,
    else any."""
    held = appointments_on([person.id], day)
    tree = person.rights.tree
    near = [unit_id, *(node.id for node in tree.ancestors(unit_id))] if tree.get(unit_id) else []
    for candidate in near:
        for appointment in held:
            if appointment.position.unit_id == candidate:
                return appointment
    return held[0] if held else None


def acts_for(person: Person, day: date) -> set[int]:
    """The ids of everybody for whom this person counts on a day: themself, those who delegated to
    them, and those whom they delegated to (duties stay separate both ways). Read once for a day
    while the person is loaded; a new delegation makes it forgotten."""
    kept: tuple[date, set[int]] | None = person.__dict__.get("acts_for")
    if kept is None or kept[0] != day:
        rows = db.session.execute(
            select(Delegation.person_id, Delegation.delegate_id).where(
                or_(Delegation.delegate_id == person.id, Delegation.person_id == person.id),
                in_force(Delegation, day),
            )
        )
        kept = day, {person.id}.union(*(set(row) for row in rows))
        person.__dict__["acts_for"] = kept
    return kept[1]


def people_trusted(
    district: District,
    roles: Iterable[Role],
    *,
    apart_from: Any,
    unit_ids: Iterable[int] | None = None,
) -> list[Person]:
    """People who can sign in and were given one of these roles (in one of these units), with their
    grants, by name, at most `MOST_TRUSTED`. Left out is whoever `apart_from` selects (ids of
    people), and who counts as one of them today (`acts_for`). What their roles allow, the rule
    still has to say of each. One query."""
    day, apart = district.today, apart_from.subquery()
    barred = union_all(
        select(apart),
        select(Delegation.person_id).where(
            Delegation.delegate_id.in_(select(apart)), in_force(Delegation, day)
        ),
        select(Delegation.delegate_id).where(
            Delegation.person_id.in_(select(apart)), in_force(Delegation, day)
        ),
    )
    held = select(RoleGrant.person_id).where(
        RoleGrant.district_id == district.id,
        RoleGrant.role.in_(list(roles)),
        in_force(RoleGrant, day),
    )
    if unit_ids is not None:
        held = held.where(RoleGrant.unit_id.in_(list(unit_ids)))
    return list(
        db.session.scalars(
            select(Person)
            .join(Account, Account.id == Person.account_id)
            .where(
                Person.district_id == district.id,
                Person.id.in_(held),
                Person.id.not_in(barred),
                is_here(day),
                Account.disabled_at.is_(None),
            )
            .order_by(Person.name_key, Person.id)
            .options(joinedload(Person.grants))
            .limit(MOST_TRUSTED)
        ).unique()
    )


def positions_held(person_ids: Iterable[int], day: date) -> set[int]:
    """The ids of the positions that these persons hold on a day."""
    return {appointment.position_id for appointment in appointments_on(person_ids, day)}


MOST_OFFERED = 5_000
"""Choices of a form: more than any district has, and few enough for a page. Where the list is cut,
the field says so (`fields.cut_short`)."""
MOST_TRUSTED = 100
"""People of whom it is asked whether they may do something that waits."""
MOST_SHOWN = 200
"""Lines of one kind on a unit's page, which says where the others are."""


def holders_of(
    roles: Iterable[Role], unit_id: int, by: Person, keep: Iterable[int] = ()
) -> list[Person]:
    """Who holds one of these roles in a unit now, by name, and those to keep: choices of `by`."""
    tree = by.rights.tree
    near, day = [unit_id, *(node.id for node in tree.ancestors(unit_id))], tree.day
    held = select(RoleGrant.person_id).where(
        RoleGrant.district_id == by.district_id,
        RoleGrant.unit_id.in_(near),
        RoleGrant.role.in_(list(roles)),
        in_force(RoleGrant, day),
    )
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.district_id == by.district_id,
                or_(Person.id.in_(held), Person.id.in_(list(keep))),
                is_here(day),
            )
            .order_by(Person.name_key, Person.uid)
            .limit(MOST_SHOWN)
        )
    )


def units_lacking(district: District, roles: Iterable[Role], nodes: Iterable[Node]) -> list[Node]:
    """Of these units those in which nobody who can sign in holds one of these roles today, given
    there or above. One query."""
    tree, day = tree_of(district), district.today
    held = set(
        db.session.scalars(
            select(RoleGrant.unit_id)
            .join(Person, Person.id == RoleGrant.person_id)
            .join(Account, Account.id == Person.account_id)
            .where(
                RoleGrant.district_id == district.id,
                RoleGrant.role.in_(list(roles)),
                in_force(RoleGrant, day),
                is_here(day),
                Account.disabled_at.is_(None),
            )
            .distinct()
        )
    )
    return [
        node
        for node in nodes
        if node.id not in held and not any(one.id in held for one in tree.ancestors(node.id))
    ]


def heads_of_units(district: District) -> list[Person]:
    """Who heads a unit today, by name."""
    day = district.today
    heading = (
        select(Appointment.person_id)
        .join(Position, Position.id == Appointment.position_id)
        .where(
            Appointment.district_id == district.id,
            Position.is_head,
            in_force(Appointment, day),
        )
    )
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.district_id == district.id,
                Person.id.in_(heading),
                is_here(day),
            )
            .order_by(Person.name_key, Person.uid)
            .limit(MOST_OFFERED)
        )
    )


def people_in(
    district: District, unit_ids: Iterable[int], limit: int = MOST_OFFERED
) -> list[Person]:
    """People with a role or a position in one of these units now, by name: choices for owner."""
    day, ids = district.today, list(unit_ids)
    with_role = select(RoleGrant.person_id).where(
        RoleGrant.district_id == district.id,
        RoleGrant.unit_id.in_(ids),
        in_force(RoleGrant, day),
        RoleGrant.role != Role.GUEST,
    )
    with_position = (
        select(Appointment.person_id)
        .join(Position, Position.id == Appointment.position_id)
        .where(
            Position.district_id == district.id,
            Position.unit_id.in_(ids),
            in_force(Appointment, day),
        )
    )
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.district_id == district.id,
                or_(Person.id.in_(with_role), Person.id.in_(with_position)),
                is_here(day),
            )
            .order_by(Person.name_key, Person.uid)
            .limit(limit)
        )
    )


def positions_in(
    district: District, unit_ids: Iterable[int], limit: int = MOST_OFFERED
) -> list[Position]:
    """Open positions of these units, by title."""
    return list(
        db.session.scalars(
            select(Position)
            .where(
                Position.district_id == district.id,
                Position.unit_id.in_(list(unit_ids)),
                Position.closed_on.is_(None),
            )
            .order_by(Position.title, Position.uid)
            .limit(limit)
        )
    )


def held_in(unit: Unit, day: date) -> list[str]:
    """Positions and roles of a unit that people still have on a day, each as a line."""
    holders = db.session.scalars(
        select(Appointment)
        .join(Appointment.position)
        .where(
            Appointment.district_id == unit.district_id,
            Position.unit_id == unit.id,
            not_over(Appointment, day),
        )
        .order_by(Appointment.id)
        .limit(MOST_SHOWN)
        .options(joinedload(Appointment.position), joinedload(Appointment.person))
    )
    grants = db.session.scalars(
        select(RoleGrant)
        .where(
            RoleGrant.district_id == unit.district_id,
            RoleGrant.unit_id == unit.id,
            not_over(RoleGrant, day),
        )
        .order_by(RoleGrant.id)
        .limit(MOST_SHOWN)
        .options(joinedload(RoleGrant.person))
    )
    return [
        *(f"{one.title}: {one.person.name}" for one in holders),
        *(f"{one.role.label}: {one.person.name}" for one in grants),
    ]


def _in_units(day: date, unit_ids: Iterable[int] | None) -> ColumnElement[bool]:
    """The condition that a person has a role or position in one of these units (None: in any)."""
    role = select(RoleGrant.id).where(RoleGrant.person_id == Person.id, not_over(RoleGrant, day))
    position = (
        select(Appointment.id)
        .join(Position, Position.id == Appointment.position_id)
        .where(Appointment.person_id == Person.id, not_over(Appointment, day))
    )
    if unit_ids is not None:
        ids = list(unit_ids)
        role = role.where(RoleGrant.unit_id.in_(ids))
        position = position.where(Position.unit_id.in_(ids))
    return or_(role.exists(), position.exists())


def kept_people(admin: Person) -> list[ColumnElement[bool]]:
    """WHERE conditions for the people whom an administrator sees: those with a role or position
    in units that they administer, and those with none at all. Whoever administers nothing sees
    nobody."""
    conditions: list[ColumnElement[bool]] = [Person.district_id == admin.district_id]
    units = admin.rights.units(ADMINISTERS)
    if not units:
        conditions.append(false())
    elif not units.everywhere:
        day = admin.district.today
        conditions.append(or_(_in_units(day, units.ids), not_(_in_units(day, None))))
    return conditions


def person_kept_by(admin: Person, uid: UUID) -> Person:
    """One of the people whom an administrator sees, with account, roles and positions."""
    found = db.session.scalar(
        select(Person)
        .where(Person.uid == uid, *kept_people(admin))
        .options(
            joinedload(Person.district),
            joinedload(Person.account),
            selectinload(Person.grants),
            selectinload(Person.appointments).joinedload(Appointment.position),
        )
    )
    if found is None:
        raise Missing(_l("There is no such person."))
    return found


PEOPLE_ORDER = (listing.Key(Person.name_key), listing.Key(Person.uid))


def people_page(
    admin: Person,
    cursor: str | None = None,
    *,
    q: str = "",
    role: Iterable[Role] = (),
    unit_ids: Iterable[int] | None = None,
    left: bool = False,
) -> listing.Page[Any]:
    """A page of the register of people, by name. `q` is the beginning of a name (without titles
    before it) or of a user name."""
    day = admin.district.today
    gone = and_(Person.left_on.is_not(None), Person.left_on <= day)
    statement: Any = (
        select(
            Person.id,
            Person.uid,
            Person.name,
            Person.name_key,
            Person.left_on,
            Account.user_name,
            Account.disabled_at,
        )
        .outerjoin(Account, Account.id == Person.account_id)
        .where(*kept_people(admin), gone if left else not_(gone))
    )
    if words := sorting_name(q):
        named = select(Account.id).where(beginning_with(Account.user_name, q))
        statement = statement.where(
            or_(beginning_with(Person.name_key, words), Person.account_id.in_(named))
        )
    if roles := list(role):
        held = select(RoleGrant.person_id).where(
            RoleGrant.district_id == admin.district_id,
            RoleGrant.role.in_(roles),
            RoleGrant.unit_id.in_(admin.rights.units(ADMINISTERS).ids),
            not_over(RoleGrant, day),
        )
        statement = statement.where(Person.id.in_(held))
    if unit_ids is not None:
        statement = statement.where(_in_units(day, unit_ids))
    return listing.page(statement, PEOPLE_ORDER, cursor)


def grants_of(person_ids: Iterable[int], day: date) -> list[RoleGrant]:
    """The roles of these persons that hold on a day or later, by unit and role."""
    return list(
        db.session.scalars(
            select(RoleGrant)
            .where(RoleGrant.person_id.in_(list(person_ids)), not_over(RoleGrant, day))
            .order_by(RoleGrant.unit_id, RoleGrant.role, RoleGrant.from_on, RoleGrant.id)
        )
    )


def roles_in_unit(unit: Unit, day: date, limit: int) -> list[tuple[RoleGrant, Person]]:
    """Who has a role in a unit itself on a day or later, by role and name."""
    rows = db.session.execute(
        select(RoleGrant, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.district_id == unit.district_id,
            RoleGrant.unit_id == unit.id,
            not_over(RoleGrant, day),
        )
        .order_by(RoleGrant.role, Person.name_key, Person.uid)
        .limit(limit)
    )
    return [(grant, person) for grant, person in rows]


def positions_of_unit(
    unit: Unit, day: date, limit: int
) -> list[tuple[Position, Appointment | None, Person | None]]:
    """The open positions of a unit, heads first, each with who holds it on a day (a row for each
    holder)."""
    rows = db.session.execute(
        select(Position, Appointment, Person)
        .outerjoin(
            Appointment,
            and_(
                Appointment.position_id == Position.id,
                Appointment.from_on <= day,
                not_over(Appointment, day),
            ),
        )
        .outerjoin(Person, Person.id == Appointment.person_id)
        .where(
            Position.district_id == unit.district_id,
            Position.unit_id == unit.id,
            or_(Position.closed_on.is_(None), Position.closed_on > day),
        )
        .order_by(Position.is_head.desc(), Position.title, Position.uid, Appointment.from_on)
        .limit(limit)
    )
    return [(position, appointment, person) for position, appointment, person in rows]


def delegations_of(person: Person, limit: int = 50) -> list[Delegation]:
    """To whom a person delegated, and who delegated to them; the latest first."""
    return list(
        db.session.scalars(
            select(Delegation)
            .where(or_(Delegation.person_id == person.id, Delegation.delegate_id == person.id))
            .order_by(Delegation.from_on.desc(), Delegation.id.desc())
            .options(joinedload(Delegation.person), joinedload(Delegation.delegate))
            .limit(limit)
        )
    )


def administers_alone(person: Person, but: RoleGrant | None = None) -> bool:
    """Whether nobody else could administer the whole district for good without this person, or
    without one of the grants: who leaves on a day, or whose role ends, does not count."""
    today = person.district.today
    grants = db.session.scalars(
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Account, Account.id == Person.account_id)
        .where(
            RoleGrant.district_id == person.district_id,
            RoleGrant.unit_id == person.rights.tree.root.id,
            RoleGrant.role.in_(ADMINISTERS),
            RoleGrant.withdrawn_at.is_(None),
            Account.disabled_at.is_(None),
            is_here(today),
        )
        .options(contains_eager(RoleGrant.person))
        .with_for_update(of=RoleGrant)  # two who go at once would each see the other stay
    )
    held = [grant for grant in grants if grant.holds_on(today)]
    lost = [one for one in held if (one is but if but else one.person_id == person.id)]
    staying = [
        one
        for one in held
        if one not in lost and one.until_on is None and one.person.left_on is None
    ]
    return bool(lost) and not staying


def operates_alone(person: Person) -> bool:
    """Whether nobody else could operate the installation for good without this person."""
    others = (
        select(Account.id)
        .join(Person, Person.account_id == Account.id)
        .where(
            Account.is_operator,
            Account.disabled_at.is_(None),
            Account.id != person.account_id,
            Person.left_on.is_(None),
        )
    )
    return person.is_operator and db.session.scalar(others.limit(1)) is None


def people_to_choose(admin: Person, limit: int = MOST_OFFERED) -> list[Person]:
    """Those whom an administrator sees and who have not left, by name: choices in a form."""
    day = admin.district.today
    return list(
        db.session.scalars(
            select(Person)
            .where(*kept_people(admin), is_here(day))
            .order_by(Person.name_key, Person.uid)
            .limit(limit)
        )
    )


def colleagues(person: Person) -> list[Person]:
    """Whom somebody may name to act for them: people with a role or a position in the units that
    they see or above those, as who plans an action chooses its owner from."""
    tree, seen = person.rights.tree, person.rights.units(ALL).ids
    above = {node.id for unit_id in seen for node in tree.ancestors(unit_id)}
    return people_in(person.district, seen | above)


def position_titled(unit: Unit, title: str) -> Position | None:
    """A unit's open position with this title."""
    return db.session.scalar(
        select(Position).where(
            Position.district_id == unit.district_id,
            Position.unit_id == unit.id,
            Position.title == title.strip(),
            Position.closed_on.is_(None),
        )
    )


def address_of(person: Person) -> str | None:
    """Where somebody's mail goes: their own address, else their account's."""
    return person.mail or (person.account.mail if person.account else None) or None


def refusal_of(person: Person) -> RefusedAddress | None:
    """What a mail server said when it refused the address that somebody has now; None: nothing."""
    found = db.session.get(RefusedAddress, (person.district_id, person.id))
    return found if found is not None and found.address == address_of(person) else None
