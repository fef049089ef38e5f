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

from tests.browser.conftest import ADMINISTRATOR, HEAD, OFFICER, PHONE, WIDE

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parent.parent.parent / "docs"
SAMPLES = Path(__file__).parent.parent / "samples"
MOST = 2_200_000
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


def coverage(page: Page) -> None:
    """Which clauses were sampled in which unit."""
    page.goto("/audits/programmes")
    page.get_by_role("link", name=re.compile("^Program audit internal")).click()
    page.get_by_role("link", name="Coverage of clauses").click()
    expect(page.locator("table").first).to_be_visible()


def audit(page: Page, title: str, then: str = "") -> None:
    """An audit of the demo, or a page of it."""
    page.goto("/audits")
    page.get_by_role("link", name=title).click()
    page.goto(page.url + then)


def team(page: Page) -> None:
    audit(page, "Audit internal Kecamatan Mawar dan kelurahan", "/team")


def timetable(page: Page) -> None:
    audit(page, "Audit internal Kecamatan Mawar dan kelurahan", "/timetable")


def line(page: Page) -> None:
    audit(page, "Audit internal rumah sakit", "/checklist")
    page.locator("main a[href*='/checklist/lines/']:not([href$='/new'])").nth(1).click()
    expect(page.get_by_role("radio").first).to_be_visible()


def fieldwork(page: Page) -> None:
    audit(page, "Audit internal rumah sakit", "/fieldwork")
    page.wait_for_selector("body[data-begun]")
    page.locator(".fw-row").first.click()
    expect(page.locator("#question")).to_be_visible()


def report(page: Page) -> None:
    audit(page, "Audit internal terintegrasi Inspektorat Daerah", "/report")
    expect(page.get_by_role("heading", name="Signatures")).to_be_visible()


def looking_back(page: Page) -> None:
    page.goto("/looking-back")


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
    "looking-back": ("endang", looking_back),
    "programme": ("bambang", programme),
    "coverage": ("bambang", coverage),
    "team": ("bambang", team),
    "timetable": ("bambang", timetable),
    "line": ("hendra", line),
    "fieldwork": ("hendra", fieldwork),
    "report": ("maria", report),
}
"""Name -> who looks, and the way there."""
ON_A_PHONE = {"fieldwork"}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(visit: Any, tmp_path: Path, name: str) -> None:
    who, go = PICTURES[name]
    size = PHONE if name in ON_A_PHONE else WIDE
    page = visit(who, reduced_motion="reduce", viewport=size)
    go(page)
    folder = DOCS / "pictures" if os.environ.get("QMS_PICTURES") else tmp_path
    path = folder / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    assert struct.unpack(">II", path.read_bytes()[16:24]) == (size["width"], size["height"])


def test_the_guide_shows_every_picture_and_no_other() -> None:
    text = (DOCS / "user-guide.md").read_text()
    shown = set(re.findall(r"\]\(pictures/([\w-]+)\.png\)", text))
    kept = {path.stem for path in (DOCS / "pictures").glob("*.png")}
    assert shown == kept == set(PICTURES)
    assert sum(path.stat().st_size for path in (DOCS / "pictures").glob("*.png")) < MOST
