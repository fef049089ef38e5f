"""The records as they were known at a moment.

As long as nothing was recorded since, the database itself is read, in one snapshot. Otherwise the
district's rows are rebuilt from the journal into a small database of their own, entry by entry, so
that memory stays bounded however long the journal is.

Who may see a record is never what it was then, but what it is now: what was restricted since is
restricted in the past, too.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Table,
    TypeDecorator,
    Uuid,
    create_engine,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from qms.core.db import AccessClass, Model, db, only_reads
from qms.core.journal.images import canonical
from qms.core.journal.models import JournalEntry, JournalPayload
from qms.standards.models import Clause, StandardEdition

NOT_SHOWN = ("pack", "role_grant", "delegation", "number_pattern")
"""Kinds of records that no pack shows: a change of these alone needs no rebuilding."""
SHIPPED = tuple(Model.metadata.tables[model.__tablename__] for model in (StandardEdition, Clause))
"""Tables that are not journalled, because they come with the package."""
AT_ONCE = 2000

Gathered = dict[str, dict[str, dict[str, Any] | None]]
"""Table name -> canonical primary key -> row, or None where it was removed."""


@contextmanager
def as_known_at(
    moment: datetime, district_id: int, workplace: Path
) -> Iterator[tuple[Session, Session]]:
    """Two sessions for reading only: the database now, and the records as known at the moment
    (the same session if nothing was recorded since). `workplace` is a folder for a database in
    passing."""
    with snapshot(db.engine) as session:
        if not recorded_since(session, district_id, moment):
            yield session, session
            return
        with TemporaryDirectory(dir=workplace) as folder:
            engine = create_engine(f"sqlite:///{folder}/known.db")
            try:
                rebuild(session, engine, district_id, moment)
                with snapshot(engine) as past:
                    yield session, past
            finally:
                engine.dispose()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session whose every read sees the same state, and which keeps no writer waiting."""
    with Session(engine, autoflush=False) as session:
        token = only_reads.set(True)  # SQLite: begin without the writer's lock
        try:
            if engine.dialect.name == "sqlite":
                session.connection()
            else:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        finally:
            only_reads.reset(token)
        yield session


def recorded_since(session: Session, district_id: int, moment: datetime) -> bool:
    """Whether anything that a pack could show was recorded after the moment."""
    later = select(JournalEntry.id).where(
        JournalEntry.chain == district_id,
        JournalEntry.at > moment,
        JournalEntry.kind.not_in(NOT_SHOWN),
    )
    return session.scalar(later.limit(1)) is not None


def rebuild(session: Session, target: Engine, district_id: int, moment: datetime) -> None:
    """Fill an empty database with the district's rows as of the moment."""
    tables = [table for table in Model.metadata.sorted_tables if not table.name.startswith("jour")]
    with target.begin() as connection:
        for table in tables:
            connection.exec_driver_sql(bare_table(table))
        for shipped in SHIPPED:
            rows = [dict(row._mapping) for row in session.execute(select(shipped))]
            if rows:
                connection.execute(insert(shipped), rows)
        gathered: Gathered = {}
        for count, (kind, body) in enumerate(entries(session, district_id, moment), start=1):
            gather(gathered, kind, json.loads(body))
            if count % AT_ONCE == 0:
                store(connection, gathered)
                gathered = {}
        store(connection, gathered)
        restrict(session, connection, tables, district_id)
        for table in tables:
            for number, index in enumerate(sorted(table.indexes, key=lambda one: str(one.name))):
                columns = ", ".join(f'"{column.name}"' for column in index.columns)
                connection.exec_driver_sql(
                    f'CREATE INDEX "i{number}_{table.name}" ON "{table.name}" ({columns})'
                )


def restrict(
    session: Session, target: Connection, tables: Sequence[Table], district_id: int
) -> None:
    """Restrict in the past whatever is restricted now, and keep confidential what is so now."""
    for table in tables:
        if not {"id", "district_id"} <= set(table.c.keys()):
            continue  # nothing that a pack shows: figures, parts of other records
        for name, secret in (("access", AccessClass.RESTRICTED), ("is_confidential", True)):
            if name not in table.c:
                continue
            found = session.scalars(
                select(table.c.id).where(
                    table.c.district_id == district_id, table.c[name] == secret
                )
            )
            for ids in found.partitions(AT_ONCE):
                target.execute(update(table).where(table.c.id.in_(ids)).values({name: secret}))


def entries(session: Session, district_id: int, moment: datetime) -> Iterator[tuple[str, str]]:
    """(kind, payload) of the chain's entries up to the moment, in order."""
    statement = (
        select(JournalEntry.kind, JournalPayload.body)
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(JournalEntry.chain == district_id, JournalEntry.at <= moment)
        .order_by(JournalEntry.sequence)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in session.execute(statement):
        yield row.kind, row.body


def bare_table(table: Table) -> str:
    """CREATE TABLE without its rules: on the way through time rows may break them for a moment."""
    dialect = sqlite.dialect()
    columns = [
        f'"{column.name}" {column.type.compile(dialect=dialect)}' for column in table.columns
    ]
    key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    return f'CREATE TABLE "{table.name}" ({", ".join(columns)}, PRIMARY KEY ({key}))'


def gather(gathered: Gathered, kind: str, said: dict[str, Any]) -> None:
    """Note what one entry says: the record, parts taken away, parts changed."""
    put(gathered, kind, said["image"])
    for table, keys in said.get("removed", {}).items():
        for key in keys:
            gathered.setdefault(table, {})[canonical(key)] = None
    for table, images in said.get("parts", {}).items():
        for image in images:
            put(gathered, table, image)


def put(gathered: Gathered, name: str, row: dict[str, Any]) -> None:
    columns = Model.metadata.tables[name].primary_key.columns
    key = canonical({column.name: row[column.name] for column in columns})
    gathered.setdefault(name, {})[key] = row


def store(connection: Connection, gathered: Gathered) -> None:
    """Write what was gathered: the newest image of each row, and removals."""
    for name, rows in gathered.items():
        table = Model.metadata.tables[name]
        kept = [
            {
                column.key: value_of(column, row.get(column.name, default_of(column)))
                for column in table.columns
            }
            for row in rows.values()
            if row is not None
        ]
        if kept:
            upsert = sqlite.insert(table)
            fresh = {column.key: upsert.excluded[column.key] for column in table.columns}
            connection.execute(
                upsert.on_conflict_do_update(
                    index_elements=list(table.primary_key.columns), set_=fresh
                ),
                kept,
            )
        for key in [json.loads(key) for key, row in rows.items() if row is None]:
            columns = table.primary_key.columns
            connection.execute(
                delete(table).where(
                    *(column == value_of(column, key[column.name]) for column in columns)
                )
            )


def default_of(column: Any) -> Any:
    """What stands in a column where an image was written before there was such a column."""
    default = column.default
    return default.arg if default is not None and default.is_scalar else None


def value_of(column: Any, value: Any) -> Any:
    """A plain value of an image as the column wants it."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(kind, Uuid) else value
