"""The states of an action and the moves between them."""

from typing import Any

from qms.actions.models import Action, ActionState
from qms.actions.permissions import (
    may_cancel,
    may_cancel_with,
    may_correct_import,
    may_finish,
    may_verify,
)
from qms.core.i18n import lazy_gettext as _l
from qms.core.workflow import Move, Workflow


def waits_for_its_plan(action: Action) -> Any:
    """Why it cannot be done yet."""
    if not action.is_held:
        return None
    return _l("The plan to which it belongs waits for approval. Work begins when it is approved.")


OPEN, DONE = ActionState.OPEN, ActionState.DONE

ACTION = Workflow(
    Move(
        "finish",
        _l("Finish with evidence"),
        OPEN,
        DONE,
        may_finish,
        unless=waits_for_its_plan,
        tone="primary",
    ),
    Move(
        "verify",
        _l("Verify"),
        DONE,
        ActionState.VERIFIED,
        may_verify,
        note=_l("What you looked at (optional)"),
        tone="primary",
    ),
    Move("send_back", _l("Send back"), DONE, OPEN, may_verify, needs_reason=True),
    Move(
        "cancel",
        _l("Cancel the action"),
        (OPEN, DONE),
        ActionState.CANCELLED,
        may_cancel,
        needs_reason=True,
    ),
    Move(
        "cancel_with",
        _l("Cancel the action"),
        (OPEN, DONE),
        ActionState.CANCELLED,
        may_cancel_with,
        needs_reason=True,
        automatic=True,
    ),
    # A corrected file says another state for what happened before this system.
    *(
        Move(
            f"import_{state.value}",
            _l("Take over the file's state"),
            tuple(one for one in ActionState if one is not state),
            state,
            may_correct_import,
            automatic=True,
        )
        for state in ActionState
    ),
)
