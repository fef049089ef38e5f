"""The page of an action, with the findings that it serves: an action knows none of them."""

from flask import url_for

from qms.actions.queries import action_by_uid
from qms.actions.routes import bp as actions
from qms.actions.routes import record_page
from qms.core.routing import me, uid_or_404
from qms.findings.queries import served_by


@actions.get("/actions/<uid>")
def show(uid: str) -> str:
    """One action: what will be done, for which findings, by whom, and what proves it."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    served = [
        (row.number, row.deviation[:160], url_for("findings.show", uid=row.uid))
        for row in served_by(action, person)
    ]
    return record_page(action, person, served)
