"""Tables as WordprocessingML, row by row."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from qms.office.blocks import Column, Facts, Formula, Link, Run, Signature, Signatures, Table, plain
from qms.office.docx_runs import Places, paragraph_xml
from qms.office.wording import (
    WORDS,
    Language,
    written_date,
    written_moment,
    written_number,
    written_rupiah,
)
from qms.office.xml_text import attribute

TWIPS_PER_POINT = 20
TABLE_SIZE = 8.5
CELL_SIDES = 8.5  # padding left and right, in points
LETTER_WIDTH = 0.5  # of the font size, running text
MARK_SIZE = 7  # of the title of a column of marks
MARK_SIDES = 1.5  # padding left and right in a column of marks, in points
MARK_LETTER = 0.5  # of the size: clause numbers and short months, bold
NAMES_SHARE = 0.22  # of the page, for what stands before the marks where these are many
LONGEST_UNSPLIT = 15  # lines: a taller row may break across pages, or it would be clipped
NUMBERS = ("integer", "decimal", "rupiah")
SIGNATURES_ABREAST = 3
ROOM_TO_SIGN = 46  # points


def table_xml(table: Table, places: Places, room: float, language: Language) -> Iterator[str]:
    """A register: caption, repeated header row, rows. The room across is in points."""
    if parts := parts_of(table, room):
        for part in parts:
            yield from table_xml(part, places, room, language)
        return
    if table.caption:
        yield paragraph_xml(table.caption, "Caption", places)
    widths = column_widths(table.columns, room)
    yield opening(widths, header_row=True, title=table.caption)
    yield header_xml(table.columns, widths, places)
    empty = True
    for values in table.rows:
        empty = False
        if len(values) > len(table.columns):
            raise ValueError(f"table {table.caption!r} has more values in a row than columns")
        yield row_xml(table.columns, values, widths, places, language)
    if empty:
        text = paragraph_xml(Run(WORDS[language]["no_rows"], italic=True), "TableText", places)
        span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
        yield f"<w:tr>{cell(sum(widths), text, span)}</w:tr>"
    yield closing(places)


def parts_of(table: Table, room: float) -> list[Table]:
    """A matrix that is too wide for the page, as several with the same first columns; nothing where
    it fits."""
    marks = [n for n, column in enumerate(table.columns) if column.kind == "mark"]
    if not marks:
        return []
    first = list(range(marks[0]))
    across = room * (1 - NAMES_SHARE) if first else room
    number = ceil(sum(mark_width(table.columns[n]) for n in marks) / across)
    if number == 1:
        return []
    rows = [list(row) for row in table.rows]
    share = ceil(len(marks) / number)
    parts = []
    for start in range(0, len(marks), share):
        chosen = first + marks[start : start + share]
        columns = [table.columns[n] for n in chosen]
        parts.append(Table(columns, [[row[n] for n in chosen] for row in rows], table.caption))
    return parts


def mark_width(column: Column) -> float:
    """What the title of a column of marks needs so as not to break, in points."""
    return max(len(column.title), 3) * MARK_SIZE * MARK_LETTER + 2 * MARK_SIDES


def column_widths(columns: Sequence[Column], room: float) -> list[int]:
    """The page's width shared out by the columns' characters, in twentieths of a point. Columns of
    marks get no less than their titles need."""
    if not columns:
        raise ValueError("a table needs a column")
    total = sum(column.width for column in columns)
    shares = [room * column.width / total for column in columns]
    least = [mark_width(column) if column.kind == "mark" else 0 for column in columns]
    tight = [share < need for share, need in zip(shares, least, strict=True)]
    if any(tight):
        wide = sum(need for need, is_tight in zip(least, tight, strict=True) if is_tight)
        rest = sum(one.width for one, is_tight in zip(columns, tight, strict=True) if not is_tight)
        shares = [
            need if is_tight else (room - wide) * column.width / rest
            for column, need, is_tight in zip(columns, least, tight, strict=True)
        ]
    return [int(share * TWIPS_PER_POINT) for share in shares]


def opening(
    widths: list[int], *, header_row: bool, title: str = "", style: str = "Register"
) -> str:
    first_row, first_column = int(header_row), int(not header_row)
    look = f"{0x0400 + 0x0020 * first_row + 0x0080 * first_column:04X}"
    caption = f'<w:tblCaption w:val="{attribute(title[:250])}"/>' if title else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{look}" w:firstRow="{first_row}" '
        f'w:lastRow="0" w:firstColumn="{first_column}" w:lastColumn="0" w:noHBand="1" '
        'w:noVBand="1"/>'
        f"{caption}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def closing(places: Places) -> str:
    """The end of a table, and the small gap without which two tables would grow together."""
    return "</w:tbl>" + paragraph_xml("", "AfterTable", places)


TIGHT = (
    f'<w:tcMar><w:left w:w="{round(MARK_SIDES * TWIPS_PER_POINT)}" w:type="dxa"/>'
    f'<w:right w:w="{round(MARK_SIDES * TWIPS_PER_POINT)}" w:type="dxa"/></w:tcMar>'
)


def cell(width: int, content: str, more: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr>{content}</w:tc>'


def header_xml(columns: Sequence[Column], widths: list[int], places: Places) -> str:
    cells = []
    for column, width in zip(columns, widths, strict=True):
        if column.kind == "mark":
            head = paragraph_xml(column.title, "TableMarkHeading", places)
            cells.append(cell(width, head, TIGHT))
            continue
        more = '<w:jc w:val="right"/>' if column.kind in NUMBERS else ""
        cells.append(cell(width, paragraph_xml(column.title, "TableHeading", places, more)))
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def row_xml(
    columns: Sequence[Column],
    values: Sequence[Any],
    widths: list[int],
    places: Places,
    language: Language,
) -> str:
    cells = []
    lines = 1
    for index, (column, width) in enumerate(zip(columns, widths, strict=True)):
        value = values[index] if index < len(values) else None
        text = written(value, column, language)
        is_number = column.kind in NUMBERS and not isinstance(value, str)
        lines = max(lines, lines_in(plain(text), width))
        if column.kind == "mark":
            cells.append(cell(width, paragraph_xml(text, "TableMark", places), TIGHT))
            continue
        style = "TableNumber" if is_number else "TableText"
        cells.append(cell(width, paragraph_xml(text, style, places)))
    whole = "<w:trPr><w:cantSplit/></w:trPr>" if lines <= LONGEST_UNSPLIT else ""
    return f"<w:tr>{whole}{''.join(cells)}</w:tr>"


def lines_in(text: str, width: int) -> int:
    """About how many lines a text takes in a column."""
    letters = max(1.0, (width / TWIPS_PER_POINT - CELL_SIDES) / (TABLE_SIZE * LETTER_WIDTH))
    return sum(max(1, ceil(len(line) / letters)) for line in text.split("\n"))


def written(value: Any, column: Column, language: Language) -> Any:
    """A value as the text that stands in a Word table."""
    if value is None:
        return ""
    if isinstance(value, str | Run | Link | list | tuple):
        return value
    if isinstance(value, bool):
        return WORDS[language]["yes" if value else "no"]
    if isinstance(value, int | float | Decimal):
        writers: dict[str, Callable[..., str]] = {"rupiah": written_rupiah}
        if column.kind in ("text", "link"):
            return str(value)
        return writers.get(column.kind, written_number)(value, language)
    if isinstance(value, datetime) and column.kind != "date":
        return written_moment(value, language)
    if isinstance(value, date):
        return written_date(value, language)
    if isinstance(value, Formula):
        return written(value.value, column, language)
    raise TypeError(f"no text for {type(value).__name__}")


LABEL = Column("", 30)


def facts_xml(facts: Facts, places: Places, room: float, language: Language) -> Iterator[str]:
    """Labels and values side by side."""
    columns = (LABEL, Column("", 70, "datetime"))
    widths = column_widths(columns, room)
    if not facts.rows:
        return
    yield opening(widths, header_row=False)
    for label, value in facts.rows:
        text = written(value, columns[1], language)
        lines = lines_in(plain(text), widths[1])
        name = cell(widths[0], paragraph_xml(label, "TableHeading", places))
        whole = "<w:trPr><w:cantSplit/></w:trPr>" if lines <= LONGEST_UNSPLIT else ""
        content = cell(widths[1], paragraph_xml(text, "TableText", places))
        yield f"<w:tr>{whole}{name}{content}</w:tr>"
    yield closing(places)


def signatures_xml(
    signatures: Signatures, places: Places, room: float, language: Language
) -> Iterator[str]:
    """Who signs, up to three side by side, with room for the pen; one alone at the right. All of it
    stays on one page."""
    people = list(signatures.people)
    if not people:
        return
    abreast = 2 if len(people) in (1, 2, 4) else SIGNATURES_ABREAST
    widths = column_widths([LABEL] * abreast, room)
    yield opening(widths, header_row=False, style="TableNormal")
    for start in range(0, len(people), abreast):
        row = people[start : start + abreast]
        is_last = start + abreast >= len(people)
        posts = [
            post_lines(one, places, signatures.place if is_last and one is row[-1] else "")
            for one in row
        ]
        names = [name_lines(one, places, language, leads=not is_last) for one in row]
        empty = [["<w:p><w:pPr><w:keepNext/></w:pPr></w:p>"]] * (abreast - len(row))
        for lines in (posts, names):
            cells = (
                cell(width, "".join(one)) for one, width in zip(empty + lines, widths, strict=True)
            )
            yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"
    yield closing(places)


def post_lines(person: Signature, places: Places, place: str) -> list[str]:
    """Where and when, as what, and the post: a row of their own, so that names stand level."""
    keep = "<w:keepNext/>"
    first, *others = [*([place] if place else []), person.role, person.position]
    return [
        paragraph_xml(first, "SignatureLine", places, f'{keep}<w:spacing w:before="240"/>'),
        *(paragraph_xml(text, "SignatureLine", places, keep) for text in others),
    ]


def name_lines(person: Signature, places: Places, language: Language, *, leads: bool) -> list[str]:
    """Room to sign above the name, and what stands under it. With `leads` more follow below."""
    words, keep = WORDS[language], "<w:keepNext/>"
    room = f'{keep}<w:spacing w:before="{ROOM_TO_SIGN * TWIPS_PER_POINT}"/>'
    lines = [paragraph_xml(person.name or "." * 36, "SignatureName", places, room)]
    day = f"{words['date']} {written_date(person.day, language)}" if person.day else ""
    nip = f"{words['nip']} {person.nip}" if person.nip else ""
    lines += [
        paragraph_xml(text, "SignatureLine", places, keep if leads else "")
        for text in (person.rank, nip, day)
        if text
    ]
    return lines
