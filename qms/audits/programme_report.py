"""An audit programme with both its matrices as content for Word and for Excel.

In the workbook everything that is counted is a formula over the matrices, so that the figures
follow when somebody writes a letter into a month or takes one out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qms.audits.coverage import (
    Covered,
    UnitCoverage,
    auditable,
    coverage_of,
    holders,
    main_clauses,
)
from qms.audits.models import AuditProgramme, Risk
from qms.audits.programme_parts import (
    audit_blocks,
    auditor_blocks,
    change_blocks,
    progress_blocks,
)
from qms.audits.queries.programme import beneath, listed_units, other_audits, visits_of
from qms.audits.showing.coverage import CoverRow, cover_rows
from qms.audits.showing.programme import (
    MatrixRow,
    VisitState,
    basis_text,
    matrix_rows,
    month_heads,
    programme_facts,
    programme_texts,
    sees_audit,
    visit_state,
    years_text,
)
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.office.blocks import (
    Block,
    Cell,
    Column,
    Cover,
    Facts,
    Formula,
    Heading,
    PageBreak,
    Paragraph,
    Sheet,
    Signature,
    Signatures,
    Table,
    written,
)
from qms.office.xlsx_sheets import letters, quoted_name
from qms.people.models import Person
from qms.people.posts import Posts
from qms.standards.queries import EditionRow, edition_by_id, own_titles, title_of
from qms.units.letterheads import letterhead_of

OUTSIDE, LATE = "+", "!"
"""Signs in the months: an audit outside the programme, a visit that is late."""


@dataclass(frozen=True)
class Gathered:
    """All that both files tell."""

    programme: AuditProgramme
    person: Person
    units: Mapping[int, Risk]
    visits: Sequence[Any]
    years: Mapping[int, list[MatrixRow]]
    coverage: Sequence[tuple[EditionRow, list[UnitCoverage]]]
    own: Mapping[int, str]


def gathered(programme: AuditProgramme, person: Person) -> Gathered:
    """Read it: a few queries, one for each year and three for each standard."""
    units = listed_units(person, programme)
    visits, rows = visits_of(programme, units), beneath(person.rights.tree, units)
    years = {
        year: matrix_rows(
            programme,
            units,
            visits,
            other_audits(person, programme, rows, year),
            rows,
            year,
            person,
        )
        for year in programme.years
    }
    coverage = []
    for edition_id in programme.edition_ids:
        edition = edition_by_id(edition_id)
        held = holders(programme, edition, list(units))
        coverage.append((edition, coverage_of(person, programme, edition, units, held)))
    own = own_titles(programme.district_id)
    return Gathered(programme, person, units, visits, years, coverage, own)


def cell_text(marks: Sequence[Any]) -> str:
    """What stands in a month: letters for planned and done, signs for late and outside."""
    return "".join(
        (OUTSIDE if mark.is_outside else "")
        + mark.letter
        + (LATE if mark.tone == VisitState.LATE.tone else "")
        for mark in marks
    )


# ---- Word


def programme_blocks(programme: AuditProgramme, person: Person) -> Iterator[Block]:
    """The programme as a document to be signed: what it says, its auditors and who approves it; how
    far it came, its visits and audits, months and coverage follow on turned pages."""
    told = gathered(programme, person)
    yield Cover(
        _("Internal audit programme"),
        programme.title,
        [
            (_("Unit"), person.rights.tree[programme.unit_id].name),
            (_("Years"), years_text(programme)),
            (_("State"), str(programme.state.label)),
        ],
        letterhead=letterhead_of(person.rights.tree, programme.unit_id),
    )
    yield Heading(_("About the programme"), 1)
    facts = programme_facts(programme, len(told.units), person)
    yield Facts([(label, value) for label, value in facts if value])
    for heading, text in programme_texts(programme):
        yield Heading(heading, 1)
        yield from written(text)
    yield from auditor_blocks(programme, list(told.units), person)
    yield Heading(_("Approval"), 1)
    yield _signatures(programme)
    yield PageBreak(landscape=True)
    yield from progress_blocks(told.visits, person.district.today)
    yield Heading(_("Visits"), 1)
    yield Table(_visit_columns(), _visit_rows(told))
    yield from audit_blocks(told.visits, person)
    yield from change_blocks(programme, person)
    yield PageBreak()
    for year, rows in told.years.items():
        yield Heading(_("Months %(year)s", year=year), 1)
        yield Paragraph(_month_legend(), "note", leads=True)
        heads = [Column(short, 5, "mark") for short, _long in month_heads(year)]
        yield Table([Column(_("Unit"), 34), Column(_("Risk"), 12), *heads], map(_word_row, rows))
    for edition, found in told.coverage:
        yield PageBreak()
        yield from _word_coverage(told, edition, found)


def _signatures(programme: AuditProgramme) -> Signatures:
    """Who drew it up, and who approves it, with the posts that they hold."""
    drawn, approved = programme.drawn_up_by, programme.approved_by
    people = [drawn.id, *([approved.id] if approved else [])]
    posts = Posts(people, programme.approved_on or drawn.district.today)
    by = Signature(_("Approved by"))
    if approved is not None:
        by = posts.signature(_("Approved by"), approved, day=programme.approved_on)
    return Signatures([posts.signature(_("Drawn up by"), drawn), by])


def _word_row(row: MatrixRow) -> list[Cell]:
    return [row.name, str(row.risk.label), *(cell_text(cell.marks) for cell in row.cells)]


def _word_coverage(
    told: Gathered, edition: EditionRow, found: list[UnitCoverage]
) -> Iterator[Block]:
    columns = main_clauses(edition.key)
    yield Heading(_("Coverage of %(code)s", code=edition.code), 1)
    legend = "; ".join(f"{one.sign} {one.label}" for one in Covered)
    yield Paragraph(legend, "note", leads=True)
    rows = cover_rows(found, columns, told.own, told.person)
    yield Table(
        [Column(_("Unit"), 34), *(Column(main.number, 3, "mark") for main, _members in columns)],
        ([row.name, *(cell.sign for cell in row.cells)] for row in rows),
    )
    yield Heading(_("What the next audits must take"), 2)
    yield Table(
        [Column(_("Unit"), 30), Column(_("Sampled"), 10), Column(_("Clauses"), 60)],
        ([row.name, f"{row.done}/{row.total}", _missing(row)] for row in rows if row.missing),
    )


def _missing(row: CoverRow) -> str:
    """The clauses by number, or that none was taken yet."""
    if row.missing.count(",") + 1 == row.total:
        return _("All that apply")
    return row.missing


# ---- Excel


def programme_sheets(programme: AuditProgramme, person: Person) -> list[Sheet]:
    """A workbook: figures, the months of each year, the coverage of each standard, the visits."""
    told = gathered(programme, person)
    months = [_months_sheet(told, year) for year in programme.years]
    covers = [_coverage_sheet(told, edition, found) for edition, found in told.coverage]
    visits = Sheet(_("Visits"), _visit_columns(), _visit_rows(told), _titles(told, _("Visits")))
    return [_figures_sheet(told, months, covers), *months, *covers, visits]


def _titles(told: Gathered, name: str, *more: str) -> list[str]:
    title, years = told.programme.title, years_text(told.programme)
    return [name, title if years in title else f"{title} · {years}", *more]


def _span(sheet: Sheet, column: int, count: int) -> str:
    """A column of a sheet, as formulas of other sheets name it."""
    first, letter = sheet.first_row, letters(column)
    return f"{quoted_name(sheet.name)}!${letter}${first}:${letter}${first + max(count, 1) - 1}"


def _letters_in(span: str, letter: str) -> str:
    """A formula: how often a letter stands in some cells."""
    return f'SUMPRODUCT(LEN({span})-LEN(SUBSTITUTE({span},"{letter}","")))'


UNIT, RISK, FIRST_MONTH, PLANNED, DONE, LATE_COUNT = 0, 1, 2, 14, 15, 16
"""Columns of the sheet of months."""


def _months_sheet(told: Gathered, year: int) -> Sheet:
    rows, name = told.years[year], _("Months %(year)s", year=year)
    titles = _titles(told, name, _month_legend())
    planned, done = _("P"), _("D")
    first, last = letters(FIRST_MONTH), letters(FIRST_MONTH + 11)
    columns = [
        Column(_("Unit"), 38),
        Column(_("Risk"), 14),
        *(Column(short, 6, "mark") for short, _long in month_heads(year)),
        Column(_("Planned"), 15, "integer"),
        Column(_("Done"), 12, "integer"),
        Column(_("Late"), 12, "integer"),
    ]

    def cells() -> Iterator[list[Cell]]:
        for number, row in enumerate(rows, start=sheet.first_row):
            span = f"{first}{number}:{last}{number}"
            texts = [cell_text(cell.marks) for cell in row.cells]
            yield [
                row.name,
                str(row.risk.label),
                *texts,
                *(
                    Formula(_letters_in(span, sign), sum(text.count(sign) for text in texts))
                    for sign in (planned, done, LATE)
                ),
            ]

    sheet = Sheet(name, columns, (), titles, freeze_columns=1)
    return replace(sheet, rows=cells())


def _month_legend() -> str:
    return _(
        "%(planned)s planned, %(done)s done, %(late)s late, %(outside)s outside the programme",
        planned=_("P"),
        done=_("D"),
        late=LATE,
        outside=OUTSIDE,
    )


def _coverage_sheet(told: Gathered, edition: EditionRow, found: list[UnitCoverage]) -> Sheet:
    """A row for each unit: the day on which each clause was last looked at."""
    clauses, name = auditable(edition.key), _("Coverage of %(code)s", code=edition.code)
    name = name.replace(":", " ")
    told_by_sign = (Covered.PLANNED, Covered.NOT_APPLICABLE, Covered.EXCLUDED)
    signs = "; ".join(f"{one.sign} {one.label}" for one in told_by_sign)
    titles = _titles(
        told, name, _("The day on which a clause was last sampled; %(signs)s", signs=signs)
    )
    last = letters(len(clauses))
    tree = told.person.rights.tree
    sampled, applicable = letters(len(clauses) + 1), letters(len(clauses) + 2)

    def cells() -> Iterator[list[Cell]]:
        for number, one in enumerate(found, start=sheet.first_row):
            span = f"B{number}:{last}{number}"
            done, applies = _counts(one, clauses)
            yield [
                tree[one.unit_id].name,
                *(_cover_value(one, clause.id) for clause in clauses),
                Formula(f"COUNT({span})", done),
                Formula(f'COLUMNS({span})-COUNTIF({span},"{Covered.EXCLUDED.sign}")', applies),
                Formula(
                    f"IF({applicable}{number}=0,100,"
                    f"ROUND(100*{sampled}{number}/{applicable}{number},0))",
                    round(100 * done / applies) if applies else 100,
                ),
            ]

    columns = [
        Column(_("Unit"), 38),
        *(Column(clause.number, 12, "date") for clause in clauses),
        Column(_("Sampled"), 13, "integer"),
        Column(_("Applicable"), 13, "integer"),
        Column(_("Percent"), 11, "integer"),
    ]
    sheet = Sheet(name, columns, (), titles, freeze_columns=1)
    return replace(sheet, rows=cells())


def _counts(one: UnitCoverage, clauses: Sequence[Any]) -> tuple[int, int]:
    states = [one.at(clause.id) for clause in clauses]
    return states.count(Covered.SAMPLED), len(states) - states.count(Covered.EXCLUDED)


def _cover_value(one: UnitCoverage, clause_id: int) -> Cell:
    state = one.at(clause_id)
    if state is Covered.SAMPLED:
        return one.sampled[clause_id]
    return None if state is Covered.MISSING else state.sign


def _figures_sheet(told: Gathered, months: list[Sheet], covers: list[Sheet]) -> Sheet:
    """What is asked first, each figure a formula over the sheets that follow."""
    rows: list[list[Cell]] = []
    planned, done = _("P"), _("D")
    for sheet, (year, found) in zip(months, told.years.items(), strict=True):
        texts = [[cell_text(cell.marks) for cell in row.cells] for row in found]
        for label, column, sign in (
            (_("Visits planned in %(year)s", year=year), PLANNED, planned),
            (_("Audits held in %(year)s", year=year), DONE, done),
            (_("Visits late in %(year)s", year=year), LATE_COUNT, LATE),
        ):
            value = sum(text.count(sign) for row in texts for text in row)
            rows.append([label, Formula(f"SUM({_span(sheet, column, len(found))})", value)])
        for number, (_short, long) in enumerate(month_heads(year)):
            value = sum(row[number].count(planned) for row in texts)
            span = _span(sheet, FIRST_MONTH + number, len(found))
            label = _("Planned in %(month)s", month=long)
            rows.append([label, Formula(_letters_in(span, planned), value)])
    for sheet, (edition, units) in zip(covers, told.coverage, strict=True):
        for column, clause in enumerate(auditable(edition.key), start=1):
            value = sum(one.at(clause.id) is Covered.SAMPLED for one in units)
            title = f"{clause.number} {title_of(clause, own=told.own)}"
            label = _("Units sampled: %(code)s %(clause)s", code=edition.code, clause=title)
            rows.append([label, Formula(f"COUNT({_span(sheet, column, len(units))})", value)])
    return Sheet(
        _("Figures"),
        [Column(_("What"), 90), Column(_("How many"), 14, "integer")],
        rows,
        _titles(told, _("Internal audit programme")),
        landscape=False,
    )


def _visit_columns() -> list[Column]:
    return [
        Column(_("Unit"), 34),
        Column(_("Month"), 18),
        Column(_("State"), 18),
        Column(_("Why"), 42),
        Column(_("Audit"), 29),
        Column(_("First day"), 20, "date"),
        Column(_("Last day"), 20, "date"),
    ]


def _visit_rows(told: Gathered) -> Iterator[list[Cell]]:
    tree, today = told.person.rights.tree, told.person.district.today
    for visit in sorted(told.visits, key=lambda one: (one.month, tree[one.unit_id].code)):
        sees = sees_audit(visit, told.person)
        days: list[date | None] = [visit.planned_from, visit.planned_until] if sees else [None] * 2
        yield [
            tree[visit.unit_id].name,
            dates.month(visit.month),
            str(visit_state(visit, today).label),
            basis_text(visit.basis),
            visit.number if sees else None,
            *days,
        ]
