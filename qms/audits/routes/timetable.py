"""The plan that the auditee gets: its timetable, sent and answered, and the papers of the audit."""

from io import BytesIO
from typing import Any

from flask import abort, flash, render_template, request, url_for

from qms.audits import operations, papers
from qms.audits.conflicts import Conflict, conflicts_of
from qms.audits.forms.timetable import EditSessionForm, LetterForm, PlanDetailsForm, SessionForm
from qms.audits.gathering import excluded_of
from qms.audits.history import LABELS, SENTENCES
from qms.audits.models import Audit, AuditPlan, AuditSession, SessionKind
from qms.audits.permissions.timetable import (
    may_make_timetable,
    may_print_papers,
    may_read_timetable,
)
from qms.audits.plan_told import changed_since_sent
from qms.audits.plan_workflow import PLAN
from qms.audits.queries import audit_by_uid, load_lines
from qms.audits.queries.processes import processes_under_audit
from qms.audits.queries.scope import applicable_in
from qms.audits.queries.timetable import (
    asked_clauses,
    elsewhere,
    plan_of_audit,
    session_by_uid,
    sessions_of,
)
from qms.audits.routes.blueprint import bp
from qms.audits.showing import excluded_shown
from qms.audits.showing import timetable as showing
from qms.core import clock
from qms.core.downloads import DOCX, sent
from qms.core.errors import Missing
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.permissions import require
from qms.core.registers import move_buttons
from qms.core.routing import done, me, uid_or_404
from qms.core.timeline import timeline
from qms.deadlines.queries import calendar_of
from qms.office.blocks import Properties
from qms.office.docx_writer import write_docx
from qms.people.models import Person
from qms.people.queries import heads_of_units
from qms.people.rights import sight_of
from qms.standards.queries import clause_choices, edition_by_id, own_titles


def _read(uid: str) -> tuple[Person, Audit, AuditPlan | None]:
    """(who reads, the audit, its plan) where the plan may be read."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    plan = plan_of_audit(audit)
    require(lambda who, one: may_read_timetable(who, one, plan), person, audit)
    return person, audit, plan


def made(uid: str) -> tuple[Person, Audit]:
    """(who makes it, the audit)."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_make_timetable, person, audit)
    return person, audit


@bp.get("/audits/<uid>/timetable")
def timetable(uid: str) -> Any:
    """The timetable by day, what does not fit in it, and what the auditee says."""
    person, audit, plan = _read(uid)
    may_make = may_make_timetable(person, audit)
    sessions = sessions_of(audit)
    found = _conflicts(person, audit, sessions) if may_make else []
    moves = PLAN.open_to(person, plan) if plan else []
    goes_again = any(one.name == "send_again" and not one.blocked_because for one in moves)
    moves = [one for one in moves if one.name != "send_again" or goes_again]
    return render_template(
        "audits/timetable.html",
        audit=audit,
        plan=plan,
        badges=[(plan.state.label, showing.PLAN_TONES[plan.state])] if plan else [],
        days=showing.days_shown(audit, sessions, person.rights.tree, found),
        conflicts=[one.sentence for one in found if one.session_id is None],
        count=len(found),
        excluded=excluded_shown(excluded_of(audit), own_titles(audit.district_id)),
        facts=showing.plan_facts(plan),
        changed=changed_since_sent(plan) if plan and goes_again else [],
        moves=move_buttons(moves, "audits.plan_move", uid=uid),
        links=_links(audit) if may_make else [],
        papers=_papers(person, audit),
        may_make=may_make,
        entries=timeline([plan, *sessions], SENTENCES, LABELS, person.district.timezone)
        if plan
        else [],
    )


def _conflicts(person: Person, audit: Audit, sessions: list[AuditSession]) -> list[Conflict]:
    days = sorted({one.on for one in sessions})
    first, last = (days[0], days[-1]) if days else (audit.planned_from, audit.planned_until)
    people = {person_id for one in sessions for person_id in one.auditor_ids}
    asked = asked_clauses(audit)
    return conflicts_of(
        audit,
        sessions,
        asked,
        set() if asked else applicable_in(audit),
        calendar_of(person.district, audit.unit_id, first, last),
        elsewhere(audit, people, days),
        sight_of(person),
    )


def _links(audit: Audit) -> list[tuple[str, str, str]]:
    return [
        (_("Propose a timetable"), url_for("audits.propose_timetable", uid=audit.uid), "clock"),
        (_("Add a line"), url_for("audits.new_session", uid=audit.uid), "plus"),
        (_("Change all lines"), url_for("audits.edit_timetable", uid=audit.uid), "edit"),
        (_("Language and logistics"), url_for("audits.plan_details", uid=audit.uid), "edit"),
        (_("Letter of assignment"), url_for("audits.letter", uid=audit.uid), "document"),
    ]


def _papers(person: Person, audit: Audit) -> list[tuple[Any, str]]:
    offered = papers.Paper if may_print_papers(person, audit) else (papers.Paper.PLAN,)
    return [
        (paper.label, url_for("audits.paper", uid=audit.uid, which=paper.value))
        for paper in offered
    ]


@bp.route("/audits/<uid>/timetable/new", methods=["GET", "POST"])
def new_session(uid: str) -> Any:
    """Put a line into the timetable."""
    person, audit = made(uid)
    form = SessionForm()
    _offer(form, person, audit)
    if request.method == "GET":
        _begin_after_the_last(form, audit)
    if saved(
        form, lambda: operations.add_session(audit, uid=form.new_uid, by=person, **_said(form))
    ):
        flash(_("It stands in the timetable."), "success")
        if request.form.get("then") == "another":
            return done("audits.new_session", uid=uid)
        return done("audits.timetable", uid=uid)
    return _session_page(form, audit, _("Add a line"), None)


def _begin_after_the_last(form: SessionForm, audit: Audit) -> None:
    """A new line begins where the last one ended; the first is the opening meeting."""
    sessions = sessions_of(audit)
    if not sessions:
        form.kind.data = SessionKind.OPENING.value
        form.on.data, form.begins.data, form.ends.data = audit.planned_from, "08:30", "09:00"
        form.auditors.data = [one.person_id for one in audit.members]
        return
    last = sessions[-1]
    form.on.data, form.begins.data = last.on, last.ends


def _offer(form: Any, person: Person, audit: Audit, keep: tuple[int, ...] = ()) -> None:
    tree = person.rights.tree
    form.unit.offer_units(
        node for node in map(tree.get, tree.subtree(audit.unit_id)) if node and node.is_open
    )
    form.auditors.choices = [(one.person_id, one.person.name) for one in audit.members]
    form.clause_ids.choices = clause_choices(
        [edition_by_id(one).key for one in audit.edition_ids],
        own=own_titles(audit.district_id),
        keep=keep,
    )


def _said(form: Any) -> dict[str, Any]:
    names = ("kind", "on", "begins", "ends", "activity", "auditee", "place")
    return {
        **{name: form[name].data for name in names},
        "unit_id": form.unit.unit_id,
        "clause_ids": form.clause_ids.data or [],
        "auditor_ids": form.auditors.data or [],
    }


@bp.route("/audits/<uid>/timetable/<session>", methods=["GET", "POST"])
def edit_session(uid: str, session: str) -> Any:
    """Change a line of the timetable."""
    person, audit = made(uid)
    found = session_by_uid(audit, uid_or_404(session))
    form = EditSessionForm(obj=found)
    _offer(form, person, audit, tuple(found.clause_ids))
    if request.method == "GET":
        form.kind.data = found.kind.value
        form.auditors.data, form.clause_ids.data = found.auditor_ids, found.clause_ids
        node = person.rights.tree.get(found.unit_id)
        form.unit.data = str(node.uid) if node else None
    if saved(
        form,
        lambda: operations.edit_session(found, by=person, version=form.version.data, **_said(form)),
    ):
        flash(_("Saved."), "success")
        return done("audits.timetable", uid=uid)
    return _session_page(form, audit, _("Change a line"), found)


def _session_page(form: Any, audit: Audit, title: str, session: AuditSession | None) -> Any:
    page = render_template(
        "audits/session.html",
        form=form,
        audit=audit,
        title=title,
        session=session,
        processes=processes_under_audit(me(), audit),
    )
    return page, 422 if form.errors else 200


@bp.post("/audits/<uid>/timetable/<session>/remove")
def remove_session(uid: str, session: str) -> Any:
    """Take a line out of the timetable."""
    person, audit = made(uid)
    operations.remove_session(
        session_by_uid(audit, uid_or_404(session)),
        by=person,
        version=request.form.get("version", type=int),
    )
    flash(_("It is taken out of the timetable."), "success")
    return done("audits.timetable", uid=uid)


@bp.route("/audits/<uid>/timetable/details", methods=["GET", "POST"])
def plan_details(uid: str) -> Any:
    """The language of the audit, and what must be ready."""
    person, audit = made(uid)
    plan = plan_of_audit(audit)
    form = PlanDetailsForm(obj=plan)
    if saved(
        form,
        lambda: operations.describe_plan(
            plan or operations.begin_plan(audit, by=person),
            language=form.language.data,
            logistics=form.logistics.data,
            version=form.version.data if plan else None,
            by=person,
        ),
    ):
        flash(_("Saved."), "success")
        return done("audits.timetable", uid=uid)
    return _plain_page(form, audit, _("Language and logistics"))


@bp.route("/audits/<uid>/letter", methods=["GET", "POST"])
def letter(uid: str) -> Any:
    """What the letter of assignment says."""
    person, audit = made(uid)
    plan = plan_of_audit(audit)
    signers = {str(one.uid): one for one in _signers(person, plan)}
    form = LetterForm(obj=plan)
    form.signer.offer_people(list(signers.values()))
    if request.method == "GET" and plan is not None and plan.letter_by is not None:
        form.signer.data = str(plan.letter_by.uid)
    if saved(
        form,
        lambda: operations.write_letter(
            plan or operations.begin_plan(audit, by=person),
            number=form.letter_number.data,
            basis=form.letter_basis.data,
            place=form.letter_place.data,
            day=form.letter_on.data,
            signer=signers.get(form.signer.data or ""),
            version=form.version.data if plan else None,
            by=person,
        ),
    ):
        flash(_("The letter is ready to be printed."), "success")
        return done("audits.timetable", uid=uid)
    return _plain_page(form, audit, _("Letter of assignment"))


def _signers(person: Person, plan: AuditPlan | None) -> list[Person]:
    """Heads of units of the district, who may sign a letter, and who is chosen already."""
    chosen = plan.letter_by if plan is not None else None
    heads = heads_of_units(person.district)
    return heads if chosen is None or chosen in heads else [*heads, chosen]


def _plain_page(form: Any, audit: Audit, title: str) -> Any:
    page = render_template(
        "people/form.html",
        form=form,
        title=title,
        back=(_("Timetable"), url_for("audits.timetable", uid=audit.uid)),
        button=_("Save"),
        hint=audit.number,
    )
    return page, 422 if form.errors else 200


@bp.post("/audits/<uid>/timetable/moves/<move>")
def plan_move(uid: str, move: str) -> Any:
    """One move of the plan: sent, acknowledged, answered."""
    person, _audit, plan = _read(uid)
    if plan is None:
        raise Missing(_("There is no plan yet."))
    about: dict[str, Any] = {"by": person, "version": request.form.get("version", type=int)}
    match move:
        case "send" | "send_again":
            operations.send_plan(plan, **about)
        case "acknowledge":
            operations.acknowledge_plan(plan, **about)
        case "answer":
            reason = request.form.get("reason", "")[:4000]
            operations.answer_plan(plan, answer=reason, **about)
        case _:
            abort(404)
    flash(_("The plan is now: %(state)s.", state=plan.state.label), "success")
    return done("audits.timetable", uid=uid)


@bp.get("/audits/<uid>/papers/<which>.docx")
def paper(uid: str, which: str) -> Any:
    """A paper of the audit in Word: plan, letter, attendance list, minutes, statement of
    independence. The plan is for who reads the timetable; the others need none."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    plan = plan_of_audit(audit)
    if which not in set(papers.Paper):
        abort(404)
    wanted, target = papers.Paper(which), BytesIO()
    if wanted is papers.Paper.PLAN:
        require(lambda who, one: may_read_timetable(who, one, plan), person, audit)
    else:
        require(may_print_papers, person, audit)
        load_lines(audit)
    write_docx(
        papers.blocks_of(wanted, audit, plan, sessions_of(audit), person),
        target,
        properties=Properties(
            title=f"{wanted.label} {audit.number}",
            created=clock.now(),
            company=person.district.name,
        ),
        header=(person.district.name, audit.number),
        footer=f"{wanted.label} · {audit.number}",
        language="en" if language() == "en" else "id",
    )
    return sent(target, f"{audit.number}-{wanted.label}.docx", DOCX)
