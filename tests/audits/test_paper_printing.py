"""The checklist on paper: each sheet is one page, whatever it asks, and every line is on one."""

import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import docx
import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from qms.audits import operations
from qms.audits.models import Audit, AuditPrint
from qms.audits.sheet_codes import SheetCode, read_code
from qms.audits.sheet_layout import BODY, HINT, QUESTION, Asked, cut, sheets_of, wrapped
from qms.core.db import AccessClass, db
from qms.core.errors import OutOfTurn, Refused
from qms.core.journal.models import JournalEntry
from tests.audits.makers import clauses, external, make_audit, only, prepared, signed, under_way
from tests.cast import Cast

NASTY = [
    "Bagaimana?",
    "Apakah organisasi menentukan isu internal dan eksternal? " * 3,
    "W" * 400,
    "M@W% " * 300,
    "Pertanyaan " * 350,
    "\n".join("abcdefgh"),
    "https://contoh.go.id/" + "dokumen/" * 60,
    "هل تم تحديد القضايا؟ " * 12,
    "漢字仮名交じり文" * 40,
]
"""Questions that would run over a page, a column or a measure of letters."""


def nasty(cast: Cast) -> Audit:
    """An audit whose checklist is hard to print."""
    audit = prepared(cast, title="Audit " + "panjang " * 40)
    for n, question in enumerate(NASTY):
        operations.add_line(
            audit,
            question=question,
            hint=NASTY[-n - 1],
            clause_ids=clauses("8.5.1", "9.1.2", "7.5.3"),
            by=cast.coordinator,
        )
    db.session.commit()
    return audit


def printed(audit: Audit, cast: Cast) -> AuditPrint:
    found = operations.print_checklist(audit, by=cast.auditor)
    db.session.commit()
    return found


@pytest.mark.parametrize("question", NASTY)
def test_a_line_fits_a_sheet_whatever_it_asks(question: str) -> None:
    [sheet] = sheets_of([Asked(1, question, question)])
    assert sum(one.height for one in sheet) <= BODY
    for style in (QUESTION, HINT):
        kept = cut(question, style)
        assert len(wrapped(kept, style)) <= style.most
        assert kept.endswith("[…]") or kept.split() == question.split()


def test_every_line_is_on_one_sheet_in_order_and_every_sheet_is_full_to_write_on() -> None:
    lines = [Asked(n, f"Pertanyaan {n} " * (n % 9 + 1), "Bukti") for n in range(120)]
    sheets = sheets_of(lines)
    assert [one.asked for sheet in sheets for one in sheet] == lines
    assert [one.place for sheet in sheets for one in sheet] == list(range(1, 121))
    for sheet in sheets:
        assert BODY - 8 < sum(one.height for one in sheet) <= BODY
        assert all(one.rules >= 3 for one in sheet)


def test_a_code_says_its_sheet_and_nothing_else_passes_for_one() -> None:
    code = SheetCode("0123ABCD", uuid4(), 17)
    assert read_code(code.text) == code
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", code.text)  # the alphabet that a QR holds most of
    for wrong in (
        code.text.replace(":17:", ":18:"),
        code.text[:-1],
        code.text.lower(),
        f"{code.text} ",
        code.text.replace("0123ABCD", "0123ABCE"),
        "https://contoh.go.id",
        "",
    ):
        assert read_code(wrong) is None


def test_an_edition_is_kept_until_the_lines_change(app: Any, cast: Cast) -> None:
    audit = prepared(cast)
    first = printed(audit, cast)
    assert printed(audit, cast) is first
    assert [(one.sheet, one.place) for one in first.lines] == [(1, 1), (1, 2)]
    operations.remove_line(audit.listed[0], by=cast.coordinator)
    second = printed(audit, cast)
    assert (first.number, second.number) == (1, 2)
    assert len(first.lines) == 2, "what was printed stays as it was printed"
    assert [one.line_id for one in second.lines] == [audit.listed[0].id]
    verbs = db.session.scalars(
        select(JournalEntry.verb).where(JournalEntry.kind == "audit_print")
    ).all()
    assert verbs == ["print_checklist", "print_checklist"]


def test_who_does_not_prepare_the_checklist_prints_none(app: Any, cast: Cast) -> None:
    audit = prepared(cast)
    for by in (cast.officer, cast.head, cast.outsider):
        with pytest.raises(Refused):
            operations.print_checklist(audit, by=by)
    with pytest.raises(OutOfTurn):
        operations.print_checklist(make_audit(cast), by=cast.coordinator)
    with pytest.raises(Refused):  # what is reported is not walked any more
        operations.print_checklist(signed(cast).audit, by=cast.auditor)


@pytest.mark.office
def test_the_word_file_has_one_page_a_sheet_with_its_code(
    app: Any, cast: Cast, browse: Any, tmp_path: Path
) -> None:
    audit = nasty(cast)
    found = printed(audit, cast)
    url = f"/audits/{audit.uid}/notes/1.docx"
    content = browse(cast.auditor).request("GET", url).data
    tables = docx.Document(BytesIO(content)).tables
    assert len(tables) == found.sheets + len(found.lines), "a head for each sheet, and the lines"
    (tmp_path / "sheets.docx").write_bytes(content)
    _convert(tmp_path)
    with pypdfium2.PdfDocument(tmp_path / "sheets.pdf") as pdf:
        codes = []
        for page in pdf:
            [code] = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
            codes.append(read_code(code.text))
    assert [(one.edition, one.sheet) for one in codes if one] == [
        (found.uid, n) for n in range(1, found.sheets + 1)
    ]


def _convert(folder: Path) -> None:
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(folder / "sheets.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )


def test_the_page_shows_the_same_sheets_without_script(app: Any, cast: Cast, browse: Any) -> None:
    audit = prepared(cast, access=AccessClass.RESTRICTED)
    db.session.commit()
    lead = browse(cast.lead_auditor)
    page = lead.get(f"/audits/{audit.uid}/notes").press("Print the checklist")
    assert page.url == f"/audits/{audit.uid}/notes/1"
    [sheet] = page.soup.select(".sheet")
    shown = " ".join(sheet.get_text(" ").split())
    told = ("Sheet 1 of 1", "Only those who need to know", "Bagaimana 8.5.1?", "Tidak berlaku")
    for words in (audit.number, *told):
        assert words in shown
    assert len(sheet.select("svg.qr")) == 1
    assert only().uid == audit.uid
    again = lead.get(f"/audits/{audit.uid}/notes").press("Print the checklist")
    assert again.has("Nothing has changed since this edition")
    assert lead.get(f"/audits/{audit.uid}/notes").has("Edition 1")
    browse(cast.staff).get(f"/audits/{audit.uid}/notes/1", 404)


def test_an_external_audit_has_no_sheets(app: Any, cast: Cast, browse: Any) -> None:
    audit = external(cast)
    db.session.commit()
    browse(cast.officer).get(f"/audits/{audit.uid}/notes", 404)


def test_there_is_no_edition_that_was_not_printed(app: Any, cast: Cast, browse: Any) -> None:
    audit = under_way(cast)
    db.session.commit()
    for path in ("notes/1", "notes/1.docx"):
        browse(cast.officer).get(f"/audits/{audit.uid}/{path}", 404)
