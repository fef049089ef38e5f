"""Who may plan, record, walk through, report, sign and close audits."""

from qms.audits.permissions.checklist import may_add_finding, may_answer, may_prepare
from qms.audits.permissions.planning import (
    OF_THE_UNIT,
    PLANS,
    RECORDS,
    may_arrange,
    may_close,
    may_edit,
    may_open,
    may_plan,
    may_plan_somewhere,
    may_receive,
    may_record_external,
    may_record_somewhere,
    may_reopen,
    may_see,
)
from qms.audits.permissions.report import (
    may_edit_report,
    may_read_report,
    may_send_back,
    may_sign,
    may_submit_report,
    may_write_report,
    signs_as,
)
from qms.audits.permissions.team import is_on_team, may_staff

__all__ = [
    "OF_THE_UNIT",
    "PLANS",
    "RECORDS",
    "is_on_team",
    "may_add_finding",
    "may_answer",
    "may_arrange",
    "may_close",
    "may_edit",
    "may_edit_report",
    "may_open",
    "may_plan",
    "may_plan_somewhere",
    "may_prepare",
    "may_read_report",
    "may_receive",
    "may_record_external",
    "may_record_somewhere",
    "may_reopen",
    "may_see",
    "may_send_back",
    "may_sign",
    "may_staff",
    "may_submit_report",
    "may_write_report",
    "signs_as",
]
