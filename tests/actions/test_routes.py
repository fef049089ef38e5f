"""Action pages: the register, planning, finishing with evidence, verifying."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from qms.actions import operations
from qms.actions.models import Action, ActionState
from qms.core import dates
from qms.core.db import AccessClass, db
from qms.people import operations as people
from qms.people.models import RoleGrant
from qms.people.roles import AUDITS
from tests.cast import SINCE, SYSTEM, Cast
from tests.counting import queries_of
from tests.factories import finish, make_action, make_evidence, today


def only() -> Action:
    db.session.expire_all()
    return db.session.scalars(select(Action)).one()


def test_an_action_is_planned_on_its_own(browse: Any, cast: Cast) -> None:
    page = browse(cast.officer).get("/actions/new")
    page = page.submit(what="Perbaiki papan", due_on="", status=422)
    assert page.has("Say until when") and page.has("Choose who will do it")
    day = (today(cast) + timedelta(days=3)).isoformat()
    page = page.submit(due_on="2020-01-01", owner=f"person:{cast.owner.uid}", status=422)
    assert page.has("lies in the past")
    page = page.submit(due_on=day)
    assert page.has("TK-") and page.has("Perbaiki papan") and page.has("Owner")
    assert only().owner_person_id == cast.owner.id


def test_a_position_can_own_an_action(browse: Any, cast: Cast) -> None:
    position = people.add_position(cast.disnaker, "Kepala Seksi Pelatihan", by=SYSTEM)
    people.appoint(cast.owner, position, from_on=SINCE, by=SYSTEM)
    db.session.commit()
    page = browse(cast.officer).get("/actions/new")
    day = today(cast).isoformat()
    page = page.submit(what="Ajari petugas", due_on=day, owner=f"position:{position.uid}")
    assert only().owner_position_id == position.id
    assert browse(cast.owner).get("/actions?show=mine").has("Ajari")
    assert not browse(cast.staff).get("/actions?show=mine").has("Ajari")


def test_who_finishes_is_told_that_nobody_may_verify_yet(browse: Any, cast: Cast) -> None:
    action = make_action(cast)
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.role.in_(AUDITS))):
        people.withdraw_role(grant, reason="Pindah", by=SYSTEM)
    db.session.commit()
    page = browse(cast.owner).get(f"/actions/{action.uid}/finish")
    page = page.submit(files=(BytesIO(b"foto"), "foto.txt"))
    assert browse(cast.owner).get(f"/actions/{action.uid}").has("Nobody may verify it yet: ask")
    assert page.has("Done. Nobody may verify it yet: ask the administrator for an auditor")


def test_the_owner_finishes_and_another_verifies(browse: Any, cast: Cast) -> None:
    action = make_action(cast)
    db.session.commit()
    owner, auditor = browse(cast.owner), browse(cast.auditor)
    page = owner.get(f"/actions/{action.uid}/finish")
    page = page.submit(note="Dipasang", status=422)
    assert page.has("Add what proves it")
    assert page.form().find("textarea", {"name": "note"}).get_text().strip() == "Dipasang"
    page = page.submit(files=(BytesIO(b"foto"), "foto.txt"))
    assert page.has("Done, to be verified") and page.has("foto.txt")
    assert page.has("Now somebody else verifies it: ") and page.has(cast.auditor.name)
    page = owner.get(f"/actions/{action.uid}")
    assert page.has("Waits for verification by one of these: ") and page.has("; ")
    assert page.has(cast.auditor.name) and not page.has(f"; {cast.owner.name}")
    assert queries_of(owner, f"/actions/{action.uid}") <= 10
    page = auditor.get(f"/actions/{action.uid}")
    page = page.submit(action="/send_back", reason="Tidak jelas")
    assert page.has("Tidak jelas")
    assert only().state is ActionState.OPEN
    piece = make_evidence(cast)
    db.session.commit()
    page = owner.get(f"/actions/{action.uid}/finish").submit(evidence=[str(piece.uid)])
    page = auditor.get(f"/actions/{action.uid}").submit(action="/verify", note=" Papan terlihat. ")
    assert page.has("verified it")
    assert page.text.count("Papan terlihat.") == 2, "on its card, and in the history"
    assert only().verified_by_id == cast.auditor.id
    assert only().verified_note == "Papan terlihat."


def test_expired_evidence_is_marked_where_it_is_offered_and_refused(
    browse: Any, cast: Cast
) -> None:
    action, day = make_action(cast), today(cast)
    piece = make_evidence(cast, "Sertifikat kalibrasi", valid_until=day - timedelta(days=3))
    good = make_evidence(cast, "Foto papan", valid_until=day)
    db.session.commit()
    shown = f"counted until {dates.short_day(piece.valid_until)}"
    page = browse(cast.owner).get(f"/actions/{action.uid}/finish")
    offered = [label.get_text(strip=True) for label in page.soup.select(".picker-list label")]
    assert offered == ["Foto papan", f"Sertifikat kalibrasi – {shown}"]
    page = page.submit(evidence=[str(piece.uid)], note="Sudah", status=422)
    assert page.has("“Sertifikat kalibrasi” counted until") and page.has("Sudah")
    earlier = (day - timedelta(days=3)).isoformat()
    page = page.submit(evidence=[str(piece.uid), str(good.uid)], done_on=earlier)
    assert page.has("Done, to be verified") and page.has(shown)


def test_what_was_looked_at_may_be_left_out_and_a_reason_may_not(browse: Any, cast: Cast) -> None:
    action = finish(cast, make_action(cast))
    db.session.commit()
    page = browse(cast.auditor).get(f"/actions/{action.uid}")
    required = {
        box["name"]: box.has_attr("required") for box in page.soup.select(".page-state textarea")
    }
    assert required == {"note": False, "reason": True}
    page.submit(action="/send_back", reason=" ", status=422)
    page.submit(action="/verify")
    assert only().state is ActionState.VERIFIED and only().verified_note is None


def test_a_wrong_turn_and_a_stale_page_are_told(browse: Any, cast: Cast) -> None:
    action = make_action(cast)
    db.session.commit()
    auditor = browse(cast.auditor)
    auditor.post(f"/actions/{action.uid}/moves/verify", status=409)
    auditor.post(f"/actions/{action.uid}/moves/vanish", status=404)
    auditor.post(f"/actions/{action.uid}/moves/cancel", {"reason": " "}, status=422)
    finish(cast, action)
    db.session.commit()
    browse(cast.owner).get(f"/actions/{action.uid}/finish", status=409)
    stale = {"version": "1"}
    auditor.post(f"/actions/{action.uid}/moves/verify", stale, status=409)
    browse(cast.owner).post(f"/actions/{action.uid}/moves/verify", status=403)
    auditor.get(f"/actions/{action.uid}/moves/verify", status=405)


def test_a_stale_edit_shows_both_versions(browse: Any, cast: Cast) -> None:
    action = make_action(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/actions/{action.uid}/edit")
    browse(cast.head).get(f"/actions/{action.uid}/edit").submit(what="Kata kepala")
    page = page.submit(what="Kata petugas", status=409)
    assert page.has("Kata kepala")
    page.submit()
    assert only().what == "Kata petugas"


def test_the_register_narrows(browse: Any, cast: Cast) -> None:
    late = make_action(cast, "Sudah lewat", due_on=today(cast))
    make_action(cast, "Masih lama", owner_person_id=cast.staff.id)
    secret = make_action(
        cast, "Rahasia", access=AccessClass.RESTRICTED, owner_person_id=cast.head.id
    )
    gone = make_action(cast, "Batal saja")
    operations.cancel_action(gone, reason="Ganda", by=cast.officer)
    late.due_on = today(cast) - timedelta(days=2)
    operations.journal.write("edit_action", late, by=cast.officer)
    db.session.commit()
    browser = browse(cast.owner)
    page = browser.get("/actions")
    assert page.has("Sudah lewat") and page.has("2 days late") and page.has("Masih lama")
    assert not page.has("Batal saja") and not page.has("Rahasia")
    assert browser.get("/actions?show=overdue").has("Sudah lewat")
    assert not browser.get("/actions?show=overdue").has("Masih lama")
    assert not browser.get("/actions?show=mine").has("Masih lama")
    assert browser.get("/actions?state=cancelled").has("Batal saja")
    assert browser.get("/actions?q=batal").has("Batal saja")
    assert browser.get(f"/actions?q={late.number}").has("Sudah lewat")
    assert browser.get("/actions?kind=preventive").has("Nothing matches")
    assert browse(cast.head).get("/actions").has("Rahasia")
    assert not browse(cast.other_head).get("/actions").has("Masih lama")
    for person in (cast.owner, cast.guest, cast.other_officer, cast.outsider):
        browse(person).get(f"/actions/{secret.uid}", status=404)


@pytest.mark.parametrize("name", ["guest", "secretariat"])
def test_who_may_not_is_refused(browse: Any, cast: Cast, name: str) -> None:
    action = make_action(cast)
    db.session.commit()
    browser = browse(getattr(cast, name))
    browser.get(f"/actions/{action.uid}")
    for path in ("/actions/new", f"/actions/{action.uid}/edit", f"/actions/{action.uid}/finish"):
        browser.get(path, status=403)
    browser.post(f"/actions/{action.uid}/moves/cancel", {"reason": "x"}, status=403)


@pytest.mark.parametrize(("path", "most"), [("/actions", 8), ("/actions/{uid}", 10)])
def test_pages_cost_the_same_queries_however_long(
    browse: Any, cast: Cast, path: str, most: int
) -> None:
    action = make_action(cast)
    finish(cast, action)
    make_action(cast)
    db.session.commit()
    browser = browse(cast.auditor)
    few = queries_of(browser, path.format(uid=action.uid))
    for n in range(30):
        make_action(cast, f"Tindakan {n}")
    for _ in range(5):
        operations.send_back_action(action, reason="Lagi", by=cast.auditor)
        finish(cast, action)
    db.session.commit()
    assert queries_of(browser, path.format(uid=action.uid)) == few <= most
