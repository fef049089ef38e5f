"""A file as one table: the sheet, the heading row in it, and the rows below.

The heading row is looked for among the first rows of every sheet, below titles, logos and stamps.
It may be two rows high, with merged cells. A sheet without one is all data; its columns must be
named by the person.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.text import FORBIDDEN
from qms.imports.headings import FIELDS, ImportKind, normal, recognised
from qms.office.limits import Value
from qms.office.sheet_reader import SheetData, read_sheets

LOOKED_AT = 20
"""So many rows from the top may hold the headings."""
ROWS_AT_MOST = 3_000
"""What one import takes: it is one transaction that others wait for, and somebody reads it."""
RUNNING = {"no", "no urut", "urut"}
COLUMN_NUMBER = re.compile(r"\(?\d{1,3}\)?")


@dataclass(frozen=True)
class Layout:
    """Where things stand in a file. `heading_row` is counted from 1 as people do; 0: there is
    none. `heading_rows` says how many rows high it is. `columns`: field name -> column, from 0."""

    sheet: int
    heading_row: int
    heading_rows: int
    columns: dict[str, int]


@dataclass(frozen=True)
class Table:
    """A sheet seen through a layout."""

    kind: ImportKind
    layout: Layout
    sheet_name: str
    headings: list[str]
    rows: list[list[Value]]
    first_row: int
    """The number, for people, of the first of `rows`."""

    def numbered(self) -> Iterator[tuple[int, list[Value]]]:
        """(row number for people, cells), without the empty ones."""
        for number, row in enumerate(self.rows, start=self.first_row):
            if any(value is not None and str(value).strip() for value in row):
                yield number, row

    def heading(self, column: int) -> str:
        """What stands above a column, or its letter."""
        return self.headings[column].replace("\n", " – ") or letter(column)

    @cached_property
    def unknown(self) -> dict[int, str]:
        """Columns that hold something and belong to no field: column -> its heading, each heading
        once (a second "Catatan" becomes "Catatan (F)"). Running numbers are left out: they tell
        nothing and move when a row is put in."""
        used = set(self.layout.columns.values())
        found: dict[int, str] = {}
        for column in range(len(self.headings)):
            values = [row[column] for row in self.rows if row[column] is not None]
            if column in used or not values or self._is_running_number(column, values):
                continue
            name = self.heading(column)
            found[column] = f"{name} ({letter(column)})" if name in found.values() else name
        return found

    def _is_running_number(self, column: int, values: Sequence[Value]) -> bool:
        return normal(self.headings[column]) in RUNNING and all(
            str(value).strip().rstrip(".").isdecimal() for value in values
        )


def letter(column: int) -> str:
    """A for 0, AB for 27."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def read_file(path: Path) -> list[SheetData]:
    """The sheets of a file, bounded for imports. Raises UnreadableFile with a sentence."""
    return read_sheets(path, max_rows=ROWS_AT_MOST + LOOKED_AT, max_cells=600_000)


def guess_layout(
    kind: ImportKind,
    sheets: Sequence[SheetData],
    *,
    sheet: int | None = None,
    heading_row: int | None = None,
) -> Layout:
    """The likeliest layout: of the sheet (default: any) and heading row (default: looked for; 0:
    none) that are given."""
    chosen = range(len(sheets)) if sheet is None else [sheet]
    best, best_score = Layout(chosen[0], 0, 0, {}), (0, 0)
    for index in chosen:
        layout = _guess_in(kind, sheets[index], index, heading_row)
        score = (len(layout.columns), len(sheets[index].rows))
        if score > best_score:
            best, best_score = layout, score
    return best


def _guess_in(kind: ImportKind, sheet: SheetData, index: int, heading_row: int | None) -> Layout:
    if heading_row == 0:
        return Layout(index, 0, 0, {})
    tops = range(min(LOOKED_AT, len(sheet.rows))) if heading_row is None else [heading_row - 1]
    best, least = Layout(index, 0, 0, {}), 1 if heading_row is None else -1
    for top in tops:
        for height in (1, 2):
            if height == 2 and not _both_filled(sheet, top):
                continue
            columns = recognised(kind, _headings(sheet, top, height))
            # A second row counts only if it brings two more headings: else it is the first record.
            if len(columns) > least + (1 if height == 2 else 0):
                best, least = Layout(index, top + 1, height, columns), len(columns)
    return best


def _both_filled(sheet: SheetData, top: int) -> bool:
    return all(any(value is not None for value in row) for row in sheet.rows[top : top + 2])


def _headings(sheet: SheetData, top: int, height: int) -> list[str]:
    """The text above each column: of the lower row if there is one, else of the upper."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    lines = []
    for row in range(top, min(top + height, len(sheet.rows))):
        line = [_words(value) for value in sheet.rows[row]]
        for first, left, last, right in sheet.merged:
            if first == row and last < top + height:
                for column in range(left, min(right + 1, width)):
                    line[column] = line[left]
        lines.append(line)
    if len(lines) < 2:
        return lines[0] if lines else []
    return [_joined(upper, lower) for upper, lower in zip(*lines, strict=True)]


def _joined(upper: str, lower: str) -> str:
    """Both with a line break between; a lower heading that repeats the upper stands alone."""
    if not lower or not upper:
        return lower or upper
    return lower if normal(upper) in normal(lower) else f"{upper}\n{lower}"


def _words(value: Value) -> str:
    """A heading: one line, without signs that no record could keep."""
    return " ".join(FORBIDDEN.sub("", value).split())[:200] if isinstance(value, str) else ""


def table_of(kind: ImportKind, sheets: Sequence[SheetData], layout: Layout) -> Table:
    """The sheet seen through the layout. Merged cells below the headings count for each of their
    rows. Raises Invalid if the layout does not fit the file."""
    if not 0 <= layout.sheet < len(sheets):
        message = _l("The file has no such sheet.")
        raise Invalid(message, sheet=message)
    sheet = sheets[layout.sheet]
    width = len(sheet.rows[0]) if sheet.rows else 0
    if any(column >= width for column in layout.columns.values()):
        message = _l("The sheet has no such column.")
        raise Invalid(message, columns=message)
    start = layout.heading_row + layout.heading_rows - 1 if layout.heading_row else 0
    headings = _headings(sheet, layout.heading_row - 1, layout.heading_rows) if start else []
    rows = [list(row) for row in sheet.rows[start:]]
    for first, left, last, right in sheet.merged:
        if left == right and first >= start:
            for row in range(first + 1, min(last + 1, len(sheet.rows))):
                rows[row - start][left] = rows[first - start][left]
    if rows and _only_column_numbers(rows[0]):
        rows, start = rows[1:], start + 1
    return Table(kind, layout, sheet.name, headings or [""] * width, rows, start + 1)


def _only_column_numbers(row: Sequence[Value]) -> bool:
    """The line "(1) (2) (3)" that stands below the headings of official forms."""
    texts = [str(value).strip() for value in row if value is not None and str(value).strip()]
    if len(texts) < 2 or not all(COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(text.strip("()")) for text in texts]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def chosen_columns(
    kind: ImportKind, layout: Layout, sheet: SheetData, wanted: Mapping[str, str]
) -> dict[str, int]:
    """The layout's columns with what a person chose: field name -> a column's letter or its
    heading; an empty one means that the field is not in the file. Raises Invalid."""
    known = {field.name for field in FIELDS[kind]}
    headings = _headings(sheet, layout.heading_row - 1, layout.heading_rows)
    width = len(sheet.rows[0]) if sheet.rows else 0
    given: dict[str, int] = {}
    for name, place in wanted.items():
        if name not in known:
            message = _l(
                "There is no field “%(name)s”. Fields: %(known)s.",
                name=name,
                known=", ".join(field.name for field in FIELDS[kind]),
            )
            raise Invalid(message, columns=message)
        if place:
            given[name] = _column(place, width, headings if layout.heading_row else [])
    left = {
        name: column
        for name, column in layout.columns.items()
        if name not in wanted and column not in given.values()
    }
    return {**left, **given}


def _column(place: str, width: int, headings: Sequence[str]) -> int:
    for column in range(width):
        if letter(column) == place.upper():
            return column
    wanted = normal(place)
    for column, heading in enumerate(headings):
        if wanted and normal(heading) == wanted:
            return column
    message = _l("The sheet has no column “%(place)s”.", place=place)
    raise Invalid(message, columns=message)
