"""Commands of the imports area."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from qms.core import files
from qms.core.commands import Group
from qms.core.db import db
from qms.core.errors import Invalid, Missing, Problem
from qms.core.i18n import gettext as _
from qms.findings.models import Grade
from qms.imports import operations
from qms.imports.headings import FIELDS, ImportKind
from qms.imports.likely import first_values, likely_columns
from qms.imports.preview import Outcome, Preview, RowPlan
from qms.imports.tables import Layout, Table, letter, read_file, table_of
from qms.office.sheet_reader import SheetData
from qms.people.models import Person
from qms.people.queries import operator
from qms.units.tree import Node


@click.group("import", cls=Group)
def import_() -> None:
    """Bring in units, documents and findings from an Excel or CSV file.

    Headings are recognised in Indonesian and English, in any order, below title rows. All or
    nothing: as long as a row is refused, nothing is imported and the command ends with 1.
    Importing the same file again changes nothing; a corrected file corrects the same records.

    --json prints one object, with these names whatever the language:

    \b
      kind, unit, sheet, heading_row (null: none)
      columns          field -> heading or letter of its column
      unknown_columns  headings that no field takes; their texts are kept
      counts           create, change, same, refused, warnings
      notes            sentences about the file as a whole
      rows             row, key (the file's own number or code), number (its number here; of
                       a new record the one that it gets if imported now; null for units),
                       title, outcome (create, change, same, refused),
                       changes [field, before, after],
                       refusals and warnings [column, value, reason]
      imported         true if the file was imported just now

    A file that cannot be read gives {"error": "...", "imported": false} and 1.
    """


def _options(kind: ImportKind) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that the three commands share."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        names = ", ".join(field.name for field in FIELDS[kind])
        for option in (
            click.option("--by", metavar="USERNAME", help="Who imports; needed if several could."),
            click.option("--json", "as_json", is_flag=True, help="Print JSON; see qms import -h."),
            click.option("--preview", is_flag=True, help="Only show what would happen."),
            click.option(
                "--sheet", metavar="NAME", help="The sheet to read, if not the likeliest."
            ),
            click.option(
                "--heading-row",
                type=click.IntRange(0),
                help="The row of the headings, if it is not recognised; 0: there is none.",
            ),
            click.option(
                "--columns",
                metavar="FIELD=COLUMN,...",
                help="Where fields stand, by letter or heading: code=A,name=B. An empty column "
                "leaves a field out." + f"\n\n({names})",
            ),
            click.option(
                "--unit",
                "unit_code",
                metavar="CODE",
                required=kind is not ImportKind.UNITS,
                help="The unit to which the records belong."
                if kind is not ImportKind.UNITS
                else "The unit above those that name none; without it, the district's own.",
            ),
            click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        ):
            command = option(command)
        return command

    return add


@import_.command("units")
@_options(ImportKind.UNITS)
def units_(**given: Any) -> None:
    """Units: known by their code. A name that has no type beside it tells the type."""
    _run(ImportKind.UNITS, grade=Grade.MINOR, **given)


@import_.command("documents")
@_options(ImportKind.DOCUMENTS)
def documents_(**given: Any) -> None:
    """Documents of a master list: known by the list's own number within the unit."""
    _run(ImportKind.DOCUMENTS, grade=Grade.MINOR, **given)


@import_.command("findings")
@_options(ImportKind.FINDINGS)
@click.option(
    "--grade",
    type=click.Choice([grade.value for grade in Grade]),
    default=Grade.MINOR.value,
    show_default=True,
    help="The grade of findings whose file says none; that it was not said is noted with them.",
)
def findings_(grade: str, **given: Any) -> None:
    """Findings of a log: known by the log's own number within the unit."""
    _run(ImportKind.FINDINGS, grade=Grade(grade), **given)


def _run(
    kind: ImportKind,
    *,
    file: Path,
    unit_code: str | None,
    columns: str | None,
    heading_row: int | None,
    sheet: str | None,
    preview: bool,
    as_json: bool,
    by: str | None,
    grade: Grade,
) -> None:
    person = operator(by)
    try:
        unit = _unit(person, unit_code)
        sheets = read_file(file)
        layout = operations.layout_of(
            kind,
            sheets,
            columns=_columns(columns),
            sheet=_sheet(sheets, sheet),
            heading_row=heading_row,
        )
        if operations.missing_columns(kind, layout):
            raise Invalid(_how_to_name_columns(table_of(kind, sheets, layout)))
        found = operations.preview(kind, unit, sheets, layout, by=person, grade=grade)
        is_done = not preview and not found.is_refused and found.has_work
        if is_done:
            _import(kind, file, unit, layout, person, grade, found)
    except Problem as problem:
        db.session.rollback()
        if not as_json:
            raise
        click.echo(json.dumps({"error": str(problem), "imported": False}, ensure_ascii=False))
        raise click.exceptions.Exit(1) from problem
    _tell(found, is_done, as_json, in_full=preview)
    if found.is_refused:
        raise click.exceptions.Exit(1)


def _unit(person: Person, code: str | None) -> Node:
    tree = person.rights.tree
    if code is None:
        return tree.root
    node = tree.by_code(code)
    if node is None:
        raise Missing(_("There is no unit with the code “%(code)s”.", code=code))
    return node


def _columns(given: str | None) -> dict[str, str]:
    """code=A,name=B as a mapping. A heading may hold blanks, but no comma."""
    found: dict[str, str] = {}
    for pair in (given or "").split(","):
        if not pair.strip():
            continue
        name, equals, place = pair.partition("=")
        if not equals:
            message = _("Write columns as code=A,name=B, not “%(pair)s”.", pair=pair.strip())
            raise Invalid(message)
        found[name.strip()] = place.strip()
    return found


def _how_to_name_columns(table: Table) -> str:
    """Why it does not go on, which options might help, and what stands in the columns."""
    kind, layout = table.kind, table.layout
    likely = likely_columns(kind, table)
    lacking = [one for one in FIELDS[kind] if one.needed and one.name not in layout.columns]
    places = (
        f"{one.name}={letter(likely[one.name]) if one.name in likely else '?'}" for one in lacking
    )
    options = f"--columns {','.join(places)}"
    lines = [
        _(
            "No column is known for: %(missing)s. Say in which columns they stand.",
            missing=", ".join(str(one.label) for one in lacking),
        )
    ]
    if not layout.heading_row:
        options = f"--heading-row 0 {options}"
        lines.append(_("No heading row was recognised; if there is one, name it: --heading-row 3."))
    lines.append(_("Otherwise add, for example: %(options)s", options=options))
    for column, values in enumerate(first_values(table.rows, len(table.headings))):
        lines.append(f"  {letter(column)}: {', '.join(values)}")
    return "\n".join(lines)


def _sheet(sheets: list[SheetData], name: str | None) -> int | None:
    if name is None:
        return None
    for index, one in enumerate(sheets):
        if one.name == name:
            return index
    raise Missing(
        _(
            "The file has no visible sheet “%(name)s”. Its sheets: %(names)s.",
            name=name,
            names=", ".join(one.name for one in sheets),
        )
    )


def _import(
    kind: ImportKind,
    file: Path,
    unit: Node,
    layout: Layout,
    person: Person,
    grade: Grade,
    found: Preview,
) -> None:
    with file.open("rb") as stream:
        received = files.receive(stream, file.name)
    run = operations.start_import(kind, unit, received, layout, by=person, grade=grade)
    operations.carry_out(run, by=person, shown=found.fingerprint)
    db.session.commit()


def _tell(found: Preview, is_done: bool, as_json: bool, *, in_full: bool) -> None:
    """Print what a file would do, or did; a preview (`in_full`) names each new record, too."""
    if as_json:
        said = {**found.as_json(), "imported": is_done}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for note in found.notes:
        click.echo(note)
    for row in found.rows:
        for remark in row.refusals:
            click.echo(_line(_("Refused"), row.row, remark.column, remark.value, remark.reason))
        for remark in row.warnings:
            click.echo(_line(_("Warning"), row.row, remark.column, remark.value, remark.reason))
        if in_full and row.outcome is Outcome.CREATE:
            click.echo(_new_line(row))
        if row.outcome is Outcome.CHANGE:
            for change in row.changes:
                what = f"{change.before or '–'} → {change.after or '–'}"
                click.echo(_line(_("Will change"), row.row, change.label, row.key, what))
    counts = found.counts
    click.echo(
        _(
            "%(create)s to create, %(change)s to change, %(same)s the same, %(refused)s refused.",
            **counts,
        )
    )
    if is_done:
        click.echo(_("Imported."))
    elif found.is_refused:
        click.echo(_("Rows are refused, so nothing is imported."))
    elif not found.has_work:
        click.echo(_("There is nothing to import."))


def _new_line(row: RowPlan) -> str:
    return _(
        "Will be created: row %(row)s, %(key)s: %(title)s",
        row=row.row,
        key=f"{row.key} → {row.number}" if row.number else row.key,
        title=row.title,
    )


def _line(what: str, row: int, column: str, value: str, reason: str) -> str:
    return _(
        "%(what)s: row %(row)s, %(column)s “%(value)s”: %(reason)s",
        what=what,
        row=row,
        column=column,
        value=value,
        reason=reason,
    )
