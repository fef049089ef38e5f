"""The register of auditors: who audits, what they are competent in, until when."""

from io import BytesIO
from typing import Any

from flask import Response, flash, render_template, request, url_for

from qms.audits import operations
from qms.audits.forms.competence import CompetenceForm, EditCompetenceForm
from qms.audits.history import LABELS, SENTENCES
from qms.audits.models import AuditorCompetence
from qms.audits.permissions.competence import (
    may_keep_register,
    may_read_register,
    may_record_competence,
)
from qms.audits.queries.competence import (
    all_auditors,
    auditor_by_uid,
    auditor_page,
    audits_of,
    competence_by_uid,
    competences_of,
    experience_of,
)
from qms.audits.register_sheets import auditor_sheets
from qms.audits.routes.blueprint import bp
from qms.audits.showing import STATE_TONES, days_of
from qms.audits.showing import competence as showing
from qms.core import clock
from qms.core.downloads import XLSX, sent
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.permissions import require
from qms.core.registers import page_links
from qms.core.routing import done, me, uid_or_404
from qms.core.timeline import timeline
from qms.office.blocks import Properties
from qms.office.xlsx_writer import write_xlsx
from qms.people.models import Person


@bp.get("/audits/auditors")
def auditors() -> Any:
    """The register of auditors."""
    person, q = me(), request.args.get("q", "").strip()[:200]
    require(may_read_register, person)
    page = auditor_page(person, request.args.get("cursor"), q=q)
    ids = [row.id for row in page.rows]
    return render_template(
        "audits/auditors.html",
        rows=showing.auditor_rows(
            page.rows, competences_of(ids), experience_of(ids), person.district.today
        ),
        q=q,
        links=page_links(page, "audits.auditors"),
        may_keep=may_keep_register(person),
    )


@bp.get("/audits/auditors.xlsx")
def auditors_file() -> Response:
    """The register of auditors as a workbook: a row for each competence."""
    person = me()
    require(may_read_register, person)
    people, today, target = all_auditors(person), person.district.today, BytesIO()
    ids = [one.id for one in people]
    sheets = auditor_sheets(
        people, competences_of(ids), experience_of(ids), person.district.name, today
    )
    name = _("Register of auditors")
    about = Properties(name, clock.now(), company=person.district.name)
    write_xlsx(sheets, target, properties=about, language="en" if language() == "en" else "id")
    return sent(target, f"{name} {today.isoformat()}.xlsx", XLSX)


@bp.get("/audits/auditors/<uid>")
def auditor(uid: str) -> Any:
    """One auditor: competences, audits, what was changed."""
    reader, person = _auditor(uid)
    found = competences_of([person.id]).get(person.id, [])
    may_record = may_record_competence(reader, person)
    links = []
    if may_record:
        url = url_for("audits.new_competence", uid=person.uid)
        links.append((_("Record a competence"), url, "plus"))
    return render_template(
        "audits/auditor.html",
        person=person,
        competences=showing.competences_shown(person, found, reader.district.today),
        may_record=may_record,
        links=links,
        experience=showing.experience_text(experience_of([person.id])[person.id]),
        audits=[
            (
                row.number,
                row.title,
                url_for("audits.show", uid=row.uid),
                str(row.role.label),
                days_of(row.planned_from, row.planned_until),
                (str(row.state.label), STATE_TONES[row.state]),
            )
            for row in audits_of(reader, person)
        ],
        entries=timeline(found, SENTENCES, LABELS, reader.district.timezone) if found else [],
    )


def _auditor(uid: str) -> tuple[Person, Person]:
    """(who reads, the auditor in the address)."""
    reader = me()
    require(may_read_register, reader)
    return reader, auditor_by_uid(reader, uid_or_404(uid))


def _recorded(uid: str) -> tuple[Person, Person]:
    """(who records, the auditor in the address). Who keeps no register learns of nobody."""
    require(may_keep_register, me())
    by, person = _auditor(uid)
    require(may_record_competence, by, person)
    return by, person


def _said(form: Any) -> dict[str, Any]:
    names = ("standard", "training", "provider", "scheme", "number", "achieved_on")
    said = {name: form[name].data for name in (*names, "valid_until", "may_lead")}
    return {**said, "audits_observed": form.audits_observed.data or 0}


@bp.route("/audits/auditors/<uid>/competences/new", methods=["GET", "POST"])
def new_competence(uid: str) -> Any:
    """Record a training or certificate."""
    by, person = _recorded(uid)
    form = CompetenceForm()
    form.offer()
    if saved(
        form,
        lambda: operations.record_competence(person, uid=form.new_uid, by=by, **_said(form)),
    ):
        flash(_("The competence is recorded."), "success")
        return done("audits.auditor", uid=person.uid)
    return _form_page(form, person, _("Record a competence"))


@bp.route("/audits/auditors/<uid>/competences/<competence>", methods=["GET", "POST"])
def edit_competence(uid: str, competence: str) -> Any:
    """Correct what is recorded."""
    by, person = _recorded(uid)
    found = _competence(person, competence)
    form = EditCompetenceForm(obj=found)
    form.offer()
    if saved(
        form,
        lambda: operations.correct_competence(
            found, by=by, version=form.version.data, **_said(form)
        ),
    ):
        flash(_("Saved."), "success")
        return done("audits.auditor", uid=person.uid)
    return _form_page(form, person, _("Correct a competence"))


def _competence(person: Person, uid: str) -> AuditorCompetence:
    return competence_by_uid(person, uid_or_404(uid))


def _form_page(form: Any, person: Person, title: str) -> Any:
    page = render_template("audits/competence.html", form=form, person=person, title=title)
    return page, 422 if form.errors else 200


@bp.post("/audits/auditors/<uid>/competences/<competence>/withdraw")
def withdraw_competence(uid: str, competence: str) -> Any:
    """Let a competence count no more."""
    by, person = _recorded(uid)
    operations.withdraw_competence(
        _competence(person, competence),
        reason=request.form.get("reason", "")[:2000],
        version=request.form.get("version", type=int),
        by=by,
    )
    flash(_("The competence is withdrawn."), "success")
    return done("audits.auditor", uid=person.uid)
