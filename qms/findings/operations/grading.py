"""Changing a grade, which also decides a dispute."""

from qms.core import clock, journal
from qms.core.db import same_version
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.findings.models import (
    Finding,
    FindingState,
    Grade,
    GradeChange,
    StepKind,
    StepResult,
)
from qms.findings.operations.holding import is_unapproved, release_actions
from qms.findings.operations.moving import move, step
from qms.findings.operations.raising import judge_statement
from qms.findings.operations.scheduling import recount
from qms.findings.permissions import may_change_grade
from qms.people.models import Person


def change_grade(
    finding: Finding, grade: Grade, *, reason: str, by: Person, version: int | None = None
) -> None:
    """Another grade, with the reason, kept for ever. Due dates follow the new grade's rule. What
    becomes a nonconformity must say its requirement and evidence, unless it was imported. Of a
    disputed finding it decides the dispute: the unit is right so far."""
    require(may_change_grade, by, finding)
    same_version(finding, version)
    if grade is finding.grade:
        message = _l("This is the grade already.")
        raise Invalid(message, grade=message)
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    if not finding.is_imported:
        judge_statement(grade, finding.requirement, finding.seen, finding.deviation)
    note_grade_change(finding, grade, reason.strip(), by)
    recount(finding, by.district.today)
    journal.write("change_grade", finding, by=by, reason=reason.strip())
    if finding.state is FindingState.DISPUTED:
        agreed = step(StepKind.RULING, reason, StepResult.ACCEPTED)
        move("regrade", finding, by=by, reason=reason, steps=[agreed])
    if not is_unapproved(finding):
        release_actions(finding, by=by)


def note_grade_change(finding: Finding, grade: Grade, reason: str, by: Person) -> None:
    finding.grade_changes.append(
        GradeChange(
            district_id=finding.district_id,
            at=clock.now(),
            before=finding.grade,
            after=grade,
            reason=reason,
            person_id=by.id,
        )
    )
    finding.grade = grade
