"""What was written on paper comes back: printed with our code, drawn, spoilt as phones spoil it,
sent, and found at its sheet. Nothing is lost, and nothing is there twice."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import pypdfium2
import pytest
from flask import current_app
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from sqlalchemy import select

from qms.audits import operations
from qms.audits.models import Audit, FileTrouble, Reading, ScannedPage, ScanUpload
from qms.audits.place import installation
from qms.audits.queries import load_lines
from qms.audits.queries.paper import prints_to_choose
from qms.audits.sheet_codes import PREFIX, SheetCode
from qms.core import files, jobs
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, Missing, OutOfTurn, Refused
from qms.core.journal.models import JournalEntry
from qms.evidence.models import Evidence
from qms.office.qr_codes import qr_png
from qms.office.scan_reader import ScanTrouble, read_pages
from qms.people.models import Person
from tests.audits.makers import prepared, submitted, under_way
from tests.cast import Cast
from tests.client import Browser

Spoil = Callable[[Image.Image], Image.Image]


def sheet_picture(code: str, written: str = "") -> Image.Image:
    """A sheet as a scanner at 150 dpi sees it: our QR where it is printed, and some ink."""
    paper = Image.new("L", (1240, 1754), 255)
    qr = Image.open(BytesIO(qr_png(code))).convert("L").resize((165, 165))
    paper.paste(qr, (950, 120))
    pen = ImageDraw.Draw(paper)
    for n in range(12):
        pen.line((120, 500 + 90 * n, 1120, 500 + 90 * n), fill=120, width=2)
    pen.text((150, 600), written, fill=40)
    return paper


def jpeg(picture: Image.Image, quality: int = 70) -> bytes:
    out = BytesIO()
    picture.convert("L").save(out, "JPEG", quality=quality)
    return out.getvalue()


def pdf_of(*pictures: Image.Image) -> bytes:
    out = BytesIO()
    first, *others = pictures
    first.save(out, "PDF", save_all=True, append_images=others, resolution=150)
    return out.getvalue()


def on_a_desk(picture: Image.Image) -> Image.Image:
    desk = Image.new("L", (1700, 2300), 70)
    desk.paste(picture, (230, 270))
    return desk


SPOILT: dict[str, Spoil] = {
    "upside down": lambda one: one.rotate(180),
    "on its side": lambda one: one.rotate(90, expand=True),
    "askew": lambda one: on_a_desk(one).rotate(13, fillcolor=70),
    "dim": lambda one: ImageEnhance.Brightness(on_a_desk(one)).enhance(0.25),
    "blurred": lambda one: on_a_desk(one).filter(ImageFilter.GaussianBlur(1.6)),
    "small": lambda one: on_a_desk(one).resize((850, 1150)),
    "from the side": lambda one: on_a_desk(one).transform(
        (1700, 2300), Image.Transform.QUAD, (0, 0, -150, 2300, 1900, 2150, 1550, 100)
    ),
    "pale": lambda one: one.point(lambda level: 110 + level // 5),
}


class Paper:
    """An audit under way with a printed checklist of two sheets, and somebody who sends scans."""

    def __init__(self, app: Any, cast: Cast, audit: Audit) -> None:
        self.app, self.cast, self.audit = app, cast, audit
        self.printed = operations.print_checklist(audit, by=cast.lead_auditor)
        db.session.commit()

    def code(self, sheet: int = 1, **other: Any) -> str:
        values = {"installation": installation(), "edition": self.printed.uid, "sheet": sheet}
        return SheetCode(**{**values, **other}).text

    def scan(self, sheet: int = 1, written: str = "", **other: Any) -> Image.Image:
        return sheet_picture(self.code(sheet, **other), written)

    def send(self, *contents: bytes, by: Person | None = None) -> ScanUpload:
        """Send files and have them read."""
        by = by or self.cast.lead_auditor
        taken = [
            files.receive(BytesIO(one), f"scan-{n}.{'pdf' if one[:4] == b'%PDF' else 'jpg'}")
            for n, one in enumerate(contents)
        ]
        upload = operations.send_scans(taken, by=by)
        db.session.commit()
        read()
        db.session.refresh(upload)
        return upload

    def readings(self, upload: ScanUpload) -> list[Reading]:
        return [page.reading for page in pages(upload)]


def read() -> None:
    """What the worker does."""
    while job := jobs.claim("tests"):
        jobs.run(job, current_app.extensions["qms_jobs"])


def pages(upload: ScanUpload | None = None) -> list[ScannedPage]:
    db.session.expire_all()
    found = select(ScannedPage).order_by(ScannedPage.id)
    if upload is not None:
        found = found.where(ScannedPage.upload_id == upload.id)
    return list(db.session.scalars(found))


def evidence() -> list[Evidence]:
    db.session.expire_all()
    return list(db.session.scalars(select(Evidence).order_by(Evidence.id)))


@pytest.fixture
def paper(app: Any, cast: Cast) -> Paper:
    audit = under_way(cast, "7.5.3", "8.5.1", "9.1.2", "4.1", "4.2", "6.1")
    return Paper(app, cast, audit)


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_photo_is_read(spoilt: str, tmp_path: Path) -> None:
    code = SheetCode("0123ABCD", uuid4(), 3).text
    (tmp_path / "photo.jpg").write_bytes(jpeg(SPOILT[spoilt](sheet_picture(code)), 60))
    [page] = read_pages(tmp_path / "photo.jpg", "jpg", tmp_path, prefix=PREFIX, most=200)
    assert page.codes == (code,)


def test_the_sheets_that_we_print_come_back_to_their_lines(paper: Paper, browse: Any) -> None:
    """The whole way: our own Word file, drawn page by page, one as a PDF, one as a photo."""
    assert paper.printed.sheets == 2
    upload = paper.send(pdf_of(paper.scan(1), paper.scan(2)))
    assert paper.readings(upload) == [Reading.FILED, Reading.FILED]
    assert upload.read_at is not None
    first, second = evidence()
    assert [one.name.rpartition(" ")[2] for one in (first, second)] == ["1", "2"]
    on_first = {one.line_id for one in paper.printed.lines if one.sheet == 1}
    load_lines(paper.audit)
    asked = {c for line in paper.audit.listed if line.id in on_first for c in line.clause_ids}
    assert {link.clause_id for link in first.clauses} == asked
    [kept] = first.versions[0].files
    with pypdfium2.PdfDocument(kept.stored.path) as alone:
        assert len(alone) == 1, "a sheet brings along no other page"
    auditor = browse(paper.cast.auditor)
    page = auditor.get(f"/audits/{paper.audit.uid}/notes")
    assert page.has("2 of 2 sheets are back.") and page.has(kept.stored.sha256)
    line = next(one for one in paper.audit.listed if one.id in on_first)
    shown = auditor.get(f"/audits/{paper.audit.uid}/checklist/lines/{line.uid}")
    assert shown.follow("Sheet 1, edition 1").url == f"/evidence/{first.uid}"
    assert auditor.get(f"/audits/{paper.audit.uid}/checklist").has("Original notes: Sheet 2")
    verbs = db.session.scalars(
        select(JournalEntry.verb).where(JournalEntry.record_uid == paper.printed.uid)
    ).all()
    assert verbs.count("file_sheet") == 2


def test_the_same_upload_twice_doubles_nothing(paper: Paper) -> None:
    sent = jpeg(paper.scan(1, "satu"))
    paper.send(sent)
    again = paper.send(sent)
    assert paper.readings(again) == [Reading.KNOWN]
    assert pages(again)[0].same_as_id == pages()[0].id
    as_colleague = paper.send(sent, by=paper.cast.auditor)
    assert paper.readings(as_colleague) == [Reading.KNOWN]
    assert len(evidence()) == 1


def test_the_same_sheet_scanned_again_is_a_further_scan(paper: Paper) -> None:
    paper.send(jpeg(paper.scan(1)))
    further = paper.send(jpeg(paper.scan(1, "ditambah"), 50))
    assert paper.readings(further) == [Reading.FURTHER]
    assert len(evidence()) == 2


def test_what_cannot_be_filed_waits_and_says_why(paper: Paper, cast: Cast) -> None:
    two = Image.new("L", (2480, 1754), 255)
    two.paste(paper.scan(1), (0, 0))
    two.paste(paper.scan(2), (1240, 0))
    upload = paper.send(
        jpeg(sheet_picture("https://contoh.go.id")),
        jpeg(paper.scan(1, installation="0123ABCD")),
        jpeg(paper.scan(1, edition=uuid4())),
        jpeg(paper.scan(9)),
        jpeg(two),
    )
    assert paper.readings(upload) == [
        Reading.NO_CODE,
        Reading.OTHER_INSTALLATION,
        Reading.NOT_HERE,
        Reading.NOT_HERE,
        Reading.SEVERAL,
    ]
    assert all(page.waits and page.stored.path.exists() for page in pages(upload))
    assert evidence() == []


def test_an_audit_that_one_may_not_see_tells_nothing(app: Any, cast: Cast, browse: Any) -> None:
    """Sent by an auditor without need to know; the same as of an edition that never was."""
    audit = under_way(cast, access=AccessClass.RESTRICTED)
    paper = Paper(app, cast, audit)
    upload = paper.send(jpeg(paper.scan(1)), by=cast.auditor)
    assert paper.readings(upload) == [Reading.NOT_HERE]
    page = browse(cast.auditor).get(f"/audits/scans/{upload.uid}")
    assert page.has("It cannot be filed here") and not page.has(audit.number)
    browse(cast.lead_auditor).get(f"/audits/scans/{upload.uid}", 404)
    filed = paper.send(jpeg(paper.scan(1)))
    assert paper.readings(filed) == [Reading.FILED]
    assert evidence()[0].access is AccessClass.RESTRICTED


def test_pages_are_placed_where_one_works(app: Any, cast: Cast) -> None:
    """Editions of others' audits would push one's own off the list."""
    paper = Paper(app, cast, under_way(cast))
    assert [one.audit for one in prints_to_choose(cast.auditor)] == [paper.audit]
    assert [one.audit for one in prints_to_choose(cast.coordinator)] == [paper.audit]
    assert prints_to_choose(cast.officer) == prints_to_choose(cast.outsider) == []


def test_a_closed_audit_takes_no_notes_until_it_goes_on(app: Any, cast: Cast) -> None:
    early = Paper(app, cast, prepared(cast, title="Belum mulai"))
    assert early.readings(early.send(jpeg(early.scan(1)))) == [Reading.NOT_OPEN]
    report = submitted(cast)
    load_lines(report.audit)
    late = Paper(app, cast, report.audit)
    sent = jpeg(late.scan(1))
    assert late.readings(late.send(sent)) == [Reading.NOT_OPEN]
    operations.send_back_report(report, reason="Catatan belum masuk", by=cast.lead_auditor)
    db.session.commit()
    again = late.send(sent)
    assert late.readings(again) == [Reading.KNOWN], "it is filed where it waited"
    assert pages(again)[0].same_as.reading is Reading.FILED
    assert len(evidence()) == 1


def test_a_sheet_of_lines_that_are_gone_is_understood(paper: Paper, browse: Any) -> None:
    line = paper.audit.listed[0]
    operations.remove_line(line, by=paper.cast.lead_auditor)
    newer = operations.print_checklist(paper.audit, by=paper.cast.lead_auditor)
    db.session.commit()
    assert newer.number == 2
    assert paper.readings(paper.send(jpeg(paper.scan(1)))) == [Reading.FILED]
    page = browse(paper.cast.auditor).get(f"/audits/{paper.audit.uid}/notes")
    assert page.has("1 line of it is not on the checklist any more")


def test_a_page_without_code_is_placed_by_hand(paper: Paper, browse: Any) -> None:
    plain = jpeg(sheet_picture("", "tanpa QR"))
    [page] = pages(paper.send(plain))
    lead = browse(paper.cast.lead_auditor)
    tray = lead.get("/audits/scans")
    assert tray.has("No QR was found on it")
    form = tray.follow("scan-0.jpg")
    assert form.soup.select_one("img.scan") is not None
    edition = form.choice("edition", paper.audit.number)
    wrong = form.submit(edition=edition, sheet="3", status=422)
    assert wrong.has("This edition has the sheets 1 to 2.")
    done = wrong.submit(edition=edition, sheet="2")
    assert done.has("The page is filed.") and not done.has("No QR was found on it")
    [page] = pages()
    assert (page.sheet, page.reading) == (2, Reading.FILED)
    assert paper.readings(paper.send(plain)) == [Reading.KNOWN]
    lead.get(f"/audits/scans/pages/{page.uid}", 404)


def test_what_belongs_to_no_sheet_is_set_aside_with_a_reason(paper: Paper, browse: Any) -> None:
    [page] = pages(paper.send(jpeg(sheet_picture(""))))
    lead = browse(paper.cast.lead_auditor)
    url = f"/audits/scans/pages/{page.uid}"
    refused = lead.get(url).submit(action="/aside", reason=" ", status=422)
    assert refused.has("Write the reason.") and refused.has("Which sheet is this?")
    long = "Foto meja. " * 200
    refused = lead.get(url).submit(action="/aside", reason=long, status=422)
    assert long.strip() in refused.soup.find("textarea", {"name": "reason"}).get_text()
    done = lead.get(url).submit(action="/aside", reason="Foto meja")
    assert done.has("The page is set aside.")
    [page] = pages()
    assert page.set_aside_reason == "Foto meja" and page.stored.path.exists()
    with pytest.raises(OutOfTurn):
        operations.set_page_aside(page, reason="Lagi", by=paper.cast.lead_auditor)


def test_a_page_is_taken_off_with_a_reason_and_may_come_back(paper: Paper, browse: Any) -> None:
    sent = jpeg(paper.scan(1))
    paper.send(sent)
    auditor = browse(paper.cast.auditor)
    notes = auditor.get(f"/audits/{paper.audit.uid}/notes")
    form = notes.follow("Take it off")
    form.submit(reason="", status=422)
    form.submit(reason="Lembar unit lain")
    [piece] = evidence()
    assert piece.withdrawn_reason == "Lembar unit lain"
    assert auditor.get(f"/audits/{paper.audit.uid}/notes").has("0 of 2 sheets are back.")
    assert paper.readings(paper.send(sent)) == [Reading.FILED]


def test_who_waits_for_what_is_their_own_affair(paper: Paper) -> None:
    [page] = pages(paper.send(jpeg(sheet_picture(""))))
    for by in (paper.cast.auditor, paper.cast.coordinator, paper.cast.outsider):
        with pytest.raises(Missing):
            operations.file_page(page, paper.printed, 1, by=by)
        with pytest.raises(Missing):
            operations.set_page_aside(page, reason="Coba", by=by)
    with pytest.raises(Refused):
        operations.send_scans([], by=paper.cast.officer)


def test_what_waits_stands_in_the_work_of_who_sent_it(paper: Paper, browse: Any) -> None:
    paper.send(jpeg(Image.new("L", (1240, 1754), 250)), jpeg(Image.new("L", (1240, 1754), 240)))
    paper.send(jpeg(paper.scan()))
    page = browse(paper.cast.lead_auditor).get("/")
    assert page.has("2 scanned pages") and page.follow("Place them").has("To be placed by hand")
    assert not browse(paper.cast.coordinator).get("/").has("scanned page")
    for one in pages():
        if one.waits:
            operations.set_page_aside(one, reason="Kosong", by=paper.cast.lead_auditor)
    db.session.commit()
    assert not browse(paper.cast.lead_auditor).get("/").has("scanned page")


def test_reading_that_was_interrupted_goes_on(paper: Paper) -> None:
    upload = paper.send(pdf_of(paper.scan(1), paper.scan(2)))
    upload.files[0].pages, upload.read_at = None, None
    jobs_again = jobs.ask_for(
        "scans", {"upload": str(upload.uid)}, by=paper.cast.lead_auditor, language="id"
    )
    db.session.flush()
    db.session.info.pop("touched", None)  # as a worker that was killed leaves it
    db.session.commit()
    read()
    db.session.refresh(jobs_again)
    assert len(pages()) == 2 and len(evidence()) == 2


def test_bulk_takes_the_good_and_names_the_bad(paper: Paper, browse: Any) -> None:
    lead: Browser = browse(paper.cast.lead_auditor)
    large = jpeg(paper.scan(2))
    large += bytes(current_app.config["QMS_UPLOAD_LIMIT"] - len(large) + 1)
    sent = [
        (BytesIO(jpeg(paper.scan(1))), "IMG_1.jpg"),
        (BytesIO(b"catatan"), "catatan.txt"),
        (BytesIO(large), "besar.jpg"),
        (BytesIO(jpeg(paper.scan(1))), "IMG_1 (1).jpg"),
    ]
    page = lead.get("/audits/scans").submit(files=sent)
    assert page.has("catatan.txt: Only PDF, JPEG, PNG and WebP are read here.")
    assert page.has("besar.jpg: The file is larger than 50 MB.")
    read()
    assert [one.name for one in pages()] == ["IMG_1.jpg"]
    assert lead.get(page.url).follow(f"{paper.audit.number}, edition 1, sheet 1").has("1 of 2")
    text = [(BytesIO(b"catatan"), "catatan.txt")]
    assert lead.get("/audits/scans").submit(files=text, status=422).has("catatan.txt: Only")
    assert lead.get("/audits/scans").submit(status=422).has("Add at least one file.")


def _bomb(folder: Path) -> bytes:
    """A PNG of few bytes with a billion pixels."""
    head = Image.new("1", (8, 8))
    out = BytesIO()
    head.save(out, "PNG")
    content = bytearray(out.getvalue())
    content[16:24] = (40_000).to_bytes(4, "big") + (30_000).to_bytes(4, "big")
    content[29:33] = crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


def _locked(folder: Path) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(BytesIO(pdf_of(sheet_picture(""))))
    writer.encrypt("rahasia", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _progressive(folder: Path) -> bytes:
    out = BytesIO()
    Image.new("L", (7000, 6000), 200).save(out, "JPEG", progressive=True)
    return out.getvalue()


BAD: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "a bomb": ("png", _bomb, "too_many_pixels"),
    "too large to be decoded": ("jpg", _progressive, "too_many_pixels"),
    "cut off": ("jpg", lambda _: jpeg(sheet_picture(""))[:3000], "broken"),
    "no picture": ("jpg", lambda _: b"\xff\xd8\xff" + b"x" * 500, "broken"),
    "no pdf": ("pdf", lambda _: b"%PDF-1.4\nnothing\n%%EOF\n", "broken"),
    "locked": ("pdf", _locked, "encrypted"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_told_why(kind: str, tmp_path: Path) -> None:
    extension, make, why = BAD[kind]
    path = tmp_path / f"bad.{extension}"
    path.write_bytes(make(tmp_path))
    with pytest.raises(ScanTrouble, match=why):
        list(read_pages(path, extension, tmp_path, prefix=PREFIX, most=200))


def test_what_phones_take_is_decoded_smaller(tmp_path: Path) -> None:
    """Some keep a second picture behind the first (MPO), and say so in the kind of file."""
    path, out = tmp_path / "phone.jpg", BytesIO()
    sheet = sheet_picture(SheetCode("0123ABCD", uuid4(), 1).text).resize((5800, 7000))
    sheet.save(out, "MPO", save_all=True, append_images=[sheet.resize((400, 500))])
    path.write_bytes(out.getvalue())
    [page] = read_pages(path, "jpg", tmp_path, prefix=PREFIX, most=200)
    assert page.codes


def test_of_a_long_pdf_the_first_pages_are_read(tmp_path: Path) -> None:
    code = SheetCode("0123ABCD", uuid4(), 1).text
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf_of(*[sheet_picture(code).resize((620, 877))] * 4))
    reading = read_pages(path, "pdf", tmp_path, prefix=PREFIX, most=3)
    assert [next(reading).codes for _ in range(3)] == [(code,)] * 3
    with pytest.raises(ScanTrouble, match="too_many_pages"):
        next(reading)


def test_reading_ends_when_its_time_is_over(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf_of(*[Image.new("L", (8, 8))] * 300))
    with pytest.raises(ScanTrouble, match="too_slow"):
        list(read_pages(path, "pdf", tmp_path, prefix=PREFIX, most=300, seconds=0.01))


def test_trouble_with_one_file_keeps_no_other_back(paper: Paper, browse: Any) -> None:
    upload = paper.send(b"%PDF-1.4\nnothing\n%%EOF\n", jpeg(paper.scan(2)))
    assert [one.trouble for one in upload.files] == [FileTrouble.BROKEN, None]
    assert paper.readings(upload) == [Reading.FILED]
    page = browse(paper.cast.lead_auditor).get(f"/audits/scans/{upload.uid}")
    assert page.has("scan-0.pdf : The file is damaged and cannot be read.")


def test_no_more_files_than_one_upload_holds(app: Any, cast: Cast) -> None:
    one = files.receive(BytesIO(jpeg(sheet_picture(""))), "a.jpg")
    with pytest.raises(Invalid, match="At most 100 files at once"):
        operations.send_scans([one] * 101, by=cast.auditor)
