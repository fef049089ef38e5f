"""Forms of the documents area. Fields bear the names of the record's columns."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from qms.core import journal
from qms.core.choices import SelectField, SelectMultipleField
from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, NewForm, tidy
from qms.core.i18n import LANGUAGES
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.documents.models import Classification, DocumentType
from qms.evidence.forms import access_field, files_field
from qms.evidence.models import Evidence
from qms.evidence.showing import choices_of


def _shown(type: DocumentType) -> str:
    return f"{type.value} · {type.label}"


def _title() -> StringField:
    return StringField(
        _l("Title"),
        [Needed(_l("Give the document a title.")), AtMost(300), Clean()],
        filters=[tidy],
    )


def _note() -> TextAreaField:
    return TextAreaField(
        _l("Change note"),
        [AtMost(2000), Clean()],
        filters=[tidy],
        description=_l("What changed, and why. It stands in the revision history."),
    )


class FactsForm(EditForm):
    """What is said about a document."""

    type = SelectField(_l("Type"))
    number = StringField(_l("Number"), [AtMost(80), Clean()], filters=[tidy])
    title = _title()
    owner = SelectField(_l("Owner"))
    classification = SelectField(_l("Classification"), default=Classification.INTERNAL.value)
    access = access_field()
    language = SelectField(_l("Language"), default="id")
    review_on = DayField(_l("Next review"))
    clause_ids = SelectMultipleField(_l("Clauses"), coerce=int)

    def offer(self, owners: Any, clauses: Any, *, may_restrict: bool) -> None:
        """Fill in the choices of the moment."""
        self.type.choices = [(one.value, _shown(one)) for one in DocumentType]
        self.owner.choices = owners
        self.classification.choices = [(one.value, one.label) for one in Classification]
        self.language.choices = list(LANGUAGES.items())
        self.clause_ids.choices = clauses
        if not may_restrict:
            del self.access


class ContentFields:
    """What a revision says, and who is to sign it."""

    change_note = _note()
    source = FileField(
        _l("Editable source"), description=_l("The Word or Excel file that you will edit again.")
    )
    signed = FileField(_l("Signed scan"), description=_l("The PDF with signatures and stamp."))
    body = TextAreaField(
        _l("Text written here"),
        [AtMost(400_000), Clean()],
        filters=[tidy],
        description=_l("Markdown: # heading, - list, 1. numbered list, **bold**, | table |."),
    )
    link = StringField(
        _l("Address"),
        [AtMost(2000), Clean()],
        filters=[tidy],
        description=_l("If it lives elsewhere: https://…"),
    )
    prepared_by = SelectField(_l("Prepared by"))
    checked_by = SelectField(_l("Checked by"))
    approved_by = SelectField(_l("Approved by"))

    def offer_signatories(self, preparers: Any, signatories: Any) -> None:
        self.prepared_by.choices = preparers
        self.checked_by.choices = [("", _l("Nobody: no check needed")), *signatories]
        self.approved_by.choices = [("", _l("Not named yet")), *signatories]


class NewDocumentForm(ContentFields, FactsForm, NewForm):
    """A new document with its first revision."""

    unit = HiddenField()
    like = HiddenField()
    """The uid of the document that this one starts from."""
    version = None

    def offer_numbers(self, numbers: Mapping[DocumentType, str]) -> None:
        """Show beside each type the number that a document of it gets if none is written."""
        self.number.description = _l(
            "Left empty, it gets the number that stands beside its type, or the next one if "
            "somebody else saves a document first."
        )
        self.type.choices = [
            (one.value, f"{one.label} → {number}") for one, number in numbers.items()
        ]


class RevisionForm(ContentFields, EditForm):
    """A draft."""

    remove_source = BooleanField(_l("Take the present source away"))
    remove_signed = BooleanField(_l("Take the present scan away"))


class NewRevisionForm(EditForm):
    """The beginning of a new revision."""

    change_note = TextAreaField(
        _l("Change note"),
        [Needed(_l("Write what is to change, and why.")), AtMost(2000), Clean()],
        filters=[tidy],
        description=_l("What changed, and why. It stands in the revision history."),
    )
    copy = BooleanField(_l("Start from what the last revision says"), default=True)


class ApproveForm(Form):
    """The day from which an approved revision is in force."""

    effective_from = DayField(_l("In force from"), [Needed(_l("Choose a day."))])


class ScanForm(Form):
    """A signed scan that comes after approval."""

    signed = FileField(_l("Signed scan"), [Needed(_l("Choose the file."))])


class ReviewForm(EditForm):
    """That a document was looked at again and is still right."""

    review_on = DayField(_l("Next review"), [Needed(_l("Say when it is looked at next."))])
    note = TextAreaField(
        _l("Note"),
        [AtMost(2000), Clean()],
        filters=[tidy],
        description=_l("What you looked at; it stands in the history."),
        render_kw={"rows": 3},
    )


class EvidenceForm(NewForm):
    """Evidence that belongs to a document: new files under a name, or what is filed already."""

    files = files_field()
    name = StringField(
        _l("What the files are"),
        [AtMost(300), Clean()],
        filters=[tidy],
        description=_l("Their name as evidence, such as a distribution list."),
    )
    evidence = SelectMultipleField(_l("Evidence that is filed already"), coerce=str)

    def offer(self, pieces: Sequence[Evidence], today: date) -> None:
        """Set the evidence that can be pointed at."""
        self.evidence.choices = choices_of(pieces, today)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there is something to add, and new files have a name."""
        is_right: bool = super().validate(extra_validators)
        has_files = any(one and one.filename for one in self.files.data or [])
        if not has_files and not self.evidence.data:
            self.files.errors = [_("Add a file, or choose evidence that is filed already.")]
            return False
        if has_files and not self.name.data and not self.name.errors:
            self.name.errors = [_("Give the evidence a name.")]
            return False
        return is_right


class PatternForm(EditForm):
    """How a unit numbers its documents. Which unit and type is chosen in it, so the version that
    it carries is how far the district's journal had come when it was opened."""

    def version_of(self, record: Any) -> int:
        return journal.reached(record.district_id)

    unit = SelectField(_l("Unit"))
    type = SelectField(_l("Type"))
    pattern = StringField(
        _l("Pattern"),
        [AtMost(80), Clean()],
        filters=[tidy],
        description=_l("Left empty, the pattern of the nearest unit above holds again."),
    )
