"""The pages for keeping people: the register, a person, roles, accounts, delegations."""

import re
from datetime import timedelta
from typing import Any

import pytest

from qms.core import journal
from qms.core.db import db
from qms.documents import operations as documents
from qms.documents.operations import Signatories
from qms.documents.permissions import may_approve
from qms.people import operations as people
from qms.people import sessions
from qms.people.models import AccountSession, Person, Position
from qms.people.roles import Role
from tests.cast import PASSWORD, SINCE, SYSTEM, Cast
from tests.client import Page
from tests.counting import queries_of
from tests.documents.makers import make_draft

OTHERS = [name for name in Cast.ROLES if name not in ("administrator", "outsider")]


@pytest.fixture
def unit_admin(cast: Cast) -> Person:
    """Administrator of Disnaker only."""
    person = cast.person("unit_admin", Role.ADMINISTRATOR, cast.disnaker)
    db.session.commit()
    return person


def password_on(page: Page) -> str:
    """The one-time password that a page shows."""
    found = re.search(r"\b(?:[a-z0-9]{4}-){3}[a-z0-9]{4}\b", page.text)
    assert found, page.text
    return found.group()


def names_on(page: Page) -> list[str]:
    return [link.text for link in page.soup.select("table.register th.main a")]


def test_people_are_kept_by_administrators_only(browse: Any, cast: Cast) -> None:
    url, grant = f"/people/{cast.staff.uid}", cast.staff.grants[0].uid
    forms = ("edit", "appointments/new", "roles/new", "account", "delegations/new")
    verbs = ("reset", "disable", "enable", "end-sessions")
    posts = (f"{url}/roles/{grant}/withdraw", *(f"{url}/account/{verb}" for verb in verbs))
    for who in OTHERS:
        browser = browse(getattr(cast, who))
        for page in ("/people", "/people/new", url, *(f"{url}/{form}" for form in forms)):
            browser.get(page, status=403)
        token = browser.token()
        for page in posts:
            response = browser.request("POST", page, data={"csrf_token": token, "reason": "x"})
            assert response.status_code == 403, (who, page)


def test_another_districts_administrator_finds_nobody(browse: Any, cast: Cast) -> None:
    browser, uid = browse(cast.outsider), cast.staff.uid
    assert names_on(browser.get("/people")) == ["Outsider"]
    browser.get(f"/people/{uid}", status=404)
    browser.post(f"/people/{uid}/account/reset", status=404)
    grant = cast.staff.grants[0].uid
    browser.post(f"/people/{uid}/roles/{grant}/withdraw", {"reason": "x"}, status=404)
    browser.post(f"/people/{cast.outsider.uid}/roles/{grant}/withdraw", {"reason": "x"}, status=404)


def test_an_administrator_sees_those_of_their_units_and_those_of_none(
    browse: Any, cast: Cast, unit_admin: Person
) -> None:
    people.grant_role(cast.staff, Role.AUDITOR, cast.dinkes, from_on=SINCE, by=SYSTEM)
    db.session.commit()
    browser = browse(unit_admin)
    names = names_on(browser.get("/people"))
    assert "Bystander" in names and "Officer" in names
    assert not {"Other Officer", "Other Head", "Administrator", "Coordinator"} & set(names)
    browser.get(f"/people/{cast.other_officer.uid}", status=404)
    page = browser.get(f"/people/{cast.staff.uid}")
    assert page.has("Process owner or staff")
    assert "Dinas Kesehatan" not in page.text and "Internal auditor" not in page.text
    assert page.has("kept by an administrator of all the units")
    assert not page.soup.select("form[action$='/account/reset']")
    browser.get(f"/people/{cast.staff.uid}/edit", status=403)
    browser.post(f"/people/{cast.staff.uid}/account/reset", status=403)
    hidden = next(one for one in cast.staff.grants if one.unit_id == cast.dinkes.id)
    browser.post(f"/people/{cast.staff.uid}/roles/{hidden.uid}/withdraw", {"reason": "x"}, 404)


def test_a_position_elsewhere_takes_a_person_out_of_sight(
    browse: Any, cast: Cast, unit_admin: Person
) -> None:
    position = people.add_position(cast.dinkes, "Staf", by=SYSTEM)
    held = people.appoint(cast.bystander, position, from_on=SINCE, by=SYSTEM)
    db.session.commit()
    browser = browse(unit_admin)
    browser.get(f"/people/{cast.bystander.uid}", status=404)
    people.end_appointment(held, on=cast.district.today, by=SYSTEM)
    db.session.commit()
    browser.get(f"/people/{cast.bystander.uid}")


def test_the_register_is_searched_filtered_and_paged(browse: Any, cast: Cast) -> None:
    for number in range(60):
        people.add_person(cast.district.id, f"Dr. Zaenal {number:02}", by=SYSTEM)
    db.session.commit()
    browser = browse(cast.administrator)
    page = browser.get("/people?q=zaenal")
    first = names_on(page)
    assert len(first) == 50 and first[0] == "Dr. Zaenal 00"
    second = browser.get(page.soup.find("a", rel="next")["href"])
    assert names_on(second) == [f"Dr. Zaenal {number}" for number in range(50, 60)]
    assert names_on(browser.get(second.soup.find("a", rel="prev")["href"])) == first
    assert names_on(browser.get("/people?q=OFFICER")) == ["Officer"]
    assert names_on(browser.get("/people?q=lead_")) == ["Lead Auditor"]
    assert names_on(browser.get("/people?role=coordinator&role=secretariat")) == [
        "Coordinator",
        "Secretariat",
    ]
    assert browser.get("/people?q=nirwana").has("Nobody matches")
    browser.get(f"/units/choose?choose={cast.dinkes.uid}&next=/people")
    assert names_on(browser.get("/people")) == ["Other Head", "Other Officer"]
    page = browser.get("/people?q=nirwana").follow("All people")
    assert page.url == "/people" and "Officer" in names_on(page)


def test_who_left_is_listed_apart_and_cannot_sign_in(browse: Any, cast: Cast) -> None:
    browser, staff = browse(cast.administrator), browse(cast.staff)
    staff.get("/account")
    page = browser.get(f"/people/{cast.staff.uid}/edit")
    page = page.submit(name="Staff Lama", left_on=cast.district.today.isoformat())
    assert page.has("Staff Lama") and page.has("Left on")
    assert "Staff Lama" not in names_on(browser.get("/people"))
    assert names_on(browser.get("/people?show=left")) == ["Staff Lama"]
    assert staff.get("/account").url == "/sign-in"


def test_a_person_is_added_with_position_role_and_account(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    page = browser.get("/people/new").submit(name="", mail="salah", user_name="baru", status=422)
    assert page.has("Write the name.") and page.has("Write an address such as")
    page = page.submit(name="Siti", mail="", role="officer", status=422)
    assert page.has("Choose the unit.")
    page = page.submit(
        unit=str(cast.disnaker.uid), nip="12", position="Kasubbag", user_name="s i", status=422
    )
    assert page.has("A NIP has 18 digits.") and page.has("Use 3 to 60 small letters")
    assert db.session.query(Person).filter_by(name="Siti").count() == 0
    page = page.submit(nip="199001012015032001", user_name="siti", is_head="y")
    password = password_on(page)
    assert page.response.headers["Cache-Control"] == "private, no-store"
    person = db.session.query(Person).filter_by(name="Siti").one()
    told = journal.history([person, person.account])
    assert told and not any(password in str(one.said) for one in told)
    shown = browser.get(f"/people/{person.uid}")
    assert password not in shown.text
    assert shown.has("Kasubbag") and shown.has("Quality officer")
    assert shown.has("to be changed at the next sign-in")
    signed_in = browse().get("/sign-in").submit(user_name="siti", password=password)
    assert signed_in.url == "/account/password"
    assert signed_in.soup.select_one("main .notice")
    signed_in = signed_in.submit(
        old=password, password="kalimat yang panjang", again="kalimat yang panjang"
    )
    assert signed_in.url == "/"
    assert db.session.query(Position).filter_by(title="Kasubbag").one().is_head


def test_a_person_without_more_is_enough(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get("/people/new").submit(name="Bupati")
    assert page.has("The person is added.") and page.has("this person cannot sign in")


def test_a_role_is_given_and_withdrawn_at_once_everywhere(browse: Any, cast: Cast) -> None:
    admin, bystander = browse(cast.administrator), browse(cast.bystander)
    unit = f"/units/{cast.disnaker.uid}"
    bystander.get(unit, status=404)
    url = f"/people/{cast.bystander.uid}"
    page = admin.get(f"{url}/roles/new")
    page = page.submit(role="guest", unit=str(cast.disnaker.uid), status=422)
    assert page.has("A guest auditor's access must have an end.")
    tomorrow = cast.district.today + timedelta(days=1)
    page = page.submit(role="guest", until_on=tomorrow.isoformat())
    assert page.has("The role is given.") and page.has("Guest auditor")
    bystander.get(unit)
    page = page.submit(action="/withdraw", reason="", status=422)
    page = admin.get(url).submit(action="/withdraw", reason="Audit selesai")
    assert page.has("withdrawn") and page.has("Audit selesai")
    bystander.get(unit, status=404)


def test_no_role_is_proposed_and_no_unit_but_the_persons_own(browse: Any, cast: Cast) -> None:
    """The first of either list is the most powerful: who only presses the button gives nothing."""
    admin = browse(cast.administrator)
    for person, own in ((cast.officer, str(cast.disnaker.uid)), (cast.bystander, "")):
        page = admin.get(f"/people/{person.uid}/roles/new")
        assert page.soup.find("select", {"name": "role"}).find("option")["value"] == ""
        chosen = page.soup.select_one("select[name=unit] option[selected]")
        assert (chosen["value"] if chosen else "") == own
        assert page.submit(status=422).has("Choose the role.")


def test_a_role_that_begins_tomorrow_does_not_hold_today(browse: Any, cast: Cast) -> None:
    tomorrow = cast.district.today + timedelta(days=1)
    page = browse(cast.administrator).get(f"/people/{cast.bystander.uid}/roles/new")
    page = page.submit(role="officer", unit=str(cast.disnaker.uid), from_on=tomorrow.isoformat())
    assert page.has("not yet")
    browse(cast.bystander).get(f"/units/{cast.disnaker.uid}", status=404)


def test_a_position_is_held_and_ended(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    url = f"/people/{cast.head.uid}"
    page = browser.get(f"{url}/appointments/new")
    page = page.submit(
        unit=str(cast.disnaker.uid),
        position="Kepala Dinas Tenaga Kerja",
        kind="plt",
        rank="Pembina, IV/a",
        nip="19700101 199503 1 001",
        from_on="2026-01-05",
    )
    assert page.has("Plt. Kepala Dinas Tenaga Kerja") and page.has("NIP 197001011995031001")
    assert page.has("recorded the position Kepala Dinas Tenaga Kerja from 5 January 2026")
    end = page.soup.find("a", string="End")["href"]
    page = browser.get(end).submit(on="2026-01-05", status=422)
    assert page.has("The end must come after the beginning.")
    later = cast.district.today + timedelta(days=30)
    page = page.submit(on=later.isoformat())
    page = browser.get(page.soup.find("a", string="End")["href"]).submit(on="2026-02-01")
    assert page.has("until 1 February 2026") and page.has("ended")
    browser.get(end, status=409)


def test_an_account_is_opened_reset_disabled_and_enabled(browse: Any, cast: Cast) -> None:
    person = people.add_person(cast.district.id, "Tanpa Akun", by=SYSTEM)
    db.session.commit()
    browser = browse(cast.administrator)
    url = f"/people/{person.uid}"
    page = browser.get(f"{url}/account").submit(user_name="Officer", status=422)
    assert page.has("The user name officer is taken.")
    first = password_on(page.submit(user_name="tanpa.akun"))
    browser.post(f"{url}/account", {"user_name": "lain"}, status=409)
    page = browser.get(url)
    for verb, warning in (("reset", "stops working"), ("disable", "cannot sign in again")):
        asked = page.form(f"/account/{verb}")
        assert asked.find_parent("details") and warning in asked.get_text()
    second = password_on(page.submit(action="/account/reset"))
    assert first != second
    db.session.expire_all()
    assert sessions.is_password(person.account, second)
    assert not sessions.is_password(person.account, first)
    page = browser.get(url).submit(action="/account/disable")
    assert page.has("Account disabled")
    browse().get("/sign-in").submit(user_name="tanpa.akun", password=second, status=401)
    page = page.submit(action="/account/enable")
    assert (
        browse().get("/sign-in").submit(user_name="tanpa.akun", password=second).url != "/sign-in"
    )
    assert page.has("disabled the account") and page.has("enabled the account")


def test_sessions_are_ended(browse: Any, cast: Cast) -> None:
    officer = browse(cast.officer)
    officer.get("/account")
    page = browse(cast.administrator).get(f"/people/{cast.officer.uid}")
    assert page.submit(action="/end-sessions").has("All sessions have ended.")
    assert officer.get("/account").url == "/sign-in"
    open_ones = db.session.query(AccountSession).filter_by(
        account_id=cast.officer.account_id, ended_at=None
    )
    assert open_ones.count() == 0
    assert browse().get("/sign-in").submit(user_name="officer", password=PASSWORD).url != "/sign-in"


def test_a_delegation_is_noted_and_ended(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    url = f"/people/{cast.head.uid}"
    page = browser.get(f"{url}/delegations/new")
    offered = [one["value"] for one in page.form().select("select[name=delegate] option")]
    assert str(cast.head.uid) not in offered and str(cast.outsider.uid) not in offered
    page = page.submit(delegate=str(cast.outsider.uid), reason="x", status=422)
    assert page.has("Choose one from the list.")
    page = page.submit(delegate=str(cast.officer.uid), reason="", status=422)
    page = page.submit(reason="Cuti besar", from_on="2026-01-01")
    assert page.has("Officer acts for them") and page.has("Cuti besar")
    assert browser.get(f"/people/{cast.officer.uid}").has("Acts for Head")
    end = page.soup.find("a", string="End")["href"]
    assert browser.get(end).submit(on="2026-02-01").has("until 1 February 2026")


def test_people_say_themselves_who_acts_for_them(browse: Any, cast: Cast) -> None:
    browser = browse(cast.head)
    page = browser.get("/account").follow("New delegation")
    offered = {one["value"] for one in page.form().select("select[name=delegate] option")}
    assert str(cast.officer.uid) in offered and str(cast.coordinator.uid) in offered
    for hidden in (cast.head, cast.other_officer, cast.guest, cast.outsider):
        assert str(hidden.uid) not in offered, hidden.name
    page = page.submit(delegate=str(cast.other_officer.uid), reason="Cuti", status=422)
    assert page.has("Choose one from the list.")
    page = page.submit(delegate=str(cast.officer.uid), reason="Cuti", from_on="2026-01-01")
    assert page.url == "/account" and page.has("Officer acts for you") and page.has("Cuti")
    other = browse(cast.officer)
    assert other.get("/account").has("You act for Head")
    end = page.soup.find("a", string="End")["href"]
    browse(cast.owner).get(end, status=404)
    page = browser.get(end).submit(on="2026-02-01")
    assert page.url == "/account" and page.has("until 1 February 2026")
    browser.get(end, status=409)
    assert browse(cast.administrator).get(f"/people/{cast.head.uid}").has("Officer acts for them")
    guest = browse(cast.guest)
    assert not guest.get("/account").has("New delegation")
    guest.get("/account/delegations/new", status=403)


def test_a_stale_edit_shows_both_versions(browse: Any, cast: Cast) -> None:
    first, second = browse(cast.administrator), browse(cast.administrator)
    page = first.get(f"/people/{cast.staff.uid}/edit")
    second.get(f"/people/{cast.staff.uid}/edit").submit(name="Staf Kedua")
    page = page.submit(name="Staf Pertama", status=409)
    assert page.has("Staf Kedua") and "Staf Pertama" in str(page.form())
    assert page.submit().has("Staf Pertama")


def test_the_story_of_a_person_is_told(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get(f"/people/{cast.staff.uid}")
    assert page.has("QMS added the person") and page.has("QMS opened an account")
    assert page.has("gave the role Process owner or staff in Dinas Tenaga Kerja")
    assert page.text.count("opened an account") == 1


def test_nothing_is_changed_by_fetching(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    for verb in ("account/reset", "account/disable", "account/enable", "account/end-sessions"):
        assert browser.request("GET", f"/people/{cast.staff.uid}/{verb}").status_code == 405


def test_pages_cost_the_same_at_three_rows_and_at_thirty(browse: Any, cast: Cast) -> None:
    browser = browse(cast.administrator)
    url = f"/people/{cast.staff.uid}"

    def fill(count: int) -> tuple[int, int]:
        for number in range(count):
            person = people.add_person(cast.district.id, f"Orang {count}-{number}", by=SYSTEM)
            position = people.add_position(cast.disnaker, f"Staf {count}-{number}", by=SYSTEM)
            people.appoint(person, position, from_on=SINCE, by=SYSTEM)
            people.appoint(cast.staff, position, from_on=SINCE, by=SYSTEM)
            people.grant_role(person, Role.OWNER, cast.disnaker, from_on=SINCE, by=SYSTEM)
            people.delegate(cast.staff, person, from_on=SINCE, reason="Cuti", by=SYSTEM)
        db.session.commit()
        return queries_of(browser, "/people"), queries_of(browser, url)

    few, many = fill(3), fill(30)
    assert few == many
    assert many[0] <= 8
    assert many[1] <= 10


def test_who_sees_a_part_is_not_told_that_there_is_nothing(browse: Any, cast: Cast) -> None:
    """An administrator of Dinkes sees who has a position there, not their role in Disnaker."""
    beside = cast.person("beside", Role.ADMINISTRATOR, cast.dinkes)
    position = people.add_position(cast.dinkes, "Staf", by=SYSTEM)
    people.appoint(cast.staff, position, from_on=SINCE, by=SYSTEM)
    db.session.commit()
    url = f"/people/{cast.staff.uid}"
    page = browse(beside).get(url)
    assert page.has("No role in the units that you administer.")
    assert not page.has("this person sees nothing yet")
    assert browse(cast.administrator).get(f"/people/{cast.bystander.uid}").has("sees nothing yet")


def test_whoever_was_named_without_being_asked_ends_it(browse: Any, cast: Cast) -> None:
    """An officer named their head: the head, barred from approving, needs nobody to be free."""
    document = make_draft(cast, signatories=Signatories(approved=cast.head), by=cast.officer)
    documents.submit_revision(document.last, by=cast.officer)
    day = cast.district.today
    people.delegate(cast.officer, cast.head, from_on=day, reason="Cuti", by=cast.officer)
    db.session.commit()
    assert not may_approve(cast.head, document.last)
    page = browse(cast.head).get("/account")
    assert page.has("You act for Officer")
    url = next(a["href"] for a in page.soup.select("a[href*='/delegations/']") if a.text == "End")
    browse(cast.owner).get(url, status=404)
    form = browse(cast.head).get(url)
    assert form.has("You act for Officer")
    assert not form.submit().soup.select("a[href*='/delegations/'][href$='/end']")
    db.session.expire_all()
    cast.head.__dict__.pop("acts_for", None)
    assert may_approve(cast.head, document.last)
