"""Pages of problems: what they offer as the next step."""

from typing import Any

import pytest

from tests.cast import Cast

OWN = "http://localhost"


def offered(browser: Any, referrer: str) -> str | None:
    """Where the page of an unknown address leads back to."""
    page = browser.get("/nowhere", 404, headers={"Referer": referrer})
    link = page.soup.select_one("a.btn-primary")
    return str(link["href"]) if link else None


def test_a_problem_leads_back_to_the_page_before(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    assert offered(browser, f"{OWN}/findings?state=open") == "/findings?state=open"
    assert offered(browser, f"{OWN}/") == "/"


@pytest.mark.parametrize(
    "referrer",
    [
        "https://evil.example/findings",
        f"{OWN}//evil.example/",
        f"{OWN}/\\evil.example/",
        f"{OWN}.evil.example/",
        f"{OWN}/\t/evil.example",
        "",
    ],
)
def test_a_problem_leads_nowhere_else(browse: Any, cast: Cast, referrer: str) -> None:
    assert offered(browse(cast.officer), referrer) is None
