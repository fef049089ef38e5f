"""Making a pack: read, write the report and the workbook, zip, hash, sign.

The same pack made again, with the same rights, is the same bytes. Nothing is held in memory but one
block of a file and a few hundred records.
"""

import errno
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select

from qms.core.errors import OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import speaking
from qms.core.signing import SigningKey
from qms.documents.models import Revision
from qms.office.fixed_zip import entry, new_package
from qms.packs.about import About
from qms.packs.content import Content, gather
from qms.packs.files import PlannedFile
from qms.packs.format import MANIFEST, README, SIGNATURE, SUMS, Entry
from qms.packs.manifest import facts, journal_heads, manifest_text, signature_text, sums_text
from qms.packs.past import as_known_at
from qms.packs.readme import readme_text
from qms.packs.report import make_report
from qms.packs.workbook import make_workbook

Progress = Callable[[int, str], None]
"""Called with a percentage and a sentence in the language of who waits."""
BLOCK = 1 << 20
WORKPLACE = "making-"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says where no more can be written: disk full, over quota, over a limit."""
ABANDONED = 24 * 3600
"""Seconds after which nobody is working in a workplace any more."""
COMPRESSED = {"jpg", "jpeg", "png", "webp", "gif", "heic", "zip", "docx", "xlsx", "pptx", "odt",
              "ods", "odp", "mp4", "m4a", "mp3", "pdf"}  # fmt: skip
"""Endings of files that are compressed already: deflating them anew costs time for nothing."""


@dataclass(frozen=True)
class Made:
    """A pack that was made: its hash, its size in bytes."""

    sha256: str
    size: int


def make_pack(
    about: About,
    target: Path,
    *,
    store: Path,
    key: SigningKey,
    progress: Progress = lambda percent, step: None,
) -> Made:
    """Write the pack to a path, whole or not at all. `store` is the folder of contents by hash.
    Raises OutOfTurn where a file of the store was damaged, or the disk is full."""
    try:
        return write_pack(about, target, store, key, Waiting(progress))
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        message = _("The server's disk has no room left for the pack. Tell the administrator.")
        raise OutOfTurn(message) from error


def write_pack(
    about: About, target: Path, store: Path, key: SigningKey, waiting: "Waiting"
) -> Made:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    clear_away(target.parent)
    with TemporaryDirectory(dir=target.parent, prefix=WORKPLACE) as folder:
        workplace = Path(folder)
        waiting.say(1, _("Reading the records"))
        with as_known_at(about.known_at, about.district_id, workplace) as (now, known):
            waiting.say(5, _("Comparing with the clauses"))
            with speaking(about.language):
                content = gather(known, about, store)
            stated = facts(content, journal_heads(now, about))
            parts = write_parts(content, workplace, waiting)
            unfinished = workplace / "pack.zip"
            write_zip(content, stated, parts, unfinished, store=store, key=key, waiting=waiting)
        waiting.say(99, _("Computing the hash"))
        made = Made(hash_of(unfinished), unfinished.stat().st_size)
        unfinished.replace(target)
    return made


def clear_away(folder: Path) -> None:
    """Remove what was left where the making of a pack was killed, once it is surely dead."""
    for left in folder.glob(f"{WORKPLACE}*"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - ABANDONED:
                shutil.rmtree(left)


@dataclass
class Waiting:
    """Tells who waits how far it is: a stretch of percent at a time, and only when it moved."""

    progress: Progress
    percent: int = 0
    start: int = 0
    stretch: int = 0
    total: int = 1
    done: int = 0
    step: str = ""

    def say(self, percent: int, step: str) -> None:
        self.percent, self.step = percent, step
        self.progress(percent, step)

    def begin(self, start: int, end: int, total: int, step: str) -> None:
        """A stretch from one percentage to another, over a number of rows or bytes."""
        self.start, self.stretch, self.total, self.done = start, end - start, max(1, total), 0
        self.say(start, step)

    def tick(self, number: int) -> None:
        self.done += number
        percent = self.start + self.stretch * min(self.done, self.total) // self.total
        if percent > self.percent:
            self.say(percent, self.step)


def write_parts(content: Content, workplace: Path, waiting: Waiting) -> dict[str, Path]:
    """The report and the workbook."""
    counts = content.counts
    once = counts.documents + counts.evidence + counts.findings + counts.actions
    by_clause = sum(one.lines for one in counts.by_clause.values())
    only_sheets = counts.steps + counts.certificates + counts.audits + counts.audit_lines
    steps = (_("Writing the workbook"), _("Writing the report"))
    with speaking(content.about.language):
        waiting.begin(8, 32, once + by_clause + only_sheets, steps[0])
        make_workbook(content, workplace / "workbook.xlsx", waiting.tick)
        waiting.begin(32, 60, once + by_clause, steps[1])
        make_report(content, workplace / "report.docx", waiting.tick)
    return {"report": workplace / "report.docx", "workbook": workplace / "workbook.xlsx"}


def names_of_parts(language: str) -> dict[str, str]:
    """What report, workbook and folders are called in a pack of this language."""
    with speaking(language):
        return {
            "report": _("Evidence-report.docx"),
            "workbook": _("Workbook.xlsx"),
            "evidence": f"{_('Evidence')}/",
            "documents": f"{_('Documents')}/",
        }


def write_zip(
    content: Content,
    stated: dict[str, Any],
    parts: dict[str, Path],
    target: Path,
    *,
    store: Path,
    key: SigningKey,
    waiting: Waiting,
) -> None:
    """Everything into the ZIP, hashed on the way; the manifest and its signature last."""
    files = [file for file in content.plan if not file.is_missing]
    waiting.begin(60, 97, content.plan.bytes, _("Packing the files"))
    names = names_of_parts(content.about.language)
    with new_package(target) as package:
        packing = Packing(package, waiting)
        packing.put(README, readme_text(content, key.public_hex, names))
        for part, path in parts.items():
            with path.open("rb") as source:
                packing.copy(names[part], source, is_compressed=True)
        for file in files:
            put_file(packing, content, file, store)
        packing.put(SUMS, sums_text(packing.entries))
        waiting.say(98, _("Signing the manifest"))
        manifest = manifest_text(stated, packing.entries)
        package.writestr(pack_entry(MANIFEST), manifest)
        package.writestr(pack_entry(SIGNATURE), signature_text(manifest, key))


def put_file(packing: "Packing", content: Content, file: PlannedFile, store: Path) -> None:
    if file.revision_id is not None:
        body = content.reader.session.scalar(
            select(Revision.body).where(Revision.id == file.revision_id)
        )
        packing.put(file.path, (body or "").encode())
        packing.waiting.tick(file.size)
        return
    with stored(store, file.sha256) as source:
        found = packing.copy(file.path, source, is_compressed=file.extension in COMPRESSED)
    if found.sha256 != file.sha256:
        raise OutOfTurn(
            _(
                "The file “%(name)s” was damaged in the store: its content is no longer what was "
                "filed. Restore it from a backup, then make the pack again.",
                name=file.name,
            )
        )


def pack_entry(path: str) -> ZipInfo:
    """An entry with fixed times. Marked as Unix, so that unzip takes names as UTF-8."""
    info = entry(path)
    info.create_system, info.external_attr = 3, 0o100644 << 16
    return info


@contextmanager
def stored(store: Path, sha256: str) -> Iterator[IO[bytes]]:
    with (store / sha256[:2] / sha256[2:4] / sha256).open("rb") as source:
        yield source


@dataclass
class Packing:
    """A ZIP being written, and what was put into it."""

    package: ZipFile
    waiting: Waiting
    entries: list[Entry] = field(default_factory=list)

    def put(self, path: str, content: bytes) -> None:
        self.package.writestr(pack_entry(path), content)
        self.entries.append(Entry(path, len(content), hashlib.sha256(content).hexdigest()))

    def copy(self, path: str, source: IO[bytes], *, is_compressed: bool) -> Entry:
        """A stream into the ZIP, block by block."""
        info = pack_entry(path)
        if is_compressed:
            info.compress_type = ZIP_STORED
        hashed, size = hashlib.sha256(), 0
        with self.package.open(info, "w", force_zip64=True) as target:
            while block := source.read(BLOCK):
                target.write(block)
                hashed.update(block)
                size += len(block)
                self.waiting.tick(len(block))
        self.entries.append(Entry(path, size, hashed.hexdigest()))
        return self.entries[-1]


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
