"""One audit: its story, its plan, its team, its moves."""

from typing import Any

from flask import abort, flash, render_template, request, url_for

from qms.audits import operations, showing
from qms.audits.covering import parted
from qms.audits.forms import EditExternalForm, EditPlanForm, TeamForm
from qms.audits.gathering import results_of
from qms.audits.history import LABELS, SENTENCES
from qms.audits.independence import is_final_under
from qms.audits.models import Audit, AuditState, TeamRole
from qms.audits.operations import Seat
from qms.audits.operations.answering import is_being_signed
from qms.audits.permissions import (
    may_add_finding,
    may_answer,
    may_edit,
    may_prepare,
    may_read_report,
    may_staff,
    may_write_report,
)
from qms.audits.permissions.self_assessment import may_ask_self_assessment
from qms.audits.permissions.timetable import may_read_timetable
from qms.audits.queries import (
    audit_by_uid,
    findings_of,
    load_lines,
    open_findings_beside,
)
from qms.audits.queries.competence import busy_on
from qms.audits.routes.blueprint import bp
from qms.audits.routes.planning import offer_editions, offer_processes, plan_said
from qms.audits.showing.competence import candidates
from qms.audits.showing.programme import visit_of
from qms.audits.suitability import suitability_of
from qms.audits.workflow import AUDIT, open_lines, unfinished, untracked_lines
from qms.core.db import AccessClass
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.registers import move_buttons
from qms.core.routing import done, me, uid_or_404
from qms.core.timeline import timeline
from qms.evidence.permissions import may_classify
from qms.people.models import Person
from qms.people.queries import holders_of
from qms.people.roles import AUDITS
from qms.standards.queries import edition_by_id, own_titles

TAKES_FINDINGS = (AuditState.UNDER_WAY, AuditState.REPORTED)


@bp.get("/audits/<uid>")
def show(uid: str) -> Any:
    """The story of an audit: plan, team, how far it is, results, findings, reports."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    is_internal = not audit.kind.is_external
    if is_internal:
        load_lines(audit)
    has_begun = audit.state is not AuditState.PLANNED
    lines = audit.asked if is_internal else []
    return render_template(
        "audits/show.html",
        audit=audit,
        is_internal=is_internal,
        badges=showing.badges_of(audit),
        stepper=showing.steps_of(audit),
        moves=move_buttons(AUDIT.open_to(person, audit), "audits.move", uid=uid),
        links=_links(audit, person, is_internal and may_read_timetable(person, audit, audit.plan)),
        facts=showing.facts_of(audit, person),
        visit=visit_of(audit, person) if is_internal else None,
        plan=showing.plan_of(audit),
        team=showing.team_of(audit),
        lines=len(lines),
        percent=showing.percent_of(audit) if is_internal else 0,
        waiting=unfinished(audit) if lines else None,
        open_lines=len(open_lines(audit)) if is_internal else 0,
        untracked=len(untracked_lines(audit)) if is_internal else 0,
        results=_results(audit) if any(line.answer for line in lines) else [],
        findings=showing.findings_shown(findings_of(person, audit), person) if has_begun else [],
        still_open=_beside(audit, person),
        reports=[
            (one.issue, str(one.standing), showing.report_tone(one))
            for one in reversed(audit.reports if has_begun else [])
            if may_read_report(person, one)
        ],
        may_add_finding=audit.state in TAKES_FINDINGS and may_add_finding(person, audit),
        entries=timeline(audit, SENTENCES, LABELS, person.district.timezone),
    )


def _results(audit: Audit) -> list[Any]:
    return showing.results_shown(results_of(audit.asked), own_titles(audit.district_id))


def _beside(audit: Audit, person: Person) -> list[Any]:
    """The unit's open findings, which the team looks at again."""
    if audit.state not in (AuditState.PLANNED, AuditState.UNDER_WAY):
        return []
    return showing.findings_shown(open_findings_beside(person, audit), person)


def _links(audit: Audit, person: Person, may_see_plan: bool) -> list[tuple[str, str, str]]:
    found = []
    is_open = not is_being_signed(audit)
    under_way = audit.state is AuditState.UNDER_WAY and is_open
    if not audit.kind.is_external and audit.listed:
        answers = under_way and may_answer(person, audit)
        label = _("Answer the checklist") if answers else _("Checklist")
        found.append((label, url_for("audits.checklist", uid=audit.uid), "audit"))
        if may_answer(person, audit) and audit.state in (AuditState.PLANNED, AuditState.UNDER_WAY):
            url = url_for("audits.fieldwork", uid=audit.uid)
            found.append((_("Take along, without network"), url, "download"))
        url = url_for("audits.notes", uid=audit.uid)
        found.append((_("Original notes"), url, "document"))
        url = url_for("audits.meetings", uid=audit.uid)
        found.append((_("Meetings and agreement"), url, "people"))
    if is_open and may_prepare(person, audit):
        url = url_for("audits.make_checklist", uid=audit.uid)
        found.append((_("Make the checklist"), url, "plus"))
    if audit.self_assessment is not None:
        url = url_for("audits.self_assessment", uid=audit.uid)
        found.append((_("Self-assessment"), url, "document"))
    elif audit.listed and may_ask_self_assessment(person, audit):
        url = url_for("audits.ask_self_assessment_page", uid=audit.uid)
        found.append((_("Ask for a self-assessment"), url, "document"))
    if not audit.kind.is_external and may_see_plan:
        found.append((_("Timetable"), url_for("audits.timetable", uid=audit.uid), "clock"))
    if is_open and may_staff(person, audit):
        found.append((_("Team"), url_for("audits.team", uid=audit.uid), "people"))
    if may_write_report(person, audit) and audit.state in (
        AuditState.UNDER_WAY,
        AuditState.REPORTED,
    ):
        found.append((_("Report"), url_for("audits.write_report", uid=audit.uid), "document"))
    if is_open and may_edit(person, audit):
        found.append((_("Edit the plan"), url_for("audits.edit", uid=audit.uid), "edit"))
    return found


@bp.route("/audits/<uid>/edit", methods=["GET", "POST"])
def edit(uid: str) -> Any:
    """Change the plan."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_edit, person, audit)
    form = (EditExternalForm if audit.kind.is_external else EditPlanForm)(obj=audit)
    offer_editions(form, [audit.unit_id], audit.edition_ids)
    covered, words = parted(audit.scope)
    offer_processes(form, person, audit.unit_id, covered)
    if not may_classify(person, (audit.unit_id, AccessClass.RESTRICTED)):
        del form.access
    if request.method == "GET":
        form.edition_ids.data = audit.edition_ids
        form.covers.data, form.scope.data = covered, words
    if form.validate_on_submit():
        said = {"objectives": None, "criteria": None, "methods": None, **plan_said(form)}
        before = set(audit.edition_ids)
        try:
            operations.edit_audit(audit, by=person, version=form.version.data, **said)
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("Saved."), "success")
            _tell_of_statements(audit, set(audit.edition_ids) - before)
            return done("audits.show", uid=uid)
    page = render_template("audits/edit.html", form=form, audit=audit)
    return page, 422 if form.errors else 200


def _tell_of_statements(audit: Audit, added: set[int]) -> None:
    """Who judges states to be independent under each standard of the audit."""
    if added and audit.members and not audit.kind.is_external:
        standards = ", ".join(edition_by_id(one).code for one in sorted(added))
        flash(
            _(
                "The audit now covers %(standards)s too. Print the statements of independence "
                "again (Timetable, Papers in Word) and have the team sign them.",
                standards=standards,
            ),
            "warning",
        )


@bp.route("/audits/<uid>/team", methods=["GET", "POST"])
def team(uid: str) -> Any:
    """Choose who leads, audits and watches. Who is free, competent and independent comes first;
    beside the others stands what speaks against them."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_staff, person, audit)
    members = [one.person_id for one in audit.members]
    people = holders_of(AUDITS, audit.unit_id, person, keep=members)
    by_uid, ids = {str(one.uid): one for one in people}, [one.id for one in people]
    offered = candidates(people, suitability_of(audit, ids), busy_on(person, audit, ids))
    form = TeamForm(obj=None)
    form.offer(
        [one.person for one in offered if one.is_ready],
        [one.person for one in offered if not one.is_ready],
    )
    if request.method == "GET":
        _fill_in(form, audit)
    if form.validate_on_submit():
        try:
            operations.set_team(
                audit, _seats(form, by_uid, audit), by=person, version=form.version.data
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The team is chosen."), "success")
            return done("audits.show", uid=uid)
    page = render_template(
        "audits/team.html",
        form=form,
        audit=audit,
        is_final=is_final_under(audit.edition_ids),
        hints={str(one.person.uid): one.hint for one in offered},
        tones={str(one.person.uid): one.tone for one in offered},
        ready=sum(one.is_ready for one in offered),
    )
    return page, 422 if form.errors else 200


def _fill_in(form: TeamForm, audit: Audit) -> None:
    form.version.data = audit.version
    by_role: dict[TeamRole, list[str]] = {role: [] for role in TeamRole}
    for one in audit.members:
        by_role[one.role].append(str(one.person.uid))
    form.lead.data = next(iter(by_role[TeamRole.LEAD]), None)
    form.auditors.data = by_role[TeamRole.AUDITOR]
    form.observers.data = by_role[TeamRole.OBSERVER]
    reasons = dict.fromkeys(one.overrule_reason for one in audit.members if one.overrule_reason)
    form.reason.data = "\n".join(reasons)


def _seats(form: TeamForm, by_uid: dict[str, Person], audit: Audit) -> list[Seat]:
    """The places that the form asks for. One reason serves all whose ties are overruled now; who
    was overruled before keeps the reason of then unless another is written."""
    wanted = [
        (form.lead.data, TeamRole.LEAD),
        *((one, TeamRole.AUDITOR) for one in form.auditors.data or ()),
        *((one, TeamRole.OBSERVER) for one in form.observers.data or ()),
    ]
    return [Seat(by_uid[uid], role, form.reason.data) for uid, role in wanted if uid in by_uid]


@bp.post("/audits/<uid>/moves/<move>")
def move(uid: str, move: str) -> Any:
    """One move of the audit's workflow."""
    audit = audit_by_uid(me(), uid_or_404(uid))
    reason = request.form.get("reason", "")
    about: dict[str, Any] = {"by": me(), "version": request.form.get("version", type=int)}
    match move:
        case "open":
            operations.open_audit(audit, **about)
        case "receive":
            operations.receive_report(audit, **about)
        case "close":
            operations.close_audit(audit, **about)
        case "reopen":
            operations.reopen_audit(audit, reason=reason, **about)
        case "cancel":
            operations.cancel_audit(audit, reason=reason, **about)
        case _:
            abort(404)
    flash(_("The audit is now: %(state)s.", state=audit.state.label), "success")
    return done("audits.show", uid=uid)
