"""An action's history in sentences."""

from qms.actions.models import ActionKind
from qms.core.i18n import lazy_gettext as _l
from qms.core.money import rupiah
from qms.core.timeline import day_text

SENTENCES = {
    "plan_action": _l("planned the action"),
    "add_action": _l("planned the action"),
    "edit_action": _l("changed the action"),
    "set_cost": _l("entered what it costs"),
    "finish": _l("finished it, with evidence"),
    "verify": _l("verified it"),
    "send_back": _l("sent it back"),
    "cancel": _l("cancelled it"),
    "cancel_with": _l("cancelled it"),
    "ask_extension": _l("asked for a later date"),
    "grant_extension": _l("granted a later date"),
    "refuse_extension": _l("refused a later date"),
    "hold_action": _l("made it part of a plan that waits for approval"),
    "release_action": _l("released it: the plan is approved"),
    "restrict_action": _l("restricted it"),
    "import_action": _l("imported it"),
    "update_imported": _l("took over the corrected file"),
    "import_open": _l("took over the file's state"),
    "import_done": _l("took over the file's state"),
    "import_verified": _l("took over the file's state"),
    "import_cancelled": _l("took over the file's state"),
}

LABELS = {
    "what": _l("What will be done"),
    "kind": (_l("Kind"), lambda value: ActionKind(value).label),
    "due_on": (_l("Until"), day_text),
    "first_due_on": (_l("At first due until"), day_text),
    "done_on": (_l("Done on"), day_text),
    "done_note": _l("What was done"),
    "cost_planned": (_l("Planned cost"), rupiah),
    "cost_spent": (_l("Spent"), rupiah),
    "budget_code": _l("Budget code"),
}
