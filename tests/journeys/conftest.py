"""An installation from nothing: what `qms init` makes, people who sign in with their passwords, the
commands, and a clock that a story moves on."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from qms import create_app
from qms.cli import main
from qms.core import jobs
from qms.core.db import db
from qms.core.i18n import speaking
from qms.standards.queries import forget_catalogue
from qms.units.tree import forget_trees
from tests.client import Browser, Page

ONE_TIME = re.compile(r"\b(?:[a-z0-9]{4}-){3}[a-z0-9]{4}\b")


class Installation:
    """An installation, the people who come to it, and their passwords by user name."""

    def __init__(self, app: Any, travel: Any, folder: Path) -> None:
        self.app, self.folder, self._travel = app, folder, travel
        self.passwords: dict[str, str] = {}
        self._browsers: dict[str, Browser] = {}

    def is_now(self, day: date, clock: str = "09:00") -> None:
        """Move the clock on to a moment in Jakarta."""
        hour = datetime.combine(day, time.fromisoformat(clock), ZoneInfo("Asia/Jakarta"))
        self._travel(hour)

    def qms(self, *words: Any, given: str | None = None, code: int = 0) -> str:
        """Run the `qms` command in English; what it printed."""
        db.session.remove()
        with speaking("en"):
            result = CliRunner().invoke(
                main,
                [str(word) for word in words],
                obj=ScriptInfo(create_app=lambda: self.app),
                input=given,
            )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        db.session.remove()
        return result.output

    def init(self, code: str, name: str, administrator: str, user_name: str) -> None:
        """What the administrator types on the server, on the first day."""
        self.passwords[user_name] = f"sandi pertama {user_name}"
        said = self.qms(
            *("init", "--district-code", code, "--district-name", name),
            *("--name", administrator, "--user-name", user_name, "--password-stdin"),
            given=self.passwords[user_name] + "\n",
        )
        assert f"{name} is ready, with {administrator} as its administrator" in said

    def enter(self, user_name: str, language: str = "en") -> Page:
        """Open the home page in this person's browser, signing in the first time. Who was given a
        one-time password must choose another first."""
        browser = self._browsers.get(user_name)
        if browser is None:
            browser = self._browsers[user_name] = Browser(self.app)
            browser.post("/language", {"language": language})
        page = browser.get("/")
        if page.url == "/":
            return page
        assert page.url == "/sign-in"
        page = page.submit(user_name=user_name, password=self.passwords[user_name])
        if ONE_TIME.fullmatch(self.passwords[user_name]):
            assert page.url == "/account/password"
            assert page.soup.select_one("main .notice"), "nobody says why another is asked for"
            page = self.change_password(page, user_name)
        assert page.url == "/"
        return page

    def home_of(self, user_name: str) -> str:
        """The home page of somebody who is signed in, as it was sent."""
        return self._browsers[user_name].request("GET", "/").get_data(as_text=True)

    def change_password(self, page: Page, user_name: str) -> Page:
        """Choose another password on the page for it."""
        old, new = self.passwords[user_name], f"kalimat yang panjang milik {user_name}"
        page = page.submit(old=old, password=new, again=new)
        self.passwords[user_name] = new
        return page

    def add_person(self, administrator: Browser, name: str, user_name: str, **more: Any) -> None:
        """Let somebody in, on the page for it; `unit` and `role` by the words on the page."""
        page = administrator.get("/people/new")
        chosen = {field: page.choice(field, more.pop(field)) for field in ("unit", "role")}
        page = page.submit(name=name, user_name=user_name, **chosen, **more)
        self.told_password(user_name, page.text)

    def told_password(self, user_name: str, said: str) -> None:
        """Note the one-time password that a page or a command showed."""
        found = ONE_TIME.search(said)
        assert found, said
        self.passwords[user_name] = found.group()

    def work_off(self) -> None:
        """What the background worker does: the oldest job that waits."""
        job = jobs.claim("the worker of the tests")
        assert job is not None
        jobs.run(job, self.app.extensions["qms_jobs"])
        db.session.rollback()


@pytest.fixture
def installation(empty_database: str, tmp_path: Path, travel: Any) -> Iterator[Installation]:
    """Nothing but an empty database and an empty folder."""
    forget_trees()
    forget_catalogue()
    app = create_app(
        {
            "instance": tmp_path / "journey",
            "database_url": empty_database,
            "session_hours": 24 * 3660,  # nobody signs in anew each time a story moves on
        }
    )
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        yield Installation(app, travel, tmp_path)
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
    forget_trees()
    forget_catalogue()


def waiting(page: Page) -> dict[str, str]:
    """The lines of My work: what waits, and all that its line says, the button last."""
    assert page.url == "/"
    lines = {}
    for item in page.soup.select("main .list li"):
        link, button = item.select_one(".list-main a"), item.select_one("a.btn")
        if link is not None and button is not None:
            lines[link.get_text(strip=True)] = " ".join(item.get_text(" ").split())
    return lines


def take_up(page: Page, what: str) -> Page:
    """Press the button of a line of My work."""
    button = page.part(what, "li").select_one("a.btn")
    assert button is not None
    return page.browser.get(str(button["href"]))


def fact(page: Page, label: str) -> str:
    """What the facts beside a record say; empty where they say nothing of it."""
    told = {str(one.dt.string): one.dd for one in page.soup.select("dl.facts > div")}
    return told[label].get_text(strip=True).strip("–") if label in told else ""
