"""Workbooks: sheets of typed cells, streamed into the file row by row.

Text goes in as text, so that "=..." is no formula; dates and numbers are real ones. The same sheets
and properties give the same bytes.
"""

from collections.abc import Iterable
from datetime import UTC
from zipfile import ZipFile

from openpyxl.writer.theme import theme_xml

from qms.office.blocks import Cut, Properties, Sheet
from qms.office.fixed_zip import Target, new_package, stream_part, write_part
from qms.office.wording import WORDS, Language
from qms.office.xlsx_sheets import SheetWriter, letters, quoted_name, sheet_names
from qms.office.xlsx_styles import styles_xml
from qms.office.xml_text import allowed, attribute, escaped

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "application/vnd.openxmlformats-officedocument"
LONGEST_FOOTER = 150


def write_xlsx(
    sheets: Iterable[Sheet], target: Target, *, properties: Properties, language: Language = "id"
) -> list[Cut]:
    """Write the sheets to a path or binary file; returns what had to be shortened."""
    wanted = list(sheets)
    if not wanted:
        raise ValueError("a workbook needs a sheet")
    names = sheet_names([sheet.name for sheet in wanted])
    by_wish = {sheet.name.casefold(): name for sheet, name in zip(wanted, names, strict=True)}
    footer = allowed(properties.title)[:LONGEST_FOOTER].replace("&", "&&")
    writers = [
        SheetWriter(sheet, name, by_wish, language, footer, is_first=number == 0)
        for number, (sheet, name) in enumerate(zip(wanted, names, strict=True))
    ]
    with new_package(target) as package:
        write_part(package, "[Content_Types].xml", content_types(len(writers)))
        write_part(package, "_rels/.rels", root_relationships())
        write_properties(package, properties, language)
        write_part(package, "xl/_rels/workbook.xml.rels", workbook_relationships(len(writers)))
        write_part(package, "xl/styles.xml", styles_xml(language))
        write_part(package, "xl/theme/theme1.xml", theme_xml)
        for number, writer in enumerate(writers, start=1):
            stream_part(package, f"xl/worksheets/sheet{number}.xml", writer.xml())
            if links := writer.relationships():
                write_part(package, f"xl/worksheets/_rels/sheet{number}.xml.rels", links)
        write_part(package, "xl/workbook.xml", workbook_xml(writers))
    return [cut for writer in writers for cut in writer.cuts]


def content_types(sheets: int) -> str:
    parts = [
        ("/xl/workbook.xml", f"{TYPES}.spreadsheetml.sheet.main+xml"),
        ("/xl/styles.xml", f"{TYPES}.spreadsheetml.styles+xml"),
        ("/xl/theme/theme1.xml", f"{TYPES}.theme+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", f"{TYPES}.extended-properties+xml"),
    ] + [
        (f"/xl/worksheets/sheet{number}.xml", f"{TYPES}.spreadsheetml.worksheet+xml")
        for number in range(1, sheets + 1)
    ]
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def relationships(items: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(items, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def root_relationships() -> str:
    return relationships(
        [
            (f"{OFFICE}/relationships/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ]
    )


def workbook_relationships(sheets: int) -> str:
    return relationships(
        [
            (f"{OFFICE}/relationships/worksheet", f"worksheets/sheet{number}.xml")
            for number in range(1, sheets + 1)
        ]
        + [
            (f"{OFFICE}/relationships/styles", "styles.xml"),
            (f"{OFFICE}/relationships/theme", "theme/theme1.xml"),
        ]
    )


def write_properties(package: ZipFile, properties: Properties, language: Language) -> None:
    created = properties.created
    if created.tzinfo:
        created = created.astimezone(UTC)
    moment = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    write_part(
        package,
        "docProps/core.xml",
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escaped(properties.title)}</dc:title>"
        f"<dc:subject>{escaped(properties.subject)}</dc:subject>"
        f"<dc:creator>{escaped(properties.author)}</dc:creator>"
        f"<cp:keywords>{escaped(properties.keywords)}</cp:keywords>"
        f"<cp:lastModifiedBy>{escaped(properties.author)}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified>'
        f"<dc:language>{WORDS[language]['language']}</dc:language></cp:coreProperties>",
    )
    write_part(
        package,
        "docProps/app.xml",
        f'{HEAD}<Properties xmlns="{OFFICE}/extended-properties">'
        f"<Application>QMS</Application><Company>{escaped(properties.company)}</Company></Properties>",
    )


def workbook_xml(writers: list[SheetWriter]) -> str:
    """The list of sheets, and the named ranges that filters and print titles need."""
    sheets = "".join(
        f'<sheet name="{attribute(writer.name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, writer in enumerate(writers, start=1)
    )
    names = "".join(defined_names(number, writer) for number, writer in enumerate(writers))
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">'
        '<workbookPr defaultThemeVersion="124226"/>'
        '<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" '
        'windowHeight="15000"/>'
        f"</bookViews><sheets>{sheets}</sheets>"
        + (f"<definedNames>{names}</definedNames>" if names else "")
        + '<calcPr calcId="0" fullCalcOnLoad="1"/></workbook>'
    )


def defined_names(number: int, writer: SheetWriter) -> str:
    sheet = escaped(quoted_name(writer.name))
    row = writer.header_row
    names = ""
    if writer.sheet.autofilter:
        names += (
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number}" hidden="1">'
            f"{sheet}!{writer.table_range}</definedName>"
        )
    titles = f"{sheet}!${row}:${row}"
    if columns := writer.sheet.freeze_columns:
        titles = f"{sheet}!$A:${letters(columns - 1)},{titles}"
    names += (
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">{titles}</definedName>'
    )
    return names
