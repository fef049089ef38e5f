"""A checklist made from an earlier audit, a template, a document under audit, an Excel file."""

from typing import Any

from flask import abort, render_template, request

from qms.audits.forms.sources import EarlierForm, FromDocumentForm, FromFileForm, FromTemplateForm
from qms.audits.models import Audit
from qms.audits.operations.sheets import take_from_sheets
from qms.audits.operations.sources import (
    take_from_audit,
    take_from_document,
    take_from_template,
)
from qms.audits.permissions import may_prepare
from qms.audits.queries import audit_by_uid, load_lines
from qms.audits.queries.sources import (
    documents_under_audit,
    earlier_audit_by_uid,
    earlier_audits,
    templates_for,
    text_of,
)
from qms.audits.routes.blueprint import bp
from qms.audits.routes.checklist import lines_put_on
from qms.core import dates, files
from qms.core.errors import Invalid
from qms.core.forms import EditForm, saved
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.routing import me, uid_or_404
from qms.documents.queries import document_by_uid
from qms.office.sheet_reader import read_sheets
from qms.people.models import Person
from qms.standards.queries import clause_choices, edition_by_id, own_titles

TITLES = {
    "earlier": _l("From an earlier audit"),
    "template": _l("From a template"),
    "document": _l("From a document under audit"),
    "file": _l("From an Excel file"),
}


@bp.route("/audits/<uid>/checklist/from/<source>", methods=["GET", "POST"])
def take_lines(uid: str, source: str) -> Any:
    """Put lines on the checklist from elsewhere than the question banks."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_prepare, person, audit)
    if source not in TITLES:
        abort(404)
    load_lines(audit)
    form, take = SOURCES[source](audit, person)
    if request.method == "GET":
        form.version.data = audit.version
    number = saved(form, take)
    if number is not None:
        return lines_put_on(audit, number)
    page = render_template(
        "audits/take_lines.html", form=form, audit=audit, title=TITLES[source], source=source
    )
    return page, 422 if form.errors else 200


def _clauses(form: EditForm, audit: Audit) -> None:
    form["clause_ids"].choices = clause_choices(
        [edition_by_id(one).key for one in audit.edition_ids], own=own_titles(audit.district_id)
    )


def _earlier(audit: Audit, person: Person) -> Any:
    form = EarlierForm()
    form.earlier.offer(
        (str(row.uid), f"{row.number} {row.title} ({dates.short_day(row.planned_from)})")
        for row in earlier_audits(person, audit, to_take=True)
    )

    def take() -> int:
        earlier = earlier_audit_by_uid(person, audit, uid_or_404(form.earlier.data or ""))
        return take_from_audit(audit, earlier, by=person, version=form.version.data)

    return form, take


def _template(audit: Audit, person: Person) -> Any:
    form = FromTemplateForm()
    found = {str(one.uid): one for one in templates_for(person, audit)}
    form.template.offer((uid, one.name) for uid, one in found.items())

    def take() -> int:
        template = found[form.template.data or ""]
        return take_from_template(audit, template, by=person, version=form.version.data)

    return form, take


def _document(audit: Audit, person: Person) -> Any:
    form = FromDocumentForm()
    found = {str(document.uid): (document, revision)
             for document, revision in documents_under_audit(person, audit)}  # fmt: skip
    form.document.offer((uid, f"{one.number} {one.title}") for uid, (one, _rev) in found.items())
    _clauses(form, audit)

    def take() -> int:
        _document, revision = found[form.document.data or ""]
        document = document_by_uid(person, uid_or_404(form.document.data or ""))
        return take_from_document(
            audit,
            document,
            text_of(revision),
            form.clause_ids.data or (),
            by=person,
            version=form.version.data,
        )

    return form, take


def _file(audit: Audit, person: Person) -> Any:
    form = FromFileForm()
    _clauses(form, audit)

    def take() -> int:
        return take_from_sheets(
            audit,
            _sheets(form.file.data),
            form.clause_ids.data or (),
            by=person,
            version=form.version.data,
        )

    return form, take


def _sheets(sent: Any) -> Any:
    """The tables of a file that was sent. Raises Invalid."""
    try:
        received = files.receive(sent.stream, sent.filename)
        return read_sheets(files.path_of(received.sha256), max_rows=10_000)
    except Invalid as problem:
        raise Invalid(problem.message, file=problem.message) from problem


SOURCES = {"earlier": _earlier, "template": _template, "document": _document, "file": _file}
