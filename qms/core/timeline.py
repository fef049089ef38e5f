"""A record's history as sentences, for the timeline on its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from inspect import isfunction
from typing import Any

from qms.core import dates, journal
from qms.core.db import Record
from qms.core.i18n import gettext as _


@dataclass(frozen=True)
class TimelineEntry:
    """What the timeline macro shows: when (text and ISO), who, a sentence, changed fields."""

    when: str
    iso: str
    who: str
    sentence: str
    details: list[tuple[str, str, str]] = field(default_factory=list)
    reason: str | None = None


def timeline(
    record: Record | Sequence[Record],
    sentences: Mapping[str, Any],
    labels: Mapping[str, Any],
    timezone: str,
    limit: int = 100,
) -> list[TimelineEntry]:
    """The last entries about a record (or several), newest first. One query.

    `sentences` maps verbs to what was done ("raised the finding"), or to a function that says it
    from the entry (None: not shown). `labels` maps the columns worth showing to their names; a
    label may be a pair (name, function from plain value to text).
    """
    entries = []
    for told in journal.history(record, limit):
        if told.said is None:
            who, sentence = "", _("This entry's content was erased by law.")
        else:
            who = told.by
            if told.on_behalf_of:
                who = _("%(who)s for %(whom)s", who=who, whom=told.on_behalf_of)
            said = sentences.get(told.verb) or COMMON.get(told.verb)
            said = said or told.verb.replace("_", " ")
            said = said(told) if isfunction(said) else said
            if said is None:
                continue
            sentence = str(said)
        entries.append(
            TimelineEntry(
                dates.long_moment(told.at, timezone),
                told.at.isoformat(),
                who,
                sentence,
                _changed(told, labels),
                told.reason,
            )
        )
    return entries


def _erased(told: journal.Told) -> str:
    assert told.said is not None
    return _(
        "erased what the journal told before, with %(second)s",
        second=told.said["facts"]["second"],
    )


COMMON = {"erase": _erased}
"""What can be done to a record of any kind."""


def _changed(told: journal.Told, labels: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for name, before, after in journal.changes(told, {name: name for name in labels}):
        label = labels[name]
        said, show = label if isinstance(label, tuple) else (label, None)
        found.append((str(said), _text(before, show), _text(after, show)))
    return found


def _text(value: Any, show: Any) -> str:
    if value is None or value == "":
        return "–"
    if show is not None:
        return str(show(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def day_text(value: str) -> str:
    """A plain ISO day as people read it; for labels."""
    return dates.long_day(date.fromisoformat(value))
