"""What complaints rest on: the public pages of units with their posters, and the categories."""

from typing import Any

from flask import abort, flash, render_template, request, url_for

from qms.complaints import operations
from qms.complaints.categories import categories_on, named, rows_of
from qms.complaints.forms import CategoryForm
from qms.complaints.permissions import may_keep_page, may_keep_some_page, may_set_categories
from qms.complaints.queries import page_of, pages_open
from qms.complaints.routes.blueprint import bp
from qms.core.dates import long_day
from qms.core.db import version_of
from qms.core.errors import Missing
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.office.qr_codes import qr_svg
from qms.people.models import Person
from qms.people.queries import units_lacking
from qms.people.roles import ALL, LOOKS_AFTER_INTEGRITY
from qms.units.tree import Node


def public_address(person: Person, node: Node) -> str:
    """Where everybody finds a unit's public page."""
    return url_for(
        "complaints.complain", district=person.district.code, unit=node.code, _external=True
    )


@bp.get("/complaints/pages")
def pages() -> Any:
    """The public pages of the units whose complaints this person handles."""
    person = me()
    require(may_keep_some_page, person)
    is_open = pages_open(person.district_id)
    nodes = [
        node
        for node in person.rights.tree
        if node.parent_id is not None and node.is_open and may_keep_page(person, node.id)
    ]
    lacking = {one.id for one in units_lacking(person.district, LOOKS_AFTER_INTEGRITY, nodes)}
    return render_template(
        "complaints/pages.html",
        pages=[
            (
                node.name,
                node.uid,
                public_address(person, node),
                node.id in is_open,
                node.id in lacking,
            )
            for node in nodes
        ],
    )


def _node(uid: str) -> Node:
    person = me()
    node = person.rights.tree.by_uid(uid_or_404(uid))
    if node is None or node.id not in person.rights.units(ALL):
        raise Missing(_("There is no such unit, or it is not for you."))
    require(may_keep_page, person, node.id)
    return node


@bp.post("/complaints/pages/<uid>/<move>")
def turn_page(uid: str, move: str) -> Any:
    """Open or close the public page of a unit."""
    node = _node(uid)
    match move:
        case "open":
            operations.open_page(node.id, by=me())
            flash(_("%(unit)s takes complaints over its public page.", unit=node.name), "success")
        case "shut":
            operations.shut_page(node.id, by=me())
            flash(_("%(unit)s takes no complaints there any more.", unit=node.name), "success")
        case _:
            abort(404)
    return done("complaints.pages")


@bp.get("/complaints/pages/<uid>/poster")
def poster(uid: str) -> Any:
    """A page to be printed and hung up: the address of the public page, as a code too."""
    person, node = me(), _node(uid)
    page = page_of(person.district_id, node.id)
    address = public_address(person, node)
    return render_template(
        "complaints/poster.html",
        node=node,
        is_open=page is not None and page.is_open,
        address=address,
        code=qr_svg(address, _("Code that leads to %(address)s", address=address)),
    )


@bp.get("/complaints/categories")
def categories() -> Any:
    """What categories there are today, and their days."""
    person = me()
    require(may_set_categories, person)
    return render_template(
        "complaints/categories.html",
        categories=list(categories_on(person.district_id, person.district.today).values()),
    )


@bp.route("/complaints/categories/new", methods=["GET", "POST"], endpoint="new_category")
@bp.route("/complaints/categories/<key>", methods=["GET", "POST"])
def category(key: str | None = None) -> Any:
    """Say what a category is called and how many days it has, from a day on."""
    person, form = me(), CategoryForm()
    require(may_set_categories, person)
    today = person.district.today
    known = categories_on(person.district_id, today)
    if key is not None and key not in known and not rows_of(person.district_id, key):
        raise Missing(_("There is no such category."))
    now = known.get(key or "")
    if request.method == "GET":
        form.from_on.data, form.is_used.data = today, True
        form.version.data = version_of(rows_of(person.district_id, key)) if key else 0
        if now is not None:
            form.name.data, form.days.data = str(now.name), now.days
            form.is_integrity.data, form.is_used.data = now.is_integrity, now.is_used
            form.source.data = str(now.source) if now.from_on else None
    if saved(
        form,
        lambda: operations.set_category(
            key,
            from_on=form.from_on.data,
            name=form.name.data or "",
            days=form.days.data,
            is_integrity=form.is_integrity.data,
            is_used=form.is_used.data,
            source=form.source.data or "",
            by=person,
            seen=form.version.data,
        ),
    ):
        flash(_("It holds from %(day)s on.", day=long_day(form.from_on.data)), "success")
        return done("complaints.categories")
    page = render_template(
        "people/form.html",
        form=form,
        title=named(known, key) if key else _("New category"),
        back=(_("Categories"), url_for("complaints.categories")),
        button=_("Save"),
        hint=_("Complaints received before this day keep the day of their answer."),
    )
    return page, 422 if form.errors else 200
