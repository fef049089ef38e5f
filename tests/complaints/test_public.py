"""The pages for everybody: sending, the receipt, what is refused, and what never shows."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from bs4 import Tag
from sqlalchemy import func, select

from qms.complaints import operations, rate_limit
from qms.complaints.models import (
    Complaint,
    ComplaintCount,
    ComplaintPage,
    ComplaintState,
    Satisfaction,
)
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.uids import new_uid
from qms.people import operations as people
from qms.units import operations as units
from tests.cast import SYSTEM, Cast
from tests.client import Browser, Page
from tests.complaints.makers import in_state

PAGE = "/complain/uji/disnaker"
SCRIPT = "<script>alert('x')</script>\n=HYPERLINK(\"http://x\")"


@pytest.fixture
def stranger(app: Any, cast: Cast) -> Browser:
    """Somebody without an account, before the open page of Disnaker."""
    operations.open_page(cast.disnaker.id, by=cast.officer)
    db.session.commit()
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session["language"] = "en"
    return browser


def send(browser: Browser, statement: str = "Antre tiga jam.", **given: Any) -> Page:
    """Fill in the page's form and press its button."""
    status = given.pop("status", 200)
    return browser.get(PAGE).press(
        "Send the complaint", statement=statement, status=status, **given
    )


def only() -> Complaint:
    db.session.expire_all()
    return db.session.scalars(select(Complaint)).one()


def count(model: Any = Complaint) -> int:
    db.session.expire_all()
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def test_sent_and_followed_with_the_receipt(stranger: Browser, browse: Any, cast: Cast) -> None:
    page = send(stranger, complainant="Kartika", contact="0812-0000-1111").well_made()
    complaint = only()
    assert page.has(complaint.receipt) and page.has("Thank you.")
    assert page.response.headers["X-Robots-Tag"].startswith("noindex")
    assert complaint.recorded_by_id is None and complaint.channel.value == "public_page"
    operations.answer_complaint(complaint, text="Loket ditambah.", by=cast.officer)
    db.session.commit()
    typed = complaint.receipt.replace("-", " ").lower()
    page = stranger.get("/receipt").press("Look", number=typed)
    assert page.has("Loket ditambah.")
    shown = page.response.get_data(as_text=True)
    for secret in ("Kartika", "0812-0000-1111", "Antre tiga jam", complaint.number, "Officer"):
        assert secret not in shown
    page = page.press("Send", satisfaction="3")
    assert page.has("You told us: 3 – Satisfied")
    assert only().satisfaction is Satisfaction.CONTENT
    again = stranger.post(f"/receipt/{complaint.receipt}/satisfaction", {"satisfaction": "1"}, 409)
    assert again.has("This was said before") and only().satisfaction is Satisfaction.CONTENT
    told = browse(cast.officer).get(f"/complaints/{complaint.uid}")
    assert told.has("Kartika") and told.has("Masyarakat (halaman publik)")
    assert told.has("3 – Satisfied")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_public_pages_are_well_made(
    stranger: Browser, cast: Cast, only_sqlite: None, language: str
) -> None:
    with stranger.client.session_transaction() as session:
        session["language"] = language
    receipt = in_state(cast, ComplaintState.CLOSED).receipt
    passed_on = in_state(cast, ComplaintState.FORWARDED).receipt
    for path, status in (
        (PAGE, 200),
        ("/receipt", 200),
        (f"/receipt/{receipt}", 200),
        (f"/receipt/{passed_on}", 200),
        ("/receipt/AAAA-BBBB-CCCC", 404),
        ("/receipt?number=AAAA", 404),
        ("/complain/uji/dinkes", 404),
    ):
        page = stranger.get(path, status).well_made()
        assert isinstance(page.soup.html, Tag) and page.soup.html["lang"] == language


def test_what_was_typed_is_kept_when_it_is_refused(stranger: Browser) -> None:
    page = send(stranger, "", place="Loket 2", status=422)
    assert page.has("Write what happened.")
    page = page.press("Send the complaint", statement="A b", website="x", status=422)
    assert page.has("This field must stay empty.") and count() == 0
    kept = page.form()
    assert kept.select_one("textarea").text.strip() == "A b"  # type: ignore[union-attr]
    assert kept.select_one("input[name=place]")["value"] == "Loket 2"  # type: ignore[index]
    old = stranger.request("POST", PAGE, data={"statement": "Sudah saya tulis panjang"})
    assert old.status_code == 400 and "Sudah saya tulis panjang" in old.text


def test_sent_twice_it_is_there_once(stranger: Browser) -> None:
    page = stranger.get(PAGE)
    shown = [page.press("Send the complaint", statement="Antre.").url for _ in range(2)]
    assert shown[0] == shown[1] and count() == 1
    page.press("Send the complaint", statement="Lain lagi.", status=422)
    page.press("Send the complaint", statement="Antre.", complainant="Kartika", status=422)
    again = page.press("Send the complaint", statement="Antre.", about_integrity="y", status=422)
    assert count() == 1, "nobody is told that it is received with what was not saved"
    again.press("Send the complaint")
    assert count() == 2


def test_a_thousand_times(stranger: Browser, travel: Any) -> None:
    """As many as the hour allows, one clear sentence for the rest, nothing left behind by them."""
    start = datetime(2026, 8, 14, 3, 10, tzinfo=UTC)
    travel(start)
    for n in range(rate_limit.PER_PLACE):
        send(stranger, f"Keluhan {n}")
    page = send(stranger, "Masih ada", status=429)
    assert page.response.headers["Retry-After"] == "3600"
    assert page.has("Try again in an hour") and page.form().select_one("textarea").text  # type: ignore[union-attr]
    rows = count(ComplaintCount)
    token = page.form().select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    for n in range(30):
        data = {"statement": f"Banjir {n}", "csrf_token": str(token)}
        assert stranger.request("POST", PAGE, data=data).status_code == 429
    assert count() == rate_limit.PER_PLACE and count(ComplaintCount) == rows == 2
    travel(start + timedelta(hours=1))
    send(stranger, "Satu jam kemudian")
    travel(start + timedelta(hours=4))
    send(stranger, "Siang hari")
    assert count(ComplaintCount) == 2, "counts of hours long gone are forgotten"


def test_many_places_at_once_meet_the_units_own_limit(
    app: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "PER_UNIT", 3)
    page = operations.open_page(cast.disnaker.id, by=cast.officer)
    for n in range(4):
        given: dict[str, Any] = {"address": f"2001:db8:{n}::1", "secret": "x"}
        try:
            operations.receive_complaint(page, statement=f"{n}", about_integrity=False, **given)
        except rate_limit.TooMany:
            assert n == 3
    assert count() == 3


def test_one_subscriber_is_one_place() -> None:
    places = rate_limit.places_of
    network, site = places("2001:db8:1:2:3::4", "x")
    assert [network, site] == places("2001:db8:1:2:ffff::1", "x")
    assert places("2001:db8:1:3::4", "x")[0] != network
    assert places("2001:db8:1:3::4", "x")[1] == site != places("2001:db8:2:2::4", "x")[1]
    assert network != places("2001:db8:1:2:3::4", "y")[0]
    assert places("203.0.113.7", "x") == places("::ffff:203.0.113.7", "x")
    assert len(places("203.0.113.7", "x")) == 1


def test_hopping_between_networks_meets_the_limit_of_the_site(cast: Cast) -> None:
    page, taken = operations.open_page(cast.disnaker.id, by=cast.officer), 0
    for n in range(rate_limit.PER_SITE + 5):
        given: dict[str, Any] = {"address": f"2001:db8:1:{n:x}::1", "secret": "x"}
        with suppress(rate_limit.TooMany):
            operations.receive_complaint(page, statement=f"{n}", about_integrity=False, **given)
            taken += 1
    assert taken == rate_limit.PER_SITE < rate_limit.PER_UNIT


def test_scripts_are_only_words(stranger: Browser, browse: Any, cast: Cast) -> None:
    send(stranger, SCRIPT, complainant=SCRIPT[:30], place="<b>x</b>")
    complaint = only()
    officer = browse(cast.officer)
    for path in ("/complaints", f"/complaints/{complaint.uid}", "/", "/search?q=alert"):
        shown = officer.request("GET", path).text
        assert "alert(" in shown and "<script>alert" not in shown, path
    operations.answer_complaint(complaint, text=SCRIPT, by=cast.officer)
    db.session.commit()
    assert "<script>alert" not in stranger.request("GET", f"/receipt/{complaint.receipt}").text


def test_about_integrity_only_few_read_it(stranger: Browser, browse: Any, cast: Cast) -> None:
    send(stranger, "Diminta uang rokok.", about_integrity="y")
    complaint = only()
    assert complaint.is_integrity and complaint.category == "oversight"
    for name, status in (("auditor", 404), ("staff", 404), ("officer", 404), ("head", 404)):
        browse(getattr(cast, name)).get(f"/complaints/{complaint.uid}", status)
    for name, found in (("head", False), ("officer", False), ("anti_bribery", True)):
        seen = browse(getattr(cast, name))
        for path in ("/search?q=rokok", "/complaints", "/complaints?q=rokok"):
            assert seen.get(path).has("rokok.") is found, (name, path)
    page = browse(cast.anti_bribery).get(f"/complaints/{complaint.uid}")
    assert page.press("Take in hand").has("In handling")


def test_about_integrity_where_no_category_is_for_it(stranger: Browser, cast: Cast) -> None:
    """The page promised that only few read it, whatever the district calls its categories."""
    operations.set_category(
        "oversight",
        from_on=cast.district.today,
        name="Pengawasan",
        days=60,
        is_integrity=False,
        is_used=False,
        source="SK",
        by=cast.administrator,
    )
    db.session.commit()
    send(stranger, "Diminta uang rokok.", about_integrity="y")
    assert only().is_integrity and only().access is AccessClass.RESTRICTED


def test_where_nobody_would_read_it_none_is_taken(
    stranger: Browser, browse: Any, cast: Cast
) -> None:
    """Nor sorted there: it would stand in nobody's register. Who can appoint somebody is told."""
    ordinary = in_state(cast, ComplaintState.RECEIVED)
    before = stranger.get(PAGE)
    unit = f"/units/{cast.disnaker.uid}"
    watched = (unit, "/settings", "/complaints/pages")
    administrator, officer = browse(cast.administrator), browse(cast.officer)
    for path in watched[:2]:
        assert not administrator.get(path).has("Nobody looks after integrity")
    for person in (cast.anti_bribery, cast.coordinator):
        for grant in person.grants:
            people.withdraw_role(grant, by=SYSTEM, reason="Pensiun")
    db.session.commit()
    page = before.press(
        "Send the complaint", statement="Diminta uang.", about_integrity="y", status=422
    )
    assert page.has("would be read by nobody") and page.has("Diminta uang.") and count() == 1
    assert not stranger.get(PAGE).soup.select("#about_integrity")
    assert stranger.get(PAGE).has("nobody is appointed here yet")
    form = officer.get(f"/complaints/{ordinary.uid}/arrange")
    assert form.submit(category="oversight", status=422).has("nobody would see the complaint")
    new = officer.get("/complaints/new")
    assert new.submit(statement="Suap.", category="oversight", status=422).has("Nobody looks after")
    for path in watched[:2]:
        assert administrator.get(path).has("Nobody looks after integrity")
    assert browse(cast.secretariat).get(unit).has("Nobody looks after integrity")
    assert not officer.get(unit).has("Nobody looks after integrity")
    assert officer.get(watched[2]).has("Takes no complaints about integrity")


def test_why_it_was_withdrawn_is_not_for_everybody(stranger: Browser, cast: Cast) -> None:
    """It tells of who called; to whom it was passed on is meant for the complainant."""
    complaint = in_state(cast, ComplaintState.HANDLING)
    operations.withdraw_complaint(complaint, reason="Bu Kartika menelepon", by=cast.officer)
    db.session.commit()
    path = f"/receipt/{complaint.receipt}"
    assert not stranger.get(path).has("Kartika")
    operations.reopen_complaint(complaint, reason="Ternyata belum", by=cast.officer)
    operations.forward_complaint(complaint, reason="Ke Dinas Kesehatan", by=cast.officer)
    db.session.commit()
    assert stranger.get(path).has("Ke Dinas Kesehatan")


def test_a_page_that_is_closed_takes_nothing(stranger: Browser, browse: Any, cast: Cast) -> None:
    before = stranger.get(PAGE)
    officer = browse(cast.officer)
    page = officer.get("/complaints/pages")
    assert page.has("http://localhost/complain/UJI/DISNAKER")
    page.press("Close the page", within=page.part("Dinas Tenaga Kerja"))
    assert before.press("Send the complaint", statement="A", status=404).has("No complaints")
    assert stranger.get(PAGE, 404).has("lapor.go.id") and count() == 0
    assert officer.get(f"/complaints/pages/{cast.disnaker.uid}/poster").has("The page is closed")
    browse(cast.other_officer).get(f"/complaints/pages/{cast.disnaker.uid}/poster", 404)


def test_an_old_code_on_the_wall_still_leads_there(stranger: Browser, cast: Cast) -> None:
    units.rename_unit(
        cast.disnaker,
        code="DISNAKERTRANS",
        name="Dinas Tenaga Kerja dan Transmigrasi",
        short_name=None,
        from_on=clock.today(cast.district.timezone),
        by=SYSTEM,
    )
    db.session.commit()
    assert stranger.get(PAGE).has("Dinas Tenaga Kerja dan Transmigrasi")
    assert stranger.get("/complain/UJI/DISNAKERTRANS").has("Complain to us")


def test_the_same_form_eight_times_in_one_instant(app: Any, cast: Cast) -> None:
    """One record, and everybody is told the same receipt."""
    page = operations.open_page(cast.disnaker.id, by=cast.officer)
    db.session.commit()
    page_id, uid, receipts, wrong = page.id, new_uid(), set(), []

    def press() -> None:
        with app.app_context():
            try:
                one = operations.receive_complaint(
                    db.session.get_one(ComplaintPage, page_id),
                    statement="Antre.",
                    about_integrity=False,
                    uid=uid,
                    address="203.0.113.7",
                    secret="x",
                )
                receipts.add(one.receipt)
                db.session.commit()
            except Exception as problem:  # noqa: BLE001 - whatever it is, it must not happen
                wrong.append(repr(problem))

    db.session.rollback()
    threads = [Thread(target=press) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (wrong, len(receipts), count()) == ([], 1, 1)
