"""Pages of the actions area: the register, one action, finishing it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from qms.actions import operations
from qms.actions.extending import (
    ask_extension,
    grant_extension,
    refuse_asked_twice,
    refuse_extension,
)
from qms.actions.forms import (
    CostForm,
    DecisionForm,
    EditActionForm,
    ExtensionForm,
    FinishForm,
    NewActionForm,
    cost_of,
    task_of,
)
from qms.actions.history import LABELS, SENTENCES
from qms.actions.models import Action, ActionKind, ActionState
from qms.actions.owners import owners_for
from qms.actions.permissions import (
    may_ask_extension,
    may_decide_extension,
    may_edit,
    may_enter_cost,
    may_finish,
    may_plan_somewhere,
)
from qms.actions.queries import action_by_uid, action_page, owners_of, verifiers_of
from qms.actions.showing import STATE_TONES, action_due, buttons_of, finish_url
from qms.actions.workflow import waits_for_its_plan
from qms.core import dates, journal
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn
from qms.core.forms import saved, told_by
from qms.core.i18n import gettext as _
from qms.core.money import rupiah
from qms.core.periods import Days, read_days
from qms.core.permissions import require
from qms.core.registers import Filter, choice_filter, chosen, page_links
from qms.core.routing import chosen_unit, done, local_target, me, uid_or_404
from qms.core.timeline import timeline
from qms.core.uids import read_uid
from qms.evidence.queries import current_files, pickable, pieces_by_uid
from qms.evidence.showing import expiry, shown_file
from qms.evidence.uploads import received
from qms.people.models import Person
from qms.people.naming import named
from qms.people.rights import sight_of
from qms.people.roles import NEED_TO_KNOW, WORKS

bp = Blueprint("actions", __name__)
UNDER_WAY = [ActionState.OPEN, ActionState.DONE]
TIMELY = {"true": True, "false": False}


@bp.get("/actions")
def index() -> Any:
    """The register of actions, the most urgent first; what is settled only when asked for."""
    person, q = me(), request.args.get("q", "")[:200]
    states, kinds = chosen("state", ActionState), chosen("kind", ActionKind)
    show = set(request.args.getlist("show")) & {"mine", "overdue"}
    due, timely = read_days(request.args.get("due")), TIMELY.get(request.args.get("timely", ""))
    is_narrowed = bool(q or states or kinds or show or due or timely is not None)
    page = action_page(
        person,
        chosen_unit(),
        q=q,
        states=states or ([] if q or timely is not None else UNDER_WAY),
        kinds=kinds,
        mine="mine" in show,
        overdue="overdue" in show,
        due=due,
        timely=timely,
        cursor=request.args.get("cursor"),
    )
    owners = owners_of(page.rows)
    return render_template(
        "actions/index.html",
        rows=[_row(row, owners, person) for row in page.rows],
        filters=_filters(
            show, states or ([] if q or timely is not None else UNDER_WAY), kinds, due, timely
        ),
        q=q,
        links=page_links(page, "actions.index"),
        is_narrowed=is_narrowed,
        may_plan=may_plan_somewhere(person),
    )


def _filters(
    show: set[str],
    states: list[ActionState],
    kinds: list[ActionKind],
    due: Days | None,
    timely: bool | None,
) -> list[Filter]:
    shown = (("mine", _("My own")), ("overdue", _("Overdue")))
    behind: list[Filter] = []
    if due is not None:
        behind.append(("due", _("Due"), [(str(due), due.label, None, True)]))
    if timely is not None:
        text = _("Done on time") if timely else _("Late")
        behind.append(("timely", _("On time"), [(str(timely).lower(), text, None, True)]))
    return [
        ("show", _("Show"), [(key, label, None, key in show) for key, label in shown]),
        choice_filter("state", _("State"), ActionState, states),
        choice_filter("kind", _("Kind"), ActionKind, kinds),
        *behind,
    ]


def _row(row: Any, owners: dict[tuple[str, int], str], person: Person) -> dict[str, Any]:
    due, tone = action_due(row, person.district.today)
    owner = owners.get(("person", row.owner_person_id)) or owners.get(
        ("position", row.owner_position_id), ""
    )
    return {
        "number": row.number,
        "what": row.what[:200],
        "url": url_for("actions.show", uid=row.uid),
        "unit": person.rights.tree[row.unit_id].label,
        "owner": owner,
        "due": due,
        "due_tone": tone,
        "state": str(row.state.label),
        "tone": STATE_TONES[row.state],
        "is_restricted": row.access is AccessClass.RESTRICTED,
    }


@bp.route("/actions/new", methods=["GET", "POST"])
def new() -> Any:
    """Plan an action of its own: an improvement, or the correction of something small. What
    answers a finding is planned on the finding's page."""
    person, form = me(), NewActionForm()
    require(may_plan_somewhere, person)
    tree, held = person.rights.tree, person.rights.units(WORKS)
    nodes = [node for node in tree if node.is_open and node.id in held]
    form.unit.offer_units(nodes)
    if request.method == "GET" and (node := tree.get(chosen_unit())):
        form.unit.data = str(node.uid)
    wanted = tree.by_uid(read_uid(form.unit.data or "")) or (nodes[0] if nodes else tree.root)
    form.owner.offer_owners(*owners_for(person, wanted.id))
    if not person.rights.hold_anywhere(NEED_TO_KNOW):
        del form.access
    if form.validate_on_submit():
        try:
            action = operations.plan_action(
                form.unit.unit_id,
                by=person,
                uid=form.new_uid,
                access=AccessClass(form.access.data) if form.access else AccessClass.ORDINARY,
                **task_of(form),
                **cost_of(form),
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The action is planned: %(number)s.", number=action.number), "success")
            return done("actions.show", uid=action.uid)
    page = render_template("actions/new.html", form=form)
    return page, 422 if form.errors else 200


def record_page(
    action: Action,
    person: Person,
    served: Sequence[Any],
    about: Sequence[Any],
    serve_url: str | None = None,
) -> str:
    """One action: what will be done, by whom, what proves it, who verified it, what it serves, and
    what was raised from here (`findings.about.Concerned`). `serve_url` is where it is made to serve
    more. Its address (`actions.show`) lies with the findings, which know their actions:
    `findings.routes.served`."""
    due, tone = action_due(action, person.district.today)
    return render_template(
        "actions/show.html",
        action=action,
        unit=person.rights.tree[action.unit_id].name,
        badges=_badges(action),
        stepper=_steps(action),
        due=due,
        due_tone=tone,
        served=served,
        about=about,
        serve_url=serve_url,
        cost=_cost(action),
        may_enter_cost=may_enter_cost(person, action),
        moves=buttons_of(action, person),
        waits_for=_waits_for(action, person),
        may_decide=may_decide_extension(person, action),
        actions=_links(action, person),
        may_finish=finish_url(action, person) is not None,
        pieces=_pieces(action, person),
        entries=timeline(action, SENTENCES, LABELS, person.district.timezone),
    )


def _links(action: Action, person: Person) -> list[tuple[str, str, str]]:
    found = []
    if url := finish_url(action, person):
        found.append((_("Finish with evidence"), url, "check"))
    if action.state is ActionState.OPEN and may_edit(person, action):
        found.append((_("Edit"), url_for("actions.edit", uid=action.uid), "edit"))
    if action.asked_extension is None and may_ask_extension(person, action):
        asking = url_for("actions.extension", uid=action.uid)
        found.append((_("Ask for a later date"), asking, "clock"))
    return found


def _cost(action: Action) -> list[tuple[str, str]]:
    """What is known of its cost; nothing where nobody said anything."""
    if action.cost_planned is None and action.cost_spent is None and not action.budget_code:
        return []
    return [
        (_("Planned cost"), rupiah(action.cost_planned)),
        (_("Spent"), rupiah(action.cost_spent)),
        (_("Budget code"), action.budget_code or ""),
    ]


def _badges(action: Action) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = [(action.state.label, STATE_TONES[action.state])]
    if action.access is AccessClass.RESTRICTED:
        found.append((_("Restricted"), "warn"))
    if action.is_imported:
        found.append((_("Imported"), "muted"))
    return found


def _steps(action: Action) -> list[tuple[Any, str]]:
    way = [ActionState.OPEN, ActionState.DONE, ActionState.VERIFIED]
    if action.state is ActionState.CANCELLED:
        return [(ActionState.OPEN.label, "done"), (ActionState.CANCELLED.label, "failed")]
    at = way.index(action.state)
    last = action.state is ActionState.VERIFIED
    return [
        (one.label, "done" if n < at or last else "current" if n == at else "upcoming")
        for n, one in enumerate(way)
    ]


def _pieces(action: Action, person: Person) -> list[dict[str, Any]]:
    sight = sight_of(person)
    seen = [link.evidence for link in action.evidence if sight.sees(link.evidence)]
    found = current_files(piece.id for piece in seen)
    return [
        {
            "name": piece.name,
            "url": url_for("evidence.show", uid=piece.uid),
            "is_withdrawn": piece.withdrawn_on is not None,
            "expiry": expiry(piece.valid_until, person.district.today),
            "files": [
                shown_file(
                    piece.uid,
                    file.number,
                    file.position,
                    file.name,
                    file.stored.size,
                    file.stored.mime,
                )
                for file in found[piece.id]
            ],
        }
        for piece in seen
    ]


@bp.route("/actions/<uid>/edit", methods=["GET", "POST"])
def edit(uid: str) -> Any:
    """Change an open action."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    require(may_edit, person, action)
    form = EditActionForm(obj=action)
    people, positions = owners_for(person, action.unit_id)
    if action.owner_person is not None and action.owner_person not in people:
        people.append(action.owner_person)
    if action.owner_position is not None and action.owner_position not in positions:
        positions.append(action.owner_position)
    form.owner.offer_owners(people, positions)
    if request.method == "GET":
        form.owner.show_owner(action)
        form.due_on.data = None if action.due_missing else action.due_on
    if form.validate_on_submit():
        try:
            operations.edit_action(
                action,
                by=person,
                reason=form.reason.data,
                seen=form.version.data,
                **task_of(form),
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("Saved."), "success")
            return done("actions.show", uid=uid)
    page = render_template("actions/edit.html", form=form, action=action)
    return page, 422 if form.errors else 200


def _sent_back(action: Action) -> dict[str, Any] | None:
    """Who sent the action back, when and why, if that was the last that happened to it."""
    for told in journal.history(action, 1):
        if told.verb == "send_back" and told.said is not None:
            when = dates.long_moment(told.at, me().district.timezone)
            return {"who": told.by, "when": when, "text": told.reason}
    return None


@bp.route("/actions/<uid>/finish", methods=["GET", "POST"])
def finish(uid: str) -> Any:
    """Say that an action is done, and add what proves it."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    require(may_finish, person, action)
    if waits := waits_for_its_plan(action):
        raise OutOfTurn(waits)
    if action.state is not ActionState.OPEN:
        raise OutOfTurn(_("This action is not open any more."))
    back = local_target(request.args.get("next"), url_for("actions.show", uid=uid))
    form = FinishForm(obj=action) if request.method == "GET" else FinishForm()
    form.offer(pickable(person, action.unit_id), person.district.today)
    if request.method == "GET":
        form.done_on.data, form.evidence.data = person.district.today, []
    if form.validate_on_submit():
        try:
            operations.finish_action(
                action,
                note=form.note.data,
                evidence=pieces_by_uid(person, map(uid_or_404, form.evidence.data)),
                files=received(form.files),
                done_on=form.done_on.data,
                cost_spent=form.cost_spent.data,
                by=person,
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_verification_by(action, person), "success")
            return _back_to(back)
    page = render_template(
        "actions/finish.html", form=form, action=action, back=back, sent_back=_sent_back(action)
    )
    return page, 422 if form.errors else 200


def _verification_by(action: Action, person: Person) -> str:
    """Who can verify an action that was just done."""
    if found := verifiers_of(action, person.district):
        return _("Done. Now somebody else verifies it: %(names)s", names=named(found))
    done = _("Done.")
    return f"{done} {_nobody_verifies()}"


def _nobody_verifies() -> str:
    return _(
        "Nobody may verify it yet: ask the administrator for an auditor, or for a quality officer "
        "above or beside the unit."
    )


def _waits_for(action: Action, person: Person) -> str | None:
    """Who may verify an action, for its page while it waits."""
    if action.state is not ActionState.DONE:
        return None
    if found := verifiers_of(action, person.district):
        return _("Waits for verification by one of these: %(names)s", names=named(found))
    return _nobody_verifies()


def _back_to(target: str) -> Any:
    """Commit, and lead back to where the person came from."""
    db.session.commit()
    return redirect(target, 303)


@bp.route("/actions/<uid>/cost", methods=["GET", "POST"])
def cost(uid: str) -> Any:
    """Enter what an action may cost, what was spent and what it is paid from."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    require(may_enter_cost, person, action)
    form = CostForm(obj=action)
    if saved(
        form,
        lambda: operations.set_cost(action, by=person, seen=form.version.data, **cost_of(form)),
    ):
        flash(_("Saved."), "success")
        return done("actions.show", uid=uid)
    page = render_template("actions/cost.html", form=form, action=action)
    return page, 422 if form.errors else 200


@bp.route("/actions/<uid>/extension", methods=["GET", "POST"])
def extension(uid: str) -> Any:
    """Ask for a later due date."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    require(may_ask_extension, person, action)
    if request.method == "GET":
        refuse_asked_twice(action)
    form = ExtensionForm(obj=action) if request.method == "GET" else ExtensionForm()
    if saved(
        form,
        lambda: ask_extension(
            action,
            wanted_on=form.wanted_on.data,
            reason=form.reason.data,
            by=person,
            seen=form.version.data,
        ),
    ):
        flash(_("Asked for. Until it is decided, the old date holds."), "success")
        return done("actions.show", uid=uid)
    page = render_template("actions/extension.html", form=form, action=action)
    return page, 422 if form.errors else 200


@bp.route("/actions/<uid>/extension/decision", methods=["GET", "POST"])
def decide_extension(uid: str) -> Any:
    """Grant or refuse a later due date."""
    person = me()
    action = action_by_uid(person, uid_or_404(uid))
    asked = action.asked_extension
    if asked is not None:
        require(may_decide_extension, person, action)
    elif request.method == "GET":
        raise OutOfTurn(_("Nobody waits for a later date of this action any more."))
    form = DecisionForm(obj=action) if request.method == "GET" else DecisionForm()
    if asked is not None and request.method == "GET":
        form.granted_on.data = asked.wanted_on
    is_refused = request.form.get("then") == "refuse"
    if is_refused:
        form.granted_on.validators = []
    decide = _refuse if is_refused else _grant
    if saved(form, lambda: decide(action, form)):
        flash(_("The date stays.") if is_refused else _("The new date holds."), "success")
        return done("actions.show", uid=uid)
    page = render_template("actions/decide_extension.html", form=form, action=action, asked=asked)
    return page, 422 if form.errors else 200


def _grant(action: Action, form: DecisionForm) -> None:
    grant_extension(
        action,
        until=form.granted_on.data,
        note=form.note.data,
        by=me(),
        seen=form.version.data,
    )


def _refuse(action: Action, form: DecisionForm) -> None:
    refuse_extension(action, note=form.note.data, by=me(), seen=form.version.data)


@bp.post("/actions/<uid>/moves/<move>")
def move(uid: str, move: str) -> Any:
    """Verify an action, send it back, or cancel it."""
    action = action_by_uid(me(), uid_or_404(uid))
    reason, note = request.form.get("reason", ""), request.form.get("note", "").strip()
    seen = request.form.get("version", type=int)
    match move:
        case "verify":
            operations.verify_action(action, note=note or None, by=me(), seen=seen)
            flash(_("The action is verified."), "success")
        case "send_back":
            operations.send_back_action(action, reason=reason, by=me(), seen=seen)
            flash(_("The action is open again."), "success")
        case "cancel":
            operations.cancel_action(action, reason=reason, by=me(), seen=seen)
            flash(_("The action is cancelled."), "success")
        case _:
            abort(404)
    return _back_to(local_target(request.args.get("next"), url_for("actions.show", uid=uid)))
