"""What waits for a person: one query an area, a few rows of each kind, the most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload

from qms.actions.models import Action, ActionState
from qms.actions.permissions import may_check
from qms.actions.queries import done_by, owned_by, waits_for_decision
from qms.core import clock
from qms.core.db import AccessClass, db
from qms.core.jobs import Job, JobState
from qms.documents.models import Document, Revision, RevisionState, Signature, SignatureRole
from qms.documents.permissions import may_approve
from qms.documents.permissions import may_check as may_check_revision
from qms.documents.queries import Standing, standing_on
from qms.findings.models import (
    Finding,
    FindingAction,
    FindingState,
    Grade,
    UnitCheck,
)
from qms.findings.permissions import HEADS
from qms.findings.queries import decided_by, involves
from qms.packs.models import Pack
from qms.people.models import Person
from qms.people.rights import Units, sight_of
from qms.people.roles import AUDITS, IS_ASKED, KEEPS, Role

SHOWN = 5
"""Lines of one kind."""
REVIEW_AHEAD = timedelta(days=30)
COMING_AHEAD = timedelta(days=14)
"""Days before a revision comes into force from which those who keep the unit are told."""
EFFECT_AHEAD = timedelta(days=14)
"""Days before the effect of a finding is to be seen from which those who check are told."""
PACKS_KEPT = timedelta(days=14)
"""How long a pack that is ready stays on the page."""
NO_DAY = date(9999, 12, 31)


class Kind(StrEnum):
    """What a line asks for."""

    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"
    RULE = "rule"
    APPROVE_PLAN = "approve_plan"
    PLAN = "plan"
    CLOSE = "close"
    PROVE = "prove"
    LOOK = "look"
    DO = "do"
    VERIFY = "verify"
    EXTEND = "extend"
    CHECK = "check"
    APPROVE = "approve"
    WRITE = "write"
    REVIEW = "review"
    BEGIN = "begin"
    WALK = "walk"
    SIGN = "sign"
    ACKNOWLEDGE_PLAN = "acknowledge_plan"
    CHANGE_PLAN = "change_plan"
    STAFF = "staff"
    PREPARE = "prepare"
    REPORT = "report"
    CLOSE_AUDIT = "close_audit"
    ASSESS_SELF = "assess_self"
    APPROVE_PROGRAMME = "approve_programme"
    PLAN_VISITS = "plan_visits"
    RENEW = "renew"
    PLACE = "place"
    TAKE_UP = "take_up"
    ANSWER_COMPLAINT = "answer_complaint"
    CLOSE_COMPLAINT = "close_complaint"
    TAKE_EFFECT = "take_effect"
    CERTIFY = "certify"


class Deadline(StrEnum):
    """What the day of a line is the last one for; `DONE`: the day since which it waits."""

    ANSWER = "answer"
    CLOSING = "closing"
    EFFECT = "effect"
    ACTION = "action"
    DONE = "done"
    REVIEW = "review"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    FIRST_VISIT = "first_visit"
    ASSESSMENT = "assessment"
    VALID_UNTIL = "valid_until"
    IN_FORCE = "in_force"
    STEP = "step"


@dataclass(frozen=True)
class Waiting:
    """A record that waits for the person, and since or until when."""

    kind: Kind
    uid: UUID
    number: str
    title: str
    unit_id: int
    due_on: date | None
    deadline: Deadline
    is_restricted: bool
    is_barred: bool = False
    """Named to do it, and not allowed to: they count as one with who did the work."""


@dataclass(frozen=True)
class Bundle:
    """The lines of one area. `more` names the kinds of which there are further ones."""

    waiting: list[Waiting]
    more: frozenset[Kind]


@dataclass(frozen=True)
class Reach:
    """How far a list of what waits goes: so many lines of one kind, and, with `until`, only those
    whose day is not after it."""

    most: int = SHOWN
    until: date | None = None


PAGE = Reach()
"""What My work shows."""


def units_checked(person: Person) -> Units:
    """The units whose work this person may check, as `may_check` says."""
    audited = person.rights.units(AUDITS)
    if audited.everywhere:
        return audited
    return Units(
        False, frozenset(node.id for node in person.rights.tree if may_check(person, node.id))
    )


def gathered(sources: Iterable[Select[Any] | None], reach: Reach = PAGE) -> Bundle:
    """One query over all sources, each limited; the most urgent first."""
    streams = [_reached(one, reach) for one in sources if one is not None]
    if not streams:
        return Bundle([], frozenset())
    rows = db.session.execute(union_all(*streams)).all()
    counts: dict[str, int] = {}
    waiting = []
    for kind, uid, number, title, unit_id, due_on, deadline, access in rows:
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= reach.most:
            line = (uid, number, title, unit_id, due_on, Deadline(deadline))
            waiting.append(Waiting(Kind(kind), *line, access == "restricted"))
    waiting.sort(key=lambda one: (one.due_on or NO_DAY, one.number))
    return Bundle(waiting, frozenset(Kind(kind) for kind, n in counts.items() if n > reach.most))


def _reached(source: Select[Any], reach: Reach) -> Select[Any]:
    rows = source.limit(reach.most + 1).subquery()
    return select(rows) if reach.until is None else select(rows).where(rows.c.due_on <= reach.until)


def _in(units: Units, column: Any) -> list[ColumnElement[bool]]:
    return [] if units.everywhere else [column.in_(units.ids)]


# Findings ------------------------------------------------------------------------------------


def findings_waiting(person: Person, reach: Reach = PAGE) -> Bundle:
    """To answer, take note of or plan anew where the person belongs; to close or prove where they
    may check; to decide about plans and disputes where they may do that."""
    works, checks = person.rights.units(IS_ASKED), units_checked(person)
    heads = person.rights.units(HEADS)
    approves = Units(checks.everywhere or heads.everywhere, frozenset(checks.ids | heads.ids))
    return gathered(
        (
            _raised(person, works, Kind.ANSWER, Finding.grade.not_in(NOTED)) if works else None,
            _raised(person, works, Kind.ACKNOWLEDGE, Finding.grade.in_(NOTED)) if works else None,
            _left_without_action(person, works) if works else None,
            _asked_of(person, works) if works else None,
            _to_check(person, checks, Kind.CLOSE, *_all_verified()) if checks else None,
            _to_prove(person, checks, reach) if checks else None,
            _to_check(person, approves, Kind.APPROVE_PLAN, Finding.state == FindingState.SUBMITTED)
            if approves
            else None,
            _to_rule(person, checks) if checks else None,
        ),
        reach,
    )


NOTED = (Grade.STRENGTH, Grade.OPPORTUNITY)
"""Grades of which one mostly takes note only."""


def _finding_line(person: Person, kind: Kind, due: Any, deadline: Any) -> Select[Any]:
    return select(
        literal(kind.value).label("kind"),
        Finding.uid,
        Finding.number,
        Finding.deviation.label("title"),
        Finding.unit_id,
        due.label("due_on"),
        deadline.label("deadline"),
        Finding.access,
    ).where(*sight_of(person).conditions(Finding), Finding.is_open)


def _raised(
    person: Person, works: Units, kind: Kind, condition: ColumnElement[bool]
) -> Select[Any]:
    due = func.coalesce(Finding.reply_due_on, Finding.due_on)
    deadline = case(
        (Finding.reply_due_on.is_(None), Deadline.CLOSING.value), else_=Deadline.ANSWER.value
    )
    return (
        _finding_line(person, kind, due, deadline)
        .where(Finding.state == FindingState.RAISED, condition, *_in(works, Finding.unit_id))
        .order_by(due.is_(None), due, Finding.uid)
    )


def _asked_of(person: Person, works: Units) -> Select[Any]:
    """Whether something that was found elsewhere is so here, too."""
    return (
        select(
            literal(Kind.LOOK.value).label("kind"),
            UnitCheck.uid,
            cast(literal(""), Finding.number.type).label("number"),
            UnitCheck.question.label("title"),
            UnitCheck.unit_id,
            UnitCheck.due_on.label("due_on"),
            literal(Deadline.ANSWER.value).label("deadline"),
            literal(AccessClass.ORDINARY, Finding.access.type).label("access"),
        )
        .where(
            *sight_of(person).conditions(UnitCheck),
            UnitCheck.answered_on.is_(None),
            UnitCheck.withdrawn_on.is_(None),
            *_in(works, UnitCheck.unit_id),
        )
        .order_by(UnitCheck.due_on, UnitCheck.uid)
    )


def _left_without_action(person: Person, works: Units) -> Select[Any]:
    """Answered, and every action of the round was cancelled since: nobody would be asked."""
    return (
        _finding_line(person, Kind.PLAN, Finding.due_on, literal(Deadline.CLOSING.value))
        .where(
            Finding.state == FindingState.ANSWERED,
            *_in(works, Finding.unit_id),
            ~exists().where(OF_ROUND, Action.state != ActionState.CANCELLED),
        )
        .order_by(Finding.due_on.is_(None), Finding.due_on, Finding.uid)
    )


def _to_check(
    person: Person, checks: Units, kind: Kind, *conditions: ColumnElement[bool]
) -> Select[Any]:
    return (
        _finding_line(person, kind, Finding.due_on, literal(Deadline.CLOSING.value))
        .where(*_in(checks, Finding.unit_id), *conditions, ~involves(person))
        .order_by(Finding.due_on.is_(None), Finding.due_on, Finding.uid)
    )


def _to_prove(person: Person, checks: Units, reach: Reach) -> Select[Any]:
    """Verified, and its effect is to be seen soon; what has no day for that (it is from before
    there were such days) by the day of its closing."""
    until = reach.until or person.district.today + EFFECT_AHEAD
    due = func.coalesce(Finding.effect_due_on, Finding.due_on)
    deadline = case(
        (Finding.effect_due_on.is_(None), Deadline.CLOSING.value), else_=Deadline.EFFECT.value
    )
    return (
        _finding_line(person, Kind.PROVE, due, deadline)
        .where(
            Finding.state == FindingState.VERIFIED,
            or_(Finding.effect_due_on.is_(None), Finding.effect_due_on <= until),
            *_in(checks, Finding.unit_id),
            ~involves(person),
        )
        .order_by(due.is_(None), due, Finding.uid)
    )


def _to_rule(person: Person, checks: Units) -> Select[Any]:
    """Disputed, and this person decides it, as `findings.permissions.may_rule` says."""
    due = func.coalesce(Finding.reply_due_on, Finding.due_on)
    deadline = case(
        (Finding.reply_due_on.is_(None), Deadline.CLOSING.value), else_=Deadline.ANSWER.value
    )
    return (
        _finding_line(person, Kind.RULE, due, deadline)
        .where(
            Finding.state == FindingState.DISPUTED,
            *_in(checks, Finding.unit_id),
            decided_by(person),
            ~involves(person),
        )
        .order_by(due.is_(None), due, Finding.uid)
    )


OF_ROUND = and_(
    FindingAction.finding_id == Finding.id,
    FindingAction.round == Finding.round,
    Action.id == FindingAction.action_id,
)
"""The actions of a finding's present round."""


def _all_verified() -> tuple[ColumnElement[bool], ...]:
    """Answered, and in this round nothing is open or done but unverified, and something is."""
    under_way = Action.state.in_((ActionState.OPEN, ActionState.DONE))
    return (
        Finding.state == FindingState.ANSWERED,
        exists().where(OF_ROUND, Action.state == ActionState.VERIFIED),
        ~exists().where(OF_ROUND, under_way),
    )


# Actions -------------------------------------------------------------------------------------


def actions_waiting(person: Person, reach: Reach = PAGE) -> Bundle:
    """To do: one's own, in name, by position or for another, once its plan is approved. To verify:
    what others did. To decide about: later dates that others ask for."""
    checks = units_checked(person)
    mine = (
        _action_line(person, Kind.DO, Action.due_on, Deadline.ACTION)
        .where(Action.state == ActionState.OPEN, ~Action.is_held, owned_by(person))
        .order_by(Action.due_on, Action.uid)
    )
    done = (
        _action_line(person, Kind.VERIFY, Action.done_on, Deadline.DONE)
        .where(
            Action.state == ActionState.DONE,
            *_in(checks, Action.unit_id),
            ~func.coalesce(owned_by(person), False),
            ~done_by(person),
        )
        .order_by(Action.due_on, Action.uid)
    )
    decides = person.rights.units(KEEPS | {Role.HEAD})
    asked = (
        _action_line(person, Kind.EXTEND, Action.due_on, Deadline.ACTION)
        .where(*_in(decides, Action.unit_id), waits_for_decision(person))
        .order_by(Action.due_on, Action.uid)
    )
    return gathered((mine, done if checks else None, asked if decides else None), reach)


def _action_line(person: Person, kind: Kind, day: Any, deadline: Deadline) -> Select[Any]:
    line: Any = select(
        literal(kind.value).label("kind"),
        Action.uid,
        Action.number,
        Action.what.label("title"),
        Action.unit_id,
        day.label("due_on"),
        literal(deadline.value).label("deadline"),
        Action.access,
    )
    found: Select[Any] = line.where(*sight_of(person).conditions(Action))
    return found


# Documents -----------------------------------------------------------------------------------


def documents_waiting(person: Person, reach: Reach = PAGE) -> Bundle:
    """To check or approve as named; one's own drafts; those in force whose review is near, and
    those that come into force soon. Who is named and may not sign by now is told so."""
    keeps = person.rights.units(KEEPS)
    no_day = cast(null(), Date)
    unchecked = exists().where(
        Signature.district_id == Revision.district_id,
        Signature.revision_id == Revision.id,
        Signature.role == SignatureRole.CHECKED,
        Signature.signed_at.is_(None),
    )
    draft = (
        _document_line(person, Kind.WRITE, no_day)
        .where(Revision.state == RevisionState.DRAFT, Revision.author_id == person.id)
        .order_by(Revision.id)
    )
    review = (
        _document_line(person, Kind.REVIEW, Document.review_on)
        .where(
            standing_on(Standing.IN_FORCE, person.district.today),
            Document.review_on <= person.district.today + REVIEW_AHEAD,
            *_in(keeps, Document.unit_id),
        )
        .order_by(Document.review_on, Document.id)
    )
    coming = (
        _document_line(person, Kind.TAKE_EFFECT, Revision.effective_from, Deadline.IN_FORCE)
        .where(
            standing_on(Standing.UPCOMING, person.district.today),
            Revision.effective_from <= person.district.today + COMING_AHEAD,
            *_in(keeps, Document.unit_id),
        )
        .order_by(Revision.effective_from, Document.id)
    )
    found = gathered(
        (
            _to_sign(person, Kind.CHECK, SignatureRole.CHECKED),
            _to_sign(person, Kind.APPROVE, SignatureRole.APPROVED).where(~unchecked),
            draft,
            review if keeps else None,
            coming if keeps else None,
        ),
        reach,
    )
    return replace(found, waiting=_judged(found.waiting, person))


MAY_SIGN = {Kind.CHECK: may_check_revision, Kind.APPROVE: may_approve}


def _judged(waiting: list[Waiting], person: Person) -> list[Waiting]:
    """Marks what the rule does not let this person sign although they are named. One query."""
    to_sign = [one.uid for one in waiting if one.kind in MAY_SIGN]
    if not to_sign:
        return waiting
    revisions = db.session.scalars(
        select(Revision)
        .join(Revision.document)
        .where(Document.uid.in_(to_sign), Revision.state == RevisionState.IN_REVIEW)
        .options(contains_eager(Revision.document), joinedload(Revision.signatures))
    )
    known = {one.document.uid: one for one in revisions.unique()}
    return [
        replace(one, is_barred=not MAY_SIGN[one.kind](person, known[one.uid]))
        if one.kind in MAY_SIGN
        else one
        for one in waiting
        if one.kind not in MAY_SIGN or one.uid in known  # signed by others since it was listed
    ]


def _document_line(
    person: Person, kind: Kind, due: Any, deadline: Deadline = Deadline.REVIEW
) -> Select[Any]:
    return (
        select(
            literal(kind.value).label("kind"),
            Document.uid,
            Document.number,
            Document.title,
            Document.unit_id,
            due.label("due_on"),
            literal(deadline.value).label("deadline"),
            Document.access,
        )
        .join(
            Revision,
            and_(Revision.district_id == Document.district_id, Revision.document_id == Document.id),
        )
        .where(*sight_of(person).conditions(Document), Document.withdrawn_on.is_(None))
    )


def _to_sign(person: Person, kind: Kind, role: SignatureRole) -> Select[Any]:
    """In review, and the person is named to sign in this role and has not."""
    named = exists().where(
        Signature.district_id == Revision.district_id,
        Signature.revision_id == Revision.id,
        Signature.person_id == person.id,
        Signature.role == role,
        Signature.signed_at.is_(None),
    )
    return (
        _document_line(person, kind, cast(null(), Date))
        .where(Revision.state == RevisionState.IN_REVIEW, named)
        .order_by(Revision.id)
    )


# Packs ---------------------------------------------------------------------------------------


def packs_of(person: Person) -> list[Any]:
    """The packs that this person asked for and that came to an end of late, the newest first:
    rows of uid, from_on, to_on, made_at, state."""
    since = clock.now() - PACKS_KEPT
    return list(
        db.session.execute(
            select(Pack.uid, Pack.from_on, Pack.to_on, Pack.made_at, Job.state)
            .join(Job, Job.id == Pack.job_id)
            .where(
                Pack.district_id == person.district_id,
                Pack.asked_by_id == person.id,
                Job.ended_at >= since,
                Job.state.in_((JobState.DONE, JobState.FAILED)),
            )
            .order_by(Pack.uid.desc())
            .limit(SHOWN)
        )
    )
