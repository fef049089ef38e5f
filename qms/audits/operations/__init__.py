"""What people do with audits, by topic: planning, checklist, answering, moving, reporting."""

from qms.audits.operations.answering import (
    add_finding,
    answer_line,
    link_finding,
    raise_finding_from_line,
)
from qms.audits.operations.checklist import (
    Asked,
    add_line,
    foreseen_lines,
    make_checklist,
    remove_line,
)
from qms.audits.operations.competence import (
    correct_competence,
    record_competence,
    withdraw_competence,
)
from qms.audits.operations.fieldwork import (
    Change,
    ChangeKind,
    Outcome,
    Taken,
    keep_photo,
    take_changes,
)
from qms.audits.operations.moving import (
    cancel_audit,
    close_audit,
    open_audit,
    receive_report,
    reopen_audit,
)
from qms.audits.operations.planning import (
    Seat,
    edit_audit,
    plan_audit,
    record_external_audit,
    set_team,
)
from qms.audits.operations.reporting import (
    correct_report,
    send_back_report,
    sign_report,
    submit_report,
    write_report,
)
from qms.audits.operations.timetable import (
    acknowledge_plan,
    add_session,
    answer_plan,
    begin_plan,
    describe_plan,
    edit_session,
    remove_session,
    send_plan,
    write_letter,
)

__all__ = [
    "Asked",
    "Change",
    "ChangeKind",
    "Outcome",
    "Seat",
    "Taken",
    "acknowledge_plan",
    "add_finding",
    "add_line",
    "add_session",
    "answer_line",
    "answer_plan",
    "begin_plan",
    "cancel_audit",
    "close_audit",
    "correct_competence",
    "correct_report",
    "describe_plan",
    "edit_audit",
    "edit_session",
    "foreseen_lines",
    "keep_photo",
    "link_finding",
    "make_checklist",
    "open_audit",
    "plan_audit",
    "raise_finding_from_line",
    "receive_report",
    "record_competence",
    "record_external_audit",
    "remove_line",
    "remove_session",
    "reopen_audit",
    "send_back_report",
    "send_plan",
    "set_team",
    "sign_report",
    "submit_report",
    "take_changes",
    "withdraw_competence",
    "write_letter",
    "write_report",
]
