"""What is done with certificates: register, correct, enter and correct what happened to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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
from qms.certificates.settings import Cycle, cycle_on
from qms.certificates.state import STARTS, Event
from qms.core import journal
from qms.core.dates import long_day
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, Missing
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person
from qms.people.rights import sight_of
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
    cycle = cycle_on(by.district_id, by.district.today)
    if problem := _after_its_edition(certificate.events, edition_id, cycle):
        raise Invalid(problem, edition_id=problem)
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
    kind: EventKind,
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
    event, others = _event_and_others(certificate, number)
    _refuse_without(reason)
    planned = _planned(number, kind, on, valid_until)
    _refuse_nonsense(planned, others, certificate.edition_id, by)
    event.kind, event.on, event.valid_until, event.note = kind, on, valid_until, note
    touch(certificate)
    journal.write(
        "correct_event", certificate, by=by, reason=reason.strip(), event=kind.value, on=on
    )


def strike_event(
    certificate: Certificate, number: int, *, reason: str, by: Person, seen: int | None = None
) -> None:
    """Strike out what never happened; the journal keeps it with the reason."""
    require(may_keep, by, certificate)
    same_version(certificate, seen)
    event, others = _event_and_others(certificate, number)
    _refuse_without(reason)
    cycle = cycle_on(by.district_id, by.district.today)
    if problem := what_is_wrong(others, cycle):
        message = _l("Without this entry the others make no sense: %(why)s", why=problem)
        raise Invalid(message, reason=message)
    certificate.events.remove(event)
    touch(certificate)
    journal.write(
        "strike_event",
        certificate,
        by=by,
        reason=reason.strip(),
        event=event.kind.value,
        on=event.on,
    )


def _event_and_others(
    certificate: Certificate, number: int
) -> tuple[CertificateEvent, list[CertificateEvent]]:
    event = next((event for event in certificate.events if event.number == number), None)
    if event is None:
        raise Missing(_l("There is no such event."))
    return event, [other for other in certificate.events if other is not event]


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        message = _l("Write the reason.")
        raise Invalid(message, reason=message)


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
    if event.valid_until is not None and event.valid_until <= event.on:
        told = _("The last day must come after %(day)s.", day=long_day(event.on))
        raise Invalid(told, valid_until=told)
    cycle = cycle_on(by.district_id, today)
    problem = _after_its_edition([event], edition_id, cycle)
    problem = problem or what_is_wrong([*others, event], cycle)
    if problem is not None:
        raise Invalid(problem, on=problem, issued_on=problem)


def _after_its_edition(events: Iterable[Event], edition_id: int, cycle: Cycle) -> Any:
    """A sentence if one of these events certifies to an edition that had ended, or None."""
    end = cycle.end_of(edition_id)
    if end is None or not end.is_published:
        return None
    if not any(event.kind in STARTS and event.on > end.day for event in events):
        return None
    return _l(
        "Certificates to %(code)s ended on %(end)s; this one must be to a later edition.",
        code=edition_by_id(edition_id).code,
        end=long_day(end.day),
    )


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
    covered = {part.unit_id for part in certificate.units}
    if any(unit_id not in sight_of(by).units.ids for unit_id in further - covered):
        message = _l("There is no such unit, or it is not for you.")
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
