"""Pages of problems: what they offer as the next step."""

import re
from threading import Thread
from typing import Any

import pytest

from qms.audits import operations as audits
from qms.audits.models import Answer, AuditLine
from qms.core.db import db
from qms.core.errors import Stale
from qms.people.models import Person
from tests.audits.makers import under_way
from tests.cast import Cast
from tests.factories import answer, make_evidence, make_file, make_finding

OWN = "http://localhost"


def offered(browser: Any, referrer: str) -> str | None:
    """Where the page of an unknown address leads back to."""
    page = browser.get("/nowhere", 404, headers={"Referer": referrer})
    link = page.soup.select_one("a.btn-primary")
    return str(link["href"]) if link else None


def test_a_problem_leads_back_to_the_page_before(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    assert offered(browser, f"{OWN}/findings?state=open") == "/findings?state=open"
    assert offered(browser, f"{OWN}/") == "/"


@pytest.mark.parametrize(
    "referrer",
    [
        "https://evil.example/findings",
        f"{OWN}//evil.example/",
        f"{OWN}/\\evil.example/",
        f"{OWN}.evil.example/",
        f"{OWN}/\t/evil.example",
        "",
    ],
)
def test_a_problem_leads_nowhere_else(browse: Any, cast: Cast, referrer: str) -> None:
    assert offered(browse(cast.officer), referrer) is None


def test_a_file_that_is_gone_is_told_as_such(browse: Any, cast: Cast) -> None:
    """What a backup would name, a person meets first: no fault of theirs, and no riddle."""
    evidence = make_evidence(cast, files=[make_file("loket.txt")])
    evidence.versions[0].files[0].stored.path.unlink()
    db.session.commit()
    page = browse(cast.officer).get(f"/evidence/{evidence.uid}/files/1/1", 404)
    assert page.has("The file is not in the store. Tell the administrator.")


def test_what_was_written_for_nothing_is_shown_to_be_kept(browse: Any, cast: Cast) -> None:
    """Somebody sent the answer meanwhile: another is refused, but nobody's words are lost."""
    finding = make_finding(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/findings/{finding.uid}/answer")
    answer(cast, finding, by=cast.owner)
    db.session.commit()
    page = page.submit(cause="Sebab yang lama dipikirkan", status=409)
    assert [box.text.strip() for box in page.soup.select("textarea[readonly]")] == [
        "Sebab yang lama dipikirkan"
    ]
    assert page.has("It is not saved.")


def test_a_reason_of_a_stale_move_is_shown_to_be_kept(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    page = browse(cast.auditor).post(
        f"/findings/{finding.uid}/moves/cancel",
        {"version": "0", "reason": "Ganda dengan <b>temuan</b> lama"},
        status=409,
    )
    box = page.soup.select_one("textarea[readonly]")
    assert box is not None and box.text == "Ganda dengan <b>temuan</b> lama"
    label = page.soup.select_one(f"label[for={box['id']}]")
    assert label is not None and label.text == "Reason"
    assert page.has("look at it before you try again")


def test_no_password_is_shown(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).post("/findings/rules/minor", {"password": "satu dua"}, status=403)
    assert not page.has("satu dua") and not page.soup.select("textarea[readonly]")


def test_dropping_ones_own_version_leads_to_the_saved_one(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    db.session.commit()
    line = f"/audits/{audit.uid}/checklist/lines/{audit.asked[0].uid}"
    report, pattern = f"/audits/{audit.uid}/report/write", "/documents/patterns"
    unit = str(cast.blk.uid)
    for path, first, late, stands in (
        (line, {"answer": "conform", "seen": "Baik"}, {"answer": "major", "seen": "Buruk"}, line),
        (report, {"summary": "Satu"}, {"summary": "Dua"}, f"/audits/{audit.uid}"),
        (
            pattern,
            {"unit": unit, "type": "SOP", "pattern": "A/{seq}"},
            {"unit": unit, "type": "SOP", "pattern": "B/{seq}"},
            pattern,
        ),
    ):
        browser = browse(cast.officer if path == pattern else cast.auditor)
        pages = [browser.get(path) for _ in range(2)]
        pages[0].submit(**first)
        page = pages[1].submit(**late, status=409)
        link = page.soup.find("a", string="Drop mine and read the saved version")
        assert link["href"] == stands
        browser.get(stands)


def test_dropping_it_leads_to_where_the_installation_was_reached(browse: Any, cast: Cast) -> None:
    audit = under_way(cast)
    db.session.commit()
    path = f"/audits/{audit.uid}/checklist/lines/{audit.asked[0].uid}"
    browser = browse(cast.auditor)
    page = browser.get(path)
    page.submit(answer="conform", seen="Baik")
    token = page.soup.select_one("input[name=csrf_token]")["value"]
    given = {"version": "1", "answer": "major", "seen": "Buruk", "csrf_token": token}
    said = browser.client.post(path, data=given, environ_overrides={"SCRIPT_NAME": "/mutu"})
    assert said.status_code == 409
    links = set(re.findall(r'(?:href|action)="(/[^"?]*)', said.text))
    assert f"/mutu{path}" in links and all(link.startswith("/mutu/") for link in links)


def test_the_second_of_two_who_save_at_once_is_told_so(app: Any, cast: Cast) -> None:
    """On PostgreSQL too, where both read the record before either has saved it."""
    audit = under_way(cast)
    db.session.commit()
    line_id, person_id, seen = audit.asked[0].id, cast.lead_auditor.id, audit.asked[0].version
    said: list[str] = []

    def answer_it_too() -> None:
        with app.app_context():
            line, by = db.session.get(AuditLine, line_id), db.session.get(Person, person_id)
            assert line and by
            try:
                audits.answer_line(line, Answer.CONFORM, seen="B", by=by, version=seen)
                db.session.commit()
                said.append("saved")
            except Stale:
                said.append("stale")
            db.session.rollback()

    audits.answer_line(audit.asked[0], Answer.CONFORM, seen="A", by=cast.auditor, version=seen)
    db.session.flush()
    meanwhile = Thread(target=answer_it_too)
    meanwhile.start()
    meanwhile.join(1)
    db.session.commit()
    meanwhile.join(30)
    assert said == ["stale"]
