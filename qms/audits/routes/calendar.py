"""One's own calendar feed of audits, and the feed itself."""

from datetime import UTC
from typing import Any

from flask import Response, current_app, flash, render_template, url_for

from qms.audits import operations
from qms.audits.calendar_feed import entries_of, feed_at, token_of
from qms.audits.models import AuditCalendar
from qms.audits.queries.programme import calendar_of
from qms.audits.routes.blueprint import bp
from qms.core import clock
from qms.core.i18n import gettext as _
from qms.core.i18n import speaking
from qms.core.icalendar import calendar_text
from qms.core.routing import done, me, public, uid_or_404


def _address(feed: AuditCalendar) -> str:
    token = token_of(feed, str(current_app.secret_key))
    return url_for("audits.calendar_feed", uid=feed.uid, token=token, _external=True)


@bp.get("/audits/calendar")
def calendar() -> Any:
    """The address of one's own calendar feed, and how to use and renew it."""
    feed = calendar_of(me())
    return render_template("audits/calendar.html", feed_address=_address(feed) if feed else None)


@bp.post("/audits/calendar")
def renew_calendar() -> Any:
    """Get an address, or another one."""
    is_first = calendar_of(me()) is None
    operations.renew_calendar(me())
    told = _("Your calendar has an address.")
    flash(told if is_first else _("The address is new. The old one works no more."), "success")
    return done("audits.calendar")


@bp.get("/audits/calendar/<uid>/<token>.ics")
@public
def calendar_feed(uid: str, token: str) -> Response:
    """The calendar of whoever has its secret address."""
    person = feed_at(uid_or_404(uid), token, str(current_app.secret_key)).person
    with speaking(person.language):
        text = calendar_text(
            _("Audits %(district)s", district=person.district.name),
            entries_of(person, lambda one: url_for("audits.show", uid=one, _external=True)),
            clock.now().astimezone(UTC),
        )
    response = Response(text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "inline; filename=audits.ics"
    response.headers["Cache-Control"] = "private, no-store"
    return response
