"""A later due date: asked for with a reason, granted or refused by somebody else. The first date is
kept."""

from datetime import date

from qms.actions.models import Action, ActionExtension
from qms.actions.permissions import may_ask_extension, may_decide_extension
from qms.core import dates, journal
from qms.core.db import same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person


def ask_extension(
    action: Action, *, wanted_on: date, reason: str, by: Person, seen: int | None = None
) -> None:
    """Ask that an open action may be done later. Until it is decided the old date holds."""
    require(may_ask_extension, by, action)
    same_version(action, seen)
    refuse_asked_twice(action)
    if not reason.strip():
        message = _l("Say why it takes longer.")
        raise Invalid(message, reason=message)
    action.extensions.append(
        ActionExtension(
            district_id=action.district_id,
            number=len(action.extensions) + 1,
            due_on=action.due_on,
            wanted_on=_later(wanted_on, action, by, "wanted_on"),
            reason=reason.strip(),
            asked_on=by.district.today,
            asked_by_id=by.id,
        )
    )
    touch(action)
    journal.write("ask_extension", action, by=by, reason=reason.strip())


def refuse_asked_twice(action: Action) -> None:
    if action.asked_extension is not None:
        raise OutOfTurn(_l("A later date is asked for already and waits for a decision."))


def _later(day: date, action: Action, by: Person, field: str) -> date:
    if day <= action.due_on:
        message = _l("Choose a day after the present due date.")
        raise Invalid(message, **{field: message})
    if day < by.district.today:
        message = _l("The due date lies in the past.")
        raise Invalid(message, **{field: message})
    dates.refuse_odd_year(field, day, from_on=by.district.today)
    return day


def grant_extension(
    action: Action, *, until: date, by: Person, note: str | None = None, seen: int | None = None
) -> None:
    """The action may be done until this day, the one that was asked for or another."""
    asked = _to_decide(action, by, seen)
    granted = _later(until, action, by, "granted_on")
    move_due_date(action, granted)
    _decide(action, asked, granted, note, by)
    journal.write("grant_extension", action, by=by, reason=asked.note)


def refuse_extension(
    action: Action, *, note: str | None, by: Person, seen: int | None = None
) -> None:
    """The date stays; the reason is kept."""
    asked = _to_decide(action, by, seen)
    if not (note or "").strip():
        message = _l("Say why the date stays.")
        raise Invalid(message, note=message)
    _decide(action, asked, None, note, by)
    journal.write("refuse_extension", action, by=by, reason=asked.note)


def move_due_date(action: Action, day: date) -> None:
    """Set another due date, and keep the first one."""
    if not action.due_missing and action.first_due_on is None:
        action.first_due_on = action.due_on
    action.due_on, action.due_missing = day, False


def _to_decide(action: Action, by: Person, seen: int | None) -> ActionExtension:
    same_version(action, seen)
    asked = action.asked_extension
    if asked is None:
        raise OutOfTurn(_l("Nobody waits for a later date of this action any more."))
    require(may_decide_extension, by, action)
    return asked


def _decide(
    action: Action, asked: ActionExtension, granted: date | None, note: str | None, by: Person
) -> None:
    asked.granted_on, asked.note = granted, (note or "").strip() or None
    asked.decided_on, asked.decided_by_id = by.district.today, by.id
    touch(action)
