"""How a notice is worded, on the page and in a mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.overview.lines import WHY, deadline_text, shortened, unit_label
from qms.overview.queries.work import Deadline, Kind, Waiting
from qms.people.models import Person
from qms.reminders.models import Level, MailState
from qms.reminders.queries import LOST
from qms.reminders.records import BY_ABOUT, BY_ENDPOINT
from qms.standards.queries import edition_by_id

ESCALATED = {
    Level.HEAD: _l("late, and told to you as head of the unit"),
    Level.SECRETARIAT: _l("late, and told to the secretariat"),
}
TONES = {
    MailState.WAITING: "neutral",
    MailState.SENDING: "info",
    MailState.SENT: "good",
    MailState.UNCERTAIN: "warn",
    MailState.FAILED: "bad",
    MailState.DROPPED: "muted",
}


@dataclass(frozen=True)
class Line:
    """A notice in words. `due` is (text, tone). `waits`: the record still asks for it."""

    uid: UUID
    record_uid: UUID
    endpoint: str
    title: str
    number: str
    why: str
    unit: str
    due: tuple[str, str]
    made: str
    level: Level
    is_restricted: bool
    is_read: bool
    waits: bool

    @property
    def is_quoted(self) -> bool:
        """Whether the title is in the words of somebody outside, and not for a mail."""
        return BY_ENDPOINT[self.endpoint].is_quoted

    @property
    def is_late(self) -> bool:
        return self.due[1] == "bad"


def lines_of(rows: Iterable[Any], person: Person) -> list[Line]:
    """Notices in words, in the language of now; those of a kind that is gone are left out."""
    kinds = {one.value for one in Kind}
    return [_line(row, person) for row in rows if row.kind in kinds and row.about in BY_ABOUT]


def _line(row: Any, person: Person) -> Line:
    kind = Kind(row.kind)
    waiting = Waiting(
        kind,
        row.record_uid,
        row.number or "",
        row.title or "",
        row.unit_id or 0,
        row.due_on,
        Deadline(row.deadline),
        bool(row.is_restricted),
    )
    return Line(
        row.uid,
        row.record_uid,
        BY_ABOUT[row.about].endpoint,
        shortened(_titled(row)),
        waiting.number,
        str(ESCALATED.get(row.level) or WHY[kind]),
        unit_label(person, waiting.unit_id),
        deadline_text(waiting, person.district.today) or ("", "neutral"),
        dates.short_day(row.made_on),
        row.level,
        waiting.is_restricted,
        row.read_at is not None,
        bool(row.waits),
    )


def _titled(row: Any) -> str:
    """The title; of a certificate the standard and the body."""
    title = row.title or ""
    return f"{edition_by_id(row.edition_id).code} · {title}" if row.edition_id else title


@dataclass(frozen=True)
class Group:
    """Lines of a mail under one heading."""

    label: str
    tone: str
    lines: Sequence[Line]


def grouped(lines: Iterable[Line]) -> list[Group]:
    """What was escalated, what is late, what comes; empty groups are left out."""
    listed = list(lines)
    escalated = [one for one in listed if one.level.is_escalation]
    own = [one for one in listed if not one.level.is_escalation]
    groups = (
        Group(_("Escalated to you"), "bad", escalated),
        Group(_("Late"), "bad", [one for one in own if one.is_late]),
        Group(_("Coming, or waiting for you"), "neutral", [one for one in own if not one.is_late]),
    )
    return [one for one in groups if one.lines]


@dataclass(frozen=True)
class MailRow:
    """A line of the outbox."""

    uid: UUID
    name: str
    person_uid: UUID
    address: str
    kind: str
    state: str
    tone: str
    made: str
    about: str
    message_id: str
    may_retry: bool


def mail_rows(rows: Iterable[Any], timezone: str, now: Any) -> list[MailRow]:
    """The outbox in words. What has lost its worker is uncertain, although nobody took it up."""
    found = []
    for row in rows:
        is_lost = row.state is MailState.SENDING and row.claimed_at < now - LOST
        state = MailState.UNCERTAIN if is_lost else row.state
        found.append(
            MailRow(
                row.uid,
                row.name,
                row.person_uid,
                row.address,
                _("Test") if row.kind == "test" else _("Reminders"),
                str(state.label),
                TONES[state],
                dates.long_moment(row.made_at, timezone),
                _about(row, state, timezone),
                row.message_id,
                row.state is MailState.FAILED,
            )
        )
    return found


def _about(row: Any, state: MailState, timezone: str) -> str:
    """What else is to be said of a mail: what the server said, when it is tried again."""
    said = [row.why] if row.why else []
    if row.is_doubtful or state is MailState.UNCERTAIN:
        said.append(_("A server may have taken it before: it may come twice, as one message."))
    if row.next_at is not None and row.attempts:
        when = dates.long_moment(row.next_at, timezone)
        said.append(_("Tried %(n)s times; again at %(when)s.", n=row.attempts, when=when))
    return " · ".join(said)
