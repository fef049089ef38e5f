"""Work in the background: verifying a chain of the journal."""

from pathlib import Path
from typing import Any

from flask import current_app

from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.i18n import language
from qms.core.jobs import Job, ask_for, report
from qms.core.journal import verifying
from qms.core.permissions import require
from qms.core.signing import SigningKey
from qms.overview.permissions import may_read_chain
from qms.overview.queries.entries import VERIFY
from qms.people.models import Person


def ask_to_verify(chain: int, *, by: Person) -> Job:
    """Put the verification of a chain in the queue. The caller commits."""
    require(may_read_chain, by, chain)
    return ask_for(VERIFY, {"chain": chain}, by=by, language=language())


def verify(job: Job) -> None:
    """Walk the chain from its first entry; the verdict is the job's result."""
    report(job, 1, _("The journal is being verified"))
    instance = Path(current_app.config["QMS_INSTANCE"])
    verdict = verifying.verify(
        job.params["chain"], SigningKey.of(instance), instance / "checkpoints.log"
    )
    db.session.add(job)  # verifying lets go of everything that it has read
    job.result = {
        "entries": verdict.entries,
        "broken_at": verdict.broken_at,
        "why": verdict.why,
    }


JOBS: dict[str, Any] = {VERIFY: verify}
