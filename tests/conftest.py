"""A fresh database for each test, on SQLite and, where it runs, on PostgreSQL.

The schema, with the shipped standards in it, is made once per worker and copied for each test.
`database` is parametrized, so a test that uses `app` runs on every database.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from qms import create_app
from qms.core import clock
from qms.core.db import db
from qms.core.i18n import speaking
from qms.demo.filling import fill
from qms.standards.operations import load_catalogue
from qms.standards.queries import ClauseRow, clause_by_key, forget_catalogue
from qms.units.tree import forget_trees
from tests.cast import Cast
from tests.client import Browser
from tests.thrift import be_thrifty, collect_garbage_seldom

be_thrifty()

POSTGRES = os.environ.get("QMS_TEST_POSTGRES")
DATABASES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
]


def pytest_collection_finish() -> None:
    """A hook: all tests are imported."""
    collect_garbage_seldom()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """SQLite databases to be copied for each test: "empty" holds schema and standards, "cast" the
    cast as well."""
    folder = tmp_path_factory.mktemp("schema")
    made = {"empty": folder / "empty.db", "cast": folder / "cast.db"}
    _make_template(folder, f"sqlite:///{made['empty']}", _schema)
    shutil.copy(made["empty"], made["cast"])
    _make_template(folder, f"sqlite:///{made['cast']}", Cast.assemble)
    return made


@pytest.fixture(scope="session")
def postgresql_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same on PostgreSQL: names of databases, one set for each worker."""
    if not POSTGRES:
        pytest.skip("PostgreSQL not running")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = {"empty": f"qms_{worker}_empty", "cast": f"qms_{worker}_cast"}
    folder = tmp_path_factory.mktemp("schema_pg")
    _make_template(folder, _bare(made["empty"]), _schema)
    _copy_database(made["empty"], made["cast"])
    _make_template(folder, _pg_url(made["cast"]), Cast.assemble)
    return made


def _schema() -> None:
    db.create_all()
    load_catalogue()
    db.session.commit()


def _make_template(folder: Path, url: str, fill_in: Callable[[], object]) -> None:
    app = create_app({"instance": folder, "database_url": url})
    with app.app_context():
        fill_in()
        db.session.remove()
        if url.startswith("sqlite"):
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    forget_trees()


def _copy_database(template: str, name: str) -> None:
    _admin(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy',
    )


def _pg_url(name: str) -> str:
    return make_url(POSTGRES or "").set(database=name).render_as_string(hide_password=False)


def _admin(*statements: str) -> None:
    engine = create_engine(POSTGRES or "", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database with the whole schema; with the cast in it if they play."""
    which = "cast" if "cast" in request.fixturenames else "empty"
    return fresh_database(request, tmp_path, "test", which)


def fresh_database(
    request: pytest.FixtureRequest, folder: Path, name: str, which: str = "empty"
) -> str:
    """A copy of a template of the kind that `request` is parametrized with."""
    if request.param == "sqlite":
        path = folder / "qms.db"
        shutil.copy(request.getfixturevalue("sqlite_templates")[which], path)
        return f"sqlite:///{path}"
    template = request.getfixturevalue("postgresql_templates")[which]
    copied = template.replace(f"_{which}", f"_{name}")
    _copy_database(template, copied)
    return _pg_url(copied)


@pytest.fixture
def empty_database(database: str, tmp_path: Path) -> str:
    """The URL of a database with nothing in it, of the same kind as `database`."""
    if database.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return _bare(f"{make_url(database).database}_bare")


@pytest.fixture
def another_empty_database(database: str) -> str:
    """A second one, on PostgreSQL only."""
    return _bare(f"{make_url(database).database}_other")


def _bare(name: str) -> str:
    _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    return _pg_url(name)


def fill_demo(folder: Path, url: str) -> None:
    """Fill the demo district into a database that has schema and standards."""
    forget_trees()
    app = create_app({"instance": folder, "database_url": url, "demo": True})
    with app.app_context():
        fill()
        if url.startswith("sqlite"):
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    forget_trees()


@pytest.fixture(scope="session")
def filled_sqlite(
    sqlite_templates: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The instance folder of a filled demo on SQLite."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_templates["empty"], folder / "qms.db")
    fill_demo(folder, f"sqlite:///{folder / 'qms.db'}")
    return folder


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Any]:
    """The application on a fresh database, within its context, CSRF as in life."""
    forget_trees()
    forget_catalogue()
    application = create_app({"instance": tmp_path / "instance", "database_url": database})
    application.config["TESTING"] = False
    application.config["PROPAGATE_EXCEPTIONS"] = False
    with application.app_context():
        yield application
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
    forget_trees()


@pytest.fixture
def catalogue(app: Any) -> Callable[[str, str], ClauseRow]:
    """catalogue("iso9001-2015", "7.5.3") -> the loaded clause."""
    return lambda edition_key, number: clause_by_key(f"{edition_key}:{number}")


@pytest.fixture
def cast(app: Any) -> Cast:
    """The cast: a district with some units, and one person for each role, committed."""
    return Cast.found()


@pytest.fixture
def browse(app: Any, cast: Cast) -> Any:
    """browse(person) -> a test browser that is signed in as that person (None: signed out)."""

    def start(person: Any = None) -> Browser:
        browser = Browser(app)
        if person is not None:
            browser.sign_in(person)
        return browser

    return start


@pytest.fixture
def only_sqlite(request: pytest.FixtureRequest) -> None:
    """For tests whose outcome cannot depend on the database."""
    if request.node.callspec.params.get("database") == "postgresql":
        pytest.skip("does not apply: same on every database")


@pytest.fixture
def travel() -> Iterator[Any]:
    """travel(moment) stops the clock there until the test ends."""
    contexts = []

    def go(moment: Any) -> None:
        context = clock.at(moment)
        context.__enter__()
        contexts.append(context)

    yield go
    for context in reversed(contexts):
        context.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What tests meet outside a request is in English; within one the gate chooses."""
    monkeypatch.setenv("QMS_LANGUAGE", "en")
    with speaking("en"):
        yield
