"""Pages: signing in and out, one's own account."""

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.core import dates
from qms.core.db import db
from qms.core.errors import Refused
from qms.core.forms import saved
from qms.core.holder import hand_over
from qms.core.i18n import gettext as _
from qms.core.routing import done, local_target, me, public, uid_or_404
from qms.people import operations, sessions
from qms.people.browsers import browser_named
from qms.people.forms import PasswordForm, SignInForm
from qms.people.models import Account, Person
from qms.people.person_pages import OwnPage
from qms.people.queries import appointments_on, delegations_of
from qms.people.roles import Role
from qms.units.tree import tree_of

bp = Blueprint("people", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """The sign-in page. In demo mode it offers the demo people by role."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect("/")
    form = SignInForm()
    refused = None
    if form.validate_on_submit():
        try:
            person, token = sessions.sign_in(
                form.user_name.data,
                form.password.data,
                address=request.remote_addr or "",
                browser=request.user_agent.string,
            )
        except Refused as problem:
            db.session.commit()  # the failed attempt counts
            refused = problem.message
        else:
            return _signed_in(person, token)
    page = render_template(
        "people/sign_in.html", form=form, refused=refused, demo_people=_demo_people()
    )
    return page, 401 if refused else 200


def _signed_in(person: Person, token: str) -> Any:
    """Begin the browser's session. A language chosen on the sign-in page is kept for the person."""
    if session.get("language_was_chosen"):
        operations.choose_looks(person, language=session["language"])
    db.session.commit()
    session.clear()
    session["token"] = token
    session["language"] = person.language
    return hand_over(redirect(local_target(request.args.get("next")), 303), person.uid)


@dataclass(frozen=True)
class DemoPerson:
    """Somebody whom the demo lets in at a click: the units of their first role, and what else
    they are, where."""

    uid: str
    name: str
    units: str
    also: str


def _demo_people() -> list[tuple[str, list[DemoPerson]]]:
    """(role, those whose first role it is) in the order of roles; nobody outside the demo."""
    if not current_app.config["QMS_DEMO"]:
        return []
    people = db.session.scalars(
        select(Person)
        .join(Account, Account.id == Person.account_id)
        .where(Account.disabled_at.is_(None))
        .options(selectinload(Person.grants), joinedload(Person.district))
        .order_by(Person.name_key, Person.uid)
        .limit(100)
    )
    found: dict[Role, list[DemoPerson]] = {role: [] for role in Role}
    for person in people:
        day, tree = person.district.today, tree_of(person.district)
        held = [one for one in person.grants if one.holds_on(day) and tree.get(one.unit_id)]
        if not held or not person.is_active:
            continue
        units: dict[Role, list[str]] = {}
        for one in held:
            units.setdefault(one.role, []).append(tree[one.unit_id].name)
        (first, its_units), *others = units.items()
        also = "; ".join(f"{role.label} ({', '.join(names)})" for role, names in others)
        found[first].append(DemoPerson(str(person.uid), person.name, ", ".join(its_units), also))
    return [(str(role.label), listed) for role, listed in found.items() if listed]


@bp.post("/sign-in/demo")
@public
def demo() -> Any:
    """Enter as one of the demo people, without a password; only in demo mode."""
    if not current_app.config["QMS_DEMO"]:
        raise Refused(_("This is no demo."))
    person = db.session.scalar(
        select(Person)
        .join(Account, Account.id == Person.account_id)
        .where(Person.uid == uid_or_404(request.form.get("person", "")))
    )
    if person is None or person.account is None or person.account.disabled_at:
        raise Refused(_("This person cannot sign in."))
    token = sessions.begin(
        person, address=request.remote_addr or "", browser=request.user_agent.string
    )
    return _signed_in(person, token)


@bp.post("/sign-out")
def sign_out() -> Any:
    """End this session."""
    sessions.end_session(g.account_session.uid, by=me())
    db.session.commit()
    language = session.get("language")
    session.clear()
    session["language"] = language
    return hand_over(redirect(url_for("people.sign_in"), 303), None)


@bp.get("/account")
def account() -> Any:
    """One's own account: positions, roles, sessions."""
    person = me()
    timezone = person.district.timezone
    return render_template(
        "people/account.html",
        person=person,
        appointments=appointments_on([person.id], person.district.today),
        grants=[
            (grant.role.label, person.rights.tree[grant.unit_id].name, grant.until_on)
            for grant in person.grants
            if grant.holds_on(person.district.today) and person.rights.tree.get(grant.unit_id)
        ],
        sessions=[
            (
                str(one.uid),
                browser_named(one.browser),
                one.address,
                dates.long_moment(one.seen_at, timezone),
                one.id == g.account_session.id,
            )
            for one in sessions.sessions_of(
                person.account_id, current_app.config["QMS_SETTINGS"].session_hours
            )
        ],
        page=OwnPage(person, person, delegations_of(person)),
    )


@bp.post("/account/sessions/<uid>/end")
def end_session(uid: str) -> Any:
    """End one of one's own sessions, say on a lost phone."""
    sessions.end_session(uid_or_404(uid), by=me())
    flash(_("The session has ended."), "success")
    return done("people.account")


@bp.route("/account/password", methods=["GET", "POST"])
def password() -> Any:
    """Change one's own password. Who was given one comes here first, and goes on to their work."""
    is_given = me().account.must_change
    form = PasswordForm()
    if saved(
        form,
        lambda: operations.change_password(
            me(), form.old.data, form.password.data, session_id=g.account_session.id
        ),
    ):
        flash(_("Your password is changed. Other sessions have ended."), "success")
        return done("overview.my_work" if is_given else "people.account")
    page = render_template("people/password.html", form=form, is_given=is_given)
    return page, 422 if form.errors else 200
