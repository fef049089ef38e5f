"""The form of an opening or closing meeting."""

from typing import Any

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import Optional, Regexp

from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.forms.timetable import CLOCK, with_colon
from qms.audits.operations import Present
from qms.core.forms import AtMost, Clean, DayField, EditForm, Needed, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l

LONGEST = 300
"""Letters of a name, or of a position."""


def _clock(label: Any) -> StringField:
    return StringField(
        label,
        [Optional(), Regexp(CLOCK, message=_l("Write a time such as 08:30."))],
        filters=[with_colon],
        render_kw={"type": "time"},
    )


class MeetingForm(EditForm):
    """When and where it was held, what was agreed, and who is put on its list."""

    held_on = DayField(_l("Day"), [Needed(_l("Say on which day."))])
    begins = _clock(_l("From"))
    ends = _clock(_l("Until"))
    place = StringField(_l("Place"), [AtMost(LONGEST), Clean()], filters=[tidy])
    known = Checkboxes(_l("Who was there, of the team and the unit"))
    present = TextAreaField(
        _l("Who else was there"),
        [AtMost(20_000), Clean()],
        filters=[tidy],
        description=_l(
            "One person on each line, the position after a semicolon: "
            "Siti Aminah, S.E.; Kepala Seksi Penempatan"
        ),
        render_kw={"rows": 5},
    )
    agreed = part_field(
        _l("Told and agreed"),
        _l("What the records do not say: promises, dates, questions, what stayed open."),
        rows=4,
    )

    def validate_present(self, field: Any) -> None:
        for one in self.others:
            if max(len(one.name), len(one.post or "")) > LONGEST:
                raise ValidationError(
                    _("One person on each line: %(line)s … is too long.", line=one.name[:40])
                )
            if not one.name:
                raise ValidationError(_("A line begins with the name, before the semicolon."))

    @property
    def others(self) -> list[Present]:
        """Who is written line by line; pasted cells of a table are read as well."""
        found = []
        for line in (self.present.data or "").splitlines():
            name, _sep, post = line.replace("\t", ";", 1).partition(";")
            if line.strip(" ;\t"):
                found.append(Present(" ".join(name.split()), " ".join(post.split()) or None))
        return found
