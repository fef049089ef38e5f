"""Words that the report and the workbook share."""

from collections.abc import Mapping

from qms.audits.models import Answer
from qms.core.i18n import gettext as _
from qms.standards.overlay import DocumentLine

LONGEST = 500


def brief(text: str, longest: int = LONGEST) -> str:
    """The beginning of a long text; all of it stands in its register."""
    text = text.strip()
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;") + " …"


def gap_kind(line: DocumentLine) -> str:
    """Whether the standard asks for a missing document, or only audits do."""
    return _("Required document missing") if line.is_explicit else _("Expected document missing")


def results_text(results: Mapping[str, int], between: str = ", ") -> str:
    """Conforms: 3, Open: 1. `results`: see reading.audits."""
    labels = {one.value: str(one.label) for one in Answer} | {"open": _("Open")}
    return between.join(f"{labels[name]}: {n}" for name, n in results.items())
