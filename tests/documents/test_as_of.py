"""What was in force on a day, for packs: bounded queries, everything loaded, seen rights only."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from qms.core.db import AccessClass, db
from qms.documents import operations, queries
from qms.documents.operations import Content
from qms.standards.queries import ClauseRow
from tests.cast import Cast
from tests.counting import counted
from tests.documents.makers import make_draft, make_in_force, next_in_review, received, word_file


def test_each_day_has_its_own_revision(cast: Cast, travel: Any) -> None:
    travel(datetime(2026, 1, 5, tzinfo=UTC))
    document = make_in_force(cast)
    second = next_in_review(cast, document)
    operations.approve_revision(second, by=cast.head, effective_from=date(2026, 3, 1))
    travel(datetime(2026, 5, 1, tzinfo=UTC))
    operations.withdraw_document(document, reason="Digabung", by=cast.head)
    db.session.commit()

    def on(day: date) -> list[int]:
        found = queries.documents_in_force(cast.officer, [cast.disnaker.id], day)
        return [one.revision.number for one in found]

    assert on(date(2026, 1, 4)) == []
    assert on(date(2026, 1, 5)) == on(date(2026, 2, 28)) == [0]
    assert on(date(2026, 3, 1)) == on(date(2026, 4, 30)) == [1]
    assert on(date(2026, 5, 1)) == []


def test_only_asked_units_and_clauses_as_far_as_the_person_sees_them(
    cast: Cast, catalogue: Callable[[str, str], ClauseRow]
) -> None:
    clause = catalogue("iso37001-2016", "8.9").id
    make_in_force(cast, "Biasa")
    make_in_force(cast, "Berklausul", clause_ids=[clause])
    make_in_force(cast, "Rahasia", by=cast.anti_bribery, access=AccessClass.RESTRICTED)
    make_in_force(cast, "UPTD", unit=cast.blk)
    make_draft(cast, "Draf")
    db.session.commit()
    day = cast.district.today

    def titles(person: Any, *units: Any, **given: Any) -> list[str]:
        found = queries.documents_in_force(person, [unit.id for unit in units], day, **given)
        return [one.document.title for one in found]

    assert titles(cast.officer, cast.disnaker) == ["Biasa", "Berklausul", "Rahasia"]
    assert titles(cast.guest, cast.disnaker) == ["Biasa", "Berklausul"]
    assert titles(cast.guest, cast.disnaker, cast.blk, cast.dinkes) == [
        "UPTD",
        "Biasa",
        "Berklausul",
    ]
    assert titles(cast.officer, cast.disnaker, clause_ids=[clause]) == ["Berklausul"]
    assert titles(cast.outsider, cast.disnaker) == titles(cast.other_officer, cast.disnaker) == []


def test_everything_comes_loaded_in_few_queries(cast: Cast) -> None:
    for n in range(30):
        make_in_force(
            cast, f"Prosedur {n}", content=Content(source=received(f"{n}.docx", word_file(str(n))))
        )
    db.session.commit()
    db.session.expire_all()
    day = cast.district.today + timedelta(days=1)
    queries.documents_in_force(cast.officer, [cast.disnaker.id], day)  # loads the person's rights
    db.session.expire_all()
    with counted() as sent:
        found = queries.documents_in_force(cast.officer, [cast.disnaker.id], day)
        for document, revision in found:
            assert [file.stored.extension for file in revision.files] == ["docx"]
            assert [one.shown_name for one in revision.signatures] == ["Owner", "Officer", "Head"]
            assert document.clauses == [] and document.owner_name == "" and document.unit.code
    assert len(found) == 30 and len(sent) <= 8, sent
