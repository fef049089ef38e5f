"""Documents that must be revised before a finding is closed."""

from datetime import timedelta
from typing import Any

import pytest

from qms.actions import operations as actions
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.documents import operations as documents
from qms.findings import operations
from qms.findings.models import FindingState, Grade
from tests.cast import Cast
from tests.documents.makers import make_in_force, next_in_review
from tests.factories import answer, finish, make_finding, today, verify_all


def revise(cast: Cast, document: Any) -> None:
    """A further revision, approved today."""
    documents.approve_revision(next_in_review(cast, document), by=cast.head)


@pytest.fixture
def document(cast: Cast) -> Any:
    found = make_in_force(cast)
    found.revisions[0].approved_on = today(cast) - timedelta(days=9)
    return found


def test_closing_waits_for_a_revision_since_the_finding(cast: Cast, document: Any) -> None:
    finding = make_finding(cast, found_on=today(cast) - timedelta(days=3))
    operations.name_documents(finding, [document], by=cast.officer)
    verify_all(cast, finding)
    with pytest.raises(OutOfTurn, match=document.number):
        operations.prove_effective(finding, text="Bekerja", early="Cukup", by=cast.auditor)
    revise(cast, document)
    operations.prove_effective(finding, text="Bekerja", early="Cukup", by=cast.auditor)
    db.session.commit()
    assert finding.state is FindingState.CLOSED


def test_closing_at_once_and_taking_note_wait_too(cast: Cast, document: Any) -> None:
    small = make_finding(cast, grade=Grade.OBSERVATION)
    operations.name_documents(small, [document], by=cast.auditor)
    action = answer(cast, small)
    finish(cast, action)
    actions.verify_action(action, note=None, by=cast.auditor)
    with pytest.raises(OutOfTurn, match=document.number):
        operations.close_finding(small, by=cast.auditor)
    operations.settle_document(small, document, reason="Sudah memadai", by=cast.auditor)
    operations.close_finding(small, by=cast.auditor)
    idea = make_finding(cast, grade=Grade.OPPORTUNITY)
    operations.name_documents(idea, [document], by=cast.officer)
    with pytest.raises(OutOfTurn, match=document.number):
        operations.acknowledge_finding(idea, by=cast.officer)


def test_the_page_says_what_waits_and_takes_the_reason(
    browse: Any, cast: Cast, document: Any
) -> None:
    finding = make_finding(cast)
    db.session.commit()
    page = browse(cast.officer).get(f"/findings/{finding.uid}").follow("Name a document")
    page.submit(status=422)
    page.submit(document=[str(document.uid)])
    verify_all(cast, finding)
    db.session.commit()
    page = browse(cast.auditor).get(f"/findings/{finding.uid}")
    assert "No new revision yet" in page.text
    here = browse(cast.staff).get(f"/documents/{document.uid}")
    assert finding.number in here.text and "asks for a new revision" in here.text
    page.submit(action=f"/documents/{document.uid}", reason=" ", status=422)
    page.submit(action=f"/documents/{document.uid}", reason="Cukup dengan pengarahan")
    page = browse(cast.auditor).get(f"/findings/{finding.uid}")
    assert "Cukup dengan pengarahan" in page.text and "No change needed" in page.text
    operations.prove_effective(finding, text="Bekerja", early="Cukup", by=cast.auditor)


def test_who_may_name_which(cast: Cast, document: Any) -> None:
    finding = make_finding(cast)
    secret = make_in_force(cast, "Rahasia")
    secret.access = AccessClass.RESTRICTED
    with pytest.raises(Refused):
        operations.name_documents(finding, [document], by=cast.guest)
    with pytest.raises(Invalid):
        operations.name_documents(finding, [], by=cast.officer)
    with pytest.raises(Invalid, match="restricted finding"):
        operations.name_documents(finding, [secret], by=cast.officer)
    closed = make_finding(cast, grade=Grade.STRENGTH)
    operations.acknowledge_finding(closed, by=cast.officer)
    with pytest.raises(Refused):
        operations.name_documents(closed, [document], by=cast.officer)


def test_a_document_that_became_restricted_is_not_named(
    browse: Any, cast: Cast, document: Any
) -> None:
    finding = make_finding(cast)
    operations.name_documents(finding, [document], by=cast.officer)
    verify_all(cast, finding)
    document.access = AccessClass.RESTRICTED
    db.session.flush()
    with pytest.raises(OutOfTurn) as told:
        operations.prove_effective(finding, text="Bekerja", early="Cukup", by=cast.auditor)
    assert document.number not in str(told.value)
