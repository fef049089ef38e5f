"""Jobs: done once asked for, taken up again when a worker is killed, given up after three times."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.core import clock, jobs
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.jobs import Daily, Job, JobState
from tests.cast import Cast

ROOT = Path(__file__).parent.parent.parent


def ask(cast: Cast, kind: str = "count", **params: Any) -> Job:
    job = jobs.ask_for(kind, params, by=cast.officer, language="id")
    db.session.commit()
    return job


def test_a_job_is_done_and_says_how_far_it_is(cast: Cast) -> None:
    seen = []

    def count(job: Job) -> None:
        for n in range(4):
            jobs.report(job, n * 25, f"langkah {n}")
            seen.append(db.session.scalar(select(Job.percent)))
        job.result = {"counted": job.params["to"]}

    asked = ask(cast, to=4)
    job = jobs.claim("w1")
    assert job is not None
    assert (job.state, job.attempts, job.worker) == (JobState.RUNNING, 1, "w1")
    assert jobs.claim("w2") is None
    jobs.run(job, {"count": count})
    assert seen == [0, 25, 50, 75]
    assert (asked.state, asked.percent, asked.result) == (JobState.DONE, 100, {"counted": 4})


def test_what_goes_wrong_is_kept_in_words(cast: Cast) -> None:
    def refuse(job: Job) -> None:
        raise Invalid("Berkas terlalu besar.")

    def fail(job: Job) -> None:
        raise RuntimeError("secret detail")

    for handler, told in ((refuse, "Berkas terlalu besar."), (fail, "log")):
        asked = ask(cast)
        job = jobs.claim("w")
        assert job is not None
        jobs.run(job, {"count": handler})
        assert asked.state is JobState.FAILED
        assert told in (asked.error or "")
        assert "secret" not in (asked.error or "")


def test_a_silent_worker_loses_its_job_and_three_times_is_enough(cast: Cast, travel: Any) -> None:
    asked = ask(cast)
    now = clock.now()
    for turn in range(jobs.ATTEMPTS):
        travel(now + turn * 2 * jobs.SILENT)
        job = jobs.claim(f"w{turn}")
        assert job is not None
        assert job.attempts == turn + 1
        travel(now + turn * 2 * jobs.SILENT + jobs.SILENT / 2)
        assert jobs.claim("too early") is None
    travel(now + timedelta(hours=1))
    assert jobs.claim("once more") is None
    assert asked.state is JobState.FAILED


def test_two_workers_never_take_the_same_job(app: Any, cast: Cast) -> None:
    for _ in range(12):
        ask(cast)
    db.session.rollback()
    taken: list[int] = []

    def work(name: str) -> None:
        with app.app_context():
            while (job := jobs.claim(name)) is not None:
                taken.append(job.id)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 12


KILLED = """
import sys, time
from qms import create_app
from qms.core import jobs
app = create_app({"instance": sys.argv[1], "database_url": sys.argv[2]})
def slow(job):
    jobs.report(job, 10, "mulai")
    print("begun", flush=True)
    time.sleep(600)
with app.app_context():
    jobs.run(jobs.claim("victim"), {"count": slow})
"""


@pytest.mark.slow
def test_the_job_of_a_killed_worker_is_taken_up_again(
    app: Any, cast: Cast, database: str, tmp_path: Path, travel: Any
) -> None:
    ask(cast)
    db.session.rollback()
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "instance"), database],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "begun"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    assert jobs.claim("at once") is None
    travel(clock.now() + 2 * jobs.SILENT)
    job = jobs.claim("next")
    assert job is not None
    assert (job.attempts, job.percent) == (2, 10)
    jobs.run(job, {"count": lambda job: None})
    assert db.session.scalar(select(func.count()).where(Job.state == JobState.DONE)) == 1


def test_a_worker_in_the_process_does_what_is_asked(app: Any, cast: Cast) -> None:
    others = set(threading.enumerate())
    over = jobs.start_worker(app, {"count": lambda job: None})
    (worker,) = (one for one in set(threading.enumerate()) - others if one.name == "worker")
    uid = ask(cast).uid
    deadline = time.monotonic() + 60
    state = None
    while time.monotonic() < deadline and state is not JobState.DONE:
        db.session.rollback()  # or the worker would wait for us
        time.sleep(0.1)
        state = db.session.scalar(select(Job.state).where(Job.uid == uid))
    over.set()
    db.session.rollback()
    worker.join()
    assert state is JobState.DONE


def test_a_morning_job_is_due_once_each_morning(cast: Cast, travel: Any) -> None:
    """At five in Western Indonesia (22:00 UTC), or later if nobody was there; then not again."""
    morning = Daily("morning", morning=5)

    def due_at(hour: int, day: int = 10) -> bool:
        travel(datetime(2026, 3, day, hour, 0, 1, tzinfo=UTC))
        before = db.session.scalar(select(func.count(Job.id)))
        jobs.ask_if_due(morning)
        return db.session.scalar(select(func.count(Job.id))) != before

    assert due_at(21)  # never done before
    assert [due_at(22), due_at(23)] == [True, False]
    assert not due_at(21, day=11)
    assert due_at(3, day=14)  # three mornings were missed: once
    assert not due_at(4, day=14)
    assert due_at(22, day=14)


def test_errands_are_run_between_jobs(app: Any, cast: Cast) -> None:
    over, done = threading.Event(), []

    def errand() -> int:
        done.append(len(done))
        if len(done) == 3:
            over.set()
        return 1

    asked = ask(cast)
    db.session.rollback()
    worker = threading.Thread(
        target=jobs.work, args=(app, {"count": lambda job: None}, over, (), (errand,))
    )
    worker.start()
    worker.join()
    assert done == [0, 1, 2]
    db.session.rollback()
    assert asked.state is JobState.DONE
