"""Tables of districts, units and services."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.core import clock
from qms.core.db import DistrictRecord, Part, Record, SortKey, link_to, one_of, to_many, to_one
from qms.core.i18n import lazy_gettext as _l


class UnitType(StrEnum):
    """Kinds of perangkat daerah (PP 18/2016) and what else is certified."""

    DISTRICT = "district"
    SETDA = "setda"
    SETWAN = "setwan"
    INSPEKTORAT = "inspektorat"
    DINAS = "dinas"
    BADAN = "badan"
    KANTOR = "kantor"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    DESA = "desa"
    PUSKESMAS = "puskesmas"
    RSUD = "rsud"
    UPTD = "uptd"
    SCHOOL = "school"
    SATPOL_PP = "satpol_pp"
    BLUD = "blud"
    BUMD = "bumd"
    SECTION = "section"
    OTHER = "other"

    @property
    def label(self) -> Any:
        return TYPE_LABELS[self]


TYPE_LABELS = {
    UnitType.DISTRICT: _l("District government"),
    UnitType.SETDA: _l("Regional secretariat"),
    UnitType.SETWAN: _l("Council secretariat"),
    UnitType.INSPEKTORAT: _l("Inspectorate"),
    UnitType.DINAS: _l("Agency (dinas)"),
    UnitType.BADAN: _l("Board (badan)"),
    UnitType.KANTOR: _l("Office (kantor)"),
    UnitType.KECAMATAN: _l("Subdistrict (kecamatan)"),
    UnitType.KELURAHAN: _l("Urban village (kelurahan)"),
    UnitType.DESA: _l("Village (desa)"),
    UnitType.PUSKESMAS: _l("Health centre (puskesmas)"),
    UnitType.RSUD: _l("Regional hospital (RSUD)"),
    UnitType.UPTD: _l("Technical unit (UPTD)"),
    UnitType.SCHOOL: _l("School"),
    UnitType.SATPOL_PP: _l("Civil service police (Satpol PP)"),
    UnitType.BLUD: _l("Public service body (BLUD)"),
    UnitType.BUMD: _l("Regional enterprise (BUMD)"),
    UnitType.SECTION: _l("Section (bidang, bagian, seksi)"),
    UnitType.OTHER: _l("Other"),
}


class District(Record):
    """A kabupaten, kota or provinsi. `tree_version` is another with every change of its units."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(SortKey(), unique=True)
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(SortKey(), default="Asia/Jakarta")
    tree_version: Mapped[int] = mapped_column(default=1)

    @property
    def today(self) -> date:
        return clock.today(self.timezone)


class Unit(DistrictRecord):
    """An agency unit. Code and name of today stand in its newest name row as well."""

    __tablename__ = "unit"
    __rules__ = (UniqueConstraint("district_id", "code"),)

    code: Mapped[str] = mapped_column(SortKey())
    type: Mapped[UnitType] = mapped_column(one_of(UnitType))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    address: Mapped[str | None]
    """The lines of its letterhead that say where it is found."""

    names: Mapped[list["UnitName"]] = to_many(
        "UnitName", "unit_id", "Unit", order_by="UnitName.from_on", cascade="all, delete-orphan"
    )
    parents: Mapped[list["UnitParent"]] = to_many(
        "UnitParent",
        "unit_id",
        "Unit",
        order_by="UnitParent.from_on",
        cascade="all, delete-orphan",
    )
    successions: Mapped[list["UnitSuccession"]] = to_many(
        "UnitSuccession", "unit_id", "Unit", order_by="UnitSuccession.on"
    )

    @property
    def name(self) -> str:
        """The newest name. Names of a day, without a query, are in the tree."""
        return self.names[-1].name

    @property
    def short_name(self) -> str | None:
        return self.names[-1].short_name


class UnitName(Part):
    """What a unit was called from a day on, until the next row."""

    __tablename__ = "unit_name"
    __part_of__ = ("Unit", "unit_id")
    __rules__ = (link_to("unit_id", "unit"),)

    unit_id: Mapped[int] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(SortKey())
    name: Mapped[str]
    short_name: Mapped[str | None]


class UnitParent(Part):
    """Under which unit a unit stood from a day on. None: it is the root."""

    __tablename__ = "unit_parent"
    __part_of__ = ("Unit", "unit_id")
    __rules__ = (link_to("unit_id", "unit"), link_to("parent_id", "unit"))

    unit_id: Mapped[int] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None]


class SuccessionKind(StrEnum):
    MERGED = "merged"
    SPLIT = "split"
    RENAMED = "renamed"
    REPLACED = "replaced"

    @property
    def label(self) -> Any:
        return SUCCESSION_LABELS[self]


SUCCESSION_LABELS = {
    SuccessionKind.MERGED: _l("merged into"),
    SuccessionKind.SPLIT: _l("split into"),
    SuccessionKind.RENAMED: _l("renamed to"),
    SuccessionKind.REPLACED: _l("replaced by"),
}


class UnitSuccession(Part):
    """Which unit took over from which, on a day."""

    __tablename__ = "unit_succession"
    __part_of__ = ("Unit", "unit_id")
    __rules__ = (link_to("unit_id", "unit"), link_to("successor_id", "unit"))

    unit_id: Mapped[int] = mapped_column(primary_key=True)
    successor_id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column("on_day", primary_key=True)
    kind: Mapped[SuccessionKind] = mapped_column(one_of(SuccessionKind))
    note: Mapped[str | None]


class Service(DistrictRecord):
    """A service (layanan) that a unit offers to the public, such as kartu AK I."""

    __tablename__ = "service"
    __rules__ = (
        link_to("unit_id", "unit"),
        UniqueConstraint("district_id", "unit_id", "name"),
        Index(None, "district_id", "unit_id"),
    )

    unit_id: Mapped[int]
    name: Mapped[str] = mapped_column(SortKey())
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]

    unit: Mapped[Unit] = to_one("Service.unit_id", "Unit")


class Setting(DistrictRecord):
    """A figure that comes from a rule, kept per district, with the day from which it holds and
    its source. Without a row the shipped default holds."""

    __tablename__ = "setting"
    __rules__ = (UniqueConstraint("district_id", "key", "from_on"),)

    key: Mapped[str] = mapped_column(SortKey())
    from_on: Mapped[date]
    value: Mapped[str]
    source: Mapped[str]
