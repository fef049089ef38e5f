"""The few words that the writers add themselves, and how values are written out, per language."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from qms.office.dates import MONTHS

Language = Literal["id", "en"]

WORDS: dict[str, dict[str, str]] = {
    "id": {
        "contents": "Daftar isi",
        "page": "Halaman",
        "of": "dari",
        "no_rows": "Tidak ada data",
        "more": "karakter lagi",
        "nip": "NIP",
        "date": "Tanggal",
        "yes": "Ya",
        "no": "Tidak",
        "language": "id-ID",
    },
    "en": {
        "contents": "Contents",
        "page": "Page",
        "of": "of",
        "no_rows": "No records",
        "more": "more characters",
        "nip": "NIP",
        "date": "Date",
        "yes": "Yes",
        "no": "No",
        "language": "en-GB",
    },
}


def written_date(day: date, language: Language) -> str:
    """17 Agustus 2026."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def written_moment(moment: datetime, language: Language) -> str:
    """17 Agustus 2026 14.30: in whatever time zone the caller has put it."""
    clock = "%H.%M" if language == "id" else "%H:%M"
    return f"{written_date(moment, language)} {moment.strftime(clock)}"


def written_number(
    number: int | float | Decimal, language: Language, places: int | None = None
) -> str:
    """1.234.567,5 in Indonesian, 1,234,567.5 in English."""
    text = f"{number:,}" if places is None else f"{number:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "id" else text


def written_rupiah(amount: int | float | Decimal, language: Language) -> str:
    """Rp1.250.000: whole rupiah."""
    digits = written_number(amount, language, 0).removeprefix("-")
    return f"{'-' if amount < 0 else ''}Rp{digits}"
