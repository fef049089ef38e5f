"""The documents that must change before a finding is closed."""

from typing import Any

from flask import flash, render_template, request

from qms.core.errors import Missing, OutOfTurn
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.documents.queries import document_by_uid
from qms.findings import operations
from qms.findings.forms import DocumentsForm
from qms.findings.models import Finding
from qms.findings.permissions import may_name_documents
from qms.findings.queries import finding_by_uid, nameable_documents
from qms.findings.routes.blueprint import bp


def _finding(uid: str) -> Finding:
    finding = finding_by_uid(me(), uid_or_404(uid))
    if not finding.is_open:
        raise OutOfTurn(_("The finding is not in a state for this. Look at it again."))
    require(may_name_documents, me(), finding)
    return finding


@bp.route("/findings/<uid>/documents", methods=["GET", "POST"])
def documents(uid: str) -> Any:
    """Name documents that must get a new revision before it is closed."""
    person, finding = me(), _finding(uid)
    form = DocumentsForm()
    form.offer(nameable_documents(person, finding))

    def name() -> None:
        chosen = [document_by_uid(person, uid_or_404(one)) for one in form.document.data]
        operations.name_documents(finding, chosen, by=person)

    if saved(form, name):
        flash(_("It cannot be closed before they have a new revision."), "success")
        return done("findings.show", uid=uid)
    page = render_template("findings/documents.html", form=form, finding=finding)
    return page, 422 if form.errors else 200


@bp.post("/findings/<uid>/documents/<document>")
def settle_document(uid: str, document: str) -> Any:
    """Say that no change of a document was needed."""
    finding, wanted = _finding(uid), uid_or_404(document)
    named = next((one for one in finding.documents if one.document.uid == wanted), None)
    if named is None:
        raise Missing(_("This document does not wait for a change any more."))
    operations.settle_document(
        finding,
        named.document,
        reason=request.form.get("reason", ""),
        version=request.form.get("version", type=int),
        by=me(),
    )
    flash(_("Saved."), "success")
    return done("findings.show", uid=uid)
