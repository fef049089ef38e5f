"""Pages for keeping people: the register, a person, positions, roles, account, delegations."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from qms.core.db import db
from qms.core.errors import Missing, OutOfTurn
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.registers import choice_filter, chosen, page_links
from qms.core.repeats import made_before
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.people import operations
from qms.people.forms import (
    AccountForm,
    AppointForm,
    DelegateForm,
    EditPersonForm,
    GrantForm,
    OwnDelegateForm,
    PersonForm,
)
from qms.people.models import Delegation, Person, Position, RoleGrant
from qms.people.permissions import (
    may_administer,
    may_delegate,
    may_delegate_own,
    may_end_delegation,
    may_keep_account,
    may_keep_person,
)
from qms.people.person_pages import PersonPage, person_rows
from qms.people.queries import (
    colleagues,
    delegations_of,
    people_page,
    people_to_choose,
    person_kept_by,
    position_titled,
    positions_in,
)
from qms.people.roles import ADMINISTERS, Role
from qms.people.routes import bp as bp  # the area's pages, with these among them
from qms.people.sessions import one_time_password
from qms.people.unit_forms import EndForm
from qms.people.unit_routes import form_page, kept_units, unit_numbered


@bp.get("/people")
def index() -> Any:
    """The register of people, for administrators."""
    person = me()
    require(may_administer, person)
    q, roles = request.args.get("q", "").strip()[:200], chosen("role", Role)
    left = "left" in request.args.getlist("show")
    narrowed = chosen_unit()
    page = people_page(
        person,
        request.args.get("cursor"),
        q=q,
        role=roles,
        unit_ids=person.rights.tree.subtree(narrowed) if narrowed else None,
        left=left,
    )
    previous, following = page_links(page, "people.index")
    return render_template(
        "people/index.html",
        q=q,
        filters=[
            choice_filter("role", _("Role"), Role, roles),
            ("show", _("Show"), [("left", _("Those who left"), None, left)]),
        ],
        is_narrowed=bool(q or roles or left or narrowed),
        rows=person_rows(person, page.rows),
        previous=previous,
        following=following,
    )


def person_of(uid: str) -> Person:
    """The person in the URL, if the administrator sees them."""
    require(may_administer, me())
    return person_kept_by(me(), uid_or_404(uid))


def back_to(person: Person) -> tuple[str, str]:
    return person.name, url_for("people.show", uid=person.uid)


@bp.route("/people/new", methods=["GET", "POST"])
def new() -> Any:
    """Somebody new, perhaps with a first position, a first role and an account at once."""
    by = me()
    require(may_administer, by)
    units = kept_units()
    form = PersonForm(from_on=by.district.today)
    form.unit.offer_units(units)
    if made := saved(form, lambda: _add_once(form, by)):
        person, password = made
        if password:
            return _told_once(person, password)
        flash(_("The person is added."), "success")
        return done("people.show", uid=person.uid)
    page = render_template(
        "people/new.html", form=form, titles=_titles(by), back=url_for("people.index")
    )
    return page, 422 if form.errors else 200


def _add_once(form: PersonForm, by: Person) -> tuple[Person, str | None]:
    """Sent twice, the person that it made; their password was told the first time."""
    name = form.name.data
    known = made_before(Person, form.new_uid, by=by, is_same=lambda one: one.name == name)
    return (known, None) if known else _add(form, by)


def _add(form: PersonForm, by: Person) -> tuple[Person, str | None]:
    """The new person, and the password of their account if they get one."""
    person = operations.add_person(
        by.district_id, form.name.data, mail=form.mail.data, by=by, uid=form.new_uid
    )
    if form.position.data:
        operations.appoint(
            person,
            _position(form, by),
            kind=form.kind.data,
            nip=form.nip.data,
            from_on=form.from_on.data,
            by=by,
        )
    if form.user_name.data:
        password = one_time_password()
        operations.open_account(person, form.user_name.data, password, by=by)
    else:
        password = None
    if form.role.data:
        operations.grant_role(
            person,
            form.role.data,
            unit_numbered(form.unit.unit_id),
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            by=by,
        )
    return person, password


def _position(form: PersonForm | AppointForm, by: Person) -> Position:
    """The unit's position with the title that was written, added if it has none yet."""
    unit, title = unit_numbered(form.unit.unit_id), form.position.data
    return position_titled(unit, title) or operations.add_position(
        unit, title, is_head=form.is_head.data, by=by
    )


def _titles(by: Person) -> list[str]:
    """Titles of positions to offer while somebody types."""
    ids = by.rights.units(ADMINISTERS).ids
    return sorted({position.title for position in positions_in(by.district, ids)})


def _told_once(person: Person, password: str) -> Any:
    """Save, and show a password this one time: it stands nowhere else, so there is no redirect."""
    db.session.commit()
    return render_template("people/password_once.html", person=person, password=password)


@bp.get("/people/<uid>")
def show(uid: str) -> Any:
    """A person with positions, roles, account and delegations."""
    by, person = me(), person_of(uid)
    return render_template(
        "people/show.html", person=person, page=PersonPage(by, person, delegations_of(person))
    )


@bp.route("/people/<uid>/edit", methods=["GET", "POST"])
def edit(uid: str) -> Any:
    """Correct a name or address, or note that somebody left."""
    by, person = me(), person_of(uid)
    require(may_keep_person, by, person)
    form = EditPersonForm(obj=person)
    if saved(
        form,
        lambda: operations.edit_person(
            person,
            name=form.name.data,
            mail=form.mail.data,
            left_on=form.left_on.data,
            by=by,
            seen=form.version.data,
        ),
    ):
        flash(_("Saved."), "success")
        return done("people.show", uid=person.uid)
    return form_page(form, _("Edit person"), back_to(person), _("Save"))


@bp.route("/people/<uid>/appointments/new", methods=["GET", "POST"])
def appoint(uid: str) -> Any:
    """Record that a person holds a position from a day on."""
    by, person = me(), person_of(uid)
    form = AppointForm(from_on=by.district.today, unit=_own_unit(person))
    form.unit.offer_units(kept_units())
    if saved(
        form,
        lambda: operations.appoint(
            person,
            _position(form, by),
            kind=form.kind.data,
            rank=form.rank.data,
            nip=form.nip.data,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            by=by,
        ),
    ):
        flash(_("The position is recorded."), "success")
        return done("people.show", uid=person.uid)
    page = render_template(
        "people/appoint.html", form=form, person=person, titles=_titles(by), back=back_to(person)
    )
    return page, 422 if form.errors else 200


@bp.route("/people/<uid>/appointments/<appointment_uid>/end", methods=["GET", "POST"])
def end_appointment(uid: str, appointment_uid: str) -> Any:
    """Note that a person no longer holds a position."""
    by, person = me(), person_of(uid)
    appointment = _one_of(person.appointments, uid_or_404(appointment_uid))
    require(may_administer, by, appointment.position.unit_id)
    if appointment.is_over(by.district.today):
        raise OutOfTurn(_("This has ended already."))
    form = EndForm(on=by.district.today)
    if saved(form, lambda: operations.end_appointment(appointment, on=form.on.data, by=by)):
        flash(_("The position has ended."), "success")
        return done("people.show", uid=person.uid)
    return form_page(form, _("End position"), back_to(person), _("End"), appointment.title)


def _one_of(records: Any, uid: UUID) -> Any:
    """The one with this uid that the administrator sees: in units that they administer."""
    for record in records:
        unit_id = record.unit_id if isinstance(record, RoleGrant) else record.position.unit_id
        if record.uid == uid and me().administers(unit_id):
            return record
    raise Missing(_("There is nothing at this address."))


def _own_unit(person: Person) -> str | None:
    """The uid of the unit where a person holds a position, or else a role. What the administrator
    does not keep is not in the list to choose from."""
    today, tree = person.district.today, me().rights.tree
    held = [one.position.unit_id for one in person.appointments if one.holds_on(today)]
    held += [one.unit_id for one in person.grants if one.holds_on(today)]
    nodes = (tree.get(unit_id) for unit_id in held)
    return next((str(node.uid) for node in nodes if node is not None), None)


@bp.route("/people/<uid>/roles/new", methods=["GET", "POST"])
def grant(uid: str) -> Any:
    """Give a person a role in a unit."""
    by, person = me(), person_of(uid)
    form = GrantForm(from_on=by.district.today, unit=_own_unit(person))
    form.unit.offer_units(kept_units())
    if saved(
        form,
        lambda: operations.grant_role(
            person,
            form.role.data,
            unit_numbered(form.unit.unit_id),
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            by=by,
        ),
    ):
        flash(_("The role is given."), "success")
        return done("people.show", uid=person.uid)
    return form_page(form, _("Give a role"), back_to(person), _("Give"))


@bp.post("/people/<uid>/roles/<grant_uid>/withdraw")
def withdraw(uid: str, grant_uid: str) -> Any:
    """Take a role back at once, with a reason."""
    person = person_of(uid)
    grant = _one_of(person.grants, uid_or_404(grant_uid))
    operations.withdraw_role(grant, by=me(), reason=request.form.get("reason", ""))
    flash(_("The role is withdrawn, at once and everywhere."), "success")
    return done("people.show", uid=person.uid)


@bp.route("/people/<uid>/account", methods=["GET", "POST"])
def open_account(uid: str) -> Any:
    """Open an account; its first password is shown once."""
    by, person = me(), person_of(uid)
    require(may_keep_account, by, person)
    form = AccountForm()
    password = one_time_password()
    if saved(form, lambda: operations.open_account(person, form.user_name.data, password, by=by)):
        return _told_once(person, password)
    return form_page(form, _("Open account"), back_to(person), _("Open account"))


@bp.post("/people/<uid>/account/reset")
def reset_password(uid: str) -> Any:
    """Set a new password, shown once; all sessions end."""
    person, password = person_of(uid), one_time_password()
    operations.reset_password(person, password, by=me())
    return _told_once(person, password)


@bp.post("/people/<uid>/account/disable")
def disable_account(uid: str) -> Any:
    """Shut somebody out at once."""
    person = person_of(uid)
    operations.disable_account(person, by=me())
    flash(_("The account is disabled and signed out everywhere."), "success")
    return done("people.show", uid=person.uid)


@bp.post("/people/<uid>/account/enable")
def enable_account(uid: str) -> Any:
    """Let somebody in again."""
    person = person_of(uid)
    operations.enable_account(person, by=me())
    flash(_("The account is enabled."), "success")
    return done("people.show", uid=person.uid)


@bp.post("/people/<uid>/account/end-sessions")
def end_sessions(uid: str) -> Any:
    """Sign somebody out everywhere."""
    person = person_of(uid)
    operations.end_sessions(person, by=me())
    flash(_("All sessions have ended."), "success")
    return done("people.show", uid=person.uid)


@bp.route("/people/<uid>/delegations/new", methods=["GET", "POST"])
def delegate(uid: str) -> Any:
    """Note who acts for a person for a time."""
    by, person = me(), person_of(uid)
    require(may_delegate, by, person)
    return _delegate(person, people_to_choose(by), DelegateForm, back_to(person))


@bp.route("/account/delegations/new", methods=["GET", "POST"])
def delegate_own() -> Any:
    """Say who acts for oneself for a time."""
    person = me()
    require(may_delegate_own, person)
    return _delegate(person, colleagues(person), OwnDelegateForm, _own_account())


def _own_account() -> tuple[str, str]:
    return _("My account"), url_for("people.account")


def _back(to: tuple[str, str]) -> Any:
    db.session.commit()
    return redirect(to[1], 303)


def _delegate(
    person: Person, people: list[Person], form_class: type[DelegateForm], back: tuple[str, str]
) -> Any:
    by = me()
    others = {str(one.uid): one for one in people if one.id != person.id}
    form = form_class(from_on=by.district.today)
    form.delegate.offer_people(list(others.values()))
    if saved(
        form,
        lambda: operations.delegate(
            person,
            others[form.delegate.data],
            reason=form.reason.data,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            by=by,
        ),
    ):
        flash(_("The delegation is noted."), "success")
        return _back(back)
    hint = _("Whoever acts for somebody counts as that person wherever duties stay separate.")
    return form_page(form, _("New delegation"), back, _("Save"), hint)


@bp.route("/people/<uid>/delegations/<delegation_uid>/end", methods=["GET", "POST"])
def end_delegation(uid: str, delegation_uid: str) -> Any:
    """Note that a delegation is over."""
    by, person = me(), person_of(uid)
    require(may_delegate, by, person)
    found = _delegation(person, delegation_uid)
    if found.person_id != person.id:
        raise Missing(_("There is nothing at this address."))
    return _end_delegation(found, back_to(person), found.delegate.name)


@bp.route("/account/delegations/<delegation_uid>/end", methods=["GET", "POST"])
def end_own_delegation(delegation_uid: str) -> Any:
    """Say that somebody acts for oneself no longer, or that one acts for somebody no longer."""
    found = _delegation(me(), delegation_uid)
    require(may_end_delegation, me(), found)
    own = found.person_id == me().id
    other = (found.delegate if own else found.person).name
    said = _("%(name)s acts for you", name=other) if own else _("You act for %(name)s", name=other)
    return _end_delegation(found, _own_account(), said)


def _delegation(person: Person, uid: str) -> Delegation:
    """A delegation of a person, to somebody or from somebody."""
    wanted = uid_or_404(uid)
    found = next((one for one in delegations_of(person) if one.uid == wanted), None)
    if found is None:
        raise Missing(_("There is nothing at this address."))
    return found


def _end_delegation(delegation: Delegation, back: tuple[str, str], hint: str) -> Any:
    by = me()
    if delegation.is_over(by.district.today):
        raise OutOfTurn(_("This has ended already."))
    form = EndForm(on=by.district.today)
    if saved(form, lambda: operations.end_delegation(delegation, on=form.on.data, by=by)):
        flash(_("The delegation has ended."), "success")
        return _back(back)
    return form_page(form, _("End delegation"), back, _("End"), hint)
