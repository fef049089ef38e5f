"""Commands for units: the same as the pages."""

from datetime import date
from typing import Any

import click
from sqlalchemy import select

from qms.core.commands import Group
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import gettext as _
from qms.people.options import acting, as_json, day_option, print_rows, unit_coded
from qms.people.permissions import may_administer
from qms.people.queries import held_in, operator
from qms.people.roles import ALL
from qms.units import operations
from qms.units.models import Service, SuccessionKind, UnitType
from qms.units.queries import named

TYPES = click.Choice([kind.value for kind in UnitType if kind is not UnitType.DISTRICT])


@click.group(cls=Group)
def units() -> None:
    """Units of a district: list, open, rename, move, close, services."""


@units.command("list")
@click.option("--q", default="", help="Only those whose code or name has these words.")
@click.option("--closed", is_flag=True, help="Closed and coming ones too.")
@as_json
@acting
def list_(q: str, closed: bool, as_json: bool, by: str | None) -> None:
    """The units that the person sees, in the order of the tree."""
    person = operator(by)
    tree = person.rights.tree
    found = named(tree, q, person.rights.units(ALL).ids, most=100_000)
    print_rows(
        (
            {
                "code": node.code,
                "name": node.name,
                "short_name": node.short_name,
                "type": node.type.value,
                "parent": tree[node.parent_id].code if node.parent_id else None,
                "open": node.is_open,
                "uid": str(node.uid),
            }
            for node in found
            if node.is_open or closed
        ),
        as_json,
    )


@units.command("open")
@click.argument("code")
@click.argument("name")
@click.option("--under", required=True, metavar="CODE", help="The unit above.")
@click.option("--type", "kind", type=TYPES, required=True, help="What kind of unit it is.")
@click.option("--short-name", help="Such as Disnaker.")
@day_option("--from", help="The day on which it opens. Default: it was always there.")
@acting
def open_(
    code: str,
    name: str,
    under: str,
    kind: str,
    short_name: str | None,
    by: str | None,
    **days: date | None,
) -> None:
    """Open the unit CODE called NAME under another."""
    person = operator(by)
    unit = operations.open_unit(
        person.district,
        code=code,
        name=name,
        short_name=short_name,
        type=UnitType(kind),
        parent=unit_coded(person, under),
        opened_on=days["from"],
        by=person,
    )
    db.session.commit()
    click.echo(_("%(code)s is open.", code=unit.code))


@units.command()
@click.argument("code")
@click.option("--name", help="The new name. Default: the present one.")
@click.option("--code", "new_code", metavar="CODE", help="The new code. Default: the present one.")
@click.option("--short-name", help="The new short name. Default: the present one.")
@day_option("--from", help="From which day. Default: today.")
@acting
def rename(
    code: str,
    name: str | None,
    new_code: str | None,
    short_name: str | None,
    by: str | None,
    **days: date | None,
) -> None:
    """Give the unit CODE another name, code or short name from a day on."""
    person = operator(by)
    unit = unit_coded(person, code)
    operations.rename_unit(
        unit,
        code=new_code or unit.code,
        name=name or unit.name,
        short_name=short_name if short_name is not None else unit.short_name,
        from_on=days["from"] or person.district.today,
        by=person,
    )
    db.session.commit()
    click.echo(_("%(code)s is renamed.", code=unit.code))


@units.command()
@click.argument("code")
@click.option("--under", required=True, metavar="CODE", help="The unit above, from now on.")
@day_option("--from", help="From which day. Default: today.")
@acting
def move(code: str, under: str, by: str | None, **days: date | None) -> None:
    """Put the unit CODE under another from a day on."""
    person = operator(by)
    operations.move_unit(
        unit_coded(person, code),
        parent=unit_coded(person, under),
        from_on=days["from"] or person.district.today,
        by=person,
    )
    db.session.commit()
    click.echo(_("%(code)s stands under %(parent)s.", code=code, parent=under))


@units.command()
@click.argument("code")
@day_option("--on", help="From which day it is closed. Default: today.")
@click.option(
    "--successor",
    "successors",
    metavar="CODE",
    multiple=True,
    help="The unit that takes over; again for each part of a unit that is split.",
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in SuccessionKind]),
    default=SuccessionKind.REPLACED.value,
    show_default=True,
    help="What became of it.",
)
@click.option("--note", help="Such as the regulation.")
@click.option("--yes", is_flag=True, help="Do not ask, although people belong to it.")
@acting
def close(
    code: str,
    on: date | None,
    successors: tuple[str, ...],
    kind: str,
    note: str | None,
    yes: bool,
    by: str | None,
) -> None:
    """Close the unit CODE from a day on; its records stay where they are."""
    person = operator(by)
    unit, on = unit_coded(person, code), on or person.district.today
    held = held_in(unit, on)
    what: dict[str, Any] = {
        "on": on,
        "successors": [unit_coded(person, one) for one in successors],
        "kind": SuccessionKind(kind),
        "note": note,
        "by": person,
    }
    operations.close_unit(unit, **what)
    if held and not yes:
        db.session.rollback()  # so that nobody else waits for the answer
        click.echo(_("On that day these are still held in %(code)s:", code=unit.code))
        for line in held:
            click.echo(f"  {line}")
        click.confirm(_("Close it all the same?"), abort=True)
        operations.close_unit(unit, **what)
    db.session.commit()
    click.echo(_("%(code)s is closed.", code=code))


@units.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why the closing was a mistake.")
@acting
def reopen(code: str, reason: str, by: str | None) -> None:
    """Take the closing of the unit CODE back, with its succession."""
    person = operator(by)
    unit = unit_coded(person, code)
    operations.reopen_unit(unit, reason=reason, by=person)
    db.session.commit()
    click.echo(_("%(code)s is open again.", code=unit.code))


@units.command("correct-type")
@click.argument("code")
@click.argument("kind", metavar="TYPE", type=TYPES)
@acting
def correct_type(code: str, kind: str, by: str | None) -> None:
    """Say what kind of unit CODE is, where that was noted wrongly."""
    person = operator(by)
    unit = unit_coded(person, code)
    operations.correct_type(unit, UnitType(kind), by=person)
    db.session.commit()
    click.echo(_("%(code)s is saved.", code=unit.code))


@units.command()
@click.argument("code")
@click.argument("name")
@day_option("--from", help="Offered from this day.")
@day_option("--end", help="No longer offered from this day: ends the service instead of adding it.")
@acting
def service(code: str, name: str, by: str | None, **days: date | None) -> None:
    """Add the service NAME to the unit CODE, or end it with --end."""
    person = operator(by)
    unit = unit_coded(person, code)
    if days["end"] is None:
        operations.offer_service(unit, name, opened_on=days["from"], by=person)
        said = _("%(code)s offers “%(name)s”.", code=unit.code, name=name)
    else:
        known = db.session.scalar(
            select(Service).where(Service.unit_id == unit.id, Service.name == name.strip())
        )
        if known is None or not may_administer(person, unit.id):
            raise Missing(_("There is no such service."))
        operations.end_service(known, on=days["end"], by=person)
        said = _("“%(name)s” has ended.", name=name)
    db.session.commit()
    click.echo(said)
