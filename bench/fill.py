"""A district with many findings, by bulk inserts."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text

from qms.core.db import AccessClass, db
from qms.core.search import indexed
from qms.core.uids import new_uid
from qms.findings.models import Finding, FindingState, Grade, Source
from qms.people import operations as people
from qms.people.installation import INSTALLATION
from qms.people.models import Person
from qms.people.roles import Role
from qms.standards.operations import load_catalogue
from qms.units import operations as units
from qms.units.models import District, Unit, UnitType

UNITS = 500
CHUNK = 20_000
SINCE = date(2020, 1, 1)
SHARES = {
    FindingState.RAISED: 10,
    FindingState.ANSWERED: 15,
    FindingState.VERIFIED: 5,
    FindingState.CLOSED: 65,
    FindingState.CANCELLED: 5,
}
WORDS = (  # noqa: SIM905 - easier to read than a list
    "dokumen prosedur pelayanan loket arsip rekaman pelatihan petugas pemohon kartu pencari kerja "
    "jadwal audit sasaran mutu risiko penyuapan gratifikasi pengaduan survei kepuasan kalibrasi "
    "alat ukur pengadaan penyedia evaluasi tinjauan manajemen rapat notulen tindakan koreksi"
).split()


def fill(rows: int) -> dict[str, str]:
    """Fill an empty schema. Returns the user names of those who look at it."""
    load_catalogue()
    root = units.found_district("BENCH", "Kabupaten Ukur", by=INSTALLATION)
    district = db.session.get(District, root.district_id)
    assert district is not None
    made = [
        units.open_unit(
            district,
            code=f"U{n:03d}",
            name=f"Dinas Nomor {n}",
            type=UnitType.DINAS,
            parent=root,
            by=INSTALLATION,
        )
        for n in range(UNITS)
    ]
    _person(district, "secretariat", Role.SECRETARIAT, [root])
    _person(district, "officer", Role.OFFICER, [made[250]])
    _person(district, "consultant", Role.CONSULTANT, made[5 : 5 + 12 * 40 : 40])
    db.session.commit()
    ids, district_id = [unit.id for unit in made], district.id
    raised_by = db.session.scalar(select(Person.id).limit(1))
    db.session.rollback()
    with db.engine.begin() as connection:
        for chunk in _chunks(rows, district_id, ids, raised_by):
            connection.execute(insert(Finding), chunk)
    analyse()
    return {"a": "secretariat", "b": "officer", "c": "consultant"}


def analyse() -> None:
    """Have PostgreSQL count its rows, as its autovacuum would in a minute. SQLite knows none, at
    users' as here."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _person(district: District, name: str, role: Role, where: list[Unit]) -> None:
    person = people.add_person(district.id, name.title(), by=INSTALLATION)
    people.open_account(person, name, "kata sandi panjang", by=INSTALLATION, must_change=False)
    for unit in where:
        people.grant_role(person, role, unit, by=INSTALLATION, from_on=SINCE)


def _chunks(
    rows: int, district_id: int, units: list[int], raised_by: int | None
) -> Iterator[list[dict[str, Any]]]:
    chance = random.Random(1)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for start in range(0, rows, CHUNK):
        chunk = []
        for n in range(start, min(start + CHUNK, rows)):
            state = chance.choices(list(SHARES), tuple(SHARES.values()))[0]
            found = SINCE + timedelta(days=n % 2400)
            number = f"NC-{found.year}-U{n % UNITS:03d}-{n:07d}"
            said = " ".join(chance.choices(WORDS, k=18))
            chunk.append(
                {
                    "uid": new_uid(),
                    "version": 1,
                    "recorded_at": now,
                    "district_id": district_id,
                    "unit_id": units[n % UNITS],
                    "number": number,
                    "number_key": number.lower(),
                    # Twenty findings have a source that no other has: a filter with 20 hits.
                    "source": Source.INCIDENT if n % (rows // 20) == 1 else Source.INTERNAL_AUDIT,
                    "found_on": found,
                    "place": "Loket 1",
                    "grade": chance.choices(list(Grade), (5, 40, 30, 20, 5))[0],
                    "requirement": said[:60],
                    "seen": said[60:],
                    "deviation": said,
                    "state": state,
                    "is_open": state.is_open,
                    "due_on": found + timedelta(days=60),
                    "closed_on": found + timedelta(days=30)
                    if state is FindingState.CLOSED
                    else None,
                    "access": AccessClass.RESTRICTED if n % 50 == 0 else AccessClass.ORDINARY,
                    "raised_by_id": raised_by,
                    "round": 1,
                    "is_imported": False,
                    "stems": indexed(units[n % UNITS], number, said),
                }
            )
        yield chunk
