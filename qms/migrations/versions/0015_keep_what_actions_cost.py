"""Keep what actions cost.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added with its check in one statement: a table made anew, as SQLite needs it for a check that
    # comes later, would lose the triggers of its search index.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for column, name in (("cost_planned", "planned"), ("cost_spent", "spent")):
        op.execute(
            f"ALTER TABLE action ADD COLUMN {column} {number}"
            f" CONSTRAINT ck_action_{name} CHECK ({column} IS NULL OR {column} >= 0)"
        )
    op.add_column("action", sa.Column("budget_code", sa.Text(), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
