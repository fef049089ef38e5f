"""One sheet of a workbook, written row by row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import Any

from qms.office.addresses import link_address
from qms.office.blocks import Column, Cut, Link, Sheet
from qms.office.wording import WORDS, Language
from qms.office.xlsx_cells import cell_xml, fitted, flattened, text_cell
from qms.office.xml_text import attribute

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_LINKS = 65_000  # Excel repairs a sheet with more than 65,530
LONGEST_NAME = 31
LINE_POINTS = 13.5
LETTERS_TURNED, LETTERS_UPRIGHT = 190, 130  # across an A4 page at some 7 points: the least to read
TALLEST_ROW = 409
MOST_LINES = 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
SHEET_NAMESPACES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
NUMBERS = ("integer", "decimal", "rupiah")


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """A for column 0, AB for 27."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_names(wanted: list[str]) -> list[str]:
    """Names that Excel takes: short, without its signs, no two alike but for their case."""
    taken: set[str] = set()
    names = []
    for wish in wanted:
        base = NOT_IN_NAMES.sub(" ", wish).strip().strip("'").strip() or "Sheet"
        name, number = shortened(base, ""), 1
        while name.casefold() in taken or name.casefold() == "history":
            number += 1
            name = shortened(base, f" ({number})")
        taken.add(name.casefold())
        names.append(name)
    return names


def shortened(base: str, ending: str) -> str:
    room = (LONGEST_NAME - len(ending)) * 2
    kept = base.encode("utf-16-le")[:room].decode("utf-16-le", "ignore")
    return kept.strip().strip("'") + ending


def quoted_name(name: str) -> str:
    """The name as it stands in references."""
    return "'" + name.replace("'", "''") + "'"


def lines_needed(text: str, width: int) -> int:
    """About how many lines a text takes in a column, broken between words; office programs do not
    always count anew."""
    found = 0
    for line in text.split("\n", MOST_LINES)[:MOST_LINES]:
        found += 1 if len(line) < width else _wrapped(line, max(1, width))
        if found >= MOST_LINES:
            break
    return found


def _wrapped(line: str, width: int) -> int:
    """How many lines the words of a line fill; a word that is longer than the column is cut."""
    count, room = 1, width
    for word in line[: MOST_LINES * width].split(" "):
        size = len(word)
        if room < size and room < width:
            count, room = count + 1, width
        if size > width:
            count, size = count + (size - 1) // width, (size - 1) % width + 1
        room -= size + 1
    return count


def height(lines: int) -> str:
    """The height of a row, as an attribute. Not marked as fixed, so that editing adapts it."""
    return f' ht="{min(LINE_POINTS * lines + 2, TALLEST_ROW)}"'


def header_style(column: Column) -> str:
    if column.kind == "mark":
        return "header_mark"
    return "header_right" if column.kind in NUMBERS else "header"


@dataclass
class SheetWriter:
    """Writes one sheet; afterwards it knows its rows, its links and what did not fit."""

    sheet: Sheet
    name: str
    names: dict[str, str]  # wanted names of all sheets, in lower case, to real ones
    language: Language
    footer: str
    is_first: bool
    last_row: int = 0
    lines: int = 1  # of the row being written
    cuts: list[Cut] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def header_row(self) -> int:
        """The number of the header row: below the title rows and one empty row."""
        return len(self.sheet.title) + 2 if self.sheet.title else 1

    @property
    def table_range(self) -> str:
        """The table with its header, as an absolute range."""
        last = letters(len(self.sheet.columns) - 1)
        return f"$A${self.header_row}:${last}${max(self.last_row, self.header_row)}"

    def xml(self) -> Iterator[str]:
        """The sheet's XML in pieces. Rows are taken from their iterator once."""
        if not 0 < len(self.sheet.columns) <= MOST_COLUMNS:
            raise ValueError(f"sheet {self.name!r} has no columns, or too many")
        yield self.opening()
        yield from self.title_rows()
        yield self.header()
        yield from self.data_rows()
        yield "</sheetData>"
        yield self.closing()

    def opening(self) -> str:
        selected = ' tabSelected="1"' if self.is_first else ""
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{column.width + 0.71:.2f}" '
            'customWidth="1"/>'
            for number, column in enumerate(self.sheet.columns, start=1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f"<worksheet {SHEET_NAMESPACES}>"
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView showGridLines="0"{selected} workbookViewId="0">{self.pane()}'
            "</sheetView></sheetViews>"
            f'<sheetFormatPr defaultRowHeight="13.5"/><cols>{columns}</cols><sheetData>'
        )

    def pane(self) -> str:
        """The header, and perhaps the first columns, stay in sight."""
        columns = self.sheet.freeze_columns
        where = "bottomRight" if columns else "bottomLeft"
        first = f"{letters(columns)}{self.header_row + 1}"
        across = f'xSplit="{columns}" ' if columns else ""
        beside = '<selection pane="topRight"/><selection pane="bottomLeft"/>' if columns else ""
        return (
            f'<pane {across}ySplit="{self.header_row}" topLeftCell="{first}" '
            f'activePane="{where}" state="frozen"/>{beside}'
            f'<selection pane="{where}" activeCell="{first}" sqref="{first}"/>'
        )

    def title_rows(self) -> Iterator[str]:
        for number, text in enumerate(self.sheet.title, start=1):
            words, _ = fitted(flattened(text), self.language)
            style, taller = (
                ("title", ' ht="24" customHeight="1"') if number == 1 else ("subtitle", "")
            )
            yield f'<row r="{number}"{taller}>{text_cell(f"A{number}", words, style)}</row>'

    def header(self) -> str:
        row = self.last_row = self.header_row
        cells = "".join(
            text_cell(
                f"{letters(index)}{row}",
                flattened(column.title),
                header_style(column),
            )
            for index, column in enumerate(self.sheet.columns)
        )
        lines = max(lines_needed(column.title, column.width - 2) for column in self.sheet.columns)
        return f'<row r="{row}"{height(lines)}>{cells}</row>'

    def data_rows(self) -> Iterator[str]:
        columns = [(letters(index), column) for index, column in enumerate(self.sheet.columns)]
        row = self.header_row
        for values in self.sheet.rows:
            row += 1
            if row > MOST_ROWS:
                raise ValueError(f"sheet {self.name!r} has more rows than Excel can hold")
            if len(values) > len(columns):
                raise ValueError(f"sheet {self.name!r} has more values in a row than columns")
            self.lines = 1
            cells = [
                self.cell(f"{letter}{row}", value, column)
                for (letter, column), value in zip(columns, values, strict=False)
            ]
            yield f'<row r="{row}"{height(self.lines)}>{"".join(cells)}</row>'
        self.last_row = row

    def cell(self, place: str, value: Any, column: Column) -> str:
        link = link_in(value)
        value = flattened(value)
        if isinstance(value, str):
            value, dropped = fitted(value, self.language)
            if dropped:
                self.cuts.append(Cut(self.name, place, "text", dropped))
            if len(value) > column.width or "\n" in value:
                self.lines = max(self.lines, lines_needed(value, column.width))
        if link and value:
            return text_cell(place, value, "link" if self.add_link(place, link) else None)
        return cell_xml(place, value, "text" if column.kind == "link" else column.kind)

    def add_link(self, place: str, link: Link) -> bool:
        """Note the link for the end of the sheet; False where Excel takes no more."""
        if len(self.links) >= MOST_LINKS:
            self.cuts.append(Cut(self.name, place, "link", len(link.target)))
            return False
        if link.target.startswith("#"):
            where = attribute(self.location(link.target[1:]))
            self.links.append(f'<hyperlink ref="{place}" location="{where}"/>')
        else:
            self.external.append(link_address(link.target))
            self.links.append(f'<hyperlink ref="{place}" r:id="rId{len(self.external)}"/>')
        return True

    def location(self, target: str) -> str:
        """Sheet or Sheet!B7, by the name that was wanted, as a reference."""
        name, _, cell = target.partition("!")
        if name.casefold() not in self.names:
            raise ValueError(f"link to a sheet that is not there: {name!r}")
        return f"{quoted_name(self.names[name.casefold()])}!{cell or 'A1'}"

    def closing(self) -> str:
        area = self.table_range.replace("$", "")
        words = WORDS[self.language]
        footer = f"&L{self.footer}&R{words['page']} &P {words['of']} &N"
        turned = "landscape" if self.sheet.landscape else "portrait"
        return (
            (f'<autoFilter ref="{area}"/>' if self.sheet.autofilter else "")
            + (f"<hyperlinks>{''.join(self.links)}</hyperlinks>" if self.links else "")
            + '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.7" header="0.3" '
            'footer="0.3"/>'
            f'<pageSetup paperSize="9" orientation="{turned}" '
            f'fitToWidth="{self.pages_wide()}" fitToHeight="0"/>'
            f"<headerFooter><oddFooter>{attribute(footer)}</oddFooter></headerFooter>"
            f'<ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors>'
            "</worksheet>"
        )

    def pages_wide(self) -> int:
        """How many pages side by side the columns take; the first ones stand on each."""
        widths = [column.width for column in self.sheet.columns]
        room = LETTERS_TURNED if self.sheet.landscape else LETTERS_UPRIGHT
        repeated = sum(widths[: self.sheet.freeze_columns])
        return max(1, ceil((sum(widths) - repeated) / max(1, room - repeated)))

    def relationships(self) -> str:
        """The part that holds the addresses of external links; empty if there are none."""
        if not self.external:
            return ""
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        items = "".join(
            f'<Relationship Id="rId{number}" Type="{kind}" Target="{attribute(target)}" '
            'TargetMode="External"/>'
            for number, target in enumerate(self.external, start=1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns='
            f'"http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'
        )


def link_in(value: Any) -> Link | None:
    """The link of a cell: Excel has one for a whole cell, so the first counts."""
    if isinstance(value, Link):
        return value
    if isinstance(value, list | tuple):
        return next((piece for piece in value if isinstance(piece, Link)), None)
    return None
