"""Five certificates that the press wrote about, kept as their agencies could have kept them.

The facts are those that were published, and no others: units, standards, services, certification
bodies and days. What the press leaves unclear is kept as a note, and what it does not say (numbers,
last days) is left empty; no finding is invented. The administrator opens units by command, the
officer keeps scope and certificates on their pages, and the clock moves to the days on which
somebody would have looked.
"""

from datetime import date
from typing import Any

from tests.client import Page
from tests.journeys.conftest import Installation, fact, waiting

UNNAMED = "Lembaga sertifikasi tidak disebut dalam berita"
QMS_2008, QMS_2015, ABMS = "ISO 9001:2008", "ISO 9001:2015", "ISO 37001:2016"


class Agencies:
    """The agencies of a district, and the one officer who keeps the systems of all of them."""

    def __init__(self, installation: Installation, code: str, name: str, *, on: date) -> None:
        self.at, self.code = installation, code
        self.at.is_now(on)
        self.at.init(code, name, "Administrator", "admin")
        self.at.told_password(
            "petugas",
            self.at.qms(
                *("people", "add", "Petugas mutu", "--unit", code, "--role", "officer"),
                *("--user-name", "petugas"),
            ),
        )

    def opens(self, code: str, name: str, kind: str, *services: str) -> None:
        """A unit of the district, with its services."""
        self.at.qms("units", "open", code, name, "--under", self.code, "--type", kind)
        for service in services:
            self.at.qms("units", "service", code, service)

    def home(self) -> Page:
        return self.at.enter("petugas")

    def wall(self, on: date) -> Page:
        """The register of scopes and certificates as it stands on a day."""
        self.at.is_now(on)
        return self.home().browser.get("/certificates")

    def begins(self, what: str, unit: str, **more: str) -> Page:
        """The form behind one of the register's buttons, for a unit."""
        page = self.home().browser.get("/certificates").follow(what)
        return page.press("Continue", unit=page.choice("unit", unit), **more)

    def registers(self, unit: str, standard: str, *services: str, **said: Any) -> Page:
        """Register a certificate; its page."""
        page = self.begins("Register a certificate", unit)
        if services:
            said["service_ids"] = [page.choice("service_ids", service) for service in services]
        page = page.submit(
            edition_id=page.choice("edition_id", standard), **{"body": UNNAMED, **said}
        )
        assert page.has("The certificate is registered.")
        return page


def state(page: Page) -> str:
    """The state on a certificate's page."""
    return page.soup.select_one(".page-header .badges").get_text(strip=True)


def test_disnakertrans_kabupaten_serang_2019(installation: Installation) -> None:
    case = Agencies(installation, "3604", "Kabupaten Serang", on=date(2019, 10, 21))
    unit, cards = (
        "Dinas Tenaga Kerja dan Transmigrasi",
        ("AK I", "AK II", "AK III", "AK IV", "AK V"),
    )
    case.opens("DISNAKERTRANS", unit, "dinas", *cards)
    page = case.begins("Set a scope", unit, standard="iso9001-2015")
    page = page.submit(
        from_on="2019-10-21",
        statement="Layanan AK I sampai AK V, semuanya daring",
        service_ids=[page.choice("service_ids", card) for card in cards],
    )
    assert page.has("All clauses apply.")
    page = case.registers(
        unit,
        QMS_2015,
        *cards,
        scope="Layanan AK I, AK II, AK III, AK IV dan AK V",
        issued_on="2019-10-21",
        note="Lima bulan persiapan audit bersama konsultan; satu dari 15 kabupaten dan kota. "
        "Wakil bupati meminta perangkat daerah lain mengikuti.",
    )
    assert state(page) == "Valid" and page.has("Wakil bupati meminta")
    assert [one.get_text() for one in page.soup.select(".story li")] == list(cards)
    # The press names no last day: three years are assumed, and the page says so.
    assert page.has("36 months are assumed")
    assert fact(page, "Valid until (assumed)") == "20 October 2022"
    wall = case.wall(date(2020, 1, 1))
    assert wall.has("semuanya daring") and wall.has("33 months left")
    assert wall.has("Surveillance audit by 21 Oct 2020")
    case.at.is_now(date(2020, 10, 16))
    assert "21 Oct 2020 · in 5 days Look" in waiting(case.home())["Surveillance audit"]
    assert case.wall(date(2022, 10, 20)).has("Valid Lembaga")
    assert case.wall(date(2022, 10, 21)).has("Expired Lembaga")


def test_dinsosnakertrans_kabupaten_cilacap_2015(installation: Installation) -> None:
    case = Agencies(installation, "3301", "Kabupaten Cilacap", on=date(2015, 11, 26))
    unit = "Dinas Sosial, Tenaga Kerja dan Transmigrasi"
    case.opens("DINSOSNAKERTRANS", unit, "dinas", "AK-1")
    page = case.registers(
        unit,
        QMS_2008,
        "AK-1",
        scope="AK-1",
        issued_on="2015-11-26",
        note="Ruang lingkup akan diperluas ke layanan lain. Biaya konsultan dan sertifikat "
        "dari APBD.",
    )
    assert state(page) == "Valid" and page.has("akan diperluas") and page.has("APBD")
    # No certificate to the edition of 2008 outlived 15 September 2018.
    assert case.wall(date(2018, 9, 15)).has("Valid Lembaga")
    wall = case.wall(date(2018, 9, 16))
    assert wall.has("Expired Lembaga") and wall.has("15 September 2018")
    # The edition serves certificates and history, not new work.
    page = wall.follow("Set a scope")
    assert QMS_2008 not in [one.get_text() for one in page.soup.select("#standard option")]


def test_disnaker_kota_bandar_lampung_2019(installation: Installation) -> None:
    case = Agencies(installation, "1871", "Kota Bandar Lampung", on=date(2019, 8, 26))
    unit = "Dinas Tenaga Kerja"
    case.opens("DISNAKER", unit, "dinas", "AK1")
    # Of the first certificate the press gives the year alone, so no day of issue is entered.
    first = case.registers(unit, QMS_2008, "AK1", scope="AK1", note="Sertifikat pertama, 2015.")
    assert first.has("Nothing is entered yet: not even the issue.")
    second = case.registers(
        unit,
        QMS_2015,
        "AK1",
        body="PT TAFA Sertifikasi Indonesia",
        scope="AK1",
        issued_on="2019-08-26",
        note="Sertifikat kedua. Disebut berlaku lima tahun dengan evaluasi setiap tahun. "
        "Keluhan dikumpulkan pada kunjungan ke perusahaan dan diselesaikan.",
    )
    # The statement is kept as it was made; what is counted follows the rules: three years, and
    # "evaluation each year" is the surveillance that the cycle asks for.
    assert second.has("lima tahun dengan evaluasi setiap tahun")
    assert fact(second, "Valid until (assumed)") == "25 August 2022"
    assert fact(second, "Surveillance 1, due by") == "26 August 2020"
    assert fact(second, "Surveillance 2, due by") == "31 December 2021"
    wall = case.wall(date(2020, 6, 1))
    assert wall.has("Valid PT TAFA Sertifikasi Indonesia")
    # If five years do stand on the certificate, that is pointed out.
    page = wall.browser.get(f"{second.url}/event-1")
    page = page.submit(valid_until="2024-08-25", reason="Demikian tertulis di sertifikat.")
    assert page.has("60 months") and fact(page, "Valid until") == "25 August 2024"


def test_inspektorat_kabupaten_serang_2022(installation: Installation) -> None:
    case = Agencies(installation, "3604", "Kabupaten Serang", on=date(2022, 2, 24))
    unit = "Inspektorat"
    case.opens("INSPEKTORAT", unit, "inspektorat")
    for standard in (QMS_2015, ABMS):
        page = case.registers(
            unit,
            standard,
            body="PT Mutu Agung Lestari",
            scope="Inspektorat Kabupaten Serang",
            note="Pertama kali tahun 2018; dinilai setiap tahun 2019 sampai 2021 oleh tim audit "
            "dan tim survei. Mendampingi perangkat daerah lain menurut prioritas.",
        )
        # The history begins with the renewal: of the first issue only the year is known.
        page = page.follow("Enter what happened")
        page = page.submit(kind="renewed", on="2022-02-24", valid_until="2025-02-23")
        assert state(page) == "Valid" and page.has("Mendampingi perangkat daerah lain")
        assert not page.soup.select("main .notice")  # three years, as the rules have it
        # After a renewal there is one surveillance in each calendar year.
        assert fact(page, "Surveillance 1, due by") == "31 December 2023"
        assert fact(page, "Surveillance 2, due by") == "31 December 2024"
    wall = case.wall(date(2022, 3, 1))
    rows = [" ".join(one.get_text(" ").split()) for one in wall.soup.select("tbody tr")]
    assert [row.count("Valid PT Mutu Agung Lestari") for row in rows] == [1, 1]
    assert [(QMS_2015 in row, ABMS in row) for row in rows] == [(True, False), (False, True)]
    assert all("35 months left" in row for row in rows)
    assert case.wall(date(2025, 2, 23)).text.count("Valid PT Mutu Agung Lestari") == 2
    wall = case.wall(date(2025, 2, 24))
    assert wall.text.count("Expired PT Mutu Agung Lestari") == 2
    assert wall.text.count("23 Aug 2025") == 2  # until then it can be restored
    assert case.home().text.count("Complete the recertification") == 2


HARDER = "Mempertahankan lebih sulit daripada meraihnya."
PAKPAK_BHARAT = (
    ("DISDIK", "Dinas Pendidikan", "dinas"),
    ("DINKES", "Dinas Kesehatan", "dinas"),
    ("DPPKAD", "Dinas Pendapatan, Pengelolaan Keuangan dan Aset Daerah", "dinas"),
    ("DISDUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil", "dinas"),
    ("KPPTSPPM", "Kantor Pelayanan Perijinan Satu Pintu dan Penanaman Modal", "kantor"),
    ("RSUD", "RSUD Salak", "rsud"),
    ("KEC-SALAK", "Kantor Camat Salak", "kecamatan"),
    ("PKM-SIEMPATRUBE", "Puskesmas Siempat Rube", "puskesmas"),
    ("SMPN1-SALAK", "SMP Negeri 1 Salak", "school"),
)


def test_nine_units_of_kabupaten_pakpak_bharat_2013(installation: Installation) -> None:
    case = Agencies(installation, "1215", "Kabupaten Pakpak Bharat", on=date(2013, 10, 30))
    for code, name, kind in PAKPAK_BHARAT:
        case.opens(code, name, kind)
        case.registers(
            name,
            QMS_2008,
            scope=name,
            issued_on="2013-10-30",
            note="Mempertahankan lebih sulit daripada meraihnya.",
        )
    # Nine organisations with a certificate each, not one with nine sites.
    wall = case.wall(date(2013, 10, 30))
    names = [one.get_text() for one in wall.soup.select("tbody th a")]
    assert sorted(names) == sorted(name for _code, name, _kind in PAKPAK_BHARAT)
    assert wall.text.count("Valid Lembaga") == 9
    assert case.wall(date(2016, 10, 29)).text.count("Valid Lembaga") == 9
    # Nothing published says that they were renewed.
    assert case.wall(date(2016, 10, 30)).text.count("Expired Lembaga") == 9
