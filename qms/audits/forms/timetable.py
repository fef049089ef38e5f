"""Forms of the plan that the auditee gets, and of the letter of assignment."""

from typing import Any

from wtforms import SelectMultipleField, StringField
from wtforms.validators import Optional, Regexp

from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.models import SessionKind
from qms.core.forms import AtMost, Clean, DayField, EditForm, Needed, NewForm, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import KindField, PersonField, UnitField

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


def _line(label: Any, description: Any = "", most: int = 300) -> StringField:
    return StringField(label, [AtMost(most), Clean()], filters=[tidy], description=description)


def _clock(label: Any) -> StringField:
    """A time of the day. Browsers show a picker; others write 08:30."""
    message = _l("Write a time such as 08:30.")
    return StringField(
        label,
        [Needed(message), Regexp(CLOCK, message=message)],
        filters=[with_colon],
        render_kw={"type": "time"},
    )


def with_colon(value: str | None) -> str | None:
    """08.30 and 8:30 are 08:30."""
    told = (value or "").strip().replace(".", ":")
    return told.zfill(5) if told else None


class Session:
    """A line of the timetable."""

    kind = KindField(_l("Kind"), kind=SessionKind, default=SessionKind.VISIT.value)
    on = DayField(_l("Day"), [Needed(_l("Say on which day."))])
    begins = _clock(_l("From"))
    ends = _clock(_l("Until"))
    activity = _line(_l("Activity or process"))
    unit = UnitField(_l("Unit"), blank=_l("All"))
    auditee = _line(_l("With whom"), _l("Posts or names of those who are visited."))
    place = _line(_l("Place"))
    auditors = Checkboxes(_l("Auditors"), coerce=int)
    clause_ids = SelectMultipleField(_l("Clauses"), coerce=int)


class SessionForm(Session, NewForm):
    pass


class EditSessionForm(Session, EditForm):
    pass


class PlanDetailsForm(EditForm):
    """What the plan says beside its timetable."""

    language = _line(_l("Language of the audit and its report"))
    logistics = part_field(
        _l("Logistics"), _l("Rooms, transport, guides, safety, and what must lie ready."), rows=3
    )


class LetterForm(EditForm):
    """What the letter of assignment says; what is left empty is dotted for the pen."""

    letter_number = _line(_l("Number of the letter"))
    letter_basis = part_field(
        _l("Basis"), _l("Decrees and programmes on which it rests, one on each line."), rows=3
    )
    letter_place = _line(_l("Issued at"))
    letter_on = DayField(_l("Date of the letter"), [Optional()])
    signer = PersonField(_l("Signed by"), blank=_l("Leave open"))
