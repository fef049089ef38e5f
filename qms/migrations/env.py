"""How Alembic reaches the database: through the running application."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from qms.core.db import Moment, SortKey, Words, db
from qms.migrations.filters import is_ours

PLAIN = {
    Moment: "sa.DateTime(timezone=True)",
    Words: "sa.Text()",
    SortKey: 'sa.String().with_variant(sa.String(collation="C"), "postgresql")',
}


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Write our column types as plain ones, so that migrations stand without today's code."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_object=is_ours,
        compare_type=True,
        user_module_prefix=None,
    )
    with context.begin_transaction():
        context.run_migrations()


engine = current_app.extensions["migrate"].db.engine
with engine.begin() as connection:
    migrate(connection)
