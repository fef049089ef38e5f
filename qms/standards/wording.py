"""How far the shipped data is to be trusted and what became of its lines, in words for pages."""

from typing import Any

from qms.core.i18n import lazy_gettext as _l
from qms.standards.catalogue import Change, ClauseEntry, EditionStatus, PairKind

Badge = tuple[Any, str]
"""(label, tone)."""

STATUS: dict[EditionStatus, Badge] = {
    EditionStatus.CURRENT: (_l("Current edition"), "good"),
    EditionStatus.IN_TRANSITION: (_l("Replaced, in transition"), "warn"),
    EditionStatus.WITHDRAWN: (_l("Withdrawn"), "muted"),
}

CHANGE: dict[Change, Badge] = {
    Change.CARRIED: (_l("carried over"), "muted"),
    Change.CHANGED: (_l("changed"), "warn"),
    Change.NEW: (_l("new"), "info"),
}

PAIR: dict[PairKind, Badge] = {
    PairKind.SAME: (_l("same"), "good"),
    PairKind.RENAMED: (_l("renamed"), "neutral"),
    PairKind.MOVED: (_l("moved"), "neutral"),
    PairKind.CHANGED: (_l("changed"), "warn"),
    PairKind.MERGED: (_l("merged"), "warn"),
    PairKind.SPLIT: (_l("split"), "warn"),
    PairKind.DROPPED: (_l("dropped"), "bad"),
    PairKind.FULL: (_l("one solution serves both"), "good"),
    PairKind.PARTIAL: (_l("partly shared"), "warn"),
    PairKind.ADJACENT: (_l("related"), "neutral"),
}

METHODS = {
    "interview": _l("interview"),
    "document": _l("document"),
    "observation": _l("observation"),
    "sample": _l("sample"),
}

DOCUMENTED = {
    "maintain": _l("documented information: maintain"),
    "retain": _l("documented information: retain"),
    "maintain+retain": _l("documented information: maintain and retain"),
}

WELL_SUPPORTED: Badge = (_l("well supported"), "good")
NOT_FULLY: Badge = (_l("not fully verified"), "warn")
UNVERIFIED: Badge = (_l("unverified"), "bad")


def confidence(said: str) -> Badge:
    """What the data says about itself ("high", "medium-high (...)") as a badge. A doubt anywhere
    in it counts; what says nothing known is unverified."""
    if said.startswith("high") and not any(word in said for word in ("low", "medium")):
        return WELL_SUPPORTED
    if said.startswith(("high", "medium")):
        return NOT_FULLY
    return UNVERIFIED


def clause_marks(entry: ClauseEntry | None, language: str, has_own_title: bool) -> list[Badge]:
    """The marks of a clause: those of its title, and what documented information it asks for."""
    kept = documented(entry)
    return [*title_marks(entry, language, has_own_title), *([kept] if kept else [])]


def documented(entry: ClauseEntry | None) -> Badge | None:
    """What documented information a clause asks for."""
    if entry is None or entry.documented_information not in DOCUMENTED:
        return None
    return DOCUMENTED[entry.documented_information], "neutral"


def title_marks(entry: ClauseEntry | None, language: str, has_own_title: bool) -> list[Badge]:
    """What is new, changed, unverified or our own wording."""
    if entry is None:
        return [(_l("no longer in the shipped catalogue"), "muted")]
    marks: list[Badge] = []
    if entry.new_in_edition:
        marks.append((_l("new"), "info"))
    if entry.changed_in_edition:
        marks.append((_l("changed"), "warn"))
    if entry.confidence:
        marks.append((_l("number unverified"), confidence(entry.confidence)[1]))
    if has_own_title:
        marks.append((_l("district's title"), "info"))
    elif not entry.titled:
        marks.append((_l("our own short label"), "muted"))
    elif language == "id" and entry.title_id_source == "translation":
        marks.append((_l("title unverified"), "muted"))
    return marks
