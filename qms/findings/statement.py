"""What the statement of a finding needs, by its grade: for the form and for the operation."""

from typing import Any

from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import Grade

NONCONFORMITIES = frozenset({Grade.MAJOR, Grade.MINOR})


def lacking(
    grade: Grade | str | None, requirement: str | None, seen: str | None, deviation: str | None
) -> dict[str, Any]:
    """What is still to be said: a sentence for each part. A nonconformity names the requirement,
    the evidence and the deviation; the other grades need what was found."""
    is_nonconformity = grade in NONCONFORMITIES
    parts = (
        (
            "requirement",
            requirement,
            is_nonconformity,
            _l("Say what was asked: a nonconformity needs its requirement."),
        ),
        (
            "seen",
            seen,
            is_nonconformity,
            _l("Say what was seen: a nonconformity needs its evidence."),
        ),
        ("deviation", deviation, True, _l("Say what deviates, or what is good.")),
    )
    return {
        name: sentence
        for name, text, needs, sentence in parts
        if needs and not (text or "").strip()
    }
