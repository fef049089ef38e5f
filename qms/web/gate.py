"""The gate: who is this, in which language, and may they be here at all."""

from typing import Any

from flask import Flask, abort, current_app, g, jsonify, redirect, request, session, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect

from qms.core.db import only_reads
from qms.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, speak
from qms.core.routing import wants_json
from qms.core.uids import read_uid
from qms.people import sessions
from qms.people.roles import ALL
from qms.reminders.queries import UNREAD

login_manager = LoginManager()
login_manager.session_protection = None  # our own session table does this

READING = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    app.before_request(settle)
    CSRFProtect(app)  # asks in between: whoever is refused is told so in their language
    app.before_request(open_or_close)
    app.teardown_request(forget)


@login_manager.request_loader
def load_person(_request: Any) -> Any:
    """The person behind the session's token; rights are read anew each time."""
    token = session.get("token")
    if not token:
        return None
    hours = current_app.config["QMS_SETTINGS"].session_hours
    found = sessions.person_of_session(
        token, hours, reading=request.method in READING, along=(UNREAD,)
    )
    if found is None:
        return None
    person, g.account_session = found
    (g.unread,) = g.account_session.along
    return person


def settle() -> None:
    """Before anything can be refused: does this request only read, and in which language?"""
    only_reads.set(request.method in READING)
    speak(session.get("language", DEFAULT_LANGUAGE))
    if not _is_static() and current_user.is_authenticated and current_user.language in LANGUAGES:
        speak(current_user.language)


def forget(_error: BaseException | None) -> None:
    """The thread goes on to other work, which may write."""
    only_reads.set(False)


def open_or_close() -> Any:
    """Let in, or lead to the sign-in page."""
    if request.endpoint is None:
        return _unknown() if not current_user.is_authenticated else None
    if _is_static():
        return None
    view = current_app.view_functions[request.endpoint]
    if current_user.is_authenticated:
        return _welcome()
    if getattr(view, "is_public", False):
        return None
    return (jsonify(error="sign in first"), 401) if wants_json() else _sign_in()


def _is_static() -> bool:
    return bool(request.endpoint and request.endpoint.endswith("static"))


def _unknown() -> Any:
    """What may not be seen does not exist, and the signed-out may see nothing."""
    return None if request.method not in READING else _sign_in()


def _sign_in() -> Any:
    wanted = request.full_path.rstrip("?") if request.method in READING else None
    return redirect(url_for("people.sign_in", next=wanted if wanted != "/" else None), 303)


def _welcome() -> Any:
    person = current_user
    node = person.rights.tree.by_uid(read_uid(session["unit"])) if "unit" in session else None
    g.unit_id = node.id if node and node.id in person.rights.units(ALL).ids else None
    if request.method in READING:
        sessions.note_seen(g.account_session)
    if person.account.must_change and request.endpoint not in STILL_OPEN:
        if request.method not in READING:
            abort(403)
        return redirect(url_for("people.password"), 303)
    return None


STILL_OPEN = {"people.password", "people.sign_out", "shell.language", "shell.theme", "shell.health"}
"""What somebody who must first change their password can still reach."""
