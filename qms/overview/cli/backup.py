"""Commands: everything into one file, and back."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from qms.core import backup as backups
from qms.core import dates
from qms.core.helptext import Command
from qms.core.i18n import gettext as _
from qms.overview.queries.stored import records_naming


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything (database, files, keys) into one ZIP. It holds secrets: keep it safe.

    Ends with 1 if a file that a record names is missing or altered: the backup is written with all
    that is there, and what is wrong is listed here and in its problems.txt.
    """
    done = backups.back_up(file, _faults)
    click.echo(
        _(
            "%(file)s: %(rows)s rows, %(size)s",
            file=file,
            rows=sum(done.counts.values()),
            size=dates.size(file.stat().st_size),
        )
    )
    _end(done)


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@with_appcontext
def restore(file: Path) -> None:
    """Fill an empty installation (either database) from a backup, and verify its journal.

    Every file is checked, too. Ends with 1 if one that a record names is missing or damaged: all
    the rest is back.
    """
    done = backups.restore(file)
    click.echo(_("%(rows)s rows are back; the journal is whole.", rows=sum(done.counts.values())))
    _end(done)


def _end(done: backups.Done) -> None:
    """Say what is wrong with files, and end with 1 if anything is."""
    if done.is_complete:
        return
    click.echo(_("These files are not as they should be:"), err=True)
    for line in _faults(done):
        click.echo(f"  {line}", err=True)
    raise SystemExit(1)


def _faults(done: backups.Done) -> list[str]:
    """A line for each file that is missing or altered: what became of it, its hash, its records."""
    named = records_naming([*done.missing, *done.altered])
    nothing = [_("no record")]
    return [
        f"{what} {name}: {'; '.join(named.get(name, nothing))}"
        for what, names in ((_("missing"), done.missing), (_("altered"), done.altered))
        for name in names
    ]
