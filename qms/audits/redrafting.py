"""Which parts of a report would be drafted otherwise by now, and how they take the new draft.

A report keeps the draft from which its texts came (`AuditReport.drafted`): the language in which it
was made, and the text of each part. What is typed is never compared with the records, only the
draft of then with the draft of now; so mended words are no difference, a new finding is.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from qms.audits.drafting import draft_parts
from qms.audits.models import Audit
from qms.core.i18n import language, speaking
from qms.people.models import Person

DRAFTED = (
    "summary",
    "not_covered",
    "sampling",
    "strengths",
    "comparison",
    "disagreements",
    "follow_up",
)
"""The parts that are drafted; conclusions are for people to draw."""
Draft = Mapping[str, str]
"""Texts by the names of the parts, "" for nothing, and "language"."""


def drafted_now(
    audit: Audit, person: Person, told: Mapping[str, Any], kept: Draft | None
) -> dict[str, str]:
    """What the records give now, in the language of the draft that was kept, else in the reader's.
    `told`: `gathering.gather`."""
    code = "en" if (kept or {}).get("language", language()) == "en" else "id"
    with speaking(code):
        parts = draft_parts(audit, person, told)
    return {"language": code, **{name: parts.get(name, "") for name in DRAFTED}}


def stale_parts(written: Callable[[str], str | None], kept: Draft | None, now: Draft) -> list[str]:
    """The parts whose draft is another by now, and which do not say that anyway. None of a report
    that nobody knows the draft of."""
    return [
        name
        for name in DRAFTED
        if kept is not None
        and _lines(kept.get(name)) != _lines(now[name])
        and _lines(written(name)) != _lines(now[name])
    ]


def merged(written: str | None, before: str, now: str) -> str:
    """A part that takes its new draft: lines of the old draft that fell away go, new ones come
    below the line that they follow in the draft, and every other line stays as it was typed."""
    old, new = set(_lines(before)), set(_lines(now))
    found = [
        line
        for line in (written or "").splitlines()
        if (bare := _bare(line)) not in old or bare in new
    ]
    place = None
    for line in now.splitlines():
        bare = _bare(line)
        standing = [_bare(one) for one in found]
        if bare in standing:
            place = standing.index(bare) + 1
        elif bare and bare not in old:
            if place is None:
                found, place = _apart(found), len(_apart(found))
            found.insert(place, line)
            place += 1
    return "\n".join(found).strip()


def mark(text: str) -> str:
    """Short for a draft, so that a page can say which one was read."""
    return sha256("\n".join(_lines(text)).encode()).hexdigest()[:16]


def _apart(lines: list[str]) -> list[str]:
    """With an empty line below them, if there are any."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return [*lines, ""] if lines else []


def _lines(text: str | None) -> list[str]:
    return [bare for line in (text or "").splitlines() if (bare := _bare(line))]


def _bare(line: str) -> str:
    return " ".join(line.split())


def read_draft(sent: Any) -> dict[str, str] | None:
    """A draft that came back with a page, as far as it is one."""
    if not isinstance(sent, dict) or sent.get("language") not in ("id", "en"):
        return None
    names: Iterable[str] = ("language", *DRAFTED)
    return {
        name: said
        for name in names
        if isinstance(said := sent.get(name, ""), str) and len(said) <= LONGEST
    }


LONGEST = 50_000
"""Letters of a drafted part that are kept; a draft lists twenty items at most."""
