"""What Alembic should not look at."""

from typing import Any


def is_ours(_item: Any, name: str | None, kind: str, _reflected: bool, _against: Any) -> bool:
    """FTS5 keeps tables of its own, and PostgreSQL's word indexes are made by statement."""
    if kind == "table":
        return "_fts" not in (name or "")
    return not (kind == "index" and (name or "").endswith("_fts"))
