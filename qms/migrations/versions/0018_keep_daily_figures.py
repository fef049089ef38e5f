"""Keep the figures of each day: what was open and late when it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _count(name: str) -> sa.Column:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, whole, nullable=False)


def upgrade() -> None:
    op.create_table(
        "daily_figure",
        _count("district_id"),
        sa.Column("on_day", sa.Date(), nullable=False),
        _count("unit_id"),
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
        _count("findings_open"),
        _count("findings_overdue"),
        _count("findings_unanswered"),
        _count("majors_open"),
        _count("actions_open"),
        _count("actions_overdue"),
        _count("raised"),
        _count("closed"),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_daily_figure_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "district_id", "on_day", "unit_id", "access", name=op.f("pk_daily_figure")
        ),
    )
    with op.batch_alter_table("daily_figure", schema=None) as batch_op:
        batch_op.create_index(
            "ix_daily_figure_unit", ["district_id", "unit_id", "on_day"], unique=False
        )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
