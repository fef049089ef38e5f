"""Numbers by pattern: the unit's, the nearest above, the usual one; and the page that sets them."""

from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest

from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid, Refused, Stale
from qms.core.numbering import Counter
from qms.documents import operations
from qms.documents.models import DocumentType, NumberPattern
from qms.people.models import Person
from tests.cast import Cast
from tests.documents.makers import make_draft


def test_without_a_pattern_the_usual_one_counts_for_each_type(cast: Cast) -> None:
    numbers = [make_draft(cast).number for _ in range(2)]
    numbers.append(make_draft(cast, type=DocumentType.POLICY).number)
    numbers.append(make_draft(cast, unit=cast.blk).number)
    assert numbers == [
        "SOP-DISNAKER-001",
        "SOP-DISNAKER-002",
        "KB-DISNAKER-001",
        "SOP-BLK-001",
    ]


def test_the_nearest_pattern_holds_and_an_emptied_one_falls_back(cast: Cast, travel: Any) -> None:
    travel(datetime(2026, 11, 2, tzinfo=UTC))
    operations.set_pattern(cast.root.id, None, "{type}/{seq}/{year}", by=cast.coordinator)
    assert make_draft(cast).number == "SOP/1/2026"
    operations.set_pattern(
        cast.disnaker.id, DocumentType.PROCEDURE, "{seq3}/{unit}/{month_roman}", by=cast.officer
    )
    assert make_draft(cast).number == "001/DISNAKER/XI"
    assert make_draft(cast, unit=cast.blk).number == "001/BLK/XI"
    assert make_draft(cast, type=DocumentType.POLICY).number == "KB/1/2026"
    operations.set_pattern(cast.disnaker.id, DocumentType.PROCEDURE, "", by=cast.officer)
    # All units under the one that set a pattern without {unit} count together.
    assert make_draft(cast, unit=cast.blk).number == "SOP/2/2026"
    travel(datetime(2027, 1, 5, tzinfo=UTC))
    assert make_draft(cast).number == "SOP/1/2027"


def test_numbers_given_by_hand_are_passed_over(cast: Cast) -> None:
    make_draft(cast, number="sop-disnaker-001")
    assert make_draft(cast).number == "SOP-DISNAKER-002"
    with pytest.raises(Invalid) as refused:
        make_draft(cast, number=" SOP-Disnaker-002 ")
    assert "number" in refused.value.fields
    with pytest.raises(Invalid):
        make_draft(cast, number="X" * 81)


@pytest.mark.parametrize(
    "pattern", ["{type}-{unit}", "{seq}-{bulan}", "{seq3}-{", "{}{seq}", "{seq}" + "x" * 80]
)
def test_patterns_that_cannot_count_are_refused(cast: Cast, pattern: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.set_pattern(cast.disnaker.id, None, pattern, by=cast.officer)
    assert "pattern" in refused.value.fields


@pytest.mark.parametrize("name", Cast.ROLES)
def test_who_sets_patterns(cast: Cast, name: str) -> None:
    person = getattr(cast, name)
    if name in {"administrator", "officer", "consultant", "coordinator"}:
        operations.set_pattern(cast.disnaker.id, None, "{seq}", by=person)
    else:
        with pytest.raises(Refused):
            operations.set_pattern(cast.disnaker.id, None, "{seq}", by=person)


def test_the_page_sets_and_changes_a_pattern(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    page = browser.get("/documents/patterns")
    page = page.submit(unit=str(cast.blk.uid), pattern="{kode}-{seq}", status=422)
    assert page.has("Unknown: {kode}")
    page = page.submit(pattern="{unit}.{type}.{seq3}")
    assert page.has("BLK.SOP.007")
    page = page.submit(unit=str(cast.blk.uid), pattern="{seq}/{unit}")
    assert page.has("7/BLK") and not page.has("BLK.SOP.007")
    assert db.session.query(NumberPattern).count() == 1
    browse(cast.owner).get("/documents/patterns", status=403)
    browse(cast.other_officer).get("/documents/patterns").submit(
        unit=str(cast.blk.uid), pattern="{seq}", status=422
    )


def test_of_two_who_set_the_same_pattern_the_second_sees_both(browse: Any, cast: Cast) -> None:
    path = "/documents/patterns"
    first, late, other = (browse(cast.officer).get(path) for _ in range(3))
    first.submit(unit=str(cast.blk.uid), type="SOP", pattern="A/{seq}")
    page = late.submit(unit=str(cast.blk.uid), type="SOP", pattern="B/{seq}", status=409)
    assert page.has("A/{seq}") and page.has("Your version")
    assert other.submit(unit=str(cast.blk.uid), type="IK", pattern="C/{seq}").has("C/7")
    page = page.submit()
    assert page.has("B/7") and page.has("C/7") and not page.has("A/7")
    assert page.submit(unit=str(cast.blk.uid), type="SOP", pattern="D/{seq}").has("D/7")
    assert db.session.query(NumberPattern).count() == 2


def test_two_who_first_number_all_types_at_once_make_one_row(app: Any, cast: Cast) -> None:
    db.session.commit()
    unit_id, person_id = cast.blk.id, cast.officer.id
    said: list[str] = []

    def set_another() -> None:
        with app.app_context():
            by = db.session.get(Person, person_id)
            assert by
            try:
                operations.set_pattern(unit_id, None, "B/{seq}", by=by, seen=seen)
                said.append("set")
            except Stale:
                said.append("stale")
            db.session.rollback()

    seen = journal.reached(cast.district.id)
    operations.set_pattern(unit_id, None, "A/{seq}", by=cast.officer, seen=seen)
    db.session.flush()
    meanwhile = Thread(target=set_another)
    meanwhile.start()
    meanwhile.join(1)
    db.session.commit()
    meanwhile.join(30)
    assert said == ["stale"]


def test_a_new_document_is_shown_the_number_that_it_will_get(browse: Any, cast: Cast) -> None:
    make_draft(cast, number="SOP-DISNAKER-002")
    make_draft(cast, number="KB-DISNAKER-001")
    operations.set_pattern(cast.disnaker.id, DocumentType.DECREE, "SK/{seq}", by=cast.officer)
    db.session.commit()
    browser = browse(cast.officer)
    path = f"/documents/new?unit={cast.disnaker.uid}"
    page = browser.get(path)
    shown = {
        str(one["value"]): one.get_text(strip=True).rpartition(" → ")[2]
        for one in page.soup.select("select[name=type] option")
    }
    assert shown["SOP"] == "SOP-DISNAKER-001" and shown["KB"] == "KB-DISNAKER-002"
    assert shown["SK"] == "SK/1" and len(shown) == len(DocumentType)
    assert page.has("if somebody else saves a document first")
    for type in ("SK", "SOP", "KB"):
        saved = browser.get(path).submit(title="Judul", type=type)
        assert saved.has(f"{shown[type]} is drafted.")
    following = browser.get(path)
    assert following.has("SOP-DISNAKER-003") and not following.has("SOP-DISNAKER-002")


def test_a_number_that_would_be_too_long_is_told(browse: Any, cast: Cast) -> None:
    operations.set_pattern(cast.disnaker.id, None, "{unit}" * 12 + "{seq}", by=cast.officer)
    db.session.commit()
    page = browse(cast.officer).get(f"/documents/new?unit={cast.disnaker.uid}")
    refused = page.submit(title="Judul", status=422)
    assert refused.has("longer than 80 characters. Shorten the pattern under Numbering.")
    assert refused.submit(number="SOP-1").has("SOP-1 is drafted.")
    assert db.session.query(Counter).filter_by(kind="document").count() == 0
