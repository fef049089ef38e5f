"""The schema of the database, brought up to date by Alembic, which is loaded with this module."""

from pathlib import Path

from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import Migrate, upgrade

from qms.core.db import db

migrations = Migrate(
    db=db, directory=str(Path(__file__).parent.parent / "migrations"), render_as_batch=True
)


def is_known(revision: str) -> bool:
    """Whether this version knows a revision of the schema; a newer one's is unknown."""
    script = ScriptDirectory(migrations.directory)
    return any(one.revision == revision for one in script.walk_revisions())


def bring_up_to_date(revision: str = "head") -> None:
    """Bring the database to a revision of the schema, by default to the newest."""
    if "migrate" not in current_app.extensions:
        migrations.init_app(current_app)
    upgrade(revision=revision)
