"""The pages by keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OFFICER

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const one = document.activeElement;
  return one.getAttribute("aria-label") || one.textContent.trim() || one.id;
}"""

# The outline of the element or, on a card's radio button, of the card. Within a date field the
# browser draws its own around the little calendar.
HAS_RING = """() => {
  const one = document.activeElement;
  const outlines = [getComputedStyle(one), getComputedStyle(one, "::after")];
  return outlines.some((style) => style.outlineStyle !== "none" && style.outlineWidth !== "0px")
    || (one.type === "date" && !one.matches(":focus-visible"));
}"""


def focused(page: Any) -> str:
    """The words of what has the focus."""
    return " ".join(str(page.evaluate(FOCUS)).split())


def test_the_first_stop_leads_past_the_frame(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/findings")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()  # it shows itself when it has the focus
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="New finding").first).to_be_focused()


def test_the_frame_is_walked_in_reading_order(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/")
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert stops[:2] == ["Skip to the content", "Kabupaten Contoh"]
    assert stops[2].startswith("Unit:")
    assert stops[3] == "Search everything"
    assert "Notices" in stops[4]
    assert [stop[:2] for stop in stops[5:7]] == ["ID", "EN"]
    assert "Siti Rahmadani" in stops[7]
    assert stops[8:12] == ["My work", "Audits", "Findings", "Complaints"]


def test_whatever_has_the_focus_shows_it(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/findings/new")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(HAS_RING), focused(page)


def test_a_stroke_finds_the_search(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/findings/new")
    page.locator("#place").focus()
    page.keyboard.type("Loket 1/2")
    expect(page.locator("#place")).to_have_value("Loket 1/2")  # typing is typing
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.get_by_label("Search everything")).to_be_focused()
    page.keyboard.type("loket")
    page.on("dialog", lambda dialog: dialog.accept())  # what was typed in the form is left
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=loket")


def test_menus_open_and_close_by_keyboard(visit: Any) -> None:
    page = visit(OFFICER)
    page.goto("/")
    switch = page.locator(".unit-switch")
    switch.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(switch).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.type("BLK")
    expect(switch.locator("li a:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(switch).not_to_have_attribute("open", "")
    expect(switch.locator("summary")).to_be_focused()
    switch.locator("summary").press("Enter")
    switch.get_by_role("link", name="UPTD BLK").press("Enter")
    expect(page.locator(".unit-switch summary")).to_contain_text("UPTD BLK")


def test_a_refused_form_takes_the_focus_to_what_is_wrong(visit: Any, troubles: Any) -> None:
    troubles.expected.add(422)
    page = visit(OFFICER)
    page.goto("/findings/new")
    page.get_by_role("button", name="Save finding").click()
    expect(page.locator("[data-focus]")).to_be_focused()
    page.locator(".error-summary").get_by_role("link").first.press("Enter")
    expect(page.locator(":is(textarea, input, select, fieldset):focus")).to_have_count(1)


def test_the_matrix_of_months_is_walked_with_arrows(visit: Any) -> None:
    page = visit("bambang")
    page.goto("/audits/programmes")
    page.get_by_role("link", name=re.compile("^Program audit Dinas Kesehatan")).click()
    page.goto(f"{page.url}/months/edit")
    boxes = page.locator("tbody tr").first.get_by_role("checkbox")
    boxes.first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "Space"):
        page.keyboard.press(key)
    third = page.locator("tbody tr").nth(1).get_by_role("checkbox").nth(2)
    expect(third).to_be_focused()
    was = third.is_checked()
    page.keyboard.press("Space")
    expect(third).to_be_checked(checked=not was)
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")  # nothing lies there: the focus stays
    expect(page.locator("tbody tr").nth(1).get_by_role("checkbox").last).to_be_focused()
