"""The catalogue in the database: loaded once, the same the second time, never less."""

from typing import Any

import pytest
from sqlalchemy import func, select

from qms.core.db import db
from qms.standards import catalogue as shipped
from qms.standards import queries
from qms.standards.models import Clause, StandardEdition
from qms.standards.operations import load_catalogue
from qms.standards.queries import clauses_named


def test_every_shipped_clause_is_loaded_under_its_parent(app: Any) -> None:
    for edition in shipped.editions():
        rows = queries.clauses_of(edition.key)
        assert [row.number for row in rows] == [
            clause.number for clause in sorted(edition.clauses, key=lambda one: one.sort_key)
        ]
        for row in rows:
            parent = edition.clause(row.number).parent
            found = queries.clause_by_id(row.parent_id).number if row.parent_id else None
            assert found == parent


def test_loading_again_changes_nothing(app: Any) -> None:
    before = db.session.scalar(select(func.count()).select_from(Clause))
    loaded = load_catalogue()
    assert (loaded.added, loaded.changed, loaded.kept) == (0, 0, 0)
    assert db.session.scalar(select(func.count()).select_from(Clause)) == before


def test_loading_corrects_a_title_and_keeps_what_the_package_no_longer_has(app: Any) -> None:
    edition = db.session.scalar(
        select(StandardEdition).where(StandardEdition.key == "iso9001-2015")
    )
    assert edition is not None
    clause = db.session.scalar(select(Clause).where(Clause.key == "iso9001-2015:4.1"))
    assert clause is not None
    clause.title_en = "An old title"
    gone = Clause(
        edition_id=edition.id,
        key="iso9001-2015:99",
        number="99",
        sort="099",
        level=1,
        title_en="Gone",
        title_id="Hilang",
        is_auditable=False,
        is_citable=False,
        documented_information="none",
    )
    db.session.add(gone)
    db.session.commit()
    loaded = load_catalogue()
    db.session.commit()
    assert (loaded.added, loaded.changed, loaded.kept) == (0, 1, 1)
    assert queries.clause_by_key("iso9001-2015:4.1").title_en == (
        shipped.edition("iso9001-2015").clause("4.1").title_en
    )
    assert queries.clause_by_key("iso9001-2015:99").title_id == "Hilang"


def test_ids_follow_the_order_of_the_catalogue(app: Any) -> None:
    rows = db.session.execute(select(Clause.id, Clause.key).order_by(Clause.id)).all()
    keys = [clause.key for edition in shipped.editions() for clause in edition.clauses]
    assert [(row.id, row.key) for row in rows] == list(enumerate(keys, start=1))


def test_choices_are_grouped_by_edition_and_hold_what_may_be_cited(app: Any) -> None:
    choices = queries.clause_choices(["iso37001-2016", "iso9001-2015"], "id")
    assert list(choices) == ["ISO 9001:2015", "ISO 37001:2016"]
    labels = [label for _, label in choices["ISO 9001:2015"]]
    assert "4.1 Memahami organisasi dan konteksnya" in labels
    assert not any(label.startswith("1 ") for label in labels)
    assert labels.index(next(one for one in labels if one.startswith("9.3 "))) < labels.index(
        next(one for one in labels if one.startswith("10.1 "))
    )


def test_a_chosen_clause_of_another_edition_stays_among_the_choices(app: Any) -> None:
    old = queries.clause_by_key("iso9001-2008:8.2.2")
    choices = queries.clause_choices(["iso9001-2015"], "en", keep=[old.id])
    assert old.id in [value for value, _ in choices["ISO 9001:2008"]]


def test_without_a_scope_the_usual_editions_are_in_use(app: Any, cast: Any) -> None:
    found = queries.editions_in_use([cast.disnaker.id])
    assert [edition.key for edition in found] == ["iso9001-2015", "iso37001-2016"]


@pytest.mark.parametrize(
    ("query", "editions", "first"),
    [
        ("8.4", 5, "8.4"),
        ("klausul 8.4", 5, "8.4"),
        ("Clause 8", 5, "8"),
        ("ISO 9001 8.4.1", 2, "8.4.1"),
        ("iso9001:2015 8.4.1", 1, "8.4.1"),
        ("SNI ISO 9001 : 2015, klausul 8.4.1", 1, "8.4.1"),
        ("8.9 37001:2016", 1, "8.9"),
        ("  8.4.  ", 5, "8.4"),
        ("9001 8", 3, "8"),
        ("8", 0, ""),
        ("9001", 0, ""),
        ("99.9", 0, ""),
        ("8.4 pengadaan", 0, ""),
        ("ISO 9001:1994 8.4", 0, ""),
        ("3.14159", 0, ""),
        ("8.4 ISO 9001 8.5", 0, ""),
        ("", 0, ""),
    ],
)
def test_clauses_are_named_by_number(app: Any, query: str, editions: int, first: str) -> None:
    named = clauses_named(query)
    assert len({clause.edition_key for clause in named}) == editions
    if named:
        assert named[0].number == first
        assert all(f"{clause.number}.".startswith(f"{first}.") for clause in named)
