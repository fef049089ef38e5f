"""The page of an action, with the findings that it serves: an action knows none of them."""

from typing import Any

from flask import flash, render_template, url_for

from qms.actions.models import Action, ActionState
from qms.actions.permissions import may_plan
from qms.actions.queries import action_by_uid
from qms.actions.routes import bp as actions
from qms.actions.routes import record_page
from qms.core.errors import OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.findings import operations
from qms.findings.about import findings_of
from qms.findings.forms import ServeForm
from qms.findings.queries import finding_by_uid, servable
from qms.people.models import Person


@actions.get("/actions/<uid>")
def show(uid: str) -> str:
    """One action: what will be done, for which findings, by whom, and what proves it."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    served, about = findings_of(action)
    serve_url = url_for("actions.serve", uid=uid) if _may_serve_more(person, action) else None
    return record_page(action, person, served, about, serve_url)


def _may_serve_more(person: Person, action: Action) -> bool:
    return action.state is not ActionState.CANCELLED and may_plan(person, action.unit_id)


@actions.route("/actions/<uid>/findings", methods=["GET", "POST"])
def serve(uid: str) -> Any:
    """Let an action serve further findings of its unit."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    require(may_plan, person, action.unit_id)
    if action.state is ActionState.CANCELLED:
        raise OutOfTurn(_("A cancelled action serves nothing."))
    form = ServeForm()
    form.offer(servable(action, person))
    if form.validate_on_submit():
        for one in form.finding.data:
            finding = finding_by_uid(person, uid_or_404(one))
            operations.add_existing_action(finding, action, by=person)
        flash(_("The action serves this finding too."), "success")
        return done("actions.show", uid=uid)
    page = render_template("findings/serve.html", form=form, action=action)
    return page, 422 if form.errors else 200
