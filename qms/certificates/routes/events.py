"""Pages: entering what happened to a certificate, and correcting what was entered wrongly."""

from types import SimpleNamespace
from typing import Any

from flask import flash, render_template

from qms.certificates import operations, queries
from qms.certificates.forms import CorrectionForm, EventForm
from qms.certificates.models import Certificate, EventKind
from qms.certificates.permissions import may_keep
from qms.certificates.routes.blueprint import bp
from qms.certificates.settings import cycle_on
from qms.certificates.state import STARTS, usual_end
from qms.core.errors import Invalid, Missing
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.people.models import Person
from qms.standards.queries import edition_by_id


@bp.route("/certificates/<uid>/event", methods=["GET", "POST"])
def event(uid: str) -> Any:
    """Enter what happened to a certificate."""
    person = me()
    certificate = queries.certificate_by_uid(person, uid_or_404(uid))
    require(may_keep, person, certificate)
    form = EventForm(data={"version": certificate.version, "kind": _likely(certificate)})
    if form.validate_on_submit():
        try:
            operations.record_event(
                certificate,
                form.kind.data,
                on=form.on.data,
                valid_until=form.valid_until.data,
                note=form.note.data,
                by=person,
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("What happened is entered."), "success")
            return done("certificates.show", uid=uid)
    return _event_page(form, certificate, person, _("What happened to the certificate"))


def _likely(certificate: Certificate) -> EventKind:
    """What is mostly entered next."""
    held = any(event.kind in STARTS for event in certificate.events)
    return EventKind.SURVEILLANCE if held else EventKind.ISSUED


@bp.route("/certificates/<uid>/event-<int:number>", methods=["GET", "POST"])
def correct(uid: str, number: int) -> Any:
    """Correct an event that was entered wrongly."""
    person = me()
    certificate = queries.certificate_by_uid(person, uid_or_404(uid))
    require(may_keep, person, certificate)
    found = next((event for event in certificate.events if event.number == number), None)
    if found is None:
        raise Missing(_("There is no such event."))
    form = CorrectionForm(obj=found, data={"version": certificate.version})
    form.number = number
    if form.validate_on_submit():
        try:
            _correct(certificate, number, form, person)
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The event is corrected."), "success")
            return done("certificates.show", uid=uid)
    return _event_page(form, certificate, person, str(found.kind.label))


def _correct(certificate: Certificate, number: int, form: CorrectionForm, person: Person) -> None:
    given: dict[str, Any] = {
        "reason": form.reason.data,
        "by": person,
        "seen": form.version.data,
    }
    if form.strike.data:
        operations.strike_event(certificate, number, **given)
        return
    operations.correct_event(
        certificate,
        number,
        kind=form.kind.data,
        on=form.on.data,
        valid_until=form.valid_until.data,
        note=form.note.data,
        **given,
    )


def _event_page(form: Any, certificate: Certificate, person: Person, title: str) -> Any:
    day = person.district.today
    cycle = cycle_on(person.district_id, day)
    page = render_template(
        "certificates/event.html",
        form=form,
        title=title,
        uid=certificate.uid,
        kicker=f"{person.rights.tree[certificate.unit_id].label} · "
        f"{edition_by_id(certificate.edition_id).code}",
        example=SimpleNamespace(months=cycle.validity, begin=day, end=usual_end(day, cycle)),
    )
    return page, 422 if form.errors else 200
