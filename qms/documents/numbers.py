"""How documents are numbered: a unit's pattern, the nearest above it, at last the usual one."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from qms.core import numbering
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.numbering import Series
from qms.core.text import fold
from qms.documents.models import Document, DocumentType, NumberPattern
from qms.units.tree import Tree

USUAL = "{type}-{unit}-{seq3}"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
KNOWN = {"type", "unit", "seq", "seq3", "year", "month_roman"}
LONGEST = 80
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def checked_pattern(pattern: str) -> str:
    """The pattern, trimmed. Raises Invalid unless it counts and all its placeholders are known."""
    pattern = pattern.strip()
    found = set(PLACEHOLDER.findall(pattern))
    unknown = sorted(found - KNOWN)
    if unknown:
        message = _l("Unknown: %(what)s.", what=", ".join("{" + one + "}" for one in unknown))
    elif not found & {"seq", "seq3"}:
        message = _l("A pattern needs {seq} or {seq3}, so that numbers differ.")
    elif "{" in PLACEHOLDER.sub("", pattern) or "}" in PLACEHOLDER.sub("", pattern):
        message = _l("A brace stands alone. Write placeholders as {type}.")
    elif len(pattern) > LONGEST:
        message = _l("At most %(most)s characters.", most=LONGEST)
    else:
        return pattern
    raise Invalid(message, pattern=message)


class Numbers:
    """How the documents of a unit are numbered. Its patterns and those above are read once."""

    def __init__(self, tree: Tree, unit_id: int, district_id: int) -> None:
        self.unit_id, self.district_id = unit_id, district_id
        self.unit_code = tree[unit_id].code
        self.near = [unit_id, *(node.id for node in tree.ancestors(unit_id))]
        rows = db.session.execute(
            select(NumberPattern.unit_id, NumberPattern.type, NumberPattern.pattern).where(
                NumberPattern.unit_id.in_(self.near), NumberPattern.pattern != ""
            )
        )
        self.patterns = {(row.unit_id, row.type): row.pattern for row in rows}

    def pattern(self, type: DocumentType) -> tuple[str, int]:
        """(pattern, id of the unit that set it): the unit's own for the type, its own for all
        types, then the same above. An emptied pattern counts as none."""
        for one in self.near:
            for kind in (type, None):
                if (one, kind) in self.patterns:
                    return self.patterns[one, kind], one
        return USUAL, self.unit_id

    def series(self, type: DocumentType, day: date) -> Series:
        """Each type counts for itself if the pattern names it, each unit if the pattern names it
        (else all units under the one that set the pattern), each year if the pattern names it."""
        pattern, set_at = self.pattern(type)
        return Series(
            kind=f"document-{type.value}" if "{type}" in pattern else "document",
            district_id=self.district_id,
            unit_id=self.unit_id if "{unit}" in pattern else set_at,
            year=day.year if "{year}" in pattern else 0,
            write=lambda sequence: filled(
                pattern, type=type, unit=self.unit_code, sequence=sequence, day=day
            ),
        )

    def next(self, type: DocumentType, day: date) -> str:
        """The next free number. Numbers that people gave out by hand are passed over. Raises
        Invalid if the pattern makes it too long."""
        number = numbering.next_free(self.series(type, day), self._taken)
        if message := too_long(number):
            raise Invalid(message, number=message)
        return number

    def foreseen(self, wanted: Iterable[tuple[DocumentType, date]]) -> list[str]:
        """The numbers that documents of these types and days would get now, one after the other."""
        return numbering.foreseen([self.series(*one) for one in wanted], self._taken)

    def by_type(self, day: date) -> dict[DocumentType, str]:
        """The number that a document would get now, for each type."""
        series = [self.series(type, day) for type in DocumentType]
        numbers = numbering.foreseen(series, self._taken, alone=True)
        return dict(zip(DocumentType, numbers, strict=True))

    def _taken(self, numbers: Collection[str]) -> Collection[str]:
        return taken(self.district_id, numbers)


def too_long(number: str) -> Any:
    """What to say of a number that a pattern made too long; None if it is not."""
    if len(number) <= LONGEST:
        return None
    return _l(
        "By the pattern the number would be %(number)s, longer than %(most)s characters. Shorten "
        "the pattern under Numbering.",
        number=number,
        most=LONGEST,
    )


def filled(pattern: str, *, type: DocumentType, unit: str, sequence: int, day: date) -> str:
    """The number that a pattern gives."""
    values = {
        "type": type.value,
        "unit": unit,
        "seq": str(sequence),
        "seq3": f"{sequence:03d}",
        "year": str(day.year),
        "month_roman": ROMAN[day.month - 1],
    }
    return PLACEHOLDER.sub(lambda found: values[found[1]], pattern)


def taken(district_id: int, keys: Collection[str]) -> set[str]:
    """Which of some numbers, folded, documents of the district bear."""
    return set(
        db.session.scalars(
            select(Document.number_key).where(
                Document.district_id == district_id, Document.number_key.in_(keys)
            )
        )
    )


def is_taken(district_id: int, number: str, but: Document | None = None) -> bool:
    """Whether another document of the district has this number, whatever its case."""
    statement = select(Document.id).where(
        Document.district_id == district_id, Document.number_key == fold(number)
    )
    if but is not None:
        statement = statement.where(Document.id != but.id)
    return db.session.scalar(statement) is not None
