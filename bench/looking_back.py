"""Looking back over many findings: what the page asks and takes, and what keeping the days takes.

.venv/bin/python -m bench.looking_back --rows 100000 --databases sqlite,postgresql
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

from sqlalchemy import insert, select

from bench.fill import analyse, fill
from bench.reminders import _asked, _url
from qms import create_app
from qms.core import clock
from qms.core.db import db
from qms.findings.models import Finding, FindingClause
from qms.people import sessions
from qms.people.models import Account, Person
from qms.standards.models import Clause
from qms.trends.jobs import keep_all_figures
from tests.postgres import Unavailable, cluster

AT_ONCE = 20_000


def main() -> int:
    """Measure on the databases that are asked for."""
    asked = argparse.ArgumentParser(prog="bench.looking_back", description=__doc__)
    asked.add_argument("--databases", default="sqlite,postgresql")
    asked.add_argument("--rows", type=int, default=100_000)
    given = asked.parse_args()
    for kind in given.databases.split(","):
        folder = Path(tempfile.mkdtemp(prefix="qms-bench-"))
        try:
            with cluster(in_memory=False) if kind == "postgresql" else nullcontext("") as admin:
                _measure(kind, _url(kind, 0, folder, admin), folder, given.rows)
        except Unavailable as missing:
            print(f"{kind} was not measured: {missing}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _measure(kind: str, url: str, folder: Path, rows: int) -> None:
    print(f"\n== {kind}, {rows} findings")
    app = create_app({"instance": folder, "database_url": url})
    with app.app_context():
        db.create_all()
        fill(rows)
        _cite()
        analyse()
        with clock.at(clock.now() + timedelta(days=1)):
            begun = time.monotonic()
            days = keep_all_figures()
            print(f"keeping {days} days: {time.monotonic() - begun:.1f} s")
        db.session.remove()
    for user_name in ("secretariat", "officer", "consultant"):
        with app.app_context():  # who is signed in is kept in it
            _look(app, user_name)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _cite() -> None:
    """Two clauses for each finding."""
    clauses = list(db.session.scalars(select(Clause.id).where(Clause.is_citable).limit(60)))
    ids: Any = db.session.execute(select(Finding.id, Finding.district_id)).all()
    links = [
        {"finding_id": one.id, "district_id": one.district_id, "clause_id": clauses[n]}
        for one in ids
        for n in (one.id * 7 % 60, (one.id * 7 + 13) % 60)
    ]
    db.session.rollback()
    with db.engine.begin() as connection:
        for start in range(0, len(links), AT_ONCE):
            connection.execute(insert(FindingClause), links[start : start + AT_ONCE])


def _look(app: Any, user_name: str) -> None:
    found = select(Person).join(Account, Account.id == Person.account_id)
    person = db.session.scalars(found.where(Account.user_name == user_name)).one()
    token = sessions.begin(person, address="127.0.0.1", browser="bench")
    db.session.commit()
    since = f"{clock.now().year - 2}-01-01"
    for path in (
        "/looking-back",
        f"/looking-back?from={since}&to={clock.now():%Y-%m-%d}",
        f"/findings?found={since}..&again={since}..&grade=minor",
    ):
        questions, took = _asked(app, token, path)
        print(f"{user_name} {path}: {questions} questions, {took:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
