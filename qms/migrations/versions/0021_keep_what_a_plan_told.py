"""Keep what a plan told when it was sent. Of those sent before nothing is known.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_plan", sa.Column("told", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
