"""Pages to be filled in by hand, as WordprocessingML: boxes to tick and rows to write on.

Every row has an exact height, so that a page never runs over into a second one.
"""

from collections.abc import Iterator

from qms.office.blocks import FormLine, FormSheet
from qms.office.docx_runs import Places, run_xml
from qms.office.docx_tables import TWIPS_PER_POINT, cell, opening

POINTS_PER_MM = 72 / 25.4
PICTURE_MM = 28.0
PICTURE_COLUMN = 0.27
"""Of the width: the column at the right of the head."""
BOX = "☐"
GREY = "57606A"
LINE = "8C959F"
NOTES_EVERY = "dotted"


def form_xml(
    sheet: FormSheet, drawing: str, places: Places, room: float, *, is_first: bool
) -> Iterator[str]:
    """A sheet. The room across is in points; `drawing` is the run with its picture."""
    if not is_first:
        yield '<w:p><w:pPr><w:pStyle w:val="AfterTable"/><w:pageBreakBefore/></w:pPr></w:p>'
    across = int(room * TWIPS_PER_POINT)
    yield from _head(sheet, drawing, across)
    yield _between(sheet.gap_mm)
    for line in sheet.lines:
        yield from _line(line, sheet, across)
        yield _between(sheet.gap_mm)
    yield _text(sheet.foot, 7, GREY)


def _twips(mm: float) -> int:
    return round(mm * POINTS_PER_MM * TWIPS_PER_POINT)


def _between(mm: float) -> str:
    """The gap without which two tables would grow together, of an exact height."""
    return (
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{_twips(mm)}" '
        'w:lineRule="exact"/></w:pPr></w:p>'
    )


def _text(
    text: str, points: float, colour: str = "", *, bold: bool = False, line: float = 0
) -> str:
    """A paragraph of a size, its lines of an exact height (1.2 of the size, or so many mm)."""
    high = _twips(line) if line else int(points * 1.2 * TWIPS_PER_POINT)
    return (
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{high}" w:lineRule="exact"/>'
        f"</w:pPr>{run_xml(text, _looks(points, colour, bold))}</w:p>"
    )


def _looks(points: float, colour: str, bold: bool) -> str:
    half = int(points * 2)
    return (
        ("<w:b/>" if bold else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    )


def _row(mm: float, cells: str) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{_twips(mm)}" w:hRule="exact"/></w:trPr>'
        f"{cells}</w:tr>"
    )


def _head(sheet: FormSheet, drawing: str, across: int) -> Iterator[str]:
    right = int(across * PICTURE_COLUMN)
    widths = [across - right, right]
    title, *lines = sheet.head
    said = _text(title, 12, bold=True, line=6) + "".join(_text(one, 8.5, line=4.2) for one in lines)
    picture = (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0"/><w:jc w:val="right"/></w:pPr>'
        f"{drawing}</w:p>"
    )
    known = "".join(
        _text(one, 8, bold=n == 0, line=3.4).replace("</w:pPr>", '<w:jc w:val="right"/></w:pPr>', 1)
        for n, one in enumerate(sheet.known_as)
    )
    yield opening(widths, header_row=False, style="TableNormal")
    yield _row(sheet.head_mm, cell(widths[0], said) + cell(widths[1], picture + known))
    yield "</w:tbl>"


def _line(line: FormLine, sheet: FormSheet, across: int) -> Iterator[str]:
    """Bar, question with what to ask to see, boxes, rows to write on."""
    number = len(line.boxes)
    widths = [across // number] * number
    widths[-1] += across - sum(widths)
    all_across = f'<w:gridSpan w:val="{number}"/>'
    yield opening(widths, header_row=False, style="TableNormal")
    half = number // 2
    left, right = sum(widths[:half]), sum(widths[half:])
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8EEF5"/>'
    yield _row(
        sheet.bar_mm,
        cell(left, _text(line.bar, 8.5, bold=True), f'<w:gridSpan w:val="{half}"/>{_edge()}{shade}')
        + cell(
            right,
            _text(line.aside, 8, GREY),
            f'<w:gridSpan w:val="{number - half}"/>{_edge()}{shade}',
        ),
    )
    said = _text(line.question, 10, line=4.3)
    if line.hint:
        said += _text(line.hint, 8.5, GREY, line=3.7)
    yield _row(line.height_mm, cell(across, said, f"{all_across}{_edge()}{PADDED}"))
    boxes = (
        cell(width, _text(f"{BOX} {word}", 7.5) + _text(other, 6.5, GREY), _edge() + TIGHT)
        for width, (word, other) in zip(widths, line.boxes, strict=True)
    )
    yield _row(sheet.boxes_mm, "".join(boxes))
    for n in range(line.rules):
        label = _text("" if n else sheet.notes, 7, GREY)
        yield _row(sheet.rule_mm, cell(across, label, f"{all_across}{_edge(NOTES_EVERY)}"))
    yield "</w:tbl>"


PADDED = '<w:tcMar><w:top w:w="68" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/></w:tcMar>'


TIGHT = (
    '<w:tcMar><w:top w:w="40" w:type="dxa"/><w:left w:w="40" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="20" w:type="dxa"/></w:tcMar>'
)


def _edge(bottom: str = "single") -> str:
    """The frame of a cell."""
    sides = (("top", bottom), ("left", "single"), ("bottom", bottom), ("right", "single"))
    drawn = "".join(
        f'<w:{side} w:val="{kind}" w:sz="4" w:space="0" w:color="{LINE}"/>' for side, kind in sides
    )
    return f"<w:tcBorders>{drawn}</w:tcBorders>"
