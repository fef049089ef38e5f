"""Pages: one's notices and the bell, one's choices, the rule; and the personal calendar."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qms.core import clock, journal
from qms.core.db import AccessClass, db
from qms.overview.subjects import Subject
from qms.people import operations as people
from qms.reminders.jobs import run_reminders
from qms.reminders.models import Notice
from qms.reminders.rules import rule_of
from tests.cast import SYSTEM, Cast
from tests.counting import queries_of
from tests.factories import finish, make_action, make_finding, today


def remind(cast: Cast, *titles: str, **given: Any) -> list[Any]:
    made = [make_action(cast, one, due_on=today(cast), **given) for one in titles]
    db.session.commit()
    run_reminders()
    return made


def bell(page: Any) -> str:
    return " ".join(page.soup.select_one(".topbar .bell").get_text(" ").split())


def test_the_bell_counts_what_is_unread(browse: Any, cast: Cast) -> None:
    remind(cast, "Pasang papan", "Cat loket")
    owner = browse(cast.owner)
    assert "2" in bell(owner.get("/")) and bell(browse(cast.staff).get("/")) == "Notices"
    page = owner.get("/notices")
    assert page.has("Pasang papan") and page.has("today") and page.has("New")
    first = page.form(action="/notices/read")
    assert first is not None
    notice = page.soup.select_one(".notices input[name=notice]")["value"]
    page = owner.post("/notices/read", {"notice": notice})
    assert "1" in bell(page)
    page = owner.post("/notices/read")
    assert bell(page) == "Notices" and not page.has("New")
    assert page.has("Pasang papan")


@pytest.mark.usefixtures("only_sqlite")
def test_a_notice_is_read_by_nobody_else(browse: Any, cast: Cast) -> None:
    remind(cast, "Pasang papan")
    uid = db.session.scalar(select(Notice.uid))
    browse(cast.staff).post("/notices/read", {"notice": str(uid)})
    browse(cast.staff).post("/notices/read")
    assert "1" in bell(browse(cast.owner).get("/"))


def test_what_is_settled_says_so_and_what_is_hidden_is_gone(browse: Any, cast: Cast) -> None:
    done, hidden = remind(cast, "Selesai", "Disembunyikan")
    finish(cast, done)
    hidden.access = AccessClass.RESTRICTED
    journal.write("import", hidden, by=SYSTEM)
    db.session.commit()
    page = browse(cast.owner).get("/notices")
    assert page.has("Settled since") and not page.has("Disembunyikan")
    assert "1" in bell(page)
    people.withdraw_role(cast.owner.grants[0], reason="Pindah", by=cast.administrator)
    db.session.commit()
    page = browse(cast.owner).get("/notices")
    assert page.has("No notices") and bell(page) == "Notices"


def test_many_notices_come_page_by_page_with_the_same_few_questions(
    browse: Any, cast: Cast
) -> None:
    remind(cast, "Satu")
    owner = browse(cast.owner)
    few = queries_of(owner, "/notices")
    remind(cast, *(f"Tindakan {n:02d}" for n in range(60)))
    assert queries_of(owner, "/notices") == few <= 8
    assert queries_of(owner, "/actions") <= 8
    page = owner.get("/notices")
    assert len(page.soup.select(".notices > li")) == 50
    following = page.soup.select_one("a[rel=next]")["href"]
    assert len(owner.get(following).soup.select(".notices > li")) == 11


@pytest.mark.usefixtures("only_sqlite")
def test_the_rule_is_set_on_its_page(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get("/settings/reminders")
    assert page.has("as shipped")
    page = page.submit(before="14, 3", after_every="5", head_after="", subjects=["actions"])
    assert page.has("Set here")
    rule = rule_of(cast.district.id)
    assert (rule.before, rule.after_every, rule.head_after) == ((14, 3), 5, None)
    assert rule.silent == set(Subject) - {Subject.ACTIONS}
    page = page.submit(status=422, before="besok", after_every="5")
    assert page.has("Write numbers of days, such as 7, 1.")
    assert page.soup.select_one("#before")["value"] == "besok"
    page = page.submit(status=422, before="7", head_after="9", secretariat_after="3")
    assert page.has("The secretariat is told after the head of the unit")
    assert browse(cast.administrator).get("/journal").has("set when people are reminded")


@pytest.mark.usefixtures("only_sqlite")
def test_one_chooses_for_oneself(browse: Any, cast: Cast) -> None:
    page = browse(cast.staff).get("/notices/mine")
    assert page.has("No mail address of yours is known")
    page = page.submit(action="/notices/mine", mail="weekly")
    assert page.soup.select_one("input[name=mail][value=weekly]").has_attr("checked")
    assert browse(cast.staff).post("/notices/mine", {"mail": "hourly"}, status=422)


# The calendar ---------------------------------------------------------------------------------


def address(page: Any) -> str:
    return str(re.sub(r"^https?://[^/]+", "", page.soup.select_one("#address")["value"]))


def events(text: str) -> dict[str, dict[str, str]]:
    """UID -> the lines of each entry."""
    found = {}
    for part in text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]:
        lines = dict(line.split(":", 1) for line in part.strip().split("\r\n") if ":" in line)
        found[lines["UID"]] = lines
    return found


def test_the_calendar_holds_what_is_due_until_it_is_renewed_or_off(
    app: Any, browse: Any, cast: Cast, travel: Any
) -> None:
    travel(clock.now())
    day = today(cast) + timedelta(days=20)
    action = make_action(cast, "Rapat, bagian 1; “loket” " + "é" * 60, due_on=day)
    make_action(cast, "Bukan miliknya", due_on=day, owner_person_id=cast.officer.id)
    make_finding(cast, "Temuan rahasia", by=cast.officer, access=AccessClass.RESTRICTED)
    db.session.commit()
    uid, number = f"do-{action.uid}@qms", action.number
    owner, stranger = browse(cast.owner), app.test_client()
    page = owner.get("/notices/mine").submit(action="/notices/calendar")
    first = address(page)
    answer = stranger.get(first)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    event = events(answer.text)[uid]
    named = f"Action due: {number} Dinas Tenaga Kerja: Rapat\\, bagian 1\\;"
    assert event["SUMMARY"].startswith(named)
    assert event["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
    assert event["DTEND;VALUE=DATE"] == f"{day + timedelta(days=1):%Y%m%d}"
    assert event["URL"].endswith(f"/actions/{action.uid}")
    assert "Bukan miliknya" not in answer.text and "rahasia" not in answer.text
    again = stranger.get(first, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    finish(cast, action)
    db.session.commit()
    assert uid not in events(stranger.get(first).text)
    page = owner.get("/notices/mine").submit(action="/notices/calendar")
    assert page.has("The old one works no more.") and address(page) != first
    second = address(page)
    html = {"Accept": "text/html"}
    assert stranger.get(first, headers=html).status_code == 404
    assert stranger.get(second).status_code == 200
    assert stranger.get(second.replace(".ics", "0.ics"), headers=html).status_code == 404
    page = page.submit(action="/notices/calendar/stop")
    assert page.has("Your calendar is off.")
    assert stranger.get(second, headers=html).status_code == 404
    assert owner.post("/notices/calendar/stop", status=409)
    third = address(owner.get("/notices/mine").submit(action="/notices/calendar"))
    assert third != second and stranger.get(second, headers=html).status_code == 404
    people.disable_account(cast.owner, by=cast.administrator)
    db.session.commit()
    assert stranger.get(third, headers=html).status_code == 404


@pytest.mark.usefixtures("only_sqlite")
def test_a_calendar_hides_what_is_restricted_and_counts_changes(
    app: Any, browse: Any, cast: Cast
) -> None:
    secret = make_action(
        cast,
        "Suap pejabat",
        due_on=today(cast) + timedelta(days=3),
        owner_person_id=cast.officer.id,
        access=AccessClass.RESTRICTED,
    )
    db.session.commit()
    uid = f"do-{secret.uid}@qms"
    page = browse(cast.officer).get("/notices/mine").submit(action="/notices/calendar")
    where, stranger = address(page), app.test_client()
    before = events(stranger.get(where).text)[uid]
    assert before["SUMMARY"] == "Action due: A confidential matter" and "DESCRIPTION" not in before
    secret.due_on += timedelta(days=1)
    journal.write("import", secret, by=SYSTEM)
    db.session.commit()
    after = events(stranger.get(where).text)[uid]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART;VALUE=DATE"] > before["DTSTART;VALUE=DATE"]
