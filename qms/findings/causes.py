"""Why it happened: a tree of causes, written as an outline.

Each line is a cause; every dash before it is one "why" deeper, so that a chain of five whys is
five lines, and a cause that has several reasons branches. A line on the first level may begin with
the branch of the fishbone that it belongs to ("Method: the procedure is out of date"). An outline
has no loops, and what stands last in each chain is a root cause.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.text import fold
from qms.findings.models import BRANCH_LABELS, Branch, FindingCause

MOST_CAUSES = 60
DEEPEST = 8
LONGEST = 500
LEVEL = re.compile(r"^(?:[\s*•–—]|-(?!\d))*")
"""What stands before a cause. A minus before a figure is part of it."""
DASHES = re.compile(r"[*•–—-]")
NAMES = {
    Branch.PERSONS: ("persons", "people", "man", "manusia", "orang", "sdm", "pegawai"),
    Branch.METHOD: ("method", "metode", "prosedur", "cara"),
    Branch.EQUIPMENT: ("equipment", "machine", "mesin", "peralatan", "alat", "sistem"),
    Branch.MATERIAL: ("material", "materials", "bahan", "data"),
    Branch.MEASUREMENT: ("measurement", "pengukuran", "pemantauan"),
    Branch.ENVIRONMENT: ("environment", "lingkungan"),
}
"""How people write the branches, in both languages."""


@dataclass(frozen=True)
class Why:
    """A cause in an outline: how deep (0: why it happened; 1: why that; ...), and its branch."""

    depth: int
    text: str
    branch: Branch | None = None


def read_outline(outline: str | None) -> list[Why]:
    """The causes of an outline. Raises Invalid (whys) where a line skips a level, or there are too
    many of them."""
    found: list[Why] = []
    for number, line in enumerate((outline or "").splitlines(), start=1):
        marks = LEVEL.match(line)
        text = line[marks.end() :].strip() if marks else line.strip()
        if not text:
            continue
        depth = len(DASHES.findall(marks.group())) if marks else 0
        if depth and not found:
            _refuse(_l("Begin the first line without a dash: why did it happen?"))
        if found and depth > found[-1].depth + 1:
            told = _l(
                "Line %(n)s has too many dashes: at most one more than the line above it.",
                n=number,
            )
            _refuse(told)
        if depth > DEEPEST or len(found) == MOST_CAUSES or len(text) > LONGEST:
            _refuse(
                _(
                    "Write at most %(most)s lines of %(longest)s letters, %(deep)s whys deep.",
                    most=MOST_CAUSES,
                    longest=LONGEST,
                    deep=DEEPEST,
                )
            )
        branch, text = _branched(text) if depth == 0 else (None, text)
        found.append(Why(depth, text, branch))
    return found


def _refuse(message: object) -> None:
    raise Invalid(message, whys=message)


def _branched(text: str) -> tuple[Branch | None, str]:
    """The branch before a colon, if it is one, and what remains."""
    before, colon, after = text.partition(":")
    if colon and after.strip():
        for branch, names in NAMES.items():
            if fold(before.strip()) in names:
                return branch, after.strip()
    return None, text


def written_outline(causes: Iterable[FindingCause]) -> str:
    """The outline of some causes, to be written on."""
    lines = []
    for depth, cause in with_depth(causes):
        label = f"{BRANCH_LABELS[cause.branch]}: " if cause.branch else ""
        lines.append(f"{'-' * depth}{' ' if depth else ''}{label}{cause.text}")
    return "\n".join(lines)


def with_depth(causes: Iterable[FindingCause]) -> Iterator[tuple[int, FindingCause]]:
    """Each cause with its depth, in the order of the outline."""
    depths: dict[int | None, int] = {None: -1}
    for cause in causes:
        depths[cause.number] = depths[cause.parent] + 1
        yield depths[cause.number], cause


@dataclass
class CauseNode:
    """A cause with what lies behind it, for drawing. Nothing behind it: a root cause."""

    text: str
    branch: str
    behind: list["CauseNode"]


def tree_of(causes: Sequence[FindingCause]) -> list[CauseNode]:
    """The tree of the causes of one round."""
    nodes: dict[int | None, CauseNode] = {None: CauseNode("", "", [])}
    for cause in causes:
        label = str(cause.branch.label) if cause.branch else ""
        nodes[cause.number] = CauseNode(cause.text, label, [])
        nodes[cause.parent].behind.append(nodes[cause.number])
    return nodes[None].behind


def chains_of(causes: Sequence[FindingCause]) -> list[tuple[str, list[str]]]:
    """Each way from the first why to a root cause: the branch, and the whys in order."""

    def walk(node: CauseNode, before: list[str]) -> Iterator[list[str]]:
        here = [*before, node.text]
        if not node.behind:
            yield here
        for one in node.behind:
            yield from walk(one, here)

    return [(node.branch, chain) for node in tree_of(causes) for chain in walk(node, [])]
