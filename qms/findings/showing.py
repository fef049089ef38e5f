"""A finding as its pages show it: register rows, steps, rounds, facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from flask import url_for
from markupsafe import escape

from qms.actions.models import Action
from qms.actions.showing import STATE_TONES as ACTION_TONES
from qms.actions.showing import action_due, buttons_of, due_shown, finish_url
from qms.core import dates
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.money import rupiah
from qms.core.registers import MoveButton, escaped
from qms.core.routing import urls_of
from qms.evidence.showing import expiry, shown_file
from qms.findings.beside import Beside, Side
from qms.findings.causes import CauseNode, tree_of
from qms.findings.changes import CHANGED, UNNEEDED, WAITS
from qms.findings.models import (
    UNANSWERED_STATES,
    CheckResult,
    Finding,
    FindingState,
    FindingStep,
    Grade,
    StepKind,
    StepResult,
)
from qms.findings.queries import Piece
from qms.findings.rules import Rule, rule_of
from qms.people.models import Person
from qms.people.rights import sight_of

STATE_TONES = {
    FindingState.RAISED: "info",
    FindingState.DISPUTED: "warn",
    FindingState.SUBMITTED: "warn",
    FindingState.ANSWERED: "info",
    FindingState.VERIFIED: "warn",
    FindingState.CLOSED: "good",
    FindingState.CANCELLED: "muted",
}
RESULT_TONES = {StepResult.ACCEPTED: "good", StepResult.REJECTED: "bad"}


class Row(NamedTuple):
    """A row of the register, ready to be shown."""

    number: str
    title: str
    url: str
    sub: str
    grade: str
    grade_tone: str
    found_on: str
    due: str
    due_tone: str
    state: str
    tone: str
    is_restricted: bool


def rows_of(rows: Iterable[Any], person: Person) -> list[Row]:
    """The rows of a page of the register, safe for HTML. What they share is worked out once."""
    tree, today, url = person.rights.tree, person.district.today, urls_of("findings.show")
    grades, states = _looks(language())
    rows = list(rows)
    units = {one: str(escape(tree[one].label)) for one in {row[4] for row in rows}}
    said = iter(escaped([text for row in rows for text in row[:3]]))
    found = []
    for row in rows:
        uid, unit_id, grade, state, found_on, due_on, is_open, access = row[3:11]
        number, title, place = next(said), next(said), next(said)
        found.append(
            Row(
                number,
                title,
                url(uid),
                f"{units[unit_id]} · {place}" if place else units[unit_id],
                *grades[grade],
                dates.short_day(found_on),
                *due_shown(due_on, today, waits=is_open),
                *states[state],
                access is AccessClass.RESTRICTED,
            )
        )
    return found


@lru_cache(maxsize=8)
def _looks(
    _language: str,
) -> tuple[dict[Grade, tuple[str, str]], dict[FindingState, tuple[str, str]]]:
    """Label and tone of each grade and of each state."""
    grades = {grade: (str(grade.label), grade.tone) for grade in Grade}
    return grades, {state: (str(state.label), STATE_TONES[state]) for state in FindingState}


def badges_of(finding: Finding) -> list[tuple[Any, str]]:
    """Grade, state and what is special."""
    found: list[tuple[Any, str]] = [
        (finding.grade.label, finding.grade.tone),
        (finding.state.label, STATE_TONES[finding.state]),
    ]
    if finding.round > 1:
        found.append((_("Round %(n)s", n=finding.round), "neutral"))
    if finding.access is AccessClass.RESTRICTED:
        found.append((_("Restricted"), "warn"))
    if finding.is_imported:
        found.append((_("Imported"), "muted"))
    return found


def steps_of(finding: Finding) -> list[tuple[Any, str]]:
    """Where the finding is on its way, as the stepper shows it."""
    rule, state = rule_of(finding), finding.state
    way = [FindingState.RAISED]
    if state is FindingState.DISPUTED:
        way.append(state)
    if state is FindingState.SUBMITTED or rule.needs(StepKind.APPROVAL):
        way.append(FindingState.SUBMITTED)
    if rule.needs_response or finding.actions:
        way.append(FindingState.ANSWERED)
    if rule.needs(StepKind.EFFECTIVENESS) or state is FindingState.VERIFIED:
        way.append(FindingState.VERIFIED)
    way.append(FindingState.CLOSED)
    if state is FindingState.CANCELLED:
        return [(FindingState.RAISED.label, "done"), (state.label, "failed")]
    at, closed = way.index(state) if state in way else 0, state is FindingState.CLOSED
    return [
        (one.label, "done" if n < at or closed else "current" if n == at else "upcoming")
        for n, one in enumerate(way)
    ]


def statement_of(finding: Finding) -> list[tuple[str, str]]:
    """(heading, text) of the statement's parts that were said."""
    good = finding.grade is Grade.STRENGTH
    parts = (
        (_("Requirement"), finding.requirement),
        (_("Evidence seen"), finding.seen),
        (_("What is good") if good else _("Deviation"), finding.deviation),
    )
    return [(heading, text) for heading, text in parts if text]


def pieces_of(pieces: list[Piece], today: date) -> list[dict[str, Any]]:
    """Evidence as the list of pieces shows it."""
    return [
        {
            "name": piece.name,
            "url": url_for("evidence.show", uid=piece.uid),
            "is_withdrawn": piece.is_withdrawn,
            "expiry": expiry(piece.valid_until, today),
            "files": [shown_file(piece.uid, *file) for file in piece.files],
        }
        for piece in pieces
    ]


@dataclass(frozen=True)
class ShownStep:
    """A step of a round: what was said, by whom, and how it came out."""

    label: str
    text: str | None
    who: str
    when: str
    result: str | None
    tone: str


@dataclass(frozen=True)
class ShownAction:
    """An action within a round, with what can be done about it."""

    action: Action
    url: str
    due: str
    due_tone: str
    tone: str
    pieces: list[dict[str, Any]]
    finish_url: str | None
    moves: list[MoveButton]
    cost: str
    also: list[tuple[str, str]]
    """The other findings that it serves: (number, address)."""


@dataclass(frozen=True)
class Round:
    """One round of the response."""

    number: int
    is_present: bool
    answer: list[ShownStep]
    causes: list[CauseNode]
    extent: tuple[str, str] | None
    """Whether it happened elsewhere, and what one looked at."""
    actions: list[ShownAction]
    checks: list[ShownStep]
    cost: str
    """What its actions cost together."""


ANSWER = (
    StepKind.ACCEPTANCE,
    StepKind.RULING,
    StepKind.CORRECTION,
    StepKind.CAUSE,
    StepKind.CRITERION,
)
CHECKS = (StepKind.APPROVAL, StepKind.VERIFICATION, StepKind.EFFECTIVENESS)


def rounds_of(
    finding: Finding,
    person: Person,
    evidence: dict[int | None, list[Piece]],
    others: Sequence[Beside] = (),
) -> list[Round]:
    """The rounds as the page tells them, the first one first; empty ones only if present."""
    also: dict[int | None, list[tuple[str, str]]] = {}
    for other in others:
        if other.side is Side.ALSO_SERVED:
            url = url_for("findings.show", uid=other.uid)
            also.setdefault(other.key, []).append((other.number, url))
    found = []
    for number in range(1, finding.round + 1):
        one = Round(
            number,
            number == finding.round,
            _steps(finding, number, ANSWER),
            tree_of(finding.causes_of(number)),
            extent_of(finding, number),
            (actions := _actions(finding, number, person, evidence, also)),
            _steps(finding, number, CHECKS),
            cost_text([shown.action for shown in actions]) if len(actions) > 1 else "",
        )
        if one.is_present or one.answer or one.causes or one.actions or one.checks:
            found.append(one)
    return found


def extent_of(finding: Finding, number: int) -> tuple[str, str] | None:
    """Whether it happened elsewhere, as a round says it: label and text."""
    said = finding.step(StepKind.CAUSE, number)
    if said is None or not (said.extent or said.extent_text):
        return None
    return str(said.extent.label) if said.extent else "", said.extent_text or ""


def _steps(finding: Finding, number: int, kinds: tuple[StepKind, ...]) -> list[ShownStep]:
    steps = (finding.step(kind, number) for kind in kinds)
    return [_step(step) for step in steps if step is not None and _says_something(step)]


def _says_something(step: FindingStep) -> bool:
    return bool(step.text) or step.result is not StepResult.RECORDED


def _step(step: FindingStep) -> ShownStep:
    checked = step.result is not StepResult.RECORDED
    return ShownStep(
        str(step.kind.label),
        step.text,
        step.person.name if step.person else _("imported"),
        dates.long_day(step.on),
        str(step.result.label) if checked else None,
        RESULT_TONES.get(step.result, "neutral"),
    )


def cost_text(actions: Sequence[Action]) -> str:
    """What some actions may cost and did cost together, as far as somebody said it."""
    planned = [one.cost_planned for one in actions if one.cost_planned is not None]
    spent = [one.cost_spent for one in actions if one.cost_spent is not None]
    parts = []
    if planned:
        parts.append(_("planned %(amount)s", amount=rupiah(sum(planned))))
    if spent:
        parts.append(_("spent %(amount)s", amount=rupiah(sum(spent))))
    return ", ".join(parts)


def _actions(
    finding: Finding,
    number: int,
    person: Person,
    evidence: dict[int | None, list[Piece]],
    also: dict[int | None, list[tuple[str, str]]],
) -> list[ShownAction]:
    sight, back = sight_of(person), url_for("findings.show", uid=finding.uid)
    found = []
    for action in finding.actions_of(number):
        if not sight.sees(action):
            continue
        due, tone = action_due(action, person.district.today)
        found.append(
            ShownAction(
                action,
                url_for("actions.show", uid=action.uid),
                due,
                tone,
                ACTION_TONES[action.state],
                pieces_of(evidence.get(action.id, []), person.district.today),
                finish_url(action, person, back),
                buttons_of(action, person, back),
                _cost(action),
                also.get(action.id, []),
            )
        )
    return found


def _cost(action: Action) -> str:
    """Its cost and its budget code in one line."""
    return " · ".join(one for one in (cost_text([action]), action.budget_code) if one)


class ShownDocument(NamedTuple):
    """A document that must change, as the finding's page lists it."""

    uid: UUID
    number: str
    title: str
    url: str
    state: str
    tone: str
    note: str
    may_settle: bool


def documents_of(others: Iterable[Beside], *, may_name: bool) -> list[ShownDocument]:
    """The documents that must change before a finding is closed, and how far each is."""
    found = []
    for one in others:
        if one.side is not Side.DOCUMENT:
            continue
        day, note = dates.short_day(one.on), ""
        if one.state == CHANGED:
            state, tone = _("New revision of %(day)s", day=day), "good"
        elif one.state == UNNEEDED:
            state, tone = _("No change needed"), "neutral"
            note = _("%(who)s on %(day)s: %(text)s", who=one.who, day=day, text=one.note)
        else:
            state, tone = _("No new revision yet"), "warn"
        found.append(
            ShownDocument(
                one.uid,
                one.number,
                one.title,
                url_for("documents.show", uid=one.uid),
                state,
                tone,
                note if one.number else "",
                may_name and one.state == WAITS and bool(one.number),
            )
        )
    return found


class ShownCheck(NamedTuple):
    """A question to another unit, as pages list it. `due` while it waits: (text, tone)."""

    uid: UUID
    url: str
    unit: str
    question: str
    answer: str
    who: str
    due: tuple[str, str] | None
    state: str
    tone: str


def checks_of(others: Iterable[Beside], person: Person) -> list[ShownCheck]:
    """The questions of a finding with their answers."""
    tree, today = person.rights.tree, person.district.today
    found = []
    for one in others:
        if one.side is not Side.CHECK:
            continue
        state, tone = _check_state(one.state)
        waits = one.state == CHECK_WAITS
        found.append(
            ShownCheck(
                one.uid,
                url_for("findings.check", uid=one.uid),
                tree[one.unit_id or 0].name,
                one.number,
                one.title,
                f"{one.who} · {dates.short_day(one.on)}" if one.who else "",
                due_shown(one.on, today, waits=True) if waits else None,
                state,
                tone,
            )
        )
    return found


def check_rows(rows: Iterable[Any], person: Person) -> list[ShownCheck]:
    """Questions as their register lists them."""
    tree, today = person.rights.tree, person.district.today
    found = []
    for row in rows:
        told = (
            CHECK_WITHDRAWN if row.withdrawn_on else row.result.value if row.result else CHECK_WAITS
        )
        state, tone = _check_state(told)
        shown = due_shown(row.due_on, today, waits=told == CHECK_WAITS)
        line = (row.uid, url_for("findings.check", uid=row.uid), tree[row.unit_id].name)
        found.append(ShownCheck(*line, row.question, "", "", shown, state, tone))
    return found


CHECK_WAITS, CHECK_WITHDRAWN = "waits", "withdrawn"
"""How far a question is that has no result, as `checks` says it."""


def _check_state(state: str | None) -> tuple[str, str]:
    if state == CheckResult.FOUND_HERE:
        return str(CheckResult.FOUND_HERE.label), "warn"
    if state == CheckResult.NOT_HERE:
        return str(CheckResult.NOT_HERE.label), "good"
    if state == CHECK_WITHDRAWN:
        return _("Taken back"), "muted"
    return _("Waits for an answer"), "info"


def documents_text(finding: Finding, person: Person) -> str:
    """The documents that must change, as far as this person sees them, in one cell. The finding
    is one of `queries.whole_findings`."""
    sight = sight_of(person)
    return "\n".join(
        f"{one.document.number} {one.document.title}"
        + (f" ({_('No change needed')}: {one.settled_reason})" if one.settled_on else "")
        for one in finding.documents
        if sight.sees(one.document)
    )


def sent_back(finding: Finding) -> ShownStep | None:
    """Why the answer lies with the unit again, if it or its plan was sent back in this round; the
    last reason."""
    if finding.state is not FindingState.RAISED:
        return None
    steps = (finding.step(kind) for kind in (StepKind.APPROVAL, StepKind.VERIFICATION))
    back = [one for one in steps if one is not None and one.result is StepResult.REJECTED]
    return _step(max(back, key=lambda one: one.recorded_at)) if back else None


def dispute_of(finding: Finding, person: Person) -> tuple[ShownStep, str, str] | None:
    """Of a disputed finding: what the unit says, with whom it lies, and that its days go on."""
    said = finding.step(StepKind.ACCEPTANCE)
    if finding.state is not FindingState.DISPUTED or said is None:
        return None
    lead = finding.lead_auditor
    if lead is None:
        whom = _("Whoever may verify it, and did not raise it, decides.")
    elif lead.id == finding.raised_by_id:
        whom = _("The audit coordinator decides: %(name)s raised it.", name=lead.name)
    else:
        whom = _("%(name)s, who led the audit, decides, or the audit coordinator.", name=lead.name)
    day = finding.reply_due_on or finding.due_on
    goes_on = _("The deadlines go on.")
    if day is not None:
        goes_on = _("The deadlines go on: the answer is due on %(day)s.", day=dates.long_day(day))
    return _step(said), whom, goes_on


def approval_of(finding: Finding) -> str | None:
    """Of an answer whose plan is to be approved: who approves it."""
    if finding.state is not FindingState.SUBMITTED:
        return None
    return _(
        "The plan waits for approval: by the head of the unit or whoever may verify, but not by "
        "who wrote the answer or does an action of it. Until then only immediate corrections can "
        "be reported done."
    )


def effect_due(finding: Finding) -> str | None:
    """Of a verified finding: when its effect is looked at, and counted from what."""
    if finding.state is not FindingState.VERIFIED or finding.effect_due_on is None:
        return None
    return _(
        "The check is due on %(day)s: %(n)s days after the last action was verified.",
        day=dates.long_day(finding.effect_due_on),
        n=rule_of(finding).effect_days or 0,
    )


def facts_of(finding: Finding, person: Person) -> list[tuple[str, Any]]:
    """Label and value of what stands beside the story; its deadlines come by themselves."""
    found: list[tuple[str, Any]] = [
        (_("Unit"), person.rights.tree[finding.unit_id].name),
        (_("Source"), source_of(finding)),
        (_("Found on"), dates.long_day(finding.found_on)),
        (_("Place or process"), finding.place),
        (_("Raised by"), finding.raised_by.name if finding.raised_by else None),
    ]
    if finding.closed_on:
        found.append((_("Closed on"), dates.long_day(finding.closed_on)))
    if finding.external_number:
        found.insert(0, (_("Number in its own register"), finding.external_number))
    return found


def deadlines_of(finding: Finding, today: date) -> list[tuple[str, tuple[str, str]]]:
    """Label and (text, tone) of the days by which something is due."""
    waits = finding.state in UNANSWERED_STATES
    found = [
        (_("Answer due"), due_shown(finding.reply_due_on, today, waits=waits)),
        (_("Closing due"), due_shown(finding.due_on, today, waits=finding.is_open)),
    ]
    for label, day, still in (
        (_("The body wants the plan until"), finding.body_plan_due_on, waits),
        (_("The body wants it closed until"), finding.body_due_on, finding.is_open),
    ):
        if day is not None:
            found.append((label, due_shown(day, today, waits=still)))
    if finding.first_due_on is not None:
        found.append((_("At first due until"), (dates.short_day(finding.first_due_on), "muted")))
    if finding.effect_due_on is not None:
        shown = due_shown(finding.effect_due_on, today, waits=finding.is_open)
        found.append((_("Check of the effect due"), shown))
    return found


def source_of(finding: Finding) -> str:
    """Where it comes from, and which."""
    label = str(finding.source.label)
    return f"{label}: {finding.source_note}" if finding.source_note else label


def grade_hints(rules: list[Rule]) -> dict[str, str]:
    """What each grade means and until when it must be closed, for the choice cards."""
    meanings = {
        Grade.MAJOR: _("The system does not reach what it is for."),
        Grade.MINOR: _("A lapse; the system as a whole works."),
        Grade.OBSERVATION: _("May become a nonconformity."),
        Grade.OPPORTUNITY: _("Conforms, and could be better."),
        Grade.STRENGTH: _("Good practice that others can use."),
    }
    return {
        rule.grade.value: f"{meanings[rule.grade]} "
        + (_("%(n)s days.", n=rule.due_days) if rule.due_days else _("No due date."))
        for rule in rules
    }
