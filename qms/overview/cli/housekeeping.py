"""The command that sweeps away what nobody needs."""

import click
from flask.cli import with_appcontext

from qms.core.helptext import Command
from qms.core.i18n import gettext as _
from qms.overview.jobs import keep_house


@click.command(cls=Command)
@with_appcontext
def housekeeping() -> None:
    """Sweep away uploads that no record names, and old sessions and failed sign-ins.

    The worker does this every day by itself. Uploads are left alone for a day, sessions and
    failed sign-ins for a month.
    """
    counts = keep_house()
    click.echo(
        _(
            "Swept away: %(uploads)s uploads, %(sessions)s sessions, %(attempts)s failed sign-ins.",
            **counts,
        )
    )
