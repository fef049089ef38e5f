"""Every page that somebody can reach, judged by axe: wide and light, narrow and dark, in both
languages, as who writes, who administers and who only reads."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ADMINISTRATOR, GUEST, OFFICER, PHONE, WIDE
from tests.browser.crawling import crawl

pytestmark = pytest.mark.browser

LOOKS = {
    "wide-light-id": {"viewport": WIDE, "color_scheme": "light", "language": "id"},
    "phone-dark-en": {"viewport": PHONE, "color_scheme": "dark", "language": "en"},
}
KINDS_OF_PAGES = {OFFICER: 40, ADMINISTRATOR: 35, GUEST: 18}
"""How many each can reach at the least, so that a crawl that stops early is noticed."""


def violations(page: Any) -> list[str]:
    """What axe says against the page that is open."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:150]} {node['any'][:1]}"
        for one in found
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", KINDS_OF_PAGES)
def test_every_page_can_be_used_by_everybody(site: Any, visit: Any, who: str, look: str) -> None:
    page, language = visit(who, **LOOKS[look]), LOOKS[look]["language"]
    wrong, kinds = [], set()
    for endpoint in crawl(page, site.app, varied=who == OFFICER):
        kinds.add(endpoint)
        assert page.locator("html").get_attribute("lang") == language, page.url
        wrong += [f"{page.url} {said}" for said in violations(page)]
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            wrong.append(f"{page.url} is {overflow} px too wide")
    assert not wrong, "\n".join(wrong)
    assert len(kinds) >= KINDS_OF_PAGES[who], sorted(kinds)
