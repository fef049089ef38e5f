"""Files as they are kept: by the SHA-256 of their content, under the instance folder.

The same content is stored once. Names are kept for people, beside the reference to the file, and
are never used as paths. What a file is was checked before it is stored (`upload_check`).
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from flask import Response, current_app, send_file
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from qms.core import journal
from qms.core.db import DistrictRecord, SortKey, db
from qms.core.errors import Invalid, Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.upload_check import FileKind, RefusedUpload, check_upload

BLOCK = 1 << 20


class StoredFile(DistrictRecord):
    """Content that a district keeps: hash, size in bytes, kind."""

    __tablename__ = "stored_file"
    __rules__ = (UniqueConstraint("district_id", "sha256"),)

    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    extension: Mapped[str] = mapped_column(SortKey())
    mime: Mapped[str] = mapped_column(SortKey())

    @property
    def path(self) -> Path:
        return path_of(self.sha256)


@dataclass(frozen=True)
class Received:
    """An upload that passed the checks and lies in the store, but is not yet on record."""

    name: str
    sha256: str
    size: int
    kind: FileKind


def folder() -> Path:
    """Where contents lie."""
    return Path(current_app.config["QMS_INSTANCE"]) / "files"


def path_of(sha256: str) -> Path:
    """Where the content with this hash lies."""
    return folder() / sha256[:2] / sha256[2:4] / sha256


def receive(stream: IO[bytes], name: str, *, limit: int | None = None) -> Received:
    """Take a stream in: bounded, checked by content, moved into the store under its hash.

    Raises Invalid with a sentence that says why it is refused.
    """
    bound = limit or current_app.config["QMS_UPLOAD_LIMIT"]
    (folder() / "incoming").mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder() / "incoming")
    try:
        with os.fdopen(handle, "wb") as out:
            sha256, size = _copy(stream, out, bound)
        try:
            kind = check_upload(Path(temporary), name, limit_bytes=bound)
        except RefusedUpload as refused:
            raise Invalid(refused.message, files=refused.message) from refused
        target = path_of(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return Received(shown_name(name), sha256, size, kind)


def _copy(stream: IO[bytes], out: IO[bytes], bound: int) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK):
        size += len(block)
        if size > bound:
            message = _l("The file is larger than %(limit)s MB.", limit=bound // BLOCK)
            raise Invalid(message, files=message)
        hashed.update(block)
        out.write(block)
    out.flush()
    os.fsync(out.fileno())
    return hashed.hexdigest(), size


def shown_name(name: str) -> str:
    """An upload's name without its folders and in one printable line, at most 180 characters, its
    ending kept."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = " ".join("".join(one if one.isprintable() else " " for one in bare).split()) or "file"
    stem, dot, ending = bare.rpartition(".")
    return bare if len(bare) <= 180 else f"{stem[:170]}{dot}{ending[:9]}"


def keep(received: Received, *, district_id: int, by: Any) -> StoredFile:
    """The district's record of a received file; an existing one if the content is known."""
    known = db.session.scalar(
        select(StoredFile).where(
            StoredFile.district_id == district_id, StoredFile.sha256 == received.sha256
        )
    )
    if known:
        return known
    stored = StoredFile(
        district_id=district_id,
        sha256=received.sha256,
        size=received.size,
        extension=received.kind.extension,
        mime=received.kind.mime,
    )
    db.session.add(stored)
    journal.write("store", stored, by=by)
    return stored


def content_of(stored: StoredFile) -> Path:
    """Where the content of a stored file lies. Raises Missing for one that is gone."""
    if not stored.path.exists():
        raise Missing(_l("The file is not in the store. Tell the administrator."))
    return stored.path


def send(stored: StoredFile, name: str, *, inline: bool = False) -> Response:
    """A download: as an attachment, or shown in place for images and PDF; never run as a page.
    Raises Missing for one that is gone from the store."""
    path = content_of(stored)
    shown = inline and stored.mime in INLINE
    response = send_file(
        path,
        mimetype=stored.mime,
        as_attachment=not shown,
        download_name=name,
        etag=stored.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


PICTURES = {"image/png", "image/jpeg", "image/webp"}
"""What every browser shows as a picture and cannot run. The type is what the content was found to
be, never what the name says."""
INLINE = PICTURES | {"application/pdf"}


def stored_by_uid(uid: UUID) -> StoredFile | None:
    """A stored file by uid. Whether a person may see it is for the record that refers to it."""
    return db.session.scalar(select(StoredFile).where(StoredFile.uid == uid))
