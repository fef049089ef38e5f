"""A pack opened and read: its parts, the workbook's sheets, the report's chapters."""

import json
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from tests.packs.expected import moment

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONS = "word/_rels/document.xml.rels"
HEADER = 4
"""The row of the headings in every sheet but the index: below two title rows and an empty one."""
Block = tuple[str, Any]
"""Style and text of a paragraph, or "" and the rows of a table."""


class Opened:
    """A pack in English."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.manifest = json.loads(self.parts["manifest.json"])

    @cached_property
    def book(self) -> Any:
        return load_workbook(BytesIO(self.parts["Workbook.xlsx"]))

    def sheet(self, name: str) -> list[dict[str, Any]]:
        """The rows of a sheet by its headings."""
        rows = list(self.book[name].iter_rows(min_row=HEADER, values_only=True))
        titles = [str(title) for title in rows[0]]
        return [dict(zip(titles, map(plain, row), strict=True)) for row in rows[1:]]

    def column(self, sheet: str, title: str) -> list[Any]:
        return [row[title] for row in self.sheet(sheet)]

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The values of the index as they were written, by what they count."""
        stream = BytesIO(self.parts["Workbook.xlsx"])
        sheet = load_workbook(stream, data_only=True, read_only=True)["Index"]
        rows = sheet.iter_rows(min_row=HEADER + 3, values_only=True)
        return {row[0] or row[1]: row[2] for row in rows if len(row) > 2}

    @cached_property
    def report(self) -> Any:
        inside = BytesIO(self.parts["Evidence-report.docx"])
        with ZipFile(inside) as archive:
            return {name: archive.read(name) for name in ("word/document.xml", RELATIONS)}

    @cached_property
    def blocks(self) -> list[Block]:
        """Paragraphs and tables of the report in order."""
        body = etree.fromstring(self.report["word/document.xml"], etree.XMLParser(huge_tree=True))
        return [
            block_of(element) for element in body[0] if element.tag in (f"{WORD}p", f"{WORD}tbl")
        ]

    @cached_property
    def words(self) -> str:
        """All text of the report."""
        lines: list[str] = []
        for style, content in self.blocks:
            lines += [content] if style else [cell for row in content for cell in row]
        return "\n".join(lines)

    @cached_property
    def chapters(self) -> dict[str, list[Block]]:
        """What follows each heading, by "Chapter/Heading"."""
        found: dict[str, list[Block]] = {}
        part, current = "", found.setdefault("", [])
        for style, content in self.blocks:
            if style.startswith("Heading"):
                part = content if style == "Heading1" else part
                current = found.setdefault(f"{part}/{content}", [])
            else:
                current.append((style, content))
        return found

    @property
    def links_of_the_report(self) -> list[str]:
        """Where it leads outside of itself."""
        relations = etree.fromstring(self.report[RELATIONS])
        return [one.get("Target") for one in relations if one.get("TargetMode") == "External"]


def plain(value: Any) -> Any:
    return unescape(value) if isinstance(value, str) else moment(value)


def block_of(element: Any) -> Block:
    if element.tag == f"{WORD}tbl":
        rows = element.iterchildren(f"{WORD}tr")
        return "", [[cell_text(cell) for cell in row.iterchildren(f"{WORD}tc")] for row in rows]
    style = element.find(f"{WORD}pPr/{WORD}pStyle")
    return ("Normal" if style is None else style.get(f"{WORD}val")), text_of(element)


def cell_text(cell: Any) -> str:
    return "\n".join(map(text_of, cell.iterchildren(f"{WORD}p")))


def text_of(paragraph: Any) -> str:
    """The text of its runs, with line ends and tabs."""
    signs = {f"{WORD}br": "\n", f"{WORD}tab": "\t"}
    return "".join(
        signs.get(piece.tag) or piece.text or ""
        for run in paragraph.iter(f"{WORD}r")
        for piece in run
        if piece.tag == f"{WORD}t" or piece.tag in signs
    )


def rows_below(part: list[Block], caption: str | None = None) -> list[list[str]]:
    """The rows of the table below a caption (or of the only table), without its header."""
    seen = caption is None
    for style, content in part:
        if style:
            seen = seen or (style == "Caption" and content == caption)
        elif seen:
            return list(content[1:])
    return []
