"""Commands for districts: an installation holds many, each shut off from the others."""

import click
from sqlalchemy import select

from qms.core.commands import Group
from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.people import operations
from qms.people.installation import INSTALLATION
from qms.people.options import acting, as_json, print_rows
from qms.people.permissions import may_operate
from qms.people.queries import operator
from qms.people.roles import Role
from qms.people.sessions import one_time_password
from qms.units.models import District
from qms.units.operations import found_district


@click.group(cls=Group)
def districts() -> None:
    """Districts of the installation: list, found."""


@districts.command("list")
@as_json
@acting
def list_(as_json: bool, by: str | None) -> None:
    """All districts, by code."""
    require(may_operate, operator(by))
    found = db.session.scalars(select(District).order_by(District.code))
    print_rows(
        (
            {
                "code": one.code,
                "name": one.name,
                "timezone": one.timezone,
                "uid": str(one.uid),
            }
            for one in found
        ),
        as_json,
    )


@districts.command()
@click.argument("code")
@click.argument("name")
@click.option(
    "--timezone",
    default="Asia/Jakarta",
    show_default=True,
    help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura.",
)
@click.option("--administrator", required=True, metavar="NAME", help="Its first administrator.")
@click.option("--user-name", required=True, help="Their user name; the password is printed once.")
@click.option("--mail", help="Their mail address; may be left out.")
@acting
def found(
    code: str,
    name: str,
    timezone: str,
    administrator: str,
    user_name: str,
    mail: str | None,
    by: str | None,
) -> None:
    """Found a further district CODE called NAME, with its first administrator.

    Nobody of another district sees anything of it, not even who founded it.
    """
    root = found_district(code, name, timezone=timezone, by=operator(by))
    person = operations.add_person(root.district_id, administrator, mail=mail, by=INSTALLATION)
    password = one_time_password()
    operations.open_account(person, user_name, password, by=INSTALLATION)
    operations.grant_role(
        person, Role.ADMINISTRATOR, root, from_on=person.district.today, by=INSTALLATION
    )
    db.session.commit()
    click.echo(
        _(
            "%(district)s is founded, with %(name)s as its administrator.",
            district=person.district.name,
            name=person.name,
        )
    )
    click.echo(_("One-time password, shown only now: %(password)s", password=password))
