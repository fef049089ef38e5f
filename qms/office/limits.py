"""How much of somebody's table is read, and the shape it comes in."""

from dataclasses import dataclass
from datetime import date, datetime, time

from qms.office.unreadable import UnreadableFile

Value = None | str | int | float | bool | date | datetime | time


@dataclass(frozen=True)
class Limits:
    """How much of a file is read at most; what has more is refused, not cut."""

    rows: int
    columns: int
    cells: int

    def check(self, sheet: str, row: int, column: int, cells: int) -> None:
        """Row and column counted from 0. Raises UnreadableFile."""
        if row >= self.rows:
            raise UnreadableFile("too_many_rows", sheet=sheet, limit=self.rows)
        if column >= self.columns:
            raise UnreadableFile("too_many_columns", sheet=sheet, limit=self.columns)
        if cells > self.cells:
            raise UnreadableFile("too_many_cells", limit=self.cells)


def padded(sheet: str, rows: dict[int, dict[int, Value]], limits: Limits) -> list[list[Value]]:
    """Filled cells as rows of equal length, with None where nothing stands."""
    height = max(rows, default=-1) + 1
    width = max((max(row) for row in rows.values()), default=-1) + 1
    if height * width > 4 * limits.cells:
        raise UnreadableFile("too_many_cells", limit=limits.cells)
    table: list[list[Value]] = []
    for number in range(height):
        line: list[Value] = [None] * width
        for column, value in rows.pop(number, {}).items():
            line[column] = value
        table.append(line)
    return table
