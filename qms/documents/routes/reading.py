"""Pages to read: the master list, a document, a revision as on paper, a file."""

from typing import Any

from flask import render_template, request, url_for

from qms.core import files as store
from qms.core.errors import Missing
from qms.core.i18n import LANGUAGES, ngettext
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.registers import Filter, choice_filter, chosen, move_buttons, page_links
from qms.core.routing import chosen_unit, me, uid_or_404
from qms.core.workflow import OpenMove
from qms.documents import queries, showing
from qms.documents.forms import ApproveForm, ScanForm
from qms.documents.history import story
from qms.documents.models import (
    Classification,
    Document,
    DocumentType,
    FileRole,
    Phase,
    Revision,
    RevisionState,
)
from qms.documents.permissions import (
    barred_signatory,
    may_draft,
    may_edit,
    may_read,
    may_review,
    may_revise,
    may_withdraw,
    may_write,
)
from qms.documents.queries import Standing, Wanted
from qms.documents.routes.blueprint import bp
from qms.documents.workflow import REVISION
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import WORKS
from qms.standards.queries import (
    cited_text,
    clause_by_key,
    editions_in_use,
    in_clause_order,
    shelf,
)

ON_PAPER = 1000
"""Rows of the printed master list; longer ones are printed by unit or type."""


@bp.get("/")
def index() -> Any:
    """The master list: what is in force, unless filters ask for more."""
    person = me()
    wanted = _wanted()
    page = queries.master_list(person, chosen_unit(), wanted, request.args.get("cursor"))
    previous_url, next_url = page_links(page, "documents.index")
    return render_template(
        "documents/index.html",
        rows=showing.register_rows(page.rows, person),
        filters=_filters(person, wanted),
        q=wanted.q,
        is_narrowed=bool(request.args),
        previous_url=previous_url,
        next_url=next_url,
        shown_text=ngettext(
            "%(num)s row on this page", "%(num)s rows on this page", len(page.rows)
        ),
        paper_url=url_for("documents.master_list", **_query()),
        may_draft=person.rights.hold_anywhere(WORKS),
        may_number=bool(queries.pattern_units(person)),
    )


def _query() -> dict[str, Any]:
    return request.args.to_dict(flat=False)


def _wanted() -> Wanted:
    known = shelf().by_key
    clauses = [clause_by_key(key) for key in request.args.getlist("clause") if key in known]
    return Wanted(
        standings=chosen("standing", Standing),
        types=chosen("type", DocumentType),
        classifications=chosen("classification", Classification),
        clause_ids=showing.with_what_is_under(clauses),
        q=request.args.get("q", "")[:200],
    )


def _filters(person: Person, wanted: Wanted) -> list[Filter]:
    standings = wanted.standings or (Standing.IN_FORCE,)
    units = sight_of(person, chosen_unit()).units.ids
    return [
        choice_filter("standing", _("State"), Standing, standings),
        choice_filter("type", _("Type"), DocumentType, wanted.types),
        choice_filter(
            "classification", _("Classification"), Classification, wanted.classifications
        ),
        showing.clause_filter(editions_in_use(units), request.args.getlist("clause")),
    ]


@bp.get("/master-list")
def master_list() -> Any:
    """The same list with all columns of the paper form, to print."""
    person = me()
    page = queries.master_list(person, chosen_unit(), _wanted(), size=ON_PAPER)
    tree = person.rights.tree
    unit = tree.get(chosen_unit()) or tree.root
    return render_template(
        "documents/master_list.html",
        rows=showing.paper_rows(page.rows, person),
        unit=unit.name,
        today=person.district.today,
        is_cut=page.next is not None,
        most=ON_PAPER,
        register_url=url_for("documents.index", **_query()),
    )


@bp.get("/<uid>")
def show(uid: str) -> Any:
    """A document: what is in force, what is being written, its history."""
    document = queries.document_by_uid(me(), uid_or_404(uid))
    return record_page(document)


def record_page(document: Document, **forms: Any) -> str:
    """The document's page, with forms of its own that may have been filled in wrongly."""
    person = me()
    day = person.district.today
    written = document.being_written
    if written is not None and not may_read(person, written):
        written = None
    front = front_of(document, person)
    ahead = document.ahead(day)
    moves = REVISION.open_to(person, written) if written else []
    may_approve_now = any(move.name == "approve" and not move.blocked_because for move in moves)
    return render_template(
        "documents/show.html",
        document=document,
        uid=document.uid,
        unit=person.rights.tree.path(document.unit_id),
        phase=(str(document.phase(day).label), showing.TONES[document.phase(day)]),
        written=written,
        barred=barred_signatory(written) if written else None,
        front=front,
        front_phase=front and showing.revision_phase(front, day),
        shown=showing,
        steps=showing.steps(written or front or document.last, day),
        moves=move_buttons(
            [move for move in moves if move.name != "approve" or move.blocked_because],
            "documents.move",
            uid=document.uid,
            revision=written.number if written else None,
        ),
        ahead=ahead,
        recall_moves=move_buttons(
            [move for move in REVISION.open_to(person, ahead) if move.name == "recall"],
            "documents.move",
            uid=document.uid,
            revision=ahead.number,
        )
        if ahead
        else [],
        document_moves=move_buttons(
            _document_moves(document, person), "documents.move", uid=document.uid
        ),
        approve_form=(forms.get("approve") or ApproveForm(formdata=None, effective_from=day))
        if may_approve_now
        else None,
        scan_form=(forms.get("scan") or ScanForm(formdata=None))
        if front and _wants_scan(front, person)
        else None,
        may_add_evidence=may_revise(person, document),
        language=LANGUAGES.get(document.language, document.language),
        clauses=cited_text(in_clause_order(link.clause_id for link in document.clauses)),
        review_tone=showing.review_tone(document.review_on, day),
        review_note=showing.review_note(document.review_on, day)
        if may_review(person, document)
        else None,
        history=showing.history_rows(document, person),
        evidence=showing.evidence_rows(document, person),
        entries=story(document, person),
        may_edit=may_edit(person, document),
        may_copy=front is not None and bool(draftable(person)),
        may_revise=may_revise(person, document)
        and document.being_written is None
        and document.withdrawn_on is None,
        may_write=written is not None
        and written.state is RevisionState.DRAFT
        and may_write(person, written),
    )


def front_of(document: Document, person: Person) -> Revision | None:
    """The revision that a reader is shown first: in force, else approved for later, else the last
    one that was; None before the first approval."""
    day = person.district.today
    current = document.in_force(day)
    if current is not None:
        return current
    approved = [one for one in document.revisions if one.state is RevisionState.APPROVED]
    ahead = [one for one in approved if one.phase(day) is Phase.APPROVED]
    return ahead[0] if ahead else approved[-1] if approved else None


def _wants_scan(front: Revision, person: Person) -> bool:
    return front.file(FileRole.SIGNED) is None and may_revise(person, front.document)


def _document_moves(document: Document, person: Person) -> list[OpenMove]:
    if document.withdrawn_on is not None or not may_withdraw(person, document):
        return []
    return [OpenMove("withdraw_document", _l("Withdraw the document"), "normal", True, None)]


@bp.get("/<uid>/revisions/<int:number>")
def revision(uid: str, number: int) -> Any:
    """A revision as on paper: head, text, signatures; marked if it is not in force."""
    person = me()
    document = queries.document_by_uid(person, uid_or_404(uid))
    found = revision_of(document, number, person)
    day = person.district.today
    preview, problem = showing.source_html(found)
    return render_template(
        "documents/revision.html",
        document=document,
        revision=found,
        unit=person.rights.tree.path(document.unit_id),
        phase=showing.revision_phase(found, day),
        stamp=showing.stamp_of(found, day),
        text=showing.body_html(found),
        preview=preview,
        problem=problem,
        shown=showing,
    )


def revision_of(document: Document, number: int, person: Person) -> Revision:
    """A revision by its number, if this person may read it; Missing otherwise."""
    for one in document.revisions:
        if one.number == number and may_read(person, one):
            return one
    raise Missing(_l("There is no such revision, or it is not for you."))


@bp.get("/<uid>/revisions/<int:number>/files/<role>")
def file(uid: str, number: int, role: str) -> Any:
    """A file of a revision: a download, or shown in place with ?show=1 if any browser can."""
    if role not in list(FileRole):
        raise Missing(_l("There is no such file, or it is not for you."))
    found = queries.file_of(me(), uid_or_404(uid), number, FileRole(role))
    return store.send(found.stored, found.name, inline="show" in request.args)


def draftable(person: Person) -> list[Any]:
    """The open units in which a person may draft, in the order of the tree."""
    return [node for node in person.rights.tree if node.is_open and may_draft(person, node.id)]
