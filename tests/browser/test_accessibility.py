"""Every page that somebody can reach, judged by axe: wide and light, narrow and dark, in both
languages, as who writes, who administers and who only reads."""

from typing import Any

import pytest

from tests.browser.conftest import ADMINISTRATOR, GUEST, OFFICER, PHONE, WIDE
from tests.browser.crawling import crawl
from tests.browser.judging import Judge

pytestmark = pytest.mark.browser

LOOKS = {
    "wide-light-id": {"viewport": WIDE, "color_scheme": "light", "language": "id"},
    "phone-dark-en": {"viewport": PHONE, "color_scheme": "dark", "language": "en"},
}
KINDS_OF_PAGES = {OFFICER: 40, ADMINISTRATOR: 35, GUEST: 18}
"""How many each can reach at the least, so that a crawl that stops early is noticed."""


@pytest.fixture(scope="module")
def judges() -> dict[str, Judge]:
    """One for each look, who has not to judge again what somebody else saw before."""
    return {look: Judge() for look in LOOKS}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", KINDS_OF_PAGES)
def test_every_page_can_be_used_by_everybody(
    site: Any, visit: Any, judges: dict[str, Judge], who: str, look: str
) -> None:
    page, judge, language = visit(who, **LOOKS[look]), judges[look], LOOKS[look]["language"]
    judge.attend(page)
    wrong, kinds = [], set()
    for endpoint in crawl(page, site.app, varied=who == OFFICER):
        kinds.add(endpoint)
        assert page.locator("html").get_attribute("lang") == language, page.url
        wrong += [f"{page.url} {said}" for said in judge.violations(page)]
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            wrong.append(f"{page.url} is {overflow} px too wide")
    assert not wrong, "\n".join(wrong)
    assert len(kinds) >= KINDS_OF_PAGES[who], sorted(kinds)
