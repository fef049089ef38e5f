"""What people do with findings, by topic: raising, disputing, responding, moving, grading,
importing, ruling."""

from qms.findings.operations.changing import name_documents, settle_document
from qms.findings.operations.checking import answer_check, ask_units, withdraw_check
from qms.findings.operations.disputing import (
    accept_finding,
    dispute_finding,
    note_stance,
    uphold_finding,
)
from qms.findings.operations.grading import change_grade
from qms.findings.operations.importing import (
    Imported,
    differences,
    judge,
    record_imported,
    update_imported,
)
from qms.findings.operations.moving import (
    acknowledge_finding,
    answer_finding,
    approve_plan,
    cancel_finding,
    close_finding,
    find_not_effective,
    prove_effective,
    reopen_finding,
    return_plan,
    send_back_finding,
    verify_finding,
)
from qms.findings.operations.raising import (
    add_evidence,
    edit_finding,
    foreseen_numbers,
    raise_finding,
)
from qms.findings.operations.responding import (
    add_action,
    add_existing_action,
    write_response,
)
from qms.findings.operations.ruling import set_grade_rule

__all__ = [
    "Imported",
    "accept_finding",
    "acknowledge_finding",
    "add_action",
    "add_evidence",
    "add_existing_action",
    "answer_check",
    "answer_finding",
    "approve_plan",
    "ask_units",
    "cancel_finding",
    "change_grade",
    "close_finding",
    "differences",
    "dispute_finding",
    "edit_finding",
    "find_not_effective",
    "foreseen_numbers",
    "judge",
    "name_documents",
    "note_stance",
    "prove_effective",
    "raise_finding",
    "record_imported",
    "reopen_finding",
    "return_plan",
    "send_back_finding",
    "set_grade_rule",
    "settle_document",
    "update_imported",
    "uphold_finding",
    "verify_finding",
    "withdraw_check",
    "write_response",
]
