"""Pages of the imports area: send a file, choose its columns, look at the preview, import."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from qms.core import dates, files
from qms.core.errors import Invalid, Missing
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.refused_upload import RefusedUpload
from qms.core.registers import page_links
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.findings.models import Grade
from qms.imports import operations
from qms.imports.forms import ColumnsForm, FileForm, columns_form
from qms.imports.headings import ImportKind, label_of
from qms.imports.likely import first_values, likely_columns
from qms.imports.models import ImportRun
from qms.imports.operations import Overtaken
from qms.imports.permissions import may_import_any
from qms.imports.preview import Outcome, Preview
from qms.imports.queries import file_is_for, imports_page, run_by_uid
from qms.imports.showing import shown_rows
from qms.imports.tables import Table, guess_layout, letter, read_file, table_of
from qms.imports.values import shown_text

bp = Blueprint("imports", __name__)

STEPS = (_l("File"), _l("Columns"), _l("Preview"), _l("Imported"))
SAMPLE_ROWS = 8


def _steps(current: int) -> list[tuple[str, str]]:
    """The stepper, with one step current."""
    status = ["done" if step < current else "upcoming" for step in range(len(STEPS))]
    status[current] = "done" if current == len(STEPS) - 1 else "current"
    return [(str(label), one) for label, one in zip(STEPS, status, strict=True)]


@bp.get("/imports")
def index() -> Any:
    """What was brought in, and what waits, newest first."""
    person = me()
    require(may_import_any, person)
    page = imports_page(person, chosen_unit(), request.args.get("cursor"))
    tree, timezone = person.rights.tree, person.district.timezone
    rows = [
        {
            "url": url_for("imports.show", uid=row.uid),
            "file_name": row.file_name,
            "kind": row.kind.label,
            "unit": tree[row.unit_id].name,
            "who": row.who,
            "when": dates.long_moment(row.imported_at or row.recorded_at, timezone),
            "counts": (row.created, row.changed, row.unchanged) if row.imported_at else None,
            "nothing_to_do": row.unchanged,
        }
        for row in page.rows
    ]
    return render_template("imports/index.html", rows=rows, links=page_links(page, "imports.index"))


@bp.route("/imports/new", methods=["GET", "POST"])
def new() -> Any:
    """Send a file. It is kept, so that nobody sends it twice."""
    person, form = me(), FileForm()
    require(may_import_any, person)
    form.offer(person)
    if request.method == "GET":
        kinds = [value for value, *_rest in form.kind.iter_choices()]
        wanted = request.args.get("kind")
        form.kind.data = wanted if wanted in kinds else next(reversed(kinds), None)
        if (node := person.rights.tree.get(chosen_unit())) is not None:
            form.unit.data = str(node.uid)
    if form.validate_on_submit():
        try:
            run = _receive(form)
        except Invalid as problem:
            told_by(_at_the_file(problem), form)
        else:
            return done("imports.columns", uid=run.uid)
    page = render_template("imports/new.html", form=form, steps=_steps(0))
    return page, 422 if form.errors else 200


def _receive(form: FileForm) -> ImportRun:
    person, kind, sent = me(), ImportKind(form.kind.data), form.files.data
    received = files.receive(sent.stream, sent.filename)
    layout = guess_layout(kind, read_file(files.path_of(received.sha256)))
    unit = person.rights.tree[form.unit.unit_id]
    return operations.start_import(kind, unit, received, layout, by=person)


def _at_the_file(problem: Invalid) -> Invalid:
    if isinstance(problem, RefusedUpload):
        return Invalid(problem.message, files=problem.message)
    return problem


@bp.route("/imports/<uid>/columns", methods=["GET", "POST"])
def columns(uid: str) -> Any:
    """Say where the table stands and which column belongs to which field; what is recognised is
    chosen already."""
    person, run = me(), run_by_uid(me(), uid_or_404(uid))
    if run.imported_at is not None:
        return redirect(url_for("imports.show", uid=run.uid), 303)
    sheets, kept = read_file(files.content_of(run.stored)), operations.layout_kept(run)
    form = columns_form(run.kind, sheets, kept)
    if request.method == "GET":
        form.version.data = run.version
        if "grade" in form:
            form.grade.data = run.grade
    if form.validate_on_submit():
        try:
            is_ready = _choose(run, form, sheets)
        except Invalid as problem:
            told_by(problem, form)
        else:
            return done("imports.show" if is_ready else "imports.columns", uid=run.uid)
    table = table_of(run.kind, sheets, kept)
    lacks = operations.missing_columns(run.kind, kept)
    page = render_template(
        "imports/columns.html",
        run=run,
        form=form,
        steps=_steps(1),
        unit=person.rights.tree[run.unit_id].name,
        headings=[table.heading(column) for column in range(len(table.headings))],
        sample=[
            (number, [shown_text(value)[:80] for value in cells])
            for number, cells in list(table.numbered())[:SAMPLE_ROWS]
        ],
        has_several_sheets=len(sheets) > 1,
        example=_example(table) if lacks and not kept.heading_row else [],
    )
    return page, 422 if form.errors else 200


def _example(table: Table) -> list[tuple[str, str]]:
    """Where the needed fields probably stand, as (label, column with its first values)."""
    examples = first_values(table.rows, len(table.headings))
    return [
        (label_of(table.kind, name), f"{letter(column)} ({', '.join(examples[column])})")
        for name, column in likely_columns(table.kind, table).items()
    ]


def _choose(run: ImportRun, form: ColumnsForm, sheets: Any) -> bool:
    """Keep what was chosen. Whether a preview can be made: not if only the place of the table
    was corrected, so that the columns must be looked for there."""
    grade = form.grade.data if "grade" in form else Grade.MINOR
    sheet, heading_row = int(form.sheet.data), int(form.heading_row.data)
    again = form.again.data or (sheet, heading_row) != (run.sheet, run.heading_row)
    layout = operations.layout_of(
        run.kind,
        sheets,
        columns={} if again else form.chosen,
        sheet=sheet,
        heading_row=heading_row if sheet == run.sheet else None,
    )
    operations.choose_columns(run, layout, by=me(), grade=grade, seen=form.version.data)
    if not again:
        operations.refuse_missing(run.kind, layout)
    return not again


@bp.get("/imports/<uid>")
def show(uid: str) -> Any:
    """The preview; after the import, what came of it."""
    person, run = me(), run_by_uid(me(), uid_or_404(uid))
    if run.imported_at is not None:
        return _result(run)
    layout = operations.layout_kept(run)
    if operations.missing_columns(run.kind, layout):
        return redirect(url_for("imports.columns", uid=run.uid), 303)
    return _preview(run, operations.preview_run(run, by=person))


def _preview(run: ImportRun, found: Preview, problem: str | None = None) -> str:
    counts = found.counts
    wanted = request.args.get("show")
    first = next((one for one in ORDER if counts[one.value]), Outcome.CREATE)
    outcome = Outcome(wanted) if wanted in list(Outcome) else first
    rows, following = shown_rows(found, outcome, request.args.get("after", 0, type=int))
    here, is_numbered = url_for("imports.show", uid=run.uid), run.kind is not ImportKind.UNITS
    return render_template(
        "imports/preview.html",
        run=run,
        preview=found,
        problem=problem,
        unit=me().rights.tree[run.unit_id].name,
        steps=_steps(2),
        tabs=[
            (str(one.label), f"{here}?show={one.value}", one is outcome, counts[one.value])
            for one in ORDER
        ],
        rows=rows,
        outcome=outcome.value,
        is_numbered=is_numbered,
        key_label=_("Number in the file") if is_numbered else _("Code"),
        next_url=f"{here}?show={outcome.value}&after={following}" if following else None,
        may_import_now=not found.is_refused and found.has_work,
    )


ORDER = (Outcome.REFUSED, Outcome.CHANGE, Outcome.CREATE, Outcome.SAME)

REGISTERS = {
    ImportKind.UNITS: "units.index",
    ImportKind.DOCUMENTS: "documents.index",
    ImportKind.FINDINGS: "findings.index",
}


def _result(run: ImportRun) -> str:
    timezone = me().district.timezone
    return render_template(
        "imports/result.html",
        run=run,
        unit=me().rights.tree[run.unit_id].name,
        steps=_steps(3),
        when=dates.long_moment(run.imported_at, timezone),
        register_url=url_for(REGISTERS[run.kind]),
        again_url=url_for("imports.new", kind=run.kind.value),
        may_download=file_is_for(me(), run),
    )


@bp.post("/imports/<uid>/import")
def carry_out(uid: str) -> Any:
    """Import, all or nothing. If the preview is no longer what was shown, show the new one."""
    person, run = me(), run_by_uid(me(), uid_or_404(uid))
    try:
        operations.carry_out(run, by=person, shown=request.form.get("shown", ""))
    except Overtaken as problem:
        return _preview(run, problem.preview, str(problem)), problem.status
    flash(_("The file is imported."), "success")
    return done("imports.show", uid=run.uid)


@bp.get("/imports/<uid>/file")
def file(uid: str) -> Any:
    """The file as it was sent."""
    run = run_by_uid(me(), uid_or_404(uid))
    if not file_is_for(me(), run):
        raise Missing(_l("There is no such file, or it is not for you."))
    return files.send(run.stored, run.file_name)
