"""Cells as people typed them into plain values: text, days, words for states and kinds.

A reader goes through one row, field by field, and collects what it must refuse, what it warns of,
and what it keeps as text because no field can hold it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from qms.core import text
from qms.core.i18n import gettext as _
from qms.imports.headings import normal
from qms.imports.tables import Table
from qms.office.dates import NotADate, read_date
from qms.office.limits import Value

Member = TypeVar("Member", bound=StrEnum)
Plain = str | int | None
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}
NOTHING = {"", "-", "--", "–", "—"}
SERIALS = range(20_000, 80_000)
"""Whole numbers in a date column that are days as Excel counts them: 1954 to 2119."""
SHOWN = 120


@dataclass(frozen=True)
class Remark:
    """What is wrong, or worth knowing, about one cell."""

    column: str
    value: str
    reason: str


@dataclass
class RowReader:
    """One row of a table, read field by field."""

    table: Table
    row: int
    cells: list[Value]
    refusals: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    extra: dict[str, str | None] = field(default_factory=dict)
    """By heading: text that is kept beside the fields; None where a known column needs it not."""

    def raw(self, name: str) -> Value:
        """The cell of a field; None if the file has no column for it."""
        column = self.table.layout.columns.get(name)
        return None if column is None else self.cells[column]

    def heading(self, name: str) -> str:
        column = self.table.layout.columns.get(name)
        return "" if column is None else self.table.heading(column)

    def refuse(self, name: str, reason: str) -> None:
        self.refusals.append(Remark(self.heading(name) or name, self.shown(name), reason))

    def warn(self, name: str, reason: str) -> None:
        self.warnings.append(Remark(self.heading(name) or name, self.shown(name), reason))

    def shown(self, name: str) -> str:
        value = shown_text(self.raw(name))
        return value if len(value) <= SHOWN else value[:SHOWN] + "…"

    def text(self, name: str, *, needed: str = "", most: int = 20_000) -> str | None:
        """The text of a cell, trimmed; None where it is empty. `needed` is the sentence with
        which an empty one is refused."""
        found = shown_text(self.raw(name))
        try:
            found = text.clean(found)
        except ValueError:
            self.refuse(name, _("The text holds a character that cannot be printed. Type it anew."))
            return None
        if found in NOTHING:
            if needed:
                self.refuse(name, needed)
            return None
        if found in ERRORS:
            self.refuse(name, _("The cell holds an error of Excel. Correct it in the file."))
            return None
        if len(found) > most:
            self.refuse(
                name, _("At most %(most)s characters; these are %(n)s.", most=most, n=len(found))
            )
            return None
        return found

    def line(self, name: str, *, needed: str = "", most: int = 300) -> str | None:
        """A text that belongs on one line: line breaks and doubled blanks become one blank."""
        found = self.text(name, needed=needed, most=most)
        return " ".join(found.split()) if found else None

    def day(self, name: str, *, needed: str = "") -> date | None:
        """The day of a cell. What is none is kept as text with a warning, or refused where the
        record cannot be without (`needed`)."""
        value = self.raw(name)
        if isinstance(value, str) and value.strip() in NOTHING:
            value = None
        try:
            found = read_date(value, serial=isinstance(value, int) and value in SERIALS)
        except NotADate:
            found = None
        if found is not None and not 1900 <= found.year <= 2200:
            found = None
        if found is not None:
            if isinstance(value, int):
                self.warn(name, _("A number, read as the day %(day)s.", day=found.isoformat()))
            return found
        if value is None:
            if needed:
                self.refuse(name, needed)
        elif needed:
            self.refuse(name, _("This is no date. Write it as 31/12/2026 or 31 Desember 2026."))
        else:
            self.keep(name, _("This is no date. The field stays empty; the text is kept."))
        return None

    def keep(self, name: str, reason: str) -> None:
        """Keep a cell's text beside the fields, with a warning that says why."""
        found = self.text(name)
        if found is not None:
            self.extra[self.heading(name)] = found
            self.warn(name, reason)

    def word(self, name: str, words: Mapping[str, Member]) -> Member | None:
        """The member that a word stands for; an unknown word is refused with the known ones."""
        found = self.line(name)
        if found is None:
            return None
        member = member_for(found, words)
        if member is None:
            self.refuse(
                name, _("Unknown word. Known: %(known)s.", known=", ".join(known_words(words)))
            )
        return member

    def keep_unknown(self) -> None:
        """Keep the texts of the columns that no field takes."""
        for column, heading in self.table.unknown.items():
            try:
                found = text.clean(shown_text(self.cells[column]))
            except ValueError:
                reason = _("The text holds a character that cannot be printed. Type it anew.")
                self.refusals.append(Remark(heading, "", reason))
                continue
            self.extra[heading] = None if found in NOTHING else found


def iso(day: date | None) -> str | None:
    """A day as a plain value."""
    return day.isoformat() if day else None


def plain(member: StrEnum | None) -> str | None:
    """A kind or state as a plain value."""
    return member.value if member else None


def shown_text(value: Value) -> str:
    """A cell as text: whole numbers without a point, days in ISO form, no blanks around."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value).replace("\u00a0", " ").strip()


def words_for(spoken: Mapping[Member, str]) -> dict[str, Member]:
    """A table of words from "one; two; three" per member, the first being the usual one."""
    return {normal(word): member for member, line in spoken.items() for word in line.split(";")}


def member_for(spoken: str, words: Mapping[str, Member]) -> Member | None:
    """The member for a word: the whole of it, or what stands before or in brackets or beside a
    stroke ("Mayor (M)", "Open / Terbuka")."""
    parts = [spoken, re.sub(r"[(\[].*", "", spoken), *re.split(r"[()\[\]/|,;:]", spoken)]
    for part in parts:
        if (found := words.get(normal(part))) is not None and normal(part):
            return found
    return None


def known_words(words: Mapping[str, Member]) -> list[str]:
    """The two usual words of each member."""
    found: dict[Member, list[str]] = {}
    for word, member in words.items():
        found.setdefault(member, []).append(word)
    return [word for usual in found.values() for word in usual[:2]]


DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Codes:
    """What the codes of a column look like, to tell which may have lost zeros."""

    zero_led: frozenset[int]
    """Lengths of the codes that begin with a zero."""
    longest: int
    all_numbers: bool

    @classmethod
    def of(cls, table: Table, name: str) -> "Codes":
        column = table.layout.columns.get(name)
        if column is None:
            return cls(frozenset(), 0, False)
        values = [row[column] for _number, row in table.numbered() if row[column] is not None]
        texts = [value.strip() for value in values if isinstance(value, str)]
        digits = [one for one in texts if DIGITS.fullmatch(one)]
        return cls(
            frozenset(len(one) for one in digits if one.startswith("0")),
            max((len(one) for one in texts), default=0),
            bool(values) and not any(isinstance(value, str) for value in values),
        )

    def warn(self, reader: RowReader, name: str, *, always: bool) -> None:
        """Warn if the code in this row may have lost zeros. `always`: a number is suspicious
        even where the whole column is numbers."""
        value = reader.raw(name)
        length = len(shown_text(value))
        if isinstance(value, int | float) and not isinstance(value, bool):
            if (self.all_numbers and always) or length < self.longest or self.zero_led:
                reader.warn(
                    name,
                    _(
                        "This is a number, not text: zeros in front may be lost. Compare it with "
                        "the original list."
                    ),
                )
        elif isinstance(value, str) and DIGITS.fullmatch(value.strip()) and self.zero_led:
            if not value.strip().startswith("0") and length < min(self.zero_led):
                reader.warn(
                    name,
                    _(
                        "Other codes begin with a zero and are longer: zeros in front may be lost "
                        "here."
                    ),
                )
