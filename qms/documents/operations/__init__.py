"""What people do with documents, by topic: drafting, reviewing, keeping, importing."""

from qms.documents.operations.drafting import (
    Content,
    Signatories,
    draft_document,
    edit_document,
    edit_revision,
    new_revision,
)
from qms.documents.operations.importing import (
    ImportedDocument,
    correct_imported,
    differences,
    imported_as,
    record_imported,
)
from qms.documents.operations.keeping import (
    attach_evidence,
    attach_filed,
    attach_scan,
    set_pattern,
)
from qms.documents.operations.reviewing import (
    approve_revision,
    check_revision,
    confirm_document,
    give_up_draft,
    recall_revision,
    send_back,
    submit_revision,
    take_back,
    withdraw_document,
)

__all__ = [
    "Content",
    "ImportedDocument",
    "Signatories",
    "approve_revision",
    "attach_evidence",
    "attach_filed",
    "attach_scan",
    "check_revision",
    "confirm_document",
    "correct_imported",
    "differences",
    "draft_document",
    "edit_document",
    "edit_revision",
    "give_up_draft",
    "imported_as",
    "new_revision",
    "recall_revision",
    "record_imported",
    "send_back",
    "set_pattern",
    "submit_revision",
    "take_back",
    "withdraw_document",
]
