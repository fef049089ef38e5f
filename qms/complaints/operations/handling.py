"""Handling complaints: taking them in hand, answering, closing, and the ways back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from qms.complaints.categories import categories_on, due_after
from qms.complaints.models import (
    Complaint,
    ComplaintAnswer,
    ComplaintEvidence,
    ComplaintState,
    Satisfaction,
)
from qms.complaints.permissions import (
    access_of,
    may_add_evidence,
    may_answer,
    may_erase_complainant,
    may_handle,
    may_restrict,
)
from qms.complaints.queries import lacks_integrity
from qms.complaints.workflow import COMPLAINT
from qms.core import journal
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal import Actor
from qms.core.permissions import require
from qms.evidence.models import Evidence
from qms.evidence.operations import file_evidence, restrict_evidence
from qms.evidence.permissions import may_classify
from qms.findings.models import Finding, FindingEvidence
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import WORKS
from qms.units.models import District, Service


def _move(
    name: str,
    complaint: Complaint,
    *,
    by: Person,
    reason: str | None = None,
    version: int | None = None,
    answer: ComplaintAnswer | None = None,
    **facts: Any,
) -> None:
    """Make a move, with what else changes by it. What follows from the state is set here and
    nowhere else: whether the complaint is open, and since when it is not."""
    reason = (reason or "").strip() or None
    row = COMPLAINT.check(name, complaint, by=by, reason=reason)
    same_version(complaint, version)
    target = ComplaintState(row.target)
    with db.session.no_autoflush:
        complaint.is_open = target.is_open
        complaint.closed_on = None if target.is_open else by.district.today
        for column, value in facts.items():
            setattr(complaint, column, value)
        if answer is not None:
            complaint.answers.append(answer)
        COMPLAINT.make(name, complaint, by=by, reason=reason)


def take_up_complaint(complaint: Complaint, *, by: Person, version: int | None = None) -> None:
    """Take it in hand: from now on somebody works on it."""
    _move("take_up", complaint, by=by, version=version)


def answer_complaint(
    complaint: Complaint, *, text: str, by: Person, version: int | None = None
) -> None:
    """Send the answer. The complainant reads it with the receipt."""
    require(may_answer, by, complaint)
    if not text.strip():
        message = _l("Write the answer.")
        raise Invalid(message, text=message)
    today = by.district.today
    answer = ComplaintAnswer(
        district_id=complaint.district_id,
        number=len(complaint.answers) + 1,
        text=text.strip(),
        on=today,
        due_on=complaint.due_on,
        person_id=by.id,
    )
    _move(
        "answer",
        complaint,
        by=by,
        reason=text,
        version=version,
        answer=answer,
        answered_on=today,
    )


def close_complaint(
    complaint: Complaint, *, by: Person, note: str | None = None, version: int | None = None
) -> None:
    """Nothing more is to be done about it."""
    _move("close", complaint, by=by, reason=note, version=version)


def forward_complaint(
    complaint: Complaint, *, reason: str, by: Person, version: int | None = None
) -> None:
    """It is not for this unit: passed on. The reason says to whom; the complainant reads it."""
    _move("forward", complaint, by=by, reason=reason, version=version, outcome=reason.strip())


def withdraw_complaint(
    complaint: Complaint, *, reason: str, by: Person, version: int | None = None
) -> None:
    """The complainant took it back. The complaint stays readable."""
    _move("withdraw", complaint, by=by, reason=reason, version=version, outcome=reason.strip())


def reopen_complaint(
    complaint: Complaint, *, reason: str, by: Person, version: int | None = None
) -> None:
    """Handle it anew: a new time for the answer begins today. Earlier answers stay; what was
    thought of them is kept in the journal."""
    require(may_handle, by, complaint)
    today = by.district.today
    _move(
        "reopen",
        complaint,
        by=by,
        reason=reason,
        version=version,
        outcome=None,
        answered_on=None,
        satisfaction=None,
        satisfaction_on=None,
        counted_from=today,
        due_on=_due(complaint, complaint.category, today, by),
    )


def _due(complaint: Complaint, category: str, day: date, by: Person) -> date:
    known = categories_on(by.district_id, day).get(category)
    return due_after(by.district, complaint.unit_id, day, known.days if known else 1)


def arrange_complaint(
    complaint: Complaint,
    *,
    category: str,
    service: Service | None,
    place: str | None,
    reference: str | None,
    assigned_to: Person | None,
    by: Person,
    access: AccessClass | None = None,
    version: int | None = None,
) -> None:
    """Sort it: category (and with it the day of the answer), service, who sees and answers it. The
    statement stays as it was written. One about integrity becomes restricted, with its evidence."""
    require(may_handle, by, complaint)
    same_version(complaint, version)
    if not complaint.is_open:
        raise OutOfTurn(_l("The complaint is not open. Reopen it first."))
    if service is not None and service.unit_id != complaint.unit_id:
        message = _l("This service is another unit's.")
        raise Invalid(message, service=message)
    if category != complaint.category:
        _put_in_category(complaint, category, by)
        if complaint.is_integrity:
            access = None  # the category says it
    if access is not None and access is not complaint.access:
        require(may_restrict, by, complaint)
        require(may_classify, by, (complaint.unit_id, AccessClass.RESTRICTED))
        complaint.access = access
    complaint.service_id = service.id if service else None
    complaint.place, complaint.reference = place, reference
    _assign(complaint, assigned_to)
    journal.write("arrange", complaint, by=by)
    _settle_evidence(complaint, by)


def refuse_unread(district: District, unit_id: int) -> None:
    """Refuse a category for which nobody is there: officer and head do not see it either."""
    if lacks_integrity(district, unit_id):
        message = _l(
            "Nobody looks after integrity in this unit, so nobody would see the complaint. Ask the "
            "administrator to appoint somebody: anti-bribery function or audit coordinator."
        )
        raise Invalid(message, category=message)


def _put_in_category(complaint: Complaint, key: str, by: Person) -> None:
    chosen = categories_on(by.district_id, complaint.counted_from).get(key)
    if chosen is None or not chosen.is_used:
        message = _l("Choose a category that was in use on that day.")
        raise Invalid(message, category=message)
    if chosen.is_integrity and not complaint.is_integrity:
        refuse_unread(by.district, complaint.unit_id)
    complaint.category, complaint.is_integrity = key, chosen.is_integrity
    if chosen.is_integrity:
        complaint.access = access_of(True)
    if complaint.state.waits_for_answer:
        complaint.due_on = _due(complaint, key, complaint.counted_from, by)


def _assign(complaint: Complaint, person: Person | None) -> None:
    """Give it to somebody who works in the unit and sees it. Whoever had it and sees it no more has
    it no more."""
    if person is not None and not (
        person.holds(WORKS, complaint.unit_id) and sight_of(person).sees(complaint)
    ):
        if person.id != complaint.assigned_to_id:
            message = _l(
                "%(name)s does not work in this unit, or may not see this complaint.",
                name=person.name,
            )
            raise Invalid(message, assigned=message)
        person = None
    complaint.assigned_to_id = person.id if person else None


def _settle_evidence(complaint: Complaint, by: Person) -> None:
    """Show what lies beside a complaint to no more people than the complaint itself, but for what
    also serves a finding: who sees the finding has seen it."""
    pieces = [
        link.evidence
        for link in complaint.evidence
        if not _is_settled(link.evidence, complaint)
        and may_classify(by, (link.evidence.unit_id, AccessClass.RESTRICTED))
    ]
    if not pieces:
        return
    serves = {
        (row.evidence_id, row.access)
        for row in db.session.execute(
            select(FindingEvidence.evidence_id, Finding.access)
            .join(Finding, Finding.id == FindingEvidence.finding_id)
            .where(FindingEvidence.evidence_id.in_([piece.id for piece in pieces]))
        )
    }
    for piece in pieces:
        if (piece.id, AccessClass.ORDINARY) in serves:
            continue
        is_of_a_finding = (piece.id, AccessClass.RESTRICTED) in serves
        secret = complaint.is_integrity and not is_of_a_finding
        restrict_evidence(piece, by=by, is_confidential=secret)


def _is_settled(piece: Evidence, complaint: Complaint) -> bool:
    """Whether a piece is shown to no more people than the complaint, and to no fewer without a
    reason."""
    if piece.is_confidential is not complaint.is_integrity:
        return False
    return piece.access is AccessClass.RESTRICTED or complaint.access is AccessClass.ORDINARY


def add_evidence(
    complaint: Complaint,
    *,
    files: Sequence[Received],
    by: Person,
    access: AccessClass | None = None,
    uid: UUID | None = None,
) -> Evidence:
    """Files beside a complaint: one piece of evidence, named after it, and of its access class
    unless it is said to be restricted; what lies beside a restricted complaint always is, and what
    lies beside one about integrity is confidential as it is."""
    require(may_add_evidence, by, complaint)
    return put_files(complaint, files, access=access, by=by, uid=uid)


def put_files(
    complaint: Complaint,
    files: Sequence[Received],
    *,
    by: Person,
    access: AccessClass | None = None,
    uid: UUID | None = None,
) -> Evidence:
    """The same for who just took it down, and may not see it any more by now."""
    if access is None or complaint.access is AccessClass.RESTRICTED:
        access = complaint.access
    if not files:
        message = _l("Add at least one file.")
        raise Invalid(message, files=message)
    piece = file_evidence(
        complaint.unit_id,
        complaint.number,
        files=files,
        by=by,
        access=access,
        is_confidential=complaint.is_integrity,
        uid=uid,
    )
    if piece.id not in {link.evidence_id for link in complaint.evidence}:
        complaint.evidence.append(
            ComplaintEvidence(district_id=complaint.district_id, evidence_id=piece.id)
        )
    touch(complaint)
    journal.write("add_evidence", complaint, by=by)
    return piece


def rate_answer(
    complaint: Complaint,
    satisfaction: Satisfaction,
    *,
    by: Actor,
    on: date,
    version: int | None = None,
) -> None:
    """How content the complainant is with the answer, as they say themselves or told somebody who
    answers it. Once for each answer."""
    if isinstance(by, Person):
        require(may_answer, by, complaint)
    same_version(complaint, version)
    if complaint.answered_on is None:
        raise OutOfTurn(_l("There is no answer yet that could be judged."))
    if complaint.satisfaction is not None:
        raise OutOfTurn(_l("This was said before, and it is kept. Thank you."))
    complaint.satisfaction, complaint.satisfaction_on = satisfaction, on
    journal.write("rate", complaint, by=by)


def erase_complainant(
    complaint: Complaint, *, reason: str, by: Person, version: int | None = None
) -> None:
    """Take out name and contact for good, with the reason. What the journal told of them before is
    erased by two persons (`qms journal erase`); this is the correction that goes before it."""
    require(may_erase_complainant, by, complaint)
    same_version(complaint, version)
    if complaint.is_open:
        raise OutOfTurn(_l("The complaint is open: whoever answers it needs name and contact."))
    if not (complaint.complainant or complaint.contact):
        raise OutOfTurn(_l("There is nothing to erase: nobody is named here."))
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    complaint.complainant = complaint.contact = None
    complaint.erased_on = by.district.today
    journal.write("erase_complainant", complaint, by=by, reason=reason.strip())
