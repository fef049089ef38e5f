"""Who may keep whom: rights never grow by keeping people, and end at the district's border."""

from collections.abc import Iterator
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest

from qms.core import clock
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.core.i18n import speaking
from qms.people import operations as people
from qms.people.installation import INSTALLATION
from qms.people.models import Person, sorting_name
from qms.people.permissions import (
    may_add_person,
    may_administer,
    may_administer_district,
    may_grant,
    may_keep_account,
    may_keep_person,
    may_operate,
)
from qms.people.roles import KEEPS, Role
from tests.cast import SINCE, SYSTEM, Cast

OTHERS = [name for name in Cast.ROLES if name != "administrator"]
DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are read in English."""
    with speaking("en"):
        yield


@pytest.fixture
def unit_admin(cast: Cast) -> Person:
    """Administrator of Disnaker only."""
    person = cast.person("unit_admin", Role.ADMINISTRATOR, cast.disnaker)
    db.session.commit()
    return person


def test_only_administrators_administer(cast: Cast) -> None:
    for who in OTHERS:
        person = getattr(cast, who)
        at_home = who == "outsider"
        assert may_administer(person) is at_home, who
        assert may_administer_district(person) is at_home, who
        for unit in (cast.root, cast.disnaker, cast.blk, cast.dinkes):
            assert not may_administer(person, unit.id), who
            assert not may_grant(person, (Role.OWNER, unit.id)), who
        assert not may_add_person(person, cast.district.id), who
        assert not may_keep_person(person, cast.staff), who
        assert not may_keep_account(person, cast.staff), who
        assert not may_operate(person), who


def test_an_administrator_administers_below_and_not_beside(cast: Cast, unit_admin: Person) -> None:
    assert may_administer(unit_admin, cast.disnaker.id)
    assert may_administer(unit_admin, cast.blk.id)
    assert not may_administer(unit_admin, cast.dinkes.id)
    assert not may_administer(unit_admin, cast.root.id)
    assert not may_administer_district(unit_admin)


def test_rights_end_at_the_districts_border(cast: Cast) -> None:
    """The outsider is administrator of a whole district, by a grant at its root."""
    outsider, root = cast.outsider, cast.outsider.rights.tree.root
    assert may_administer(outsider, root.id)
    assert not may_administer(cast.administrator, root.id)
    for act in (
        lambda: people.add_person(cast.district.id, "Penyusup", by=outsider),
        lambda: people.edit_person(cast.staff, name="X", mail=None, left_on=None, by=outsider),
        lambda: people.reset_password(cast.staff, "panjang sekali", by=outsider),
        lambda: people.grant_role(
            outsider, Role.HEAD, cast.disnaker, from_on=DAY, by=cast.administrator
        ),
        lambda: people.grant_role(cast.staff, Role.HEAD, cast.disnaker, from_on=DAY, by=outsider),
        lambda: people.add_position(cast.disnaker, "Kepala", by=outsider),
        lambda: people.delegate(
            cast.staff, outsider, from_on=DAY, reason="x", by=cast.administrator
        ),
    ):
        with pytest.raises(Refused):
            act()


def is_refused(act: Any) -> bool:
    try:
        act()
    except Refused:
        return True
    return False


def every_verb(cast: Cast, by: Any) -> list[Any]:
    """Whatever is done with a person of Disnaker, as `by` would do it."""
    staff, unit = cast.staff, cast.disnaker
    position = people.add_position(unit, "Staf", by=SYSTEM)
    held = people.appoint(staff, position, from_on=SINCE, by=SYSTEM)
    new = people.add_person(cast.district.id, "Baru", by=SYSTEM)
    acting = people.delegate(staff, new, from_on=SINCE, reason="Cuti", by=SYSTEM)
    return [
        lambda: people.add_person(cast.district.id, "Lain", by=by),
        lambda: people.edit_person(staff, name="X", mail=None, left_on=None, by=by),
        lambda: people.open_account(new, "baru", "panjang sekali", by=by),
        lambda: people.reset_password(staff, "panjang sekali", by=by),
        lambda: people.end_sessions(staff, by=by),
        lambda: people.disable_account(staff, by=by),
        lambda: people.enable_account(staff, by=by),
        lambda: people.add_position(unit, "Kepala", by=by),
        lambda: people.close_position(position, on=DAY, by=by),
        lambda: people.appoint(staff, position, from_on=DAY, by=by),
        lambda: people.end_appointment(held, on=DAY, by=by),
        lambda: people.grant_role(staff, Role.AUDITOR, unit, from_on=DAY, by=by),
        lambda: people.withdraw_role(staff.grants[0], reason="x", by=by),
        lambda: people.delegate(staff, cast.head, from_on=DAY, reason="x", by=by),
        lambda: people.end_delegation(acting, on=DAY, by=by),
    ]


def test_nobody_else_does_what_administrators_do(cast: Cast) -> None:
    for who in OTHERS:
        if who == "staff":
            continue  # the one concerned may delegate
        for number, act in enumerate(every_verb(cast, getattr(cast, who))):
            assert is_refused(act), f"{who} did verb {number}"
        db.session.rollback()


def test_administrators_and_the_installation_do(cast: Cast, unit_admin: Person) -> None:
    for by in (cast.administrator, unit_admin, INSTALLATION):
        for act in every_verb(cast, by):
            try:
                act()
            except (Invalid, OutOfTurn):
                continue  # the second and third time some of it is done already
        db.session.rollback()


def test_nobody_gains_by_keeping_a_person(cast: Cast, unit_admin: Person) -> None:
    """The administrator of Disnaker could sign in as whom they give a password."""
    assert may_keep_account(unit_admin, cast.staff)
    people.grant_role(cast.staff, Role.OFFICER, cast.dinkes, from_on=SINCE, by=cast.administrator)
    db.session.commit()
    db.session.expire_all()
    assert not may_keep_person(unit_admin, cast.staff)
    assert not may_keep_account(unit_admin, cast.staff)
    for mighty in (cast.administrator, cast.coordinator):
        position = people.add_position(cast.disnaker, f"Jabatan {mighty.name}", by=unit_admin)
        people.appoint(mighty, position, from_on=SINCE, by=unit_admin)
        db.session.commit()
        with pytest.raises(Refused):
            people.reset_password(mighty, "panjang sekali", by=unit_admin)
    with pytest.raises(Refused):
        people.grant_role(unit_admin, Role.ADMINISTRATOR, cast.root, from_on=DAY, by=unit_admin)
    with pytest.raises(Refused):
        people.open_account(
            people.add_person(cast.district.id, "Operator", by=unit_admin),
            "operator",
            "panjang sekali",
            is_operator=True,
            by=unit_admin,
        )


def test_an_operators_account_is_kept_by_operators(cast: Cast) -> None:
    cast.staff.account.is_operator = True
    assert not may_keep_account(cast.administrator, cast.staff)
    assert may_keep_account(cast.staff, cast.administrator)
    assert not may_keep_account(cast.staff, cast.outsider)
    assert may_keep_account(INSTALLATION, cast.staff)
    db.session.rollback()


def test_an_account_in_two_districts_is_kept_by_operators(cast: Cast) -> None:
    cast.bystander.account_id = cast.outsider.account_id
    assert may_keep_person(cast.administrator, cast.bystander)
    assert not may_keep_account(cast.administrator, cast.bystander)
    db.session.rollback()


def test_a_grant_holds_from_its_first_day_to_the_day_before_its_end(
    cast: Cast, travel: Any
) -> None:
    today = cast.district.today
    people.grant_role(
        cast.bystander,
        Role.OFFICER,
        cast.disnaker,
        from_on=today + timedelta(days=2),
        until_on=today + timedelta(days=4),
        by=cast.administrator,
    )
    db.session.commit()
    start = clock.start_of(today, cast.district.timezone)
    held = []
    for day in range(6):
        travel(start + timedelta(days=day, hours=1))
        db.session.expire_all()
        cast.bystander.__dict__.pop("rights", None)
        held.append(cast.bystander.holds(KEEPS, cast.blk.id))
    assert held == [False, False, True, True, False, False]


def test_a_guest_needs_an_end(cast: Cast) -> None:
    grant = {"from_on": DAY, "by": cast.administrator}
    with pytest.raises(Invalid) as refused:
        people.grant_role(cast.bystander, Role.GUEST, cast.disnaker, **grant)
    assert "until_on" in refused.value.fields
    with pytest.raises(Invalid):
        people.grant_role(cast.bystander, Role.GUEST, cast.disnaker, until_on=DAY, **grant)
    people.grant_role(
        cast.bystander, Role.GUEST, cast.disnaker, until_on=DAY + timedelta(days=3), **grant
    )


def test_the_same_role_is_not_given_twice_at_a_time(cast: Cast) -> None:
    grant = {"by": cast.administrator}
    with pytest.raises(Invalid):
        people.grant_role(cast.officer, Role.OFFICER, cast.disnaker, from_on=DAY, **grant)
    people.grant_role(cast.officer, Role.OFFICER, cast.dinkes, from_on=DAY, **grant)
    people.withdraw_role(cast.officer.grants[0], reason="Mutasi", **grant)
    people.grant_role(cast.officer, Role.OFFICER, cast.disnaker, from_on=DAY, **grant)


def test_a_withdrawal_has_a_reason_and_happens_once(cast: Cast) -> None:
    grant = cast.officer.grants[0]
    with pytest.raises(Invalid):
        people.withdraw_role(grant, reason="  ", by=cast.administrator)
    people.withdraw_role(grant, reason="Mutasi", by=cast.administrator)
    with pytest.raises(OutOfTurn):
        people.withdraw_role(grant, reason="Mutasi", by=cast.administrator)


def test_the_last_administrator_stays(cast: Cast) -> None:
    by = cast.administrator
    for act in (
        lambda: people.withdraw_role(by.grants[0], reason="x", by=by),
        lambda: people.disable_account(by, by=SYSTEM),
        lambda: people.edit_person(by, name="X", mail=None, left_on=DAY, by=by),
    ):
        with pytest.raises(OutOfTurn, match="Nobody else administers the whole district"):
            act()
    second = cast.person("second", Role.ADMINISTRATOR, cast.root)
    people.withdraw_role(by.grants[0], reason="Mutasi", by=second)
    db.session.commit()


def test_nobody_shuts_themself_out(cast: Cast) -> None:
    cast.person("second", Role.ADMINISTRATOR, cast.root)
    with pytest.raises(OutOfTurn, match="shut yourself out"):
        people.disable_account(cast.administrator, by=cast.administrator)


def test_one_definitive_head_at_a_time(cast: Cast) -> None:
    by = cast.administrator
    head = people.add_position(cast.disnaker, "Kepala Dinas", is_head=True, by=by)
    first = people.appoint(cast.head, head, from_on=SINCE, by=by)
    with pytest.raises(Invalid, match="Head holds this position then"):
        people.appoint(cast.staff, head, from_on=DAY, by=by)
    people.appoint(cast.staff, head, kind=people.AppointmentKind.PLH, from_on=DAY, by=by)
    with pytest.raises(OutOfTurn, match="end that first"):
        people.close_position(head, on=DAY, by=by)
    people.end_appointment(first, on=DAY, by=by)
    people.appoint(cast.owner, head, from_on=DAY, by=by)
    db.session.commit()


@pytest.mark.parametrize("nip", ["123", "19700101199503100x", "1970010119950310011"])
def test_a_nip_has_eighteen_digits(cast: Cast, nip: str) -> None:
    position = people.add_position(cast.disnaker, "Staf", by=SYSTEM)
    with pytest.raises(Invalid) as refused:
        people.appoint(cast.staff, position, nip=nip, from_on=DAY, by=SYSTEM)
    assert "nip" in refused.value.fields


def test_a_person_says_who_acts_for_them(cast: Cast) -> None:
    delegation = people.delegate(
        cast.officer, cast.owner, from_on=DAY, reason="Cuti", by=cast.officer
    )
    with pytest.raises(Refused):
        people.end_delegation(delegation, on=date(2026, 4, 1), by=cast.staff)
    people.end_delegation(delegation, on=date(2026, 4, 1), by=cast.officer)
    for wrong in ({"reason": " "}, {"until_on": DAY}):
        with pytest.raises(Invalid):
            people.delegate(
                cast.officer,
                cast.owner,
                **{"from_on": DAY, "reason": "x", "by": cast.officer, **wrong},
            )
    with pytest.raises(Invalid):
        people.delegate(cast.officer, cast.officer, from_on=DAY, reason="x", by=cast.officer)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dr. Ir. H. Budi Santoso, M.Si.", "budi santoso, m.si."),
        ("dr.Siti Aminah", "siti aminah"),
        ("Hasan Basri", "hasan basri"),
        ("M. Yusuf", "m. yusuf"),
        ("Dra. Hj. Ani", "ani"),
        ("Dr.", "dr."),
    ],
)
def test_names_sort_without_the_titles_before_them(name: str, key: str) -> None:
    assert sorting_name(name) == key


@pytest.fixture
def beside(cast: Cast) -> Person:
    """Administrator of Dinkes only."""
    person = cast.person("beside", Role.ADMINISTRATOR, cast.dinkes)
    db.session.commit()
    return person


def test_whom_nobody_gave_anything_is_kept_by_any_administrator(
    cast: Cast, unit_admin: Person, beside: Person
) -> None:
    new = people.add_person(cast.district.id, "Baru", by=unit_admin)
    db.session.commit()
    for by in (unit_admin, beside, cast.administrator):
        assert may_keep_person(by, new) and may_keep_account(by, new)
    assert not may_keep_person(cast.outsider, new)


def test_who_had_a_role_stays_with_those_who_kept_them(
    cast: Cast, unit_admin: Person, beside: Person
) -> None:
    """Or every administrator could rename, and enter as, whoever is between two posts."""
    for grant in cast.staff.grants:
        people.withdraw_role(grant, reason="Mutasi", by=cast.administrator)
    db.session.commit()
    assert may_keep_person(unit_admin, cast.staff) and may_keep_account(unit_admin, cast.staff)
    assert not may_keep_person(beside, cast.staff) and not may_keep_account(beside, cast.staff)
    people.grant_role(cast.staff, Role.OWNER, cast.dinkes, from_on=DAY, by=beside)
    db.session.commit()
    db.session.expire(cast.staff, ["grants"])
    assert may_keep_person(beside, cast.staff)
    assert not may_keep_person(unit_admin, cast.staff)


def test_who_has_a_position_only_is_kept_where_it_is(
    cast: Cast, unit_admin: Person, beside: Person
) -> None:
    regent = people.add_person(cast.district.id, "Kepala", by=SYSTEM)
    position = people.add_position(cast.disnaker, "Kepala Dinas", by=SYSTEM)
    held = people.appoint(regent, position, from_on=SINCE, by=SYSTEM)
    db.session.commit()
    assert may_keep_person(unit_admin, regent) and not may_keep_person(beside, regent)
    people.end_appointment(held, on=DAY, by=SYSTEM)
    db.session.commit()
    assert may_keep_person(unit_admin, regent) and not may_keep_person(beside, regent)


def test_an_operator_without_a_role_is_kept_by_operators_only(
    cast: Cast, unit_admin: Person
) -> None:
    """A day of leaving would lock them out."""
    operator = people.add_person(cast.district.id, "Operator", by=SYSTEM)
    people.open_account(operator, "operator", "panjang sekali", by=SYSTEM, is_operator=True)
    db.session.commit()
    assert not may_keep_person(unit_admin, operator)
    assert not may_keep_person(cast.administrator, operator)
    with pytest.raises(Refused):
        people.edit_person(operator, name="X", mail=None, left_on=DAY, by=unit_admin)


def test_a_position_is_not_held_twice_at_a_time(cast: Cast) -> None:
    """A form sent twice would show two signatures' titles."""
    by, day = cast.administrator, timedelta(days=1)
    position = people.add_position(cast.disnaker, "Staf", by=by)
    people.appoint(cast.staff, position, from_on=DAY, until_on=DAY + 10 * day, by=by)
    db.session.commit()
    for start, end in ((DAY, None), (DAY - day, DAY + day), (DAY + 9 * day, None)):
        with pytest.raises(Invalid, match="holds this position already in that time"):
            people.appoint(cast.staff, position, from_on=start, until_on=end, by=by)
    people.appoint(cast.staff, position, from_on=DAY + 10 * day, by=by)
    people.appoint(cast.owner, position, from_on=DAY, by=by)
    db.session.commit()


def test_an_end_comes_earlier_but_never_later(cast: Cast) -> None:
    """Whoever was to act until December hands over in June; what has ended is history."""
    by, day, today = cast.administrator, timedelta(days=1), cast.district.today
    head = people.add_position(cast.disnaker, "Kepala Dinas", is_head=True, by=by)
    held = people.appoint(cast.head, head, from_on=SINCE, until_on=today + 90 * day, by=by)
    stands_in = people.delegate(
        cast.officer, cast.owner, from_on=SINCE, until_on=today + 90 * day, reason="Cuti", by=by
    )
    people.appoint(cast.owner, head, from_on=today + 90 * day, by=by)
    for end, one in ((people.end_appointment, held), (people.end_delegation, stands_in)):
        with pytest.raises(Invalid, match="already"):
            end(one, on=today + 91 * day, by=by)
        end(one, on=today, by=by)
        with pytest.raises(OutOfTurn, match="ended already"):
            end(one, on=today - day, by=by)
    db.session.commit()
    assert (held.until_on, stands_in.until_on) == (today, today)


def test_nothing_is_given_to_who_has_left(cast: Cast) -> None:
    by, today = cast.administrator, cast.district.today
    position = people.add_position(cast.disnaker, "Staf", by=by)
    people.edit_person(cast.staff, name="Staff", mail=None, left_on=today, by=by)
    with pytest.raises(Invalid, match="left on"):
        people.appoint(cast.staff, position, from_on=today, by=by)
    with pytest.raises(Invalid, match="left on"):
        people.grant_role(cast.staff, Role.OWNER, cast.dinkes, from_on=today, by=by)
    people.appoint(cast.staff, position, from_on=SINCE, until_on=today, by=by)
    db.session.commit()


def test_who_administers_for_a_time_only_is_not_the_one_who_stays(cast: Cast) -> None:
    """Else the district would one day have nobody, and no command could give the role again."""
    by, soon = cast.administrator, cast.district.today + timedelta(days=30)
    role = {"role": Role.ADMINISTRATOR, "unit": cast.root, "from_on": SINCE, "by": by}
    people.grant_role(cast.staff, **role, until_on=soon)
    people.grant_role(cast.owner, **role)
    people.edit_person(cast.owner, name="Owner", mail=None, left_on=soon, by=by)
    with pytest.raises(OutOfTurn, match="for good"):
        people.withdraw_role(by.grants[0], reason="Mutasi", by=by)
    people.edit_person(cast.owner, name="Owner", mail=None, left_on=None, by=by)
    people.withdraw_role(by.grants[0], reason="Mutasi", by=cast.owner)
    db.session.commit()


def test_the_installation_is_handed_over_and_never_left_alone(cast: Cast) -> None:
    first, then = cast.administrator, cast.person("second", Role.ADMINISTRATOR, cast.root)
    first.account.is_operator = True
    with pytest.raises(Refused):
        people.entrust_installation(cast.staff, by=then)
    for act in (
        lambda: people.relieve_of_installation(first, by=first),
        lambda: people.disable_account(first, by=SYSTEM),
        lambda: people.edit_person(first, name="X", mail=None, left_on=DAY, by=first),
    ):
        with pytest.raises(OutOfTurn, match="Nobody else operates"):
            act()
    people.entrust_installation(then, by=first)
    with pytest.raises(OutOfTurn, match="already"):
        people.entrust_installation(then, by=first)
    people.relieve_of_installation(first, by=then)
    db.session.commit()
    assert (first.is_operator, then.is_operator) == (False, True)
    with pytest.raises(OutOfTurn, match="does not operate"):
        people.relieve_of_installation(first, by=then)


def test_two_administrators_cannot_take_each_others_role(app: Any, cast: Cast) -> None:
    """Each sees the other as the one who stays, if they ask in the same instant."""
    first, second = cast.administrator, cast.person("second", Role.ADMINISTRATOR, cast.root)
    db.session.commit()
    ids, said = (first.id, second.id), []

    def take_the_firsts() -> None:
        with app.app_context():
            one, by = (db.session.get(Person, person_id) for person_id in ids)
            assert one and by
            try:
                people.withdraw_role(one.grants[0], reason="Mutasi", by=by)
                db.session.commit()
                said.append("withdrawn")
            except (OutOfTurn, Refused):
                said.append("refused")

    people.withdraw_role(second.grants[0], reason="Mutasi", by=first)
    meanwhile = Thread(target=take_the_firsts)
    meanwhile.start()
    meanwhile.join(1)
    db.session.commit()
    meanwhile.join(30)
    assert said == ["refused"]


def test_a_delegation_that_held_is_not_undone(cast: Cast) -> None:
    """What was done by it counts: it can end, not never have been."""
    today, day = cast.district.today, timedelta(days=1)
    held = people.delegate(
        cast.officer, cast.owner, from_on=today - 5 * day, reason="Cuti", by=cast.officer
    )
    for on in (today - 9 * day, today - 5 * day):
        with pytest.raises(Invalid, match="The end must come after the beginning") as told:
            people.end_delegation(held, on=on, by=cast.owner)
        assert "on" in told.value.fields
    people.end_delegation(held, on=today, by=cast.owner)
    assert held.until_on == today
    coming = people.delegate(
        cast.officer, cast.staff, from_on=today + day, reason="Cuti", by=cast.officer
    )
    people.end_delegation(coming, on=today, by=cast.staff)
    assert coming.until_on == coming.from_on, "it never holds"
