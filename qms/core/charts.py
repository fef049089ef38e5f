"""Charts as plain geometry, drawn by templates/components/chart.html without script. Each stands
beside a table with its numbers, which says the same to who does not see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

WIDE, HIGH = 1000, 240
"""The field on which a chart is drawn; the page stretches it to its own width."""


@dataclass(frozen=True)
class Series:
    """What one colour means. Tones: info, good, warn, bad, neutral."""

    label: str
    tone: str


@dataclass(frozen=True)
class Figure:
    """A number and the register that holds just so many."""

    value: int
    url: str | None = None


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: one figure for each series, one behind the other."""

    label: str
    figures: tuple[Figure, ...]
    sub: str = ""


Piece = tuple[int, int, str, str | None]
"""Where a piece of a bar begins, how wide it is, its tone, and where it leads to."""


@dataclass(frozen=True)
class Bars:
    """A bar chart with its numbers. `is_part`: the second series is a part of the first, not one
    behind the other. `extra` heads a last figure of each bar that is not drawn."""

    about: str
    """What a row is: age, clause, unit."""
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    is_part: bool = False
    extra: str | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return any(figure.value for bar in self.bars for figure in bar.figures)

    @property
    def drawn(self) -> list[tuple[Bar, list[Piece]]]:
        """Each bar with its pieces, on a field that is WIDE."""
        most = max((sum(self._lengths(bar)) for bar in self.bars), default=0) or 1
        return [(bar, list(self._pieces(bar, most))) for bar in self.bars]

    def _lengths(self, bar: Bar) -> list[int]:
        """How long each series is drawn."""
        values = [figure.value for figure in bar.figures[: len(self.series)]]
        return [values[0] - values[1], values[1]] if self.is_part else values

    def _pieces(self, bar: Bar, most: int) -> Iterable[Piece]:
        drawn = list(zip(self._lengths(bar), self.series, bar.figures, strict=False))
        x = 0.0
        for length, series, figure in reversed(drawn) if self.is_part else drawn:
            width = length * WIDE / most
            if length:
                yield round(x), max(round(width), 4), series.tone, figure.url
            x += width


@dataclass(frozen=True)
class Line:
    """A line of a chart over days; None where nothing is known, and the line is broken there."""

    series: Series
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class Lines:
    """A chart of some lines over the same days."""

    days: tuple[str, ...]
    """What stands below, one for each value."""
    lines: tuple[Line, ...]

    @property
    def most(self) -> int:
        """The highest number of the scale: a round one that can be halved."""
        highest = max((value or 0 for line in self.lines for value in line.values), default=0)
        step = 2
        while step * 10 < highest:
            step *= 10
        return max(ceil(highest / step) * step, 2)

    @property
    def scale(self) -> tuple[int, int, int]:
        """What stands beside, from the top."""
        return self.most, self.most // 2, 0

    @property
    def marks(self) -> list[str]:
        """What stands below: five days at the most, evenly apart."""
        if len(self.days) <= 5:
            return list(self.days)
        last = len(self.days) - 1
        return [self.days[round(n * last / 4)] for n in range(5)]

    @property
    def drawn(self) -> list[tuple[Series, list[str]]]:
        """Each line as the points of its unbroken pieces."""
        return [(line.series, list(self._pieces(line.values))) for line in self.lines]

    def _pieces(self, values: Sequence[int | None]) -> Iterable[str]:
        piece: list[str] = []
        across = WIDE / max(len(values) - 1, 1)
        for n, value in enumerate(values):
            if value is None:
                yield from _written(piece)
                piece = []
            else:
                y = HIGH - value * HIGH / self.most
                piece.append(f"{n * across:.1f},{y:.1f}")
        yield from _written(piece)


def _written(piece: list[str]) -> Iterable[str]:
    """The points of a piece; a single one becomes a short dash, as it would not be seen."""
    if len(piece) == 1:
        x, y = piece[0].split(",")
        piece = [piece[0], f"{float(x) + 4:.1f},{y}"]
    if piece:
        yield " ".join(piece)
