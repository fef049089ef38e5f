"""The register of findings, and raising one."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for

from qms.core.db import AccessClass
from qms.core.errors import Invalid
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.periods import Days, read_days
from qms.core.permissions import require
from qms.core.registers import Filter, choice_filter, chosen, page_links
from qms.core.routing import address, chosen_unit, done, me, uid_or_404
from qms.core.uids import read_uid
from qms.evidence.queries import pieces_by_uid
from qms.evidence.uploads import received
from qms.findings import operations, showing
from qms.findings.about import KINDS
from qms.findings.forms import NewFindingForm
from qms.findings.models import Branch, FindingState, Grade, Source
from qms.findings.narrowing import Behind, Timely, read_took
from qms.findings.permissions import may_raise_somewhere, may_set_rules
from qms.findings.queries import ANYTHING, finding_page
from qms.findings.routes.blueprint import bp
from qms.findings.rules import rules_on
from qms.people.models import Person
from qms.people.roles import NEED_TO_KNOW, RAISES
from qms.standards.queries import (
    ClauseRow,
    clause_by_id,
    clause_choices,
    editions_in_use,
    own_titles,
)
from qms.units.tree import Node

OPEN_OR_LATE = {"open", "unanswered", "overdue", "unproven"}


@bp.get("/findings")
def index() -> Any:
    """The register of findings, newest first."""
    person, asked = me(), asked_for()
    page = finding_page(person, chosen_unit(), **asked.narrowed, cursor=request.args.get("cursor"))
    shown = (
        ("open", _("Open")),
        ("unanswered", _("Answer overdue")),
        ("overdue", _("Closing overdue")),
        ("unproven", _("Effect to be checked")),
    )
    filters = [
        ("show", _("Show"), [(key, label, None, key in asked.show) for key, label in shown]),
        choice_filter("state", _("State"), FindingState, asked.states),
        choice_filter("grade", _("Grade"), Grade, asked.grades),
        choice_filter("source", _("Source"), Source, asked.sources),
    ]
    if clause := asked.clause:
        label = f"{clause.edition_code} – {clause.number}"
        filters.append(("clause", _("Clause"), [(str(clause.id), label, None, True)]))
    filters += _behind_filters(asked)
    return render_template(
        "findings/index.html",
        rows=showing.rows_of(page.rows, person),
        filters=filters,
        q=asked.q,
        links=page_links(page, "findings.index"),
        is_narrowed=asked.is_narrowed,
        may_raise=may_raise_somewhere(person),
        actions=_actions(person),
        papers=_papers() if page.rows else [],
    )


@dataclass(frozen=True)
class AskedFor:
    """What the address narrows the register to."""

    q: str
    states: list[FindingState]
    grades: list[Grade]
    sources: list[Source]
    show: set[str]
    clause: ClauseRow | None
    behind: Behind
    unit: Node | None
    alone: bool

    @property
    def is_narrowed(self) -> bool:
        given = (self.q, self.states, self.grades, self.sources, self.show, self.clause, self.unit)
        return any(given) or self.behind != ANYTHING

    @property
    def narrowed(self) -> dict[str, Any]:
        """The same as `finding_page` takes it."""
        return {
            "q": self.q,
            "states": self.states,
            "grades": self.grades,
            "sources": self.sources,
            "is_open": "open" in self.show,
            "overdue": "overdue" in self.show,
            "unanswered": "unanswered" in self.show,
            "unproven": "unproven" in self.show,
            "clause_ids": [self.clause.id] if self.clause else [],
            "behind": self.behind,
            "within": (self.unit.id, self.alone) if self.unit else None,
        }


def asked_for() -> AskedFor:
    """What this request narrows the register to."""
    args = request.args
    clause_id = args.get("clause", type=int)
    return AskedFor(
        q=request.args.get("q", "")[:200],
        states=chosen("state", FindingState),
        grades=chosen("grade", Grade),
        sources=chosen("source", Source),
        show=set(request.args.getlist("show")) & OPEN_OR_LATE,
        clause=clause_by_id(clause_id) if clause_id else None,
        behind=_behind(args),
        unit=me().rights.tree.by_uid(read_uid(args.get("unit", ""))),
        alone="alone" in args,
    )


def _behind(args: Any) -> Behind:
    """What a figure of looking back leads to; what is no such thing narrows nothing."""
    timely, branch = chosen("timely", Timely), chosen("branch", Branch)
    since = read_days(args.get("again"))
    return Behind(
        found=read_days(args.get("found")),
        due=read_days(args.get("due")),
        closed=read_days(args.get("closed")),
        took=read_took(args.get("took")),
        timely=timely[0] if timely else None,
        today=me().district.today if timely else None,
        branch=branch[0] if branch else None,
        place=args.get("place", "")[:300] or None,
        again=since.first if since else None,
    )


def _behind_filters(asked: AskedFor) -> list[Filter]:
    """A chip for each of these that the address names, so that it can be taken away."""
    behind, unit = asked.behind, asked.unit
    took = (behind.took.least, behind.took.most) if behind.took else None
    shown: list[tuple[str, str, Any, Any]] = [
        ("found", _("Found"), behind.found, behind.found and behind.found.label),
        ("due", _("Due"), behind.due, behind.due and behind.due.label),
        ("closed", _("Closed"), behind.closed, behind.closed and behind.closed.label),
        ("took", _("Days to close"), behind.took, took and days_text(*took)),
        ("timely", _("On time"), behind.timely, behind.timely and behind.timely.label),
        ("branch", _("Cause"), behind.branch, behind.branch and behind.branch.label),
        ("place", _("Place or process"), behind.place, behind.place),
        ("again", _("Repeated"), behind.again and Days(behind.again), _("Found before")),
        ("unit", _("Unit"), unit and unit.uid, unit and unit.label),
        ("alone", _("Units under it"), unit and asked.alone and 1, _("Left out")),
    ]
    return [
        (name, label, [(str(value), str(text), None, True)])
        for name, label, value, text in shown
        if value
    ]


def days_text(least: int, most: int | None) -> str:
    """31–60 days, more than 180 days."""
    if most is None:
        return _("more than %(n)s days", n=least - 1)
    return _("%(least)s–%(most)s days", least=least, most=most)


def _papers() -> list[tuple[str, str]]:
    """What is shown, on paper and as a workbook: with the register's own query."""
    query = f"?{asked}" if (asked := request.query_string.decode("ascii", "replace")) else ""
    return [
        (_("These forms in Word"), address("findings.forms") + query),
        (_("The log in Excel"), address("findings.log") + query),
    ]


def _actions(person: Person) -> list[tuple[str, str, str]]:
    found = []
    if may_raise_somewhere(person):
        found.append((_("New finding"), url_for("findings.new"), "plus"))
    if may_set_rules(person):
        found.append((_("Due dates by grade"), url_for("findings.rules"), "settings"))
    return found


@bp.route("/findings/new", methods=["GET", "POST"])
def new() -> Any:
    """Raise a finding, in under a minute. The address can carry what is known already: unit,
    source, place, clauses, a note, the access class, a piece of evidence."""
    person, form = me(), NewFindingForm()
    require(may_raise_somewhere, person)
    held = person.rights.units(RAISES)
    nodes = [node for node in person.rights.tree if node.is_open and node.id in held]
    form.unit.offer_units(nodes)
    offer_clauses(form, person, [node.id for node in nodes])
    if not person.rights.hold_anywhere(NEED_TO_KNOW):
        del form.access
    if request.method == "GET":
        _fill_in(form, person)
    beside = pieces_by_uid(person, [uid_or_404(form.evidence.data)] if form.evidence.data else [])
    if form.validate_on_submit():
        try:
            finding = operations.raise_finding(
                form.unit.unit_id,
                uid=form.new_uid,
                found_on=form.found_on.data,
                grade=form.grade.data,
                files=received(form.files),
                evidence=beside,
                about=about_of(form.about.data),
                by=person,
                **statement_of(form),
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(_("%(number)s is saved.", number=finding.number), "success")
            if request.form.get("then") == "another":
                kept = {"unit": form.unit.data, "source": finding.source.value}
                kept |= {"found_on": finding.found_on.isoformat(), "place": finding.place}
                return done("findings.new", **kept)
            return done("findings.show", uid=finding.uid)
    page = render_template(
        "findings/new.html",
        form=form,
        beside=beside,
        hints=showing.grade_hints(rules_on(person.district_id, person.district.today)),
        tones={grade.value: grade.tone for grade in Grade},
    )
    return page, 422 if form.errors else 200


def about_of(told: str | None) -> tuple[str, UUID] | None:
    """The record from whose page a finding is raised; None where the address names none. Whoever
    names one that they do not see learns nothing: each page shows the other to who sees both."""
    kind, _colon, uid = (told or "").partition(":")
    found = read_uid(uid)
    return (kind, found) if kind in KINDS and found else None


def offer_clauses(
    form: Any, person: Person, unit_ids: list[int], keep: list[int] | None = None
) -> None:
    form.clause_ids.choices = clause_choices(
        [one.key for one in editions_in_use(unit_ids)],
        own=own_titles(person.district_id),
        keep=keep or [],
    )


def _fill_in(form: NewFindingForm, person: Person) -> None:
    """What can be known before anything is typed."""
    asked = request.args
    form.found_on.data = person.district.today
    with suppress(KeyError, ValueError):
        form.found_on.data = date.fromisoformat(asked["found_on"])
    if node := person.rights.tree.get(chosen_unit()):
        form.unit.data = str(node.uid)
    form.unit.data = asked.get("unit") or form.unit.data
    form.source.data = asked.get("source") or form.source.data
    form.place.data = asked.get("place")
    form.source_note.data = asked.get("note")
    if "access" in form:
        form.access.data = asked.get("access") or form.access.data
    form.evidence.data = asked.get("evidence")
    form.about.data = asked.get("about")
    form.seen.data = asked.get("seen")
    form.clause_ids.data = asked.getlist("clause", type=int)


def statement_of(form: Any) -> dict[str, Any]:
    names = ("source", "source_note", "place", "requirement", "seen", "deviation")
    said = {name: form[name].data for name in names}
    said["clause_ids"] = form.clause_ids.data
    if "access" in form:
        said["access"] = AccessClass(form.access.data)
    return said
