"""The register of auditors, and what it says when a team is chosen."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from qms.audits import operations
from qms.audits.independence import Tie
from qms.audits.models import Audit, AuditorCompetence, TeamRole
from qms.audits.operations import Seat
from qms.audits.showing.competence import validity
from qms.audits.suitability import suitability_of, unsuitable
from qms.audits.workflow import AUDIT
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused, Stale
from qms.people import operations as people
from qms.people.models import Person
from qms.people.roles import Role
from tests.audits.makers import (
    ANTI_BRIBERY,
    QUALITY,
    editions,
    grant,
    make_audit,
    prepared,
    under_way,
)
from tests.cast import SINCE, SYSTEM, Cast
from tests.factories import make_action, today


def competent(cast: Cast, person: Person, **given: Any) -> AuditorCompetence:
    """A training for ISO 9001, valid for two more years."""
    values: dict[str, Any] = {
        "standard": "iso9001",
        "training": "Auditor internal ISO 9001",
        "achieved_on": today(cast) - timedelta(days=400),
        "valid_until": today(cast) + timedelta(days=700),
        "by": cast.administrator,
        **given,
    }
    return operations.record_competence(person, **values)


def expired(cast: Cast, person: Person, **given: Any) -> AuditorCompetence:
    return competent(cast, person, valid_until=today(cast) - timedelta(days=1), **given)


def seat(audit: Audit, person: Person, by: Person, reason: str | None = None) -> None:
    operations.set_team(audit, [Seat(person, TeamRole.LEAD, reason)], by=by)


def test_where_no_register_is_kept_nothing_is_refused(cast: Cast) -> None:
    audit = make_audit(cast)
    competent(cast, cast.auditor, standard="iso37001")
    seat(audit, cast.lead_auditor, cast.coordinator)
    assert unsuitable(audit) == {}


def test_once_it_is_kept_who_has_nothing_recorded_is_refused(cast: Cast) -> None:
    competent(cast, cast.auditor)
    audit = make_audit(cast)
    seat(audit, cast.auditor, cast.coordinator)
    with pytest.raises(Invalid, match="Lead Auditor has no recorded competence for ISO 9001"):
        seat(audit, cast.lead_auditor, cast.coordinator)


def test_what_has_ended_by_the_last_day_is_refused_with_the_day(cast: Cast) -> None:
    ends = today(cast) + timedelta(days=5)
    competent(cast, cast.auditor, valid_until=ends)
    first = make_audit(cast, planned_until=ends)
    seat(first, cast.auditor, cast.coordinator)
    later = make_audit(cast, planned_until=ends + timedelta(days=1))
    with pytest.raises(Invalid, match=f"only until {ends.day} "):
        seat(later, cast.auditor, cast.coordinator)


def test_a_new_training_takes_the_place_of_an_old_one(cast: Cast) -> None:
    expired(cast, cast.auditor)
    audit = make_audit(cast)
    with pytest.raises(Invalid, match="competent for ISO 9001 only until"):
        seat(audit, cast.auditor, cast.coordinator)
    competent(cast, cast.auditor, valid_until=None)
    seat(audit, cast.auditor, cast.coordinator)


def test_what_is_withdrawn_counts_no_more(cast: Cast) -> None:
    held = competent(cast, cast.auditor)
    competent(cast, cast.lead_auditor)
    operations.withdraw_competence(held, reason="Sertifikat palsu", by=cast.administrator)
    audit = make_audit(cast)
    with pytest.raises(Invalid, match="no recorded competence"):
        seat(audit, cast.auditor, cast.coordinator)
    with pytest.raises(OutOfTurn):
        operations.withdraw_competence(held, reason="Lagi", by=cast.administrator)


def test_each_standard_asks_for_its_own(cast: Cast) -> None:
    competent(cast, cast.auditor)
    competent(cast, cast.lead_auditor, standard="iso37001")
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    found = suitability_of(audit, [cast.auditor.id, cast.lead_auditor.id])
    assert found[cast.auditor.id].against == ("unrecorded:iso37001",)
    assert found[cast.lead_auditor.id].against == ("unrecorded:iso9001",)


def test_it_is_overruled_in_writing_by_another(cast: Cast) -> None:
    expired(cast, cast.lead_auditor)
    audit = make_audit(cast)
    with pytest.raises(Invalid, match="another lead auditor must overrule"):
        seat(audit, cast.lead_auditor, cast.lead_auditor, "Pelatihan sudah dijadwalkan")
    seat(audit, cast.lead_auditor, cast.coordinator, "Pelatihan sudah dijadwalkan")
    (member,) = audit.members
    assert (member.overruled_by_id, member.overruled) == (
        cast.coordinator.id,
        ["expired:iso9001"],
    )
    assert unsuitable(audit) == {}


def test_under_iso_37001_it_is_not_overruled(cast: Cast) -> None:
    expired(cast, cast.auditor, standard="iso37001")
    audit = make_audit(cast, edition_ids=editions(ANTI_BRIBERY))
    with pytest.raises(Invalid, match="Under ISO 37001 this cannot be overruled"):
        seat(audit, cast.auditor, cast.coordinator, "Tidak ada auditor lain")


def test_a_tie_that_came_later_was_not_overruled(cast: Cast) -> None:
    expired(cast, cast.auditor)
    audit = prepared_with_overruled(cast)
    assert blocked(cast, audit) is None
    make_action(cast, owner_person_id=cast.auditor.id)
    assert blocked(cast, audit) == "Not independent: Auditor. Change the team first."
    seats = [Seat(cast.auditor, TeamRole.LEAD, "Keduanya diketahui")]
    operations.set_team(audit, seats, by=cast.coordinator)
    assert blocked(cast, audit) is None


def prepared_with_overruled(cast: Cast) -> Audit:
    competent(cast, cast.lead_auditor)
    competent(cast, cast.auditor)
    audit = prepared(cast)
    for one in db.session.query(AuditorCompetence).filter_by(person_id=cast.auditor.id):
        if one.valid_until and one.valid_until > today(cast):
            operations.withdraw_competence(one, reason="Salah catat", by=cast.administrator)
    operations.set_team(
        audit, [Seat(cast.auditor, TeamRole.LEAD, "Hanya sebulan lewat")], by=cast.coordinator
    )
    return audit


def blocked(cast: Cast, audit: Audit) -> str | None:
    moves = {move.name: move for move in AUDIT.open_to(cast.coordinator, audit)}
    return moves["open"].blocked_because


def test_an_end_before_the_beginning_stands_in_the_way(cast: Cast) -> None:
    held = competent(cast, cast.auditor)
    competent(cast, cast.lead_auditor)
    audit = prepared(cast)
    operations.correct_competence(
        held,
        **{**told(held), "valid_until": today(cast)},
        by=cast.administrator,
    )
    assert "Not competent: Auditor is competent for ISO 9001 only until" in str(
        blocked(cast, audit)
    )


def told(one: AuditorCompetence) -> dict[str, Any]:
    names = ("standard", "training", "achieved_on", "valid_until", "provider", "scheme", "number")
    return {name: getattr(one, name) for name in (*names, "may_lead", "audits_observed")}


def test_an_observer_needs_no_competence(cast: Cast) -> None:
    competent(cast, cast.lead_auditor)
    audit = make_audit(cast)
    seats = [Seat(cast.lead_auditor, TeamRole.LEAD), Seat(cast.auditor, TeamRole.OBSERVER)]
    operations.set_team(audit, seats, by=cast.coordinator)
    assert unsuitable(audit) == {}


def test_who_advised_the_unit_long_ago_is_not_independent(cast: Cast) -> None:
    past = people.grant_role(
        cast.auditor,
        Role.CONSULTANT,
        cast.disnaker,
        from_on=SINCE,
        until_on=SINCE + timedelta(days=90),
        by=SYSTEM,
    )
    assert past.is_over(today(cast))
    audit = make_audit(cast)
    found = suitability_of(audit, [cast.auditor.id, cast.lead_auditor.id])
    assert found[cast.auditor.id].standing.ties == (Tie.CONSULTANT,)
    assert found[cast.lead_auditor.id].is_suitable
    with pytest.raises(Invalid, match="advised the unit as a consultant"):
        seat(audit, cast.auditor, cast.coordinator)


def test_nobody_records_their_own(cast: Cast) -> None:
    with pytest.raises(Refused):
        competent(cast, cast.coordinator, by=cast.coordinator)
    people.delegate(
        cast.lead_auditor,
        cast.coordinator,
        from_on=today(cast),
        until_on=None,
        reason="Cuti",
        by=SYSTEM,
    )
    with pytest.raises(Refused):
        competent(cast, cast.lead_auditor, by=cast.coordinator)
    competent(cast, cast.auditor, by=cast.coordinator)
    with pytest.raises(Refused):
        competent(cast, cast.auditor, by=cast.outsider)
    with pytest.raises(Refused):
        competent(cast, cast.auditor, by=cast.officer)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"standard": "iso14001"}, "Choose one"),
        ({"training": "  "}, "Write the name"),
        ({"achieved_on": date(2100, 1, 1)}, "has not come yet"),
        ({"valid_until": date(2001, 1, 1)}, "cannot end before"),
    ],
)
def test_what_is_wrong_is_told(cast: Cast, given: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        competent(cast, cast.auditor, **given)


def test_two_who_correct_it_lose_nothing(cast: Cast) -> None:
    held = competent(cast, cast.auditor)
    db.session.commit()
    seen = held.version
    operations.correct_competence(held, **told(held), by=cast.coordinator, version=seen)
    db.session.flush()
    held.training = "Lain"
    db.session.flush()
    with pytest.raises(Stale):
        operations.correct_competence(held, **told(held), by=cast.coordinator, version=seen)
    db.session.rollback()


def test_how_long_it_holds_is_shown(cast: Cast) -> None:
    day = today(cast)
    held = competent(cast, cast.auditor)
    assert validity(held, day)[1] == "good"
    assert validity(held, held.valid_until or day)[1] == "warn"
    assert validity(held, (held.valid_until or day) + timedelta(days=1))[1] == "bad"


def test_the_register_in_the_browser(browse: Any, cast: Cast) -> None:
    page = browse(cast.coordinator).get("/audits/auditors")
    assert page.has("Lead Auditor") and page.has("nothing recorded")
    page = page.follow("Auditor").follow("Record a competence")
    page = page.submit(training="Pelatihan ISO 19011", status=422)
    assert page.has("Say on which day it was achieved.")
    page = page.submit(
        standard="iso9001",
        achieved_on="2025-02-03",
        valid_until="2028-02-02",
        audits_observed="4",
        may_lead="y",
    )
    assert page.has("Pelatihan ISO 19011") and page.has("4 audits observed elsewhere")
    page = page.follow("Correct").submit(number="AU-77", status=200)
    assert page.has("AU-77") and page.has("corrected a competence")
    page = page.submit(action="/withdraw", reason="Dicabut penerbit")
    assert page.has("withdrawn on") and page.has("Dicabut penerbit")
    assert page.url == f"/audits/auditors/{cast.auditor.uid}"


def test_who_audits_sees_who_audits_there(browse: Any, cast: Cast) -> None:
    grant(cast.other_officer, Role.AUDITOR, cast.dinkes)
    page = browse(cast.auditor).get("/audits/auditors")
    assert page.has("Lead Auditor") and not page.has("Other Officer")
    browse(cast.auditor).get(f"/audits/auditors/{cast.other_officer.uid}", status=404)
    assert browse(cast.coordinator).get("/audits/auditors").has("Other Officer")
    assert not browse(cast.auditor).get(f"/audits/auditors/{cast.auditor.uid}").has("Record a")
    browse(cast.officer).get("/audits/auditors", status=403)


def test_the_ready_come_first_and_the_others_say_why_not(browse: Any, cast: Cast) -> None:
    elsewhere = under_way(cast, title="Audit lain")
    operations.set_team(elsewhere, [Seat(cast.lead_auditor, TeamRole.LEAD)], by=cast.coordinator)
    competent(cast, cast.coordinator)
    expired(cast, cast.auditor)
    competent(cast, cast.lead_auditor)
    audit = make_audit(cast)
    db.session.commit()
    page = browse(cast.coordinator).get(f"/audits/{audit.uid}/team")
    assert page.has("1 auditor is free, competent and independent.")
    names = [one.get_text() for one in page.soup.select("#auditors .option-name")]
    assert names == ["Coordinator", "Lead Auditor", "Auditor"]
    assert page.has("is on the team of AU-") and page.has("only until")
    page = page.submit(lead=str(cast.auditor.uid), status=422)
    assert page.has("or write why this is overruled")
    page = page.submit(reason="Sertifikat baru menyusul")
    assert page.has("What was overruled: their competence for ISO 9001 ends before")


def test_of_a_restricted_audit_no_more_is_told_than_that_there_is_one(
    browse: Any, cast: Cast
) -> None:
    grant(cast.auditor, Role.LEAD_AUDITOR, cast.dinkes)
    audit = make_audit(cast, unit=cast.dinkes)
    secret = make_audit(cast, title="Rahasia", access=AccessClass.RESTRICTED)
    seat(secret, cast.coordinator, cast.coordinator)
    db.session.commit()
    page = browse(cast.auditor).get(f"/audits/{audit.uid}/team")
    assert page.has("is on another team on these days") and not page.has(secret.number)


def test_the_register_as_a_workbook(browse: Any, cast: Cast) -> None:
    competent(cast, cast.auditor, training="Pelatihan ISO 19011", number="AU-77")
    db.session.commit()
    browser = browse(cast.coordinator)
    link = browser.get("/audits/auditors").soup.select_one("a[href$='.xlsx']")
    file = browser.request("GET", link["href"])
    sheet = load_workbook(BytesIO(file.data)).worksheets[0]
    heads = [cell.value for cell in sheet[4]]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    names = {row[0] for row in rows}
    assert {"Auditor", "Lead Auditor"} <= names
    (told,) = (row for row in rows if row[0] == "Auditor")
    said = dict(zip(heads, told, strict=True))
    assert said["Standard"] == "ISO 9001"
    assert said["Training or certificate"] == "Pelatihan ISO 19011"
    assert said["Number of the certificate"] == "AU-77" and said["Led here"] == 0
    (nothing,) = (row for row in rows if row[0] == "Lead Auditor")
    assert nothing[1:10] == [None] * 9
    browse(cast.owner).get("/audits/auditors.xlsx", status=403)
