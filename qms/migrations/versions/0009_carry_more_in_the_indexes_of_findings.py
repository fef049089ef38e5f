"""Carry more in the indexes of findings.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for first, second in (("state", "grade"), ("grade", "state")):
        columns = ["district_id", "unit_id", first, "found_on", "uid", "access"]
        op.drop_index(_name(columns), table_name="finding")
        op.create_index(_name([*columns, second]), "finding", [*columns, second])
    columns = ["district_id", "unit_id", "number_key", "access"]
    op.create_index(_name(columns), "finding", columns)


def _name(columns: list[str]) -> str:
    return op.f("_".join(["ix_finding", *columns]))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
