"""The application with its pages, as servers and the worker run it."""

from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5

from qms.areas import BLUEPRINTS, DAILY, ERRANDS, JOBS
from qms.core.routing import Number
from qms.core.schema import migrations
from qms.foundation import lay_foundation
from qms.web import gate, headers, problems, shell, turns


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The application. `settings` (names of config.Settings, and `instance`) go before the
    environment and instance/config.py."""
    app = lay_foundation(settings)
    migrations.init_app(app)
    Bootstrap5(app)
    gate.init_app(app)
    headers.init_app(app)
    shell.init_app(app)
    problems.init_app(app)
    turns.init_app(app)
    app.url_map.converters["int"] = Number
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions["qms_jobs"] = JOBS
    app.extensions["qms_daily_jobs"] = DAILY
    app.extensions["qms_errands"] = ERRANDS
    return app
