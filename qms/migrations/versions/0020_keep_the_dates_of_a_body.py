"""Keep until when a certification body wants the plan and the closing of a finding.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("body_plan_due_on", sa.Date(), nullable=True))
    op.add_column("finding", sa.Column("body_due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
