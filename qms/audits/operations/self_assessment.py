"""The unit assesses itself on the checklist before the auditors come."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from qms.audits.models import Audit, SelfAnswer, SelfAssessment, SelfAssessmentAnswer
from qms.audits.permissions.self_assessment import may_ask_self_assessment, may_assess_self
from qms.audits.queries.self_assessment import self_assessment_of
from qms.core import clock, journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person

Said = tuple[SelfAnswer | None, str | None]
"""Where the unit stands (None: nothing said), and what it can show."""


def ask_self_assessment(
    audit: Audit,
    assessment: SelfAssessment | None,
    *,
    due_on: date,
    by: Person,
    version: int | None = None,
) -> SelfAssessment:
    """Ask the unit to assess itself until a day, or move the day. One that was handed in is asked
    for anew, with what it said. `version` is the one that the person read; 0: there was none."""
    require(may_ask_self_assessment, by, audit)
    # One after the other, so that the second who asks first is told.
    db.session.execute(select(Audit.id).where(Audit.id == audit.id).with_for_update(key_share=True))
    assessment = assessment or self_assessment_of(audit)
    if assessment is not None:
        same_version(assessment, version)
    if not audit.listed:
        raise OutOfTurn(_l("Make the checklist first."))
    if not by.district.today <= due_on <= audit.planned_until:
        message = _l("Choose a day from today to the last day of the audit.")
        raise Invalid(message, due_on=message)
    if assessment is None:
        assessment = SelfAssessment(district_id=audit.district_id)
        assessment.audit = audit
        db.session.add(assessment)
    assessment.due_on, assessment.asked_by = due_on, by
    assessment.handed_in_on = assessment.handed_in_by = None
    assessment.handed_in_by_id = None
    db.session.flush()
    journal.write("ask_self_assessment", assessment, by=by)
    return assessment


def assess_self(
    assessment: SelfAssessment,
    said: Mapping[UUID, Said],
    *,
    by: Person,
    version: int | None = None,
) -> int:
    """Keep what the unit says at lines (by their uid); lines that nothing is said of lose what
    stood there. Returns how many lines have an answer now. Lines that are not on the checklist any
    more are passed over: nothing of the rest is lost."""
    require(may_assess_self, by, assessment)
    same_version(assessment, version)
    lines = {line.uid: line.id for line in assessment.audit.listed}
    now = clock.now()
    for uid, (answer, shown) in said.items():
        if uid not in lines:
            continue
        kept = assessment.answer_to(lines[uid])
        if answer is None:
            if kept is not None:
                assessment.answers.remove(kept)
            continue
        words = (shown or "").strip() or None
        if kept is None:
            kept = SelfAssessmentAnswer(district_id=assessment.district_id, line_id=lines[uid])
            assessment.answers.append(kept)
        elif (kept.answer, kept.shown) == (answer, words):
            continue
        kept.answer, kept.shown = answer, words
        kept.answered_by, kept.answered_at = by, now
    touch(assessment)
    journal.write("assess_self", assessment, by=by)
    return len(assessment.answers)


def hand_in_self_assessment(
    assessment: SelfAssessment, *, by: Person, version: int | None = None
) -> None:
    """Say that the unit is done; the auditors find its answers beside the lines."""
    require(may_assess_self, by, assessment)
    same_version(assessment, version)
    if not assessment.answers:
        raise OutOfTurn(_l("Answer at least one line first."))
    assessment.handed_in_on, assessment.handed_in_by = by.district.today, by
    journal.write("hand_in_self_assessment", assessment, by=by)
