"""What was taken down on the spot in the audits of a pack: who was at the opening and closing
meetings, and what the auditee said to the findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from qms.audits.models import (
    AuditAttendance,
    AuditeeStance,
    AuditLine,
    AuditLineClause,
    AuditLineFinding,
    AuditMeeting,
    Meeting,
    Stance,
)
from qms.core import clock
from qms.findings.models import Finding, FindingClause
from qms.packs.reading.conditions import end_of
from qms.packs.reading.reader import Reader
from qms.standards.queries import cited_text


@dataclass(frozen=True)
class HeldMeeting:
    """A meeting: its day, who was there with their posts, and what was agreed."""

    meeting: Meeting
    on: date
    people: tuple[tuple[str, str | None], ...]
    agreed: str = ""


@dataclass(frozen=True)
class SaidLine:
    """What the auditee said to a line's answer or to a finding."""

    findings: str
    clauses: str
    about: str
    stance: Stance
    spoken_by: str | None
    note: str | None


def meetings_by_audit(reader: Reader, ids: Sequence[int]) -> dict[int, tuple[HeldMeeting, ...]]:
    """Audit id -> its meetings, as they were written down by the day. Two queries."""
    rows = reader.session.scalars(
        select(AuditAttendance)
        .where(
            AuditAttendance.district_id == reader.about.district_id,
            AuditAttendance.audit_id.in_(ids),
            AuditAttendance.is_removed.is_(False),
            AuditAttendance.taken_at < end_of(reader.about),
        )
        .order_by(AuditAttendance.meeting.desc(), AuditAttendance.taken_at, AuditAttendance.uid)
    )
    found: dict[tuple[int, Meeting], list[AuditAttendance]] = {}
    for row in rows:
        found.setdefault((row.audit_id, row.meeting), []).append(row)
    recorded = {
        (one.audit_id, one.meeting): one
        for one in reader.session.scalars(
            select(AuditMeeting).where(
                AuditMeeting.district_id == reader.about.district_id,
                AuditMeeting.audit_id.in_(ids),
                AuditMeeting.recorded_at < end_of(reader.about),
            )
        )
    }
    held: dict[int, tuple[HeldMeeting, ...]] = {}
    for audit_id, meeting in product(ids, Meeting):
        there, said = found.get((audit_id, meeting), []), recorded.get((audit_id, meeting))
        if said is None and not there:
            continue
        day = said.held_on if said else clock.day_of(there[0].taken_at, reader.about.timezone)
        people = tuple((who.name, who.post) for who in there)
        one = HeldMeeting(meeting, day, people, (said and said.agreed) or "")
        held[audit_id] = (*held.get(audit_id, ()), one)
    return held


def said_by_audit(reader: Reader, ids: Sequence[int]) -> dict[int, tuple[SaidLine, ...]]:
    """Audit id -> what the auditee said by the day, to lines that still deviate and to findings of
    the pack. What was said to a line is kept back with its findings, if none of them is in the
    pack. Five queries."""
    told = [
        one
        for one in reader.session.scalars(
            select(AuditeeStance)
            .where(
                AuditeeStance.district_id == reader.about.district_id,
                AuditeeStance.audit_id.in_(ids),
                AuditeeStance.stance.is_not(None),
                AuditeeStance.taken_at < end_of(reader.about),
            )
            .outerjoin(AuditeeStance.finding)
            .where(or_(AuditeeStance.finding_id.is_(None), reader.shown("finding")))
            .order_by(AuditeeStance.taken_at, AuditeeStance.uid)
            .options(
                joinedload(AuditeeStance.finding),
                joinedload(AuditeeStance.line).joinedload(AuditLine.verdicts),
            )
        ).unique()
        if one.line is None or (one.line.grade is not None and not one.line.is_removed)
    ]
    lines = [one.line_id for one in told if one.line_id is not None]
    findings = [one.finding_id for one in told if one.finding_id is not None]
    numbers = reader.linked(
        select(AuditLineFinding.line_id, Finding.number)
        .join(Finding, Finding.id == AuditLineFinding.finding_id)
        .where(AuditLineFinding.line_id.in_(lines), reader.shown("finding"))
        .order_by(Finding.number_key, Finding.uid)
    )
    with_finding = set(
        reader.session.scalars(
            select(AuditLineFinding.line_id).where(AuditLineFinding.line_id.in_(lines)).distinct()
        )
    )
    of_lines = reader.cited(AuditLineClause, AuditLineClause.line_id, lines)
    of_findings = reader.cited(FindingClause, FindingClause.finding_id, findings)
    said: dict[int, tuple[SaidLine, ...]] = {}
    for one in told:
        assert one.stance is not None
        if one.line_id in with_finding and one.line_id not in numbers:
            continue
        if one.line is not None:
            named, cited = numbers.get(one.line.id, []), of_lines[one.line.id]
            about = one.line.question
        else:
            assert one.finding is not None
            named, cited = [one.finding.number], of_findings[one.finding.id]
            about = one.finding.deviation
        line = SaidLine(
            ", ".join(named), cited_text(cited), about, one.stance, one.spoken_by, one.note
        )
        said[one.audit_id] = (*said.get(one.audit_id, ()), line)
    return said
