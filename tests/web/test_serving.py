"""The server itself, as the machine starts and stops it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from waitress.adjustments import Adjustments

from qms.web.listening import channel_for, listening

INIT = (
    *("init", "--district-code", "CONTOH", "--district-name", "Kabupaten Contoh"),
    *("--name", "Siti", "--user-name", "siti", "--password-stdin"),
)


def set_up(instance: Path) -> None:
    """An installation in this folder."""
    subprocess.run(
        [sys.executable, "-m", "qms", *INIT],
        env=os.environ | {"QMS_INSTANCE": str(instance)},
        input="rahasia sekali 1\n",
        text=True,
        check=True,
        capture_output=True,
    )


def test_it_begins_nothing_where_nothing_was_set_up(tmp_path: Path) -> None:
    nowhere = tmp_path / "salah ketik"
    refused = subprocess.run(
        [sys.executable, "-m", "qms", "serve"],
        env=os.environ | {"QMS_INSTANCE": str(nowhere)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1 and "qms init" in refused.stderr
    assert not nowhere.exists()


def test_it_ends_when_told_to_also_where_ctrl_c_is_ignored(tmp_path: Path) -> None:
    set_up(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"QMS_INSTANCE": str(tmp_path), "QMS_PORT": str(port)}
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for what runs beside it
    try:
        server = subprocess.Popen(
            [sys.executable, "-m", "qms", "serve"],
            env=os.environ | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("QMS is ready")
        server.terminate()
        assert server.wait(timeout=60) == 0
    finally:
        server.kill()
        server.communicate()


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    set_up(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        own = {"QMS_INSTANCE": str(tmp_path), "QMS_PORT": str(port)}
        refused = subprocess.run(
            [sys.executable, "-m", "qms", "serve"],
            env=os.environ | own,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert refused.returncode == 1
    assert f"cannot listen on http://127.0.0.1:{port}" in refused.stderr
    assert f"QMS_PORT={port + 1}" in refused.stderr and "Traceback" not in refused.stderr


@pytest.fixture
def served(app: Any) -> Iterator[tuple[str, int]]:
    """Host and port of a server of the application, which takes 1000 bytes."""
    app.config["MAX_CONTENT_LENGTH"] = 1000
    server = listening(app, host="127.0.0.1", port=0, threads=1)
    thread = Thread(target=server.run)
    thread.start()
    yield "127.0.0.1", server.effective_port
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=60)


@pytest.mark.parametrize("asks_first", [False, True])
def test_what_is_too_large_is_answered_with_the_page_and_not_kept(
    served: tuple[str, int], only_sqlite: None, asks_first: bool
) -> None:
    """Whoever asks first whether it may be sent need not send it."""
    size, host = 5_000_000, ":".join(map(str, served))
    with socket.create_connection(served, timeout=60) as caller:
        head = f"POST /receipt/AAAA/satisfaction HTTP/1.1\r\nHost: {host}\r\n"
        head += f"Content-Length: {size}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n"
        head += "Expect: 100-continue\r\n\r\n" if asks_first else "\r\n"
        caller.sendall(head.encode())
        if not asks_first:
            caller.sendall(b"x" * size)
        answer = b""
        while some := caller.recv(65_536):
            answer += some
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert "lebih besar dari yang diterima" in answer.decode()
    assert b"100 Continue" not in answer


@pytest.mark.parametrize(("size", "kept"), [(1000, 1000), (1001, 0)])
def test_of_what_is_too_large_nothing_is_kept(size: int, kept: int) -> None:
    parser = channel_for(1000).parser_class(Adjustments())
    parser.received(f"POST / HTTP/1.1\r\nContent-Length: {size}\r\n\r\n".encode())
    parser.received(b"x" * size)
    assert parser.completed and not parser.error
    assert len(parser.get_body_stream().read()) == kept


def test_garbage_is_still_let_go_while_it_serves() -> None:
    """Circles that nobody holds go, if more rarely; in a process of its own, as it is for good."""
    code = """
import gc, weakref
from qms.web.settling import MOST_MADE, settle

class Circle:
    def __init__(self):
        self.itself = self

settle()
assert gc.get_freeze_count() > 1000
first = weakref.ref(Circle())
made = [Circle() for _ in range(700)]
assert first() is not None, "looked for at once"
for _ in range(MOST_MADE):
    Circle()
assert first() is None
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert said.returncode == 0, said.stderr
