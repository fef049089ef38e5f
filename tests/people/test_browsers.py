"""Browsers as people call them."""

import pytest
from flask import Flask

from qms.core.i18n import speaking
from qms.people.browsers import browser_named

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36", "Chrome · Windows"),
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge · Windows"),
        (IPHONE + "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            "Firefox · Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Peramban tidak dikenal"),
        (None, "Peramban tidak dikenal"),
    ],
)
def test_a_browser_is_called_as_people_call_it(app: Flask, said: str | None, name: str) -> None:
    with app.app_context(), speaking("id"):
        assert browser_named(said) == name
