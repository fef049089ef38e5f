"""The journal's tables, and the triggers that keep them append-only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import AccessClass, Model, SortKey, one_of

INSTALLATION = 0
"""The chain of what belongs to no district."""


class JournalChain(Model):
    """The head of a chain: how many entries it has, and the hash of the last."""

    __tablename__ = "journal_chain"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class JournalEntry(Model):
    """One thing that somebody did to one record."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_chain_sequence", "chain", "sequence", unique=True),
        Index("ix_journal_entry_record", "kind", "record_uid", "chain", "sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    chain: Mapped[int]
    sequence: Mapped[int]
    at: Mapped[datetime]
    by_uid: Mapped[UUID | None]
    for_uid: Mapped[UUID | None]
    verb: Mapped[str] = mapped_column(SortKey())
    kind: Mapped[str] = mapped_column(SortKey())
    record_uid: Mapped[UUID]
    access: Mapped[AccessClass] = mapped_column(one_of(AccessClass))
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalPayload(Model):
    """What an entry says, as canonical JSON: names, reason, after-image."""

    __tablename__ = "journal_payload"

    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)


class JournalTombstone(Model):
    """Why a payload was erased, and the two persons who decided it."""

    __tablename__ = "journal_tombstone"

    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    reason: Mapped[str]
    first_uid: Mapped[UUID]
    second_uid: Mapped[UUID]
    at: Mapped[datetime]


class JournalCheckpoint(Model):
    """A chain's head at some moment, signed with the installation's key."""

    __tablename__ = "journal_checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int] = mapped_column(index=True)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


# What marks an existing row, so that INSERT OR REPLACE cannot take its place on SQLite, where a
# replaced row fires no delete trigger unless the connection asks for it.
SEALED = {
    "journal_entry": "id = NEW.id OR uid = NEW.uid"
    " OR (chain = NEW.chain AND sequence = NEW.sequence)",
    "journal_payload": "entry_id = NEW.entry_id",
    "journal_tombstone": "entry_id = NEW.entry_id",
    "journal_checkpoint": "id = NEW.id",
}
MAY_DELETE = {
    "journal_payload": "EXISTS (SELECT 1 FROM journal_tombstone t WHERE t.entry_id = OLD.entry_id)"
}


def sqlite_triggers(table: str) -> list[str]:
    """The statements that seal one journal table on SQLite."""
    unless = MAY_DELETE.get(table)
    when = f"WHEN NOT ({unless}) " if unless else ""
    refuse = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {when}{refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {SEALED[table]}) {refuse}",
    ]


def postgresql_triggers(table: str) -> list[str]:
    """The statements that seal one journal table on PostgreSQL."""
    unless = MAY_DELETE.get(table)
    when = "WHEN (NOT qms_is_erased(OLD.entry_id)) " if unless else ""
    call = "EXECUTE FUNCTION qms_journal_is_sealed()"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {call}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {when}{call}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
    ]


POSTGRESQL_FUNCTIONS = [
    "CREATE OR REPLACE FUNCTION qms_journal_is_sealed() RETURNS trigger AS $$"
    " BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE FUNCTION qms_is_erased(entry bigint) RETURNS boolean AS $$"
    " SELECT EXISTS (SELECT 1 FROM journal_tombstone t WHERE t.entry_id = entry)"
    " $$ LANGUAGE sql",
]


def sealing(dialect: str) -> list[str]:
    """Every statement that makes the journal append-only, for migrations and for create_all."""
    if dialect == "sqlite":
        return [statement for table in SEALED for statement in sqlite_triggers(table)]
    return POSTGRESQL_FUNCTIONS + [
        statement for table in SEALED for statement in postgresql_triggers(table)
    ]


def _seal(target: object, connection: object, **_: object) -> None:
    for statement in sealing(connection.dialect.name):  # type: ignore[attr-defined]
        connection.exec_driver_sql(statement)  # type: ignore[attr-defined]


event.listen(Model.metadata, "after_create", _seal)
