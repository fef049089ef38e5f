"""Commands of the standards area."""

import click

from qms.core.commands import Group
from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.standards import catalogue
from qms.standards.operations import load_catalogue
from qms.standards.queries import all_editions, clauses_of


@click.group(cls=Group)
def standards() -> None:
    """The shipped standards: load, list."""


@standards.command("load")
def load() -> None:
    """Bring the database to the standards that this version ships; nothing is deleted."""
    loaded = load_catalogue()
    db.session.commit()
    click.echo(
        _(
            "Standards: %(added)s rows added, %(changed)s corrected, %(kept)s kept that this "
            "version no longer ships. Digest %(digest)s.",
            added=loaded.added,
            changed=loaded.changed,
            kept=loaded.kept,
            digest=catalogue.catalogue_digest(),
        )
    )


@standards.command("list")
def list_() -> None:
    """The editions with their state, clauses and keys."""
    if not all_editions():
        raise click.ClickException(_("No standards are loaded. Run: qms standards load"))
    for row in all_editions():
        entry = catalogue.edition(row.key)
        status = entry.status_en if language() == "en" else entry.status_id
        click.echo(f"{row.key}\t{row.code}\t{len(clauses_of(row.key))}\t{status}")
