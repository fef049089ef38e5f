"""Taking what a device wrote down away from the network.

A device sends each change with a uid of its own, what the record said when it was written over
(its version and its words), and what it says now. Sent again, a change does nothing. Where somebody
else wrote something different meanwhile, nothing is changed and both can be shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from qms.audits.models import (
    Answer,
    Audit,
    AuditAttendance,
    AuditeeStance,
    AuditFinding,
    AuditLine,
    AuditLineFinding,
    AuditLinePhoto,
    AuditReceipt,
    AuditState,
    Meeting,
    Stance,
)
from qms.audits.operations.answering import answer_line, hold, refuse_unless, refuse_while_signed
from qms.audits.operations.meetings import refuse_too_many
from qms.audits.operations.sampling import SAMPLE, Sample
from qms.audits.operations.stances import tell_findings
from qms.audits.operations.verdicts import Verdict, editions_of
from qms.audits.permissions import may_answer
from qms.core import clock, journal
from qms.core.db import AccessClass, DistrictRecord, db, same_version
from qms.core.errors import Invalid, Missing, OutOfTurn, Problem, Stale
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.evidence.models import Evidence
from qms.evidence.operations import file_evidence
from qms.findings.models import Finding
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import edition_by_id

DAY = timedelta(days=1)


class ChangeKind(StrEnum):
    ANSWER = "answer"
    ATTENDANCE = "attendance"
    STANCE = "stance"


@dataclass(frozen=True)
class Change:
    """Something that was written on a device. `target`: the line, the attendance, or
    "line:<uid>" or "finding:<uid>" of a stance. `version` and `was`: what it was written over
    (0: nothing). `tried`: what the same device sent before without hearing whether it arrived.
    `value`: what it says now, checked in shape by `forms.read_changes`. `at`: when, by our
    clock."""

    uid: UUID
    kind: ChangeKind
    target: str
    version: int
    was: dict[str, Any]
    value: dict[str, Any]
    at: datetime
    tried: tuple[dict[str, Any], ...] = ()


class Outcome(StrEnum):
    """taken: it stands now, or stood already. conflict: somebody else wrote something different.
    gone: what it is about is not there any more. waits: not now. refused: not like this."""

    TAKEN = "taken"
    CONFLICT = "conflict"
    GONE = "gone"
    WAITS = "waits"
    REFUSED = "refused"


@dataclass(frozen=True)
class Taken:
    """What became of a change, and the sentence for the person."""

    uid: UUID
    outcome: Outcome
    message: str = ""


def take_changes(audit: Audit, changes: Sequence[Change], *, by: Person) -> list[Taken]:
    """Take what a device sent, each change for itself, in one transaction. The audit and the
    lines are locked first, so that two devices that send at once come one after the other, and
    before or after the report that is sent to be signed."""
    require(may_answer, by, audit)
    hold(audit)
    lines = _locked_lines(audit, changes)
    known = set(
        db.session.scalars(
            select(AuditReceipt.uid).where(AuditReceipt.uid.in_([one.uid for one in changes]))
        )
    )
    found = []
    for change in changes:
        if change.uid in known:
            found.append(Taken(change.uid, Outcome.TAKEN))
            continue
        taken = _take(audit, lines, change, by)
        if taken.outcome is Outcome.TAKEN:
            known.add(change.uid)
            _receipt(audit, change, by)
        found.append(taken)
    return found


def _locked_lines(audit: Audit, changes: Iterable[Change]) -> dict[str, AuditLine]:
    """The lines that the changes are about, by uid. Locked in one order."""
    named = {one.target.removeprefix("line:") for one in changes}
    wanted = {uid for uid in map(_uid, named) if uid is not None}
    lines = db.session.scalars(
        select(AuditLine)
        .where(AuditLine.audit_id == audit.id, AuditLine.uid.in_(wanted))
        .order_by(AuditLine.id)
        .options(
            selectinload(AuditLine.sample),
            selectinload(AuditLine.clauses),
            selectinload(AuditLine.findings).joinedload(AuditLineFinding.finding),
        )
        .with_for_update(of=AuditLine)
        .execution_options(populate_existing=True)
    )
    return {str(line.uid): line for line in lines if not line.is_removed}


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _receipt(audit: Audit, change: Change, by: Person) -> None:
    db.session.add(
        AuditReceipt(uid=change.uid, audit_id=audit.id, person_id=by.id, received_at=clock.now())
    )


def _take(audit: Audit, lines: dict[str, AuditLine], change: Change, by: Person) -> Taken:
    take: Callable[..., None] = TAKERS[change.kind]
    try:
        take(audit, lines, change, by)
    except Stale as problem:
        return Taken(change.uid, Outcome.CONFLICT, str(problem))
    except Missing as problem:
        return Taken(change.uid, Outcome.GONE, str(problem))
    except OutOfTurn as problem:
        return Taken(change.uid, Outcome.WAITS, str(problem))
    except Problem as problem:
        return Taken(change.uid, Outcome.REFUSED, str(problem))
    return Taken(change.uid, Outcome.TAKEN)


def _not_overtaken(record: DistrictRecord, now: Mapping[str, Any], change: Change) -> None:
    """Raise Stale if somebody else's words would be written over. `now`: what the record says. A
    version that rose for another reason (a finding was raised from the line) is no conflict, nor
    are words of the device itself whose arrival it never heard of."""
    if not any(_same(now, said) for said in (change.was, *change.tried)):
        same_version(record, change.version)


def _same(now: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a record says what was said of it."""
    return all(_bare(said.get(name)) == _bare(value) for name, value in now.items())


def _bare(value: Any) -> Any:
    """No verdicts, and not removed, are as good as nothing said."""
    return None if value is False or value == {} else value


def _plain(record: Any, fields: Sequence[str]) -> dict[str, Any]:
    """What a record says, as a device keeps it."""
    values = ((name, getattr(record, name)) for name in fields)
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in values}


ANSWERED = ("answer", "seen", "reason")


def said_at(line: AuditLine) -> dict[str, Any]:
    """What a line says, as a device keeps it: answer and words, the sample, and the verdicts by the
    key of their edition."""
    return {
        **_plain(line, ANSWERED),
        **asdict(Sample.of(line)),
        "verdicts": {
            edition_by_id(one.edition_id).key: _plain(one, ("answer", "reason"))
            for one in line.verdicts
        },
    }


def _take_answer(audit: Audit, lines: dict[str, AuditLine], change: Change, by: Person) -> None:
    """What a line comes to. Of sample and verdicts a device of old says nothing: they stay."""
    line, value = _line_of(lines, change.target), change.value
    now = {name: said for name, said in said_at(line).items() if name in ANSWERED or name in value}
    if _same(now, value):
        return
    refuse_unless(audit, AuditState.UNDER_WAY)
    _not_overtaken(line, now, change)
    answer_line(
        line,
        Answer(value["answer"]) if value.get("answer") else None,
        seen=value.get("seen"),
        reason=value.get("reason"),
        sample=_sample(value),
        verdicts=_verdicts(line, value),
        by=by,
        at=_moment(audit, change),
    )


def _moment(audit: Audit, change: Change) -> datetime:
    """When something was written; now, if the device's clock stood at a time when there was no such
    audit (a clock that began anew in 1970, say, and was set right before the device sent)."""
    return change.at if change.at >= audit.recorded_at - DAY else clock.now()


def _sample(value: Mapping[str, Any]) -> Sample | None:
    return Sample(**{name: value[name] for name in SAMPLE}) if "size" in value else None


def _verdicts(line: AuditLine, value: Mapping[str, Any]) -> dict[int, Verdict] | None:
    if "verdicts" not in value:
        return None
    ids = {edition_by_id(one).key: one for one in editions_of(line)}
    if not set(value["verdicts"]) <= set(ids):
        raise Invalid(_l("Choose a standard that this line asks about."))
    return {
        ids[key]: Verdict(Answer(said["answer"]), said["reason"])
        for key, said in value["verdicts"].items()
    }


def _line_of(lines: dict[str, AuditLine], target: str) -> AuditLine:
    line = lines.get(target)
    if line is None:
        raise Missing(_l("This line is not on the checklist any more. Look at the checklist."))
    return line


ATTENDED = ("meeting", "name", "post", "is_removed")


def _take_attendance(audit: Audit, _lines: Any, change: Change, by: Person) -> None:
    """Somebody was at a meeting; corrected or taken off under the same uid."""
    uid = UUID(change.target)
    known = db.session.scalar(select(AuditAttendance).where(AuditAttendance.uid == uid))
    if known is not None and known.audit_id != audit.id:
        raise Missing(_l("There is nothing at this address."))
    now = {} if known is None else _plain(known, ATTENDED)
    if known is not None and _same(now, change.value):
        return
    refuse_unless(audit, AuditState.UNDER_WAY)
    refuse_while_signed(audit)
    name = (change.value.get("name") or "").strip()
    if not name:
        raise Invalid(_l("Write the name of who was there."))
    meeting, is_removed = Meeting(change.value["meeting"]), bool(change.value.get("is_removed"))
    if not is_removed and (known is None or known.is_removed or known.meeting is not meeting):
        refuse_too_many(audit, meeting, 1)
    if known is None:
        known = AuditAttendance(uid=uid, district_id=audit.district_id, audit_id=audit.id)
        known.audit = audit
        db.session.add(known)
    else:
        _not_overtaken(known, now, change)
    known.meeting, known.name = meeting, name
    known.post, known.is_removed = change.value.get("post"), is_removed
    known.taken_by_id, known.taken_at = by.id, _moment(audit, change)
    journal.write("take_attendance", known, by=by)


STANCED = ("stance", "spoken_by", "note")


def _take_stance(audit: Audit, lines: dict[str, AuditLine], change: Change, by: Person) -> None:
    """What the auditee says to a line's answer or to a finding."""
    about, _sep, uid = change.target.partition(":")
    line = _line_of(lines, uid) if about == "line" else None
    finding = None if line is not None else _finding_of(audit, uid, by)
    said = db.session.scalar(
        select(AuditeeStance).where(
            AuditeeStance.audit_id == audit.id,
            AuditeeStance.line_id == line.id
            if line is not None
            else AuditeeStance.finding_id == (finding.id if finding else None),
        )
    )
    now = {} if said is None else _plain(said, STANCED)
    if said is not None and _same(now, change.value):
        return
    refuse_unless(audit, AuditState.UNDER_WAY)
    refuse_while_signed(audit)
    stance = Stance(change.value["stance"]) if change.value.get("stance") else None
    note = (change.value.get("note") or "").strip() or None
    if stance is Stance.DISAGREES and note is None:
        raise Invalid(_l("Write why the auditee disagrees, in their words."))
    if said is None:
        said = AuditeeStance(district_id=audit.district_id, audit_id=audit.id)
        said.audit, said.line, said.finding = audit, line, finding
        db.session.add(said)
    else:
        _not_overtaken(said, now, change)
    said.stance, said.note, said.spoken_by = stance, note, change.value.get("spoken_by")
    said.taken_by_id, said.taken_at = by.id, _moment(audit, change)
    journal.write("take_stance", said, by=by)
    concerned = [link.finding for link in line.findings] if line else []
    tell_findings(audit, [finding] if finding else concerned, by=by)


def _finding_of(audit: Audit, uid: str, by: Person) -> Finding:
    found = db.session.scalar(
        select(Finding)
        .join(AuditFinding, AuditFinding.finding_id == Finding.id)
        .where(
            AuditFinding.audit_id == audit.id,
            Finding.uid == _uid(uid),
            *sight_of(by).conditions(Finding),
        )
    )
    if found is None:
        raise Missing(_l("This finding is not beside the audit any more. Look at the audit."))
    return found


TAKERS: dict[ChangeKind, Callable[..., None]] = {
    ChangeKind.ANSWER: _take_answer,
    ChangeKind.ATTENDANCE: _take_attendance,
    ChangeKind.STANCE: _take_stance,
}


def keep_photo(line: AuditLine, photo: Received, *, uid: UUID, by: Person) -> Evidence:
    """A photo of a line becomes evidence of the audited unit. `uid` is the device's: sent again, it
    is the same piece."""
    audit = line.audit
    require(may_answer, by, audit)
    hold(audit)  # one after the other: a device that tries again may overtake itself
    known = db.session.scalar(
        select(AuditLinePhoto).where(
            AuditLinePhoto.district_id == line.district_id, AuditLinePhoto.uid == uid
        )
    )
    if known is not None:
        if known.line_id != line.id:
            raise Missing(_l("There is nothing at this address."))
        return known.evidence
    refuse_unless(audit, AuditState.UNDER_WAY)
    refuse_while_signed(audit)
    piece = file_evidence(
        audit.unit_id,
        f"{audit.number} – {line.question.splitlines()[0][:80]}",
        files=[photo],
        access=AccessClass(audit.access),
        clause_ids=line.clause_ids,
        by=by,
    )
    db.session.add(
        AuditLinePhoto(district_id=line.district_id, line_id=line.id, evidence_id=piece.id, uid=uid)
    )
    journal.write("add_photo", line, by=by)
    return piece
