"""Reading takes turns where the database is SQLite.

Python runs one thread at a time and offers the turn at each row that SQLite fetches, so pages that
are made at once interrupt each other hundreds of times, and all of them take longer than one after
the other (four fifths of the pages each second, when four at once ask for findings). No request
waits long for another's turn, so that one that takes seconds delays nobody by more than PATIENCE.
On PostgreSQL a request that waits for the database leaves the turn to others by itself.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from flask import Flask

from qms.web.gate import READING

PATIENCE = 0.05
"""Seconds."""


def init_app(app: Flask) -> None:
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        app.wsgi_app = in_turn(app.wsgi_app)  # type: ignore[method-assign]


def in_turn(inner: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The same WSGI application, of which one reading request at a time is worked on."""
    turn = Lock()

    def take(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in READING or not turn.acquire(timeout=PATIENCE):
            return inner(environ, start_response)
        try:
            return inner(environ, start_response)
        finally:
            turn.release()

    return take
