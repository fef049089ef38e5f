"""What stands in a report or a workbook, as plain values; the writers know how it looks.

Dates stay dates, numbers stay numbers, None is an empty cell. A text is a string, or a sequence of
strings, `Run`s and `Link`s where a part of it is bold, italic or a link. Rows may be an iterator:
a writer goes through them once, in order, and never holds them all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

Kind = Literal["text", "date", "datetime", "integer", "decimal", "rupiah", "link", "mark"]
ParagraphStyle = Literal["normal", "note", "lead", "centred"]


@dataclass(frozen=True)
class Run:
    """A piece of text with its own look."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Link:
    """Text that leads somewhere.

    `target` is a web address, a path relative to the written file ("files/9.2/plan.pdf"), or "#"
    and a place inside: a bookmark in Word, a sheet ("#Findings") or its cell ("#Findings!B7") in
    Excel.
    """

    text: str
    target: str


@dataclass(frozen=True)
class Formula:
    """An Excel formula without "=", in English, and the value that it has now."""

    expression: str
    value: str | int | float | None = None


Text = str | Run | Link | Sequence[str | Run | Link]
Cell = Text | date | datetime | int | float | Decimal | bool | Formula | None


@dataclass(frozen=True)
class Properties:
    """What a file says about itself. `created` is the as-of moment, never the clock's."""

    title: str
    created: datetime
    author: str = ""
    subject: str = ""
    keywords: str = ""
    company: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table. Width is in characters of ordinary text.

    Of kind "mark" it is a column of a matrix: some letters or a sign in the middle of each cell. In
    Word such columns are as narrow as their titles allow, and what does not fit beside the others
    follows in further tables with the same first columns.
    """

    title: str
    width: int = 16
    kind: Kind = "text"


@dataclass(frozen=True)
class Letterhead:
    """The head of official paper (kop surat): who stands above, whose paper it is, and lines that
    say where they are found. A page that begins with it has no header."""

    name: str
    above: Sequence[str] = ()
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Cover:
    """The first page: its own page, without header and footer. A letterhead stands in the place of
    the organisation's name."""

    title: str
    subtitle: str = ""
    rows: Sequence[tuple[str, Cell]] = ()
    organisation: str = ""
    letterhead: Letterhead | None = None


@dataclass(frozen=True)
class Contents:
    """The linked table of contents of all headings down to a level.

    Its lines lead to the headings and name no pages: only a word processor knows where its pages
    end, and it differs with its fonts. It is a field, so whoever updates it there gets the numbers.
    """

    title: str = ""
    levels: int = 2


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4. Other places link to its bookmark as "#bookmark". Centred, it is
    the title of a letter or form, in capitals."""

    text: str
    level: int = 1
    bookmark: str | None = None
    centred: bool = False


@dataclass(frozen=True)
class Paragraph:
    """With `leads` it stays on the page of what follows."""

    text: Text
    style: ParagraphStyle = "normal"
    leads: bool = False


@dataclass(frozen=True)
class Facts:
    """Labels and values, as a table of two columns."""

    rows: Sequence[tuple[str, Cell]]


@dataclass(frozen=True)
class Table:
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    caption: str = ""


@dataclass(frozen=True)
class BulletList:
    """With `leads` it stays on the page of what follows."""

    items: Sequence[Text]
    leads: bool = False


@dataclass(frozen=True)
class PageBreak:
    """A new page; turned if `landscape` says so, else as before."""

    landscape: bool | None = None


@dataclass(frozen=True)
class Image:
    """A PNG or JPEG picture, with words for those who cannot see it."""

    source: bytes | str | Path
    width_mm: float
    alt: str


@dataclass(frozen=True)
class Signature:
    """Who signs, as what. The name is empty where it will be written by hand."""

    role: str
    name: str = ""
    position: str = ""
    nip: str = ""
    day: date | None = None
    rank: str = ""


@dataclass(frozen=True)
class Signatures:
    """Who signs, side by side; one alone signs at the right. `place` is the line above the last of
    them that says where and when."""

    people: Sequence[Signature]
    place: str = ""


@dataclass(frozen=True)
class FormLine:
    """A question to be answered by hand. `height_mm` is that of question and hint together, `rules`
    the number of rows to write on. Each box bears a word, and below it the same in another
    language."""

    bar: str
    aside: str
    question: str
    hint: str
    height_mm: float
    boxes: Sequence[tuple[str, str]]
    rules: int


@dataclass(frozen=True)
class FormSheet:
    """A page to be filled in by hand, with a picture (PNG) in its head by which it is known again.

    Every row has the height that it is given, so that the sheet stays one page; whoever makes it
    sees to it that all of it fits. `head` are lines of text, the first one large; `known_as` stands
    under the picture.
    """

    head: Sequence[str]
    picture: bytes
    alt: str
    known_as: Sequence[str]
    lines: Sequence[FormLine]
    notes: str
    foot: str
    head_mm: float
    bar_mm: float
    boxes_mm: float
    rule_mm: float
    gap_mm: float


Block = (
    Cover
    | Letterhead
    | Contents
    | Heading
    | Paragraph
    | Facts
    | Table
    | BulletList
    | PageBreak
    | Image
    | Signatures
    | FormSheet
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: title rows (the first is the large one), one header row, rows.

    Printed, its columns are fitted onto as many pages side by side as it takes to read them. The
    header and the first
    `freeze_columns` stay in sight; on paper they stand on each page.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    title: Sequence[Text] = ()
    freeze_columns: int = 0
    autofilter: bool = True
    landscape: bool = True

    @property
    def first_row(self) -> int:
        """The number of the first row below the header, for formulas."""
        return len(self.title) + 3 if self.title else 2


@dataclass(frozen=True)
class Cut:
    """Something that did not fit into Excel and stands there shortened: where, and by how much."""

    sheet: str
    cell: str
    what: Literal["text", "link"]
    dropped: int


ITEM = "- "
"""How an item of a list begins in what people write."""


def written(text: str) -> Iterator[Block]:
    """What somebody wrote, as paragraphs; lines that begin with "- " as a list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for is_item, group in groupby(lines, lambda line: line.startswith(ITEM)):
        if is_item:
            yield BulletList([line.removeprefix(ITEM) for line in group])
        else:
            yield from map(Paragraph, group)


def plain(text: Any) -> str:
    """A text without its looks."""
    if isinstance(text, str):
        return text
    if isinstance(text, Run | Link):
        return text.text
    return "".join(plain(piece) for piece in text)
