"""Forms of what a checklist can be made from, and of the templates among it."""

from flask_wtf.file import FileField
from wtforms import StringField

from qms.audits.forms.checklist import LineForm
from qms.audits.forms.fields import part_field
from qms.audits.models import AskedWhen
from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, EditForm, Needed, NewForm, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import ChoiceField, KindField, UnitField


class EarlierForm(EditForm):
    """Which earlier audit."""

    earlier = ChoiceField(
        _l("Earlier audit"),
        description=_l(
            "Its lines come without their answers; what each came to, and its findings, stand "
            "beside it."
        ),
    )


class FromTemplateForm(EditForm):
    """Which template."""

    template = ChoiceField(_l("Template"))


class FromDocumentForm(EditForm):
    """Which document, and which clauses it is about here."""

    document = ChoiceField(
        _l("Document in force"),
        description=_l("Each of its sections becomes a line: is it done as written?"),
    )
    clause_ids = SelectMultipleField(
        _l("Clauses"),
        coerce=int,
        description=_l("None chosen: the clauses that the document serves."),
    )


class FromFileForm(EditForm):
    """A table of questions."""

    file = FileField(
        _l("File"),
        [Needed(_l("Choose an Excel file (.xlsx) or a CSV file."))],
        description=_l(
            "Excel (.xlsx) or CSV with the columns Section, Clauses, Question, What to ask to see "
            "and Method, in Indonesian or English; only the question is needed."
        ),
    )
    clause_ids = SelectMultipleField(
        _l("Clauses"), coerce=int, description=_l("For rows that name none.")
    )


def _name() -> StringField:
    return StringField(
        _l("Name"),
        [Needed(_l("Give the template a name.")), AtMost(200), Clean()],
        filters=[tidy],
    )


class NewTemplateForm(NewForm):
    """What a template is for."""

    unit = UnitField(
        _l("Unit"), description=_l("It serves the audits of this unit and of those under it.")
    )
    name = _name()
    description = part_field(_l("What it is for"), rows=2)


class EditTemplateForm(EditForm):
    name = _name()
    description = part_field(_l("What it is for"), rows=2)


class TemplateLineForm(LineForm, EditForm):
    """A line of a template."""

    section = StringField(
        _l("Section"),
        [AtMost(300), Clean()],
        filters=[tidy],
        description=_l("Empty: the first clause's."),
    )
    after = ChoiceField(_l("Depends on the answer to"), blank=_l("Asked in any case"))
    asked_when = KindField(_l("Asked"), kind=AskedWhen, default=AskedWhen.APPLIES.value)
