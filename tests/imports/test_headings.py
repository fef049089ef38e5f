"""Headings as people write them, and where the table stands in a file."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from qms.core.errors import Invalid
from qms.imports.headings import FIELDS, ImportKind, recognised
from qms.imports.likely import likely_columns
from qms.imports.tables import (
    Layout,
    chosen_columns,
    guess_layout,
    letter,
    read_file,
    table_of,
)
from tests.imports.conftest import SAMPLES

DOCUMENTS, FINDINGS, UNITS = ImportKind.DOCUMENTS, ImportKind.FINDINGS, ImportKind.UNITS


@pytest.mark.parametrize("kind", list(ImportKind))
def test_no_heading_means_two_fields(kind: ImportKind) -> None:
    words = [word for field in FIELDS[kind] for word in field.words]
    assert sorted(words) == sorted(set(words))


def known(kind: ImportKind, line: str) -> dict[str, str]:
    headings = [heading.strip() for heading in line.split("|")]
    return {name: headings[column] for name, column in recognised(kind, headings).items()}


def test_an_indonesian_master_list() -> None:
    line = (
        "No | No. Dokumen | Judul Dokumen | Jenis (PM/SOP/IK/FM…) | Unit/Bidang Pemilik | "
        "Klausul terkait (9001 / 37001) | Tgl. Terbit | No. Revisi | Tanggal Revisi/Berlaku | "
        "Disusun oleh | Diperiksa oleh | Disahkan oleh | Tanggal Tinjauan Berikutnya | "
        "Lokasi Simpan / Tautan | Status (draf, berlaku, ditarik) | Klasifikasi | Keterangan"
    )
    assert known(DOCUMENTS, line) == {
        "number": "No. Dokumen",
        "title": "Judul Dokumen",
        "type": "Jenis (PM/SOP/IK/FM…)",
        "owner": "Unit/Bidang Pemilik",
        "clauses": "Klausul terkait (9001 / 37001)",
        "approved_on": "Tgl. Terbit",
        "revision": "No. Revisi",
        "effective_from": "Tanggal Revisi/Berlaku",
        "prepared_by": "Disusun oleh",
        "checked_by": "Diperiksa oleh",
        "approved_by": "Disahkan oleh",
        "review_on": "Tanggal Tinjauan Berikutnya",
        "status": "Status (draf, berlaku, ditarik)",
        "classification": "Klasifikasi",
    }


def test_an_indonesian_log_in_another_order() -> None:
    line = (
        "STATUS | Verifikasi Keefektifan | Tgl Selesai | Batas Waktu | PIC | Tindakan Korektif | "
        "Koreksi | Akar Penyebab | Uraian Ketidaksesuaian | Kategori | Klausul | Tanggal Temuan | "
        "Sumber | No. LKS | No | Sisa hari"
    )
    found = known(FINDINGS, line)
    assert set(found) == {
        "status", "effectiveness", "closed_on", "due_on", "owner", "action", "correction",
        "cause", "deviation", "grade", "clauses", "found_on", "source", "number",
    }  # fmt: skip
    assert found["number"] == "No. LKS" and found["closed_on"] == "Tgl Selesai"


def test_the_clearer_heading_wins_and_a_running_number_is_no_key() -> None:
    assert known(DOCUMENTS, "ID | Doc ID | Title")["number"] == "Doc ID"
    assert "number" not in known(DOCUMENTS, "No | Judul")
    assert known(UNITS, "Nama Unit | Kode Unit") == {"name": "Nama Unit", "code": "Kode Unit"}


def test_titles_two_heading_rows_and_column_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "REKAP TEMUAN AUDIT MUTU INTERNAL"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "Dinas Contoh"
    sheet.append([])
    for row in (
        ["No. LKS", "Temuan", None, "Tanggal", None, "Catatan"],
        [None, "Uraian", "Kategori", "Temuan", "Selesai", None],
        [1, 2, 3, 4, 5, 6],
        ["LKS-01", "Arsip tidak lengkap", "Minor", date(2026, 1, 12), None, "x"],
        [None, None, None, None, None, None],
        ["LKS-02", "Suhu tidak dicatat", "Mayor", date(2026, 1, 13), None, "y"],
    ):
        sheet.append(row)
    for merged in ("A4:A5", "B4:C4", "D4:E4", "F4:F5"):
        sheet.merge_cells(merged)
    path = tmp_path / "rekap.xlsx"
    book.save(path)
    sheets = read_file(path)
    layout = guess_layout(FINDINGS, sheets)
    assert (layout.heading_row, layout.heading_rows) == (4, 2)
    assert layout.columns == {
        "number": 0,
        "deviation": 1,
        "grade": 2,
        "found_on": 3,
        "closed_on": 4,
    }
    table = table_of(FINDINGS, sheets, layout)
    assert [number for number, _cells in table.numbered()] == [7, 9]
    assert table.unknown == {5: "Catatan"}


def test_cells_merged_down_count_for_each_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["No. LKS", "Uraian", "Unit"], ["A", "x", "Loket"], ["B", "y", None]):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    path = tmp_path / "m.xlsx"
    book.save(path)
    sheets = read_file(path)
    table = table_of(FINDINGS, sheets, guess_layout(FINDINGS, sheets))
    assert [row[2] for row in table.rows] == ["Loket", "Loket"]


def test_the_sheet_with_the_headings_is_taken(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Petunjuk"
    for number in range(50):
        book.active.append([f"Langkah {number}", "x", "y"])
    sheet = book.create_sheet("Daftar")
    sheet.append(["No Dokumen", "Judul"])
    sheet.append(["SOP-1", "Arsip"])
    path = tmp_path / "b.xlsx"
    book.save(path)
    assert guess_layout(DOCUMENTS, read_file(path)).sheet == 1


def test_a_file_without_headings_is_all_data() -> None:
    sheets = read_file(SAMPLES / "units-denpasar.csv")
    layout = guess_layout(UNITS, sheets)
    assert (layout.heading_row, layout.columns) == (0, {})
    columns = chosen_columns(UNITS, layout, sheets[0], {"code": "a", "name": "B"})
    table = table_of(UNITS, sheets, Layout(0, 0, 0, columns))
    assert len(list(table.numbered())) == 102 and table.first_row == 1
    assert table.unknown == {2: "C"}


def test_columns_by_letter_or_heading() -> None:
    sheets = read_file(SAMPLES / "document-control-register.csv")
    layout = guess_layout(DOCUMENTS, sheets)
    chosen = chosen_columns(
        DOCUMENTS, layout, sheets[0], {"review_on": "Last Review", "owner": "E", "status": ""}
    )
    assert chosen["review_on"] == 7 and chosen["owner"] == 4
    assert "status" not in chosen and "approved_by" not in chosen


@pytest.mark.parametrize("wanted", [{"code": "Z"}, {"colour": "A"}, {"name": "Nama"}])
def test_a_choice_that_does_not_fit_is_told(wanted: Any) -> None:
    sheets = read_file(SAMPLES / "units-denpasar.csv")
    with pytest.raises(Invalid):
        chosen_columns(UNITS, guess_layout(UNITS, sheets), sheets[0], wanted)


def test_a_heading_holds_nothing_that_no_record_could_keep(sheet: Any) -> None:
    """It becomes the name under which the column's values are kept."""
    sheets = read_file(
        sheet([["No. Dokumen", "Judul", "Lain_x0000_ _x0007_nya"], ["1", "A", "B"]], "x.xlsx")
    )
    table = table_of(DOCUMENTS, sheets, guess_layout(DOCUMENTS, sheets))
    assert table.unknown == {2: "Lain nya"}


def test_letters() -> None:
    assert [letter(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def without_headings(kind: ImportKind, path: Path) -> dict[str, str]:
    sheets = read_file(path)
    layout = Layout(0, 0, 0, {})
    found = likely_columns(kind, table_of(kind, sheets, layout))
    return {name: letter(column) for name, column in found.items()}


def test_likely_columns_are_told_by_what_stands_in_them(sheet: Any) -> None:
    assert without_headings(UNITS, SAMPLES / "units-denpasar.csv") == {"code": "A", "name": "B"}
    rows = [
        ["1", "Loket", "12/1/2026", "N-9", "Map tanpa lembar kendali"],
        ["2", "Loket", "13/1/2026", "N-10", "Arsip tidak lengkap"],
        ["3", "Arsip", "", "N-11", "Papan nama rusak"],
    ]
    assert without_headings(FINDINGS, sheet(rows)) == {
        "number": "D",
        "found_on": "C",
        "deviation": "E",
    }
    assert without_headings(DOCUMENTS, sheet([["A", ""], ["A", ""]])) == {"title": "A"}
