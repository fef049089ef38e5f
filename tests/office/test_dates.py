"""Dates as people write them."""

from datetime import date, datetime
from typing import Any

import pytest

from qms.office.dates import NotADate, read_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 1, 12), date(2026, 1, 12)),
        (datetime(2026, 1, 12, 23, 59), date(2026, 1, 12)),
        ("2026-01-12", date(2026, 1, 12)),
        ("2026-01-12T08:30:00", date(2026, 1, 12)),
        ("2026-01-12 00:00:00", date(2026, 1, 12)),
        ("12 Januari 2026", date(2026, 1, 12)),
        ("12 Jan 2026", date(2026, 1, 12)),
        ("12 jan. 2026", date(2026, 1, 12)),
        ("12-Jan-26", date(2026, 1, 12)),
        ("12/01/2026", date(2026, 1, 12)),
        ("3/4/2026", date(2026, 4, 3)),
        ("12-1-26", date(2026, 1, 12)),
        ("12.01.2026", date(2026, 1, 12)),
        ("12-1-75", date(1975, 1, 12)),
        ("January 12, 2026", date(2026, 1, 12)),
        ("Jan 12 2026", date(2026, 1, 12)),
        ("12th January 2026", date(2026, 1, 12)),
        ("17 Agustus 2026", date(2026, 8, 17)),
        ("17 AGT 2026", date(2026, 8, 17)),
        ("Senin, 2 Maret 2026", date(2026, 3, 2)),
        ("Jum'at 6 Maret 2026", date(2026, 3, 6)),
        ("Monday, March 2, 2026", date(2026, 3, 2)),
        ("28 Pebruari 2026", date(2026, 2, 28)),
        ("10 Nopember 2026", date(2026, 11, 10)),
        ("  2\u00a0Mei  2026 ", date(2026, 5, 2)),
        ("29 Februari 2024", date(2024, 2, 29)),
        (None, None),
        ("", None),
        (" - ", None),
    ],
)
def test_a_date_is_read(value: Any, expected: date | None) -> None:
    assert read_date(value) == expected


@pytest.mark.parametrize(
    "value",
    ["Continuous", "12/31/2026", "29 Februari 2026", "Maret 2026", "2026", "12 Foo 2026", "1/2/3/4",
     "Salak, 2 Maret 2026", "00/00/2026", 46034, 46034.0, True, [], "3 of 4 completed"],
)  # fmt: skip
def test_what_is_no_date_is_said(value: Any) -> None:
    with pytest.raises(NotADate) as caught:
        read_date(value)
    assert caught.value.value == value
    assert isinstance(caught.value, ValueError)


def test_a_serial_number_is_a_date_only_when_told() -> None:
    assert read_date(46034, serial=True) == date(2026, 1, 12)
    assert read_date(46034.75, serial=True) == date(2026, 1, 12)
    for value in (0, -1, 10**9, True):
        with pytest.raises(NotADate):
            read_date(value, serial=True)
