"""A district's own words: who writes them, where they show, and that they survive an update."""

from typing import Any

import pytest
from sqlalchemy import select

from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid, Refused, Stale
from qms.standards import operations, overlay, queries
from qms.standards.catalogue import Change
from qms.standards.loading import load_catalogue
from qms.standards.models import Clause, ClauseWords
from tests.cast import Cast

MAY = {"administrator", "coordinator"}


@pytest.mark.parametrize("name", [name for name in Cast.ROLES if name != "outsider"])
def test_who_may_word_a_clause(cast: Cast, catalogue: Any, name: str) -> None:
    clause = catalogue("iso9001-2015", "4.1")
    person = getattr(cast, name)
    if name in MAY:
        operations.word_clause(clause.id, title="Konteks", requirement=None, by=person)
    else:
        with pytest.raises(Refused):
            operations.word_clause(clause.id, title="Konteks", requirement=None, by=person)


def test_words_survive_an_update_of_the_catalogue(cast: Cast, catalogue: Any) -> None:
    clause = catalogue("iso9001-2015", "8.2.1")
    operations.word_clause(
        clause.id, title="Komunikasi pemohon", requirement="Teks kami", by=cast.coordinator
    )
    operations.word_question(clause.id, "Apakah loket menjawab?", by=cast.coordinator)
    line = overlay.document_lines(cast.district.id, "iso9001-2015")[
        catalogue("iso9001-2015", "4.3").id
    ][0]
    operations.word_document(
        line.clause_id,
        "Ruang lingkup dalam SK",
        shipped_key=line.key,
        is_needed=False,
        by=cast.coordinator,
    )
    row = db.session.scalar(select(Clause).where(Clause.id == clause.id))
    assert row is not None
    row.title_id = "Judul lama"
    db.session.commit()
    assert load_catalogue().changed == 1
    db.session.commit()
    db.session.expire_all()
    assert queries.clause_by_id(clause.id).title_id != "Judul lama"
    own = queries.own_titles(cast.district.id)
    assert queries.title_of(queries.clause_by_id(clause.id), own=own) == "Komunikasi pemohon"
    words = queries.words_of(cast.district.id, clause.id)
    assert words is not None and words.requirement == "Teks kami"
    questions = overlay.question_lines(cast.district.id, "iso9001-2015")[clause.id]
    assert questions[-1].text == "Apakah loket menjawab?"
    found = overlay.document_lines(cast.district.id, "iso9001-2015")[line.clause_id][0]
    assert (found.key, found.what, found.is_needed) == (line.key, "Ruang lingkup dalam SK", False)


def test_one_districts_words_are_not_anothers(cast: Cast, catalogue: Any) -> None:
    clause = catalogue("iso9001-2015", "4.1")
    operations.word_clause(clause.id, title="Kami", requirement=None, by=cast.coordinator)
    db.session.commit()
    assert queries.own_titles(cast.outsider.district_id) == {}
    assert queries.own_titles(cast.district.id) == {clause.id: "Kami"}


def test_derived_lines_say_what_became_of_them(cast: Cast) -> None:
    lines = [
        line
        for found in overlay.question_lines(cast.district.id, "iso9001-2026", "en").values()
        for line in found
    ]
    assert {line.change for line in lines} == {Change.CARRIED, Change.CHANGED, Change.NEW}
    assert all(line.note for line in lines if line.change is not Change.CARRIED)


def test_a_line_is_worded_once(cast: Cast, catalogue: Any) -> None:
    clause = catalogue("iso9001-2015", "4.1")
    key = overlay.question_lines(cast.district.id, "iso9001-2015")[clause.id][0].key
    operations.word_question(clause.id, "Kata kami", shipped_key=key, by=cast.coordinator)
    with pytest.raises(Invalid):
        operations.word_question(clause.id, "Lagi", shipped_key=key, by=cast.coordinator)


def test_a_stale_save_is_refused(cast: Cast, catalogue: Any) -> None:
    clause = catalogue("iso9001-2015", "4.1")
    operations.word_clause(clause.id, title="A", requirement=None, by=cast.coordinator)
    db.session.commit()
    operations.word_clause(clause.id, title="B", requirement=None, by=cast.coordinator, seen=1)
    db.session.commit()
    with pytest.raises(Stale):
        operations.word_clause(clause.id, title="C", requirement=None, by=cast.coordinator, seen=1)


def test_each_change_is_in_the_journal(cast: Cast, catalogue: Any) -> None:
    clause = catalogue("iso9001-2015", "4.1")
    words = operations.word_clause(
        clause.id, title="Konteks", requirement=None, by=cast.coordinator
    )
    db.session.commit()
    assert db.session.scalar(select(ClauseWords.id)) == words.id
    assert [told.verb for told in journal.history(words)] == ["word_clause"]
