"""Single cells: a value and its column's kind become one piece of XML."""

import re
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from qms.office.blocks import Formula, Kind, Link, Run, plain
from qms.office.wording import WORDS, Language
from qms.office.xlsx_styles import INDEX
from qms.office.xml_text import allowed, escaped

LONGEST_TEXT = 32_767  # UTF-16 units in a cell
LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "'", "\t", "\n")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
FIRST_SAFE_DAY = date(1900, 3, 1)  # before it, Excel counts a day that never was
LARGEST_EXACT = 10**15  # longer numbers lose digits: a NIP is a text
EPOCH = date(1899, 12, 30).toordinal()


def cell_xml(place: str, value: Any, kind: Kind) -> str:
    """The cell at a place such as B7. Text is a string already cut to fit. None gives a border."""
    if isinstance(value, str):
        return text_cell(place, value, kind if kind in ("link", "mark") else None)
    if value is None:
        return f'<c r="{place}" s="{INDEX["text" if kind in ("text", "link") else kind]}"/>'
    if isinstance(value, bool):
        return f'<c r="{place}" s="{INDEX["yesno"]}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return number_cell(place, value, kind)
    if isinstance(value, datetime):
        return moment_cell(place, value, kind)
    if isinstance(value, date):
        return day_cell(place, value)
    if isinstance(value, Formula):
        return formula_cell(place, value, kind)
    raise TypeError(f"no cell for {type(value).__name__}")


def text_cell(place: str, text: str, style: str | None = None) -> str:
    """Text as text, whatever it begins with."""
    if not text:
        return f'<c r="{place}" s="{INDEX["mark" if style == "mark" else "text"]}"/>'
    if style is None:
        style = "quoted" if text.startswith(LOOKS_LIKE_FORMULA) else "text"
    kept = escaped(LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text)
    space = ' xml:space="preserve"' if kept != kept.strip() or "\n" in kept or "  " in kept else ""
    return f'<c r="{place}" s="{INDEX[style]}" t="inlineStr"><is><t{space}>{kept}</t></is></c>'


def number_cell(place: str, number: int | float | Decimal, kind: Kind) -> str:
    if not isfinite(number) or not -LARGEST_EXACT < number < LARGEST_EXACT:
        return text_cell(place, str(number))
    style = kind if kind in ("integer", "decimal", "rupiah") else "general"
    return f'<c r="{place}" s="{INDEX[style]}"><v>{number}</v></c>'


def day_cell(place: str, day: date) -> str:
    if day < FIRST_SAFE_DAY:
        return text_cell(place, day.isoformat())
    return f'<c r="{place}" s="{INDEX["date"]}"><v>{day.toordinal() - EPOCH}</v></c>'


def moment_cell(place: str, moment: datetime, kind: Kind) -> str:
    """A moment as the clock showed it; a column of dates shows its day only."""
    if kind == "date":
        return day_cell(place, moment.date())
    if moment.date() < FIRST_SAFE_DAY:
        return text_cell(place, moment.isoformat(" ", "minutes"))
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    serial = moment.toordinal() - EPOCH + seconds / 86_400
    return f'<c r="{place}" s="{INDEX["datetime"]}"><v>{serial:.10f}</v></c>'


def formula_cell(place: str, formula: Formula, kind: Kind) -> str:
    value = formula.value
    style = kind if kind not in ("text", "link", "mark") else "general"
    if isinstance(value, str):
        cached, type_ = f"<v>{escaped(value)}</v>", ' t="str"'
    else:
        cached, type_ = ("" if value is None else f"<v>{value}</v>"), ""
    expression = escaped(formula.expression.removeprefix("="))
    return f'<c r="{place}" s="{INDEX[style]}"{type_}><f>{expression}</f>{cached}</c>'


def flattened(value: Any) -> Any:
    """A text with runs as a plain string, without what XML forbids; other values as they are."""
    if isinstance(value, str):
        return allowed(value)
    if isinstance(value, Run | Link | list | tuple):
        return allowed(plain(value))
    return value


def units(text: str) -> int:
    """The length as Excel counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "ignore")) // 2


def fitted(text: str, language: Language) -> tuple[str, int]:
    """The text as far as a cell holds it, with a mark where it was cut, and what was dropped."""
    if len(text) * 2 <= LONGEST_TEXT or units(text) <= LONGEST_TEXT:
        return text, 0
    room = LONGEST_TEXT - 60  # the mark, whatever the number in it
    kept = text[:room]
    if units(kept) > room:
        kept = kept.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")
    dropped = len(text) - len(kept)
    return f"{kept}… [{dropped} {WORDS[language]['more']}]", dropped
