"""Certificates of five real cases, with the facts as the press published them.

The names stand for units, standards, services, certification bodies and days only. What the press
does not say stays empty here (numbers, last days), or is said in the note; nothing is made up.
"""

from datetime import date
from typing import Any

import pytest

from qms.certificates.models import Certificate, EventKind
from qms.certificates.operations import record_event, register_certificate
from qms.certificates.queries import CertificateOn, certificates_of
from qms.certificates.state import CertificateState, StepKind
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.i18n import speaking
from qms.people import operations as people
from qms.people.models import Person
from qms.people.roles import Role
from qms.standards.operations import set_scope
from qms.standards.queries import edition_by_key, scope_on
from qms.units import operations as units
from qms.units.models import District, Service, Unit, UnitType
from tests.cast import SYSTEM

UNKNOWN = "Lembaga sertifikasi tidak disebut dalam berita"


class Case:
    """A district with somebody who keeps the systems of all its units."""

    def __init__(self, code: str, name: str) -> None:
        self.root = units.found_district(code, name, by=SYSTEM)
        district = db.session.get(District, self.root.district_id)
        assert district is not None
        self.district: District = district
        self.by: Person = people.add_person(district.id, "Koordinator", by=SYSTEM)
        people.grant_role(self.by, Role.COORDINATOR, self.root, by=SYSTEM, from_on=date(2010, 1, 1))
        db.session.commit()

    def unit(self, code: str, name: str, kind: UnitType = UnitType.DINAS) -> Unit:
        unit = units.open_unit(
            self.district, code=code, name=name, type=kind, parent=self.root, by=SYSTEM
        )
        db.session.commit()
        self.by.__dict__.pop("rights", None)
        return unit

    def services(self, unit: Unit, *names: str) -> list[Service]:
        return [units.offer_service(unit, name, by=SYSTEM) for name in names]

    def certificate(self, unit: Unit, edition: str, **values: Any) -> Certificate:
        certificate = register_certificate(
            unit, edition_by_key(edition).id, by=self.by, **{"body": UNKNOWN, **values}
        )
        db.session.commit()
        return certificate

    def on(self, unit: Unit, day: date) -> list[CertificateOn]:
        with speaking("en"):
            return certificates_of(self.by, [unit.id], day)

    def states(self, unit: Unit, day: date) -> list[CertificateState]:
        return [one.standing.state for one in self.on(unit, day)]


def test_disnakertrans_kabupaten_serang_2019(app: Any) -> None:
    case = Case("3604", "Kabupaten Serang")
    unit = case.unit("DISNAKERTRANS", "Dinas Tenaga Kerja dan Transmigrasi")
    services = case.services(unit, "AK I", "AK II", "AK III", "AK IV", "AK V")
    edition = edition_by_key("iso9001-2015")
    set_scope(
        unit,
        edition,
        from_on=date(2019, 10, 21),
        statement="Layanan AK I, AK II, AK III, AK IV dan AK V secara daring",
        services=services,
        by=case.by,
    )
    certificate = case.certificate(
        unit,
        "iso9001-2015",
        scope="Layanan AK I, AK II, AK III, AK IV dan AK V",
        services=services,
        issued_on=date(2019, 10, 21),
        note="Lima bulan persiapan audit bersama konsultan; satu dari 15 kabupaten dan kota.",
    )
    scope = scope_on(unit.id, edition.id, date(2020, 1, 1))
    assert scope is not None and len(scope.services) == len(certificate.services) == 5
    assert case.states(unit, date(2019, 10, 20)) == [CertificateState.NOT_YET]
    (about,) = case.on(unit, date(2020, 1, 1))
    assert about.standing.state is CertificateState.VALID
    assert about.standing.is_assumed and about.standing.last_day == date(2022, 10, 20)
    assert about.standing.next and about.standing.next.by == date(2020, 10, 21)
    assert any("36 months are assumed" in caution for caution in about.cautions)
    assert case.states(unit, date(2022, 10, 21)) == [CertificateState.EXPIRED]


def test_dinsosnakertrans_kabupaten_cilacap_2015(app: Any) -> None:
    case = Case("3301", "Kabupaten Cilacap")
    unit = case.unit("DINSOSNAKERTRANS", "Dinas Sosial, Tenaga Kerja dan Transmigrasi")
    (ak_1,) = case.services(unit, "AK-1")
    case.certificate(
        unit,
        "iso9001-2008",
        scope="AK-1; ruang lingkup akan diperluas ke layanan lain",
        services=[ak_1],
        issued_on=date(2015, 11, 26),
        note="Biaya konsultan dan sertifikat dari APBD.",
    )
    assert case.states(unit, date(2015, 11, 25)) == [CertificateState.NOT_YET]
    assert case.states(unit, date(2015, 11, 26)) == [CertificateState.VALID]
    # No certificate to the edition of 2008 outlived 15 September 2018.
    assert case.states(unit, date(2018, 9, 15)) == [CertificateState.VALID]
    (about,) = case.on(unit, date(2018, 9, 16))
    assert about.standing.state is CertificateState.EXPIRED
    assert about.standing.last_day == date(2018, 9, 15)
    with pytest.raises(Invalid):
        set_scope(
            unit,
            edition_by_key("iso9001-2008"),
            from_on=date(2015, 11, 26),
            statement="AK-1",
            services=[ak_1],
            by=case.by,
        )


def test_disnaker_kota_bandar_lampung_2019(app: Any) -> None:
    case = Case("1871", "Kota Bandar Lampung")
    unit = case.unit("DISNAKER", "Dinas Tenaga Kerja")
    (ak_1,) = case.services(unit, "AK1")
    # Of the first the press gives the year alone, so no day of issue is entered.
    case.certificate(
        unit,
        "iso9001-2008",
        scope="AK1",
        services=[ak_1],
        note="Sertifikat pertama, tahun 2015.",
    )
    second = case.certificate(
        unit,
        "iso9001-2015",
        body="PT TAFA Sertifikasi Indonesia",
        scope="AK1",
        services=[ak_1],
        issued_on=date(2019, 8, 26),
        note="Sertifikat kedua. Disebut berlaku lima tahun dengan evaluasi setiap tahun.",
    )
    first_on, second_on = case.on(unit, date(2020, 6, 1))
    assert first_on.standing.state is CertificateState.NOT_YET and not first_on.cautions
    assert second_on.certificate is second
    assert second_on.standing.state is CertificateState.VALID
    # The rules are followed, the statement is kept: three years, "five years" in the note.
    assert second_on.standing.last_day == date(2022, 8, 25)
    assert "lima tahun" in (second.note or "")
    # "Evaluation each year" is the surveillance that the cycle asks for.
    assert [one.due_on.year for one in second_on.standing.surveillances] == [2020, 2021]
    assert case.states(unit, date(2022, 8, 26))[1] is CertificateState.EXPIRED


def test_five_years_on_a_certificate_are_pointed_out(app: Any) -> None:
    case = Case("1871", "Kota Bandar Lampung")
    unit = case.unit("DISNAKER", "Dinas Tenaga Kerja")
    case.certificate(
        unit,
        "iso9001-2015",
        scope="AK1",
        issued_on=date(2019, 8, 26),
        valid_until=date(2024, 8, 25),
    )
    (about,) = case.on(unit, date(2023, 1, 1))
    assert about.standing.state is CertificateState.VALID
    assert any("60 months" in caution for caution in about.cautions)


@pytest.mark.parametrize("edition", ["iso9001-2015", "iso37001-2016"])
def test_inspektorat_kabupaten_serang_2022(app: Any, edition: str) -> None:
    case = Case("3604", "Kabupaten Serang")
    unit = case.unit("INSPEKTORAT", "Inspektorat", UnitType.INSPEKTORAT)
    for key in ("iso9001-2015", "iso37001-2016"):
        certificate = case.certificate(
            unit,
            key,
            body="PT Mutu Agung Lestari",
            scope="Inspektorat Kabupaten Serang",
            note="Pertama kali tahun 2018; dinilai setiap tahun 2019 sampai 2021.",
        )
        # The history begins with the renewal: of the first issue only the year is known.
        record_event(
            certificate,
            EventKind.RENEWED,
            on=date(2022, 2, 24),
            valid_until=date(2025, 2, 23),
            by=case.by,
        )
    db.session.commit()
    held = case.on(unit, date(2022, 3, 1))
    assert [one.certificate.edition.key for one in held] == ["iso9001-2015", "iso37001-2016"]
    (about,) = [one for one in held if one.certificate.edition.key == edition]
    assert about.certificate.body == "PT Mutu Agung Lestari"
    assert about.standing.state is CertificateState.VALID
    assert about.standing.months_left == 35
    assert about.cautions == []
    # After a renewal there is one surveillance in each calendar year.
    assert [one.due_on for one in about.standing.surveillances] == [
        date(2023, 12, 31),
        date(2024, 12, 31),
    ]
    assert set(case.states(unit, date(2022, 2, 23))) == {CertificateState.NOT_YET}
    assert set(case.states(unit, date(2025, 2, 23))) == {CertificateState.VALID}
    expired = case.on(unit, date(2025, 2, 24))
    assert {one.standing.state for one in expired} == {CertificateState.EXPIRED}
    assert {one.standing.next.kind for one in expired if one.standing.next} == {StepKind.RESTORE}
    assert {one.standing.restore_until for one in expired} == {date(2025, 8, 23)}


PAKPAK_BHARAT = (
    ("DISDIK", "Dinas Pendidikan", UnitType.DINAS),
    ("DINKES", "Dinas Kesehatan", UnitType.DINAS),
    ("DPPKAD", "Dinas Pendapatan, Pengelolaan Keuangan dan Aset Daerah", UnitType.DINAS),
    ("DISDUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil", UnitType.DINAS),
    ("KPPTSPPM", "Kantor Pelayanan Perijinan Satu Pintu dan Penanaman Modal", UnitType.KANTOR),
    ("RSUD", "RSUD Salak", UnitType.RSUD),
    ("KEC-SALAK", "Kantor Camat Salak", UnitType.KECAMATAN),
    ("PKM-SIEMPATRUBE", "Puskesmas Siempat Rube", UnitType.PUSKESMAS),
    ("SMPN1-SALAK", "SMP Negeri 1 Salak", UnitType.SCHOOL),
)


def test_nine_units_of_kabupaten_pakpak_bharat_2013(app: Any) -> None:
    case = Case("1215", "Kabupaten Pakpak Bharat")
    certified = [case.unit(code, name, kind) for code, name, kind in PAKPAK_BHARAT]
    for unit, (_code, name, _kind) in zip(certified, PAKPAK_BHARAT, strict=True):
        case.certificate(unit, "iso9001-2008", scope=name, issued_on=date(2013, 10, 30))

    def states(day: date) -> list[CertificateState]:
        found = certificates_of(case.by, [unit.id for unit in certified], day)
        assert len(found) == 9
        assert len({one.certificate.unit_id for one in found}) == 9
        return [one.standing.state for one in found]

    # Nine organisations with a certificate each, not one with nine sites.
    assert states(date(2013, 10, 29)) == [CertificateState.NOT_YET] * 9
    assert states(date(2013, 10, 30)) == [CertificateState.VALID] * 9
    assert states(date(2016, 10, 29)) == [CertificateState.VALID] * 9
    # "Keeping it is harder than getting it": nothing published says that they were renewed.
    assert states(date(2016, 10, 30)) == [CertificateState.EXPIRED] * 9
