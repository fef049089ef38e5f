"""A timetable of many visits: proposed by rule, and changed in one table."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from qms.audits import operations
from qms.audits.clause_text import ClauseReader
from qms.audits.models import Audit, AuditSession, SessionKind, TeamRole
from qms.audits.operations import Seat
from qms.audits.queries.scope import applicable_in
from qms.audits.queries.timetable import asked_clauses, elsewhere, plan_of_audit, sessions_of
from qms.audits.scheduling import Proposed, days_of, propose, topics_of
from qms.core.db import db
from qms.deadlines.queries import calendar_of
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    clauses,
    editions,
    leave_out,
    make_audit,
    prepared,
)
from tests.audits.test_timetable import WEDNESDAY, put, whole, wrong
from tests.cast import Cast

FRIDAY = WEDNESDAY + timedelta(days=2)
PROCESSES = ["AK I", "Pelatihan", "Penempatan", "Pengaduan", "Arsip", "Magang"]


def staffed(cast: Cast, **given: Any) -> Audit:
    """A planned audit of one day with its team, and no checklist yet."""
    days = {"planned_from": WEDNESDAY, "planned_until": WEDNESDAY, **given}
    audit = make_audit(cast, **days)
    operations.set_team(
        audit,
        [Seat(cast.lead_auditor, TeamRole.LEAD), Seat(cast.auditor, TeamRole.AUDITOR)],
        by=cast.coordinator,
    )
    return audit


def proposed(cast: Cast, audit: Audit, *processes: str, together: bool = False) -> list[Proposed]:
    sessions = sessions_of(audit)
    wanted = asked_clauses(audit) or applicable_in(audit)
    calendar = calendar_of(cast.district, audit.unit_id, audit.planned_from, audit.planned_until)
    busy = elsewhere(audit, [one.person_id for one in audit.members], days_of(audit))
    topics = topics_of(audit, wanted, sessions, processes, {})
    return propose(audit, topics, sessions, calendar, busy, together=together)


def adopted(cast: Cast, audit: Audit, *processes: str, together: bool = False) -> list[Proposed]:
    """The proposal, put into the timetable as it is."""
    found = proposed(cast, audit, *processes, together=together)
    for one in found:
        operations.add_session(audit, by=cast.coordinator, **vars(one))
    return found


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("days", [1, 2])
def test_what_is_proposed_fits(cast: Cast, days: int, together: bool) -> None:
    leave_out(cast)
    audit = staffed(cast, planned_until=WEDNESDAY + timedelta(days=days - 1))
    found = adopted(cast, audit, *PROCESSES, together=together)
    assert wrong(cast, audit) == []
    kinds = [one.kind for one in found]
    assert kinds[0] is SessionKind.OPENING and kinds[-2:] == [SessionKind.TEAM, SessionKind.CLOSING]
    visits = [one for one in found if one.kind is SessionKind.VISIT]
    if not (together and days == 1):  # then there is less time than topics
        assert [one.activity for one in visits if one.activity in PROCESSES] == PROCESSES
        assert len(visits) == 12, "six processes, and the chapters 4, 5, 6, 7, 9 and 10"
    seen = {clause_id for one in visits for clause_id in one.clause_ids}
    assert not seen.intersection(clauses("8.3", "8"))
    assert all(not one.begins < "12:30" < one.ends for one in found)
    assert proposed(cast, audit, *PROCESSES) == [], "nothing is lacking any more"


def test_both_standards_are_looked_into_together(cast: Cast) -> None:
    audit = staffed(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    found = adopted(cast, audit)
    assert wrong(cast, audit) == []
    assert len([one for one in found if one.kind is SessionKind.VISIT]) == 7
    (leadership,) = [one for one in found if {*clauses("5")} <= set(one.clause_ids)]
    assert set(clauses("5", edition=ANTI_BRIBERY)) <= set(leadership.clause_ids)


def test_the_clauses_of_the_checklist_are_enough(cast: Cast) -> None:
    audit = prepared(cast, planned_from=WEDNESDAY, planned_until=WEDNESDAY)
    visits = [one for one in adopted(cast, audit) if one.kind is SessionKind.VISIT]
    assert [one.clause_ids for one in visits] == [
        tuple(clauses("8.5.1")),
        tuple(clauses("9.1.2")),
    ]
    assert wrong(cast, audit) == []


def test_nobody_is_proposed_where_they_are_elsewhere(cast: Cast) -> None:
    whole(cast, unit=cast.blk)
    audit = staffed(cast)
    adopted(cast, audit)
    assert wrong(cast, audit) == []


def test_what_is_there_stays_and_only_what_lacks_is_proposed(cast: Cast) -> None:
    audit = staffed(cast)
    team = (cast.lead_auditor, cast.auditor)
    put(cast, audit, "09:00", "09:45", *team, kind=SessionKind.OPENING)
    put(cast, audit, "10:00", "12:00", cast.auditor, activity="ak i", clause_ids=clauses("8"))
    put(cast, audit, "14:00", "14:30", *team, kind=SessionKind.CLOSING)
    found = adopted(cast, audit, "AK I")
    assert {one.kind for one in found} == {SessionKind.VISIT, SessionKind.TEAM}
    assert "AK I" not in [one.activity for one in found]
    assert wrong(cast, audit) == []


def test_holidays_and_friday_prayers_are_left_free(cast: Cast) -> None:
    audit = staffed(cast, planned_from=FRIDAY, planned_until=FRIDAY + timedelta(days=2))
    found = adopted(cast, audit, *PROCESSES)
    assert {one.on for one in found} == {FRIDAY}
    assert all(one.ends <= "11:30" or one.begins >= "13:00" for one in found)
    assert wrong(cast, audit) == []
    weekend = staffed(cast, planned_from=date(2027, 2, 13), planned_until=date(2027, 2, 14))
    assert proposed(cast, weekend) == []


def test_clauses_in_one_standard_and_in_two(cast: Cast) -> None:
    one, both = ClauseReader(editions(QUALITY)), ClauseReader(editions(QUALITY, ANTI_BRIBERY))
    assert one.read_all("8.5.1, 9.1 dan 10") == (tuple(clauses("8.5.1", "9.1", "10")), [])
    assert one.read_all("8.5.1 arsip, 12.9")[1] == ["12.9", "arsip"]
    assert both.read_all("7.2")[1] == ["7.2"]
    ids = [*clauses("7.2", "8.5.1"), *clauses("7.2", "8.2", edition=ANTI_BRIBERY)]
    for reader, wanted in ((both, ids), (one, clauses("4", "8.5.1"))):
        assert sorted(reader.read_all(reader.write(wanted))[0]) == sorted(wanted)


def fields(page: Any) -> dict[str, Any]:
    """The rows of the table as they would be sent: "rows-0-begins" and so on."""
    return {
        one["name"]: one.get("value", "")
        for one in page.form("/timetable/edit").select("input[name]")
        if one["name"].startswith("rows-") and one.get("type") != "checkbox"
    }


def test_the_way_from_the_proposal_to_the_timetable(browse: Any, cast: Cast) -> None:
    audit = staffed(cast, scope="- Penerbitan AK I\n- Pelatihan")
    db.session.commit()
    path = f"/audits/{audit.uid}/timetable"
    browse(cast.officer).get(f"{path}/edit", status=403)
    browse(cast.officer).get(f"{path}/propose", status=403)
    browser = browse(cast.coordinator)
    page = browser.get(path).follow("Propose a timetable").well_made()
    form = page.soup.select_one(f"form[action='{path}/edit']")
    asked = [one["value"] for one in form.select("input[name=processes][checked]")]
    assert asked == ["Penerbitan AK I", "Pelatihan"]
    query = urlencode({"propose": "1", "processes": asked}, doseq=True)
    page = browser.get(f"{path}/edit?{query}").well_made()
    assert page.has("They are not saved yet") and not sessions_of(audit)
    sent = fields(page)
    count = sum(1 for name in sent if name.endswith("-activity")) - 3
    assert count == 11, "opening, two processes, six chapters, team, closing"
    begins = {name: value for name, value in sent.items() if name.endswith("-begins") and value}
    page = page.submit(**{"rows-1-auditee": "Kepala Bidang"}, button=("then", "more"))
    assert page.has("11 lines saved.")
    found = sessions_of(audit)
    assert [one.begins for one in found] == sorted(begins.values())
    assert found[1].auditee == "Kepala Bidang" and found[0].auditor_ids
    page = browser.get(path)
    assert page.has("Penerbitan AK I") and not page.has("does not fit")


def test_errors_stand_at_their_rows_and_nothing_is_lost(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    db.session.commit()
    browser = browse(cast.coordinator)
    page = browser.get(f"/audits/{audit.uid}/timetable/edit")
    page = page.submit(
        **{
            "rows-1-ends": "08:00",
            "rows-1-activity": "Loket depan",
            "rows-2-clauses": "9.1.2, arsip",
            "rows-3-begins": "jam dua",
            "rows-4-activity": "Tanpa jam",
        },
        status=422,
    )
    for row, field in ((2, "clauses"), (3, "begins"), (4, "begins"), (4, "ends")):
        assert page.soup.select_one(f"#rows-{row}-{field}-error"), (row, field)
    page = page.submit(
        **{
            "rows-2-clauses": "9.1.2",
            "rows-3-begins": "13.00",
            "rows-4-begins": "10",
            "rows-4-ends": "11",
        },
        status=422,
    )
    page = page.submit(**{"rows-4-begins": "10:00", "rows-4-ends": "11:00"}, status=422)
    (said,) = page.soup.select("p.error")
    assert "must end after" in said.text and said["id"] == "rows-1-ends-error"
    assert [one.activity for one in sessions_of(audit)] == [None] * 4, "all or nothing"
    page = page.submit(**{"rows-1-ends": "12:00"})
    assert page.has("Loket depan") and page.has("Tanpa jam")


def test_only_what_was_touched_is_written(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    db.session.commit()
    before = {one.id: one.version for one in sessions_of(audit)}
    page = browse(cast.coordinator).get(f"/audits/{audit.uid}/timetable/edit")
    # Somebody else changes one line meanwhile, and takes another one out.
    _opening, second, third, closing = sessions_of(audit)
    operations.edit_session(third, by=cast.lead_auditor, **_facts(third, place="Aula"))
    operations.remove_session(closing, by=cast.lead_auditor)
    db.session.commit()
    page.submit(**{"rows-1-place": "Loket"})
    db.session.expire_all()
    now = {one.id: (one.version, one.place) for one in sessions_of(audit)}
    assert now == {
        _opening.id: (before[_opening.id], None),
        second.id: (before[second.id] + 1, "Loket"),
        third.id: (before[third.id] + 1, "Aula"),
    }


def test_who_is_second_at_a_line_is_told_and_may_still_save(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/{audit.uid}/timetable/edit")
    _opening, _second, third, closing = sessions_of(audit)
    operations.edit_session(third, by=cast.lead_auditor, **_facts(third, activity="Arsip"))
    operations.remove_session(closing, by=cast.lead_auditor)
    db.session.commit()
    typed = {"rows-2-activity": "Pengaduan", "rows-3-place": "Aula"}
    page = page.submit(**typed, status=422)
    assert page.has("Somebody else saved this line meanwhile: 09:00–12:00 Arsip.")
    assert page.has("Somebody else took this line out of the timetable.")
    db.session.expire_all()
    assert third.activity == "Arsip"
    page = page.submit()
    found = sessions_of(audit)
    assert [one.activity for one in found if one.id == third.id] == ["Pengaduan"]
    assert (found[-1].kind, found[-1].place) == (SessionKind.CLOSING, "Aula")


def test_the_same_table_sent_twice_makes_its_lines_once(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/{audit.uid}/timetable/edit")
    new = {"rows-4-begins": "12:00", "rows-4-ends": "13:00", "rows-4-activity": "Arsip"}
    page.submit(**new)
    page.submit(**new)
    assert [one.activity for one in sessions_of(audit)].count("Arsip") == 1


def test_lines_are_taken_out_and_the_plan_is_sent_again(browse: Any, cast: Cast) -> None:
    audit = whole(cast)
    plan = plan_of_audit(audit)
    assert plan is not None
    operations.send_plan(plan, by=cast.coordinator)
    db.session.commit()
    browser = browse(cast.coordinator)
    page = browser.get(f"/audits/{audit.uid}/timetable/edit")
    page.submit()
    assert not browser.get(f"/audits/{audit.uid}/timetable").has("It was changed since")
    page = page.submit(**{"rows-1-remove": "y", "rows-2-remove": "y"})
    assert page.has("It was changed since it was sent. Send it again.")
    assert len(sessions_of(audit)) == 2


def _facts(one: AuditSession, **changed: Any) -> dict[str, Any]:
    names = ("kind", "on", "begins", "ends", "unit_id", "activity", "auditee", "place")
    facts = {name: getattr(one, name) for name in (*names, "clause_ids", "auditor_ids")}
    return {**facts, **changed}
