"""Pages of reminders: one's notices, one's choices and calendar, the rule, the outbox."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)

from qms.core import clock
from qms.core.db import db, version_of
from qms.core.errors import Invalid
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext, speaking
from qms.core.icalendar import calendar_text, start_of_day
from qms.core.permissions import require
from qms.core.registers import choice_filter, chosen, page_links
from qms.core.routing import done, local_target, me, public, uid_or_404
from qms.core.uids import read_uid
from qms.people.queries import address_of, refusal_of
from qms.reminders import feed, operations, post, queries
from qms.reminders.forms import ChoiceForm, RuleForm
from qms.reminders.models import MailChoice, MailState, WorkCalendar
from qms.reminders.permissions import may_keep_mail, may_set_rule
from qms.reminders.rules import row_of, rule_of
from qms.reminders.showing import lines_of, mail_rows

bp = Blueprint("reminders", __name__)
MOST_SHOWN = 50


@bp.get("/notices")
def index() -> Any:
    """One's notices, the newest first."""
    person, past = me(), request.args.get("show") == "past"
    page = queries.notices_page(person, request.args.get("cursor"), past=past)
    previous, following = page_links(page, "reminders.index")
    lines = lines_of(page.rows, person)
    return render_template(
        "reminders/index.html",
        lines=[(one, url_for(one.endpoint, uid=one.record_uid)) for one in lines],
        tabs=[
            (_("What holds"), url_for("reminders.index"), not past, None),
            (_("Past"), url_for("reminders.index", show="past"), past, None),
        ],
        is_past=past,
        any_unread=any(not one.is_read for one in lines) and not past,
        previous=previous,
        following=following,
        shown_text=ngettext("%(num)s notice shown", "%(num)s notices shown", len(lines)),
    )


@bp.post("/notices/read")
def read() -> Any:
    """Mark a notice as read (all, if none is named); with `next`, and lead on to its record."""
    uid = read_uid(request.form.get("notice", ""))
    operations.read_notices(None if uid is None else [uid], by=me())
    db.session.commit()
    return redirect(local_target(request.form.get("next"), url_for("reminders.index")), 303)


@bp.route("/notices/mine", methods=["GET", "POST"])
def own() -> Any:
    """How one wants to be told, and one's calendar."""
    person, known = me(), queries.choice_of(me())
    form = ChoiceForm(data={"mail": (known.mail if known else MailChoice.DAILY).value})
    if saved(form, lambda: operations.choose_mail(MailChoice(form.mail.data), by=person)):
        flash(_("Saved."), "success")
        return done("reminders.own")
    calendar = queries.calendar_of(person)
    refused = refusal_of(person)
    page = render_template(
        "reminders/own.html",
        form=form,
        address=address_of(person),
        refused=refused.why if refused else None,
        sends_mail=post.can_send(current_app.config["QMS_SETTINGS"]),
        calendar_address=_address(calendar) if calendar and calendar.is_on else None,
    )
    return page, 422 if form.errors else 200


def _address(calendar: WorkCalendar) -> str:
    token = queries.token_of(calendar, str(current_app.secret_key))
    return url_for("reminders.calendar_feed", uid=calendar.uid, token=token, _external=True)


@bp.post("/notices/calendar")
def renew_calendar() -> Any:
    """Get an address for one's calendar, or another one."""
    known = queries.calendar_of(me())
    operations.renew_calendar(me())
    told = _("Your calendar has an address.")
    was_on = known is not None and known.is_on
    flash(_("The address is new. The old one works no more.") if was_on else told, "success")
    return done("reminders.own")


@bp.post("/notices/calendar/stop")
def stop_calendar() -> Any:
    """Switch one's calendar off."""
    operations.stop_calendar(me())
    flash(_("Your calendar is off. Its address works no more."), "success")
    return done("reminders.own")


@bp.get("/notices/calendar/<uid>/<token>.ics")
@public
def calendar_feed(uid: str, token: str) -> Any:
    """The calendar of whoever has its secret address. Asked again on the same day, it is sent again
    only if something changed."""
    person = queries.feed_at(uid_or_404(uid), token, str(current_app.secret_key))
    with speaking(person.language):
        text = calendar_text(
            _("My work, %(district)s", district=person.district.name),
            feed.entries_of(person, lambda at, one: url_for(at, uid=one, _external=True)),
            start_of_day(person.district.today),
            product="My work",
        )
    response = Response(text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "inline; filename=qms.ics"
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


# The rule ------------------------------------------------------------------------------------


@bp.route("/settings/reminders", methods=["GET", "POST"])
def rule() -> Any:
    """When the district's people are reminded."""
    person = me()
    require(may_set_rule, person)
    form, row = RuleForm(), row_of(person.district_id)
    if request.method == "GET":
        form.show(rule_of(person.district_id), version_of([row] if row else []))
    if saved(
        form,
        lambda: operations.set_rule(form.rule, by=person, seen=form.version.data if row else None),
    ):
        flash(_("Saved. It holds from the next run on, tomorrow morning."), "success")
        return done("reminders.rule")
    page = render_template("reminders/rule.html", form=form, is_own=row is not None)
    return page, 422 if form.errors else 200


# The outbox ----------------------------------------------------------------------------------


@bp.get("/mail")
def mail() -> Any:
    """The district's mail: whether it can be sent, what waits, what went wrong, and for whom."""
    person = me()
    require(may_keep_mail, person)
    states = chosen("state", MailState)
    page = queries.mail_page(person.district_id, states, request.args.get("cursor"))
    previous, following = page_links(page, "reminders.mail")
    settings = current_app.config["QMS_SETTINGS"]
    counts = queries.states_counted(person.district_id)
    return render_template(
        "reminders/mail_page.html",
        settings=settings,
        sends_mail=post.can_send(settings),
        waiting=sum(counts.get(one, 0) for one in (MailState.WAITING, MailState.SENDING)),
        filters=[choice_filter("state", _("State"), MailState, states)],
        is_narrowed=bool(states),
        rows=mail_rows(page.rows, person.district.timezone, clock.now()),
        wrong=[
            (one.name, url_for("people.show", uid=one.uid), refused.address, refused.why)
            for one, refused in queries.wrong_addresses(person.district_id, MOST_SHOWN)
        ],
        previous=previous,
        following=following,
        shown_text=ngettext("%(num)s mail shown", "%(num)s mails shown", len(page.rows)),
    )


@bp.post("/mail/test")
def test_mail() -> Any:
    """Have a test mail sent to oneself."""
    person, settings = me(), current_app.config["QMS_SETTINGS"]
    require(may_keep_mail, person)
    if not post.can_send(settings):
        raise Invalid(_("No mail is sent from here: no mail server is set."))
    sent = operations.ask_for_test_mail(by=person, domain=post.domain_of(settings))
    told = _("A test is on its way to %(address)s. How it went shows here.", address=sent.address)
    flash(told, "success")
    return done("reminders.mail")


@bp.post("/mail/retry")
def retry() -> Any:
    """Have a mail that was given up tried again."""
    require(may_keep_mail, me())
    uid = read_uid(request.form.get("mail", ""))
    if uid is None:
        raise Invalid(_("Choose the mail that is to be tried again."))
    operations.try_again(uid, by=me())
    flash(_("It is tried again now."), "success")
    return done("reminders.mail")
