"""Findings from before this system."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qms.actions import operations as actions
from qms.actions.models import ActionKind, ActionState
from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.findings import operations
from qms.findings.models import FindingState, Grade, StepKind
from qms.findings.operations import Imported
from qms.people import operations as people
from tests.cast import SYSTEM, Cast
from tests.factories import finish, today

TOLD = Imported(
    found_on=date(2018, 3, 5),
    deviation="Tiga akun dibuat tanpa persetujuan",
    external_number="CAPA-2018-001",
    grade=Grade.MINOR,
    state=FindingState.ANSWERED,
    due_on=date(2018, 5, 15),
    steps={StepKind.CAUSE: "Tidak ada gerbang persetujuan"},
    extra={"Effectiveness Check": "Audit Q3"},
)


def brought_in(cast: Cast, **changed: Any) -> Any:
    position = people.add_position(cast.disnaker, "HR Lead", by=SYSTEM)
    action = actions.record_imported(
        cast.disnaker.id,
        kind=ActionKind.CORRECTIVE,
        what="Tambah gerbang",
        year=2018,
        owner_position_id=position.id,
        by=cast.consultant,
    )
    return operations.record_imported(
        cast.disnaker.id, replace(TOLD, **changed), actions=[action], by=cast.consultant
    )


def test_it_gets_a_number_of_its_own_year_and_keeps_what_it_had(cast: Cast) -> None:
    finding = brought_in(cast)
    db.session.commit()
    assert finding.number == "NC-2018-DISNAKER-001"
    assert (finding.external_number, finding.raised_by_id) == ("CAPA-2018-001", None)
    assert finding.imported_extra == {"Effectiveness Check": "Audit Q3"}
    assert [str(label) for label in finding.missing]
    assert finding.actions_of()[0].owner_name == "HR Lead"


def test_guards_begin_with_the_next_move(cast: Cast) -> None:
    finding = brought_in(cast, state=FindingState.RAISED)
    operations.write_response(
        finding, correction="Dicabut", cause="x", criterion="Tidak terulang", by=cast.officer
    )
    with pytest.raises(OutOfTurn):  # its action has no date
        operations.answer_finding(finding, by=cast.officer)
    action = finding.actions_of()[0]
    actions.edit_action(
        action,
        kind=action.kind,
        what=action.what,
        due_on=today(cast),
        owner_position_id=action.owner_position_id,
        by=cast.officer,
    )
    operations.answer_finding(finding, by=cast.officer)


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    for field, wrong in (
        ("deviation", {"deviation": " "}),
        ("found_on", {"found_on": date(2999, 1, 1), "due_on": None}),
        ("due_on", {"due_on": date(2018, 1, 1)}),
        ("closed_on", {"state": FindingState.CLOSED}),
        ("closed_on", {"state": FindingState.CLOSED, "closed_on": date(2017, 1, 1)}),
    ):
        with pytest.raises(Invalid) as told:
            operations.record_imported(cast.disnaker.id, replace(TOLD, **wrong), by=cast.consultant)
        assert field in told.value.fields
    with pytest.raises(Refused):
        operations.record_imported(cast.dinkes.id, TOLD, by=cast.consultant)


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    finding = brought_in(cast)
    db.session.commit()
    entries = len(journal.history(finding))
    assert operations.update_imported(finding, TOLD, by=cast.consultant) == {}
    db.session.commit()
    assert len(journal.history(finding)) == entries


def test_a_corrected_file_changes_what_it_corrects(cast: Cast) -> None:
    finding = brought_in(cast)
    db.session.commit()
    corrected = replace(
        TOLD,
        grade=Grade.MAJOR,
        place="Bagian Umum",
        state=FindingState.CLOSED,
        closed_on=date(2018, 6, 1),
        steps={StepKind.CAUSE: "Gerbang tidak wajib"},
    )
    found = operations.update_imported(finding, corrected, by=cast.consultant)
    assert set(found) == {"grade", "place", "state", "cause"}
    db.session.commit()
    assert (finding.closed_on, finding.is_open) == (date(2018, 6, 1), False)
    assert operations.update_imported(finding, corrected, by=cast.consultant) == {}


def test_what_was_done_here_since_stays_if_the_file_repeats_itself(cast: Cast) -> None:
    finding = brought_in(cast, state=FindingState.RAISED)
    told = replace(TOLD, state=FindingState.RAISED)
    operations.edit_finding(
        finding,
        source=finding.source,
        source_note=None,
        place="Loket 1",
        requirement="Akun disetujui atasan",
        seen="Tiga akun",
        deviation="Tiga akun tanpa tiket",
        clause_ids=[],
        by=cast.officer,
    )
    operations.write_response(finding, correction="Dicabut", cause="Lebih dalam", by=cast.officer)
    db.session.commit()
    assert operations.update_imported(finding, told, by=cast.consultant) == {}
    other = replace(told, due_on=date(2018, 7, 1))
    assert set(operations.update_imported(finding, other, by=cast.consultant)) == {"due_on"}
    db.session.commit()
    assert operations.update_imported(finding, other, by=cast.consultant) == {}
    assert finding.deviation == "Tiga akun tanpa tiket"


def test_an_imported_action_is_corrected_by_the_next_file(cast: Cast) -> None:
    action = brought_in(cast).actions_of()[0]
    db.session.commit()
    told = {"what": action.what, "due_on": None, "state": ActionState.OPEN}
    assert actions.update_imported(action, by=cast.consultant, **told) == {}
    found = actions.update_imported(
        action, by=cast.consultant, **{**told, "due_on": date(2018, 4, 1)}
    )
    assert set(found) == {"due_on"} and not action.due_missing
    db.session.commit()


def test_a_file_does_not_verify_what_was_done_here(cast: Cast) -> None:
    finding = brought_in(cast, state=FindingState.RAISED)
    action = finding.actions_of()[0]
    finish(cast, action, by=cast.officer)
    with pytest.raises(OutOfTurn, match=action.number):
        actions.update_imported(action, by=cast.officer, state=ActionState.VERIFIED)
    operations.write_response(finding, correction="Dicabut", cause="x", by=cast.officer)
    closed = replace(TOLD, state=FindingState.CLOSED, closed_on=date(2018, 6, 1))
    with pytest.raises(OutOfTurn, match=finding.number):
        operations.update_imported(finding, closed, by=cast.officer)
