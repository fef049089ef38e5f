"""The checklist: put together, walked through line by line, taken along as a workbook."""

from io import BytesIO
from typing import Any

from flask import Response, flash, render_template, request, url_for

from qms.audits import operations, showing
from qms.audits.covering import parted
from qms.audits.forms import AnswerForm, ChecklistForm, LineForm
from qms.audits.forms.checklist import answer_form
from qms.audits.models import Answer, Audit, AuditLine, AuditState, Method
from qms.audits.operations.answering import is_being_signed
from qms.audits.operations.sampling import SAMPLE, Sample
from qms.audits.operations.verdicts import Verdict, editions_of
from qms.audits.permissions import may_answer, may_prepare
from qms.audits.permissions.templates import may_write_templates_in
from qms.audits.queries import audit_by_uid, line_by_uid, load_lines, photos_of
from qms.audits.queries.checklist import loaded_line
from qms.audits.queries.paper import notes_of_lines
from qms.audits.queries.self_assessment import self_answer_to, self_answers
from qms.audits.queries.sources import previous_lines
from qms.audits.report import checklist_sheets
from qms.audits.routes.blueprint import bp
from qms.audits.routes.source_links import source_links
from qms.audits.showing.paper import notes_shown
from qms.audits.workflow import untracked_lines
from qms.core import clock, dates
from qms.core.db import AccessClass
from qms.core.downloads import XLSX, sent
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import language, ngettext
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.office.blocks import Properties
from qms.office.xlsx_writer import write_xlsx
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import (
    EditionRow,
    clause_by_id,
    clause_choices,
    edition_by_id,
    own_titles,
)


@bp.get("/audits/<uid>/checklist")
def checklist(uid: str) -> Any:
    """All lines by section, or only those that still ask for something."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    load_lines(audit)
    only = request.args.get("show", "")
    lines = audit.asked
    if only == "open":
        lines = [line for line in lines if line.answer is None]
    elif only == "untracked":
        lines = untracked_lines(audit)
    elif only == "waiting":
        lines = [line for line in audit.listed if not line.is_asked]
    sight, found = sight_of(person), notes_of_lines(person, audit)
    return render_template(
        "audits/checklist.html",
        audit=audit,
        sections=showing.sections_of(
            audit, lines, sight.sees, previous_lines(person, lines), self_answers(audit)
        ),
        notes={
            str(line.uid): notes_shown(rows)
            for line in lines
            if (rows := found.get(line.id)) is not None
        },
        percent=showing.percent_of(audit),
        total=len(audit.asked),
        tabs=_tabs(audit, only),
        first=_first_open(audit),
        may_answer=_answers_now(person, audit),
        links=_links(audit, person),
    )


def _tabs(audit: Audit, only: str) -> list[tuple[str, str, bool, int]]:
    asked = audit.asked
    counted = [
        ("", _("All lines"), len(asked)),
        ("open", _("Open"), sum(line.answer is None for line in asked)),
        ("untracked", _("Without a finding"), len(untracked_lines(audit))),
    ]
    waiting = sum(not line.is_asked for line in audit.listed)
    if waiting:
        counted.append(("waiting", _("Not asked yet"), waiting))
    return [
        (
            label,
            url_for("audits.checklist", uid=audit.uid, show=key or None),
            key == only,
            count,
        )
        for key, label, count in counted
    ]


def _first_open(audit: Audit) -> str | None:
    """Where the walk goes on."""
    line = next((one for one in audit.asked if one.answer is None), None)
    return url_for("audits.line", uid=audit.uid, line=line.uid) if line else None


def _answers_now(person: Person, audit: Audit) -> bool:
    is_open = audit.state is AuditState.UNDER_WAY and not is_being_signed(audit)
    return is_open and may_answer(person, audit)


def _links(audit: Audit, person: Person) -> list[tuple[str, str, str]]:
    found = []
    if may_prepare(person, audit) and not is_being_signed(audit):
        url = url_for("audits.make_checklist", uid=audit.uid)
        found.append((_("Make the checklist"), url, "plus"))
        found.append(
            (_("Add a line of our own"), url_for("audits.new_line", uid=audit.uid), "plus")
        )
    is_open = audit.access is AccessClass.ORDINARY
    if audit.listed and is_open and may_write_templates_in(person, audit.unit_id):
        url = url_for("audits.keep_checklist", uid=audit.uid)
        found.append((_("Keep as a template"), url, "document"))
    if audit.listed:
        url = url_for("audits.notes", uid=audit.uid)
        found.append((_("On paper"), url, "document"))
        found.append((_("Excel"), url_for("audits.checklist_file", uid=audit.uid), "download"))
    return found


@bp.route("/audits/<uid>/checklist/make", methods=["GET", "POST"])
def make_checklist(uid: str) -> Any:
    """Take lines from the question banks, for some clauses or for all."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_prepare, person, audit)
    load_lines(audit)
    form, titles = ChecklistForm(obj=None), own_titles(audit.district_id)
    foreseen = operations.foreseen_lines(audit)
    asked = sorted({clause for line in foreseen.lines for clause in line.clause_ids})
    form.clause_ids.choices = _choices(asked, audit, titles)
    if request.method == "GET":
        form.version.data = audit.version
    if form.validate_on_submit():
        try:
            number = operations.make_checklist(
                audit, form.clause_ids.data or None, by=person, version=form.version.data
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            return lines_put_on(audit, number)
    page = render_template(
        "audits/make_checklist.html",
        form=form,
        audit=audit,
        number=len(foreseen.lines),
        left_out=_left_out(foreseen.left_out, titles),
        sources=source_links(audit),
    )
    return page, 422 if form.errors else 200


def lines_put_on(audit: Audit, number: int) -> Any:
    """To the checklist, telling how many lines were put on it."""
    text = ngettext(
        "%(num)s line was put on the checklist.",
        "%(num)s lines were put on the checklist.",
        number,
    )
    flash(text, "success")
    return done("audits.checklist", uid=audit.uid)


def _choices(
    clause_ids: list[int], audit: Audit, titles: dict[int, str]
) -> dict[str, list[tuple[int, str]]]:
    """The clauses that have questions, by edition."""
    keys = [edition_by_id(one).key for one in audit.edition_ids]
    wanted = set(clause_ids)
    return {
        code: [choice for choice in choices if choice[0] in wanted]
        for code, choices in clause_choices(keys, own=titles, keep=clause_ids).items()
    }


def _left_out(said: dict[int, str], titles: dict[int, str]) -> list[tuple[str, str]]:
    """(clause, why) of what does not apply: the highest clauses only."""
    found = []
    for clause_id, reason in said.items():
        clause = clause_by_id(clause_id)
        if clause.parent_id not in said:
            text = showing.clauses_text([clause_id])
            found.append((text, reason))
    return found


@bp.route("/audits/<uid>/checklist/lines/new", methods=["GET", "POST"])
def new_line(uid: str) -> Any:
    """A line of the team's own."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_prepare, person, audit)
    form = LineForm()
    form.clause_ids.choices = clause_choices(
        [edition_by_id(one).key for one in audit.edition_ids], own=own_titles(audit.district_id)
    )
    if form.validate_on_submit():
        load_lines(audit)
        try:
            operations.add_line(
                audit,
                question=form.question.data or "",
                hint=form.hint.data,
                clause_ids=form.clause_ids.data or [],
                methods=map(Method, form.methods.data or []),
                uid=form.new_uid,
                by=person,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The line is on the checklist."), "success")
            return done("audits.checklist", uid=uid)
    page = render_template("audits/new_line.html", form=form, audit=audit)
    return page, 422 if form.errors else 200


@bp.get("/audits/<uid>/checklist/lines/<line>")
def line(uid: str, line: str) -> Any:
    """One line: what is asked, what was seen, what it came to."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    load_lines(audit)
    asked = loaded_line(audit, uid_or_404(line))
    return _line_page(audit, asked, answer_form(asked, _standards(asked)), person)


def _standards(asked: AuditLine) -> list[EditionRow]:
    """The standards that a line asks about."""
    return [edition_by_id(one) for one in editions_of(asked)]


@bp.post("/audits/<uid>/checklist/lines/<line>")
def answer(uid: str, line: str) -> Any:
    """Answer a line; then go on with the next, raise a finding from it, or stay."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    asked = line_by_uid(audit, uid_or_404(line))
    require(may_answer, person, audit)
    form = answer_form(asked, _standards(asked))
    if form.validate():
        try:
            operations.answer_line(
                asked,
                form.answer.data,
                seen=form.seen.data,
                reason=form.reason.data,
                sample=Sample(*(form[name].data for name in SAMPLE)),
                verdicts=_verdicts(asked, form),
                by=person,
                version=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            return _after(audit, asked)
    load_lines(audit)
    return _line_page(audit, asked, form, person), 422


def _verdicts(asked: AuditLine, form: Any) -> dict[int, Verdict]:
    """What was said of each standard apart."""
    return {
        one: Verdict(form[f"verdict_{one}"].data, form[f"reason_{one}"].data)
        for one in editions_of(asked)
        if f"verdict_{one}" in form and form[f"verdict_{one}"].data is not None
    }


def _line_page(audit: Audit, asked: AuditLine, form: AnswerForm, person: Person) -> str:
    sight = sight_of(person)
    previous = previous_lines(person, [asked]).get(asked.id)
    return render_template(
        "audits/line.html",
        audit=audit,
        line=asked,
        form=form,
        clauses=showing.clauses_text(asked.clause_ids),
        methods=showing.methods_text(asked.methods),
        tones={one.value: one.tone for one in Answer},
        findings=[
            (link.finding.number, url_for("findings.show", uid=link.finding.uid))
            for link in asked.findings
            if sight.sees(link.finding)
        ],
        photos=[url_for("evidence.show", uid=row.uid) for row in photos_of(person, audit, asked)],
        notes=notes_shown(notes_of_lines(person, audit, asked).get(asked.id, [])),
        may_answer=_answers_now(person, audit),
        may_remove=may_prepare(person, audit)
        and asked.answer is None
        and not is_being_signed(audit),
        may_raise=_may_raise(person, audit, asked),
        answered=_answered(asked, person),
        verdicts=[
            (form[f"verdict_{one}"], form[f"reason_{one}"])
            for one in editions_of(asked)
            if f"verdict_{one}" in form
        ],
        differing=showing.verdicts_of(asked),
        sample=showing.sample_of(asked),
        processes=parted(audit.scope)[0],
        condition=showing.condition_of(asked),
        previous=showing.previous_of(previous, sight.sees) if previous else None,
        said=showing.self_answer_shown(self_answer_to(audit, asked)),
        **_places(audit, asked),
    )


def _may_raise(person: Person, audit: Audit, asked: AuditLine) -> bool:
    return (
        asked.grade is not None
        and audit.state in (AuditState.UNDER_WAY, AuditState.REPORTED)
        and not is_being_signed(audit)
        and may_answer(person, audit)
    )


def _answered(asked: AuditLine, person: Person) -> str | None:
    if asked.answered_by is None or asked.answered_at is None:
        return None
    day = clock.day_of(asked.answered_at, person.district.timezone)
    return _(
        "Answered by %(who)s on %(day)s.",
        who=asked.answered_by.name,
        day=dates.long_day(day),
    )


def _order(audit: Audit) -> list[AuditLine]:
    load_lines(audit)
    return audit.asked


def _around(lines: list[AuditLine], audit: Audit, asked: AuditLine) -> list[AuditLine]:
    """Among which lines a line stands: one that is not asked stands among all."""
    return lines if any(one.id == asked.id for one in lines) else audit.listed


def _places(audit: Audit, asked: AuditLine) -> dict[str, Any]:
    """Where the line stands: its number, the lines before and after it."""
    lines = _around(audit.asked, audit, asked)
    at = next(n for n, one in enumerate(lines) if one.id == asked.id)

    def link(n: int) -> str | None:
        if not 0 <= n < len(lines):
            return None
        return url_for("audits.line", uid=audit.uid, line=lines[n].uid)

    return {
        "number": at + 1,
        "total": len(lines),
        "previous_url": link(at - 1),
        "next_url": link(at + 1),
    }


def _after(audit: Audit, asked: AuditLine) -> Any:
    """Where a saved answer leads: a finding, the next open line, or the same line."""
    then = request.form.get("then")
    if then == "finding" and asked.grade is not None:
        return done("audits.raise_finding", uid=audit.uid, line=asked.uid)
    if then == "next":
        following = _next_open(audit, asked)
        if following is not None:
            flash(_("Saved."), "success")
            return done("audits.line", uid=audit.uid, line=following.uid)
        flash(_("Saved. No line is open any more."), "success")
        return done("audits.checklist", uid=audit.uid)
    flash(_("Saved."), "success")
    return done("audits.line", uid=audit.uid, line=asked.uid)


def _next_open(audit: Audit, asked: AuditLine) -> AuditLine | None:
    """The next open line, from this one on and then from the beginning."""
    lines = _around(_order(audit), audit, asked)
    at = next(n for n, one in enumerate(lines) if one.id == asked.id)
    return next(
        (one for one in lines[at + 1 :] + lines[:at] if one.answer is None and one.is_asked), None
    )


@bp.post("/audits/<uid>/checklist/lines/<line>/remove")
def remove_line(uid: str, line: str) -> Any:
    """Take an open line off the checklist."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    asked = line_by_uid(audit, uid_or_404(line))
    operations.remove_line(asked, by=person, version=request.form.get("version", type=int))
    flash(_("The line is off the checklist."), "success")
    return done("audits.checklist", uid=uid)


@bp.get("/audits/<uid>/checklist.xlsx")
def checklist_file(uid: str) -> Response:
    """The checklist as a workbook."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    load_lines(audit)
    unit, name = person.rights.tree[audit.unit_id].name, _("Checklist")
    target = BytesIO()
    write_xlsx(
        checklist_sheets(audit, unit, sight_of(person).sees),
        target,
        properties=Properties(title=f"{audit.number} {name}", created=clock.now()),
        language="en" if language() == "en" else "id",
    )
    return sent(target, f"{audit.number}-{name}.xlsx", XLSX)
