"""What is done with certificates: register, correct, enter and correct what happened to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from qms.certificates.models import (
    Certificate,
    CertificateEvent,
    CertificateService,
    CertificateUnit,
    EventKind,
)
from qms.certificates.permissions import may_keep, may_register
from qms.certificates.sequence import HAVE_HAPPENED, what_is_wrong
from qms.certificates.settings import cycle_on
from qms.certificates.state import STARTS
from qms.core import journal
from qms.core.dates import long_day
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person
from qms.standards.queries import edition_by_id
from qms.units.models import Service, Unit


def register_certificate(
    unit: Unit,
    edition_id: int,
    *,
    body: str,
    scope: str,
    by: Person,
    number: str | None = None,
    accreditation: str | None = None,
    note: str | None = None,
    units: Iterable[Unit] = (),
    services: Iterable[Service] = (),
    issued_on: date | None = None,
    valid_until: date | None = None,
) -> Certificate:
    """A unit's certificate to an edition, with the day of issue if there is one already.

    Any edition will do: certificates to withdrawn editions are history worth keeping.
    """
    require(may_register, by, unit.id)
    certificate = Certificate(district_id=unit.district_id, unit_id=unit.id, edition_id=edition_id)
    _describe(certificate, body, scope, number, accreditation, note)
    _cover(certificate, units, services, by)
    db.session.add(certificate)
    if issued_on is not None:
        _happen(certificate, EventKind.ISSUED, issued_on, valid_until, None, by)
    elif valid_until is not None:
        message = _l("Write the day of issue as well.")
        raise Invalid(message, issued_on=message)
    journal.write("register_certificate", certificate, by=by)
    return certificate


def edit_certificate(
    certificate: Certificate,
    *,
    edition_id: int,
    body: str,
    scope: str,
    number: str | None,
    accreditation: str | None,
    note: str | None,
    units: Iterable[Unit],
    services: Iterable[Service],
    by: Person,
    seen: int | None = None,
) -> None:
    """Correct what is written on the certificate, or change what it covers."""
    require(may_keep, by, certificate)
    same_version(certificate, seen)
    certificate.edition_id = edition_id
    _describe(certificate, body, scope, number, accreditation, note)
    _cover(certificate, units, services, by)
    touch(certificate)
    journal.write("edit_certificate", certificate, by=by)


def record_event(
    certificate: Certificate,
    kind: EventKind,
    *,
    on: date,
    by: Person,
    valid_until: date | None = None,
    note: str | None = None,
    seen: int | None = None,
) -> CertificateEvent:
    """Enter what happened to a certificate on a day. Raises Invalid if it cannot have come so."""
    require(may_keep, by, certificate)
    same_version(certificate, seen)
    event = _happen(certificate, kind, on, valid_until, note, by)
    touch(certificate)
    journal.write("record_event", certificate, by=by, event=kind.value, on=on)
    return event


def correct_event(
    certificate: Certificate,
    number: int,
    *,
    on: date,
    reason: str,
    by: Person,
    valid_until: date | None = None,
    note: str | None = None,
    seen: int | None = None,
) -> None:
    """Correct an event that was entered wrongly; what stood there stays in the journal."""
    require(may_keep, by, certificate)
    same_version(certificate, seen)
    event = next((event for event in certificate.events if event.number == number), None)
    if event is None:
        raise Missing(_l("There is no such event."))
    if not reason.strip():
        message = _l("Write the reason.")
        raise Invalid(message, reason=message)
    others = [other for other in certificate.events if other is not event]
    planned = _planned(number, event.kind, on, valid_until)
    _refuse_nonsense(planned, others, certificate.edition_id, by)
    event.on, event.valid_until, event.note = on, valid_until, note
    touch(certificate)
    journal.write("correct_event", certificate, by=by, reason=reason.strip())


@dataclass(frozen=True)
class _Planned:
    """An event as it would be, before it is one."""

    number: int
    kind: EventKind
    on: date
    valid_until: date | None


def _planned(number: int, kind: EventKind, on: date, valid_until: date | None) -> _Planned:
    if valid_until is not None and kind not in STARTS:
        message = _l("A last day comes with issue and renewal only.")
        raise Invalid(message, valid_until=message)
    return _Planned(number, kind, on, valid_until)


def _happen(
    certificate: Certificate,
    kind: EventKind,
    on: date,
    valid_until: date | None,
    note: str | None,
    by: Person,
) -> CertificateEvent:
    number = max((event.number for event in certificate.events), default=0) + 1
    planned = _planned(number, kind, on, valid_until)
    _refuse_nonsense(planned, certificate.events, certificate.edition_id, by)
    event = CertificateEvent(
        district_id=certificate.district_id,
        number=number,
        kind=kind,
        on=on,
        valid_until=valid_until,
        note=note,
    )
    certificate.events.append(event)
    return event


def _refuse_nonsense(
    event: _Planned, others: Sequence[CertificateEvent], edition_id: int, by: Person
) -> None:
    today = by.district.today
    if event.kind in HAVE_HAPPENED and event.on > today:
        message = _l("This day is still to come. Enter it when it has happened.")
        raise Invalid(message, on=message)
    cycle = cycle_on(by.district_id, today)
    end = cycle.end_of(edition_id)
    if event.kind in STARTS and end is not None and end.is_published and event.on > end.day:
        problem = _l(
            "Certificates to %(code)s ended on %(end)s; this one must be to a later edition.",
            code=edition_by_id(edition_id).code,
            end=long_day(end.day),
        )
    else:
        problem = what_is_wrong([*others, event], cycle)
    if problem is not None:
        raise Invalid(problem, on=problem, issued_on=problem)


def _describe(
    certificate: Certificate,
    body: str,
    scope: str,
    number: str | None,
    accreditation: str | None,
    note: str | None,
) -> None:
    if not body.strip():
        message = _l("Write who certified: the certification body.")
        raise Invalid(message, body=message)
    if not scope.strip():
        message = _l("Write the scope as it stands on the certificate.")
        raise Invalid(message, scope=message)
    certificate.body, certificate.scope = body.strip(), scope.strip()
    certificate.number = (number or "").strip() or None
    certificate.accreditation, certificate.note = accreditation, note
    with db.session.no_autoflush:
        _refuse_taken(certificate)


def _refuse_taken(certificate: Certificate) -> None:
    if certificate.number is None:
        return
    known = db.session.scalar(
        select(Certificate.id).where(
            Certificate.district_id == certificate.district_id,
            Certificate.body == certificate.body,
            Certificate.number == certificate.number,
        )
    )
    if known is not None and known != certificate.id:
        message = _l("A certificate of this body with this number is registered already.")
        raise Invalid(message, number=message)


def _cover(
    certificate: Certificate, units: Iterable[Unit], services: Iterable[Service], by: Person
) -> None:
    further = {unit.id for unit in units} - {certificate.unit_id}
    if any(by.rights.tree.get(unit_id) is None for unit_id in further):
        message = _l("One of these units is not of this district.")
        raise Invalid(message, further_ids=message)
    for unit in [part for part in certificate.units if part.unit_id not in further]:
        certificate.units.remove(unit)
    for unit_id in sorted(further - {part.unit_id for part in certificate.units}):
        certificate.units.append(
            CertificateUnit(district_id=certificate.district_id, unit_id=unit_id)
        )
    _cover_services(certificate, services, by)


def _cover_services(certificate: Certificate, services: Iterable[Service], by: Person) -> None:
    tree = by.rights.tree
    covered = [certificate.unit_id, *(part.unit_id for part in certificate.units)]
    below = {one for unit_id in covered for one in tree.subtree(unit_id)}
    wanted = {service.id: service for service in services}
    for service in wanted.values():
        if service.district_id != certificate.district_id or service.unit_id not in below:
            message = _l("“%(name)s” is no service of the units covered.", name=service.name)
            raise Invalid(message, service_ids=message)
    for part in [part for part in certificate.services if part.service_id not in wanted]:
        certificate.services.remove(part)
    for service_id in sorted(set(wanted) - {part.service_id for part in certificate.services}):
        certificate.services.append(
            CertificateService(district_id=certificate.district_id, service_id=service_id)
        )
