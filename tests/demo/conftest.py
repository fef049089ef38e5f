"""The demo district, filled once per worker and database, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qms import create_app
from qms.core.db import db
from qms.units.tree import forget_trees
from tests.client import Browser
from tests.conftest import DATABASES, _admin, _pg_url, fill_demo


@pytest.fixture(scope="session")
def filled_postgresql(
    postgresql_templates: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """The instance folder of a filled demo on PostgreSQL, and the name of its database."""
    folder = tmp_path_factory.mktemp("demo_pg")
    template = postgresql_templates["empty"]
    name = template.replace("_empty", "_demo")
    _admin(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy',
    )
    fill_demo(folder, _pg_url(name))
    return folder, name


@pytest.fixture(params=DATABASES)
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """The application over a copy of the filled demo, within its context."""
    instance = tmp_path / "instance"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("filled_sqlite"), instance)
        url = f"sqlite:///{instance / 'qms.db'}"
    else:
        folder, template = request.getfixturevalue("filled_postgresql")
        shutil.copytree(folder, instance)
        name = template.replace("_demo", "_demo_copy")
        _admin(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy',
        )
        url = _pg_url(name)
    forget_trees()
    app = create_app({"instance": instance, "database_url": url, "demo": True})
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
    forget_trees()


@pytest.fixture
def enter(demo: Any) -> Any:
    """enter(person) -> a browser that is signed in as this demo person (None: signed out)."""

    def start(person: Any = None) -> Browser:
        browser = Browser(demo)
        if person is not None:
            browser.sign_in(person)
        return browser

    return start
