"""The command: what it prints, its exit code, and that no odd file makes it stumble."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.cli import main
from qms.core.db import db
from qms.documents.models import Document
from qms.imports.models import ImportRun
from qms.people.models import Position
from tests.cast import Cast
from tests.imports.conftest import SAMPLES

HOSTILE = SAMPLES / "hostile"
READABLE = (
    "SimpleStrict.xlsx",
    "TwoSheetsOneHidden.xlsx",
    "merge_cells.xlsx",
    "ErrorTypes.xlsx",
    "xxe_in_schema.xlsx",
)
REFUSED = sorted(
    path.name for path in HOSTILE.iterdir() if path.name not in READABLE and path.suffix != ".md"
)


@pytest.fixture
def say(app: Any, cast: Cast) -> Callable[..., tuple[int, str]]:
    """say("import", ...) -> exit code and what was printed, for people."""

    def run(*args: Any) -> tuple[int, str]:
        db.session.rollback()
        result = app.test_cli_runner().invoke(main, [str(arg) for arg in args])
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        db.session.rollback()
        return result.exit_code, result.output

    return run


def test_hostile_files_end_with_a_sentence(say: Any, qms: Any) -> None:
    assert len(REFUSED) == 11
    for name in REFUSED:
        began = time.process_time()
        given = ("import", "documents", HOSTILE / name, "--unit", "DISNAKER", "--by", "officer")
        code, output = say(*given)
        assert code == 1 and output.startswith("Error: ") and len(output) > 40, name
        told = qms("documents", HOSTILE / name, "--unit", "DISNAKER", code=1)
        assert told["error"] in output and told["imported"] is False
        assert time.process_time() - began < 10
    assert db.session.scalar(select(func.count(ImportRun.id))) == 0


@pytest.mark.parametrize(
    ("name", "columns", "first"),
    [
        ("SimpleStrict.xlsx", "number=A,title=A", (1, "test", "test")),
        ("TwoSheetsOneHidden.xlsx", "number=A,title=A", (1, "Sheet2A1", "Sheet2A1")),
        ("merge_cells.xlsx", "number=A,title=C", (1, "A1:B2", "C1:C2")),
        ("ErrorTypes.xlsx", "number=D,title=H", (1, "Non", "ISERR")),
        ("xxe_in_schema.xlsx", "number=C,title=D", (9, "/Test/Test", "Column1")),
    ],
)
def test_odd_files_are_read_as_tables(qms: Any, name: str, columns: str, first: Any) -> None:
    given = ("--columns", columns, "--heading-row", 0, "--preview", "--sheet")
    sheet = {"SimpleStrict.xlsx": "Sheet1"}.get(name)
    given = (*given, sheet) if sheet else given[:-1]
    told = qms("documents", HOSTILE / name, "--unit", "DISNAKER", *given, code=None)
    row = told["rows"][0]
    assert (row["row"], row["key"], row["title"]) == first


def test_errors_of_excel_are_refused(qms: Any) -> None:
    columns = "number=D,title=A"
    given = ("--unit", "DISNAKER", "--columns", columns, "--preview", "--heading-row", 0)
    told = qms("documents", HOSTILE / "ErrorTypes.xlsx", *given, code=1)
    (refusal,) = told["rows"][1]["refusals"]
    assert refusal["value"] == "#NULL!"


def test_hostile_files_stay_small(tmp_path: Path) -> None:
    """The whole command, in a process of its own, on each file: seconds and memory.

    Not ru_maxrss: a new process inherits that from the one that started it.
    """
    script = (
        "import re, sys, time\n"
        "from pathlib import Path\n"
        "from qms.imports.tables import read_file, guess_layout\n"
        "from qms.imports.headings import ImportKind\n"
        "from qms.core.errors import Problem\n"
        "import qms.application, qms.imports.cli\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try: guess_layout(ImportKind.DOCUMENTS, read_file(path))\n"
        "    except Problem: pass\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', status)[1], time.process_time())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(HOSTILE)], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    peak, seconds = done.stdout.split()
    assert int(peak) < 300_000 and float(seconds) < 60


LIST = [["No Dokumen", "Judul", "Pemilik", "Tgl Berlaku"], ["SOP-1", "Arsip", "Kasi", "1/2/2026"]]


def test_preview_writes_nothing(qms: Any, sheet: Any) -> None:
    told = qms("documents", sheet(LIST), "--unit", "DISNAKER", "--preview")
    assert told["counts"]["create"] == 1 and not told["imported"]
    for model in (Document, ImportRun, Position):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_what_people_read(say: Any, sheet: Any) -> None:
    unit = ("--unit", "disnaker", "--by", "officer")
    _code, output = say("import", "documents", sheet(LIST), *unit, "--preview")
    assert "Will be created: row 2, SOP-1 → SOP-DISNAKER-001: Arsip" in output
    code, output = say("import", "documents", sheet(LIST), *unit)
    assert code == 0 and "1 to create, 0 to change, 0 the same, 0 refused." in output
    assert "Kasi" in output and "Imported." in output
    code, output = say("import", "documents", sheet(LIST), *unit)
    assert code == 0 and "There is nothing to import." in output
    changed = [LIST[0], ["SOP-1", "Arsip baru", "Kasi", "1/2/2026"]]
    code, output = say("import", "documents", sheet(changed), *unit)
    assert "Will change: row 2, Title “SOP-1”: Arsip → Arsip baru" in output
    wrong = [LIST[0], ["SOP-1", "", "Kasi", "1/2/2026"]]
    code, output = say("import", "documents", sheet(wrong), *unit)
    assert code == 1 and "Refused: row 2, Judul “”: The title is missing." in output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--unit", "NIRWANA", "--by", "officer"), "NIRWANA"),
        (("--unit", "DISNAKER", "--by", "nobody"), "nobody"),
        (("--unit", "DISNAKER"), "--by"),
        (("--unit", "DINKES", "--by", "officer"), "do not have the right"),
        (("--unit", "DISNAKER", "--by", "officer", "--sheet", "Z"), "file"),
        (("--unit", "DISNAKER", "--by", "officer", "--columns", "title"), "code=A,name=B"),
        (("--unit", "DISNAKER", "--by", "officer", "--columns", "title=Q"), "Q"),
        (("--unit", "DISNAKER", "--by", "officer", "--columns", "number="), "Number"),
    ],
)
def test_wrong_calls_end_with_a_sentence(say: Any, sheet: Any, args: Any, words: str) -> None:
    code, output = say("import", "documents", sheet(LIST), *args)
    assert code == 1 and words in output and "Traceback" not in output


def test_a_file_without_headings_is_told_how_to_go_on(say: Any) -> None:
    """The options that are proposed work as they stand."""
    units = ("import", "units", SAMPLES / "units-denpasar.csv", "--by", "administrator")
    code, output = say(*units)
    assert code == 1 and "No heading row was recognised" in output
    assert "A: 000000, 000001, 000002" in output and "B: Seluruh Perangkat Daerah" in output
    options = "--heading-row 0 --columns code=A,name=B"
    assert f"for example: {options}\n" in output
    code, output = say(*units, *options.split(), "--preview")
    assert code == 0 and "102 to create" in output


def test_who_keeps_but_one_unit_says_under_which(say: Any, sheet: Any) -> None:
    units = ("import", "units", sheet([["Kode", "Nama"], ["01", "Bidang"]]), "--by", "consultant")
    code, output = say(*units, "--preview")
    assert code == 1 and "--unit CODE" in output
    code, output = say(*units, "--unit", "disnaker", "--preview")
    assert code == 0 and "Will be created: row 2, 01: Bidang" in output


def test_one_unknown_heading_is_asked_for_alone(say: Any, sheet: Any) -> None:
    rows = [["No Dokumen", "Perihal", "Status"], ["1", "Arsip", "Draf"], ["2", "Surat", "Draf"]]
    unit = ("--unit", "disnaker", "--by", "officer", "--preview")
    code, output = say("import", "documents", sheet(rows), *unit)
    assert code == 1 and "for example: --columns title=B\n" in output
    assert "No heading row" not in output
    code, _output = say("import", "documents", sheet(rows), *unit, "--columns", "title=B")
    assert code == 0


def test_the_help_says_what_the_json_holds(say: Any, qms: Any, sheet: Any) -> None:
    _code, output = say("import", "--help")
    told = qms("documents", sheet(LIST), "--unit", "DISNAKER", "--preview")
    for name in told:
        assert name in output
    for name in (*told["counts"], *told["rows"][0]):
        assert name in output
    assert json.dumps(told)


def test_a_chosen_sheet(qms: Any, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "2024"
    for name, number in (("2024", "A-1"), ("2025", "B-1")):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        sheet.append(["No Dokumen", "Judul"])
        sheet.append([number, "x"])
    path = tmp_path / "b.xlsx"
    book.save(path)
    given = ("documents", path, "--unit", "DISNAKER", "--preview")
    assert qms(*given)["sheet"] == "2024"
    assert qms(*given, "--sheet", "2025")["rows"][0]["key"] == "B-1"
