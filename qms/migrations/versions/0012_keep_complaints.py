"""Keep complaints: the register, its answers and links, public pages, categories.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from qms.core.search import indexing

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_count",
        sa.Column("counted", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("counted", "hour", name=op.f("pk_complaint_count")),
    )
    op.create_index("ix_complaint_count_hour", "complaint_count", ["hour"], unique=False)
    op.create_table(
        "complaint_category",
        sa.Column(
            "key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_integrity", sa.Boolean(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_complaint_category_days")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_complaint_category_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_category")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_complaint_category_district_id_id")),
        sa.UniqueConstraint(
            "district_id",
            "key",
            "from_on",
            name=op.f("uq_complaint_category_district_id_key_from_on"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_complaint_category_uid")),
    )
    op.create_table(
        "complaint_page",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_complaint_page_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_complaint_page_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_page")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_complaint_page_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "unit_id", name=op.f("uq_complaint_page_district_id_unit_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_complaint_page_uid")),
    )
    op.create_table(
        "complaint",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "number_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "receipt",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "public_page",
                "desk",
                "letter",
                "phone",
                "lapor",
                "other",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("complainant", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column(
            "service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column(
            "category",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_integrity", sa.Boolean(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "handling",
                "answered",
                "closed",
                "withdrawn",
                "forwarded",
                name="complaintstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column(
            "access",
            sa.Enum(
                "ordinary",
                "restricted",
                name="accessclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "assigned_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "satisfaction",
            sa.Enum(
                "1",
                "2",
                "3",
                "4",
                name="satisfaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("satisfaction_on", sa.Date(), nullable=True),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('closed', 'withdrawn', 'forwarded')) = (closed_on IS NOT NULL)",
            name=op.f("ck_complaint_closed"),
        ),
        sa.CheckConstraint(
            "(state IN ('received', 'handling', 'answered')) = is_open",
            name=op.f("ck_complaint_still_open"),
        ),
        sa.CheckConstraint(
            "(satisfaction IS NULL) = (satisfaction_on IS NULL)",
            name=op.f("ck_complaint_satisfied"),
        ),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= received_on", name=op.f("ck_complaint_closing")
        ),
        sa.CheckConstraint("counted_from >= received_on", name=op.f("ck_complaint_counting")),
        sa.CheckConstraint("due_on >= counted_from", name=op.f("ck_complaint_due")),
        sa.ForeignKeyConstraint(
            ["district_id", "assigned_to_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_complaint_district_id_assigned_to_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "recorded_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_complaint_district_id_recorded_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "service_id"],
            ["service.district_id", "service.id"],
            name=op.f("fk_complaint_district_id_service_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_complaint_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_complaint_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_complaint_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "number_key", name=op.f("uq_complaint_district_id_number_key")
        ),
        sa.UniqueConstraint("receipt", name=op.f("uq_complaint_receipt")),
        sa.UniqueConstraint("uid", name=op.f("uq_complaint_uid")),
    )
    op.create_index(
        op.f("ix_complaint_district_id_assigned_to_id_is_open_due_on"),
        "complaint",
        ["district_id", "assigned_to_id", "is_open", "due_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaint_district_id_is_open_due_on_uid"),
        "complaint",
        ["district_id", "is_open", "due_on", "uid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaint_district_id_received_on_uid"),
        "complaint",
        ["district_id", "received_on", "uid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaint_district_id_state_received_on_uid"),
        "complaint",
        ["district_id", "state", "received_on", "uid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaint_district_id_unit_id_is_open_due_on_uid_access"),
        "complaint",
        ["district_id", "unit_id", "is_open", "due_on", "uid", "access"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaint_district_id_unit_id_received_on_uid_access"),
        "complaint",
        ["district_id", "unit_id", "received_on", "uid", "access"],
        unique=False,
    )
    op.create_index(
        op.f("ix_complaint_district_id_unit_id_state_due_on_uid_access"),
        "complaint",
        ["district_id", "unit_id", "state", "due_on", "uid", "access"],
        unique=False,
    )
    op.create_table(
        "complaint_answer",
        sa.Column(
            "complaint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "complaint_id"],
            ["complaint.district_id", "complaint.id"],
            name=op.f("fk_complaint_answer_district_id_complaint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_complaint_answer_district_id_person_id"),
        ),
        sa.PrimaryKeyConstraint(
            "complaint_id", "number", "district_id", name=op.f("pk_complaint_answer")
        ),
    )
    op.create_table(
        "complaint_evidence",
        sa.Column(
            "complaint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "complaint_id"],
            ["complaint.district_id", "complaint.id"],
            name=op.f("fk_complaint_evidence_district_id_complaint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_complaint_evidence_district_id_evidence_id"),
        ),
        sa.PrimaryKeyConstraint(
            "complaint_id", "evidence_id", "district_id", name=op.f("pk_complaint_evidence")
        ),
    )
    op.create_index(
        op.f("ix_complaint_evidence_district_id_evidence_id"),
        "complaint_evidence",
        ["district_id", "evidence_id"],
        unique=False,
    )
    op.create_table(
        "complaint_finding",
        sa.Column(
            "complaint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "complaint_id"],
            ["complaint.district_id", "complaint.id"],
            name=op.f("fk_complaint_finding_district_id_complaint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_complaint_finding_district_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint(
            "complaint_id", "finding_id", "district_id", name=op.f("pk_complaint_finding")
        ),
    )
    op.create_index(
        op.f("ix_complaint_finding_district_id_finding_id"),
        "complaint_finding",
        ["district_id", "finding_id"],
        unique=False,
    )
    dialect = op.get_bind().dialect.name
    for statement in indexing(dialect, ("complaint",)):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
