"""Workflows as tables. A page draws its buttons, and an operation makes its move, from one row."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qms.core import journal
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Move:
    """One row: from these states to that one, by whom the rule lets, unless something stands in
    the way. `unless(record)` answers with a sentence that says what, or None. `note` asks for some
    words that may be left out; a reason may not, and a note beside it says what it should tell.
    With `automatic` the move has no button of its own: an operation makes it."""

    name: str
    label: Any
    source: StrEnum | tuple[StrEnum, ...]
    target: StrEnum
    may: Callable[[Any, Any], bool]
    unless: Callable[[Any], Any] | None = None
    needs_reason: bool = False
    note: Any = None
    tone: str = "normal"
    automatic: bool = False

    @property
    def sources(self) -> tuple[StrEnum, ...]:
        return self.source if isinstance(self.source, tuple) else (self.source,)


@dataclass(frozen=True)
class OpenMove:
    """A move that a person may make now, or could if nothing stood in the way."""

    name: str
    label: Any
    tone: str
    needs_reason: bool
    blocked_because: str | None
    note: Any = None


class Workflow:
    """The moves of one kind of record. Its state lies in `record.state`."""

    def __init__(self, *moves: Move) -> None:
        self.moves = moves
        self.by_name = {move.name: move for move in moves}

    def open_to(self, person: Any, record: Any) -> list[OpenMove]:
        """The moves from the record's state that this person's rights allow, in table order."""
        return [
            OpenMove(
                move.name,
                move.label,
                move.tone,
                move.needs_reason,
                str(what) if (what := move.unless and move.unless(record)) else None,
                move.note,
            )
            for move in self.moves
            if record.state in move.sources and not move.automatic and move.may(person, record)
        ]

    def check(self, name: str, record: Any, *, by: Any, reason: str | None = None) -> Move:
        """The move, if it can be made. Raises Refused, OutOfTurn or Invalid otherwise."""
        move = self.by_name[name]
        if not move.may(by, record):
            raise Refused(_l("You do not have the right to do this here."))
        if record.state not in move.sources:
            raise OutOfTurn(
                _(
                    "“%(move)s” is not possible now: the state is “%(state)s”. "
                    "Somebody may have been faster; look at the record again.",
                    move=str(move.label),
                    state=str(record.state.label),
                )
            )
        if what := move.unless and move.unless(record):
            raise OutOfTurn(what)
        if move.needs_reason and not (reason or "").strip():
            raise Invalid(_l("Say why."), reason=_l("Write the reason."))
        return move

    def make(
        self,
        name: str,
        record: Any,
        *,
        by: Any,
        reason: str | None = None,
        on_behalf_of: Any = None,
        **facts: Any,
    ) -> None:
        """Make a move: check it, change the state, tell the journal.

        Two people cannot both make it: the record's version is compared when it is stored.
        """
        move = self.check(name, record, by=by, reason=reason)
        record.state = move.target
        journal.write(
            name, record, by=by, on_behalf_of=on_behalf_of, reason=reason or None, **facts
        )
