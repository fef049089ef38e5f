"""The states of an audit programme, the moves between them, what stands in their way."""

from typing import Any

from qms.audits.models import AuditProgramme, ProgrammeState
from qms.audits.permissions.programme import may_approve_programme, may_end_programme
from qms.core.i18n import lazy_gettext as _l
from qms.core.workflow import Move, Workflow


def has_no_visits(programme: AuditProgramme) -> Any:
    """What a programme lacks before it can be approved."""
    if not programme.objectives:
        return _l("Write the objectives first.")
    return None if programme.visits else _l("Put visits into the months first.")


DRAFT, APPROVED, ENDED = ProgrammeState.DRAFT, ProgrammeState.APPROVED, ProgrammeState.ENDED

PROGRAMME = Workflow(
    Move(
        "approve",
        _l("Approve the programme"),
        DRAFT,
        APPROVED,
        may_approve_programme,
        has_no_visits,
        tone="primary",
    ),
    Move("end", _l("End the programme"), APPROVED, ENDED, may_end_programme, needs_reason=True),
    Move("resume", _l("Take it up again"), ENDED, APPROVED, may_end_programme, needs_reason=True),
)
