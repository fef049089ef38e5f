"""Form of asking for a self-assessment."""

from qms.core.forms import DayField, EditForm, Needed
from qms.core.i18n import lazy_gettext as _l


class AskSelfAssessmentForm(EditForm):
    """Until when."""

    due_on = DayField(
        _l("Until"),
        [Needed(_l("Say until when the unit answers."))],
        description=_l("At the latest on the last day of the audit."),
    )
