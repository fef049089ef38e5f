"""How a command comes to the application: which one it needs, and that there is one at all."""

from functools import partial
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import inspect, make_url

from qms import config
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.signing import SECRET_KEY
from qms.foundation import lay_foundation
from qms.people.models import Account


def for_command(*, begins: bool, needs_pages: bool) -> ScriptInfo:
    """What Flask's `with_appcontext` takes the application from, when a command runs."""
    return ScriptInfo(create_app=partial(_open, begins, needs_pages), set_debug_flag=False)


def _open(begins: bool, needs_pages: bool) -> Flask:
    if not begins:
        _refuse_unless_there(config.instance_folder())
    make = import_module("qms.application").create_app if needs_pages else lay_foundation
    app: Flask = make()
    if not begins:
        _refuse_unless_set_up(app)
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
