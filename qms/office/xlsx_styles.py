"""The styles of our workbooks: cell formats by name, and styles.xml made from them."""

from dataclasses import dataclass

from qms.office.wording import Language
from qms.office.xml_text import attribute

ACCENT = "1F4E79"
LINE = "D0D7DE"
HEADER_FILL = "DDE7F1"
FONT = "Arial"


@dataclass(frozen=True)
class CellFormat:
    """One cell format: numbers refer to the lists below."""

    number: int = 0
    font: int = 0
    fill: int = 0
    border: int = 1
    wrap: bool = False
    across: str = ""
    quoted: bool = False  # quotePrefix: Excel keeps "=..." as text when the cell is edited
    style: int = 0  # named cell style


FORMATS: dict[str, CellFormat] = {
    "plain": CellFormat(border=0),
    "title": CellFormat(font=2, border=0, style=1),
    "subtitle": CellFormat(font=4, border=0),
    "header": CellFormat(font=1, fill=2, border=2, wrap=True, style=2),
    "header_right": CellFormat(font=1, fill=2, border=2, wrap=True, across="right", style=2),
    "header_mark": CellFormat(font=1, fill=2, border=2, across="center", style=2),
    "text": CellFormat(number=49, wrap=True),
    "quoted": CellFormat(number=49, wrap=True, quoted=True),
    "date": CellFormat(number=164, across="left"),
    "datetime": CellFormat(number=165, across="left"),
    "integer": CellFormat(number=166, across="right"),
    "decimal": CellFormat(number=167, across="right"),
    "rupiah": CellFormat(number=168, across="right"),
    "general": CellFormat(),
    "yesno": CellFormat(across="center"),
    "mark": CellFormat(number=49, across="center", quoted=True),
    "link": CellFormat(font=3, wrap=True, style=3),
}
INDEX = {name: number for number, name in enumerate(FORMATS)}


def number_formats(language: Language) -> dict[int, str]:
    """Our own number formats; month names follow the file's language, not the reader's Excel. They
    are short: where a day does not fit into its column, Excel shows ####."""
    locale = "[$-421]" if language == "id" else "[$-809]"
    return {
        164: f"{locale}dd\\ mmm\\ yyyy",
        165: f"{locale}dd\\ mmm\\ yyyy\\ hh:mm",
        166: "#,##0",
        167: "#,##0.##########",
        168: '"Rp"#,##0;[Red]\\-"Rp"#,##0',
    }


def styles_xml(language: Language) -> str:
    formats = "".join(
        f'<numFmt numFmtId="{key}" formatCode="{attribute(code)}"/>'
        for key, code in number_formats(language).items()
    )
    cells = "".join(cell_format(form) for form in FORMATS.values())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<numFmts count="{len(number_formats(language))}">{formats}</numFmts>'
        '<fonts count="5">'
        + font(10, "222222")
        + font(10, ACCENT, "<b/>")
        + font(16, ACCENT, "<b/>")
        + font(10, "0563C1", "<u/>")
        + font(10, "57606A")
        + "</fonts>"
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{HEADER_FILL}"/>'
        '<bgColor indexed="64"/></patternFill></fill></fills>'
        '<borders count="3"><border><left/><right/><top/><bottom/><diagonal/></border>'
        + border("thin", LINE, "thin", LINE)
        + border("thin", LINE, "medium", ACCENT)
        + "</borders>"
        '<cellStyleXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '<xf numFmtId="0" fontId="2" fillId="0" borderId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="2" borderId="2"/>'
        '<xf numFmtId="0" fontId="3" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(FORMATS)}">{cells}</cellXfs>'
        '<cellStyles count="4"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
        '<cellStyle name="Title" xfId="1" builtinId="15"/>'
        '<cellStyle name="Heading 3" xfId="2" builtinId="18"/>'
        '<cellStyle name="Hyperlink" xfId="3" builtinId="8"/></cellStyles>'
        '<dxfs count="0"/>'
        "</styleSheet>"
    )


def font(size: int, colour: str, marks: str = "") -> str:
    return (
        f'<font>{marks}<sz val="{size}"/><color rgb="FF{colour}"/><name val="{FONT}"/>'
        '<family val="2"/></font>'
    )


def border(sides: str, side_colour: str, bottom: str, bottom_colour: str) -> str:
    line = f'style="{sides}"><color rgb="FF{side_colour}"/>'
    return (
        f"<border><left {line}</left><right {line}</right><top {line}</top>"
        f'<bottom style="{bottom}"><color rgb="FF{bottom_colour}"/></bottom><diagonal/></border>'
    )


def cell_format(form: CellFormat) -> str:
    # An indent keeps a number away from the text beside it.
    indent = ' indent="1"' if form.across == "right" else ""
    across = f' horizontal="{form.across}"{indent}' if form.across else ""
    wrap = ' wrapText="1"' if form.wrap else ""
    quoted = ' quotePrefix="1"' if form.quoted else ""
    return (
        f'<xf numFmtId="{form.number}" fontId="{form.font}" fillId="{form.fill}" '
        f'borderId="{form.border}" xfId="{form.style}"{quoted} applyNumberFormat="1" '
        'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<alignment{across} vertical="top"{wrap}/></xf>'
    )
