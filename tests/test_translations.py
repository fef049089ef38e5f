"""Every sentence is there in Indonesian, with the same placeholders."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "qms" / "translations"
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code and the templates say, extracted as `make translations` does."""
    target = tmp_path_factory.mktemp("pot") / "messages.pot"
    subprocess.run(
        [
            str(Path(sys.executable).with_name("pybabel")),
            "--quiet",
            "extract",
            f"--mapping={CATALOGUES / 'babel.cfg'}",
            "--keyword=_l",
            "--keyword=lazy_gettext",
            f"--output={target}",
            "qms",
            "templates",
        ],
        cwd=ROOT,
        check=True,
    )
    with target.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def indonesian() -> Catalog:
    with (CATALOGUES / "id" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="id")


def texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def test_nothing_is_left_untranslated(wanted: Catalog, indonesian: Catalog) -> None:
    missing = []
    for message in wanted:
        if not message.id:
            continue
        found = indonesian.get(message.id, context=message.context)
        if found is None or found.fuzzy or not all(texts(found)):
            missing.append(message.id)
    assert not missing, f"{len(missing)} without Indonesian: {missing[:20]}"


def test_no_message_stands_where_extraction_does_not_look(wanted: Catalog) -> None:
    """Within the braces of an f-string a message is never found, so it would stay English."""
    said = set()
    for message in wanted:
        said.update(message.id if isinstance(message.id, tuple | list) else [message.id])
    hidden = []
    for path in sorted((ROOT / "qms").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            text = call.args[0] if call.args else None
            if (
                call.func.id in ("_", "_l", "gettext", "lazy_gettext", "ngettext")
                and isinstance(text, ast.Constant)
                and text.value not in said
            ):
                hidden.append(f"{path.relative_to(ROOT)}:{call.lineno}: {text.value}")
    assert not hidden, hidden


def test_placeholders_survive(wanted: Catalog, indonesian: Catalog) -> None:
    for message in wanted:
        if not message.id:
            continue
        found = indonesian.get(message.id)
        assert found is not None
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        allowed = set().union(*(set(PLACEHOLDER.findall(one)) for one in ids))
        for text in texts(found):
            assert set(PLACEHOLDER.findall(text)) <= allowed, f"{message.id!r} -> {text!r}"
            if not isinstance(message.id, tuple | list):
                assert set(PLACEHOLDER.findall(text)) == allowed, f"{message.id!r} -> {text!r}"


def test_the_catalogue_holds_nothing_that_nobody_says(wanted: Catalog, indonesian: Catalog) -> None:
    said = {str(message.id) for message in wanted}
    left = [message.id for message in indonesian if message.id and str(message.id) not in said]
    assert not left, left[:20]
