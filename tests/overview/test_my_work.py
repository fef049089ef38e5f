"""My work: who sees what wait, what is late first, and that the page stays small."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from qms.actions.models import Action, ActionKind, ActionState
from qms.actions.operations import verify_action
from qms.certificates.models import EventKind
from qms.certificates.operations import record_event, register_certificate
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.uids import new_uid
from qms.documents import operations as documents
from qms.documents.operations import Signatories
from qms.findings.models import Finding, FindingState, Grade, Source
from qms.people import operations as people
from qms.standards.queries import edition_by_key
from tests.cast import SYSTEM, Cast
from tests.counting import queries_of
from tests.documents.makers import make_draft, make_in_force, make_in_review
from tests.factories import (
    answer,
    finish,
    make_action,
    make_finding,
    today,
    verify_all,
)

SEVERAL_WORDS = "Papan antrean tidak ada."


def lines(page: Any) -> dict[str, str]:
    """The lines of the page: what, and the whole line with its due date and button."""
    return {
        item.select_one(".list-main a").get_text(strip=True): " ".join(item.get_text(" ").split())
        for item in page.soup.select("main .list li")
        if item.select_one(".list-main a")
    }


def test_a_raised_finding_waits_for_the_unit_that_answers(browse: Any, cast: Cast) -> None:
    make_finding(cast)
    db.session.commit()
    for person in (cast.officer, cast.head, cast.owner):
        line = lines(browse(person).get("/"))[SEVERAL_WORDS]
        assert "waits for your unit's answer" in line
        assert line.endswith("Answer")
    for person in (cast.other_officer, cast.guest, cast.auditor, cast.outsider):
        assert SEVERAL_WORDS not in browse(person).get("/").text


def test_an_action_waits_for_its_owner_and_then_for_who_verifies(browse: Any, cast: Cast) -> None:
    action = make_action(cast)
    db.session.commit()
    assert "yours to do" in lines(browse(cast.owner).get("/"))[action.what]
    assert action.what not in browse(cast.staff).get("/").text
    assert action.what not in browse(cast.auditor).get("/").text
    finish(cast, action)
    db.session.commit()
    assert action.what not in browse(cast.owner).get("/").text
    assert "Verify" in lines(browse(cast.auditor).get("/"))[action.what]
    assert action.what not in browse(cast.officer).get("/").text, "officers of the very unit do not"


def test_an_action_of_a_position_waits_for_who_holds_it(browse: Any, cast: Cast) -> None:
    position = people.add_position(cast.disnaker, "Kasubbag Umum", by=SYSTEM)
    people.appoint(cast.staff, position, from_on=today(cast) - timedelta(days=1), by=SYSTEM)
    action = make_action(cast, owner_person_id=None, owner_position_id=position.id)
    db.session.commit()
    assert action.what in browse(cast.staff).get("/").text
    assert action.what not in browse(cast.owner).get("/").text


def test_the_latest_comes_first_and_says_how_late_it_is(
    browse: Any, cast: Cast, travel: Any
) -> None:
    make_action(cast, "Segera", due_on=today(cast) + timedelta(days=2))
    make_action(cast, "Nanti", due_on=today(cast) + timedelta(days=30))
    make_action(cast, "Dulu", due_on=today(cast))
    db.session.commit()
    travel(clock.now() + timedelta(days=3))
    page = browse(cast.owner).get("/")
    found = lines(page)
    assert [what for what in found if what in ("Dulu", "Segera", "Nanti")] == [
        "Dulu",
        "Segera",
        "Nanti",
    ]
    assert "3 days late" in found["Dulu"]
    assert "1 day late" in found["Segera"]
    assert "late" not in found["Nanti"]


def test_a_finding_comes_back_to_be_closed_and_proven(browse: Any, cast: Cast) -> None:
    observation = make_finding(
        cast, "Persediaan tidak dicatat.", grade=Grade.OBSERVATION, by=cast.coordinator
    )
    action = answer(cast, observation)
    finish(cast, action)
    verify_action(action, note=None, by=cast.auditor)
    verify_all(cast, make_finding(cast))
    db.session.commit()
    found = lines(browse(cast.auditor).get("/"))
    assert "Close" in found["Persediaan tidak dicatat."]
    assert "Judge the effect" in found[SEVERAL_WORDS]
    assert SEVERAL_WORDS not in browse(cast.officer).get("/").text, "who answered does not"


def test_standing_beside_a_unit_shows_nobody_its_findings(browse: Any, cast: Cast) -> None:
    """An officer beside the unit may check its work, but sees only what another role shows her."""
    verify_all(cast, make_finding(cast))
    db.session.commit()
    assert SEVERAL_WORDS not in browse(cast.other_officer).get("/").text


def test_strengths_are_taken_note_of(browse: Any, cast: Cast) -> None:
    make_finding(cast, "Antrean rapi.", grade=Grade.STRENGTH)
    db.session.commit()
    assert lines(browse(cast.officer).get("/"))["Antrean rapi."].endswith("Take note")


def test_documents_wait_for_checker_approver_and_author(browse: Any, cast: Cast) -> None:
    draft = make_draft(cast, "Rancangan baru")
    document = make_in_review(cast, "Pelayanan AK I")
    db.session.commit()
    assert "Go on" in lines(browse(cast.owner).get("/"))["Rancangan baru"]
    assert "Check" in lines(browse(cast.officer).get("/"))["Pelayanan AK I"]
    assert "Pelayanan AK I" not in browse(cast.head).get("/").text, "the check comes first"
    documents.check_revision(document.last, by=cast.officer)
    db.session.commit()
    assert "Pelayanan AK I" not in browse(cast.officer).get("/").text
    assert "Approve" in lines(browse(cast.head).get("/"))["Pelayanan AK I"]
    assert draft.title not in browse(cast.head).get("/").text


def test_who_may_not_sign_by_now_is_told_so_in_place_of_a_button(browse: Any, cast: Cast) -> None:
    day = today(cast)
    make_in_review(cast, "Hanya diperiksa")
    unchecked = Signatories(approved=cast.head)
    make_in_review(cast, "Hanya disetujui", signatories=unchecked)
    db.session.commit()
    assert "Approve" in lines(browse(cast.head).get("/"))["Hanya disetujui"]
    for signatory in (cast.head, cast.officer):
        people.delegate(cast.owner, signatory, from_on=day, reason="Cuti", by=cast.administrator)
    db.session.commit()
    for person, title, told in (
        (cast.head, "Hanya disetujui", "you are named to approve it, but you and one who"),
        (
            cast.officer,
            "Hanya diperiksa",
            "you are named to check it, but you and one who wrote it",
        ),
    ):
        page = browse(person).get("/")
        assert told in lines(page)[title]
        line = next(one for one in page.soup.select("main .list li") if title in one.text)
        assert not line.select(".btn"), "no button that would be refused"


def test_documents_whose_review_is_near(browse: Any, cast: Cast) -> None:
    make_in_force(cast, "Segera ditinjau", review_on=today(cast) + timedelta(days=20))
    make_in_force(cast, "Lama lagi", review_on=today(cast) + timedelta(days=90))
    db.session.commit()
    page = browse(cast.officer).get("/")
    assert "Review" in lines(page)["Segera ditinjau"]
    assert not page.has("Lama lagi")
    assert not browse(cast.owner).get("/").has("Segera ditinjau"), "owners do not keep documents"


def test_what_is_restricted_waits_for_those_who_need_to_know(browse: Any, cast: Cast) -> None:
    make_finding(cast, "Rahasia sekali.", access=AccessClass.RESTRICTED, by=cast.lead_auditor)
    make_action(
        cast, "Tindakan rahasia", access=AccessClass.RESTRICTED, owner_person_id=cast.head.id
    )
    db.session.commit()
    page = browse(cast.head).get("/")
    assert page.has("Rahasia sekali.") and page.has("Tindakan rahasia")
    assert "1 Open findings" in page.text
    page = browse(cast.owner).get("/")
    assert not page.has("Rahasia sekali.") and not page.has("Tindakan rahasia")
    page = browse(cast.secretariat).get("/")
    assert page.has("0 Open findings"), "not in counts of who need not know"


@pytest.mark.usefixtures("catalogue")
def test_certificates_that_need_care(browse: Any, cast: Cast) -> None:
    edition, day = edition_by_key("iso9001-2015").id, today(cast)
    certificate = register_certificate(
        cast.disnaker,
        edition,
        body="PT Uji",
        number="1",
        scope="AK I",
        issued_on=day - timedelta(days=400),
        valid_until=day + timedelta(days=690),
        by=cast.officer,
    )
    db.session.commit()
    for person in (cast.officer, cast.head, cast.secretariat, cast.coordinator):
        assert browse(person).get("/").has("Surveillance audit"), person.name
    for person in (cast.other_head, cast.owner, cast.guest):
        assert not browse(person).get("/").has("Surveillance audit"), person.name
    record_event(certificate, EventKind.SURVEILLANCE, on=day, by=cast.officer)
    db.session.commit()
    assert not browse(cast.officer).get("/").has("Surveillance audit")
    record_event(certificate, EventKind.SUSPENDED, on=day, by=cast.officer)
    db.session.commit()
    assert browse(cast.officer).get("/").has("Lift the suspension")


def test_figures_and_units_for_who_oversees(browse: Any, cast: Cast) -> None:
    make_finding(cast, grade=Grade.MAJOR)
    make_finding(cast, unit=cast.dinkes, by=cast.other_officer)
    db.session.commit()
    page = browse(cast.secretariat).get("/")
    assert "2 Open findings 0 Overdue 1 Major, open" in page.text
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert rows == ["Dinas Tenaga Kerja 1 0 1", "Dinas Kesehatan 1 0 0"]
    page = browse(cast.head).get("/")
    assert "1 Open findings" in page.text
    assert not page.soup.select("tbody tr"), "one unit is no table"
    assert not browse(cast.owner).get("/").soup.select(".figure")


def test_empty_pages_say_what_to_do(browse: Any, cast: Cast) -> None:
    assert browse(cast.officer).get("/").has("Well done: nothing waits for you")
    page = browse(cast.guest).get("/")
    assert page.has("You may read what is listed here until")
    assert page.has("Documents in force")
    assert browse(cast.bystander).get("/").has("You have no role yet")
    page = browse(cast.administrator).get("/")
    assert page.has("Accounts, positions, roles")


def test_the_signed_out_are_led_to_the_door(browse: Any) -> None:
    assert browse().get("/").url == "/sign-in"


def fill(cast: Cast, count: int, day: date) -> None:
    """Open findings and actions, past the journal: only their number matters here."""
    common = {"district_id": cast.district.id, "unit_id": cast.disnaker.id}
    states = (FindingState.RAISED, FindingState.VERIFIED)
    db.session.execute(
        insert(Finding),
        [
            {
                **common,
                "uid": new_uid(),
                "number": f"X-{n}",
                "number_key": f"x-{n}",
                "source": Source.OTHER,
                "found_on": day - timedelta(days=100),
                "grade": Grade.MINOR,
                "requirement": "r",
                "seen": "s",
                "deviation": f"Temuan {n}",
                "state": states[n % 2],
                "due_on": day - timedelta(days=n % 50),
                "stems": "temuan",
            }
            for n in range(count)
        ],
    )
    db.session.execute(
        insert(Action),
        [
            {
                **common,
                "uid": new_uid(),
                "number": f"Y-{n}",
                "kind": ActionKind.CORRECTIVE,
                "what": f"Tindakan {n}",
                "due_on": day + timedelta(days=n % 50),
                "owner_person_id": cast.coordinator.id,
                "state": ActionState.OPEN,
                "stems": "tindakan",
            }
            for n in range(count)
        ],
    )
    db.session.commit()


@pytest.mark.usefixtures("catalogue")
def test_ten_thousand_open_items_cost_the_same_few_queries(browse: Any, cast: Cast) -> None:
    register_certificate(
        cast.disnaker,
        edition_by_key("iso9001-2015").id,
        body="PT Uji",
        number="1",
        scope="AK I",
        issued_on=today(cast) - timedelta(days=400),
        by=cast.officer,
    )
    db.session.commit()
    browsers = {
        who: browse(getattr(cast, who))
        for who in ("coordinator", "officer", "head", "secretariat", "auditor", "owner", "guest")
    }
    few = {who: queries_of(browser, "/") for who, browser in browsers.items()}
    fill(cast, 10_000, today(cast))
    many = {who: queries_of(browser, "/") for who, browser in browsers.items()}
    assert many == few
    assert max(many.values()) <= 12
    page = browsers["coordinator"].get("/")
    assert page.has("10,000 Open findings")
    assert page.has("All actions of yours")
    assert len([line for line in lines(page) if line.startswith("Temuan")]) == 10
    assert len(lines(page)) <= 40
