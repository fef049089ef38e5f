"""States and moves of a revision, as a table."""

from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.workflow import Move, Workflow
from qms.documents.models import Phase, Revision, RevisionState, SignatureRole
from qms.documents.permissions import (
    may_approve,
    may_check,
    may_recall,
    may_record_approved,
    may_send_back,
    may_take_back,
    may_withdraw_revision,
    may_write,
    writers_of,
)
from qms.units.models import District


def is_incomplete(revision: Revision) -> str | None:
    """What a draft still lacks before it can be reviewed."""
    if not revision.has_content:
        return _("It is empty. Add a file, write the text here, or give a link.")
    if not revision.change_note.strip():
        return _("Write what changed in the change note.")
    prepared = revision.signature(SignatureRole.PREPARED)
    approver = revision.signature(SignatureRole.APPROVED)
    if prepared is None or prepared.person_id is None:
        return _("Name who prepared it.")
    if approver is None or approver.person_id is None:
        return _("Name who is to approve it.")
    if approver.person_id in writers_of(revision):
        return _("Who wrote or prepared it cannot approve it. Name another approver.")
    return None


def is_checked(revision: Revision) -> str | None:
    """Why it needs no check any more."""
    checker = revision.signature(SignatureRole.CHECKED)
    return _("It is checked already.") if checker and checker.signed_at else None


def lacks_check(revision: Revision) -> str | None:
    """The named checker comes before the approver."""
    checker = revision.signature(SignatureRole.CHECKED)
    if checker is None or checker.signed_at is not None:
        return None
    return _("%(name)s has not checked it yet.", name=checker.shown_name)


def is_decided(revision: Revision) -> str | None:
    """Why an approval cannot be taken back any more."""
    district = db.session.get_one(District, revision.district_id)
    if revision.phase(district.today) is not Phase.APPROVED:
        return _("It has come into force. Begin a new revision, or withdraw the document.")
    if revision.effective_until is not None:
        return _("A later revision is approved already. Take that one back first.")
    return None


DRAFT, IN_REVIEW = RevisionState.DRAFT, RevisionState.IN_REVIEW
APPROVED, WITHDRAWN = RevisionState.APPROVED, RevisionState.WITHDRAWN

REVISION = Workflow(
    Move(
        "submit",
        _l("Submit for review"),
        DRAFT,
        IN_REVIEW,
        may_write,
        unless=is_incomplete,
        tone="primary",
    ),
    Move(
        "check",
        _l("Sign as checked"),
        IN_REVIEW,
        IN_REVIEW,
        may_check,
        unless=is_checked,
        tone="primary",
    ),
    Move(
        "approve",
        _l("Approve"),
        IN_REVIEW,
        APPROVED,
        may_approve,
        unless=lacks_check,
        tone="primary",
    ),
    Move("send_back", _l("Send back"), IN_REVIEW, DRAFT, may_send_back, needs_reason=True),
    Move("take_back", _l("Take back"), IN_REVIEW, DRAFT, may_take_back),
    Move("give_up", _l("Give up this draft"), DRAFT, WITHDRAWN, may_write, needs_reason=True),
    Move(
        "recall",
        _l("Take the approval back"),
        APPROVED,
        WITHDRAWN,
        may_recall,
        unless=is_decided,
        needs_reason=True,
    ),
    Move(
        "withdraw",
        _l("Withdraw"),
        (DRAFT, IN_REVIEW, APPROVED),
        WITHDRAWN,
        may_withdraw_revision,
        needs_reason=True,
        automatic=True,
    ),
    Move(
        "record_approved",
        _l("Record as approved before"),
        DRAFT,
        APPROVED,
        may_record_approved,
        automatic=True,
    ),
)
"""Withdrawing is made by withdrawing the whole document; of an approved revision only where it has
not come into force, because what was in force stays so in history. Recording as approved is made
by an import whose corrected file says so."""
