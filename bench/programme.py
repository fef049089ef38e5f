"""An audit programme of 500 units and 12 months: how much its pages ask, and how long they take.

`python -m bench.programme` makes a district of 500 units with a programme of one year, two visits
to each unit, and 500 audits with 20 answered lines each; and a programme of ten of those units. It
opens the pages of both: they must ask the same number of questions, and few.
"""

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import event, insert, select

from bench.__main__ import _url
from bench.fill import UNITS, analyse, fill
from qms import create_app
from qms.audits import operations
from qms.audits.models import (
    Answer,
    Audit,
    AuditKind,
    AuditLine,
    AuditLineClause,
    AuditState,
    ProgrammeVisit,
    Risk,
)
from qms.audits.operations.programme import Start
from qms.core.db import AccessClass, db
from qms.core.uids import new_uid
from qms.people import sessions
from qms.people.models import Account, Person
from qms.standards.queries import clauses_of, edition_by_key
from qms.units.models import Unit
from tests.postgres import Unavailable, cluster

EDITION, LINES, TURNS = "iso9001-2015", 20, 5
MOST_QUESTIONS = 10
PAGES = ("", "/months", "/months/edit", "/units", "/propose", "/coverage", "/file.xlsx")


class _Row(NamedTuple):
    """A unit in plain values."""

    id: int
    code: str
    district_id: int


def main() -> int:
    """Measure on the databases that are asked for; 1 if a promise was broken."""
    asked = argparse.ArgumentParser(prog="bench.programme", description=__doc__)
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
    with app.app_context():
        db.create_all()
        fill(1000)
        secretariat = db.session.scalar(
            select(Person).join(Account).where(Account.user_name == "secretariat")
        )
        assert secretariat is not None
        units = list(db.session.scalars(select(Unit).where(Unit.code.like("U%")).order_by(Unit.id)))
        small, large = (_programme(secretariat, units[:count]) for count in (10, UNITS))
        token = sessions.begin(secretariat, address="127.0.0.1", browser="bench")
        db.session.commit()
        found = {
            page: [_asked(app, token, f"{one}{page}") for one in (small, large)] for page in PAGES
        }
        db.session.remove()
        db.engine.dispose()
    broken = []
    for page, (few, many) in found.items():
        print(f"{page or '(the programme)':<16} {few[0]:>3} and {many[0]:>3} questions,", end=" ")
        print(f"{few[1]:7.1f} ms with 10 units, {many[1]:7.1f} ms with {UNITS}")
        most = 3 * MOST_QUESTIONS if "file" in page else MOST_QUESTIONS
        if few[0] != many[0] or many[0] > most:
            broken.append(f"{kind} {page}: {few[0]} and {many[0]} questions")
    return broken


def _programme(by: Person, units: list[Unit]) -> str:
    """A programme of these units with visits and audits, mostly by bulk inserts."""
    year, today = by.district.today.year, by.district.today
    programme = operations.draw_up_programme(
        by.rights.tree.root.id,
        title=f"Program {len(units)}",
        from_year=year,
        until_year=year,
        edition_ids=[edition_by_key(EDITION).id],
        start=Start.NONE,
        by=by,
    )
    risks = list(Risk)
    operations.set_units(programme, {unit.id: risks[n % 3] for n, unit in enumerate(units)}, by=by)
    db.session.commit()
    path, district_id = f"/audits/programmes/{programme.uid}", by.district_id
    programme_id, by_id = programme.id, by.id
    rows = [_Row(one.id, one.code, district_id) for one in units]
    db.session.rollback()  # the bulk inserts have a connection of their own
    with db.engine.begin() as connection:
        if len(rows) == UNITS:
            connection.execute(insert(Audit), [_audit(one, by_id, today) for one in rows])
            audits = {row[0]: row[1] for row in connection.execute(select(Audit.unit_id, Audit.id))}
            connection.execute(insert(AuditLine), list(_lines(audits, district_id, by_id)))
            clauses = [one.id for one in clauses_of(EDITION) if one.is_auditable]
            lines = connection.execute(select(AuditLine.id, AuditLine.position)).all()
            connection.execute(
                insert(AuditLineClause),
                [
                    {"district_id": district_id, "line_id": line, "clause_id": clauses[position]}
                    for line, position in lines
                ],
            )
        else:
            audits = {}
        visits = [
            {
                "district_id": district_id,
                "programme_id": programme_id,
                "unit_id": unit.id,
                "month": date(year, (n + shift) % 12 + 1, 1),
                "audit_id": audits.get(unit.id) if shift == 0 else None,
                "basis": None,
            }
            for n, unit in enumerate(rows)
            for shift in (0, 6)
        ]
        connection.execute(insert(ProgrammeVisit), visits)
    analyse()
    return path


def _audit(unit: _Row, by_id: int, today: date) -> dict[str, Any]:
    number = f"AU-{today.year}-{unit.code}-001"
    return {
        "uid": new_uid(),
        "district_id": unit.district_id,
        "unit_id": unit.id,
        "number": number,
        "number_key": number.lower(),
        "kind": AuditKind.INTERNAL,
        "title": f"Audit internal {unit.code}",
        "planned_from": today,
        "planned_until": today + timedelta(days=1),
        "opened_on": today,
        "state": AuditState.UNDER_WAY,
        "access": AccessClass.ORDINARY,
        "planned_by_id": by_id,
        "stems": "",
        "recorded_at": datetime.now(UTC),
        "version": 1,
    }


def _lines(audits: dict[int, int], district_id: int, by_id: int) -> Any:
    for audit_id in audits.values():
        for position in range(LINES):
            yield {
                "uid": new_uid(),
                "district_id": district_id,
                "audit_id": audit_id,
                "position": position,
                "section": "Umum",
                "question": f"Bagaimana {position}?",
                "methods": [],
                "keys": [],
                "is_removed": False,
                "answer": Answer.CONFORM,
                "seen": "Baik",
                "answered_by_id": by_id,
                "answered_at": datetime.now(UTC),
                "recorded_at": datetime.now(UTC),
                "version": 1,
            }


def _asked(app: Any, token: str, path: str) -> tuple[int, float]:
    """(SELECTs, median milliseconds) of a page that was opened before."""
    client, seen = app.test_client(), []

    def note(_c: Any, _cu: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    with client.session_transaction() as session:
        session["token"], session["language"] = token, "id"
    assert client.get(path).status_code == 200, path
    event.listen(db.engine, "before_cursor_execute", note)
    client.get(path)
    event.remove(db.engine, "before_cursor_execute", note)
    times = []
    for _turn in range(TURNS):
        begun = time.perf_counter()
        client.get(path)
        times.append(time.perf_counter() - begun)
    return len(seen), 1000 * median(times)


if __name__ == "__main__":
    sys.exit(main())
