"""What people do with actions: plan, change, finish with evidence, verify, send back, cancel."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from qms.actions.extending import move_due_date
from qms.actions.models import Action, ActionEvidence, ActionKind, ActionState
from qms.actions.permissions import (
    hats_of,
    may_correct_import,
    may_edit,
    may_enter_cost,
    may_finish,
    may_import,
    may_plan,
)
from qms.actions.queries import whom_it_is_done_for
from qms.actions.workflow import ACTION
from qms.core import dates, journal, numbering
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal.images import plain
from qms.core.money import MOST_RUPIAH
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.evidence.models import Evidence
from qms.evidence.operations import file_evidence, refuse_expired
from qms.evidence.permissions import may_classify
from qms.people.models import Person, Position
from qms.people.rights import sight_of
from qms.people.roles import ALL, NEED_TO_KNOW

NO_DAY = date(9999, 12, 31)
"""The due date of imported actions that had none (`due_missing`)."""


def plan_action(
    unit_id: int,
    *,
    kind: ActionKind,
    what: str,
    due_on: date,
    by: Person,
    owner_person_id: int | None = None,
    owner_position_id: int | None = None,
    cost_planned: int | None = None,
    budget_code: str | None = None,
    access: AccessClass = AccessClass.ORDINARY,
    is_held: bool = False,
    uid: UUID | None = None,
) -> Action:
    """A new action with an owner (a person or a position) and a due date, not in the past; held if
    its plan is still to be approved. With a uid that was used before, the action that it made."""
    require(may_plan, by, unit_id)
    require(may_classify, by, (unit_id, access))
    wanted = (unit_id, what.strip())
    if known := made_before(
        Action, uid, by=by, is_same=lambda one: (one.unit_id, one.what) == wanted
    ):
        return known
    action = Action(
        district_id=by.district_id,
        unit_id=unit_id,
        number=_number(unit_id, by.district.today.year, by),
        kind=kind,
        what=_what(what),
        due_on=_due(due_on, by),
        cost_planned=_amount("cost_planned", cost_planned),
        budget_code=budget_code,
        access=access,
        is_held=is_held,
        **({"uid": uid} if uid else {}),
    )
    _give_to(action, owner_person_id, owner_position_id)
    db.session.add(action)
    journal.write("plan_action", action, by=by)
    return action


def _number(unit_id: int, year: int, by: Person) -> str:
    code = by.rights.tree[unit_id].code
    counted = numbering.next_number(
        "action", district_id=by.district_id, unit_id=unit_id, year=year
    )
    return f"TK-{year}-{code}-{counted:03d}"


def _what(what: str) -> str:
    if not what.strip():
        message = _l("Say what will be done.")
        raise Invalid(message, what=message)
    return what.strip()


def _due(due_on: date, by: Person) -> date:
    if due_on < by.district.today:
        message = _l("The due date lies in the past.")
        raise Invalid(message, due_on=message)
    dates.refuse_odd_year("due_on", due_on, from_on=by.district.today)
    return due_on


def _amount(field: str, amount: int | None) -> int | None:
    if amount is not None and not 0 <= amount <= MOST_RUPIAH:
        message = _l("Write an amount in whole rupiah such as 1.500.000.")
        raise Invalid(message, **{field: message})
    return amount


def _give_to(action: Action, person_id: int | None, position_id: int | None) -> None:
    """Make a person or a position the owner: of this district, and able to see the action."""
    if (person_id is None) == (position_id is None):
        message = _l("Choose who will do it: a person or a position.")
        raise Invalid(message, owner=message)
    owner = db.session.get(Person, person_id) if person_id else None
    position = db.session.get(Position, position_id) if position_id else None
    found = owner or position
    if found is None or found.district_id != action.district_id:
        message = _l("There is no such person or position.")
        raise Invalid(message, owner=message)
    if owner is not None and not _can_see(owner, action):
        message = _l(
            "%(name)s has no role that sees this action. Choose somebody else.", name=owner.name
        )
        raise Invalid(message, owner=message)
    action.owner_person_id, action.owner_position_id = person_id, position_id


def _can_see(owner: Person, action: Action) -> bool:
    """People without an account hold no roles and are told by others; the rest must see it."""
    if owner.account_id is None and action.access is AccessClass.ORDINARY:
        return True
    needed = ALL if action.access is AccessClass.ORDINARY else NEED_TO_KNOW
    return owner.holds(needed, action.unit_id)


def edit_action(
    action: Action,
    *,
    kind: ActionKind,
    what: str,
    due_on: date,
    by: Person,
    owner_person_id: int | None = None,
    owner_position_id: int | None = None,
    reason: str | None = None,
    seen: int | None = None,
) -> None:
    """Change an open action. Another due date wants a reason, which the history keeps, and somebody
    who does not own the action."""
    require(may_edit, by, action)
    if action.state is not ActionState.OPEN:
        raise OutOfTurn(_l("Only an open action can be changed."))
    same_version(action, seen)
    if due_on != action.due_on:
        if not action.due_missing and not (reason or "").strip():
            message = _l("Say why the due date moves.")
            raise Invalid(message, reason=message)
        if hats_of(by).owns(action) and not action.due_missing:
            message = _l("You do it yourself: ask for a later date, and somebody else decides.")
            raise Invalid(message, due_on=message)
        move_due_date(action, _due(due_on, by))
    owner = (owner_person_id, owner_position_id)
    if owner != (action.owner_person_id, action.owner_position_id):
        _give_to(action, *owner)
    action.kind, action.what = kind, _what(what)
    journal.write("edit_action", action, by=by, reason=reason or None)


def set_cost(
    action: Action,
    *,
    cost_planned: int | None,
    cost_spent: int | None,
    budget_code: str | None,
    by: Person,
    seen: int | None = None,
) -> None:
    """What it may cost and what was spent, in whole rupiah (None: not known), and the account that
    it is paid from. Bills come late: also after it is done and verified."""
    require(may_enter_cost, by, action)
    same_version(action, seen)
    action.cost_planned = _amount("cost_planned", cost_planned)
    action.cost_spent = _amount("cost_spent", cost_spent)
    action.budget_code = budget_code
    journal.write("set_cost", action, by=by)


def finish_action(
    action: Action,
    *,
    note: str | None,
    evidence: Sequence[Evidence],
    by: Person,
    cost_spent: int | None = None,
    files: Sequence[Received] = (),
    done_on: date | None = None,
    seen: int | None = None,
) -> None:
    """Say that the action is done, since when, and what proves it: at least one piece that
    counted on that day. Files become a piece of evidence, named after the action and of its
    access class. What was spent is kept where it is said."""
    require(may_finish, by, action)
    same_version(action, seen)
    day = done_on or by.district.today
    if day > by.district.today:
        message = _l("The day lies in the future. Write the day on which it was done.")
        raise Invalid(message, done_on=message)
    ACTION.check("finish", action, by=by)
    pieces = list(evidence)
    if files:
        name = f"{action.number} – {action.what[:80].strip()}"
        filed = file_evidence(action.unit_id, name, files=files, by=by, access=action.access)
        pieces.append(filed)
    if not pieces and not any(
        link.evidence.counted_on(day) and link.evidence.withdrawn_on is None
        for link in action.evidence
    ):
        message = _l("Add what proves it: a file, or evidence that is filed already.")
        raise Invalid(message, files=message)
    if cost_spent is not None:
        action.cost_spent = _amount("cost_spent", cost_spent)
    _prove(action, pieces, day, by)
    with db.session.no_autoflush:
        action.done_on, action.done_by_id, action.done_note = day, by.id, note
        action.done_by_ids = sorted({*(action.done_by_ids or ()), by.id})
        ACTION.make("finish", action, by=by, on_behalf_of=whom_it_is_done_for(action, by))


def _prove(action: Action, evidence: Iterable[Evidence], day: date, by: Person) -> None:
    """Point the action at evidence that `by` may see, that is not withdrawn and that counted on
    the day on which it was done."""
    sight = sight_of(by)
    known = {link.evidence_id for link in action.evidence}
    for piece in evidence:
        if not sight.sees(piece) or piece.withdrawn_on is not None:
            message = _l("This evidence cannot be used: it is withdrawn or not for you.")
            raise Invalid(message, files=message)
        refuse_expired(piece, day)
        if piece.id not in known:
            known.add(piece.id)
            action.evidence.append(
                ActionEvidence(district_id=action.district_id, evidence_id=piece.id)
            )


def verify_action(action: Action, *, note: str | None, by: Person, seen: int | None = None) -> None:
    """Confirm that it was done and that the evidence shows it."""
    ACTION.check("verify", action, by=by)
    same_version(action, seen)
    with db.session.no_autoflush:
        action.verified_on, action.verified_by_id = by.district.today, by.id
        action.verified_note = note
        ACTION.make("verify", action, by=by, reason=note)


def send_back_action(action: Action, *, reason: str, by: Person, seen: int | None = None) -> None:
    """It is not done, or not proven: back to its owner, with the reason. Evidence stays."""
    ACTION.check("send_back", action, by=by, reason=reason)
    same_version(action, seen)
    with db.session.no_autoflush:
        action.done_on = action.done_by_id = action.done_note = None
        ACTION.make("send_back", action, by=by, reason=reason.strip())


def cancel_action(action: Action, *, reason: str, by: Person, seen: int | None = None) -> None:
    """It will not be done; the reason is kept."""
    same_version(action, seen)
    ACTION.make("cancel", action, by=by, reason=reason.strip())


def cancel_with(action: Action, *, reason: str, by: Person) -> None:
    """What it served was cancelled, so nobody waits for it any more."""
    ACTION.make("cancel_with", action, by=by, reason=reason)


def hold_action(action: Action, *, by: Person) -> None:
    """It became part of a plan that is still to be approved. Whether it may was asked there."""
    action.is_held = True
    journal.write("hold_action", action, by=by)


def release_action(action: Action, *, by: Person) -> None:
    """The plan to which it belongs is approved, or needs no approval any more: it may be done."""
    action.is_held = False
    journal.write("release_action", action, by=by)


def restrict_action(action: Action, *, by: Person) -> None:
    """Show it from now on only to those who need to know. Who is still to do it must be one of
    them."""
    require(may_classify, by, (action.unit_id, AccessClass.RESTRICTED))
    action.access = AccessClass.RESTRICTED
    owner = action.owner_person
    if action.state is ActionState.OPEN and owner is not None and not _can_see(owner, action):
        raise Invalid(
            _l(
                "%(number)s would be restricted too, and %(name)s, who is to do it, could not see "
                "it. Give it another owner first.",
                number=action.number,
                name=owner.name,
            )
        )
    journal.write("restrict_action", action, by=by)


def record_imported(
    unit_id: int,
    *,
    kind: ActionKind,
    what: str,
    year: int,
    by: Person,
    due_on: date | None = None,
    owner_person_id: int | None = None,
    owner_position_id: int | None = None,
    state: ActionState = ActionState.OPEN,
    done_on: date | None = None,
    verified_on: date | None = None,
    access: AccessClass = AccessClass.ORDINARY,
) -> Action:
    """An action from before this system, in the state of its record, numbered in its own year.
    What the record does not say stays empty. Guards begin with the next move."""
    require(may_import, by, unit_id)
    require(may_classify, by, (unit_id, access))
    action = Action(
        district_id=by.district_id,
        unit_id=unit_id,
        number=_number(unit_id, year, by),
        kind=kind,
        what=_what(what),
        owner_person_id=owner_person_id,
        owner_position_id=owner_position_id,
        due_on=due_on or NO_DAY,
        due_missing=due_on is None,
        state=state,
        done_on=done_on,
        verified_on=verified_on,
        access=access,
        is_imported=True,
    )
    db.session.add(action)
    told = {name: getattr(action, name) for name in TOLD}
    journal.write("import_action", action, by=by, told=_as_told({**told, "due_on": due_on}))
    return action


TOLD = (
    "kind",
    "what",
    "due_on",
    "owner_person_id",
    "owner_position_id",
    "state",
    "done_on",
    "verified_on",
)
"""What a file can say of an action."""


def _as_told(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(told[name]) for name in TOLD if told.get(name) is not None}


def differences(action: Action, told: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What a corrected file (any of TOLD; None: not said) would change: field -> (before, after).
    What it said at the last import already changes nothing."""
    said = {name: value for name, value in told.items() if name in TOLD and value is not None}
    now = {name: getattr(action, name) for name in said}
    if not any(now[name] != value for name, value in said.items()):
        return {}
    verbs = ("import_action", "update_imported")
    last = next((one for one in journal.history(action) if one.verb in verbs), None)
    earlier = last.said["facts"]["told"] if last and last.said else {}
    return {
        name: (now[name], value)
        for name, value in said.items()
        if now[name] != value and earlier.get(name) != plain(value)
    }


def update_imported(action: Action, *, by: Person, **told: Any) -> dict[str, tuple[Any, Any]]:
    """Take over what a corrected file says differently. Answers with what changed. How far it is
    is not for a file to say any more once somebody finished or verified it here."""
    require(may_correct_import, by, action)
    found = differences(action, told)
    if "state" in found and (action.done_by_ids or action.verified_by_id):
        raise OutOfTurn(
            _l("%(number)s goes on in this system. Change it there.", number=action.number)
        )
    for name, (_before, after) in found.items():
        if name != "state":
            setattr(action, name, after)
    if "due_on" in found:
        action.due_missing = False
    if "owner_person_id" in found:
        action.owner_position_id = None
    if "owner_position_id" in found:
        action.owner_person_id = None
    if "state" in found:
        ACTION.make(f"import_{told['state'].value}", action, by=by)
    if found:
        touch(action)
        journal.write("update_imported", action, by=by, told=_as_told(told))
    return found
