"""Scans of sheets: sent in bulk, what became of each page, those that wait to be placed by hand."""

from typing import Any

from flask import flash, render_template, request, url_for

from qms.audits import operations
from qms.audits.forms.paper import FilePageForm, SendScansForm, WhyForm
from qms.audits.models import AuditPrint, ScannedPage, ScanUpload
from qms.audits.operations.scans import refuse_unreadable
from qms.audits.permissions.paper import may_file_notes, may_send_scans
from qms.audits.queries.paper import (
    page_of_audit,
    pages_of_upload,
    prints_to_choose,
    upload_by_uid,
    uploads_of,
    waiting_page,
    waiting_pages,
)
from qms.audits.routes.blueprint import bp
from qms.audits.routes.paper import internal_audit
from qms.audits.showing import paper as showing
from qms.core import files
from qms.core.errors import Invalid
from qms.core.files import Received
from qms.core.forms import saved, told_by
from qms.core.i18n import gettext as _
from qms.core.jobs import JobState
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.people.models import Person


@bp.route("/audits/scans", methods=["GET", "POST"])
def scans() -> Any:
    """Send scans; what waits to be placed by hand, and what was sent lately."""
    person, form = me(), SendScansForm()
    require(may_send_scans, person)
    if form.validate_on_submit():
        taken, refused = _received(form)
        try:
            upload = operations.send_scans(taken, by=person, uid=form.new_uid)
        except Invalid as problem:
            told_by(problem, form)
            form.files.errors = refused or form.files.errors
        else:
            for sentence in refused:
                flash(sentence, "warning")
            return done("audits.scan_upload", uid=upload.uid)
    page = render_template(
        "audits/scans.html",
        form=form,
        waiting=[showing.waiting_of(one) for one in waiting_pages(person)],
        uploads=[showing.upload_row(one, person) for one in uploads_of(person)],
    )
    return page, 422 if form.errors else 200


def _received(form: SendScansForm) -> tuple[list[Received], list[str]]:
    """(the files that are taken, a sentence for each that is not): one bad file among many does
    not keep the others back. The same file chosen twice is one."""
    taken: dict[str, Received] = {}
    refused = []
    for sent in form.files.data or []:
        if not sent or not sent.filename:
            continue
        try:
            received = files.receive(sent.stream, sent.filename)
            refuse_unreadable(received)
        except Invalid as problem:
            refused.append(f"{files.shown_name(sent.filename)}: {problem.message}")
        else:
            taken.setdefault(received.sha256, received)
    return list(taken.values()), refused


@bp.get("/audits/scans/<uid>")
def scan_upload(uid: str) -> Any:
    """What became of each page of an upload, or how far reading it is."""
    person = me()
    require(may_send_scans, person)
    upload = upload_by_uid(person, uid_or_404(uid))
    state, percent, text = _progress(upload)
    pages = pages_of_upload(person, upload)
    return render_template(
        "audits/scan_upload.html",
        uid=upload.uid,
        is_under_way=state in (JobState.WAITING, JobState.RUNNING),
        failed=text if state is JobState.FAILED else "",
        percent=percent,
        text=text,
        pages=[showing.page_result(one, person) for one in pages],
        troubles=[(one.name, one.trouble.label) for one in upload.files if one.trouble],
        waiting=sum(one.waits for one in pages),
    )


def _progress(upload: ScanUpload) -> tuple[JobState, int, str]:
    job = upload.job
    if upload.read_at is not None or job is None:
        return JobState.DONE, 100, _("All pages were read.")
    if job.state is JobState.FAILED:
        return job.state, job.percent, job.error or ""
    return job.state, job.percent, job.step or _("It waits for its turn.")


@bp.get("/audits/scans/<uid>/progress")
def scan_progress(uid: str) -> Any:
    """How far reading is, for the page's script."""
    person = me()
    require(may_send_scans, person)
    upload = upload_by_uid(person, uid_or_404(uid))
    state, percent, text = _progress(upload)
    return {
        "percent": percent,
        "state": state.value,
        "text": text,
        "download": url_for("audits.scan_upload", uid=uid) if state is JobState.DONE else None,
    }


@bp.route("/audits/scans/pages/<page>", methods=["GET", "POST"])
def scan_page(page: str) -> Any:
    """A page that waits: what it looks like, and which sheet it is."""
    person = me()
    require(may_send_scans, person)
    found, form = waiting_page(person, uid_or_404(page)), FilePageForm()
    prints = _offered(form, person)
    if saved(form, lambda: operations.file_page(found, *_chosen(form, prints), by=person)):
        flash(_("The page is filed."), "success")
        return done("audits.scans")
    return _page(found, form, WhyForm(formdata=None))


def _offered(form: FilePageForm, person: Person) -> dict[str, AuditPrint]:
    """Offer the editions to which the person may file; these by their uid."""
    prints = [one for one in prints_to_choose(person) if may_file_notes(person, one.audit)]
    form.offer(prints)
    return {str(one.uid): one for one in prints}


def _chosen(form: FilePageForm, prints: dict[str, AuditPrint]) -> tuple[AuditPrint, int]:
    return prints[str(form.edition.data)], form.sheet.data


def _page(found: ScannedPage, form: FilePageForm, reason: WhyForm) -> Any:
    html = render_template(
        "audits/scan_page.html",
        page=found,
        why=found.reading.label,
        advice=showing.ADVICE.get(found.reading),
        form=form,
        reason=reason,
        is_picture=found.stored.mime in files.PICTURES,
    )
    return html, 422 if form.errors or reason.errors else 200


@bp.get("/audits/scans/pages/<page>/file")
def scan_page_file(page: str) -> Any:
    """The file of a page that waits."""
    person = me()
    require(may_send_scans, person)
    found = waiting_page(person, uid_or_404(page))
    return files.send(found.stored, found.name, inline="show" in request.args)


@bp.post("/audits/scans/pages/<page>/aside")
def set_scan_aside(page: str) -> Any:
    """Set a page aside that belongs to no sheet."""
    person = me()
    require(may_send_scans, person)
    found, form = waiting_page(person, uid_or_404(page)), WhyForm()
    if saved(form, lambda: _set_aside(found, form, person)):
        flash(_("The page is set aside."), "success")
        return done("audits.scans")
    choice = FilePageForm(formdata=None)
    _offered(choice, person)
    return _page(found, choice, form)


def _set_aside(page: ScannedPage, form: WhyForm, person: Person) -> None:
    operations.set_page_aside(page, reason=form.reason.data or "", by=person)


@bp.route("/audits/<uid>/notes/pages/<page>/remove", methods=["GET", "POST"])
def take_note_off(uid: str, page: str) -> Any:
    """Take a page that was filed wrongly off its sheet."""
    person, audit = internal_audit(uid)
    require(may_file_notes, person, audit)
    found, form = page_of_audit(person, audit, uid_or_404(page)), WhyForm()
    if saved(form, lambda: _taken_off(found, form, person)):
        flash(_("The page is taken off. Its evidence is withdrawn and stays readable."), "success")
        return done("audits.notes", uid=uid)
    html = render_template(
        "people/form.html",
        form=form,
        title=_("Take a page off its sheet"),
        back=(_("Original notes"), url_for("audits.notes", uid=uid)),
        button=_("Take it off"),
        hint=found.evidence.name if found.evidence else "",
    )
    return html, 422 if form.errors else 200


def _taken_off(page: ScannedPage, form: WhyForm, person: Person) -> None:
    operations.take_page_off(page, reason=form.reason.data or "", by=person)
