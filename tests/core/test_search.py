"""Words find records by their stems, alike on both databases, and only in the units asked for."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from qms.core import journal
from qms.core.db import db
from qms.core.search import beginning_with, indexed, matching, search_page, stems_of
from qms.evidence.models import Evidence
from qms.units import operations as units
from qms.units.models import Service
from tests.cast import Cast


def file(cast: Cast, name: str, unit: Any = None, description: str | None = None) -> Evidence:
    one = Evidence(
        district_id=cast.district.id,
        unit_id=(unit or cast.disnaker).id,
        name=name,
        description=description,
        added_on=date(2026, 1, 1),
    )
    db.session.add(one)
    journal.write("file", one, by=cast.officer)
    return one


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    file(cast, "Rekaman pelayanan kartu AK-1")
    file(cast, "Laporan survei", description="Kepuasan pemohon yang dilayani di loket")
    file(cast, "Notulen rapat tinjauan manajemen", cast.dinkes)
    file(cast, "Résumé audit 2026 — naïve 文書")
    db.session.commit()
    return cast


def names(query: str, units: list[int] | None = None) -> list[str]:
    condition = matching(Evidence, query, units)
    if condition is None:
        return []
    return list(db.session.scalars(select(Evidence.name).where(condition).order_by(Evidence.id)))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("layanan", 2),  # pelayanan, dilayani
        ("pelayanan kartu", 1),
        ("KARTU", 1),
        ("survei loket", 1),
        ("noti", 0),
        ("not", 1),  # the last word may be a beginning
        ("not rapat", 0),  # the others may not
        ("resume", 1),  # accents do not matter
        ("naive", 1),
        ("文書", 1),
        ("2026", 1),
        ("' OR 1=1 --", 0),
        ('"; DROP TABLE evidence', 0),
        ("AND NOT *", 0),
        ("", 0),
        ("!!! ???", 0),
    ],
)
def test_words_find_what_they_should(shelf: Cast, query: str, count: int) -> None:
    assert len(names(query)) == count, names(query)


def test_a_changed_record_is_found_by_its_new_words_only(shelf: Cast) -> None:
    one = db.session.scalar(select(Evidence).where(Evidence.name.startswith("Rekaman")))
    one.name = "Berita acara serah terima"
    journal.write("edit", one, by=shelf.officer)
    db.session.commit()
    assert names("kartu") == []
    assert names("serah terima") == ["Berita acara serah terima"]


def test_a_search_stays_within_the_units(shelf: Cast) -> None:
    assert names("rapat", [shelf.disnaker.id]) == []
    assert len(names("rapat", [shelf.disnaker.id, shelf.dinkes.id])) == 1


def test_hits_are_paged_newest_first(cast: Cast) -> None:
    for n in range(25):
        file(cast, f"Daftar hadir {n}", cast.dinkes if n % 2 else cast.disnaker)
    db.session.commit()
    columns = select(Evidence.name).where(Evidence.district_id == cast.district.id)
    met, cursor = [], None
    while True:
        one = search_page(columns, Evidence, "hadir", cursor, 4, [cast.disnaker.id])
        met += [row.name for row in one.rows]
        cursor = one.next
        if cursor is None:
            break
    assert met == [f"Daftar hadir {n}" for n in range(24, -1, -2)]
    assert search_page(columns, Evidence, "…", None, 4).rows == []


def test_a_beginning_counts_where_no_word_is_whole(cast: Cast) -> None:
    for name in ("Jadwal kerja", "Kerjasama pelatihan"):
        file(cast, name, cast.disnaker)
    db.session.commit()
    columns = select(Evidence.name)
    for query, count in (("kerja", 1), ("kerj", 2), ("kerjas", 1), ("kerjab", 0)):
        assert len(search_page(columns, Evidence, query, None, 4).rows) == count, query


def test_a_number_is_found_by_its_beginning(cast: Cast) -> None:
    for name in ("ak-1 baru", "ak-2", "bk-1"):
        units.offer_service(cast.disnaker, name, by=cast.administrator)
    db.session.commit()
    found = db.session.scalars(select(Service.name).where(beginning_with(Service.name, "AK-")))
    assert sorted(found) == ["ak-1 baru", "ak-2"]


def test_stems_are_distinct_and_folded() -> None:
    assert stems_of("Melayani PELAYANAN", "layanan", None) == "layan"
    assert indexed(7, "kartu").split() == ["zzu7", "kartu"]
