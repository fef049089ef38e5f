"""Keep trees of causes.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BRANCHES = ("persons", "method", "equipment", "material", "measurement", "environment")


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "finding_cause",
        sa.Column("finding_id", key, nullable=False),
        sa.Column("round", key, nullable=False),
        sa.Column("number", key, nullable=False),
        sa.Column("parent", key, nullable=True),
        sa.Column(
            "branch",
            sa.Enum(*BRANCHES, name="branch", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("district_id", key, nullable=False),
        sa.CheckConstraint(
            "parent IS NULL OR parent < number", name=op.f("ck_finding_cause_no_loop")
        ),
        sa.CheckConstraint(
            "parent IS NULL OR branch IS NULL", name=op.f("ck_finding_cause_first_level")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_finding_cause_district_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint(
            "finding_id", "round", "number", "district_id", name=op.f("pk_finding_cause")
        ),
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
