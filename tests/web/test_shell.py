"""The shell around every page: health, headers, languages, errors, navigation."""

import re
from typing import Any

import pytest
from flask import g, render_template_string
from sqlalchemy import event

from qms import __version__
from qms.core.db import db
from qms.core.errors import Invalid, Missing, OutOfTurn, Refused
from qms.core.routing import local_target
from qms.units import operations as units
from tests.cast import SYSTEM, Cast


def test_health_tells_version_and_database(browse: Any, database: str) -> None:
    told = browse().request("GET", "/health").get_json()
    kind = "sqlite" if database.startswith("sqlite") else "postgresql"
    assert told == {"status": "ok", "version": __version__, "database": kind}


def test_every_page_bears_its_headers(browse: Any, cast: Cast) -> None:
    for browser, path in ((browse(), "/sign-in"), (browse(cast.officer), "/account")):
        response = browser.request("GET", path)
        policy = response.headers["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([\w-]+)'", policy)
        assert nonce
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "private, no-store"
        for tag in re.findall(r"<(?:script|style)\b[^>]*>", response.text):
            assert nonce.group(1) in tag
    again = browse().request("GET", "/sign-in").headers["Content-Security-Policy"]
    assert nonce.group(1) not in again


def test_the_cookie_is_not_for_scripts(browse: Any, cast: Cast) -> None:
    cookie = browse().request("GET", "/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_language_switches_at_once_and_stays(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    assert browser.get("/account").soup.html["lang"] == "en"
    browser.post("/language", {"language": "id", "next": "/account"})
    assert browser.get("/account").soup.html["lang"] == "id"
    assert browse(cast.officer).get("/account").soup.html["lang"] == "id"
    browser.post("/language", {"language": "xx", "next": "/account"})
    assert browser.get("/account").soup.html["lang"] == "id"


def test_the_signed_out_choose_a_language_too(browse: Any) -> None:
    browser = browse()
    page = browser.get("/sign-in")
    assert page.soup.html["lang"] == "id"
    token = page.soup.find("input", {"name": "csrf_token"})["value"]
    data = {"language": "en", "csrf_token": token, "next": "/sign-in"}
    browser.request("POST", "/language", data=data)
    assert browser.get("/sign-in").soup.html["lang"] == "en"


def test_the_theme_is_kept(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    browser.post("/theme", {"theme": "dark", "next": "/account"})
    assert browser.get("/account").soup.html["data-bs-theme"] == "dark"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/findings?state=open", "/findings?state=open"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\nLocation: y", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_only_our_own_paths_are_gone_back_to(target: str | None, expected: str) -> None:
    assert local_target(target) == expected


def test_a_unit_narrows_and_all_units_widens(browse: Any, cast: Cast, app: Any) -> None:
    seen = []
    app.add_url_rule("/what-unit", "what_unit", lambda: (seen.append(g.unit_id), "ok")[1])
    browser, blk = browse(cast.officer), cast.blk.id
    browser.request("GET", f"/units/choose?choose={cast.blk.uid}&next=/account")
    browser.request("GET", "/what-unit")
    browser.request("GET", "/units/choose?choose=&next=/account")
    browser.request("GET", "/what-unit")
    assert seen == [blk, None]


def test_a_unit_that_one_does_not_see_is_never_chosen(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    page = browser.get(f"/units/choose?choose={cast.dinkes.uid}&next=/account")
    assert page.has("All units") and not page.has("Dinas Kesehatan")


def test_a_change_of_the_tree_shows_at_the_next_request(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    assert not browser.get("/account").has("Bidang Baru")
    units.open_unit(
        cast.district,
        code="BB",
        name="Bidang Baru",
        type="section",
        parent=cast.disnaker,
        by=SYSTEM,
    )
    db.session.commit()
    assert browser.get("/account").has("Bidang Baru")


def test_the_unknown_is_nothing_and_closed_to_the_signed_out(browse: Any, cast: Cast) -> None:
    assert browse(cast.officer).get("/nothing", status=404).has("Nothing here")
    assert browse().get("/nothing").url == "/sign-in"
    told = browse(cast.officer).request("GET", "/nothing", headers={"Accept": "application/json"})
    assert told.status_code == 404
    assert told.get_json()["error"]


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (Refused("no"), 403),
        (Missing("gone"), 404),
        (OutOfTurn("later"), 409),
        (Invalid("wrong"), 422),
        (RuntimeError("secret detail"), 500),
    ],
)
def test_problems_become_pages_and_undo_what_was_half_done(
    browse: Any, cast: Cast, app: Any, problem: Exception, status: int
) -> None:
    def fail() -> str:
        units.found_district("HALF", "Setengah", by=SYSTEM)
        raise problem

    app.add_url_rule("/fail", "fail", fail, methods=["POST"])
    page = browse(cast.officer).post("/fail", status=status)
    assert "secret detail" not in page.response.text
    assert (str(problem) in page.text) == (status != 500)
    assert db.session.query(units.District).filter_by(code="HALF").first() is None


def test_what_only_reads_cannot_write(browse: Any, cast: Cast, app: Any) -> None:
    def write() -> str:
        units.found_district("HALF", "Setengah", by=SYSTEM)
        db.session.commit()
        return "written"

    app.add_url_rule("/write", "write", write)
    browse(cast.officer).get("/write", status=500)
    assert db.session.query(units.District).filter_by(code="HALF").first() is None


def test_too_much_is_refused_in_words(browse: Any, cast: Cast, app: Any) -> None:
    browser = browse(cast.officer)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    response = browser.request("POST", "/theme", data={"theme": "x" * 2000})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("name", "is_shown"), [("coordinator", True), ("administrator", True), ("officer", False)]
)
def test_the_navigation_offers_what_the_rules_allow(
    browse: Any, cast: Cast, name: str, is_shown: bool
) -> None:
    browser = browse(getattr(cast, name))
    side = browser.get("/").soup.select_one("nav.side")
    assert ("/settings" in [link["href"] for link in side.select("a")]) is is_shown
    browser.get("/settings", 200 if is_shown else 403)


@pytest.mark.parametrize(
    ("path", "line"), [("/findings/new", "/findings"), ("/journal", "/journal"), ("/", "/")]
)
def test_one_line_of_the_navigation_is_the_present_one(
    browse: Any, cast: Cast, path: str, line: str
) -> None:
    page = browse(cast.administrator if path == "/journal" else cast.officer).get(path)
    assert [one["href"] for one in page.soup.select("nav.side a[aria-current]")] == [line]


def test_a_page_costs_few_queries_before_it_begins(browse: Any, cast: Cast, app: Any) -> None:
    """Whether the session holds and nothing changed: one query; the rest is kept."""
    app.add_url_rule("/bare", "bare", lambda: render_template_string('{% extends "base.html" %}'))
    browser, said = browse(cast.officer), []
    browser.request("GET", "/bare")

    def note(*arguments: Any) -> None:
        said.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        browser.request("GET", "/bare")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    asked = [statement for statement in said if not statement.startswith("BEGIN")]
    assert len(asked) == 1, asked


def test_public_views_are_few_and_known(app: Any) -> None:
    opened = {
        name for name, view in app.view_functions.items() if getattr(view, "is_public", False)
    }

    assert opened == {
        "audits.calendar_feed",  # with a secret address
        "reminders.calendar_feed",
        "audits.fieldwork_shell",  # holds nothing of an audit, so that a device may keep it
        "audits.fieldwork_worker",
        "complaints.complain",  # where the unit opened its page; limited within the hour
        "complaints.look_up",
        "complaints.receipt",  # with a number that nobody can guess
        "complaints.rate_publicly",
        "people.sign_in",
        "people.demo",
        "shell.language",
        "shell.theme",
        "shell.health",
    }


def test_what_is_there_already_is_told_so(browse: Any, cast: Cast, app: Any) -> None:
    """Two of the same at once: the database refuses the second, and nobody sees a fault."""

    def twice() -> str:
        for _ in range(2):
            db.session.add(units.District(code="SAMA", name="Sama"))
        db.session.flush()
        return "never"

    app.add_url_rule("/twice", "twice", twice, methods=["POST"])
    assert browse(cast.officer).post("/twice", status=409).has("saved already")


def test_ones_own_pages_lie_under_nothing(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    marked = "nav [aria-current=page]"
    assert [one.text.strip() for one in browser.get("/people").soup.select(marked)] == ["People"]
    for path in ("/account", "/account/password"):
        assert not browser.get(path).soup.select(marked)


def test_links_lead_to_where_the_installation_was_reached(browse: Any, cast: Cast) -> None:
    """What is worked out once for a path serves no other: who asks with a prefix of their own
    making gives nobody else links that lead there."""
    browser = browse(cast.officer)
    for root in ("/elsewhere", ""):
        page = browser.client.get("/account", environ_overrides={"SCRIPT_NAME": root}).text
        links = set(re.findall(r'(?:href|action)="(/[^"/]*)', page))
        assert ("/elsewhere" in links) is bool(root)
        assert ("/findings" in links) is not bool(root)
