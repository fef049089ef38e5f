"""Days, moments and sizes as people read them, in Indonesian and English."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.numerals import in_words

YEARS = range(1900, 2201)
"""The years of which people write days; what lies beyond is a slip of the hand."""


@lru_cache(maxsize=4096)
def _day(day: date, pattern: str, code: str) -> str:
    return format_date(day, pattern, locale=code)


def long_day(day: date | None) -> str:
    """17 Agustus 2026; an empty string for None."""
    return _day(day, "d MMMM y", language()) if day else ""


def long_days(first: date, last: date) -> str:
    """4 September 2026, 4–8 September 2026, 28 September – 2 Oktober 2026."""
    if first == last:
        return long_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{long_day(last)}"
    begins = _day(first, "d MMMM", language()) if first.year == last.year else long_day(first)
    return f"{begins} – {long_day(last)}"


def day_of_minutes(day: date) -> str:
    """Jumat, tanggal dua puluh satu bulan Agustus tahun dua ribu dua puluh enam (21-08-2026), as
    Indonesian minutes write it; Friday, 21 August 2026 in English."""
    if language() == "en":
        return _day(day, "EEEE, d MMMM y", "en")
    weekday, month_name = _day(day, "EEEE", "id"), _day(day, "LLLL", "id")
    words = f"tanggal {in_words(day.day)} bulan {month_name} tahun {in_words(day.year)}"
    return f"{weekday}, {words} ({day:%d-%m-%Y})"


def short_day(day: date | None) -> str:
    """17 Agu 2026; an empty string for None."""
    return _day(day, "d MMM y", language()) if day else ""


def month(day: date) -> str:
    """Agustus 2026."""
    return _day(day, "LLLL y", language())


def short_month(day: date) -> str:
    """Agu."""
    return _day(day, "LLL", language())


def long_moment(moment: datetime | None, timezone: str) -> str:
    """17 Agustus 2026 09:30, in a district's time zone."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(timezone))
    return str(format_datetime(local, "d MMMM y HH:mm", locale=language()))


def number(value: int | float) -> str:
    """1.234,5 in Indonesian, 1,234.5 in English."""
    return str(format_decimal(value, locale=language()))


def size(count: int) -> str:
    """A number of bytes in words: 12 KB, 3,4 MB."""
    if count < 1024:
        return _("%(n)s bytes", n=count)
    if count < 1024 * 1024:
        return f"{number(round(count / 1024))} KB"
    return f"{number(round(count / 1024 / 1024, 1))} MB"
