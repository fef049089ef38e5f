"""Answering lines, and the findings that come from them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from qms.audits.models import (
    Answer,
    Audit,
    AuditFinding,
    AuditLine,
    AuditLineFinding,
    AuditReport,
    AuditState,
    ReportState,
)
from qms.audits.operations.sampling import Sample, judge_sample, put_sample
from qms.audits.operations.stances import tell_findings
from qms.audits.operations.verdicts import Verdict, differing, put_verdicts
from qms.audits.permissions import may_add_finding, may_answer
from qms.audits.queries import photo_pieces
from qms.core import clock, journal
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.files import Received
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.findings import operations as findings
from qms.findings.models import Finding, FindingState, Grade
from qms.people.models import Person
from qms.people.rights import sight_of


def answer_line(
    line: AuditLine,
    answer: Answer | None,
    *,
    by: Person,
    seen: str | None = None,
    reason: str | None = None,
    sample: Sample | None = None,
    verdicts: Mapping[int, Verdict] | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> None:
    """What a line comes to, and what was seen; None opens it again. `sample` and `verdicts` (by the
    id of the edition) stay as they are if they are None. `version` is the one that the person read:
    a line that somebody else answered meanwhile is not overwritten. `at`: when it was answered, if
    it was not now but away from the network. What is refused changes nothing of the line."""
    require(may_answer, by, line.audit)
    refuse_while_signed(line.audit)
    refuse_unless(line.audit, AuditState.UNDER_WAY)
    same_version(line, version)
    if line.is_removed:
        raise OutOfTurn(_l("This line is not on the checklist any more. Look at the checklist."))
    _judge(answer, seen, reason)
    if sample is not None:
        judge_sample(sample)
    own = None if verdicts is None else differing(line, answer, seen, verdicts)
    line.answer, line.seen, line.reason = answer, seen, reason
    line.answered_by_id = None if answer is None else by.id
    line.answered_at = None if answer is None else at or clock.now()
    if sample is not None:
        put_sample(line, sample)
    if answer is None:
        line.verdicts.clear()
    elif own is not None:
        put_verdicts(line, own)
    journal.write("answer_line", line, by=by)


def refuse_unless(audit: Audit, *states: AuditState) -> None:
    if audit.state not in states:
        raise OutOfTurn(
            _l("The audit is not in a state for this. Look at it again.")
            if audit.state is not AuditState.PLANNED
            else _l("The audit has not begun yet. Begin it first.")
        )


def refuse_findings_unless_open(audit: Audit) -> None:
    """Findings are added from the beginning of an audit until it is closed."""
    refuse_while_signed(audit)
    refuse_unless(audit, AuditState.UNDER_WAY, AuditState.REPORTED)


def is_being_signed(audit: Audit) -> bool:
    """Whether the last issue of its report waits for signatures."""
    return audit.report is not None and audit.report.state is ReportState.SIGNING


def hold(audit: Audit) -> None:
    """Until this transaction ends nobody else changes what the report of an audit tells, nor sends
    it to be signed: whoever does so in the same instant comes after. It is the first of an audit's
    locks to be taken, so that two who write cannot wait for each other."""
    db.session.flush()
    db.session.refresh(audit, ["state", "version"], with_for_update={"key_share": True})


def refuse_while_signed(audit: Audit) -> None:
    """What is being signed does not change under the pen. Asked of the database, for the report may
    have been sent to be signed since the audit was read."""
    hold(audit)
    newest = (
        select(AuditReport.state)
        .where(AuditReport.district_id == audit.district_id, AuditReport.audit_id == audit.id)
        .order_by(AuditReport.issue.desc())
        .limit(1)
    )
    if db.session.scalar(newest) is ReportState.SIGNING:
        raise OutOfTurn(_l("The report is being signed. Have it sent back first."))


def _judge(answer: Answer | None, seen: str | None, reason: str | None) -> None:
    if answer is None:
        return
    if answer.grade is not None and not (seen or "").strip():
        message = _l("Write what was seen: where, when, which record.")
        raise Invalid(message, seen=message)
    if answer.needs_reason and not (reason or "").strip():
        message = _l("Write why it does not apply.")
        raise Invalid(message, reason=message)


def raise_finding_from_line(
    line: AuditLine,
    *,
    unit_id: int,
    found_on: date,
    grade: Grade,
    deviation: str,
    by: Person,
    requirement: str | None = None,
    seen: str | None = None,
    place: str | None = None,
    clause_ids: Iterable[int] | None = None,
    files: Sequence[Received] = (),
    access: AccessClass = AccessClass.ORDINARY,
    uid: UUID | None = None,
) -> Finding:
    """A finding that follows from an answered line, with the clauses at which it deviates and what
    was seen, unless others are given, and the photos that were taken at it."""
    require(may_answer, by, line.audit)
    if line.grade is None:
        raise OutOfTurn(_l("Answer the line first, with a grade that makes a finding."))
    if grade not in line.fitting_grades:
        message = _(
            "The line came to “%(answer)s”. Choose that grade, or mend the answer of the line "
            "first.",
            answer=line.grade.label,
        )
        raise Invalid(message, grade=message)
    finding = add_finding(
        line.audit,
        unit_id=unit_id,
        found_on=found_on,
        grade=grade,
        deviation=deviation,
        requirement=requirement,
        seen=line.seen if seen is None else seen,
        place=place,
        clause_ids=line.cited_ids if clause_ids is None else clause_ids,
        files=files,
        evidence=photo_pieces(line),
        access=access,
        uid=uid,
        by=by,
    )
    _tie(line, finding)
    journal.write("raise_from_line", line, by=by)
    tell_findings(line.audit, [finding], by=by)
    return finding


def add_finding(
    audit: Audit,
    *,
    unit_id: int,
    by: Person,
    access: AccessClass = AccessClass.ORDINARY,
    **said: Any,
) -> Finding:
    """A finding of this audit, in its unit or one under it. Of a restricted audit it is restricted
    too. `said`: as in `findings.operations.raise_finding`."""
    require(may_add_finding, by, audit)
    refuse_findings_unless_open(audit)
    if unit_id not in by.rights.tree.subtree(audit.unit_id):
        message = _l("Choose the audited unit or one under it.")
        raise Invalid(message, unit=message)
    if audit.access is AccessClass.RESTRICTED:
        access = AccessClass.RESTRICTED
    finding = findings.raise_finding(
        unit_id,
        source=audit.source,
        source_note=f"{audit.number} {audit.title}"[:300],
        access=access,
        by=by,
        **said,
    )
    _put_beside(audit, finding)
    journal.write("add_finding", audit, by=by)
    return finding


def _put_beside(audit: Audit, finding: Finding) -> None:
    if all(link.finding_id != finding.id for link in audit.findings):
        audit.findings.append(AuditFinding(district_id=audit.district_id, finding=finding))
        touch(audit)


def _tie(line: AuditLine, finding: Finding) -> None:
    if all(link.finding_id != finding.id for link in line.findings):
        line.findings.append(AuditLineFinding(district_id=line.district_id, finding=finding))
        touch(line)


def link_finding(
    audit: Audit, finding: Finding, *, by: Person, line: AuditLine | None = None
) -> None:
    """Put a finding that is recorded already beside an audit, and beside a line of it if one is
    given. It is of the audited unit or one under it, and not cancelled. Beside a line with a
    nonconformity it has, or had when it was found, a grade that fits, and is no earlier one that is
    closed already."""
    require(may_add_finding, by, audit)
    refuse_findings_unless_open(audit)
    if not sight_of(by, audit.unit_id).sees(finding) or finding.state is FindingState.CANCELLED:
        message = _l("Choose a finding of the audited unit that is not cancelled.")
        raise Invalid(message, finding=message)
    if line is not None:
        if line.audit_id != audit.id or line.grade is None:
            raise OutOfTurn(_l("Answer the line first, with a grade that makes a finding."))
        _refuse_unfit(line, finding)
        _tie(line, finding)
    _put_beside(audit, finding)
    journal.write("link_finding", line or audit, by=by)


def _refuse_unfit(line: AuditLine, finding: Finding) -> None:
    """A finding that cannot stand for what a line came to."""
    if not line.needs_finding or line.grade is None:
        return
    began = line.audit.opened_on
    if began and finding.closed_on and finding.found_on < began:
        message = _(
            "%(number)s is closed, and the deviation was seen again. Raise a new finding, or "
            "reopen that one first.",
            number=finding.number,
        )
        raise Invalid(message, finding=message)
    grades = {finding.grade, *(change.before for change in finding.grade_changes)}
    if not grades.intersection(line.fitting_grades):
        message = _(
            "The line came to “%(answer)s”, and %(number)s is graded “%(grade)s”. Raise a finding "
            "of that grade, or mend the answer of the line first.",
            answer=line.grade.label,
            number=finding.number,
            grade=finding.grade.label,
        )
        raise Invalid(message, finding=message)
