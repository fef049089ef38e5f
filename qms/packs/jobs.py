"""The background work of the packs area: making a pack."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.core import jobs
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.jobs import Handler, Job
from qms.packs.models import Pack
from qms.packs.operations import JOB, fulfil
from qms.people.models import Person


def make_in_background(job: Job) -> None:
    """Make the pack that the job is about, for who asked. Run twice, it finds the pack made."""
    pack = db.session.scalar(
        select(Pack)
        .where(Pack.uid == UUID(job.params["pack"]), Pack.district_id == job.district_id)
        .options(selectinload(Pack.units), selectinload(Pack.editions))
    )
    person = db.session.scalar(
        select(Person)
        .where(Person.id == job.person_id, Person.district_id == job.district_id)
        .options(joinedload(Person.district), selectinload(Person.grants))
    )
    if pack is None or person is None or pack.asked_by_id != person.id:
        raise Missing(_l("There is no such pack, or it is not for you."))
    fulfil(pack, by=person, progress=lambda percent, step: jobs.report(job, percent, step))
    job.result = {"pack": str(pack.uid)}
    db.session.commit()


JOBS: dict[str, Handler] = {JOB: make_in_background}
"""Kind of job -> its handler."""
