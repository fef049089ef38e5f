"""Pages of the packs area: asking for a pack, following it, taking a copy."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, send_file, url_for

from qms.core import clock, dates
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.jobs import Job, JobState
from qms.core.permissions import require
from qms.core.registers import page_links
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.core.timeline import timeline
from qms.packs import operations, place
from qms.packs.about import number_of
from qms.packs.forms import PackForm
from qms.packs.history import SENTENCES
from qms.packs.models import Chapter, Pack
from qms.packs.permissions import may_include_restricted, may_make_pack, may_make_packs
from qms.packs.queries import job_of, pack_by_uid, packs_of, what_about
from qms.people.models import Person
from qms.people.roles import EXPORTS
from qms.standards.queries import edition_by_id, editions_for, editions_in_use

bp = Blueprint("packs", __name__)


@bp.get("/packs")
def index() -> Any:
    """The form that asks for a pack, and one's own packs."""
    person = me()
    require(lambda by: may_make_packs(by) or bool(packs_of(by).rows), person)
    return _index(_form(person))


def _index(form: PackForm, status: int = 200) -> Any:
    person = me()
    page = packs_of(person, request.args.get("cursor"))
    units, editions = what_about(person, [row.id for row in page.rows])
    previous, following = page_links(page, "packs.index")
    rows = [
        {
            "url": url_for("packs.show", uid=row.uid),
            "number": number_of(row.uid),
            "units": _unit_names(person, units.get(row.id, [])),
            "standards": ", ".join(edition_by_id(one).code for one in editions.get(row.id, [])),
            "period": _period(row.from_on, row.to_on),
            "asked": dates.long_moment(row.recorded_at, person.district.timezone),
            "state": _state(row.made_at is not None, row.job_state),
            "percent": None if row.made_at else row.percent,
            "size": dates.size(row.size) if row.size else "",
        }
        for row in page.rows
    ]
    html = render_template(
        "packs/index.html",
        form=form,
        rows=rows,
        may_ask=may_make_packs(person),
        previous_url=previous,
        next_url=following,
    )
    return html, status


def _form(person: Person) -> PackForm:
    """The form with its choices; the first time, with what people mostly want."""
    tree, held = person.rights.tree, person.rights.units(EXPORTS)
    nodes = [node for node in tree if node.id in held]
    unit = chosen_unit()
    chosen = unit if unit is not None and unit in held else None
    if chosen is None and nodes:
        chosen = min(nodes, key=lambda node: node.depth).id
    form = PackForm()
    form.units.choices = [(str(node.uid), f"{node.code} {node.name}") for node in nodes]
    form.editions.choices = [
        (edition.key, f"{edition.code} {edition.title()}")
        for edition in editions_for(person.district)
    ]
    if not may_include_restricted(person):
        del form.include_restricted
    if request.method == "GET":
        today = person.district.today
        form.units.data = [str(tree[chosen].uid)] if chosen else []
        used = editions_in_use(tree.subtree(chosen)) if chosen else ()
        form.editions.data = [edition.key for edition in used if edition.for_new_work]
        form.from_on.data, form.to_on.data = date(today.year, 1, 1), date(today.year, 12, 31)
        form.language.data = language()
    return form


@bp.post("/packs")
def ask() -> Any:
    """Ask for a pack; a job makes it."""
    person = me()
    require(may_make_packs, person)
    form = _form(person)
    if not form.validate_on_submit():
        return _index(form, 422)
    tree = person.rights.tree
    nodes = [tree.by_uid(uid_or_404(uid)) for uid in form.units.data]
    known_at = None
    if form.known_on.data is not None:
        ended = clock.days_after(form.known_on.data, 1)
        moment = clock.start_of(ended, person.district.timezone)
        known_at = moment if moment <= clock.now() else None
    try:
        pack = operations.ask_for_pack(
            [node.id for node in nodes if node is not None],
            [one.id for one in editions_for(person.district) if one.key in form.editions.data],
            from_on=form.from_on.data,
            to_on=form.to_on.data,
            as_of=form.as_of.data,
            known_at=known_at,
            language=form.language.data,
            include_restricted=bool(form.include_restricted and form.include_restricted.data),
            by=person,
            chapters=[Chapter(one) for one in form.chapters.data],
            uid=form.new_uid,
        )
    except Invalid as problem:
        told_by(problem, form)
        return _index(form, 422)
    flash(_("Your pack is being made. You can go on working meanwhile."), "success")
    return done("packs.show", uid=pack.uid)


@bp.get("/packs/<uid>")
def show(uid: str) -> Any:
    """One pack: how far it is, then where to take a copy and how to check it."""
    person = me()
    pack = pack_by_uid(person, uid_or_404(uid))
    job, timezone = job_of(pack), person.district.timezone
    is_made = pack.made_at is not None
    return render_template(
        "packs/show.html",
        number=number_of(pack.uid),
        uid=pack.uid,
        state=_state(is_made, job.state if job else None),
        percent=100 if is_made else (job.percent if job else 0),
        text=_text(pack, job),
        is_made=is_made,
        is_under_way=not is_made and job is not None and job.state in UNDER_WAY,
        may_copy=is_made and all(may_make_pack(person, link.unit_id) for link in pack.units),
        size=dates.size(pack.size) if pack.size else "",
        facts_=[
            (_("Units"), _unit_names(person, [link.unit_id for link in pack.units])),
            (_("Standards"), ", ".join(_codes(pack))),
            (_("Period"), _period(pack.from_on, pack.to_on)),
            (_("As of"), dates.long_day(pack.as_of)),
            (_("As known at"), dates.long_moment(pack.known_at, timezone)),
            *_restricted(person, pack),
            *_chapters_left_out(pack),
            (_("Made at"), dates.long_moment(pack.made_at, timezone)),
        ],
        sha256=pack.sha256,
        public_key=place.signing_key().public_hex,
        file_name=file_name(person, pack),
        entries=timeline(pack, SENTENCES, {}, timezone),
    )


UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


@bp.get("/packs/<uid>/progress")
def progress(uid: str) -> Any:
    """How far the making is, for the page's script."""
    pack = pack_by_uid(me(), uid_or_404(uid))
    job, is_made = job_of(pack), pack.made_at is not None
    state = JobState.DONE if is_made or job is None else job.state
    return {
        "percent": 100 if is_made else (job.percent if job else 0),
        "state": state.value,
        "text": _text(pack, job),
        "download": url_for("packs.show", uid=pack.uid) if is_made else None,
    }


@bp.post("/packs/<uid>/copy")
def copy(uid: str) -> Response:
    """Take a copy. The journal notes it, so this is no GET."""
    person = me()
    pack = pack_by_uid(person, uid_or_404(uid))
    path = operations.take_copy(pack, by=person)
    name = file_name(person, pack)
    db.session.commit()
    response = send_file(
        path, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def file_name(person: Person, pack: Pack) -> str:
    """Paket-bukti-INSP-2026-01-01-2026-12-31-PB-1A2B3C4D.zip."""
    tree = person.rights.tree
    codes = sorted(tree[link.unit_id].code for link in pack.units if tree.get(link.unit_id))
    plain = "-".join("".join(sign for sign in code if sign.isalnum()) for code in codes)[:60]
    kind = _("Evidence-pack")
    return f"{kind}-{plain}-{pack.from_on}-{pack.to_on}-{number_of(pack.uid)}.zip"


def _unit_names(person: Person, unit_ids: list[int]) -> str:
    tree = person.rights.tree
    return "; ".join(tree[one].name for one in unit_ids if tree.get(one))


def _restricted(person: Person, pack: Pack) -> list[tuple[str, str]]:
    """Whether restricted records are included, for who knows that there may be any."""
    if pack.includes_restricted:
        return [(_("Restricted records"), _("included"))]
    if may_include_restricted(person):
        return [(_("Restricted records"), _("left out"))]
    return []


def _chapters_left_out(pack: Pack) -> list[tuple[str, str]]:
    missing = [str(one.label) for one in Chapter if one not in pack.chosen_chapters]
    return [(_("Chapters left out"), ", ".join(missing))] if missing else []


def _codes(pack: Pack) -> list[str]:
    return [edition_by_id(one).code for one in sorted(link.edition_id for link in pack.editions)]


def _period(start: date, end: date) -> str:
    return f"{dates.short_day(start)} – {dates.short_day(end)}"


def _state(is_made: bool, state: JobState | None) -> tuple[str, str]:
    """Label and tone."""
    if is_made:
        return _("Ready"), "good"
    if state is None:
        return _("Interrupted"), "bad"
    tones = {JobState.FAILED: "bad", JobState.RUNNING: "info"}
    return str(state.label), tones.get(state, "neutral")


def _text(pack: Pack, job: Job | None) -> str:
    """What is being done now, or what went wrong."""
    if pack.made_at is not None:
        return _("The pack is ready.")
    if job is None:
        return _("Making it was interrupted. Ask for it again.")
    if job.state is JobState.FAILED:
        return job.error or ""
    return job.step or _("It waits for its turn.")
