"""Form fields that choose people: what they say where a list is cut."""

from typing import Any

import pytest

from qms.people import fields
from tests.cast import Cast


def test_a_field_says_when_its_choices_are_cut() -> None:
    assert fields.cut_short([None] * (fields.MOST_OFFERED - 1)) == ""
    assert fields.cut_short([None] * fields.MOST_OFFERED) == (
        "Only the first 5,000 names are offered here."
    )


def test_the_page_says_so(browse: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"/people/{cast.staff.uid}/delegations/new"
    said = "names are offered here."
    browser = browse(cast.administrator)
    assert not browser.get(url).has(said)
    monkeypatch.setattr(fields, "MOST_OFFERED", 5)
    assert browser.get(url).has(f"Only the first 5 {said}")
