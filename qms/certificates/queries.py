"""Reads of certificates. A certificate is seen by who sees its unit or a unit that it covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from qms.certificates.cautions import cautions
from qms.certificates.models import (
    Certificate,
    CertificateService,
    CertificateUnit,
)
from qms.certificates.settings import Cycle, cycle_on
from qms.certificates.state import Standing, standing_on
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.people.models import Person
from qms.people.rights import Sight, sight_of
from qms.units.models import Service


@dataclass(frozen=True)
class CertificateOn:
    """A certificate as it stands on a day, with what should be said about it."""

    certificate: Certificate
    standing: Standing
    cautions: list[str]


def seen_with(sight: Sight) -> list[ColumnElement[bool]]:
    """WHERE conditions for certificates: of a unit that is seen, or covering one."""
    found: list[ColumnElement[bool]] = [Certificate.district_id == sight.district_id]
    if not sight.units.everywhere:
        found.append(touching(sight.units.ids))
    return found


def touching(unit_ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a certificate is of one of these units or covers one."""
    ids = list(unit_ids)
    covering = select(CertificateUnit.certificate_id).where(CertificateUnit.unit_id.in_(ids))
    return or_(Certificate.unit_id.in_(ids), Certificate.id.in_(covering))


def certificate_by_uid(person: Person, uid: UUID) -> Certificate:
    """A certificate that this person may see, whole; Missing otherwise. Four queries."""
    found = db.session.scalar(
        select(Certificate)
        .where(Certificate.uid == uid, *seen_with(sight_of(person)))
        .options(*_whole())  # type: ignore[arg-type]
    )
    if found is None:
        raise Missing(_l("There is no such certificate, or it is not for you."))
    return found


def certificates_of(person: Person, unit_ids: Iterable[int], day: date) -> list[CertificateOn]:
    """The certificates of these units, also those that cover them, as they stand on a day: by
    unit, edition and beginning. Only what the person may see. Five queries."""
    ids = list(unit_ids)
    found = db.session.scalars(
        select(Certificate).where(*seen_with(sight_of(person)), touching(ids)).options(*_whole())  # type: ignore[arg-type]
    ).all()
    cycle = cycle_on(person.district_id, day)
    standing = [stood(certificate, day, cycle) for certificate in found]
    places = {node.id: place for place, node in enumerate(person.rights.tree)}
    return sorted(
        standing,
        key=lambda one: (
            places.get(one.certificate.unit_id, len(places)),
            one.certificate.edition_id,
            min((event.on for event in one.certificate.events), default=date.max),
            one.certificate.body,
            one.certificate.number or "",
            one.certificate.uid,
        ),
    )


def stood(certificate: Certificate, day: date, cycle: Cycle) -> CertificateOn:
    """A loaded certificate on a day."""
    standing = standing_on(certificate.events, day, cycle, certificate.edition_id)
    about = cautions(certificate.events, standing, cycle, certificate.edition_id)
    return CertificateOn(certificate, standing, about)


def _whole() -> tuple[object, ...]:
    return (
        joinedload(Certificate.edition),
        selectinload(Certificate.units),
        selectinload(Certificate.services).joinedload(CertificateService.service),
        selectinload(Certificate.events),
    )


def services_under(person: Person, unit_ids: Sequence[int], day: date) -> list[Service]:
    """Services that these units and those under them offer on a day, or offered before."""
    below = {one for unit_id in unit_ids for one in person.rights.tree.subtree(unit_id)}
    return list(
        db.session.scalars(
            select(Service)
            .where(
                Service.district_id == person.district_id,
                Service.unit_id.in_(below),
                or_(Service.opened_on.is_(None), Service.opened_on <= day),
            )
            .order_by(Service.name, Service.uid)
            .limit(500)
        )
    )
