"""The controlled documents that must change before a finding is closed.

A document that is named waits until it has a revision that was approved since the finding was
found, or somebody said with a reason that no change was needed.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Select, String, and_, case, func, literal, select, type_coerce

from qms.core.db import AccessClass, db
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.documents.models import Document, Revision, RevisionState
from qms.findings.beside import Beside, Side, stream
from qms.findings.models import Finding, FindingDocument
from qms.people.models import Person
from qms.people.rights import sight_of

WAITS, CHANGED, UNNEEDED = "waits", "changed", "unneeded"
"""How far such a document is."""


class Waiting(NamedTuple):
    """A document that still waits for its revision."""

    number: str
    unit_id: int
    access: AccessClass


APPROVED_ON = func.coalesce(Revision.approved_on, Revision.effective_from)


def _since(finding: Finding) -> Any:
    """When the document's newest revision since the finding was approved; NULL: none was."""
    return (
        select(func.max(APPROVED_ON))
        .where(
            Revision.district_id == FindingDocument.district_id,
            Revision.document_id == FindingDocument.document_id,
            Revision.state == RevisionState.APPROVED,
            finding.found_on <= APPROVED_ON,
        )
        .correlate(FindingDocument)
        .scalar_subquery()
    )


def of_finding(finding: Finding, person: Person) -> Select[Any]:
    """The documents of a finding, for its page. Of one that this person may not see only that it
    is there: what stands in the way of closing is the same for everybody."""
    approved, seen = _since(finding), and_(*sight_of(person).conditions(Document))
    return (
        stream(
            Side.DOCUMENT,
            key=Document.id,
            uid=Document.uid,
            number=case((seen, Document.number), else_=""),
            title=case((seen, Document.title), else_=""),
            state=case(
                (FindingDocument.settled_on.is_not(None), literal(UNNEEDED)),
                (approved.is_not(None), literal(CHANGED)),
                else_=literal(WAITS),
            ),
            on_day=func.coalesce(FindingDocument.settled_on, approved),
            unit_id=Document.unit_id,
            note=FindingDocument.settled_reason,
            who=Person.name,
            access=type_coerce(Document.access, String),
        )
        .select_from(FindingDocument)
        .join(Document, Document.id == FindingDocument.document_id)
        .outerjoin(Person, Person.id == FindingDocument.settled_by_id)
        .where(
            FindingDocument.district_id == finding.district_id,
            FindingDocument.finding_id == finding.id,
        )
        .order_by(Document.number_key)
    )


def give_waiting(finding: Finding, others: Iterable[Beside]) -> None:
    """Have what waits ready for `waiting_documents`, from what a page has read already."""
    finding.__dict__["waiting_documents"] = [
        Waiting(one.number, one.unit_id or 0, AccessClass(one.access or AccessClass.RESTRICTED))
        for one in others
        if one.side is Side.DOCUMENT and one.state == WAITS
    ]


def waiting_documents(finding: Finding) -> list[Waiting]:
    """The documents of a finding that still wait. One query, unless a page has them ready."""
    kept: list[Waiting] | None = finding.__dict__.get("waiting_documents")
    if kept is not None:
        return kept
    rows = db.session.execute(
        select(Document.number, Document.unit_id, Document.access)
        .select_from(FindingDocument)
        .join(Document, Document.id == FindingDocument.document_id)
        .where(
            FindingDocument.district_id == finding.district_id,
            FindingDocument.finding_id == finding.id,
            FindingDocument.settled_on.is_(None),
            _since(finding).is_(None),
        )
        .order_by(Document.number_key)
    )
    return [Waiting(*row) for row in rows]


def documents_that_wait(finding: Finding) -> Any:
    """What stands in the way of closing, in words. A document that not everybody sees who sees the
    finding is not named."""
    waiting = waiting_documents(finding)
    all_know = finding.access is AccessClass.RESTRICTED
    named = [
        one.number
        for one in waiting
        if one.number
        and one.unit_id == finding.unit_id
        and (all_know or one.access is AccessClass.ORDINARY)
    ]
    if named:
        return _(
            "These documents must first get a new revision: %(numbers)s. If no change was needed, "
            "say why.",
            numbers=", ".join(named),
        )
    if waiting:
        return _l("A document that must change has no newly approved revision yet.")
    return None
