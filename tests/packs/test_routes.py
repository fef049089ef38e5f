"""The pages: asking for a pack, following it, taking a copy; nobody else's pack exists."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import event, select

from qms.core import dates, jobs
from qms.core.db import db
from qms.packs.about import number_of
from qms.packs.jobs import JOBS
from qms.packs.models import Pack
from tests.cast import Cast
from tests.factories import make_evidence
from tests.packs.generated import FROM, TO
from tests.packs.test_operations import ask


def choices(cast: Cast, **given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "units": [str(cast.disnaker.uid)],
        "editions": ["iso9001-2015", "iso37001-2016"],
        "from_on": FROM.isoformat(),
        "to_on": TO.isoformat(),
        "language": "en",
    }
    return {**values, **given}


def asked(browse: Any, cast: Cast, **given: Any) -> Any:
    """The page of a pack that the officer asked for."""
    return browse(cast.officer).get("/packs").submit(**choices(cast, **given))


def worked() -> None:
    job = jobs.claim("a worker")
    assert job is not None
    jobs.run(job, JOBS)
    db.session.rollback()


def test_asking_following_and_taking_a_copy(browse: Any, cast: Cast) -> None:
    make_evidence(cast, "Notulen rapat")
    db.session.commit()
    page = asked(browse, cast)
    assert page.url.startswith("/packs/") and page.has("The pack is being made")
    progress = page.browser.get(f"{page.url}/progress").json
    assert progress == {
        "percent": 0, "state": "waiting", "text": "It waits for its turn.", "download": None,
    }  # fmt: skip
    assert page.soup.select_one("[data-progress]")["data-progress"] == f"{page.url}/progress"
    assert page.soup.select_one("noscript a")["href"] == ""  # the same page again
    worked()
    progress = page.browser.get(f"{page.url}/progress").json
    assert progress["state"] == "done" and progress["percent"] == 100
    assert progress["download"] == page.url
    page = page.browser.get(page.url)
    assert page.has("Ready") and page.has("qms pack verify") and page.has("had the pack made")
    token = page.form("/copy").find("input", {"name": "csrf_token"})["value"]
    response = page.browser.request("POST", f"{page.url}/copy", data={"csrf_token": token})
    assert response.status_code == 200 and response.mimetype == "application/zip"
    name = f"Evidence-pack-DISNAKER-{FROM}-{TO}-{number_of(UUID(page.url[-36:]))}.zip"
    assert name in response.headers["Content-Disposition"]
    with ZipFile(BytesIO(response.data)) as archive:
        assert any("Notulen rapat" in name for name in archive.namelist())
    response.close()
    assert page.browser.get(page.url).has("took a copy")
    assert page.browser.get("/packs").has("Dinas Tenaga Kerja")


def test_the_form_knows_what_people_mostly_want(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/packs")
    chosen = {tag["value"] for tag in page.soup.select("input[name=units][checked]")}
    assert chosen == {str(cast.disnaker.uid)}
    offered = {tag["value"] for tag in page.soup.select("input[name=units]")}
    assert offered == {str(cast.disnaker.uid), str(cast.blk.uid)}
    assert len(page.soup.select("input[name=editions][checked]")) == 2
    assert not page.soup.select("input[name=editions][value=iso9001-2008]")
    today = cast.district.today
    assert page.soup.select_one("#from_on")["value"] == f"{today.year}-01-01"


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    browse: Any, cast: Cast, only_sqlite: None
) -> None:
    page = browse(cast.officer).get("/packs")
    for words, given in (
        ("Choose at least one unit.", {"units": []}),
        ("Choose at least one standard.", {"editions": []}),
        ("Write the first day of the period.", {"from_on": ""}),
        (
            "The period ends before it begins.",
            {"from_on": TO.isoformat(), "to_on": FROM.isoformat()},
        ),
        ("States can be told", {"as_of": "2020-01-01"}),
        ("Write a date such as", {"known_on": "2020-01-01", "from_on": "31/13/2026"}),
    ):
        typed = {"to_on": (TO - timedelta(days=7)).isoformat(), **given}
        answer = page.submit(status=422, **choices(cast, **typed))
        assert answer.has(words)
        assert answer.soup.select_one("#to_on")["value"] == typed["to_on"]
    assert db.session.scalars(select(Pack)).all() == []


@pytest.mark.parametrize("ticked", [True, False])
def test_restricted_records_are_taken_in_by_a_tick(
    browse: Any, cast: Cast, ticked: bool, only_sqlite: None
) -> None:
    page = browse(cast.officer).get("/packs")
    box = page.soup.select_one("input[name=include_restricted]")
    assert box is not None and not box.has_attr("checked")
    page = page.submit(**choices(cast, **({"include_restricted": "y"} if ticked else {})))
    assert db.session.scalars(select(Pack)).one().includes_restricted is ticked
    assert page.has("Restricted records") and page.has("included" if ticked else "left out")


def test_who_may_see_no_restricted_record_is_not_told_of_any(
    browse: Any, cast: Cast, only_sqlite: None
) -> None:
    page = browse(cast.consultant).get("/packs")
    assert not page.soup.select("input[name=include_restricted]")
    page = page.submit(**choices(cast))
    assert not page.has("Restricted records")


def test_a_unit_that_is_not_theirs_is_no_choice(browse: Any, cast: Cast) -> None:
    browser = browse(cast.officer)
    page = browser.post("/packs", choices(cast, units=[str(cast.dinkes.uid)]), status=422)
    assert page.has("Not a valid choice") or page.has("bukan pilihan") or page.soup.select(".error")
    assert db.session.scalars(select(Pack)).all() == []


def test_without_the_right_there_is_no_form(browse: Any, cast: Cast, only_sqlite: None) -> None:
    for role in ("owner", "staff", "guest", "administrator", "bystander"):
        browser = browse(getattr(cast, role))
        browser.get("/packs", status=403)
        browser.post("/packs", choices(cast), status=403)


def test_a_pack_is_nobody_elses(browse: Any, cast: Cast) -> None:
    """Not even of those who administer, oversee, or could make the same one."""
    page = asked(browse, cast)
    worked()
    for name in ("head", "coordinator", "administrator", "secretariat", "outsider", "owner"):
        browser = browse(getattr(cast, name))
        browser.get(page.url, status=404)
        browser.get(f"{page.url}/progress", status=404)
        browser.post(f"{page.url}/copy", status=404)
    browse(cast.officer).get("/packs/nonsense", status=404)
    assert browse().get(page.url).url == "/sign-in"


def test_addresses_are_used_as_meant(browse: Any, cast: Cast) -> None:
    page = asked(browse, cast)
    page.browser.get(f"{page.url}/copy", status=405)
    page.browser.post(f"{page.url}/copy", status=409)  # not made yet


def test_a_failed_job_says_why(browse: Any, cast: Cast) -> None:
    piece = make_evidence(cast, "Rusak")
    db.session.commit()
    path = piece.versions[0].files[0].stored.path
    path.write_bytes(bytes(len(path.read_bytes())))
    page = asked(browse, cast)
    worked()
    page = page.browser.get(page.url)
    assert page.has("was damaged in the store") and page.has("Ask again")
    assert page.browser.get(f"{page.url}/progress").json["state"] == "failed"


def test_a_past_moment_can_be_chosen(browse: Any, cast: Cast) -> None:
    today = cast.district.today
    asked(browse, cast, known_on=today.isoformat(), as_of=today.isoformat())
    pack = db.session.scalars(select(Pack)).one()
    assert pack.as_of == today and pack.known_at.date() <= today


def test_the_list_says_when_a_pack_was_asked_for(
    browse: Any, cast: Cast, only_sqlite: None
) -> None:
    """And not of which moment it tells."""
    earlier = (cast.district.today - timedelta(days=9)).isoformat()
    page = asked(browse, cast, known_on=earlier).browser.get("/packs")
    assert page.has(f"asked for on {dates.long_day(cast.district.today)}")


def test_the_pages_take_few_queries(browse: Any, cast: Cast, only_sqlite: None) -> None:
    def queries(url: str = "/packs") -> int:
        statements: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            browser.get(url)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    browser = browse(cast.officer)
    browser.get("/packs")
    for number in range(3):
        ask(cast.officer, [cast.disnaker.id], from_on=FROM + timedelta(days=number))
    db.session.commit()
    few = queries()
    for number in range(12):
        ask(cast.officer, [cast.disnaker.id], from_on=FROM + timedelta(days=30 + number))
    db.session.commit()
    assert queries() == few <= 8
    pack = ask(cast.officer, [cast.disnaker.id])
    db.session.commit()
    assert queries(f"/packs/{pack.uid}") <= 10
