"""Commands: everything into one file, and back."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from qms.core import backup as backups
from qms.core.i18n import speaking


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything (database, files, keys) into one ZIP. It holds secrets: keep it safe."""
    with speaking("en"):
        counts = backups.back_up(file)
    click.echo(f"{file}: {sum(counts.values())} rows, {file.stat().st_size} bytes")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@with_appcontext
def restore(file: Path) -> None:
    """Fill an empty installation (either database) from a backup, and verify its journal."""
    with speaking("en"):
        counts = backups.restore(file)
    click.echo(f"restored {sum(counts.values())} rows; the journal is whole")
