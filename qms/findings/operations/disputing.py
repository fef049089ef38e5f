"""Whether the unit accepts a finding: disputing it, deciding the dispute, accepting it after all.

What the auditee said on the spot, in an audit, counts and is not asked again.
"""

from qms.core import journal
from qms.core.db import touch
from qms.findings.models import (
    UNANSWERED_STATES,
    Finding,
    FindingState,
    FindingStep,
    StepKind,
    StepResult,
)
from qms.findings.operations.moving import move, step
from qms.findings.operations.responding import note_author, record
from qms.findings.permissions import may_note_stance
from qms.findings.workflow import FINDING
from qms.people.models import Person


def dispute_finding(
    finding: Finding,
    *,
    reason: str,
    by: Person,
    lead_auditor_id: int | None = None,
    version: int | None = None,
) -> None:
    """The unit does not accept the finding, and says why. The dispute goes to who led the audit
    from which it came; without one, to whoever may verify. Its deadlines go on."""
    FINDING.check("dispute", finding, by=by, reason=reason)
    disputed = step(StepKind.ACCEPTANCE, reason, StepResult.REJECTED)
    finding.lead_auditor_id = lead_auditor_id
    note_author(finding, by)
    move("dispute", finding, by=by, reason=reason, steps=[disputed], version=version)


def accept_finding(finding: Finding, *, by: Person, version: int | None = None) -> None:
    """The unit accepts it after all, before the dispute was decided."""
    accepted = step(StepKind.ACCEPTANCE, result=StepResult.ACCEPTED)
    move("accept", finding, by=by, steps=[accepted], version=version)


def uphold_finding(
    finding: Finding, *, reason: str, by: Person, version: int | None = None
) -> None:
    """The finding stands, for this reason. The unit answers it."""
    upheld = step(StepKind.RULING, reason, StepResult.REJECTED)
    move("uphold", finding, by=by, reason=reason, steps=[upheld], version=version)


def note_stance(
    finding: Finding,
    *,
    agrees: bool,
    words: str | None,
    spoken_by: str | None,
    by: Person,
    lead_auditor_id: int | None = None,
) -> None:
    """What the auditee said on the spot, as an auditor took it down: it stands for the unit's word,
    unless the unit has spoken here itself, or answered, or its dispute was decided. A dissent sends
    the finding to who decides it; it says why, as the audit asks."""
    if finding.state not in UNANSWERED_STATES or not may_note_stance(by, finding):
        return
    told = ": ".join(part for part in (spoken_by, (words or "").strip()) if part) or None
    known, result = finding.step(StepKind.ACCEPTANCE), _result(agrees)
    if finding.step(StepKind.RULING) is not None or _is_own(finding, known):
        return
    if known is not None and (known.text, known.result) == (told, result):
        return
    said = step(StepKind.ACCEPTANCE, told, result)
    if agrees and finding.state is FindingState.DISPUTED:
        move("note_acceptance", finding, by=by, steps=[said])
    elif agrees or finding.state is FindingState.DISPUTED:
        record(finding, said, by)
        touch(finding)
        journal.write("note_stance", finding, by=by, reason=told)
    else:
        finding.lead_auditor_id = lead_auditor_id
        move("note_dispute", finding, by=by, reason=told, steps=[said])


def _result(agrees: bool) -> StepResult:
    return StepResult.ACCEPTED if agrees else StepResult.REJECTED


def _is_own(finding: Finding, known: FindingStep | None) -> bool:
    """Whether the unit itself said it here; an auditor who took it down is none of its authors."""
    return known is not None and known.person_id in (finding.answered_by_ids or ())
