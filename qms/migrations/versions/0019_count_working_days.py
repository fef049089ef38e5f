"""Count the days of a grade in working days, and by the source of the finding."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added with its check in one statement, as in 0015.
    op.execute(
        "ALTER TABLE grade_rule ADD COLUMN counting VARCHAR(40) DEFAULT 'calendar' NOT NULL"
        " CONSTRAINT ck_grade_rule_counting CHECK (counting IN ('calendar', 'working'))"
    )
    op.add_column("grade_rule", sa.Column("by_source", sa.JSON(), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
