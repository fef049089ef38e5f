"""Add the competence of auditors, the timetable of a plan, holidays and office hours."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holiday",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "national",
                "joint_leave",
                "local",
                "working",
                name="daykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_holiday_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_holiday_district_id_id")),
        sa.UniqueConstraint("district_id", "on_day", name=op.f("uq_holiday_district_id_on_day")),
        sa.UniqueConstraint("uid", name=op.f("uq_holiday_uid")),
    )
    op.create_table(
        "auditor_competence",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "standard",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("training", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("achieved_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("may_lead", sa.Boolean(), nullable=False),
        sa.Column(
            "audits_observed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_auditor_competence_withdrawn"),
        ),
        sa.CheckConstraint("audits_observed >= 0", name=op.f("ck_auditor_competence_observed")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= achieved_on",
            name=op.f("ck_auditor_competence_days"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_auditor_competence_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_auditor_competence_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_competence")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_auditor_competence_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_auditor_competence_uid")),
    )
    with op.batch_alter_table("auditor_competence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_auditor_competence_district_id_person_id_standard"),
            ["district_id", "person_id", "standard"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_auditor_competence_district_id_standard_valid_until"),
            ["district_id", "standard", "valid_until"],
            unique=False,
        )

    op.create_table(
        "office_hours",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
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
            name=op.f("fk_office_hours_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_office_hours_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_office_hours_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "unit_id", name=op.f("uq_office_hours_district_id_unit_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_office_hours_uid")),
    )
    op.create_table(
        "audit_plan",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "acknowledged",
                "answered",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("logistics", sa.Text(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column(
            "sent_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column(
            "answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("letter_number", sa.Text(), nullable=True),
        sa.Column("letter_basis", sa.Text(), nullable=True),
        sa.Column("letter_place", sa.Text(), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column(
            "letter_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('acknowledged', 'answered')) = (answered_by_id IS NOT NULL)",
            name=op.f("ck_audit_plan_answered"),
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answer IS NOT NULL", name=op.f("ck_audit_plan_answer")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR sent_on IS NOT NULL", name=op.f("ck_audit_plan_sent")
        ),
        sa.CheckConstraint(
            "(answered_by_id IS NULL) = (answered_on IS NULL)", name=op.f("ck_audit_plan_answering")
        ),
        sa.CheckConstraint(
            "(sent_on IS NULL) = (sent_by_id IS NULL)", name=op.f("ck_audit_plan_sender")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "answered_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_plan_district_id_answered_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_plan_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "letter_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_plan_district_id_letter_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "sent_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_plan_district_id_sent_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_plan_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_plan")),
        sa.UniqueConstraint(
            "district_id", "audit_id", name=op.f("uq_audit_plan_district_id_audit_id")
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_plan_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_plan_uid")),
    )
    with op.batch_alter_table("audit_plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_plan_district_id_state_audit_id"),
            ["district_id", "state", "audit_id"],
            unique=False,
        )

    op.create_table(
        "audit_session",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "1_opening",
                "2_visit",
                "3_team",
                "4_closing",
                name="sessionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column(
            "begins",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "ends", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("auditee", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends > begins", name=op.f("ck_audit_session_hours")),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_session_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_audit_session_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_session_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_session")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_session_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_session_uid")),
    )
    with op.batch_alter_table("audit_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_session_district_id_audit_id_on_day_begins"),
            ["district_id", "audit_id", "on_day", "begins"],
            unique=False,
        )

    op.create_table(
        "audit_session_auditor",
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_session_auditor_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "session_id"],
            ["audit_session.district_id", "audit_session.id"],
            name=op.f("fk_audit_session_auditor_district_id_session_id"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "person_id", "district_id", name=op.f("pk_audit_session_auditor")
        ),
    )
    with op.batch_alter_table("audit_session_auditor", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_session_auditor_district_id_person_id_session_id"),
            ["district_id", "person_id", "session_id"],
            unique=False,
        )

    op.create_table(
        "audit_session_clause",
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_audit_session_clause_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "session_id"],
            ["audit_session.district_id", "audit_session.id"],
            name=op.f("fk_audit_session_clause_district_id_session_id"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "clause_id", "district_id", name=op.f("pk_audit_session_clause")
        ),
    )
    with op.batch_alter_table("audit_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overruled", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
