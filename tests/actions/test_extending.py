"""Later due dates: asked for by one, decided by another."""

from datetime import timedelta
from typing import Any

import pytest

from qms.actions import operations
from qms.actions.extending import ask_extension, grant_extension, refuse_extension
from qms.actions.models import Action, ActionState
from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.overview.queries.work import Kind, actions_waiting
from qms.people import operations as people
from tests.cast import SINCE, Cast
from tests.factories import finish, make_action, today


def asked(cast: Cast, days: int = 30, **given: Any) -> Action:
    """An action due in 14 days whose owner asks for more time."""
    action = make_action(cast, **given)
    wanted = action.due_on + timedelta(days=days)
    ask_extension(action, wanted_on=wanted, reason="Pengadaan terlambat", by=cast.owner)
    return action


def deciders(cast: Cast) -> set[str]:
    """Everybody to whom My work offers the decision."""
    return {
        name
        for name in Cast.ROLES
        if Kind.EXTEND in {one.kind for one in actions_waiting(getattr(cast, name)).waiting}
    }


def test_a_later_date_is_granted_and_the_first_one_kept(cast: Cast) -> None:
    action = asked(cast)
    first, wanted = action.due_on, action.due_on + timedelta(days=30)
    assert action.first_due_on is None, "until it is decided the old date holds"
    grant_extension(action, until=wanted, by=cast.head)
    assert (action.due_on, action.first_due_on) == (wanted, first)
    again = wanted + timedelta(days=10)
    ask_extension(action, wanted_on=again, reason="Hujan", by=cast.staff)
    grant_extension(action, until=wanted + timedelta(days=5), note="Cukup", by=cast.officer)
    db.session.commit()
    db.session.expire_all()
    assert (action.due_on, action.first_due_on) == (wanted + timedelta(days=5), first)
    assert [(one.number, one.granted_on) for one in action.extensions] == [
        (1, wanted),
        (2, wanted + timedelta(days=5)),
    ]
    assert [told.verb for told in journal.history(action, 2)] == [
        "grant_extension",
        "ask_extension",
    ]


def test_it_is_refused_with_a_reason(cast: Cast) -> None:
    action = asked(cast)
    due = action.due_on
    with pytest.raises(Invalid, match="why the date stays"):
        refuse_extension(action, note=" ", by=cast.head)
    refuse_extension(action, note="Sudah dua kali", by=cast.head)
    assert (action.due_on, action.first_due_on, action.asked_extension) == (due, None, None)
    assert action.extensions[0].note == "Sudah dua kali"
    with pytest.raises(OutOfTurn):
        grant_extension(action, until=due + timedelta(days=1), by=cast.head)


def test_who_asks_or_owns_does_not_decide(cast: Cast) -> None:
    action = asked(cast)
    assert deciders(cast) == {"officer", "head", "consultant", "coordinator"}
    for name in ("owner", "staff", "auditor", "guest"):
        with pytest.raises(Refused):
            grant_extension(action, until=action.due_on + timedelta(days=1), by=getattr(cast, name))
    own = make_action(cast, owner_person_id=cast.head.id)
    ask_extension(
        own, wanted_on=own.due_on + timedelta(days=9), reason="Dinas luar", by=cast.officer
    )
    for by in (cast.head, cast.officer):
        with pytest.raises(Refused):
            grant_extension(own, until=own.due_on + timedelta(days=1), by=by)
    people.delegate(cast.owner, cast.head, from_on=SINCE, reason="Cuti", by=cast.administrator)
    cast.head.__dict__.pop("hats", None)
    with pytest.raises(Refused):
        grant_extension(action, until=action.due_on + timedelta(days=1), by=cast.head)


def test_who_owns_it_does_not_move_the_date_by_editing(cast: Cast) -> None:
    action = make_action(cast, owner_person_id=cast.officer.id)
    given = {"kind": action.kind, "what": action.what, "owner_person_id": cast.officer.id}
    later = action.due_on + timedelta(days=7)
    with pytest.raises(Invalid, match="somebody else decides") as told:
        operations.edit_action(action, due_on=later, reason="x", by=cast.officer, **given)
    assert "due_on" in told.value.fields
    first = action.due_on
    operations.edit_action(action, due_on=later, reason="Jadwal bupati", by=cast.head, **given)
    assert (action.due_on, action.first_due_on) == (later, first)


def test_what_cannot_be_is_refused(cast: Cast, browse: Any) -> None:
    action = make_action(cast)
    for days, reason in ((0, "x"), (-3, "x"), (5, " ")):
        day = action.due_on + timedelta(days=days)
        with pytest.raises(Invalid):
            ask_extension(action, wanted_on=day, reason=reason, by=cast.owner)
    late = make_action(cast)
    late.due_on = today(cast) - timedelta(days=9)
    with pytest.raises(Invalid, match="lies in the past"):
        ask_extension(late, wanted_on=late.due_on + timedelta(days=2), reason="x", by=cast.owner)
    action = asked(cast)
    with pytest.raises(OutOfTurn, match="waits for a decision"):
        ask_extension(
            action, wanted_on=action.due_on + timedelta(days=40), reason="x", by=cast.staff
        )
    finish(cast, action)
    assert action.state is ActionState.DONE and deciders(cast) == set()
    db.session.commit()
    page = browse(cast.owner).get(f"/actions/{action.uid}")
    assert page.has("Not decided") and not page.has("To be decided")
    with pytest.raises(Refused):
        grant_extension(action, until=action.due_on + timedelta(days=1), by=cast.head)


def test_a_restricted_action_is_decided_by_who_needs_to_know(cast: Cast) -> None:
    action = make_action(
        cast,
        access=AccessClass.RESTRICTED,
        owner_person_id=cast.officer.id,
    )
    ask_extension(action, wanted_on=action.due_on + timedelta(days=1), reason="x", by=cast.officer)
    assert "head" in deciders(cast) and "officer" not in deciders(cast)
    assert deciders(cast) <= {"head", "consultant", "secretariat", "coordinator"}


def test_the_way_in_the_browser(browse: Any, cast: Cast) -> None:
    action = make_action(cast)
    db.session.commit()
    page = browse(cast.owner).get(f"/actions/{action.uid}").follow("Ask for a later date")
    page = page.submit(wanted_on=action.due_on.isoformat(), reason="", status=422)
    assert page.has("Say why it takes longer")
    wanted = action.due_on + timedelta(days=20)
    page = page.submit(wanted_on=wanted.isoformat(), reason="Menunggu <b>anggaran</b>")
    assert page.has("To be decided") and page.has("Menunggu <b>anggaran</b>")
    assert page.soup.find("a", string="Decide") is None
    head = browse(cast.head)
    page = head.get("/").follow("Decide")
    assert page.has("Menunggu <b>anggaran</b>")
    stale = head.get(page.url)
    page = page.submit(button=("then", "refuse"), note="", status=422)
    assert page.has("Say why the date stays.")
    page = page.submit(note="Baik")
    assert page.has("The new date holds.") and page.has("At first due until")
    stale.submit(note="Dua kali", status=409)
    db.session.expire_all()
    assert db.session.get(Action, action.id).due_on == wanted  # type: ignore[union-attr]
