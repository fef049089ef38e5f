"""The register of complaints as a workbook: what there is, and what it comes to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qms.complaints.categories import Category, named
from qms.complaints.models import Complaint, ComplaintState
from qms.complaints.permissions import may_see_complainant
from qms.complaints.queries import EXPORTED
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.office.blocks import Cell, Column, Formula, Sheet
from qms.office.xlsx_sheets import letters, quoted_name
from qms.people.models import Person

STATE, IN_TIME = 12, 13
"""Columns that the figures count, the first one being 0."""


def register_sheets(
    complaints: Iterable[Complaint],
    findings: Mapping[int, list[str]],
    categories: Mapping[str, Category],
    person: Person,
) -> list[Sheet]:
    """The register, and its figures as formulas over it. `findings`: numbers by complaint. Names
    stand there only as far as this person learns them on the pages."""
    rows = list(_rows(complaints, findings, categories, person))
    title: tuple[str, ...] = (_("Register of complaints"), person.district.name)
    if len(rows) == EXPORTED:
        most = dates.number(EXPORTED)
        title += (_("Only the first %(n)s are in this file: narrow the register.", n=most),)
    register = Sheet(_("Complaints"), _columns(), rows, title)
    return [register, _figures(register, rows, title)]


def _columns() -> list[Column]:
    return [
        Column(_("No."), 6, "integer"),
        Column(_("Number"), 26),
        Column(_("Received on"), 14, "date"),
        Column(_("Unit"), 30),
        Column(_("Channel"), 20),
        Column(_("Complainant"), 26),
        Column(_("Service"), 32),
        Column(_("Statement"), 60),
        Column(_("Category"), 34),
        Column(_("Answer due"), 14, "date"),
        Column(_("Answered on"), 14, "date"),
        Column(_("The answer"), 60),
        Column(_("State"), 18),
        Column(_("In time"), 12),
        Column(_("Satisfaction"), 24),
        Column(_("Findings"), 28),
    ]


def _rows(
    complaints: Iterable[Complaint],
    findings: Mapping[int, list[str]],
    categories: Mapping[str, Category],
    person: Person,
) -> Iterator[list[Cell]]:
    tree, today = person.rights.tree, person.district.today
    for number, one in enumerate(complaints, start=1):
        answer = one.answer
        yield [
            number,
            one.number,
            one.received_on,
            tree[one.unit_id].name,
            str(one.channel.label),
            _who(one, person),
            one.service.name if one.service else None,
            one.statement,
            named(categories, one.category),
            one.due_on,
            answer.on if answer else None,
            answer.text if answer else one.outcome,
            str(one.state.label),
            _in_time(one, today),
            str(one.satisfaction.label) if one.satisfaction else None,
            ", ".join(findings.get(one.id, [])) or None,
        ]


def _who(complaint: Complaint, person: Person) -> str:
    if not may_see_complainant(person, complaint):
        return _("not shown")
    if complaint.erased_on is not None:
        return _("taken out")
    return complaint.complainant or _("anonymous")


def _in_time(complaint: Complaint, today: Any) -> str | None:
    if answer := complaint.answer:
        return _("yes") if answer.on <= answer.due_on else _("no")
    return _("no") if complaint.is_overdue(today) else None


def _figures(register: Sheet, rows: list[list[Cell]], title: tuple[str, ...]) -> Sheet:
    """How many are in each state and were answered in time, counted over the register."""
    labels = [(_("State"), STATE, str(one.label)) for one in ComplaintState]
    labels += [(_("Answered in time"), IN_TIME, one) for one in (_("yes"), _("no"))]
    counted: list[list[Cell]] = [
        [what, label, _count(register, rows, column, label)] for what, column, label in labels
    ]
    columns = [Column(_("What"), 24), Column(_("Result"), 30), Column(_("How many"), 14, "integer")]
    return Sheet(_("Figures"), columns, counted, title)


def _count(register: Sheet, rows: list[list[Cell]], column: int, label: str) -> Formula:
    first, letter = len(register.title) + 3, letters(column)
    last = first + max(len(rows), 1) - 1
    cells = f"{quoted_name(register.name)}!${letter}${first}:${letter}${last}"
    words = label.replace('"', '""')
    return Formula(f'COUNTIF({cells},"{words}")', sum(row[column] == label for row in rows))
