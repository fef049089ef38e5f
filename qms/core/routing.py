"""Small things that every area's routes need."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import g, has_request_context, redirect, request, url_for
from flask_login import current_user
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response

from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.uids import read_uid

LARGEST_NUMBER = 2**31 - 1


class Number(IntegerConverter):
    """A whole number in an address, no larger than any database holds; others lead to nothing."""

    def __init__(self, map: Any, *args: Any, **given: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_NUMBER, **given})


View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Open a view to people who are not signed in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def me() -> Any:
    """The person who is signed in."""
    return current_user._get_current_object()


def uid_or_404(text: str) -> UUID:
    """The uid in a URL; what is none leads to nothing."""
    found = read_uid(text)
    if found is None:
        raise Missing(_l("There is nothing at this address."))
    return found


def chosen_unit() -> int | None:
    """The unit that the switcher narrows registers to (with those under it); None: all seen."""
    return g.get("unit_id")


def done(endpoint: str, **values: Any) -> Response:
    """Commit, and lead on to a page (303), after a POST."""
    db.session.commit()
    return redirect(url_for(endpoint, **values), 303)


def reached_under() -> str:
    """The path under which the installation was reached. A proxy says it, or whoever could slip it
    past the proxy: what is worked out for one path is never shown to who came by another."""
    return request.script_root if has_request_context() else ""


def address(endpoint: str, **values: Any) -> str:
    """url_for of what every page links to, worked out once for each such path: these addresses
    never change."""
    return _address(reached_under(), endpoint, **values)


@lru_cache(maxsize=500)
def _address(_root: str, endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values)


def urls_of(endpoint: str) -> Callable[[UUID | str], str]:
    """A quick url_for of records of one kind, for rows of registers."""
    before, after = address(endpoint, uid="~").split("~")
    return lambda uid: f"{before}{uid}{after}"


def local_target(target: str | None, otherwise: str = "/") -> str:
    """A path of our own to go back to; anything that leads elsewhere becomes `otherwise`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(letter) < 32 for letter in target):
        return otherwise
    return target


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
