"""Add the audit programme: units, visits by month, and feeds of the audit calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_calendar",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_calendar_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_calendar_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_calendar")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_calendar_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "person_id", name=op.f("uq_audit_calendar_district_id_person_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_calendar_uid")),
    )
    op.create_table(
        "audit_programme",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "from_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "until_year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("objectives", sa.Text(), nullable=True),
        sa.Column("risks", sa.Text(), nullable=True),
        sa.Column("resources", sa.Text(), nullable=True),
        sa.Column("methods", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "approved",
                "ended",
                name="programmestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "drawn_up_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (approved_on IS NULL)", name=op.f("ck_audit_programme_approved")
        ),
        sa.CheckConstraint(
            "(approved_on IS NULL) = (approved_by_id IS NULL)",
            name=op.f("ck_audit_programme_approver"),
        ),
        sa.CheckConstraint(
            "approved_by_id <> drawn_up_by_id", name=op.f("ck_audit_programme_another")
        ),
        sa.CheckConstraint(
            "until_year BETWEEN from_year AND from_year + 2", name=op.f("ck_audit_programme_years")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "approved_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_programme_district_id_approved_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "drawn_up_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_programme_district_id_drawn_up_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_audit_programme_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_programme_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_programme")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_programme_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_programme_uid")),
    )
    with op.batch_alter_table("audit_programme", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_programme_district_id_from_year_uid"),
            ["district_id", "from_year", "uid"],
            unique=False,
        )

    op.create_table(
        "audit_programme_edition",
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "programme_id"],
            ["audit_programme.district_id", "audit_programme.id"],
            name=op.f("fk_audit_programme_edition_district_id_programme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["standard_edition.id"],
            name=op.f("fk_audit_programme_edition_edition_id"),
        ),
        sa.PrimaryKeyConstraint(
            "programme_id", "edition_id", "district_id", name=op.f("pk_audit_programme_edition")
        ),
    )
    op.create_table(
        "audit_programme_unit",
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "risk",
            sa.Enum(
                "high",
                "medium",
                "low",
                name="risk",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "programme_id"],
            ["audit_programme.district_id", "audit_programme.id"],
            name=op.f("fk_audit_programme_unit_district_id_programme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_audit_programme_unit_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "programme_id", "unit_id", "district_id", name=op.f("pk_audit_programme_unit")
        ),
    )
    with op.batch_alter_table("audit_programme_unit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_programme_unit_district_id_unit_id_programme_id"),
            ["district_id", "unit_id", "programme_id"],
            unique=False,
        )

    op.create_table(
        "audit_programme_visit",
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("basis", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_programme_visit_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "programme_id"],
            ["audit_programme.district_id", "audit_programme.id"],
            name=op.f("fk_audit_programme_visit_district_id_programme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_audit_programme_visit_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "programme_id", "unit_id", "month", "district_id", name=op.f("pk_audit_programme_visit")
        ),
    )
    with op.batch_alter_table("audit_programme_visit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_programme_visit_district_id_audit_id"),
            ["district_id", "audit_id"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_programme_visit_district_id_unit_id_month"),
            ["district_id", "unit_id", "month"],
            unique=False,
        )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
