"""The pages: file, columns, preview, import, result."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.journal.models import JournalEntry
from qms.documents.models import Document
from qms.findings.models import Finding, Grade
from qms.imports.models import ImportRun
from tests.cast import Cast
from tests.client import Browser, Page
from tests.counting import queries_of
from tests.imports.conftest import SAMPLES

HOSTILE = SAMPLES / "hostile"
LIST = (
    "Daftar Induk Dokumen;;;;;\n;;;;;\n"
    "No;Judul Dokumen;No. Dokumen;Tgl Berlaku;Status;Lokasi Simpan\n"
    "1;Pelatihan;SOP-01;12 Januari 2026;Berlaku;Lemari A\n"
    "2;Penempatan;SOP-02;1/2/2026;Berlaku;Lemari B\n"
)


def send(
    browser: Browser, content: str | bytes, name: str, kind: str, status: int = 200, **more: Any
) -> Page:
    """Send a file from the page; the page that follows."""
    data = content.encode() if isinstance(content, str) else content
    form = browser.get("/imports/new")
    return form.submit(kind=kind, files=(BytesIO(data), name), status=status, **more)


def only() -> ImportRun:
    (found,) = db.session.scalars(select(ImportRun)).all()
    return found


def documents() -> int | None:
    return db.session.scalar(select(func.count(Document.id)))


def test_from_file_to_result(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    columns = send(browser, LIST, "daftar.csv", "documents")
    assert columns.url.endswith("/columns") and columns.has("Documents for Dinas Tenaga Kerja")
    chosen = columns.soup.select_one("#in_number option[selected]")
    assert chosen and chosen["value"] == "C" and "SOP-01, SOP-02" in chosen.text
    preview = columns.submit()
    assert preview.has("Will be created 2") and preview.has("Lemari A")
    assert preview.has("kept with each record: Lokasi Simpan")
    assert preview.has("Number here Number in the file") and preview.has("SOP-DISNAKER-002 SOP-02")
    assert documents() == 0 and only().imported_at is None
    result = preview.submit()
    assert result.has("2 created") and result.has("0 changed") and result.has("Officer")
    assert documents() == 2
    assert (only().created, only().changed, only().unchanged) == (2, 0, 0)
    assert browser.get("/imports").has("2 new, 0 changed, 0 the same")
    sent = browser.request("GET", f"{result.url}/file")
    assert sent.data == LIST.encode() and "attachment" in sent.headers["Content-Disposition"]
    sent.close()


def test_a_file_with_nothing_new_waits_for_nobody(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    send(browser, LIST, "daftar.csv", "documents").submit().submit()
    again = send(browser, LIST, "daftar lagi.csv", "documents")
    assert browser.get("/imports").has("Not imported yet")
    assert again.submit().has("There is nothing to import: all of it is here already.")
    listed = browser.get("/imports")
    assert listed.has("Nothing to import, 2 the same") and not listed.has("Not imported yet")
    changed = LIST.replace("Pelatihan", "Pelatihan kerja")
    assert send(browser, changed, "baru.csv", "documents").submit().has("Will change 1")
    assert browser.get("/imports").has("Not imported yet")


def test_columns_are_chosen_by_hand(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    columns = send(browser, "X1;Arsip;1/2/2026\nX2;Surat;2/2/2026\n", "a.csv", "documents")
    refused = columns.submit(status=422)
    assert refused.has("No column is known for: Number, Title.")
    kept = columns.submit(in_number="A", in_title="B", in_effective_from="C")
    assert kept.has("Will be created 2") and kept.has("1 February 2026")
    again = browser.get(f"{kept.url}/columns")
    chosen = again.soup.select_one("#in_title option[selected]")
    assert chosen and chosen["value"] == "B"


def test_another_row_of_headings_is_looked_at_again(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    columns = send(browser, LIST, "daftar.csv", "documents")
    moved = columns.submit(heading_row="0", button=("again", "1"))
    assert moved.url.endswith("/columns") and moved.has("– not in the file –")
    assert only().columns == {} and only().heading_row == 0
    back = moved.submit(heading_row="3")
    assert only().heading_row == 3 and len(only().columns) == 4
    assert back.submit(heading_row="9000", status=422).has("Choose one from the list.")


def test_a_file_without_headings_is_told_how_to_go_on(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    text = (SAMPLES / "units-denpasar.csv").read_text(encoding="utf-8")
    page = send(browser, text, "unit.csv", "units")
    assert page.has("No heading row was recognised.") and page.has("Code : A (000000, 000001,")
    chosen = page.soup.select_one("#heading_row option[selected]")
    assert chosen and chosen.text == "The file has no heading row"
    assert page.has("2: 000001 | Walikota")
    assert page.submit(in_code="A", in_name="B").has("Will be created 102")
    known = send(browser, "Kode;Nama\n01;Bidang\n", "b.csv", "units")
    assert not known.has("No heading row was recognised.")


def test_another_sheet_is_looked_at_for_its_own_headings(
    browse: Any, cast: Cast, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["No Dokumen", "Judul"])
    book.active.append(["A-1", "x"])
    second = book.create_sheet("Lama")
    for row in ([], ["Daftar lama"], ["Judul", "No Dokumen"], ["y", "B-1"]):
        second.append(row)
    book.save(tmp_path / "b.xlsx")
    content = (tmp_path / "b.xlsx").read_bytes()
    page = send(browse(cast.officer), content, "b.xlsx", "documents")
    assert (only().sheet, only().heading_row) == (1, 3)  # the longer list
    page = page.submit(sheet="0")
    assert only().heading_row == 1 and only().columns == {"number": 0, "title": 1}
    assert page.submit().has("A-1")


def test_a_stale_choice_of_columns_is_told(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    columns = send(browser, LIST, "daftar.csv", "documents")
    columns.submit(in_status="")
    page = columns.submit(in_title="F", status=409)
    shown = page.soup.select("select[name=in_title] option[selected]")
    assert [one.get_text().partition(" ")[0] for one in shown] == ["F"]
    assert page.has("B – Judul Dokumen")  # what is saved
    assert page.soup.select("select[name=in_status] option[selected]")
    page.submit()
    assert only().columns["title"] == 5


def test_refused_rows_block_everything(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    text = LIST.replace("2;Penempatan", "2;").replace("1/2/2026;Berlaku", "1/2/2026;Hampir")
    preview = send(browser, text, "daftar.csv", "documents").submit()
    assert preview.has("Refused 1") and preview.has("The title is missing.")
    assert preview.has("Hampir") and not preview.soup.select("form[action$='/import']")
    page = browser.post(f"{preview.url}/import", {"shown": ""}, status=409)
    assert page.has("The title is missing.") and documents() == 0


def test_what_changed_meanwhile_is_shown_before_anything_happens(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    send(browser, LIST, "daftar.csv", "documents").submit().submit()
    preview = send(browser, LIST.replace("Penempatan", "Penempatan kerja"), "2.csv", "documents")
    preview = preview.submit()
    assert preview.has("Will change 1")
    document = db.session.scalar(select(Document).where(Document.title == "Penempatan"))
    assert document is not None
    document.title = "Penempatan tenaga"
    journal.write("edit", document, by=cast.officer)
    db.session.commit()
    shown = preview.submit(status=409)
    assert shown.has("Something changed since the preview was made")
    assert shown.has("Penempatan tenaga → Penempatan kerja")
    assert shown.submit().has("1 changed")
    document = db.session.get(Document, document.id)
    assert document is not None and document.title == "Penempatan kerja"


def test_importing_twice_is_told(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    preview = send(browser, LIST, "daftar.csv", "documents").submit()
    preview.submit()
    preview.submit(status=409)
    assert documents() == 2
    assert browser.get(f"{preview.url}/columns").has("2 created")


def test_the_grade_is_chosen_with_the_columns(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    columns = send(browser, "No LKS;Tanggal;Uraian\nA;1/2/2026;x\n", "a.csv", "findings")
    columns.submit(grade="opportunity").submit()
    assert db.session.scalar(select(Finding.grade)) is Grade.OPPORTUNITY


def test_long_previews_come_in_pages(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    rows = "".join(f"S-{number};Judul {number}\n" for number in range(150))
    preview = send(browser, f"No Dokumen;Judul\n{rows}", "a.csv", "documents").submit()
    assert preview.has("100 shown") and not preview.has("S-120")
    following = preview.soup.select_one("a[rel=next]")
    assert following is not None
    assert browser.get(str(following["href"])).has("S-149")
    assert browser.get(f"{preview.url}?show=same").has("No such row")
    assert browser.get(f"{preview.url}?show=nonsense").has("100 shown")


READABLE = {
    "SimpleStrict.xlsx", "TwoSheetsOneHidden.xlsx", "merge_cells.xlsx", "ErrorTypes.xlsx",
    "xxe_in_schema.xlsx",
}  # fmt: skip


def test_hostile_files_are_refused_at_the_field(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    files = [path for path in sorted(HOSTILE.iterdir()) if path.suffix != ".md"]
    assert len(files) == 16
    for path in files:
        status = 200 if path.name in READABLE else 422
        page = send(browser, path.read_bytes(), path.name, "documents", status)
        if status == 200:
            assert page.url.endswith("/columns")
            continue
        error = page.soup.select_one("#files-error")
        assert error is not None and len(error.get_text(strip=True)) > 25, path.name
    assert db.session.scalar(select(func.count(ImportRun.id))) == len(READABLE)


def test_no_file(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/imports/new").submit(kind="documents", status=422)
    assert page.has("Choose an Excel file")


def test_a_kind_that_is_none(browse: Any, cast: Cast) -> None:
    sent = {"kind": "recipes", "unit": str(cast.disnaker.uid)}
    browse(cast.officer).get("/imports/new").submit(**sent, status=422)


def test_who_gets_in(browse: Any, cast: Cast) -> None:
    columns = send(browse(cast.officer), LIST, "daftar.csv", "documents")
    here = columns.url.removesuffix("/columns")
    for name in ("head", "owner", "guest", "auditor", "secretariat", "bystander"):
        browser = browse(getattr(cast, name))
        browser.get("/imports", status=403)
        browser.get("/imports/new", status=403)
        for path in (here, f"{here}/columns", f"{here}/file"):
            browser.get(path, status=404)
        browser.post(f"{here}/import", status=404)
    for name in ("outsider", "other_officer", "administrator"):
        browser = browse(getattr(cast, name))
        assert not browser.get("/imports").has("daftar.csv")
        for path in (here, f"{here}/columns", f"{here}/file"):
            browser.get(path, status=404)
        browser.post(f"{here}/import", status=404)
    assert browse(cast.coordinator).get("/imports").has("daftar.csv")
    browse(cast.coordinator).get(here)
    assert documents() == 0


def test_a_file_that_waits_is_for_who_sent_it_and_who_sees_all(browse: Any, cast: Cast) -> None:
    """What stands in it may be restricted here, or become so."""
    columns = send(browse(cast.officer), LIST, "daftar.csv", "documents")
    here = columns.url.removesuffix("/columns")
    consultant = browse(cast.consultant)
    assert not consultant.get("/imports").has("daftar.csv")
    for path in (here, f"{here}/columns", f"{here}/file"):
        consultant.get(path, status=404)
    consultant.post(f"{here}/import", status=404)
    own = send(consultant, LIST, "lain.csv", "documents")
    assert consultant.get("/imports").has("lain.csv")
    assert consultant.get(own.url).has("Pelatihan")


@pytest.mark.parametrize("what", ["finding", "action"])
def test_a_file_is_closed_to_who_may_not_see_all_of_it(browse: Any, cast: Cast, what: str) -> None:
    officer, consultant = browse(cast.officer), browse(cast.consultant)
    rows = "No LKS;Tanggal;Uraian;Tindakan korektif\nL-1;1/2/2026;Suap;Tegur\nL-2;1/2/2026;x;\n"
    result = send(officer, rows, "log.csv", "findings").submit().submit()
    again = send(officer, rows, "lagi.csv", "findings").submit()  # nothing new: no row is kept
    assert again.has("Same 2")
    other = rows.replace("L-1", "M-1").replace("L-2", "M-2")
    harmless = send(officer, other, "lain.csv", "findings").submit().submit()
    own = send(consultant, rows.replace(";x;", ";y;"), "punya.csv", "findings").submit().submit()
    consultant.request("GET", f"{result.url}/file").close()
    assert consultant.get(result.url).has("Download the file")
    found = db.session.scalars(select(Finding).where(Finding.external_number == "L-1")).one()
    record = found if what == "finding" else found.actions[0].action
    record.access = AccessClass.RESTRICTED
    journal.write("restrict", record, by=cast.officer)
    db.session.commit()
    page = consultant.get(result.url)
    assert page.has("2 created") and not page.has("Download the file")
    consultant.get(f"{result.url}/file", status=404)
    for browser, url in (
        (consultant, harmless.url),
        (consultant, own.url),  # who sent it knows it
        (officer, result.url),
        (browse(cast.coordinator), result.url),
    ):
        answer = browser.request("GET", f"{url}/file")
        assert answer.status_code == 200
        answer.close()


def test_only_what_one_may_import_is_offered(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/imports/new")
    assert not page.soup.select("input[value=units]") and not page.has("Dinas Kesehatan")
    page = browse(cast.administrator).get("/imports/new")
    assert page.soup.select("input[value=units]") and not page.soup.select("input[value=findings]")
    units = {str(one.get("value")) for one in page.soup.select("select[name=unit] option")}
    foreign = str(cast.outsider.rights.tree.root.uid)
    assert foreign not in units
    send(browse(cast.officer), LIST, "a.csv", "documents", 422, unit=foreign)


def test_reading_writes_nothing_and_posts_are_posts(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    preview = send(browser, LIST, "daftar.csv", "documents").submit()
    before = db.session.scalar(select(func.count(JournalEntry.id)))
    for path in ("/imports", "/imports/new", preview.url, f"{preview.url}/columns"):
        browser.get(path)
    assert db.session.scalar(select(func.count(JournalEntry.id))) == before
    browser.get(f"{preview.url}/import", status=405)
    browser.get("/imports/no-uid", status=404)


@pytest.mark.parametrize("kind", ["documents", "findings"])
def test_the_queries_do_not_grow_with_the_rows(
    browse: Any, cast: Cast, kind: str, bring: Callable[..., Any]
) -> None:
    heads = {
        "documents": ["No Dokumen", "Judul", "Pemilik", "Tgl Berlaku", "Klausul"],
        "findings": ["No LKS", "Uraian", "PIC", "Tanggal", "Klausul", "Tindakan korektif"],
    }[kind]
    browser, few = browse(cast.officer), 0
    for number in (3, 30):
        rows = [
            [f"{kind}-{i}", f"Judul {i}", f"Kasi {i % 3}", "1/2/2026", "9001: 7.5", "x"]
            for i in range(number)
        ]
        bring(kind, [heads, *(row[: len(heads)] for row in rows)])
        text = "\n".join(";".join(row[: len(heads)]) for row in [heads, *rows])
        preview = send(browser, text, "a.csv", kind).submit()
        assert preview.has(f"Same {number}")
        count = queries_of(browser, preview.url)
        few = few or count
    assert count == few <= 20
    assert queries_of(browser, "/imports") <= 8


def test_the_journal_rebuilds_imports(browse: Any, cast: Cast) -> None:
    from qms.core.journal.replaying import replay

    send(browse(cast.officer), LIST, "daftar.csv", "documents").submit().submit()
    rows = replay(cast.district.id)
    (run,) = rows["import_run"].values()
    assert (run["created"], run["file_name"]) == (2, "daftar.csv")
    said = [row["said"]["number"] for row in rows["imported_row"].values()]
    assert sorted(said) == ["SOP-01", "SOP-02"]


def test_the_journal_tells_of_an_import(browse: Any, cast: Cast) -> None:
    send(browse(cast.officer), LIST, "daftar.csv", "documents").submit().submit()
    page = browse(cast.administrator).get("/journal?kind=import_run")
    for words in ("sent a file to import", "imported the file", "daftar.csv"):
        assert page.has(words), words
    assert not page.has("Pelatihan")  # what stood in it is in the records


def test_a_file_that_is_gone_is_told(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    sent = (BytesIO(b"No. Dokumen,Judul\r\nSOP-1,Pelatihan\r\n"), "daftar.csv")
    browser.get("/imports/new?kind=documents").submit(unit=str(cast.disnaker.uid), files=sent)
    run = db.session.scalars(select(ImportRun)).one()
    run.stored.path.unlink()
    for page in ("", "/columns", "/file"):
        assert browser.get(f"/imports/{run.uid}{page}", 404).has("The file is not in the store.")
