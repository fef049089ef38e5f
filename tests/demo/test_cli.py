"""The demo's commands: once, never beside a real district, thrown away only if it is alone."""

from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select

from qms.core.db import db
from qms.core.errors import OutOfTurn
from qms.demo import cli
from qms.demo.filling import fill, is_filled
from qms.findings.models import Finding
from qms.people.installation import INSTALLATION
from qms.units.models import District
from qms.units.operations import found_district
from tests.cast import Cast


@pytest.fixture
def no_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' schema is there already."""
    monkeypatch.setattr(cli, "bring_up_to_date", lambda: None)


def test_filling_again_changes_nothing(demo: Any, no_migration: None) -> None:
    before = db.session.scalar(select(func.count()).select_from(Finding))
    db.session.rollback()
    result = demo.test_cli_runner().invoke(cli.demo)
    assert result.output == "The demo is there already.\n"
    assert db.session.scalar(select(func.count()).select_from(Finding)) == before


def test_it_never_mixes_with_a_real_district(app: Any, cast: Cast, no_migration: None) -> None:
    with pytest.raises(OutOfTurn):
        fill()
    result = app.test_cli_runner().invoke(cli.run_demo)
    assert isinstance(result.exception, OutOfTurn)
    assert not app.config["QMS_DEMO"]
    assert db.session.scalar(select(func.count()).select_from(District)) == 2


def test_it_is_thrown_away_only_if_it_is_alone(demo: Any, no_migration: None) -> None:
    found_district("NYATA", "Kabupaten Nyata", by=INSTALLATION)
    db.session.commit()
    result = demo.test_cli_runner().invoke(cli.demo, ["--reset"])
    assert isinstance(result.exception, OutOfTurn)
    assert is_filled()
    db.session.rollback()


def test_thrown_away_nothing_remains_and_the_schema_comes_anew(demo: Any) -> None:
    instance = Path(demo.config["QMS_INSTANCE"])
    assert list((instance / "files").iterdir())
    cli.clear()
    assert not (instance / "files").exists()
    assert not (instance / "checkpoints.log").exists()
    upgrade()
    assert "finding" in inspect(db.engine).get_table_names()
    assert not is_filled()


def test_run_demo_serves_with_the_demo_people(
    demo: Any, no_migration: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = []
    monkeypatch.setattr(cli, "run_server", lambda: served.append(demo.config["QMS_DEMO"]))
    demo.config["QMS_DEMO"] = False
    db.session.rollback()
    result = demo.test_cli_runner().invoke(cli.run_demo)
    assert result.exception is None
    assert served == [True]
