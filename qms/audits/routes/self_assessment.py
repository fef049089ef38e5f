"""The unit's self-assessment: asked for, answered section by section, handed in."""

from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for

from qms.audits.forms.self_assessment import AskSelfAssessmentForm
from qms.audits.models import Audit, AuditLine, SelfAnswer, SelfAssessment
from qms.audits.operations.self_assessment import (
    Said,
    ask_self_assessment,
    assess_self,
    hand_in_self_assessment,
)
from qms.audits.permissions.self_assessment import may_ask_self_assessment, may_assess_self
from qms.audits.queries import audit_by_uid, load_lines
from qms.audits.queries.self_assessment import self_assessment_of
from qms.audits.routes.blueprint import bp
from qms.audits.showing import clauses_text
from qms.core import dates
from qms.core.errors import Missing
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.core.uids import read_uid


@bp.route("/audits/<uid>/self-assessment/ask", methods=["GET", "POST"])
def ask_self_assessment_page(uid: str) -> Any:
    """Ask the unit to assess itself before the audit."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_ask_self_assessment, person, audit)
    assessment = self_assessment_of(audit)
    form = AskSelfAssessmentForm(obj=assessment)
    if request.method == "GET" and assessment is None:
        form.version.data = 0

    def act() -> SelfAssessment:
        load_lines(audit)
        return ask_self_assessment(
            audit, assessment, due_on=form.due_on.data, by=person, version=form.version.data
        )

    if saved(form, act):
        flash(_("The unit finds the self-assessment on the audit's page."), "success")
        return done("audits.show", uid=uid)
    page = render_template("audits/ask_self_assessment.html", form=form, audit=audit)
    return page, 422 if form.errors else 200


def _assessment(audit: Audit) -> SelfAssessment:
    found = self_assessment_of(audit, answers=True)
    if found is None:
        raise Missing(_("No self-assessment was asked for in this audit."))
    return found


@bp.get("/audits/<uid>/self-assessment")
def self_assessment(uid: str) -> Any:
    """What the unit says of itself, by section; whoever works there answers a section at a time."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    assessment = _assessment(audit)
    load_lines(audit)
    sections = _sections(audit)
    names = list(sections)
    at = min(max(request.args.get("section", 1, type=int), 1), max(len(names), 1))
    kept = {one.line_id: one for one in assessment.answers}
    return render_template(
        "audits/self_assessment.html",
        audit=audit,
        assessment=assessment,
        due=dates.long_day(assessment.due_on),
        handed_in=dates.long_day(assessment.handed_in_on),
        sections=[
            (
                n,
                name,
                url_for("audits.self_assessment", uid=uid, section=n),
                sum(line.id in kept for line in lines),
                len(lines),
            )
            for n, (name, lines) in enumerate(sections.items(), start=1)
        ],
        at=at,
        name=names[at - 1] if names else "",
        lines=[
            (line, clauses_text(line.clause_ids), kept.get(line.id))
            for line in (sections[names[at - 1]] if names else [])
        ],
        choices=list(SelfAnswer),
        may_answer=may_assess_self(person, assessment),
        answered=len(kept),
        total=len(audit.listed),
    )


def _sections(audit: Audit) -> dict[str, list[AuditLine]]:
    found: dict[str, list[AuditLine]] = {}
    for line in audit.listed:
        found.setdefault(line.section, []).append(line)
    return found


@bp.post("/audits/<uid>/self-assessment")
def assess(uid: str) -> Any:
    """Keep what was said at the lines of a section; then go on, or hand in."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    assessment = _assessment(audit)
    require(may_assess_self, person, assessment)
    load_lines(audit)
    assess_self(assessment, _said(), by=person, version=request.form.get("version", type=int))
    section = request.form.get("section", 1, type=int)
    if request.form.get("then") == "hand_in":
        hand_in_self_assessment(assessment, by=person)
        flash(_("The self-assessment is handed in."), "success")
        return done("audits.self_assessment", uid=uid)
    flash(_("Saved."), "success")
    if request.form.get("then") == "next":
        section += 1
    return done("audits.self_assessment", uid=uid, section=section)


def _said() -> dict[UUID, Said]:
    """What the form says of each line: answer_<uid> and shown_<uid>."""
    known = {one.value: one for one in SelfAnswer}
    found: dict[UUID, Said] = {}
    for name in request.form:
        uid = read_uid(name.removeprefix("answer_")) if name.startswith("answer_") else None
        if uid is not None:
            shown = request.form.get(f"shown_{uid}", "")[:10_000]
            found[uid] = (known.get(request.form[name]), shown)
    return found
