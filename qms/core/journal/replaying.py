"""Rebuilding records from the journal alone, as they were known at a moment."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from qms.core.db import Model, db
from qms.core.journal.images import canonical
from qms.core.journal.models import JournalEntry, JournalPayload

Rows = dict[str, dict[str, dict[str, Any]]]
"""Table name -> canonical primary key -> row of plain values."""


def replay(chain: int, known_at: datetime | None = None) -> Rows:
    """All journalled rows of a chain as of a moment (default: now), from the entries alone."""
    statement = (
        select(JournalEntry.kind, JournalPayload.body)
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(JournalEntry.chain == chain)
        .order_by(JournalEntry.sequence)
    )
    if known_at is not None:
        statement = statement.where(JournalEntry.at <= known_at)
    rows: Rows = {}
    for kind, body in db.session.execute(statement.execution_options(yield_per=1000)):
        said = json.loads(body)
        _put(rows, kind, said["image"])
        for table, keys in said.get("removed", {}).items():
            for key in keys:
                rows.get(table, {}).pop(canonical(key), None)
        for table, images in said.get("parts", {}).items():
            for one in images:
                _put(rows, table, one)
    return rows


def _put(rows: Rows, table: str, row: dict[str, Any]) -> None:
    columns = Model.metadata.tables[table].primary_key.columns
    key = canonical({column.name: row[column.name] for column in columns})
    rows.setdefault(table, {})[key] = row
