"""The pictures of the user guide and the README, taken from the demo.

QMS_PICTURES=1 .venv/bin/pytest tests/browser/test_pictures.py writes them to docs/pictures; without
it they are only taken and looked at, so that a page that cannot be shown is noticed.
"""

import os
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ADMINISTRATOR, HEAD, OFFICER, WIDE

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parent.parent.parent / "docs"
SAMPLES = Path(__file__).parent.parent / "samples"
MOST = 1_500_000
"""Bytes of all pictures together."""


def my_work(page: Page) -> None:
    page.goto("/")


def units(page: Page) -> None:
    page.goto("/units")


def finding(page: Page) -> None:
    """One whose whole story is told, from what was seen to who checked that it worked."""
    page.goto("/findings?grade=minor&state=closed")
    page.locator(".register .main a").first.click()


def action(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Finish: ")).first.click()


def documents(page: Page) -> None:
    page.goto("/documents/")


def approval(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Approve: ")).first.click()


def certificates(page: Page) -> None:
    page.goto("/certificates")


def preview(page: Page) -> None:
    """A file on its way in; nothing is imported."""
    page.goto("/imports/new")
    page.get_by_role("radio", name="Documents").check()
    page.locator("input[type=file]").set_input_files(SAMPLES / "document-control-register.csv")
    page.get_by_role("button", name="Go on to the columns").click()
    page.get_by_role("button", name="Show the preview").click()
    expect(page.locator("tr.row-new").first).to_be_visible()


def programme(page: Page) -> None:
    """The months of this year: what is planned, done and late."""
    page.goto("/audits/programmes")
    page.get_by_role("link", name=re.compile("^Program audit internal")).click()
    page.get_by_role("link", name="Months").click()
    expect(page.locator("a.mark.bad").first).to_be_visible()


def packs(page: Page) -> None:
    page.goto("/packs")


PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "my-work": (OFFICER, my_work),
    "units": (ADMINISTRATOR, units),
    "finding": (OFFICER, finding),
    "action": (HEAD, action),
    "documents": (OFFICER, documents),
    "approval": (HEAD, approval),
    "certificates": ("bambang", certificates),
    "import": ("andreas", preview),
    "packs": ("yusuf", packs),
    "programme": ("bambang", programme),
}
"""Name -> who looks, and the way there."""


@pytest.mark.parametrize("name", PICTURES)
def test_picture(visit: Any, tmp_path: Path, name: str) -> None:
    who, go = PICTURES[name]
    page = visit(who, reduced_motion="reduce")
    go(page)
    folder = DOCS / "pictures" if os.environ.get("QMS_PICTURES") else tmp_path
    path = folder / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    assert struct.unpack(">II", path.read_bytes()[16:24]) == (WIDE["width"], WIDE["height"])


def test_the_guide_shows_every_picture_and_no_other() -> None:
    text = (DOCS / "user-guide.md").read_text()
    shown = set(re.findall(r"\]\(pictures/([\w-]+)\.png\)", text))
    kept = {path.stem for path in (DOCS / "pictures").glob("*.png")}
    assert shown == kept == set(PICTURES)
    assert sum(path.stat().st_size for path in (DOCS / "pictures").glob("*.png")) < MOST
