"""Reads of findings. What a person may not see is not found, listed, linked or offered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from qms.actions.models import Action, ActionEvidence, ActionState
from qms.actions.permissions import hats_of
from qms.actions.queries import WITH_PEOPLE, done_by, owned_by
from qms.core import search
from qms.core.db import AccessClass, db, holds_any, spelled
from qms.core.errors import Missing
from qms.core.files import StoredFile
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.documents.models import Document, Revision, RevisionState
from qms.evidence.models import Evidence, EvidenceFile, EvidenceVersion
from qms.findings.models import (
    UNANSWERED_STATES,
    Finding,
    FindingAction,
    FindingClause,
    FindingDocument,
    FindingEvidence,
    FindingState,
    FindingStep,
    Grade,
    GradeChange,
    Source,
    StepKind,
)
from qms.findings.narrowing import Behind
from qms.findings.permissions import COORDINATES, RESPONSE
from qms.people.models import Person
from qms.people.registers import seen_page
from qms.people.rights import Sight, sight_of
from qms.standards.queries import clauses_named

ROW: Any = Finding.__table__.c
"""The register reads plain columns: no object is made of a row, and the statement is built in a
fraction of the time."""

LONGEST_OVERDUE_FIRST = (Key(ROW.due_on), Key(ROW.uid))
NEWEST_FIRST = (Key(ROW.found_on, descending=True), Key(ROW.uid, descending=True))
BY_NUMBER = (Key(ROW.number_key),)
ANYTHING = Behind()
NUMBER = re.compile(r"nc-\d{4}", re.IGNORECASE)


def finding_by_uid(person: Person, uid: UUID) -> Finding:
    """A finding that this person may see, with steps, clauses and actions; Missing otherwise."""
    found = db.session.scalars(
        select(Finding)
        .where(Finding.uid == uid, *sight_of(person).conditions(Finding))
        .options(
            joinedload(Finding.raised_by),
            joinedload(Finding.steps).joinedload(FindingStep.person),
            joinedload(Finding.clauses),
            joinedload(Finding.causes),
            selectinload(Finding.actions)
            .joinedload(FindingAction.action, innerjoin=True)
            .options(*WITH_PEOPLE),
        )
    ).unique()
    finding = found.one_or_none()
    if finding is None:
        raise Missing(_l("There is no such finding, or it is not for you."))
    return finding


def whole_findings(person: Person, uids: Sequence[UUID]) -> list[Finding]:
    """Findings with steps, clauses and actions, as far as this person sees them, in this order. A
    few queries, however many there are."""
    found = db.session.scalars(
        select(Finding)
        .where(Finding.uid.in_(uids), *sight_of(person).conditions(Finding))
        .options(
            joinedload(Finding.raised_by),
            selectinload(Finding.steps).joinedload(FindingStep.person),
            selectinload(Finding.grade_changes).joinedload(GradeChange.person),
            selectinload(Finding.clauses),
            selectinload(Finding.causes),
            selectinload(Finding.documents).joinedload(FindingDocument.document),
            selectinload(Finding.actions)
            .joinedload(FindingAction.action, innerjoin=True)
            .options(*WITH_PEOPLE),
        )
    )
    known = {one.uid: one for one in found}
    return [known[uid] for uid in uids if uid in known]


REGISTER: Any = select(
    ROW.number,
    func.substr(ROW.deviation, 1, 160).label("title"),
    ROW.place,
    spelled(ROW.uid),
    ROW.unit_id,
    ROW.grade,
    ROW.state,
    ROW.found_on,
    ROW.due_on,
    ROW.is_open,
    ROW.access,
    ROW.number_key,
)
"""What a row shows: first the texts that people typed, then the rest."""


def finding_page(
    person: Person,
    unit_id: int | None,
    *,
    q: str = "",
    states: Sequence[FindingState] = (),
    grades: Sequence[Grade] = (),
    sources: Sequence[Source] = (),
    is_open: bool = False,
    unanswered: bool = False,
    overdue: bool = False,
    unproven: bool = False,
    clause_ids: Sequence[int] = (),
    behind: Behind = ANYTHING,
    within: tuple[int, bool] | None = None,
    cursor: str | None = None,
) -> Page[Any]:
    """A page of the register as rows of plain columns: newest first, overdue ones longest first,
    those of a number's beginning by number, hits of words last recorded first. `unanswered`: the
    answer is overdue; `overdue`: the closing; `unproven`: the effect is to be checked. `within`: a
    unit with those under it, or (True) it alone, instead of the one that is chosen. One query."""
    q = q.strip()
    today = person.district.today
    is_number, named = NUMBER.match(q) is not None, [clause.id for clause in clauses_named(q)]
    words = "" if named or is_number else q
    by_day = overdue and not is_number and not words
    asked = Asked(
        person.district_id,
        tuple(states),
        tuple(grades),
        tuple(sources),
        is_open or overdue,
        today if unanswered else None,
        today if overdue and not by_day else None,
        today if unproven else None,
        (*clause_ids, *named),
        q if is_number else "",
        behind,
    )
    return seen_page(
        _register(asked),
        Finding,
        _sight(person, unit_id, within),
        BY_NUMBER if is_number else LONGEST_OVERDUE_FIRST if overdue else NEWEST_FIRST,
        words=words,
        until=today - timedelta(days=1) if by_day else None,
        cursor=cursor,
    )


def _sight(person: Person, unit_id: int | None, within: tuple[int, bool] | None) -> Sight:
    if within is None:
        return sight_of(person, unit_id)
    wanted, alone = within
    return sight_of(person).under([wanted]) if alone else sight_of(person, wanted)


class Asked(NamedTuple):
    """What the register is narrowed to."""

    district_id: int
    states: tuple[FindingState, ...]
    grades: tuple[Grade, ...]
    sources: tuple[Source, ...]
    is_open: bool
    unanswered_on: date | None
    late_on: date | None
    unproven_on: date | None
    clause_ids: tuple[int, ...]
    number: str
    behind: Behind


@lru_cache(maxsize=500)
def _register(asked: Asked) -> Any:
    """The register as far as it is asked for; kept, so that its pages are kept too."""
    found = REGISTER
    for column, chosen in (
        (ROW.state, asked.states),
        (ROW.grade, asked.grades),
        (ROW.source, asked.sources),
    ):
        if chosen:
            found = found.where(column.in_(chosen))
    if asked.is_open:
        found = found.where(ROW.is_open)
    if asked.unanswered_on:
        found = found.where(answer_is_late(ROW, asked.unanswered_on))
    if asked.late_on:
        found = found.where(ROW.due_on < asked.late_on)
    if asked.unproven_on:
        found = found.where(
            ROW.state == FindingState.VERIFIED, ROW.effect_due_on <= asked.unproven_on
        )
    if asked.clause_ids:
        found = found.where(citing(asked.district_id, asked.clause_ids))
    found = found.where(
        *asked.behind.conditions(ROW, asked.district_id, asked.clause_ids),
    )
    if asked.number:
        found = found.where(search.beginning_with(ROW.number_key, asked.number))
    return found


def answer_is_late(finding: Any, today: date) -> ColumnElement[bool]:
    """The condition that a unit (of the model, or of its columns) should have answered before
    today and has not."""
    late: ColumnElement[bool] = and_(
        finding.state.in_(UNANSWERED_STATES), finding.reply_due_on < today
    )
    return late


def citing(district_id: int, clause_ids: Sequence[int]) -> Any:
    """The condition that a finding cites one of these clauses."""
    return ROW.id.in_(
        select(FindingClause.finding_id).where(
            FindingClause.district_id == district_id,
            FindingClause.clause_id.in_(clause_ids),
        )
    )


def involves(person: Person) -> ColumnElement[bool]:
    """The condition that this person, or who counts as one with them, owns or did an action of the
    finding or answered it: `permissions.is_involved`, asked of the database."""
    people = hats_of(person).people
    wrote = exists().where(
        FindingStep.finding_id == Finding.id,
        FindingStep.kind.in_(RESPONSE),
        FindingStep.person_id.in_(people),
    )
    acted = exists().where(
        FindingAction.finding_id == Finding.id,
        Action.id == FindingAction.action_id,
        or_(and_(Action.state != ActionState.CANCELLED, owned_by(person)), done_by(person)),
    )
    return or_(holds_any(Finding.answered_by_ids, people), wrote, acted)


def decided_by(person: Person) -> ColumnElement[bool]:
    """The condition that a dispute about the finding goes to this person, among those who may
    verify it: the second half of `permissions.may_rule`, asked of the database."""
    people = hats_of(person).people
    judged = exists().where(
        FindingStep.finding_id == Finding.id,
        FindingStep.round == Finding.round - 1,
        FindingStep.kind == StepKind.EFFECTIVENESS,
        FindingStep.person_id.in_(people),
    )
    coordinates = person.rights.units(COORDINATES)
    goes_to = [
        Finding.lead_auditor_id.is_(None),
        Finding.lead_auditor_id == person.id,
        true() if coordinates.everywhere else Finding.unit_id.in_(coordinates.ids),
    ]
    raised = func.coalesce(Finding.raised_by_id.in_(people), False)
    return and_(~raised, ~judged, or_(*goes_to))


def servable(action: Action, person: Person, limit: int = 500) -> list[Any]:
    """Open findings of the action's unit that it could serve too, the newest first, as far as this
    person sees them: rows of uid, number, deviation, grade."""
    served = select(FindingAction.finding_id).where(
        FindingAction.district_id == action.district_id, FindingAction.action_id == action.id
    )
    statement = select(Finding.uid, Finding.number, Finding.deviation, Finding.grade).where(
        *sight_of(person).conditions(Finding),
        Finding.unit_id == action.unit_id,
        Finding.state.in_((FindingState.RAISED, FindingState.ANSWERED)),
        Finding.grade != Grade.STRENGTH,
        Finding.id.not_in(served),
    )
    if action.access is AccessClass.RESTRICTED:
        statement = statement.where(Finding.access == AccessClass.RESTRICTED)
    order = (Finding.found_on.desc(), Finding.uid.desc())
    return list(db.session.execute(statement.order_by(*order).limit(limit)))


def nameable_documents(person: Person, finding: Finding, limit: int = 500) -> list[Any]:
    """Documents of the unit and those above it that may have to change: rows of uid, number,
    title, by number. The district's documents apply to its units."""
    tree = person.rights.tree
    units = [finding.unit_id, *(node.id for node in tree.ancestors(finding.unit_id))]
    waiting = select(FindingDocument.document_id).where(
        FindingDocument.district_id == finding.district_id,
        FindingDocument.finding_id == finding.id,
        FindingDocument.settled_on.is_(None),
    )
    return list(
        db.session.execute(
            select(Document.uid, Document.number, Document.title)
            .where(
                *sight_of(person).conditions(Document),
                Document.unit_id.in_(units),
                Document.withdrawn_on.is_(None),
                Document.id.not_in(waiting),
                *(
                    [Document.access == AccessClass.ORDINARY]
                    if finding.access is AccessClass.ORDINARY
                    else []
                ),
                exists().where(
                    Revision.document_id == Document.id,
                    Revision.state == RevisionState.APPROVED,
                ),
            )
            .order_by(Document.number_key)
            .limit(limit)
        )
    )


@dataclass
class Piece:
    """A piece of evidence as other records' pages show it, with its current files:
    (number, position, name, size, mime)."""

    uid: UUID
    name: str
    is_withdrawn: bool
    valid_until: date | None
    files: list[tuple[int, int, str, int, str]] = field(default_factory=list)


def evidence_beside(person: Person, finding: Finding) -> dict[int | None, list[Piece]]:
    """The evidence of a finding (key None) and of its actions (key: the action's id) that this
    person may see. One query."""
    links = union_all(
        select(
            literal(None, type_=Action.id.type).label("action_id"), FindingEvidence.evidence_id
        ).where(FindingEvidence.finding_id == finding.id),
        select(ActionEvidence.action_id, ActionEvidence.evidence_id)
        .join(FindingAction, FindingAction.action_id == ActionEvidence.action_id)
        .where(FindingAction.finding_id == finding.id),
    ).subquery()
    later = aliased(EvidenceVersion)
    newest = (
        select(func.max(later.number))
        .where(later.evidence_id == Evidence.id)
        .correlate(Evidence)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            links.c.action_id,
            Evidence.uid,
            Evidence.name,
            Evidence.withdrawn_on,
            Evidence.valid_until,
            EvidenceFile.name.label("file_name"),
            StoredFile.size,
            StoredFile.mime,
            EvidenceFile.number,
            EvidenceFile.position,
        )
        .join(Evidence, Evidence.id == links.c.evidence_id)
        .outerjoin(
            EvidenceFile,
            and_(EvidenceFile.evidence_id == Evidence.id, EvidenceFile.number == newest),
        )
        .outerjoin(StoredFile, StoredFile.id == EvidenceFile.stored_file_id)
        .where(*sight_of(person).conditions(Evidence))
        .order_by(Evidence.added_on, Evidence.uid, EvidenceFile.position)
        .limit(500)
    )
    pieces: dict[tuple[int | None, UUID], Piece] = {}
    for row in rows:
        piece = pieces.setdefault(
            (row.action_id, row.uid),
            Piece(row.uid, row.name, row.withdrawn_on is not None, row.valid_until),
        )
        if row.file_name is not None:
            piece.files.append((row.number, row.position, row.file_name, row.size, row.mime))
    found: dict[int | None, list[Piece]] = {}
    for (action_id, _uid), piece in pieces.items():
        found.setdefault(action_id, []).append(piece)
    return found
