"""The form that asks for a pack."""

from wtforms import BooleanField
from wtforms.widgets import CheckboxInput, ListWidget

from qms.core.choices import RadioField, SelectMultipleField
from qms.core.forms import DayField, Needed, NewForm
from qms.core.i18n import LANGUAGES
from qms.core.i18n import lazy_gettext as _l
from qms.packs.models import Chapter


class PackForm(NewForm):
    units = SelectMultipleField(
        _l("Units"),
        coerce=str,
        validators=[Needed(_l("Choose at least one unit."))],
        description=_l("Each comes with everything under it."),
    )
    editions = SelectMultipleField(
        _l("Standards"),
        coerce=str,
        validators=[Needed(_l("Choose at least one standard."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    from_on = DayField(_l("From"), validators=[Needed(_l("Write the first day of the period."))])
    to_on = DayField(_l("To"), validators=[Needed(_l("Write the last day of the period."))])
    language = RadioField(_l("Language of the pack"), choices=list(LANGUAGES.items()))
    chapters = SelectMultipleField(
        _l("Chapters of the report and the workbook"),
        coerce=str,
        choices=[(one.value, one.label) for one in Chapter],
        default=[one.value for one in Chapter],
        validators=[Needed(_l("Choose at least one chapter."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("What you leave out is named in the pack. The files are always in it."),
    )
    include_restricted = BooleanField(
        _l("Include restricted records"),
        description=_l(
            "Left out unless you tick this: the pack then says how many. Included are those that "
            "you may see; treat such a pack as confidential."
        ),
    )
    as_of = DayField(
        _l("As of"),
        description=_l(
            "The day on which states are told. Empty: the end of the period, at most today."
        ),
    )
    known_on = DayField(
        _l("As known on"),
        description=_l("What was recorded after this day is left out. Empty: all of today."),
    )
