"""One finding: its story, correcting it, its grade, its moves."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, render_template, request, url_for

from qms.core.db import AccessClass
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.registers import move_buttons
from qms.core.routing import done, me, uid_or_404
from qms.core.timeline import timeline
from qms.core.workflow import OpenMove
from qms.evidence.permissions import may_classify
from qms.findings import operations, showing
from qms.findings.beside import Beside
from qms.findings.changes import give_waiting
from qms.findings.forms import EditFindingForm, GradeForm
from qms.findings.history import LABELS, SENTENCES, other_columns
from qms.findings.models import Finding, FindingState, Grade, Source
from qms.findings.permissions import (
    may_add_evidence,
    may_answer,
    may_ask_units,
    may_change_grade,
    may_edit,
    may_name_documents,
)
from qms.findings.queries import evidence_beside, finding_by_uid
from qms.findings.routes.blueprint import bp
from qms.findings.routes.register import offer_clauses, statement_of
from qms.findings.rules import rules_on
from qms.findings.workflow import FINDING
from qms.people.models import Person
from qms.standards.queries import in_clause_order, own_titles, title_of

ON_THE_PAGE = {"prove_early", "not_effective", "uphold"}
"""Moves that have a form on the page instead of a button in its header."""


def record_page(
    finding: Finding,
    person: Person,
    others: Sequence[Beside] = (),
    complaints: Sequence[tuple[str, str, str, Any, str]] = (),
    origin: tuple[str, str, str] | None = None,
) -> str:
    """The story of a finding: what was asked and seen, what was done, who checked it, and what
    stands beside it; with the complaints that led to it as (number, title, address, state, tone),
    and the record from whose page it was raised (what it is, title, address). A finding knows none
    of them: the page's address is the overview's, which stands above them."""
    uid, may_name = finding.uid, may_name_documents(person, finding)
    give_waiting(finding, others)
    evidence = evidence_beside(person, finding)
    open_moves = FINDING.open_to(person, finding)
    names = {move.name for move in open_moves}
    may_prove, may_rule = "prove" in names, "uphold" in names
    titles = own_titles(person.district_id) if finding.clauses else {}
    return render_template(
        "findings/show.html",
        finding=finding,
        title=finding.deviation.split("\n")[0][:160],
        badges=showing.badges_of(finding),
        stepper=showing.steps_of(finding),
        moves=move_buttons(
            [move for move in open_moves if _has_button(move)],
            "findings.move",
            uid=uid,
        ),
        may_prove=may_prove,
        is_early="prove_early" in names,
        effect_due=showing.effect_due(finding),
        may_rule=may_rule,
        may_regrade=may_rule and may_change_grade(person, finding),
        dispute=showing.dispute_of(finding, person),
        approval=showing.approval_of(finding),
        links=_links(finding, person, may_prove, may_rule),
        is_next=may_prove or may_rule or _may_write(finding, person),
        may_add_action=_takes_actions(finding) and may_answer(person, finding),
        may_add_evidence=may_add_evidence(person, finding),
        statement=showing.statement_of(finding),
        pieces=showing.pieces_of(evidence.get(None, []), person.district.today),
        rounds=showing.rounds_of(finding, person, evidence, others),
        sent_back=showing.sent_back(finding),
        facts=showing.facts_of(finding, person),
        deadlines=showing.deadlines_of(finding, person.district.today),
        clauses=[
            (
                clause.edition_code,
                clause.number,
                title_of(clause, own=titles),
                url_for("findings.index", clause=clause.id),
            )
            for clause in in_clause_order(link.clause_id for link in finding.clauses)
        ],
        complaints=complaints,
        documents=showing.documents_of(others, may_name=may_name),
        may_name=may_name,
        other_columns=other_columns(finding.imported_extra or {}),
        checks=showing.checks_of(others, person),
        may_ask=may_ask_units(person, finding),
        origin=origin,
        entries=timeline(finding, SENTENCES, LABELS, person.district.timezone),
    )


def _has_button(move: OpenMove) -> bool:
    """Whether a move stands in the page's header: what has a form on the page stands there only
    while something is in its way, so that this is read where one looks first."""
    if move.name == "prove":
        return move.blocked_because is not None
    return move.name not in ON_THE_PAGE


def _takes_actions(finding: Finding) -> bool:
    return finding.state in (FindingState.RAISED, FindingState.ANSWERED)


def _may_write(finding: Finding, person: Person) -> bool:
    return finding.state is FindingState.RAISED and may_answer(person, finding)


def _links(
    finding: Finding, person: Person, may_prove: bool, may_rule: bool
) -> list[tuple[str, str, str]]:
    """What opens a page or a form; what comes next stands first."""
    found = []
    if may_rule:
        found.append((_("Decide the dispute"), "#dispute", "check"))
    if may_prove:
        found.append((_("Judge the effect"), "#effectiveness", "check"))
    if _may_write(finding, person):
        found.append((_("Write the answer"), url_for("findings.answer", uid=finding.uid), "edit"))
    if may_edit(person, finding):
        found.append((_("Edit"), url_for("findings.edit", uid=finding.uid), "edit"))
    if may_change_grade(person, finding):
        found.append((_("Change the grade"), url_for("findings.grade", uid=finding.uid), "more"))
    found.append((_("Form in Word"), url_for("findings.form", uid=finding.uid), "download"))
    return found


@bp.route("/findings/<uid>/edit", methods=["GET", "POST"])
def edit(uid: str) -> Any:
    """Correct the statement."""
    person = me()
    finding = finding_by_uid(person, uid_or_404(uid))
    require(may_edit, person, finding)
    form = EditFindingForm(obj=finding)
    form.judged_as = finding.grade
    cited = [link.clause_id for link in finding.clauses]
    offer_clauses(form, person, [finding.unit_id], cited)
    if not may_classify(person, (finding.unit_id, AccessClass.RESTRICTED)):
        del form.access
    if finding.source is not Source.EXTERNAL_AUDIT:
        del form.body_plan_due_on, form.body_due_on
    if request.method == "GET":
        form.clause_ids.data = cited
    if form.validate_on_submit():
        try:
            operations.edit_finding(
                finding,
                by=person,
                version=form.version.data,
                body=_body_of(form),
                **statement_of(form),
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("Saved."), "success")
            return done("findings.show", uid=uid)
    page = render_template("findings/edit.html", form=form, finding=finding)
    return page, 422 if form.errors else 200


def _body_of(form: EditFindingForm) -> tuple[date | None, date | None] | None:
    if "body_due_on" not in form:
        return None
    return form.body_plan_due_on.data, form.body_due_on.data


@bp.route("/findings/<uid>/grade", methods=["GET", "POST"])
def grade(uid: str) -> Any:
    """Change the grade, with a reason that is kept."""
    person = me()
    finding = finding_by_uid(person, uid_or_404(uid))
    require(may_change_grade, person, finding)
    form = GradeForm(obj=finding)
    if form.validate_on_submit():
        try:
            operations.change_grade(
                finding,
                form.grade.data,
                reason=form.reason.data,
                by=person,
                version=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The grade is changed, and the due dates with it."), "success")
            return done("findings.show", uid=uid)
    page = render_template(
        "findings/grade.html",
        form=form,
        finding=finding,
        hints=showing.grade_hints(rules_on(person.district_id, finding.found_on)),
        tones={one.value: one.tone for one in Grade},
    )
    return page, 422 if form.errors else 200


@bp.post("/findings/<uid>/moves/<move>")
def move(uid: str, move: str) -> Any:
    """One move of the finding's workflow. Disputing it is the overview's: it asks the audit from
    which the finding came who decides."""
    finding = finding_by_uid(me(), uid_or_404(uid))
    text, note = request.form.get("reason", ""), request.form.get("note", "")
    about: dict[str, Any] = {"by": me(), "version": request.form.get("version", type=int)}
    match move:
        case "answer" | "submit":
            operations.answer_finding(finding, **about)
        case "accept":
            operations.accept_finding(finding, **about)
        case "uphold":
            operations.uphold_finding(finding, reason=text, **about)
        case "approve_plan":
            operations.approve_plan(finding, note=note, **about)
        case "return_plan":
            operations.return_plan(finding, reason=text, **about)
        case "acknowledge":
            operations.acknowledge_finding(finding, **about)
        case "verify":
            operations.verify_finding(finding, note=note, **about)
        case "close":
            operations.close_finding(finding, note=note, **about)
        case "send_back":
            operations.send_back_finding(finding, reason=text, **about)
        case "prove" | "prove_early":
            early = request.form.get("early", "")
            operations.prove_effective(finding, text=text, early=early, **about)
        case "not_effective":
            operations.find_not_effective(finding, reason=text, **about)
        case "cancel":
            operations.cancel_finding(finding, reason=text, **about)
        case "reopen":
            operations.reopen_finding(finding, reason=text, **about)
        case _:
            abort(404)
    flash(_("The finding is now: %(state)s.", state=finding.state.label), "success")
    return done("findings.show", uid=uid)
