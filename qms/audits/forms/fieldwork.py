"""What a device sends, read into changes; what has not this shape is refused as a whole."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from qms.audits.forms.checklist import LONGEST_SOURCE, LONGEST_WHY
from qms.audits.models import Answer, Meeting, Stance
from qms.audits.operations.fieldwork import Change, ChangeKind
from qms.audits.operations.sampling import SAMPLE
from qms.core import clock, text
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l

MOST_CHANGES = 200
"""Changes that are taken at once; a device sends the rest after them."""
MOST_TRIED = 10
LONGEST = 10_000
AWRY = timedelta(minutes=5)
"""How far a device's clock may be off before the person is told."""


def read_changes(sent: Any) -> tuple[list[Change], timedelta]:
    """The changes that a device sent, their moments corrected to our clock, and by how much the
    device's clock is ahead. Raises Invalid if it is no such upload.

    sent: {"sent_at": moment, "changes": [{"uid", "kind", "target", "version", "was", "tried",
    "value", "at"}]}, moments in ISO 8601.
    """
    try:
        listed = sent["changes"]
        if len(listed) > MOST_CHANGES:
            raise ValueError(len(listed))
        ahead = _moment(sent["sent_at"]) - clock.now()
        return [_change(one, ahead) for one in listed], ahead
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as problem:
        raise Invalid(
            _l("This upload cannot be understood. Load the page of the fieldwork anew.")
        ) from problem


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _change(one: Any, ahead: timedelta) -> Change:
    kind = ChangeKind(one["kind"])
    return Change(
        uid=UUID(one["uid"]),
        kind=kind,
        target=_target(kind, str(one["target"])),
        version=int(one["version"]),
        was={str(name): said for name, said in dict(one["was"] or {}).items()},
        tried=tuple(VALUES[kind](dict(said)) for said in one.get("tried", ())[:MOST_TRIED]),
        value=VALUES[kind](dict(one["value"])),
        at=min(_moment(one["at"]) - ahead, clock.now()),
    )


def _target(kind: ChangeKind, said: str) -> str:
    if kind is not ChangeKind.STANCE:
        return str(UUID(said))
    about, _sep, uid = said.partition(":")
    if about not in ("line", "finding"):
        raise ValueError(about)
    return f"{about}:{UUID(uid)}"


def _words(said: Any, most: int = LONGEST) -> str | None:
    """A text without what no text of ours can hold, cut nowhere; None for an empty one."""
    if said is None:
        return None
    if not isinstance(said, str) or len(said) > most:
        raise ValueError
    return text.clean(text.FORBIDDEN.sub("", said)).strip() or None


def _one_of(members: Any, said: Any) -> Any:
    return members(said).value if said else None


def _number(said: Any) -> int | None:
    if said is not None and (isinstance(said, bool) or not isinstance(said, int)):
        raise ValueError
    return said


def _answer(value: dict[str, Any]) -> dict[str, Any]:
    """A page of an earlier version, which a device may still keep, knows no sample or verdicts."""
    answer = _one_of(Answer, value.get("answer"))
    found = {
        "answer": answer,
        "seen": _words(value.get("seen")),
        "reason": _words(value.get("reason")),
    }
    if any(name in value for name in SAMPLE):
        found |= {
            "drawn_from": _words(value.get("drawn_from"), LONGEST_SOURCE),
            "population": _number(value.get("population")),
            "size": _number(value.get("size")),
            "items": _words(value.get("items")),
        }
    if "verdicts" in value:
        found["verdicts"] = _verdicts(answer, dict(value["verdicts"] or {}))
    return found


def _verdicts(answer: str | None, said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By the key of the standard, where the verdict differs from the answer."""
    found = {}
    for key, one in said.items():
        verdict, reason = _one_of(Answer, one["answer"]), _words(one.get("reason"), LONGEST_WHY)
        if answer and verdict and verdict != answer:
            found[str(key)] = {"answer": verdict, "reason": reason}
    return found


def _attendance(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "meeting": Meeting(value["meeting"]).value,
        "name": _words(value.get("name"), 300),
        "post": _words(value.get("post"), 300),
        "is_removed": bool(value.get("is_removed")),
    }


def _stance(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "stance": _one_of(Stance, value.get("stance")),
        "spoken_by": _words(value.get("spoken_by"), 300),
        "note": _words(value.get("note")),
    }


VALUES: dict[ChangeKind, Callable[[dict[str, Any]], dict[str, Any]]] = {
    ChangeKind.ANSWER: _answer,
    ChangeKind.ATTENDANCE: _attendance,
    ChangeKind.STANCE: _stance,
}
