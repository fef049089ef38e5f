"""How documents are numbered: a unit's pattern, the nearest above it, at last the usual one."""

import re
from datetime import date

from sqlalchemy import or_, select

from qms.core import numbering
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
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


def pattern_for(tree: Tree, unit_id: int, type: DocumentType) -> tuple[str, int]:
    """(pattern, id of the unit that set it): the unit's own for the type, its own for all types,
    then the same above. An emptied pattern counts as none. One query."""
    near = [unit_id, *(node.id for node in tree.ancestors(unit_id))]
    rows = db.session.execute(
        select(NumberPattern.unit_id, NumberPattern.type, NumberPattern.pattern).where(
            NumberPattern.unit_id.in_(near),
            NumberPattern.pattern != "",
            or_(NumberPattern.type == type, NumberPattern.type.is_(None)),
        )
    )
    found = {(row.unit_id, row.type): row.pattern for row in rows}
    for one in near:
        for kind in (type, None):
            if (one, kind) in found:
                return found[one, kind], one
    return USUAL, unit_id


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


def next_number(
    tree: Tree, unit_id: int, type: DocumentType, *, district_id: int, day: date
) -> str:
    """The next free number. Numbers that people gave out by hand are passed over.

    Each type counts for itself if the pattern names it, each unit if the pattern names it (else
    all units under the one that set the pattern), each year if the pattern names it.
    """
    pattern, set_at = pattern_for(tree, unit_id, type)
    while True:
        sequence = numbering.next_number(
            f"document-{type.value}" if "{type}" in pattern else "document",
            district_id=district_id,
            unit_id=unit_id if "{unit}" in pattern else set_at,
            year=day.year if "{year}" in pattern else 0,
        )
        number = filled(pattern, type=type, unit=tree[unit_id].code, sequence=sequence, day=day)
        if not is_taken(district_id, number):
            return number


def is_taken(district_id: int, number: str, but: Document | None = None) -> bool:
    """Whether another document of the district has this number, whatever its case."""
    statement = select(Document.id).where(
        Document.district_id == district_id, Document.number_key == fold(number)
    )
    if but is not None:
        statement = statement.where(Document.id != but.id)
    return db.session.scalar(statement) is not None
