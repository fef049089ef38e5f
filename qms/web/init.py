"""`qms init`: an empty installation becomes a district with its first administrator."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from qms.core.db import db
from qms.core.errors import OutOfTurn
from qms.core.helptext import Command
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal import verifying
from qms.core.schema import bring_up_to_date
from qms.people import operations as people
from qms.people.installation import INSTALLATION
from qms.people.models import Person
from qms.people.roles import Role
from qms.standards.operations import load_catalogue
from qms.units import operations as units
from qms.units.models import District


@click.command(cls=Command)
@click.option("--district-code", help="Short code of the district, such as CONTOH.")
@click.option("--district-name", help="Its name, such as Kabupaten Contoh.")
@click.option(
    "--timezone",
    default="Asia/Jakarta",
    show_default=True,
    help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura.",
)
@click.option("--name", help="Name of the first administrator.")
@click.option("--user-name", help="Their user name.")
@click.option("--mail", help="Their mail address; may be left out.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input.")
@with_appcontext
def init(
    district_code: str | None,
    district_name: str | None,
    timezone: str,
    name: str | None,
    user_name: str | None,
    mail: str | None,
    password_stdin: bool,
) -> None:
    """Make an empty installation: schema, standards, a district and its first administrator.

    Asks for what the options do not say. With --password-stdin it asks for nothing.
    """
    bring_up_to_date()
    if db.session.scalar(select(District.id).limit(1)) is not None:
        raise OutOfTurn(
            _l("This installation is set up already. Start it with: qms serve"),
        )
    asked = {
        "--district-code": (district_code, _("Code of the district")),
        "--district-name": (district_name, _("Name of the district")),
        "--name": (name, _("Name of the first administrator")),
        "--user-name": (user_name, _("User name")),
    }
    if password_stdin and (missing := [option for option, (said, _q) in asked.items() if not said]):
        raise click.UsageError(_("Say also: %(options)s.", options=", ".join(missing)))
    code, district, person, account = (
        said or click.prompt(question) for said, question in asked.values()
    )
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else click.prompt(_("Password"), hide_input=True, confirmation_prompt=_("Once more"))
    )
    administrator = _set_up(code, district, timezone, person, account, mail, password)
    db.session.commit()
    verifying.set_aside(Path(current_app.config["QMS_INSTANCE"]) / "checkpoints.log")
    click.echo(
        _(
            "%(district)s is ready, with %(name)s as its administrator. Start it with: qms serve",
            district=district,
            name=administrator.name,
        )
    )


def _set_up(
    code: str,
    district: str,
    timezone: str,
    name: str,
    user_name: str,
    mail: str | None,
    password: str,
) -> Person:
    """Standards, the district, and the administrator, who is an operator too. No commit."""
    load_catalogue()
    root = units.found_district(code, district, timezone=timezone, by=INSTALLATION)
    person = people.add_person(root.district_id, name, mail=mail, by=INSTALLATION)
    people.open_account(
        person, user_name, password, by=INSTALLATION, must_change=False, is_operator=True
    )
    people.grant_role(
        person, Role.ADMINISTRATOR, root, from_on=person.district.today, by=INSTALLATION
    )
    return person
