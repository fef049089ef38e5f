"""Where a certificate stands on a day, worked out from its events. Pure functions, no database.

Months and limits come with a `Cycle` (see `settings`). An event without `valid_until` where one
belongs is taken to have brought the usual validity; the standing says that this is assumed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from dateutil.relativedelta import relativedelta

from qms.certificates.models import EventKind
from qms.certificates.settings import Cycle
from qms.core.i18n import lazy_gettext as _l

STARTS = (EventKind.ISSUED, EventKind.RENEWED)
"""What makes a certificate valid, with a last day."""


class Event(Protocol):
    """A dated event, as a record or as a row."""

    @property
    def number(self) -> Any: ...
    @property
    def kind(self) -> Any: ...
    @property
    def on(self) -> Any: ...
    @property
    def valid_until(self) -> Any: ...


AnyEvent = TypeVar("AnyEvent", bound=Event)


class CertificateState(StrEnum):
    NOT_YET = "not_yet"
    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return STATE_LABELS[self]

    @property
    def tone(self) -> str:
        return STATE_TONES[self]


STATE_LABELS = {
    CertificateState.NOT_YET: _l("Not yet issued"),
    CertificateState.VALID: _l("Valid"),
    CertificateState.SUSPENDED: _l("Suspended"),
    CertificateState.EXPIRED: _l("Expired"),
    CertificateState.WITHDRAWN: _l("Withdrawn"),
}

STATE_TONES = {
    CertificateState.NOT_YET: "info",
    CertificateState.VALID: "good",
    CertificateState.SUSPENDED: "warn",
    CertificateState.EXPIRED: "bad",
    CertificateState.WITHDRAWN: "muted",
}


class StepKind(StrEnum):
    """What comes next for a certificate."""

    ISSUE = "issue"
    STAGE_2 = "stage_2"
    SURVEILLANCE = "surveillance"
    RECERTIFICATION = "recertification"
    RENEWAL = "renewal"
    LIFT = "lift"
    RESTORE = "restore"
    ANEW = "anew"

    @property
    def label(self) -> Any:
        return STEP_LABELS[self]


STEP_LABELS = {
    StepKind.ISSUE: _l("Certification decision"),
    StepKind.STAGE_2: _l("Stage 2 audit"),
    StepKind.SURVEILLANCE: _l("Surveillance audit"),
    StepKind.RECERTIFICATION: _l("Recertification audit"),
    StepKind.RENEWAL: _l("Renewal"),
    StepKind.LIFT: _l("Lift the suspension"),
    StepKind.RESTORE: _l("Complete the recertification"),
    StepKind.ANEW: _l("New certification, at least a stage 2 audit"),
}


@dataclass(frozen=True)
class Step:
    """The next step and the day by which it is due (None: no day follows from the rules)."""

    kind: StepKind
    by: date | None = None

    def tone(self, day: date) -> str:
        """Bad when overdue, warn within three months, else neutral."""
        if self.by is None:
            return "neutral"
        if self.by < day:
            return "bad"
        return "warn" if self.by <= day + relativedelta(months=3) else "neutral"


@dataclass(frozen=True)
class Surveillance:
    """A surveillance of the running cycle: due by a day, and held on one or not yet."""

    due_on: date
    held_on: date | None


@dataclass(frozen=True)
class Standing:
    """Everything that follows from the events of a certificate on a day."""

    day: date
    state: CertificateState
    began_on: date | None = None
    """When the running cycle began: issue or last renewal."""
    valid_until: date | None = None
    """The last day that the certificate names."""
    is_assumed: bool = False
    """`valid_until` is not known and taken to be the usual one."""
    last_day: date | None = None
    """The last day on which it is good: `valid_until`, or the edition's end if that is sooner."""
    surveillances: tuple[Surveillance, ...] = ()
    suspension_limit: date | None = None
    recertification_from: date | None = None
    restore_until: date | None = None
    next: Step | None = None

    @property
    def is_held(self) -> bool:
        """Valid or suspended: the unit may still speak of its certificate."""
        return self.state in (CertificateState.VALID, CertificateState.SUSPENDED)

    @property
    def months_left(self) -> int | None:
        """Whole months until the last day, 0 in the last month; None unless it is held."""
        if not self.is_held or self.last_day is None:
            return None
        left = relativedelta(self.last_day + timedelta(days=1), self.day)
        return left.years * 12 + left.months


def standing_on(
    events: Iterable[Event], day: date, cycle: Cycle, edition_id: int | None = None
) -> Standing:
    """Where a certificate with these events stands on a day."""
    end = cycle.end_of(edition_id) if edition_id is not None else None
    past = in_order(event for event in events if event.on <= day)
    starts = [event for event in past if event.kind in STARTS]
    has_edition_ended = end is not None and end.is_published and end.day < day
    if not starts:
        step = None if has_edition_ended else _first_step(past, cycle)
        return Standing(day, CertificateState.NOT_YET, next=step)
    start = starts[-1]
    until = start.valid_until or usual_end(start.on, cycle)
    last_day = min(until, end.day) if end is not None and end.is_published else until
    held = _surveillances(past, start, last_day, cycle)
    suspended_on = _suspended_on(past)
    state = _state(past, suspended_on, last_day, day)
    limit = suspended_on + relativedelta(months=cycle.suspension) if suspended_on else None
    standing = Standing(
        day,
        state,
        start.on,
        until,
        start.valid_until is None,
        last_day,
        held,
        limit if state is CertificateState.SUSPENDED else None,
        max(start.on, last_day - relativedelta(months=cycle.recertification_lead)),
        last_day + relativedelta(months=cycle.restore),
    )
    # Nobody certifies to an edition that has ended: what comes next belongs to the newer one.
    return replace(standing, next=None if has_edition_ended else _next_step(past, start, standing))


def in_order(events: Iterable[AnyEvent]) -> list[AnyEvent]:
    """Events by day; those of one day as they were entered."""
    return sorted(events, key=lambda event: (event.on, event.number))


def usual_end(start: date, cycle: Cycle) -> date:
    """The last day after the usual validity: three years minus a day."""
    return start + relativedelta(months=cycle.validity) - timedelta(days=1)


def _first_step(past: Sequence[Event], cycle: Cycle) -> Step:
    kinds = {event.kind for event in past}
    if EventKind.STAGE_1 in kinds and EventKind.STAGE_2 not in kinds:
        stage_1 = max(event.on for event in past if event.kind is EventKind.STAGE_1)
        return Step(StepKind.STAGE_2, stage_1 + timedelta(days=cycle.stage_gap_days))
    return Step(StepKind.ISSUE)


def _suspended_on(past: Sequence[Event]) -> date | None:
    """The day of a suspension that was not lifted."""
    since: date | None = None
    for event in past:
        if event.kind is EventKind.SUSPENDED:
            since = event.on
        elif event.kind in (EventKind.RESTORED, EventKind.RENEWED):
            since = None
    return since


def _state(
    past: Sequence[Event], suspended_on: date | None, last_day: date, day: date
) -> CertificateState:
    if any(event.kind is EventKind.WITHDRAWN for event in past):
        return CertificateState.WITHDRAWN
    if day > last_day:
        return CertificateState.EXPIRED
    return CertificateState.SUSPENDED if suspended_on else CertificateState.VALID


def _surveillances(
    past: Sequence[Event], start: Event, last_day: date, cycle: Cycle
) -> tuple[Surveillance, ...]:
    """At least one in each calendar year but those of issue and recertification; after the first
    issue the first no later than twelve months from the decision. The first audit held meets the
    first that is due, and so on."""
    dues: list[date] = []
    for year in range(start.on.year + 1, last_day.year):
        due = date(year, 12, 31)
        if not dues and start.kind is EventKind.ISSUED:
            due = min(due, start.on + relativedelta(months=cycle.first_surveillance))
        dues.append(due)
    held: list[date | None] = [
        event.on
        for event in past
        if event.kind is EventKind.SURVEILLANCE and event.on >= start.on and event.on <= last_day
    ]
    missing = [None] * max(0, len(dues) - len(held))
    return tuple(
        Surveillance(due, done) for due, done in zip(dues, [*held, *missing], strict=False)
    )


def _next_step(past: Sequence[Event], start: Event, standing: Standing) -> Step | None:
    match standing.state:
        case CertificateState.WITHDRAWN:
            return None
        case CertificateState.SUSPENDED:
            return Step(StepKind.LIFT, standing.suspension_limit)
        case CertificateState.EXPIRED:
            assert standing.restore_until is not None
            if standing.day <= standing.restore_until:
                return Step(StepKind.RESTORE, standing.restore_until)
            return Step(StepKind.ANEW)
    audited = any(
        event.kind is EventKind.RECERTIFICATION_AUDIT and event.on >= start.on for event in past
    )
    if audited:
        return Step(StepKind.RENEWAL, standing.last_day)
    assert standing.recertification_from is not None
    waiting = [one.due_on for one in standing.surveillances if one.held_on is None]
    # Near the end the recertification counts, also where a surveillance was never entered, and
    # before that whichever comes first.
    near = standing.recertification_from
    if waiting and standing.day < near and waiting[0] <= near:
        return Step(StepKind.SURVEILLANCE, waiting[0])
    return Step(StepKind.RECERTIFICATION, standing.recertification_from)
