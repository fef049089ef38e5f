"""Findings that a complaint leads to: raised from it, or recorded already."""

from typing import Any

from flask import flash, render_template, request

from qms.complaints import operations
from qms.complaints.forms import LinkForm
from qms.complaints.models import Complaint
from qms.complaints.permissions import may_raise_from
from qms.complaints.queries import complaint_by_uid, evidence_beside, linkable_findings
from qms.complaints.routes.blueprint import bp
from qms.core.dates import long_day
from qms.core.db import AccessClass
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.evidence.permissions import may_classify
from qms.evidence.queries import pieces_by_uid
from qms.evidence.uploads import received
from qms.findings.forms import NewFindingForm
from qms.findings.models import Grade, Source
from qms.findings.queries import Piece, finding_by_uid
from qms.findings.routes.register import offer_clauses, statement_of
from qms.findings.rules import rules_on
from qms.findings.showing import grade_hints
from qms.people.models import Person


def _to_raise(uid: str) -> tuple[Person, Complaint]:
    person = me()
    complaint = complaint_by_uid(person, uid_or_404(uid))
    require(may_raise_from, person, complaint)
    return person, complaint


@bp.route("/complaints/<uid>/finding", methods=["GET", "POST"])
def raise_finding(uid: str) -> Any:
    """A finding that it led to: unit, day, place and what was said are there already."""
    person, complaint = _to_raise(uid)
    form = NewFindingForm()
    form.unit.offer_units([person.rights.tree[complaint.unit_id]])
    offer_clauses(form, person, [complaint.unit_id])
    restricted = complaint.access is AccessClass.RESTRICTED
    if restricted or not may_classify(person, (complaint.unit_id, AccessClass.RESTRICTED)):
        del form.access
    pieces = [] if complaint.is_integrity else _carried(person, complaint)
    if request.method == "GET":
        _carry_over(form, complaint, person)
    if form.validate_on_submit():
        said = {name: value for name, value in statement_of(form).items() if name != "source"}
        try:
            finding = operations.raise_finding(
                complaint,
                found_on=form.found_on.data,
                grade=form.grade.data,
                files=received(form.files),
                evidence=pieces_by_uid(person, [one.uid for one in pieces]),
                uid=form.new_uid,
                by=person,
                **said,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("%(number)s is saved.", number=finding.number), "success")
            return done("complaints.show", uid=uid)
    link_form = LinkForm()
    link_form.offer(linkable_findings(person, complaint))
    page = render_template(
        "complaints/raise_finding.html",
        form=form,
        complaint=complaint,
        beside=pieces,
        link_form=link_form,
        hints=grade_hints(rules_on(person.district_id, person.district.today)),
        tones={grade.value: grade.tone for grade in Grade},
    )
    return page, 422 if form.errors else 200


def _carried(person: Person, complaint: Complaint) -> list[Piece]:
    """The evidence that the finding takes over."""
    return [one for one in evidence_beside(person, complaint) if not one.is_withdrawn]


def _carry_over(form: NewFindingForm, complaint: Complaint, person: Person) -> None:
    """What the complaint knows: unit, source, day, service or place, and what was said. Of one
    about integrity the unit only: more people see the finding."""
    form.unit.data = str(person.rights.tree[complaint.unit_id].uid)
    if complaint.is_integrity:
        form.source.data, form.found_on.data = Source.OTHER.value, person.district.today
        return
    form.source.data, form.source_note.data = Source.COMPLAINT.value, complaint.number
    form.found_on.data = complaint.received_on
    named = [complaint.service.name if complaint.service else None, complaint.place]
    form.place.data = ", ".join(one for one in named if one)[:300] or None
    form.seen.data = _(
        "Complaint %(number)s of %(day)s: %(statement)s",
        number=complaint.number,
        day=long_day(complaint.received_on),
        statement=complaint.statement,
    )


@bp.post("/complaints/<uid>/link")
def link(uid: str) -> Any:
    """Say that findings which are recorded already follow from it too."""
    person, complaint = _to_raise(uid)
    wanted = request.form.getlist("finding")
    if not wanted:
        message = _("Choose at least one finding.")
        raise Invalid(message, finding=message)
    for one in wanted:
        finding = finding_by_uid(person, uid_or_404(one))
        operations.link_finding(complaint, finding, by=person)
    flash(_("The finding stands beside the complaint."), "success")
    return done("complaints.show", uid=uid)
