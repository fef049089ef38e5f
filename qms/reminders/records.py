"""The records that notices are about: how each is found again, as far as somebody may see it now.

Listed in one place; `overview.sources` says which areas there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, null, or_, true

from qms.actions.models import Action, ActionState
from qms.audits.models import Audit, AuditProgramme, AuditState
from qms.audits.queries.competence import auditors_seen
from qms.audits.queries.programme import seen_programmes
from qms.certificates.models import Certificate
from qms.certificates.queries import seen_with
from qms.complaints.models import UNANSWERED_STATES, Complaint, ComplaintState
from qms.complaints.queries import open_to
from qms.core.db import AccessClass
from qms.documents.models import Document, Revision
from qms.documents.queries import readable
from qms.findings.models import Finding, FindingState, UnitCheck
from qms.overview.lines import PAGES
from qms.overview.queries.work import Kind
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.reminders.models import Notice

Seen = Callable[[Person], list[ColumnElement[bool]]]


@dataclass(frozen=True)
class Found:
    """One kind of record. `waits`: the condition that it still asks for what a notice says.
    `is_quoted`: its title is in the words of somebody outside, and not for a mail."""

    about: str
    model: Any
    endpoint: str
    seen: Seen
    title: Any
    number: Any = None
    unit_id: Any = None
    access: Any = None
    waits: Any = None
    is_quoted: bool = False


def _seen(model: Any) -> Seen:
    return lambda person: sight_of(person).conditions(model)


def _complaints(person: Person) -> list[ColumnElement[bool]]:
    return [*sight_of(person).conditions(Complaint), open_to(person)]


def _documents(person: Person) -> list[ColumnElement[bool]]:
    return [
        *sight_of(person).conditions(Document),
        exists().where(Revision.document_id == Document.id, readable(person)),
    ]


RECORDS = (
    Found(
        "finding",
        Finding,
        "findings.show",
        _seen(Finding),
        Finding.deviation,
        Finding.number,
        Finding.unit_id,
        Finding.access,
        case(
            (
                Notice.kind.in_((Kind.ANSWER.value, Kind.ACKNOWLEDGE.value)),
                Finding.state == FindingState.RAISED,
            ),
            (Notice.kind == Kind.RULE.value, Finding.state == FindingState.DISPUTED),
            (Notice.kind == Kind.APPROVE_PLAN.value, Finding.state == FindingState.SUBMITTED),
            (Notice.kind == Kind.PROVE.value, Finding.state == FindingState.VERIFIED),
            else_=Finding.is_open,
        ),
    ),
    Found(
        "unit_check",
        UnitCheck,
        "findings.check",
        _seen(UnitCheck),
        UnitCheck.question,
        unit_id=UnitCheck.unit_id,
        waits=and_(
            UnitCheck.answered_on.is_(None),
            UnitCheck.withdrawn_on.is_(None),
            UnitCheck.due_on == Notice.due_on,
        ),
    ),
    Found(
        "action",
        Action,
        "actions.show",
        _seen(Action),
        Action.what,
        Action.number,
        Action.unit_id,
        Action.access,
        case(
            (Notice.kind == Kind.VERIFY.value, Action.state == ActionState.DONE),
            else_=and_(Action.state == ActionState.OPEN, Action.due_on == Notice.due_on),
        ),
    ),
    Found(
        "complaint",
        Complaint,
        "complaints.show",
        _complaints,
        Complaint.statement,
        Complaint.number,
        Complaint.unit_id,
        Complaint.access,
        case(
            (
                Notice.kind == Kind.CLOSE_COMPLAINT.value,
                Complaint.state == ComplaintState.ANSWERED,
            ),
            else_=and_(Complaint.state.in_(UNANSWERED_STATES), Complaint.due_on == Notice.due_on),
        ),
        is_quoted=True,
    ),
    Found(
        "document",
        Document,
        "documents.show",
        _documents,
        Document.title,
        Document.number,
        Document.unit_id,
        Document.access,
        and_(
            Document.withdrawn_on.is_(None),
            or_(Notice.kind != Kind.REVIEW.value, Document.review_on == Notice.due_on),
        ),
    ),
    Found(
        "audit",
        Audit,
        "audits.show",
        _seen(Audit),
        Audit.title,
        Audit.number,
        Audit.unit_id,
        Audit.access,
        Audit.state.not_in((AuditState.CLOSED, AuditState.CANCELLED)),
    ),
    Found(
        "audit_programme",
        AuditProgramme,
        "audits.programme",
        seen_programmes,
        AuditProgramme.title,
        unit_id=AuditProgramme.unit_id,
    ),
    Found("person", Person, "audits.auditor", auditors_seen, Person.name),
    Found(
        "certificate",
        Certificate,
        "certificates.show",
        lambda person: seen_with(sight_of(person)),
        Certificate.body,
        unit_id=Certificate.unit_id,
    ),
)
BY_ABOUT = {one.about: one for one in RECORDS}
BY_ENDPOINT = {one.endpoint: one for one in RECORDS}


def about_of(kind: Kind, endpoint: str) -> str:
    """The record that a line is about, whose section has its pages at an endpoint."""
    return BY_ENDPOINT[PAGES.get(kind, endpoint)].about


def joined(statement: Select[Any], person: Person) -> Select[Any]:
    """The statement over notices, only those whose record this person sees now."""
    for one in RECORDS:
        statement = statement.outerjoin(
            one.model,
            and_(
                Notice.about == one.about,
                one.model.uid == Notice.record_uid,
                *one.seen(person),
            ),
        )
    return statement.where(or_(*(one.model.id.is_not(None) for one in RECORDS)))


def columns() -> list[Any]:
    """What is shown of the record of a notice: number, title, unit_id, edition_id (of a
    certificate), is_restricted, waits."""
    restricted = [one.access for one in RECORDS if one.access is not None]
    return [
        _first(one.number for one in RECORDS).label("number"),
        _first(one.title for one in RECORDS).label("title"),
        _first(one.unit_id for one in RECORDS).label("unit_id"),
        Certificate.edition_id,
        or_(*(func.coalesce(one == AccessClass.RESTRICTED, False) for one in restricted)).label(
            "is_restricted"
        ),
        case(
            *(
                (Notice.about == one.about, true() if one.waits is None else one.waits)
                for one in RECORDS
            )
        ).label("waits"),
    ]


def _first(given: Any) -> Any:
    listed = [one for one in given if one is not None]
    return func.coalesce(*listed, null()) if len(listed) > 1 else (listed or [literal("")])[0]
