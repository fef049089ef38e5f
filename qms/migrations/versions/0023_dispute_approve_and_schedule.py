"""Let findings be disputed, plans be approved, and the check of the effect be scheduled.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATES = ("raised", "answered", "verified", "closed", "cancelled")
STATES_NOW = ("raised", "disputed", "submitted", "answered", "verified", "closed", "cancelled")
STEPS = ("correction", "cause", "plan", "actions", "verification", "effectiveness")
STEPS_NOW = (
    *("acceptance", "ruling", "correction", "cause", "plan", "criterion", "approval"),
    *("actions", "verification", "effectiveness"),
)
LEAD = "fk_finding_district_id_lead_auditor_id"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("action", sa.Column("is_held", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("grade_rule", sa.Column("effect_days", key, nullable=True))
    op.add_column("finding", sa.Column("first_due_on", sa.Date(), nullable=True))
    op.add_column("finding", sa.Column("effect_due_on", sa.Date(), nullable=True))
    op.add_column("finding", sa.Column("lead_auditor_id", key, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _mend_checks_in_place()
    else:
        op.alter_column("action", "is_held", server_default=None)
        _check("finding", "ck_finding_findingstate", "state", STATES_NOW)
        _check("finding_step", "ck_finding_step_stepkind", "kind", STEPS_NOW)
        op.create_foreign_key(
            op.f(LEAD),
            "finding",
            "person",
            ["district_id", "lead_auditor_id"],
            ["district_id", "id"],
        )
    columns = ["district_id", "state", "effect_due_on", "uid"]
    op.create_index(op.f("_".join(["ix_finding", *columns])), "finding", columns)


def _check(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, _one_of(column, values))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(one) for one in values)})"


def _mend_checks_in_place() -> None:
    """SQLite changes no constraint of a table, and a table made anew would lose its triggers and
    break the keys that point at it. The text of its definition may be changed instead
    (sqlite.org/lang_altertable.html, section 8), which touches no row: each check admits more than
    before, and the new column that the key speaks of is empty everywhere."""
    key = (
        f"CONSTRAINT {LEAD} FOREIGN KEY(district_id, lead_auditor_id)"
        " REFERENCES person (district_id, id), "
    )
    state = "CONSTRAINT ck_finding_findingstate CHECK "
    step = "CONSTRAINT ck_finding_step_stepkind CHECK "
    _rewrite(
        "finding",
        f"{state}({_one_of('state', STATES)})",
        f"{key}{state}({_one_of('state', STATES_NOW)})",
    )
    _rewrite(
        "finding_step",
        f"{step}({_one_of('kind', STEPS)})",
        f"{step}({_one_of('kind', STEPS_NOW)})",
    )


def _rewrite(table: str, before: str, after: str) -> None:
    connection = op.get_bind()
    asked = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    defined = connection.scalar(asked, {"table": table})
    if defined is None or defined.count(before) != 1:
        raise RuntimeError(f"the definition of {table} is not as expected: {before}")
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema=ON"))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": defined.replace(before, after), "table": table},
    )
    connection.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema=OFF"))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
