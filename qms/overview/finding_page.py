"""The page of a finding, with the complaints that led to it, and disputing it: a finding knows
neither complaints nor the audit from which it came."""

from typing import Any

from flask import flash, request

from qms.audits.queries.findings import lead_auditor_of
from qms.complaints.queries import beside_finding
from qms.complaints.showing import led_here
from qms.core.i18n import gettext as _
from qms.core.routing import done, me, uid_or_404
from qms.findings import operations
from qms.findings.beside import Side, beside
from qms.findings.changes import of_finding
from qms.findings.queries import finding_by_uid
from qms.findings.routes import bp as findings
from qms.findings.routes.story import record_page


@findings.get("/findings/<uid>")
def show(uid: str) -> str:
    """The story of a finding: what was found, what led to it, what was done, who checked it."""
    person = me()
    finding = finding_by_uid(person, uid_or_404(uid))
    streams = [of_finding(finding, person), beside_finding(person, finding)]
    others = beside(finding, person, streams)
    complaints = led_here(one for one in others if one.side is Side.COMPLAINT)
    return record_page(finding, person, others, complaints)


@findings.post("/findings/<uid>/moves/dispute")
def dispute(uid: str) -> Any:
    """The unit does not accept it: to who led the audit from which it came."""
    finding = finding_by_uid(me(), uid_or_404(uid))
    operations.dispute_finding(
        finding,
        reason=request.form.get("reason", ""),
        by=me(),
        lead_auditor_id=lead_auditor_of(finding),
        version=request.form.get("version", type=int),
    )
    flash(_("The dispute is sent. Whoever decides it finds it in My work."), "success")
    return done("findings.show", uid=uid)
