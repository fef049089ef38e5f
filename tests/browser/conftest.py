"""A real server with the demo district, and a real Chromium that visits it.

The server runs in a thread of the tests, one per worker, so that all of a worker's tests share its
data: a test makes what it changes, or changes what no other test looks at. Whatever a page
complains about (an error in the console, a breach of the content security policy, a failed
request) fails the test that visited it.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, expect
from sqlalchemy import select
from waitress import create_server, wasyncore

from qms import create_app
from qms.core import jobs
from qms.core.db import db
from qms.people import sessions
from qms.people.models import Account, Person
from qms.people.operations import choose_looks
from qms.units.tree import forget_trees

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP qms.test 127.0.0.1",
)
INSECURE = "qms.test"
"""This machine under a name that browsers do not trust without HTTPS, as they do 127.0.0.1."""
WIDE = {"width": 1366, "height": 768}
LOCALES = {"id": "id-ID", "en": "en-GB"}
PHONE = {"width": 390, "height": 844}

MOST_WAITED = 30_000
"""Milliseconds that a page may take on a busy machine; what is there sooner is not waited for."""

expect.set_options(timeout=MOST_WAITED)

# Who is who in the demo.
ADMINISTRATOR, OFFICER, OWNER, HEAD, GUEST = "admin", "siti", "dewi", "agus", "tamu"


class Site:
    """The running demo: its address, and its application for looking at the database."""

    def __init__(self, app: Any, url: str) -> None:
        self.app, self.url = app, url

    def session_of(self, user_name: str, language: str) -> str:
        """The value of a session cookie of somebody's, who reads this language from now on."""
        with self.app.app_context():
            found = select(Person).join(Account, Account.id == Person.account_id)
            person = db.session.scalar(found.where(Account.user_name == user_name))
            assert person is not None, user_name
            choose_looks(person, language=language)
            token = sessions.begin(person, address="127.0.0.1", browser="tests")
            db.session.commit()
            content = {"token": token, "language": language}
        serializer = self.app.session_interface.get_signing_serializer(self.app)
        return str(serializer.dumps(content))


@pytest.fixture(scope="session")
def site(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo on a free port of this machine, with a worker for background jobs."""
    instance = tmp_path_factory.mktemp("site") / "instance"
    shutil.copytree(filled_sqlite, instance)
    forget_trees()
    app = create_app(
        {"instance": instance, "database_url": f"sqlite:///{instance / 'qms.db'}", "demo": True}
    )
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
    over = jobs.start_worker(app, app.extensions["qms_jobs"])
    thread = threading.Thread(target=server.run, daemon=True, name="site")
    thread.start()
    yield Site(app, f"http://127.0.0.1:{server.effective_port}")
    over.set()
    # In its own thread: who closes a socket that another thread waits for ends that with an error.
    server.trigger.pull_trigger(partial(wasyncore.close_all, server._map))
    thread.join(timeout=30)
    server.task_dispatcher.shutdown()
    with app.app_context():
        db.engine.dispose()
    forget_trees()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which needs no download."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    path = os.environ.get("QMS_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("Chromium not installed")
    return {**browser_type_launch_args, "executable_path": path, "args": list(FLAGS)}


class Troubles:
    """What pages complained about."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: set[int] = set()
        """Statuses that a test provokes on purpose."""

    def listen(self, context: BrowserContext) -> None:
        context.on("console", lambda message: self._console(message))
        context.on("weberror", lambda error: self.heard.append(f"error: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _console(self, message: Any) -> None:
        # A refused form answers with its page and a 4xx, which Chromium notes as an error;
        # `_answered` judges statuses.
        if message.type in ("error", "warning") and "the server responded with" not in message.text:
            self.heard.append(
                f"{message.type} on {message.page and message.page.url}: {message.text}"
            )

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page was left, or a download began
            self.heard.append(f"{request.failure}: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.heard.append(f"{response.status}: {response.request.method} {response.url}")


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    """Fails the test if a page complained; add to `expected` what the test provokes."""
    found = Troubles()
    yield found
    assert not found.heard


@pytest.fixture
def visit(site: Site, browser: Browser, troubles: Troubles) -> Iterator[Callable[..., Page]]:
    """visit(user_name) -> a page of somebody's who is signed in (None: signed out), in English
    unless another language is given.

    Further arguments go to the browser context: viewport, color_scheme, java_script_enabled.
    """
    contexts: list[BrowserContext] = []

    def start(user_name: str | None = None, language: str = "en", **about: Any) -> Page:
        context = browser.new_context(
            base_url=site.url, **{"viewport": WIDE, "locale": LOCALES[language], **about}
        )
        context.set_default_timeout(MOST_WAITED)
        troubles.listen(context)
        if user_name is not None:
            cookie = site.session_of(user_name, language)
            name = site.app.config["SESSION_COOKIE_NAME"]
            context.add_cookies([{"name": name, "value": cookie, "url": site.url}])
        contexts.append(context)
        return context.new_page()

    yield start
    for context in contexts:
        context.close()
