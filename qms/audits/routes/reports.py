"""The report of an audit: written, read, signed, corrected, taken along as a Word file."""

from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from qms.audits import operations, showing
from qms.audits.forms import CorrectForm, ReportForm
from qms.audits.forms.report import report_form
from qms.audits.gathering import gather, told_under
from qms.audits.models import Audit, AuditReport, AuditState, Meeting, ReportState
from qms.audits.operations.reporting import PARTS, Conclusions
from qms.audits.permissions import (
    may_edit_report,
    may_read_report,
    may_sign,
    may_write_report,
    signs_as,
)
from qms.audits.permissions.report import speaks_twice
from qms.audits.queries import audit_by_uid, load_lines, report_by_issue
from qms.audits.queries.audit import others_to_acknowledge
from qms.audits.redrafting import DRAFTED, Draft, drafted_now, mark, merged, stale_parts
from qms.audits.report import finding_facts, plan_facts, report_blocks, sample_rows, walk_facts
from qms.audits.report_sheets import report_sheets
from qms.audits.routes.blueprint import bp
from qms.audits.showing.report import PART_LABELS
from qms.audits.showing.team import overruled_text
from qms.audits.workflow import REPORT, unfinished
from qms.core import clock
from qms.core.downloads import DOCX, XLSX, sent
from qms.core.errors import Invalid, Missing
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.permissions import require
from qms.core.registers import move_buttons
from qms.core.routing import done, me, uid_or_404
from qms.findings.models import Grade
from qms.office.blocks import Properties
from qms.office.docx_writer import write_docx
from qms.office.xlsx_writer import write_xlsx
from qms.people.models import Person
from qms.standards.queries import edition_by_id, own_titles


@bp.route("/audits/<uid>/report/write", methods=["GET", "POST"])
def write_report(uid: str) -> Any:
    """Write the draft of the report, part by part; then send it to be signed."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_write_report, person, audit)
    load_lines(audit)
    draft = audit.report
    if draft is not None and draft.state is not ReportState.DRAFT and request.method == "GET":
        return redirect(url_for("audits.report", uid=uid, number=draft.issue), 303)
    editions = [edition_by_id(one) for one in audit.edition_ids]
    form, told = report_form(draft, editions), gather(audit)
    kept = draft.drafted if draft is not None else form.draft
    now = drafted_now(audit, person, told, kept)
    if draft is None and request.method == "GET":
        form.version.data, form.draft, kept = 0, now, now
        for name in DRAFTED:
            form[name].data = now[name]
    if form.validate_on_submit():
        return _written(audit, form, _drawn(form, kept, now), person)
    stale = stale_parts(lambda name: form[name].data, kept, now)
    page = render_template(
        "audits/write_report.html",
        form=form,
        audit=audit,
        draft=draft,
        standards=[
            (form[f"conformity_{one.id}"], form[f"effectiveness_{one.id}"])
            for one in editions
            if f"conformity_{one.id}" in form
        ],
        waiting=unfinished(audit),
        stale={name: (now[name], mark(now[name])) for name in stale},
        named=", ".join(str(form[name].label.text) for name in stale),
        results=showing.results_shown(told["results"], own_titles(audit.district_id)),
    )
    return page, 422 if form.errors else 200


TAKE, LEAVE = "take", "leave"


def _drawn(form: ReportForm, kept: Draft | None, now: Draft) -> dict[str, str]:
    """The draft to remember: what it was, and the new one of a part that takes it, or that stays as
    it is after the person read it. A report whose draft nobody knows begins with today's."""
    if kept is None:
        return dict(now)
    name, _sep, read = (request.form.get(TAKE) or request.form.get(LEAVE) or "").partition(" ")
    if name not in DRAFTED or read != mark(now[name]):
        return dict(kept)
    if TAKE in request.form:
        form[name].data = merged(form[name].data, kept.get(name, ""), now[name]) or None
    return {**kept, name: now[name]}


def _written(audit: Audit, form: ReportForm, drafted: Draft, person: Person) -> Any:
    parts = {name: form[name].data for name in PARTS}
    apart = {
        one: Conclusions(form[f"conformity_{one}"].data, form[f"effectiveness_{one}"].data)
        for one in audit.edition_ids
        if f"conformity_{one}" in form
    }
    report = operations.write_report(
        audit, parts, apart=apart, drafted=drafted, by=person, version=form.version.data
    )
    took = request.form.get(TAKE, "").partition(" ")[0]
    flash(_("Saved with the new draft. Read it and mend it.") if took else _("Saved."), "success")
    if request.form.get("then") == "read":
        return done("audits.report", uid=audit.uid, number=report.issue)
    name = took or request.form.get(LEAVE, "").partition(" ")[0]
    return done("audits.write_report", uid=audit.uid, _anchor=name if name in DRAFTED else None)


def _issue(uid: str, number: int) -> AuditReport:
    """An issue of an audit's report that the person may read."""
    person = me()
    found = report_by_issue(audit_by_uid(person, uid_or_404(uid)), number)
    if not may_read_report(person, found):
        raise Missing(_("There is no such report, or it is not for you."))
    return found


def _told(report: AuditReport) -> dict[str, Any]:
    """What was recorded: as kept from signing on, of a draft as it is now."""
    if report.gathered is not None:
        return report.gathered
    load_lines(report.audit)
    return gather(report.audit)


@bp.get("/audits/<uid>/report")
def last_report(uid: str) -> Any:
    """To the last issue that the person may read."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    found = [one for one in audit.reports if may_read_report(person, one)]
    if not found:
        raise Missing(_("There is no such report, or it is not for you."))
    return redirect(url_for("audits.report", uid=uid, number=found[-1].issue), 303)


@bp.get("/audits/<uid>/report/<int:number>")
def report(uid: str, number: int) -> Any:
    """An issue of the report, and who signs it."""
    person, found = me(), _issue(uid, number)
    audit, told = found.audit, _told(found)
    is_over = found.state is ReportState.SIGNED or found.is_given_up
    moves = [] if is_over else REPORT.open_to(person, found)
    signs = found.state is ReportState.SIGNING and may_sign(person, found)
    writes = may_edit_report(person, found)
    return render_template(
        "audits/report.html",
        audit=audit,
        report=found,
        badges=[(found.standing, showing.report_tone(found))],
        told=told,
        facts=[*walk_facts(told), *plan_facts(told)],
        parts=showing.report_parts(found),
        findings=[
            (one["number"], Grade(one["grade"]), one["deviation"], finding_facts(told, one))
            for one in told["findings"]
        ],
        samples=sample_rows(told),
        results=showing.results_shown(told["results"], own_titles(audit.district_id)),
        excluded=showing.excluded_shown(told.get("excluded", ()), own_titles(audit.district_id)),
        meetings=showing.meetings_told(told),
        stances=showing.stances_told(told),
        team=[
            (
                one["name"],
                overruled_text(one.get("overruled"), one["overruled_by"], one["overrule_reason"])
                if one["overrule_reason"]
                else "",
            )
            for one in told["team"]
        ],
        signatures=showing.signatures_of(found),
        may_sign=signs,
        others=_others(person, found) if signs else [],
        moves=move_buttons(moves, "audits.report_move", uid=uid, number=number),
        links=_links(audit, found, person),
        stale=_stale(person, found, told),
        lacks_closing=(signs or writes) and not showing.tells_closing(told),
        record_url=url_for("audits.meeting", uid=uid, which=Meeting.CLOSING.value)
        if writes and audit.state is AuditState.UNDER_WAY
        else None,
        is_last=audit.report is not None and audit.report.issue == number,
    )


def _stale(person: Person, found: AuditReport, told: dict[str, Any]) -> str:
    """The parts of a draft that would be drafted otherwise by now, told to who may mend them."""
    if not found.drafted or not may_edit_report(person, found):
        return ""
    now = drafted_now(found.audit, person, told, found.drafted)
    names = stale_parts(lambda name: getattr(found, name), found.drafted, now)
    return ", ".join(str(PART_LABELS[name]) for name in names)


def _others(person: Person, found: AuditReport) -> list[str]:
    """Who else could sign where the person would sign for the unit twice."""
    place = next(one for one in found.due_signatures if signs_as(person, one, found.audit))
    return others_to_acknowledge(found, person) if speaks_twice(person, place, found) else []


def _links(audit: Audit, found: AuditReport, person: Person) -> list[tuple[str, str, str]]:
    links = []
    if may_edit_report(person, found):
        links.append((_("Edit"), url_for("audits.write_report", uid=audit.uid), "edit"))
    about: dict[str, Any] = {"uid": audit.uid, "number": found.issue}
    links.append((_("Word"), url_for("audits.report_file", **about), "download"))
    links.append((_("Excel"), url_for("audits.report_workbook", **about), "download"))
    if len(audit.edition_ids) > 1:
        for edition in map(edition_by_id, audit.edition_ids):
            about["standard"], code = edition.key, edition.code
            url = url_for("audits.report_file_under", **about)
            links.append((_("Word: %(standard)s", standard=code), url, "download"))
            url = url_for("audits.report_workbook_under", **about)
            links.append((_("Excel: %(standard)s", standard=code), url, "download"))
    if _may_correct(person, audit, found):
        url = url_for("audits.correct_report", uid=audit.uid)
        links.append((_("Correct by a new issue"), url, "edit"))
    return links


def _may_correct(person: Person, audit: Audit, found: AuditReport) -> bool:
    return (
        found.state is ReportState.SIGNED
        and audit.report is not None
        and audit.report.id == found.id
        and audit.state in (AuditState.UNDER_WAY, AuditState.REPORTED)
        and may_write_report(person, audit)
    )


@bp.get("/audits/<uid>/report/<int:number>/file.docx")
def report_file(uid: str, number: int) -> Response:
    """An issue of the report as a Word file."""
    return _file(_issue(uid, number))


@bp.get("/audits/<uid>/report/<int:number>/<standard>.docx")
def report_file_under(uid: str, number: int, standard: str) -> Response:
    """The report to one of the standards that the walk covered, as a Word file."""
    return _file(_issue(uid, number), standard)


@bp.get("/audits/<uid>/report/<int:number>/file.xlsx")
def report_workbook(uid: str, number: int) -> Response:
    """An issue of the report as a workbook."""
    return _workbook(_issue(uid, number))


@bp.get("/audits/<uid>/report/<int:number>/<standard>.xlsx")
def report_workbook_under(uid: str, number: int, standard: str) -> Response:
    """The report to one of the standards that the walk covered, as a workbook."""
    return _workbook(_issue(uid, number), standard)


def _file(found: AuditReport, standard: str | None = None) -> Response:
    told, edition_id = _told_to(found, standard)
    about = [told["number"]]
    if found.state is not ReportState.SIGNED:
        about.append(str(found.standing))
    target = BytesIO()
    write_docx(
        report_blocks(found, told, own_titles(found.district_id), edition_id),
        target,
        properties=_properties(found, told),
        header=(told["district"], " · ".join(about)),
        footer=f"{_('Audit report')} · {told['number']} · {_('Issue %(n)s', n=found.issue)}",
        language="en" if language() == "en" else "id",
    )
    return sent(target, _name(found, standard, "docx"), DOCX)


def _workbook(found: AuditReport, standard: str | None = None) -> Response:
    told, edition_id = _told_to(found, standard)
    target = BytesIO()
    write_xlsx(
        report_sheets(found, told, own_titles(found.district_id), edition_id),
        target,
        properties=_properties(found, told),
        language="en" if language() == "en" else "id",
    )
    return sent(target, _name(found, standard, "xlsx"), XLSX)


def _told_to(found: AuditReport, standard: str | None) -> tuple[dict[str, Any], int | None]:
    """What a report tells, of one standard that the audit covers or of all, and its edition."""
    if standard is None:
        return _told(found), None
    editions = map(edition_by_id, found.audit.edition_ids)
    edition = next((one for one in editions if one.key == standard), None)
    if edition is None:
        raise Missing(_("The audit does not cover this standard."))
    return told_under(_told(found), standard), edition.id


def _name(found: AuditReport, standard: str | None, ending: str) -> str:
    parts = [found.audit.number, _("Report"), *([standard] if standard else []), str(found.issue)]
    return f"{'-'.join(parts)}.{ending}"


def _properties(found: AuditReport, told: dict[str, Any]) -> Properties:
    signed = [one.signed_at for one in found.signatures if one.signed_at is not None]
    return Properties(
        title=f"{told['number']} {told['title']}",
        created=max(signed, default=clock.now()),
        company=told["district"],
    )


@bp.post("/audits/<uid>/report/<int:number>/sign")
def sign_report(uid: str, number: int) -> Any:
    """Give the signature whose turn it is."""
    person, found = me(), _issue(uid, number)
    operations.sign_report(
        found,
        note=request.form.get("note", "")[:2000],
        version=request.form.get("version", type=int),
        by=person,
    )
    flash(_("Signed."), "success")
    return done("audits.report", uid=uid, number=number)


@bp.post("/audits/<uid>/report/<int:number>/moves/<move>")
def report_move(uid: str, number: int, move: str) -> Any:
    """One move of the report's workflow."""
    person, found = me(), _issue(uid, number)
    about: dict[str, Any] = {"by": person, "version": request.form.get("version", type=int)}
    match move:
        case "submit":
            operations.submit_report(found, **about)
        case "send_back":
            operations.send_back_report(found, reason=request.form.get("reason", ""), **about)
        case _:
            abort(404)
    flash(_("The report is now: %(state)s.", state=found.state.label), "success")
    return done("audits.report", uid=uid, number=number)


@bp.route("/audits/<uid>/report/correct", methods=["GET", "POST"])
def correct_report(uid: str) -> Any:
    """Begin a new issue of a signed report, with the reason."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_write_report, person, audit)
    form = CorrectForm()
    if form.validate_on_submit():
        try:
            operations.correct_report(audit, reason=form.reason.data or "", by=person)
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The new issue begins with what the last one said."), "success")
            return done("audits.write_report", uid=uid)
    page = render_template("audits/correct_report.html", form=form, audit=audit)
    return page, 422 if form.errors else 200
