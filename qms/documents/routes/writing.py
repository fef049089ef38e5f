"""Pages to write: a new document, its facts, a new revision, a draft."""

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request, url_for

from qms.core.db import AccessClass
from qms.core.errors import Invalid, Missing, OutOfTurn, Refused, Stale
from qms.core.files import Received, receive
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.core.uids import read_uid
from qms.documents import operations, queries
from qms.documents.forms import (
    ContentFields,
    FactsForm,
    NewDocumentForm,
    NewRevisionForm,
    RevisionForm,
)
from qms.documents.models import (
    Classification,
    Document,
    DocumentType,
    FileRole,
    Revision,
    RevisionState,
    SignatureRole,
)
from qms.documents.numbers import Numbers
from qms.documents.operations import Content, Signatories
from qms.documents.permissions import may_edit, may_revise, may_write
from qms.documents.routes.blueprint import bp
from qms.documents.routes.reading import draftable, front_of
from qms.people.models import Person, Position
from qms.people.queries import people_in, positions_in
from qms.people.roles import NEED_TO_KNOW
from qms.standards.queries import clause_choices, editions_in_use
from qms.units.tree import Node


class Choices:
    """The people and positions that a unit's document may name."""

    def __init__(self, person: Person, unit_id: int) -> None:
        tree = person.rights.tree
        near = [unit_id, *(node.id for node in tree.ancestors(unit_id))]
        self.person, self.unit_id = person, unit_id
        self.people = {str(one.uid): one for one in people_in(person.district, near)}
        self.positions = {str(one.uid): one for one in positions_in(person.district, near)}
        self.signatories = {
            str(one.uid): one for one in queries.possible_signatories(person, unit_id)
        }
        self.preparers = {str(person.uid): person, **self.people}

    def offer(self, form: Any, kept: Sequence[int] = ()) -> None:
        """Fill the choices of a form's fields in."""
        if isinstance(form, FactsForm):
            form.offer(
                [
                    ("", "–"),
                    *(
                        (f"position:{uid}", _("%(title)s (position)", title=one.title))
                        for uid, one in self.positions.items()
                    ),
                    *((f"person:{uid}", one.name) for uid, one in self.people.items()),
                ],
                clause_choices(
                    [edition.key for edition in editions_in_use([self.unit_id])], keep=kept
                ),
                may_restrict=self.person.holds(NEED_TO_KNOW, self.unit_id),
            )
        if isinstance(form, ContentFields):
            form.offer_signatories(
                [(uid, one.name) for uid, one in self.preparers.items()],
                [(uid, one.name) for uid, one in self.signatories.items()],
            )

    def keep(self, document: Document, revision: Revision | None = None) -> None:
        """Offer who is named already, though they may have left the unit."""
        if document.owner_person is not None:
            self.people.setdefault(str(document.owner_person.uid), document.owner_person)
        if document.owner_position is not None:
            self.positions.setdefault(str(document.owner_position.uid), document.owner_position)
        for signature in revision.signatures if revision else []:
            if signature.person is not None:
                known = (
                    self.preparers if signature.role is SignatureRole.PREPARED else self.signatories
                )
                known.setdefault(str(signature.person.uid), signature.person)

    def owner(self, value: str | None) -> Person | Position | None:
        kind, _colon, uid = (value or "").partition(":")
        return self.positions.get(uid) if kind == "position" else self.people.get(uid)

    def named(self, form: Any) -> Signatories:
        return Signatories(
            prepared=self.preparers.get(form.prepared_by.data),
            checked=self.signatories.get(form.checked_by.data),
            approved=self.signatories.get(form.approved_by.data),
        )


def taken(field: Any) -> Received | None:
    """The file of a form's field, checked and in the store; Invalid at that field."""
    upload = field.data
    if not upload or not upload.filename:
        return None
    try:
        return receive(upload.stream, upload.filename)
    except Invalid as problem:
        raise Invalid(problem.message, **{field.name: problem.message}) from problem


def _content(form: Any) -> Content:
    removed = {
        role
        for role, name in ((FileRole.SOURCE, "remove_source"), (FileRole.SIGNED, "remove_signed"))
        if name in form and form[name].data
    }
    return Content(
        body=form.body.data,
        link=form.link.data,
        source=taken(form.source),
        signed=taken(form.signed),
        removed=frozenset(removed),
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """A new document. The unit is chosen first: who may sign depends on it."""
    person = me()
    units = draftable(person)
    if not units:
        raise Refused(_l("You do not have the right to do this here."))
    unit = _unit_of(units)
    choices = Choices(person, unit.id)
    form, like = NewDocumentForm(), _like(person)
    choices.offer(form, [link.clause_id for link in like.document.clauses] if like else ())
    form.offer_numbers(
        Numbers(person.rights.tree, unit.id, person.district_id).by_type(person.district.today)
    )
    if request.method == "GET":
        _fill_in(form, person, unit)
        if like is not None:
            _fill_from(form, like)
    elif form.validate():
        try:
            document = _drafted(form, choices, like)
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("%(number)s is drafted.", number=document.number), "success")
            return done("documents.show", uid=document.uid)
    page = render_template(
        "documents/new.html",
        form=form,
        unit=unit,
        units=units,
        like=like,
        index_url=url_for("documents.index"),
    )
    return page, 422 if form.errors else 200


def _unit_of(units: list[Node]) -> Node:
    """The unit of the form or of the address, else the one the switcher stands on, else the
    first."""
    asked = read_uid(request.values.get("unit", ""))
    if asked is not None:
        found = next((node for node in units if node.uid == asked), None)
        if found is None:
            raise Missing(_l("There is no such unit, or it is not for you."))
        return found
    current = chosen_unit()
    return next((node for node in units if node.id == current), units[0])


def _fill_in(form: NewDocumentForm, person: Person, unit: Node) -> None:
    form.unit.data = str(unit.uid)
    form.type.data = DocumentType.PROCEDURE.value
    form.change_note.data = _("First issue")
    form.prepared_by.data = str(person.uid)
    approver = queries.usual_approver(person, unit.id)
    form.approved_by.data = str(approver.uid) if approver else ""


def _like(person: Person) -> Revision | None:
    """The revision that a new document starts from: what a document that the person sees shows."""
    asked = request.values.get("like")
    if not asked:
        return None
    found = front_of(queries.document_by_uid(person, uid_or_404(asked)), person)
    if found is None:
        raise Missing(_l("There is no such document, or it is not for you."))
    return found


def _fill_from(form: NewDocumentForm, like: Revision) -> None:
    """Everything but its number, its people and its signed scan."""
    document = like.document
    form.like.data = str(document.uid)
    form.title.data, form.type.data = document.title, document.type.value
    form.classification.data, form.language.data = document.classification.value, document.language
    form.clause_ids.data = [link.clause_id for link in document.clauses]
    form.body.data, form.link.data = like.body, like.link
    if "access" in form:
        form.access.data = document.access.value


def _drafted(form: NewDocumentForm, choices: Choices, like: Revision | None) -> Document:
    return operations.draft_document(
        choices.unit_id,
        by=choices.person,
        uid=form.new_uid,
        like=like,
        number=form.number.data,
        change_note=form.change_note.data or "",
        content=_content(form),
        signatories=choices.named(form),
        access=_access(form) or AccessClass.ORDINARY,
        **_facts(form, choices),
        type=DocumentType(form.type.data),
    )


def _facts(form: FactsForm, choices: Choices) -> dict[str, Any]:
    return {
        "title": form.title.data,
        "owner": choices.owner(form.owner.data),
        "classification": Classification(form.classification.data),
        "language": form.language.data,
        "review_on": form.review_on.data,
        "clause_ids": form.clause_ids.data or [],
    }


def _access(form: FactsForm) -> AccessClass | None:
    return AccessClass(form.access.data) if "access" in form else None


def _document(uid: str) -> Document:
    return queries.document_by_uid(me(), uid_or_404(uid))


@bp.route("/<uid>/edit", methods=["GET", "POST"])
def edit(uid: str) -> Any:
    """Correct a document's facts."""
    person, document = me(), _document(uid)
    require(may_edit, person, document)
    choices = Choices(person, document.unit_id)
    choices.keep(document)
    form = FactsForm(obj=document)
    choices.offer(form, document.clause_ids)
    if document.was_approved:
        del form.number, form.type
    if form.validate_on_submit():
        try:
            operations.edit_document(
                document,
                by=person,
                access=_access(form),
                number=form.number.data if "number" in form else None,
                type=DocumentType(form.type.data) if "type" in form else None,
                seen=form.version.data,
                **_facts(form, choices),
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            return done("documents.show", uid=uid)
    page = render_template("documents/edit.html", form=form, document=document)
    return page, 422 if form.errors else 200


@bp.route("/<uid>/revise", methods=["GET", "POST"])
def revise(uid: str) -> Any:
    """Begin a new revision."""
    person, document = me(), _document(uid)
    require(may_revise, person, document)
    form = NewRevisionForm(version=document.version)
    if form.validate_on_submit():
        try:
            operations.new_revision(
                document,
                change_note=form.change_note.data,
                copy=form.copy.data,
                by=person,
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            return done("documents.edit_revision", uid=uid)
    page = render_template(
        "documents/revise.html",
        form=form,
        document=document,
        number=f"{document.last.number + 1:02d}",
    )
    return page, 422 if form.errors else 200


@bp.route("/<uid>/draft", methods=["GET", "POST"])
def edit_revision(uid: str) -> Any:
    """Write the draft: text, files, change note, who is to sign."""
    person, document = me(), _document(uid)
    revision = document.being_written or document.last
    require(may_write, person, revision)
    if revision.state is not RevisionState.DRAFT and request.method == "GET":
        raise OutOfTurn(_l("There is no draft to write on. Begin a new revision first."))
    choices = Choices(person, document.unit_id)
    choices.keep(document, revision)
    form = RevisionForm(obj=revision)
    choices.offer(form)
    for role, field in ((FileRole.SOURCE, "remove_source"), (FileRole.SIGNED, "remove_signed")):
        if revision.file(role) is None:
            del form[field]
    status, problem = 200, ""
    if form.validate_on_submit():
        try:
            operations.edit_revision(
                revision,
                change_note=form.change_note.data or "",
                content=_content(form),
                signatories=choices.named(form),
                by=person,
                seen=form.version.data,
            )
        except Invalid as invalid:
            told_by(invalid, form)
        except Stale:
            raise  # both versions are shown
        except OutOfTurn as too_late:  # what was typed stays on the page
            status, problem = too_late.status, str(too_late)
        else:
            return done("documents.show", uid=uid)
    page = render_template(
        "documents/edit_revision.html",
        problem=problem,
        form=form,
        document=document,
        revision=revision,
        source=_name_of(revision, FileRole.SOURCE),
        signed=_name_of(revision, FileRole.SIGNED),
    )
    return page, 422 if form.errors else status


def _name_of(revision: Revision, role: FileRole) -> str:
    file = revision.file(role)
    return file.name if file else ""
