"""Fieldwork: an audit taken along on a device, and what the device sends back.

The page and its script are the same for everybody and hold nothing of an audit, so that a service
worker can keep them; what is an audit's comes as data, which the script seals before keeping it.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from qms import __version__
from qms.audits import operations, showing
from qms.audits.forms import read_changes
from qms.audits.models import Audit
from qms.audits.operations import Change, ChangeKind
from qms.audits.permissions import may_answer
from qms.audits.queries import (
    attendance_of,
    audit_by_uid,
    checklist_version,
    line_by_uid,
    load_lines,
    stances_of,
)
from qms.audits.routes.blueprint import bp
from qms.core import files
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.holder import hand_over
from qms.core.i18n import LANGUAGES, speak
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import me, public, uid_or_404
from qms.core.uids import read_uid
from qms.people.models import Person

SCRIPTS = ("page", "vault", "book", "sending", "photos", "particulars", "parts")
"""The modules of the page, in static/js/fieldwork."""


@bp.get("/audits/<uid>/fieldwork")
def fieldwork(uid: str) -> Any:
    """The page with the audit in it."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_answer, person, audit)
    return hand_over(_page(_state(audit, person)), person.uid)


@bp.get("/audits/fieldwork")
@public
def fieldwork_shell() -> Response:
    """The page without any audit, as a device keeps it. It tells nothing, so that a device whose
    session has ended can renew it, in the language that it names."""
    wanted = request.args.get("language", "")
    if wanted in LANGUAGES and not current_user.is_authenticated:
        speak(wanted)
    return _page(None)


def _page(state: dict[str, Any] | None) -> Response:
    given = {
        **showing.choices(),
        "words": showing.words(),
        "limit": current_app.config["QMS_UPLOAD_LIMIT"],
        "urls": {
            "worker": url_for("audits.fieldwork_worker"),
            "scope": url_for("audits.index").rstrip("/") + "/",
            "sign_in": url_for("people.sign_in"),
            "page": _pattern("audits.fieldwork"),
            "audit": _pattern("audits.show"),
            "state": _pattern("audits.fieldwork_state"),
            "changes": _pattern("audits.take_changes"),
            "photos": _pattern("audits.take_photo"),
        },
        "state": state,
    }
    response = make_response(
        render_template("audits/fieldwork.html", given=given, scripts=_scripts())
    )
    if current_user.is_authenticated:  # who is signed out has no language to replace theirs with
        response.headers["X-Fieldwork"] = fingerprint()
    return response


def _pattern(endpoint: str, **values: Any) -> str:
    """An address with ~ where the audit's uid goes."""
    return url_for(endpoint, uid="~", **values).replace("%7E", "~")


def _scripts() -> list[str]:
    version = fingerprint()
    return [url_for("static", filename=f"js/fieldwork/{one}.js", v=version) for one in SCRIPTS]


@cache
def fingerprint() -> str:
    """Changes with the version and with every file that the page is made of."""
    found = hashlib.sha256(__version__.encode())
    static = Path(current_app.static_folder or "")
    for name in ("qms.css", "js/qms.js", *(f"js/fieldwork/{one}.js" for one in SCRIPTS)):
        found.update((static / name).read_bytes())
    return found.hexdigest()[:16]


@bp.get("/audits/fieldwork/worker.js")
@public
def fieldwork_worker() -> Response:
    """The service worker, with the addresses of what it keeps."""
    assets = [
        *_scripts(),
        url_for("bootstrap.static", filename="css/bootstrap.min.css"),
        url_for("static", filename="qms.css", v=__version__),
        url_for("static", filename="js/qms.js", v=__version__),
        url_for("static", filename="mark.svg"),
    ]
    script = render_template(
        "audits/fieldwork_worker.js",
        version=fingerprint(),
        shell=url_for("audits.fieldwork_shell"),
        assets=assets,
        before=url_for("audits.fieldwork", uid="~").replace("%7E", "~").split("~"),
    )
    response = Response(script, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("audits.index").rstrip("/") + "/"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _state(audit: Audit, person: Person) -> dict[str, Any]:
    return {**showing.state_of(audit, person), "csrf": generate_csrf()}


@bp.get("/audits/<uid>/fieldwork/state")
def fieldwork_state(uid: str) -> Any:
    """The audit as it is now, for a page that was opened from the device."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_answer, person, audit)
    return hand_over(jsonify(_state(audit, person)), person.uid)


@bp.post("/audits/<uid>/fieldwork")
def take_changes(uid: str) -> Any:
    """Take what a device wrote down: for each change what became of it, and how the records that
    it is about stand now."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_answer, person, audit)
    sent = request.get_json(silent=True)
    if isinstance(sent, dict) and sent.get("person") != str(person.uid):
        return _somebody_elses()
    changes, ahead = read_changes(sent)
    taken = operations.take_changes(audit, changes, by=person)
    now = _now(audit, changes, person)  # before others can write again: it is what was taken
    db.session.commit()
    return jsonify(
        results=[
            {"uid": str(one.uid), "outcome": one.outcome.value, "message": one.message}
            for one in taken
        ],
        ahead=round(ahead.total_seconds()),
        **now,
    )


def _somebody_elses() -> Any:
    """What one person wrote is not taken in the name of another who signed in meanwhile."""
    message = _("Somebody else wrote this. It is sent when they sign in on this device again.")
    return jsonify(code="other_person", message=message), 409


def _now(audit: Audit, changes: list[Change], person: Person) -> dict[str, Any]:
    """The lines that were answered and all that was said at meetings, as they stand now; and the
    version of the checklist, by which a device sees that it does not know all of it any more."""
    kinds = {one.kind for one in changes}
    found: dict[str, Any] = {"checklist": checklist_version(audit)}
    if ChangeKind.ANSWER in kinds:
        load_lines(audit)
        about = {one.target for one in changes if one.kind is ChangeKind.ANSWER}
        lines = [line for line in audit.listed if str(line.uid) in about]
        found["lines"] = showing.lines_shown(audit, lines, person)
    if ChangeKind.ATTENDANCE in kinds:
        found["attendance"] = showing.attendance_shown(attendance_of(audit))
    if ChangeKind.STANCE in kinds:
        found["stances"] = showing.stances_shown(stances_of(audit), person)
    return found


@bp.post("/audits/<uid>/fieldwork/photos")
def take_photo(uid: str) -> Any:
    """Take a photo of a line; it becomes evidence. Sent again, it is the same piece."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_answer, person, audit)
    if request.form.get("person") != str(person.uid):
        return _somebody_elses()
    line = line_by_uid(audit, uid_or_404(request.form.get("line", "")))
    photo, photo_uid = request.files.get("photo"), read_uid(request.form.get("uid", ""))
    if photo is None or photo_uid is None or not photo.filename:
        message = _("Choose a photo.")
        raise Invalid(message, photo=message)
    received = files.receive(photo.stream, photo.filename)
    piece = operations.keep_photo(line, received, uid=photo_uid, by=person)
    db.session.commit()
    return jsonify(uid=str(piece.uid), url=url_for("evidence.show", uid=piece.uid))
