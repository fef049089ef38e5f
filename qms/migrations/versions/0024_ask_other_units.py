"""Ask other units, say how far it reaches, and keep from which record a finding was raised.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    sorted_text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    # Added with their checks in one statement: a table made anew, as SQLite needs it for a check
    # that comes later, would lose the triggers of its search index.
    op.execute(
        "ALTER TABLE finding_step ADD COLUMN extent VARCHAR(40)"
        " CONSTRAINT ck_finding_step_extent CHECK (extent IN ('here', 'elsewhere'))"
    )
    op.add_column("finding_step", sa.Column("extent_text", sa.Text(), nullable=True))
    op.add_column("finding", sa.Column("raised_about", sorted_text, nullable=True))
    uid = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(
        f"ALTER TABLE finding ADD COLUMN raised_about_uid {uid}"
        " CONSTRAINT ck_finding_about"
        " CHECK ((raised_about IS NULL) = (raised_about_uid IS NULL))"
    )
    op.create_index(
        op.f("ix_finding_district_id_raised_about_uid"),
        "finding",
        ["district_id", "raised_about_uid"],
    )
    op.create_table(
        "unit_check",
        sa.Column("finding_id", key, nullable=False),
        sa.Column("unit_id", key, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", key, nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "not_here",
                "found_here",
                name="checkresult",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", key, nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("district_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", key, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("due_on >= asked_on", name=op.f("ck_unit_check_due")),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (result IS NULL)"
            " AND (answered_on IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_unit_check_answered"),
        ),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR answered_on IS NULL", name=op.f("ck_unit_check_withdrawn")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["district_id", column],
                [f"{target}.district_id", f"{target}.id"],
                name=op.f(f"fk_unit_check_district_id_{column}"),
            )
            for column, target in (
                ("finding_id", "finding"),
                ("unit_id", "unit"),
                ("asked_by_id", "person"),
                ("answered_by_id", "person"),
            )
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_unit_check_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_check")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_unit_check_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_unit_check_uid")),
    )
    op.create_index(
        op.f("ix_unit_check_district_id_finding_id"), "unit_check", ["district_id", "finding_id"]
    )
    op.create_index(
        op.f("ix_unit_check_district_id_unit_id_answered_on_due_on"),
        "unit_check",
        ["district_id", "unit_id", "answered_on", "due_on"],
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
