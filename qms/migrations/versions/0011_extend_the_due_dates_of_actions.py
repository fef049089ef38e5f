"""Extend the due dates of actions.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("action", sa.Column("first_due_on", sa.Date(), nullable=True))
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "action_extension",
        sa.Column("action_id", key, nullable=False),
        sa.Column("number", key, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", key, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", key, nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("district_id", key, nullable=False),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_action_extension_decided"),
        ),
        sa.CheckConstraint(
            "granted_on IS NULL OR decided_on IS NOT NULL", name=op.f("ck_action_extension_granted")
        ),
        sa.CheckConstraint("wanted_on > due_on", name=op.f("ck_action_extension_wanted")),
        sa.ForeignKeyConstraint(
            ["district_id", "action_id"],
            ["action.district_id", "action.id"],
            name=op.f("fk_action_extension_district_id_action_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "asked_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_action_extension_district_id_asked_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "decided_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_action_extension_district_id_decided_by_id"),
        ),
        sa.PrimaryKeyConstraint(
            "action_id", "number", "district_id", name=op.f("pk_action_extension")
        ),
    )
    op.create_index(
        op.f("ix_action_extension_district_id_decided_on_action_id"),
        "action_extension",
        ["district_id", "decided_on", "action_id"],
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
