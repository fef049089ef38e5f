"""Commands: everything into one file, and back."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from qms.core import backup as backups
from qms.core import dates
from qms.core.helptext import Command
from qms.core.i18n import gettext as _


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything (database, files, keys) into one ZIP. It holds secrets: keep it safe."""
    counts = backups.back_up(file)
    click.echo(
        _(
            "%(file)s: %(rows)s rows, %(size)s",
            file=file,
            rows=sum(counts.values()),
            size=dates.size(file.stat().st_size),
        )
    )


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@with_appcontext
def restore(file: Path) -> None:
    """Fill an empty installation (either database) from a backup, and verify its journal."""
    counts = backups.restore(file)
    click.echo(_("%(rows)s rows are back; the journal is whole.", rows=sum(counts.values())))
