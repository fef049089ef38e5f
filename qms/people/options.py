"""What commands about units and people share: who runs them, days, units by code, people."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import click
from sqlalchemy import select

from qms.core.dates import YEARS
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.uids import read_uid
from qms.people.models import Person, sorting_name
from qms.people.queries import account_named, kept_people
from qms.people.roles import ALL
from qms.units.models import Unit


class Day(click.ParamType):
    """A day written as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(_("%(value)s is no day. Write it as 2026-12-31.", value=value), param, ctx)
        if day.year not in YEARS:
            self.fail(_("The year looks wrong."), param, ctx)
        return day


acting = click.option(
    "--by", metavar="USERNAME", help="For whom this runs. Default: the only operator."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def day_option(name: str, help: str) -> Any:
    """An option that takes a day."""
    return click.option(name, type=Day(), help=help)


def unit_coded(by: Person, code: str) -> Unit:
    """The unit that has this code today, if the person sees it."""
    node = by.rights.tree.by_code(code)
    seen = node is not None and by.holds(ALL, node.id)
    unit = db.session.get(Unit, node.id) if node and seen else None
    if unit is None:
        raise Missing(_l("There is no unit with the code %(code)s.", code=code))
    return unit


def person_meant(by: Person, who: str) -> Person:
    """A person by user name, uid, or name (without titles before it), if `by` sees them."""
    seen = select(Person).where(*kept_people(by)).limit(2)
    account = account_named(who)
    if account is not None:
        found = db.session.scalars(seen.where(Person.account_id == account.id)).all()
    elif uid := read_uid(who):
        found = db.session.scalars(seen.where(Person.uid == uid)).all()
    else:
        found = db.session.scalars(seen.where(Person.name_key == sorting_name(who))).all()
    if len(found) > 1:
        raise Missing(_l("Several people are called “%(name)s”. Give the uid.", name=who))
    if not found:
        raise Missing(_l("There is no person “%(name)s”.", name=who))
    return found[0]


def print_rows(rows: Iterable[dict[str, Any]], as_json: bool) -> None:
    """A list as JSON, or as lines with tabs and a heading."""
    listed = list(rows)
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, default=str, indent=1))
        return
    if listed:
        click.echo("\t".join(listed[0]))
    for row in listed:
        click.echo("\t".join("" if value is None else str(value) for value in row.values()))
