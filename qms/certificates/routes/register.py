"""Pages: the certificate wall, a certificate, registering and correcting one."""

from typing import Any

from flask import flash, render_template, request

from qms.certificates import operations, queries, showing
from qms.certificates.forms import CertificateEditForm, CertificateForm
from qms.certificates.history import LABELS, SENTENCES
from qms.certificates.models import Certificate
from qms.certificates.permissions import may_keep
from qms.certificates.routes.blueprint import bp
from qms.certificates.routes.choosing import all_of, kept_units, the_unit, unit_wanted
from qms.certificates.settings import cycle_on
from qms.certificates.state import CertificateState
from qms.certificates.wall import wall
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.registers import choice_filter, chosen, page_links
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.core.timeline import timeline
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import KEEPS
from qms.standards.queries import USUAL_EDITIONS, all_editions, edition_by_key
from qms.units.models import Service, Unit


@bp.get("/certificates")
def index() -> Any:
    """The certificate wall: each unit and standard with scope, certificate and next step."""
    person = me()
    states = chosen("state", CertificateState)
    families = [key for key in request.args.getlist("standard") if key in FAMILIES]
    edition_ids = {
        edition.id for edition in all_editions() if edition.key.split("-")[0] in families
    }
    q = request.args.get("q", "").strip()[:200]
    page = wall(
        person,
        chosen_unit(),
        edition_ids=edition_ids,
        states=states,
        q=q,
        cursor=request.args.get("cursor"),
    )
    previous_url, next_url = page_links(page, "certificates.index")
    return render_template(
        "certificates/index.html",
        rows=[showing.wall_row(row, person.rights.tree) for row in page.rows],
        filters=[
            (
                "standard",
                _("Standard"),
                [(key, name, None, key in families) for key, name in FAMILIES.items()],
            ),
            choice_filter("state", _("State"), CertificateState, states),
        ],
        q=q,
        filtered=bool(states or families or q),
        previous_url=previous_url,
        next_url=next_url,
        may_register=person.rights.hold_anywhere(KEEPS),
    )


FAMILIES = {"iso9001": "ISO 9001", "iso37001": "ISO 37001"}


@bp.route("/certificates/new", methods=["GET", "POST"])
def new() -> Any:
    """Register a certificate of a unit."""
    person = me()
    node = unit_wanted(person)
    if node is None:
        return render_template(
            "certificates/choose_unit.html",
            title=_("Register a certificate"),
            units=kept_units(person),
            editions=[],
        )
    form = CertificateForm(data={"edition_id": _likely_edition()})
    _fill_choices(form, person, node.id)
    if form.validate_on_submit():
        try:
            certificate = operations.register_certificate(
                the_unit(node.id),
                form.edition_id.data,
                **_described(form),
                issued_on=form.issued_on.data,
                valid_until=form.valid_until.data,
                by=person,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The certificate is registered."), "success")
            return done("certificates.show", uid=certificate.uid)
    page = render_template("certificates/new.html", form=form, unit=node.name)
    return page, 422 if form.errors else 200


def _likely_edition() -> int:
    """The edition that the link names, else the one that most certificates are to."""
    keys = [edition.key for edition in all_editions()]
    wanted = request.args.get("standard")
    return edition_by_key(wanted if wanted in keys else USUAL_EDITIONS[0]).id


def _fill_choices(
    form: CertificateForm | CertificateEditForm,
    person: Person,
    unit_id: int,
    certificate: Certificate | None = None,
) -> None:
    """Choices of editions, services and further units: what is seen, and what is chosen already."""
    kept = certificate.further_ids if certificate else []
    sight, tree = sight_of(person), person.rights.tree
    form.edition_id.choices = [(edition.id, edition.code) for edition in all_editions()]
    services = queries.services_under(person, [unit_id, *kept], person.district.today)
    form.service_ids.choices = [
        (service.id, f"{service.name} ({tree[service.unit_id].label})") for service in services
    ]
    form.further_ids.choices = [
        (node.id, node.name)
        for node in tree
        if node.id != unit_id and (node.id in kept or (node.is_open and node.id in sight.units))
    ]


def _described(form: CertificateForm | CertificateEditForm) -> dict[str, Any]:
    return {
        "body": form.body.data,
        "number": form.number.data,
        "accreditation": form.accreditation.data,
        "scope": form.scope.data,
        "note": form.note.data,
        "units": all_of(Unit, form.further_ids.data),
        "services": all_of(Service, form.service_ids.data),
    }


@bp.get("/certificates/<uid>")
def show(uid: str) -> Any:
    """A certificate: where it stands, what it covers, what happened to it."""
    person = me()
    certificate = queries.certificate_by_uid(person, uid_or_404(uid))
    today = person.district.today
    about = queries.stood(certificate, today, cycle_on(person.district_id, today))
    keeps = may_keep(person, certificate)
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        about=showing.certificate(about, person),
        events=showing.events(certificate, today),
        may_keep=keeps,
        entries=timeline(certificate, SENTENCES, LABELS, person.district.timezone),
    )


@bp.route("/certificates/<uid>/edit", methods=["GET", "POST"])
def edit(uid: str) -> Any:
    """Correct what is written on a certificate."""
    person = me()
    certificate = queries.certificate_by_uid(person, uid_or_404(uid))
    require(may_keep, person, certificate)
    form = CertificateEditForm(obj=certificate)
    _fill_choices(form, person, certificate.unit_id, certificate)
    if form.validate_on_submit():
        try:
            operations.edit_certificate(
                certificate,
                edition_id=form.edition_id.data,
                **_described(form),
                by=person,
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The certificate is saved."), "success")
            return done("certificates.show", uid=uid)
    unit = person.rights.tree[certificate.unit_id].name
    page = render_template("certificates/edit.html", form=form, unit=unit, uid=uid)
    return page, 422 if form.errors else 200
