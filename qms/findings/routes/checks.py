"""Questions to other units whether it is so there, too, and their answers."""

from typing import Any

from flask import flash, render_template, url_for

from qms.core.clock import days_after
from qms.core.db import AccessClass
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.findings import operations, showing
from qms.findings.about import about_text
from qms.findings.checks import check_by_uid, checks_seen
from qms.findings.forms import AskUnitsForm, CheckForm
from qms.findings.models import CheckResult, Source, UnitCheck
from qms.findings.permissions import may_answer_check, may_ask_units, may_raise
from qms.findings.queries import finding_by_uid
from qms.findings.routes.blueprint import bp
from qms.people.models import Person
from qms.people.rights import sight_of

TIME_TO_ANSWER = 14
"""Days that the form proposes."""


@bp.route("/findings/<uid>/units", methods=["GET", "POST"])
def ask_units(uid: str) -> Any:
    """Ask other units whether it is so there, too."""
    person = me()
    finding = finding_by_uid(person, uid_or_404(uid))
    require(may_ask_units, person, finding)
    form = AskUnitsForm()
    form.units.offer_units(
        node for node in person.rights.tree if node.is_open and node.id != finding.unit_id
    )
    is_restricted = finding.access is AccessClass.RESTRICTED
    if is_restricted:
        del form.is_quoted
    if not form.is_submitted():
        form.due_on.data = days_after(person.district.today, TIME_TO_ANSWER)
    if saved(
        form,
        lambda: operations.ask_units(
            finding,
            form.units.unit_ids,
            question=form.question.data or "",
            due_on=form.due_on.data,
            is_quoted=not is_restricted and form.is_quoted.data,
            by=person,
        ),
    ):
        flash(_("Asked. The units find it in My work."), "success")
        return done("findings.show", uid=uid)
    page = render_template(
        "findings/ask_units.html", form=form, finding=finding, is_restricted=is_restricted
    )
    return page, 422 if form.errors else 200


@bp.get("/findings/checks")
def checks() -> str:
    """The questions to the units that one sees, those that wait first."""
    person = me()
    return render_template(
        "findings/checks.html", rows=showing.check_rows(checks_seen(person), person)
    )


@bp.get("/findings/checks/<uid>")
def check(uid: str) -> str:
    """A question to a unit, and its answer."""
    person = me()
    asked = check_by_uid(person, uid_or_404(uid))
    may_answer = asked.waits and may_answer_check(person, asked)
    return _check_page(asked, person, CheckForm(obj=asked) if may_answer else None)


@bp.post("/findings/checks/<uid>/answer")
def answer_check(uid: str) -> Any:
    """Answer for the unit that is asked."""
    person = me()
    asked = check_by_uid(person, uid_or_404(uid))
    require(may_answer_check, person, asked)
    form = CheckForm()
    if saved(
        form,
        lambda: operations.answer_check(
            asked,
            result=form.result.data,
            answer=form.answer.data or "",
            version=form.version.data,
            by=person,
        ),
    ):
        flash(_("The answer is sent."), "success")
        return done("findings.check", uid=uid)
    return _check_page(asked, person, form), 422


def _check_page(asked: UnitCheck, person: Person, form: CheckForm | None) -> str:
    return render_template(
        "findings/check.html",
        check=asked,
        form=form,
        unit=person.rights.tree[asked.unit_id].name,
        finding=asked.finding if sight_of(person).sees(asked.finding) else None,
        raise_url=_raise_url(asked, person),
    )


def _raise_url(asked: UnitCheck, person: Person) -> str | None:
    """Where a finding of the unit's own is raised from what was found; what is known comes
    along."""
    if asked.result is not CheckResult.FOUND_HERE or not may_raise(person, asked.unit_id):
        return None
    return url_for(
        "findings.new",
        unit=person.rights.tree[asked.unit_id].uid,
        source=Source.PROCESS.value,
        note=_("Question of %(who)s", who=asked.asked_by.name),
        seen=asked.answer,
        about=about_text(asked),
    )


@bp.post("/findings/checks/<uid>/withdraw")
def withdraw_check(uid: str) -> Any:
    """Take a question back."""
    asked = check_by_uid(me(), uid_or_404(uid))
    operations.withdraw_check(asked, by=me())
    flash(_("The question is taken back."), "success")
    return done("findings.show", uid=asked.finding.uid)
