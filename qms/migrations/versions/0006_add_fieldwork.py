"""Add what fieldwork away from the network leaves behind."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_attendance",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column(
            "taken_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_attendance_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "taken_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_attendance_district_id_taken_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_attendance_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_attendance")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_attendance_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_attendance_uid")),
    )
    op.create_index(
        op.f("ix_audit_attendance_district_id_audit_id_meeting_id"),
        "audit_attendance",
        ["district_id", "audit_id", "meeting", "id"],
        unique=False,
    )
    op.create_table(
        "audit_receipt",
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_receipt_audit_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_receipt_person_id")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_audit_receipt")),
    )
    op.create_index("ix_audit_receipt_audit", "audit_receipt", ["audit_id"], unique=False)
    op.create_table(
        "audit_line_photo",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_audit_line_photo_district_id_evidence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_photo_district_id_line_id"),
        ),
        sa.PrimaryKeyConstraint(
            "line_id", "evidence_id", "district_id", name=op.f("pk_audit_line_photo")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_line_photo_uid")),
    )
    op.create_index(
        op.f("ix_audit_line_photo_district_id_evidence_id"),
        "audit_line_photo",
        ["district_id", "evidence_id"],
        unique=False,
    )
    op.create_table(
        "auditee_stance",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "stance",
            sa.Enum(
                "agrees",
                "disagrees",
                name="stance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("spoken_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "taken_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stance IS NULL OR stance = 'agrees' OR note IS NOT NULL",
            name=op.f("ck_auditee_stance_dissent"),
        ),
        sa.CheckConstraint(
            "(line_id IS NULL) <> (finding_id IS NULL)", name=op.f("ck_auditee_stance_about")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_auditee_stance_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_auditee_stance_district_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_auditee_stance_district_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "taken_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_auditee_stance_district_id_taken_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_auditee_stance_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditee_stance")),
        sa.UniqueConstraint(
            "district_id",
            "audit_id",
            "finding_id",
            name=op.f("uq_auditee_stance_district_id_audit_id_finding_id"),
        ),
        sa.UniqueConstraint(
            "district_id",
            "audit_id",
            "line_id",
            name=op.f("uq_auditee_stance_district_id_audit_id_line_id"),
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_auditee_stance_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_auditee_stance_uid")),
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
