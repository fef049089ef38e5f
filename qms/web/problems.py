"""Problems become pages or JSON, in this one place."""

import secrets
import traceback
from types import SimpleNamespace
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from wtforms import BooleanField, FieldList, HiddenField, SelectField, SelectMultipleField

from qms.core import dates, journal
from qms.core.db import Record, db
from qms.core.errors import Problem, Stale
from qms.core.i18n import gettext as _
from qms.core.routing import local_target, reached_under, wants_json
from qms.core.text import Unprintable
from qms.core.uids import read_uid

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.register_error_handler(Stale, conflict)
    app.register_error_handler(Problem, told)
    app.register_error_handler(StaleDataError, overtaken)
    app.register_error_handler(Unprintable, unprintable)
    app.register_error_handler(StatementError, unprintable)
    app.register_error_handler(IntegrityError, doubled)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, failed)


def _title(code: int) -> str:
    titles = {
        400: _("This request cannot be understood"),
        403: _("This is not yours to do"),
        404: _("Nothing here"),
        405: _("This address is not used in this way"),
        409: _("Not possible in this state"),
        413: _("Too large"),
        422: _("Something is missing or wrong"),
        429: _("Too many requests"),
    }
    return titles.get(code, _("Something went wrong"))


def page(code: int, message: str, *, next_step: str = "", reference: str = "") -> Response:
    """The error page, or JSON for who asked for it."""
    if wants_json():
        response = jsonify(error=_title(code), message=message, reference=reference or None)
    else:
        response = current_app.make_response(
            render_template(
                "errors/error.html",
                code=code,
                title=_title(code),
                message=message,
                next_step=next_step,
                next_url=_page_before(),
                next_label=_("Back to the page before"),
                reference=reference,
                typed=_typed(),
            )
        )
    response.status_code = code
    return response


def _page_before() -> str | None:
    """The path of our own that the person came from."""
    referrer, own = request.headers.get("Referer", ""), request.host_url
    if not referrer.startswith(own):
        return None
    return local_target(referrer[len(own) - 1 :], "") or None


LONGEST_TYPED, MOST_TYPED = 20_000, 20
UNSAID = {"csrf_token", "version", "uid", "next", "then", "old", "password", "again"}
"""What a form sends that nobody typed, or that is not shown."""


def _typed() -> list[tuple[str, str]]:
    """(label, text) of what somebody wrote that could not be saved: pages are not kept by browsers,
    so going back would lose it. Words only: what was chosen or dated is soon chosen again."""
    if request.method != "POST" or not (current_user.is_authenticated or _is_for_everybody()):
        return []
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # larger than anything that is taken: it was not even read
        return []
    form = g.get("edit_form") or ()
    labels = {"reason": _("Reason"), "note": _("Note")}
    labels |= {field.name: str(field.label.text) for field in form}
    found = [
        (labels.get(name, ""), text[:LONGEST_TYPED])
        for name, text in sent
        if name not in UNSAID and " " in text.strip()
    ]
    return found[:MOST_TYPED]


def _is_for_everybody() -> bool:
    """Whether it was written on a page for everybody; what is typed to sign in is never shown."""
    return request.endpoint == "complaints.complain"


def told(problem: Problem) -> Response:
    """A refusal that a person can be told."""
    message = str(problem)
    _clean_up()
    return page(problem.status, message)


def http(error: HTTPException) -> Any:
    """What Flask itself refuses: an unknown address, a wrong method, too large an upload."""
    if error.code is None or error.code < 400:
        return error
    messages = {
        403: _("You do not have the right to do this here."),
        404: _("There is nothing at this address, or it is not for you."),
        405: _("Go back and use the buttons of the page."),
        413: _("What was sent is larger than this installation takes in one go."),
    }
    _clean_up()
    response = page(error.code, messages.get(error.code, _("Go back and try again.")))
    if isinstance(getattr(error, "valid_methods", None), list):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def expired(_error: CSRFError) -> Response:
    """A form without its token: mostly one that lay open until the session had ended."""
    return page(
        400,
        _("This form is too old, or the session has ended since it was opened."),
        next_step=_(
            "Go back with your browser's Back button: what you typed is still there. Copy it, "
            "load the page anew and send it again."
        ),
    )


def overtaken(_error: StaleDataError) -> Response:
    """Two people saved the same record in the same instant; the second loses only time."""
    _clean_up()
    return page(
        409,
        _("Somebody else changed this record in the same instant."),
        next_step=_look_anew(),
    )


def _look_anew() -> str:
    return _("Go back, load the page anew and look at it before you try again.")


def doubled(error: IntegrityError) -> Response:
    """The database found that it is there already: mostly the same form sent twice at once."""
    log.warning("refused by the database", path=request.path, kind=type(error.orig).__name__)
    _clean_up()
    return page(
        409,
        _("This was saved already, or somebody else saved the same in the same instant."),
        next_step=_look_anew(),
    )


def conflict(problem: Stale) -> Response:
    """A stale save: both versions side by side, what was typed kept."""
    form = g.get("edit_form")
    if wants_json() or form is None:
        message = str(problem)
        _clean_up()
        return page(409, message, next_step=_look_anew())
    _clean_up()
    saved = db.session.get(type(problem.record), problem.record.id)
    assert saved is not None
    return current_app.make_response(
        (render_template("errors/conflict.html", conflict=_compared(form, saved)), 409)
    )


def _compared(form: Any, saved: Record) -> SimpleNamespace:
    last = journal.history(saved, limit=1)
    fields: list[SimpleNamespace] = []
    beside: list[SimpleNamespace] = []  # chosen, and no part of the record: nothing to compare
    hidden: list[tuple[str, Any]] = [("version", form.version_of(saved))]
    for field in form:
        if field.name in ("csrf_token", "version") or isinstance(field, HiddenField):
            continue
        typed, kept = request.form.getlist(field.name), form.saved(saved, field.name)
        if isinstance(field, SelectMultipleField) and _is_plain_list(kept):
            if pair := _several(field, typed, {str(one) for one in kept}):
                fields.append(pair)
                continue
        single = not isinstance(field, BooleanField | FieldList | SelectMultipleField)
        if single and len(typed) == 1:
            shown = _shown(field, kept)
            differs = shown != _shown(field, field.data) and (typed[0] or kept is not None)
            if differs:
                is_choice = isinstance(field, SelectField) and not hasattr(saved, field.name)
                (beside if is_choice else fields).append(_pair(field, typed[0], shown))
                continue
        hidden.extend((field.name, value) for value in typed)
    if fields:
        hidden.extend((one.name, one.yours) for one in beside)
    return SimpleNamespace(
        record=getattr(saved, "number", None) or getattr(saved, "name", ""),
        who=last[0].by if last else "",
        when=dates.long_moment(last[0].at, current_user.district.timezone) if last else "",
        url=reached_under() + _where_it_stands(),
        action=reached_under() + request.path,
        hidden=hidden,
        fields=fields or beside,
        files=[
            SimpleNamespace(name=name, label=form[name].label.text, file=sent.filename)
            for name, sent in request.files.items(multi=True)
            if sent.filename and name in form
        ],
    )


def _where_it_stands() -> str:
    """The page that shows what is saved: the form's address up to its last uid or, where that is no
    page, the nearest one above it; without a uid, the form's own page."""
    parts = request.path.split("/")
    last = max((n for n, part in enumerate(parts) if read_uid(part)), default=len(parts) - 1)
    above = ("/".join(parts[:end]) for end in range(last + 1, 1, -1))
    return next(filter(_is_page, above), request.path)


def _is_page(path: str) -> bool:
    try:
        current_app.url_map.bind(request.host).match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _is_plain_list(kept: Any) -> bool:
    """Whether a record holds the chosen values themselves, so that they can be compared."""
    return isinstance(kept, list) and all(isinstance(one, int | str) for one in kept)


def _several(field: Any, typed: list[str], kept: set[str]) -> SimpleNamespace | None:
    """A list from which several may be chosen: what either version has of it, yours chosen; None
    if both have the same."""
    if set(typed) == kept:
        return None
    named = [(str(value), str(label)) for value, label, *_rest in field.iter_choices()]
    return SimpleNamespace(
        name=field.name,
        label=field.label.text,
        yours="",
        saved="\n".join(label for value, label in named if value in kept),
        long=False,
        is_multiple=True,
        choices=[
            (value, label, value in typed) for value, label in named if value in {*typed, *kept}
        ],
    )


def _shown(field: Any, value: Any) -> str:
    if isinstance(field, SelectField):
        for choice, label, *_rest in field.iter_choices():
            if str(choice) == str(value):
                return str(label)
    return "" if value is None else str(value)


def _pair(field: Any, yours: str, saved: str) -> SimpleNamespace:
    choices = None
    if isinstance(field, SelectField):
        choices = [(value, label, chosen) for value, label, chosen, *_ in field.iter_choices()]
    return SimpleNamespace(
        name=field.name,
        label=field.label.text,
        yours=yours,
        saved=saved,
        long=len(yours) > 80 or "\n" in yours or field.type == "TextAreaField",
        choices=choices,
        is_multiple=False,
    )


def unprintable(error: Unprintable | StatementError) -> Response:
    """A character that Word and Excel cannot hold, where no form has told so before; everything
    else that a database refuses is our fault."""
    if isinstance(error, StatementError) and not isinstance(error.orig, Unprintable):
        return failed(error)
    _clean_up()
    return page(422, _("The text holds a character that cannot be printed. Type it anew."))


def failed(error: Exception) -> Response:
    """What nobody expected: logged with a reference that the person can pass on."""
    reference = secrets.token_hex(4)
    log.error(
        "request failed",
        reference=reference,
        path=request.path,
        trace="".join(traceback.format_exception(error)),
    )
    _clean_up()
    return page(
        500,
        _("The fault is ours. Nothing was saved."),
        next_step=_("Try again; if it happens again, give the reference to your administrator."),
        reference=reference,
    )


def _clean_up() -> None:
    """Drop what was half done. Who is signed in stays loaded: the page needs it."""
    with db.session.no_autoflush:
        db.session.rollback()
