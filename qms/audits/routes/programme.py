"""Audit programmes: the list, drawing one up, its page, its moves, its files."""

from io import BytesIO
from typing import Any

from flask import Response, abort, flash, render_template, request, url_for

from qms.audits import operations
from qms.audits.forms.programme import EditProgrammeForm, NewProgrammeForm
from qms.audits.models import AuditProgramme, ProgrammeState
from qms.audits.operations.programme import Start
from qms.audits.permissions import may_plan
from qms.audits.permissions.programme import may_change_programme, may_draw_up_somewhere
from qms.audits.programme_history import LABELS, SENTENCES
from qms.audits.programme_report import programme_blocks, programme_sheets
from qms.audits.programme_workflow import PROGRAMME, has_no_visits
from qms.audits.queries.programme import (
    Tally,
    approvers_of,
    coming_visits,
    late_visits,
    listed_units,
    programme_by_uid,
    programmes_page,
    tallies,
)
from qms.audits.routes.blueprint import bp
from qms.audits.routes.planning import offer_editions, offer_units
from qms.audits.showing import programme as showing
from qms.core import clock
from qms.core.downloads import DOCX, XLSX, sent
from qms.core.errors import Missing
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.registers import move_buttons
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.core.timeline import timeline
from qms.office.blocks import Properties
from qms.office.docx_writer import write_docx
from qms.office.xlsx_writer import write_xlsx
from qms.people.models import Person
from qms.people.naming import named
from qms.people.rights import sight_of
from qms.people.roles import OVERSEES
from qms.standards.queries import editions_in_use


@bp.get("/audits/programmes")
def programmes() -> Any:
    """The audit programmes, the latest first, with how far they came."""
    person = me()
    found = programmes_page(person, chosen_unit())
    counted = tallies([one.id for one in found], sight_of(person).units, person.district.today)
    may_draw_up = may_draw_up_somewhere(person)
    return render_template(
        "audits/programmes.html",
        programmes=showing.programmes_shown(found, counted, person),
        may_draw_up=may_draw_up,
        actions=[(_("Draw up a programme"), url_for("audits.new_programme"), "plus")]
        if may_draw_up
        else [],
    )


def _said(form: Any) -> dict[str, Any]:
    names = ("title", "from_year", "until_year", "edition_ids")
    texts = ("objectives", "scope", "criteria", "risks", "resources", "methods")
    return {name: form[name].data for name in (*names, *texts)}


@bp.route("/audits/programmes/new", methods=["GET", "POST"])
def new_programme() -> Any:
    """Draw up a programme."""
    person, form = me(), NewProgrammeForm()
    require(may_draw_up_somewhere, person)
    unit_ids = offer_units(form, person, OVERSEES)
    offer_editions(form, unit_ids, [])
    if request.method == "GET":
        _fill_in(form, person, unit_ids)

    def draw_up() -> AuditProgramme:
        return operations.draw_up_programme(
            form.unit.unit_id,
            start=Start(form.start.data),
            uid=form.new_uid,
            by=person,
            **_said(form),
        )

    programme = saved(form, draw_up)
    if programme is not None:
        told = _("The programme is drawn up. Now propose visits, or put them in by hand.")
        flash(told, "success")
        return done("audits.programme", uid=programme.uid)
    page = render_template("audits/new_programme.html", form=form)
    return page, 422 if form.errors else 200


def _fill_in(form: NewProgrammeForm, person: Person, unit_ids: list[int]) -> None:
    """What is likely: the highest unit, next year from autumn on, the editions in use."""
    today = person.district.today
    form.from_year.data = form.until_year.data = today.year + (today.month >= 10)
    if unit_ids:
        chosen = chosen_unit()
        begin = chosen if chosen in unit_ids else unit_ids[0]
        form.unit.data = str(person.rights.tree[begin].uid)
        form.edition_ids.data = [one.id for one in editions_in_use(unit_ids)]


@bp.get("/audits/programmes/<uid>")
def programme(uid: str) -> Any:
    """A programme: what it says, how far it came, what is late and what comes next."""
    person = me()
    found = programme_by_uid(person, uid_or_404(uid))
    units, today = listed_units(person, found), person.district.today
    counted = tallies([found.id], sight_of(person).units, today).get(found.id, Tally())
    return render_template(
        "audits/programme.html",
        programme=found,
        badges=[(found.state.label, showing.PROGRAMME_TONES[found.state])],
        moves=_moves(found, person),
        links=_links(found, person),
        facts=showing.programme_facts(found, len(units), person),
        waits_for=_waits_for(found, person),
        texts=showing.programme_texts(found),
        tally=counted,
        late=showing.visits_shown(found, late_visits(found, units, today), person),
        coming=showing.visits_shown(found, coming_visits(found, units, today), person),
        entries=timeline(found, SENTENCES, LABELS, person.district.timezone, limit=50),
    )


def _waits_for(programme: AuditProgramme, person: Person) -> list[str]:
    """What a draft waits for and who may approve it, in sentences for who may change it."""
    if programme.state is not ProgrammeState.DRAFT or not may_change_programme(person, programme):
        return []
    said = [_("This is a draft."), *([str(lack)] if (lack := has_no_visits(programme)) else [])]
    if found := approvers_of(programme, person.district, person.rights.tree):
        return [*said, _("It may be approved by one of these: %(names)s", names=named(found))]
    return [
        *said,
        _(
            "Nobody may approve it yet: ask the administrator to make somebody head of the unit or "
            "district secretariat who neither drew it up nor acts for who did."
        ),
    ]


def _moves(programme: AuditProgramme, person: Person) -> Any:
    return move_buttons(
        PROGRAMME.open_to(person, programme), "audits.programme_move", uid=programme.uid
    )


def _links(programme: AuditProgramme, person: Person) -> list[tuple[str, str, str]]:
    def link(label: str, endpoint: str, icon: str, **more: Any) -> tuple[str, str, str]:
        return label, url_for(endpoint, uid=programme.uid, **more), icon

    found = [
        link(_("Months"), "audits.programme_months", "audit"),
        link(_("Coverage of clauses"), "audits.programme_coverage", "check"),
    ]
    if programme.state is ProgrammeState.APPROVED and may_plan(person, programme.unit_id):
        found.append(link(_("Plan audits together"), "audits.audits_from_visits", "plus"))
    if may_change_programme(person, programme):
        found += [
            link(_("Propose visits"), "audits.propose_visits", "plus"),
            link(_("Units and risk"), "audits.programme_units", "unit"),
            link(_("Edit the programme"), "audits.edit_programme", "edit"),
        ]
    return [
        *found,
        link("Word", "audits.programme_file", "download", kind="docx"),
        link("Excel", "audits.programme_file", "download", kind="xlsx"),
    ]


@bp.route("/audits/programmes/<uid>/edit", methods=["GET", "POST"])
def edit_programme(uid: str) -> Any:
    """Change what the programme says."""
    person = me()
    found = programme_by_uid(person, uid_or_404(uid))
    require(may_change_programme, person, found)
    form = EditProgrammeForm(obj=found)
    offer_editions(form, [found.unit_id], found.edition_ids)
    if request.method == "GET":
        form.edition_ids.data = found.edition_ids
        form.reason.data = None
    if found.state is ProgrammeState.DRAFT:
        del form.reason

    def edit() -> None:
        operations.edit_programme(
            found,
            by=person,
            reason=form.reason.data if "reason" in form else None,
            version=form.version.data,
            **_said(form),
        )

    if saved(form, edit):
        flash(_("Saved."), "success")
        return done("audits.programme", uid=uid)
    page = render_template("audits/edit_programme.html", form=form, programme=found)
    return page, 422 if form.errors else 200


@bp.post("/audits/programmes/<uid>/moves/<move>")
def programme_move(uid: str, move: str) -> Any:
    """One move of the programme's workflow."""
    person = me()
    found = programme_by_uid(person, uid_or_404(uid))
    reason = request.form.get("reason", "")
    version = request.form.get("version", type=int)
    match move:
        case "approve":
            operations.approve_programme(found, by=person, version=version)
        case "end":
            operations.end_programme(found, reason=reason, by=person, version=version)
        case "resume":
            operations.resume_programme(found, reason=reason, by=person, version=version)
        case _:
            abort(404)
    flash(_("The programme is now: %(state)s.", state=found.state.label), "success")
    return done("audits.programme", uid=uid)


@bp.get("/audits/programmes/<uid>/file.<kind>")
def programme_file(uid: str, kind: str) -> Response:
    """The programme with both matrices in Word, or in Excel with formulas that count."""
    person = me()
    found = programme_by_uid(person, uid_or_404(uid))
    target = BytesIO()
    about = Properties(found.title, clock.now(), company=person.district.name)
    code: Any = "en" if language() == "en" else "id"
    name = f"{_('Audit programme')} {showing.years_text(found)}.{kind}"
    if kind == "docx":
        header = (person.district.name, found.title)
        blocks = programme_blocks(found, person)
        footer = f"{_('Internal audit programme')} · {showing.years_text(found)}"
        write_docx(blocks, target, properties=about, header=header, footer=footer, language=code)
        return sent(target, name, DOCX)
    if kind == "xlsx":
        write_xlsx(programme_sheets(found, person), target, properties=about, language=code)
        return sent(target, name, XLSX)
    raise Missing(_l("There is nothing at this address."))
