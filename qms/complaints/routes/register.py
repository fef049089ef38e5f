"""The register of complaints, its workbook, and taking one down."""

from io import BytesIO
from typing import Any

from flask import Response, flash, render_template, request, url_for

from qms.complaints import operations, showing
from qms.complaints.categories import GENERAL, categories_on
from qms.complaints.forms import RecordForm, access_chosen, category_choices
from qms.complaints.models import Channel, ComplaintState
from qms.complaints.permissions import (
    TAKES,
    may_export,
    may_keep_some_page,
    may_record_somewhere,
    may_set_categories,
    sees,
)
from qms.complaints.queries import (
    Asked,
    complaint_page,
    complaints_told,
    finding_numbers,
    services_in,
)
from qms.complaints.report import register_sheets
from qms.complaints.routes.blueprint import bp
from qms.core import clock
from qms.core.downloads import XLSX, sent
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.permissions import require
from qms.core.registers import choice_filter, chosen, page_links
from qms.core.routing import chosen_unit, done, me
from qms.evidence.uploads import received
from qms.office.blocks import Properties
from qms.office.xlsx_writer import write_xlsx
from qms.people.models import Person
from qms.people.roles import NEED_TO_KNOW

OPEN_LATE_MINE = {"open", "overdue", "mine"}
NARROWED = ("q", "show", "state", "category", "channel")
"""What the workbook is narrowed by, as the page is."""


def _asked(person: Person) -> tuple[Asked, set[str]]:
    """What the query string narrows the register to, and what is to be shown of it."""
    show = set(request.args.getlist("show")) & OPEN_LATE_MINE
    asked = Asked(
        states=tuple(chosen("state", ComplaintState)),
        channels=tuple(chosen("channel", Channel)),
        categories=tuple(request.args.getlist("category")[:20]),
        is_open="open" in show,
        mine=person.id if "mine" in show else None,
    )
    return asked, show


@bp.get("/complaints")
def index() -> Any:
    """The register of complaints, newest first."""
    person, q = me(), request.args.get("q", "")[:200]
    asked, show = _asked(person)
    page = complaint_page(
        person,
        chosen_unit(),
        q=q,
        asked=asked,
        overdue="overdue" in show,
        cursor=request.args.get("cursor"),
    )
    categories = categories_on(person.district_id, person.district.today)
    shown = (
        ("open", _("Open")),
        ("overdue", _("Answer overdue")),
        ("mine", _("Assigned to me")),
    )
    kinds = [
        (one.key, str(one.name), None, one.key in asked.categories) for one in categories.values()
    ]
    filters = [
        ("show", _("Show"), [(key, label, None, key in show) for key, label in shown]),
        choice_filter("state", _("State"), ComplaintState, asked.states),
        ("category", _("Category"), kinds),
        choice_filter("channel", _("Channel"), Channel, asked.channels),
    ]
    return render_template(
        "complaints/index.html",
        rows=showing.rows_of(page.rows, person, categories),
        filters=filters,
        q=q,
        links=page_links(page, "complaints.index"),
        is_narrowed=bool(q or show or asked != Asked()),
        may_record=may_record_somewhere(person),
        actions=_actions(person),
    )


def _actions(person: Person) -> list[tuple[str, str, str]]:
    found = []
    if may_record_somewhere(person):
        found.append((_("Take down a complaint"), url_for("complaints.new"), "plus"))
    if may_keep_some_page(person):
        found.append((_("Public pages"), url_for("complaints.pages"), "link"))
    if may_set_categories(person):
        found.append((_("Categories"), url_for("complaints.categories"), "settings"))
    if may_export(person):
        kept: dict[str, Any] = {name: request.args.getlist(name) for name in NARROWED}
        found.append((_("Excel"), url_for("complaints.register_file", **kept), "download"))
    return found


@bp.get("/complaints/register.xlsx")
def register_file() -> Response:
    """The register as a workbook, narrowed as the page is."""
    person = me()
    require(may_export, person)
    asked, show = _asked(person)
    complaints = complaints_told(
        person,
        chosen_unit(),
        asked,
        q=request.args.get("q", "")[:200],
        overdue="overdue" in show,
    )
    sheets = register_sheets(
        complaints,
        finding_numbers(person, complaints),
        categories_on(person.district_id, person.district.today),
        person,
    )
    target, title = BytesIO(), _("Register of complaints")
    write_xlsx(
        sheets,
        target,
        properties=Properties(title=title, created=clock.now(), company=person.district.name),
        language="en" if language() == "en" else "id",
    )
    return sent(target, f"{title} {person.district.today.isoformat()}.xlsx", XLSX)


@bp.route("/complaints/new", methods=["GET", "POST"])
def new() -> Any:
    """Take down a complaint that came to the desk, in a letter, by telephone."""
    person, form = me(), RecordForm()
    require(may_record_somewhere, person)
    held = person.rights.units(TAKES)
    nodes = [node for node in person.rights.tree if node.is_open and node.id in held]
    form.unit.offer_units(nodes)
    form.service.offer_services(
        services_in(person.district, [node.id for node in nodes]),
        {node.id: node.label for node in nodes} if len(nodes) > 1 else None,
    )
    form.category.offer(
        category_choices(categories_on(person.district_id, person.district.today).values())
    )
    if not person.rights.hold_anywhere(NEED_TO_KNOW):
        del form.files_access
    if request.method == "GET":
        form.received_on.data, form.category.data = person.district.today, GENERAL
        if node := person.rights.tree.get(chosen_unit()):
            form.unit.data = str(node.uid)
    if form.validate_on_submit():
        try:
            complaint = operations.record_complaint(
                form.unit.unit_id,
                channel=form.channel.data,
                received_on=form.received_on.data,
                category=form.category.data,
                statement=form.statement.data,
                complainant=form.complainant.data,
                contact=form.contact.data,
                reference=form.reference.data,
                service=form.service.service,
                place=form.place.data,
                files=received(form.files),
                files_access=access_chosen(form),
                uid=form.new_uid,
                by=person,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            told = _(
                "%(number)s is saved. Receipt number for the complainant: %(receipt)s",
                number=complaint.number,
                receipt=complaint.receipt,
            )
            flash(told, "success")
            if sees(person, complaint):
                return done("complaints.show", uid=complaint.uid)
            return done("complaints.index")
    page = render_template("complaints/new.html", form=form)
    return page, 422 if form.errors else 200
