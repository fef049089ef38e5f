"""What everything stands on: settings, logs and the database with all its tables, without pages.

Commands run in it; `qms.application` puts the pages on top.
"""

import logging
import os
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from qms import config
from qms.actions import models as actions
from qms.audits import models as audits
from qms.certificates import models as certificates
from qms.complaints import models as complaints
from qms.core import jobs, journal, numbering
from qms.core.db import db, engine_options
from qms.deadlines import models as deadlines
from qms.documents import models as documents
from qms.evidence import models as evidence
from qms.findings import models as findings
from qms.imports import models as imports
from qms.packs import models as packs
from qms.people import models as people
from qms.reminders import models as reminders
from qms.standards import models as standards
from qms.trends import models as trends
from qms.units import models as units

PACKAGE = Path(__file__).parent

TABLES = (
    journal,
    jobs,
    numbering,
    units,
    people,
    standards,
    deadlines,
    evidence,
    actions,
    documents,
    findings,
    certificates,
    audits,
    complaints,
    imports,
    packs,
    reminders,
    trends,
)
"""The modules with tables: loaded here, so that each is known whatever a command needs."""


def lay_foundation(settings: dict[str, Any] | None = None) -> Flask:
    """The application without its pages. `settings` (names of config.Settings, and `instance`) go
    before the environment and instance/config.py."""
    given = dict(settings or {})
    instance = Path(given.pop("instance", None) or config.instance_folder())
    keep_to_ourselves(instance)
    loaded = config.load(instance, given)

    app = Flask("qms", template_folder=str(template_folder()), instance_path=str(instance))
    app.config.update(config.flask_config(loaded, instance))
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    if loaded.behind_proxy:
        hops = loaded.behind_proxy
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]

    log_to_standard_error()
    db.init_app(app)
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
