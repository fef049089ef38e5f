"""The checklist on paper: its printed editions, each as a page to print and in Word."""

from io import BytesIO
from typing import Any

from flask import flash, render_template, url_for

from qms.audits import note_sheets, operations
from qms.audits.history import LABELS, SENTENCES
from qms.audits.models import Audit, AuditPrint
from qms.audits.operations.scans import takes_notes
from qms.audits.permissions import may_prepare
from qms.audits.permissions.paper import may_file_notes
from qms.audits.place import installation
from qms.audits.queries import audit_by_uid, load_lines
from qms.audits.queries.paper import (
    pages_of_audit,
    print_by_number,
    prints_of,
    sheets_of_audit,
)
from qms.audits.routes.blueprint import bp
from qms.audits.showing import paper as showing
from qms.core.downloads import DOCX, sent
from qms.core.errors import Missing
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.routing import done, me, uid_or_404
from qms.core.timeline import timeline
from qms.office.blocks import Properties
from qms.office.docx_writer import write_docx
from qms.office.qr_codes import qr_svg
from qms.people.models import Person


def internal_audit(uid: str) -> tuple[Person, Audit]:
    """(who asks, the audit): those of certification bodies have no checklist of ours."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    if audit.kind.is_external:
        raise Missing(_("There is nothing at this address."))
    return person, audit


@bp.get("/audits/<uid>/notes")
def notes(uid: str) -> Any:
    """The original notes of an audit: what was printed of its checklist, and what came back."""
    person, audit = internal_audit(uid)
    prints = prints_of(audit)
    return render_template(
        "audits/notes.html",
        audit=audit,
        editions=showing.editions_of(
            prints, sheets_of_audit(audit), pages_of_audit(person, audit), person
        ),
        may_send=may_file_notes(person, audit),
        may_take_off=may_file_notes(person, audit) and takes_notes(audit),
        may_print=may_prepare(person, audit),
        entries=timeline(prints, SENTENCES, LABELS, person.district.timezone) if prints else [],
    )


@bp.post("/audits/<uid>/notes/print")
def print_sheets(uid: str) -> Any:
    """Print an edition; as long as the lines are the same it is the one of before."""
    person, audit = internal_audit(uid)
    load_lines(audit)
    known = {one.id for one in prints_of(audit)}
    printed = operations.print_checklist(audit, by=person)
    if printed.id in known:
        flash(_("Nothing has changed since this edition: print it once more."), "success")
    return done("audits.sheets", uid=uid, number=printed.number)


@bp.get("/audits/<uid>/notes/<int:number>")
def sheets(uid: str, number: int) -> Any:
    """The sheets of an edition, to be printed with the browser."""
    person, audit = internal_audit(uid)
    printed = print_by_number(audit, number)
    return render_template(
        "audits/sheets.html",
        audit=audit,
        printed=printed,
        sheets=[
            (one, qr_svg(one.code, one.code_label))
            for one in note_sheets.sheets_of_print(printed, person, installation())
        ],
        boxes=note_sheets.boxes(),
        notes_label=note_sheets.notes_label(),
        foot=note_sheets.foot(),
        file_url=url_for("audits.sheets_file", uid=uid, number=number),
    )


@bp.get("/audits/<uid>/notes/<int:number>.docx")
def sheets_file(uid: str, number: int) -> Any:
    """The sheets of an edition in Word."""
    person, audit = internal_audit(uid)
    printed = print_by_number(audit, number)
    target = BytesIO()
    write_docx(
        note_sheets.blocks_of(note_sheets.sheets_of_print(printed, person, installation())),
        target,
        properties=Properties(
            title=f"{_('Audit checklist')} {audit.number}",
            created=printed.printed_at,
            company=person.district.name,
        ),
        header=(person.district.name, _edition(audit, printed)),
        language="en" if language() == "en" else "id",
    )
    name = f"{audit.number}-{_('Checklist')}-{printed.number}.docx"
    return sent(target, name, DOCX)


def _edition(audit: Audit, printed: AuditPrint) -> str:
    return f"{audit.number} · {_('Edition %(n)s', n=printed.number)}"
