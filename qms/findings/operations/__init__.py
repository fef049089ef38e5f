"""What people do with findings, by topic: raising, responding, moving, importing, ruling."""

from qms.findings.operations.changing import name_documents, settle_document
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
    cancel_finding,
    close_finding,
    find_not_effective,
    prove_effective,
    reopen_finding,
    send_back_finding,
    verify_finding,
)
from qms.findings.operations.raising import (
    add_evidence,
    change_grade,
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
    "acknowledge_finding",
    "add_action",
    "add_evidence",
    "add_existing_action",
    "answer_finding",
    "cancel_finding",
    "change_grade",
    "close_finding",
    "differences",
    "edit_finding",
    "find_not_effective",
    "foreseen_numbers",
    "judge",
    "name_documents",
    "prove_effective",
    "raise_finding",
    "record_imported",
    "reopen_finding",
    "send_back_finding",
    "set_grade_rule",
    "settle_document",
    "update_imported",
    "verify_finding",
    "write_response",
]
