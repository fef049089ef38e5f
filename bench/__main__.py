"""Fills, serves, asks, and says which promises held: `python -m bench` (see bench/README.md)."""

import argparse
import base64
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from bench.fill import SINCE, fill
from bench.load import Measured, measure
from qms import create_app
from qms.core.db import db
from qms.people import operations, sessions
from qms.people.models import Account, Person
from tests.postgres import Unavailable, cluster

SMALL = 10_000
UNPROMISED = "searched"
"""Measured and told; what it costs depends on how common the words are."""
TURNS = 3
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Run everything; 1 if a promise was broken."""
    asked = argparse.ArgumentParser(prog="bench", description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--databases", default="sqlite,postgresql")
    asked.add_argument("--seconds", type=float, default=3.0, help="per page and server")
    options = asked.parse_args()
    broken: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="qms-bench-"))
    try:
        for kind in options.databases.split(","):
            broken += _database(kind, options.rows, options.seconds, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n" + ("all promises held" if not broken else "BROKEN: " + "; ".join(broken)))
    return 1 if broken else 0


def _database(kind: str, rows: int, seconds: float, folder: Path) -> list[str]:
    try:
        with cluster(in_memory=False) if kind == "postgresql" else nullcontext("") as admin:
            return _measured(kind, rows, seconds, folder, admin)
    except Unavailable as missing:
        return [f"{kind} was not measured: {missing}"]


def _measured(kind: str, rows: int, seconds: float, folder: Path, admin: str) -> list[str]:
    broken: list[str] = []
    print(f"\n== {kind}")
    urls = {}
    for size in (SMALL, rows):
        instance = folder / f"{kind}-{size}"
        urls[size] = (instance, _url(kind, size, instance, admin))
        ready, filled, write = _prepared(*urls[size], size)
        print(f"{size:>9,} findings: schema ready in {ready:.1f} s, filled in {filled:.0f} s,")
        print(f"{'':>20} a write with its journal entry: {write:.1f} ms CPU in Python")
        broken += [f"{kind}: an empty database took {ready:.1f} s"] if ready > 5 else []
        broken += [f"{kind}: a write took {write:.1f} ms"] if write > 10 else []
    return broken + _compared(kind, urls, rows, seconds, admin)


class Turns(NamedTuple):
    """One page: the floor, and the page at 10,000 and at all rows; medians of the turns."""

    hello: Measured
    small: Measured
    large: Measured


def _compared(
    kind: str, urls: dict[int, tuple[Path, str]], rows: int, seconds: float, admin: str
) -> list[str]:
    broken: list[str] = []
    heads = ("hello/s", "req/s", "of it", "CPU ms", "at 10k", "ratio", "rows", "at 10k")
    print(f"\n{'page':<34}" + "".join(f"{head:>8}" for head in heads))
    for name, turns in _pages(urls[SMALL], urls[rows], seconds, admin):
        hello, small, large = turns
        share, growth = large.per_second / hello.per_second, large.cpu_ms / small.cpu_ms
        print(
            f"{name:<34}{hello.per_second:>8.0f}{large.per_second:>8.0f}{share:>8.2f}"
            f"{large.cpu_ms:>8.2f}{small.cpu_ms:>8.2f}{growth:>8.2f}"
            f"{large.rows:>8}{small.rows:>8}",
            flush=True,
        )
        if name.endswith(UNPROMISED):
            continue
        if share < 0.1:
            broken.append(f"{kind}: {name} reaches {share:.3f} of hello")
        if growth > 1.25 and small.rows == large.rows:
            broken.append(f"{kind}: {name} costs {growth:.2f} times as much as at 10,000")
    return broken


def _url(kind: str, size: int, instance: Path, admin: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{instance / 'qms.db'}"
    name = f"bench_{size}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(admin).set(database=name).render_as_string(hide_password=False)


def _prepared(instance: Path, url: str, size: int) -> tuple[float, float, float]:
    """Seconds until the empty schema was ready, seconds to fill, CPU ms of one write."""
    app = create_app({"instance": instance, "database_url": url})
    with app.app_context():
        began = time.perf_counter()
        upgrade()
        ready = time.perf_counter() - began
        began = time.perf_counter()
        fill(size)
        filled = time.perf_counter() - began
        write = _write()
        db.session.remove()
        db.engine.dispose()
    return ready, filled, write


def _write() -> float:
    by = db.session.scalar(select(Person).where(Person.name == "Secretariat"))
    assert by is not None
    times = []
    for turn in range(30):
        began = time.process_time()
        operations.choose_looks(by, theme=("light", "dark")[turn % 2])
        db.session.commit()
        times.append((time.process_time() - began) * 1000)
    return sorted(times)[len(times) // 2]


@contextmanager
def _server(*what: str) -> Iterator[tuple[int, Callable[[], float]]]:
    """A server process; gives its port and a function that says its CPU seconds so far."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "bench.serve", what[0], str(port), *what[1:]])
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, lambda: _cpu(process.pid)
    finally:
        process.terminate()
        process.wait()


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _backends(admin: str) -> list[int]:
    """The processes with which PostgreSQL serves, found by their name."""
    if not admin:
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            # Autovacuum and parallel workers come and go.
            if line.startswith(b"postgres:") and b"bench_" in line and b" worker " not in line:
                found.append(int(entry.name))
    return found


def _pages(
    small: tuple[Path, str], large: tuple[Path, str], seconds: float, admin: str
) -> Iterator[tuple[str, Turns]]:
    """Each page, as each person sees it. All three servers run at once and are asked in turn, so
    that a machine whose speed drifts slows all of them."""
    middle = _cursor(SINCE + timedelta(days=1200))
    addresses = {
        "first page": "/findings",
        "deep page": f"/findings?cursor={middle}",
        "filtered, many hits": "/findings?grade=major",
        "filtered twice, many hits": "/findings?grade=minor&state=closed",
        "filtered, 20 hits": "/findings?source=incident",
        "filtered, no hit": "/findings?source=risk",
        "overdue": "/findings?show=overdue",
        "by number": "/findings?q=NC-2024",
        "searched": "/findings?q=gratifikasi+kalibrasi",
    }
    cookies = [_cookies(*one) for one in (small, large)]
    with (
        _server("hello") as hello,
        _server("qms", *map(str, small)) as few,
        _server("qms", *map(str, large)) as many,
    ):
        for who in cookies[0]:
            for name, address in addresses.items():
                asked = (
                    (*hello, "/", ""),
                    (*few, address, cookies[0][who]),
                    (*many, address, cookies[1][who]),
                )
                turns = [
                    [
                        measure(port, path, _with_backends(cpu, admin), cookie=cookie, seconds=turn)
                        for port, cpu, path, cookie in asked
                    ]
                    for turn in [seconds / TURNS] * TURNS
                ]
                yield f"{who}: {name}", Turns(*map(_median, zip(*turns, strict=True)))


def _median(measured: Iterable[Measured]) -> Measured:
    """The median of each figure on its own."""
    told = ((one.per_second, one.cpu_ms, one.rows) for one in measured)
    rates, costs, rows = zip(*told, strict=True)
    return Measured(median(rates), median(costs), rows[0])


def _with_backends(cpu: Callable[[], float], admin: str) -> Callable[[], float]:
    """The CPU of a server with that of PostgreSQL; only one of the servers is asked at a time."""
    backends = _backends(admin)
    return lambda: cpu() + sum(_cpu(pid) for pid in backends)


def _cookies(instance: Path, url: str) -> dict[str, str]:
    """The cookie that each who looks has after the first page."""
    app = create_app({"instance": instance, "database_url": url})
    with app.app_context():
        signing: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        found = {}
        for who, name in (("a", "secretariat"), ("b", "officer"), ("c", "consultant")):
            person = db.session.scalar(
                select(Person)
                .join(Account, Account.id == Person.account_id)
                .where(Account.user_name == name)
            )
            assert person is not None
            token = sessions.begin(person, address="127.0.0.1", browser="bench")
            db.session.commit()
            kept = {"token": token, "language": "id", "csrf_token": secrets.token_hex(20)}
            found[who] = f"qms={signing.dumps(kept)}"
        db.session.remove()
        db.engine.dispose()
    return found


def _cursor(day: date) -> str:
    """A cursor in the middle of the register: findings before this day, newest first."""
    values = ["f", day.isoformat(), "ffffffff-ffff-7fff-bfff-ffffffffffff"]
    plain = json.dumps(values, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


if __name__ == "__main__":
    sys.exit(main())
