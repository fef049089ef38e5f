"""Certificates and their events, as a pack shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.certificates.models import (
    Certificate,
    CertificateEvent,
    CertificateService,
    EventKind,
)
from qms.certificates.state import CertificateState, standing_on
from qms.packs.reading import conditions
from qms.packs.reading.reader import Reader


@dataclass(frozen=True)
class EventLine:
    kind: EventKind
    on: date
    valid_until: date | None
    note: str | None


@dataclass(frozen=True)
class CertificateLine:
    """A certificate with its events up to the day, and where it stands on it."""

    uid: UUID
    unit: str
    further_units: str
    edition: str
    body: str
    accreditation: str | None
    number: str | None
    scope: str
    services: str
    state: CertificateState
    valid_until: date | None
    """The last day on which it is good."""
    next_step: str
    next_by: date | None
    note: str | None
    events: tuple[EventLine, ...]


def certificates(reader: Reader) -> Iterator[CertificateLine]:
    """Certificates by unit, edition and number."""
    about = reader.about
    statement = (
        select(Certificate)
        .where(*conditions.certificates(about))
        .order_by(Certificate.unit_id, Certificate.edition_id, Certificate.number, Certificate.uid)
        .options(
            joinedload(Certificate.edition),
            selectinload(Certificate.events),
            selectinload(Certificate.units),
            selectinload(Certificate.services).joinedload(CertificateService.service),
        )
    )
    for batch in reader.batches(statement):
        for one in batch:
            standing = standing_on(one.events, about.as_of, reader.cycle, one.edition_id)
            further = [reader.units.get(link.unit_id, "") for link in one.units]
            yield CertificateLine(
                uid=one.uid,
                unit=reader.units.get(one.unit_id, ""),
                further_units="; ".join(sorted(further)),
                edition=one.edition.code,
                body=one.body,
                accreditation=one.accreditation,
                number=one.number,
                scope=one.scope,
                services="; ".join(sorted(link.service.name for link in one.services)),
                state=standing.state,
                valid_until=standing.last_day,
                next_step=str(standing.next.kind.label) if standing.next else "",
                next_by=standing.next.by if standing.next else None,
                note=one.note,
                events=events_by(one.events, about.as_of),
            )


def events_by(events: list[CertificateEvent], day: date) -> tuple[EventLine, ...]:
    """What had happened by the day, in order."""
    past = sorted((one for one in events if one.on <= day), key=lambda one: (one.on, one.number))
    return tuple(EventLine(one.kind, one.on, one.valid_until, one.note) for one in past)
