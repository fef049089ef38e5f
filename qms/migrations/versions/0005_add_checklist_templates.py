"""Add checklist templates, samples, verdicts by standard and self-assessments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklist_template",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
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
            name=op.f("ck_checklist_template_withdrawn"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_checklist_template_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_checklist_template_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_template")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_checklist_template_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_checklist_template_uid")),
    )
    with op.batch_alter_table("checklist_template", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checklist_template_district_id_unit_id_name"),
            ["district_id", "unit_id", "name"],
            unique=False,
        )

    op.create_table(
        "audit_self_assessment",
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("handed_in_on", sa.Date(), nullable=True),
        sa.Column(
            "handed_in_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(handed_in_on IS NULL) = (handed_in_by_id IS NULL)",
            name=op.f("ck_audit_self_assessment_handed_in"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "asked_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_self_assessment_district_id_asked_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "audit_id"],
            ["audit.district_id", "audit.id"],
            name=op.f("fk_audit_self_assessment_district_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "handed_in_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_self_assessment_district_id_handed_in_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_audit_self_assessment_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_self_assessment")),
        sa.UniqueConstraint(
            "district_id", "audit_id", name=op.f("uq_audit_self_assessment_district_id_audit_id")
        ),
        sa.UniqueConstraint(
            "district_id", "id", name=op.f("uq_audit_self_assessment_district_id_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_self_assessment_uid")),
    )
    op.create_table(
        "checklist_template_line",
        sa.Column(
            "template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "asked_when",
            sa.Enum(
                "applies",
                "conforms",
                "deviates",
                name="askedwhen",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "(after IS NULL) = (asked_when IS NULL)",
            name=op.f("ck_checklist_template_line_condition"),
        ),
        sa.CheckConstraint("after <> number", name=op.f("ck_checklist_template_line_another")),
        sa.ForeignKeyConstraint(
            ["district_id", "template_id"],
            ["checklist_template.district_id", "checklist_template.id"],
            name=op.f("fk_checklist_template_line_district_id_template_id"),
        ),
        sa.PrimaryKeyConstraint(
            "template_id", "number", "district_id", name=op.f("pk_checklist_template_line")
        ),
    )
    op.create_table(
        "audit_line_condition",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("after_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "asked_when",
            sa.Enum(
                "applies",
                "conforms",
                "deviates",
                name="askedwhen",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("after_id <> line_id", name=op.f("ck_audit_line_condition_another")),
        sa.ForeignKeyConstraint(
            ["district_id", "after_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_condition_district_id_after_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_condition_district_id_line_id"),
        ),
        sa.PrimaryKeyConstraint("line_id", "district_id", name=op.f("pk_audit_line_condition")),
    )
    with op.batch_alter_table("audit_line_condition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_line_condition_district_id_after_id"),
            ["district_id", "after_id"],
            unique=False,
        )

    op.create_table(
        "audit_line_origin",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("previous_id <> line_id", name=op.f("ck_audit_line_origin_another")),
        sa.CheckConstraint(
            "previous_id IS NOT NULL OR document_id IS NOT NULL",
            name=op.f("ck_audit_line_origin_one"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "document_id"],
            ["document.district_id", "document.id"],
            name=op.f("fk_audit_line_origin_district_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_origin_district_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "previous_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_origin_district_id_previous_id"),
        ),
        sa.PrimaryKeyConstraint("line_id", "district_id", name=op.f("pk_audit_line_origin")),
    )
    with op.batch_alter_table("audit_line_origin", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_line_origin_district_id_document_id"),
            ["district_id", "document_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_line_origin_district_id_previous_id"),
            ["district_id", "previous_id"],
            unique=False,
        )

    op.create_table(
        "audit_line_sample",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawn_from", sa.Text(), nullable=True),
        sa.Column(
            "population", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("items", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("population >= 0", name=op.f("ck_audit_line_sample_population")),
        sa.CheckConstraint("size <= population", name=op.f("ck_audit_line_sample_fits")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_audit_line_sample_size")),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_sample_district_id_line_id"),
        ),
        sa.PrimaryKeyConstraint("line_id", "district_id", name=op.f("pk_audit_line_sample")),
    )
    op.create_table(
        "audit_line_verdict",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
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
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "answer <> 'not_applicable' OR reason IS NOT NULL",
            name=op.f("ck_audit_line_verdict_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_line_verdict_district_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_edition.id"], name=op.f("fk_audit_line_verdict_edition_id")
        ),
        sa.PrimaryKeyConstraint(
            "line_id", "edition_id", "district_id", name=op.f("pk_audit_line_verdict")
        ),
    )
    op.create_table(
        "audit_report_standard",
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("conformity", sa.Text(), nullable=True),
        sa.Column("effectiveness", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "report_id"],
            ["audit_report.district_id", "audit_report.id"],
            name=op.f("fk_audit_report_standard_district_id_report_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["standard_edition.id"],
            name=op.f("fk_audit_report_standard_edition_id"),
        ),
        sa.PrimaryKeyConstraint(
            "report_id", "edition_id", "district_id", name=op.f("pk_audit_report_standard")
        ),
    )
    op.create_table(
        "audit_self_assessment_answer",
        sa.Column(
            "assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "in_place",
                "partly",
                "not_yet",
                "not_applicable",
                name="selfanswer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column(
            "answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "answered_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_audit_self_assessment_answer_district_id_answered_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "assessment_id"],
            ["audit_self_assessment.district_id", "audit_self_assessment.id"],
            name=op.f("fk_audit_self_assessment_answer_district_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "line_id"],
            ["audit_line.district_id", "audit_line.id"],
            name=op.f("fk_audit_self_assessment_answer_district_id_line_id"),
        ),
        sa.PrimaryKeyConstraint(
            "assessment_id", "line_id", "district_id", name=op.f("pk_audit_self_assessment_answer")
        ),
    )
    with op.batch_alter_table("audit_self_assessment_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_self_assessment_answer_district_id_line_id"),
            ["district_id", "line_id"],
            unique=False,
        )

    op.create_table(
        "checklist_template_clause",
        sa.Column(
            "template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_checklist_template_clause_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "template_id", "number"],
            [
                "checklist_template_line.district_id",
                "checklist_template_line.template_id",
                "checklist_template_line.number",
            ],
            name=op.f("fk_checklist_template_clause_district_id_template_id_number"),
        ),
        sa.PrimaryKeyConstraint(
            "template_id",
            "number",
            "clause_id",
            "district_id",
            name=op.f("pk_checklist_template_clause"),
        ),
    )
    with op.batch_alter_table("audit_report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sampling", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("comparison", sa.Text(), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
