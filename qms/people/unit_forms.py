"""Forms for keeping units."""

from typing import Any

from wtforms import BooleanField, StringField, TextAreaField

from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import KindField, UnitField, UnitsField
from qms.units.models import SuccessionKind, UnitType


def code_field() -> Any:
    return StringField(
        _l("Code"),
        [Needed(_l("Write the code.")), AtMost(30), Clean()],
        filters=[tidy],
        description=_l("It stands in the numbers of findings and documents, such as DISNAKER."),
    )


def name_field(label: Any = None) -> Any:
    label = label or _l("Name")
    return StringField(label, [Needed(_l("Write the name.")), AtMost(300), Clean()], filters=[tidy])


def short_name_field() -> Any:
    return StringField(_l("Short name"), [AtMost(60), Clean()], filters=[tidy])


class UnitForm(Form):
    name = name_field()
    short_name = short_name_field()
    code = code_field()
    type = KindField(_l("Type"), kind=UnitType, but=[UnitType.DISTRICT], default=UnitType.DINAS)
    parent = UnitField(_l("Unit above"))
    opened_on = DayField(_l("Opened on"), description=_l("Leave it empty if it was always there."))


class RenameForm(EditForm):
    name = name_field()
    short_name = short_name_field()
    code = code_field()
    type = KindField(_l("Type"), kind=UnitType, but=[UnitType.DISTRICT])
    from_on = DayField(
        _l("Holds from"),
        [Needed(_l("Say from which day."))],
        description=_l("Earlier days keep the earlier name; numbers given out keep their code."),
    )


class AddressForm(EditForm):
    address = TextAreaField(
        _l("Address and contact"),
        [AtMost(500), Clean()],
        description=_l(
            "What stands under the unit's name in its letterhead, a line each: street and post "
            "code; telephone; mail and web. At most four lines."
        ),
    )


class MoveForm(EditForm):
    parent = UnitField(_l("Unit above"))
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day."))])


class CloseForm(EditForm):
    on = DayField(
        _l("Closed from"),
        [Needed(_l("Say from which day."))],
        description=_l("On this day the unit is closed; its records stay where they are."),
    )
    successors = UnitsField(
        _l("Successors"),
        description=_l("Who takes over; of a unit that is split, all its parts."),
    )
    kind = KindField(_l("What became of it"), kind=SuccessionKind, default="replaced")
    note = TextAreaField(_l("Note"), [AtMost(2000), Clean()], filters=[tidy])


class ServiceForm(Form):
    name = name_field(_l("Service"))
    opened_on = DayField(_l("Offered from"), description=_l("Leave it empty if nobody knows."))


class PositionForm(Form):
    title = StringField(
        _l("Position"),
        [Needed(_l("Write the name of the position.")), AtMost(200), Clean()],
        filters=[tidy],
        description=_l("As it stands in a signature, such as Kepala Dinas Tenaga Kerja."),
    )
    is_head = BooleanField(_l("Leads the unit"))


class EndForm(Form):
    on = DayField(_l("Ends on"), [Needed(_l("Say from which day."))])
