"""Numbers that are foreseen are those that are given."""

from collections.abc import Collection

from qms.core import numbering
from qms.core.db import db
from qms.core.numbering import Counter, Series, foreseen, next_free
from tests.cast import Cast


def series(cast: Cast, kind: str, year: int = 2026) -> Series:
    return Series(
        kind, cast.district.id, cast.disnaker.id, year, lambda count: f"{kind}/{year}/{count}"
    )


def some(keys: Collection[str]) -> set[str]:
    """Two numbers are taken."""
    return {"a/2026/2", "a/2026/4"} & set(keys)


def test_what_is_foreseen_is_what_is_given(cast: Cast) -> None:
    a, b, later = series(cast, "A"), series(cast, "B"), series(cast, "A", 2027)
    numbering.next_number(
        "A", district_id=a.district_id, unit_id=a.unit_id, year=2026
    )  # somebody was here before
    wanted = [a, b, a, later, a]
    found = foreseen(wanted, some)
    assert found == ["A/2026/3", "B/2026/1", "A/2026/5", "A/2027/1", "A/2026/6"]
    assert found == [next_free(one, some) for one in wanted]
    assert foreseen([], some) == []


def test_foreseeing_counts_nothing(cast: Cast) -> None:
    a = series(cast, "A")
    assert foreseen([a, a], some) == ["A/2026/1", "A/2026/3"]
    assert foreseen([a, a], some, alone=True) == ["A/2026/1"] * 2
    assert db.session.query(Counter).filter_by(kind="A").count() == 0


def test_two_series_that_write_alike_get_different_numbers(cast: Cast) -> None:
    a = series(cast, "A")
    alike = Series("B", a.district_id, a.unit_id, a.year, a.write)
    assert foreseen([a, alike], lambda _keys: ()) == ["A/2026/1", "A/2026/2"]
