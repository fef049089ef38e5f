"""Findings beside an audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from qms.actions.showing import due_shown
from qms.findings.showing import STATE_TONES as FINDING_TONES
from qms.people.models import Person


@dataclass(frozen=True)
class ShownFinding:
    """A finding beside an audit."""

    title: str
    url: str
    number: str
    grade: str
    grade_tone: str
    state: str
    tone: str
    due: str
    due_tone: str


def findings_shown(rows: Iterable[Any], person: Person) -> list[ShownFinding]:
    """Findings as lists show them, from rows of plain columns."""
    today = person.district.today
    found = []
    for row in rows:
        number = f"{row.number} ({row.external_number})" if row.external_number else row.number
        found.append(
            ShownFinding(
                row.deviation.split("\n")[0][:160],
                url_for("findings.show", uid=row.uid),
                number,
                str(row.grade.label),
                row.grade.tone,
                str(row.state.label),
                FINDING_TONES[row.state],
                *due_shown(row.due_on, today, waits=row.state.is_open),
            )
        )
    return found
