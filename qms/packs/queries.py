"""Reads of the packs that a person asked for."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.core import listing
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.jobs import Job
from qms.core.listing import Key, Page
from qms.packs.models import Pack, PackEdition, PackUnit
from qms.people.models import Person

NEWEST_FIRST = (Key(Pack.uid, descending=True),)
PER_PAGE = 20


def pack_by_uid(person: Person, uid: UUID) -> Pack:
    """A pack that this person asked for; Missing for anybody else, whatever their role."""
    found = db.session.scalar(
        select(Pack)
        .where(
            Pack.uid == uid,
            Pack.district_id == person.district_id,
            Pack.asked_by_id == person.id,
        )
        .options(
            selectinload(Pack.units),
            selectinload(Pack.editions).joinedload(PackEdition.edition, innerjoin=True),
            joinedload(Pack.asked_by),
        )
    )
    if found is None:
        raise Missing(_l("There is no such pack, or it is not for you."))
    return found


def job_of(pack: Pack) -> Job | None:
    """The job that makes the pack; None if it was made on the command line."""
    return db.session.get(Job, pack.job_id) if pack.job_id is not None else None


def packs_of(person: Person, cursor: str | None = None) -> Page[Any]:
    """A page of the person's packs, newest first, as rows of plain columns."""
    statement: Any = (
        select(
            Pack.id,
            Pack.uid,
            Pack.from_on,
            Pack.to_on,
            Pack.recorded_at,
            Pack.made_at,
            Pack.size,
            Job.state.label("job_state"),
            Job.percent,
            Job.error,
        )
        .outerjoin(Job, Job.id == Pack.job_id)
        .where(Pack.district_id == person.district_id, Pack.asked_by_id == person.id)
    )
    return listing.page(statement, NEWEST_FIRST, cursor, PER_PAGE)


def what_about(
    person: Person, pack_ids: Iterable[int]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The ids of the units, and of the editions, of some packs. Two queries."""
    ids = list(pack_ids)
    units: dict[int, list[int]] = {}
    for pack_id, unit_id in db.session.execute(
        select(PackUnit.pack_id, PackUnit.unit_id)
        .where(PackUnit.district_id == person.district_id, PackUnit.pack_id.in_(ids))
        .order_by(PackUnit.unit_id)
    ):
        units.setdefault(pack_id, []).append(unit_id)
    editions: dict[int, list[int]] = {}
    for pack_id, edition_id in db.session.execute(
        select(PackEdition.pack_id, PackEdition.edition_id)
        .where(PackEdition.district_id == person.district_id, PackEdition.pack_id.in_(ids))
        .order_by(PackEdition.edition_id)
    ):
        editions.setdefault(pack_id, []).append(edition_id)
    return units, editions
