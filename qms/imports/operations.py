"""Bringing a file in: receive it, say where its columns are, look at the preview, import."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from qms.core import clock, files, journal
from qms.core.db import db, same_version
from qms.core.errors import Invalid, OutOfTurn
from qms.core.files import Received
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.text import fold
from qms.findings.models import Grade
from qms.imports import documents, findings, units
from qms.imports.headings import FIELDS, ImportKind
from qms.imports.models import ImportedRow, ImportRun
from qms.imports.permissions import may_import
from qms.imports.preview import Outcome, Planned, Preview, Task
from qms.imports.queries import last_said
from qms.imports.tables import (
    Layout,
    chosen_columns,
    guess_layout,
    read_file,
    table_of,
)
from qms.office.sheet_reader import SheetData
from qms.people.models import Person
from qms.units.models import District, Unit
from qms.units.tree import Node

KINDS: dict[ImportKind, Any] = {
    ImportKind.UNITS: units,
    ImportKind.DOCUMENTS: documents,
    ImportKind.FINDINGS: findings,
}
"""Each has plan(task) -> (rows, notes) and carry_out(rows, unit, by)."""


def layout_of(
    kind: ImportKind,
    sheets: Sequence[SheetData],
    *,
    columns: Mapping[str, str],
    sheet: int | None = None,
    heading_row: int | None = None,
) -> Layout:
    """Where things stand: as recognised, with what a person chose over it. `columns`: field ->
    letter or heading. Raises Invalid for a choice that does not fit."""
    layout = guess_layout(kind, sheets, sheet=sheet, heading_row=heading_row)
    chosen = chosen_columns(kind, layout, sheets[layout.sheet], columns)
    return Layout(layout.sheet, layout.heading_row, layout.heading_rows, chosen)


def missing_columns(kind: ImportKind, layout: Layout) -> list[Any]:
    """The labels of needed fields for which no column is known."""
    return [one.label for one in FIELDS[kind] if one.needed and one.name not in layout.columns]


def refuse_missing(kind: ImportKind, layout: Layout) -> None:
    """Raise Invalid if a needed column is not known."""
    if missing := missing_columns(kind, layout):
        raise Invalid(
            _(
                "No column is known for: %(missing)s. Say in which columns they stand.",
                missing=", ".join(str(label) for label in missing),
            )
        )


def preview(
    kind: ImportKind,
    unit: Node,
    sheets: Sequence[SheetData],
    layout: Layout,
    *,
    by: Person,
    grade: Grade = Grade.MINOR,
) -> Preview:
    """What a file would do. Writes nothing. Raises Invalid if needed columns are not known."""
    require(may_import, by, (kind, unit.id))
    refuse_missing(kind, layout)
    table = table_of(kind, sheets, layout)
    task = Task(table, unit, by, last_said(kind, by.district_id, unit.id), grade)
    planned: Planned = KINDS[kind].plan(task)
    rows, notes = planned
    if table.unknown:
        headings = ", ".join(table.unknown.values())
        notes = [
            _("Columns that nobody knows, kept with each record: %(headings)s.", headings=headings)
            if kind is not ImportKind.UNITS
            else _(
                "Columns that nobody knows, kept with the import: %(headings)s.", headings=headings
            ),
            *notes,
        ]
    if not rows:
        notes = [*notes, _("There is no row to import below the headings.")]
    return Preview(unit.code, table, rows, notes)


def start_import(
    kind: ImportKind,
    unit: Node,
    received: Received,
    layout: Layout,
    *,
    by: Person,
    grade: Grade = Grade.MINOR,
) -> ImportRun:
    """Keep a file that is to be brought in. It does nothing yet."""
    require(may_import, by, (kind, unit.id))
    stored = files.keep(received, district_id=by.district_id, by=by)
    run = ImportRun(
        district_id=by.district_id,
        unit_id=unit.id,
        kind=kind,
        stored_file_id=stored.id,
        file_name=received.name,
        person_id=by.id,
        sheet=layout.sheet,
        heading_row=layout.heading_row,
        heading_rows=layout.heading_rows,
        columns=dict(layout.columns),
        grade=grade.value,
    )
    db.session.add(run)
    journal.write("start_import", run, by=by)
    return run


def choose_columns(
    run: ImportRun, layout: Layout, *, by: Person, grade: Grade, seen: int | None = None
) -> None:
    """Say where the fields stand in the file. If all that it says is here already, that is noted:
    the list of imports then waits for nobody."""
    require(may_import, by, (run.kind, run.unit_id))
    _refuse_done(run)
    same_version(run, seen)
    run.sheet, run.heading_row, run.heading_rows = (
        layout.sheet,
        layout.heading_row,
        layout.heading_rows,
    )
    run.columns, run.grade = dict(layout.columns), grade.value
    run.unchanged = 0
    if not missing_columns(run.kind, layout):
        found = preview_run(run, by=by)
        if not (found.is_refused or found.has_work):
            run.unchanged = len(found.rows)
    journal.write("choose_columns", run, by=by)


def _refuse_done(run: ImportRun) -> None:
    if run.imported_at is not None:
        raise OutOfTurn(_l("This file was imported already. Send it again to import it anew."))


def layout_kept(run: ImportRun) -> Layout:
    """The layout that a run was given."""
    return Layout(run.sheet, run.heading_row, run.heading_rows, dict(run.columns))


def preview_run(run: ImportRun, *, by: Person) -> Preview:
    """What a run's file would do now."""
    sheets = read_file(files.content_of(run.stored))
    unit = by.rights.tree[run.unit_id]
    return preview(run.kind, unit, sheets, layout_kept(run), by=by, grade=Grade(run.grade))


class Overtaken(OutOfTurn):
    """What the file would do is no longer what was shown. `preview` is what it would do now."""

    def __init__(self, message: Any, preview: Preview) -> None:
        super().__init__(message)
        self.preview = preview


def carry_out(run: ImportRun, *, by: Person, shown: str | None = None) -> Preview:
    """Import the file: all of it or nothing. Answers with what was done.

    The preview is made anew, with nobody else importing into the same unit meanwhile. Raises
    Overtaken if it differs from the one that was `shown` (its fingerprint), or if rows are
    refused.
    """
    require(may_import, by, (run.kind, run.unit_id))
    _lock(run)
    _refuse_done(run)
    found = preview_run(run, by=by)
    if shown is not None and found.fingerprint != shown:
        raise Overtaken(
            _l("Something changed since the preview was made. Look at it again."), found
        )
    if found.is_refused:
        raise Overtaken(
            _l("Rows are refused, so nothing was imported. Correct the file and send it again."),
            found,
        )
    KINDS[run.kind].carry_out(found.rows, by.rights.tree[run.unit_id], by)
    _note(run, found)
    journal.write("import_file", run, by=by)
    return found


def _lock(run: ImportRun) -> None:
    """One import at a time into a unit; of units, into a district."""
    target: Any = District if run.kind is ImportKind.UNITS else Unit
    wanted = run.district_id if run.kind is ImportKind.UNITS else run.unit_id
    db.session.execute(select(target.id).where(target.id == wanted).with_for_update(key_share=True))
    db.session.refresh(run)


def _note(run: ImportRun, done: Preview) -> None:
    counts = done.counts
    run.imported_at = clock.now()
    run.created = counts[Outcome.CREATE.value]
    run.changed = counts[Outcome.CHANGE.value]
    run.unchanged = counts[Outcome.SAME.value]
    for row in done.rows:
        if row.said != row.before:
            db.session.add(
                ImportedRow(
                    district_id=run.district_id,
                    run_id=run.id,
                    row=row.row,
                    unit_id=run.unit_id,
                    kind=run.kind,
                    key=fold(row.key),
                    said=row.said,
                )
            )
