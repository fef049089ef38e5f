"""How a command comes to the application: which one it needs, and that there is one at all."""

from functools import partial
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import inspect, make_url, text

from qms import config
from qms.core.db import db
from qms.core.errors import Missing, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.signing import SECRET_KEY
from qms.foundation import lay_foundation
from qms.people.models import Account

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def for_command(*, begins: bool, upgrades: bool, needs_pages: bool) -> ScriptInfo:
    """What Flask's `with_appcontext` takes the application from, when a command runs."""
    return ScriptInfo(
        create_app=partial(_open, begins, upgrades, needs_pages), set_debug_flag=False
    )


def _open(begins: bool, upgrades: bool, needs_pages: bool) -> Flask:
    if not begins:
        _refuse_unless_there(config.instance_folder())
    make = import_module("qms.application").create_app if needs_pages else lay_foundation
    app: Flask = make()
    if not begins:
        _refuse_unless_set_up(app)
    if not begins and not upgrades:
        _refuse_another_schema(app)
    return app


def _refuse_unless_there(instance: Path) -> None:
    """A mistyped QMS_INSTANCE leaves nothing behind: the secret is what each installation has."""
    if not (instance / SECRET_KEY).exists():
        raise Missing(
            _l(
                "There is no installation in %(folder)s. Say where it is with QMS_INSTANCE, or "
                "make one with: qms init",
                folder=instance,
            )
        )


def _refuse_unless_set_up(app: Flask) -> None:
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    with app.app_context():
        is_there = url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
        if not is_there or not inspect(db.engine).has_table(Account.__tablename__):
            raise Missing(_l("This installation is not set up yet. Run: qms init"))


def _refuse_another_schema(app: Flask) -> None:
    """Nothing is read or written by tables that are not those of this version. Alembic is not
    loaded for it: the files of the migrations begin with what they bring the schema to."""
    known = sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))
    with app.app_context(), db.engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found == known[-1]:
        return
    if found in known:
        raise OutOfTurn(
            _l(
                "The database is still that of an earlier version of QMS. Start qms serve once: it "
                "brings it up to date. If you have no backup yet, go back to the earlier version "
                "first and make one there."
            )
        )
    raise OutOfTurn(
        _l(
            "The database was brought up to date by a newer version of QMS than this one. Install "
            "that version, or restore the backup from before."
        )
    )
