"""The log of findings in Excel: a row for each, as the customary recapitulation has it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from qms.actions.models import Action, ActionState
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.findings.models import Finding, StepKind
from qms.findings.showing import cost_text, documents_text, source_of
from qms.office.blocks import Cell, Column, Formula, Sheet
from qms.office.xlsx_sheets import letters
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import cited_text, in_clause_order

MOST_LOGGED = 2000
"""Findings in one workbook."""
DUE, CLOSED = 17, 18
"""Columns of the due date and of the day of closing, from 0."""


def log_sheet(findings: Sequence[Finding], person: Person, *, is_cut: bool) -> Sheet:
    """The log of some findings with their steps, clauses and actions. `is_cut`: there are more."""
    today = person.district.today
    shown = ngettext("%(num)s finding", "%(num)s findings", len(findings))
    if is_cut:
        more = _("There are more: narrow the register to what you need.")
        shown = f"{shown}. {more}"
    title = (_("Log of findings"), person.district.name, shown)
    sheet = Sheet(_("Log"), _columns(), [], title, freeze_columns=2)
    return replace(sheet, rows=_rows(findings, person, today, sheet.first_row))


def _columns() -> list[Column]:
    return [
        Column(_("No."), 6, "integer"),
        Column(_("Number"), 24),
        Column(_("Number in its own register"), 16),
        Column(_("Unit"), 30),
        Column(_("Source"), 24),
        Column(_("Standards and clauses"), 26),
        Column(_("Grade"), 18),
        Column(_("Found on"), 12, "date"),
        Column(_("Place or process"), 22),
        Column(_("Requirement"), 36),
        Column(_("Evidence seen"), 36),
        Column(_("Deviation"), 40),
        Column(_("Immediate correction"), 32),
        Column(_("Cause"), 32),
        Column(_("Corrective actions"), 40),
        Column(_("Who"), 24),
        Column(_("Answer due"), 12, "date"),
        Column(_("Closing due"), 12, "date"),
        Column(_("Closed on"), 12, "date"),
        Column(_("State"), 14),
        Column(_("Days left"), 10, "integer"),
        Column(_("How we will see that it worked"), 32),
        Column(_("Check of the effect due"), 12, "date"),
        Column(_("Effectiveness"), 32),
        Column(_("Planned cost"), 18, "rupiah"),
        Column(_("Spent"), 18, "rupiah"),
        Column(_("Documents that must change"), 36),
        Column(_("Round"), 8, "integer"),
        Column(_("Restricted"), 12),
    ]


def _rows(
    findings: Sequence[Finding], person: Person, today: date, first_row: int
) -> Iterator[list[Cell]]:
    tree, sight = person.rights.tree, sight_of(person)
    for n, one in enumerate(findings):
        actions = [action for action in one.actions_of() if sight.sees(action)]
        effect = one.step(StepKind.EFFECTIVENESS)
        yield [
            n + 1,
            one.number,
            one.external_number,
            tree[one.unit_id].name,
            source_of(one),
            cited_text(in_clause_order(link.clause_id for link in one.clauses)),
            str(one.grade.label),
            one.found_on,
            one.place,
            one.requirement,
            one.seen,
            one.deviation,
            one.correction,
            one.cause,
            "\n".join(f"{action.number}: {action.what}" for action in actions),
            "\n".join(dict.fromkeys(action.owner_name for action in actions if action.owner_name)),
            one.reply_due_on,
            one.due_on,
            one.closed_on,
            str(one.state.label),
            _days_left(one, today, first_row + n),
            one.criterion,
            one.effect_due_on,
            (effect.text or str(effect.result.label)) if effect else None,
            _sum(action.cost_planned for action in actions),
            _sum(action.cost_spent for action in actions),
            documents_text(one, person) or None,
            one.round,
            _("yes") if one.access is AccessClass.RESTRICTED else None,
        ]


def _sum(amounts: Iterable[int | None]) -> int | None:
    """Nothing where nobody said an amount."""
    known = [one for one in amounts if one is not None]
    return sum(known) if known else None


def actions_sheet(findings: Sequence[Finding], person: Person) -> Sheet:
    """The actions of the same findings, all rounds, each once however many findings it serves: so
    that their costs can be added up."""
    sight = sight_of(person)
    served: dict[int, list[str]] = {}
    known: dict[int, Action] = {}
    for one in findings:
        for link in one.actions:
            if sight.sees(link.action):
                known[link.action_id] = link.action
                served.setdefault(link.action_id, []).append(one.number)
    actions = sorted(known.values(), key=lambda action: (action.due_on, action.number))
    told = ngettext("%(num)s action", "%(num)s actions", len(actions))
    if cost := cost_text([one for one in actions if one.state is not ActionState.CANCELLED]):
        told = f"{told}, {cost}"
    return Sheet(
        _("Actions"),
        [
            Column(_("No."), 6, "integer"),
            Column(_("Number"), 24),
            Column(_("Findings"), 26),
            Column(_("Unit"), 30),
            Column(_("What will be done"), 44),
            Column(_("Kind"), 18),
            Column(_("Who"), 26),
            Column(_("Until"), 12, "date"),
            Column(_("Done on"), 12, "date"),
            Column(_("State"), 20),
            Column(_("Planned cost"), 18, "rupiah"),
            Column(_("Spent"), 18, "rupiah"),
            Column(_("Budget code"), 24),
        ],
        (
            [
                n,
                one.number,
                ", ".join(dict.fromkeys(served[one.id])),
                person.rights.tree[one.unit_id].name,
                one.what,
                str(one.kind.label),
                one.owner_name,
                None if one.due_missing else one.due_on,
                one.done_on,
                str(one.state.label),
                one.cost_planned,
                one.cost_spent,
                one.budget_code,
            ]
            for n, one in enumerate(actions, start=1)
        ),
        (_("Actions"), person.district.name, told),
        freeze_columns=2,
    )


def _days_left(finding: Finding, today: date, row: int) -> Cell:
    """Counted by the workbook on the day on which it is opened; nothing where nobody waits."""
    if not finding.is_open or finding.due_on is None:
        return None
    due = f"{letters(DUE)}{row}"
    closed = f"{letters(CLOSED)}{row}"
    left: Any = (finding.due_on - today).days
    return Formula(f'IF({closed}<>"","",{due}-TODAY())', left)
