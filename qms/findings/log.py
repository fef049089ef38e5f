"""The log of findings in Excel: a row for each, as the customary recapitulation has it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.findings.models import Finding, StepKind
from qms.findings.showing import source_of
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
        Column(_("Effectiveness"), 32),
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
            (effect.text or str(effect.result.label)) if effect else None,
            one.round,
            _("yes") if one.access is AccessClass.RESTRICTED else None,
        ]


def _days_left(finding: Finding, today: date, row: int) -> Cell:
    """Counted by the workbook on the day on which it is opened; nothing where nobody waits."""
    if not finding.is_open or finding.due_on is None:
        return None
    due = f"{letters(DUE)}{row}"
    closed = f"{letters(CLOSED)}{row}"
    left: Any = (finding.due_on - today).days
    return Formula(f'IF({closed}<>"","",{due}-TODAY())', left)
