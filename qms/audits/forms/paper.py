"""Forms of the checklist on paper: scans to be read, where a page belongs, why not."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import TextAreaField

from qms.audits.models import AuditPrint
from qms.core.forms import AtMost, Clean, Form, Needed, NewForm, WholeNumber, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import ChoiceField


class SendScansForm(NewForm):
    """Files to be read."""

    files = MultipleFileField(
        _l("Scans and photos"),
        description=_l(
            "PDF, JPEG, PNG or WebP; many at once, of several audits and in any order. Each sheet "
            "finds its place by its QR."
        ),
    )


class FilePageForm(Form):
    """The sheet that a page is."""

    edition = ChoiceField(_l("Audit and edition"), [Needed(_l("Choose the audit."))], blank="–")
    sheet = WholeNumber(
        _l("Sheet"),
        [Needed(_l("Write the number of the sheet."))],
        least=1,
        most=9999,
        description=_l("It stands below the QR, and at the foot of the Word file."),
    )

    def offer(self, prints: list[AuditPrint]) -> None:
        """Fill in the editions to which the person may file."""
        self.edition.offer(
            (
                str(one.uid),
                _(
                    "%(audit)s %(title)s – edition %(edition)s, %(sheets)s sheets",
                    audit=one.audit.number,
                    title=one.audit.title,
                    edition=one.number,
                    sheets=one.sheets,
                ),
            )
            for one in prints
        )


class WhyForm(Form):
    """Why a page is set aside or taken off."""

    reason: Any = TextAreaField(
        _l("Reason"),
        [Needed(_l("Write the reason.")), AtMost(2000), Clean()],
        filters=[tidy],
        render_kw={"rows": 3},
    )
