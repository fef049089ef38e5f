"""Lay the first schema."""

import sqlalchemy as sa
from alembic import op

from qms.core.journal.models import sealing
from qms.core.search import indexing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEARCHABLE = ("action", "document", "evidence", "finding")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column(
            "user_name",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("mail", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("uid", name=op.f("uq_account_uid")),
        sa.UniqueConstraint("user_name", name=op.f("uq_account_user_name")),
    )
    op.create_table(
        "district",
        sa.Column(
            "code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "timezone",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "tree_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("code", name=op.f("uq_district_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_district_uid")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column(
            "language",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("percent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("uid", name=op.f("uq_job_uid")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state", ["state", "id"], unique=False)

    op.create_table(
        "journal_chain",
        sa.Column(
            "chain",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_journal_chain")),
    )
    op.create_table(
        "journal_checkpoint",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_checkpoint")),
    )
    with op.batch_alter_table("journal_checkpoint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_checkpoint_chain"), ["chain"], unique=False)

    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("chain", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_uid", sa.Uuid(), nullable=True),
        sa.Column("for_uid", sa.Uuid(), nullable=True),
        sa.Column(
            "verb", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "kind", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("record_uid", sa.Uuid(), nullable=False),
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
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("uid", name=op.f("uq_journal_entry_uid")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entry_chain_sequence", ["chain", "sequence"], unique=True)
        batch_op.create_index(
            "ix_journal_entry_record", ["kind", "record_uid", "chain", "sequence"], unique=False
        )

    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "user_name",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "address",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_address", ["address", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempt_user", ["user_name", "at"], unique=False)

    op.create_table(
        "standard_edition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_id", sa.Text(), nullable=False),
        sa.Column("for_new_work", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_edition")),
        sa.UniqueConstraint("key", name=op.f("uq_standard_edition_key")),
    )
    op.create_table(
        "clause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "number",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "sort", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_id", sa.Text(), nullable=False),
        sa.Column("is_auditable", sa.Boolean(), nullable=False),
        sa.Column("is_citable", sa.Boolean(), nullable=False),
        sa.Column(
            "documented_information",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_edition.id"], name=op.f("fk_clause_edition_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["clause.id"], name=op.f("fk_clause_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("key", name=op.f("uq_clause_key")),
    )
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.create_index("ix_clause_edition", ["edition_id", "sort"], unique=True)

    op.create_table(
        "grade_rule",
        sa.Column(
            "grade",
            sa.Enum(
                "major",
                "minor",
                "observation",
                "opportunity",
                "strength",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column(
            "reply_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("due_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_grade_rule_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_rule")),
        sa.UniqueConstraint(
            "district_id", "grade", "from_on", name=op.f("uq_grade_rule_district_id_grade_from_on")
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_grade_rule_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_grade_rule_uid")),
    )
    op.create_table(
        "journal_payload",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_payload_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal_payload")),
    )
    op.create_table(
        "journal_tombstone",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_uid", sa.Uuid(), nullable=False),
        sa.Column("second_uid", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_tombstone_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal_tombstone")),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "name_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("mail", sa.Text(), nullable=True),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "language",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "theme",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_person_account_id")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_person_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint(
            "district_id", "account_id", name=op.f("uq_person_district_id_account_id")
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_person_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_person_uid")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_district_id_name_key"), ["district_id", "name_key"], unique=False
        )

    op.create_table(
        "setting",
        sa.Column(
            "key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_setting_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_setting_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "key", "from_on", name=op.f("uq_setting_district_id_key_from_on")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_setting_uid")),
    )
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "extension",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "mime", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_stored_file_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_stored_file_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "sha256", name=op.f("uq_stored_file_district_id_sha256")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_stored_file_uid")),
    )
    op.create_table(
        "unit",
        sa.Column(
            "code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "type",
            sa.Enum(
                "district",
                "setda",
                "setwan",
                "inspektorat",
                "dinas",
                "badan",
                "kantor",
                "kecamatan",
                "kelurahan",
                "desa",
                "puskesmas",
                "rsud",
                "uptd",
                "school",
                "satpol_pp",
                "blud",
                "bumd",
                "section",
                "other",
                name="unittype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_unit_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_unit_district_id_code")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_unit_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_unit_uid")),
    )
    op.create_table(
        "account_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_session_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_session_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_account_session_uid")),
    )
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_session_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "certificate",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "body", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("accreditation", sa.Text(), nullable=True),
        sa.Column(
            "number",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
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
            name=op.f("fk_certificate_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_certificate_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_edition.id"], name=op.f("fk_certificate_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint(
            "district_id", "body", "number", name=op.f("uq_certificate_district_id_body_number")
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_certificate_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_certificate_uid")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_district_id_unit_id_edition_id"),
            ["district_id", "unit_id", "edition_id"],
            unique=False,
        )

    op.create_table(
        "clause_words",
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("requirement", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_clause_words_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_clause_words_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_words")),
        sa.UniqueConstraint(
            "district_id", "clause_id", name=op.f("uq_clause_words_district_id_clause_id")
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_clause_words_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_clause_words_uid")),
    )
    op.create_table(
        "counter",
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_counter_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "kind", "unit_id", "year", name=op.f("pk_counter")),
    )
    op.create_table(
        "delegation",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("delegate_id <> person_id", name=op.f("ck_delegation_other")),
        sa.ForeignKeyConstraint(
            ["district_id", "delegate_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_delegation_district_id_delegate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_delegation_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_delegation_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_delegation_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_delegation_uid")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delegation_district_id_delegate_id"),
            ["district_id", "delegate_id"],
            unique=False,
        )

    op.create_table(
        "evidence",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("proves_from", sa.Date(), nullable=True),
        sa.Column("proves_until", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
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
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_evidence_withdrawal"),
        ),
        sa.CheckConstraint(
            "proves_until IS NULL OR proves_until >= proves_from", name=op.f("ck_evidence_period")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_evidence_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_evidence_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_evidence_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_evidence_uid")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_district_id_added_on_uid"),
            ["district_id", "added_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_district_id_unit_id_added_on_uid"),
            ["district_id", "unit_id", "added_on", "uid"],
            unique=False,
        )

    op.create_table(
        "finding",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "number_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "external_number",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "internal_audit",
                "external_audit",
                "complaint",
                "management_review",
                "process",
                "nonconforming_output",
                "risk",
                "incident",
                "other",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_note", sa.Text(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column(
            "grade",
            sa.Enum(
                "major",
                "minor",
                "observation",
                "opportunity",
                "strength",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requirement", sa.Text(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("deviation", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "raised",
                "answered",
                "verified",
                "closed",
                "cancelled",
                name="findingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reply_due_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
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
            "raised_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answered_by_ids", sa.JSON(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("imported_extra", sa.JSON(), nullable=True),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_finding_closed")
        ),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= found_on", name=op.f("ck_finding_closing")
        ),
        sa.CheckConstraint("due_on IS NULL OR due_on >= found_on", name=op.f("ck_finding_due")),
        sa.ForeignKeyConstraint(
            ["district_id", "raised_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_finding_district_id_raised_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_finding_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_finding_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_finding_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "number_key", name=op.f("uq_finding_district_id_number_key")
        ),
        sa.UniqueConstraint(
            "district_id",
            "unit_id",
            "external_number",
            name=op.f("uq_finding_district_id_unit_id_external_number"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_finding_uid")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_found_on_uid"),
            ["district_id", "found_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_grade_found_on_uid"),
            ["district_id", "grade", "found_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_is_open_due_on_uid"),
            ["district_id", "is_open", "due_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_source_found_on_uid"),
            ["district_id", "source", "found_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_state_found_on_uid"),
            ["district_id", "state", "found_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_unit_id_found_on_uid_access"),
            ["district_id", "unit_id", "found_on", "uid", "access"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_unit_id_grade_found_on_uid_access"),
            ["district_id", "unit_id", "grade", "found_on", "uid", "access"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_unit_id_is_open_due_on_uid_access"),
            ["district_id", "unit_id", "is_open", "due_on", "uid", "access"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_unit_id_source_found_on_uid_access"),
            ["district_id", "unit_id", "source", "found_on", "uid", "access"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_district_id_unit_id_state_found_on_uid_access"),
            ["district_id", "unit_id", "state", "found_on", "uid", "access"],
            unique=False,
        )

    op.create_table(
        "import_run",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "units",
                "documents",
                "findings",
                name="importkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stored_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sheet", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "heading_row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "heading_rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column(
            "grade",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "unchanged", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
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
            name=op.f("fk_import_run_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "stored_file_id"],
            ["stored_file.district_id", "stored_file.id"],
            name=op.f("fk_import_run_district_id_stored_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_import_run_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_import_run_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_import_run_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_import_run_uid")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_run_district_id_unit_id_uid"),
            ["district_id", "unit_id", "uid"],
            unique=False,
        )

    op.create_table(
        "number_pattern",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "PM",
                "KB",
                "SM",
                "SOP",
                "IK",
                "FM",
                "SK",
                "REG",
                "RK",
                "RKM",
                "EKS",
                "DOK",
                name="documenttype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("pattern", sa.Text(), nullable=False),
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
            name=op.f("fk_number_pattern_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_number_pattern_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_pattern")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_number_pattern_district_id_id")),
        sa.UniqueConstraint(
            "district_id",
            "unit_id",
            "type",
            name=op.f("uq_number_pattern_district_id_unit_id_type"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_number_pattern_uid")),
    )
    op.create_table(
        "own_mandatory",
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "shipped_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("is_needed", sa.Boolean(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_own_mandatory_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_own_mandatory_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_mandatory")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_own_mandatory_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "shipped_key", name=op.f("uq_own_mandatory_district_id_shipped_key")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_own_mandatory_uid")),
    )
    with op.batch_alter_table("own_mandatory", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_own_mandatory_district_id_clause_id"),
            ["district_id", "clause_id"],
            unique=False,
        )

    op.create_table(
        "own_question",
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "shipped_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_own_question_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_own_question_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_question")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_own_question_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "shipped_key", name=op.f("uq_own_question_district_id_shipped_key")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_own_question_uid")),
    )
    with op.batch_alter_table("own_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_own_question_district_id_clause_id"),
            ["district_id", "clause_id"],
            unique=False,
        )

    op.create_table(
        "pack",
        sa.Column(
            "asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "language",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("includes_restricted", sa.Boolean(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "asked_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_pack_district_id_asked_by_id"),
        ),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_pack_district_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_pack_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_pack_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_pack_uid")),
    )
    with op.batch_alter_table("pack", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pack_district_id_asked_by_id_uid"),
            ["district_id", "asked_by_id", "uid"],
            unique=False,
        )

    op.create_table(
        "position",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "title",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
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
            name=op.f("fk_position_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_position_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_position_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_position_uid")),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_position_district_id_unit_id_title"),
            ["district_id", "unit_id", "title"],
            unique=False,
        )

    op.create_table(
        "role_grant",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "secretariat",
                "officer",
                "head",
                "owner",
                "auditor",
                "lead_auditor",
                "coordinator",
                "consultant",
                "anti_bribery",
                "guest",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on > from_on", name=op.f("ck_role_grant_days")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_role_grant_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_role_grant_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_role_grant_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_role_grant_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_role_grant_uid")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_role_grant_district_id_person_id"),
            ["district_id", "person_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_role_grant_district_id_unit_id_role"),
            ["district_id", "unit_id", "role"],
            unique=False,
        )

    op.create_table(
        "service",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
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
            name=op.f("fk_service_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_service_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_service_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "unit_id", "name", name=op.f("uq_service_district_id_unit_id_name")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_service_uid")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_district_id_unit_id"), ["district_id", "unit_id"], unique=False
        )

    op.create_table(
        "unit_name",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column(
            "code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_unit_name_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("unit_id", "from_on", "district_id", name=op.f("pk_unit_name")),
    )
    op.create_table(
        "unit_parent",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "parent_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_unit_parent_district_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_unit_parent_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("unit_id", "from_on", "district_id", name=op.f("pk_unit_parent")),
    )
    op.create_table(
        "unit_scope",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
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
            name=op.f("fk_unit_scope_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_unit_scope_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_edition.id"], name=op.f("fk_unit_scope_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_scope")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_unit_scope_district_id_id")),
        sa.UniqueConstraint(
            "district_id",
            "unit_id",
            "edition_id",
            "from_on",
            name=op.f("uq_unit_scope_district_id_unit_id_edition_id_from_on"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_unit_scope_uid")),
    )
    op.create_table(
        "unit_succession",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "merged",
                "split",
                "renamed",
                "replaced",
                name="successionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "successor_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_unit_succession_district_id_successor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_unit_succession_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "unit_id", "successor_id", "on_day", "district_id", name=op.f("pk_unit_succession")
        ),
    )
    op.create_table(
        "action",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "number",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "correction",
                "corrective",
                "preventive",
                "improvement",
                name="actionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column(
            "owner_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "owner_position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_missing", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "verified",
                "cancelled",
                name="actionstate",
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
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column(
            "done_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("done_by_ids", sa.JSON(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column(
            "verified_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("verified_note", sa.Text(), nullable=True),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "is_imported OR state <> 'verified' OR (verified_on IS NOT NULL AND verified_by_id IS NOT NULL AND verified_by_id <> done_by_id)",
            name=op.f("ck_action_verified"),
        ),
        sa.CheckConstraint(
            "is_imported OR state NOT IN ('done', 'verified') OR (done_on IS NOT NULL AND done_by_id IS NOT NULL)",
            name=op.f("ck_action_done"),
        ),
        sa.CheckConstraint(
            "owner_person_id IS NULL OR owner_position_id IS NULL", name=op.f("ck_action_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "done_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_action_district_id_done_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "owner_person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_action_district_id_owner_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "owner_position_id"],
            ["position.district_id", "position.id"],
            name=op.f("fk_action_district_id_owner_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_action_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "verified_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_action_district_id_verified_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_action_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_action_district_id_id")),
        sa.UniqueConstraint("district_id", "number", name=op.f("uq_action_district_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_action_uid")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_action_district_id_due_on_uid"),
            ["district_id", "due_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_action_district_id_owner_person_id_state_due_on"),
            ["district_id", "owner_person_id", "state", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_action_district_id_owner_position_id_state_due_on"),
            ["district_id", "owner_position_id", "state", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_action_district_id_state_due_on_uid"),
            ["district_id", "state", "due_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_action_district_id_unit_id_due_on_uid"),
            ["district_id", "unit_id", "due_on", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_action_district_id_unit_id_state_due_on_uid"),
            ["district_id", "unit_id", "state", "due_on", "uid"],
            unique=False,
        )

    op.create_table(
        "appointment",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "definitive",
                "plt",
                "plh",
                name="appointmentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("nip", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on > from_on", name=op.f("ck_appointment_days")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_appointment_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "position_id"],
            ["position.district_id", "position.id"],
            name=op.f("fk_appointment_district_id_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_appointment_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_appointment_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_district_id_person_id"),
            ["district_id", "person_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_district_id_position_id"),
            ["district_id", "position_id"],
            unique=False,
        )

    op.create_table(
        "certificate_event",
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stage_1",
                "stage_2",
                "issued",
                "surveillance",
                "scope_changed",
                "suspended",
                "restored",
                "recertification_audit",
                "renewed",
                "withdrawn",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "certificate_id"],
            ["certificate.district_id", "certificate.id"],
            name=op.f("fk_certificate_event_district_id_certificate_id"),
        ),
        sa.PrimaryKeyConstraint(
            "certificate_id", "number", "district_id", name=op.f("pk_certificate_event")
        ),
    )
    op.create_table(
        "certificate_service",
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "certificate_id"],
            ["certificate.district_id", "certificate.id"],
            name=op.f("fk_certificate_service_district_id_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "service_id"],
            ["service.district_id", "service.id"],
            name=op.f("fk_certificate_service_district_id_service_id"),
        ),
        sa.PrimaryKeyConstraint(
            "certificate_id", "service_id", "district_id", name=op.f("pk_certificate_service")
        ),
    )
    op.create_table(
        "certificate_unit",
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "certificate_id"],
            ["certificate.district_id", "certificate.id"],
            name=op.f("fk_certificate_unit_district_id_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_certificate_unit_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "certificate_id", "unit_id", "district_id", name=op.f("pk_certificate_unit")
        ),
    )
    op.create_table(
        "document",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "number_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "external_number",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "PM",
                "KB",
                "SM",
                "SOP",
                "IK",
                "FM",
                "SK",
                "REG",
                "RK",
                "RKM",
                "EKS",
                "DOK",
                name="documenttype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "classification",
            sa.Enum(
                "public",
                "internal",
                "confidential",
                name="classification",
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
        sa.Column(
            "language",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "owner_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "owner_position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("imported_extra", sa.JSON(), nullable=True),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "owner_person_id IS NULL OR owner_position_id IS NULL",
            name=op.f("ck_document_one_owner"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "owner_person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_document_district_id_owner_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "owner_position_id"],
            ["position.district_id", "position.id"],
            name=op.f("fk_document_district_id_owner_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_document_district_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_document_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_document_district_id_id")),
        sa.UniqueConstraint(
            "district_id", "number_key", name=op.f("uq_document_district_id_number_key")
        ),
        sa.UniqueConstraint(
            "district_id",
            "unit_id",
            "external_number",
            name=op.f("uq_document_district_id_unit_id_external_number"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_document_uid")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_district_id_type_number_key_uid"),
            ["district_id", "type", "number_key", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_document_district_id_unit_id_number_key_uid"),
            ["district_id", "unit_id", "number_key", "uid"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_document_district_id_unit_id_type_number_key_uid"),
            ["district_id", "unit_id", "type", "number_key", "uid"],
            unique=False,
        )

    op.create_table(
        "evidence_clause",
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_evidence_clause_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_evidence_clause_district_id_evidence_id"),
        ),
        sa.PrimaryKeyConstraint(
            "evidence_id", "clause_id", "district_id", name=op.f("pk_evidence_clause")
        ),
    )
    with op.batch_alter_table("evidence_clause", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_clause_district_id_clause_id_evidence_id"),
            ["district_id", "clause_id", "evidence_id"],
            unique=False,
        )

    op.create_table(
        "evidence_version",
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "added_by_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_evidence_version_district_id_added_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_evidence_version_district_id_evidence_id"),
        ),
        sa.PrimaryKeyConstraint(
            "evidence_id", "number", "district_id", name=op.f("pk_evidence_version")
        ),
    )
    op.create_table(
        "finding_clause",
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_finding_clause_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_finding_clause_district_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint(
            "finding_id", "clause_id", "district_id", name=op.f("pk_finding_clause")
        ),
    )
    with op.batch_alter_table("finding_clause", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_clause_district_id_clause_id_finding_id"),
            ["district_id", "clause_id", "finding_id"],
            unique=False,
        )

    op.create_table(
        "finding_evidence",
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_finding_evidence_district_id_evidence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_finding_evidence_district_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint(
            "finding_id", "evidence_id", "district_id", name=op.f("pk_finding_evidence")
        ),
    )
    with op.batch_alter_table("finding_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_evidence_district_id_evidence_id"),
            ["district_id", "evidence_id"],
            unique=False,
        )

    op.create_table(
        "finding_step",
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "correction",
                "cause",
                "plan",
                "actions",
                "verification",
                "effectiveness",
                name="stepkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "recorded",
                "accepted",
                "rejected",
                name="stepresult",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_finding_step_district_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_finding_step_district_id_person_id"),
        ),
        sa.PrimaryKeyConstraint(
            "finding_id", "round", "kind", "district_id", name=op.f("pk_finding_step")
        ),
    )
    op.create_table(
        "grade_change",
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "major",
                "minor",
                "observation",
                "opportunity",
                "strength",
                name="grade_before",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "major",
                "minor",
                "observation",
                "opportunity",
                "strength",
                name="grade_after",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_grade_change_district_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_grade_change_district_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("finding_id", "at", "district_id", name=op.f("pk_grade_change")),
    )
    op.create_table(
        "imported_row",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "units",
                "documents",
                "findings",
                name="importkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "run_id"],
            ["import_run.district_id", "import_run.id"],
            name=op.f("fk_imported_row_district_id_run_id"),
        ),
        sa.PrimaryKeyConstraint("run_id", "row", "district_id", name=op.f("pk_imported_row")),
    )
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_imported_row_district_id_kind_key_run_id"),
            ["district_id", "kind", "key", "run_id"],
            unique=False,
        )

    op.create_table(
        "pack_edition",
        sa.Column("pack_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "pack_id"],
            ["pack.district_id", "pack.id"],
            name=op.f("fk_pack_edition_district_id_pack_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_edition.id"], name=op.f("fk_pack_edition_edition_id")
        ),
        sa.PrimaryKeyConstraint(
            "pack_id", "edition_id", "district_id", name=op.f("pk_pack_edition")
        ),
    )
    op.create_table(
        "pack_unit",
        sa.Column("pack_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "pack_id"],
            ["pack.district_id", "pack.id"],
            name=op.f("fk_pack_unit_district_id_pack_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "unit_id"],
            ["unit.district_id", "unit.id"],
            name=op.f("fk_pack_unit_district_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("pack_id", "unit_id", "district_id", name=op.f("pk_pack_unit")),
    )
    op.create_table(
        "scope_exclusion",
        sa.Column("scope_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_scope_exclusion_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "scope_id"],
            ["unit_scope.district_id", "unit_scope.id"],
            name=op.f("fk_scope_exclusion_district_id_scope_id"),
        ),
        sa.PrimaryKeyConstraint(
            "scope_id", "clause_id", "district_id", name=op.f("pk_scope_exclusion")
        ),
    )
    op.create_table(
        "scope_service",
        sa.Column("scope_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "scope_id"],
            ["unit_scope.district_id", "unit_scope.id"],
            name=op.f("fk_scope_service_district_id_scope_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "service_id"],
            ["service.district_id", "service.id"],
            name=op.f("fk_scope_service_district_id_service_id"),
        ),
        sa.PrimaryKeyConstraint(
            "scope_id", "service_id", "district_id", name=op.f("pk_scope_service")
        ),
    )
    op.create_table(
        "action_evidence",
        sa.Column(
            "action_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "action_id"],
            ["action.district_id", "action.id"],
            name=op.f("fk_action_evidence_district_id_action_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_action_evidence_district_id_evidence_id"),
        ),
        sa.PrimaryKeyConstraint(
            "action_id", "evidence_id", "district_id", name=op.f("pk_action_evidence")
        ),
    )
    with op.batch_alter_table("action_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_action_evidence_district_id_evidence_id"),
            ["district_id", "evidence_id"],
            unique=False,
        )

    op.create_table(
        "document_clause",
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_document_clause_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "document_id"],
            ["document.district_id", "document.id"],
            name=op.f("fk_document_clause_district_id_document_id"),
        ),
        sa.PrimaryKeyConstraint(
            "document_id", "clause_id", "district_id", name=op.f("pk_document_clause")
        ),
    )
    with op.batch_alter_table("document_clause", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_clause_district_id_clause_id_document_id"),
            ["district_id", "clause_id", "document_id"],
            unique=False,
        )

    op.create_table(
        "document_evidence",
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "document_id"],
            ["document.district_id", "document.id"],
            name=op.f("fk_document_evidence_district_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id"],
            ["evidence.district_id", "evidence.id"],
            name=op.f("fk_document_evidence_district_id_evidence_id"),
        ),
        sa.PrimaryKeyConstraint(
            "document_id", "evidence_id", "district_id", name=op.f("pk_document_evidence")
        ),
    )
    with op.batch_alter_table("document_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_evidence_district_id_evidence_id"),
            ["district_id", "evidence_id"],
            unique=False,
        )

    op.create_table(
        "evidence_file",
        sa.Column(
            "evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stored_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "evidence_id", "number"],
            [
                "evidence_version.district_id",
                "evidence_version.evidence_id",
                "evidence_version.number",
            ],
            name=op.f("fk_evidence_file_district_id_evidence_id_number"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "stored_file_id"],
            ["stored_file.district_id", "stored_file.id"],
            name=op.f("fk_evidence_file_district_id_stored_file_id"),
        ),
        sa.PrimaryKeyConstraint(
            "evidence_id", "number", "position", "district_id", name=op.f("pk_evidence_file")
        ),
    )
    op.create_table(
        "finding_action",
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "action_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "action_id"],
            ["action.district_id", "action.id"],
            name=op.f("fk_finding_action_district_id_action_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "finding_id"],
            ["finding.district_id", "finding.id"],
            name=op.f("fk_finding_action_district_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint(
            "finding_id", "action_id", "district_id", name=op.f("pk_finding_action")
        ),
    )
    with op.batch_alter_table("finding_action", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_action_district_id_action_id"),
            ["district_id", "action_id"],
            unique=False,
        )

    op.create_table(
        "revision",
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "approved",
                "withdrawn",
                name="revisionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'approved' OR effective_from IS NOT NULL", name=op.f("ck_revision_effective")
        ),
        sa.CheckConstraint(
            "effective_until IS NULL OR effective_until >= effective_from",
            name=op.f("ck_revision_days"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "author_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_revision_district_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "document_id"],
            ["document.district_id", "document.id"],
            name=op.f("fk_revision_district_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_revision_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint(
            "district_id",
            "document_id",
            "number",
            name=op.f("uq_revision_district_id_document_id_number"),
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_revision_district_id_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_revision_uid")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revision_district_id_state_effective_from"),
            ["district_id", "state", "effective_from"],
            unique=False,
        )
        batch_op.create_index(
            "uq_revision_being_written",
            ["district_id", "document_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'in_review')"),
            postgresql_where=sa.text("state IN ('draft', 'in_review')"),
        )
        batch_op.create_index(
            "uq_revision_last_in_force",
            ["district_id", "document_id"],
            unique=True,
            sqlite_where=sa.text("state = 'approved' AND effective_until IS NULL"),
            postgresql_where=sa.text("state = 'approved' AND effective_until IS NULL"),
        )

    op.create_table(
        "revision_file",
        sa.Column(
            "revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "source",
                "signed",
                name="filerole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stored_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "revision_id"],
            ["revision.district_id", "revision.id"],
            name=op.f("fk_revision_file_district_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "stored_file_id"],
            ["stored_file.district_id", "stored_file.id"],
            name=op.f("fk_revision_file_district_id_stored_file_id"),
        ),
        sa.PrimaryKeyConstraint(
            "revision_id", "role", "district_id", name=op.f("pk_revision_file")
        ),
    )
    op.create_table(
        "signature",
        sa.Column(
            "revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "1_prepared",
                "2_checked",
                "3_approved",
                name="signaturerole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("nip", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "person_id"],
            ["person.district_id", "person.id"],
            name=op.f("fk_signature_district_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "revision_id"],
            ["revision.district_id", "revision.id"],
            name=op.f("fk_signature_district_id_revision_id"),
        ),
        sa.PrimaryKeyConstraint("revision_id", "role", "district_id", name=op.f("pk_signature")),
    )
    dialect = op.get_bind().dialect.name
    for statement in (*sealing(dialect), *indexing(dialect, SEARCHABLE)):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
