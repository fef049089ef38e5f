"""What matches some words, kind by kind: one query each, a few hits at most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy import exists, select

from qms.actions.models import Action
from qms.core.db import db
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import matching, words_of
from qms.documents.models import Document, Revision
from qms.documents.queries import readable, serves
from qms.evidence.models import Evidence
from qms.evidence.queries import proves
from qms.findings.models import Finding
from qms.findings.queries import citing
from qms.people.models import Person
from qms.people.permissions import may_administer
from qms.people.queries import kept_people
from qms.people.rights import Sight, sight_of
from qms.standards.queries import (
    USUAL_EDITIONS,
    ClauseRow,
    clause_by_id,
    clauses_named,
    own_titles,
    title_of,
)

SHOWN = 10
"""Hits of one kind on the page."""


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `badge` is (label, tone)."""

    title: str
    url: str
    number: str = ""
    under: str = ""
    badge: tuple[str, str] | None = None


@dataclass(frozen=True)
class Hits:
    """What was found of one kind; `more_url` leads to the register if there is more."""

    label: Any
    icon: str
    found: list[Hit] = field(default_factory=list)
    more_url: str | None = None


def search(person: Any, query: str, unit_id: int | None) -> list[Hits]:
    """The kinds with hits for a query, within a unit if one is chosen. At most five queries."""
    if not words_of(query):
        return []
    sight = sight_of(person, unit_id)
    if named := clauses_named(query):
        kinds = _about_clauses(person, query, sight, named)
    else:
        kinds = (
            _findings(person, query, sight, matching(Finding, query)),
            _actions(person, query, sight),
            _documents(person, query, sight, matching(Document, query)),
            _evidence(person, query, sight, matching(Evidence, query)),
            _units(person, query, sight),
            _people(person, query),
        )
    return [kind for kind in kinds if kind.found]


def _about_clauses(
    person: Any, query: str, sight: Sight, named: Sequence[ClauseRow]
) -> tuple[Hits, ...]:
    """The clauses that a query names by number, and what cites them or one under them. Units,
    people and actions have no clauses."""
    ids, district_id = [clause.id for clause in named], person.district_id
    return (
        _clauses(person, named),
        _findings(person, query, sight, citing(district_id, ids)),
        _documents(person, query, sight, serves(district_id, ids)),
        _evidence(person, query, sight, proves(district_id, ids)),
    )


def _clauses(person: Any, named: Sequence[ClauseRow]) -> Hits:
    """The clauses that have the very number, those of the usual editions first."""
    own = own_titles(person.district_id)
    number = min((clause.number for clause in named), key=len)
    exact = [clause for clause in named if clause.number == number]
    exact.sort(key=lambda clause: clause.edition_key not in USUAL_EDITIONS)
    hits = [
        Hit(
            title_of(clause, own=own),
            url_for("standards.clause", key=clause.edition_key, number=clause.number),
            clause.number,
            " · ".join([clause.edition_code, *_above(clause, own)]),
        )
        for clause in exact
    ]
    return Hits(_l("Clauses"), "standards", hits)


def _above(clause: ClauseRow, own: Mapping[int, str]) -> list[str]:
    """The clause above, which tells what a bare "General" is about."""
    if clause.parent_id is None:
        return []
    parent = clause_by_id(clause.parent_id)
    return [f"{parent.number} {title_of(parent, own=own)}"]


def _rows(
    model: Any, columns: tuple[Any, ...], condition: Any, sight: Sight, *conditions: Any
) -> list[Any]:
    """The newest matching rows, one more than are shown."""
    if condition is None:
        return []
    statement = select(*columns).where(condition, *sight.conditions(model), *conditions)
    return list(db.session.execute(statement.order_by(model.id.desc()).limit(SHOWN + 1)))


def _group(label: Any, icon: str, hits: list[Hit], endpoint: str, query: str) -> Hits:
    more = url_for(endpoint, q=query) if len(hits) > SHOWN else None
    return Hits(label, icon, hits[:SHOWN], more)


def _unit_name(person: Any, unit_id: int) -> str:
    node = person.rights.tree.get(unit_id)
    return node.label if node else ""


def _findings(person: Any, query: str, sight: Sight, condition: Any) -> Hits:
    columns = (
        Finding.uid,
        Finding.number,
        Finding.deviation,
        Finding.unit_id,
        Finding.grade,
        Finding.state,
    )
    hits = [
        Hit(
            row.deviation,
            url_for("findings.show", uid=row.uid),
            row.number,
            f"{_unit_name(person, row.unit_id)} · {row.state.label}",
            (str(row.grade.label), row.grade.tone),
        )
        for row in _rows(Finding, columns, condition, sight)
    ]
    return _group(_l("Findings"), "finding", hits, "findings.index", query)


def _actions(person: Any, query: str, sight: Sight) -> Hits:
    columns = (Action.uid, Action.number, Action.what, Action.unit_id, Action.state)
    hits = [
        Hit(
            row.what,
            url_for("actions.show", uid=row.uid),
            row.number,
            _unit_name(person, row.unit_id),
            (str(row.state.label), "neutral"),
        )
        for row in _rows(Action, columns, matching(Action, query), sight)
    ]
    return _group(_l("Actions"), "action", hits, "actions.index", query)


def _documents(person: Any, query: str, sight: Sight, condition: Any) -> Hits:
    columns = (Document.uid, Document.number, Document.title, Document.unit_id, Document.type)
    may_be_read = exists().where(Revision.document_id == Document.id, readable(person))
    hits = [
        Hit(
            row.title,
            url_for("documents.show", uid=row.uid),
            row.number,
            _unit_name(person, row.unit_id),
            (str(row.type.label), "neutral"),
        )
        for row in _rows(Document, columns, condition, sight, may_be_read)
    ]
    return _group(_l("Documents"), "document", hits, "documents.index", query)


def _evidence(person: Any, query: str, sight: Sight, condition: Any) -> Hits:
    columns = (Evidence.uid, Evidence.name, Evidence.unit_id, Evidence.withdrawn_on)
    hits = [
        Hit(
            row.name,
            url_for("evidence.show", uid=row.uid),
            "",
            _unit_name(person, row.unit_id),
            (str(_l("Withdrawn")), "muted") if row.withdrawn_on else None,
        )
        for row in _rows(Evidence, columns, condition, sight)
    ]
    return _group(_l("Evidence"), "evidence", hits, "evidence.index", query)


def _has_all(content: str, query: str) -> bool:
    """Whether each word of a query begins a word of a text."""
    words = words_of(content)
    return all(any(word.startswith(start) for word in words) for start in words_of(query))


def _units(person: Any, query: str, sight: Sight) -> Hits:
    hits = [
        Hit(node.name, url_for("units.show", uid=node.uid), node.code, str(node.type.label))
        for node in person.rights.tree
        if node.id in sight.units and _has_all(f"{node.code} {node.name} {node.label}", query)
    ]
    return _group(_l("Units"), "unit", hits[: SHOWN + 1], "units.index", query)


def _people(person: Any, query: str) -> Hits:
    """People by any word of their name, for who keeps them. A district has some thousand at most,
    and a name is short, so that reading the names costs less than an index of words would."""
    if not may_administer(person):
        return Hits(_l("People"), "people")
    statement = (
        select(Person.uid, Person.name, Person.mail)
        .where(
            *kept_people(person),
            *(Person.name_key.contains(word, autoescape=True) for word in words_of(query)),
        )
        .order_by(Person.name_key, Person.uid)
        .limit(SHOWN + 1)
    )
    hits = [
        Hit(row.name, url_for("people.show", uid=row.uid), "", row.mail or "")
        for row in db.session.execute(statement)
    ]
    return _group(_l("People"), "people", hits, "people.index", query)
