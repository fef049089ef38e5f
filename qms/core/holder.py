"""Whose browser is it? A cookie that scripts can read tells them who signed in here last.

What a page keeps in the browser's own storage for work without network belongs to one person. The
server cannot reach that storage, so it says who the present holder of the device is: with every
sign-in it names the person, signing out it names nobody. A page gives what is stored to the holder
only. The name is a uid; it opens nothing at the server.
"""

from typing import TypeVar
from uuid import UUID

from flask import current_app, request
from werkzeug.wrappers import Response

COOKIE = "qms_holder"
NOBODY = "-"
YEAR = 365 * 24 * 3600

Answer = TypeVar("Answer", bound=Response)


def hand_over(response: Answer, uid: UUID | None) -> Answer:
    """From this answer on the browser is in this person's hands; None: in nobody's."""
    name = NOBODY if uid is None else str(uid)
    if request.cookies.get(COOKIE) != name:
        response.set_cookie(
            COOKIE,
            name,
            max_age=YEAR,
            path=request.script_root or "/",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )
    return response
