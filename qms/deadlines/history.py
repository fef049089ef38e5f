"""What the journal's verbs say about working days."""

from qms.core.i18n import lazy_gettext as _l
from qms.core.timeline import day_text
from qms.deadlines.models import DayKind

SENTENCES = {
    "set_day": _l("said what a day is"),
    "set_hours": _l("said when an office is open"),
}

LABELS = {
    "on_day": (_l("Day"), day_text),
    "kind": (_l("Kind"), lambda value: DayKind(value).label),
    "name": _l("Name"),
    "source": _l("Source"),
    "week": (
        _l("Hours"),
        lambda value: "; ".join("–".join(one) if one else "–" for one in value),
    ),
}
