"""Forms of the plan that the auditee gets, and of the letter of assignment."""

from hashlib import sha256
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    StringField,
    ValidationError,
)
from wtforms import Form as Rows
from wtforms.validators import Optional, Regexp

from qms.audits.clause_text import ClauseReader
from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.models import SessionKind
from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, NewForm, tidy
from qms.core.i18n import gettext as _
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


class SessionRow(Rows):
    """A line of the timetable among others. `session`: the uid of the line, or the one that a new
    line will bear; `version`: as it was read, nothing of a new line; `was`: what stood in the row,
    so that a line that nobody touched is left alone."""

    class Meta:
        locales = False

        def get_translations(self, form: Any) -> None:
            return None

    session, version, was = HiddenField(), HiddenField(), HiddenField()
    kind = KindField(_l("Kind"), kind=SessionKind, default=SessionKind.VISIT.value)
    on = DayField(_l("Day"), [Needed(_l("Say on which day."))])
    begins = _clock(_l("From"))
    ends = _clock(_l("Until"))
    activity = _line(_l("Activity or process"))
    clauses = _line(_l("Clauses"), most=2000)
    auditors = Checkboxes(_l("Auditors"), coerce=int)
    unit = UnitField(_l("Unit"), blank=_l("All"))
    auditee = _line(_l("With whom"))
    place = _line(_l("Place"))
    remove = BooleanField(_l("Take this line out"))
    reader: ClauseReader
    clause_ids: tuple[int, ...] = ()

    @property
    def is_new(self) -> bool:
        return not self.version.data

    @property
    def is_blank(self) -> bool:
        """A new row in which nothing was written; its day is there by itself."""
        written = (self.begins, self.ends, self.activity, self.clauses, self.auditee, self.place)
        return self.is_new and not any(one.data for one in (*written, self.auditors))

    @property
    def mark(self) -> str:
        """A short text that is another one as soon as anything in the row is."""
        texts = (self.begins, self.ends, self.activity, self.clauses, self.auditee, self.place)
        said = [
            str(self.kind.data or ""),
            self.on._value(),
            *(str(one.data or "") for one in texts),
            str(self.unit.data or ""),
            *map(str, sorted(self.auditors.data or ())),
        ]
        return sha256("\n".join(said).encode()).hexdigest()[:16]

    @property
    def is_touched(self) -> bool:
        return bool(self.remove.data) or self.mark != self.was.data

    def validate(self, extra_validators: Any = None) -> bool:
        """Only what is to be saved is judged."""
        if self.is_blank or self.remove.data or not (self.is_new or self.is_touched):
            return True
        return bool(super().validate(extra_validators))

    def validate_clauses(self, field: Any) -> None:
        self.clause_ids, unclear = self.reader.read_all(field.data or "")
        if unclear:
            raise ValidationError(
                _(
                    "Not clear: %(clauses)s. Write numbers such as 8.5.1, 9.1; where several "
                    "standards have the number, the standard before it, such as ISO 9001 7.2.",
                    clauses=", ".join(unclear),
                )
            )


class TimetableForm(Form):
    """All lines of a timetable in one table."""

    rows = FieldList(FormField(SessionRow))

    @property
    def lines(self) -> list[SessionRow]:
        return [entry.form for entry in self.rows]


class ProposalForm(Form):
    """From what a timetable is proposed; it only asks, and changes nothing."""

    class Meta(Form.Meta):
        csrf = False

    processes = SelectMultipleField(
        _l("Services and processes"),
        description=_l("Each is visited once, with the clauses of chapter 8."),
    )
    together = BooleanField(
        _l("All auditors go together"),
        description=_l("Otherwise each visits on their own, and several things run at once."),
    )


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
