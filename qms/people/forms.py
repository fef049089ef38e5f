"""Forms of the people area."""

from typing import Any

from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import Email, Optional

from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, NewForm, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import KindField, PersonField, UnitField
from qms.people.models import AppointmentKind
from qms.people.roles import Role


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
            Email(_l("Write an address such as nama@contoh.go.id, or leave it empty.")),
        ],
        filters=[tidy],
        render_kw={"type": "email"},
    )


def user_name_field(*checks: Any) -> Any:
    return StringField(
        _l("User name"),
        [*checks, AtMost(60), Clean()],
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


def nip_field() -> Any:
    return StringField(
        _l("NIP"), [AtMost(30), Clean()], filters=[tidy], render_kw={"inputmode": "numeric"}
    )


class PersonForm(NewForm):
    """Somebody new, perhaps with a first position, a first role and an account at once."""

    name = name_field()
    mail = mail_field()
    unit = UnitField(_l("Unit"), blank=_l("None yet"))
    position = position_field()
    kind = KindField(_l("Kind of appointment"), kind=AppointmentKind)
    nip = nip_field()
    role = KindField(_l("Role"), kind=Role, blank=_l("None yet"))
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day."))])
    until_on = DayField(_l("Until"), description=_l("The first day on which it no longer holds."))
    user_name = user_name_field()


class EditPersonForm(EditForm):
    name = name_field()
    mail = mail_field()
    left_on = DayField(
        _l("Left on"), description=_l("From this day they cannot sign in and own nothing new.")
    )


class AppointForm(Form):
    unit = UnitField(_l("Unit"))
    position = position_field(Needed(_l("Write the name of the position.")))
    kind = KindField(_l("Kind of appointment"), kind=AppointmentKind)
    rank = StringField(_l("Rank"), [AtMost(100), Clean()], filters=[tidy])
    nip = nip_field()
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day."))])
    until_on = DayField(_l("Until"), description=_l("The first day on which it no longer holds."))


class GrantForm(Form):
    role = KindField(_l("Role"), kind=Role)
    unit = UnitField(_l("Unit"), description=_l("It holds in the units under it too."))
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
