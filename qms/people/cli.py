"""Commands for people, positions, roles and accounts: the same as the pages."""

import sys
from datetime import date
from typing import Any

import click

from qms.core.commands import Group
from qms.core.db import db
from qms.core.errors import Invalid, Missing
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.people import operations
from qms.people.models import AppointmentKind
from qms.people.options import (
    acting,
    as_json,
    day_option,
    person_meant,
    print_rows,
    unit_coded,
)
from qms.people.permissions import may_administer
from qms.people.person_pages import person_lines
from qms.people.queries import delegations_of, operator, people_page, position_titled
from qms.people.roles import Role
from qms.people.sessions import one_time_password

ROLES = click.Choice([role.value for role in Role])
KINDS = click.Choice([kind.value for kind in AppointmentKind])
kind_option = click.option(
    "--kind",
    type=KINDS,
    default="definitive",
    show_default=True,
    help="Definitive, or acting: plt (post vacant), plh (holder absent).",
)
from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group(cls=Group)
def people() -> None:
    """People, appointments, roles and accounts. WHO is a user name, a name or a uid."""


@people.command("list")
@click.option("--q", default="", help="Only those whose name or user name begins so.")
@click.option("--unit", "code", metavar="CODE", help="Only those of this unit and under it.")
@click.option("--left", is_flag=True, help="Those who left.")
@as_json
@acting
def list_(q: str, code: str | None, left: bool, as_json: bool, by: str | None) -> None:
    """The people whom the person sees as administrator, by name."""
    person = operator(by)
    require(may_administer, person)
    ids = person.rights.tree.subtree(unit_coded(person, code).id) if code else None
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = people_page(person, cursor, q=q, unit_ids=ids, left=left)
        rows.extend(person_lines(person, page.rows))
        cursor = page.next
        if cursor is None:
            break
    print_rows(rows, as_json)


@people.command()
@click.argument("name")
@click.option("--mail", help="Mail address.")
@click.option("--unit", "code", metavar="CODE", help="The unit of position and role.")
@click.option("--position", help="Title of a position in the unit; added if it has none such.")
@kind_option
@click.option("--nip", help="18 digits.")
@click.option("--head", is_flag=True, help="If the position is new: it leads the unit.")
@click.option("--role", type=ROLES, help="A role in the unit.")
@click.option("--user-name", help="Open an account; its password is printed once.")
@day_option("--from", help="From which day position and role hold. Default: today.")
@day_option("--until", help="The first day on which the role no longer holds.")
@from_stdin
@acting
def add(
    name: str,
    mail: str | None,
    code: str | None,
    position: str | None,
    head: bool,
    kind: str,
    nip: str | None,
    role: str | None,
    user_name: str | None,
    password_stdin: bool,
    by: str | None,
    **days: date | None,
) -> None:
    """Add the person NAME, perhaps with a position, a role and an account at once."""
    acting_one = operator(by)
    if (position or role) and not code:
        raise click.UsageError(_("Say in which unit, with --unit CODE."))
    _refuse_endless_guest(role, days["until"])
    unit = unit_coded(acting_one, code) if code else None
    begins = days["from"] or acting_one.district.today
    person = operations.add_person(acting_one.district_id, name, mail=mail, by=acting_one)
    if position and unit:
        held = position_titled(unit, position) or operations.add_position(
            unit, position, is_head=head, by=acting_one
        )
        operations.appoint(
            person, held, kind=AppointmentKind(kind), nip=nip, from_on=begins, by=acting_one
        )
    password, made = _password(password_stdin) if user_name else ("", False)
    if user_name:
        operations.open_account(person, user_name, password, by=acting_one)
    if role and unit:
        operations.grant_role(
            person, Role(role), unit, from_on=begins, until_on=days["until"], by=acting_one
        )
    db.session.commit()
    click.echo(_("%(name)s is added. uid %(uid)s", name=person.name, uid=person.uid))
    _tell(password, made)


def _refuse_endless_guest(role: str | None, until: date | None) -> None:
    """Whoever types a command is told the option, not the field of a form."""
    if role == Role.GUEST and until is None:
        raise Invalid(
            _("A guest auditor's access must have an end. Say when, with --until YYYY-MM-DD.")
        )


def _password(from_stdin: bool) -> tuple[str, bool]:
    """A password, and whether it was made here and must be told."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    return one_time_password(), True


def _tell(password: str, made: bool) -> None:
    if made:
        click.echo(_("One-time password, shown only now: %(password)s", password=password))


@people.command()
@click.argument("who")
@click.argument("position")
@click.option("--unit", "code", metavar="CODE", required=True, help="The unit of the position.")
@kind_option
@click.option("--head", is_flag=True, help="If the position is new: it leads the unit.")
@click.option("--rank", help="Such as Pembina, IV/a.")
@click.option("--nip", help="18 digits.")
@day_option("--from", help="From which day. Default: today.")
@day_option("--until", help="The first day on which it no longer holds.")
@acting
def appoint(
    who: str,
    position: str,
    code: str,
    kind: str,
    head: bool,
    rank: str | None,
    nip: str | None,
    by: str | None,
    **days: date | None,
) -> None:
    """Record that WHO holds POSITION in a unit; the position is added if the unit has none such."""
    acting_one = operator(by)
    person, unit = person_meant(acting_one, who), unit_coded(acting_one, code)
    held = position_titled(unit, position) or operations.add_position(
        unit, position, is_head=head, by=acting_one
    )
    appointment = operations.appoint(
        person,
        held,
        kind=AppointmentKind(kind),
        rank=rank,
        nip=nip,
        from_on=days["from"] or acting_one.district.today,
        until_on=days["until"],
        by=acting_one,
    )
    db.session.commit()
    click.echo(_("%(name)s: %(position)s.", name=person.name, position=appointment.title))


@people.command("end-appointment")
@click.argument("who")
@click.argument("position")
@click.option("--unit", "code", metavar="CODE", required=True, help="The unit of the position.")
@day_option("--on", help="The first day on which it no longer holds. Default: today.")
@acting
def end_appointment(
    who: str, position: str, code: str, by: str | None, **days: date | None
) -> None:
    """Record that WHO no longer holds POSITION in a unit."""
    acting_one = operator(by)
    person, unit = person_meant(acting_one, who), unit_coded(acting_one, code)
    held = position_titled(unit, position)
    today = acting_one.district.today
    ending = [
        one
        for one in person.appointments
        if held is not None and one.position_id == held.id and not one.is_over(today)
    ]
    if not ending:
        raise Missing(_("%(name)s does not hold this position there.", name=person.name))
    for one in ending:
        operations.end_appointment(one, on=days["on"] or today, by=acting_one)
    db.session.commit()
    click.echo(_("%(name)s no longer holds it.", name=person.name))


@people.command()
@click.argument("who")
@click.option("--name", help="The new name, with titles. Default: the present one.")
@click.option("--mail", help="The new mail address. Default: the present one.")
@day_option("--left", help="The first day on which they no longer work here.")
@acting
def edit(who: str, name: str | None, mail: str | None, by: str | None, **days: date | None) -> None:
    """Correct the name or the mail address of WHO, or note that they left."""
    acting_one = operator(by)
    person = person_meant(acting_one, who)
    operations.edit_person(
        person,
        name=person.name if name is None else name,
        mail=person.mail if mail is None else mail or None,
        left_on=days["left"] or person.left_on,
        by=acting_one,
    )
    db.session.commit()
    click.echo(_("%(name)s is saved.", name=person.name))


@people.command("correct-nip")
@click.argument("who")
@click.argument("nip")
@acting
def correct_nip(who: str, nip: str, by: str | None) -> None:
    """Correct the NIP of WHO, 18 digits, in all positions that they hold."""
    acting_one = operator(by)
    person = person_meant(acting_one, who)
    held = [one for one in person.appointments if not one.is_over(acting_one.district.today)]
    if not held:
        raise Missing(_("%(name)s holds no position.", name=person.name))
    for one in held:
        operations.correct_nip(one, nip, by=acting_one)
    db.session.commit()
    click.echo(_("Saved."))


@people.command()
@click.argument("who")
@click.argument("role", type=ROLES)
@click.option("--unit", "code", metavar="CODE", required=True, help="It holds under it too.")
@day_option("--from", help="From which day. Default: today.")
@day_option("--until", help="The first day on which it no longer holds; a guest needs one.")
@acting
def grant(who: str, role: str, code: str, by: str | None, **days: date | None) -> None:
    """Give WHO a ROLE in a unit."""
    _refuse_endless_guest(role, days["until"])
    acting_one = operator(by)
    person = person_meant(acting_one, who)
    operations.grant_role(
        person,
        Role(role),
        unit_coded(acting_one, code),
        from_on=days["from"] or acting_one.district.today,
        until_on=days["until"],
        by=acting_one,
    )
    db.session.commit()
    click.echo(
        _("%(name)s: %(role)s in %(code)s.", name=person.name, role=Role(role).label, code=code)
    )


@people.command()
@click.argument("who")
@click.argument("role", type=ROLES)
@click.option("--unit", "code", metavar="CODE", required=True, help="Where it was given.")
@click.option("--reason", required=True, help="Why; kept in the journal.")
@acting
def withdraw(who: str, role: str, code: str, reason: str, by: str | None) -> None:
    """Take a ROLE back from WHO, at once."""
    acting_one = operator(by)
    person, unit = person_meant(acting_one, who), unit_coded(acting_one, code)
    today = acting_one.district.today
    grants = [
        grant
        for grant in person.grants
        if grant.unit_id == unit.id and grant.role == role and not grant.is_over(today)
    ]
    if not grants:
        raise Missing(_("%(name)s does not have this role there.", name=person.name))
    for one in grants:
        operations.withdraw_role(one, reason=reason, by=acting_one)
    db.session.commit()
    click.echo(_("The role is withdrawn, at once and everywhere."))


@people.command()
@click.argument("who")
@click.option("--open", "user_name", metavar="USERNAME", help="Open an account.")
@click.option("--disable", is_flag=True, help="Shut them out at once.")
@click.option("--enable", is_flag=True, help="Let them in again.")
@click.option("--end-sessions", is_flag=True, help="Sign them out everywhere.")
@click.option(
    "--operator/--no-operator",
    "operates",
    default=None,
    help="Entrust the installation to them, or relieve them of it.",
)
@from_stdin
@acting
def account(
    who: str,
    user_name: str | None,
    disable: bool,
    enable: bool,
    end_sessions: bool,
    operates: bool | None,
    password_stdin: bool,
    by: str | None,
) -> None:
    """Open, disable or enable the account of WHO, end their sessions, or entrust the installation
    to them: an operator founds districts and keeps the accounts of all."""
    acting_one = operator(by)
    asked = (bool(user_name), disable, enable, end_sessions, operates is not None)
    if asked.count(True) != 1:
        raise click.UsageError(
            _(
                "Say one of --open USERNAME, --disable, --enable, --end-sessions, --operator and "
                "--no-operator."
            )
        )
    person = person_meant(acting_one, who)
    password, made = "", False
    if user_name:
        password, made = _password(password_stdin)
        operations.open_account(person, user_name, password, by=acting_one)
        said = _("The account is open.")
    elif disable:
        operations.disable_account(person, by=acting_one)
        said = _("The account is disabled and signed out everywhere.")
    elif enable:
        operations.enable_account(person, by=acting_one)
        said = _("The account is enabled.")
    elif operates is None:
        operations.end_sessions(person, by=acting_one)
        said = _("All sessions have ended.")
    elif operates:
        operations.entrust_installation(person, by=acting_one)
        said = _("%(name)s operates the installation.", name=person.name)
    else:
        operations.relieve_of_installation(person, by=acting_one)
        said = _("%(name)s does not operate the installation any more.", name=person.name)
    db.session.commit()
    click.echo(said)
    _tell(password, made)


@people.command("reset-password")
@click.argument("who")
@from_stdin
@acting
def reset_password(who: str, password_stdin: bool, by: str | None) -> None:
    """Set a new password for WHO, to be changed at the next sign-in; all sessions end."""
    acting_one = operator(by)
    person = person_meant(acting_one, who)
    password, made = _password(password_stdin)
    operations.reset_password(person, password, by=acting_one)
    db.session.commit()
    click.echo(_("The password is set and must be changed at the next sign-in."))
    _tell(password, made)


@people.command()
@click.argument("who")
@click.argument("to")
@click.option("--reason", required=True, help="Such as leave.")
@day_option("--from", help="From which day. Default: today.")
@day_option("--until", help="The first day on which it no longer holds.")
@acting
def delegate(who: str, to: str, reason: str, by: str | None, **days: date | None) -> None:
    """Note that TO acts for WHO for a time."""
    acting_one = operator(by)
    person, other = person_meant(acting_one, who), person_meant(acting_one, to)
    operations.delegate(
        person,
        other,
        reason=reason,
        from_on=days["from"] or acting_one.district.today,
        until_on=days["until"],
        by=acting_one,
    )
    db.session.commit()
    click.echo(_("%(delegate)s acts for %(name)s.", delegate=other.name, name=person.name))


@people.command("end-delegation")
@click.argument("who")
@click.argument("to")
@day_option("--on", help="The first day on which it no longer holds. Default: today.")
@acting
def end_delegation(who: str, to: str, by: str | None, **days: date | None) -> None:
    """Note that TO no longer acts for WHO."""
    acting_one = operator(by)
    person, other = person_meant(acting_one, who), person_meant(acting_one, to)
    today = acting_one.district.today
    ending = [
        one
        for one in delegations_of(person)
        if one.delegate_id == other.id
        and one.person_id == person.id
        and (one.until_on is None or one.until_on > today)
    ]
    if not ending:
        raise Missing(_("%(delegate)s does not act for %(name)s.", delegate=other.name,
                        name=person.name))  # fmt: skip
    for one in ending:
        operations.end_delegation(one, on=days["on"] or today, by=acting_one)
    db.session.commit()
    click.echo(_("%(delegate)s acts for %(name)s no longer.", delegate=other.name,
                 name=person.name))  # fmt: skip
