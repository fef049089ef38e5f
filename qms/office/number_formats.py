"""What a number in a cell means: its number format decides between number, date and code."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

BUILT_IN_DATES = {14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 55), 57, 58}
BUILT_IN_MOMENTS = {22}
BUILT_IN_TIMES = {18, 19, 20, 21, 32, 33, 45, 55, 56}
NOT_PATTERN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
ONLY_ZEROS = re.compile("0{2,}")
DAY_SECONDS = 86_400
FIRST_AFTER_LEAP = 60  # Excel counts 29 February 1900, which never was


@dataclass(frozen=True)
class Format:
    """`zeros` is the number of digits that a code is filled up to; 0 for ordinary numbers."""

    has_date: bool = False
    has_time: bool = False
    zeros: int = 0


def format_of(number: str, code: str | None) -> Format:
    """The meaning of a number format: built in by number, or a code of the workbook."""
    if code is None:
        known = int(number) if number.isdecimal() else 0
        has_date = known in BUILT_IN_DATES or known in BUILT_IN_MOMENTS
        return Format(has_date, known in BUILT_IN_TIMES or known in BUILT_IN_MOMENTS)
    if ELAPSED.search(code):
        return Format()
    pattern = NOT_PATTERN.sub("", code).split(";")[0].strip().lower()
    if ONLY_ZEROS.fullmatch(pattern):
        return Format(zeros=len(pattern))
    if "general" in pattern or "0" in pattern.split("s.")[0] or "#" in pattern:
        return Format()
    has_time = any(letter in pattern for letter in "hs")
    has_date = any(letter in pattern for letter in "dy") or ("m" in pattern and not has_time)
    return Format(has_date, has_time)


def value_of_number(
    raw: str, form: Format, epoch_1904: bool = False
) -> None | str | int | float | date | datetime | time:
    """The value of a numeric cell; what is no number after all comes back as text."""
    try:
        number = float(raw)
    except ValueError:
        return raw or None
    if number in (float("inf"), float("-inf")) or number != number:
        return raw
    if form.has_date or form.has_time:
        moment = moment_of_serial(number, epoch_1904)
        if moment is not None:
            return shortened(moment, number, form)
    if number.is_integer() and abs(number) < 1e15:
        whole = int(number)
        return str(whole).zfill(form.zeros) if form.zeros and whole >= 0 else whole
    return number


def moment_of_serial(number: float, epoch_1904: bool) -> datetime | None:
    """Days as Excel counts them, to the second; None outside of what a date can be."""
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)
    if not epoch_1904 and number < FIRST_AFTER_LEAP:
        epoch = datetime(1899, 12, 31)
    try:
        return epoch + timedelta(seconds=round(number * DAY_SECONDS)) if number >= 0 else None
    except OverflowError:
        return None


def shortened(moment: datetime, number: float, form: Format) -> date | datetime | time:
    """A date if no time is in it, a time if no date is."""
    if number < 1 and not form.has_date:
        return moment.time()
    if moment.time() == time() or not form.has_time:
        return moment.date()
    return moment
