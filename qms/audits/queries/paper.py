"""Reads of the checklist on paper: printed editions, and what came back of them."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.audits.models import Audit, AuditLine, AuditPrint, AuditPrintLine
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l

MOST_PRINTS = 50
"""Editions of one audit that its page shows, the newest."""


def prints_of(audit: Audit) -> list[AuditPrint]:
    """The editions of an audit's checklist, newest first."""
    return list(
        db.session.scalars(
            select(AuditPrint)
            .where(AuditPrint.district_id == audit.district_id, AuditPrint.audit_id == audit.id)
            .order_by(AuditPrint.number.desc())
            .options(joinedload(AuditPrint.printed_by))
            .limit(MOST_PRINTS)
        )
    )


def last_print(audit: Audit) -> AuditPrint | None:
    """The newest edition, with its lines."""
    return db.session.scalars(
        select(AuditPrint)
        .where(AuditPrint.district_id == audit.district_id, AuditPrint.audit_id == audit.id)
        .order_by(AuditPrint.number.desc())
        .options(selectinload(AuditPrint.lines))
        .limit(1)
    ).one_or_none()


def print_by_number(audit: Audit, number: int) -> AuditPrint:
    """An edition of this audit's checklist with its lines, and what these ask; Missing
    otherwise. Three queries."""
    found = db.session.scalars(
        select(AuditPrint)
        .where(
            AuditPrint.district_id == audit.district_id,
            AuditPrint.audit_id == audit.id,
            AuditPrint.number == number,
        )
        .options(
            selectinload(AuditPrint.lines)
            .joinedload(AuditPrintLine.line)
            .selectinload(AuditLine.clauses)
        )
    ).one_or_none()
    if found is None:
        raise Missing(_l("There is no such edition of the checklist, or it is not for you."))
    return found
