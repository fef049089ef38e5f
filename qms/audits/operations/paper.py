"""The checklist on paper: printing an edition of it."""

from sqlalchemy import select

from qms.audits.models import Audit, AuditPrint, AuditPrintLine
from qms.audits.note_sheets import asked_of
from qms.audits.permissions import may_prepare
from qms.audits.queries.paper import last_print
from qms.audits.sheet_layout import sheets_of
from qms.core import clock, journal
from qms.core.db import db
from qms.core.errors import OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person


def print_checklist(audit: Audit, *, by: Person) -> AuditPrint:
    """The checklist, loaded, as an edition on paper: each of its lines has its sheet, which stays.
    As long as the lines are the same it is the edition of before."""
    require(may_prepare, by, audit)
    if not audit.listed:
        raise OutOfTurn(_l("Make the checklist first."))
    # One after the other, so that two who print at once get one edition.
    db.session.execute(select(Audit.id).where(Audit.id == audit.id).with_for_update())
    sheets = sheets_of([asked_of(line) for line in audit.listed])
    wanted = [(one.asked.key, n, one.place) for n, sheet in enumerate(sheets, 1) for one in sheet]
    last = last_print(audit)
    if last is not None and wanted == [(one.line_id, one.sheet, one.place) for one in last.lines]:
        return last
    printed = AuditPrint(
        district_id=audit.district_id,
        number=last.number + 1 if last else 1,
        sheets=len(sheets),
        printed_by_id=by.id,
        printed_at=clock.now(),
    )
    printed.audit = audit
    printed.lines = [
        AuditPrintLine(district_id=audit.district_id, line_id=line_id, sheet=sheet, place=place)
        for line_id, sheet, place in wanted
    ]
    db.session.add(printed)
    journal.write("print_checklist", printed, by=by, sheets=len(sheets))
    return printed
