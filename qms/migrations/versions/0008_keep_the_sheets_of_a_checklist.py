"""Keep the sheets of a checklist: printed editions, and the pages that came back.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scan_upload",
        sa.Column(
            "uploaded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "uploaded_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_scan_upload_district_id_uploaded_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_scan_upload_district_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_scan_upload_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_upload")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_scan_upload_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_scan_upload_uid")),
    )
    op.create_index(
        op.f("ix_scan_upload_district_id_uploaded_by_id_id"),
        "scan_upload",
        ["district_id", "uploaded_by_id", "id"],
        unique=False,
    )
    op.create_table(
        "audit_print",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheets", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "printed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sheets > 0", name=op.f("ck_audit_print_sheets")),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_print_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "printed_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_print_district_id_printed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_print_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_print")),
        sa.UniqueConstraint(
            "district_id",
            "audit_id",
            "number",
            name=op.f("uq_audit_print_district_id_audit_id_number"),
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_print_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_print_uid")),
    )
    op.create_table(
        "scan_upload_file",
        sa.Column(
            "upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stored_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pages", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "trouble",
            sa.Enum(
                "encrypted",
                "broken",
                "too_many_pages",
                "too_many_pixels",
                "too_slow",
                name="filetrouble",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "stored_file_id"],
            ["stored_file.district_id", "stored_file.id"],
            name=op.f("fk_scan_upload_file_district_id_stored_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "upload_id"],
            ["scan_upload.district_id", "scan_upload.id"],
            name=op.f("fk_scan_upload_file_district_id_upload_id"),
        ),
        sa.PrimaryKeyConstraint(
            "upload_id", "position", "district_id", name=op.f("pk_scan_upload_file")
        ),
    )
    op.create_table(
        "audit_print_line",
        sa.Column("print_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_print_line_district_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "print_id"],
            ["audit_print.district_id", "audit_print.id"],
            name=op.f("fk_audit_print_line_district_id_print_id"),
        ),
        sa.PrimaryKeyConstraint(
            "print_id", "line_id", "district_id", name=op.f("pk_audit_print_line")
        ),
    )
    op.create_index(
        op.f("ix_audit_print_line_district_id_line_id"),
        "audit_print_line",
        ["district_id", "line_id"],
        unique=False,
    )
    op.create_table(
        "scanned_page",
        sa.Column(
            "upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "stored_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "reading",
            sa.Enum(
                "filed",
                "further",
                "known",
                "no_code",
                "several",
                "other_installation",
                "not_here",
                "not_open",
                name="reading",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("print_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sheet", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "filed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "same_as_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_reason", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(evidence_id IS NULL) = (filed_at IS NULL)", name=op.f("ck_scanned_page_moment")
        ),
        sa.CheckConstraint(
            "(evidence_id IS NULL) = (filed_by_id IS NULL)", name=op.f("ck_scanned_page_filer")
        ),
        sa.CheckConstraint(
            "(evidence_id IS NULL) = (print_id IS NULL)", name=op.f("ck_scanned_page_filed")
        ),
        sa.CheckConstraint(
            "(evidence_id IS NULL) = (sheet IS NULL)", name=op.f("ck_scanned_page_sheet")
        ),
        sa.CheckConstraint(
            "(set_aside_at IS NULL) = (set_aside_reason IS NULL)",
            name=op.f("ck_scanned_page_reason"),
        ),
        sa.CheckConstraint(
            "evidence_id IS NULL OR same_as_id IS NULL", name=op.f("ck_scanned_page_once")
        ),
        sa.CheckConstraint(
            "set_aside_at IS NULL OR evidence_id IS NULL", name=op.f("ck_scanned_page_aside")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_scanned_page_district_id_evidence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "filed_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_scanned_page_district_id_filed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "print_id"],
            ["audit_print.district_id", "audit_print.id"],
            name=op.f("fk_scanned_page_district_id_print_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "same_as_id"],
            ["scanned_page.district_id", "scanned_page.id"],
            name=op.f("fk_scanned_page_district_id_same_as_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "stored_file_id"],
            ["stored_file.district_id", "stored_file.id"],
            name=op.f("fk_scanned_page_district_id_stored_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "upload_id"],
            ["scan_upload.district_id", "scan_upload.id"],
            name=op.f("fk_scanned_page_district_id_upload_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_scanned_page_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scanned_page")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_scanned_page_district_id_id")),
        sa.UniqueConstraint(
            "district_id",
            "upload_id",
            "position",
            "page",
            name=op.f("uq_scanned_page_district_id_upload_id_position_page"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_scanned_page_uid")),
    )
    op.create_index(
        op.f("ix_scanned_page_district_id_evidence_id"),
        "scanned_page",
        ["district_id", "evidence_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_scanned_page_district_id_fingerprint"),
        "scanned_page",
        ["district_id", "fingerprint"],
        unique=False,
    )
    op.create_index(
        op.f("ix_scanned_page_district_id_print_id_sheet"),
        "scanned_page",
        ["district_id", "print_id", "sheet"],
        unique=False,
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
