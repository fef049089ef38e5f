"""What the README and the operations guide tell people to type exists and works."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from qms.cli import main

ROOT = Path(__file__).parent.parent
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


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
