"""Workbooks are read back with openpyxl and our own reader, and checked against the format."""

import io
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from qms.office.blocks import Cell, Column, Cut, Formula, Link, Run, Sheet
from qms.office.sheet_reader import read_sheets
from qms.office.xlsx_sheets import MOST_LINES, lines_needed
from qms.office.xlsx_writer import write_xlsx
from tests.office.reports import ARABIC, COLUMNS, NASTY, PROPERTIES, findings


def written(sheets: Any, **options: Any) -> io.BytesIO:
    target = io.BytesIO()
    write_xlsx(sheets, target, properties=PROPERTIES, **options)
    target.seek(0)
    return target


def one_cell(value: Cell, kind: Any = "text") -> Any:
    """What openpyxl sees of one value in a sheet of its own."""
    book = openpyxl.load_workbook(written([Sheet("a", [Column("x", 20, kind)], [[value]])]))
    return book["a"]["A2"]


def pack() -> list[Sheet]:
    index = [Column("Lembar", 30, "link"), Column("Baris", 10, "integer")]
    return [
        Sheet(
            "Indeks",
            index,
            [
                [
                    Link("Daftar Temuan", "#Daftar: Temuan"),
                    Formula("COUNTA('Daftar  Temuan'!A5:A7)", 3),
                ]
            ],
            title=["Indeks bukti", "Dinas Tenaga Kerja"],
        ),
        Sheet("Daftar: Temuan", COLUMNS, findings(3), title=["Daftar temuan", "Tahun 2026"]),
    ]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_workbook_is_valid(tmp_path: Path, language: str) -> None:
    path = tmp_path / "pack.xlsx"
    path.write_bytes(written(pack(), language=language).getvalue())
    result = OpenXmlValidator().validate(path)
    assert [
        str(error) for error in result.errors if "WARN" not in str(error.severity).upper()
    ] == []


@pytest.mark.parametrize("text", ["=1+1", "+62 21 555", "-5", "@SUM(A1)", "'x", "\t=1+1"])
def test_text_is_never_a_formula(text: str) -> None:
    cell = one_cell(text)
    assert cell.data_type in ("s", "inlineStr") and cell.value == text
    assert cell.quotePrefix
    assert (
        "<f>"
        not in ZipFile(written([Sheet("a", [Column("x")], [[text]])]))
        .read("xl/worksheets/sheet1.xml")
        .decode()
    )


@pytest.mark.parametrize(
    ("value", "kind", "expected", "number_format"),
    [
        (date(2026, 8, 17), "date", datetime(2026, 8, 17), "[$-421]dd\\ mmm\\ yyyy"),
        (datetime(2026, 8, 17, 14, 30), "datetime", datetime(2026, 8, 17, 14, 30), None),
        (datetime(2026, 8, 17, 14, 30), "date", datetime(2026, 8, 17), None),
        (date(1900, 3, 1), "date", datetime(1900, 3, 1), None),
        (date(1899, 5, 1), "date", "1899-05-01", "@"),
        (1234, "integer", 1234, "#,##0"),
        (12.5, "decimal", 12.5, None),
        (Decimal("0.1"), "decimal", 0.1, None),
        (1_250_000, "rupiah", 1_250_000, '"Rp"#,##0;[Red]\\-"Rp"#,##0'),
        (198001012005012003, "integer", "198001012005012003", "@"),
        (True, "text", True, None),
        (None, "date", None, None),
        ("belum", "date", "belum", "@"),
        ("000001", "text", "000001", "@"),
        (["a ", Run("b", bold=True)], "text", "a b", "@"),
        (ARABIC, "text", ARABIC, "@"),
        (NASTY, "text", 'ABCDE <&> "x"', "@"),
        ("dua\nbaris ", "text", "dua\nbaris ", "@"),
    ],
)
def test_values_keep_their_type(
    value: Cell, kind: Any, expected: Any, number_format: str | None
) -> None:
    cell = one_cell(value, kind)
    assert (cell.value, type(cell.value)) == (expected, type(expected))
    assert number_format is None or cell.number_format == number_format


def test_an_escape_in_a_text_stays_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(written([Sheet("a", [Column("x")], [["_x0041_ dan _x000D_"]])]).getvalue())
    assert read_sheets(path)[0].rows[1] == ["_x0041_ dan _x000D_"]


def test_the_longest_text_fits_and_a_longer_one_is_cut_and_reported() -> None:
    rows = [["a" * 32_767], ["a" * 40_000], ["😀" * 20_000]]
    target = io.BytesIO()
    cuts = write_xlsx([Sheet("a", [Column("x")], rows)], target, properties=PROPERTIES)
    sheet = openpyxl.load_workbook(target)["a"]
    assert sheet["A2"].value == rows[0][0]
    for place, dropped in (("A3", cuts[0].dropped), ("A4", cuts[1].dropped)):
        text = sheet[place].value
        assert len(text.encode("utf-16-le")) // 2 <= 32_767
        assert text.endswith(f"… [{dropped} karakter lagi]")
    assert cuts[0] == Cut("a", "A3", "text", 40_000 - 32_707)
    assert len(sheet["A3"].value.rpartition("…")[0]) + cuts[0].dropped == 40_000
    assert sheet["A4"].value.count("😀") + cuts[1].dropped == 20_000


def test_header_filter_freeze_and_print() -> None:
    sheet = openpyxl.load_workbook(written(pack()))["Daftar  Temuan"]
    assert sheet["A1"].value == "Daftar temuan"
    assert [cell.value for cell in sheet[4]] == [column.title for column in COLUMNS]
    assert sheet["A4"].font.bold and sheet["A4"].fill.fgColor.rgb == "FFDDE7F1"
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:F7"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.left.text == "Paket bukti ISO 9001:2015"
    assert sheet.oddFooter.right.text == "Halaman &P dari &N"
    assert round(sheet.column_dimensions["B"].width) == 51


@pytest.mark.parametrize(
    ("number", "landscape", "pages"), [(9, True, 1), (10, True, 2), (9, False, 2)]
)
def test_wide_sheets_are_printed_on_several_pages_side_by_side(
    number: int, landscape: bool, pages: int
) -> None:
    columns = [Column(f"{n}", 20) for n in range(number)]
    wide = Sheet("a", columns, [], freeze_columns=1, landscape=landscape)
    sheet = openpyxl.load_workbook(written([wide]))["a"]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (pages, 0)


def test_first_columns_stay_in_sight_on_screen_and_paper() -> None:
    rows = [["a", "b", "c"]]
    columns = [Column("x"), Column("y"), Column("z")]
    book = openpyxl.load_workbook(written([Sheet("Lebar", columns, rows, freeze_columns=2)]))
    sheet = book["Lebar"]
    assert sheet.freeze_panes == "C2"
    assert (sheet.print_title_cols, sheet.print_title_rows) == ("$A:$B", "$1:$1")


def test_links_lead_to_sheets_and_files() -> None:
    book = openpyxl.load_workbook(written(pack()))
    assert book["Indeks"]["A5"].hyperlink.location == "'Daftar  Temuan'!A1"
    link = book["Daftar  Temuan"]["F5"].hyperlink
    assert link.target == "files/9.3/notulen%20rapat%20#1.pdf"
    with pytest.raises(ValueError, match="not there"):
        written([Sheet("a", [Column("x")], [[Link("x", "#b")]])])


def test_a_formula_carries_its_value() -> None:
    file = written(pack())
    assert openpyxl.load_workbook(file)["Indeks"]["B5"].value == "=COUNTA('Daftar  Temuan'!A5:A7)"
    assert openpyxl.load_workbook(file, data_only=True)["Indeks"]["B5"].value == 3


def test_sheet_names_are_made_valid_and_different() -> None:
    wanted = ["a/b:c?*[]", "A" * 40, "a" * 40, "", "History", "'x'", "sheet"]
    book = openpyxl.load_workbook(written([Sheet(name, [Column("x")], []) for name in wanted]))
    names = book.sheetnames
    assert names == ["a b c", "A" * 31, "a" * 27 + " (2)", "Sheet", "History (2)", "x", "sheet (2)"]


def test_titles_in_another_language() -> None:
    sheet = openpyxl.load_workbook(written(pack(), language="en"))["Indeks"]
    assert sheet.oddFooter.right.text == "Page &P of &N"


def test_the_same_content_gives_the_same_bytes() -> None:
    assert written(pack()).getvalue() == written(pack()).getvalue()
    with ZipFile(written(pack())) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_no_workbook_is_refused() -> None:
    for sheets in ([], [Sheet("a", [], [])], [Sheet("a", [Column("x")], [["1", "2"]])]):
        with pytest.raises(ValueError):
            written(sheets)
    with pytest.raises(TypeError):
        written([Sheet("a", [Column("x")], [[object()]])])


LONG = """
import sys
from qms.office.blocks import Properties, Sheet
from qms.office.xlsx_writer import write_xlsx
from tests.office.reports import COLUMNS, PROPERTIES, findings
def peak():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1])
before = peak()
rows = ((*row[:5], "Notulen") for row in findings(100_000))
write_xlsx([Sheet("Register", COLUMNS, rows)], sys.argv[1], properties=PROPERTIES)
print(peak() - before)
"""


def test_a_hundred_thousand_rows_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert int(done.stdout) < 30_000  # kB more than before
    with ZipFile(path) as package:
        assert package.read("xl/worksheets/sheet1.xml").count(b"<row ") == 100_001


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("Umum", 1),
        ("6.2 Sasaran mutu dan perencanaan untuk mencapai sasaran", 3),
        ("Umum\n\nKhusus", 3),
        ("x" * 100, 4),
        ("x " * 10_000, MOST_LINES),
    ],
)
def test_a_row_is_as_high_as_its_words_need(text: str, lines: int) -> None:
    assert lines_needed(text, 28) == lines
