"""The XML of a workbook, read part by part in bounded memory. See sheet_reader."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZipFile

from qms.core.zip_package import parse_part
from qms.office.limits import Limits, Value, padded
from qms.office.number_formats import Format, format_of, value_of_number
from qms.office.unreadable import UnreadableFile

Merge = tuple[int, int, int, int]

MOST_PART_BYTES = 200_000_000
MOST_CHARACTERS = 30_000_000
MOST_SHARED_TEXTS = 1_000_000
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def read_workbook(
    package: ZipFile, limits: Limits
) -> list[tuple[str, list[list[Value]], list[Merge]]]:
    """(name, rows, merged ranges) of each visible sheet."""
    main = main_part(package)
    sheets, epoch_1904 = list_sheets(package, main)
    targets = relationships(package, main)
    if not sheets:
        raise UnreadableFile("no_visible_sheet")
    texts = Texts()
    formats: list[Format] = []
    for kind, target in targets.values():
        if kind == "sharedStrings":
            read_shared_texts(package, target, texts)
        elif kind == "styles":
            formats = read_formats(package, target)
    book = Book(package, texts, formats, epoch_1904, limits)
    return [
        (name, *read_sheet(book, name, targets[key][1]))
        for name, key in sheets
        if key in targets and targets[key][0] == "worksheet"
    ]


@dataclass
class Texts:
    """The texts read so far, and how many characters they have together."""

    shared: list[str]
    characters: int

    def __init__(self) -> None:
        self.shared = []
        self.characters = 0

    def count(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise UnreadableFile("too_much_text")


@dataclass
class Book:
    """What all sheets of one workbook share."""

    package: ZipFile
    texts: Texts
    formats: list[Format]
    epoch_1904: bool
    limits: Limits
    cells: int = 0


def parse(
    package: ZipFile,
    name: str,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run handlers over a part that must be there and not too large."""
    try:
        entry = package.getinfo(name)
    except KeyError as error:
        raise UnreadableFile("damaged") from error
    if entry.file_size > MOST_PART_BYTES:
        raise UnreadableFile("too_much_text")
    with package.open(entry) as part:
        parse_part(part, start, end, text)


def relationships(package: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """id: (last word of the type, part name) of what a part refers to inside the package."""
    folder, _, name = part.rpartition("/")
    source = posixpath.join(folder, "_rels", name + ".rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(path))

    if source in package.namelist():
        parse(package, source, start=start)
    return found


def main_part(package: ZipFile) -> str:
    for kind, target in relationships(package, "").values():
        if kind == "officeDocument":
            return target
    return "xl/workbook.xml"


def list_sheets(package: ZipFile, main: str) -> tuple[list[tuple[str, str]], bool]:
    """(name, relationship id) of the visible sheets, and whether days count from 1904."""
    sheets: list[tuple[str, str]] = []
    epoch_1904 = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal epoch_1904
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            key = next((value for name, value in attributes.items() if name.endswith("}id")), "")
            sheets.append((attributes.get("name", ""), key))
        elif tag == "workbookPr":
            epoch_1904 = attributes.get("date1904") in ("1", "true", "on")

    parse(package, main, start=start)
    return sheets, epoch_1904


def read_shared_texts(package: ZipFile, name: str, texts: Texts) -> None:
    """The texts that cells refer to by number; reading aids above (phonetic) are left out."""
    pieces: list[str] = []
    inside = aid = False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal inside, aid
        if tag == "t":
            inside = not aid
        elif tag == "rPh":
            aid = True

    def text(piece: str) -> None:
        if inside:
            texts.count(piece)
            pieces.append(piece)

    def end(tag: str) -> None:
        nonlocal inside, aid
        if tag == "t":
            inside = False
        elif tag == "rPh":
            aid = False
        elif tag == "si":
            texts.shared.append(unescaped("".join(pieces)))
            pieces.clear()
            if len(texts.shared) > MOST_SHARED_TEXTS:
                raise UnreadableFile("too_much_text")

    parse(package, name, start=start, end=end, text=text)


def unescaped(text: str) -> str:
    """_x000D_ and the like are how Excel writes what XML cannot. Half a character, which no page
    could show, stays as it was written."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(_sign, text).replace("\r\n", "\n")


def _sign(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if 0xD800 <= number <= 0xDFFF else chr(number)


def read_formats(package: ZipFile, name: str) -> list[Format]:
    """For each cell style by number: what its number format makes of a number."""
    custom: dict[str, str] = {}
    formats: list[Format] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            formats.append(format_of(number, custom.get(number)))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    parse(package, name, start=start, end=end)
    return formats


class SheetHandler:
    """Collects the filled cells of one sheet while its XML passes by."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self.rows: dict[int, dict[int, Value]] = {}
        self.merged: list[Merge] = []
        self.row = self.column = -1
        self.kind, self.style = "n", 0
        self.pieces: list[str] = []
        self.inside = self.aid = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.start_cell(attributes)
        elif tag == "v" or tag == "t":
            self.inside = not self.aid
        elif tag == "row":
            given = attributes.get("r", "")
            self.row = int(given) - 1 if given.isdecimal() and given != "0" else self.row + 1
            self.column = -1
        elif tag == "rPh":
            self.aid = True
        elif tag == "mergeCell":
            self.add_merge(attributes.get("ref", ""))

    def start_cell(self, attributes: dict[str, str]) -> None:
        column = column_number(attributes.get("r", ""))
        self.column = self.column + 1 if column is None else column
        self.kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self.style = int(style) if style.isdecimal() else 0
        self.pieces.clear()

    def text(self, piece: str) -> None:
        if self.inside:
            self.book.texts.count(piece)
            self.pieces.append(piece)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self.pieces:
                self.add_cell("".join(self.pieces))
        elif tag == "v" or tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.aid = False

    def add_cell(self, raw: str) -> None:
        value = self.value(raw)
        if value is None or value == "":
            return
        self.book.cells += 1
        self.book.limits.check(self.name, self.row, self.column, self.book.cells)
        self.rows.setdefault(self.row, {})[self.column] = value

    def value(self, raw: str) -> Value:
        kind = self.kind
        if kind == "s":
            shared = self.book.texts.shared
            number = int(raw) if raw.strip().isdecimal() else len(shared)
            if number >= len(shared):
                raise UnreadableFile("damaged")
            return shared[number]
        if kind == "n":
            formats = self.book.formats
            form = formats[self.style] if self.style < len(formats) else Format()
            return value_of_number(raw.strip(), form, self.book.epoch_1904)
        if kind == "b":
            return raw.strip() in ("1", "true")
        if kind == "d":
            return value_of_iso(raw.strip())
        return unescaped(raw)  # str, inlineStr, and e: errors are shown as they stand

    def add_merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if (start := position(first)) and (stop := position(last or first)):
            self.merged.append((*start, *stop))
        if len(self.merged) > self.book.limits.cells:
            raise UnreadableFile("too_many_cells", limit=self.book.limits.cells)


def column_number(reference: str) -> int | None:
    """0 for A1, 27 for AB5; None where the file leaves the reference out."""
    number = 0
    for letter in reference.upper():
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
        if number > 20_000:
            raise UnreadableFile("damaged")
    return number - 1 if number else None


def position(reference: str) -> tuple[int, int] | None:
    """(row, column) from 0, of a reference such as B7."""
    found = REFERENCE.fullmatch(reference)
    column = column_number(found[1]) if found else None
    return (int(found[2]) - 1, column) if found and column is not None else None


def value_of_iso(raw: str) -> Value:
    """A date that strict files write in ISO form."""
    try:
        moment = datetime.fromisoformat(raw.replace("Z", ""))
    except ValueError:
        return raw
    return moment.date() if "T" not in raw else moment


def read_sheet(book: Book, name: str, part: str) -> tuple[list[list[Value]], list[Merge]]:
    """The rows of one sheet and its merged ranges, whose value stands at the first cell only."""
    handler = SheetHandler(book, name)
    parse(book.package, part, start=handler.start, end=handler.end, text=handler.text)
    table = padded(name, handler.rows, book.limits)
    clear_merged(table, handler.merged)
    return table, handler.merged


def clear_merged(table: list[list[Value]], merged: list[Merge]) -> None:
    """Empty what lies hidden under a merged cell. Ranges never overlap, so the work is bounded."""
    width = len(table[0]) if table else 0
    budget = len(table) * width
    for top, left, bottom, right in merged:
        for row in range(top, min(bottom + 1, len(table))):
            for column in range(left, min(right + 1, width)):
                budget -= 1
                if budget < 0:
                    raise UnreadableFile("damaged")
                if (row, column) != (top, left):
                    table[row][column] = None
