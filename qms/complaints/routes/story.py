"""One complaint: its story, sorting it, answering it, its evidence, its moves."""

from typing import Any

from flask import abort, flash, render_template, request, url_for

from qms.complaints import operations, showing
from qms.complaints.categories import categories_on
from qms.complaints.forms import (
    AnswerForm,
    ArrangeForm,
    EvidenceForm,
    RateForm,
    ReasonForm,
    access_chosen,
    category_choices,
)
from qms.complaints.history import LABELS, SENTENCES
from qms.complaints.models import Complaint, ComplaintState
from qms.complaints.permissions import (
    may_add_evidence,
    may_answer,
    may_erase_complainant,
    may_handle,
    may_raise_from,
    may_restrict,
    sees,
)
from qms.complaints.queries import (
    complaint_by_uid,
    evidence_beside,
    findings_of,
    services_in,
)
from qms.complaints.routes.blueprint import bp
from qms.complaints.workflow import COMPLAINT
from qms.core.db import AccessClass
from qms.core.errors import Invalid, OutOfTurn
from qms.core.forms import saved, told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.registers import move_buttons
from qms.core.routing import done, me, uid_or_404
from qms.core.timeline import timeline
from qms.core.uids import read_uid
from qms.evidence.permissions import may_classify
from qms.evidence.uploads import received
from qms.people.models import Person
from qms.people.queries import people_in, person_by_uid

ON_ITS_PAGE = {"answer"}
"""Moves that have a page of their own instead of a button in the header."""


def _complaint(uid: str) -> Complaint:
    return complaint_by_uid(me(), uid_or_404(uid))


@bp.get("/complaints/<uid>")
def show(uid: str) -> Any:
    """The story of a complaint: what was said, what was answered, what it led to."""
    person, complaint = me(), _complaint(uid)
    today = person.district.today
    categories = categories_on(person.district_id, today)
    open_moves = COMPLAINT.open_to(person, complaint)
    pieces = evidence_beside(person, complaint)
    answering = may_answer(person, complaint)
    return render_template(
        "complaints/show.html",
        complaint=complaint,
        title=showing.cut(complaint.statement),
        badges=showing.badges_of(complaint),
        stepper=showing.steps_of(complaint),
        moves=move_buttons(
            [move for move in open_moves if move.name not in ON_ITS_PAGE],
            "complaints.move",
            uid=uid,
        ),
        links=_links(complaint, person),
        is_next=complaint.state.waits_for_answer and answering,
        answers=[
            (one.text, one.person.name, one.on, showing.answer_note(one))
            for one in reversed(complaint.answers)
        ],
        rate_form=_rate_form() if answering and _may_be_rated(complaint) else None,
        pieces=showing.pieces_of(pieces, today),
        may_add_evidence=may_add_evidence(person, complaint),
        may_read_files=not complaint.is_integrity or may_handle(person, complaint),
        findings=showing.findings_shown(findings_of(person, complaint), today),
        may_raise=may_raise_from(person, complaint),
        facts=showing.facts_of(complaint, person, categories),
        due=showing.due_of(complaint, today),
        complainant=showing.complainant_of(complaint, person),
        may_erase=not complaint.is_open
        and bool(complaint.complainant or complaint.contact)
        and may_erase_complainant(person, complaint),
        entries=timeline(complaint, SENTENCES, LABELS, person.district.timezone),
    )


def _may_be_rated(complaint: Complaint) -> bool:
    return complaint.answered_on is not None and complaint.satisfaction is None


def _rate_form() -> RateForm:
    """The question as it is put to who notes what somebody else said."""
    form = RateForm()
    form.satisfaction.label.text = _("What they said of the answer")
    return form


def _links(complaint: Complaint, person: Person) -> list[tuple[str, str, str]]:
    """What opens a form; what comes next stands first."""
    found = []
    if complaint.state.waits_for_answer and may_answer(person, complaint):
        url = url_for("complaints.answer", uid=complaint.uid)
        found.append((_("Write the answer"), url, "edit"))
    if complaint.is_open and may_handle(person, complaint):
        url = url_for("complaints.arrange", uid=complaint.uid)
        found.append((_("Sort and assign"), url, "people"))
    return found


@bp.route("/complaints/<uid>/arrange", methods=["GET", "POST"])
def arrange(uid: str) -> Any:
    """Sort it: category, service, who answers it and who sees it."""
    person, complaint = me(), _complaint(uid)
    require(may_handle, person, complaint)
    form = ArrangeForm(obj=complaint)
    form.category.offer(
        category_choices(
            categories_on(person.district_id, complaint.counted_from).values(), complaint.category
        )
    )
    services = services_in(person.district, [complaint.unit_id])
    if complaint.service and complaint.service not in services:  # it has ended since
        services.append(complaint.service)
    form.service.offer_services(services)
    above = [node.id for node in person.rights.tree.ancestors(complaint.unit_id)]
    form.assigned.offer_people(people_in(person.district, [complaint.unit_id, *above]))
    if not may_restrict(person, complaint):
        del form.access
    if request.method == "GET":
        form.service.data = form.saved(complaint, "service")
        form.assigned.data = form.saved(complaint, "assigned")
    if saved(
        form,
        lambda: operations.arrange_complaint(
            complaint,
            category=form.category.data,
            service=form.service.service,
            place=form.place.data,
            reference=form.reference.data,
            assigned_to=_assigned(form, person),
            access=AccessClass(form.access.data) if "access" in form else None,
            by=person,
            version=form.version.data,
        ),
    ):
        if not sees(person, complaint):
            flash(_("Saved. Only those who look after integrity read it now."), "success")
            return done("complaints.index")
        flash(_("Saved."), "success")
        return done("complaints.show", uid=uid)
    page = render_template("complaints/arrange.html", form=form, complaint=complaint)
    return page, 422 if form.errors else 200


def _assigned(form: ArrangeForm, person: Person) -> Person | None:
    uid = read_uid(form.assigned.data or "")
    return person_by_uid(uid, person.district_id) if uid else None


@bp.route("/complaints/<uid>/answer", methods=["GET", "POST"])
def answer(uid: str) -> Any:
    """Write the answer and send it."""
    person, complaint = me(), _complaint(uid)
    require(may_answer, person, complaint)
    if not complaint.state.waits_for_answer:
        raise OutOfTurn(_("It is answered, or not open. Reopen it to answer it anew."))
    form = AnswerForm(obj=complaint)
    if form.validate_on_submit():
        try:
            operations.answer_complaint(
                complaint, text=form.text.data, by=person, version=form.version.data
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The answer is sent: the receipt shows it."), "success")
            return done("complaints.show", uid=uid)
    page = render_template(
        "complaints/answer.html",
        form=form,
        complaint=complaint,
        due=showing.due_of(complaint, person.district.today),
        complainant=showing.complainant_of(complaint, person),
    )
    return page, 422 if form.errors else 200


@bp.route("/complaints/<uid>/evidence", methods=["GET", "POST"])
def add_evidence(uid: str) -> Any:
    """Put files beside it: the letter, photos, what was done."""
    person, complaint = me(), _complaint(uid)
    require(may_add_evidence, person, complaint)
    form = EvidenceForm()
    restricted = complaint.access is AccessClass.RESTRICTED
    if restricted or not may_classify(person, (complaint.unit_id, AccessClass.RESTRICTED)):
        del form.files_access
    if saved(
        form,
        lambda: operations.add_evidence(
            complaint,
            files=received(form.files),
            access=access_chosen(form),
            by=person,
            uid=form.new_uid,
        ),
    ):
        flash(_("The evidence is added."), "success")
        return done("complaints.show", uid=uid)
    page = render_template("complaints/evidence.html", form=form, complaint=complaint)
    return page, 422 if form.errors else 200


@bp.post("/complaints/<uid>/satisfaction")
def rate(uid: str) -> Any:
    """Note how content the complainant is, as they said."""
    person, complaint = me(), _complaint(uid)
    require(may_answer, person, complaint)
    form = RateForm()
    if not form.validate_on_submit():
        raise Invalid(_("Choose how satisfied the complainant is."))
    operations.rate_answer(
        complaint,
        form.satisfaction.data,
        by=person,
        on=person.district.today,
        version=request.form.get("version", type=int),
    )
    flash(_("Saved."), "success")
    return done("complaints.show", uid=uid)


@bp.route("/complaints/<uid>/erase", methods=["GET", "POST"])
def erase(uid: str) -> Any:
    """Take out name and contact, with a reason that is kept."""
    person, complaint = me(), _complaint(uid)
    require(may_erase_complainant, person, complaint)
    form = ReasonForm(obj=complaint)
    if saved(
        form,
        lambda: operations.erase_complainant(
            complaint, reason=form.reason.data or "", by=person, version=form.version.data
        ),
    ):
        flash(_("Name and contact are taken out."), "success")
        return done("complaints.show", uid=uid)
    page = render_template("complaints/erase.html", form=form, complaint=complaint)
    return page, 422 if form.errors else 200


@bp.post("/complaints/<uid>/moves/<move>")
def move(uid: str, move: str) -> Any:
    """One move of the complaint's workflow."""
    complaint = _complaint(uid)
    text, note = request.form.get("reason", ""), request.form.get("note", "")
    about: dict[str, Any] = {"by": me(), "version": request.form.get("version", type=int)}
    match move:
        case "take_up":
            operations.take_up_complaint(complaint, **about)
        case "answer":
            operations.answer_complaint(complaint, text=text, **about)
        case "close":
            operations.close_complaint(complaint, note=note, **about)
        case "forward":
            operations.forward_complaint(complaint, reason=text, **about)
        case "withdraw":
            operations.withdraw_complaint(complaint, reason=text, **about)
        case "reopen":
            operations.reopen_complaint(complaint, reason=text, **about)
        case _:
            abort(404)
    state = ComplaintState(complaint.state).label
    flash(_("The complaint is now: %(state)s.", state=state), "success")
    return done("complaints.show", uid=uid)
