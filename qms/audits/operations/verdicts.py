"""Verdicts by standard: where a line came to something else under one of its standards."""

from collections.abc import Mapping
from dataclasses import dataclass

from qms.audits.models import Answer, AuditLine, AuditLineVerdict
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.standards.queries import clause_by_id


@dataclass(frozen=True)
class Verdict:
    """What a line came to under one standard, and why it differs there."""

    answer: Answer
    reason: str | None = None


def editions_of(line: AuditLine) -> list[int]:
    """The ids of the editions whose clauses a line asks about."""
    return sorted({clause_by_id(one.clause_id).edition_id for one in line.clauses})


def differing(
    line: AuditLine, answer: Answer | None, seen: str | None, verdicts: Mapping[int, Verdict]
) -> dict[int, Verdict]:
    """The verdicts that differ from what the line itself is to say. Raises Invalid where one of
    them cannot be: it says why, and one that makes a finding rests on something seen."""
    if answer is None:
        return {}
    found = {one: said for one, said in verdicts.items() if said.answer is not answer}
    if not set(found) <= set(editions_of(line)):
        message = _l("Choose a standard that this line asks about.")
        raise Invalid(message, verdicts=message)
    for edition_id, said in found.items():
        if not (said.reason or "").strip():
            message = _l("Write why the result differs under this standard.")
            raise Invalid(message, **{f"reason_{edition_id}": message})
        if said.answer.grade is not None and not (seen or "").strip():
            message = _l("Write what was seen: where, when, which record.")
            raise Invalid(message, seen=message)
    return found


def put_verdicts(line: AuditLine, differing: Mapping[int, Verdict]) -> None:
    """Keep these verdicts, which were judged before, and no others."""
    kept = {one.edition_id: one for one in line.verdicts}
    line.verdicts[:] = [
        kept.get(one) or AuditLineVerdict(district_id=line.district_id, edition_id=one)
        for one in sorted(differing)
    ]
    for verdict in line.verdicts:
        said = differing[verdict.edition_id]
        verdict.answer, verdict.reason = said.answer, (said.reason or "").strip() or None
