"""Calendars that phones and office programs subscribe to (iCalendar, RFC 5545).

The one place that writes them; an area says which entries are in a feed. A feed's address is
secret: who has it reads without signing in, so `secret_part` makes addresses that nobody can guess,
and that neither database nor journal gives away.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

OCTETS = 75
"""A line holds no more; longer ones are folded (RFC 5545, 3.1)."""


def secret_part(said: str, secret: str) -> str:
    """The secret part of a feed's address: 128 bits that only who knows the installation's secret
    can work out. `said` names the feed and its key; another key gives another address."""
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]


def is_secret_part(token: str, said: str, secret: str) -> bool:
    """Whether it is, without telling by its time how much of it was right."""
    return hmac.compare_digest(secret_part(said, secret).encode(), token.encode())


@dataclass(frozen=True)
class Entry:
    """A line of a calendar: whole days, the last one included. `uid` stays the same for as long as
    it speaks of the same thing, and `sequence` rises with every change of it."""

    uid: str
    first: date
    last: date
    title: str
    url: str = ""
    is_cancelled: bool = False
    about: str = ""
    sequence: int = 0


def calendar_text(
    name: str, entries: Iterable[Entry], now: datetime, *, product: str = "Audits"
) -> str:
    """The calendar as iCalendar text; `now` is in UTC. The same entries at the same moment give the
    same text."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//QMS//{product}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for entry in entries:
        lines += _event(entry, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(entry: Entry, now: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        *([f"SEQUENCE:{entry.sequence}"] if entry.sequence else []),
        f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.title)}",
        *([f"DESCRIPTION:{_escaped(entry.about)}"] if entry.about else []),
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        *([f"URL:{entry.url}"] if entry.url else []),
        "END:VEVENT",
    ]


def start_of_day(day: date) -> datetime:
    """The moment in UTC for the DTSTAMP of a feed that stays the same all day, so that who asks
    again and again is told that nothing changed."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _escaped(text: str) -> str:
    """Text as a calendar holds it."""
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text.replace("\r", "")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, the later ones led by a space; no letter is cut."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece
