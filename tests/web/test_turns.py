"""Reading takes turns, but never for long."""

import threading
import time
from typing import Any

import pytest

from qms.web import turns


class Room:
    """A WSGI application that notes how many are in it at once, and keeps some in until let go."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.counting = threading.Lock()
        self.open = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with self.counting:
            self.inside += 1
            self.most = max(self.most, self.inside)
        if environ.get("stays"):
            self.open.wait(60)
        else:
            time.sleep(0.001)
        with self.counting:
            self.inside -= 1
        return [b"done"]


def ask(app: Any, method: str = "GET", **more: Any) -> threading.Thread:
    thread = threading.Thread(target=app, args=({"REQUEST_METHOD": method, **more}, None))
    thread.start()
    return thread


def test_one_page_at_a_time() -> None:
    room = Room()
    app = turns.in_turn(room)
    for thread in [ask(app) for _ in range(10)]:
        thread.join()
    assert room.most == 1


def test_nobody_waits_long_for_a_slow_page_and_no_write_waits_at_all() -> None:
    room = Room()
    app = turns.in_turn(room)
    slow = ask(app, stays=True)
    while not room.inside:
        time.sleep(0.001)
    ask(app, "POST").join(60)
    ask(app).join(60)
    assert room.most == 2 and room.inside == 1
    room.open.set()
    slow.join(60)


def test_a_page_that_fails_gives_up_its_turn(monkeypatch: Any) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 60)

    def inner(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ.get("fails"):
            raise ValueError
        return [b"done"]

    app = turns.in_turn(inner)
    with pytest.raises(ValueError):
        app({"REQUEST_METHOD": "GET", "fails": True}, None)
    assert app({"REQUEST_METHOD": "GET"}, None) == [b"done"]
