"""QMS keeps the ISO 9001 and ISO 37001 management systems of public agencies alive."""

__version__ = "0.1.0"

import logging
import os
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from qms import config
from qms.areas import BLUEPRINTS, JOBS
from qms.core.db import db, engine_options
from qms.web import gate, headers, problems, shell

PACKAGE = Path(__file__).parent


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The application. `settings` (names of config.Settings, and `instance`) go before the
    environment and instance/config.py."""
    given = dict(settings or {})
    instance = Path(given.pop("instance", None) or config.instance_folder())
    keep_to_ourselves(instance)
    loaded = config.load(instance, given)

    app = Flask(__name__, template_folder=str(template_folder()), instance_path=str(instance))
    app.config.update(config.flask_config(loaded, instance))
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    if loaded.behind_proxy:
        hops = loaded.behind_proxy
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]

    log_to_standard_error()
    db.init_app(app)
    Migrate(app, db, directory=str(PACKAGE / "migrations"), render_as_batch=True)
    Bootstrap5(app)
    gate.init_app(app)
    headers.init_app(app)
    shell.init_app(app)
    problems.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions["qms_jobs"] = JOBS
    return app


def keep_to_ourselves(instance: Path) -> None:
    """The instance folder, there and closed to other users: database, files and keys lie in it."""
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    if instance.stat().st_uid == os.getuid():
        instance.chmod(0o700)


def template_folder() -> Path:
    """templates/ within the package (wheel) or beside it (checkout)."""
    inside = PACKAGE / "templates"
    return inside if (inside / "base.html").exists() else PACKAGE.parent / "templates"


def log_to_standard_error() -> None:
    """One line of JSON for each event; nothing that people typed."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=None),
        cache_logger_on_first_use=True,
    )
