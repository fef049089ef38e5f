"""Review and approval: who may what, what a signature keeps, when a revision is in force."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from qms.core import journal
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused, Stale
from qms.core.journal.models import JournalEntry
from qms.documents import operations, queries
from qms.documents.models import (
    Phase,
    Revision,
    RevisionState,
    SignatureRole,
)
from qms.documents.operations import Content, Signatories
from qms.documents.permissions import barred_signatory, may_read
from qms.documents.workflow import REVISION
from qms.people import operations as people
from qms.people.models import AppointmentKind
from qms.people.roles import Role
from tests.cast import SYSTEM, Cast
from tests.documents.makers import (
    again,
    make_draft,
    make_in_force,
    make_in_review,
    next_in_review,
)

# 23:59:59 and 00:00:00 of 15 March 2026 in Jakarta (UTC+7).
BEFORE_MIDNIGHT = datetime(2026, 3, 14, 16, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 14, 17, 0, 0, tzinfo=UTC)
THE_DAY = date(2026, 3, 15)


def signed(revision: Revision, role: SignatureRole) -> Any:
    found = revision.signature(role)
    assert found is not None
    return found


MAY: dict[str, dict[str, set[str]]] = {
    "draft": {
        "submit": {"owner", "officer", "consultant", "coordinator"},
        "give_up": {"owner", "officer", "consultant", "coordinator"},
    },
    "in_review": {
        "check": {"officer"},
        "approve": {"head"},
        "send_back": {"officer", "head"},
        "take_back": {"owner"},
    },
    "approved": {"recall": {"officer", "consultant", "coordinator", "head"}},
    "withdrawn": {},
}


@pytest.mark.parametrize("state", list(RevisionState))
def test_the_whole_table(cast: Cast, state: RevisionState) -> None:
    document = make_draft(cast)
    if state in (RevisionState.IN_REVIEW, RevisionState.APPROVED):
        operations.submit_revision(document.last, by=cast.owner)
    if state is RevisionState.APPROVED:
        operations.check_revision(document.last, by=cast.officer)
        operations.approve_revision(document.last, by=cast.head)
    if state is RevisionState.WITHDRAWN:
        operations.give_up_draft(document.last, reason="Tidak jadi", by=cast.owner)
    db.session.commit()
    revision = again(document).last
    found: dict[str, set[str]] = {}
    for name in Cast.ROLES:
        for move in REVISION.open_to(getattr(cast, name), revision):
            found.setdefault(move.name, set()).add(name)
    assert found == MAY[state.value]


@pytest.mark.parametrize("name", Cast.ROLES)
def test_only_the_right_ones_approve(cast: Cast, name: str) -> None:
    document = make_in_review(cast)
    operations.check_revision(document.last, by=cast.officer)
    if name == "head":
        operations.approve_revision(document.last, by=cast.head)
        assert document.last.state is RevisionState.APPROVED
    else:
        with pytest.raises(Refused):
            operations.approve_revision(document.last, by=getattr(cast, name))


def test_its_author_never_approves_though_they_are_head(cast: Cast) -> None:
    with pytest.raises(Invalid):
        make_draft(cast, by=cast.head)
    document = make_draft(
        cast, by=cast.head, signatories=Signatories(prepared=cast.owner, approved=cast.secretariat)
    )
    operations.submit_revision(document.last, by=cast.head)
    with pytest.raises(Refused):
        operations.approve_revision(document.last, by=cast.head)
    operations.approve_revision(document.last, by=cast.secretariat)


def test_who_prepared_it_or_acts_for_the_author_does_not_approve(cast: Cast) -> None:
    document = make_draft(
        cast, by=cast.officer, signatories=Signatories(prepared=cast.owner, approved=cast.head)
    )
    operations.submit_revision(document.last, by=cast.officer)
    people.delegate(
        cast.owner, cast.head, from_on=cast.district.today, reason="Cuti", by=cast.administrator
    )
    with pytest.raises(Refused):
        operations.approve_revision(document.last, by=cast.head)
    assert not any(move.name == "approve" for move in REVISION.open_to(cast.head, document.last))


def test_a_signatory_who_acts_for_the_writer_is_told_so(cast: Cast) -> None:
    document = make_draft(cast, by=cast.owner)
    operations.submit_revision(document.last, by=cast.owner)
    assert barred_signatory(document.last) is None
    people.delegate(
        cast.owner, cast.head, from_on=cast.district.today, reason="Cuti", by=cast.administrator
    )
    assert barred_signatory(document.last) is cast.head


def test_who_changed_the_draft_neither_checks_nor_approves_it(cast: Cast) -> None:
    """A head who also keeps the unit's documents may write on anybody's draft, and then another
    approves; changing only who signs makes nobody a writer."""
    people.grant_role(cast.head, Role.OFFICER, cast.disnaker, by=SYSTEM, from_on=THE_DAY)
    cast.head.__dict__.pop("rights", None)
    document = make_draft(cast)
    revision, body = document.last, document.last.body
    named = Signatories(prepared=cast.owner, checked=cast.officer, approved=cast.other_head)
    people.grant_role(cast.other_head, Role.HEAD, cast.disnaker, by=SYSTEM, from_on=THE_DAY)
    cast.other_head.__dict__.pop("rights", None)

    def write(by: Any, text: str | None, signatories: Signatories = named) -> None:
        operations.edit_revision(
            revision, change_note="Terbit", content=Content(body=text), signatories=signatories,
            by=by,
        )  # fmt: skip

    write(cast.officer, body)
    write(cast.head, "Lain sama sekali")
    write(cast.head, "Lain sama sekali", Signatories(cast.owner, cast.officer, cast.other_head))
    with pytest.raises(Invalid) as refused:
        write(cast.officer, "Lain lagi")
    assert "checked_by" in refused.value.fields
    db.session.rollback()


def test_a_head_who_wrote_on_it_leaves_the_approval_to_another(cast: Cast) -> None:
    people.grant_role(cast.head, Role.OFFICER, cast.disnaker, by=SYSTEM, from_on=THE_DAY)
    cast.head.__dict__.pop("rights", None)
    document = make_draft(cast, signatories=Signatories(approved=cast.officer))
    db.session.commit()
    revision = again(document).last
    operations.edit_revision(
        revision, change_note="Terbit", content=Content(body="Lain sama sekali"),
        signatories=Signatories(prepared=cast.owner, approved=cast.officer), by=cast.head,
    )  # fmt: skip
    operations.submit_revision(revision, by=cast.owner)
    with pytest.raises(Refused):
        operations.approve_revision(revision, by=cast.head)
    operations.approve_revision(revision, by=cast.officer)


def test_an_approval_is_taken_back_before_its_day(cast: Cast, travel: Any) -> None:
    """Else a wrong day, ten years ahead, would keep every later revision out."""
    travel(BEFORE_MIDNIGHT - timedelta(days=30))
    document = make_in_force(cast)
    wrong = next_in_review(cast, document)
    operations.approve_revision(wrong, by=cast.head, effective_from=date(2036, 3, 15))
    db.session.commit()
    document = again(document)
    first, wrong = document.revisions
    assert first.effective_until == date(2036, 3, 15)
    with pytest.raises(Refused):
        operations.recall_revision(wrong, reason="Salah tahun", by=cast.owner)
    with pytest.raises(OutOfTurn, match="has come into force"):
        operations.recall_revision(first, reason="Salah tahun", by=cast.head)
    with pytest.raises(Invalid):
        operations.recall_revision(wrong, reason=" ", by=cast.head)
    db.session.rollback()
    first, wrong = again(document).revisions
    operations.recall_revision(wrong, reason="Salah tahun", by=cast.head)
    db.session.commit()
    first, wrong = again(document).revisions
    assert first.effective_until is None and wrong.state is RevisionState.WITHDRAWN
    right = next_in_review(cast, again(document))
    operations.approve_revision(right, by=cast.head, effective_from=THE_DAY)
    db.session.commit()
    found = again(document)
    assert found.in_force(THE_DAY) is right and right.shown_number == "02"
    assert found.revisions[0].effective_until == THE_DAY
    travel(MIDNIGHT)
    with pytest.raises(OutOfTurn, match="has come into force"):
        operations.recall_revision(again(document).last, reason="Terlambat", by=cast.head)


def test_approval_waits_for_the_named_checker(cast: Cast) -> None:
    document = make_in_review(cast)
    with pytest.raises(OutOfTurn, match="has not checked it yet"):
        operations.approve_revision(document.last, by=cast.head)
    operations.check_revision(document.last, by=cast.officer)
    with pytest.raises(OutOfTurn, match="checked already"):
        operations.check_revision(document.last, by=cast.officer)
    operations.approve_revision(document.last, by=cast.head)
    assert document.last.phase(cast.district.today) is Phase.EFFECTIVE


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"content": Content()}, "It is empty"),
        ({"signatories": Signatories()}, "Name who is to approve it"),
    ],
)
def test_an_incomplete_draft_is_not_reviewed(cast: Cast, given: dict[str, Any], words: str) -> None:
    document = make_draft(cast, **given)
    with pytest.raises(OutOfTurn, match=words):
        operations.submit_revision(document.last, by=cast.owner)
    assert document.last.state is RevisionState.DRAFT


def test_signatures_keep_the_position_of_their_day(cast: Cast) -> None:
    today = cast.district.today
    chief = people.add_position(cast.disnaker, "Kepala Dinas Tenaga Kerja", by=SYSTEM)
    acting = people.appoint(
        cast.head,
        chief,
        kind=AppointmentKind.PLT,
        nip="19700101 199003 1 001",
        from_on=date(2026, 1, 1) if today >= date(2026, 1, 1) else today,
        by=SYSTEM,
    )
    document = make_in_force(cast)
    people.end_appointment(acting, on=today + timedelta(days=1), by=SYSTEM)
    people.edit_person(cast.head, name="Nama Baru", mail=None, left_on=None, by=SYSTEM)
    db.session.commit()
    approved = signed(again(document).last, SignatureRole.APPROVED)
    assert approved.name == "Head"
    assert approved.position == "Plt. Kepala Dinas Tenaga Kerja"
    assert approved.nip == "197001011990031001"
    assert approved.signed_on == today and approved.signed_at is not None


def test_a_keeper_submits_for_who_prepared_it(cast: Cast) -> None:
    document = make_draft(cast)
    operations.submit_revision(document.last, by=cast.consultant)
    db.session.commit()
    told = journal.history(again(document).last)[0]
    assert (told.verb, told.by, told.on_behalf_of) == ("submit", "Consultant", "Owner")
    assert signed(document.last, SignatureRole.PREPARED).name == "Owner"


@pytest.mark.parametrize("way", ["send_back", "take_back"])
def test_signatures_fall_when_it_goes_back(cast: Cast, way: str) -> None:
    document = make_in_review(cast)
    operations.check_revision(document.last, by=cast.officer)
    if way == "send_back":
        with pytest.raises(Invalid):
            operations.send_back(document.last, reason=" ", by=cast.head)
        operations.send_back(document.last, reason="Lampiran kurang", by=cast.head)
    else:
        operations.take_back(document.last, by=cast.owner)
    db.session.commit()
    revision = again(document).last
    assert revision.state is RevisionState.DRAFT
    assert all(one.signed_at is None and one.name is None for one in revision.signatures)
    assert signed(revision, SignatureRole.APPROVED).person_id == cast.head.id
    assert journal.history(revision)[0].reason == (
        "Lampiran kurang" if way == "send_back" else None
    )


def test_the_change_comes_at_the_districts_midnight(cast: Cast, travel: Any) -> None:
    travel(datetime(2026, 3, 1, 3, 0, tzinfo=UTC))
    document = make_in_force(cast)
    second = next_in_review(cast, document)
    operations.approve_revision(second, by=cast.head, effective_from=THE_DAY)
    db.session.commit()
    first, second = again(document).revisions

    def in_force() -> list[int]:
        rows = queries.master_list(cast.officer, None, queries.Wanted()).rows
        return [row.revision_number for row in rows]

    travel(BEFORE_MIDNIGHT)
    assert first.phase(cast.district.today) is Phase.EFFECTIVE
    assert second.phase(cast.district.today) is Phase.APPROVED
    assert in_force() == [0] and document.in_force(cast.district.today) is first
    travel(MIDNIGHT)
    assert first.phase(cast.district.today) is Phase.SUPERSEDED
    assert second.phase(cast.district.today) is Phase.EFFECTIVE
    assert in_force() == [1] and document.in_force(cast.district.today) is second


@pytest.mark.parametrize(
    ("moment", "day"), [(BEFORE_MIDNIGHT, date(2026, 3, 14)), (MIDNIGHT, THE_DAY)]
)
def test_approved_today_means_the_districts_today(
    cast: Cast, travel: Any, moment: datetime, day: date
) -> None:
    travel(moment)
    document = make_in_force(cast)
    assert document.last.effective_from == document.last.approved_on == day
    assert document.phase(cast.district.today) is Phase.EFFECTIVE


def test_nothing_comes_into_force_in_the_past(cast: Cast, travel: Any) -> None:
    travel(MIDNIGHT)
    document = make_in_review(cast)
    operations.check_revision(document.last, by=cast.officer)
    with pytest.raises(Invalid) as refused:
        operations.approve_revision(
            document.last, by=cast.head, effective_from=THE_DAY - timedelta(days=1)
        )
    assert "effective_from" in refused.value.fields


def test_two_approvals_never_contradict_each_other(cast: Cast, travel: Any) -> None:
    """An earlier day than that of an approved revision is refused; the same day replaces it."""
    travel(MIDNIGHT)
    document = make_in_force(cast)
    later = THE_DAY + timedelta(days=10)
    second = next_in_review(cast, document)
    operations.approve_revision(second, by=cast.head, effective_from=later)
    third = next_in_review(cast, document, "Salah ketik")
    with pytest.raises(Invalid, match="comes into force on a later day"):
        operations.approve_revision(third, by=cast.head, effective_from=later - timedelta(days=1))
    operations.approve_revision(third, by=cast.head, effective_from=later)
    db.session.commit()
    first, second, third = again(document).revisions
    assert second.phase(THE_DAY) is second.phase(later) is Phase.SUPERSEDED
    for day in (THE_DAY, later - timedelta(days=1)):
        assert [one for one in document.revisions if one.phase(day) is Phase.EFFECTIVE] == [first]
    for day in (later, later + timedelta(days=400)):
        assert [one for one in document.revisions if one.phase(day) is Phase.EFFECTIVE] == [third]


def test_a_second_approval_on_the_same_day_replaces_the_first(cast: Cast, travel: Any) -> None:
    travel(MIDNIGHT)
    document = make_in_force(cast)
    operations.approve_revision(next_in_review(cast, document), by=cast.head)
    db.session.commit()
    first, second = again(document).revisions
    assert first.phase(THE_DAY) is Phase.SUPERSEDED and second.phase(THE_DAY) is Phase.EFFECTIVE
    found = queries.documents_in_force(cast.officer, [cast.disnaker.id], THE_DAY)
    assert [one.revision.number for one in found] == [1]


def test_the_database_allows_only_one_without_an_end(cast: Cast) -> None:
    document = make_in_force(cast)
    second = next_in_review(cast, document)
    operations.approve_revision(second, by=cast.head)
    document.revisions[0].effective_until = None
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_one_revision_is_written_at_a_time(cast: Cast) -> None:
    document = make_in_force(cast)
    operations.new_revision(document, change_note="Pertama", by=cast.owner)
    with pytest.raises(OutOfTurn, match="being written already"):
        operations.new_revision(document, change_note="Kedua", by=cast.staff)
    with pytest.raises(OutOfTurn):
        operations.new_revision(make_draft(cast, "Lain"), change_note="Kedua", by=cast.staff)
    db.session.commit()
    db.session.add(
        Revision(
            district_id=document.district_id,
            document_id=document.id,
            number=9,
            change_note="",
            state=RevisionState.DRAFT,
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_new_revision_counts_on_and_starts_from_the_last(cast: Cast) -> None:
    document = make_in_force(cast)
    with pytest.raises(Invalid):
        operations.new_revision(document, change_note="  ", by=cast.staff)
    revision = operations.new_revision(document, change_note="Loket ditambah", by=cast.staff)
    assert revision.shown_number == "01" and revision.body == document.revisions[0].body
    assert signed(revision, SignatureRole.PREPARED).person_id == cast.staff.id
    assert signed(revision, SignatureRole.APPROVED).person_id == cast.head.id
    assert all(one.signed_at is None for one in revision.signatures)
    assert document.in_force(cast.district.today) is document.revisions[0]
    operations.give_up_draft(revision, reason="Tidak perlu", by=cast.staff)
    after = operations.new_revision(document, change_note="Lagi", by=cast.staff, copy=False)
    assert after.number == 2 and after.body is None


def test_withdrawing_ends_what_is_in_force_and_under_way(cast: Cast, travel: Any) -> None:
    travel(MIDNIGHT)
    document = make_in_force(cast)
    ahead = next_in_review(cast, document)
    operations.approve_revision(ahead, by=cast.head, effective_from=THE_DAY + timedelta(days=5))
    draft = operations.new_revision(document, change_note="Draf", by=cast.owner)
    travel(MIDNIGHT + timedelta(days=2))
    with pytest.raises(Refused):
        operations.withdraw_document(document, reason="Digabung", by=cast.owner)
    with pytest.raises(Invalid):
        operations.withdraw_document(document, reason=" ", by=cast.officer)
    operations.withdraw_document(document, reason="Digabung", by=cast.officer)
    db.session.commit()
    document = again(document)
    first, ahead, draft = document.revisions
    today = cast.district.today
    assert first.phase(today - timedelta(days=1)) is Phase.EFFECTIVE
    assert first.phase(today) is Phase.SUPERSEDED and document.phase(today) is Phase.WITHDRAWN
    assert ahead.state is draft.state is RevisionState.WITHDRAWN
    assert queries.documents_in_force(cast.officer, [cast.disnaker.id], today) == []
    with pytest.raises(OutOfTurn):
        operations.withdraw_document(document, reason="Lagi", by=cast.officer)
    with pytest.raises(OutOfTurn):
        operations.new_revision(document, change_note="Lagi", by=cast.officer)
    assert queries.document_by_uid(cast.guest, document.uid) is document
    assert [may_read(cast.guest, one) for one in document.revisions] == [True, False, False]


def test_a_stale_save_is_refused(cast: Cast) -> None:
    document = make_draft(cast)
    db.session.commit()
    seen = document.last.version
    operations.edit_revision(
        document.last,
        change_note="Perbaikan",
        content=Content(body="Isi baru"),
        signatories=Signatories(approved=cast.head),
        by=cast.owner,
        seen=seen,
    )
    db.session.commit()
    with pytest.raises(Stale):
        operations.submit_revision(document.last, by=cast.owner, seen=seen)
    with pytest.raises(Stale):
        operations.edit_revision(
            document.last,
            change_note="Lain",
            content=Content(),
            signatories=Signatories(),
            by=cast.owner,
            seen=seen,
        )


def test_each_deed_is_in_the_journal(cast: Cast) -> None:
    document = make_in_force(cast)
    operations.approve_revision(next_in_review(cast, document), by=cast.head)
    operations.withdraw_document(document, reason="Diganti", by=cast.head)
    db.session.commit()
    first, second = again(document).revisions
    verbs = {one: [told.verb for told in journal.history(one)] for one in (document, first, second)}
    assert verbs[document] == ["withdraw_document", "revise", "draft"]
    assert verbs[first] == ["supersede", "approve", "check", "submit", "draft"]
    assert verbs[second] == ["withdraw_document", "approve", "check", "submit", "revise"]
    approved = journal.history(first)[1]
    assert approved.said is not None
    assert approved.said["parts"]["signature"][0]["name"] == "Head"


def test_revisions_of_restricted_documents_are_restricted_in_the_journal(cast: Cast) -> None:
    document = make_draft(cast, by=cast.anti_bribery, access=AccessClass.RESTRICTED)
    db.session.commit()
    classes = db.session.scalars(
        select(JournalEntry.access).where(
            JournalEntry.record_uid.in_([document.uid, document.last.uid])
        )
    ).all()
    assert len(classes) == 2 and set(classes) == {AccessClass.RESTRICTED}


def test_only_those_who_need_to_know_restrict_and_sign(cast: Cast) -> None:
    with pytest.raises(Refused):
        make_draft(cast, by=cast.owner, access=AccessClass.RESTRICTED)
    with pytest.raises(Invalid, match="has no role"):
        make_draft(
            cast,
            by=cast.officer,
            access=AccessClass.RESTRICTED,
            signatories=Signatories(approved=cast.secretariat),
        )
    with pytest.raises(Invalid, match="has no role"):
        make_draft(cast, signatories=Signatories(approved=cast.other_head))


def test_who_is_to_sign_must_go_on_seeing_it(cast: Cast) -> None:
    """Else the draft would wait for somebody for whom it does not exist."""
    document = make_draft(cast, by=cast.officer, signatories=Signatories(checked=cast.staff))

    def restrict() -> None:
        operations.edit_document(
            document,
            title=document.title,
            owner=None,
            classification=document.classification,
            language="id",
            review_on=None,
            clause_ids=[],
            access=AccessClass.RESTRICTED,
            by=cast.officer,
        )

    with pytest.raises(Invalid, match="Staff is named to sign") as refused:
        restrict()
    assert "access" in refused.value.fields
    db.session.rollback()
    document = make_draft(cast, by=cast.officer, signatories=Signatories(checked=cast.head))
    restrict()
    assert document.access is AccessClass.RESTRICTED


def test_a_lost_role_ends_the_right_to_write(cast: Cast) -> None:
    document = make_draft(cast)
    db.session.commit()
    people.withdraw_role(cast.owner.grants[0], by=cast.administrator, reason="Pindah")
    db.session.commit()
    del cast.owner.__dict__["rights"]
    with pytest.raises(Refused):
        operations.submit_revision(document.last, by=cast.owner)
