"""Work in the background. The job table is the truth: what is asked, how far it is, who is at it.

A worker claims the oldest waiting job and shows that it lives by a heartbeat. A job whose worker
was killed is taken up again, at most three times, so handlers may be run twice for one job and
must not mind. `serve` runs one worker within the process; `qms worker` runs more beside it.
"""

import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from flask import Flask
from sqlalchemy import JSON, Index, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from qms.core import clock
from qms.core.db import Model, SortKey, db, one_of
from qms.core.errors import Problem
from qms.core.i18n import gettext as _
from qms.core.i18n import language, speaking
from qms.core.i18n import lazy_gettext as _l
from qms.core.uids import new_uid

log = structlog.get_logger()
ATTEMPTS = 3
SILENT = timedelta(seconds=60)
"""A running job whose heartbeat is older than this has lost its worker."""
DAILY = timedelta(days=1)
LOOK_EVERY = timedelta(minutes=10)
"""How often a worker looks whether something daily is due."""
NOBODY = 0
"""The district and the person of a job that the installation asks for itself."""

Handler = Callable[["Job"], None]
"""Does a job: reads job.params, calls report() now and then, sets job.result, commits."""
Errand = Callable[[], int]
"""What a worker looks after between jobs; says how much it did, and commits. It asks little where
there is nothing to do, as it is run every second."""


@dataclass(frozen=True)
class Daily:
    """A job that is asked for every day: a day after the last one, or, with a morning, as soon as
    it is that hour of a new day in Western Indonesia and it was not asked for since."""

    kind: str
    morning: int | None = None

    def is_due(self, last: datetime | None) -> bool:
        """Whether it is to be asked for now, `last` being when it was asked for before."""
        if last is None or self.morning is None:
            return last is None or last <= clock.now() - DAILY
        local = clock.now().astimezone(ZoneInfo("Asia/Jakarta"))
        begun = local.replace(hour=self.morning, minute=0, second=0, microsecond=0)
        return last < (begun if begun <= local else begun - DAILY)


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> Any:
        return JOB_LABELS[self]


JOB_LABELS = {
    JobState.WAITING: _l("Waiting"),
    JobState.RUNNING: _l("Running"),
    JobState.DONE: _l("Done"),
    JobState.FAILED: _l("Failed"),
}


class Job(Model):
    """One piece of work. `percent` is 0 to 100, `step` a sentence about what it does now."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=new_uid)
    district_id: Mapped[int]
    person_id: Mapped[int]
    kind: Mapped[str] = mapped_column(SortKey())
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(SortKey())
    state: Mapped[JobState] = mapped_column(one_of(JobState), default=JobState.WAITING)
    percent: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None]
    heartbeat_at: Mapped[datetime | None]
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None]


def ask_for(kind: str, params: dict[str, Any], *, by: Any, language: str) -> Job:
    """Put a job in the queue. The caller commits; a worker takes it up within a second or so."""
    job = Job(
        kind=kind,
        params=params,
        district_id=by.district_id,
        person_id=by.id,
        language=language,
    )
    db.session.add(job)
    db.session.flush()
    return job


def ask_if_due(daily: Daily) -> None:
    """Put a daily job in the queue, for the installation itself, if it is due. Commits. Should two
    workers both ask, it is done twice."""
    kind = daily.kind
    last = db.session.scalar(
        select(Job.asked_at).where(Job.kind == kind).order_by(Job.id.desc()).limit(1)
    )
    if daily.is_due(last):
        job = Job(kind=kind, params={}, district_id=NOBODY, person_id=NOBODY, language=language())
        db.session.add(job)
    db.session.commit()


def report(job: Job, percent: int, step: str) -> None:
    """Say how far a job is, and that its worker lives. Commits what the handler did so far."""
    job.percent, job.step, job.heartbeat_at = percent, step, clock.now()
    db.session.commit()


def forget_done(kind: str, most: int) -> int:
    """Delete jobs of a kind that ended a month ago, at most so many; for jobs to which nothing
    refers. Returns how many. The caller commits."""
    old = db.session.scalars(
        select(Job.id)
        .where(Job.kind == kind, Job.ended_at < clock.now() - timedelta(days=30))
        .order_by(Job.id)
        .limit(most)
    ).all()
    db.session.execute(delete(Job).where(Job.id.in_(old)))
    return len(old)


def claim(worker: str) -> Job | None:
    """Take the oldest job that waits or has lost its worker, and commit."""
    silent = clock.now() - SILENT
    free = or_(
        Job.state == JobState.WAITING,
        (Job.state == JobState.RUNNING) & (Job.heartbeat_at < silent),
    )
    job = db.session.scalar(
        select(Job).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    )
    if job is None:
        db.session.rollback()
        return None
    job.attempts += 1
    if job.attempts > ATTEMPTS:
        _end(job, JobState.FAILED, _("It was interrupted %(n)s times.", n=ATTEMPTS))
        return None
    job.state, job.worker, job.heartbeat_at = JobState.RUNNING, worker, clock.now()
    db.session.commit()
    return job


def run(job: Job, handlers: dict[str, Handler]) -> None:
    """Run a claimed job to its end; what goes wrong is kept with it."""
    with speaking(job.language), _Heartbeat(job.id):
        try:
            handlers[job.kind](job)
        except Problem as problem:
            db.session.rollback()
            _end(job, JobState.FAILED, str(problem))
        except Exception:  # noqa: BLE001 - whatever it is, the job has failed and the log says why
            db.session.rollback()
            log.error("job failed", job=str(job.uid), trace=traceback.format_exc())
            _end(job, JobState.FAILED, _("It failed; the administrator finds why in the log."))
        else:
            job.percent = 100
            _end(job, JobState.DONE, None)


def _end(job: Job, state: JobState, error: str | None) -> None:
    job.state, job.error, job.ended_at = state, error, clock.now()
    db.session.commit()


class _Heartbeat:
    """A thread that shows, on a connection of its own, that the worker of a job lives."""

    def __init__(self, job_id: int) -> None:
        self.job_id, self.engine, self.over = job_id, db.engine, threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()

    def _beat(self) -> None:
        while not self.over.wait(SILENT.total_seconds() / 4):
            beat = update(Job).where(Job.id == self.job_id).values(heartbeat_at=clock.now())
            try:
                with self.engine.begin() as connection:
                    connection.execute(beat)
            except SQLAlchemyError:
                log.warning("heartbeat missed", job=self.job_id)


def work(
    app: Flask,
    handlers: dict[str, Handler],
    over: threading.Event,
    daily: Iterable[Daily] = (),
    errands: Iterable[Errand] = (),
) -> None:
    """A worker's loop, until `over` is set. `daily` is what it sees to every day, `errands` what it
    looks after whenever no job waits."""
    name = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    looks_again = time.monotonic()
    while not over.is_set():
        with app.app_context():
            try:
                if time.monotonic() >= looks_again:
                    looks_again = time.monotonic() + LOOK_EVERY.total_seconds()
                    for one in daily:
                        ask_if_due(one)
                job = claim(name)
                if job is not None:
                    run(job, handlers)
                    continue
                if sum(errand() for errand in errands):
                    continue
            except Exception:  # noqa: BLE001 - a worker outlives a database that is away
                log.error("worker stumbled", trace=traceback.format_exc())
        over.wait(1)


def start_worker(
    app: Flask,
    handlers: dict[str, Handler],
    daily: Iterable[Daily] = (),
    errands: Iterable[Errand] = (),
) -> threading.Event:
    """Start a worker in a thread of this process. Set the returned event to end it."""
    over = threading.Event()
    threading.Thread(
        target=work, args=(app, handlers, over, daily, errands), daemon=True, name="worker"
    ).start()
    return over
