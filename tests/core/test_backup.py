"""A backup holds everything, and comes back on either database."""

import io
import json
import threading
import zipfile
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from flask_migrate import upgrade
from sqlalchemy import event, func, inspect, select

from qms import create_app
from qms.core import backup, files, journal
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn
from qms.core.journal import verifying
from qms.core.signing import SigningKey
from qms.people import operations, sessions
from qms.people.models import Account, Person
from tests.cast import PASSWORD, Cast


class Visitor(NamedTuple):
    """Who does something, without being a person on record."""

    uid: UUID | None
    name: str


@pytest.fixture
def installation(empty_database: str, tmp_path: Path) -> Any:
    """An installation of its own kind, made by migrations as in life, with the cast in it."""
    app = create_app({"instance": tmp_path / "from", "database_url": empty_database})
    with app.app_context():
        upgrade()
        cast = Cast.assemble()
        received = files.receive(io.BytesIO(b"isi"), "catatan.txt")
        files.keep(received, district_id=cast.district.id, by=cast.officer)
        # A name that is not NFC must come back to the byte, or its digest would not match.
        journal.write("note", cast.officer, by=Visitor(None, "Rene\u0301"))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("target", ["sqlite", "same"])
def test_a_backup_comes_back(
    installation: Any, database: str, tmp_path: Path, target: str, request: Any
) -> None:
    made = backup.back_up(tmp_path / "b.zip")
    assert made.is_complete
    people = db.session.scalar(select(func.count(Person.id)))
    db.session.rollback()
    url = f"sqlite:///{tmp_path / 'back.db'}"
    if target == "same" and not database.startswith("sqlite"):
        url = request.getfixturevalue("another_empty_database")
    other = create_app({"instance": tmp_path / "to", "database_url": url})
    with other.app_context():
        assert backup.restore(tmp_path / "b.zip") == made
        assert db.session.scalar(select(func.count(Person.id))) == people
        account = db.session.scalar(select(Account).where(Account.user_name == "officer"))
        assert sessions.is_password(account, PASSWORD)
        stored = db.session.scalar(select(files.StoredFile))
        assert stored.path.read_bytes() == b"isi"
        by = db.session.scalar(select(Person).where(Person.name == "Administrator"))
        operations.add_person(by.district_id, "Sesudahnya", by=by)  # ids and chains go on
        db.session.commit()
        db.session.rollback()
        with pytest.raises(OutOfTurn):
            backup.restore(tmp_path / "b.zip")
        db.session.remove()
        db.engine.dispose()
    assert oct((tmp_path / "b.zip").stat().st_mode)[-3:] == "600"


def test_a_checkpoint_signed_meanwhile_does_not_make_the_backup_look_cut_off(
    installation: Any, tmp_path: Path
) -> None:
    """The worker signs at any time, and people go on writing while a backup is made."""
    begun: list[threading.Thread] = []

    def write_and_sign() -> None:
        with installation.app_context():
            by = db.session.scalar(select(Person).where(Person.name == "Administrator"))
            operations.add_person(by.district_id, "Menyela", by=by)
            db.session.commit()
            folder = tmp_path / "from"
            verifying.checkpoint(SigningKey.of(folder), folder / "checkpoints.log")
            db.session.commit()
            db.session.remove()

    def in_between(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not begun and "FROM unit" in statement:
            begun.append(threading.Thread(target=write_and_sign))
            begun[0].start()
            begun[0].join()

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", in_between)
    backup.back_up(tmp_path / "b.zip")
    event.remove(db.engine, "before_cursor_execute", in_between)
    assert begun and (tmp_path / "from" / "checkpoints.log").exists()
    other = create_app(
        {"instance": tmp_path / "to", "database_url": f"sqlite:///{tmp_path / 'back.db'}"}
    )
    with other.app_context():
        assert backup.restore(tmp_path / "b.zip").is_complete
        db.session.remove()
        db.engine.dispose()


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    app = create_app({"instance": tmp_path, "database_url": f"sqlite:///{tmp_path / 'e.db'}"})
    (tmp_path / "x.zip").write_bytes(b"PK nonsense")
    with app.app_context(), pytest.raises(Invalid):
        backup.restore(tmp_path / "x.zip")


def test_a_backup_of_a_newer_version_touches_nothing(empty_database: str, tmp_path: Path) -> None:
    made = tmp_path / "newer.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("about.json", json.dumps({"format": backup.FORMAT, "revision": "9999"}))
        archive.writestr("instance/signing_key.pem", "theirs")
    app = create_app({"instance": tmp_path / "to", "database_url": empty_database})
    with app.app_context():
        with pytest.raises(Invalid, match="newer QMS"):
            backup.restore(made)
        assert not (tmp_path / "to" / "signing_key.pem").exists()
        assert not inspect(db.engine).get_table_names()
        db.engine.dispose()


@pytest.mark.parametrize("name", ["instance/config.py", "instance/qms.db", "instance/files/../x"])
def test_a_backup_brings_nothing_but_files_and_keys(
    empty_database: str, tmp_path: Path, name: str
) -> None:
    made = tmp_path / "odd.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("about.json", json.dumps({"format": backup.FORMAT, "revision": "0001"}))
        archive.writestr(name, "import os")
    app = create_app({"instance": tmp_path / "to", "database_url": empty_database})
    with app.app_context():
        with pytest.raises(Invalid):
            backup.restore(made)
        assert not (tmp_path / "to" / "config.py").exists()
        db.engine.dispose()


def test_a_backup_never_overwrites(tmp_path: Path) -> None:
    app = create_app({"instance": tmp_path, "database_url": f"sqlite:///{tmp_path / 'e.db'}"})
    (tmp_path / "b.zip").write_bytes(b"")
    with app.app_context(), pytest.raises(Invalid):
        backup.back_up(tmp_path / "b.zip")


def test_a_file_that_is_gone_or_altered_is_told_and_the_rest_is_kept(
    installation: Any, tmp_path: Path
) -> None:
    kept = db.session.scalars(select(files.StoredFile)).one()
    by = db.session.scalars(select(Person).where(Person.name == "Officer")).one()
    gone, altered = (
        files.keep(files.receive(io.BytesIO(content), "x.txt"), district_id=by.district_id, by=by)
        for content in (b"hilang", b"diubah")
    )
    files.receive(io.BytesIO(b"yatim"), "yatim.txt")  # no row names it: nothing to tell
    db.session.commit()
    gone.path.unlink()
    altered.path.write_bytes(b"bukan itu")
    hashes = kept.sha256, gone.sha256, altered.sha256
    made = backup.back_up(tmp_path / "b.zip", lambda done: ["apa yang kurang"])
    assert (made.missing, made.altered) == ([hashes[1]], [hashes[2]])
    assert not made.is_complete
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read("problems.txt").decode() == "apa yang kurang"
    db.session.rollback()
    other = create_app(
        {"instance": tmp_path / "to", "database_url": f"sqlite:///{tmp_path / 'back.db'}"}
    )
    with other.app_context():
        back = backup.restore(tmp_path / "b.zip")
        assert (back.missing, back.altered) == ([hashes[1]], [hashes[2]])
        assert files.path_of(hashes[0]).read_bytes() == b"isi"
        assert not files.path_of(hashes[2]).exists()
        assert back.counts == made.counts
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("what", ["file", "table"])
def test_a_damaged_backup_is_noticed(
    installation: Any, tmp_path: Path, what: str, only_sqlite: None
) -> None:
    """A byte that changed on the disk where the backup lay."""
    stored = db.session.scalars(select(files.StoredFile)).one()
    made = tmp_path / "b.zip"
    backup.back_up(made)
    with zipfile.ZipFile(made) as archive:
        relative = stored.path.relative_to(files.folder())
        name = f"instance/files/{relative}" if what == "file" else "tables/person.jsonl"
        start = archive.getinfo(name).header_offset + 30 + len(name) + 20
    content = bytearray(made.read_bytes())
    content[start] ^= 0xFF
    made.write_bytes(content)
    sha256 = stored.sha256
    db.session.rollback()
    other = create_app(
        {"instance": tmp_path / "to", "database_url": f"sqlite:///{tmp_path / 'back.db'}"}
    )
    with other.app_context():
        if what == "file":
            assert backup.restore(made).altered == [sha256]
            assert not files.path_of(sha256).exists()
        else:
            with pytest.raises(Invalid, match="is damaged"):
                backup.restore(made)
        db.session.remove()
        db.engine.dispose()
