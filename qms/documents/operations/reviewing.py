"""Reviewing: submit, check, approve, send back, take back, give up; withdrawing a document; and
looking again at one that is in force."""

from datetime import date

from qms.core import clock, journal
from qms.core.db import same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.documents.models import (
    Document,
    Phase,
    Revision,
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.documents.permissions import may_review, may_withdraw
from qms.documents.workflow import REVISION
from qms.people.models import Person
from qms.people.queries import appointment_in


def submit_revision(revision: Revision, *, by: Person, seen: int | None = None) -> None:
    """Put a draft up for review. Who prepared it is signed in with the position of today."""
    same_version(revision, seen)
    REVISION.check("submit", revision, by=by)
    prepared = revision.signature(SignatureRole.PREPARED)
    assert prepared is not None and prepared.person is not None  # the workflow asked for it
    preparer = prepared.person
    _sign(revision, SignatureRole.PREPARED, preparer, by.district.today)
    whom = None if preparer.id == by.id else preparer
    REVISION.make("submit", revision, by=by, on_behalf_of=whom)


def check_revision(revision: Revision, *, by: Person, seen: int | None = None) -> None:
    """The named checker signs that it was checked."""
    same_version(revision, seen)
    REVISION.check("check", revision, by=by)
    _sign(revision, SignatureRole.CHECKED, by, by.district.today)
    touch(revision)  # the state stays: others are asked next
    journal.write("check", revision, by=by)


def approve_revision(
    revision: Revision, *, by: Person, effective_from: date | None = None, seen: int | None = None
) -> None:
    """Approve a revision, in force from a day on (default: today). The one before ends that day.

    Refused for a day that is past, and for one before the beginning of a revision that is
    approved already: two decisions would contradict each other.
    """
    same_version(revision, seen)
    REVISION.check("approve", revision, by=by)
    today = by.district.today
    day = effective_from or today
    if day < today:
        message = _l("Choose today or a later day: nothing comes into force in the past.")
        raise Invalid(message, effective_from=message)
    _end_last(revision.document, day, by=by)
    _sign(revision, SignatureRole.APPROVED, by, today)
    revision.approved_on, revision.effective_from = today, day
    REVISION.make("approve", revision, by=by)


def _end_last(document: Document, day: date, *, by: Person) -> None:
    """End the approved revision that has no end yet. It is stored first: the database allows only
    one without an end."""
    last = open_ended(document)
    if last is None:
        return
    assert last.effective_from is not None
    if day < last.effective_from:
        message = _(
            "Revision %(number)s is approved already and comes into force on a later day. "
            "Choose that day or one after it.",
            number=last.shown_number,
        )
        raise Invalid(message, effective_from=message)
    last.effective_until = day
    journal.write("supersede", last, by=by)


def open_ended(document: Document) -> Revision | None:
    """The approved revision that no other has ended."""
    return next(
        (
            one
            for one in document.revisions
            if one.state is RevisionState.APPROVED and one.effective_until is None
        ),
        None,
    )


def send_back(revision: Revision, *, reason: str, by: Person, seen: int | None = None) -> None:
    """A signatory or head returns it to its writers. All signatures fall: the text will change."""
    _unmake(revision, "send_back", by=by, reason=reason, seen=seen)


def take_back(revision: Revision, *, by: Person, seen: int | None = None) -> None:
    """The author ends the running review."""
    _unmake(revision, "take_back", by=by, reason=None, seen=seen)


def _unmake(
    revision: Revision, move: str, *, by: Person, reason: str | None, seen: int | None
) -> None:
    same_version(revision, seen)
    REVISION.check(move, revision, by=by, reason=reason)
    for signature in revision.signatures:
        _unsign(signature)
    REVISION.make(move, revision, by=by, reason=reason)


def give_up_draft(revision: Revision, *, reason: str, by: Person, seen: int | None = None) -> None:
    """Drop a draft. It stays readable for those who work in the unit."""
    same_version(revision, seen)
    REVISION.make("give_up", revision, by=by, reason=reason)


def recall_revision(
    revision: Revision, *, reason: str, by: Person, seen: int | None = None
) -> None:
    """Take an approval back before the revision comes into force: the day was wrong, or the text.
    The one before goes on as if nothing had been decided."""
    same_version(revision, seen)
    before = revision.document.approved_before(revision)
    REVISION.make("recall", revision, by=by, reason=reason)
    if before is not None:
        before.effective_until = None
        journal.write("prolong", before, by=by)


def confirm_document(
    document: Document, *, review_on: date, note: str = "", by: Person, seen: int | None = None
) -> None:
    """Say that a document in force was reviewed and is still right, and when it is looked at next.
    Who finds it outdated begins a revision instead."""
    require(may_review, by, document)
    same_version(document, seen)
    if review_on <= by.district.today:
        message = _l("Choose a later day: the next review lies ahead.")
        raise Invalid(message, review_on=message)
    document.review_on = review_on
    touch(document)  # it may be the same day again
    journal.write("confirm_document", document, by=by, reason=note.strip() or None)


def withdraw_document(
    document: Document, *, reason: str, by: Person, seen: int | None = None
) -> None:
    """Take a document out of force from today on, with everything that is under way."""
    require(may_withdraw, by, document)
    same_version(document, seen)
    if document.withdrawn_on is not None:
        raise OutOfTurn(_l("This document is withdrawn already."))
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    today = by.district.today
    for revision in document.revisions:
        if revision.is_being_written or revision.phase(today) is Phase.APPROVED:
            REVISION.make("withdraw", revision, by=by, reason=reason.strip())
    if (current := document.in_force(today)) is not None:
        current.effective_until = today
    document.withdrawn_on, document.withdrawn_reason = today, reason.strip()
    journal.write("withdraw_document", document, by=by, reason=reason.strip())


def _sign(revision: Revision, role: SignatureRole, person: Person, day: date) -> None:
    """Sign with the name, position and NIP held on the day."""
    signature = revision.signature(role)
    if signature is None:
        signature = Signature(district_id=revision.district_id, role=role)
        revision.signatures.append(signature)
    held = appointment_in(person, revision.document.unit_id, day)
    signature.person_id, signature.person = person.id, person
    signature.name = person.name
    signature.position = held.title if held else None
    signature.nip = held.nip if held else None
    signature.signed_on, signature.signed_at = day, clock.now()


def _unsign(signature: Signature) -> None:
    signature.name = signature.position = signature.nip = None
    signature.signed_on = signature.signed_at = None
