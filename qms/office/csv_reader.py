"""CSV files as people save them: any of the usual encodings and separators."""

import csv
import io
import re
from collections import Counter
from itertools import islice
from pathlib import Path

from qms.office.limits import Limits, Value, padded
from qms.office.unreadable import UnreadableFile

SEPARATORS = ("\t", ";", ",", "|")
NO_SEPARATOR = "\x1f"  # a single column: no text holds this character
MOST_BYTES = 40_000_000
SAMPLE_CHARACTERS = 100_000
SAMPLE_ROWS = 100
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
KEPT_AS_TEXT = re.compile(r'="(.*)"')  # how some programs keep zeros: ="000123"


def read_csv(path: Path, limits: Limits) -> list[list[Value]]:
    """The rows, all text, None where empty. Raises UnreadableFile."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFile("too_much_text")
    text = decoded(path.read_bytes())
    if found := SEPARATOR_LINE.match(text):
        separator, text = found[1], text[found.end() :]
    else:
        separator = likely_separator(text)
    rows: dict[int, dict[int, Value]] = {}
    cells = 0
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        ):
            filled: dict[int, Value] = {
                column: value for column, value in enumerate(map(as_text, record)) if value
            }
            if filled:
                rows[number] = filled
                cells += len(filled)
                limits.check(path.stem, number, max(filled), cells)
    except csv.Error as error:
        raise UnreadableFile("damaged") from error
    return padded(path.stem, rows, limits)


def as_text(value: str) -> str:
    found = KEPT_AS_TEXT.fullmatch(value)
    return found[1] if found else value


def decoded(content: bytes) -> str:
    """The text: by its mark, else UTF-8, else as Windows writes western text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:1000]:
        raise UnreadableFile("not_text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def likely_separator(text: str) -> str:
    """The separator with which most rows have the same number of fields as the first row.

    Read with quotes respected, so that a comma inside a quoted sentence does not count.
    """
    best = (0.0, 0)
    chosen = NO_SEPARATOR
    for separator in SEPARATORS:
        reader = csv.reader(io.StringIO(text[:SAMPLE_CHARACTERS], newline=""), delimiter=separator)
        try:
            widths = [len(record) for record in islice(reader, SAMPLE_ROWS) if any(record)]
        except csv.Error:
            continue
        if len(text) > SAMPLE_CHARACTERS and len(widths) > 1:
            widths.pop()  # the sample may end in the middle of a row
        width, rows = Counter(widths).most_common(1)[0] if widths else (1, 0)
        if width < 2:
            continue
        score = (rows / len(widths), int(widths[0] == width))
        if score > best:
            best, chosen = score, separator
    return chosen
