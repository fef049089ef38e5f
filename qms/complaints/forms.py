"""Forms of the complaints area. Fields bear the names of the record's columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, StringField, TextAreaField, ValidationError
from wtforms.widgets import ListWidget, RadioInput

from qms.complaints.categories import LONGEST, Category, rows_of
from qms.complaints.models import Channel, Satisfaction
from qms.core.choices import SelectMultipleField
from qms.core.db import AccessClass, version_of
from qms.core.forms import (
    AtMost,
    Clean,
    DayField,
    EditForm,
    Form,
    Needed,
    NewForm,
    WholeNumber,
    tidy,
)
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.forms import ACCESS_LABELS, access_field, files_field
from qms.people.fields import ChoiceField, KindField, PersonField, UnitField
from qms.units.models import Service

LONGEST_STATEMENT = 5000


def _line(label: Any, most: int, **more: Any) -> StringField:
    return StringField(label, [AtMost(most), Clean()], filters=[tidy], **more)


def _text(label: Any, needed: Any, description: Any = "", rows: int = 6) -> TextAreaField:
    return TextAreaField(
        label,
        [Needed(needed), AtMost(LONGEST_STATEMENT), Clean()],
        filters=[tidy],
        description=description,
        render_kw={"rows": rows},
    )


class ServiceField(ChoiceField):
    """A service of the unit, or none."""

    def offer_services(
        self, services: Iterable[Service], units: Mapping[int, str] | None = None
    ) -> None:
        """Set the choices; those of several units with the unit's name before them."""
        self.services = {str(one.uid): one for one in services}
        self.offer(
            (uid, f"{units[one.unit_id]}: {one.name}" if units else one.name)
            for uid, one in self.services.items()
        )

    @property
    def service(self) -> Service | None:
        return self.services.get(self.data or "")


def _files_access() -> ChoiceField:
    """Who may see files, which mostly name somebody: few, unless it is said otherwise."""
    return ChoiceField(
        _l("Who may see the files"),
        choices=[(one.value, label) for one, label in ACCESS_LABELS.items()],
        default=AccessClass.RESTRICTED.value,
    )


def _service() -> ServiceField:
    return ServiceField(_l("Service"), blank=_l("None, or I do not know"))


class SendForm(NewForm):
    """What somebody writes on the public page."""

    statement = _text(
        _l("What happened?"),
        _l("Write what happened."),
        _l("When, where, and what you would like to be done. Leave out names of other citizens."),
        8,
    )
    service = _service()
    place = _line(_l("Place or counter"), 200)
    about_integrity = BooleanField(
        _l("It is about bribery, extortion or abuse of office"),
        description=_l("Then only those who look after integrity read it."),
    )
    complainant = _line(_l("Your name"), 200)
    contact = _line(_l("Telephone number or e-mail"), 200)
    website = StringField(_l("Leave this field empty"))
    """People do not see it; programs that fill in every form do."""

    def validate_website(self, field: Any) -> None:
        if field.data:
            raise ValidationError(_("This field must stay empty. Empty it and send again."))


class RateForm(Form):
    """How content somebody is with the answer."""

    satisfaction = KindField(
        _l("How satisfied are you with the answer?"),
        kind=Satisfaction,
        widget=ListWidget(prefix_label=False),
        option_widget=RadioInput(),
    )


class RecordForm(NewForm):
    """A complaint as somebody takes it down."""

    unit = UnitField(_l("Unit"))
    channel = KindField(
        _l("Channel"), kind=Channel, but=(Channel.PUBLIC_PAGE,), default=Channel.DESK.value
    )
    received_on = DayField(_l("Received on"), [Needed(_l("Say on which day it was received."))])
    category = ChoiceField(
        _l("Category"), description=_l("It says within how many working days it is answered.")
    )
    service = ServiceField(_l("Service"), blank=_l("None, or not known"))
    place = _line(_l("Place or counter"), 200)
    reference = _line(
        _l("Number where it came from"),
        100,
        description=_l("Of the letter, or in SP4N-LAPOR!."),
    )
    statement = _text(
        _l("Statement"),
        _l("Write what the complainant said."),
        _l("In the complainant's words. It cannot be changed later."),
    )
    complainant = _line(_l("Complainant"), 200)
    contact = _line(_l("Telephone number or e-mail"), 200)
    files = files_field()
    files_access = _files_access()


class ArrangeForm(EditForm):
    """Which category, service and people a complaint belongs to."""

    category = ChoiceField(
        _l("Category"),
        description=_l("Another category gives another day for the answer, counted anew."),
    )
    service = ServiceField(_l("Service"), blank=_l("None, or not known"))
    place = _line(_l("Place or counter"), 200)
    reference = _line(_l("Number where it came from"), 100)
    assigned = PersonField(_l("Assigned to"), blank=_l("Nobody in particular"))
    access = access_field()

    def saved(self, record: Any, name: str) -> Any:
        """What the record holds, as the fields have it."""
        if name == "service":
            return str(record.service.uid) if record.service else None
        if name == "assigned":
            return str(record.assigned_to.uid) if record.assigned_to else None
        return super().saved(record, name)


class AnswerForm(EditForm):
    """The unit's answer."""

    text = _text(
        _l("The answer"),
        _l("Write the answer."),
        _l(
            "The complainant reads it with the receipt, without signing in. "
            "Name nobody who need not be named."
        ),
        8,
    )


class ReasonForm(EditForm):
    """Why name and contact are taken out."""

    reason = TextAreaField(
        _l("Reason"),
        [Needed(_l("Write the reason.")), AtMost(1000), Clean()],
        filters=[tidy],
        description=_l("Which law or request; kept for good, with your name."),
        render_kw={"rows": 3},
    )


class EvidenceForm(NewForm):
    """Files beside a complaint."""

    files = files_field()
    files_access = _files_access()


class LinkForm(Form):
    """A finding that is recorded already."""

    finding = SelectMultipleField(_l("Findings of this unit"), coerce=str)

    def offer(self, rows: Sequence[Any]) -> None:
        """Set the findings that can be chosen."""
        self.finding.choices = [
            (str(row.uid), f"{row.number} {row.deviation[:120]} ({row.grade.label})")
            for row in rows
        ]


class CategoryForm(EditForm):
    """What a category is called and how many days it has, from a day on."""

    key: str | None = None
    """Which category; None for a new one."""

    def version_of(self, record: Any) -> int:
        return version_of(rows_of(record.district_id, record.key))

    from_on = DayField(_l("From"), [Needed(_l("Say from which day it holds."))])
    name = StringField(
        _l("Category"),
        [Needed(_l("Write what the category is called.")), AtMost(120), Clean()],
        filters=[tidy],
    )
    days = WholeNumber(
        _l("Working days to answer"),
        [Needed(_l("Write a number of working days."))],
        least=1,
        most=LONGEST,
    )
    is_integrity = BooleanField(
        _l("About integrity"),
        description=_l(
            "Such complaints are restricted, and the anti-bribery function handles them."
        ),
    )
    is_used = BooleanField(_l("In use"), default=True)
    source = StringField(
        _l("Source of the figures"),
        [Needed(_l("Say where the figures come from.")), AtMost(500), Clean()],
        filters=[tidy],
        description=_l("A regulation, a decree of the head, the service standard."),
    )


def category_choices(
    categories: Iterable[Category], keep: str | None = None
) -> list[tuple[str, str]]:
    """Categories in use, and the one that a complaint has already, with their days."""
    return [
        (one.key, _("%(name)s (%(days)s working days)", name=str(one.name), days=one.days))
        for one in categories
        if one.is_used or one.key == keep
    ]


def access_chosen(form: Any) -> AccessClass | None:
    """Who may see the files of a form; None where it was not asked."""
    return AccessClass(form.files_access.data) if "files_access" in form else None
