"""A checklist made from somebody's Excel file or CSV table, such as our own."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qms.audits.clause_text import ClauseReader
from qms.audits.models import Audit, Method
from qms.audits.operations.checklist import (
    Asked,
    known_keys,
    section_at,
    take_lines,
)
from qms.audits.queries import MOST_LINES
from qms.audits.queries.scope import not_applicable_in
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.text import fold
from qms.office.sheet_reader import SheetData
from qms.people.models import Person

HEADINGS = {
    "question": ("question", "pertanyaan", "persyaratan yang diperiksa", "requirement",
                 "persyaratan", "daftar pertanyaan", "uraian"),
    "clauses": ("clauses", "clause", "klausul", "pasal", "no klausul"),
    "section": ("section", "bagian", "proses", "process", "seksi"),
    "hint": ("what to ask to see", "bukti yang diminta", "dokumen acuan", "acuan"),
    "methods": ("method", "metode"),
}  # fmt: skip
"""What each column is called in the lists that agencies keep; the first that fits is taken."""
METHOD_WORDS = {
    Method.INTERVIEW: ("interview", "wawancara", "w"),
    Method.DOCUMENT: ("documents", "document", "dokumen", "d"),
    Method.OBSERVATION: ("observation on the spot", "observation", "observasi",
                         "pengamatan di tempat", "pengamatan", "o"),
    Method.SAMPLE: ("sample", "uji petik", "sampel", "s"),
}  # fmt: skip
HEADER_WITHIN = 30
"""Rows in which the row of headings is looked for."""
TOLD = 5
"""Rows that a refusal names."""
LONGEST = 4000


@dataclass
class Columns:
    """Which column holds what, and the row of the headings, counted from 0."""

    row: int
    at: dict[str, int]

    def text(self, row: Sequence[Any], name: str) -> str:
        place = self.at.get(name)
        value = row[place] if place is not None and place < len(row) else None
        if isinstance(value, float) and value.is_integer():
            value = f"{value:.1f}"  # the clause 4.0 is none, but 8.1 typed as a number is 8.1
        return "" if value is None else str(value).strip()[:LONGEST]


def take_from_sheets(
    audit: Audit,
    sheets: Iterable[SheetData],
    clause_ids: Iterable[int] = (),
    *,
    by: Person,
    version: int | None = None,
) -> int:
    """Put the questions of a table on the checklist: all of them, or, where a row cannot be
    understood, none, and the refusal names the rows. Rows without a clause ask about `clause_ids`.
    The same question twice is one line. Returns how many were added."""
    sheet, columns = _table(list(sheets))
    reader = _Reader(audit, tuple(sorted(set(clause_ids))))
    found = [asked for n, row in _rows(sheet, columns) if (asked := reader.read(n, row, columns))]
    if reader.faults:
        told = " ".join(reader.faults[:TOLD])
        more = len(reader.faults) - TOLD
        if more > 0:
            told += " " + _("And %(n)s more rows.", n=more)
        raise Invalid(told, file=told)
    known = known_keys(audit)
    new = [one for one in {one.keys: one for one in found}.values() if one.keys[0] not in known]
    if not new:
        message = _l("The table has no question that is not on the checklist already.")
        raise Invalid(message, file=message)
    return take_lines(audit, new, "take_from_file", by=by, version=version)


def _table(sheets: list[SheetData]) -> tuple[SheetData, Columns]:
    """The first sheet with a column of questions."""
    for sheet in sheets:
        for n, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            at = _headings(row)
            if "question" in at:
                return sheet, Columns(n, at)
    message = _l(
        "No column of this file is called Question (Pertanyaan). Name the columns as in the Excel "
        "file of a checklist: Section, Clauses, Question, What to ask to see, Method."
    )
    raise Invalid(message, file=message)


def _headings(row: Sequence[Any]) -> dict[str, int]:
    words = {fold(str(cell)).strip(" .:*/"): n for n, cell in enumerate(row) if cell is not None}
    found: dict[str, int] = {}
    for name, known in HEADINGS.items():
        place = next((words[one] for one in known if one in words), None)
        if place is not None and place not in found.values():
            found[name] = place
    return found


def _rows(sheet: SheetData, columns: Columns) -> list[tuple[int, list[Any]]]:
    """(number for people, row) of what follows the headings."""
    rows = [
        (n, row)
        for n, row in enumerate(sheet.rows[columns.row + 1 :], start=columns.row + 2)
        if any(cell is not None and str(cell).strip() for cell in row)
    ]
    if len(rows) > MOST_LINES:
        message = _("A checklist has at most %(most)s lines.", most=MOST_LINES)
        raise Invalid(message, file=message)
    return rows


class _Reader:
    """Reads rows; what it does not understand it notes, row by row."""

    def __init__(self, audit: Audit, usual: tuple[int, ...]) -> None:
        self.audit, self.usual = audit, usual
        self.left_out = not_applicable_in(audit)
        self.section = ""
        self.faults: list[str] = []
        self.clauses = ClauseReader(audit.edition_ids)

    def read(self, n: int, row: Sequence[Any], columns: Columns) -> Asked | None:
        question = columns.text(row, "question")
        if not question:
            self._note_section(row, columns)
            return None
        cited, unclear = self.clauses.read(columns.text(row, "clauses"))
        if unclear:
            self.faults.append(
                _("Row %(n)s: clause %(clause)s is not clear.", n=n, clause=", ".join(unclear))
            )
            return None
        wanted = cited or self.usual
        if not wanted:
            self.faults.append(_("Row %(n)s: it names no clause.", n=n))
            return None
        clause_ids = tuple(one for one in wanted if one not in self.left_out)
        if not clause_ids:
            return None
        own = columns.text(row, "section") or self.section
        section = own or section_at(self.audit, clause_ids[0])
        said = "|".join((section, question, *map(str, clause_ids)))
        return Asked(
            section[:300],
            question,
            columns.text(row, "hint") or None,
            _methods(columns.text(row, "methods")),
            (f"file:{hashlib.sha256(said.encode()).hexdigest()[:20]}",),
            clause_ids,
        )

    def _note_section(self, row: Sequence[Any], columns: Columns) -> None:
        """A row with one text and no question heads the rows below it."""
        texts = [str(cell).strip() for cell in row if cell is not None and str(cell).strip()]
        if len(texts) == 1 and "section" not in columns.at:
            self.section = texts[0]


def _methods(text: str) -> tuple[str, ...]:
    words = {fold(word).strip(" .") for word in re.split(r"[,;/+\n]", text)}
    return tuple(one.value for one, known in METHOD_WORDS.items() if words & set(known))
