"""Sweeping the store: uploads that no row names.

A file comes into the store before its record is saved, so one whose form was refused, or whose
request broke off, stays behind. It is left alone for a day, so that nothing is taken from under
somebody who is just saving.
"""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from qms.core import clock, files
from qms.core.db import db
from qms.core.files import StoredFile

LEFT_ALONE = timedelta(days=1)
BATCH = 500
HASH = re.compile(r"[0-9a-f]{64}")


def sweep_uploads() -> int:
    """Remove what came in more than a day ago and is named by no row, and half received files as
    old. Returns how many. What does not look like an upload of ours stays."""
    before = clock.now() - LEFT_ALONE
    removed = sum(_remove(path, before) for path in _within(files.folder() / "incoming"))
    districts = list(db.session.scalars(select(StoredFile.district_id).distinct()))
    uploads = _old_uploads(before)
    while batch := list(islice(uploads, BATCH)):
        named = set(
            db.session.scalars(
                select(StoredFile.sha256).where(
                    StoredFile.district_id.in_(districts),
                    StoredFile.sha256.in_([path.name for path in batch]),
                )
            )
        )
        db.session.rollback()  # nobody waits for a walk through the store
        removed += sum(_remove(path, before) for path in batch if path.name not in named)
    return removed


def _old_uploads(before: datetime) -> Iterator[Path]:
    for path in _within(files.folder()):
        if HASH.fullmatch(path.name) and path == files.path_of(path.name) and _is_old(path, before):
            yield path


def _within(folder: Path) -> Iterable[Path]:
    return (Path(at, name) for at, _folders, names in os.walk(folder) for name in names)


def _is_old(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _remove(path: Path, before: datetime) -> int:
    """Remove a file that is old. It is set aside first: should the same content come in at this
    very moment, it is fresh, and put back."""
    if not _is_old(path, before):
        return 0
    aside = path.with_name(f"{path.name}.swept")
    try:
        os.replace(path, aside)
    except FileNotFoundError:
        return 0
    if not _is_old(aside, before):
        os.replace(aside, path)
        return 0
    aside.unlink()
    return 1
