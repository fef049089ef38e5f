"""The journal's page tells every entry of the demo, each in the reader's language."""

from typing import Any

import pytest
from sqlalchemy import select

from qms.core.db import Journalled, Model, db
from qms.core.i18n import LANGUAGES
from qms.overview.telling import UNTOLD
from qms.people.models import Account, Person
from qms.people.operations import choose_looks
from tests.client import Page


def raw_names() -> set[str]:
    """What columns are called in the database, as they would show if nobody named them."""
    return {
        column.name.replace("_", " ")
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Journalled)
        for column in mapper.local_table.columns
        if "_" in column.name and column.name not in UNTOLD
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_told(demo: Any, enter: Any, language: str) -> None:
    person = db.session.scalars(
        select(Person)
        .join(Account, Account.id == Person.account_id)
        .where(Account.user_name == "admin")
    ).one()
    choose_looks(person, language=language)
    db.session.commit()
    page: Page | None = enter(person).get("/journal")
    labels: set[str] = set()
    told = 0
    while page is not None:
        told += len(page.soup.select("ol.timeline > li"))
        labels |= {one.get_text(strip=True) for one in page.soup.select("dl.changes dt")}
        following = page.soup.select_one("a[rel=next]")
        page = page.browser.get(str(following["href"])) if following else None
    assert told > 800
    assert sorted(labels & raw_names()) == []
