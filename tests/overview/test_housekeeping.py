"""Housekeeping: what goes, what stays, and that the worker sees to it every day."""

import os
import threading
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import func, select

from qms.cli import main
from qms.core import clock, files, jobs, sweeping
from qms.core.db import db
from qms.core.files import StoredFile
from qms.core.jobs import Daily, Job, JobState
from qms.core.journal.models import JournalChain, JournalCheckpoint
from qms.documents.operations import Content
from qms.imports.headings import ImportKind
from qms.imports.operations import start_import
from qms.imports.tables import guess_layout, read_file
from qms.overview.jobs import (
    CHECKPOINT,
    HOUSEKEEPING,
    JOBS,
    keep_house,
    key_and_log,
    sign_checkpoints,
)
from qms.people import sessions
from qms.people.models import AccountSession, SignInAttempt
from tests.cast import Cast
from tests.documents.makers import PDF, make_draft, received
from tests.factories import make_evidence, make_file

DAY = timedelta(days=1)


def age(path: Path, by: timedelta = 2 * DAY) -> Path:
    """Make a file as old as this."""
    then = (clock.now() - by).timestamp()
    os.utime(path, (then, then))
    return path


def upload(content: bytes, name: str = "foto.txt") -> Path:
    """What came in, with no record that names it."""
    return files.path_of(files.receive(BytesIO(content), name).sha256)


def test_uploads_that_no_row_names_go_after_a_day(cast: Cast) -> None:
    orphan, fresh = age(upload(b"lama")), upload(b"baru")
    half, coming = (files.folder() / "incoming" / name for name in ("tmpabc", "tmpdef"))
    for path in (half, coming):
        path.write_bytes(b"separuh")
    age(half)
    stranger = orphan.with_name("catatan.txt")
    stranger.write_text("milik administrator")
    age(stranger)
    assert keep_house()["uploads"] == 2
    assert not orphan.exists() and not half.exists()
    assert fresh.exists() and coming.exists() and stranger.exists()
    assert keep_house()["uploads"] == 0


def test_no_file_goes_that_a_record_names(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence in each of its versions, documents, imports, packs; in several batches."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    make_evidence(cast, files=[make_file(content=b"satu"), make_file(content=b"dua")])
    make_draft(cast, content=Content(source=received("sop.pdf", PDF)))
    table = received("daftar.csv", b"No Dokumen,Judul\nSOP-1,Arsip\n")
    layout = guess_layout(ImportKind.DOCUMENTS, read_file(files.path_of(table.sha256)))
    unit = cast.officer.rights.tree[cast.disnaker.id]
    start_import(ImportKind.DOCUMENTS, unit, table, layout, by=cast.officer)
    db.session.commit()
    pack = tmp_path / "instance" / "packs" / "p.zip"
    pack.parent.mkdir(exist_ok=True)
    pack.write_bytes(b"PK")
    orphans = [upload(f"tanpa pemilik {n}".encode()) for n in range(3)]
    named = [one.path for one in db.session.scalars(select(StoredFile))]
    assert len(named) == 4
    for path in (*named, *orphans, pack):
        age(path, 400 * DAY)
    assert keep_house()["uploads"] == 3
    assert all(path.exists() for path in (*named, pack))
    assert not any(path.exists() for path in orphans)


def test_what_comes_in_again_is_young_again(cast: Cast) -> None:
    age(upload(b"lagi"))
    again = upload(b"lagi")
    assert keep_house()["uploads"] == 0
    assert again.exists()


def test_old_sessions_and_attempts_go_and_the_living_stay(
    app: Any, cast: Cast, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qms.overview.jobs.BATCH", 1)
    now = clock.now()
    travel(now - 40 * DAY)
    ended = sessions.begin(cast.officer, address="10.0.0.1", browser="x")
    sessions.begin(cast.head, address="10.0.0.1", browser="x")  # never used again
    alive = sessions.begin(cast.owner, address="10.0.0.1", browser="x")
    db.session.commit()
    with pytest.raises(Exception, match="not right"):
        sessions.recognise("officer", "salah sekali 1", address="10.0.0.1")
    sessions.end_all_sessions(cast.officer.account, by=cast.officer)
    db.session.commit()
    travel(now)
    living = db.session.scalars(
        select(AccountSession).where(AccountSession.person_id == cast.owner.id)
    ).one()
    living.seen_at = now
    lately = sessions.begin(cast.staff, address="10.0.0.1", browser="x")
    sessions.end_all_sessions(cast.staff.account, by=cast.staff)
    db.session.commit()
    with pytest.raises(Exception, match="not right"):
        sessions.recognise("head", "salah sekali 1", address="10.0.0.1")
    db.session.commit()
    counts = keep_house()
    assert (counts["sessions"], counts["attempts"]) == (2, 1)
    assert sessions.person_of_session(alive, 12, reading=True) is not None
    assert sessions.person_of_session(ended, 12, reading=True) is None
    assert sessions.person_of_session(lately, 12, reading=True) is None
    kept = {one.person_id for one in db.session.scalars(select(AccountSession))}
    assert kept == {cast.owner.id, cast.staff.id}
    assert db.session.scalar(select(SignInAttempt.user_name)) == "head"


def test_ones_account_lists_sessions_that_hold(browse: Any, cast: Cast, travel: Any) -> None:
    now = clock.now()
    travel(now - 2 * DAY)
    sessions.begin(cast.officer, address="10.9.9.9", browser="Ponsel lama")
    db.session.commit()
    travel(now)
    page = browse(cast.officer).get("/account")
    assert not page.has("Ponsel lama")


def test_the_worker_sees_to_it_once_a_day(app: Any, cast: Cast) -> None:
    orphan = age(upload(b"lama"))
    others = set(threading.enumerate())
    over = jobs.start_worker(app, JOBS, (Daily(HOUSEKEEPING),))
    (worker,) = (one for one in set(threading.enumerate()) - others if one.name == "worker")
    deadline = time.monotonic() + 60
    job = None
    while time.monotonic() < deadline and (job is None or job.state is not JobState.DONE):
        db.session.rollback()  # or the worker would wait for us
        time.sleep(0.1)
        job = db.session.scalar(select(Job).where(Job.kind == HOUSEKEEPING))
    over.set()
    db.session.rollback()
    worker.join()
    assert job is not None and job.result is not None and job.result["uploads"] == 1
    assert not orphan.exists()
    with clock.at(clock.now() + DAY - timedelta(minutes=1)):
        jobs.ask_if_due(Daily(HOUSEKEEPING))
    assert db.session.scalar(select(func.count(Job.id))) == 1
    with clock.at(clock.now() + DAY):
        jobs.ask_if_due(Daily(HOUSEKEEPING))
    assert db.session.scalar(select(func.count(Job.id))) == 2


def test_the_worker_signs_the_journal_every_day(app: Any, cast: Cast) -> None:
    """Nobody has to remember it: what is cut off after a day's signing shows."""
    assert CHECKPOINT in {one.kind for one in app.extensions["qms_daily_jobs"]}
    for one in app.extensions["qms_daily_jobs"]:
        if one.kind == CHECKPOINT:
            jobs.ask_if_due(one)
    job = jobs.claim("the worker of the tests")
    assert job is not None
    jobs.run(job, app.extensions["qms_jobs"])
    db.session.rollback()
    signed = db.session.scalars(select(JournalCheckpoint).order_by(JournalCheckpoint.chain)).all()
    heads = db.session.scalars(select(JournalChain).order_by(JournalChain.chain)).all()
    assert [(one.chain, one.sequence) for one in signed] == [
        (one.chain, one.sequence) for one in heads
    ]
    assert len(key_and_log()[1].read_text().splitlines()) == len(heads)
    sign_checkpoints(job)
    assert job.result == {"signed": 0}


def test_jobs_of_its_own_go_after_a_month(cast: Cast, travel: Any) -> None:
    now = clock.now()
    travel(now - 40 * DAY)
    jobs.ask_if_due(Daily(HOUSEKEEPING))
    jobs.ask_if_due(Daily(CHECKPOINT))
    kept = jobs.ask_for("other", {}, by=cast.officer, language="id")
    for one in db.session.scalars(select(Job)):
        one.state, one.ended_at = JobState.DONE, clock.now()
    db.session.commit()
    travel(now)
    assert keep_house()["jobs"] == 2
    assert db.session.scalars(select(Job.id)).all() == [kept.id]


def test_the_command_says_how_much(app: Any, cast: Cast) -> None:
    age(upload(b"lama"))
    db.session.remove()
    done = CliRunner().invoke(main, ["housekeeping"], obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == 0, done.output
    assert done.output == "Swept away: 1 uploads, 0 sessions, 0 failed sign-ins.\n"
