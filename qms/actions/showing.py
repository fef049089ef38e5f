"""How due dates, states and buttons look on pages."""

from datetime import date
from functools import lru_cache
from typing import Any

from flask import url_for

from qms.actions.models import Action, ActionState
from qms.actions.permissions import may_finish
from qms.actions.workflow import ACTION
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import language, ngettext
from qms.core.registers import MoveButton, move_buttons
from qms.people.models import Person

SOON = 7
STATE_TONES = {
    ActionState.OPEN: "info",
    ActionState.DONE: "warn",
    ActionState.VERIFIED: "good",
    ActionState.CANCELLED: "muted",
}


def due_shown(due_on: date | None, today: date, *, waits: bool) -> tuple[str, str]:
    """(text, tone) of a due date; only what still waits is urgent."""
    return _due_shown(due_on, today, waits, language())


@lru_cache(maxsize=4096)
def _due_shown(due_on: date | None, today: date, waits: bool, _language: str) -> tuple[str, str]:
    if due_on is None:
        return "–", "muted"
    text = dates.short_day(due_on)
    if not waits:
        return text, "muted"
    late = (today - due_on).days
    if late > 0:
        days_late = ngettext("%(num)s day late", "%(num)s days late", late)
        return f"{text} · {days_late}", "bad"
    if late == 0:
        now = _("today")
        return f"{text} · {now}", "warn"
    return text, "warn" if -late <= SOON else "neutral"


def action_due(action: Any, today: date) -> tuple[str, str]:
    """The due date of an action, or of a row of the register."""
    due_on = None if action.due_missing else action.due_on
    return due_shown(due_on, today, waits=action.state is ActionState.OPEN)


def buttons_of(action: Action, person: Person, back: str | None = None) -> list[MoveButton]:
    """The buttons of an action, there or on a page that shows it; `back` leads back to it.
    Finishing is a page of its own, so its button is a link (see `finish_url`) once it is possible.
    """
    moves = [
        move
        for move in ACTION.open_to(person, action)
        if move.name != "finish" or move.blocked_because
    ]
    return move_buttons(moves, "actions.move", uid=action.uid, next=back)


def finish_url(action: Action, person: Person, back: str | None = None) -> str | None:
    """Where this person finishes the action; None if it is not theirs, not open, or waits for the
    approval of its plan."""
    if action.state is not ActionState.OPEN or action.is_held or not may_finish(person, action):
        return None
    return url_for("actions.finish", uid=action.uid, next=back)
