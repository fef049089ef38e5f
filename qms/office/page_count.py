"""About where pages end: the page numbers that a table of contents shows before it is refreshed.

Only a word processor knows. This counts lines by the average width of a letter, which is right for
most chapters of ordinary reports and a page or so off behind long tables.
"""

from math import ceil

POINTS_PER_MM = 72 / 25.4
LETTER_WIDTH = 0.49  # of the font size, Calibri, running text
LINE_HEIGHT = 1.22  # of the font size


class PageCount:
    """Follows the text down the pages."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.page = 1
        self.used = 0.0
        self.turn(width_mm, height_mm)

    def turn(self, width_mm: float, height_mm: float) -> None:
        """The size of the text area from here on."""
        self.width = width_mm * POINTS_PER_MM
        self.height = height_mm * POINTS_PER_MM

    def new_page(self) -> None:
        self.page += 1
        self.used = 0.0

    def lines(self, text: str, size: float, width: float | None = None) -> int:
        """Lines that a text takes in a width in points, by default the page's."""
        letters = max(1.0, (width or self.width) / (size * LETTER_WIDTH))
        return sum(max(1, ceil(len(line) / letters)) for line in text.split("\n"))

    def add(self, height: float, keep_with: float = 0) -> int:
        """Go down by a height in points, kept with what follows; returns the page it begins on."""
        if self.used and self.used + min(height, self.height) + keep_with > self.height:
            self.new_page()
        page = self.page
        self.used += height
        while self.used > self.height:
            self.page += 1
            self.used -= self.height
        return page

    def add_text(self, text: str, size: float, around: float = 0, keep_with: float = 0) -> int:
        return self.add(self.lines(text, size) * size * LINE_HEIGHT + around, keep_with)
