"""Findings of an audit: raised from a line, put beside it, or as a certification body wrote it."""

from typing import Any

from flask import flash, render_template, request

from qms.audits import operations
from qms.audits.forms import BodyFindingForm, FindingForm, LinkForm
from qms.audits.models import Audit, AuditLine
from qms.audits.operations.answering import refuse_findings_unless_open
from qms.audits.permissions import may_add_finding, may_answer
from qms.audits.queries import (
    audit_by_uid,
    line_by_uid,
    linkable_findings,
    open_findings_beside,
)
from qms.audits.queries.findings import earlier_findings
from qms.audits.queries.processes import processes_under_audit
from qms.audits.routes.blueprint import bp
from qms.audits.showing import clauses_text, findings_shown
from qms.core.db import AccessClass
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.evidence.permissions import may_classify
from qms.evidence.uploads import received
from qms.findings.models import Grade
from qms.findings.queries import finding_by_uid
from qms.findings.rules import rules_on
from qms.findings.showing import grade_hints
from qms.people.models import Person
from qms.standards.queries import clause_choices, edition_by_id, own_texts, own_titles


def _prepared(form: Any, audit: Audit, person: Person, keep: list[int]) -> None:
    """Offer the unit and those under it, and the clauses of the editions."""
    under = set(person.rights.tree.subtree(audit.unit_id))
    form.unit.offer_units(node for node in person.rights.tree if node.id in under and node.is_open)
    form.clause_ids.choices = clause_choices(
        [edition_by_id(one).key for one in audit.edition_ids],
        own=own_titles(person.district_id),
        keep=keep,
    )
    restricted = audit.access is AccessClass.RESTRICTED
    if restricted or not may_classify(person, (audit.unit_id, AccessClass.RESTRICTED)):
        del form.access


def _said(form: Any) -> dict[str, Any]:
    names = ("found_on", "grade", "place", "clause_ids", "requirement", "seen", "deviation")
    more = ("external_number", "body_plan_due_on", "body_due_on")
    said = {name: form[name].data for name in (*names, *more) if name in form}
    if "access" in form:
        said["access"] = AccessClass(form.access.data)
    return {
        **said,
        "unit_id": form.unit.unit_id,
        "uid": form.new_uid,
        "files": received(form.files),
    }


def _begin(form: Any, audit: Audit, person: Person) -> None:
    form.unit.data = str(person.rights.tree[audit.unit_id].uid)
    form.found_on.data = min(person.district.today, max(audit.planned_from, audit.planned_until))


def _looks(person: Person) -> dict[str, Any]:
    return {
        "hints": grade_hints(rules_on(person.district_id, person.district.today)),
        "tones": {grade.value: grade.tone for grade in Grade},
    }


@bp.route("/audits/<uid>/checklist/lines/<line>/finding", methods=["GET", "POST"])
def raise_finding(uid: str, line: str) -> Any:
    """A finding from a line: clauses, what was asked and what was seen are there already."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    asked = line_by_uid(audit, uid_or_404(line))
    require(may_answer, person, audit)
    form = FindingForm()
    _prepared(form, audit, person, asked.clause_ids)
    if request.method == "GET":
        refuse_findings_unless_open(audit)
        _begin(form, audit, person)
        _carry_over(form, asked, person)
    if form.validate_on_submit():
        try:
            finding = operations.raise_finding_from_line(asked, by=person, **_said(form))
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("%(number)s is saved.", number=finding.number), "success")
            return done("audits.line", uid=uid, line=line)
    earlier = earlier_findings(person, audit, asked.clause_ids)
    known = {row.id for row in earlier}
    beside = [row for row in open_findings_beside(person, audit) if row.id not in known]
    page = render_template(
        "audits/raise_finding.html",
        form=form,
        audit=audit,
        line=asked,
        clauses=clauses_text(asked.clause_ids),
        link_form=_link_form(person, audit, asked),
        earlier=findings_shown(earlier, person),
        still_open=findings_shown(beside, person),
        processes=processes_under_audit(person, audit),
        **_looks(person),
    )
    return page, 422 if form.errors else 200


def _carry_over(form: FindingForm, asked: AuditLine, person: Person) -> None:
    """What the line knows: clauses, the grade of its answer, what was seen; as the requirement the
    district's own words for the clauses, else the question."""
    form.clause_ids.data = asked.cited_ids
    if asked.grade is not None:
        form.grade.data = asked.grade.value
    form.seen.data = asked.seen
    words = own_texts(person.district_id, asked.cited_ids).values()
    told = [one.requirement for one in words if one.requirement]
    form.requirement.data = "\n".join(told) or asked.question


def _link_form(person: Person, audit: Audit, asked: AuditLine | None = None) -> LinkForm:
    form = LinkForm()
    form.finding.choices = [
        (str(row.uid), f"{row.number} {row.deviation[:120]} ({row.grade.label})")
        for row in linkable_findings(person, audit, asked)
    ]
    return form


@bp.post("/audits/<uid>/checklist/lines/<line>/link")
def link_to_line(uid: str, line: str) -> Any:
    """Let findings that are recorded already follow from this line too."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    asked = line_by_uid(audit, uid_or_404(line))
    require(may_add_finding, person, audit)
    _link(person, audit, asked)
    return done("audits.line", uid=uid, line=line)


def _link(person: Person, audit: Audit, asked: AuditLine | None) -> None:
    wanted = request.form.getlist("finding")
    if not wanted:
        message = _("Choose at least one finding.")
        raise Invalid(message, finding=message)
    for one in wanted:
        finding = finding_by_uid(person, uid_or_404(one))
        operations.link_finding(audit, finding, line=asked, by=person)
    flash(_("The finding stands beside the audit."), "success")


@bp.post("/audits/<uid>/findings/link")
def link_finding(uid: str) -> Any:
    """Put findings that are recorded already beside the audit."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_add_finding, person, audit)
    _link(person, audit, None)
    return done("audits.show", uid=uid)


@bp.route("/audits/<uid>/findings/new", methods=["GET", "POST"])
def new_finding(uid: str) -> Any:
    """A finding that comes from no line; of an external audit as the body wrote it."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_add_finding, person, audit)
    form = BodyFindingForm() if audit.kind.is_external else FindingForm()
    _prepared(form, audit, person, [])
    if request.method == "GET":
        refuse_findings_unless_open(audit)
        _begin(form, audit, person)
    if form.validate_on_submit():
        try:
            finding = operations.add_finding(audit, by=person, **_said(form))
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("%(number)s is saved.", number=finding.number), "success")
            if request.form.get("then") == "another":
                return done("audits.new_finding", uid=uid)
            return done("audits.show", uid=uid)
    page = render_template(
        "audits/new_finding.html",
        form=form,
        audit=audit,
        link_form=_link_form(person, audit),
        processes=processes_under_audit(person, audit),
        **_looks(person),
    )
    return page, 422 if form.errors else 200
