"""Finding pages: logging one in a minute, the whole way in the browser, and who is kept out."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from qms.actions import operations as actions
from qms.actions.models import Action, ActionKind
from qms.core import clock, dates, journal
from qms.core.db import AccessClass, db
from qms.findings import operations
from qms.findings.models import IN_RULES, Finding, FindingState, Grade, GradeRule
from qms.people import operations as people
from qms.people.roles import Role
from qms.standards.queries import ClauseRow
from tests.cast import SINCE, SYSTEM, Cast
from tests.counting import queries_of
from tests.factories import (
    answer,
    finish,
    make_action,
    make_evidence,
    make_finding,
    today,
    verify_all,
)

Find = Callable[[str, str], ClauseRow]


def only() -> Finding:
    db.session.expire_all()
    return db.session.scalars(select(Finding)).unique().one()


def photo(name: str = "loket.txt") -> Any:
    return (BytesIO(b"foto loket"), name)


def test_a_finding_is_logged_with_eight_fields(browse: Any, cast: Cast, catalogue: Find) -> None:
    page = browse(cast.auditor).get("/findings/new")
    visible = [
        tag
        for tag in page.form().select("label.form-label, legend.form-label")
        if tag.find_parent("details") is None
    ]
    assert len(visible) == 10  # the statement's three parts count as one
    clauses = [catalogue("iso9001-2015", "8.5.1"), catalogue("iso37001-2016", "8.1")]
    page = page.submit(
        unit=str(cast.disnaker.uid),
        grade="major",
        place="Loket 2",
        clause_ids=[str(clause.id) for clause in clauses],
        requirement="Antrean diatur dengan nomor",
        seen="Tidak ada nomor di loket 2",
        deviation="Papan antrean tidak ada",
        files=photo(),
    )
    finding = only()
    assert page.has(finding.number) and page.has("Papan antrean tidak ada")
    assert page.has("loket.txt") and page.has("8.5.1") and page.has("Major nonconformity")
    assert finding.due_on == today(cast) + timedelta(days=30)
    assert finding.source.value == "internal_audit" and finding.found_on == today(cast)


def test_what_is_missing_is_told_and_what_was_typed_stays(browse: Any, cast: Cast) -> None:
    page = browse(cast.auditor).get("/findings/new")
    empty = page.submit(unit=str(cast.disnaker.uid), status=422)
    for sentence in ("Say what was asked", "Say what was seen", "Say what deviates"):
        assert empty.has(sentence), "all that is lacking is told at once"
    page = page.submit(unit=str(cast.disnaker.uid), deviation="Papan tidak ada", status=422)
    assert page.has("a nonconformity needs its requirement")
    assert "Papan tidak ada" in page.form().find("textarea", {"name": "deviation"}).get_text()
    future = (today(cast) + timedelta(days=1)).isoformat()
    page = page.submit(requirement="x", seen="y", found_on=future, status=422)
    assert page.has("lies in the future")
    page = page.submit(found_on=today(cast).isoformat(), files=photo("jahat.exe"), status=422)
    assert page.has("jahat.exe:")
    assert db.session.scalars(select(Finding)).unique().all() == []
    page.submit(files=photo())
    assert only().number.endswith("-001")


def test_sending_the_form_twice_makes_one_finding(browse: Any, cast: Cast) -> None:
    page = browse(cast.auditor).get("/findings/new")
    said = {"unit": str(cast.disnaker.uid), "requirement": "x", "seen": "y", "deviation": "z"}
    assert page.submit(**said).url == page.submit(**said).url
    assert only()


def test_an_auditor_logs_one_after_the_other(browse: Any, cast: Cast) -> None:
    page = browse(cast.auditor).get("/findings/new")
    said = {"unit": str(cast.blk.uid), "requirement": "x", "seen": "y", "deviation": "z"}
    page = page.submit(button=("then", "another"), place="Bengkel", **said)
    assert page.url == "/findings/new"
    page.submit(**{**said, "unit": str(cast.blk.uid)})
    numbers = db.session.scalars(select(Finding.number).order_by(Finding.number)).all()
    assert [number[-7:] for number in numbers] == ["BLK-001", "BLK-002"]
    assert set(db.session.scalars(select(Finding.place))) == {"Bengkel"}


def test_the_whole_way_in_the_browser(browse: Any, cast: Cast, travel: Any) -> None:
    finding = make_finding(cast)
    db.session.commit()
    path = f"/findings/{finding.uid}"
    officer, owner, auditor = browse(cast.officer), browse(cast.owner), browse(cast.auditor)
    assert officer.get(path).has("Write the immediate correction first")
    page = officer.get(f"{path}/answer")
    page = page.submit(button=("then", "send"), status=422)
    for sentence in (
        "Write the immediate correction",
        "Write the cause",
        "Write how you will see that it worked",
        "Plan at least one",
    ):
        assert page.has(sentence), "all that is lacking is told at once"
    page = page.submit(button=("then", "send"), correction="Diatur", status=422)
    assert page.has("Write the cause first")
    seen = "Sebulan tanpa keluhan"
    page = page.submit(button=("then", "send"), cause="Belum dibeli", criterion=seen, status=422)
    assert page.has("Plan at least one action")
    page = page.submit(action_what="Beli papan", status=422)
    assert page.has("Choose who will do it") and page.has("Say until when")
    page = page.submit(
        button=("then", "send"),
        action_owner=f"person:{cast.owner.uid}",
        action_due_on=today(cast).isoformat(),
    )
    assert page.has("The answer is sent") and page.has("Belum dibeli") and page.has("Beli papan")
    assert page.has("Accepted or disputed by the unit Accepted") and page.has(seen)
    number = only().actions_of()[0].uid
    assert owner.get(f"/actions/{number}").has("waits for approval. Work begins when")
    owner.get(f"/actions/{number}/finish", status=409)
    page = browse(cast.head).get(path).submit(action="/moves/approve_plan", note="Cukup")
    assert page.has("In progress") and page.has("Approval of the plan Accepted")
    assert auditor.get(path).has("Verify these actions first")
    page = owner.get(f"/actions/{number}/finish?next={path}").submit(files=photo())
    assert page.url == path and page.has("Done, to be verified")
    page = auditor.get(path)
    page = page.submit(action=f"/actions/{number}/moves/verify?next={path}", note="Papan terlihat.")
    assert page.url == path and page.has("Verified by Auditor: Papan terlihat.")
    page = page.submit(action="/moves/verify", note="Dilihat di loket 2 pada jam sibuk.")
    assert page.has("Is it effective?")
    story, history = page.soup.select(".story")[-2], page.soup.select_one(".timeline blockquote")
    assert "Dilihat di loket 2 pada jam sibuk." in story.get_text()
    assert history.get_text() == "Dilihat di loket 2 pada jam sibuk."
    assert page.soup.select_one('.page-actions a.btn-primary[href="#effectiveness"]')
    assert page.has("60 days after the last action was verified") and page.has(seen)
    travel(clock.now() + timedelta(days=60))
    page = browse(cast.auditor).get(path)
    page = page.submit(action="/moves/prove", reason="Tiga minggu tanpa keluhan")
    assert page.has("Tiga minggu tanpa keluhan") and page.has("Closed")
    assert only().state is FindingState.CLOSED
    page = browse(cast.officer).get(path).submit(action="/moves/reopen", reason="Keluhan lagi")
    assert page.has("Round 1") and page.has("Round 2") and page.has("Keluhan lagi")
    assert only().closed_on is None


def test_what_stands_in_the_way_names_no_action_that_one_may_not_see(
    browse: Any, cast: Cast
) -> None:
    """An action that was restricted with its finding stays so when the finding does not."""
    finding = make_finding(cast)
    seen = answer_with_two(cast, finding)
    db.session.commit()
    path, hidden = f"/findings/{finding.uid}", seen.pop()
    page = browse(cast.auditor).get(path)
    assert page.has(f"Verify these actions first: {seen[0].number}.")
    assert not page.has(hidden.number)
    finish(cast, seen[0])
    actions.verify_action(seen[0], note=None, by=cast.auditor)
    db.session.commit()
    page = browse(cast.auditor).get(path)
    assert page.has("Not every action of this finding is verified.")
    assert not page.has(hidden.number)
    problem = browse(cast.auditor).post(f"{path}/moves/verify", status=409)
    assert problem.has("Not every action of this finding is verified.")


def answer_with_two(cast: Cast, finding: Finding) -> list[Action]:
    """Answer with an action that all may see, and one that only those who need to know do."""
    planned = {"kind": ActionKind.CORRECTIVE, "due_on": today(cast), "by": cast.head}
    statement = {name: getattr(finding, name) for name in STATEMENT}
    hidden = operations.add_action(
        finding, what="Periksa petugas", owner_person_id=cast.head.id, **planned
    )
    for access in (AccessClass.RESTRICTED, AccessClass.ORDINARY):
        operations.edit_finding(
            finding, access=access, clause_ids=[], by=cast.lead_auditor, **statement
        )
    assert hidden.access is AccessClass.RESTRICTED
    return [answer(cast, finding, by=cast.head), hidden]


STATEMENT = ("source", "source_note", "place", "requirement", "seen", "deviation")


def test_an_answer_that_was_sent_back_says_why(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    answer(cast, finding)
    db.session.commit()
    path = f"/findings/{finding.uid}"
    browse(cast.auditor).get(path).submit(action="/send_back", reason="Penyebab dangkal")
    assert browse(cast.officer).get(path).has("Sent back by Auditor")


def test_an_action_says_which_findings_it_serves(browse: Any, cast: Cast) -> None:
    """As far as the reader sees them."""
    finding = make_finding(cast, "Papan antrean tidak ada.")
    action = answer(cast, finding)
    own = make_action(cast, "Tindakan tersendiri")
    secret = make_finding(
        cast, "Petugas menerima imbalan.", access=AccessClass.RESTRICTED, by=cast.lead_auditor
    )
    operations.add_existing_action(secret, action, by=cast.officer)
    db.session.commit()
    page = browse(cast.owner).get(f"/actions/{action.uid}")
    assert page.has("For this finding") and page.has(finding.number)
    assert not page.has("imbalan") and not page.has(secret.number)
    link = page.soup.find("a", string="Papan antrean tidak ada.")
    assert link["href"] == f"/findings/{finding.uid}"
    page = browse(cast.head).get(f"/actions/{action.uid}")
    assert page.has("For these findings") and page.has(secret.number)
    assert not browse(cast.owner).get(f"/actions/{own.uid}").has("For this finding")


def test_the_facts_say_in_red_what_is_late(browse: Any, cast: Cast, travel: Any) -> None:
    finding = make_finding(cast)
    db.session.commit()
    path = f"/findings/{finding.uid}"
    assert not browse(cast.owner).get(path).soup.select(".facts .due.bad")
    travel(clock.now() + timedelta(days=16))
    page = browse(cast.owner).get(path)
    late = {row.dt.text: row.select_one(".due") for row in page.soup.select(".facts > div")}
    assert "2 days late" in late["Answer due"].text and "bad" in late["Answer due"]["class"]
    assert "bad" not in late["Closing due"]["class"]
    assert "Closed on" not in late


def test_no_effect_begins_a_new_round(browse: Any, cast: Cast) -> None:
    finding = verify_all(cast, make_finding(cast))
    db.session.commit()
    browser = browse(cast.auditor)
    path = f"/findings/{finding.uid}/moves/not_effective"
    browser.post(path, {"reason": " "}, status=422)
    page = browser.post(path, {"reason": "Rusak lagi"})
    assert page.has("Round 2") and page.has("Rusak lagi") and page.has("Not accepted")


def test_actions_are_added_and_shared(browse: Any, cast: Cast) -> None:
    finding, action = make_finding(cast), make_action(cast, "Tindakan lama")
    db.session.commit()
    path = f"/findings/{finding.uid}"
    browser = browse(cast.officer)
    page = browser.post(f"{path}/actions/link", status=422)
    assert page.soup.select_one("#action.invalid") and page.has("Choose at least one action.")
    assert page.soup.find("input", {"value": str(action.uid)}), "the form stays"
    page = browser.post(f"{path}/actions/link", {"action": str(action.uid)})
    assert page.has("Tindakan lama")
    page = browser.get(f"{path}/actions/new").submit(
        what="Tindakan baru", owner=f"person:{cast.owner.uid}", due_on=today(cast).isoformat()
    )
    assert page.has("Tindakan baru")
    assert len(only().actions_of()) == 2


def test_evidence_is_added_in_place(browse: Any, cast: Cast) -> None:
    finding, piece = make_finding(cast), make_evidence(cast, "Notulen lama")
    db.session.commit()
    page = browse(cast.officer).get(f"/findings/{finding.uid}/evidence")
    assert page.submit(status=422).has("Add a file")
    page = page.submit(files=photo("baru.txt"), evidence=[str(piece.uid)])
    assert page.has("Notulen lama") and page.has("baru.txt")


def test_the_grade_changes_with_a_reason(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast, grade=Grade.MAJOR)
    db.session.commit()
    page = browse(cast.auditor).get(f"/findings/{finding.uid}/grade")
    assert page.submit(grade="minor", status=422).has("Write the reason")
    page = page.submit(grade="minor", reason="Tidak sistemik")
    assert page.has("Minor nonconformity") and page.has("Tidak sistemik")
    browse(cast.officer).get(f"/findings/{finding.uid}/grade", status=403)


def test_a_stale_edit_shows_both_versions(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    first = browse(cast.auditor).get(f"/findings/{finding.uid}/edit")
    browse(cast.lead_auditor).get(f"/findings/{finding.uid}/edit").submit(place="Loket 3")
    page = first.submit(place="Loket 4", status=409)
    assert page.has("Loket 3")
    page.submit()
    assert only().place == "Loket 4"


def test_two_people_answering_lose_nothing(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/findings/{finding.uid}/answer")
    browse(cast.owner).get(f"/findings/{finding.uid}/answer").submit(cause="Sebab pemilik")
    page = page.submit(cause="Sebab petugas", status=409)
    assert page.has("Sebab pemilik") and "Sebab petugas" in str(page.soup)
    assert [one.text.split()[0] for one in page.soup.select("form.conflict label")] == ["Cause"], (
        "what nobody wrote is not set against anything"
    )
    page.submit()
    assert only().cause == "Sebab petugas"


def test_the_register_narrows(browse: Any, cast: Cast, catalogue: Find) -> None:
    clause = catalogue("iso9001-2015", "8.4.1")
    old = today(cast) - timedelta(days=90)
    late = make_finding(cast, "Sudah terlambat", found_on=old, clause_ids=[clause.id])
    make_finding(cast, "Loket ramah", grade=Grade.STRENGTH)
    make_finding(cast, "Rahasia besar", by=cast.lead_auditor, access=AccessClass.RESTRICTED)
    gone = make_finding(cast, "Batal saja", unit=cast.blk)
    operations.cancel_finding(gone, reason="Ganda", by=cast.auditor)
    db.session.commit()
    browser = browse(cast.owner)
    page = browser.get("/findings")
    assert page.has("Sudah terlambat") and page.has("days late") and page.has("Batal saja")
    assert not page.has("Rahasia besar")
    expected = {
        "show=overdue": "Sudah terlambat",
        "grade=strength": "Loket ramah",
        "state=cancelled": "Batal saja",
        f"q={late.number.lower()}": "Sudah terlambat",
        "q=ramah": "Loket ramah",
        "q=8.4": "Sudah terlambat",
        f"clause={clause.id}": "Sudah terlambat",
    }
    everything = set(expected.values())
    for query, shown in expected.items():
        page = browser.get(f"/findings?{query}")
        assert {title for title in everything if page.has(title)} == {shown}, query
    assert browser.get("/findings?source=risk").has("Nothing matches")
    assert browse(cast.head).get("/findings").has("Rahasia besar")
    assert not browse(cast.other_head).get("/findings").has("Batal saja")


def test_the_register_pages_by_key(browse: Any, cast: Cast) -> None:
    for n in range(60):
        make_finding(cast, f"Temuan ke-{n:02d}", found_on=today(cast) - timedelta(days=n))
    db.session.commit()
    page = browse(cast.owner).get("/findings")
    assert page.has("Temuan ke-00") and not page.has("Temuan ke-55")
    following = page.soup.find("a", rel="next")["href"]
    page = page.browser.get(following)
    assert page.has("Temuan ke-55") and not page.has("Temuan ke-49")
    page = page.browser.get(page.soup.find("a", rel="prev")["href"])
    assert page.has("Temuan ke-00")


def test_what_one_may_not_see_does_not_exist(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    secret = make_finding(cast, by=cast.lead_auditor, access=AccessClass.RESTRICTED)
    db.session.commit()
    pages = ("", "/edit", "/answer", "/grade", "/actions/new", "/evidence")
    for person, one in (
        (cast.outsider, finding),
        (cast.other_officer, finding),
        (cast.owner, secret),
        (cast.guest, secret),
    ):
        browser = browse(person)
        for page in pages:
            browser.get(f"/findings/{one.uid}{page}", status=404)
        browser.post(f"/findings/{one.uid}/moves/cancel", {"reason": "x"}, status=404)
        browser.post(f"/findings/{one.uid}/actions/link", {"action": "x"}, status=404)
    assert browse(cast.head).get(f"/findings/{secret.uid}").has("Restricted")
    browse(cast.head).get("/findings/nothing", status=404)


def test_restricted_evidence_and_actions_stay_hidden_beside_an_ordinary_finding(
    browse: Any, cast: Cast
) -> None:
    finding = make_finding(cast)
    secret = make_evidence(cast, "Bukti rahasia", access=AccessClass.RESTRICTED)
    operations.add_evidence(finding, evidence=[secret], by=cast.officer)
    db.session.commit()
    path = f"/findings/{finding.uid}"
    assert browse(cast.officer).get(path).has("Bukti rahasia")
    assert not browse(cast.owner).get(path).has("Bukti rahasia")


@pytest.mark.parametrize("name", ["guest", "administrator", "secretariat"])
def test_who_may_not_write_is_refused(browse: Any, cast: Cast, name: str) -> None:
    finding = make_finding(cast)
    db.session.commit()
    browser = browse(getattr(cast, name))
    path = f"/findings/{finding.uid}"
    assert not browser.get(path).has("Write the answer")
    for page in ("edit", "answer", "grade", "actions/new"):
        browser.get(f"{path}/{page}", status=403)
    browser.post(f"{path}/moves/cancel", {"reason": "x"}, status=403)
    browser.post(f"{path}/actions/link", {"action": "x"}, status=403)
    if name != "secretariat":
        browser.get("/findings/new", status=403)
        browser.get(f"{path}/evidence", status=403)


def test_a_wrong_turn_is_told(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    db.session.commit()
    path = f"/findings/{finding.uid}"
    auditor, officer = browse(cast.auditor), browse(cast.officer)
    auditor.post(f"{path}/moves/verify", status=409)
    auditor.post(f"{path}/moves/vanish", status=404)
    auditor.get(f"{path}/moves/verify", status=405)
    officer.post(f"{path}/moves/answer", status=409)
    officer.post(f"{path}/moves/answer", {"version": "0"}, status=409)
    auditor.post(f"{path}/moves/cancel", {"reason": ""}, status=422)
    answer(cast, finding)
    db.session.commit()
    officer.get(f"{path}/answer", status=409)


def test_the_rules_of_grades_are_set_by_the_districts_administrator(
    browse: Any, cast: Cast
) -> None:
    browser = browse(cast.administrator)
    page = browser.get("/findings/rules")
    assert page.has("as shipped") and page.has("Effectiveness")
    page = browser.get("/findings/rules/minor")
    assert page.submit(source="", status=422).has("where the figures come from")
    page = page.submit(source="Kontrak LSSM", due_days="5", reply_days="9", status=422)
    assert page.has("cannot be due after the closing")
    page = page.submit(source="Kontrak LSSM", reply_days="7", due_days="45", effect_days="77")
    assert page.has("Kontrak LSSM") and page.has("45") and page.has("77")
    rule = db.session.scalars(select(GradeRule)).one()
    assert (rule.grade, rule.due_days, rule.effect_days) == (Grade.MINOR, 45, 77)
    assert rule.steps == list(IN_RULES)
    browser.get("/findings/rules/worst", status=404)
    for name in ("officer", "guest", "coordinator"):
        browse(getattr(cast, name)).get("/findings/rules", status=403)
        browse(getattr(cast, name)).get("/findings/rules/minor", status=403)


def test_a_withdrawn_right_is_refused_at_the_next_request(browse: Any, cast: Cast) -> None:
    finding = make_finding(cast)
    grant = people.grant_role(cast.bystander, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    db.session.commit()
    browser = browse(cast.bystander)
    page = browser.get(f"/findings/{finding.uid}")
    people.withdraw_role(grant, by=cast.administrator, reason="Mutasi")
    db.session.commit()
    page.submit(action="/cancel", reason="x", status=404)


@pytest.mark.parametrize(("path", "most"), [("/findings", 8), ("/findings/{uid}", 10)])
def test_pages_cost_the_same_queries_however_long(
    browse: Any, cast: Cast, catalogue: Find, path: str, most: int
) -> None:
    clauses = [catalogue("iso9001-2015", number).id for number in ("8.1", "8.4", "8.5.1")]
    finding = make_finding(cast, clause_ids=clauses[:1])
    operations.add_evidence(finding, evidence=[make_evidence(cast)], by=cast.officer)
    action = answer(cast, finding)
    finish(cast, action)
    db.session.commit()
    browser = browse(cast.auditor)
    few = queries_of(browser, path.format(uid=finding.uid))
    for n in range(30):
        make_finding(cast, f"Temuan {n}", clause_ids=clauses)
        operations.add_existing_action(finding, make_action(cast), by=cast.officer)
        operations.add_evidence(finding, evidence=[make_evidence(cast, f"B{n}")], by=cast.officer)
    for one in finding.actions_of()[:10]:
        if one is not action:
            finish(cast, one)
            actions.verify_action(one, note=None, by=cast.lead_auditor)
    db.session.commit()
    assert queries_of(browser, path.format(uid=finding.uid)) == few <= most


def test_who_plans_an_action_reads_until_when_the_finding_closes(browse: Any, cast: Cast) -> None:
    closing = dates.long_day(make_finding(cast, grade=Grade.MAJOR).due_on)
    never = make_finding(cast, "Loket ramah", grade=Grade.OPPORTUNITY)
    never.due_on = None
    journal.write("edit_finding", never, by=cast.auditor)
    db.session.commit()
    first, second = db.session.scalars(select(Finding).order_by(Finding.id)).unique()
    browser = browse(cast.officer)
    for form in ("answer", "actions/new"):
        page = browser.get(f"/findings/{first.uid}/{form}")
        assert page.has(f"The finding is to be closed by {closing}.")
        assert not browser.get(f"/findings/{second.uid}/{form}").has("is to be closed by")


def test_of_two_who_set_the_same_rule_the_second_sees_both(browse: Any, cast: Cast) -> None:
    first, late = (browse(cast.administrator).get("/findings/rules/minor") for _ in range(2))
    first.submit(due_days="45", source="Surat A")
    page = late.submit(due_days="20", source="Surat B", status=409)
    assert page.has("45") and page.has("Surat A") and page.has("Your version")
    assert page.submit().has("20")
    again = browse(cast.administrator).get("/findings/rules/minor")
    assert again.submit(due_days="25", source="Surat C").has("25")


def test_who_may_not_raise_findings_is_not_told_to(browse: Any, cast: Cast) -> None:
    page = browse(cast.owner).get("/findings")
    assert page.has("Nothing was found in the units that you see.")
    assert not page.has("Log what") and browse(cast.officer).get("/findings").has("Log what")
