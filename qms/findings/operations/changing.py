"""Naming the controlled documents that must change before a finding is closed."""

from collections.abc import Sequence

from qms.core import journal
from qms.core.db import AccessClass, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.documents.models import Document
from qms.findings.models import Finding, FindingDocument
from qms.findings.permissions import may_name_documents
from qms.people.models import Person
from qms.people.rights import sight_of


def name_documents(finding: Finding, documents: Sequence[Document], *, by: Person) -> None:
    """These documents must get a new revision before the finding is closed. One of which it was
    said that no change was needed waits again."""
    require(may_name_documents, by, finding)
    if not documents:
        message = _l("Choose at least one document.")
        raise Invalid(message, document=message)
    known = {one.document_id: one for one in finding.documents}
    for document in documents:
        if not sight_of(by).sees(document) or document.withdrawn_on is not None:
            message = _l("This document cannot be chosen: it is withdrawn or not for you.")
            raise Invalid(message, document=message)
        if document.access is AccessClass.RESTRICTED and finding.access is AccessClass.ORDINARY:
            message = _l("A restricted document can only be named for a restricted finding.")
            raise Invalid(message, document=message)
        named = known.get(document.id)
        if named is None:
            named = FindingDocument(
                district_id=finding.district_id,
                document_id=document.id,
                asked_on=by.district.today,
                asked_by_id=by.id,
            )
            finding.documents.append(named)
        named.settled_on = named.settled_by_id = named.settled_reason = None
    touch(finding)
    numbers = [one.number for one in documents]
    journal.write("name_documents", finding, by=by, documents=numbers)


def settle_document(
    finding: Finding, document: Document, *, reason: str, by: Person, version: int | None = None
) -> None:
    """No change of this document was needed; the reason is kept, with the name of who says so."""
    require(may_name_documents, by, finding)
    same_version(finding, version)
    if not reason.strip():
        message = _l("Say why no change was needed.")
        raise Invalid(message, reason=message)
    named = next((one for one in finding.documents if one.document_id == document.id), None)
    if named is None or named.settled_on is not None:
        raise OutOfTurn(_l("This document does not wait for a change any more."))
    named.settled_on, named.settled_by_id = by.district.today, by.id
    named.settled_reason = reason.strip()
    touch(finding)
    journal.write("settle_document", finding, by=by, reason=reason.strip())
