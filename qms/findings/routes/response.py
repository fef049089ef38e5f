"""The unit's answer: correction and cause, actions, evidence."""

from typing import Any

from flask import flash, render_template, request

from qms.actions.forms import PlanForm, cost_of, task_of
from qms.actions.models import ActionState
from qms.actions.owners import owners_for
from qms.actions.queries import action_by_uid, linkable
from qms.core.dates import long_day
from qms.core.errors import Invalid, OutOfTurn
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.evidence.queries import pickable, pieces_by_uid
from qms.evidence.uploads import received
from qms.findings import operations, showing
from qms.findings.causes import read_outline, written_outline
from qms.findings.forms import AnswerForm, EvidenceForm, LinkForm
from qms.findings.models import Finding, FindingState, StepKind
from qms.findings.permissions import may_add_evidence, may_answer
from qms.findings.queries import finding_by_uid
from qms.findings.routes.blueprint import bp
from qms.findings.rules import accepts_by_answering, rule_of
from qms.findings.workflow import lacks_answer
from qms.people.rights import sight_of


def _to_answer(uid: str, *states: FindingState) -> Finding:
    finding = finding_by_uid(me(), uid_or_404(uid))
    require(may_answer, me(), finding)
    if finding.state not in states:
        raise OutOfTurn(_("The finding is not in a state for this. Look at it again."))
    return finding


@bp.route("/findings/<uid>/answer", methods=["GET", "POST"])
def answer(uid: str) -> Any:
    """Write the answer: correction, cause, one action after the other; then send it."""
    person = me()
    finding = _to_answer(uid, FindingState.RAISED)
    form = AnswerForm(obj=finding)
    form.action_owner.offer_owners(*owners_for(person, finding.unit_id))
    if request.method == "GET":
        form.whys.data = written_outline(finding.causes_of())
        said = finding.step(StepKind.CAUSE)
        form.extent.data = said.extent.value if said and said.extent else None
        form.extent_text.data = said.extent_text if said else None
    if not (rule_of(finding).needs(StepKind.EFFECTIVENESS) or finding.criterion):
        del form.criterion
    if request.form.get("then") == "send":
        form.needs = _needed_to_send(finding)
    if form.validate_on_submit():
        try:
            operations.write_response(
                finding,
                correction=form.correction.data,
                cause=form.cause.data,
                criterion=(form.criterion.data or "") if form.criterion else None,
                whys=read_outline(form.whys.data),
                extent=form.extent.data,
                extent_text=form.extent_text.data,
                by=person,
                version=form.version.data,
            )
            if form.action_what.data:
                _plan(finding, form)
            if request.form.get("then") == "send":
                _send(finding)
        except Invalid as problem:
            told_by(problem, form)
        else:
            if request.form.get("then") == "more":
                flash(_("Saved. Plan the next action."), "success")
                return done("findings.answer", uid=uid)
            flash(_said(finding), "success")
            return done("findings.show", uid=uid)
    page = render_template(
        "findings/answer.html",
        form=form,
        finding=finding,
        planned=[(one.number, one.what, one.owner_name, one.due_on) for one in _planned(finding)],
        rule=rule_of(finding),
        closing=_closing(finding),
        sent_back=showing.sent_back(finding),
        accepts=accepts_by_answering(finding),
        is_approved_first=rule_of(finding).needs(StepKind.APPROVAL),
        statement=showing.statement_of(finding),
        needs={kind.value for kind in rule_of(finding).steps},
    )
    return page, 422 if form.errors else 200


def _said(finding: Finding) -> str:
    """What became of the answer."""
    if finding.state is FindingState.SUBMITTED:
        return _("The answer is sent. Work begins when somebody else has approved the plan.")
    sent = finding.state is FindingState.ANSWERED
    return _("The answer is sent.") if sent else _("Saved.")


def _closing(finding: Finding) -> str:
    """What to bear in mind when a day is chosen: verifying takes its time, too."""
    if finding.due_on is None:
        return ""
    return _("The finding is to be closed by %(day)s.", day=long_day(finding.due_on))


def _needed_to_send(finding: Finding) -> frozenset[str]:
    """The fields that must be filled in before the answer is sent, as `lacks_answer` says."""
    rule, found = rule_of(finding), set()
    if rule.needs(StepKind.CORRECTION):
        found.add("correction")
    if rule.needs(StepKind.CAUSE):
        found.add("cause")
    if rule.needs(StepKind.EFFECTIVENESS):
        found.add("criterion")
    is_planned = any(one.state is not ActionState.CANCELLED for one in finding.actions_of())
    if not is_planned and (rule.needs(StepKind.PLAN) or rule.needs(StepKind.ACTIONS)):
        found.add("action_what")
    return frozenset(found)


def _send(finding: Finding) -> None:
    """Send the answer; what it still lacks is told at the form, where it can be written."""
    if lacking := lacks_answer(finding):
        raise Invalid(lacking)
    operations.answer_finding(finding, by=me())


def _planned(finding: Finding) -> list[Any]:
    sight = sight_of(me())
    return [one for one in finding.actions_of() if not one.due_missing and sight.sees(one)]


def _plan(finding: Finding, form: AnswerForm) -> None:
    try:
        operations.add_action(
            finding,
            kind=form.action_kind.data,
            what=form.action_what.data or "",
            due_on=form.action_due_on.data,
            owner_person_id=form.action_owner.person_id,
            owner_position_id=form.action_owner.position_id,
            by=me(),
        )
    except Invalid as problem:
        fields = {f"action_{name}": message for name, message in problem.fields.items()}
        raise Invalid(problem.message, **fields) from problem


@bp.route("/findings/<uid>/actions/new", methods=["GET", "POST"])
def new_action(uid: str) -> Any:
    """Plan a further action for a finding, or let one that exists serve it too."""
    person = me()
    finding = _to_answer(uid, FindingState.RAISED, FindingState.ANSWERED)
    form = _plan_form(finding, PlanForm())
    if form.validate_on_submit():
        try:
            action = operations.add_action(
                finding, by=person, uid=form.new_uid, **task_of(form), **cost_of(form)
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The action is planned: %(number)s.", number=action.number), "success")
            return done("findings.show", uid=uid)
    page = _action_page(finding, form, _link_form(finding))
    return page, 422 if form.errors else 200


def _plan_form(finding: Finding, form: PlanForm) -> PlanForm:
    form.owner.offer_owners(*owners_for(me(), finding.unit_id))
    return form


def _action_page(finding: Finding, form: PlanForm, link_form: LinkForm) -> str:
    return render_template(
        "findings/new_action.html",
        form=form,
        finding=finding,
        closing=_closing(finding),
        link_form=link_form,
    )


def _link_form(finding: Finding) -> LinkForm:
    known = {link.action_id for link in finding.actions}
    form = LinkForm()
    form.offer(one for one in linkable(me(), finding.unit_id) if one.id not in known)
    return form


@bp.post("/findings/<uid>/actions/link")
def link_action(uid: str) -> Any:
    """Let actions that are planned already serve this finding too."""
    person = me()
    finding = _to_answer(uid, FindingState.RAISED, FindingState.ANSWERED)
    wanted = request.form.getlist("action")
    if not wanted:
        form = _link_form(finding)
        form.action.errors = [_("Choose at least one action.")]
        return _action_page(finding, _plan_form(finding, PlanForm(formdata=None)), form), 422
    for action_uid in wanted:
        action = action_by_uid(person, uid_or_404(action_uid))
        operations.add_existing_action(finding, action, by=person)
    flash(_("The action serves this finding too."), "success")
    return done("findings.show", uid=uid)


@bp.route("/findings/<uid>/evidence", methods=["GET", "POST"])
def add_evidence(uid: str) -> Any:
    """Add evidence in place: new files, or what is filed already."""
    person = me()
    finding = finding_by_uid(person, uid_or_404(uid))
    require(may_add_evidence, person, finding)
    form = EvidenceForm()
    form.offer(pickable(person, finding.unit_id), person.district.today)
    if form.validate_on_submit():
        try:
            operations.add_evidence(
                finding,
                files=received(form.files),
                evidence=pieces_by_uid(person, map(uid_or_404, form.evidence.data)),
                by=person,
                uid=form.new_uid,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The evidence is added."), "success")
            return done("findings.show", uid=uid)
    page = render_template("findings/evidence.html", form=form, finding=finding)
    return page, 422 if form.errors else 200
