"""A private PostgreSQL for the tests: made in a temporary directory, thrown away afterwards.

    python tests/postgres.py                          # runs one until Ctrl-C, prints its address
    python tests/postgres.py .venv/bin/pytest -n 2    # runs a command with QMS_TEST_POSTGRES set

It listens on a Unix socket only, in a directory of its own, so it meets no other server and no
other user. It never syncs to disk, sorts in Indonesian and lives in Asia/Jakarta, so that whoever
forgot a collation or a time zone hears of it here. Only the standard library, as in tests/run.py.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VARIABLE = "QMS_TEST_POSTGRES"
START_SECONDS = 60
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3
"""Where Linux keeps files in memory, and how many bytes must be free there."""
# Root cannot run PostgreSQL; these can, and every Debian has the second.
STAND_INS = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "timezone": "Asia/Jakarta",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}


class Unavailable(Exception):
    """PostgreSQL is not installed, or did not start; the message says why."""


def programs() -> Path | None:
    """The directory of the newest installed server's programs, if there is one."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))  # Debian keeps them off the PATH
    folders.sort(key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


@contextmanager
def cluster(*, in_memory: bool = True) -> Iterator[str]:
    """Run a server for the length of the block; gives the address of its first database.

    Its user may make databases. Raises Unavailable if there is no PostgreSQL, or it does not start.
    """
    found = programs()
    if found is None:
        raise Unavailable("PostgreSQL is not installed")
    home = Path(tempfile.mkdtemp(prefix="qms-pg-", dir=_place(in_memory)))
    try:
        as_user = _stand_in(home)
        _make(found, home, as_user)
        server = _start(found, home, as_user)
        try:
            yield f"postgresql+psycopg://qms@/postgres?host={home}"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _place(in_memory: bool) -> Path:
    """Where the server's files go: into memory if wanted and if they fit, because a database for
    each test is 900 files for each test, which takes ten times as long on a disk.

    Not into TMPDIR: a socket's path may not be longer than some 100 characters.
    """
    has_room = in_memory and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if has_room else Path("/tmp")


def _stand_in(home: Path) -> dict[str, Any]:
    """How to start a program as somebody who is not root, once the directory is theirs."""
    place: dict[str, Any] = {"cwd": home, "env": {**os.environ, "HOME": str(home), "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return place
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    person = next((known[name] for name in STAND_INS if name in known), None)
    if person is None:
        raise Unavailable(f"root cannot run PostgreSQL, and there is no user {STAND_INS}")
    os.chown(home, person.pw_uid, person.pw_gid)
    return place | {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def _make(found: Path, home: Path, as_user: dict[str, Any]) -> None:
    """Lay out the data directory, sorted in Indonesian where this PostgreSQL has ICU."""
    plain = [found / "initdb", "--pgdata", home / "data", "--username", "qms", "--auth", "trust"]
    plain += ["--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"]
    indonesian = ["--locale-provider", "icu", "--icu-locale", "id-ID"]
    for command in ([*plain, *indonesian], plain):
        done = subprocess.run(command, **as_user, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        shutil.rmtree(home / "data", ignore_errors=True)
    raise Unavailable(f"initdb failed: {done.stderr.strip()}")


def _start(found: Path, home: Path, as_user: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers."""
    command = [str(found / "postgres"), "-D", str(home / "data"), "-k", str(home)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (home / "log").open("wb") as log:
        # In a session of its own, so that Ctrl-C reaches the tests first.
        server = subprocess.Popen(command, **as_user, stderr=log, start_new_session=True)
    ready = [found / "pg_isready", "--quiet", "--host", home]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            _stop(server)
            raise Unavailable(f"PostgreSQL did not start: {(home / 'log').read_text().strip()}")
        time.sleep(0.05)
    return server


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server at once: nothing in it is worth keeping."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main(command: list[str]) -> int:
    """Run a command beside a server, or only the server."""
    try:
        with cluster() as address:
            if command:
                env = {**os.environ, VARIABLE: address}
                return subprocess.run(command, env=env, check=False).returncode
            print(f"export {VARIABLE}='{address}'", flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if len(sys.argv) == 1:  # wait for these two by hand
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    sys.exit(main(sys.argv[1:]))
