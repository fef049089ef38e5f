"""Forms: WTForms with CSRF, NFC text, plain messages, and the version that was read."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import g
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, ValidationError
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput, NumberInput, TextInput

from qms.core import dates, text
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.money import MOST_RUPIAH, read_rupiah, rupiah
from qms.core.uids import new_uid, read_uid


class Form(FlaskForm):
    """Base of every form. Messages come from our own catalogue."""

    class Meta(FlaskForm.Meta):
        locales = False

        def get_translations(self, form: Any) -> None:
            return None


class NewForm(Form):
    """A form that makes a record: it carries the uid that the record will bear, so that sending it
    twice makes one (`core.repeats`)."""

    uid = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uid.data = self.uid.data or str(new_uid())

    @property
    def new_uid(self) -> UUID | None:
        """The uid of the record to be."""
        return read_uid(self.uid.data or "")


class EditForm(Form):
    """A form that changes a record: it carries the version that the person saw.

    The page of a stale save (`web.problems`) finds it in `g`, to show what was typed beside what
    is saved; so fields bear the names of the record's columns.
    """

    version = IntegerField(widget=HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        g.edit_form = self

    def version_of(self, record: Any) -> int:
        """The version that this form must carry to change what is saved now."""
        return int(record.version)

    def saved(self, record: Any, name: str) -> Any:
        """What a record holds for a field of this form."""
        return getattr(record, name, None)


class Needed:
    """The field must not be empty. The message says what to write."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or _l("This must be filled in.")

    def __call__(self, form: Any, field: Field) -> None:
        value = field.data
        if value is None or (isinstance(value, str | list | tuple) and not value):
            raise ValidationError(str(self.message))


class AtMost:
    """Text of at most so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Any, field: Field) -> None:
        if field.data and len(field.data) > self.most:
            raise ValidationError(
                _(
                    "At most %(most)s characters; these are %(n)s.",
                    most=self.most,
                    n=len(field.data),
                )
            )


def tidy(value: str | None) -> str | None:
    """A filter for text fields: trimmed and NFC; empty becomes None."""
    if value is None:
        return None
    value = value.strip()
    return value or None


class Clean:
    """Text without characters that Word and Excel cannot hold."""

    def __call__(self, form: Any, field: Field) -> None:
        try:
            field.data = text.clean(field.data) if field.data else field.data
        except ValueError as error:
            raise ValidationError(
                _("The text holds a character that cannot be printed. Type it anew.")
            ) from error


class ToldOnce(Field):
    """A field whose text must first be read: what cannot be read is not called empty, too."""

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation


class DayField(ToldOnce):
    """A day. Browsers send YYYY-MM-DD; people without a date picker may write 31/12/2026 or
    31 Desember 2026."""

    widget = TextInput()
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.raw = ""
        self.render_kw: dict[str, Any] = {"type": "date", **(kwargs.get("render_kw") or {})}

    def _value(self) -> str:
        if self.raw:
            return self.raw
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        self.raw = (valuelist[0] if valuelist else "").strip()
        if not self.raw:
            return
        try:
            self.data = date.fromisoformat(self.raw)
        except ValueError:
            self.data = _written(self.raw)
        if self.data.year not in dates.YEARS:
            raise ValueError(_("The year looks wrong."))


class WholeNumber(ToldOnce, IntegerField):
    """A whole number between two others; empty is None."""

    widget = NumberInput()
    data: Any

    def __init__(self, label: Any, validators: Any = (), *, least: int, most: int, **given: Any):
        super().__init__(label, validators, **given)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        raw = (valuelist[0] if valuelist else "").strip()
        if not raw:
            return
        try:
            self.data = int(raw)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None
        if not self.least <= self.data <= self.most:
            least, most = dates.number(self.least), dates.number(self.most)
            raise ValueError(
                _("Write a number from %(least)s to %(most)s.", least=least, most=most)
            )


class Rupiah(ToldOnce):
    """An amount in whole rupiah, as people write it; empty is None."""

    widget = TextInput()
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.raw = ""
        self.render_kw: dict[str, Any] = {"inputmode": "numeric", **(self.render_kw or {})}

    def _value(self) -> str:
        return self.raw or ("" if self.data is None else dates.number(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data, self.raw = None, (valuelist[0] if valuelist else "").strip()
        if not self.raw:
            return
        found = read_rupiah(self.raw)
        if found is None:
            raise ValueError(_("Write an amount in whole rupiah such as 1.500.000."))
        if found > MOST_RUPIAH:
            raise ValueError(_("Write an amount of at most %(most)s.", most=rupiah(MOST_RUPIAH)))
        self.data = found


def _written(raw: str) -> date:
    day, month, year = (raw.replace("-", "/").split("/") + ["", ""])[:3]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(_("Write a date such as 31/12/2026.")) from None


def saved(form: Form, act: Callable[[], Any]) -> Any:
    """Whether a form was sent, is right, and what it asks for was done: what the operation
    returned, or True. What the operation found wrong is told by the form."""
    if not form.validate_on_submit():
        return None
    try:
        return act() or True
    except Invalid as problem:
        told_by(problem, form)
        return None


def told_by(problem: Invalid, form: Form) -> None:
    """Put what an operation found wrong at the form's fields, or on top of it.

    The session is rolled back: nothing half-written remains.
    """
    db.session.rollback()
    if "uid" in problem.fields and isinstance(form, NewForm):
        form.uid.data = str(new_uid())
        form.form_errors.append(str(problem))
        return
    known = {name: text for name, text in problem.fields.items() if name in form}
    for name, message in known.items():
        form[name].errors = [*form[name].errors, str(message)]
    if not known:
        form.form_errors.append(str(problem))
