"""The report as LibreOffice prints it: every chapter, its page, header and footer."""

import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from qms.packs.about import number_of
from qms.standards.queries import clauses_of
from tests.cast import Cast
from tests.packs.conftest import Packs
from tests.packs.generated import EDITIONS

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed"),
]


def printed(path: Path, name: str, folder: Path) -> list[str]:
    """The text of each page of a part of the pack."""
    with ZipFile(path) as archive:
        (folder / name).write_bytes(archive.read(name))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), str(folder / name)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    pdf = PdfReader((folder / name).with_suffix(".pdf"))
    return [page.extract_text() for page in pdf.pages]


def folded(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_report_reads_as_a_whole(
    few: Cast, packs: Packs, tmp_path: Path, only_sqlite: None
) -> None:
    about = packs.about(few.officer)
    pages = printed(packs.make(about), "Evidence-report.docx", tmp_path)
    assert 20 <= len(pages) <= 60
    cover, contents = pages[0], "\n".join(pages[1:7])
    assert "Evidence pack" in cover and "Dinas Tenaga Kerja" in cover
    assert "Page" not in cover
    for number, page in enumerate(pages[1:], start=2):
        assert f"Page {number} of {len(pages)}" in page
        assert number_of(about.uid) in page and "Dinas Tenaga Kerja" in page
    first = next(n for n, page in enumerate(pages) if n > 1 and "This report shows" in page)
    body = "\n".join(pages[first:])
    chapters = ["At a glance", "Scope and certificates", "Known gaps", "Registers",
                "How to check this pack"]  # fmt: skip
    own = {"iso9001-2015:4.1": "Isu kita sendiri"}
    clauses = [
        f"{clause.number} {own.get(clause.key, clause.title_en)}"
        for key in EDITIONS
        for clause in clauses_of(key)
        if 4 <= int(clause.number.split(".")[0]) <= 10
    ]
    for heading in [*chapters, *clauses]:
        assert folded(heading) in folded(body), heading
        assert folded(heading) in folded(contents), heading
    for chapter in chapters:
        named = re.search(rf"{chapter}\s*\.{{3,}}\s*(\d+)", contents)
        assert named, chapter
        actual = [n for n, page in enumerate(pages, 1) if n > first and f"{chapter}\n" in page]
        # Only a word processor knows; until it counts, the contents show an estimate.
        assert actual and abs(actual[0] - int(named[1])) <= 2 + actual[0] // 10, (chapter, named[1])
    assert "Not applicable because: Tidak ada perancangan" in body.replace("\n", " ")
    assert "In our own words: Kami menetapkan isu" in body.replace("\n", " ")


def test_the_workbook_opens_and_prints(
    few: Cast, packs: Packs, tmp_path: Path, only_sqlite: None
) -> None:
    pages = printed(packs.make(packs.about(few.officer)), "Workbook.xlsx", tmp_path)
    text = "\n".join(pages)
    for sheet in ("Clause matrix", "By clause", "Known gaps", "Documents", "Evidence", "Findings",
                  "Responses", "Actions", "Certificates", "Scope", "Files"):  # fmt: skip
        assert sheet in text
    assert "#REF" not in text and "#NAME" not in text and "Err:" not in text
    figures = re.search(r"Findings still open\s*(\d+)", pages[0])
    assert figures
