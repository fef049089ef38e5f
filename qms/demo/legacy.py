"""What was kept in files before this system, brought in by the import."""

import csv
import re
from io import StringIO
from typing import Any

from qms.core import files
from qms.demo import papers
from qms.demo.stage import Stage, content
from qms.imports.headings import ImportKind
from qms.imports.operations import carry_out, layout_of, start_import
from qms.imports.tables import read_file

DAYS_AGO = re.compile(r"@(\d+)")


def tell(stage: Stage) -> None:
    """Import each file on its day."""
    for told in content("legacy"):
        stage.at(told["day"], _import, told)


def _import(stage: Stage, told: dict[str, Any]) -> None:
    kind, by = ImportKind(told["kind"]), stage.person(told["by"])
    received = papers.received(_written(stage, told["rows"]), told["file"])
    sheets = read_file(files.path_of(received.sha256))
    run = start_import(
        kind,
        by.rights.tree[stage.id_of(f"unit:{told['unit']}")],
        received,
        layout_of(kind, sheets, columns={}),
        by=by,
    )
    carry_out(run, by=by)


def _written(stage: Stage, rows: list[list[str]]) -> bytes:
    """The rows as a CSV file, days filled in."""
    out = StringIO()
    csv.writer(out).writerows([_cell(stage, cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _cell(stage: Stage, cell: str) -> str:
    found = DAYS_AGO.fullmatch(cell)
    return stage.day(int(found[1])).isoformat() if found else cell
