"""What the pages of units show: the tree as nested branches, facts, names through time."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.units.models import Unit, UnitSuccession
from qms.units.tree import Node, Tree

MOST_DRAWN, MOST_FOUND, MOST_CLOSED, OPEN_AT_ONCE = 600, 100, 200, 40


@dataclass
class Branch:
    """A unit of the tree as it is drawn. `more` counts the units below that are not drawn."""

    node: Node
    below: list["Branch"] = field(default_factory=list)
    more: int = 0
    unfolded: bool = False


def branches(
    tree: Tree, seen: Container[int], top: Node | None, most: int = MOST_DRAWN
) -> list[Branch]:
    """The open units seen, nested; below `top`, if one is given, else all.

    No more than `most` are drawn: then the deepest levels are left out and counted instead.
    """
    shown = _drawn(tree, seen)
    if top is not None:
        roots = [tree[one] for one in tree.children.get(top.id, []) if one in shown]
    else:
        roots = [node for node in tree if node.id in shown and node.parent_id not in shown]
    levels, level, count = [roots], roots, len(roots)
    while level and count <= most:
        level = [
            tree[one] for node in level for one in tree.children.get(node.id, []) if one in shown
        ]
        count += len(level)
        levels.append(level)
    drawn = {node.id for level in (levels if count <= most else levels[:-1]) for node in level}
    few = len(drawn) <= OPEN_AT_ONCE
    return [_branch(tree, node, shown, drawn, few) for node in roots[:most]]


def _drawn(tree: Tree, seen: Container[int]) -> set[int]:
    """Those that are open, or have something open below them."""
    shown: set[int] = set()
    for node in tree:
        if node.is_open and node.id in seen:
            above: Node | None = node
            while above is not None and above.id not in shown and above.id in seen:
                shown.add(above.id)
                above = tree.get(above.parent_id)
    return shown


def _branch(tree: Tree, node: Node, shown: set[int], drawn: set[int], few: bool) -> Branch:
    children = [one for one in tree.children.get(node.id, []) if one in shown]
    if any(one not in drawn for one in children):
        below = sum(1 for one in tree.subtree(node.id) if one in shown) - 1
        return Branch(node, more=below)
    return Branch(
        node,
        [_branch(tree, tree[one], shown, drawn, few) for one in children],
        unfolded=few or node.parent_id is None,
    )


def closed_units(tree: Tree, seen: Container[int], top: Node | None) -> list[tuple[Node, str]]:
    """The units that are not open, each with the words that say since or until when."""
    under = set(tree.subtree(top.id)) if top is not None else None
    found: list[tuple[Node, str]] = []
    for node in tree:
        if node.is_open or node.id not in seen or (under is not None and node.id not in under):
            continue
        found.append((node, openness(node, tree.day)))
        if len(found) == MOST_CLOSED:
            break
    return found


def openness(node: Node, day: date) -> str:
    """Closed since when, or opening when; nothing for one that is open."""
    if node.is_open:
        return ""
    if node.closed_on is not None and node.closed_on <= day:
        return _("closed since %(day)s", day=dates.long_day(node.closed_on))
    return _("opens on %(day)s", day=dates.long_day(node.opened_on))


def linked(node: Node, seen: Container[int]) -> Any:
    """A unit's name, as a link for who sees it."""
    if node.id not in seen:
        return node.name
    return Markup('<a href="{}">{}</a>').format(url_for("units.show", uid=node.uid), node.name)


def facts_of(unit: Unit, tree: Tree, seen: Container[int]) -> list[tuple[str, Any]]:
    """Type, place, days."""
    node = tree[unit.id]
    above = tree.get(node.parent_id)
    facts = [
        (_("Code"), node.code),
        (_("Short name"), node.short_name),
        (_("Type"), str(node.type.label)),
        (_("Unit above"), linked(above, seen) if above else None),
        (_("Opened"), dates.long_day(unit.opened_on)),
        (_("Address in the letterhead"), (unit.address or "").replace("\n", " · ")),
    ]
    if unit.closed_on:
        facts.append((_("Closed"), dates.long_day(unit.closed_on)))
    return facts


@dataclass(frozen=True)
class Named:
    """What a unit was called, or where it stood, from a day on."""

    since: str
    what: str
    sub: str = ""


def names_of(unit: Unit, tree: Tree) -> list[Named]:
    """Names, codes and places through time, the latest first."""
    opened = unit.opened_on
    rows: list[tuple[date, Named]] = [
        (row.from_on, Named(_since(row.from_on, opened), row.name, row.code)) for row in unit.names
    ]
    if len(unit.parents) > 1:
        for place in unit.parents:
            above = tree.get(place.parent_id)
            if above is not None:
                what = _("under %(name)s", name=above.name)
                rows.append((place.from_on, Named(_since(place.from_on, opened), what)))
    return [named for _day, named in sorted(rows, key=lambda row: row[0], reverse=True)]


def _since(day: date, opened: date | None) -> str:
    if opened is None and day.year <= 1900:
        return _("from the beginning")
    return _("from %(day)s", day=dates.long_day(day))


def relatives(
    unit: Unit, successions: Iterable[UnitSuccession], tree: Tree, seen: Container[int]
) -> list[tuple[Any, str, str | None]]:
    """Successors and predecessors: (name or link, what happened and when, note)."""
    found = []
    for row in successions:
        day = dates.long_day(row.on)
        if row.unit_id == unit.id:
            words = _("%(what)s on %(day)s", what=str(row.kind.label), day=day)
            found.append((linked(tree[row.successor_id], seen), words, row.note))
        else:
            words = _("predecessor until %(day)s", day=day)
            found.append((linked(tree[row.unit_id], seen), words, row.note))
    return found
