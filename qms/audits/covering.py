"""Which services and processes an audit covers: the lines at the head of its scope.

A scope is text, as it stands in plan and report. Its first lines that begin with a dash each name
one service or process; what follows is said in free words.
"""

import re
from collections.abc import Iterable

DASH = re.compile(r"^[-–•]\s+(?=\S)")


def parted(scope: str | None) -> tuple[list[str], str | None]:
    """(names of the services and processes, the free words) of a scope."""
    lines = (scope or "").splitlines()
    names: list[str] = []
    while lines and (dash := DASH.match(lines[0])):
        names.append(lines.pop(0)[dash.end() :].strip())
    return list(dict.fromkeys(names)), "\n".join(lines).strip() or None


def joined(names: Iterable[str], words: str | None) -> str | None:
    """The scope that names these and says this."""
    named = [f"- {' '.join(name.split())}" for name in names]
    return "\n".join([*named, *([words] if words else [])]) or None
