"""Findings on paper: the customary form of one or many in Word, the log in Excel."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, request

from qms.core import clock, dates
from qms.core.downloads import DOCX, XLSX, sent
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.routing import chosen_unit, me, uid_or_404
from qms.findings.log import MOST_LOGGED, actions_sheet, log_sheet
from qms.findings.models import Finding
from qms.findings.papers import Forms, title_of
from qms.findings.queries import finding_by_uid, finding_page, whole_findings
from qms.findings.routes.blueprint import bp
from qms.findings.routes.register import asked_for
from qms.office.blocks import Properties
from qms.office.docx_writer import write_docx
from qms.office.xlsx_writer import write_xlsx
from qms.people.models import Person

AT_ONCE = 500
"""Findings that are loaded at once for the log."""


@bp.get("/findings/<uid>/form.docx")
def form(uid: str) -> Response:
    """The form of one finding."""
    finding = finding_by_uid(me(), uid_or_404(uid))
    return _forms([finding], title_of(finding), finding.number)


@bp.get("/findings/forms.docx")
def forms() -> Response:
    """The forms of the findings on one page of the register, as it is narrowed."""
    person = me()
    page = finding_page(
        person, chosen_unit(), **asked_for().narrowed, cursor=request.args.get("cursor")
    )
    found = whole_findings(person, [UUID(row.uid) for row in page.rows])
    return _forms(found, _("Forms of findings"), _("Forms of findings"))


def _forms(findings: list[Finding], title: str, name: str) -> Response:
    person, target = me(), BytesIO()
    write_docx(
        Forms(findings, person).blocks(),
        target,
        properties=_about(f"{title} {name}" if title != name else title, person),
        header=(person.district.name, name),
        footer=name,
        language="en" if language() == "en" else "id",
    )
    return sent(target, f"{name}.docx", DOCX)


@bp.get("/findings/log.xlsx")
def log() -> Response:
    """The log of what the register is narrowed to."""
    person, target, name = me(), BytesIO(), _("Log of findings")
    uids, is_cut = _uids(person, asked_for().narrowed)
    found = [
        one
        for start in range(0, len(uids), AT_ONCE)
        for one in whole_findings(person, uids[start : start + AT_ONCE])
    ]
    write_xlsx(
        [log_sheet(found, person, is_cut=is_cut), actions_sheet(found, person)],
        target,
        properties=_about(name, person),
        language="en" if language() == "en" else "id",
    )
    day = dates.short_day(person.district.today)
    return sent(target, f"{name} {day}.xlsx", XLSX)


def _uids(person: Person, narrowed: dict[str, Any]) -> tuple[list[UUID], bool]:
    """Those of the register in its order, as many as a log takes, and whether there are more."""
    found: list[UUID] = []
    cursor: str | None = None
    while len(found) < MOST_LOGGED:
        page = finding_page(person, chosen_unit(), **narrowed, cursor=cursor)
        found += [UUID(row.uid) for row in page.rows]
        cursor = page.next
        if cursor is None:
            return found, False
    return found[:MOST_LOGGED], True


def _about(title: str, person: Person) -> Properties:
    return Properties(title=title, created=clock.now(), company=person.district.name)
