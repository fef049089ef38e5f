"""What matches some words, kind by kind: one query each, a few hits at most. The last word is the
beginning of one only where nothing has it whole, since many words may begin so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask import url_for
from sqlalchemy import exists, select

from qms.actions.models import Action
from qms.audits.models import Audit
from qms.certificates.models import Certificate
from qms.certificates.queries import seen_with
from qms.complaints.models import Complaint
from qms.complaints.queries import found_by
from qms.core.db import db
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import first_hits, has_parts, tables_beginning, words_of
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
    edition_by_id,
    own_titles,
    title_of,
)

SHOWN = 10
"""Hits of one kind on the page."""
MOST_READ = 5000
"""Certificates that are read for one search, the newest first."""


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
    """The kinds with hits for a query, within a unit if one is chosen. One query for each kind; if
    no record has the last word whole, one more, and one for each kind where a word begins so."""
    if not words_of(query):
        return []
    sight = sight_of(person, unit_id)
    if named := clauses_named(query):
        kinds = _about_clauses(person, query, sight, named)
    else:
        records = _records(person, query, sight, having(query))
        if not any(kind.found for kind in records):
            records = _records(person, query, sight, beginning(query, sight))
        kinds = (
            *records,
            _certificates(person, query, sight),
            _units(person, query, sight),
            _people(person, query),
        )
    return [kind for kind in kinds if kind.found]


Find = Callable[[Any, tuple[Any, ...], Sight, tuple[Any, ...]], Sequence[Any]]
"""Gives the newest rows of a model's columns, one more than are shown, as far as somebody sees
them and under more conditions. One query."""


RECORDS = (Finding, Complaint, Action, Document, Evidence, Audit)


def _units_of(sight: Sight) -> list[int] | None:
    return None if sight.units.everywhere else sorted(sight.units.ids)


def having(query: str, *, begins: bool = False) -> Find:
    """Find what has the words of a query, the last one whole or (`begins`) as a beginning."""

    def find(
        model: Any, columns: tuple[Any, ...], sight: Sight, conditions: tuple[Any, ...]
    ) -> Sequence[Any]:
        return first_hits(
            select(*columns).where(*sight.conditions(model), *conditions),
            model,
            query,
            unit_ids=_units_of(sight),
            size=SHOWN + 1,
            beginning=begins,
        )

    return find


def beginning(query: str, sight: Sight) -> Find:
    """The same, looking only into the tables where a word begins like the last one."""
    seen = {model: sight.conditions(model) for model in RECORDS}
    tables = tables_beginning(seen, query, unit_ids=_units_of(sight))
    every = having(query, begins=True)

    def find(model: Any, *asked: Any) -> Sequence[Any]:
        return every(model, *asked) if model.__tablename__ in tables else ()

    return find


def meeting(condition: Any) -> Find:
    """Find what meets a condition."""

    def find(
        model: Any, columns: tuple[Any, ...], sight: Sight, conditions: tuple[Any, ...]
    ) -> Sequence[Any]:
        statement = select(*columns).where(condition, *sight.conditions(model), *conditions)
        return db.session.execute(statement.order_by(model.id.desc()).limit(SHOWN + 1)).all()

    return find


def _records(person: Any, query: str, sight: Sight, find: Find) -> tuple[Hits, ...]:
    return (
        _findings(person, query, sight, find),
        _complaints(person, query, sight, find),
        _actions(person, query, sight, find),
        _documents(person, query, sight, find),
        _evidence(person, query, sight, find),
        _audits(person, query, sight, find),
    )


def _about_clauses(
    person: Any, query: str, sight: Sight, named: Sequence[ClauseRow]
) -> tuple[Hits, ...]:
    """The clauses that a query names by number, and what cites them or one under them. Units,
    people and actions have no clauses."""
    ids, district_id = [clause.id for clause in named], person.district_id
    return (
        _clauses(person, named),
        _findings(person, query, sight, meeting(citing(district_id, ids))),
        _documents(person, query, sight, meeting(serves(district_id, ids))),
        _evidence(person, query, sight, meeting(proves(district_id, ids))),
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


def _group(label: Any, icon: str, hits: list[Hit], endpoint: str, query: str) -> Hits:
    more = url_for(endpoint, q=query) if len(hits) > SHOWN else None
    return Hits(label, icon, hits[:SHOWN], more)


def _unit_name(person: Any, unit_id: int) -> str:
    node = person.rights.tree.get(unit_id)
    return node.label if node else ""


def _findings(person: Any, query: str, sight: Sight, find: Find) -> Hits:
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
        for row in find(Finding, columns, sight, ())
    ]
    return _group(_l("Findings"), "finding", hits, "findings.index", query)


def _complaints(person: Any, query: str, sight: Sight, find: Find) -> Hits:
    columns = (
        Complaint.uid,
        Complaint.number,
        Complaint.statement,
        Complaint.unit_id,
        Complaint.channel,
        Complaint.state,
    )
    hits = [
        Hit(
            row.statement,
            url_for("complaints.show", uid=row.uid),
            row.number,
            f"{_unit_name(person, row.unit_id)} · {row.state.label}",
            (str(row.channel.label), "neutral"),
        )
        for row in find(Complaint, columns, sight, (found_by(person),))
    ]
    return _group(_l("Complaints"), "complaint", hits, "complaints.index", query)


def _actions(person: Any, query: str, sight: Sight, find: Find) -> Hits:
    columns = (Action.uid, Action.number, Action.what, Action.unit_id, Action.state)
    hits = [
        Hit(
            row.what,
            url_for("actions.show", uid=row.uid),
            row.number,
            _unit_name(person, row.unit_id),
            (str(row.state.label), "neutral"),
        )
        for row in find(Action, columns, sight, ())
    ]
    return _group(_l("Actions"), "action", hits, "actions.index", query)


def _documents(person: Any, query: str, sight: Sight, find: Find) -> Hits:
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
        for row in find(Document, columns, sight, (may_be_read,))
    ]
    return _group(_l("Documents"), "document", hits, "documents.index", query)


def _evidence(person: Any, query: str, sight: Sight, find: Find) -> Hits:
    columns = (Evidence.uid, Evidence.name, Evidence.unit_id, Evidence.withdrawn_on)
    hits = [
        Hit(
            row.name,
            url_for("evidence.show", uid=row.uid),
            "",
            _unit_name(person, row.unit_id),
            (str(_l("Withdrawn")), "muted") if row.withdrawn_on else None,
        )
        for row in find(Evidence, columns, sight, ())
    ]
    return _group(_l("Evidence"), "evidence", hits, "evidence.index", query)


def _audits(person: Any, query: str, sight: Sight, find: Find) -> Hits:
    columns = (Audit.uid, Audit.number, Audit.title, Audit.unit_id, Audit.kind, Audit.state)
    hits = [
        Hit(
            row.title,
            url_for("audits.show", uid=row.uid),
            row.number,
            f"{_unit_name(person, row.unit_id)} · {row.state.label}",
            (str(row.kind.label), "neutral"),
        )
        for row in find(Audit, columns, sight, ())
    ]
    return _group(_l("Audits"), "audit", hits, "audits.index", query)


def _certificates(person: Any, query: str, sight: Sight) -> Hits:
    """Certificates by any part of their number and body, as on their wall. A district has some
    hundred, so that reading them costs less than an index of words would."""
    parts = words_of(query)
    statement = (
        select(
            Certificate.uid,
            Certificate.number,
            Certificate.body,
            Certificate.unit_id,
            Certificate.edition_id,
        )
        .where(*seen_with(sight))
        .order_by(Certificate.id.desc())
        .limit(MOST_READ)
    )
    if not parts:
        return _group(_l("Certificates"), "certificate", [], "certificates.index", query)
    rows = db.session.execute(statement)
    found = (row for row in rows if has_parts(f"{row.body} {row.number or ''}", parts))
    hits = [
        Hit(
            row.body,
            url_for("certificates.show", uid=row.uid),
            row.number or "",
            _unit_name(person, row.unit_id),
            (edition_by_id(row.edition_id).code, "neutral"),
        )
        for row in islice(found, SHOWN + 1)
    ]
    return _group(_l("Certificates"), "certificate", hits, "certificates.index", query)


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
