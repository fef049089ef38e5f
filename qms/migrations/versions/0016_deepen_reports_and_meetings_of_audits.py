"""Keep drafts of reports, meetings of audits, and the scope of a programme.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    clock = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.add_column("audit_report", sa.Column("drafted", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("audit_programme", sa.Column("scope", sa.Text(), nullable=True))
    op.add_column("audit_programme", sa.Column("criteria", sa.Text(), nullable=True))
    op.create_table(
        "audit_meeting",
        sa.Column("audit_id", key, nullable=False),
        sa.Column(
            "meeting",
            sa.Enum(
                "opening",
                "closing",
                name="meeting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("begins", clock, nullable=True),
        sa.Column("ends", clock, nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("agreed", sa.Text(), nullable=True),
        sa.Column("district_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ends IS NULL OR begins IS NOT NULL AND ends > begins",
            name=op.f("ck_audit_meeting_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_meeting_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_meeting_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_meeting")),
        sa.UniqueConstraint(
            "district_id",
            "audit_id",
            "meeting",
            name=op.f("uq_audit_meeting_district_id_audit_id_meeting"),
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_meeting_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_meeting_uid")),
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
