"""Dates as people write them in registers, in Indonesian and English.

Day before month, always: an ambiguous "3/4/2026" is the third of April, as everywhere in Indonesia.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any

MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
OTHER_SPELLINGS = {
    "pebruari": 2, "peb": 2, "mrt": 3, "agt": 8, "ags": 8, "agst": 8, "sept": 9,
    "nopember": 11, "nop": 11,
}  # fmt: skip
WEEKDAYS = (
    "senin", "selasa", "rabu", "kamis", "jumat", "jum'at", "sabtu", "minggu", "ahad",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
)  # fmt: skip
NOTHING = ("", "-", "–", "—")

YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]\d{1,2}[:.]\d{2}.*)?")
DAY_FIRST = re.compile(
    r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?: \d{1,2}[:.]\d{2}.*)?"
)
DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]+)\.?,?[ -]+(\d{4}|\d{2})")
MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
EXCEL_EPOCH = date(1899, 12, 30)
LAST_SERIAL = 2_958_465  # 31 December 9999


class NotADate(ValueError):
    """A value that is no date. `value` is what stood there."""

    def __init__(self, value: Any) -> None:
        super().__init__(f"not a date: {value!r}")
        self.value = value


def month_numbers() -> dict[str, int]:
    """Full and three-letter names of the months in both languages, in lower case."""
    known = dict(OTHER_SPELLINGS)
    for names in MONTHS.values():
        for number, name in enumerate(names, start=1):
            known[name.lower()] = known[name.lower()[:3]] = number
    return known


MONTH_NUMBERS = month_numbers()


def read_date(value: Any, *, serial: bool = False) -> date | None:
    """The date that a cell means; None for an empty one or a dash. Raises NotADate.

    Numbers are dates only where the caller knows it (`serial`: days as Excel counts them).
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return read_written_date(value)
    if serial and isinstance(value, int | float) and not isinstance(value, bool):
        if 1 <= value <= LAST_SERIAL:
            return EXCEL_EPOCH + timedelta(days=int(value))
    raise NotADate(value)


def read_written_date(value: str) -> date | None:
    """A date written out; None for an empty text or a dash. Raises NotADate."""
    text = " ".join(value.replace("\u00a0", " ").split()).lower()
    if text in NOTHING:
        return None
    text = without_weekday(text)
    try:
        if found := YEAR_FIRST.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := DAY_FIRST.fullmatch(text):
            return date(full_year(found[3]), int(found[2]), int(found[1]))
        if found := DAY_MONTH.fullmatch(text):
            return date(full_year(found[3]), MONTH_NUMBERS[found[2]], int(found[1]))
        if found := MONTH_DAY.fullmatch(text):
            return date(int(found[3]), MONTH_NUMBERS[found[1]], int(found[2]))
    except (ValueError, KeyError) as error:
        raise NotADate(value) from error
    raise NotADate(value)


def without_weekday(text: str) -> str:
    """The text without "senin, " or "monday " before it."""
    first, _, rest = text.partition(" ")
    return rest if first.rstrip(",") in WEEKDAYS and rest else text


def full_year(digits: str) -> int:
    """Two digits mean 1970 to 2069."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 70 else 1900)
