"""How many questions a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from qms.core.db import db


def queries_of(browser: Any, path: str) -> int:
    """The number of SELECTs of one page that was fetched before, so that caches are warm."""
    browser.get(path)
    seen: list[str] = []

    def note(_c: Any, _cu: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        browser.request("GET", path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that is sent to the database within the block."""
    sent: list[str] = []

    def note(_c: Any, _cu: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
