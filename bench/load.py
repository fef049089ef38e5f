"""Asking a server for a page again and again, as lightly as Python can.

Run as a script it is one client, and prints how often it was answered: `load.py PORT SECONDS PATH
[COOKIE]`. Only the standard library, so that clients start at once.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROW = b'<td class="number">'
CLIENTS = 4
"""As many as `qms serve` has threads."""


@dataclass(frozen=True)
class Measured:
    """Requests per second, the CPU that the server used for each in ms, and the findings shown."""

    per_second: float
    cpu_ms: float
    rows: int


class Connection:
    """One keep-alive connection to a server on loopback."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cookie = cookie

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page."""
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        while len(body) < length:
            body += self._more()
        return int(head.split(b" ", 2)[1]), body

    def _more(self) -> bytes:
        block = self.socket.recv(1 << 18)
        if not block:
            raise ConnectionError("the server closed the connection")
        return block


def measure(
    port: int, path: str, cpu: Callable[[], float], *, cookie: str = "", seconds: float = 3.0
) -> Measured:
    """Let some clients at once ask for one address for some seconds.

    `cpu` gives the server's CPU seconds so far. Raises AssertionError if a page is no page.
    """
    check = Connection(port, cookie)
    for _ in range(2 * CLIENTS):  # so that every thread of the server has seen it before
        status, body = check.get(path)
        if status != 200:
            raise AssertionError(f"{path} answered {status}: {body[:300]!r}")
    before = cpu()
    clients = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__)), str(port), str(seconds), path, cookie],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(CLIENTS)
    ]
    answered = [client.communicate()[0].split() for client in clients]
    requests = sum(int(count) for count, _ in answered)
    rate = sum(int(count) / float(took) for count, took in answered)
    return Measured(rate, (cpu() - before) * 1000 / requests, body.count(ROW))


def main(port: str, seconds: str, path: str, cookie: str = "") -> None:
    """One client: count the answers that came within so many seconds."""
    connection = Connection(int(port), cookie)
    began, count = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < float(seconds):
        connection.get(path)
        count += 1
    print(count, took)


if __name__ == "__main__":
    main(*sys.argv[1:])
