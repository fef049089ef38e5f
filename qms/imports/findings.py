"""Findings from a log of nonconformities: known by the log's own number within the unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import selectinload

from qms.actions import operations as actions
from qms.actions.models import Action, ActionKind, ActionState
from qms.core import dates, journal
from qms.core.db import touch
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.text import fold
from qms.findings import operations
from qms.findings.models import (
    NO_GRADE,
    Finding,
    FindingAction,
    FindingState,
    Grade,
    Source,
    StepKind,
)
from qms.findings.operations import Imported
from qms.imports.clauses import ClauseReader, ids_in, keys_of
from qms.imports.documents import read_clauses
from qms.imports.headings import ImportKind, label_of
from qms.imports.owners import Owners
from qms.imports.preview import (
    EXTRA,
    Outcome,
    Planned,
    RowPlan,
    Task,
    Values,
    compare,
    extra_of,
    left_out,
    merged_extra,
    plan_of,
    refuse_doubles,
    with_extra,
)
from qms.imports.queries import known_records
from qms.imports.values import Codes, RowReader, iso, plain
from qms.imports.words import FINDING_STATES, GRADES, LETTERS, source_of
from qms.people.models import Person, Position
from qms.people.rights import sight_of
from qms.standards.queries import clause_by_id
from qms.units.tree import Node

STEPS = {
    "correction": StepKind.CORRECTION,
    "cause": StepKind.CAUSE,
    "effectiveness": StepKind.EFFECTIVENESS,
}
RESPONSE = frozenset({*STEPS, "action", "owner", "due_on", "status", "closed_on"})
"""What people go on with here after the import; from then on a file changes it no more."""

OF_ACTION = frozenset({"action", "owner", "due_on", "status"})
"""What changes the corrective action, too."""


NEEDED = ("number", "deviation", "found_on")


def plan(task: Task) -> Planned:
    """What the log does to the unit's findings. The number of queries does not grow with the
    rows."""
    table = task.table
    readers = Readers(
        Codes.of(table, "number"),
        Owners(task.unit, task.by),
        ClauseReader(task.unit.id),
        task.grade,
        task.by.district.today,
    )
    rows, notes = left_out([readers.read(reader) for reader in task.readers()], NEEDED)
    refuse_doubles(rows, table)
    task.recall(rows)
    known = _known(task, rows)
    for row in rows:
        row.record = known.get(fold(row.key))
        if row.record is None:
            _judge_new(row, task)
        else:
            _compare(row, task)
    _foresee_numbers(rows, task)
    new_owners = [
        str(row.values["owner"])
        for row in rows
        if row.values["owner"] and (row.outcome is Outcome.CREATE or row.change_of("owner"))
    ]
    return rows, [*readers.owners.note(new_owners), *notes]


def _foresee_numbers(rows: Sequence[RowPlan], task: Task) -> None:
    """Tell each new row the number that its finding would get now."""
    new = [row for row in rows if row.outcome is Outcome.CREATE]
    years = [date.fromisoformat(str(row.values["found_on"])).year for row in new]
    given = operations.foreseen_numbers(task.unit.id, years, task.by)
    for row, number in zip(new, given, strict=True):
        row.number = number


@dataclass(frozen=True)
class Readers:
    """What reading a row needs to know."""

    codes: Codes
    owners: Owners
    clauses: ClauseReader
    grade: Grade
    today: date

    def read(self, reader: RowReader) -> RowPlan:
        """One row as plain values, refused where the record could not be kept."""
        number = reader.line("number", needed=_("The number is missing."), most=80)
        deviation = reader.text("deviation", needed=_("Say what deviates, or what is good."))
        found_on = reader.day("found_on", needed=_("The day on which it was found is missing."))
        self.codes.warn(reader, "number", always=False)
        source = reader.line("source")
        action = reader.text("action")
        values: Values = {
            "number": number,
            "source": source_of(source).value if source else None,
            "source_note": source,
            "found_on": iso(found_on),
            "place": reader.line("place"),
            "grade": plain(self._grade(reader)),
            "clauses": read_clauses(reader, self.clauses, reader.line("standard")),
            "requirement": reader.text("requirement"),
            "seen": reader.text("seen"),
            "deviation": deviation,
            "correction": reader.text("correction"),
            "cause": reader.text("cause"),
            "action": action,
            "owner": self._owner(reader, action),
            "due_on": self._day_after(reader, "due_on", found_on),
            "status": plain(reader.word("status", FINDING_STATES)),
            "effectiveness": reader.text("effectiveness"),
            "closed_on": self._day_after(reader, "closed_on", found_on),
        }
        self._judge_year(reader, "found_on", found_on)
        if found_on and found_on > self.today:
            reader.refuse(
                "found_on",
                _("The day lies in the future. Write the day on which it was found."),
            )
        if values["clauses"] is None and (standard := reader.line("standard")):
            reader.extra[reader.heading("standard")] = standard
        reader.keep_unknown()
        title = " ".join((deviation or "").split())
        return plan_of(
            reader, key=number, title=title, values=values, defaults=self._defaults(values)
        )

    def _grade(self, reader: RowReader) -> Grade | None:
        said = reader.line("grade")
        if said in LETTERS:
            return LETTERS[said]
        return reader.word("grade", GRADES)

    def _owner(self, reader: RowReader, action: str | None) -> str | None:
        """The owner of the corrective action; kept as text where there is none to own."""
        said = reader.line("owner")
        if said and not action:
            reader.keep("owner", _("There is no corrective action to own. The name is kept."))
            return None
        return self.owners.named(said)

    def _day_after(self, reader: RowReader, name: str, found_on: date | None) -> str | None:
        day = reader.day(name)
        self._judge_year(reader, name, day, found_on if name == "due_on" else None)
        if day and found_on and day < found_on:
            reader.refuse(name, _("This day lies before the day on which it was found."))
        elif day and name == "closed_on" and day > self.today:
            reader.refuse(name, _("The closing lies in the future."))
        return iso(day)

    def _judge_year(
        self, reader: RowReader, name: str, day: date | None, from_on: date | None = None
    ) -> None:
        try:
            dates.refuse_odd_year(name, day, from_on=from_on)
        except Invalid as problem:
            reader.refuse(name, str(problem))

    def _defaults(self, values: Values) -> Values:
        if values["closed_on"]:
            state = FindingState.CLOSED
        else:
            state = FindingState.ANSWERED if values["action"] else FindingState.RAISED
        return {
            "source": Source.OTHER.value,
            "grade": self.grade.value,
            "status": state.value,
        }


def _known(task: Task, rows: Sequence[RowPlan]) -> dict[str, Finding]:
    """The unit's findings that the rows are about."""
    action = selectinload(Finding.actions).joinedload(FindingAction.action)
    return known_records(
        Finding,
        task.by.district_id,
        task.unit.id,
        {fold(row.key) for row in rows},
        selectinload(Finding.steps),
        selectinload(Finding.clauses),
        action.joinedload(Action.owner_person),
        action.joinedload(Action.owner_position),
    )


def _judge_new(row: RowPlan, task: Task) -> None:
    if row.values["grade"] is None and "grade" not in {one.column for one in row.refusals}:
        row.warn(
            task.table,
            "grade",
            _("No grade: set to “%(grade)s” and noted with the record.", grade=task.grade.label),
        )
    state = FindingState(str(row.value("status")))
    if row.values["status"] is None:
        row.warn(task.table, "status", _("No status: taken as “%(status)s”.", status=state.label))
    _judge_closing(row, state, row.values["closed_on"], task)


def _judge_closing(row: RowPlan, state: FindingState, closed_on: object, task: Task) -> None:
    if state is FindingState.CLOSED and closed_on is None:
        row.refuse(
            task.table, "closed_on", _("A closed finding needs the day on which it was closed.")
        )
    if state is not FindingState.CLOSED and row.values["closed_on"]:
        row.warn(task.table, "closed_on", _("It is not closed, so the day of closing is left out."))


def _compare(row: RowPlan, task: Task) -> None:
    """Set the row against the finding that is here, and refuse what cannot be corrected."""
    finding: Finding = row.record
    if not sight_of(task.by).sees(finding):
        row.refuse(task.table, "number", _("This number is taken in the unit."))
        return
    row.number = finding.number
    action = imported_action(finding)
    sees_action = action is None or sight_of(task.by).sees(action)
    columns = task.fields
    if "source" in columns:
        columns.add("source_note")
    if (row.values["status"] or finding.state.value) != FindingState.CLOSED.value:
        columns.discard("closed_on")
    if row.values["grade"] is not None:  # what was noted because the file said none, goes
        row.values[EXTRA + NO_GRADE] = None
        row.settled |= {EXTRA + NO_GRADE}
    compare(
        row,
        now={**now_of(finding), **({} if sees_action else {"action": None, "owner": None})},
        in_file=columns,
        label=lambda name: label_of(ImportKind.FINDINGS, name),
    )
    if found_on := row.change_of("found_on"):
        row.changes.remove(found_on)
        row.warn(task.table, "found_on", _("The day found gave our number its year, so it stays."))
    if not row.changes:
        return
    if not finding.is_imported or _went_on(row, finding, sees_action=sees_action):
        row.refuse(
            task.table,
            next((c.name for c in row.changes if c.name in RESPONSE), row.changes[0].name),
            _("%(number)s goes on in this system. Change it there.", number=finding.number),
        )
        return
    state = FindingState(str(row.values["status"] or finding.state.value))
    _judge_closing(row, state, row.values["closed_on"] or finding.closed_on, task)


def _went_on(row: RowPlan, finding: Finding, *, sees_action: bool) -> bool:
    """Whether people answered, acted, checked or moved it since the import, where the file would
    change just that. What the import itself refuses is refused here."""
    names = {change.name for change in row.changes}
    if not names & RESPONSE:
        return False
    if names & OF_ACTION and not sees_action:
        return True
    action = imported_action(finding)
    said = FindingState(str((row.before or {}).get("status", finding.state.value)))
    return (
        finding.round > 1
        or bool(finding.answered_by_ids)
        or any(step.person_id is not None for step in finding.steps)
        or said is not finding.state
        or (action is not None and _acted_on(action, said))
    )


def _acted_on(action: Action, said: FindingState) -> bool:
    """Whether somebody did, checked or moved the action here. `said`: how far the finding is by
    the file's last word."""
    return bool(action.done_by_ids or action.verified_by_id) or (
        action.state is not ACTION_STATES.get(said)
    )


def imported_action(finding: Finding) -> Action | None:
    """The action that came with the finding."""
    return next((one for one in finding.actions_of(1) if one.is_imported), None)


def now_of(finding: Finding) -> Values:
    """What a log would have to say for the finding to be as it is."""
    action = imported_action(finding)
    texts: Values = {
        name: step.text if (step := finding.step(kind, 1)) else None for name, kind in STEPS.items()
    }
    return {
        "number": finding.external_number or finding.number,
        "source": finding.source.value,
        "source_note": finding.source_note,
        "found_on": iso(finding.found_on),
        "place": finding.place,
        "grade": finding.grade.value,
        "clauses": keys_of(clause_by_id(link.clause_id) for link in finding.clauses),
        "requirement": finding.requirement,
        "seen": finding.seen,
        "deviation": finding.deviation,
        **texts,
        "action": action.what if action else None,
        "owner": (action.owner_name or None) if action else None,
        "due_on": iso(finding.due_on),
        "status": finding.state.value,
        "closed_on": iso(finding.closed_on),
        **with_extra(finding.imported_extra),
    }


def carry_out(rows: Sequence[RowPlan], unit: Node, by: Person) -> None:
    """Record the new findings with their actions, and correct those that are here."""
    owners = Owners(unit, by)
    for row in rows:
        if row.outcome is Outcome.CREATE:
            _record(row, unit, owners, by)
        elif row.outcome is Outcome.CHANGE:
            _correct(row, owners, by)


def _record(row: RowPlan, unit: Node, owners: Owners, by: Person) -> None:
    extra = extra_of(row.values)
    if row.values["grade"] is None:
        extra[NO_GRADE] = str(row.defaults["grade"])
    values = {name: row.value(name) for name in row.values}
    told = _told(values, STEPS, extra)
    made = _new_action(unit.id, values, told, owners, by)
    operations.record_imported(unit.id, told, by=by, actions=[made] if made else [])


def _correct(row: RowPlan, owners: Owners, by: Person) -> None:
    finding: Finding = row.record
    new = {change.name: change.after for change in row.changes}
    values: Values = {**now_of(finding), **new}
    told = _told(values, [name for name in STEPS if name in new], {})
    operations.update_imported(finding, told, by=by)
    if any(name.startswith(EXTRA) for name in new):
        finding.imported_extra = merged_extra(row, finding.imported_extra) or None
        journal.write("correct_import", finding, by=by)
    if new.keys() & OF_ACTION:
        _correct_action(finding, values, new, told, owners, by)


def _told(values: Values, steps: Iterable[str], extra: Mapping[str, str]) -> Imported:
    """A finding as the findings area takes it."""

    def text(name: str) -> str | None:
        found = values.get(name)
        return None if found is None else str(found)

    def day(name: str) -> date | None:
        found = text(name)
        return date.fromisoformat(found) if found else None

    state, found_on = FindingState(str(values["status"])), day("found_on")
    assert found_on is not None
    return Imported(
        found_on=found_on,
        deviation=str(values["deviation"]),
        grade=Grade(str(values["grade"])),
        source=Source(str(values["source"])),
        source_note=text("source_note"),
        external_number=text("number"),
        place=text("place"),
        requirement=text("requirement"),
        seen=text("seen"),
        state=state,
        due_on=day("due_on"),
        closed_on=day("closed_on") if state is FindingState.CLOSED else None,
        clause_ids=ids_in(values["clauses"]),
        steps={STEPS[name]: str(values[name]) for name in steps if values.get(name)},
        extra=extra,
    )


ACTION_STATES = {
    FindingState.RAISED: ActionState.OPEN,
    FindingState.ANSWERED: ActionState.OPEN,
    FindingState.VERIFIED: ActionState.VERIFIED,
    FindingState.CLOSED: ActionState.VERIFIED,
    FindingState.CANCELLED: ActionState.CANCELLED,
}
"""How far the action is if the finding is so far."""


def _new_action(
    unit_id: int, values: Values, told: Imported, owners: Owners, by: Person
) -> Action | None:
    """The corrective action that the log tells of, in the year of its finding."""
    if not values["action"]:
        return None
    owner = owners.find(str(values["owner"]) if values["owner"] else None)
    return actions.record_imported(
        unit_id,
        kind=ActionKind.CORRECTIVE,
        what=str(values["action"]),
        year=told.found_on.year,
        by=by,
        due_on=told.due_on,
        **_owner_of_action(owner),
        state=ACTION_STATES[told.state],
    )


def _owner_of_action(owner: Person | Position | None) -> dict[str, Any]:
    """The owner as the actions area takes it."""
    return {
        "owner_person_id": owner.id if isinstance(owner, Person) else None,
        "owner_position_id": owner.id if isinstance(owner, Position) else None,
    }


def _correct_action(
    finding: Finding, values: Values, new: Values, told: Imported, owners: Owners, by: Person
) -> None:
    action = imported_action(finding)
    if action is None:
        made = _new_action(finding.unit_id, values, told, owners, by)
        if made is not None:
            finding.actions.append(
                FindingAction(district_id=finding.district_id, action=made, round=1)
            )
            touch(finding)
            journal.write("correct_import", finding, by=by)
        return
    owner = owners.find(str(new["owner"])) if new.get("owner") else None
    actions.update_imported(
        action,
        by=by,
        what=new.get("action"),
        due_on=told.due_on if "due_on" in new else None,
        **_owner_of_action(owner),
        state=ACTION_STATES[told.state] if "status" in new else None,
    )
