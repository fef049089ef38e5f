"""The report and the workbook as LibreOffice prints them: chapters, pages, headers and footers."""

import re
import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.packs.conftest import Sample
from tests.packs.printing import folded, linked_lines, printed

CHAPTERS = ("At a glance", "Scope and certificates", "Audits", "Known gaps", "Registers")
SHEETS = ("Clause matrix", "By clause", "Known gaps", "Documents", "Evidence", "Audits",
          "Checklist answers", "Findings", "Responses", "Actions", "Certificates", "Scope",
          "Files")  # fmt: skip


@pytest.mark.office
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_report_and_workbook_open_and_print(sample: Sample, tmp_path: Path) -> None:
    """Both in one test, because starting LibreOffice takes most of its time."""
    with ZipFile(sample.path) as archive:
        for name in ("Evidence-report.docx", "Workbook.xlsx"):
            archive.extract(name, tmp_path)
    report, workbook = printed(tmp_path / "Evidence-report.docx", tmp_path / "Workbook.xlsx")
    check_the_report(report, sample)
    check_the_workbook([page.extract_text() for page in workbook.pages])


def check_the_report(pdf: Any, sample: Sample) -> None:
    pages = [page.extract_text() for page in pdf.pages]
    assert 20 <= len(pages) <= 80
    assert "Evidence pack" in pages[0] and "Dinas Tenaga Kerja" in pages[0]
    assert "Page" not in pages[0]
    for place, page in enumerate(pages[1:], start=2):
        assert f"Page {place} of {len(pages)}" in page
        assert sample.number in page and "Dinas Tenaga Kerja" in page
    lines = linked_lines(pdf)
    assert set(lines) >= {*CHAPTERS, *sample.headings}
    assert [line for line in lines if line in set(sample.headings)] == sample.headings
    words = folded("".join(pages))
    assert folded("Not applicable at Dinas Tenaga Kerja because: Tidak ada perancangan") in words
    assert folded("In our own words: Kami menetapkan isu") in words


def check_the_workbook(pages: list[str]) -> None:
    text = "\n".join(pages)
    for sheet in SHEETS:
        assert sheet in text
    assert "#REF" not in text and "#NAME" not in text and "Err:" not in text
    assert re.search(r"Findings still open\s*\d+", pages[0])
