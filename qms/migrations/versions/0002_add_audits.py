"""Add audits: plan, team, checklist, links to findings, reports and signatures."""

import sqlalchemy as sa
from alembic import op

from qms.core.search import indexing

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "number_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "internal",
                "stage_1",
                "stage_2",
                "surveillance",
                "recertification",
                "special",
                name="auditkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=True),
        sa.Column("methods", sa.Text(), nullable=True),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "under_way",
                "reported",
                "closed",
                "cancelled",
                name="auditstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("body_reference", sa.Text(), nullable=True),
        sa.Column(
            "planned_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'internal') = (body IS NULL)", name=op.f("ck_audit_body")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_audit_closed")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR opened_on IS NOT NULL",
            name=op.f("ck_audit_opened"),
        ),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= opened_on", name=op.f("ck_audit_closing")
        ),
        sa.CheckConstraint("planned_until >= planned_from", name=op.f("ck_audit_days")),
        sa.ForeignKeyConstraint(
            ["district_id", "planned_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_district_id_planned_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_audit_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "number_key", name=op.f("uq_audit_district_id_number_key")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_uid")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_district_id_kind_planned_from_uid"),
            ["district_id", "kind", "planned_from", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_district_id_planned_from_uid"),
            ["district_id", "planned_from", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_district_id_state_planned_from_uid"),
            ["district_id", "state", "planned_from", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_district_id_unit_id_kind_planned_from_uid"),
            ["district_id", "unit_id", "kind", "planned_from", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_district_id_unit_id_planned_from_uid"),
            ["district_id", "unit_id", "planned_from", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_district_id_unit_id_state_planned_from_uid"),
            ["district_id", "unit_id", "state", "planned_from", "uid"],
            unique=False,
        )

    op.create_table(
        "audit_edition",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_edition_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_edition.id"], name=op.f("fk_audit_edition_edition_id")
        ),
        sa.PrimaryKeyConstraint(
            "audit_id", "edition_id", "district_id", name=op.f("pk_audit_edition")
        ),
    )
    op.create_table(
        "audit_finding",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_finding_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_audit_finding_district_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint(
            "audit_id", "finding_id", "district_id", name=op.f("pk_audit_finding")
        ),
    )
    with op.batch_alter_table("audit_finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_finding_district_id_finding_id"),
            ["district_id", "finding_id"],
            unique=False,
        )

    op.create_table(
        "audit_line",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "conform",
                "strength",
                "opportunity",
                "observation",
                "minor",
                "major",
                "not_applicable",
                "not_sampled",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer <> 'not_applicable' OR reason IS NOT NULL", name=op.f("ck_audit_line_reason")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_audit_line_moment")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_audit_line_answered")
        ),
        sa.CheckConstraint("NOT is_removed OR answer IS NULL", name=op.f("ck_audit_line_removed")),
        sa.ForeignKeyConstraint(
            ["district_id", "answered_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_line_district_id_answered_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_line_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_line_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_line_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_line_uid")),
    )
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_line_district_id_audit_id_position"),
            ["district_id", "audit_id", "position"],
            unique=False,
        )

    op.create_table(
        "audit_member",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "1_lead",
                "2_auditor",
                "3_observer",
                name="teamrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("overrule_reason", sa.Text(), nullable=True),
        sa.Column(
            "overruled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "(overrule_reason IS NULL) = (overruled_by_id IS NULL)",
            name=op.f("ck_audit_member_overruled"),
        ),
        sa.CheckConstraint("overruled_by_id <> person_id", name=op.f("ck_audit_member_another")),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_member_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "overruled_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_member_district_id_overruled_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_member_district_id_person_id"),
        ),
        sa.PrimaryKeyConstraint(
            "audit_id", "person_id", "district_id", name=op.f("pk_audit_member")
        ),
    )
    with op.batch_alter_table("audit_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_member_district_id_person_id_audit_id"),
            ["district_id", "person_id", "audit_id"],
            unique=False,
        )

    op.create_table(
        "audit_report",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("correction_reason", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "signing",
                "signed",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("not_covered", sa.Text(), nullable=True),
        sa.Column("strengths", sa.Text(), nullable=True),
        sa.Column("conformity", sa.Text(), nullable=True),
        sa.Column("effectiveness", sa.Text(), nullable=True),
        sa.Column("disagreements", sa.Text(), nullable=True),
        sa.Column("follow_up", sa.Text(), nullable=True),
        sa.Column("gathered", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (gathered IS NULL)", name=op.f("ck_audit_report_gathered")
        ),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_on IS NOT NULL)", name=op.f("ck_audit_report_signed")
        ),
        sa.CheckConstraint(
            "(issue = 1) = (correction_reason IS NULL)", name=op.f("ck_audit_report_correction")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_report_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_report_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_report")),
        sa.UniqueConstraint(
            "district_id",
            "audit_id",
            "issue",
            name=op.f("uq_audit_report_district_id_audit_id_issue"),
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_audit_report_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_report_uid")),
    )
    op.create_table(
        "audit_line_clause",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_audit_line_clause_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_clause_district_id_line_id"),
        ),
        sa.PrimaryKeyConstraint(
            "line_id", "clause_id", "district_id", name=op.f("pk_audit_line_clause")
        ),
    )
    with op.batch_alter_table("audit_line_clause", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_line_clause_district_id_clause_id_line_id"),
            ["district_id", "clause_id", "line_id"],
            unique=False,
        )

    op.create_table(
        "audit_line_finding",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_audit_line_finding_district_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_finding_district_id_line_id"),
        ),
        sa.PrimaryKeyConstraint(
            "line_id", "finding_id", "district_id", name=op.f("pk_audit_line_finding")
        ),
    )
    with op.batch_alter_table("audit_line_finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_line_finding_district_id_finding_id"),
            ["district_id", "finding_id"],
            unique=False,
        )

    op.create_table(
        "audit_signature",
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "1_auditor",
                "2_lead",
                "3_auditee",
                "4_head",
                name="signingrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("nip", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "signed_at IS NULL OR person_id IS NOT NULL", name=op.f("ck_audit_signature_signed")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_signature_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "report_id"],
            ["audit_report.district_id", "audit_report.id"],
            name=op.f("fk_audit_signature_district_id_report_id"),
        ),
        sa.PrimaryKeyConstraint(
            "report_id", "position", "district_id", name=op.f("pk_audit_signature")
        ),
    )
    with op.batch_alter_table("audit_signature", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_signature_district_id_person_id"),
            ["district_id", "person_id"],
            unique=False,
        )
    dialect = op.get_bind().dialect.name
    for statement in indexing(dialect, ("audit",)):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
