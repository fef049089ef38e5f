"""What somebody's own page says about audits."""

from datetime import timedelta
from typing import Any

from qms.audits import operations
from qms.audits.models import Answer
from qms.core.db import AccessClass, db
from qms.overview.queries.audit_work import audits_waiting
from qms.overview.queries.work import Kind
from tests.audits.makers import prepared, submitted, under_way
from tests.cast import Cast
from tests.factories import today


def waiting(cast: Cast) -> dict[str, set[Kind]]:
    """Everybody for whom something waits, and what."""
    found = {
        name: {one.kind for one in audits_waiting(getattr(cast, name)).waiting}
        for name in Cast.ROLES
    }
    return {name: kinds for name, kinds in found.items() if kinds}


def test_the_leader_begins_and_the_team_goes_on(cast: Cast) -> None:
    audit = prepared(cast)
    assert waiting(cast) == {"lead_auditor": {Kind.BEGIN}}
    operations.open_audit(audit, by=cast.coordinator)
    assert waiting(cast) == {"lead_auditor": {Kind.WALK}, "auditor": {Kind.WALK}}
    for line in audit.asked:
        operations.answer_line(line, Answer.CONFORM, by=cast.auditor)
    assert waiting(cast) == {}


def test_what_is_far_away_does_not_wait_yet(cast: Cast) -> None:
    later = today(cast) + timedelta(days=60)
    prepared(cast, planned_from=later, planned_until=later)
    assert waiting(cast) == {}


def test_the_report_waits_for_whose_turn_it_is(cast: Cast) -> None:
    report = submitted(cast)
    unit = {"officer", "head", "owner", "staff", "consultant", "anti_bribery"}
    for by, then in (
        (None, {"auditor"}),
        (cast.auditor, {"lead_auditor"}),
        (cast.lead_auditor, unit),
        (cast.officer, {"head"}),
        (cast.head, set()),
    ):
        if by is not None:
            operations.sign_report(report, by=by)
        assert waiting(cast) == {name: {Kind.SIGN} for name in then}


def test_a_secret_audit_waits_for_nobody_who_may_not_see_it(cast: Cast) -> None:
    under_way(cast, access=AccessClass.RESTRICTED)
    assert waiting(cast) == {"lead_auditor": {Kind.WALK}}


def test_the_page_says_so(browse: Any, cast: Cast) -> None:
    under_way(cast)
    db.session.commit()
    page = browse(cast.auditor).get("/")
    assert page.has("Audit internal Disnaker") and page.has("lines of the checklist are open")
