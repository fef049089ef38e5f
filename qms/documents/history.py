"""How a document's history reads: the sentences and the changes worth showing.

The page tells of a document together with those of its revisions that the reader may read.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from qms.core import journal
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.timeline import TimelineEntry, day_text, timeline
from qms.documents.models import Classification, Document, DocumentType
from qms.documents.permissions import may_read
from qms.evidence.forms import ACCESS_LABELS
from qms.people.models import Person
from qms.people.rights import sight_of


def story(document: Document, person: Person) -> list[TimelineEntry]:
    """The last entries about a document and its revisions, newest first. One query."""
    read = [revision for revision in document.revisions if may_read(person, revision)]
    sentences = {**SENTENCES, "attach_evidence": _attached(document, person)}
    return timeline([document, *read], sentences, LABELS, person.district.timezone)


def _of_revision(sentence: Any) -> Callable[[journal.Told], str | None]:
    """A sentence with the revision's number; the document's own entry of the same deed is not
    told again."""

    def say(told: journal.Told) -> str | None:
        if told.kind != "revision" or told.said is None:
            return None
        image = told.said["image"]
        return str(sentence) % {"number": image["label"] or f"{image['number']:02d}"}

    return say


def _of_document(sentence: Any) -> Callable[[journal.Told], str | None]:
    """A sentence that is told of the document and not again of its revisions."""

    def say(told: journal.Told) -> str | None:
        return str(sentence) if told.kind == "document" else None

    return say


def _attached(document: Document, person: Person) -> Callable[[journal.Told], str | None]:
    """A sentence with the name that the evidence has now, for who sees it: it may have been
    restricted since. Entries from before its uid was kept have its name of then."""
    sight = sight_of(person)
    pieces = [link.evidence for link in document.evidence if sight.sees(link.evidence)]
    names = {str(piece.uid): piece.name for piece in pieces}
    names |= {piece.name: piece.name for piece in pieces}

    def say(told: journal.Told) -> str | None:
        if told.kind != "document" or told.said is None:
            return None
        facts = told.said["facts"]
        name = names.get(facts.get("evidence") or facts.get("name", ""))
        return _("added the evidence “%(name)s”", name=name) if name else _("added evidence")

    return say


def _day_before(value: str) -> str:
    """The last day of a revision, as plain: the column holds the day on which the next begins."""
    return (date.fromisoformat(value) - timedelta(days=1)).isoformat()


SENTENCES = {
    "draft": _of_document(_l("drafted the document")),
    "edit_document": _of_document(_l("corrected the document's facts")),
    "confirm_document": _of_document(_l("reviewed the document: it is still right")),
    "revise": _of_revision(_l("began revision %(number)s")),
    "edit_revision": _of_revision(_l("changed the draft of revision %(number)s")),
    "name_signatories": _of_revision(
        _l("changed who signs revision %(number)s, or its change note")
    ),
    "submit": _of_revision(_l("submitted revision %(number)s for review")),
    "check": _of_revision(_l("signed revision %(number)s as checked")),
    "approve": _of_revision(_l("approved revision %(number)s")),
    "recall": _of_revision(_l("took the approval of revision %(number)s back")),
    "prolong": _of_revision(_l("let revision %(number)s stay in force")),
    "supersede": _of_revision(_l("set the end of revision %(number)s")),
    "send_back": _of_revision(_l("sent revision %(number)s back")),
    "take_back": _of_revision(_l("took revision %(number)s back")),
    "give_up": _of_revision(_l("gave up revision %(number)s")),
    "withdraw": _of_revision(_l("withdrew revision %(number)s")),
    "withdraw_document": _of_document(_l("withdrew the document")),
    "attach_scan": _of_revision(_l("added the signed scan of revision %(number)s")),
    "import": _of_document(_l("imported the document")),
    "correct_import": _of_document(_l("corrected the document from a file")),
    "record_approved": _of_revision(_l("recorded revision %(number)s as approved")),
}
LABELS = {
    "number": (_l("Number"), lambda value: value if isinstance(value, str) else f"{value:02d}"),
    "title": _l("Title"),
    "type": (_l("Type"), lambda value: DocumentType(value).label),
    "classification": (_l("Classification"), lambda value: Classification(value).label),
    "access": (_l("Who may see it"), lambda value: ACCESS_LABELS[AccessClass(value)]),
    "external_number": _l("Number in the imported file"),
    "language": _l("Language"),
    "review_on": (_l("Next review"), day_text),
    "change_note": _l("Change note"),
    "link": _l("Address"),
    "effective_from": (_l("In force from"), day_text),
    "effective_until": (_l("In force until"), lambda value: day_text(_day_before(value))),
    "withdrawn_on": (_l("Withdrawn on"), day_text),
}
