"""Complaints: numbers, days, who may do what in each state, integrity, findings, erasing."""

from datetime import UTC, date, datetime
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from qms.complaints import operations
from qms.complaints.models import Complaint, ComplaintFinding, ComplaintState, Satisfaction
from qms.complaints.permissions import may_see_complainant
from qms.complaints.queries import Asked, complaint_page
from qms.complaints.workflow import COMPLAINT
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused, Stale
from qms.core.journal import erasing
from qms.core.journal.models import JournalEntry, JournalPayload
from qms.deadlines import operations as deadlines
from qms.deadlines.models import DayKind
from qms.evidence import operations as evidence
from qms.evidence.queries import evidence_page
from qms.findings.models import Finding, Grade, Source
from qms.overview.permissions import may_agree_to_erase
from qms.overview.queries.entries import entries
from qms.people import operations as people
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import Role
from tests.cast import SINCE, SYSTEM, Cast
from tests.complaints.makers import arranged, in_state, make_complaint
from tests.factories import make_file, make_finding

HANDLERS = {"officer", "head"}
TABLE = {
    ComplaintState.RECEIVED: {"take_up", "answer", "forward", "withdraw"},
    ComplaintState.HANDLING: {"answer", "forward", "withdraw"},
    ComplaintState.ANSWERED: {"close", "withdraw", "reopen"},
    ComplaintState.CLOSED: {"reopen"},
    ComplaintState.WITHDRAWN: {"reopen"},
    ComplaintState.FORWARDED: {"reopen"},
}


@pytest.mark.parametrize("state", list(ComplaintState))
def test_every_role_in_every_state(cast: Cast, only_sqlite: None, state: ComplaintState) -> None:
    complaint = in_state(cast, state)
    assert complaint.state is state and complaint.is_open is state.is_open
    for name in Cast.ROLES:
        person = getattr(cast, name)
        offered = {move.name for move in COMPLAINT.open_to(person, complaint)}
        assert offered == (TABLE[state] if name in HANDLERS else set()), (name, state)
        assert may_see_complainant(person, complaint) == (name in HANDLERS), name


def test_integrity_goes_to_who_looks_after_it(cast: Cast) -> None:
    """Also when it is sorted there only later: the officer who did it sees no more than before."""
    complaint = make_complaint(cast, files=[make_file()])
    operations.arrange_complaint(
        complaint, **arranged(complaint, category="oversight"), by=cast.officer
    )
    assert complaint.is_integrity and complaint.access is AccessClass.RESTRICTED
    assert complaint.evidence[0].evidence.access is AccessClass.RESTRICTED
    offered = {
        name: {move.name for move in COMPLAINT.open_to(getattr(cast, name), complaint)}
        for name in Cast.ROLES
    }
    may = {name for name, moves in offered.items() if moves}
    assert may == {"anti_bribery", "coordinator"}
    with pytest.raises(Refused):
        operations.answer_complaint(complaint, text="Tidak benar.", by=cast.head)
    for person in (cast.auditor, cast.secretariat, cast.staff, cast.officer, cast.head):
        assert complaint_page(person, None, asked=Asked()).rows == []


def test_what_lies_beside_one_about_integrity_is_seen_by_no_more_people(cast: Cast) -> None:
    """The officer and the head may be those whom the letter names."""
    complaint = make_complaint(cast, category="oversight", files=[make_file()])
    sorted_later = make_complaint(cast, files=[make_file()])
    operations.arrange_complaint(
        sorted_later, **arranged(sorted_later, category="oversight"), by=cast.officer
    )
    db.session.commit()
    pieces = [link.evidence for one in (complaint, sorted_later) for link in one.evidence]
    for name in Cast.ROLES:
        person, sees = getattr(cast, name), name in {"anti_bribery", "coordinator"}
        assert len(evidence_page(person, None).rows) == 2 * sees, name
        assert [sight_of(person).sees(piece) for piece in pieces] == [sees, sees], name
        assert may_agree_to_erase(person, complaint) is sees, name
        assert may_agree_to_erase(person, pieces[0]) is sees, name
    people.grant_role(cast.administrator, Role.HEAD, cast.disnaker, by=SYSTEM, from_on=SINCE)
    db.session.commit()
    db.session.expire_all()
    told = entries(cast.administrator, cast.district.id, kinds=["evidence"]).rows
    assert len(told) == 3 and all(one.is_hidden for one in told)
    words = ("name", "description", "proves_from", "proves_until", "valid_until")
    kept: Any = {word: getattr(pieces[0], word) for word in words}
    kept |= {"clause_ids": [], "access": AccessClass.ORDINARY}
    with pytest.raises(Refused):
        evidence.edit_evidence(pieces[0], **kept, by=cast.coordinator)
    operations.arrange_complaint(
        sorted_later, **arranged(sorted_later, category="light"), by=cast.coordinator
    )
    assert sight_of(cast.officer).sees(pieces[1])


def test_numbers_without_gaps_and_receipts_without_order(cast: Cast) -> None:
    first, second = make_complaint(cast), make_complaint(cast, "Loket tutup.")
    year = cast.district.today.year
    assert [one.number for one in (first, second)] == [
        f"PGD-{year}-DISNAKER-001",
        f"PGD-{year}-DISNAKER-002",
    ]
    with pytest.raises(Invalid):
        make_complaint(cast, " ")
    db.session.rollback()
    assert len(first.receipt) == 14 and first.receipt[:4] != second.receipt[:4]
    assert make_complaint(cast, unit=cast.blk).number == f"PGD-{year}-BLK-001"


def test_days_are_working_days_of_the_category(cast: Cast, travel: Any) -> None:
    """14 August 2026 is a Friday, the 17th a holiday."""
    travel(datetime(2026, 8, 14, 3, tzinfo=UTC))
    complaint = make_complaint(cast, category="light")
    assert complaint.due_on == date(2026, 8, 19)
    deadlines.set_day(
        date(2026, 8, 18), kind=DayKind.LOCAL, name="Pawai", source="SE", by=cast.administrator
    )
    assert make_complaint(cast, category="light").due_on == date(2026, 8, 20)
    operations.set_category(
        "light",
        from_on=date(2026, 8, 14),
        name="Ringan",
        days=1,
        is_integrity=False,
        is_used=True,
        source="SK Bupati",
        by=cast.administrator,
    )
    assert make_complaint(cast, category="light").due_on == date(2026, 8, 19)
    earlier = make_complaint(cast, category="light", received_on=date(2026, 8, 13))
    assert earlier.due_on == date(2026, 8, 19), "the shipped two days held on that day"
    operations.arrange_complaint(
        complaint, **arranged(complaint, category="normative"), by=cast.officer
    )
    assert complaint.due_on == date(2026, 8, 26), "five days, without the 17th, the 18th, the 25th"
    with pytest.raises(Refused):
        operations.set_category(
            None, from_on=SINCE, name="A", days=1, is_integrity=False, is_used=True,
            source="B", by=cast.officer,
        )  # fmt: skip


def test_reopening_gives_a_new_time_and_keeps_the_answer(cast: Cast, travel: Any) -> None:
    travel(datetime(2026, 8, 3, 3, tzinfo=UTC))
    complaint = in_state(cast, ComplaintState.CLOSED)
    operations.rate_answer(complaint, Satisfaction.NOT, by=cast.officer, on=cast.district.today)
    with pytest.raises(OutOfTurn):
        operations.rate_answer(
            complaint, Satisfaction.VERY, by=cast.officer, on=cast.district.today
        )
    before = complaint.due_on
    travel(datetime(2026, 9, 1, 3, tzinfo=UTC))
    operations.reopen_complaint(complaint, reason="Belum beres", by=cast.head)
    assert complaint.state is ComplaintState.HANDLING and complaint.due_on > before
    assert complaint.answer is None and complaint.satisfaction is None
    assert complaint.closed_on is None
    operations.answer_complaint(complaint, text="Sekarang beres.", by=cast.head)
    db.session.commit()
    assert [one.text for one in complaint.answers] == ["Loket ditambah.", "Sekarang beres."]


def test_assigned_to_one_who_works_there(cast: Cast) -> None:
    """They answer it and learn who complained; no longer once it is not theirs to see."""
    complaint = make_complaint(cast)
    for other in (cast.other_officer, cast.guest, cast.auditor):
        with pytest.raises(Invalid):
            operations.arrange_complaint(
                complaint, **arranged(complaint, assigned_to=other), by=cast.officer
            )
    operations.arrange_complaint(
        complaint, **arranged(complaint, assigned_to=cast.owner), by=cast.officer
    )
    assert may_see_complainant(cast.owner, complaint)
    assert not may_see_complainant(cast.staff, complaint)
    with pytest.raises(Refused):
        operations.forward_complaint(complaint, reason="Bukan kami", by=cast.owner)
    operations.arrange_complaint(
        complaint,
        **arranged(complaint, assigned_to=cast.owner),
        access=AccessClass.RESTRICTED,
        by=cast.officer,
    )
    assert complaint.assigned_to_id is None
    operations.arrange_complaint(
        complaint, **arranged(complaint), access=AccessClass.ORDINARY, by=cast.officer
    )
    operations.arrange_complaint(
        complaint, **arranged(complaint, assigned_to=cast.owner), by=cast.officer
    )
    operations.answer_complaint(complaint, text="Sudah diatur.", by=cast.owner)
    assert complaint.state is ComplaintState.ANSWERED


def test_two_people_at_once(app: Any, cast: Cast) -> None:
    """The one who is late is told so, and nothing is answered twice."""
    complaint = make_complaint(cast)
    db.session.commit()
    seen, told = complaint.version, []

    def answer(uid: Any) -> None:
        with app.app_context():
            one = db.session.scalars(select(Complaint)).one()
            by = db.session.scalars(select(Person).where(Person.uid == uid)).one()
            try:
                operations.answer_complaint(one, text=by.name, by=by, version=seen)
                db.session.commit()
                told.append("saved")
            except (OutOfTurn, Stale, StaleDataError):
                db.session.rollback()
                told.append("late")

    uids = [cast.officer.uid, cast.head.uid]
    db.session.rollback()
    threads = [Thread(target=answer, args=(uid,)) for uid in uids]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["late", "saved"]
    db.session.expire_all()
    assert len(db.session.scalars(select(Complaint)).one().answers) == 1


def test_many_complaints_lead_to_one_finding(cast: Cast) -> None:
    first, second = make_complaint(cast, files=[make_file()]), make_complaint(cast, "Sama saja.")
    finding = operations.raise_finding(
        first,
        found_on=first.received_on,
        grade=Grade.OBSERVATION,
        requirement=None,
        seen=first.statement,
        deviation="Antrean tidak diatur.",
        by=cast.officer,
    )
    assert (finding.source, finding.source_note) == (Source.COMPLAINT, first.number)
    operations.link_finding(second, finding, by=cast.secretariat)
    operations.link_finding(second, finding, by=cast.auditor)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(ComplaintFinding)) == 2
    for person in (cast.staff, cast.guest):
        with pytest.raises(Refused):
            operations.link_finding(first, finding, by=person)
    with pytest.raises(Invalid):
        operations.link_finding(
            first, make_finding(cast, "Rahasia", access=AccessClass.RESTRICTED,
                                by=cast.lead_auditor), by=cast.auditor
        )  # fmt: skip


def test_what_a_restricted_complaint_led_to_is_restricted(cast: Cast) -> None:
    complaint = make_complaint(cast, category="oversight", by=cast.anti_bribery)
    finding = operations.raise_finding(
        complaint,
        found_on=complaint.received_on,
        grade=Grade.OBSERVATION,
        seen="Diminta uang.",
        requirement=None,
        deviation="Pungutan.",
        access=AccessClass.ORDINARY,
        by=cast.anti_bribery,
    )
    assert finding.access is AccessClass.RESTRICTED


def test_a_finding_tells_nobody_of_a_complaint_about_integrity(cast: Cast) -> None:
    complaint = make_complaint(
        cast, "Kepala minta uang.", category="oversight", files=[make_file()], by=cast.anti_bribery
    )
    finding = operations.raise_finding(
        complaint,
        found_on=complaint.received_on,
        grade=Grade.OBSERVATION,
        seen=None,
        requirement=None,
        deviation="Uang diterima tanpa kuitansi.",
        evidence=[link.evidence for link in complaint.evidence],
        by=cast.anti_bribery,
    )
    db.session.commit()
    assert finding.source is Source.OTHER and finding.source_note is None
    assert not finding.evidence and [one.finding_id for one in complaint.findings] == [finding.id]


def test_name_and_contact_can_be_erased_everywhere(cast: Cast) -> None:
    complaint = in_state(cast, ComplaintState.HANDLING)
    with pytest.raises(OutOfTurn):
        operations.erase_complainant(complaint, reason="Permintaan", by=cast.officer)
    operations.answer_complaint(complaint, text="Sudah.", by=cast.officer)
    operations.close_complaint(complaint, by=cast.officer)
    db.session.commit()
    with pytest.raises(Refused):
        operations.erase_complainant(complaint, reason="Permintaan", by=cast.secretariat)
    operations.erase_complainant(complaint, reason="UU 27/2022", by=cast.officer)
    db.session.commit()
    erasing.erase(complaint, reason="UU 27/2022", by=cast.administrator, second=cast.secretariat)
    db.session.commit()
    told = db.session.scalars(
        select(JournalPayload.body).join(JournalEntry, JournalEntry.id == JournalPayload.entry_id)
    ).all()
    assert not any("Kartika" in one or "0812-0000-1111" in one for one in told)
    assert complaint.complainant is None and complaint.statement == "Antre tiga jam."


def test_nobody_finds_a_complaint_by_its_complainant(cast: Cast) -> None:
    complaint = make_complaint(cast)
    db.session.commit()
    for person in (cast.officer, cast.auditor):
        assert not complaint_page(person, None, q="Kartika").rows
        assert complaint_page(person, None, q="antre jam").rows
        assert complaint_page(person, None, q=complaint.number.lower()).rows
        assert complaint_page(person, None, q=complaint.receipt.lower()).rows
    assert not complaint_page(cast.other_officer, None, q="antre").rows


def test_desk_staff_record_for_their_unit_only(cast: Cast) -> None:
    assert make_complaint(cast, by=cast.staff).recorded_by_id == cast.staff.id
    assert make_complaint(cast, "Suap.", category="oversight", by=cast.staff).is_integrity
    with pytest.raises(Invalid, match="without files"):
        make_complaint(cast, category="oversight", files=[make_file()], by=cast.staff)
    for person in (cast.auditor, cast.guest, cast.other_officer, cast.secretariat):
        with pytest.raises(Refused):
            make_complaint(cast, by=person)
    people.grant_role(cast.secretariat, Role.OWNER, cast.disnaker, by=SYSTEM, from_on=SINCE)
    db.session.commit()
    db.session.expire_all()
    with pytest.raises(Invalid):
        make_complaint(cast, received_on=date(2999, 1, 1))
    assert db.session.scalars(select(Finding)).first() is None
