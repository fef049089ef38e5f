"""Who may audit what: ties to the unit, overruled in writing, or never to be overruled."""

from datetime import timedelta
from typing import Any

import pytest

from qms.audits import operations
from qms.audits.independence import Tie, standings
from qms.audits.models import Answer, Audit, TeamRole
from qms.audits.operations import Seat
from qms.audits.operations.sources import take_from_document
from qms.audits.workflow import AUDIT
from qms.core.db import db
from qms.core.errors import Invalid, Refused
from qms.documents import operations as documents
from qms.documents.models import Document, DocumentType
from qms.findings import operations as findings
from qms.people import operations as people
from qms.people.models import Person
from qms.people.roles import Role
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    TEXTS,
    clauses,
    editions,
    grant,
    make_audit,
    only,
    prepared,
    under_way,
)
from tests.cast import SINCE, SYSTEM, Cast
from tests.factories import answer, make_action, make_finding, today


def ties(cast: Cast, person: Person, *keys: str) -> set[Tie]:
    """What ties somebody to Disnaker under these editions."""
    found = standings(cast.district, cast.disnaker.id, editions(*(keys or (QUALITY,))), [person.id])
    return set(found[person.id].ties)


def seat(audit: Audit, person: Person, by: Person, reason: str | None = None) -> None:
    operations.set_team(audit, [Seat(person, TeamRole.LEAD, reason)], by=by)


def test_the_cast_of_auditors_is_independent(cast: Cast) -> None:
    for person in (cast.auditor, cast.lead_auditor, cast.coordinator, cast.other_officer):
        assert ties(cast, person) == set()


@pytest.mark.parametrize("name", ["officer", "head", "owner", "consultant", "anti_bribery"])
def test_who_has_a_working_role_belongs_to_the_unit(cast: Cast, name: str) -> None:
    assert Tie.UNIT in ties(cast, getattr(cast, name))
    under = standings(cast.district, cast.blk.id, editions(QUALITY), [getattr(cast, name).id])
    assert not under[getattr(cast, name).id].is_independent


def test_a_post_in_the_unit_or_under_it_ties(cast: Cast) -> None:
    post = people.add_position(cast.blk, "Instruktur", by=SYSTEM)
    held = people.appoint(cast.auditor, post, from_on=SINCE, by=SYSTEM)
    assert ties(cast, cast.auditor) == {Tie.UNIT}
    people.end_appointment(held, on=today(cast), by=SYSTEM)
    assert ties(cast, cast.auditor) == set()


def test_own_work_ties(cast: Cast) -> None:
    documents.draft_document(
        cast.disnaker.id,
        type=DocumentType.PROCEDURE,
        title="Prosedur",
        content=documents.Content(body="Isi."),
        signatories=documents.Signatories(approved=cast.head),
        by=cast.coordinator,
    )
    assert ties(cast, cast.coordinator) == {Tie.DOCUMENTS}
    make_action(cast, owner_person_id=cast.auditor.id)
    assert ties(cast, cast.auditor) == {Tie.ACTIONS}
    finding = make_finding(cast)
    answer(cast, finding, by=cast.coordinator)
    assert ties(cast, cast.coordinator) == {Tie.DOCUMENTS, Tie.FINDINGS}
    assert ties(cast, cast.lead_auditor) == set(), "another's work ties nobody else"


def test_who_wrote_on_a_document_is_tied_by_it(cast: Cast) -> None:
    document = documents.draft_document(
        cast.disnaker.id,
        type=DocumentType.PROCEDURE,
        title="Prosedur",
        content=documents.Content(body="Isi."),
        signatories=documents.Signatories(prepared=cast.auditor, approved=cast.head),
        by=cast.officer,
    )
    assert ties(cast, cast.auditor) == {Tie.DOCUMENTS}, "named as who prepared it"
    assert ties(cast, cast.coordinator) == set()
    documents.edit_revision(
        document.revisions[0],
        change_note="",
        content=documents.Content(body="Isi baru."),
        signatories=documents.Signatories(approved=cast.head),
        by=cast.coordinator,
    )
    db.session.commit()
    assert ties(cast, cast.coordinator) == {Tie.DOCUMENTS}, "rewrote the draft"
    assert ties(cast, cast.auditor) == set()
    assert ties(cast, cast.lead_auditor) == set()


def district_document(
    cast: Cast, key: str = ANTI_BRIBERY, number: str = "8.2", **given: Any
) -> Document:
    """A procedure of the whole district in force, for a clause: prepared by an officer and
    approved by a head, unless others are given."""
    if not cast.other_head.holds(frozenset({Role.HEAD}), cast.root.id):
        grant(cast.other_head, Role.HEAD, cast.root)
        grant(cast.other_officer, Role.OFFICER, cast.root)
    named = {"prepared": cast.other_officer, "approved": cast.other_head}
    named |= {name: given.pop(name) for name in tuple(given) if name in named}
    begins = given.pop("effective_from", today(cast))
    document = documents.draft_document(
        given.pop("unit", cast.root).id,
        type=DocumentType.PROCEDURE,
        title="Prosedur kabupaten",
        content=documents.Content(body="Isi."),
        signatories=documents.Signatories(**named),
        clause_ids=clauses(number, edition=key),
        by=cast.other_officer,
        **given,
    )
    revision = document.last
    documents.submit_revision(revision, by=cast.other_officer)
    documents.approve_revision(revision, effective_from=begins, by=named["approved"])
    db.session.commit()
    return document


def test_who_wrote_or_approved_a_document_above_that_applies_is_tied(cast: Cast) -> None:
    grant(cast.lead_auditor, Role.HEAD, cast.root)
    district_document(cast, prepared=cast.auditor, approved=cast.lead_auditor)
    assert ties(cast, cast.auditor, ANTI_BRIBERY) == {Tie.APPLIED}
    assert Tie.APPLIED in ties(cast, cast.lead_auditor, ANTI_BRIBERY)
    assert Tie.APPLIED in ties(cast, cast.auditor, QUALITY, ANTI_BRIBERY)
    assert ties(cast, cast.auditor) == set(), "it serves no clause of this standard"
    assert ties(cast, cast.coordinator, ANTI_BRIBERY) == set()


def test_a_document_above_that_is_not_in_force_or_of_another_branch_ties_nobody(
    cast: Cast,
) -> None:
    tomorrow = today(cast) + timedelta(days=1)
    district_document(cast, prepared=cast.auditor, effective_from=tomorrow)
    district_document(cast, prepared=cast.auditor, unit=cast.dinkes)
    assert ties(cast, cast.auditor, ANTI_BRIBERY) == set()


def test_own_work_above_is_final_under_37001_and_told_under_9001(cast: Cast) -> None:
    district_document(cast, prepared=cast.auditor)
    district_document(cast, QUALITY, "8.5.1", prepared=cast.auditor)
    audit = make_audit(cast, edition_ids=editions(ANTI_BRIBERY))
    with pytest.raises(Invalid, match=r"documents that apply to the unit.*cannot be overruled"):
        seat(audit, cast.auditor, cast.coordinator, "Tidak ada auditor lain")
    db.session.rollback()
    audit = make_audit(cast)
    with pytest.raises(Invalid, match="documents that apply to the unit"):
        seat(audit, cast.auditor, cast.coordinator)
    seat(audit, cast.auditor, cast.coordinator, "Tidak ada auditor lain")
    assert audit.members[0].overruled == [Tie.APPLIED.value]


def test_a_document_put_on_the_checklist_later_stands_in_the_way(cast: Cast) -> None:
    """It serves no clause of its own: only the checklist makes it a criterion."""
    document = district_document(cast, QUALITY, "7.5", prepared=cast.auditor)
    audit = make_audit(cast, edition_ids=editions(ANTI_BRIBERY))
    seat(audit, cast.auditor, cast.coordinator)
    asked = clauses("8.2", edition=ANTI_BRIBERY)
    take_from_document(audit, document, "", asked, by=cast.coordinator)
    moves = {move.name: move for move in AUDIT.open_to(cast.coordinator, audit)}
    assert moves["open"].blocked_because == "Not independent: Auditor. Change the team first."
    for line in audit.listed:
        operations.remove_line(line, by=cast.coordinator)
    operations.add_line(audit, question="?", clause_ids=asked, by=cast.coordinator)
    operations.open_audit(audit, by=cast.coordinator)
    with pytest.raises(Invalid, match=r"Not independent of this document.*Auditor"):
        take_from_document(audit, document, "", asked, by=cast.coordinator)
    assert len(audit.listed) == 1
    harmless = district_document(cast, QUALITY, "7.5")
    assert take_from_document(audit, harmless, "", asked, by=cast.coordinator) == 1


def test_an_answer_that_somebody_else_wrote_anew_still_ties(cast: Cast) -> None:
    finding = make_finding(cast)
    findings.write_response(finding, correction="Satu", cause="Dua", by=cast.coordinator)
    findings.write_response(finding, correction="Tiga", cause="Empat", by=cast.officer)
    assert ties(cast, cast.coordinator) == {Tie.FINDINGS}


def test_the_post_that_owns_an_action_ties_its_holder_alone(cast: Cast) -> None:
    post = people.add_position(cast.dinkes, "Analis", by=SYSTEM)
    people.appoint(cast.auditor, post, from_on=SINCE, by=SYSTEM)
    make_action(cast, owner_position_id=post.id)
    assert ties(cast, cast.auditor) == {Tie.ACTIONS}
    assert ties(cast, cast.lead_auditor) == set()


def test_raising_findings_ties_nobody(cast: Cast) -> None:
    make_finding(cast, by=cast.auditor)
    assert ties(cast, cast.auditor) == set()


def test_who_acts_for_somebody_counts_as_them(cast: Cast) -> None:
    day = today(cast)
    people.delegate(
        cast.head,
        cast.auditor,
        from_on=day,
        until_on=day + timedelta(days=3),
        reason="Cuti",
        by=SYSTEM,
    )
    assert ties(cast, cast.auditor) == {Tie.UNIT}


def test_the_anti_bribery_function_does_not_audit_itself(cast: Cast) -> None:
    assert Tie.ANTI_BRIBERY in ties(cast, cast.anti_bribery, ANTI_BRIBERY)
    assert Tie.ANTI_BRIBERY not in ties(cast, cast.anti_bribery)


def tied_auditor(cast: Cast) -> Person:
    """Disnaker's officer, who is an auditor there as well."""
    grant(cast.officer, Role.AUDITOR, cast.disnaker)
    return cast.officer


def test_ties_are_overruled_by_another_in_writing(cast: Cast) -> None:
    officer, audit = tied_auditor(cast), make_audit(cast)
    with pytest.raises(Invalid, match="belongs to the unit"):
        seat(audit, officer, cast.coordinator)
    db.session.rollback()
    audit = make_audit(cast)
    seat(audit, officer, cast.lead_auditor, "Tidak ada auditor lain")
    member = audit.members[0]
    assert member.overruled_by_id == cast.lead_auditor.id
    seat(audit, officer, cast.coordinator, "Tidak ada auditor lain")
    assert audit.members[0].overruled_by_id == cast.lead_auditor.id, "same reason, same person"


def test_nobody_overrules_for_themselves(cast: Cast) -> None:
    audit = make_audit(cast)
    make_action(cast, owner_person_id=cast.lead_auditor.id)
    with pytest.raises(Invalid, match="another lead auditor must overrule"):
        seat(audit, cast.lead_auditor, cast.lead_auditor, "Saya bisa netral")


def test_who_acts_for_the_one_concerned_does_not_overrule_either(cast: Cast) -> None:
    day = today(cast)
    make_action(cast, owner_person_id=cast.lead_auditor.id)
    people.delegate(
        cast.lead_auditor, cast.coordinator, from_on=day, until_on=None, reason="x", by=SYSTEM
    )
    audit = make_audit(cast)
    with pytest.raises(Invalid, match="must overrule"):
        seat(audit, cast.lead_auditor, cast.coordinator, "Saya wakilnya")


def test_under_iso_37001_nobody_overrules(cast: Cast) -> None:
    make_action(cast, owner_person_id=cast.auditor.id)
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    with pytest.raises(Invalid, match="cannot be overruled"):
        seat(audit, cast.auditor, cast.coordinator, "Tidak ada auditor lain")


def test_iso_37001_does_not_come_in_by_the_back_door(cast: Cast) -> None:
    make_action(cast, owner_person_id=cast.auditor.id)
    audit = make_audit(cast)
    seat(audit, cast.auditor, cast.coordinator, "Tidak ada auditor lain")
    plan = {
        "title": audit.title,
        "planned_from": audit.planned_from,
        "planned_until": audit.planned_until,
        **dict.fromkeys(("objectives", "scope", "criteria", "methods")),
    }
    with pytest.raises(Invalid, match="Change the team first"):
        operations.edit_audit(
            audit, edition_ids=editions(QUALITY, ANTI_BRIBERY), by=cast.coordinator, **plan
        )


def test_iso_37001_asks_for_new_ties_once_the_audit_has_begun(browse: Any, cast: Cast) -> None:
    """The anti-bribery function may audit quality, and not its own function."""
    audit = under_way(cast)
    grant(cast.auditor, Role.ANTI_BRIBERY, cast.disnaker)
    db.session.commit()
    browser, path = browse(cast.coordinator), f"/audits/{audit.uid}/edit"
    both = [str(one) for one in editions(QUALITY, ANTI_BRIBERY)]
    page = browser.get(path).submit(edition_ids=both, status=422)
    assert page.has("The team could not judge under this standard: Auditor")
    assert page.has("is the anti-bribery function. Change the team first.")
    assert only().edition_ids == editions(QUALITY)
    operations.set_team(only(), [Seat(cast.lead_auditor, TeamRole.LEAD)], by=cast.coordinator)
    db.session.commit()
    page = browser.get(path).submit(edition_ids=both)
    assert page.has("Print the statements of independence again")
    assert only().edition_ids == sorted(editions(QUALITY, ANTI_BRIBERY))


def test_an_observer_only_watches(cast: Cast) -> None:
    audit = make_audit(cast, edition_ids=editions(ANTI_BRIBERY))
    seats = [Seat(cast.auditor, TeamRole.LEAD), Seat(cast.anti_bribery, TeamRole.OBSERVER)]
    operations.set_team(audit, seats, by=cast.coordinator)
    assert audit.members[1].overrule_reason is None


def test_ties_that_came_later_stand_in_the_way_of_the_beginning(cast: Cast) -> None:
    audit = prepared(cast)
    make_action(cast, owner_person_id=cast.auditor.id)
    moves = {move.name: move for move in AUDIT.open_to(cast.coordinator, audit)}
    assert moves["open"].blocked_because == "Not independent: Auditor. Change the team first."


def test_a_team_has_one_leader_and_auditors_of_the_unit(cast: Cast) -> None:
    audit = make_audit(cast)
    with pytest.raises(Invalid, match="one leader"):
        operations.set_team(audit, [Seat(cast.auditor, TeamRole.AUDITOR)], by=cast.coordinator)
    twice = [Seat(cast.auditor, TeamRole.LEAD), Seat(cast.auditor, TeamRole.AUDITOR)]
    with pytest.raises(Invalid, match="one place"):
        operations.set_team(audit, twice, by=cast.coordinator)
    with pytest.raises(Invalid, match="no auditor's role"):
        seat(audit, cast.other_officer, cast.coordinator)
    with pytest.raises(Refused):
        seat(audit, cast.auditor, cast.officer)


def test_the_report_tells_who_was_overruled_and_why(cast: Cast) -> None:
    officer, audit = tied_auditor(cast), make_audit(cast)
    seat(audit, officer, cast.coordinator, "Satu-satunya auditor")
    operations.add_line(audit, question="?", clause_ids=clauses("8.5.1"), by=cast.coordinator)
    operations.open_audit(audit, by=cast.coordinator)
    operations.answer_line(audit.asked[0], Answer.CONFORM, by=officer)
    report = operations.write_report(audit, TEXTS, by=officer)
    operations.submit_report(report, by=officer)
    assert report.gathered is not None
    (member,) = report.gathered["team"]
    assert member["overrule_reason"] == "Satu-satunya auditor"
    assert member["overruled_by"] == cast.coordinator.name
