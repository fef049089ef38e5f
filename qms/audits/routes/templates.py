"""Checklist templates of our own: the list, one template, its lines."""

from io import BytesIO
from typing import Any

from flask import Response, flash, render_template, request, url_for

from qms.audits.forms.sources import EditTemplateForm, NewTemplateForm, TemplateLineForm
from qms.audits.models import ChecklistTemplate, Method
from qms.audits.operations.templates import (
    edit_template,
    keep_as_template,
    put_template_line,
    remove_template_line,
    withdraw_template,
    write_template,
)
from qms.audits.permissions.templates import (
    may_edit_template,
    may_write_templates,
    may_write_templates_in,
)
from qms.audits.queries import audit_by_uid, load_lines
from qms.audits.queries.sources import template_by_uid, templates_seen
from qms.audits.register_sheets import template_sheets
from qms.audits.routes.blueprint import bp
from qms.audits.showing.templates import template_sections
from qms.core import clock
from qms.core.downloads import XLSX, sent
from qms.core.errors import Missing
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.i18n import language, ngettext
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.office.blocks import Properties
from qms.office.xlsx_writer import write_xlsx
from qms.people.models import Person
from qms.standards.queries import all_editions, clause_choices, own_titles


@bp.get("/audits/templates")
def templates() -> Any:
    """The templates that serve the units where the person plans or audits."""
    person = me()
    tree = person.rights.tree
    return render_template(
        "audits/templates.html",
        rows=[
            (
                one.name,
                url_for("audits.template", template=one.uid),
                tree[one.unit_id].name,
                ngettext("%(num)s line", "%(num)s lines", count),
                one.withdrawn_on is not None,
            )
            for one, count in templates_seen(person)
        ],
        may_write=may_write_templates(person),
    )


@bp.route("/audits/templates/new", methods=["GET", "POST"])
def new_template() -> Any:
    """Begin a template."""
    person = me()
    require(may_write_templates, person)
    form = NewTemplateForm()
    form.unit.offer_units(
        node
        for node in person.rights.tree
        if node.is_open and may_write_templates_in(person, node.id)
    )

    def act() -> ChecklistTemplate:
        return write_template(
            form.unit.unit_id,
            name=form.name.data or "",
            description=form.description.data,
            uid=form.new_uid,
            by=person,
        )

    template = saved(form, act)
    if template is not None:
        flash(_("The template is there. Now add its lines."), "success")
        return done("audits.template", template=template.uid)
    page = render_template("audits/new_template.html", form=form)
    return page, 422 if form.errors else 200


@bp.get("/audits/templates/<template>")
def template(template: str) -> Any:
    """One template: its lines by section."""
    person = me()
    found = template_by_uid(person, uid_or_404(template))
    return render_template(
        "audits/template.html",
        template=found,
        unit=person.rights.tree[found.unit_id].name,
        sections=template_sections(found),
        may_edit=may_edit_template(person, found),
    )


@bp.get("/audits/templates/<template>/file.xlsx")
def template_file(template: str) -> Response:
    """A template as a workbook."""
    person = me()
    found = template_by_uid(person, uid_or_404(template))
    target = BytesIO()
    write_xlsx(
        template_sheets(found, person.rights.tree[found.unit_id].name),
        target,
        properties=Properties(found.name, clock.now(), company=person.district.name),
        language="en" if language() == "en" else "id",
    )
    return sent(target, f"{_('Checklist template')} {found.name}.xlsx", XLSX)


@bp.route("/audits/templates/<template>/edit", methods=["GET", "POST"])
def edit_template_page(template: str) -> Any:
    """Change its name and what it is for."""
    person = me()
    found = template_by_uid(person, uid_or_404(template))
    require(may_edit_template, person, found)
    form = EditTemplateForm(obj=found)

    def act() -> None:
        edit_template(
            found,
            name=form.name.data or "",
            description=form.description.data,
            by=person,
            version=form.version.data,
        )

    if saved(form, act):
        flash(_("Saved."), "success")
        return done("audits.template", template=template)
    page = render_template("audits/edit_template.html", form=form, template=found)
    return page, 422 if form.errors else 200


@bp.route(
    "/audits/templates/<template>/lines/new", methods=["GET", "POST"], defaults={"number": None}
)
@bp.route("/audits/templates/<template>/lines/<int:number>", methods=["GET", "POST"])
def template_line(template: str, number: int | None) -> Any:
    """Add a line, or change one."""
    person = me()
    found = template_by_uid(person, uid_or_404(template))
    require(may_edit_template, person, found)
    line = None if number is None else found.line(number)
    if number is not None and line is None:
        raise Missing(_("This line is not in the template any more. Look at the template."))
    form = TemplateLineForm(obj=line)
    _offer(form, found, number, person)
    if request.method == "GET":
        form.version.data = found.version
        if line is not None and number is not None:
            form.clause_ids.data = found.clause_ids(number)
            form.after.data = "" if line.after is None else str(line.after)
        else:
            form.section.data = found.lines[-1].section if found.lines else None

    def act() -> Any:
        return put_template_line(
            found,
            number,
            question=form.question.data or "",
            clause_ids=form.clause_ids.data or [],
            section=form.section.data,
            hint=form.hint.data,
            methods=map(Method, form.methods.data or []),
            after=int(form.after.data) if form.after.data else None,
            asked_when=form.asked_when.data,
            by=person,
            version=form.version.data,
        )

    if saved(form, act):
        flash(_("Saved."), "success")
        if request.form.get("then") == "another":
            return done("audits.template_line", template=template)
        return done("audits.template", template=template)
    page = render_template("audits/template_line.html", form=form, template=found, number=number)
    return page, 422 if form.errors else 200


def _offer(
    form: TemplateLineForm, template: ChecklistTemplate, number: int | None, person: Person
) -> None:
    """The clauses of every edition, and the other lines."""
    cited = [one.clause_id for one in template.clauses]
    form.clause_ids.choices = clause_choices(
        [edition.key for edition in all_editions()],
        own=own_titles(person.district_id),
        keep=cited,
    )
    form.after.offer(
        (str(one.number), f"{one.section[:60]}: {one.question[:100]}")
        for one in template.lines
        if one.number != number
    )


@bp.post("/audits/templates/<template>/lines/<int:number>/remove")
def remove_template_line_page(template: str, number: int) -> Any:
    """Take a line off a template."""
    person = me()
    found = template_by_uid(person, uid_or_404(template))
    remove_template_line(found, number, by=person, version=request.form.get("version", type=int))
    flash(_("The line is off the template."), "success")
    return done("audits.template", template=template)


@bp.post("/audits/templates/<template>/withdraw")
def withdraw_template_page(template: str) -> Any:
    """Offer it no more."""
    person = me()
    found = template_by_uid(person, uid_or_404(template))
    withdraw_template(
        found,
        reason=request.form.get("reason", "")[:2000],
        by=person,
        version=request.form.get("version", type=int),
    )
    flash(_("The template is withdrawn. What was made from it stays."), "success")
    return done("audits.template", template=template)


@bp.route("/audits/<uid>/checklist/keep", methods=["GET", "POST"])
def keep_checklist(uid: str) -> Any:
    """Keep the lines of a checklist as a template."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_write_templates_in, person, audit.unit_id)
    form = EditTemplateForm()
    form.version.data = form.version.data or audit.version
    if request.method == "GET":
        form.name.data = audit.title

    def act() -> ChecklistTemplate:
        load_lines(audit)
        return keep_as_template(
            audit, name=form.name.data or "", description=form.description.data, by=person
        )

    made = saved(form, act)
    if made is not None:
        flash(_("The template is there."), "success")
        return done("audits.template", template=made.uid)
    page = render_template("audits/keep_checklist.html", form=form, audit=audit)
    return page, 422 if form.errors else 200
