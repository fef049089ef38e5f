"""Work in the background: verifying a chain of the journal, and what is done daily."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app

from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.jobs import Job, ask_for, forget_done, report
from qms.core.journal import verifying
from qms.core.permissions import require
from qms.core.signing import SigningKey
from qms.core.sweeping import sweep_uploads
from qms.overview.permissions import may_read_chain
from qms.overview.queries.entries import VERIFY
from qms.people import sessions
from qms.people.models import Person


def ask_to_verify(chain: int, *, by: Person) -> Job:
    """Put the verification of a chain in the queue. The caller commits."""
    require(may_read_chain, by, chain)
    return ask_for(VERIFY, {"chain": chain}, by=by, language=language())


def verify(job: Job) -> None:
    """Walk the chain from its first entry; the verdict is the job's result."""
    report(job, 1, _("The journal is being verified"))
    verdict = verifying.verify(job.params["chain"], *key_and_log())
    db.session.add(job)  # verifying lets go of everything that it has read
    job.result = {
        "entries": verdict.entries,
        "broken_at": verdict.broken_at,
        "why": verdict.why,
    }


def key_and_log() -> tuple[SigningKey, Path]:
    """What checkpoints are signed with, and the file that keeps them outside the database."""
    instance = Path(current_app.config["QMS_INSTANCE"])
    return SigningKey.of(instance), instance / "checkpoints.log"


CHECKPOINT = "checkpoint"


def sign_checkpoints(job: Job) -> None:
    """Sign the head of every chain that has grown; how many is the job's result. Until somebody
    signs, a tail that is cut off leaves no trace, so nobody has to remember it."""
    job.result = {"signed": len(verifying.checkpoint(*key_and_log()))}


HOUSEKEEPING = "housekeeping"
BATCH = 1000


def keep_house() -> dict[str, int]:
    """Sweep away what nobody needs, in batches that nobody waits for. Returns how many of each.

    Commits after each batch.
    """
    hours = current_app.config["QMS_SETTINGS"].session_hours
    return {
        "uploads": sweep_uploads(),
        "sessions": _in_batches(lambda: sessions.forget_sessions(hours, BATCH)),
        "attempts": _in_batches(lambda: sessions.forget_attempts(BATCH)),
        "jobs": sum(
            _in_batches(partial(forget_done, kind, BATCH)) for kind in (HOUSEKEEPING, CHECKPOINT)
        ),
    }


def _in_batches(forget: Callable[[], int]) -> int:
    gone = 0
    while count := forget():
        db.session.commit()
        gone += count
    return gone


def housekeeping(job: Job) -> None:
    """The same as a job; how much was swept away is its result."""
    counts = keep_house()
    db.session.add(job)
    job.result = counts


JOBS: dict[str, Any] = {VERIFY: verify, CHECKPOINT: sign_checkpoints, HOUSEKEEPING: housekeeping}
