"""Pages of the overview: my work, a unit's condition, the journal, settings."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request, url_for

from qms.core.dates import long_day, long_moment, number
from qms.core.db import db, version_of
from qms.core.errors import Invalid, Missing
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.jobs import Job, JobState
from qms.core.journal.models import INSTALLATION
from qms.core.permissions import require
from qms.core.registers import page_links
from qms.core.routing import chosen_unit, done, me, uid_or_404
from qms.core.uids import read_uid
from qms.documents.queries import pattern_units
from qms.findings.permissions import may_set_rules
from qms.overview import finding_page, jobs, telling  # noqa: F401  (a page of its own)
from qms.overview.condition import condition_of
from qms.overview.forms import DaySettingForm, SettingForm
from qms.overview.pages import work_of
from qms.overview.permissions import may_read_chain, may_read_journal, may_see_settings
from qms.overview.queries import entries as journal_entries
from qms.overview.queries.settings import (
    figure_named,
    settings_of,
    shipped_source,
)
from qms.people.models import Person
from qms.people.permissions import may_administer_district, may_operate
from qms.people.queries import MOST_SHOWN, person_by_uid, units_lacking
from qms.people.roles import ALL, LOOKS_AFTER_INTEGRITY
from qms.standards.permissions import may_change_figures
from qms.standards.settings import Figure, change_figure, rows_of

bp = Blueprint("overview", __name__)


@bp.get("/")
def my_work() -> Any:
    """Everybody's home: what is due, overdue or waiting, each with its button."""
    return render_template("overview/my_work.html", **work_of(me(), chosen_unit()))


@bp.get("/overview/units/<uid>")
def unit(uid: str) -> Any:
    """A unit's condition: scope, certificates, findings, actions, documents, packs."""
    person = me()
    node = person.rights.tree.by_uid(uid_or_404(uid))
    if node is None or node.id not in person.rights.units(ALL):
        raise Missing(_l("There is no such unit, or it is not for you."))
    return render_template("overview/unit.html", node=node, **condition_of(person, node))


# The journal ---------------------------------------------------------------------------------


@bp.get("/journal")
def journal() -> Any:
    """The whole journal of the district, or of the installation, newest first."""
    person = me()
    chain = _chain(person)
    kinds = [kind for kind in request.args.getlist("kind") if kind in telling.BY_KIND]
    by = _person_asked_for(person)
    page = journal_entries.entries(
        person,
        chain,
        kinds=kinds,
        by_uid=by.uid if by else None,
        cursor=request.args.get("cursor"),
    )
    previous_url, next_url = page_links(page, "overview.journal")
    timezone = person.district.timezone
    return render_template(
        "overview/journal.html",
        lines=[telling.line(entry, timezone) for entry in page.rows],
        url=url_for("overview.journal", chain=chain if chain == INSTALLATION else None),
        hidden=_kept(chain, by),
        filter_list=[
            (
                "kind",
                _("Kind of record"),
                [(one.kind, str(one.label), None, one.kind in kinds) for one in telling.KINDS],
            )
        ],
        of_person=by.name if by else None,
        chains=_chains(person, chain),
        previous_url=previous_url,
        next_url=next_url,
        shown_text=ngettext("%(num)s entry shown", "%(num)s entries shown", len(page.rows)),
        verify_url=url_for("overview.verify", chain=chain),
        **_seal(person, chain),
    )


def _chain(person: Person) -> int:
    """The chain asked for: the district's, or the installation's for who may read it."""
    chain = INSTALLATION if request.args.get("chain") == "0" else person.district_id
    require(may_read_chain, person, chain)
    return chain


def _person_asked_for(person: Person) -> Person | None:
    uid = read_uid(request.args.get("person", ""))
    return person_by_uid(uid, person.district_id) if uid else None


def _kept(chain: int, by: Person | None) -> list[tuple[str, str]]:
    """What the filter form keeps of the address."""
    kept = [("chain", "0")] if chain == INSTALLATION else []
    return [*kept, ("person", str(by.uid))] if by else kept


def _chains(person: Person, chain: int) -> list[tuple[str, str, bool, None]]:
    found = []
    if may_read_journal(person):
        found.append(
            (person.district.name, url_for("overview.journal"), chain != INSTALLATION, None)
        )
    if may_operate(person):
        url = url_for("overview.journal", chain=0)
        found.append((_("Installation"), url, chain == INSTALLATION, None))
    return found


def _seal(person: Person, chain: int) -> dict[str, Any]:
    """How far the chain is vouched for, as facts, and the verification that runs now."""
    seal, timezone = journal_entries.seal_of(chain), person.district.timezone
    verified, job = _("Not verified on this page yet"), seal.job
    if job is not None and job.state is JobState.DONE and job.result is not None:
        verified = _verdict(job.result) + " · " + long_moment(job.ended_at, timezone)
    elif job is not None and job.state is JobState.FAILED:
        verified = job.error or ""
    running = None
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        running = {
            "url": url_for("overview.verification", uid=job.uid),
            "percent": job.percent,
            "step": job.step or str(job.state.label),
        }
    checkpoint = (
        _(
            "%(when)s, up to entry %(sequence)s",
            when=long_moment(seal.checkpoint_at, timezone),
            sequence=number(seal.checkpoint_sequence or 0),
        )
        if seal.checkpoint_at
        else _("None yet: the worker signs one every day")
    )
    facts = [
        (_("Entries"), number(seal.entries)),
        (_("Last signed checkpoint"), checkpoint),
        (_("Last verification"), verified),
    ]
    return {"seal_facts": facts, "running": running}


def _verdict(result: dict[str, Any]) -> str:
    if result["why"] is None:
        return _("Whole: %(entries)s entries", entries=number(result["entries"]))
    return _(
        "BROKEN at entry %(sequence)s. Tell the operator at once.",
        sequence=number(result["broken_at"]),
    )


@bp.post("/journal/verify")
def verify() -> Any:
    """Have a chain verified in the background."""
    person = me()
    chain = _chain(person)
    jobs.ask_to_verify(chain, by=person)
    flash(_("The journal is being verified. The result appears on this page."), "success")
    return done("overview.journal", chain=chain if chain == INSTALLATION else None)


@bp.get("/journal/verifications/<uid>")
def verification(uid: str) -> Any:
    """How far a verification is, for the progress bar."""
    person = me()
    job = db.session.query(Job).filter_by(uid=uid_or_404(uid)).one_or_none()
    if (
        job is None
        or job.kind != journal_entries.VERIFY
        or not may_read_chain(person, job.params["chain"])
    ):
        raise Missing(_l("There is nothing at this address."))
    url = url_for("overview.journal", chain=0 if job.params["chain"] == INSTALLATION else None)
    return jsonify(
        percent=job.percent,
        state=job.state.value,
        text=job.error or (_verdict(job.result) if job.result else job.step),
        download=url if job.state is JobState.DONE else None,
    )


# Settings ------------------------------------------------------------------------------------


@bp.get("/settings")
def settings() -> Any:
    """The figures that come from rules, each with its source and how sure we are of it."""
    person = me()
    require(may_see_settings, person)
    today = person.district.today
    rows = [
        {
            "label": str(one.figure.label),
            "value": _shown(one.held.value),
            "source": one.source,
            "badge": _confidence(one.held.is_own, one.held.verified),
            "edit_url": url_for("overview.edit_setting", key=one.figure.key),
            "own": [
                (long_day(row.from_on), _shown(_read(one.figure, row.value)), row.source)
                for row in one.own
            ],
        }
        for one in settings_of(person, today)
    ]
    return render_template(
        "overview/settings.html",
        rows=rows,
        may_change=may_change_figures(person),
        links=_links(person),
        unwatched=_without_integrity(person),
    )


def _without_integrity(person: Person) -> list[tuple[str, str]]:
    """(name, address) of the units in which nobody looks after integrity, the uppermost of them:
    who is appointed there counts below, too."""
    tree = person.rights.tree
    open_units = [node for node in tree if node.is_open and node.id in person.rights.units(ALL)]
    lacking = units_lacking(person.district, LOOKS_AFTER_INTEGRITY, open_units)
    ids = {node.id for node in lacking}
    tops = [node for node in lacking if node.parent_id not in ids][:MOST_SHOWN]
    return [(node.name, url_for("units.show", uid=node.uid)) for node in tops]


def _links(person: Person) -> list[tuple[str, str, str]]:
    """(label, what it is about, url) of what is set on pages of its own and this person may set."""
    rows = (
        (
            may_set_rules(person),
            _("What each grade of finding asks for"),
            _("Steps of the response, days to answer and to close"),
            "findings.rules",
        ),
        (True, _("Working days"), _("Holidays, joint leave, office hours"), "deadlines.index"),
        (
            may_change_figures(person),
            _("Reminders and escalation"),
            _("Days before and after, heads and secretariat, what is left out"),
            "reminders.rule",
        ),
        (
            may_administer_district(person),
            _("Mail"),
            _("The mail server, what waits, addresses that were refused"),
            "reminders.mail",
        ),
        (
            bool(pattern_units(person)),
            _("How documents are numbered"),
            _("A pattern for each unit and type"),
            "documents.patterns",
        ),
        (
            True,
            _("The district's own words for the standards"),
            _("Titles, requirement texts, questions, mandatory documents"),
            "standards.index",
        ),
        (
            True,
            _("Language and appearance"),
            _("Everybody chooses their own, above on every page"),
            "people.account",
        ),
    )
    return [(label, about, url_for(where)) for may, label, about, where in rows if may]


def _shown(value: int | date) -> str:
    return long_day(value) if isinstance(value, date) else number(value)


def _read(figure: Figure, text: str) -> int | date:
    return date.fromisoformat(text) if isinstance(figure.default, date) else int(text)


def _confidence(is_own: bool, verified: bool) -> tuple[str, str]:
    if is_own:
        return _("Set here"), "info"
    return (_("Published"), "good") if verified else (_("To be confirmed"), "warn")


@bp.route("/settings/<key>", methods=["GET", "POST"])
def edit_setting(key: str) -> Any:
    """Give a figure a value of the district's own, from a day on."""
    person, figure = me(), figure_named(key)
    require(may_change_figures, person)
    today = person.district.today
    form_class = DaySettingForm if isinstance(figure.default, date) else SettingForm
    shown = next(one for one in settings_of(person, today) if one.figure.key == key)
    seen = version_of(rows_of(person.district_id, key))
    form = form_class(data={"value": shown.held.value, "from_on": today, "version": seen})
    if form.validate_on_submit():
        try:
            change_figure(
                figure,
                form.value.data,
                from_on=form.from_on.data,
                source=form.source.data,
                by=person,
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("The setting is changed."), "success")
            return done("overview.settings")
    page = render_template(
        "overview/edit_setting.html",
        form=form,
        label=str(figure.label),
        default=_shown(figure.default),
        source=shipped_source(figure),
        badge=_confidence(False, figure.verified),
    )
    return page, 422 if form.errors else 200
