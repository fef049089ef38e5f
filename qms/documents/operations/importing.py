"""Importing: documents that existed before this system, as a file tells of them.

What the file does not say stays empty; no signature is invented, names stand as text. Rights and
states are asked from the next move on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from qms.core import journal
from qms.core.db import db, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.text import fold
from qms.documents.models import (
    Classification,
    Document,
    DocumentType,
    Revision,
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.documents.numbers import Numbers
from qms.documents.operations.drafting import checked_link, cite, own
from qms.documents.permissions import may_import
from qms.documents.queries import imported_document
from qms.documents.workflow import REVISION
from qms.people.models import Person, Position


@dataclass(frozen=True)
class ImportedDocument:
    """A row of somebody's master list. None: the file does not say."""

    title: str | None = None
    type: DocumentType | None = None
    external_number: str | None = None
    owner: Person | Position | None = None
    classification: Classification | None = None
    language: str | None = None
    revision_label: str | None = None
    change_note: str | None = None
    link: str | None = None
    is_approved: bool | None = None
    approved_on: date | None = None
    effective_from: date | None = None
    review_on: date | None = None
    prepared_by: str | None = None
    checked_by: str | None = None
    approved_by: str | None = None
    clause_ids: Sequence[int] | None = None
    extra: Mapping[str, str] | None = None
    """Columns that nobody knew, as text by heading."""


SIGNED_BY = {
    SignatureRole.PREPARED: "prepared_by",
    SignatureRole.CHECKED: "checked_by",
    SignatureRole.APPROVED: "approved_by",
}


def record_imported(
    unit_id: int, given: ImportedDocument, *, by: Person, numbers: Numbers | None = None
) -> Document:
    """A document from a file. Ours is the next of the unit's `numbers`, in the year of the
    document; the file's own stays beside it as external number. Raises Invalid with the field's
    name."""
    require(may_import, by, unit_id)
    _judge(given)
    type = given.type or DocumentType.OTHER
    day = given.effective_from or given.approved_on or by.district.today
    numbers = numbers or Numbers(by.rights.tree, unit_id, by.district_id)
    number = numbers.next(type, day)
    if given.external_number and imported_document(by, unit_id, given.external_number):
        message = _l("This unit has a document with this number already.")
        raise Invalid(message, external_number=message)
    document = Document(
        district_id=by.district_id,
        unit_id=unit_id,
        number=number,
        number_key=fold(number),
        external_number=given.external_number,
        title=(given.title or "").strip(),
        type=type,
        classification=given.classification or Classification.INTERNAL,
        language=given.language or "id",
        review_on=given.review_on,
        is_imported=True,
        imported_extra=dict(given.extra) if given.extra else None,
    )
    own(document, given.owner)
    cite(document, given.clause_ids or ())
    _add_revision(document, _number_in(given.revision_label), given)
    db.session.add(document)
    journal.write("import", document, by=by)
    return document


def _judge(given: ImportedDocument) -> None:
    if not (given.title or "").strip():
        message = _l("The title is missing.")
        raise Invalid(message, title=message)
    if given.is_approved and given.effective_from is None:
        message = _l("A document in force needs the day from which it is in force.")
        raise Invalid(message, effective_from=message)


def _number_in(label: str | None) -> int:
    """The whole number of a file's label: 2 for "2.1" and "Rev. 02". Ours count on from there."""
    found = re.search(r"\d{1,3}(?!\d)", label or "")
    return int(found.group()) if found else 0


def _add_revision(document: Document, number: int, given: ImportedDocument) -> Revision:
    revision = Revision(
        district_id=document.district_id,
        number=number,
        label=given.revision_label,
        state=RevisionState.APPROVED if given.is_approved else RevisionState.DRAFT,
        change_note=given.change_note or "",
        link=checked_link(given.link),
        approved_on=given.approved_on,
        effective_from=given.effective_from,
    )
    _name(revision, given)
    revision.document = document
    document.revisions.append(revision)
    return revision


def _name(revision: Revision, given: ImportedDocument) -> None:
    for role, field in SIGNED_BY.items():
        name = getattr(given, field)
        if not name:
            continue
        signature = revision.signature(role)
        if signature is None:
            signature = Signature(district_id=revision.district_id, role=role)
            revision.signatures.append(signature)
        signature.name = name
        if role is SignatureRole.APPROVED:
            signature.signed_on = revision.approved_on


def imported_as(document: Document) -> ImportedDocument:
    """What a file would have to say for the document to be as it is."""
    revision = document.last
    names = {
        field: signature.shown_name if (signature := revision.signature(role)) else None
        for role, field in SIGNED_BY.items()
    }
    return ImportedDocument(
        title=document.title,
        type=document.type,
        external_number=document.external_number,
        owner=document.owner_person or document.owner_position,
        clause_ids=document.clause_ids or None,
        classification=document.classification,
        language=document.language,
        revision_label=revision.label,
        change_note=revision.change_note or None,
        link=revision.link,
        is_approved=revision.state is RevisionState.APPROVED,
        approved_on=revision.approved_on,
        effective_from=revision.effective_from,
        review_on=document.review_on,
        extra=document.imported_extra,
        **names,
    )


def differences(document: Document, given: ImportedDocument) -> dict[str, tuple[Any, Any]]:
    """What a file says otherwise: field -> (as it is, as the file has it). What the file does not
    say is no difference."""
    present = imported_as(document)
    found = {}
    for field in fields(ImportedDocument):
        before, after = getattr(present, field.name), getattr(given, field.name)
        if after is not None and not _same(before, after):
            found[field.name] = (before, after)
    return found


def _same(before: Any, after: Any) -> bool:
    if isinstance(after, Mapping):
        return dict(before or {}) == dict(after)
    if isinstance(after, list | tuple):
        return sorted(before or ()) == sorted(after)
    return bool(before == after)


def correct_imported(
    document: Document, given: ImportedDocument, *, by: Person
) -> dict[str, tuple[Any, Any]]:
    """Bring an imported document to what a corrected file says; the differences are returned.

    Another revision label is another revision: the one before ends on its day. Refused once the
    document has a revision of our own, which a file may not change.
    """
    require(may_import, by, document.unit_id)
    found = differences(document, given)
    if not found:
        return found
    last = document.last
    if last.author_id is not None or document.withdrawn_on is not None:
        raise OutOfTurn(
            _("%(number)s goes on in this system. Change it there.", number=document.number)
        )
    _judge(
        replace(
            given,
            title=given.title or document.title,
            effective_from=given.effective_from or last.effective_from,
        )
    )
    if "revision_label" in found and last.state is RevisionState.APPROVED:
        _succeed(document, last, given, by=by)
    else:
        _correct_revision(document, last, given, by=by)
    _correct_facts(document, given)
    touch(document)
    journal.write("correct_import", document, by=by)
    return found


def _correct_facts(document: Document, given: ImportedDocument) -> None:
    if given.title is not None:
        document.title = given.title.strip()
    document.type = given.type or document.type
    document.classification = given.classification or document.classification
    document.language = given.language or document.language
    document.review_on = given.review_on or document.review_on
    document.external_number = given.external_number or document.external_number
    if given.extra is not None:
        document.imported_extra = dict(given.extra) or None
    if given.owner is not None:
        own(document, given.owner)
    if given.clause_ids is not None:
        cite(document, given.clause_ids)


def _succeed(document: Document, last: Revision, given: ImportedDocument, *, by: Person) -> None:
    """Another label: another revision. A draft leaves the one before in force."""
    if given.is_approved is not False:
        given = replace(given, is_approved=True)
        _judge(given)
        assert given.effective_from is not None
        _end(last, given.effective_from, by=by)
    _add_revision(document, max(last.number + 1, _number_in(given.revision_label)), given)


def _end(before: Revision, day: date, *, by: Person) -> None:
    """End an approved revision on the day on which the next one begins. It is stored first: the
    database allows only one without an end."""
    assert before.effective_from is not None
    if day < before.effective_from:
        message = _l("This revision begins before the one that is recorded already.")
        raise Invalid(message, effective_from=message)
    if before.effective_until != day:
        before.effective_until = day
        journal.write("supersede", before, by=by)


def _correct_revision(
    document: Document, revision: Revision, given: ImportedDocument, *, by: Person
) -> None:
    is_approved = revision.state is RevisionState.APPROVED
    if given.is_approved is False and is_approved:
        message = _l("This revision is approved here. A file cannot make it a draft again.")
        raise Invalid(message, is_approved=message)
    begins = given.effective_from or revision.effective_from
    before = document.approved_before(revision)
    if (given.is_approved or is_approved) and before is not None and begins is not None:
        _end(before, begins, by=by)
    revision.label = given.revision_label or revision.label
    revision.change_note = given.change_note or revision.change_note
    revision.link = checked_link(given.link) or revision.link
    revision.approved_on = given.approved_on or revision.approved_on
    revision.effective_from = begins
    _name(revision, given)
    if given.is_approved and not is_approved:
        REVISION.make("record_approved", revision, by=by)
