"""The background work of the audits area: reading scans of sheets."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.audits.models import MOST_PAGES, FileTrouble, ScanUpload, ScanUploadFile
from qms.audits.operations.scans import JOB, SeenPage, note_read, take_page
from qms.audits.place import installation
from qms.audits.sheet_codes import PREFIX
from qms.core import files, jobs
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.files import Received
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.jobs import Handler, Job
from qms.core.upload_check import KINDS
from qms.office.scan_reader import ReadPage, ScanTrouble, read_pages
from qms.people.models import Person


def read_scans(job: Job) -> None:
    """Read the files of an upload page by page, for who sent them. Run twice, it goes on with the
    file at which it was interrupted."""
    upload = db.session.scalar(
        select(ScanUpload)
        .where(
            ScanUpload.uid == UUID(job.params["upload"]), ScanUpload.district_id == job.district_id
        )
        .options(selectinload(ScanUpload.files).joinedload(ScanUploadFile.stored))
    )
    person = db.session.scalar(
        select(Person)
        .where(Person.id == job.person_id, Person.district_id == job.district_id)
        .options(joinedload(Person.district), selectinload(Person.grants))
    )
    if upload is None or person is None or upload.uploaded_by_id != person.id:
        raise Missing(_l("There are no such files, or they are not for you."))
    waiting = [
        (
            one.position,
            Received(one.name, one.stored.sha256, one.stored.size, KINDS[one.stored.extension]),
        )
        for one in upload.files
        if one.pages is None
    ]
    done = len(upload.files) - len(waiting)
    total = len(upload.files)
    for n, (position, file) in enumerate(waiting, start=done):
        _read_file(job, upload, position, file, person, n * 100 // total)
    job.result = {"upload": job.params["upload"]}
    db.session.commit()


def _read_file(
    job: Job, upload: ScanUpload, position: int, file: Received, person: Person, percent: int
) -> None:
    """Read a file; each page is saved as it comes, so that nothing waits for the next one."""
    name, here, number, trouble = file.name, installation(), 0, None
    jobs.report(job, percent, _("Reading %(name)s", name=name))
    with tempfile.TemporaryDirectory() as folder:
        try:
            for seen in seen_pages(file, Path(folder)):
                number += 1
                take_page(upload, position, seen, installation=here, by=person)
                step = _("Reading %(name)s, page %(n)s", name=name, n=seen.page)
                jobs.report(job, percent, step)
        except ScanTrouble as why:
            trouble = FileTrouble(str(why))
    note_read(upload, position, number, trouble, by=person)
    db.session.commit()


def seen_pages(file: Received, folder: Path) -> Iterator[SeenPage]:
    """The pages of a file as they are read, each with a file of its own. Raises ScanTrouble, after
    those that could be read."""
    kind, path = file.kind.extension, files.path_of(file.sha256)
    for read in read_pages(path, kind, folder, prefix=PREFIX, most=MOST_PAGES):
        yield _seen(read, file)


def _seen(read: ReadPage, file: Received) -> SeenPage:
    """A page with its own file: the one that was sent, or the page that was taken out of it."""
    if read.path is None:
        return SeenPage(read.page, file.name, read.codes, read.fingerprint, file)
    stem = file.name.rpartition(".")[0]
    with read.path.open("rb") as stream:
        own = files.receive(stream, f"{stem}-{read.page}.pdf")
    read.path.unlink()
    return SeenPage(read.page, own.name, read.codes, read.fingerprint, own)


JOBS: dict[str, Handler] = {JOB: read_scans}
"""Kind of job -> its handler."""
