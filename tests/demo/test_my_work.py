"""My work shows what the workflows allow: compared with every rule, for everybody in the demo."""

from typing import Any

from sqlalchemy import select

from qms.actions.models import Action, ActionState
from qms.actions.permissions import hats_of
from qms.actions.workflow import ACTION
from qms.core.db import db
from qms.documents.models import Revision, RevisionState
from qms.documents.workflow import REVISION
from qms.findings.models import Finding
from qms.findings.workflow import FINDING
from qms.overview.queries.work import (
    EFFECT_AHEAD,
    SHOWN,
    Bundle,
    Kind,
    actions_waiting,
    documents_waiting,
    findings_waiting,
)
from qms.people.models import Person
from qms.people.rights import sight_of

KINDS = (Kind.PROVE, Kind.CLOSE, Kind.RULE, Kind.APPROVE_PLAN)
"""Of findings: what the rules allow somebody, and so the page asks of them."""


def free(workflow: Any, person: Person, record: Any) -> set[str]:
    """The moves that this person could make this moment."""
    return {move.name for move in workflow.open_to(person, record) if move.blocked_because is None}


def expected_findings(person: Person) -> dict[Kind, set[str]]:
    found: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for finding in db.session.scalars(select(Finding)):
        if not sight_of(person).sees(finding):
            continue
        moves = free(FINDING, person, finding)
        soon = person.district.today + EFFECT_AHEAD
        if "not_effective" in moves and not finding.waits_for_effect(soon):
            found[Kind.PROVE].add(finding.number)
        if "uphold" in moves:
            found[Kind.RULE].add(finding.number)
        if "approve_plan" in moves:
            found[Kind.APPROVE_PLAN].add(finding.number)
        if moves & {"verify", "close"}:
            found[Kind.CLOSE].add(finding.number)
    return found


def expected_actions(person: Person) -> dict[Kind, set[str]]:
    found: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for action in db.session.scalars(select(Action)):
        moves = free(ACTION, person, action)
        if "verify" in moves:
            found[Kind.VERIFY].add(action.number)
        can_begin = action.state is ActionState.OPEN and not action.is_held
        if can_begin and hats_of(person).owns(action):
            found[Kind.DO].add(action.number)
    return found


def expected_documents(person: Person) -> dict[Kind, set[str]]:
    found: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for revision in db.session.scalars(select(Revision)):
        if not sight_of(person).sees(revision.document):
            continue
        number, moves = revision.document.number, free(REVISION, person, revision)
        named = any(one.person_id == person.id and not one.signed_at for one in revision.signatures)
        if "check" in moves:
            found[Kind.CHECK].add(number)
        if "approve" in moves and named:
            found[Kind.APPROVE].add(number)
        if revision.state is RevisionState.DRAFT and revision.author_id == person.id:
            found[Kind.WRITE].add(number)
    return found


def agrees(bundle: Bundle, expected: dict[Kind, set[str]], kinds: tuple[Kind, ...]) -> int:
    """Everything that is shown may be done, and nothing is left out unless there is more."""
    counted = 0
    for kind in kinds:
        shown = {one.number for one in bundle.waiting if one.kind is kind}
        counted += len(shown)
        if kind in bundle.more:
            assert shown < expected[kind], kind
            assert len(shown) == SHOWN
        else:
            assert shown == expected[kind], kind
    return counted


def test_the_page_shows_exactly_what_the_rules_allow(demo: Any) -> None:
    counted = 0
    people = db.session.scalars(select(Person).where(Person.account_id.is_not(None))).all()
    for person in people:
        counted += agrees(findings_waiting(person), expected_findings(person), KINDS)
        counted += agrees(actions_waiting(person), expected_actions(person), (Kind.DO, Kind.VERIFY))
        counted += agrees(
            documents_waiting(person),
            expected_documents(person),
            (Kind.CHECK, Kind.APPROVE, Kind.WRITE),
        )
    assert counted > 20


def test_everybody_has_something_to_look_at(demo: Any, enter: Any) -> None:
    for person in db.session.scalars(select(Person).where(Person.account_id.is_not(None))).all():
        page = enter(person).get("/")
        assert page.soup.select("main .list li"), person.name
