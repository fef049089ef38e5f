"""Days, moments and sizes as people read them, in Indonesian and English."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.i18n import lazy_gettext as _l
from qms.core.numerals import in_words

YEARS = range(1900, 2201)
"""The years of which people write days; what lies beyond is a slip of the hand."""
FIRST_STANDARD = 1987
"""The year of the first ISO 9001: nothing was found under it before."""
LONGEST = 10
"""Years within which somebody means to be done with something."""


def refuse_odd_year(field: str, day: date | None, *, from_on: date | None = None) -> None:
    """Refuse a day that only a slip of the hand can have meant: before there was a standard, or,
    counted from another day, more than ten years after it. Raises Invalid for that field."""
    if day is None:
        return
    if day.year < FIRST_STANDARD or day.year not in YEARS:
        message = _l("The year looks wrong.")
        raise Invalid(message, **{field: message})
    if from_on is not None and day.year - from_on.year > LONGEST:
        message = _l("The day lies more than ten years ahead. Look at the year.")
        raise Invalid(message, **{field: message})


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
