"""Units from a file: known by their code, under a parent of the file or the chosen unit."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.text import fold
from qms.imports.headings import ImportKind, label_of, normal
from qms.imports.preview import (
    EXTRA,
    Outcome,
    Planned,
    RowPlan,
    Task,
    Values,
    compare,
    left_out,
    plan_of,
    refuse_doubles,
)
from qms.imports.tables import Table
from qms.imports.values import Codes, RowReader
from qms.imports.words import UNIT_TYPES, guessed_type
from qms.people.models import Person
from qms.units import operations
from qms.units.models import Unit, UnitName, UnitType
from qms.units.tree import Node, Tree, tree_of

NEEDED = ("code", "name")


def plan(task: Task) -> Planned:
    """What the table does to the units under the task's unit. Three queries at most."""
    table, by = task.table, task.by
    tree = tree_of(by.district)
    codes = Codes.of(table, "code")
    rows, notes = left_out([_read(reader, codes) for reader in task.readers()], NEEDED)
    refuse_doubles(rows, table)
    task.recall(rows)
    places = _Places(rows, tree, task.unit)
    former = _former_codes(by.district_id)
    for row in rows:
        row.record = places.known.get(fold(row.key))
        _judge(row, table, places, former, by)
        if row.record is not None:
            compare(
                row,
                now={**_only_kept(row), **_now(row.record, tree)},
                in_file=task.fields,
                label=lambda name: label_of(ImportKind.UNITS, name),
            )
            _judge_change(row, table, places, by)
    return rows, notes


def _only_kept(row: RowPlan) -> Values:
    """Units hold nothing beside their fields: what nobody knows stays with the import."""
    return {name: value for name, value in row.values.items() if name.startswith(EXTRA)}


def _read(reader: RowReader, codes: Codes) -> RowPlan:
    code = reader.line("code", needed=_("The code is missing."))
    name = reader.line("name", needed=_("The name is missing."))
    if code and not operations.CODE.fullmatch(code):
        reader.refuse("code", _("Use 1 to 30 letters, digits, points, dashes or slashes."))
    reader.keep_unknown()
    codes.warn(reader, "code", always=True)
    type = reader.word("type", UNIT_TYPES)
    values: Values = {
        "code": code,
        "name": name,
        "short_name": reader.line("short_name"),
        "type": type.value if type else None,
        "parent": reader.line("parent"),
    }
    defaults: Values = {"type": guessed_type(name or "").value}
    return plan_of(reader, key=code, title=name, values=values, defaults=defaults)


class _Places:
    """Where the units of the file belong: under a unit that is here, or one of the file."""

    def __init__(self, rows: Sequence[RowPlan], tree: Tree, unit: Node) -> None:
        self.tree = tree
        self.unit = unit
        self.known = {fold(node.code): node for node in tree}
        self.rows = {fold(row.key): row for row in rows if row.key}
        self.names: dict[str, set[str]] = {}
        for name, code in (
            *((node.name, node.code) for node in tree),
            *((row.title, row.key) for row in rows),
        ):
            self.names.setdefault(normal(name), set()).add(fold(code))
        self.above = {
            fold(node.code): fold(tree[node.parent_id].code)
            for node in tree
            if node.parent_id is not None
        }
        for row in rows:
            if (parent := self.code_of(row.values.get("parent"))) is not None:
                self.above[fold(row.key)] = parent
            elif fold(row.key) not in self.known:
                self.above[fold(row.key)] = fold(unit.code)

    def code_of(self, said: object) -> str | None:
        """The folded code of the unit that a cell names by code or name; None if there is none,
        or several bear the name."""
        if said is None:
            return None
        if (code := fold(str(said))) in self.known or code in self.rows:
            return code
        named = self.names.get(normal(str(said)), set())
        return next(iter(named)) if len(named) == 1 else None

    def shown(self, code: str) -> str:
        """A folded code as it is written."""
        return self.known[code].code if code in self.known else self.rows[code].key

    def is_loop(self, code: str) -> bool:
        """Whether a unit would stand under itself."""
        passed: set[str] = set()
        above: str | None = code
        while above is not None and above not in passed:
            passed.add(above)
            above = self.above.get(above)
        return above is not None

    def anchor(self, code: str) -> Node:
        """The nearest unit above that is here already."""
        node = self.above[code]
        while node not in self.known:
            node = self.above[node]
        return self.known[node]


def _judge(row: RowPlan, table: Table, places: _Places, former: set[str], by: Person) -> None:
    """Refuse what cannot be, and give the row its parent's code."""
    code, said = fold(row.key), row.values.get("parent")
    if said is not None:
        parent = places.code_of(said)
        if parent is None:
            row.refuse(table, "parent", _("There is no unit with this code or name."))
            return
        row.values["parent"] = places.shown(parent)
    if not row.key:
        return
    if places.is_loop(code):
        row.refuse(
            table, "parent", _("A unit cannot stand under itself or under one of its own units.")
        )
        return
    if row.record is None:
        row.defaults["parent"] = places.shown(places.above[code])
        above = places.anchor(code)
        if code in former:
            row.refuse(table, "code", _("Another unit had this code once. Choose another."))
        if not above.is_open:
            row.refuse(table, "parent", _("The unit above is closed then. Choose another."))
        if not by.brings_units(above.id):
            row.refuse(table, "parent", _("You may not add units under %(unit)s.", unit=above.name))


def _judge_change(row: RowPlan, table: Table, places: _Places, by: Person) -> None:
    """What is here already is changed by its administrators alone; who sets a district up adds."""
    if not row.changes:
        return
    if not by.administers(row.record.id):
        row.refuse(
            table,
            row.changes[0].name,
            _(
                "This unit is here already, and only an administrator of it may change it. Leave "
                "the row out, or ask an administrator."
            ),
        )
        return
    if row.change_of("parent") is not None:
        above = places.anchor(fold(row.key))
        if not by.administers(above.id):
            row.refuse(table, "parent", _("You may not add units under %(unit)s.", unit=above.name))
        elif not above.is_open:
            row.refuse(table, "parent", _("The unit above is closed then. Choose another."))


def _former_codes(district_id: int) -> set[str]:
    """Every code that a unit of the district has or had."""
    found = select(UnitName.code).where(UnitName.district_id == district_id)
    return {fold(code) for code in db.session.scalars(found)}


def _now(node: Node, tree: Tree) -> Values:
    return {
        "code": node.code,
        "name": node.name,
        "short_name": node.short_name,
        "type": node.type.value,
        "parent": tree[node.parent_id].code if node.parent_id is not None else None,
    }


def carry_out(rows: Sequence[RowPlan], unit: Node, by: Person) -> None:
    """Open the new units, those above first, and correct those that are here."""
    units = {
        fold(one.code): one
        for one in db.session.scalars(select(Unit).where(Unit.district_id == by.district_id))
    }
    waiting = [row for row in rows if row.outcome is Outcome.CREATE]
    while waiting:
        ready = [row for row in waiting if fold(str(row.value("parent"))) in units]
        if not ready:
            raise Invalid(_("A unit cannot stand under itself or under one of its own units."))
        for row in ready:
            units[fold(row.key)] = _open(row, units, by)
        waiting = [row for row in waiting if fold(row.key) not in units]
        by.__dict__.pop("rights", None)  # what is new lies in the administrator's units, too
    for row in rows:
        if row.outcome is Outcome.CHANGE:
            _correct(units[fold(row.key)], row, units, by)


def _open(row: RowPlan, units: Mapping[str, Unit], by: Person) -> Unit:
    short_name = row.values["short_name"]
    return operations.bring_in_unit(
        by.district,
        code=row.key,
        name=str(row.values["name"]),
        short_name=str(short_name) if short_name else None,
        type=UnitType(str(row.value("type"))),
        parent=units[fold(str(row.value("parent")))],
        by=by,
    )


def _correct(unit: Unit, row: RowPlan, units: Mapping[str, Unit], by: Person) -> None:
    """Correct what stands here. A name that holds from a new day on is no correction: that is
    noted on the unit's page."""
    new = {change.name: change.after for change in row.changes}
    today = by.district.today
    present = max((one for one in unit.names if one.from_on <= today), key=lambda one: one.from_on)
    if new.keys() & {"name", "short_name"}:
        short_name = new.get("short_name", present.short_name)
        operations.rename_unit(
            unit,
            code=present.code,
            name=str(new.get("name", present.name)),
            short_name=str(short_name) if short_name else None,
            from_on=present.from_on,
            by=by,
        )
    if "parent" in new:
        held = max(one.from_on for one in unit.parents if one.from_on <= today)
        operations.move_unit(unit, parent=units[fold(str(new["parent"]))], from_on=held, by=by)
    if "type" in new:
        operations.correct_type(unit, UnitType(str(new["type"])), by=by)
