"""Forms of a district's own words over the standards."""

from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from qms.core.forms import AtMost, Clean, EditForm, Needed, tidy
from qms.core.i18n import lazy_gettext as _l


class OverlayForm(EditForm):
    """Words that may not be there yet: then there is no version to compare with."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())


class WordsForm(OverlayForm):
    title = StringField(
        _l("Title"),
        [AtMost(300), Clean()],
        filters=[tidy],
        description=_l("Shown instead of the shipped title. Leave empty to use the shipped one."),
    )
    requirement = TextAreaField(
        _l("Requirement text"),
        [AtMost(10_000), Clean()],
        filters=[tidy],
        description=_l(
            "ISO's text is protected and is not part of this product. If your agency holds a "
            "licence, write the requirement here in the words that you may use."
        ),
        render_kw={"rows": 10},
    )


class QuestionForm(OverlayForm):
    question = TextAreaField(
        _l("Question"),
        [Needed(_l("Write the question.")), AtMost(2000), Clean()],
        filters=[tidy],
        render_kw={"rows": 3},
    )
    evidence = TextAreaField(
        _l("Evidence to look for"),
        [AtMost(2000), Clean()],
        filters=[tidy],
        render_kw={"rows": 2},
    )
    is_used = BooleanField(_l("Use this question in checklists"), default=True)


class DocumentForm(OverlayForm):
    what = TextAreaField(
        _l("Documented information"),
        [Needed(_l("Write what must be there.")), AtMost(2000), Clean()],
        filters=[tidy],
        render_kw={"rows": 3},
    )
    is_needed = BooleanField(_l("Needed in this district"), default=True)
