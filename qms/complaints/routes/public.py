"""The pages for everybody: a unit's complaint form, and what a receipt shows. No account, no search
engine, and nothing about anybody."""

from typing import Any

from flask import Response, current_app, flash, make_response, render_template, request, url_for

from qms.complaints import operations
from qms.complaints.forms import RateForm, SendForm
from qms.complaints.models import Complaint
from qms.complaints.operations import PUBLIC
from qms.complaints.queries import (
    complaint_with_receipt,
    lacks_integrity,
    place_at,
    services_in,
    written_as_receipt,
)
from qms.complaints.routes.blueprint import bp
from qms.complaints.showing import told_publicly
from qms.core.db import db
from qms.core.errors import Invalid, Missing, TooMany
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.routing import done, public
from qms.units.models import District
from qms.units.tree import tree_of


def unlisted(page: Any, status: int = 200) -> Response:
    """A page that no search engine keeps or follows."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@bp.route("/complain/<district>/<path:unit>", methods=["GET", "POST"])
@public
def complain(district: str, unit: str) -> Any:
    """Complain about a unit's service, with or without a name."""
    place, form = place_at(district, unit), SendForm()
    form.service.offer_services(services_in(place.district, [place.node.id]))
    status = 200
    if form.validate_on_submit():
        try:
            complaint = operations.receive_complaint(
                place.page,
                statement=form.statement.data or "",
                about_integrity=form.about_integrity.data,
                complainant=form.complainant.data,
                contact=form.contact.data,
                service=form.service.service,
                place=form.place.data,
                uid=form.new_uid,
                address=request.remote_addr or "",
                secret=str(current_app.secret_key),
            )
        except Invalid as problem:
            told_by(problem, form)
        except TooMany as problem:
            db.session.rollback()
            form.form_errors.append(str(problem))
            status = problem.status
        else:
            flash(_("Thank you. Your complaint is received."), "success")
            return done("complaints.receipt", receipt=complaint.receipt)
    page = render_template(
        "complaints/complain.html",
        form=form,
        unit=place.node.name,
        district=place.district.name,
        look_up_url=url_for("complaints.look_up"),
        takes_integrity=not lacks_integrity(place.district, place.node.id),
    )
    response = unlisted(page, 422 if form.errors and status == 200 else status)
    if status == TooMany.status:
        response.headers["Retry-After"] = "3600"
    return response


@bp.get("/receipt")
@public
def look_up() -> Any:
    """Where a receipt number is typed in."""
    typed = request.args.get("number", "")[:60]
    if not typed.strip():
        return unlisted(render_template("complaints/look_up.html", typed="", problem=""))
    try:
        complaint = complaint_with_receipt(typed)
    except Missing as problem:
        page = render_template("complaints/look_up.html", typed=typed, problem=str(problem))
        return unlisted(page, 404)
    return unlisted(_receipt_page(complaint))


@bp.get("/receipt/<receipt>")
@public
def receipt(receipt: str) -> Any:
    """How far a complaint is, and what was answered, for whoever has its receipt."""
    try:
        return unlisted(_receipt_page(complaint_with_receipt(receipt)))
    except Missing as problem:
        typed = written_as_receipt(receipt)
        page = render_template("complaints/look_up.html", typed=typed, problem=str(problem))
        return unlisted(page, 404)


def _receipt_page(complaint: Complaint, form: RateForm | None = None) -> str:
    district = db.session.get_one(District, complaint.district_id)
    return render_template(
        "complaints/receipt.html",
        told=told_publicly(complaint),
        unit=tree_of(district)[complaint.unit_id].name,
        district=district.name,
        form=form or RateForm(),
        version=complaint.version,
        rate_url=url_for("complaints.rate_publicly", receipt=complaint.receipt),
    )


@bp.post("/receipt/<receipt>/satisfaction")
@public
def rate_publicly(receipt: str) -> Any:
    """Say how satisfying the answer is, once."""
    complaint, form = complaint_with_receipt(receipt), RateForm()
    if not form.validate_on_submit():
        return unlisted(_receipt_page(complaint, form), 422)
    district = db.session.get_one(District, complaint.district_id)
    operations.rate_answer(
        complaint,
        form.satisfaction.data,
        by=PUBLIC,
        on=district.today,
        version=request.form.get("version", type=int),
    )
    flash(_("Thank you for telling us."), "success")
    return done("complaints.receipt", receipt=complaint.receipt)
