"""Forms of the people area."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, PasswordField, StringField, TextAreaField, ValidationError
from wtforms.validators import Email, Optional

from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, NewForm, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import KindField, PersonField, UnitField
from qms.people.models import AppointmentKind
from qms.people.operations import NO_MAIL, NO_NIP, NO_USER_NAME, is_nip, is_user_name
from qms.people.roles import Role


class Shaped:
    """Text that operations would refuse for its shape is told with the form's other errors."""

    def __init__(self, is_right: Callable[[str], bool], message: Any) -> None:
        self.is_right, self.message = is_right, message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and not self.is_right(field.data):
            raise ValidationError(str(self.message))


class SignInForm(Form):
    user_name = StringField(
        _l("User name"),
        [Needed(_l("Write your user name.")), AtMost(200), Clean()],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [Needed(_l("Write your password.")), AtMost(500)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    old = PasswordField(
        _l("Present password"),
        [Needed(_l("Write your present password.")), AtMost(500)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        [Needed(_l("Write a new password.")), AtMost(500)],
        description=_l("At least 10 characters. A sentence is easier to keep than a word."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password, once more"),
        [Needed(_l("Write the new password once more.")), AtMost(500)],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, field: Any) -> None:
        if field.data and field.data != self.password.data:
            raise ValidationError(_("This is another password than the one above."))


def name_field() -> Any:
    return StringField(
        _l("Name"),
        [Needed(_l("Write the name.")), AtMost(200), Clean()],
        filters=[tidy],
        description=_l("With titles, as it stands in a signature."),
    )


def mail_field() -> Any:
    return StringField(
        _l("Mail"),
        [
            Optional(),
            AtMost(200),
            Clean(),
            Email(NO_MAIL),
        ],
        filters=[tidy],
        render_kw={"type": "email"},
    )


def user_name_field(*checks: Any) -> Any:
    return StringField(
        _l("User name"),
        [*checks, AtMost(60), Clean(), Shaped(is_user_name, NO_USER_NAME)],
        filters=[tidy],
        description=_l("3 to 60 small letters, digits, points, dashes or @."),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )


def position_field(*checks: Any) -> Any:
    return StringField(
        _l("Position"),
        [*checks, AtMost(200), Clean()],
        filters=[tidy],
        description=_l("As the unit has it; a position that it does not have yet is added."),
        render_kw={"list": "positions", "autocomplete": "off"},
    )


def head_field() -> Any:
    return BooleanField(
        _l("It leads the unit"),
        description=_l("For a position that the unit does not have yet."),
    )


def nip_field() -> Any:
    return StringField(
        _l("NIP"),
        [AtMost(30), Clean(), Shaped(is_nip, NO_NIP)],
        filters=[tidy],
        render_kw={"inputmode": "numeric"},
    )


class PersonForm(NewForm):
    """Somebody new, perhaps with a first position, a first role and an account at once."""

    name = name_field()
    mail = mail_field()
    unit = UnitField(_l("Unit"), blank=_l("None yet"))
    position = position_field()
    is_head = head_field()
    kind = KindField(_l("Kind of appointment"), kind=AppointmentKind)
    nip = nip_field()
    role = KindField(_l("Role"), kind=Role, blank=_l("None yet"))
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day."))])
    until_on = DayField(_l("Until"), description=_l("The first day on which it no longer holds."))
    user_name = user_name_field()

    def validate_unit(self, field: UnitField) -> None:
        if field.unit_id is None and (self.position.data or self.role.data):
            raise ValidationError(_("Choose the unit."))


class EditPersonForm(EditForm):
    name = name_field()
    mail = mail_field()
    left_on = DayField(
        _l("Left on"), description=_l("From this day they cannot sign in and own nothing new.")
    )


def unit_field(**more: Any) -> Any:
    """A unit that must be chosen: none is proposed but the person's own."""
    return UnitField(_l("Unit"), [Needed(_l("Choose the unit."))], blank=_l("Choose"), **more)


class AppointForm(Form):
    unit = unit_field()
    position = position_field(Needed(_l("Write the name of the position.")))
    is_head = head_field()
    kind = KindField(_l("Kind of appointment"), kind=AppointmentKind)
    rank = StringField(_l("Rank"), [AtMost(100), Clean()], filters=[tidy])
    nip = nip_field()
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day."))])
    until_on = DayField(_l("Until"), description=_l("The first day on which it no longer holds."))


class GrantForm(Form):
    role = KindField(_l("Role"), [Needed(_l("Choose the role."))], kind=Role, blank=_l("Choose"))
    unit = unit_field(description=_l("It holds in the units under it too."))
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day."))])
    until_on = DayField(_l("Until"), description=_l("The first day on which it no longer holds."))


class AccountForm(Form):
    user_name = user_name_field(Needed(_l("Write a user name.")))


class DelegateForm(Form):
    delegate = PersonField(_l("Acts for them"))
    reason = TextAreaField(
        _l("Reason"), [Needed(_l("Write the reason.")), AtMost(2000), Clean()], filters=[tidy]
    )
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day."))])
    until_on = DayField(_l("Until"), description=_l("The first day on which it no longer holds."))


class OwnDelegateForm(DelegateForm):
    delegate = PersonField(_l("Acts for you"))
