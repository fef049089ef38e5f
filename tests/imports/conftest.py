"""What the tests of imports share: a day on which the sample registers lie in the past, files of
rows, and the commands."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from qms.cli import main
from qms.core.db import db
from qms.imports import operations
from qms.imports.headings import ImportKind
from qms.imports.preview import Preview
from qms.imports.tables import read_file
from tests.cast import Cast

SAMPLES = Path(__file__).parent.parent / "samples"
Rows = list[list[Any]]


@pytest.fixture(autouse=True)
def in_june(travel: Any) -> None:
    """It is 1 June 2026."""
    travel(datetime(2026, 6, 1, 3, tzinfo=UTC))


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """sheet(rows) -> a CSV file with them; sheet(rows, "x.xlsx") -> a workbook."""

    def write(rows: Rows, name: str = "file.csv") -> Path:
        path = tmp_path / name
        if name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append(row)
            book.save(path)
            return path
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


@pytest.fixture
def look(cast: Cast, sheet: Callable[..., Path]) -> Callable[..., Preview]:
    """look("documents", rows) -> the preview of an officer's file for DISNAKER."""

    def preview(
        kind: str, rows: Rows, *, by: Any = None, unit: str = "DISNAKER", **options: Any
    ) -> Preview:
        db.session.expire_all()
        person = by or (cast.administrator if kind == "units" else cast.officer)
        person.__dict__.pop("rights", None)
        sheets = read_file(sheet(rows))
        layout = operations.layout_of(ImportKind(kind), sheets, columns={})
        node = person.rights.tree.by_code(unit)
        return operations.preview(ImportKind(kind), node, sheets, layout, by=person, **options)

    return preview


@pytest.fixture
def qms(app: Any, cast: Cast) -> Callable[..., Any]:
    """qms("units", file, ...) -> what `qms import ... --json` prints; checks the exit code (None:
    any)."""

    def run(*args: Any, by: str = "officer", code: int | None = 0) -> Any:
        db.session.rollback()
        given = ["import", *map(str, args), "--by", by, "--json"]
        result = app.test_cli_runner().invoke(main, given)
        assert code is None or result.exit_code == code, (result.output, result.exception)
        db.session.rollback()
        db.session.expire_all()
        return json.loads(result.stdout)

    return run


@pytest.fixture
def bring(qms: Callable[..., Any], sheet: Callable[..., Path]) -> Callable[..., Any]:
    """bring("findings", rows) -> imports them into DISNAKER; answers with the JSON."""

    def run(kind: str, rows: Rows, *args: Any, code: int = 0, by: str | None = None) -> Any:
        who = by or ("administrator" if kind == "units" else "officer")
        return qms(kind, sheet(rows), "--unit", "DISNAKER", *args, by=who, code=code)

    return run
