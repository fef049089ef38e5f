"""The daily run of reminders in a district with 10,000 open matters and 200 people.

`python -m bench.reminders` makes a district of 100 units with 5,000 open findings and 5,000 open
actions, due from sixty days ago to thirty days ahead, and 200 people: officers, heads and owners of
units, four coordinators, two of the secretariat. It runs the reminders on a fresh morning, again
at once, and the next morning, and measures the page of notices of who has most of them.
"""

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from bench.__main__ import _url
from bench.fill import analyse
from bench.programme import _asked
from qms import create_app
from qms.actions.models import Action, ActionKind, ActionState
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.search import indexed
from qms.core.uids import new_uid
from qms.findings.models import Finding, FindingState, Grade, Source
from qms.people import operations as people
from qms.people import sessions
from qms.people.installation import INSTALLATION
from qms.people.models import Account, Person
from qms.people.roles import Role
from qms.reminders.jobs import run_reminders
from qms.reminders.models import Notice
from qms.standards.operations import load_catalogue
from qms.units import operations as units
from qms.units.models import District, UnitType
from tests.counting import counted
from tests.postgres import Unavailable, cluster

UNITS, EACH = 100, 5_000
MOST_SECONDS = 60.0


def main() -> int:
    """Measure on the databases that are asked for; 1 if a promise was broken."""
    asked = argparse.ArgumentParser(prog="bench.reminders", description=__doc__)
    asked.add_argument("--databases", default="sqlite,postgresql")
    broken: list[str] = []
    for kind in asked.parse_args().databases.split(","):
        folder = Path(tempfile.mkdtemp(prefix="qms-bench-"))
        try:
            with cluster(in_memory=False) if kind == "postgresql" else nullcontext("") as admin:
                broken += _measured(kind, _url(kind, 0, folder, admin), folder)
        except Unavailable as missing:
            broken.append(f"{kind} was not measured: {missing}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print("\n" + ("all promises held" if not broken else "BROKEN: " + "; ".join(broken)))
    return 1 if broken else 0


def _measured(kind: str, url: str, folder: Path) -> list[str]:
    print(f"\n== {kind}")
    app = create_app({"instance": folder, "database_url": url})
    broken = []
    with app.app_context():
        db.create_all()
        _fill()
        for name, later in (("fresh", 0), ("again", 0), ("next morning", 1)):
            with clock.at(clock.now() + timedelta(days=later)):
                seconds = _run(name)
            if seconds > MOST_SECONDS:
                broken.append(f"{kind}: {name} took {seconds:.0f} s")
        most = select(Notice.person_id).group_by(Notice.person_id)
        person_id = db.session.scalar(most.order_by(func.count().desc()).limit(1))
        person = db.session.get_one(Person, person_id)
        token = sessions.begin(person, address="127.0.0.1", browser="bench")
        db.session.commit()
        for path in ("/notices", "/findings"):
            questions, took = _asked(app, token, path)
            print(f"{path}: {questions} questions, {took:.1f} ms for who has most notices")
        db.session.remove()
        db.engine.dispose()
    return broken


def _run(name: str) -> float:
    begun, cpu = time.monotonic(), time.process_time()
    with counted() as sent:
        counts = run_reminders()
    seconds = time.monotonic() - begun
    print(
        f"{name:<13} {seconds:6.1f} s ({time.process_time() - cpu:.1f} s of our CPU), "
        f"{len(sent)} statements, {counts.people} people, {counts.notices} new notices"
    )
    return seconds


def _fill() -> None:
    load_catalogue()
    root = units.found_district("BENCH", "Kabupaten Ukur", by=INSTALLATION)
    district = db.session.get_one(District, root.district_id)
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
    kept = _person(district, "somebody", Role.OWNER, root).account.password_hash  # type: ignore[union-attr]
    roles = [(Role.COORDINATOR, root)] * 4 + [(Role.SECRETARIAT, root)] * 2
    roles += [(Role.OFFICER, one) for one in made[:70]] + [(Role.HEAD, one) for one in made[:60]]
    roles += [(Role.OWNER, one) for one in made[:63]]
    owners = [_person(district, f"p{n}", role, unit, kept) for n, (role, unit) in enumerate(roles)]
    db.session.commit()
    by_unit = {one.grants[0].unit_id: one.id for one in owners}
    rows = [(one.id, by_unit.get(one.id, owners[0].id)) for one in made]
    today, district_id, by_id = district.today, district.id, owners[0].id
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(insert(Finding), list(_findings(rows, district_id, by_id, today)))
        connection.execute(insert(Action), list(_actions(rows, district_id, by_id, today)))
    analyse()


def _person(district: Any, name: str, role: Role, unit: Any, kept: str = "") -> Person:
    person = people.add_person(district.id, name.title(), by=INSTALLATION)
    if kept:  # one password for all: each hash takes a tenth of a second
        account = Account(user_name=name, password_hash=kept)
        db.session.add(account)
        db.session.flush()
        db.session.execute(
            update(Person).where(Person.id == person.id).values(account_id=account.id)
        )
        db.session.info.pop("touched", None)
        db.session.refresh(person)
    else:
        people.open_account(person, name, "kata sandi panjang", by=INSTALLATION, must_change=False)
    people.grant_role(person, role, unit, by=INSTALLATION, from_on=district.today)
    return person


def _common(n: int, unit_id: int, district_id: int) -> dict[str, Any]:
    return {
        "uid": new_uid(),
        "version": 1,
        "recorded_at": clock.now(),
        "district_id": district_id,
        "unit_id": unit_id,
        "access": AccessClass.RESTRICTED if n % 50 == 0 else AccessClass.ORDINARY,
        "is_imported": False,
    }


def _findings(rows: list[Any], district_id: int, by_id: int, today: Any) -> Any:
    for n in range(EACH):
        unit_id, _owner = rows[n % UNITS]
        number = f"NC-{n:06d}"
        yield {
            **_common(n, unit_id, district_id),
            "number": number,
            "number_key": number.lower(),
            "source": Source.INTERNAL_AUDIT,
            "found_on": today - timedelta(days=90),
            "grade": Grade.MINOR,
            "requirement": "Syarat",
            "seen": "Terlihat",
            "deviation": f"Penyimpangan nomor {n}",
            "state": FindingState.RAISED,
            "is_open": True,
            "due_on": today + timedelta(days=30 - n % 90),
            "raised_by_id": by_id,
            "round": 1,
            "stems": indexed(unit_id, number, "penyimpangan"),
        }


def _actions(rows: list[Any], district_id: int, by_id: int, today: Any) -> Any:
    for n in range(EACH):
        unit_id, owner_id = rows[n % UNITS]
        number = f"TK-{n:06d}"
        yield {
            **_common(n, unit_id, district_id),
            "number": number,
            "number_key": number.lower(),
            "what": f"Tindakan nomor {n}",
            "kind": ActionKind.CORRECTIVE,
            "state": ActionState.OPEN,
            "due_on": today + timedelta(days=30 - n % 90),
            "due_missing": False,
            "owner_person_id": owner_id,
            "stems": indexed(unit_id, number, "tindakan"),
        }


if __name__ == "__main__":
    sys.exit(main())
