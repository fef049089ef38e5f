"""The checklist on paper: printed editions of it, and the pages that came back as scans or photos.

An edition is fixed: which lines stand on which sheet is kept, so that a scan of it is understood
when the checklist has changed since. A page that came back belongs to a sheet and is a piece of
evidence, or it waits for whoever sent it to say where it belongs.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.audits.models.audit import Audit
from qms.audits.models.checklist import AuditLine
from qms.core.db import AccessClass, DistrictRecord, Part, link_to, one_of, to_many, to_one
from qms.core.files import StoredFile
from qms.core.i18n import lazy_gettext as _l
from qms.core.jobs import Job
from qms.evidence.models import Evidence
from qms.people.models import Person


class AuditPrint(DistrictRecord):
    """An edition of the checklist on paper."""

    __tablename__ = "audit_print"
    __rules__ = (
        link_to("audit_id", "audit"),
        link_to("printed_by_id", "person"),
        UniqueConstraint("district_id", "audit_id", "number"),
        CheckConstraint("sheets > 0", name="sheets"),
    )

    audit_id: Mapped[int]
    number: Mapped[int]
    """1 for the first edition of an audit."""
    sheets: Mapped[int]
    printed_by_id: Mapped[int]
    printed_at: Mapped[datetime]

    audit: Mapped[Audit] = to_one("AuditPrint.audit_id", "Audit")
    printed_by: Mapped[Person] = to_one("AuditPrint.printed_by_id", "Person")
    lines: Mapped[list["AuditPrintLine"]] = to_many(
        "AuditPrintLine", "print_id", "AuditPrint", order_by="AuditPrintLine.place"
    )

    @property
    def access(self) -> AccessClass:
        """The audit's."""
        return self.audit.access


class AuditPrintLine(Part):
    """A line on a sheet of an edition."""

    __tablename__ = "audit_print_line"
    __part_of__ = ("AuditPrint", "print_id")
    __rules__ = (
        link_to("print_id", "audit_print"),
        link_to("line_id", "audit_line"),
        Index(None, "district_id", "line_id"),
    )

    print_id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[int]
    place: Mapped[int]
    """The number in front of it on paper."""

    line: Mapped[AuditLine] = to_one("AuditPrintLine.line_id", "AuditLine")


class FileTrouble(StrEnum):
    """Why a file that was sent could not be read, or not to its end."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SLOW = "too_slow"

    @property
    def label(self) -> Any:
        return TROUBLE_LABELS[self]


MOST_PAGES = 200
"""Pages of one file that are read."""

TROUBLE_LABELS = {
    FileTrouble.ENCRYPTED: _l(
        "The file is locked with a password. Remove the password and send it again."
    ),
    FileTrouble.BROKEN: _l("The file is damaged and cannot be read. Scan the sheets anew."),
    FileTrouble.TOO_MANY_PAGES: _l(
        "The file has more than %(most)s pages. The first %(most)s were read; send the others in a "
        "file of their own.",
        most=MOST_PAGES,
    ),
    FileTrouble.TOO_MANY_PIXELS: _l(
        "The picture has too many pixels. Photograph or scan the sheet at a lower resolution."
    ),
    FileTrouble.TOO_SLOW: _l(
        "Reading the file took too long and was broken off. Send the pages that are missing again, "
        "in smaller files or at a lower resolution."
    ),
}


class Reading(StrEnum):
    """What reading a page came to."""

    FILED = "filed"
    FURTHER = "further"
    KNOWN = "known"
    NO_CODE = "no_code"
    SEVERAL = "several"
    OTHER_INSTALLATION = "other_installation"
    NOT_HERE = "not_here"
    NOT_OPEN = "not_open"

    @property
    def label(self) -> Any:
        return READING_LABELS[self]


READING_LABELS = {
    Reading.FILED: _l("Filed"),
    Reading.FURTHER: _l("Filed as a further scan of this sheet"),
    Reading.KNOWN: _l("Sent before: nothing was doubled"),
    Reading.NO_CODE: _l("No QR was found on it"),
    Reading.SEVERAL: _l("Several sheets are on one picture"),
    Reading.OTHER_INSTALLATION: _l("The QR is of another installation"),
    Reading.NOT_HERE: _l("It cannot be filed here"),
    Reading.NOT_OPEN: _l("The audit takes no notes now"),
}


class ScanUpload(DistrictRecord):
    """Files that somebody sent to be read, for them alone until their pages are filed."""

    __tablename__ = "scan_upload"
    __rules__ = (
        link_to("uploaded_by_id", "person"),
        Index(None, "district_id", "uploaded_by_id", "id"),
    )

    uploaded_by_id: Mapped[int]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    read_at: Mapped[datetime | None]
    """When its last page was read."""

    uploaded_by: Mapped[Person] = to_one("ScanUpload.uploaded_by_id", "Person")
    job: Mapped[Job | None] = to_one("ScanUpload.job_id", "Job")
    files: Mapped[list["ScanUploadFile"]] = to_many(
        "ScanUploadFile", "upload_id", "ScanUpload", order_by="ScanUploadFile.position"
    )

    @property
    def access(self) -> AccessClass:
        """What is in it is not known before it is read."""
        return AccessClass.RESTRICTED


class ScanUploadFile(Part):
    """A file of an upload. `pages`: how many were read (None: not read yet)."""

    __tablename__ = "scan_upload_file"
    __part_of__ = ("ScanUpload", "upload_id")
    __rules__ = (
        link_to("upload_id", "scan_upload"),
        link_to("stored_file_id", "stored_file"),
    )

    upload_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    stored_file_id: Mapped[int]
    name: Mapped[str]
    pages: Mapped[int | None]
    trouble: Mapped[FileTrouble | None] = mapped_column(one_of(FileTrouble))

    stored: Mapped[StoredFile] = to_one("ScanUploadFile.stored_file_id", "StoredFile")


class ScannedPage(DistrictRecord):
    """A page that came back. With evidence it is filed to a sheet (until that evidence is
    withdrawn); with `same_as_id` it was there before; set aside it is none; else it waits."""

    __tablename__ = "scanned_page"
    __rules__ = (
        link_to("upload_id", "scan_upload"),
        link_to("stored_file_id", "stored_file"),
        link_to("print_id", "audit_print"),
        link_to("evidence_id", "evidence"),
        link_to("same_as_id", "scanned_page"),
        link_to("filed_by_id", "person"),
        UniqueConstraint("district_id", "upload_id", "position", "page"),
        CheckConstraint("(evidence_id IS NULL) = (print_id IS NULL)", name="filed"),
        CheckConstraint("(evidence_id IS NULL) = (sheet IS NULL)", name="sheet"),
        CheckConstraint("(evidence_id IS NULL) = (filed_at IS NULL)", name="moment"),
        CheckConstraint("(evidence_id IS NULL) = (filed_by_id IS NULL)", name="filer"),
        CheckConstraint("evidence_id IS NULL OR same_as_id IS NULL", name="once"),
        CheckConstraint("set_aside_at IS NULL OR evidence_id IS NULL", name="aside"),
        CheckConstraint("(set_aside_at IS NULL) = (set_aside_reason IS NULL)", name="reason"),
        Index(None, "district_id", "fingerprint"),
        Index(None, "district_id", "print_id", "sheet"),
        Index(None, "district_id", "evidence_id"),
    )

    upload_id: Mapped[int]
    position: Mapped[int]
    """Of the file in its upload."""
    page: Mapped[int]
    """In the file, from 1."""
    name: Mapped[str]
    """The file's; of a page out of a longer PDF with its number."""
    stored_file_id: Mapped[int]
    """The page alone, as it was sent."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of what it looks like: the same page in another file has the same."""
    reading: Mapped[Reading] = mapped_column(one_of(Reading))
    print_id: Mapped[int | None]
    sheet: Mapped[int | None]
    evidence_id: Mapped[int | None]
    filed_by_id: Mapped[int | None]
    filed_at: Mapped[datetime | None]
    same_as_id: Mapped[int | None]
    set_aside_at: Mapped[datetime | None]
    set_aside_reason: Mapped[str | None]

    upload: Mapped[ScanUpload] = to_one("ScannedPage.upload_id", "ScanUpload")
    stored: Mapped[StoredFile] = to_one("ScannedPage.stored_file_id", "StoredFile")
    printed: Mapped[AuditPrint | None] = to_one("ScannedPage.print_id", "AuditPrint")
    evidence: Mapped[Evidence | None] = to_one("ScannedPage.evidence_id", "Evidence")
    filed_by: Mapped[Person | None] = to_one("ScannedPage.filed_by_id", "Person")
    same_as: Mapped["ScannedPage | None"] = to_one(
        "ScannedPage.same_as_id", "ScannedPage", remote_side="ScannedPage.id"
    )

    @property
    def access(self) -> AccessClass:
        """The audit's; of a page that is not filed, closed."""
        return self.printed.access if self.printed else AccessClass.RESTRICTED

    @property
    def waits(self) -> bool:
        """Whether somebody has still to say where it belongs."""
        return self.evidence_id is None and self.same_as_id is None and self.set_aside_at is None
