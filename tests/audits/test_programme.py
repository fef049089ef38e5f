"""Audit programmes: who draws up, approves and changes them; visits, audits made of them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qms.audits import operations
from qms.audits.models import AuditProgramme, AuditState, ProgrammeState, Risk
from qms.audits.operations.programme import Start
from qms.audits.proposals import Proposal
from qms.audits.queries.programme import (
    Tally,
    beneath,
    last_audits,
    programme_by_uid,
    programmes_page,
    tallies,
    visits_of,
)
from qms.audits.showing.programme import VisitState, visit_state
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, Missing, OutOfTurn, Refused, Stale
from qms.core.journal.models import JournalEntry, JournalPayload
from qms.findings.models import Grade
from qms.people import operations as people
from qms.people.rights import sight_of
from qms.standards import operations as standards
from qms.standards.queries import edition_by_key
from qms.units import operations as units
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    editions,
    external,
    make_audit,
    prepared,
    signed,
    under_way,
)
from tests.audits.programme_makers import approved, drawn_up, month, visit, visits, with_visits
from tests.cast import SYSTEM, Cast
from tests.factories import make_finding, today


def test_the_coordinator_and_the_secretariat_draw_up(cast: Cast) -> None:
    assert drawn_up(cast).state is ProgrammeState.DRAFT
    assert drawn_up(cast, by=cast.secretariat).drawn_up_by is cast.secretariat
    for by in (cast.lead_auditor, cast.auditor, cast.officer, cast.head, cast.administrator):
        with pytest.raises(Refused):
            drawn_up(cast, unit=cast.disnaker, units={}, by=by)


def test_what_it_says_is_judged(cast: Cast) -> None:
    year = today(cast).year
    for wrong, given in (
        ("title", {"title": "  "}),
        ("one to three", {"until_year": year + 3}),
        ("one to three", {"until_year": year - 1}),
        ("at least one standard", {"edition_ids": []}),
    ):
        with pytest.raises(Invalid, match=wrong):
            drawn_up(cast, **given)
    assert list(drawn_up(cast, until_year=year + 2).years) == [year, year + 1, year + 2]


def test_it_begins_with_units_and_the_risk_of_the_programme_before(cast: Cast) -> None:
    by, year = cast.coordinator, today(cast).year
    first = drawn_up(cast, units={cast.dinkes: Risk.HIGH}, from_year=year - 1, until_year=year - 1)
    assert {one.unit_id for one in first.units} == {cast.dinkes.id}
    later = operations.draw_up_programme(
        cast.root.id,
        title="Semua",
        from_year=year,
        until_year=year,
        edition_ids=editions(QUALITY),
        start=Start.ALL,
        by=by,
    )
    risks = {one.unit_id: one.risk for one in later.units}
    assert risks == {
        cast.disnaker.id: Risk.MEDIUM,
        cast.blk.id: Risk.MEDIUM,
        cast.dinkes.id: Risk.HIGH,
        cast.insp.id: Risk.MEDIUM,
    }
    assert drawn_up(cast, units={}, start=Start.HOLDING).units == []
    hold(cast)
    holding = drawn_up(cast, units={}, start=Start.HOLDING)
    assert [one.unit_id for one in holding.units] == [cast.disnaker.id]


def hold(cast: Cast) -> None:
    """Disnaker has a scope under ISO 9001."""
    standards.set_scope(
        cast.disnaker,
        edition_by_key(QUALITY),
        from_on=today(cast),
        statement="Pelayanan AK I",
        services=[units.offer_service(cast.disnaker, "Pelayanan AK I", by=SYSTEM)],
        by=cast.officer,
    )
    db.session.flush()


def test_units_are_under_the_unit_of_the_programme(cast: Cast) -> None:
    programme = drawn_up(cast, unit=cast.disnaker, units={cast.blk: Risk.LOW})
    with pytest.raises(Invalid, match="under its own"):
        operations.set_units(programme, {cast.dinkes.id: Risk.LOW}, by=cast.coordinator)


def test_who_drew_it_up_does_not_approve_it(cast: Cast) -> None:
    programme = with_visits(cast, {cast.disnaker: [month(cast, 6)]}, by=cast.secretariat)
    for by in (cast.secretariat, cast.coordinator, cast.lead_auditor, cast.officer):
        with pytest.raises(Refused):
            operations.approve_programme(programme, by=by)
    own = with_visits(
        cast, {cast.blk: [month(cast, 6)]}, unit=cast.disnaker, units={cast.blk: Risk.LOW}
    )
    given = {"from_on": today(cast), "reason": "Cuti", "by": SYSTEM}
    acting = people.delegate(cast.coordinator, cast.head, **given)
    with pytest.raises(Refused):
        operations.approve_programme(own, by=cast.head)
    people.end_delegation(acting, on=today(cast), by=cast.head)
    operations.approve_programme(own, by=cast.head)
    assert own.approved_by is cast.head and own.approved_on == today(cast)
    assert own.state is ProgrammeState.APPROVED


def test_an_empty_programme_is_not_approved(cast: Cast) -> None:
    with pytest.raises(OutOfTurn, match="Put visits"):
        operations.approve_programme(drawn_up(cast), by=cast.secretariat)
    bare = with_visits(cast, {cast.disnaker: [month(cast, 6)]}, objectives=None)
    with pytest.raises(OutOfTurn, match="objectives"):
        operations.approve_programme(bare, by=cast.secretariat)


def test_after_approval_a_change_needs_its_reason(cast: Cast) -> None:
    programme, june = approved(cast), month(cast, 6)
    by, wanted = cast.coordinator, {cast.disnaker.id: [month(cast, 7)]}
    with pytest.raises(Invalid, match="say why"):
        operations.set_visits(programme, wanted, year=june.year, by=by)
    with pytest.raises(Invalid, match="say why"):
        operations.set_units(programme, {cast.blk.id: Risk.LOW}, by=by, reason=" ")
    with pytest.raises(Invalid, match="say why"):
        operations.adopt_proposals(programme, [], by=by)
    operations.set_visits(programme, wanted, year=june.year, by=by, reason="Bersamaan dengan MTQ")
    assert visits(programme) == {(cast.disnaker.id, month(cast, 7))}
    db.session.commit()
    last = db.session.scalar(
        select(JournalPayload.body)
        .join(JournalEntry, JournalEntry.id == JournalPayload.entry_id)
        .where(JournalEntry.verb == "set_visits")
        .order_by(JournalEntry.sequence.desc())
        .limit(1)
    )
    assert json.loads(last or "")["reason"] == "Bersamaan dengan MTQ"


def test_an_ended_programme_does_not_change(cast: Cast) -> None:
    programme, by = approved(cast), cast.coordinator
    operations.end_programme(programme, reason="Tahun berakhir", by=by)
    with pytest.raises(OutOfTurn, match="Take it up again"):
        operations.set_units(programme, {cast.blk.id: Risk.LOW}, by=by, reason="Tambahan")
    with pytest.raises(OutOfTurn, match="approved before"):
        audit_of(programme, cast)
    operations.resume_programme(programme, reason="Diperpanjang", by=by)
    operations.set_units(programme, {cast.blk.id: Risk.LOW}, by=by, reason="Tambahan")
    assert len(programme.units) == 3


def test_a_stale_matrix_is_refused(cast: Cast) -> None:
    programme, by, june = drawn_up(cast), cast.coordinator, month(cast, 6)
    db.session.commit()
    seen = programme.version
    operations.set_visits(programme, {cast.disnaker.id: [june]}, year=june.year, by=by)
    db.session.commit()
    with pytest.raises(Stale):
        operations.set_visits(
            programme, {cast.disnaker.id: []}, year=june.year, by=by, version=seen
        )


def test_visits_are_of_units_of_the_programme_and_of_the_year(cast: Cast) -> None:
    programme, by, june = drawn_up(cast), cast.coordinator, month(cast, 6)
    with pytest.raises(Invalid, match="not in the programme"):
        operations.set_visits(programme, {cast.blk.id: [june]}, year=june.year, by=by)
    with pytest.raises(Invalid, match="the year that is shown"):
        operations.set_visits(programme, {cast.disnaker.id: [june]}, year=june.year + 1, by=by)
    wrong = june + timedelta(days=3)
    with pytest.raises(Invalid, match="the year that is shown"):
        operations.set_visits(programme, {cast.disnaker.id: [wrong]}, year=june.year, by=by)


def audit_of(programme: AuditProgramme, cast: Cast, number: int = 6, **given: object):
    """An audit made of the visit to Disnaker in a month."""
    day = month(cast, number).replace(day=10)
    plan = {
        "title": "Audit Disnaker",
        "edition_ids": editions(QUALITY),
        "planned_from": day,
        "planned_until": day,
        "by": cast.coordinator,
        **given,
    }
    found = visit(programme, cast.disnaker, month(cast, number))
    return operations.audit_from_visit(programme, found, **plan)


def test_an_audit_is_made_of_a_visit_once(cast: Cast) -> None:
    programme = approved(cast)
    audit = audit_of(programme, cast)
    (row,) = visits_of(programme, [cast.disnaker.id])
    assert row.audit_id == audit.id and row.number == audit.number
    with pytest.raises(OutOfTurn, match="already"):
        audit_of(programme, cast)
    operations.cancel_audit(audit, reason="Bencana", by=cast.coordinator)
    again = audit_of(programme, cast)
    assert visits_of(programme, [cast.disnaker.id])[0].audit_id == again.id


def test_a_draft_makes_no_audits_and_only_planners_make_them(cast: Cast) -> None:
    draft = with_visits(cast, {cast.disnaker: [month(cast, 6)]})
    with pytest.raises(OutOfTurn, match="approved before"):
        audit_of(draft, cast)
    programme = approved(cast)
    for by in (cast.secretariat, cast.officer, cast.auditor):
        with pytest.raises(Refused):
            audit_of(programme, cast, by=by)
    assert audit_of(programme, cast, by=cast.lead_auditor).planned_by is cast.lead_auditor


def test_an_audit_that_is_there_is_linked(cast: Cast) -> None:
    programme = approved(cast, {cast.disnaker: [month(cast, 6), month(cast, 9)]})
    by, june = cast.coordinator, visit(programme, cast.disnaker, month(cast, 6))
    for wrong in (make_audit(cast, unit=cast.dinkes), external(cast)):
        with pytest.raises(Invalid, match="internal audit of this unit"):
            operations.link_audit(programme, june, wrong, by=by)
    section = make_audit(cast, unit=cast.blk)
    operations.link_audit(programme, june, section, by=by)
    assert june.audit_id == section.id


def test_a_visit_takes_its_audit_along_and_does_not_go_without(cast: Cast) -> None:
    programme, by, year = approved(cast), cast.coordinator, today(cast).year
    audit_of(programme, cast)
    unit = cast.disnaker.id
    with pytest.raises(Invalid, match="Choose another month for it"):
        operations.set_visits(programme, {unit: []}, year=year, by=by, reason="x")
    db.session.rollback()


def test_a_moved_visit_keeps_audit_and_basis(cast: Cast) -> None:
    programme, by, year = drawn_up(cast), cast.coordinator, today(cast).year
    unit = cast.disnaker.id
    basis = {"risk": "high", "visits": 2}
    operations.adopt_proposals(programme, [Proposal(unit, [month(cast, 6)], basis)], by=by)
    operations.approve_programme(programme, by=cast.secretariat)
    audit = audit_of(programme, cast)
    operations.set_visits(programme, {unit: [month(cast, 8)]}, year=year, by=by, reason="Rapat")
    db.session.commit()
    (row,) = visits_of(programme, [unit])
    assert (row.month, row.audit_id, row.basis) == (month(cast, 8), audit.id, basis)


def test_a_visit_whose_audit_has_begun_stays(cast: Cast) -> None:
    programme, by, year = approved(cast), cast.coordinator, today(cast).year
    audit = under_way(cast)
    operations.link_audit(programme, visit(programme, cast.disnaker, month(cast, 6)), audit, by=by)
    for wanted in ([], [month(cast, 8)]):
        with pytest.raises(Invalid, match="has begun"):
            operations.set_visits(
                programme, {cast.disnaker.id: wanted}, year=year, by=by, reason="x"
            )
    with pytest.raises(Invalid, match="stays in it"):
        operations.set_units(programme, {cast.disnaker.id: None}, by=by, reason="x")


def test_a_restricted_audit_is_not_named_to_who_may_not_see_it(browse: Any, cast: Cast) -> None:
    programme = approved(cast)
    audit = audit_of(programme, cast, access=AccessClass.RESTRICTED)
    with pytest.raises(Invalid, match=r"^An audit was made of the visit") as refused:
        operations.set_visits(
            programme,
            {cast.disnaker.id: []},
            year=today(cast).year,
            reason="Tidak jadi",
            by=cast.secretariat,
        )
    assert audit.number not in str(refused.value)
    db.session.commit()
    for name in ("secretariat", "other_head"):
        page = browse(getattr(cast, name)).get(f"/audits/programmes/{programme.uid}")
        assert page.has("gave a visit its audit") and not page.has(audit.number)


def test_taking_a_unit_out_takes_its_visits(cast: Cast) -> None:
    programme = with_visits(cast, {cast.disnaker: [month(cast, 6)], cast.dinkes: [month(cast, 7)]})
    operations.set_units(programme, {cast.disnaker.id: None}, by=cast.coordinator)
    assert visits(programme) == {(cast.dinkes.id, month(cast, 7))}
    assert {one.unit_id for one in programme.units} == {cast.dinkes.id}


def test_years_that_hold_visits_stay(cast: Cast) -> None:
    programme = with_visits(cast, {cast.disnaker: [month(cast, 6)]})
    year = today(cast).year
    said = {
        "title": "Lain",
        "edition_ids": editions(ANTI_BRIBERY),
        "objectives": None,
        "risks": None,
        "resources": None,
        "methods": None,
        "by": cast.coordinator,
    }
    with pytest.raises(Invalid, match="visits in the years"):
        operations.edit_programme(programme, from_year=year + 1, until_year=year + 1, **said)
    operations.edit_programme(programme, from_year=year, until_year=year + 1, **said)
    assert programme.title == "Lain" and programme.edition_ids == editions(ANTI_BRIBERY)


# Who sees what --------------------------------------------------------------------------------


def test_a_draft_is_for_its_unit_a_running_programme_for_whom_it_audits(cast: Cast) -> None:
    draft = drawn_up(cast)
    for person in (cast.officer, cast.other_officer, cast.outsider):
        with pytest.raises(Missing):
            programme_by_uid(person, draft.uid)
    assert programme_by_uid(cast.secretariat, draft.uid) is draft
    running = approved(cast)
    db.session.flush()
    for person in (cast.officer, cast.other_officer, cast.guest):
        assert programme_by_uid(person, running.uid) is running
        assert programmes_page(person, None) == [running]
    for person in (cast.outsider, cast.bystander):
        with pytest.raises(Missing):
            programme_by_uid(person, running.uid)
        assert programmes_page(person, None) == []


def test_figures_count_what_is_seen(cast: Cast) -> None:
    programme = approved(
        cast, {cast.disnaker: [month(cast, 1)], cast.dinkes: [month(cast, 1), month(cast, 12)]}
    )
    db.session.flush()
    everywhere = month(cast, 2)

    def told(person) -> Tally:
        return tallies([programme.id], sight_of(person).units, everywhere)[programme.id]

    assert told(cast.secretariat) == Tally(planned=3, late=2)
    assert told(cast.officer) == Tally(planned=1, late=1)


def test_states_of_a_visit(cast: Cast) -> None:
    programme = approved(cast)
    unit, june = cast.disnaker.id, month(cast, 6)

    def state(day) -> VisitState:
        return visit_state(visits_of(programme, [unit])[0], day)

    assert state(june) is VisitState.PLANNED
    assert state(june + timedelta(days=29)) is VisitState.PLANNED
    assert state(month(cast, 7)) is VisitState.LATE
    audit = audit_of(programme, cast)
    assert state(june) is VisitState.ARRANGED
    assert state(month(cast, 7)) is VisitState.LATE
    audit.planned_until = month(cast, 8)
    db.session.flush()
    assert state(month(cast, 7)) is VisitState.ARRANGED
    db.session.rollback()


def test_done_is_what_was_reported(cast: Cast) -> None:
    programme = approved(cast)
    found = visit(programme, cast.disnaker, month(cast, 6))
    report = signed(cast)
    operations.link_audit(programme, found, report.audit, by=cast.coordinator)
    assert report.audit.state is AuditState.REPORTED
    seen = sight_of(cast.coordinator).units
    assert tallies([programme.id], seen, month(cast, 12))[programme.id] == Tally(planned=1, done=1)


def test_last_results_are_those_that_the_reader_sees(cast: Cast) -> None:
    audit = prepared(cast, planned_from=today(cast) - timedelta(days=40))
    operations.open_audit(audit, by=cast.coordinator)
    for n, access in enumerate((AccessClass.ORDINARY, AccessClass.RESTRICTED)):
        finding = make_finding(
            cast, f"Temuan {n}", grade=Grade.MAJOR, access=access, by=cast.lead_auditor
        )
        operations.link_finding(audit, finding, by=cast.lead_auditor)
    db.session.flush()
    tree = cast.coordinator.rights.tree
    rows = beneath(tree, {cast.disnaker.id})
    assert rows[cast.blk.id] == cast.disnaker.id
    assert last_audits(cast.coordinator, rows)[cast.disnaker.id].majors == 2
    assert last_audits(cast.secretariat, rows)[cast.disnaker.id].majors == 1


def test_a_section_with_a_row_of_its_own_counts_for_itself(cast: Cast) -> None:
    rows = beneath(cast.coordinator.rights.tree, {cast.disnaker.id, cast.blk.id})
    assert rows == {cast.disnaker.id: cast.disnaker.id, cast.blk.id: cast.blk.id}
