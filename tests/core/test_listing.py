"""Paging by key gives every row once, in order, forwards and backwards, whichever way it reads."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from qms.core import listing
from qms.core.db import db
from qms.core.listing import Key, page
from qms.units import operations as units
from qms.units.models import Service, Unit
from tests.cast import SYSTEM, Cast

RISING = [Key(Service.opened_on), Key(Service.uid)]
ORDER = [Key(Service.opened_on, descending=True), Key(Service.uid)]
COLUMNS = (Service.uid, Service.opened_on, Service.unit_id, Service.name)


@pytest.fixture
def services(cast: Cast) -> list[Unit]:
    """Ninety services of four units, three on each day."""
    where = [cast.disnaker, cast.blk, cast.dinkes, cast.insp]
    for n in range(90):
        units.offer_service(
            where[n % 4],
            f"Layanan {n}",
            by=SYSTEM,
            opened_on=date(2026, 1, 1) + timedelta(days=n // 3),
        )
    db.session.commit()
    return where


def all_pages(size: int, order: Sequence[Key] = ORDER, **options: Any) -> list[Any]:
    """Walk to the end and back again; what was met on the way."""
    met, cursor, backs = [], None, []
    while True:
        one = page(select(*COLUMNS), order, cursor, size, **options)
        met.append([row.uid for row in one.rows])
        backs.append(one.previous)
        if one.next is None:
            break
        cursor = one.next
    assert backs[0] is None
    for index in range(len(met) - 1, 0, -1):
        before = page(select(*COLUMNS), order, backs[index], size, **options)
        assert [row.uid for row in before.rows] == met[index - 1]
        assert before.next is not None
    return [uid for rows in met for uid in rows]


def expected(ids: list[int] | None = None) -> list[Any]:
    rows = db.session.execute(select(*COLUMNS)).all()
    rows = [row for row in rows if ids is None or row.unit_id in ids]
    return [row.uid for row in sorted(rows, key=lambda row: (-row.opened_on.toordinal(), row.uid))]


@pytest.mark.parametrize("size", [7, 30, 100])
def test_every_row_comes_once_and_in_order(services: list[Unit], size: int) -> None:
    assert all_pages(size) == expected()


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_handful_of_units_is_merged(services: list[Unit], count: int) -> None:
    ids = [unit.id for unit in services[:count]]
    assert all_pages(11, one_of=(Service.unit_id, ids)) == expected(ids)


@pytest.mark.parametrize("size", [3, 11, 40])
def test_unequal_units_are_merged_too(services: list[Unit], size: int) -> None:
    """One unit has nearly all, and on one day."""
    for n in range(60):
        units.offer_service(services[0], f"Lagi {n}", by=SYSTEM, opened_on=date(2026, 3, 1))
    db.session.commit()
    ids = [unit.id for unit in services]
    assert all_pages(size, one_of=(Service.unit_id, ids)) == expected(ids)


@pytest.mark.parametrize("count", [0, 1, 2, 4])
@pytest.mark.parametrize(("size", "last"), [(3, 20), (11, 20), (40, 3), (200, 29)])
def test_no_later_day_than_asked(services: list[Unit], count: int, size: int, last: int) -> None:
    """In an order that rises; the cursor of a page may lie beyond the day."""
    until = date(2026, 1, 1) + timedelta(days=last)
    ids = [unit.id for unit in services[:count]]
    given: dict[str, Any] = {"one_of": (Service.unit_id, ids)} if ids else {}
    rows = db.session.execute(select(*COLUMNS).order_by(Service.opened_on, Service.uid)).all()
    wanted = [row.uid for row in rows if row.opened_on <= until and (not ids or row.unit_id in ids)]
    assert all_pages(size, RISING, until=until, **given) == wanted
    beyond = listing.write_cursor(True, [date(2027, 1, 1), UUID(int=0)])
    before = page(select(*COLUMNS), RISING, beyond, size, until=until, **given)
    assert [row.uid for row in before.rows] == wanted[-size:]


def test_many_units_are_read_the_other_way(
    services: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MERGED_AT_MOST", 1)
    ids = [unit.id for unit in services[:3]]
    assert all_pages(11, one_of=(Service.unit_id, ids)) == expected(ids)


@pytest.mark.parametrize(
    "cursor", ["", "x", "????", "W10", "WyJmIl0", "WyJmIiwiMjAyNi0wMS0wMSIsIngiXQ", "e30", "bnVsbA"]
)
def test_a_cursor_that_makes_no_sense_is_the_first_page(services: list[Unit], cursor: str) -> None:
    assert [row.uid for row in page(select(*COLUMNS), ORDER, cursor, 5).rows] == expected()[:5]


def test_nothing_is_a_page_too(cast: Cast) -> None:
    empty = page(select(*COLUMNS), ORDER)
    assert (empty.rows, empty.next, empty.previous) == ([], None, None)
