"""Signing in, being locked out, and losing rights at once."""

from datetime import timedelta
from typing import Any

import pytest

from qms.core import clock
from qms.core.db import db
from qms.people import operations, sessions
from qms.people.models import SignInAttempt
from qms.people.roles import Role
from tests.cast import PASSWORD, Cast


def test_a_person_signs_in_and_out(browse: Any, cast: Cast) -> None:
    browser = browse()
    page = browser.get("/account")
    assert page.url == "/sign-in"
    page = page.submit(user_name="Officer ", password=PASSWORD)
    assert page.url == "/account" and page.has("Officer")
    assert page.has("Quality officer")
    browser.post("/sign-out")
    assert browser.get("/account").url == "/sign-in"


def test_a_wrong_password_is_refused_and_what_was_typed_stays(browse: Any) -> None:
    page = browse().get("/sign-in").submit(user_name="officer", password="wrong", status=401)
    assert page.form().find("input", {"name": "user_name"})["value"] == "officer"
    assert not page.form().find("input", {"name": "password"}).get("value")


def test_five_failures_shut_the_door_for_fifteen_minutes(browse: Any, travel: Any) -> None:
    page = browse().get("/sign-in?next=/account")
    for _ in range(5):
        page = page.submit(user_name="officer", password="wrong", status=401)
    page = page.submit(user_name="officer", password=PASSWORD, status=401)
    assert db.session.query(SignInAttempt).count() == 5
    travel(clock.now() + timedelta(minutes=16))
    assert page.submit(user_name="officer", password=PASSWORD).url == "/account"


def test_nobody_waits_while_a_password_is_checked(
    browse: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    class Hasher:
        def verify(self, *_given: str) -> None:
            held.append(db.session().in_transaction())

    monkeypatch.setattr(sessions, "_hasher", Hasher())
    page = browse().get("/sign-in?next=/account")
    assert page.submit(user_name="officer", password=PASSWORD).url == "/account"
    assert held == [False]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "\t//evil.example"]
)
def test_nobody_is_led_elsewhere_after_signing_in(browse: Any, target: str) -> None:
    browser = browse()
    page = browser.get("/sign-in")
    response = browser.request(
        "POST",
        f"/sign-in?next={target}",
        data={
            "user_name": "officer",
            "password": PASSWORD,
            "csrf_token": page.form().find("input", {"name": "csrf_token"})["value"],
        },
    )
    assert response.status_code == 303 and response.headers["Location"] == "/"


def test_an_ended_session_and_a_disabled_account_are_out_at_once(browse: Any, cast: Cast) -> None:
    first, second = browse(cast.officer), browse(cast.officer)
    page = first.get("/account")
    page.submit(action="/end")
    assert second.get("/account").url == "/sign-in"
    operations.disable_account(cast.officer, by=cast.administrator)
    db.session.commit()
    assert first.get("/account").url == "/sign-in"


def test_a_password_change_ends_the_other_sessions(browse: Any, cast: Cast) -> None:
    first, second = browse(cast.officer), browse(cast.officer)
    page = first.get("/account/password")
    assert page.submit(old="wrong", password="x" * 10, again="x" * 10, status=422).has(
        "not your present password"
    )
    assert page.submit(old=PASSWORD, password="short", again="short", status=422).has(
        "at least 10 characters"
    )
    new = "kalimat yang panjang"
    page = page.submit(old=PASSWORD, password=new, again="kalimat yang panjnag", status=422)
    assert page.has("This is another password than the one above.")
    assert page.submit(old=PASSWORD, password=new, again=new).url == "/account"
    assert second.get("/account").url == "/sign-in"
    assert sessions.is_password(cast.officer.account, "kalimat yang panjang")


def test_a_form_without_its_token_changes_nothing(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    assert browser.request("POST", "/sign-out").status_code == 400
    assert browser.get("/account").url == "/account"


def test_the_demo_door_is_shut_in_a_real_installation(browse: Any, cast: Cast) -> None:
    browser = browse()
    assert not browser.get("/sign-in").has("demo")
    token = browser.get("/sign-in").form().find("input", {"name": "csrf_token"})["value"]
    response = browser.request(
        "POST", "/sign-in/demo", data={"person": str(cast.officer.uid), "csrf_token": token}
    )
    assert response.status_code == 403


def test_the_demo_offers_its_people_by_role_with_their_unit(
    app: Any, browse: Any, cast: Cast
) -> None:
    operations.grant_role(
        cast.staff, Role.AUDITOR, cast.dinkes, from_on=cast.district.today, by=cast.administrator
    )
    operations.disable_account(cast.guest, by=cast.administrator)
    db.session.commit()
    app.config["QMS_DEMO"] = True
    browser = browse()
    with browser.client.session_transaction() as session:
        session["language"] = "en"
    offered = browser.get("/sign-in").soup.select_one(".demo-people")
    groups = {
        heading.get_text(): [
            " ".join(item.get_text(" ").split()) for item in heading.find_next("ul").select("li")
        ]
        for heading in offered.select("h3")
    }
    assert groups["Quality officer"] == [
        "Officer Dinas Tenaga Kerja Enter",
        "Other Officer Dinas Kesehatan Enter",
    ]
    assert (
        "Staff Dinas Tenaga Kerja Also: Internal auditor (Dinas Kesehatan) Enter"
        in (groups["Process owner or staff"])
    )
    assert "Guest auditor (reads only)" not in groups
    assert not any("Bystander" in one for people in groups.values() for one in people)


def test_nobody_is_offered_outside_the_demo(browse: Any, cast: Cast) -> None:
    assert browse().get("/sign-in").soup.select_one(".demo-people") is None
