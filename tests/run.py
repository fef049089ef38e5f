"""Runs every check of the project, from a fresh clone on: python3 tests/run.py

Makes .venv and installs the locked packages into it, gets the programs that the tests use (as root
with apt-get, else it names the command), starts a PostgreSQL of its own, then runs ruff, mypy, the
import order and pytest. The summary says what failed and what was not run; pytest's own closing
line comes last. What follows "--" goes to pytest:  python3 tests/run.py --fast -- tests/core -x

Only the standard library, because it runs before anything is installed.
"""

import argparse
import ctypes
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import postgres

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-test.txt"
BIN = VENV / "bin"

# A test may skip itself for this reason and still count as run: there is nothing to test.
NOTHING_TO_TEST = "does not apply"

GATES = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "import order": ["lint-imports", "--no-logo"],
}


class Program(NamedTuple):
    """What tests with one marker need from the system, and where Debian has it."""

    name: str
    marker: str
    debian: tuple[str, ...]
    is_there: Callable[[], bool]


class Result(NamedTuple):
    """How one gate went."""

    gate: str
    passed: bool
    seconds: float


def chromium() -> str | None:
    """The Chromium or Chrome on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def has_browser() -> bool:
    """Is there a browser, and what Playwright's own Node.js loads on Linux?"""
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libatomic.so.1")
        except OSError:
            return False
    return chromium() is not None


def has_office() -> bool:
    """Is there a LibreOffice with Writer and Calc, and poppler to read its PDF?"""
    soffice = shutil.which("soffice")
    if not (soffice and shutil.which("pdftotext") and shutil.which("pdftoppm")):
        return False
    # Debian splits LibreOffice: soffice alone proves neither Writer nor Calc.
    beside = Path(soffice).resolve().parent
    split = Path("/etc/debian_version").exists() and beside.name == "program"
    return not split or all((beside / f"lib{part}lo.so").exists() for part in ("sw", "sc"))


PROGRAMS = (
    Program("Chromium", "browser", ("chromium", "fonts-liberation", "libatomic1"), has_browser),
    Program("PostgreSQL", "postgresql", ("postgresql",), lambda: bool(postgres.programs())),
    Program(
        "LibreOffice",
        "office",
        (
            "libreoffice-writer-nogui",
            "libreoffice-calc-nogui",
            "poppler-utils",
            "fonts-dejavu",
            "fonts-liberation",
        ),
        has_office,
    ),
)


def main() -> int:
    """Prepare, run all gates, sum up; 0 if all is well."""
    options = arguments()
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL is ended too
    if options.install:
        install()
        return 0
    left_out: list[str] = []
    usable: list[Program] = []
    if options.fast:
        left_out.append("--fast: PostgreSQL, Chromium and LibreOffice were left out")
    else:
        usable, left_out = get_programs()
    install()
    results = [run_gate(gate, command) for gate, command in GATES.items()]
    tests, closing_line, skipped = run_tests(usable, left_out, options.pytest)
    results.append(tests)
    left_out += skipped
    sum_up(results, left_out, closing_line)
    failed = not all(result.passed for result in results)
    return int(failed or (options.all_or_fail and bool(left_out)))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument("--fast", action="store_true", help="SQLite only, no other programs")
    how_much.add_argument("--all-or-fail", action="store_true", help="fail if anything was not run")
    how_much.add_argument("--install", action="store_true", help="only bring .venv up to date")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    return parser.parse_args()


def say(text: str) -> None:
    """A line between the gates' own output."""
    print(f"\n--- {text}", flush=True)


# What the system must have


def get_programs() -> tuple[list[Program], list[str]]:
    """The programs that tests can use, installed if we may; and what is left out for want."""
    missing = [program for program in PROGRAMS if not program.is_there()]
    if missing:
        packages = sorted({package for program in missing for package in program.debian})
        say(f"missing: {', '.join(program.name for program in missing)}")
        apt_install(packages)
        missing = [program for program in missing if not program.is_there()]
    left_out = [
        f"tests marked {program.marker}: {program.name} is missing, {how_to_get(program.debian)}"
        for program in missing
    ]
    return [program for program in PROGRAMS if program not in missing], left_out


def how_to_get(packages: tuple[str, ...]) -> str:
    """The one command that would install them, said to a person."""
    if shutil.which("apt-get"):
        return f"get it with: sudo apt-get install {' '.join(packages)}"
    return "install it with this system's package manager"


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages if this person may; says so if not."""
    may = rights()
    if not shutil.which("apt-get") or may is None:
        return False
    apt = [*may, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install_them = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    say(f"apt-get install {' '.join(packages)}")
    null = subprocess.DEVNULL
    subprocess.run([*apt, "update"], check=False, stdin=null, stdout=null)
    return subprocess.run(install_them, check=False, stdin=null, stdout=null).returncode == 0


def rights() -> list[str] | None:
    """What to put before a command that root must run; None if we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asks_nothing = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asks_nothing.returncode == 0:
            return ["sudo", "-n"]
    return None


# What Python must have


def install() -> None:
    """Make .venv and bring it to the state of the lock; nothing to do if it is there already."""
    wanted = hashlib.sha256()
    for path in (LOCK, ROOT / "setup.cfg", ROOT / "pyproject.toml"):
        wanted.update(path.read_bytes())
    stamp = VENV / ".installed-for-tests"
    if stamp.exists() and stamp.read_text() == wanted.hexdigest():
        stamp.touch()  # make looks at the time only
        return
    say("installing the locked packages into .venv")
    if not (BIN / "pip").exists():
        make_venv()
    pip = [str(BIN / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    # The build backend is in the lock, so that nothing else is fetched to build the package.
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], check=True)
    stamp.write_text(wanted.hexdigest())


def make_venv() -> None:
    """Make .venv; Debian keeps a part of that in a package of its own."""
    package = f"python3.{sys.version_info.minor}-venv"
    for may_try_again in (True, False):
        done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if done.returncode == 0:
            return
        if not (may_try_again and apt_install([package])):
            break
    sys.exit(f"Python cannot make .venv. On Debian and Ubuntu: sudo apt-get install {package}")


# The gates


def run_gate(gate: str, command: list[str]) -> Result:
    """Run one of the short gates."""
    say(f"{gate}: {shlex.join(command)}")
    began = time.monotonic()
    program = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(program, stdin=subprocess.DEVNULL, check=False)
    return Result(gate, done.returncode == 0, time.monotonic() - began)


def run_tests(
    usable: list[Program], left_out: list[str], more: list[str]
) -> tuple[Result, str, list[str]]:
    """Run pytest; also gives its closing line, and what it skipped.

    Adds to `left_out` if PostgreSQL turns out not to start.
    """
    markers = {program.marker for program in usable}
    with tempfile.TemporaryDirectory() as scratch, database(markers, left_out) as address:
        environment = test_environment(address)
        report = Path(scratch) / "report.xml"
        command = ["pytest", "-n", "2", f"--junit-xml={report}"]
        without = [f"not {p.marker}" for p in PROGRAMS if p.marker not in markers]
        if without:
            command += ["-m", " and ".join(without)]
        if sys.stdout.isatty():
            command.append("--color=yes")
        command += more
        say(f"tests: {shlex.join(command)}")
        began = time.monotonic()
        code, tail = run_aloud([str(BIN / command[0]), *command[1:]], environment)
        passed = Result("tests", code == 0, time.monotonic() - began)
        return passed, closing_line_of(tail), skips_in(report)


@contextmanager
def database(markers: set[str], left_out: list[str]) -> Iterator[str | None]:
    """The address of a PostgreSQL for the tests: a given one, or our own; None if there is none."""
    if "postgresql" not in markers:
        yield None
    elif given := os.environ.get(postgres.VARIABLE):
        yield given
    else:
        with ExitStack() as stack:
            address = None
            try:
                address = stack.enter_context(postgres.cluster())
            except postgres.Unavailable as reason:
                left_out.append(f"tests marked postgresql: {reason}")
                markers.discard("postgresql")
            yield address


def test_environment(address: str | None) -> dict[str, str]:
    """The environment of the tests, without the settings of an installation on this machine."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("QMS_") or name.startswith("QMS_TEST_")
    }
    kept.pop(postgres.VARIABLE, None)
    if address:
        kept[postgres.VARIABLE] = address
    if browser := chromium():
        kept.setdefault("QMS_TEST_CHROMIUM", browser)
    return kept


def run_aloud(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command and pass on what it prints as it comes; gives its exit code and last words."""
    tail = b""
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as running:
        assert running.stdout is not None
        try:
            while said := os.read(running.stdout.fileno(), 65536):
                sys.stdout.buffer.write(said)
                sys.stdout.buffer.flush()
                tail = (tail + said)[-20_000:]
        except BaseException:
            running.terminate()
            raise
    return running.returncode, tail.decode(errors="replace")


def closing_line_of(text: str) -> str:
    """Pytest's last line, "== 12 passed in 3.4s =="; empty if it did not come that far."""
    color = r"(?:\x1b\[[0-9;]*m)*"
    closing = re.compile(rf"{color}(?:=+ )?{color}(?:\d+|no tests) .* in {color}[\d.]+s")
    lines = [line for line in text.splitlines() if closing.match(line)]
    return lines[-1] if lines else ""


def skips_in(report: Path) -> list[str]:
    """The tests that were skipped for want of something, counted by reason."""
    if not report.exists():
        return ["the tests: pytest wrote no report"]
    reasons = Counter(
        skipped.get("message", "no reason given")
        for skipped in ElementTree.parse(report).iter("skipped")
        if skipped.get("type") != "pytest.xfail"
    )
    return [
        f"{count} test{'s' if count > 1 else ''}: {reason}"
        for reason, count in sorted(reasons.items())
        if not reason.startswith(NOTHING_TO_TEST)
    ]


def sum_up(results: list[Result], left_out: list[str], closing_line: str) -> None:
    """Say how it went, pytest's own line last."""
    say("summary")
    for result in results:
        print(f"{'ok' if result.passed else 'FAILED':8} {result.gate:14}{result.seconds:6.1f} s")
    for what in left_out:
        print(f"not run  {what}")
    print(closing_line or "pytest did not finish", flush=True)


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("QMS needs Python 3.11 or newer")
    sys.exit(main())
