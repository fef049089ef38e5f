"""What is done with standards: loading them, a district's own words, a unit's scope."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from sqlalchemy import select

from qms.core import journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person
from qms.standards.loading import Loaded, load_catalogue
from qms.standards.models import (
    ClauseWords,
    OwnMandatory,
    OwnQuestion,
    ScopeExclusion,
    ScopeService,
    UnitScope,
)
from qms.standards.permissions import may_set_scope, may_word
from qms.standards.queries import clause_by_id, words_of
from qms.units.models import Service, Unit

__all__ = [
    "Loaded",
    "load_catalogue",
    "set_scope",
    "word_clause",
    "word_document",
    "word_question",
]


class AnyEdition(Protocol):
    """An edition, as a row of the catalogue or as its record."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def for_new_work(self) -> bool: ...


def word_clause(
    clause_id: int,
    *,
    title: str | None,
    requirement: str | None,
    by: Person,
    seen: int | None = None,
) -> ClauseWords:
    """Give a clause the district's own title and requirement text; None takes the shipped one."""
    require(may_word, by)
    clause = clause_by_id(clause_id)
    words = words_of(by.district_id, clause.id)
    if words is None:
        words = ClauseWords(district_id=by.district_id, clause_id=clause.id)
        db.session.add(words)
    else:
        same_version(words, seen)
    words.title, words.requirement = title, requirement
    journal.write("word_clause", words, by=by)
    return words


def word_question(
    clause_id: int,
    question: str,
    *,
    by: Person,
    evidence: str | None = None,
    shipped_key: str | None = None,
    is_used: bool = True,
    record: OwnQuestion | None = None,
    seen: int | None = None,
) -> OwnQuestion:
    """Write the district's own question, its wording of a shipped one (`shipped_key`), or change
    one that it wrote before (`record`)."""
    require(may_word, by)
    _need(question, question=_l("Write the question."))
    if record is None:
        record = OwnQuestion(
            district_id=by.district_id,
            clause_id=clause_by_id(clause_id).id,
            shipped_key=shipped_key,
        )
        _refuse_second(OwnQuestion, by.district_id, shipped_key)
        db.session.add(record)
    else:
        same_version(record, seen)
    record.question, record.evidence, record.is_used = question.strip(), evidence, is_used
    journal.write("word_question", record, by=by)
    return record


def word_document(
    clause_id: int,
    what: str,
    *,
    by: Person,
    shipped_key: str | None = None,
    is_needed: bool = True,
    record: OwnMandatory | None = None,
    seen: int | None = None,
) -> OwnMandatory:
    """The same for a line of the documented information."""
    require(may_word, by)
    _need(what, what=_l("Write what must be there."))
    if record is None:
        record = OwnMandatory(
            district_id=by.district_id,
            clause_id=clause_by_id(clause_id).id,
            shipped_key=shipped_key,
        )
        _refuse_second(OwnMandatory, by.district_id, shipped_key)
        db.session.add(record)
    else:
        same_version(record, seen)
    record.what, record.is_needed = what.strip(), is_needed
    journal.write("word_document", record, by=by)
    return record


def _need(text: str, **fields: object) -> None:
    if not text.strip():
        raise Invalid(next(iter(fields.values())), **fields)


def _refuse_second(
    model: type[OwnQuestion] | type[OwnMandatory], district_id: int, shipped_key: str | None
) -> None:
    if shipped_key is None:
        return
    known = db.session.scalar(
        select(model.id).where(model.district_id == district_id, model.shipped_key == shipped_key)
    )
    if known is not None:
        raise Invalid(_l("This line has the district's own words already; change those."))


def set_scope(
    unit: Unit,
    edition: AnyEdition,
    *,
    from_on: date,
    statement: str,
    by: Person,
    services: Iterable[Service] = (),
    exclusions: Mapping[int, str] | None = None,
    record: UnitScope | None = None,
    seen: int | None = None,
) -> UnitScope:
    """Set what a unit's management system covers under an edition from a day on (4.3).

    `exclusions` maps the ids of clauses that do not apply to their justification. A later day
    makes a new scope and history stays; `record` corrects one that was entered wrongly.
    """
    require(may_set_scope, by, unit.id)
    if not edition.for_new_work:
        message = _l(
            "%(code)s serves certificates and history only. Set the scope under the edition that "
            "follows it; the old scope stands on the certificate.",
            code=edition.code,
        )
        raise Invalid(message, edition=message)
    _need(statement, statement=_l("Write what the management system covers."))
    covered = _within(unit, services, by)
    reasons = _justified(edition, exclusions or {})
    _refuse_same_day(unit, edition, from_on, record)
    if record is None:
        scope = UnitScope(district_id=unit.district_id, unit_id=unit.id, edition_id=edition.id)
        db.session.add(scope)
    else:
        scope = record
        same_version(scope, seen)
        touch(scope)
    scope.from_on = from_on
    scope.statement = statement.strip()
    _cover(scope, covered)
    _exclude(scope, reasons)
    journal.write("set_scope", scope, by=by)
    return scope


def _refuse_same_day(
    unit: Unit, edition: AnyEdition, from_on: date, record: UnitScope | None
) -> None:
    known = db.session.scalar(
        select(UnitScope.id).where(
            UnitScope.district_id == unit.district_id,
            UnitScope.unit_id == unit.id,
            UnitScope.edition_id == edition.id,
            UnitScope.from_on == from_on,
        )
    )
    if known is not None and (record is None or known != record.id):
        message = _l("There is a scope from this day already. Correct that one.")
        raise Invalid(message, from_on=message)


def _within(unit: Unit, services: Iterable[Service], by: Person) -> dict[int, Service]:
    """The services by id, each one of the unit's own or of a unit under it."""
    below = set(by.rights.tree.subtree(unit.id))
    covered = {service.id: service for service in services}
    for service in covered.values():
        if service.district_id != unit.district_id or service.unit_id not in below:
            message = _l("“%(name)s” is no service of this unit.", name=service.name)
            raise Invalid(message, service_ids=message)
    return covered


def _justified(edition: AnyEdition, exclusions: Mapping[int, str]) -> dict[int, str]:
    for clause_id, reason in exclusions.items():
        clause = clause_by_id(clause_id)
        if clause.edition_id != edition.id or not clause.is_citable:
            message = _l(
                "Clause %(number)s cannot be left out of this scope.", number=clause.number
            )
            raise Invalid(message, exclusions=message)
        if not reason.strip():
            message = _l(
                "Say why clause %(number)s does not apply. Without a justification it applies "
                "(4.3).",
                number=clause.number,
            )
            raise Invalid(message, exclusions=message)
    return {clause_id: reason.strip() for clause_id, reason in exclusions.items()}


def _cover(scope: UnitScope, covered: Mapping[int, Service]) -> None:
    for part in [part for part in scope.services if part.service_id not in covered]:
        scope.services.remove(part)
    known = {part.service_id for part in scope.services}
    for service_id in sorted(set(covered) - known):
        scope.services.append(ScopeService(district_id=scope.district_id, service_id=service_id))


def _exclude(scope: UnitScope, reasons: Mapping[int, str]) -> None:
    for part in [part for part in scope.exclusions if part.clause_id not in reasons]:
        scope.exclusions.remove(part)
    known = {part.clause_id: part for part in scope.exclusions}
    for clause_id, reason in sorted(reasons.items()):
        if clause_id in known:
            known[clause_id].justification = reason
        else:
            scope.exclusions.append(
                ScopeExclusion(
                    district_id=scope.district_id, clause_id=clause_id, justification=reason
                )
            )
