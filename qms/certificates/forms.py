"""Forms of certificates, their events, and scopes."""

from typing import Any

from wtforms import FieldList, FormField, StringField, SubmitField, TextAreaField, ValidationError
from wtforms import Form as Rows
from wtforms.fields import IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from qms.certificates.models import EVENT_LABELS, Certificate, EventKind
from qms.core.choices import SelectField, SelectMultipleField
from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l


class _Certificate:
    """The fields that a new certificate and one that is edited share."""

    edition_id = SelectField(_l("Standard"), coerce=int)
    body = StringField(
        _l("Certification body"),
        [Needed(_l("Write who certified: the certification body.")), AtMost(200), Clean()],
        filters=[tidy],
        description=_l("Who issued the certificate, not who accredited them."),
    )
    number = StringField(_l("Certificate number"), [AtMost(100), Clean()], filters=[tidy])
    accreditation = StringField(
        _l("Accreditation"),
        [AtMost(200), Clean()],
        filters=[tidy],
        description=_l("The mark on the certificate, such as KAN LSSM-010-IDN."),
    )
    scope = TextAreaField(
        _l("Scope on the certificate"),
        [Needed(_l("Write the scope as it stands on the certificate.")), AtMost(4000), Clean()],
        filters=[tidy],
        render_kw={"rows": 3},
    )
    service_ids = SelectMultipleField(_l("Services covered"), coerce=int)
    further_ids = SelectMultipleField(_l("Further units covered"), coerce=int)
    note = TextAreaField(
        _l("Note"),
        [AtMost(4000), Clean()],
        filters=[tidy],
        description=_l(
            "For instance what was announced, where it differs from the rules: “valid five years”."
        ),
        render_kw={"rows": 2},
    )


class CertificateForm(_Certificate, Form):
    issued_on = DayField(_l("Issued on"))
    valid_until = DayField(_l("Valid until"))


class CertificateEditForm(_Certificate, EditForm):
    pass


class EventForm(EditForm):
    kind = SelectField(
        _l("What happened"),
        choices=[(kind.value, label) for kind, label in EVENT_LABELS.items()],
        coerce=EventKind,
    )
    on = DayField(_l("On"), [Needed(_l("Write the day."))])
    valid_until = DayField(
        _l("Valid until"), description=_l("The last day; for issue and renewal only.")
    )
    note = TextAreaField(_l("Note"), [AtMost(4000), Clean()], filters=[tidy], render_kw={"rows": 2})

    def saved(self, record: Certificate, name: str) -> Any:
        """Nothing is saved yet of an event that is new; the certificate's own note is another."""
        return None


class CorrectionForm(EventForm):
    number: int
    """Of the event that is corrected."""

    reason = TextAreaField(
        _l("Reason"),
        [Needed(_l("Write the reason.")), AtMost(2000), Clean()],
        filters=[tidy],
        description=_l("It is kept in the history and shown to everyone who sees this record."),
        render_kw={"rows": 2},
    )
    strike = SubmitField(_l("It never happened: strike it out"))

    def saved(self, record: Certificate, name: str) -> Any:
        """What stands in the event now; nothing if it was struck out meanwhile."""
        event = next((one for one in record.events if one.number == self.number), None)
        return getattr(event, name, None)


class ExclusionRow(Rows):
    """A clause that does not apply, and why. An empty row is left out."""

    class Meta:
        locales = False

        def get_translations(self, form: Any) -> None:
            return None

    clause = SelectField(_l("Clause"), coerce=int)
    justification = TextAreaField(
        _l("Justification"), [AtMost(4000), Clean()], filters=[tidy], render_kw={"rows": 2}
    )


class ScopeForm(Form):
    version = IntegerField(validators=[Optional()], widget=HiddenInput())
    from_on = DayField(_l("Holds from"), [Needed(_l("Write from when the scope holds."))])
    statement = TextAreaField(
        _l("Scope"),
        [Needed(_l("Write what the management system covers.")), AtMost(4000), Clean()],
        filters=[tidy],
        description=_l("Which services, at which places, for whom."),
        render_kw={"rows": 4},
    )
    service_ids = SelectMultipleField(_l("Services covered"), coerce=int)
    exclusions = FieldList(FormField(ExclusionRow), label=_l("Clauses that do not apply"))

    def validate_exclusions(self, field: FieldList) -> None:
        """Each clause once, and each with its justification."""
        chosen: set[int] = set()
        problems = 0
        for entry in field:
            clause, reason = entry.form.clause, entry.form.justification
            if clause.data and not reason.data:
                reason.errors = [_("Say why this clause does not apply (4.3).")]
            elif reason.data and not clause.data:
                clause.errors = [_("Choose the clause that the justification is for.")]
            elif clause.data in chosen:
                clause.errors = [_("This clause is named twice.")]
            problems += bool(clause.errors or reason.errors)
            if clause.data:
                chosen.add(clause.data)
        if problems:
            raise ValidationError(_("Each clause once, and each with its justification."))

    @property
    def justifications(self) -> dict[int, str]:
        """Clause id -> justification, of the rows that were filled in."""
        return {
            entry.form.clause.data: entry.form.justification.data
            for entry in self.exclusions
            if entry.form.clause.data
        }
