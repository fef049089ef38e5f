"""The `qms` command as a whole: what it says of itself, what it loads, where it refuses to run."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest

from qms.cli import COMMANDS, main
from qms.core.helptext import VERBATIM, paragraphs
from qms.core.i18n import catalogue

HEAVY = ("sqlalchemy", "flask", "openpyxl", "docx", "alembic", "argon2", "qms.areas")


def qms(*words: str, **environment: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    given = {name: str(value) for name, value in environment.items()}
    return subprocess.run(
        [sys.executable, "-m", "qms", *words],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None and command.name == name
    said = " ".join((command.help or "").split())
    assert said.startswith(str(COMMANDS[name].help))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_does(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    for one in (command, *getattr(command, "commands", {}).values()):
        assert one.help, one.name
        options = [param for param in one.params if isinstance(param, click.Option)]
        assert all(option.help for option in options), one.name


def texts(name: str) -> set[str]:
    """Every paragraph of a command's help, and of those in it, as it is written."""
    command = main.get_command(click.Context(main), name)
    found: set[str] = set()
    for one in (command, *getattr(command, "commands", {}).values()):
        helps = [one.help, *(getattr(param, "help", None) for param in one.params)]
        found.update(part for help in helps if help for part in paragraphs(help))
    return {text.removeprefix(VERBATIM) for text in found}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_there_in_indonesian(name: str) -> None:
    """What is written as a docstring or as `help=` reaches the catalogue."""
    missing = {text for text in texts(name) if catalogue("id").ugettext(text) == text}
    assert not {text for text in missing if not text.startswith("(")}  # names of fields


def test_a_command_speaks_one_language(tmp_path: Path) -> None:
    for language, words in (
        ("id", ["Cara pakai: ", "Opsi:", "bawaan: definitive", "Menampilkan bantuan ini"]),
        ("en", ["Usage: ", "Options:", "default: definitive", "Show this message"]),
    ):
        told = qms("people", "add", "--help", QMS_LANGUAGE=language).stdout
        assert [word for word in words if word not in told] == []
    (tmp_path / "config.py").write_text('LANGUAGE = "id"\n')
    environment = {"QMS_LANGUAGE": "", "QMS_INSTANCE": tmp_path}
    assert "Perintah:" in qms("--help", **environment).stdout
    assert "Tidak ada instalasi di" in qms("journal", "verify", **environment).stderr


def test_help_loads_no_area(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from qms.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print([one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "QMS_INSTANCE": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for name in COMMANDS:
        assert name in done.stdout
    assert not (tmp_path / "none").exists()


def test_a_command_loads_no_pages(tmp_path: Path) -> None:
    """Pages, Word and Excel take longer to load than the journal takes to verify."""
    code = (
        "import sys\n"
        "import qms.overview.cli.journal\n"
        "import qms.opening\n"
        "heavy = ('qms.areas', 'openpyxl', 'docx', 'alembic')\n"
        "print([one for one in heavy if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("words", [("journal", "verify"), ("units", "list"), ("worker",)])
def test_an_instance_that_is_not_there_is_refused_and_not_made(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    mistyped = tmp_path / "qsm"
    done = qms(*words, QMS_INSTANCE=mistyped)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: There is no installation in {mistyped}.")
    assert list(tmp_path.iterdir()) == []
    mistyped.mkdir()
    (mistyped / "letter.txt").write_text("mine")
    assert "There is no installation" in qms(*words, QMS_INSTANCE=mistyped).stderr
    assert [one.name for one in mistyped.iterdir()] == ["letter.txt"]


def test_an_installation_without_schema_is_sent_to_init(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x")
    done = qms("journal", "verify", QMS_INSTANCE=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "Error: This installation is not set up yet. Run: qms init\n"
    assert not (tmp_path / "qms.db").exists()


@pytest.mark.parametrize(
    ("revision", "told"),
    [("0001", "Start qms serve once"), ("9999", "a newer version of QMS than this one")],
)
def test_a_schema_of_another_version_is_told_in_a_sentence(
    tmp_path: Path, revision: str, told: str
) -> None:
    """`qms serve` alone brings an older one up to date."""
    (tmp_path / "secret_key").write_text("x")
    with sqlite3.connect(tmp_path / "qms.db") as database:
        database.execute("CREATE TABLE account (id INTEGER)")
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
    for words in (("backup", tmp_path / "b.zip"), ("units", "list"), ("worker",)):
        done = qms(*map(str, words), QMS_INSTANCE=tmp_path)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: The database ")
        assert told in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "b.zip").exists()
    assert [name for name, later in COMMANDS.items() if later.upgrades] == ["serve"]


@pytest.mark.parametrize(
    "url", ["postgresql://qms@127.0.0.1:1/qms", "sqlite:////nowhere/at/all/qms.db"]
)
def test_a_database_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path, url: str) -> None:
    done = qms("init", QMS_INSTANCE=tmp_path, QMS_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The database does not answer: ")
    assert done.stderr.endswith("See that it runs, and that QMS_DATABASE_URL says where.\n")
    assert len(done.stderr.splitlines()) == 1


def test_a_language_that_nobody_speaks_is_refused() -> None:
    done = qms("--help", QMS_LANGUAGE="nl")
    assert done.returncode == 1
    assert done.stderr == "QMS_LANGUAGE must be id or en, not 'nl'\n"


def test_what_is_not_known_is_told_with_what_is_near() -> None:
    done = qms("jurnal")
    assert done.returncode == 2
    assert "journal" in done.stderr


def test_commands_know_every_table() -> None:
    """A backup, or erasing in the journal, runs without the pages and may miss no area."""
    code = (
        "import qms.foundation\n"
        "from qms.core.db import db\n"
        "known = set(db.metadata.tables)\n"
        "import qms.application\n"
        "print(sorted(set(db.metadata.tables) - known))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
