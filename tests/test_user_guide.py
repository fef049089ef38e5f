"""What the user guide calls a button or a page is what stands on screen, in both languages."""

import re
from pathlib import Path

import pytest

from qms.core.i18n import gettext, speaking

GUIDE = (Path(__file__).parent.parent / "docs" / "user-guide.md").read_text()
NAMED = sorted(set(re.findall(r"\*\*([^*]+)\*\*\s+\(([^)]+)\)", GUIDE)))
SOURCES = "".join(
    path.read_text()
    for folder, pattern in (("templates", "*.html"), ("qms", "*.py"))
    for path in (Path(__file__).parent.parent / folder).rglob(pattern)
)


def test_the_guide_names_many_buttons() -> None:
    assert len(NAMED) > 40


@pytest.mark.parametrize(("english", "indonesian"), NAMED)
def test_it_is_called_so_on_screen(english: str, indonesian: str) -> None:
    english, indonesian = " ".join(english.split()), " ".join(indonesian.split())
    assert re.search(rf'_l?\(\s*"{re.escape(english)}"', SOURCES), f"nothing is called {english}"
    with speaking("id"):
        assert gettext(english) == indonesian


def test_the_guide_has_a_chapter_for_each_walk() -> None:
    assert re.findall(r"^## (.+)$", GUIDE, re.MULTILINE) == [
        "A look around",
        "Reminders",
        "Units, people and roles",
        "Findings",
        "Complaints",
        "For audit coordinators",
        "For auditors",
        "Corrective actions",
        "Looking back",
        "Documents",
        "Scope and certificates",
        "Import",
        "Evidence packs",
    ]
