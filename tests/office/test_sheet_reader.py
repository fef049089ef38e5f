"""Other people's tables: their odd files, and ones made here."""

import json
import random
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from qms.office.sheet_reader import SheetData, read_sheets
from qms.office.unreadable import UnreadableFile

SAMPLES = Path(__file__).parent.parent / "samples"
HOSTILE = SAMPLES / "hostile"
READABLE = ("SimpleStrict", "TwoSheetsOneHidden", "merge_cells", "ErrorTypes", "xxe_in_schema")


def code_of(path: Path, **limits: int) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_sheets(path, **limits)
    assert len(str(caught.value.message)) > 20
    return caught.value.code


def saved(book: openpyxl.Workbook, tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_strict_files_are_read() -> None:
    first, second = read_sheets(HOSTILE / "SimpleStrict.xlsx")
    assert (first.name, len(first.rows), len(second.rows)) == ("Sheet1", 6, 7)
    assert second.rows[2] == [1, 2, 3, 4, 5, 6]
    assert second.rows[3][0] == date(1990, 1, 1)


def test_hidden_sheets_are_left_out() -> None:
    assert read_sheets(HOSTILE / "TwoSheetsOneHidden.xlsx") == [SheetData("Sheet2", [["Sheet2A1"]])]


def test_merged_cells_have_their_value_once() -> None:
    (sheet,) = read_sheets(HOSTILE / "merge_cells.xlsx")
    assert sheet.rows[0] == ["A1:B2", None, "C1:C2", "Separate blocks"]
    assert sheet.rows[1] == [None] * 4
    assert (0, 0, 1, 1) in sheet.merged and len(sheet.merged) == 5


def test_errors_are_read_as_their_text() -> None:
    (sheet,) = read_sheets(HOSTILE / "ErrorTypes.xlsx")
    found = {value for row in sheet.rows for value in row if str(value).startswith("#")}
    assert {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"} <= found
    assert sheet.rows[1][7] is True


def test_nothing_is_fetched_for_a_schema() -> None:
    (sheet,) = read_sheets(HOSTILE / "xxe_in_schema.xlsx")
    assert len(sheet.rows) == 10


@pytest.mark.parametrize("name", READABLE)
def test_another_reader_sees_the_same(name: str) -> None:
    """Where calamine says anything, we say the same; it shows errors as empty cells."""
    path = HOSTILE / f"{name}.xlsx"
    book = CalamineWorkbook.from_path(str(path))
    for sheet in read_sheets(path):
        theirs = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        seen = 0
        for row, values in enumerate(theirs):
            for column, value in enumerate(values):
                if value != "":
                    assert sheet.rows[row][column] == value
                    seen += 1
        ours = [v for row in sheet.rows for v in row if v is not None and str(v)[:1] != "#"]
        assert seen >= len(ours)


REFUSED = {
    "poc-xmlbomb.xlsx": "doctype",
    "SimpleMacro.xlsm": "macros",
    "SimpleMacro.docm": "macros",
    "truncated62886.docx": "damaged",
    "invalid.xlsx": "damaged",
    "protected_agile.docx": "encrypted",
    "example_password.xlsx": "encrypted",
    "testZip_relative.zip": "unsafe_path",
    "checkboxes.docx": "not_a_table",
    "testWORD_null_style.docx": "not_a_table",
    "testWORD_text_box.docx": "not_a_table",
}

ALL_IN_BOUNDS = """
import json, sys, time
from pathlib import Path
from qms.core.upload_check import RefusedUpload, check_upload
from qms.office.document_reader import plain_text, preview_html
from qms.office.sheet_reader import read_sheets
results = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    began = time.process_time()
    outcome = []
    for attempt in (lambda: check_upload(path, path.name, limit_bytes=10**8),
                    lambda: read_sheets(path), lambda: preview_html(path, "docx"),
                    lambda: plain_text(path)):
        try:
            attempt()
            outcome.append("taken")
        except RefusedUpload as refused:
            outcome.append(refused.code)
    results[path.name] = [time.process_time() - began, *outcome]
peak = int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1])
print(json.dumps([peak, results]))
"""


def bounded(folder: Path) -> dict[str, Any]:
    """Every reader on every file of a folder, in a process of its own; checks time and memory."""
    done = subprocess.run(
        [sys.executable, "-c", ALL_IN_BOUNDS, str(folder)],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    peak, results = json.loads(done.stdout)
    assert peak < 300_000  # kB, the whole process
    assert max(result[0] for result in results.values()) < 60  # seconds of work
    return results


def test_hostile_files_end_soon_and_small() -> None:
    results = bounded(HOSTILE)
    for name, code in REFUSED.items():
        assert results[name][2] == code, name
    for name in READABLE:
        assert results[f"{name}.xlsx"][2] == "taken"
    documents = [name for name, result in results.items() if result[3] == result[4] == "taken"]
    assert documents == ["checkboxes.docx", "testWORD_null_style.docx", "testWORD_text_box.docx"]


# Files made here ------------------------------------------------------------------------------

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def raw_book(path: Path, sheet: bytes, state: str = "visible", shared: str = "") -> Path:
    """A workbook whose sheet XML is given as it is."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="shared.xml"/></Relationships>'
    )
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" '
        f'state="{state}" r:id="r1"/></sheets></workbook>'
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", CONTENT_TYPES)
        package.writestr("xl/workbook.xml", book)
        package.writestr("xl/_rels/workbook.xml.rels", relations)
        package.writestr("xl/shared.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def sheet_xml(rows: str, after: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def test_numbers_dates_and_codes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    values = [
        ("000001", None, "000001"),
        (1, "000000", "000001"),
        (1, None, 1),
        (1.5, "0.00", 1.5),
        (46034, "dd/mm/yyyy", date(2026, 1, 12)),
        (46034.5, "dd/mm/yyyy hh:mm", datetime(2026, 1, 12, 12)),
        (46034, "[$-421]dd mmmm yyyy", date(2026, 1, 12)),
        (0.5, "hh:mm", time(12)),
        (1.5, "[h]:mm", 1.5),
        (7, '0 "hari"', 7),
        (7, "General;[Red]-General", 7),
        (46034, '"Rp"#,##0', 46034),
        (True, None, True),
        ("=1+1", None, None),  # never computed: openpyxl keeps no value
    ]
    for row, (value, form, _) in enumerate(values, 1):
        cell = sheet.cell(row, 1, value)
        if form:
            cell.number_format = form
    (data,) = read_sheets(saved(book, tmp_path))
    found = [row[0] for row in data.rows] + [None]
    assert [(v, type(v)) for v in found] == [(e, type(e)) for *_, e in values]


def test_cells_without_references_and_rich_texts(tmp_path: Path) -> None:
    rows = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>a</t><r><t>b</t></r><rPh sb="0" eb="1">'
        '<t>zz</t></rPh></is></c><c t="str"><f>x</f><v>c_x000D_\n_x0041_</v></c></row>'
        '<row r="3"><c r="B3"><v>2</v></c><c><v>3</v></c></row>'
    )
    shared = "<si><r><t>te</t></r><r><t>ks</t></r><rPh><t>no</t></rPh></si>"
    (data,) = read_sheets(raw_book(tmp_path / "a.xlsx", sheet_xml(rows), shared=shared))
    assert data.rows == [["teks", "ab", "c\nA"], [None] * 3, [None, 2, 3]]


def test_limits_are_refused_not_cut(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for _ in range(20):
        book.active.append([1] * 10)
    path = saved(book, tmp_path)
    assert code_of(path, max_rows=19) == "too_many_rows"
    assert code_of(path, max_columns=9) == "too_many_columns"
    assert code_of(path, max_cells=199) == "too_many_cells"
    assert len(read_sheets(path, max_rows=20, max_columns=10, max_cells=200)[0].rows) == 20


def test_a_formatted_but_empty_tail_does_not_count(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert read_sheets(raw_book(tmp_path / "a.xlsx", sheet_xml(rows)))[0].rows == [[1]]


@pytest.mark.parametrize(
    ("rows", "after", "code"),
    [
        ('<row r="9999999"><c><v>1</v></c></row>', "", "too_many_rows"),
        ('<row><c r="XFD1"><v>1</v></c></row>', "", "too_many_columns"),
        ('<row><c r="ZZZZZ1"><v>1</v></c></row>', "", "damaged"),
        ('<row><c t="s"><v>5</v></c></row>', "", "damaged"),
        ('<row><c r="A1"><v>1</v></c><c r="B1"', "", "damaged"),
        (
            '<row><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row>',
            '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A1:B1"/></mergeCells>',
            "damaged",
        ),
    ],
)
def test_broken_sheets_are_refused(tmp_path: Path, rows: str, after: str, code: str) -> None:
    assert code_of(raw_book(tmp_path / "a.xlsx", sheet_xml(rows, after))) == code


def test_a_workbook_of_hidden_sheets_says_so(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "a.xlsx", sheet_xml(""), state="veryHidden")
    assert code_of(path) == "no_visible_sheet"


ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def opened(rows: str) -> bytes:
    """A sheet that breaks off in the middle of its rows."""
    return sheet_xml(rows).partition(b"</sheetData>")[0]


def thinned(content: bytes, times: int) -> bytes:
    """Content repeated, with enough noise between that it does not pack suspiciously well."""
    noise = random.Random(1)
    return b"".join(
        content + noise.randbytes(len(content) // 100).hex().encode() for _ in range(times)
    )


def test_bombs_of_every_shape_end_soon_and_small(tmp_path: Path) -> None:
    """Made to pass the ZIP check, and aimed at the memory and time of the XML reader."""
    cells = thinned(b"--><row>" + b"<c><v>7</v></c>" * 200 + b"</row><!--", 20_000)
    shapes = {
        "attribute": b'<worksheet a="' + thinned(b"x" * 100_000, 1500) + b'"/>',
        "text": opened('<row><c t="str"><v>') + thinned(b"x" * 100_000, 1500),
        "cells": opened("<!--") + cells + b"-->",
        "depth": b"<a>" * 1_600_000,
        "merges": sheet_xml(ONE_CELL, '<mergeCell ref="A1:Z999"/>' * 180_000),
    }
    for name, xml in shapes.items():
        raw_book(tmp_path / f"{name}.xlsx", xml)
    results = bounded(tmp_path)
    assert {name.removesuffix(".xlsx"): result[2] for name, result in results.items()} == {
        "attribute": "zip_bomb",
        "text": "too_much_text",
        "cells": "too_many_cells",
        "depth": "damaged",
        "merges": "damaged",
    }
    assert {result[1] for result in results.values()} <= {"taken", "zip_bomb", "damaged"}


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n\0\0", b"<html></html>"]
)
def test_what_holds_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert code_of(path) == "not_a_table"


LONG = b"9" * 5000


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="' + LONG + b'"'),
        ("xl/worksheets/sheet1.xml", b'<c r="A2"', b'<c s="' + LONG + b'" r="A2"'),
        ("xl/styles.xml", b'numFmtId="0"', b'numFmtId="' + LONG + b'"'),
    ],
)
def test_numbers_longer_than_any_number_are_damage(
    tmp_path: Path, part: str, before: bytes, after: bytes
) -> None:
    """Python itself refuses to read them."""
    assert code_of(rewritten(tmp_path, part, before, after)) == "damaged"


def test_half_a_character_is_shown_as_it_was_written(tmp_path: Path) -> None:
    """A page with it could not be sent at all."""
    path = rewritten(tmp_path, "xl/worksheets/sheet1.xml", b"SOP-1", b"SOP _xD83D__x0041_")
    (sheet,) = read_sheets(path)
    assert sheet.rows[1] == ["SOP _xD83D_A", "Pelatihan"]


def rewritten(folder: Path, part: str, before: bytes, after: bytes) -> Path:
    """A small workbook with something else in one of its parts."""
    book = openpyxl.Workbook()
    for row in (["Nomor", "Judul"], ["SOP-1", "Pelatihan"]):
        book.active.append(row)
    plain, path = saved(book, folder), folder / "rewritten.xlsx"
    with ZipFile(plain) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert before in content
                content = content.replace(before, after)
            target.writestr(name, content)
    return path


def test_old_excel_files_are_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert code_of(path) == "legacy_excel"


# CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [
        ["kode", "nama", "catatan"],
        ["000001", "Kantor Café", '"satu; dua, tiga"'],
        ["", "x", '"dua\nbaris, ""kutip"""'],
    ]
    path = tmp_path / "a.csv"
    text = "\r\n".join(separator.join(row) for row in rows) + "\r\n\r\n"
    path.write_bytes(text.encode(encoding))
    (data,) = read_sheets(path)
    assert data.rows == [
        ["kode", "nama", "catatan"],
        ["000001", "Kantor Café", "satu; dua, tiga"],
        [None, "x", 'dua\nbaris, "kutip"'],
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sep=;\na;b,c\n", [["a", "b,c"]]),
        ("nilai;total\n1,5;2,5\n3,5;4,5\n", [["nilai", "total"], ["1,5", "2,5"], ["3,5", "4,5"]]),
        ("satu kolom\nbaris, dengan koma\n", [["satu kolom"], ["baris, dengan koma"]]),
        ('a,b\n="0001",2\n', [["a", "b"], ["0001", "2"]]),
        ("a,b\n=1+1,2\n", [["a", "b"], ["=1+1", "2"]]),
        (
            "judul\n\na,b\n1,2\n3,4\n",
            [["judul", None], [None, None], ["a", "b"], ["1", "2"], ["3", "4"]],
        ),
    ],
)
def test_separators_are_not_guessed_wrong(tmp_path: Path, text: str, rows: list[list[Any]]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert read_sheets(path)[0].rows == rows


def test_real_registers() -> None:
    (units,) = read_sheets(SAMPLES / "units-denpasar.csv")
    assert len(units.rows) == 102 and units.rows[1][0] == "000001"
    (documents,) = read_sheets(SAMPLES / "document-control-register.csv")
    assert len(documents.rows) == 27 and {len(row) for row in documents.rows} == {12}
    (actions,) = read_sheets(SAMPLES / "capa-register.csv")
    assert len(actions.rows) == 6 and actions.rows[1][0] == "CAPA-2026-001"


def test_a_csv_has_limits_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 30)
    assert code_of(path, max_rows=29) == "too_many_rows"
    assert code_of(path, max_cells=59) == "too_many_cells"
    path.write_text('"' + "x" * 200_000 + '"\n')
    assert code_of(path) == "damaged"
