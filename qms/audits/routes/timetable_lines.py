"""Many lines of a timetable at once: proposed by rule, and changed in one table."""

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request

from qms.audits import operations
from qms.audits.clause_text import ClauseReader
from qms.audits.covering import parted
from qms.audits.forms.timetable import ProposalForm, SessionRow, TimetableForm
from qms.audits.models import Audit, AuditSession, SessionKind
from qms.audits.operations import Line
from qms.audits.queries.processes import processes_under_audit
from qms.audits.queries.scope import applicable_in
from qms.audits.queries.timetable import asked_clauses, elsewhere, sessions_by_uid, sessions_of
from qms.audits.routes.blueprint import bp
from qms.audits.routes.timetable import made
from qms.audits.scheduling import Proposed, days_of, propose, topics_of
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.core.routing import done
from qms.core.uids import new_uid, read_uid
from qms.deadlines.queries import calendar_of
from qms.people.models import Person
from qms.standards.queries import clause_by_id, own_titles

BLANK = 3
"""Empty rows below the lines."""
FACTS = ("kind", "on", "begins", "ends", "activity", "auditee", "place")


@bp.get("/audits/<uid>/timetable/propose")
def propose_timetable(uid: str) -> Any:
    """From what a timetable is to be proposed."""
    person, audit = made(uid)
    form = ProposalForm(formdata=None)
    form.processes.choices = [(one, one) for one in processes_under_audit(person, audit)]
    form.processes.data = parted(audit.scope)[0]
    return render_template(
        "audits/propose_timetable.html",
        audit=audit,
        form=form,
        has_team=any(one.role.judges for one in audit.members),
        has_lines=bool(sessions_of(audit)),
    )


@bp.route("/audits/<uid>/timetable/edit", methods=["GET", "POST"])
def edit_timetable(uid: str) -> Any:
    """All lines in one table, with those that are proposed, saved together."""
    person, audit = made(uid)
    sessions, form = sessions_of(audit), TimetableForm()
    proposed: list[Proposed] | None = None
    if request.method == "GET":
        if "propose" in request.args:
            proposed = _proposed(person, audit, sessions)
        _fill(form, audit, sessions, proposed or ())
    known = _known(audit, form)
    editions = _editions(audit, [*sessions, *known.values()])
    for row in form.lines:
        _offer(row, person, audit, editions)
    if request.method == "GET":
        _show(form, sessions, editions)
    count = _saved(form, audit, known, person)
    if count is not None:
        if count:
            flash(ngettext("%(num)s line saved.", "%(num)s lines saved.", count), "success")
        endpoint = "edit_timetable" if request.form.get("then") == "more" else "timetable"
        return done(f"audits.{endpoint}", uid=uid)
    page = render_template(
        "audits/edit_timetable.html",
        audit=audit,
        form=form,
        names=_names(form),
        proposed=None if proposed is None else len(proposed),
        processes=processes_under_audit(person, audit),
        has_units=len(person.rights.tree.subtree(audit.unit_id)) > 1,
    )
    return page, 422 if form.errors else 200


def _proposed(person: Person, audit: Audit, sessions: Sequence[AuditSession]) -> list[Proposed]:
    offered = set(processes_under_audit(person, audit))
    chosen = [one for one in request.args.getlist("processes") if one in offered]
    team = [one.person_id for one in audit.members]
    calendar = calendar_of(person.district, audit.unit_id, audit.planned_from, audit.planned_until)
    topics = topics_of(
        audit,
        asked_clauses(audit) or applicable_in(audit),
        sessions,
        chosen,
        own_titles(audit.district_id),
    )
    return propose(
        audit,
        topics,
        sessions,
        calendar,
        elsewhere(audit, team, days_of(audit)),
        together="together" in request.args,
    )


def _fill(
    form: TimetableForm,
    audit: Audit,
    sessions: Sequence[AuditSession],
    proposed: Sequence[Proposed],
) -> None:
    """A row for each line of the timetable, each that is proposed, and a few empty ones."""
    for one in sessions:
        facts = {name: getattr(one, name) for name in FACTS}
        form.rows.append_entry({**facts, "session": one.uid, "version": one.version})
    day = sessions[-1].on if sessions else audit.planned_from
    for new in [*proposed, *([None] * BLANK)]:
        form.rows.append_entry({**(vars(new) if new else {"on": day}), "session": new_uid()})
    for entry, new in zip(form.rows.entries[len(sessions) :], proposed, strict=False):
        entry.form.auditors.data = list(new.auditor_ids)
        entry.form.clause_ids = new.clause_ids


def _show(form: TimetableForm, sessions: Sequence[AuditSession], editions: Sequence[int]) -> None:
    """What fields of choices and of clauses say at first, and the marks of untouched rows."""
    reader = ClauseReader(editions)
    for row, one in zip(form.lines, [*sessions, *[None] * len(form.lines)], strict=False):
        row.kind.data = str(row.kind.data or SessionKind.VISIT)
        if one is None:
            row.clauses.data = reader.write(row.clause_ids)
            continue
        row.clauses.data = reader.write(one.clause_ids)
        team = {value for value, _label, *_more in row.auditors.iter_choices()}
        row.auditors.data = [who for who in one.auditor_ids if who in team]
        row.unit.data = next(
            (uid for uid, node in row.unit.nodes.items() if node.id == one.unit_id), None
        )
        row.was.data = row.mark


def _known(audit: Audit, form: TimetableForm) -> dict[str, AuditSession]:
    """The lines that the rows are about."""
    if request.method == "GET":
        return {}
    uids = [uid for row in form.lines if (uid := read_uid(row.session.data or ""))]
    return sessions_by_uid(audit, uids)


def _editions(audit: Audit, sessions: Sequence[AuditSession]) -> list[int]:
    """The audit's, and those whose clauses stand in its timetable already."""
    cited = {clause_by_id(clause_id).edition_id for one in sessions for clause_id in one.clause_ids}
    return sorted(cited.union(audit.edition_ids))


def _offer(row: SessionRow, person: Person, audit: Audit, editions: Sequence[int]) -> None:
    tree = person.rights.tree
    nodes = (tree.get(one) for one in tree.subtree(audit.unit_id))
    row.unit.offer_units(node for node in nodes if node and node.is_open)
    row.auditors.choices = [(one.person_id, one.person.name) for one in audit.members]
    row.reader = ClauseReader(editions)


def _saved(
    form: TimetableForm, audit: Audit, known: dict[str, AuditSession], person: Person
) -> int | None:
    """How many lines were saved; None where the table is to be shown (again)."""
    if not form.validate_on_submit():
        return None
    try:
        return operations.save_timetable(audit, _lines(form, known), by=person)
    except Invalid as problem:
        told_by(problem, form)
        for name, message in problem.fields.items():
            _tell(form, name, message, known)
        return None


def _tell(form: TimetableForm, name: str, message: Any, known: dict[str, AuditSession]) -> None:
    """Put what is wrong at its row. Of a line that somebody else was faster at, the row then knows
    how it is now, so that it can be saved all the same."""
    rows = {entry.name: entry.form for entry in form.rows}
    place, _dash, field = name.rpartition("-")
    row = rows.get(place)
    if row is None or field not in row:
        return
    row[field].errors = [*row[field].errors, str(message)]
    session = known.get(row.session.data or "")
    if session is None:
        return
    if session.is_removed:
        row.session.data, row.version.data, row.was.data = str(new_uid()), "", ""
    else:
        row.version.data = str(session.version)


def _lines(form: TimetableForm, known: dict[str, AuditSession]) -> dict[str, Line]:
    """What is to be saved, by the name of its row: of those that are there what was touched, and
    new ones that are not empty. A new one that was sent before is not made twice."""
    found = {}
    for entry in form.rows:
        row: SessionRow = entry.form
        session = known.get(row.session.data or "")
        if row.is_new and (row.is_blank or row.remove.data):
            continue
        if session is None and row.remove.data:
            continue
        if session is not None and (not row.is_new and not row.is_touched):
            continue
        line = _line(row, session)
        if session is not None and (
            _says(session, line) or (session.is_removed and line.is_removed)
        ):
            continue
        found[entry.name] = line
    return found


def _line(row: SessionRow, session: AuditSession | None) -> Line:
    facts = {name: row[name].data for name in FACTS}
    return Line(
        {**facts, "unit_id": row.unit.unit_id},
        row.clause_ids,
        row.auditors.data or (),
        session,
        int(row.version.data) if (row.version.data or "").isdecimal() else None,
        read_uid(row.session.data or "") if session is None else None,
        bool(row.remove.data),
    )


def _says(session: AuditSession, line: Line) -> bool:
    """Whether a line says already what is to be saved."""
    if session.is_removed or line.is_removed:
        return session.is_removed and line.is_removed
    return (
        all(getattr(session, name) == value for name, value in line.facts.items())
        and set(session.clause_ids) == set(line.clause_ids)
        and set(session.auditor_ids) == set(line.auditor_ids)
    )


def _names(form: TimetableForm) -> list[str]:
    """How a reader of the screen hears each row called."""
    return [
        _("Line %(n)s: %(name)s", n=n, name=row.activity.data)
        if row.activity.data
        else _("Line %(n)s", n=n)
        for n, row in enumerate(form.lines, start=1)
    ]
