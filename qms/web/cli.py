"""Commands that run the application: serve and worker."""

import signal
import threading
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from qms.core import jobs
from qms.core.db import db
from qms.core.errors import OutOfTurn
from qms.core.helptext import Command
from qms.core.i18n import gettext as _
from qms.core.schema import bring_up_to_date
from qms.units.models import District
from qms.web.listening import listening
from qms.web.settling import settle


@click.command(cls=Command)
@with_appcontext
def serve() -> None:
    """Serve on QMS_HOST:QMS_PORT (127.0.0.1:8000), with one worker for background jobs."""
    bring_up_to_date()
    if db.session.scalar(select(District.id).limit(1)) is None:
        click.echo(_("Nobody can sign in yet. Set this installation up first: qms init"))
    db.session.remove()
    run_server()


def run_server() -> None:
    """Serve until stopped."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    settings = app.config["QMS_SETTINGS"]
    url = f"http://{settings.host}:{settings.port}"
    try:
        server = listening(
            app, host=settings.host, port=settings.port, threads=settings.threads, ident=None
        )
    except OSError as problem:
        raise OutOfTurn(
            _(
                "QMS cannot listen on %(url)s: %(why)s. Stop what uses it, or choose another port: "
                "QMS_PORT=%(port)s",
                url=url,
                why=problem.strerror or problem,
                port=settings.port + 1,
            )
        ) from problem
    over = jobs.start_worker(app, *_work_of(app))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # also where Ctrl-C is ignored
    try:
        settle()
        click.echo(_("QMS is ready: %(url)s", url=url))
        server.run()
    except KeyboardInterrupt:
        pass  # told to end before it began
    finally:
        over.set()


def _work_of(app: Any) -> tuple[Any, Any, Any]:
    """What a worker does: jobs by kind, daily ones, and errands in between."""
    known = app.extensions
    return known["qms_jobs"], known["qms_daily_jobs"], known["qms_errands"]


@click.command(cls=Command)
@with_appcontext
def worker() -> None:
    """Work on background jobs beside the server, until stopped."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    handlers, *rest = _work_of(app)
    jobs.work(app, handlers, over, *rest)
