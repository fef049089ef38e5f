"""The states of a complaint and the moves between them, and what can stand in their way."""

from qms.complaints.models import ComplaintState
from qms.complaints.permissions import may_answer, may_handle
from qms.core.i18n import lazy_gettext as _l
from qms.core.workflow import Move, Workflow

RECEIVED, HANDLING, ANSWERED = (
    ComplaintState.RECEIVED,
    ComplaintState.HANDLING,
    ComplaintState.ANSWERED,
)
CLOSED, WITHDRAWN, FORWARDED = (
    ComplaintState.CLOSED,
    ComplaintState.WITHDRAWN,
    ComplaintState.FORWARDED,
)

COMPLAINT = Workflow(
    Move("take_up", _l("Take in hand"), RECEIVED, HANDLING, may_handle, tone="primary"),
    Move(
        "answer",
        _l("Send the answer"),
        (RECEIVED, HANDLING),
        ANSWERED,
        may_answer,
        needs_reason=True,
        tone="primary",
    ),
    Move(
        "close",
        _l("Close"),
        ANSWERED,
        CLOSED,
        may_handle,
        note=_l("What is still to be said (optional)"),
        tone="primary",
    ),
    Move(
        "forward",
        _l("Not ours: pass on"),
        (RECEIVED, HANDLING),
        FORWARDED,
        may_handle,
        needs_reason=True,
        note=_l("To whom it goes and why. The complainant reads it with the receipt."),
    ),
    Move(
        "withdraw",
        _l("Withdrawn by the complainant"),
        (RECEIVED, HANDLING, ANSWERED),
        WITHDRAWN,
        may_handle,
        needs_reason=True,
    ),
    Move(
        "reopen",
        _l("Reopen"),
        (ANSWERED, CLOSED, WITHDRAWN, FORWARDED),
        HANDLING,
        may_handle,
        needs_reason=True,
    ),
)
