"""Name the documents that must change before a finding is closed.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "finding_document",
        sa.Column("finding_id", key, nullable=False),
        sa.Column("document_id", key, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", key, nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by_id", key, nullable=True),
        sa.Column("settled_reason", sa.Text(), nullable=True),
        sa.Column("district_id", key, nullable=False),
        sa.CheckConstraint(
            "(settled_on IS NULL) = (settled_reason IS NULL)"
            " AND (settled_on IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_finding_document_settled"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["district_id", column],
                [f"{target}.district_id", f"{target}.id"],
                name=op.f(f"fk_finding_document_district_id_{column}"),
            )
            for column, target in (
                ("finding_id", "finding"),
                ("document_id", "document"),
                ("asked_by_id", "person"),
                ("settled_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint(
            "finding_id", "document_id", "district_id", name=op.f("pk_finding_document")
        ),
    )
    op.create_index(
        op.f("ix_finding_document_district_id_document_id"),
        "finding_document",
        ["district_id", "document_id"],
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
