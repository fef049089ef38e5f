"""Whether dated events can have happened in that order. Pure functions, no database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.certificates.models import EventKind
from qms.certificates.settings import Cycle
from qms.certificates.state import Event, in_order, usual_end
from qms.core.dates import long_day
from qms.core.i18n import gettext as _

HAVE_HAPPENED = frozenset(
    {
        EventKind.STAGE_1,
        EventKind.STAGE_2,
        EventKind.SURVEILLANCE,
        EventKind.RECERTIFICATION_AUDIT,
        EventKind.RESTORED,
    }
)
"""Events that are entered when they have happened; decisions may take effect later."""


@dataclass
class Seen:
    """What the events before have made of the certificate."""

    cycle: Cycle
    stage_1_on: date | None = None
    started_on: date | None = None
    issued_on: date | None = None
    until: date | None = None
    suspended_on: date | None = None
    withdrawn_on: date | None = None

    def has_ended_by(self, day: date) -> bool:
        return self.until is not None and day > self.until


def what_is_wrong(events: Iterable[Event], cycle: Cycle) -> Any:
    """A sentence about the first event that cannot have come where it stands, or None."""
    seen = Seen(cycle)
    for event in in_order(events):
        if seen.withdrawn_on is not None:
            return _(
                "The certificate was withdrawn on %(day)s; nothing can happen to it after that. "
                "Register a new certificate.",
                day=long_day(seen.withdrawn_on),
            )
        if problem := _RULES[event.kind](event, seen):
            return problem
    return None


def _stage_1(event: Event, seen: Seen) -> Any:
    if seen.started_on and not seen.has_ended_by(event.on):
        return _not_after_start(event, seen)
    seen.stage_1_on = event.on
    return None


def _stage_2(event: Event, seen: Seen) -> Any:
    if seen.started_on and not seen.has_ended_by(event.on):
        return _not_after_start(event, seen)
    return None


def _not_after_start(event: Event, seen: Seen) -> Any:
    return _(
        "“%(event)s” on %(day)s comes before the issue, but the certificate holds since %(since)s.",
        event=str(event.kind.label),
        day=long_day(event.on),
        since=long_day(seen.started_on),
    )


def _issued(event: Event, seen: Seen) -> Any:
    if seen.issued_on is not None:
        return _(
            "The certificate was issued on %(day)s already; a later decision is a renewal.",
            day=long_day(seen.issued_on),
        )
    if seen.started_on is not None:
        return _(
            "The certificate was renewed on %(renewed)s; it cannot have been issued after that, "
            "on %(issued)s.",
            renewed=long_day(seen.started_on),
            issued=long_day(event.on),
        )
    seen.issued_on = event.on
    return _start(event, seen)


def _renewed(event: Event, seen: Seen) -> Any:
    if seen.suspended_on is not None and not seen.has_ended_by(event.on):
        return _(
            "The certificate is suspended since %(day)s: enter first that the suspension was "
            "lifted.",
            day=long_day(seen.suspended_on),
        )
    if event.valid_until and seen.until and event.valid_until <= seen.until:
        return _(
            "A renewal must lead further than %(day)s, the last day so far.",
            day=long_day(seen.until),
        )
    return _start(event, seen)


def _start(event: Event, seen: Seen) -> Any:
    if event.valid_until is not None and event.valid_until <= event.on:
        return _("The last day must come after %(day)s.", day=long_day(event.on))
    seen.started_on, seen.suspended_on = event.on, None
    seen.until = event.valid_until or usual_end(event.on, seen.cycle)
    return None


def _while_valid(event: Event, seen: Seen) -> Any:
    """For what happens to a certificate that holds."""
    if seen.started_on is None:
        return _(
            "“%(event)s” on %(day)s comes before the certificate was issued. Enter the issue "
            "first, or correct the day.",
            event=str(event.kind.label),
            day=long_day(event.on),
        )
    if seen.has_ended_by(event.on):
        return _(
            "The certificate had ended on %(end)s: “%(event)s” on %(day)s is too late.",
            end=long_day(seen.until),
            event=str(event.kind.label),
            day=long_day(event.on),
        )
    return None


def _suspended(event: Event, seen: Seen) -> Any:
    if problem := _while_valid(event, seen):
        return problem
    if seen.suspended_on is not None:
        return _("The certificate is suspended since %(day)s.", day=long_day(seen.suspended_on))
    seen.suspended_on = event.on
    return None


def _restored(event: Event, seen: Seen) -> Any:
    if seen.suspended_on is None:
        return _("On %(day)s there was no suspension that could be lifted.", day=long_day(event.on))
    seen.suspended_on = None
    return None


def _after_start(event: Event, seen: Seen) -> Any:
    """For what may also come after the end: a late recertification audit, a withdrawal."""
    if seen.started_on is None:
        return _while_valid(event, seen)
    if event.kind is EventKind.WITHDRAWN:
        seen.withdrawn_on = event.on
    return None


_RULES: dict[EventKind, Callable[[Event, Seen], Any]] = {
    EventKind.STAGE_1: _stage_1,
    EventKind.STAGE_2: _stage_2,
    EventKind.ISSUED: _issued,
    EventKind.SURVEILLANCE: _while_valid,
    EventKind.SCOPE_CHANGED: _while_valid,
    EventKind.SUSPENDED: _suspended,
    EventKind.RESTORED: _restored,
    EventKind.RECERTIFICATION_AUDIT: _after_start,
    EventKind.RENEWED: _renewed,
    EventKind.WITHDRAWN: _after_start,
}
