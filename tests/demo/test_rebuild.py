"""Every record of the demo is rebuilt from the journal alone and equals what is stored."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from qms.core.db import Journalled, Model, db
from qms.core.journal import verifying
from qms.core.journal.images import canonical, image
from qms.core.journal.replaying import replay
from qms.core.signing import SigningKey


def journalled() -> list[Any]:
    """Every table that the journal promises to tell of."""
    return [
        mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, Journalled)
    ]


def stored(model: Any) -> dict[str, dict[str, Any]]:
    """The rows of a table as the journal would have them, by canonical primary key."""
    keys = [column.name for column in model.__table__.primary_key.columns]
    rows = (json.loads(canonical(image(row))) for row in db.session.scalars(select(model)))
    return {canonical({name: row[name] for name in keys}): row for row in rows}


def rebuilt() -> dict[str, dict[str, dict[str, Any]]]:
    """All rows of all chains, from the entries alone."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for chain in verifying.chains():
        for table, rows in replay(chain).items():
            tables.setdefault(table, {}).update(rows)
    return tables


def test_every_journalled_table_is_rebuilt_row_by_row(demo: Any) -> None:
    told = rebuilt()
    counted = 0
    for model in journalled():
        rows = stored(model)
        counted += len(rows)
        assert told.get(model.__tablename__, {}) == rows, model.__tablename__
    assert counted > 1000
    assert set(told) <= {model.__tablename__ for model in journalled()}


def test_the_demo_fills_every_journalled_table(demo: Any) -> None:
    """So that the promise above says something about each of them."""
    assert [model.__tablename__ for model in journalled() if not stored(model)] == []


def test_a_row_changed_behind_the_journal_shows(demo: Any) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE document SET title = 'Lain' WHERE id = 1"))
    told = rebuilt()["document"]
    changed = [key for key, row in stored_documents().items() if told[key] != row]
    assert len(changed) == 1


def stored_documents() -> dict[str, dict[str, Any]]:
    return stored(next(one for one in journalled() if one.__tablename__ == "document"))


def test_the_journal_verifies_and_is_in_the_order_of_time(demo: Any) -> None:
    key = SigningKey.of(Path(demo.config["QMS_INSTANCE"]))
    for chain in verifying.chains():
        verdict = verifying.verify(chain, key)
        assert verdict.is_whole, verdict
    moments = list(
        db.session.execute(text("SELECT at FROM journal_entry WHERE chain = 1 ORDER BY sequence"))
    )
    assert moments == sorted(moments)
    assert len(moments) > 800
