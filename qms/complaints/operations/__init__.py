"""What people do with complaints, by topic: taking, handling, linking, and what they rest on."""

from qms.complaints.operations.handling import (
    add_evidence,
    answer_complaint,
    arrange_complaint,
    close_complaint,
    erase_complainant,
    forward_complaint,
    rate_answer,
    reopen_complaint,
    take_up_complaint,
    withdraw_complaint,
)
from qms.complaints.operations.keeping import open_page, set_category, shut_page
from qms.complaints.operations.linking import link_finding, raise_finding
from qms.complaints.operations.taking import PUBLIC, receive_complaint, record_complaint

__all__ = [
    "PUBLIC",
    "add_evidence",
    "answer_complaint",
    "arrange_complaint",
    "close_complaint",
    "erase_complainant",
    "forward_complaint",
    "link_finding",
    "open_page",
    "raise_finding",
    "rate_answer",
    "receive_complaint",
    "record_complaint",
    "reopen_complaint",
    "set_category",
    "shut_page",
    "take_up_complaint",
    "withdraw_complaint",
]
