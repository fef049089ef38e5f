"""Moves of a revision and its document; the signed scan and the evidence that come later."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request

from qms.core.errors import Invalid, Missing
from qms.core.forms import saved, told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.documents import operations, queries
from qms.documents.forms import ApproveForm, EvidenceForm, ReviewForm, ScanForm
from qms.documents.models import Document, Revision
from qms.documents.permissions import may_approve, may_review, may_revise
from qms.documents.routes.blueprint import bp
from qms.documents.routes.reading import record_page, revision_of
from qms.documents.routes.writing import taken
from qms.evidence.queries import pickable, pieces_by_uid
from qms.evidence.showing import cut_short
from qms.evidence.uploads import received
from qms.people.models import Person

BARE: dict[str, Callable[..., None]] = {
    "submit": operations.submit_revision,
    "check": operations.check_revision,
    "take_back": operations.take_back,
}
WITH_REASON: dict[str, Callable[..., None]] = {
    "send_back": operations.send_back,
    "give_up": operations.give_up_draft,
    "recall": operations.recall_revision,
}


@bp.post("/<uid>/moves/<move>")
def move(uid: str, move: str) -> Any:
    """Make a move with the revision that the page was about (else the one that is being written),
    or withdraw the document."""
    person = me()
    document = queries.document_by_uid(person, uid_or_404(uid))
    number = request.args.get("revision", type=int)
    revision = document.being_written or document.last
    if number is not None:
        revision = revision_of(document, number, person)
    seen = request.form.get("version", type=int)
    reason = request.form.get("reason", "").strip()
    if move == "approve":
        return _approve(document, revision, seen)
    if move in BARE:
        BARE[move](revision, by=person, seen=seen)
    elif move in WITH_REASON:
        WITH_REASON[move](revision, reason=reason, by=person, seen=seen)
    elif move == "withdraw_document":
        operations.withdraw_document(document, reason=reason, by=person, seen=seen)
    else:
        raise Missing(_l("There is nothing at this address."))
    return done("documents.show", uid=uid)


def _approve(document: Document, revision: Revision, seen: int | None) -> Any:
    require(may_approve, me(), revision)
    form = ApproveForm()
    if form.validate():
        try:
            operations.approve_revision(
                revision, by=me(), effective_from=form.effective_from.data, seen=seen
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("Revision %(number)s is approved.", number=revision.shown_number), "success")
            return done("documents.show", uid=document.uid)
    return record_page(document, approve=form), 422


@bp.post("/<uid>/revisions/<int:number>/scan")
def scan(uid: str, number: int) -> Any:
    """Lay the signed scan beside a revision."""
    person = me()
    document = queries.document_by_uid(person, uid_or_404(uid))
    revision = revision_of(document, number, person)
    require(may_revise, person, document)
    form = ScanForm()
    if form.validate():
        try:
            signed = taken(form.signed)
            assert signed is not None  # the form asked for it
            operations.attach_scan(revision, signed, by=person)
        except Invalid as problem:
            told_by(problem, form)
        else:
            return done("documents.show", uid=uid)
    return record_page(document, scan=form), 422


@bp.route("/<uid>/review", methods=["GET", "POST"])
def review(uid: str) -> Any:
    """Say that a document in force was looked at again and is still right."""
    person = me()
    document = queries.document_by_uid(person, uid_or_404(uid))
    require(may_review, person, document)
    form = ReviewForm(version=document.version)
    if saved(
        form,
        lambda: operations.confirm_document(
            document,
            review_on=form.review_on.data,
            note=form.note.data or "",
            by=person,
            seen=form.version.data,
        ),
    ):
        flash(_("The review is noted."), "success")
        return done("documents.show", uid=uid)
    page = render_template("documents/review.html", form=form, document=document)
    return page, 422 if form.errors else 200


@bp.route("/<uid>/evidence", methods=["GET", "POST"])
def evidence(uid: str) -> Any:
    """Add evidence that belongs to the document: new files, or what is filed already."""
    person = me()
    document = queries.document_by_uid(person, uid_or_404(uid))
    require(may_revise, person, document)
    form = EvidenceForm()
    known = {link.evidence_id for link in document.evidence}
    pieces = pickable(person, document.unit_id)
    form.offer([one for one in pieces if one.id not in known], person.district.today)
    form.evidence.description = cut_short(pieces)
    if form.validate_on_submit():
        try:
            _attach(document, form, person)
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The evidence is added."), "success")
            return done("documents.show", uid=uid)
    page = render_template("documents/evidence.html", form=form, document=document)
    return page, 422 if form.errors else 200


def _attach(document: Document, form: EvidenceForm, person: Person) -> None:
    if files := received(form.files):
        operations.attach_evidence(
            document, form.name.data or "", files=files, by=person, uid=form.new_uid
        )
    chosen = pieces_by_uid(person, map(uid_or_404, form.evidence.data))
    operations.attach_filed(document, chosen, by=person)
