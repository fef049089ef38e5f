"""After-images: rows as plain values, and values as canonical JSON."""

import enum
import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from qms.core import text

SCHEMA_VERSION = 1
"""Raised by one when a migration changes what images hold."""


def plain(value: Any) -> Any:
    """A column's value as JSON knows it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, str):
        return text.clean(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def image(row: Any) -> dict[str, Any]:
    """All columns of a mapped row, by column name."""
    mapper = inspect(type(row))
    return {
        column.name: plain(getattr(row, mapper.get_property_by_column(column).key))
        for column in mapper.local_table.columns
    }


def key_of(row: Any) -> dict[str, Any]:
    """The primary key of a row that is stored."""
    state = inspect(row)
    columns = state.mapper.primary_key
    return {
        column.name: plain(value) for column, value in zip(columns, state.identity, strict=True)
    }


def canonical(value: Any) -> str:
    """JSON that is the same for the same value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(salt: str, body: str) -> str:
    """SHA-256 of salt and body, in hex. Without the salt nobody can guess an erased body."""
    return hashlib.sha256(bytes.fromhex(salt) + body.encode()).hexdigest()


def seal(previous: str, header: dict[str, Any]) -> str:
    """The hash of an entry: SHA-256 over the hash before it and its canonical header."""
    return hashlib.sha256(f"{previous}\n{canonical(header)}".encode()).hexdigest()
