"""Which lines of a checklist stand on which sheet of paper.

A sheet is one page, whatever the questions: heights are worked out from the text before anything
is printed, with letters taken a little wider than they are, so that page and Word file break at
the same lines. All measures are millimetres on A4 within the margins of our Word files.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

WIDTH, HEIGHT = 170.0, 253.0
HEAD, FOOT, APART = 37.0, 5.0, 9.0
"""The head with the QR, the line at the foot, and what Word leaves between."""
BODY = HEIGHT - HEAD - FOOT - APART
BAR, BOXES, RULE, GAP = 5.5, 9.0, 8.0, 2.0
"""Of a line: the bar with its number, the boxes to tick, one row to write on, the space below."""
LEAST_RULES = 3
"""Rows to write on at each line; what is left on a sheet is shared out."""
PADDING = 2.6
INNER = WIDTH - 4.0
"""What text has to the side within its frame."""
POINT = 25.4 / 72
SAFETY = 1.06
"""Fonts that stand in for ours where it is missing are wider."""


@dataclass(frozen=True)
class Style:
    """A size of text, the height of its lines, and how many of them are printed at most."""

    points: float
    leading: float
    most: int


QUESTION, HINT = Style(10, 4.3, 24), Style(8.5, 3.7, 12)
SMALL = Style(8, 3.6, 1)
NARROW, WIDE, CAPITAL = frozenset("iljtfrI.,:;'|!()[]/- "), frozenset("mwMW@%—…"), 0.72
CUT = " […]"


@dataclass(frozen=True)
class Asked:
    """A line as it stands on paper."""

    key: int
    question: str
    hint: str


@dataclass(frozen=True)
class Placed:
    """A line on its sheet: its number on paper, how many lines question and hint take, and how
    many rows there are to write on."""

    asked: Asked
    place: int
    question_lines: int
    hint_lines: int
    rules: int = LEAST_RULES

    @property
    def text_height(self) -> float:
        return self.question_lines * QUESTION.leading + self.hint_lines * HINT.leading + 2 * PADDING

    @property
    def height(self) -> float:
        return BAR + self.text_height + BOXES + self.rules * RULE + GAP


def sheets_of(lines: Sequence[Asked]) -> list[list[Placed]]:
    """The sheets, each with its lines in order. A line is never split; a text that would fill a
    page by itself is cut, and says so (`cut`)."""
    sheets: list[list[Placed]] = []
    room = 0.0
    for place, asked in enumerate(lines, start=1):
        placed = _placed(asked, place)
        if not sheets or placed.height > room:
            sheets.append([])
            room = BODY
        sheets[-1].append(placed)
        room -= placed.height
    return [_filled(sheet) for sheet in sheets]


def placed_as(lines: Sequence[tuple[int, Asked]]) -> list[Placed]:
    """One sheet as it was printed before: (number on paper, line)."""
    return _filled([_placed(asked, place) for place, asked in lines])


def _placed(asked: Asked, place: int) -> Placed:
    question = wrapped(cut(asked.question, QUESTION), QUESTION)
    hint = wrapped(cut(asked.hint, HINT), HINT) if asked.hint else []
    return Placed(asked, place, len(question), len(hint))


def _filled(sheet: list[Placed]) -> list[Placed]:
    """Share out the rows that are left; or, where the words of another language take more, those
    that are lacking."""
    each, more = divmod(int((BODY - sum(one.height for one in sheet)) // RULE), len(sheet))
    return [
        replace(one, rules=max(1, one.rules + each + (1 if n < more else 0)))
        for n, one in enumerate(sheet)
    ]


def cut(text: str, style: Style, width: float = INNER) -> str:
    """A text that takes no more lines than the style has; what was cut off is marked."""
    text = "\n".join(part.strip() for part in text.splitlines() if part.strip())
    lines = wrapped(text, style, width)
    if len(lines) <= style.most:
        return text
    kept = lines[: style.most]
    while kept and width_of(kept[-1] + CUT, style.points) > width:
        kept[-1] = kept[-1].rpartition(" ")[0] or kept[-1][: len(kept[-1]) // 2]
    return " ".join(kept).rstrip() + CUT


def wrapped(text: str, style: Style, width: float = INNER) -> list[str]:
    """The lines that a text takes, words kept whole where they fit."""
    return [line for part in text.split("\n") for line in _wrap(part, style.points, width)]


def _wrap(text: str, points: float, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        wider = f"{line} {word}".strip()
        if width_of(wider, points) <= width:
            line = wider
            continue
        if line:
            lines.append(line)
        while width_of(word, points) > width:
            at = _fitting(word, points, width)
            lines.append(word[:at])
            word = word[at:]
        line = word
    return [*lines, line] if line or not lines else lines


def _fitting(word: str, points: float, width: float) -> int:
    """How many letters of a word fit; at least one."""
    for n in range(1, len(word) + 1):
        if width_of(word[:n], points) > width:
            return max(1, n - 1)
    return len(word)


def width_of(text: str, points: float) -> float:
    """About how wide a text is, rather more than less."""
    return sum(map(_em, text)) * points * POINT * SAFETY


def _em(letter: str) -> float:
    """The width of a letter in Arial, in parts of its size; of other scripts a whole square."""
    if letter in NARROW:
        return 0.31
    if letter in WIDE:
        return 1.0
    if ord(letter) < 0x0250:
        return CAPITAL if letter.isupper() else 0.53
    return 1.05
