"""Connections to PostgreSQL, and what a request that only reads may do with one."""

from typing import Any

import pytest
from sqlalchemy import create_engine, text

from qms.core import db as database
from qms.core.db import db, engine_options, only_reads


@pytest.fixture
def postgres(app: Any) -> str:
    url: str = app.config["SQLALCHEMY_DATABASE_URI"]
    if not url.startswith("postgresql"):
        pytest.skip("does not apply: SQLite has no server")
    return url


def test_one_that_the_server_gave_up_is_replaced(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TRUSTED", 0)
    engine = create_engine(postgres, **engine_options(postgres))
    with engine.connect() as one, engine.connect() as other:
        gone = one.scalar(text("SELECT pg_backend_pid()"))
        one.close()
        other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": gone})
        with engine.connect() as again:
            assert again.scalar(text("SELECT pg_backend_pid()")) != gone
    engine.dispose()


def test_what_only_reads_has_no_transaction(postgres: str) -> None:
    db.session.rollback()
    only_reads.set(True)
    try:
        driver = db.session.connection().connection.driver_connection
        db.session.execute(text("SELECT 1"))
        assert driver.info.transaction_status.name == "IDLE"
    finally:
        only_reads.set(False)
        db.session.rollback()
    driver = db.session.connection().connection.driver_connection
    db.session.execute(text("SELECT 1"))
    assert driver.info.transaction_status.name == "INTRANS"
