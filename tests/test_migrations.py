"""Migrations make what the models say, on both databases, and keep the journal sealed."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from qms import create_app
from qms.core.db import db
from qms.core.journal.models import SEALED
from qms.migrations.filters import is_ours


@pytest.fixture
def migrated(empty_database: str, tmp_path: Path) -> Any:
    """The application on a database that only migrations have touched."""
    app = create_app({"instance": tmp_path / "instance", "database_url": empty_database})
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_old_to_new_equals_fresh(migrated: Any, database: str, tmp_path: Path) -> None:
    found = _shape()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_ours}
        )
        assert compare_metadata(context, db.metadata) == []
    fresh = create_app({"instance": tmp_path / "fresh", "database_url": database})
    with fresh.app_context():
        expected = _shape()
        db.engine.dispose()
    assert found == expected


def _shape() -> dict[str, Any]:
    """Columns, keys, checks, indexes, triggers: what makes two schemas equal."""
    look = inspect(db.engine)
    shape: dict[str, Any] = {}
    for table in look.get_table_names():
        if table == "alembic_version":
            continue
        shape[table] = {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in look.get_columns(table)
            ),
            "checks": sorted(
                str((one["name"], one["sqltext"])) for one in look.get_check_constraints(table)
            ),
            "unique": sorted(
                str(sorted(one["column_names"])) for one in look.get_unique_constraints(table)
            ),
            "foreign": sorted(
                str((one["constrained_columns"], one["referred_table"], one["referred_columns"]))
                for one in look.get_foreign_keys(table)
            ),
            "indexes": sorted(
                str((one["name"], one["column_names"], one["unique"]))
                for one in look.get_indexes(table)
            ),
        }
    with db.engine.connect() as connection:
        shape["triggers"] = sorted(connection.scalars(text(TRIGGERS[db.engine.dialect.name])))
    return shape


TRIGGERS = {
    "sqlite": "SELECT name || ' ' || sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.mark.parametrize("table", sorted(SEALED))
def test_the_journal_can_only_grow(migrated: Any, table: str) -> None:
    """UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE are refused by the database itself."""
    with db.engine.begin() as connection:
        for statement in ROWS:
            connection.execute(text(statement))
    key = "entry_id" if table in ("journal_payload", "journal_tombstone") else "id"
    same = "SELECT * FROM " + table
    refused = {
        "sqlite": (
            f"UPDATE {table} SET {key} = 9",
            f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} {same}",
            f"REPLACE INTO {table} {same}",
        ),
        "postgresql": (
            f"UPDATE {table} SET {key} = 9",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ),
    }[db.engine.dialect.name]
    for statement in refused:
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_payload_goes_only_where_a_tombstone_stands(migrated: Any) -> None:
    with db.engine.begin() as connection:
        for statement in ROWS:
            connection.execute(text(statement))
        connection.execute(text("DELETE FROM journal_payload WHERE entry_id = 2"))
        assert connection.scalar(text("SELECT count(*) FROM journal_payload")) == 1


ROWS = (
    "INSERT INTO journal_entry (id, uid, chain, sequence, at, verb, kind, record_uid, access,"
    " digest, previous, hash) VALUES"
    " (1, '00000000000000000000000000000001', 0, 1, '2026-01-01 00:00:00', 'a', 'b',"
    " '00000000000000000000000000000009', 'ordinary', '', '', ''),"
    " (2, '00000000000000000000000000000002', 0, 2, '2026-01-01 00:00:00', 'a', 'b',"
    " '00000000000000000000000000000009', 'ordinary', '', '', '')",
    "INSERT INTO journal_payload (entry_id, salt, body) VALUES (1, '', ''), (2, '', '')",
    "INSERT INTO journal_tombstone (entry_id, reason, first_uid, second_uid, at) VALUES"
    " (2, 'r', '00000000000000000000000000000001', '00000000000000000000000000000002',"
    " '2026-01-01 00:00:00')",
    "INSERT INTO journal_checkpoint (id, chain, sequence, hash, at, key_id, signature) VALUES"
    " (1, 0, 1, '', '2026-01-01 00:00:00', '', '')",
)
