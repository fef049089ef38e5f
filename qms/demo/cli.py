"""Commands of the demo: fill it, and fill and serve it."""

import shutil
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from qms.core.db import db
from qms.core.errors import OutOfTurn
from qms.core.helptext import Command
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.schema import bring_up_to_date
from qms.demo import filling
from qms.standards.operations import load_catalogue
from qms.units.tree import forget_trees
from qms.web.cli import run_server


@click.command(cls=Command)
@click.option("--reset", is_flag=True, help="Throw the demo away first, with all that was tried.")
@with_appcontext
def demo(reset: bool) -> None:
    """Fill an empty installation with the demo district, once."""
    bring_up_to_date()
    if reset:
        clear()
        bring_up_to_date()
    happened = filling.fill()
    click.echo(
        ngettext("Filled: %(num)s thing happened.", "Filled: %(num)s things happened.", happened)
        if happened
        else _("The demo is there already.")
    )


@click.command("run-demo", cls=Command)
@with_appcontext
def run_demo() -> None:
    """Fill the demo district if it is not there yet, and serve it.

    The sign-in page offers the demo people, whatever QMS_DEMO says: this is no command for an
    installation of your own, and it refuses one.
    """
    bring_up_to_date()
    if not filling.is_filled():
        click.echo(_("Filling the demo district; this takes some seconds, once."))
    filling.fill()
    load_catalogue()
    db.session.commit()
    current_app.config["QMS_DEMO"] = True
    run_server()


def clear() -> None:
    """Throw everything away. Raises OutOfTurn unless the installation holds the demo and nothing
    else."""
    if not filling.is_demo_only():
        raise OutOfTurn(
            _l("Only a demo can be thrown away. This installation has a district of its own.")
        )
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    else:
        path = Path(db.engine.url.database or "")
        db.engine.dispose()
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    instance = Path(current_app.config["QMS_INSTANCE"])
    for folder in ("files", "packs"):
        shutil.rmtree(instance / folder, ignore_errors=True)
    (instance / "checkpoints.log").unlink(missing_ok=True)
    forget_trees()
