"""The page of a finding, with what led to it: complaints, the record from whose page it was raised.

A finding knows none of them.
"""

from typing import Any, NamedTuple

from flask import flash, request, url_for
from sqlalchemy import Select

from qms.actions.models import Action
from qms.audits.models import Audit
from qms.audits.queries.findings import lead_auditor_of
from qms.certificates.models import Certificate
from qms.complaints.queries import beside_finding
from qms.complaints.showing import led_here
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.routing import done, me, uid_or_404
from qms.documents.models import Document
from qms.evidence.models import Evidence
from qms.findings import changes, checks, operations
from qms.findings.beside import Beside, Side, beside, stream
from qms.findings.models import Finding, UnitCheck
from qms.findings.queries import finding_by_uid
from qms.findings.routes import bp as findings
from qms.findings.routes.story import record_page
from qms.people.models import Person
from qms.people.rights import sight_of


class Origin(NamedTuple):
    """A kind of record from whose page findings are raised."""

    label: Any
    model: Any
    title: Any
    endpoint: str


ORIGINS = {
    "action": Origin(_l("Action"), Action, Action.what, "actions.show"),
    "audit": Origin(_l("Audit"), Audit, Audit.title, "audits.show"),
    "certificate": Origin(_l("Certificate"), Certificate, Certificate.body, "certificates.show"),
    "document": Origin(_l("Document"), Document, Document.title, "documents.show"),
    "evidence": Origin(_l("Evidence"), Evidence, Evidence.name, "evidence.show"),
    "unit_check": Origin(
        _l("Question from another unit"), UnitCheck, UnitCheck.question, "findings.check"
    ),
}
"""Of a unit the tree knows all. Every kind of `findings.about.KINDS` stands here."""


@findings.get("/findings/<uid>")
def show(uid: str) -> str:
    """The story of a finding: what was found, what led to it, what was done, who checked it."""
    person = me()
    finding = finding_by_uid(person, uid_or_404(uid))
    streams = [
        changes.of_finding(finding, person),
        checks.of_finding(finding),
        beside_finding(person, finding),
        *_origin_stream(finding, person),
    ]
    others = beside(finding, person, streams)
    complaints = led_here(one for one in others if one.side is Side.COMPLAINT)
    return record_page(finding, person, others, complaints, _origin(finding, person, others))


def _origin_stream(finding: Finding, person: Person) -> list[Select[Any]]:
    kind = ORIGINS.get(finding.raised_about or "")
    if kind is None:
        return []
    found = stream(Side.ORIGIN, uid=kind.model.uid, number=kind.title, title=kind.title)
    conditions = sight_of(person).conditions(kind.model)
    return [found.where(kind.model.uid == finding.raised_about_uid, *conditions)]


def _origin(finding: Finding, person: Person, others: list[Beside]) -> tuple[str, str, str] | None:
    """The record from whose page it was raised, for who sees it: what it is, title, address."""
    if finding.raised_about == "unit":
        node = person.rights.tree.by_uid(finding.raised_about_uid)
        if node is None or node.id not in sight_of(person).units:
            return None
        return _("Unit"), node.name, url_for("overview.unit", uid=node.uid)
    for one in others:
        if one.side is Side.ORIGIN:
            kind = ORIGINS[str(finding.raised_about)]
            return str(kind.label), one.title[:160], url_for(kind.endpoint, uid=one.uid)
    return None


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
