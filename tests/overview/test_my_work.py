"""My work: who sees what wait, what is late first, and that the page stays small."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from qms.actions import operations as actions
from qms.actions.models import Action, ActionKind, ActionState
from qms.actions.operations import verify_action
from qms.actions.permissions import may_verify as may_verify_action
from qms.certificates.models import EventKind
from qms.certificates.operations import record_event, register_certificate
from qms.core import clock, dates
from qms.core.db import AccessClass, db
from qms.core.uids import new_uid
from qms.documents import operations as documents
from qms.documents.operations import Signatories
from qms.findings import operations as findings
from qms.findings.models import Finding, FindingState, Grade, Source
from qms.findings.permissions import may_approve_plan, may_rule, may_verify
from qms.overview.queries import work
from qms.overview.queries.work import Kind, actions_waiting, findings_waiting
from qms.people import operations as people
from qms.people.roles import Role
from qms.standards.queries import edition_by_key
from qms.units.operations import close_unit
from tests.cast import SINCE, SYSTEM, Cast
from tests.counting import queries_of
from tests.documents.makers import make_draft, make_in_force, make_in_review
from tests.factories import (
    answer,
    finish,
    make_action,
    make_finding,
    submit,
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


def button(page: Any, title: str) -> Any:
    """The button of a line."""
    return next(
        item.select_one("a.btn")
        for item in page.soup.select("main .list li")
        if title in item.get_text()
    )


def test_a_button_leads_straight_to_the_form(browse: Any, cast: Cast) -> None:
    finding, action = make_finding(cast), make_action(cast)
    draft = make_draft(cast)
    db.session.commit()
    page = browse(cast.owner).get("/")
    assert button(page, finding.number)["href"] == f"/findings/{finding.uid}/answer"
    assert button(page, action.number)["href"] == f"/actions/{action.uid}/finish"
    assert button(page, draft.number)["href"] == f"/documents/{draft.uid}/draft"


def test_who_coordinates_the_audits_of_a_district_is_not_asked_for_its_answers(
    browse: Any, cast: Cast
) -> None:
    finding = make_finding(cast)
    db.session.commit()
    assert finding.number not in browse(cast.coordinator).get("/").text
    browse(cast.coordinator).get(f"/findings/{finding.uid}/answer")


def test_an_empty_installation_says_where_to_begin(browse: Any, cast: Cast) -> None:
    page = browse(cast.administrator).get("/")
    assert "Well done" in page.text
    for unit in (cast.blk, cast.disnaker, cast.dinkes, cast.insp):
        close_unit(unit, on=today(cast), by=SYSTEM)
    db.session.commit()
    page = browse(cast.administrator).get("/")
    assert "Begin here" in page.text and "Well done" not in page.text
    assert page.soup.select_one('main a[href="/imports"], main a[href="/imports/"]')


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


def test_a_line_says_which_deadline_it_means(browse: Any, cast: Cast, travel: Any) -> None:
    day = today(cast)
    make_finding(cast, "Belum dijawab.")
    make_finding(cast, "Baik sekali.", grade=Grade.OPPORTUNITY)
    verify_all(cast, make_finding(cast, "Belum terbukti.", grade=Grade.MAJOR))
    make_action(cast, "Belum dikerjakan", due_on=day + timedelta(days=14))
    finish(cast, make_action(cast, "Dikerjakan"))
    make_in_force(cast, "Akan ditinjau", review_on=day + timedelta(days=20))
    db.session.commit()
    travel(clock.now() + timedelta(days=19))
    officer, auditor = (lines(browse(one).get("/")) for one in (cast.officer, cast.auditor))
    shown = dates.short_day

    def due(line: str, words: str) -> bool:
        return f"{words} " in line

    answer_by = shown(day + timedelta(days=14))
    assert due(officer["Belum dijawab."], f"Answer due {answer_by}, 5 days late")
    assert due(officer["Baik sekali."], f"Closing due {shown(day + timedelta(days=90))}")
    assert due(officer["Akan ditinjau"], f"Review due {shown(day + timedelta(days=20))}, in 1 day")
    assert "Belum terbukti." not in auditor, "its effect is to be seen much later"
    assert due(auditor["Dikerjakan"], f"Done on {shown(day)}"), "what is done is not late"
    owner = lines(browse(cast.owner).get("/"))
    assert due(owner["Belum dikerjakan"], f"Action due {answer_by}, 5 days late")


def test_the_check_of_an_effect_comes_two_weeks_before_its_day(
    browse: Any, cast: Cast, travel: Any
) -> None:
    finding = verify_all(cast, make_finding(cast, "Belum terbukti.", grade=Grade.MAJOR))
    db.session.commit()
    assert finding.effect_due_on == today(cast) + timedelta(days=90)
    travel(clock.now() + timedelta(days=75))
    assert "Belum terbukti." not in lines(browse(cast.auditor).get("/"))
    travel(clock.now() + timedelta(days=16))
    line = lines(browse(cast.auditor).get("/"))["Belum terbukti."]
    assert f"Check of the effect due {dates.short_day(finding.effect_due_on)}" in line
    assert "1 day late" in line and line.endswith("Judge the effect")


def test_plans_and_disputes_wait_for_those_who_decide_them(browse: Any, cast: Cast) -> None:
    submit(cast, make_finding(cast, "Rencana menunggu."))
    disputed = make_finding(cast, "Disanggah.")
    findings.dispute_finding(disputed, reason="Nomor ada", by=cast.officer)
    db.session.commit()
    found = lines(browse(cast.head).get("/"))
    assert found["Rencana menunggu."].endswith("Read the plan")
    assert "Disanggah." not in found, "the unit does not decide its own dispute"
    for name in ("lead_auditor", "coordinator"):
        assert lines(browse(getattr(cast, name)).get("/"))["Disanggah."].endswith("Decide"), name
    assert "Disanggah." not in lines(browse(cast.auditor).get("/")), "who raised it"
    owner = lines(browse(cast.owner).get("/"))
    assert "Pasang papan nomor antrean" not in owner, "its plan is not approved"


def test_each_figure_is_what_the_register_behind_it_shows(
    browse: Any, cast: Cast, travel: Any
) -> None:
    """Whatever the person's roles, and whichever unit is chosen."""
    people.grant_role(
        cast.officer,
        Role.GUEST,
        cast.dinkes,
        by=SYSTEM,
        from_on=SINCE,
        until_on=today(cast) + timedelta(days=900),
    )
    for unit, by in ((cast.disnaker, cast.auditor), (cast.dinkes, cast.other_officer)):
        make_finding(cast, "Belum dijawab.", unit=unit, by=by)
        make_finding(cast, "Bisa lebih baik.", unit=unit, by=by, grade=Grade.OPPORTUNITY)
    make_finding(cast, "Di bengkel.", unit=cast.blk, grade=Grade.MAJOR)
    answer(cast, make_finding(cast, "Sudah dijawab."))
    finish(cast, make_action(cast, "Selesai"))
    make_action(cast, "Di bengkel", unit=cast.blk)
    make_action(
        cast,
        "Di Dinkes",
        unit=cast.dinkes,
        by=cast.other_officer,
        owner_person_id=cast.other_head.id,
    )
    make_finding(cast, "Rahasia.", access=AccessClass.RESTRICTED, by=cast.lead_auditor)
    db.session.commit()
    travel(clock.now() + timedelta(days=45))
    browser, found = browse(cast.officer), {}
    for unit in (None, cast.disnaker, cast.blk, cast.dinkes):
        with browser.client.session_transaction() as session:
            session.pop("unit", None)
            if unit is not None:
                session["unit"] = str(unit.uid)
        page = browser.get("/")
        for figure in page.soup.select("a.figure"):
            counted, label = int(figure.b.text), figure.span.text
            rows = len(browser.get(figure["href"]).soup.select("table.register tbody tr"))
            assert counted == rows, (unit and unit.code, label)
            found.setdefault(figure["href"], []).append((counted, label))
    assert list(found.values()) == [
        [(7, "Open findings"), (5, "Open findings"), (1, "Open finding"), (2, "Open findings")],
        [
            (4, "Answers overdue"),
            (3, "Answers overdue"),
            (1, "Answer overdue"),
            (1, "Answer overdue"),
        ],
        [
            (1, "Closing overdue"),
            (1, "Closing overdue"),
            (1, "Closing overdue"),
            (0, "Closings overdue"),
        ],
        [
            (3, "Actions overdue"),
            (2, "Actions overdue"),
            (1, "Action overdue"),
            (1, "Action overdue"),
        ],
        [(1, "Major, open"), (1, "Major, open"), (1, "Major, open"), (0, "Major, open")],
    ]


def test_the_links_to_the_rest_lead_to_what_they_say(browse: Any, cast: Cast) -> None:
    for n in range(7):
        make_action(cast, f"Milik pemilik {n}")
    make_action(cast, "Milik kepala", owner_person_id=cast.head.id)
    db.session.commit()
    browser = browse(cast.owner)
    more = browser.get("/").soup.find("a", string="All actions of yours")
    page = browser.get(more["href"])
    assert len(page.soup.select("table.register tbody tr")) == 7
    assert not page.has("Milik kepala")


def test_a_finding_comes_back_to_be_closed_and_proven(browse: Any, cast: Cast, travel: Any) -> None:
    observation = make_finding(
        cast, "Persediaan tidak dicatat.", grade=Grade.OBSERVATION, by=cast.coordinator
    )
    action = answer(cast, observation)
    finish(cast, action)
    verify_action(action, note=None, by=cast.auditor)
    verify_all(cast, make_finding(cast))
    db.session.commit()
    found = lines(browse(cast.auditor).get("/"))
    assert found["Persediaan tidak dicatat."].endswith("Verify")
    assert SEVERAL_WORDS not in found, "its effect is to be seen later"
    travel(clock.now() + timedelta(days=50))
    found = lines(browse(cast.auditor).get("/"))
    assert "Judge the effect" in found[SEVERAL_WORDS]
    assert SEVERAL_WORDS not in browse(cast.officer).get("/").text, "who answered does not"


def test_standing_beside_a_unit_shows_nobody_its_findings(browse: Any, cast: Cast) -> None:
    """An officer beside the unit may check its work, but sees only what another role shows her."""
    verify_all(cast, make_finding(cast))
    db.session.commit()
    assert SEVERAL_WORDS not in browse(cast.other_officer).get("/").text


def auditing_too(person: Any, cast: Cast) -> None:
    people.grant_role(person, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)


def test_who_ever_did_or_answered_it_is_not_asked_to_verify(
    browse: Any, cast: Cast, travel: Any
) -> None:
    """Also when it was sent back, and somebody else did or answered it in the end."""
    auditing_too(cast.staff, cast)
    action = finish(cast, make_action(cast, "Dikerjakan dua kali"), by=cast.staff)
    actions.send_back_action(action, reason="Belum lengkap.", by=cast.auditor)
    finish(cast, action)
    finding = make_finding(cast)
    findings.write_response(finding, correction="Diatur.", cause="Lupa.", by=cast.staff)
    verify_all(cast, finding)
    db.session.commit()
    travel(clock.now() + timedelta(days=50))
    asked, staff = browse(cast.auditor).get("/"), browse(cast.staff).get("/")
    assert "Verify" in lines(asked)[action.what]
    assert "Judge the effect" in lines(asked)[SEVERAL_WORDS]
    assert not staff.has(action.what) and not staff.has(SEVERAL_WORDS)


def test_it_asks_exactly_those_whom_the_rules_let_verify(cast: Cast, travel: Any) -> None:
    """The page asks the database; the rules ask loaded records. They say the same of everybody."""
    for person in (cast.staff, cast.owner, cast.head, cast.consultant):
        auditing_too(person, cast)
    day = today(cast)
    people.delegate(cast.staff, cast.consultant, from_on=day, reason="Cuti", by=cast.administrator)
    done = [finish(cast, make_action(cast, "Selesai"), by=cast.head)]
    done.append(finish(cast, make_action(cast, "Diulang"), by=cast.staff))
    actions.send_back_action(done[1], reason="Belum.", by=cast.auditor)
    finish(cast, done[1])
    plain, answered, cancelled, undone = (make_finding(cast, f"Temuan {n}.") for n in range(4))
    findings.write_response(answered, correction="Diatur.", cause="Lupa.", by=cast.staff)
    for finding, doer in ((cancelled, cast.staff), (undone, None)):
        dropped = findings.add_action(
            finding,
            kind=ActionKind.CORRECTION,
            what="Dibatalkan",
            due_on=day,
            owner_person_id=cast.head.id,
            by=cast.officer,
        )
        if doer is not None:
            finish(cast, dropped, by=doer)
        actions.cancel_action(dropped, reason="Cara lain.", by=cast.officer)
    proven = [verify_all(cast, one) for one in (plain, answered, cancelled, undone)]
    planned, disputed = _undecided(cast)
    db.session.commit()
    travel(clock.now() + timedelta(days=60))
    involved = {one: set[str]() for one in proven}
    for name in Cast.ROLES:
        person = getattr(cast, name)
        asked = {one.uid for one in actions_waiting(person).waiting if one.kind is Kind.VERIFY}
        assert asked == {one.uid for one in done if may_verify_action(person, one)}, name
        waiting = findings_waiting(person).waiting
        asked = {one.uid for one in waiting if one.kind is Kind.RULE}
        assert asked == {one.uid for one in disputed if may_rule(person, one)}, name
        asked = {one.uid for one in waiting if one.kind is Kind.APPROVE_PLAN}
        assert asked == {one.uid for one in planned if may_approve_plan(person, one)}, name
        asked = {one.uid for one in waiting if one.kind is Kind.PROVE}
        assert asked == {one.uid for one in proven if may_verify(person, one)}, name
        for one in proven:
            if name in ("auditor", "head", "owner", "staff", "consultant") and one.uid not in asked:
                involved[one].add(name)
    staff = {"owner", "staff", "consultant"}
    assert involved == {plain: {"owner"}, answered: staff, cancelled: staff, undone: {"owner"}}, (
        "who did a cancelled action did it; who merely owned one did nothing"
    )


def _undecided(cast: Cast) -> tuple[list[Finding], list[Finding]]:
    """Plans to be approved, and disputes: those that go to the lead auditor, also when he raised
    it himself, and those of no audit; one about what was found not effective."""
    planned = [make_finding(cast, f"Rencana {n}.") for n in range(3)]
    for finding, by in zip(planned, (cast.officer, cast.staff, cast.head), strict=True):
        submit(cast, finding, by)
    judged = verify_all(cast, make_finding(cast, "Terulang.", by=cast.coordinator))
    findings.find_not_effective(judged, reason="Rusak lagi", by=cast.auditor)
    disputed = [
        make_finding(cast, "Tanpa audit."),
        make_finding(cast, "Dari audit."),
        make_finding(cast, "Oleh ketua tim.", by=cast.lead_auditor),
        judged,
    ]
    for n, finding in enumerate(disputed):
        lead = cast.lead_auditor.id if n in (1, 2) else None
        findings.dispute_finding(finding, reason="Nomor ada", by=cast.owner, lead_auditor_id=lead)
    return planned, disputed


def test_a_finding_whose_actions_were_all_cancelled_waits_for_another(
    browse: Any, cast: Cast
) -> None:
    finding = make_finding(cast)
    action = answer(cast, finding)
    db.session.commit()
    assert SEVERAL_WORDS not in browse(cast.officer).get("/").text
    actions.cancel_action(action, reason="Tidak perlu", by=cast.officer)
    db.session.commit()
    line = lines(browse(cast.officer).get("/"))[SEVERAL_WORDS]
    assert "every action was cancelled" in line and line.endswith("Add an action")
    assert SEVERAL_WORDS not in browse(cast.auditor).get("/").text
    findings.add_existing_action(finding, make_action(cast, "Cara lain"), by=cast.officer)
    db.session.commit()
    assert SEVERAL_WORDS not in browse(cast.officer).get("/").text


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
    assert "1 Open finding " in page.text
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
    assert "2 Open findings 0 Answers overdue 0 Closings overdue 0 Actions overdue" in page.text
    assert page.has("1 Major, open")
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert rows == ["Dinas Tenaga Kerja 1 0 1", "Dinas Kesehatan 1 0 0"]
    page = browse(cast.head).get("/")
    assert "1 Open finding " in page.text
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
    assert max(many.values()) <= 13
    page = browsers["coordinator"].get("/")
    assert page.has("10,000 Open findings")
    assert page.has("All actions of yours")
    assert len([line for line in lines(page) if line.startswith("Temuan")]) == 5
    assert len(lines(page)) <= 40


def test_what_somebody_signs_between_two_queries_is_left_out(cast: Cast) -> None:
    """A revision that was listed and is in review no more, as another's commit may show it."""
    make_draft(cast)
    gone = work.Waiting(
        Kind.APPROVE,
        new_uid(),
        "PR-01",
        "Prosedur",
        cast.disnaker.id,
        None,
        work.Deadline.REVIEW,
        is_restricted=False,
    )
    assert work._judged([gone], cast.head) == []
