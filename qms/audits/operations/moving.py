"""The moves of an audit: begun, reported, closed, cancelled, gone on with."""

from qms.audits.models import Audit
from qms.audits.workflow import AUDIT
from qms.core.db import db, same_version
from qms.people.models import Person


def move(
    name: str,
    audit: Audit,
    *,
    by: Person,
    reason: str | None = None,
    version: int | None = None,
) -> None:
    """Make a move. What follows from the state is set here and nowhere else: since when the audit
    is open, and since when it is closed."""
    reason = (reason or "").strip() or None
    AUDIT.check(name, audit, by=by, reason=reason)
    same_version(audit, version)
    with db.session.no_autoflush:
        if name == "open":
            audit.opened_on = by.district.today
        audit.closed_on = by.district.today if name == "close" else None
        AUDIT.make(name, audit, by=by, reason=reason)


def open_audit(audit: Audit, *, by: Person, version: int | None = None) -> None:
    """Begin: the team is independent and the checklist is there."""
    move("open", audit, by=by, version=version)


def receive_report(audit: Audit, *, by: Person, version: int | None = None) -> None:
    """The certification body's report has come."""
    move("receive", audit, by=by, version=version)


def close_audit(audit: Audit, *, by: Person, version: int | None = None) -> None:
    """Close: the report is signed, every line answered, every nonconformity followed up."""
    move("close", audit, by=by, version=version)


def reopen_audit(audit: Audit, *, reason: str, by: Person, version: int | None = None) -> None:
    """Go on with an audit that was reported or closed; a new issue of the report follows."""
    move("reopen", audit, by=by, reason=reason, version=version)


def cancel_audit(audit: Audit, *, reason: str, by: Person, version: int | None = None) -> None:
    """It will not be held, or not be finished; its findings stay."""
    move("cancel", audit, by=by, reason=reason, version=version)
