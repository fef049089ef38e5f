"""Which moves of an audit and of its report are open to whom, in each state."""

import pytest

from qms.audits import operations
from qms.audits.models import Answer, Audit, AuditReport, AuditState, ReportState
from qms.audits.workflow import AUDIT, REPORT
from tests.audits.makers import (
    TEXTS,
    answered,
    external,
    prepared,
    signed,
    submitted,
    under_way,
)
from tests.cast import Cast

PLANNERS = {"coordinator", "lead_auditor"}
TEAM = {"auditor", "lead_auditor"}
RECORDERS = {"officer", "consultant", "coordinator", "auditor", "lead_auditor"}

TABLE = {
    ("open", AuditState.PLANNED): PLANNERS,
    ("cancel", AuditState.PLANNED): PLANNERS,
    ("cancel", AuditState.UNDER_WAY): PLANNERS,
    ("close", AuditState.REPORTED): PLANNERS,
    ("reopen", AuditState.REPORTED): PLANNERS,
    ("reopen", AuditState.CLOSED): PLANNERS,
}


def in_state(cast: Cast, state: AuditState) -> Audit:
    """An internal audit in this state."""
    if state is AuditState.PLANNED:
        return prepared(cast)
    if state in (AuditState.UNDER_WAY, AuditState.CANCELLED):
        audit = under_way(cast)
        if state is AuditState.CANCELLED:
            operations.cancel_audit(audit, reason="Ditunda", by=cast.coordinator)
        return audit
    audit = signed(cast).audit
    if state is AuditState.CLOSED:
        operations.close_audit(audit, by=cast.coordinator)
    return audit


@pytest.mark.parametrize("state", list(AuditState))
def test_every_role_in_every_state(cast: Cast, state: AuditState) -> None:
    audit = in_state(cast, state)
    assert audit.state is state
    for name in Cast.ROLES:
        offered = {move.name for move in AUDIT.open_to(getattr(cast, name), audit)}
        expected = {move for (move, at), who in TABLE.items() if at is state and name in who}
        assert offered == expected, (name, state)


def test_an_external_audit_is_received_by_who_keeps_or_audits(cast: Cast) -> None:
    audit = external(cast)
    for name in Cast.ROLES:
        offered = {move.name for move in AUDIT.open_to(getattr(cast, name), audit)}
        assert offered == ({"receive", "cancel"} if name in RECORDERS else set()), name
    operations.receive_report(audit, by=cast.officer)
    operations.close_audit(audit, by=cast.officer)
    assert audit.state is AuditState.CLOSED and audit.closed_on is not None


def draft(cast: Cast) -> AuditReport:
    return operations.write_report(answered(cast), TEXTS, by=cast.auditor)


def test_who_may_send_a_report_to_be_signed_or_back(cast: Cast) -> None:
    report = draft(cast)
    for name in Cast.ROLES:
        offered = {move.name for move in REPORT.open_to(getattr(cast, name), report)}
        assert offered == ({"submit"} if name in TEAM else set()), name
    operations.submit_report(report, by=cast.auditor)
    for name in Cast.ROLES:
        offered = {move.name for move in REPORT.open_to(getattr(cast, name), report)}
        assert offered == ({"send_back"} if name in TEAM else set()), name
    for by in (cast.auditor, cast.lead_auditor):
        operations.sign_report(report, by=by)
    of_the_unit = {"officer", "head", "owner", "staff", "consultant", "anti_bribery"}
    for name in Cast.ROLES:
        offered = {move.name for move in REPORT.open_to(getattr(cast, name), report)}
        assert offered == ({"send_back"} if name in TEAM | of_the_unit else set()), name


def test_a_signed_report_has_no_moves(cast: Cast) -> None:
    report = signed(cast)
    assert report.state is ReportState.SIGNED
    for name in Cast.ROLES:
        assert REPORT.open_to(getattr(cast, name), report) == [], name


def blocked(cast: Cast, audit: Audit, name: str) -> str | None:
    moves = {move.name: move for move in AUDIT.open_to(cast.coordinator, audit)}
    return moves[name].blocked_because


def test_what_stands_in_the_way_is_said(cast: Cast) -> None:
    audit = prepared(cast)
    assert blocked(cast, audit, "open") is None
    operations.open_audit(audit, by=cast.coordinator)
    report = operations.write_report(audit, {}, by=cast.auditor)
    said = REPORT.open_to(cast.auditor, report)[0].blocked_because
    assert said and "summary" in said
    operations.write_report(audit, TEXTS, by=cast.auditor)
    said = REPORT.open_to(cast.auditor, report)[0].blocked_because
    assert said == "2 lines of the checklist are still open."
    for line in audit.asked:
        operations.answer_line(line, Answer.MINOR, seen="Berkas 7", by=cast.auditor)
    said = REPORT.open_to(cast.auditor, report)[0].blocked_because
    assert said == (
        "2 nonconformities of the checklist have no finding of their grade yet: "
        "8.5.1 Control of production and service provision: Bagaimana 8.5.1?; "
        "9.1.2 Customer satisfaction: Bagaimana 9.1.2?"
    )


def test_the_report_that_waits_blocks_the_closing(cast: Cast) -> None:
    report = submitted(cast)
    assert report.audit.state is AuditState.UNDER_WAY
    report = signed(cast)
    operations.correct_report(report.audit, reason="Salah tulis", by=cast.lead_auditor)
    said = blocked(cast, report.audit, "close")
    assert said and "must be signed" in said
