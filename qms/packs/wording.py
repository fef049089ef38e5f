"""Words that the report and the workbook share."""

from collections.abc import Mapping

from qms.audits.models import Answer
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.packs.reading.meetings import HeldMeeting, SaidLine
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


def meeting_text(held: HeldMeeting) -> str:
    """3 March 2026: Agus Wijaya (Kepala Dinas), Siti Rahayu: closing by 1 June."""
    people = ", ".join(f"{name} ({post})" if post else name for name, post in held.people)
    return ": ".join(filter(None, (dates.long_day(held.on), people, held.agreed)))


def said_text(said: SaidLine) -> str:
    """NC-2026-DISNAKER-014: Disagrees (Agus Wijaya): it was in the other book."""
    who = f"{said.stance.label} ({said.spoken_by})" if said.spoken_by else str(said.stance.label)
    return ": ".join(word for word in (said.findings or said.clauses, who, said.note) if word)
