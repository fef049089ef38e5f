"""Tables as WordprocessingML, row by row."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qms.office.blocks import Column, Facts, Formula, Link, Run, Signature, Signatures, Table, plain
from qms.office.docx_runs import Places, paragraph_xml
from qms.office.page_count import LINE_HEIGHT, PageCount
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
TABLE_SIZE = 9.0
CELL_PADDING = 4.5  # above and below, in points
CELL_SIDES = 8.5  # left and right
LONGEST_UNSPLIT = 15  # lines: a taller row may break across pages, or it would be clipped
NUMBERS = ("integer", "decimal", "rupiah")
SIGNATURES_ABREAST = 3
ROOM_TO_SIGN = 46  # points


def table_xml(table: Table, places: Places, pages: PageCount, language: Language) -> Iterator[str]:
    """A register: caption, repeated header row, rows."""
    if table.caption:
        pages.add_text(table.caption, 9.5, 11, keep_with=30)
        yield paragraph_xml(table.caption, "Caption", places)
    widths = column_widths(table.columns, pages.width)
    yield opening(widths, header_row=True, title=table.caption)
    yield header_xml(table.columns, widths, places, pages)
    empty = True
    for values in table.rows:
        empty = False
        if len(values) > len(table.columns):
            raise ValueError(f"table {table.caption!r} has more values in a row than columns")
        yield row_xml(table.columns, values, widths, places, pages, language)
    if empty:
        pages.add(20)
        text = paragraph_xml(Run(WORDS[language]["no_rows"], italic=True), "TableText", places)
        span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
        yield f"<w:tr>{cell(sum(widths), text, span)}</w:tr>"
    yield closing(places, pages)


def column_widths(columns: Sequence[Column], room: float) -> list[int]:
    """The page's width shared out by the columns' characters, in twentieths of a point."""
    if not columns:
        raise ValueError("a table needs a column")
    total = sum(column.width for column in columns)
    return [int(room * TWIPS_PER_POINT * column.width / total) for column in columns]


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


def closing(places: Places, pages: PageCount) -> str:
    """The end of a table, and the small gap without which two tables would grow together."""
    pages.add(9)
    return "</w:tbl>" + paragraph_xml("", "AfterTable", places)


def cell(width: int, content: str, more: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr>{content}</w:tc>'


def header_xml(
    columns: Sequence[Column], widths: list[int], places: Places, pages: PageCount
) -> str:
    cells = []
    lines = 1
    for column, width in zip(columns, widths, strict=True):
        more = '<w:jc w:val="right"/>' if column.kind in NUMBERS else ""
        lines = max(lines, lines_in(column.title, width, pages))
        cells.append(cell(width, paragraph_xml(column.title, "TableHeading", places, more)))
    pages.add(row_height(lines), keep_with=30)
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def row_xml(
    columns: Sequence[Column],
    values: Sequence[Any],
    widths: list[int],
    places: Places,
    pages: PageCount,
    language: Language,
) -> str:
    cells = []
    lines = 1
    for index, (column, width) in enumerate(zip(columns, widths, strict=True)):
        value = values[index] if index < len(values) else None
        text = written(value, column, language)
        is_number = column.kind in NUMBERS and not isinstance(value, str)
        lines = max(lines, lines_in(plain(text), width, pages))
        style = "TableNumber" if is_number else "TableText"
        cells.append(cell(width, paragraph_xml(text, style, places)))
    pages.add(row_height(lines))
    whole = "<w:trPr><w:cantSplit/></w:trPr>" if lines <= LONGEST_UNSPLIT else ""
    return f"<w:tr>{whole}{''.join(cells)}</w:tr>"


def lines_in(text: str, width: int, pages: PageCount) -> int:
    return pages.lines(text, TABLE_SIZE, width / TWIPS_PER_POINT - CELL_SIDES) if text else 1


def row_height(lines: int) -> float:
    return lines * TABLE_SIZE * LINE_HEIGHT + CELL_PADDING


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


def facts_xml(facts: Facts, places: Places, pages: PageCount, language: Language) -> Iterator[str]:
    """Labels and values side by side."""
    columns = (LABEL, Column("", 70, "datetime"))
    widths = column_widths(columns, pages.width)
    if not facts.rows:
        return
    yield opening(widths, header_row=False)
    for label, value in facts.rows:
        text = written(value, columns[1], language)
        lines = max(lines_in(label, widths[0], pages), lines_in(plain(text), widths[1], pages))
        pages.add(row_height(lines))
        name = cell(widths[0], paragraph_xml(label, "TableHeading", places))
        whole = "<w:trPr><w:cantSplit/></w:trPr>" if lines <= LONGEST_UNSPLIT else ""
        content = cell(widths[1], paragraph_xml(text, "TableText", places))
        yield f"<w:tr>{whole}{name}{content}</w:tr>"
    yield closing(places, pages)


def signatures_xml(
    signatures: Signatures, places: Places, pages: PageCount, language: Language
) -> Iterator[str]:
    """Who signs, up to three side by side, with room for the pen."""
    people = list(signatures.people)
    for start in range(0, len(people), SIGNATURES_ABREAST):
        abreast = people[start : start + SIGNATURES_ABREAST]
        widths = column_widths([LABEL] * max(2, len(abreast)), pages.width)
        pages.add(130)
        yield opening(widths, header_row=False, style="TableNormal")
        cells = [
            cell(width, "".join(signature_lines(person, places, language)))
            for width, person in zip(widths, abreast, strict=False)
        ]
        cells += [cell(width, "<w:p/>") for width in widths[len(abreast) :]]
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"
        yield closing(places, pages)


def signature_lines(person: Signature, places: Places, language: Language) -> Iterator[str]:
    words = WORDS[language]
    gap = '<w:keepNext/><w:spacing w:before="240"/>'
    yield paragraph_xml(person.role, "SignatureLine", places, gap)
    yield paragraph_xml(person.position, "SignatureLine", places, "<w:keepNext/>")
    room = f'<w:keepNext/><w:spacing w:before="{ROOM_TO_SIGN * TWIPS_PER_POINT}"/>'
    yield paragraph_xml(person.name or "." * 36, "SignatureName", places, room)
    if person.nip:
        yield paragraph_xml(f"{words['nip']} {person.nip}", "SignatureLine", places)
    if person.day:
        day = f"{words['date']} {written_date(person.day, language)}"
        yield paragraph_xml(day, "SignatureLine", places)
