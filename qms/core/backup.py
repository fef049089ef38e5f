"""Everything an installation owns in one ZIP, and back again, from either database to either.

The ZIP holds every table as lines of JSON, read in one transaction, the files, the keys and the
checkpoints. A file that a row names but that is gone from the store, or whose content is another
than its name says, does not stop a backup: it is told, and listed in the ZIP (`problems.txt`).
Restoring goes into an empty installation only: the schema of the backup's revision is made, the
rows are put in, newer migrations follow, every file is checked and every journal chain verified.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import MetaData, Table, func, insert, inspect, select, text

from qms.core import files
from qms.core.db import db, only_reads
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.journal import verifying
from qms.core.journal.images import canonical, plain
from qms.core.schema import bring_up_to_date, is_known
from qms.core.signing import SigningKey

FORMAT = 1
KEYS, LOG = ("secret_key", "signing_key.pem"), "checkpoints.log"
KEPT = (*KEYS, LOG)
FOLDERS = ("files", "packs")
NOT_ROWS = {"alembic_version", "account_session", "sign_in_attempt", "mail"}
"""Not backed up as rows: who is signed in at the moment, the schema's revision, and the outbox, so
that a restored installation sends nothing of the past."""
BATCH = 1000
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError)
"""What reading raises where a ZIP is not as it was written."""


def instance() -> Path:
    """The instance folder."""
    return Path(current_app.config["QMS_INSTANCE"])


@dataclass
class Done:
    """What a backup or a restore came to: rows by table, and the hashes of files that rows name
    but that are not there, or not as they were."""

    counts: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.altered)


Teller = Callable[[Done], list[str]]
"""Says in sentences what is missing or altered; the areas above know what a file was for."""


def back_up(target: Path, tell: Teller = lambda _done: []) -> Done:
    """Write a backup of all that is there. Refuses to overwrite."""
    if target.exists():
        raise Invalid(_("%(file)s exists already. Choose another name.", file=target))
    partial = target.with_name(target.name + ".partial")
    token = only_reads.set(True)
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            # Before the rows: a checkpoint of entries that they do not hold yet would tell of a
            # tail that was cut off.
            _write_kept(archive, (LOG,))
            named, counts = _write_tables(archive)
            _write_kept(archive, KEYS)
            done = Done(counts)
            _write_files(archive, named, done)
            if not done.is_complete:
                archive.writestr("problems.txt", "\n".join(tell(done)), zipfile.ZIP_DEFLATED)
        os.replace(partial, target)
    finally:
        only_reads.reset(token)
        partial.unlink(missing_ok=True)
    return done


def _write_tables(archive: zipfile.ZipFile) -> tuple[set[str], dict[str, int]]:
    """The hashes of the files that rows name, and the number of rows by table."""
    counts: dict[str, int] = {}
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        about = {"format": FORMAT, "revision": revision}
        archive.writestr("about.json", canonical(about), zipfile.ZIP_DEFLATED)
        for table in db.metadata.sorted_tables:
            if table.name in NOT_ROWS:
                continue
            rows = connection.execution_options(yield_per=BATCH).execute(
                select(table).order_by(*table.primary_key.columns)
            )
            entry = zipfile.ZipInfo(f"tables/{table.name}.jsonl")
            entry.compress_type = zipfile.ZIP_DEFLATED
            counts[table.name] = 0
            with archive.open(entry, "w", force_zip64=True) as out:
                for row in rows.mappings():
                    out.write(canonical({k: _plain(v) for k, v in row.items()}).encode() + b"\n")
                    counts[table.name] += 1
        named = set(connection.scalars(select(files.StoredFile.sha256)))
        connection.rollback()
    return named, counts


def _plain(value: Any) -> Any:
    """Text goes into the backup as it is: the journal's digests are over its very bytes."""
    return value if isinstance(value, str) and not isinstance(value, Enum) else plain(value)


def _write_kept(archive: zipfile.ZipFile, names: Iterable[str]) -> None:
    for name in names:
        if (instance() / name).exists():
            archive.write(instance() / name, f"instance/{name}", zipfile.ZIP_DEFLATED)


def _write_files(archive: zipfile.ZipFile, named: set[str], done: Done) -> None:
    for folder in (instance() / name for name in FOLDERS):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "incoming" not in path.parts:
                hashed = _write_file(archive, path, f"instance/{path.relative_to(instance())}")
                if path.name in named and path == files.path_of(path.name):
                    named = named - {path.name}
                    if hashed != path.name:
                        done.altered.append(path.name)
    done.missing.extend(sorted(named))


def _write_file(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    """Put a file into the ZIP as it is; its SHA-256."""
    entry, hashed = zipfile.ZipInfo.from_file(path, name), hashlib.sha256()
    with path.open("rb") as content, archive.open(entry, "w", force_zip64=True) as out:
        while block := content.read(files.BLOCK):
            hashed.update(block)
            out.write(block)
    return hashed.hexdigest()


def restore(source: Path) -> Done:
    """Fill this empty installation from a backup, and check it. A file whose content is not what
    its name says is left out.

    Raises OutOfTurn if there is data already, Invalid if it is no backup of ours, or a damaged one.
    """
    if inspect(db.engine).has_table("account"):
        with db.engine.connect() as connection:
            if connection.scalar(select(func.count()).select_from(db.metadata.tables["account"])):
                raise OutOfTurn(_("There is data in this installation. Restore into an empty one."))
    try:
        archive = zipfile.ZipFile(source)
        about = json.loads(archive.read("about.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Invalid(_("%(file)s is not a backup of QMS.", file=source)) from error
    if about.get("format") != FORMAT or not is_known(about.get("revision")):
        raise Invalid(_("This backup was made by a newer QMS. Install that version first."))
    done = Done()
    try:
        with archive:
            done.altered.extend(_read_files(archive))
            bring_up_to_date(about["revision"])
            done.counts.update(_read_tables(archive))
    except DAMAGE as error:
        message = _("%(file)s is damaged. Restore another backup into an empty one.", file=source)
        raise Invalid(message) from error
    bring_up_to_date()
    done.missing.extend(_missing(set(done.altered)))
    _verify()
    return done


def _missing(known: set[str]) -> Iterator[str]:
    """The files that rows name and that are not there, but for those known of already."""
    hashes = select(files.StoredFile.sha256).distinct().order_by(files.StoredFile.sha256)
    for sha256 in db.session.scalars(hashes):
        if sha256 not in known and not files.path_of(sha256).exists():
            yield sha256


def _read_files(archive: zipfile.ZipFile) -> Iterator[str]:
    """Bring files and keys back. Yields the names of files that are damaged, or not what their
    name says; they are left out."""
    root = instance().resolve()
    for name in archive.namelist():
        if not name.startswith("instance/"):
            continue
        target = (root / name.removeprefix("instance/")).resolve()
        if not any(target.is_relative_to(root / ours) for ours in (*KEPT, *FOLDERS)):
            raise Invalid(_("%(file)s is not a backup of QMS.", file=archive.filename))
        try:
            hashed = _read_file(archive, name, target)
        except DAMAGE:
            if target.name in KEPT:
                raise
            hashed = ""
        is_ours = target == files.path_of(target.name).resolve()
        if not hashed or (is_ours and hashed != target.name):
            target.unlink()
            yield target.name


def _read_file(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    """Bring one file back; its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    hashed = hashlib.sha256()
    with archive.open(name) as content, os.fdopen(descriptor, "wb") as out:
        while block := content.read(files.BLOCK):
            hashed.update(block)
            out.write(block)
    return hashed.hexdigest()


def _read_tables(archive: zipfile.ZipFile) -> dict[str, int]:
    counts: dict[str, int] = {}
    shape = MetaData()
    shape.reflect(db.engine, only=lambda name, _: "_fts" not in name)
    known = set(archive.namelist())
    with db.engine.begin() as connection:
        for table in shape.sorted_tables:
            name = f"tables/{table.name}.jsonl"
            if name not in known:
                continue
            counts[table.name] = 0
            with archive.open(name) as content:
                for rows in _batches(content, table):
                    connection.execute(insert(table), rows)
                    counts[table.name] += len(rows)
            if connection.dialect.name == "postgresql" and "id" in table.c:
                _count_on(connection, table)
    return counts


def _batches(content: IO[bytes], table: Table) -> Iterator[list[dict[str, Any]]]:
    columns = {column.name: column.type for column in table.columns}
    rows: list[dict[str, Any]] = []
    for line in content:
        row = json.loads(line)
        rows.append({name: _typed(columns[name], value) for name, value in row.items()})
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.DateTime):
        moment = datetime.fromisoformat(value)
        return moment if db.engine.dialect.name == "postgresql" else moment.replace(tzinfo=None)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.Uuid):
        return UUID(value)
    if isinstance(kind, sa.CHAR) and kind.length == 32 and len(value) == 36:
        return UUID(value).hex
    return value


def _count_on(connection: Any, table: Table) -> None:
    """Let PostgreSQL's own counter of ids go on where the restored rows end."""
    sequence = connection.scalar(
        text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
    )
    if sequence:
        last = connection.scalar(select(func.max(table.c.id))) or 0
        connection.execute(
            text("SELECT setval(:sequence, :last, :called)"),
            {"sequence": sequence, "last": max(last, 1), "called": last > 0},
        )


def _verify() -> None:
    key = SigningKey.of(instance())
    log = instance() / "checkpoints.log"
    for chain in verifying.chains(log):
        verdict = verifying.verify(chain, key, log)
        if not verdict.is_whole:
            raise Invalid(
                _(
                    "The journal of this backup is broken at entry %(entry)s: %(chain)s.",
                    entry=verdict.broken_at,
                    chain=_name_of(chain),
                )
            )


def _name_of(chain: int) -> str:
    """A district's name, or the installation's. (Districts lie above this package.)"""
    district = db.metadata.tables["district"]
    named = select(district.c.name).where(district.c.id == chain)
    return db.session.scalar(named) or _("The installation")
