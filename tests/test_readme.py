"""What the README and the guides tell people to type exists and works."""

import http.cookiejar
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from bs4 import BeautifulSoup

from qms import __version__
from qms.cli import main
from qms.config import Settings

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
SAMPLES = ROOT / "tests" / "samples"
README, OPERATIONS = ROOT / "README.md", ROOT / "docs" / "operations.md"
GUIDES = [README, *sorted((ROOT / "docs").glob("*.md"))]


class Line(NamedTuple):
    """A line that a guide tells people to type, and its words without the environment."""

    typed: str
    words: list[str]


def lines_of(guide: Path) -> list[Line]:
    """What stands in a guide's blocks of shell: indented by four, joined where a line goes on."""
    found = []
    blocks = re.findall(r"(?:^    .*\n)+", guide.read_text() + "\n", re.MULTILINE)
    for typed in "".join(blocks).replace("\\\n", " ").splitlines():
        words = shlex.split(re.sub(r"\$\([^)]*\)", "TODAY", typed), comments=True)
        while words and re.fullmatch(r"QMS_[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words:
            found.append(Line(typed.strip(), words))
    return found


def qms_lines(guide: Path) -> list[Line]:
    """Those that run `qms`, wherever it lies."""
    return [line for line in lines_of(guide) if line.words[0].endswith(".venv/bin/qms")]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(guide: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", guide.read_text()):
        path, _, anchor = target.partition("#")
        if path.startswith(("http:", "https:")):
            continue
        file = guide.parent / path if path else guide
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings]
            assert anchor in slugs, f"{target}: {slugs}"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(guide: Path) -> None:
    said = re.findall(r"(?:\.venv/bin/|`)qms ([a-z\-]+)(?: ([a-z][a-z\-]*))?", guide.read_text())
    for name, sub in said:
        command: Any = main.get_command(click.Context(main), name)
        assert command is not None, f"qms {name}"
        if sub and hasattr(command, "commands"):
            assert sub in command.commands, f"qms {name} {sub}"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_option_that_is_named_exists(guide: Path) -> None:
    """Each line is read as it stands; a required option that is missing shows too."""
    for line in qms_lines(guide):
        command: Any = main
        context = click.Context(main)
        words = line.words[1:]
        while isinstance(command, click.Group):
            command = command.get_command(context, words.pop(0))
            context = click.Context(command, context)
        given, left, _order = command.make_parser(context).parse_args(words)
        assert not left, line
        for parameter in command.params:
            assert given.get(parameter.name) or not parameter.required, (line, parameter.name)


def test_every_setting_that_is_named_exists() -> None:
    known = {f"QMS_{field.name.upper()}" for field in fields(Settings)} | {"QMS_INSTANCE"}
    for guide in GUIDES:
        named = set(re.findall(r"\bQMS_[A-Z_]+[A-Z]\b", guide.read_text()))
        assert named <= known, guide.name


def test_the_table_of_settings_is_complete_and_right() -> None:
    rows = re.findall(r"^\| (`.+?`) \| (.+?) \|", OPERATIONS.read_text(), re.MULTILINE)
    told = {}
    for names, defaults in rows:
        for name, default in zip(names.split(", "), defaults.split(", "), strict=True):
            told[name.strip("`")] = default.strip("`")
    words = {"yes": True, "no": False, "none": ""}
    for field in fields(Settings):
        if field.name == "database_url":
            assert "SQLite in the instance folder" in told[field.name]
        else:
            assert words.get(told[field.name], told[field.name]) in (
                field.default,
                str(field.default),
            ), field.name
    assert set(told) == {"instance", *(field.name for field in fields(Settings))}


def test_the_plain_lines_are_those_of_make() -> None:
    """Who has no make installs the same."""
    plain, full = (
        [" ".join(line.words) for line in lines_of(guide) if line.words[0].endswith("/pip")]
        for guide in (README, OPERATIONS)
    )
    assert full == [*plain, *plain]  # to install, and to upgrade
    made = (ROOT / "Makefile").read_text().replace("-qq --disable-pip-version-check ", "")
    for line in plain:
        assert line.replace(".venv/bin/pip", "$(BIN)/python -m pip") in made


def test_the_other_server_that_is_named_can_run_it(tmp_path: Path) -> None:
    (line,) = re.findall(r"`(gunicorn [^`]+)`", OPERATIONS.read_text())
    command, *words = shlex.split(line)
    checked = subprocess.run(
        [BIN / command, "--check-config", *words],
        cwd=ROOT,
        env={**os.environ, "QMS_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z\-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for guide in GUIDES:
        for name in re.findall(r"(?:^    |`)make ([a-z\-]+)", guide.read_text(), re.MULTILINE):
            assert name in targets, f"make {name} in {guide.name}"


def test_the_two_commands_stand_on_top() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    assert lines[2].startswith("    make run")
    assert lines[3].startswith("    make test")


def test_the_command_says_what_it_can_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qms", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in main.commands:
        assert name in done.stdout


def test_nothing_names_a_registry_or_a_workplace() -> None:
    """No address of a package registry stands in a file of ours."""
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    hosts = re.compile(r"https?://[^\s\"']*(pypi|npmjs|debian\.org|pythonhosted)", re.IGNORECASE)
    for name in files:
        path = ROOT / name
        if path.suffix in {".png", ".xlsx", ".docx", ".pdf", ".zip", ".docm", ".xlsm"}:
            continue
        found = hosts.search(path.read_text(errors="replace")) if path.is_file() else None
        assert found is None, f"{name}: {found}"


class Clone:
    """The tracked files in a folder of their own, with a .venv that has its packages already."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder / "clone", folder / "log.txt"
        names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        for name in filter(None, names.stdout.decode().split("\0")):
            if (ROOT / name).exists():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        (self.folder / ".venv").mkdir()
        (self.folder / ".venv" / "bin").symlink_to(BIN)
        (self.folder / ".venv" / ".installed").touch()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("QMS_")},
            "QMS_PORT": str(self.port),
            "PYTHONPATH": str(self.folder),  # its own modules, not those that the .venv knows
        }
        self.visitor = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    @contextmanager
    def running(self, command: str) -> Iterator[dict[str, Any]]:
        """Run a line of the README until it serves; gives what /health says, and ends it."""
        with self.log.open("w") as log:
            server = subprocess.Popen(
                shlex.split(command),
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield self._health(server)
        finally:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=60)
        with socket.socket() as gone:
            assert gone.connect_ex(("127.0.0.1", self.port)) != 0

    def _health(self, server: subprocess.Popen[bytes]) -> dict[str, Any]:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and server.poll() is None:
            try:
                told: dict[str, Any] = json.loads(self.visit("/health"))
            except OSError:
                time.sleep(0.1)
            else:
                return told
        raise AssertionError(self.log.read_text())

    def visit(self, path: str, data: dict[str, str] | None = None) -> str:
        """The body of a page that is well, redirects followed, cookies kept."""
        sent = urllib.parse.urlencode(data).encode() if data else None
        url = f"http://127.0.0.1:{self.port}{path}"
        with self.visitor.open(url, sent, timeout=60) as answer:
            return str(answer.read().decode())

    def run(self, typed: str, *instead: tuple[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a line as it stands in a guide, with other places instead of the guide's."""
        for place, other in instead:
            assert place in typed, (place, typed)
            typed = typed.replace(place, other)
        return subprocess.run(
            ["sh", "-c", typed],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.mark.slow
def test_make_run_on_a_fresh_clone(tmp_path: Path) -> None:
    """The first line of the README, twice, then what the guides say to do with an installation."""
    clone = Clone(tmp_path)
    first = "make run" if shutil.which("make") else ".venv/bin/qms run-demo"
    version = clone.folder / "qms" / "__init__.py"
    version.write_text(version.read_text().replace(__version__, f"{__version__}+clone"))
    with clone.running(first) as health:
        assert health == {"status": "ok", "version": f"{__version__}+clone", "database": "sqlite"}
        form = BeautifulSoup(clone.visit("/sign-in"), "html.parser").select_one(".demo-people form")
        assert form is not None
        people = form.select("li")
        assert len(people) >= 12
        siti = next(one for one in people if "Siti Rahmadani" in one.get_text())
        chosen = [*form.select("[name=csrf_token]"), *siti.select("[name=person]")]
        entering = {str(one["name"]): str(one["value"]) for one in chosen}
        page = clone.visit("/sign-in/demo", entering)
        assert "Pekerjaan saya" in page and "NC-" in page
        assert "Mengisi daerah demo" in clone.log.read_text()
        taken = clone.run(first)
        assert taken.returncode and f"QMS_PORT={clone.port + 1}" in taken.stderr, taken
    with clone.running(first):
        assert "Mengisi daerah demo" not in clone.log.read_text()
        page = clone.visit("/")
        assert "Pekerjaan saya" in page and "NC-" in page  # still signed in: all was kept
    what_the_guides_say(clone, tmp_path)


def what_the_guides_say(clone: Clone, place: Path) -> None:
    """Backup and restore, the journal, an import and a pack, typed as they are written."""
    typed = {
        " ".join(line.words[1:3]): line.typed
        for line in (*qms_lines(OPERATIONS), *qms_lines(ROOT / "docs" / "user-guide.md"))
    }
    today = f"{date.today():%Y-%m-%d}"
    for words, said, *instead in (
        ("backup /backup/qms-TODAY.zip", "", ("/backup", str(place))),
        (
            *("restore /backup/qms-2026-11-21.zip", ""),
            *(("/backup", str(place)), ("2026-11-21", today), ("/srv/qms-new", f"{place}/new")),
        ),
        ("journal verify", "utuh"),
        ("journal checkpoint", ""),
        ("import documents", "26", ("register.csv", f"{SAMPLES}/document-control-register.csv")),
        ("import units", "102", ("opd.xlsx", f"{SAMPLES}/units-denpasar.csv")),
        ("pack make", ""),
        ("pack verify", "✓"),
    ):
        done = clone.run(typed[words], *instead)
        assert done.returncode == 0, (typed[words], done.stdout, done.stderr)
        assert said in done.stdout, done
    assert (place / "new" / "qms.db").exists() and (place / f"qms-{today}.zip").exists()
