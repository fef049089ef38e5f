"""How the journal tells of reminders, whose area stands above the journal's page.

The words that both use stand here, once.
"""

from collections.abc import Sequence

from qms.core.i18n import lazy_gettext as _l
from qms.overview.subjects import Subject

MAIL_CHOICES = {
    "each": _l("A mail for each"),
    "daily": _l("One mail a day, when there is something"),
    "weekly": _l("One mail a week"),
    "never": _l("No mail"),
}

SENTENCES = {
    "set_reminder_rule": _l("set when people are reminded"),
    "choose_mail": _l("chose how to be told by mail"),
    "renew_work_calendar": _l("made a new calendar address"),
    "stop_work_calendar": _l("switched a calendar off"),
}


def _days(value: Sequence[int]) -> str:
    return ", ".join(map(str, value)) or "–"


LABELS = {
    "before": (_l("Days before the day"), _days),
    "long_before": (_l("Days before, for what takes months"), _days),
    "after_every": _l("After the day, every so many days"),
    "head_after": _l("Head of the unit: days late"),
    "secretariat_after": _l("Secretariat: days late"),
    "silent": (
        _l("Not reminded of"),
        lambda value: ", ".join(str(Subject(one).label) for one in value) or "–",
    ),
    "mail": (_l("Reminders by mail"), lambda value: MAIL_CHOICES.get(value, value)),
    "is_on": _l("Switched on"),
}
