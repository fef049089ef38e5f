"""Scans and photos of sheets: sent, filed to a sheet by the QR or by hand, set aside, taken off.

A page is never thrown away and never there twice: what cannot be filed waits for whoever sent it,
and the same page sent again is answered with where it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qms.audits.models import (
    Audit,
    AuditLineClause,
    AuditPrint,
    AuditPrintLine,
    AuditState,
    FileTrouble,
    Reading,
    ScannedPage,
    ScanUpload,
    ScanUploadFile,
)
from qms.audits.operations.answering import is_being_signed, refuse_unless, refuse_while_signed
from qms.audits.permissions.paper import may_file_notes, may_send_scans
from qms.audits.sheet_codes import SheetCode, read_code
from qms.core import clock, jobs, journal
from qms.core import files as store
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, Missing, OutOfTurn
from qms.core.files import Received, StoredFile
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.upload_check import KINDS
from qms.evidence.models import Evidence
from qms.evidence.operations import file_evidence, withdraw_evidence
from qms.office.scan_reader import KINDS as READABLE
from qms.people.models import Person
from qms.people.rights import sight_of

JOB = "scans"
"""The kind of the background job that reads an upload."""
MOST_FILES = 100


@dataclass(frozen=True)
class SeenPage:
    """A page as it was read: the codes on it, the hash of what it looks like, the file that holds
    it alone."""

    page: int
    name: str
    codes: tuple[str, ...]
    fingerprint: str
    file: Received


def refuse_unreadable(received: Received) -> None:
    """Raise Invalid for a file whose pages cannot be looked at."""
    if received.kind.extension not in READABLE:
        message = _l("Only PDF, JPEG, PNG and WebP are read here. Save it as one of these.")
        raise Invalid(message, files=message)


def send_scans(
    files: Sequence[Received],
    *,
    by: Person,
    uid: UUID | None = None,
    in_background: bool = True,
) -> ScanUpload:
    """Files to be read by a job. With a uid that was used before, the upload that it made."""
    require(may_send_scans, by)
    if not files or len(files) > MOST_FILES:
        message = (
            _l("At most %(n)s files at once.", n=MOST_FILES)
            if files
            else _l("Add at least one file.")
        )
        raise Invalid(message, files=message)
    for one in files:
        refuse_unreadable(one)
    wanted = [one.sha256 for one in files]
    if known := made_before(
        ScanUpload,
        uid,
        by=by,
        is_same=lambda one: [file.stored.sha256 for file in one.files] == wanted,
    ):
        return known
    upload = ScanUpload(
        district_id=by.district_id, uploaded_by_id=by.id, **({"uid": uid} if uid else {})
    )
    for position, one in enumerate(files, start=1):
        stored = store.keep(one, district_id=by.district_id, by=by)
        upload.files.append(
            ScanUploadFile(
                district_id=by.district_id,
                position=position,
                stored_file_id=stored.id,
                name=one.name,
            )
        )
    db.session.add(upload)
    db.session.flush()
    if in_background:
        job = jobs.ask_for(JOB, {"upload": str(upload.uid)}, by=by, language=by.language)
        upload.job_id = job.id
    journal.write("send_scans", upload, by=by, files=len(files))
    return upload


def note_read(
    upload: ScanUpload, position: int, pages: int, trouble: FileTrouble | None, *, by: Person
) -> None:
    """A file of an upload was read, to its end or not; the last one ends the upload."""
    file = next(one for one in upload.files if one.position == position)
    file.pages, file.trouble = pages, trouble
    if all(one.pages is not None for one in upload.files):
        upload.read_at = clock.now()
    journal.write("read_scans", upload, by=by, pages=pages)


def take_page(
    upload: ScanUpload, position: int, seen: SeenPage, *, installation: str, by: Person
) -> ScannedPage:
    """File a page that was read to the sheet that its QR names, or let it wait. Read again after an
    interruption, it is the same page."""
    before = db.session.scalar(
        select(ScannedPage).where(
            ScannedPage.district_id == upload.district_id,
            ScannedPage.upload_id == upload.id,
            ScannedPage.position == position,
            ScannedPage.page == seen.page,
        )
    )
    if before is not None:
        return before
    reading, printed, sheet = _meant(seen.codes, installation, by)
    twin = _twin(seen.fingerprint, printed, sheet, by)
    page = ScannedPage(
        district_id=upload.district_id,
        upload_id=upload.id,
        position=position,
        page=seen.page,
        name=seen.name,
        fingerprint=seen.fingerprint,
        reading=reading if twin is None else Reading.KNOWN,
    )
    page.stored = twin.stored if twin else store.keep(seen.file, district_id=by.district_id, by=by)
    page.same_as = twin
    db.session.add(page)
    journal.write("take_page", page, by=by)
    filed = twin if twin is not None and twin.waits else None if twin else page
    if filed is not None and reading is Reading.FILED and printed is not None and sheet:
        _file(filed, printed, sheet, by)
    return page


Meant = tuple[Reading, AuditPrint | None, int | None]


def _meant(codes: Iterable[str], installation: str, by: Person) -> Meant:
    """Where codes say that a page belongs: (what reading it came to, the edition, the sheet). The
    edition is told only where the person may file to its audit, and is locked then."""
    ours = {code for one in codes if (code := read_code(one)) is not None}
    if len(ours) != 1:
        return (Reading.SEVERAL if ours else Reading.NO_CODE), None, None
    code = ours.pop()
    if code.installation != installation:
        return Reading.OTHER_INSTALLATION, None, None
    printed = _edition(code, by)
    if printed is None or not may_file_notes(by, printed.audit):
        return Reading.NOT_HERE, None, None
    return (Reading.FILED if _takes_this(printed.audit) else Reading.NOT_OPEN), printed, code.sheet


def _takes_this(audit: Audit) -> bool:
    """Whether a note can be filed now; until it is, nothing is sent to be signed."""
    try:
        refuse_while_signed(audit)
    except OutOfTurn:
        return False
    return takes_notes(audit)


def _edition(code: SheetCode, by: Person) -> AuditPrint | None:
    """The edition of a code, if the person sees its audit. Locked, so that two who send the same
    page at once come one after the other."""
    return db.session.scalar(
        select(AuditPrint)
        .join(Audit, Audit.id == AuditPrint.audit_id)
        .where(
            AuditPrint.uid == code.edition,
            AuditPrint.sheets >= code.sheet,
            *sight_of(by).conditions(Audit),
        )
        .with_for_update(of=AuditPrint)
    )


def takes_notes(audit: Audit) -> bool:
    """Whether notes can be filed now: under way, and nothing is being signed."""
    return audit.state is AuditState.UNDER_WAY and not is_being_signed(audit)


def _twin(
    fingerprint: str, printed: AuditPrint | None, sheet: int | None, by: Person
) -> ScannedPage | None:
    """The same page as it was sent before: filed to this sheet, or by this person. What was taken
    off or set aside counts as not sent."""
    mine = ScanUpload.uploaded_by_id == by.id
    here = (
        mine
        if printed is None
        else mine | ((ScannedPage.print_id == printed.id) & (ScannedPage.sheet == sheet))
    )
    return db.session.scalar(
        select(ScannedPage)
        .join(ScanUpload, ScanUpload.id == ScannedPage.upload_id)
        .outerjoin(Evidence, Evidence.id == ScannedPage.evidence_id)
        .where(
            ScannedPage.district_id == by.district_id,
            ScannedPage.fingerprint == fingerprint,
            ScannedPage.same_as_id.is_(None),
            ScannedPage.set_aside_at.is_(None),
            Evidence.withdrawn_on.is_(None),
            here,
        )
        .order_by(ScannedPage.id)
        .limit(1)
        .options(joinedload(ScannedPage.stored))
    )


def _file(page: ScannedPage, printed: AuditPrint, sheet: int, by: Person) -> None:
    """The page becomes evidence of the audited unit, for the clauses that its lines ask about."""
    audit = printed.audit
    is_further = bool(_pages_at(printed, sheet))
    piece = file_evidence(
        audit.unit_id,
        _(
            "%(audit)s – original notes, edition %(edition)s, sheet %(sheet)s",
            audit=audit.number,
            edition=printed.number,
            sheet=sheet,
        ),
        files=[_as_received(page.stored, page.name)],
        access=AccessClass(audit.access),
        clause_ids=_clauses_at(printed, sheet),
        by=by,
    )
    page.evidence_id, page.print_id, page.sheet = piece.id, printed.id, sheet
    page.printed = printed
    page.filed_by_id, page.filed_at = by.id, clock.now()
    page.reading = Reading.FURTHER if is_further else Reading.FILED
    journal.write("file_sheet", printed, by=by, sheet=sheet)


def _as_received(stored: StoredFile, name: str) -> Received:
    return Received(name, stored.sha256, stored.size, KINDS[stored.extension])


def _pages_at(printed: AuditPrint, sheet: int) -> list[ScannedPage]:
    """The pages that are filed to a sheet."""
    return list(
        db.session.scalars(
            select(ScannedPage)
            .join(Evidence, Evidence.id == ScannedPage.evidence_id)
            .where(
                ScannedPage.district_id == printed.district_id,
                ScannedPage.print_id == printed.id,
                ScannedPage.sheet == sheet,
                Evidence.withdrawn_on.is_(None),
            )
        )
    )


def _clauses_at(printed: AuditPrint, sheet: int) -> list[int]:
    return list(
        db.session.scalars(
            select(AuditLineClause.clause_id)
            .join(AuditPrintLine, AuditPrintLine.line_id == AuditLineClause.line_id)
            .where(
                AuditPrintLine.district_id == printed.district_id,
                AuditPrintLine.print_id == printed.id,
                AuditPrintLine.sheet == sheet,
            )
            .distinct()
        )
    )


def file_page(page: ScannedPage, printed: AuditPrint, sheet: int | None, *, by: Person) -> None:
    """File a page that waits to the sheet that its sender chose."""
    _refuse_others(page, by)
    require(may_file_notes, by, printed.audit)
    db.session.execute(select(AuditPrint.id).where(AuditPrint.id == printed.id).with_for_update())
    _refuse_settled(page)
    refuse_unless(printed.audit, AuditState.UNDER_WAY)
    refuse_while_signed(printed.audit)
    if sheet is None or not 1 <= sheet <= printed.sheets:
        message = _l("This edition has the sheets 1 to %(n)s.", n=printed.sheets)
        raise Invalid(message, sheet=message)
    if any(one.fingerprint == page.fingerprint for one in _pages_at(printed, sheet)):
        message = _l("This very page is filed to that sheet already. Set it aside here.")
        raise Invalid(message, sheet=message)
    _file(page, printed, sheet, by)


def set_page_aside(page: ScannedPage, *, reason: str, by: Person) -> None:
    """Say that a page that waits belongs to no sheet, and why. Its file stays."""
    _refuse_others(page, by)
    _refuse_settled(page)
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    page.set_aside_at, page.set_aside_reason = clock.now(), reason.strip()
    journal.write("set_page_aside", page, by=by, reason=reason.strip())


def take_page_off(page: ScannedPage, *, reason: str, by: Person) -> None:
    """Take a page that was filed wrongly off its sheet: its evidence is withdrawn and stays
    readable. Sent again, it is filed anew."""
    if page.printed is None or page.evidence is None or page.evidence.withdrawn_on is not None:
        raise OutOfTurn(_l("This page is not filed any more."))
    require(may_file_notes, by, page.printed.audit)
    refuse_unless(page.printed.audit, AuditState.UNDER_WAY)
    refuse_while_signed(page.printed.audit)
    withdraw_evidence(page.evidence, reason=reason, by=by)
    journal.write("take_page_off", page.printed, by=by, reason=reason.strip(), sheet=page.sheet)


def _refuse_others(page: ScannedPage, by: Person) -> None:
    """A page that waits is there for whoever sent it only."""
    if page.upload.uploaded_by_id != by.id:
        raise Missing(_l("There is no such page, or it is not for you."))


def _refuse_settled(page: ScannedPage) -> None:
    db.session.execute(select(ScannedPage.id).where(ScannedPage.id == page.id).with_for_update())
    db.session.refresh(page)
    if not page.waits:
        raise OutOfTurn(_l("This page does not wait any more. Look at where it was filed."))
