"""Reads of the packs that a person asked for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from qms.actions.models import Action
from qms.audits.models import Audit
from qms.core import listing
from qms.core.db import AccessClass, db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.jobs import Job
from qms.core.journal.models import JournalEntry
from qms.core.listing import Key, Page
from qms.documents.models import Document
from qms.evidence.models import Evidence
from qms.findings.models import Finding
from qms.packs.models import Pack, PackEdition, PackUnit
from qms.people.models import Person
from qms.people.roles import NEED_TO_KNOW

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


def restricted_since(person: Person, unit_ids: Iterable[int], moment: datetime) -> bool:
    """Whether a record of these units that was ordinary at a moment is restricted now and not for
    this person. One query for each kind."""
    need = person.rights.units(NEED_TO_KNOW)
    closed = [one for one in unit_ids if one not in need]
    return bool(closed) and any(
        db.session.scalar(_restricted_since(model, closed, person.district_id, moment))
        for model in (Document, Evidence, Audit, Finding, Action)
    )


def _restricted_since(
    model: Any, unit_ids: Iterable[int], district_id: int, moment: datetime
) -> Select[int]:
    """The first of them, by what the journal told of its access last."""
    last = (
        select(JournalEntry.access)
        .where(
            JournalEntry.kind == model.__tablename__,
            JournalEntry.record_uid == model.uid,
            JournalEntry.chain == district_id,
            JournalEntry.at <= moment,
        )
        .order_by(JournalEntry.sequence.desc())
        .limit(1)
        .correlate(model)
        .scalar_subquery()
    )
    return (
        select(model.id)
        .where(
            model.district_id == district_id,
            model.unit_id.in_(list(unit_ids)),
            model.access == AccessClass.RESTRICTED,
            last == AccessClass.ORDINARY,
        )
        .limit(1)
    )
