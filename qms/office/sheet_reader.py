"""Somebody's workbook or CSV file as plain rows.

Values only, of visible sheets only. The reader is our own because none at hand keeps all that an
import must see: error values, zeros that only the number format shows, merged cells, strict OOXML.
It streams, counts as it goes, and never fetches or computes anything.
"""

from dataclasses import dataclass, field
from pathlib import Path

from qms.core import zip_package
from qms.core.refused_upload import RefusedUpload
from qms.core.upload_check import HEAD, is_plain_text, looks_like_web_page, refused_ole
from qms.office.csv_reader import read_csv
from qms.office.limits import Limits, Value
from qms.office.unreadable import UnreadableFile
from qms.office.xlsx_reader import read_workbook


@dataclass(frozen=True)
class SheetData:
    """One sheet. Row 0 is the first row of the sheet, so rows[i] is row i + 1 for people.

    All rows are equally long. An empty cell is None; text stays text ("000001"), a number is int
    or float, which is how an import can tell that zeros may have been lost. `merged` holds ranges
    (first row, first column, last row, last column), counted from 0; their value is at the first.
    """

    name: str
    rows: list[list[Value]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_sheets(
    path: str | Path,
    *,
    max_rows: int = 110_000,
    max_columns: int = 300,
    max_cells: int = 1_500_000,
) -> list[SheetData]:
    """The visible sheets of an .xlsx file, or the table of a CSV file. Raises UnreadableFile."""
    limits = Limits(max_rows, max_columns, max_cells)
    path = Path(path)
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        if head.startswith(b"PK"):
            return [SheetData(*sheet) for sheet in read_xlsx(path, limits)]
        if head.startswith(zip_package.OLE_MAGIC):
            raise refused_ole(path, path.suffix.lower().lstrip("."))
    except UnreadableFile:
        raise
    except RefusedUpload as refused:
        raise UnreadableFile(refused.code, **refused.params) from refused
    except ValueError as error:  # a number of thousands of digits where a few belong
        raise UnreadableFile("damaged") from error
    if not head:
        raise UnreadableFile("empty")
    if looks_like_web_page(head) or head.startswith(b"%PDF-") or not is_plain_text(head):
        raise UnreadableFile("not_a_table")
    return [SheetData(path.stem, read_csv(path, limits))]


def read_xlsx(
    path: Path, limits: Limits
) -> list[tuple[str, list[list[Value]], list[tuple[int, int, int, int]]]]:
    """Check the package as an upload is checked, but for links, as nothing follows them; read."""
    with zip_package.checked_package(path) as package:
        types = (
            zip_package.content_types(package)
            if "[Content_Types].xml" in package.namelist()
            else []
        )
        if zip_package.holds_macros(package, types):
            raise UnreadableFile("macros")
        if not any(kind.endswith("spreadsheetml.sheet.main+xml") for kind in types):
            raise UnreadableFile("not_a_table")
        zip_package.check_xml_parts(package)
        return read_workbook(package, limits)
