"""What people do with actions, and who may not."""

from datetime import timedelta
from typing import Any

import pytest

from qms.actions import operations
from qms.actions.models import Action, ActionState
from qms.actions.operations import NO_DAY
from qms.actions.workflow import ACTION
from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.evidence.operations import withdraw_evidence
from qms.people import operations as people
from qms.people.roles import Role
from tests.cast import SINCE, SYSTEM, Cast
from tests.factories import finish, make_action, make_evidence, today


def verbs(record: Any) -> list[str]:
    return [told.verb for told in reversed(journal.history(record))]


def test_an_action_is_planned_finished_sent_back_and_verified(cast: Cast) -> None:
    action = make_action(cast)
    year = today(cast).year
    assert action.number == f"TK-{year}-DISNAKER-001"
    finish(cast, action)
    assert (action.state, action.done_by_id) == (ActionState.DONE, cast.owner.id)
    operations.send_back_action(action, reason="Belum terlihat", by=cast.auditor)
    assert (action.state, action.done_on, action.done_by_id) == (ActionState.OPEN, None, None)
    finish(cast, action)
    operations.verify_action(action, note="Dilihat di loket", by=cast.auditor)
    db.session.commit()
    db.session.expire_all()
    stored = db.session.get(Action, action.id)
    assert stored is not None and stored.state is ActionState.VERIFIED
    assert stored.verified_by_id == cast.auditor.id and len(stored.evidence) == 2
    assert verbs(stored) == ["plan_action", "finish", "send_back", "finish", "verify"]


def test_numbers_have_no_gaps_after_a_rollback(cast: Cast) -> None:
    make_action(cast)
    db.session.commit()
    make_action(cast)
    db.session.rollback()
    assert make_action(cast).number.endswith("-002")


def test_evidence_proves_the_days_on_which_it_counted(cast: Cast) -> None:
    """It stays proof of them when it has expired since, and proves none after."""
    day, ended = today(cast), today(cast) - timedelta(days=3)
    piece = make_evidence(cast, "Sertifikat kalibrasi", valid_until=ended)
    action = make_action(cast)
    finishing = {"note": None, "evidence": [piece], "by": cast.owner}
    for done_on in (day, ended + timedelta(days=1)):
        with pytest.raises(Invalid, match="“Sertifikat kalibrasi” counted until") as problem:
            operations.finish_action(action, done_on=done_on, **finishing)
        assert "evidence" in problem.value.fields
    operations.finish_action(action, done_on=ended, **finishing)
    assert action.state is ActionState.DONE
    operations.send_back_action(action, reason="Belum jelas", by=cast.auditor)
    with pytest.raises(Invalid, match="Add what proves it"):
        operations.finish_action(action, note=None, evidence=[], by=cast.owner)


def test_withdrawn_evidence_alone_does_not_finish_it_again(cast: Cast) -> None:
    action = finish(cast, make_action(cast))
    operations.send_back_action(action, reason="Foto lain", by=cast.auditor)
    withdraw_evidence(action.evidence[0].evidence, reason="Salah foto", by=cast.officer)
    with pytest.raises(Invalid, match="Add what proves it"):
        operations.finish_action(action, note=None, evidence=[], by=cast.owner)


def test_finishing_wants_evidence_and_a_day_that_has_come(cast: Cast) -> None:
    action = make_action(cast)
    with pytest.raises(Invalid):
        operations.finish_action(action, note=None, evidence=[], by=cast.owner)
    piece = make_evidence(cast)
    tomorrow = today(cast) + timedelta(days=1)
    with pytest.raises(Invalid):
        operations.finish_action(
            action, note=None, evidence=[piece], by=cast.owner, done_on=tomorrow
        )


def test_who_owns_or_did_it_never_verifies(cast: Cast) -> None:
    people.grant_role(cast.owner, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    action = make_action(cast)
    finish(cast, action, by=cast.staff)
    with pytest.raises(Refused):
        operations.verify_action(action, note=None, by=cast.owner)
    people.grant_role(cast.staff, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    db.session.expire_all()
    cast.staff.__dict__.pop("rights", None)
    with pytest.raises(Refused):
        operations.verify_action(action, note=None, by=cast.staff)


def test_who_did_it_first_does_not_verify_what_another_finished(cast: Cast) -> None:
    people.grant_role(cast.staff, Role.AUDITOR, cast.disnaker, by=SYSTEM, from_on=SINCE)
    action = make_action(cast)
    finish(cast, action, by=cast.staff)
    operations.send_back_action(action, reason="Belum terlihat", by=cast.auditor)
    finish(cast, action)
    db.session.commit()
    db.session.expire_all()
    with pytest.raises(Refused):
        operations.verify_action(action, note=None, by=cast.staff)
    operations.verify_action(action, note=None, by=cast.auditor)


@pytest.mark.parametrize("away", ["owner", "auditor"])
def test_nobody_verifies_for_whom_they_act(cast: Cast, away: str) -> None:
    """The auditor acts for the owner, or the owner for the auditor: both count as one."""
    other = {"owner": cast.auditor, "auditor": cast.owner}[away]
    people.delegate(getattr(cast, away), other, from_on=SINCE, reason="Cuti", by=SYSTEM)
    action = make_action(cast)
    finish(cast, action, by=cast.staff)
    with pytest.raises(Refused):
        operations.verify_action(action, note=None, by=cast.auditor)


def test_who_holds_the_owners_position_does_not_verify(cast: Cast) -> None:
    position = people.add_position(cast.disnaker, "Kepala Seksi", by=SYSTEM)
    people.appoint(cast.auditor, position, from_on=SINCE, by=SYSTEM)
    action = make_action(cast, owner_position_id=position.id)
    finish(cast, action, by=cast.staff)
    with pytest.raises(Refused):
        operations.verify_action(action, note=None, by=cast.auditor)
    operations.verify_action(action, note=None, by=cast.lead_auditor)


def test_an_officer_verifies_from_above_or_beside_only(cast: Cast) -> None:
    below = make_action(cast, unit=cast.blk)
    finish(cast, below)
    operations.verify_action(below, note=None, by=cast.officer)  # from Disnaker, above BLK
    own = make_action(cast)
    finish(cast, own)
    with pytest.raises(Refused):
        operations.verify_action(own, note=None, by=cast.officer)
    with pytest.raises(Refused):  # beside, but she sees nothing there
        operations.verify_action(own, note=None, by=cast.other_officer)
    people.grant_role(cast.other_officer, Role.SECRETARIAT, cast.disnaker, by=SYSTEM, from_on=SINCE)
    db.session.expire_all()
    cast.other_officer.__dict__.pop("rights", None)
    operations.verify_action(own, note=None, by=cast.other_officer)


def test_a_delegate_acts_in_the_owners_name(cast: Cast) -> None:
    people.delegate(cast.owner, cast.staff, from_on=SINCE, reason="Cuti", by=SYSTEM)
    action = make_action(cast)
    finish(cast, action, by=cast.staff)
    db.session.commit()
    assert journal.history(action)[0].on_behalf_of == cast.owner.name


def test_an_owner_must_be_able_to_see_the_action(cast: Cast) -> None:
    with pytest.raises(Invalid):
        make_action(cast, owner_person_id=cast.bystander.id)
    with pytest.raises(Invalid):
        make_action(cast, access=AccessClass.RESTRICTED, owner_person_id=cast.owner.id)
    with pytest.raises(Invalid):
        make_action(cast, owner_person_id=cast.outsider.id)
    assert make_action(cast, access=AccessClass.RESTRICTED, owner_person_id=cast.head.id).id


def test_a_due_date_moves_with_a_reason_only(cast: Cast) -> None:
    action = make_action(cast)
    later = action.due_on + timedelta(days=7)
    changed = {"kind": action.kind, "what": action.what, "owner_person_id": cast.owner.id}
    with pytest.raises(Invalid):
        operations.edit_action(action, due_on=later, by=cast.officer, **changed)
    with pytest.raises(Refused):
        operations.edit_action(action, due_on=later, by=cast.owner, reason="Lama", **changed)
    operations.edit_action(action, due_on=later, by=cast.officer, reason="Barang lama", **changed)
    assert action.due_on == later


def test_a_cancelled_action_stays_and_moves_no_more(cast: Cast) -> None:
    action = make_action(cast)
    with pytest.raises(Invalid):
        operations.cancel_action(action, reason=" ", by=cast.officer)
    operations.cancel_action(action, reason="Ganda", by=cast.officer)
    with pytest.raises(OutOfTurn):
        finish(cast, action)


def test_an_imported_action_may_lack_what_its_record_lacks(cast: Cast) -> None:
    action = operations.record_imported(
        cast.disnaker.id,
        kind=make_action(cast).kind,
        what="Kalibrasi",
        year=2018,
        by=cast.consultant,
        state=ActionState.DONE,
    )
    assert (action.number, action.due_on) == ("TK-2018-DISNAKER-001", NO_DAY)
    assert not action.is_overdue(today(cast))
    operations.verify_action(action, note=None, by=cast.auditor)
    db.session.commit()


TABLE = {
    ("finish", ActionState.OPEN): {"officer", "head", "owner", "staff", "consultant"}
    | {"anti_bribery", "coordinator"},
    ("verify", ActionState.DONE): {"auditor", "lead_auditor", "coordinator"},
    ("send_back", ActionState.DONE): {"auditor", "lead_auditor", "coordinator"},
    ("cancel", ActionState.OPEN): {"officer", "head", "consultant", "coordinator"}
    | {"auditor", "lead_auditor"},
    ("cancel", ActionState.DONE): {"officer", "head", "consultant", "coordinator"}
    | {"auditor", "lead_auditor"},
}


def test_every_move_for_every_role_in_every_state(cast: Cast) -> None:

    fresh, done, verified, cancelled = (make_action(cast, f"Tindakan {n}") for n in range(4))
    finish(cast, done)
    finish(cast, verified)
    operations.verify_action(verified, note=None, by=cast.auditor)
    operations.cancel_action(cancelled, reason="Ganda", by=cast.officer)
    for action in (fresh, done, verified, cancelled):
        for name in Cast.ROLES:
            offered = {move.name for move in ACTION.open_to(getattr(cast, name), action)}
            expected = {
                move
                for (move, state), who in TABLE.items()
                if state is action.state and name in who
            }
            assert offered == expected, (name, action.state)


def test_an_action_is_not_due_in_another_century(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        make_action(cast, due_on=today(cast) + timedelta(days=100 * 365))
    assert "ten years" in str(refused.value.fields["due_on"])
