"""Findings from before this system: taken over as their record says, missing fields left empty.

They get a number of the record's own year beside the number that they had. What a corrected file
says anew replaces what stands there, field by field; what was changed here and the file repeats
stays. Guards begin with the next move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from qms.actions.models import Action
from qms.core import clock, dates, journal
from qms.core.db import AccessClass, db, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal.images import plain
from qms.core.permissions import require
from qms.core.text import fold
from qms.evidence.permissions import may_classify
from qms.findings.models import (
    Finding,
    FindingAction,
    FindingState,
    FindingStep,
    Grade,
    Source,
    StepKind,
    StepResult,
)
from qms.findings.operations.grading import note_grade_change
from qms.findings.operations.moving import move
from qms.findings.operations.raising import cite, next_number
from qms.findings.permissions import may_import, may_import_into
from qms.people.models import Person


@dataclass
class Imported:
    """A finding as a file tells it. `steps` are the texts of the first round, by kind; `extra`
    holds the columns that nobody knows."""

    found_on: date
    deviation: str
    grade: Grade = Grade.MINOR
    source: Source = Source.OTHER
    source_note: str | None = None
    external_number: str | None = None
    place: str | None = None
    requirement: str | None = None
    seen: str | None = None
    state: FindingState = FindingState.RAISED
    due_on: date | None = None
    closed_on: date | None = None
    clause_ids: Sequence[int] = ()
    steps: Mapping[StepKind, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


COLUMNS = (
    "external_number",
    "source",
    "source_note",
    "place",
    "requirement",
    "seen",
    "deviation",
    "due_on",
)
"""What a file says of the finding itself; grade, state, clauses, steps and extra columns are seen
to one by one. The day found gives the number its year and stays."""

IMPORTING = ("import_finding", "update_imported")


def record_imported(
    unit_id: int,
    told: Imported,
    *,
    by: Person,
    actions: Sequence[Action] = (),
    access: AccessClass = AccessClass.ORDINARY,
) -> Finding:
    """A finding as its record tells it, with the actions that were imported for it."""
    require(may_import_into, by, unit_id)
    require(may_classify, by, (unit_id, access))
    judge(told, today=by.district.today)
    number = next_number(unit_id, told.found_on.year, by)
    finding = Finding(
        district_id=by.district_id,
        unit_id=unit_id,
        number=number,
        number_key=fold(number),
        round=1,
        found_on=told.found_on,
        grade=told.grade,
        state=told.state,
        is_open=told.state.is_open,
        closed_on=told.closed_on if told.state is FindingState.CLOSED else None,
        access=access,
        is_imported=True,
        imported_extra=dict(told.extra) or None,
        **{name: getattr(told, name) for name in COLUMNS},
    )
    cite(finding, told.clause_ids)
    _tell_steps(finding, told)
    for action in actions:
        finding.actions.append(
            FindingAction(district_id=by.district_id, action=action, round=finding.round)
        )
    db.session.add(finding)
    journal.write("import_finding", finding, by=by, told=_told(told))
    return finding


def judge(told: Imported, *, today: date) -> None:
    """Refuse what cannot be kept, with the field that is wrong."""
    if not told.deviation.strip():
        message = _l("Say what deviates, or what is good.")
        raise Invalid(message, deviation=message)
    dates.refuse_odd_year("found_on", told.found_on)
    dates.refuse_odd_year("due_on", told.due_on, from_on=told.found_on)
    if told.found_on > today:
        message = _l("The day lies in the future. Write the day on which it was found.")
        raise Invalid(message, found_on=message)
    if told.due_on and told.due_on < told.found_on:
        message = _l("The due date lies before the day found.")
        raise Invalid(message, due_on=message)
    if told.state is FindingState.CLOSED and told.closed_on is None:
        message = _l("A closed finding needs the day on which it was closed.")
        raise Invalid(message, closed_on=message)
    if told.closed_on and told.closed_on < told.found_on:
        message = _l("The closing lies before the day found.")
        raise Invalid(message, closed_on=message)
    if told.closed_on and told.closed_on > today:
        message = _l("The closing lies in the future.")
        raise Invalid(message, closed_on=message)


def _tell_steps(finding: Finding, told: Imported) -> None:
    """Put the file's texts into the first round, said by nobody on no day. A step that somebody
    wrote here since is theirs and stays."""
    for kind, text in told.steps.items():
        step = finding.step(kind, 1)
        if step is None:
            step = FindingStep(district_id=finding.district_id, round=1, kind=kind)
            finding.steps.append(step)
        elif step.person_id is not None:
            continue
        step.text, step.result, step.recorded_at = text, StepResult.RECORDED, clock.now()


def differences(finding: Finding, told: Imported) -> dict[str, tuple[Any, Any]]:
    """What a corrected file would change: field -> (before, after).

    A cell that the file leaves empty, or that says what it said at the last import, changes
    nothing: what was written here since stays.
    """
    found: dict[str, tuple[Any, Any]] = {}
    for name in (*COLUMNS, "grade", "state"):
        now, wanted = getattr(finding, name), getattr(told, name)
        if wanted is not None and wanted != now:
            found[name] = (now, wanted)
    if finding.state is told.state is FindingState.CLOSED and finding.closed_on != told.closed_on:
        found["closed_on"] = (finding.closed_on, told.closed_on)
    cited, wanted = {link.clause_id for link in finding.clauses}, set(told.clause_ids)
    if wanted and wanted != cited:
        found["clauses"] = (sorted(cited), sorted(wanted))
    if told.extra and dict(told.extra) != finding.imported_extra:
        found["extra"] = (finding.imported_extra, dict(told.extra))
    for kind, text in told.steps.items():
        step = finding.step(kind, 1)
        if step is None or (step.person_id is None and step.text != text):
            found[kind.value] = (step.text if step else None, text)
    return _without_what_was_told(finding, found) if found else found


def _without_what_was_told(
    finding: Finding, found: dict[str, tuple[Any, Any]]
) -> dict[str, tuple[Any, Any]]:
    """Drop what the file said already at the last import. One query."""
    last = next((told for told in journal.history(finding) if told.verb in IMPORTING), None)
    if last is None or last.said is None:
        return found
    earlier = last.said["facts"]["told"]
    return {
        name: (now, wanted)
        for name, (now, wanted) in found.items()
        if name not in earlier or earlier[name] != plain(wanted)
    }


def _told(told: Imported) -> dict[str, Any]:
    """What the file said, as plain values for the journal."""
    names = (*COLUMNS, "grade", "state", "closed_on")
    said = {name: plain(getattr(told, name)) for name in names}
    return {**said, "clauses": sorted(set(told.clause_ids))}


def update_imported(finding: Finding, told: Imported, *, by: Person) -> dict[str, tuple[Any, Any]]:
    """Take over what a corrected file says differently. Answers with what changed; nothing is
    written if nothing did. How far it is is not for a file to say once it was answered here."""
    require(may_import, by, finding)
    told = replace(told, found_on=finding.found_on)
    judge(told, today=by.district.today)
    found = differences(finding, told)
    if "state" in found and (finding.round > 1 or finding.answered_by_ids):
        raise OutOfTurn(
            _l("%(number)s goes on in this system. Change it there.", number=finding.number)
        )
    for name in set(COLUMNS) & set(found):
        setattr(finding, name, found[name][1])
    if "clauses" in found:
        cite(finding, told.clause_ids)
    if "grade" in found:
        note_grade_change(finding, told.grade, _("The imported file was corrected."), by)
    if "extra" in found:
        finding.imported_extra = dict(told.extra)
    if "closed_on" in found:
        finding.closed_on = told.closed_on
    if any(kind.value in found for kind in told.steps):
        _tell_steps(finding, told)
    if "state" in found:
        move(f"import_{told.state.value}", finding, by=by, closed_on=told.closed_on)
    if found:
        touch(finding)
        journal.write("update_imported", finding, by=by, told=_told(told))
    return found
