"""Tables of certificates and the dated events of their cycle."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.core import clock
from qms.core.db import DistrictRecord, Part, SortKey, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.standards.models import StandardEdition
from qms.units.models import Service, Unit


class Certificate(DistrictRecord):
    """A certificate of a unit (and perhaps further units) to one edition of a standard.

    Its state is never stored: it follows from its events and the day (`certificates.state`).
    """

    __tablename__ = "certificate"
    __rules__ = (
        link_to("unit_id", "unit"),
        UniqueConstraint("district_id", "body", "number"),
        Index(None, "district_id", "unit_id", "edition_id"),
    )

    unit_id: Mapped[int]
    edition_id: Mapped[int] = mapped_column(ForeignKey("standard_edition.id"))
    body: Mapped[str] = mapped_column(SortKey())
    """The certification body."""
    accreditation: Mapped[str | None]
    """The mark on the certificate, such as KAN LSSM-010-IDN: free text."""
    number: Mapped[str | None] = mapped_column(SortKey())
    scope: Mapped[str]
    note: Mapped[str | None]

    unit: Mapped[Unit] = to_one("Certificate.unit_id", "Unit")
    edition: Mapped[StandardEdition] = to_one("Certificate.edition_id", "StandardEdition")
    units: Mapped[list["CertificateUnit"]] = to_many(
        "CertificateUnit", "certificate_id", "Certificate", cascade="all, delete-orphan"
    )
    services: Mapped[list["CertificateService"]] = to_many(
        "CertificateService", "certificate_id", "Certificate", cascade="all, delete-orphan"
    )
    events: Mapped[list["CertificateEvent"]] = to_many(
        "CertificateEvent",
        "certificate_id",
        "Certificate",
        order_by="CertificateEvent.number",
        cascade="all, delete-orphan",
    )

    @property
    def service_ids(self) -> list[int]:
        return sorted(part.service_id for part in self.services)

    @property
    def further_ids(self) -> list[int]:
        """The units covered beside its own."""
        return sorted(part.unit_id for part in self.units)


class CertificateUnit(Part):
    """A further unit that a certificate covers."""

    __tablename__ = "certificate_unit"
    __part_of__ = ("Certificate", "certificate_id")
    __rules__ = (link_to("certificate_id", "certificate"), link_to("unit_id", "unit"))

    certificate_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)

    unit: Mapped[Unit] = to_one("CertificateUnit.unit_id", "Unit")


class CertificateService(Part):
    """A service that a certificate covers."""

    __tablename__ = "certificate_service"
    __part_of__ = ("Certificate", "certificate_id")
    __rules__ = (link_to("certificate_id", "certificate"), link_to("service_id", "service"))

    certificate_id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)

    service: Mapped[Service] = to_one("CertificateService.service_id", "Service")


class EventKind(StrEnum):
    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    ISSUED = "issued"
    SURVEILLANCE = "surveillance"
    SCOPE_CHANGED = "scope_changed"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    RECERTIFICATION_AUDIT = "recertification_audit"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return EVENT_LABELS[self]


EVENT_LABELS = {
    EventKind.STAGE_1: _l("Stage 1 audit"),
    EventKind.STAGE_2: _l("Stage 2 audit"),
    EventKind.ISSUED: _l("Issued"),
    EventKind.SURVEILLANCE: _l("Surveillance audit"),
    EventKind.SCOPE_CHANGED: _l("Scope changed"),
    EventKind.SUSPENDED: _l("Suspended"),
    EventKind.RESTORED: _l("Suspension lifted"),
    EventKind.RECERTIFICATION_AUDIT: _l("Recertification audit"),
    EventKind.RENEWED: _l("Renewed"),
    EventKind.WITHDRAWN: _l("Withdrawn"),
}


class CertificateEvent(Part):
    """Something that happened to a certificate on a day. `valid_until` (last day) comes with
    issue and renewal."""

    __tablename__ = "certificate_event"
    __part_of__ = ("Certificate", "certificate_id")
    __rules__ = (link_to("certificate_id", "certificate"),)

    certificate_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    on: Mapped[date] = mapped_column("on_day")
    valid_until: Mapped[date | None]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
