"""Reads about editions, clauses, a district's own words over them, and scopes.

The shipped catalogue changes only with an update of the package, so its rows are read once per
process and database; they are plain values that any thread may hold.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import null, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import language as language_now
from qms.core.i18n import lazy_gettext as _l
from qms.standards.models import (
    Clause,
    ClauseWords,
    OwnMandatory,
    OwnQuestion,
    ScopeExclusion,
    ScopeService,
    StandardEdition,
    UnitScope,
)
from qms.units.models import District, Service

USUAL_EDITIONS = ("iso9001-2015", "iso37001-2016")
"""What a unit is taken to work with as long as it has no scope: what nearly all hold today."""


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition as loaded; its further facts: `catalogue.edition(row.key)`."""

    id: int
    key: str
    code: str
    title_en: str
    title_id: str
    for_new_work: bool

    def title(self, language: str | None = None) -> str:
        return self.title_en if (language or language_now()) == "en" else self.title_id


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause as loaded, with the shipped titles."""

    id: int
    edition_id: int
    edition_key: str
    edition_code: str
    key: str
    number: str
    sort: str
    parent_id: int | None
    level: int
    title_en: str
    title_id: str
    is_auditable: bool
    is_citable: bool
    documented_information: str


@dataclass(frozen=True)
class Shelf:
    """All editions and clauses of one database, in their order."""

    editions: tuple[EditionRow, ...]
    clauses: Mapping[str, tuple[ClauseRow, ...]]
    by_id: Mapping[int, ClauseRow]
    by_key: Mapping[str, ClauseRow]


_shelves: dict[str, Shelf] = {}
_lock = Lock()


def shelf() -> Shelf:
    """The loaded catalogue. Two queries at most, once per process and database."""
    key = str(db.engine.url)
    with _lock:
        found = _shelves.get(key)
    if found is None:
        found = _read()
        if found.editions:
            with _lock:
                _shelves[key] = found
    return found


def forget_catalogue() -> None:
    """Read the catalogue anew next time: after loading it."""
    with _lock:
        _shelves.clear()


def _read() -> Shelf:
    editions = tuple(
        EditionRow(*row)
        for row in db.session.execute(
            select(
                StandardEdition.id,
                StandardEdition.key,
                StandardEdition.code,
                StandardEdition.title_en,
                StandardEdition.title_id,
                StandardEdition.for_new_work,
            ).order_by(StandardEdition.id)
        )
    )
    clauses = [
        ClauseRow(*tuple(row))
        for row in db.session.execute(
            select(
                Clause.id,
                Clause.edition_id,
                StandardEdition.key,
                StandardEdition.code,
                Clause.key,
                Clause.number,
                Clause.sort,
                Clause.parent_id,
                Clause.level,
                Clause.title_en,
                Clause.title_id,
                Clause.is_auditable,
                Clause.is_citable,
                Clause.documented_information,
            )
            .join(StandardEdition, StandardEdition.id == Clause.edition_id)
            .order_by(Clause.edition_id, Clause.sort)
        )
    ]
    return Shelf(
        editions,
        {
            edition.key: tuple(clause for clause in clauses if clause.edition_id == edition.id)
            for edition in editions
        },
        {clause.id: clause for clause in clauses},
        {clause.key: clause for clause in clauses},
    )


def all_editions() -> tuple[EditionRow, ...]:
    """Every loaded edition, in the order of the catalogue."""
    return shelf().editions


def editions_for(district: District) -> tuple[EditionRow, ...]:
    """The editions that a district may choose for new work."""
    return tuple(edition for edition in all_editions() if edition.for_new_work)


def edition_by_key(key: str) -> EditionRow:
    """The edition with this key, such as iso9001-2015; Missing if there is none."""
    for edition in all_editions():
        if edition.key == key:
            return edition
    raise Missing(_l("There is no such standard."))


def edition_by_id(edition_id: int) -> EditionRow:
    """The edition with this id; Missing if there is none."""
    for edition in all_editions():
        if edition.id == edition_id:
            return edition
    raise Missing(_l("There is no such standard."))


def clauses_of(edition_key: str) -> tuple[ClauseRow, ...]:
    """The clauses of an edition in their order; Missing for an unknown edition."""
    edition_by_key(edition_key)
    return shelf().clauses[edition_key]


def clause_by_id(clause_id: int) -> ClauseRow:
    """The clause with this id; Missing if there is none."""
    try:
        return shelf().by_id[clause_id]
    except KeyError:
        raise Missing(_l("There is no such clause.")) from None


def clause_by_key(key: str) -> ClauseRow:
    """The clause with this key, such as iso9001-2015:7.5.3; Missing if there is none."""
    try:
        return shelf().by_key[key]
    except KeyError:
        raise Missing(_l("There is no such clause.")) from None


def in_clause_order(clause_ids: Iterable[int]) -> list[ClauseRow]:
    """These clauses by edition and number."""
    found = [clause_by_id(clause_id) for clause_id in set(clause_ids)]
    return sorted(found, key=lambda clause: (clause.edition_id, clause.sort))


def cited_text(clauses: Iterable[ClauseRow]) -> str:
    """ISO 9001:2015 4.3, 7.5; ISO 37001:2016 4.3."""
    by_edition: dict[str, list[str]] = {}
    for clause in clauses:
        by_edition.setdefault(clause.edition_code, []).append(clause.number)
    return "; ".join(f"{code} {', '.join(numbers)}" for code, numbers in by_edition.items())


STANDARD = re.compile(r"\b(?:sni )?(?:iso ?)?(9001|37001)(?: ?: ?(\d{4}))?\b", re.IGNORECASE)
NUMBER = re.compile(r"(klausul |clause )?(\d{1,2}(?:\.\d{1,2})*)\.?", re.IGNORECASE)


def clauses_named(query: str) -> list[ClauseRow]:
    """The clauses that a search names by number, with those under them: "8.4", "klausul 8",
    "ISO 9001 8.4.1", "8.9 37001:2016". Without a standard they are of every edition; a bare "8" is
    a word like any other. No query but the catalogue's."""
    words = " ".join(query.split())
    standard = STANDARD.search(words)
    rest = words if standard is None else words[: standard.start()] + words[standard.end() :]
    number = NUMBER.fullmatch(rest.strip(" ,;:-–"))
    if number is None or not (standard or number[1] or "." in number[2]):
        return []
    key = "" if standard is None else f"iso{standard[1]}-{standard[2] or ''}"
    return [
        clause
        for edition in all_editions()
        if edition.key.startswith(key)
        for clause in clauses_of(edition.key)
        if f"{clause.number}.".startswith(f"{number[2]}.")
    ]


def title_of(
    clause: ClauseRow | Clause, language: str | None = None, own: Mapping[int, str] | None = None
) -> str:
    """A clause's title: the district's own (see `own_titles`), else the shipped one in a language
    (default: the language of now)."""
    if own and clause.id in own:
        return own[clause.id]
    return clause.title_en if (language or language_now()) == "en" else clause.title_id


def clause_choices(
    edition_keys: Iterable[str],
    language: str | None = None,
    own: Mapping[int, str] | None = None,
    *,
    keep: Iterable[int] = (),
) -> dict[str, list[tuple[int, str]]]:
    """Choices for a SelectMultipleField(coerce=int): edition code -> [(id, "7.5.3 Title")].

    Only clauses that may be cited, and those to `keep` (already chosen on the record), whose
    editions are added where they are not among the keys.
    """
    kept = {clause_id for clause_id in keep if clause_id in shelf().by_id}
    wanted = set(edition_keys) | {shelf().by_id[clause_id].edition_key for clause_id in kept}
    return {
        edition.code: [
            (clause.id, f"{clause.number} {title_of(clause, language, own)}")
            for clause in clauses_of(edition.key)
            if clause.is_citable or clause.id in kept
        ]
        for edition in all_editions()
        if edition.key in wanted
    }


def own_titles(district_id: int) -> dict[int, str]:
    """The district's own titles by clause id. One query."""
    rows = db.session.execute(
        select(ClauseWords.clause_id, ClauseWords.title).where(
            ClauseWords.district_id == district_id, ClauseWords.title.is_not(None)
        )
    )
    return {clause_id: title for clause_id, title in rows if title}


def words_of(district_id: int, clause_id: int) -> ClauseWords | None:
    """The district's own title and text of a clause."""
    return db.session.scalar(
        select(ClauseWords).where(
            ClauseWords.district_id == district_id, ClauseWords.clause_id == clause_id
        )
    )


def own_texts(district_id: int, clause_ids: Iterable[int] | None = None) -> dict[int, ClauseWords]:
    """The district's own words by clause id, of all clauses or of some. One query."""
    statement = select(ClauseWords).where(ClauseWords.district_id == district_id)
    if clause_ids is not None:
        statement = statement.where(ClauseWords.clause_id.in_(list(clause_ids)))
    return {words.clause_id: words for words in db.session.scalars(statement)}


def own_questions(district_id: int, clause_ids: Iterable[int]) -> list[OwnQuestion]:
    """The district's own questions and wordings for these clauses, the oldest first."""
    return list(
        db.session.scalars(
            select(OwnQuestion)
            .where(
                OwnQuestion.district_id == district_id,
                OwnQuestion.clause_id.in_(list(clause_ids)),
            )
            .order_by(OwnQuestion.id)
        )
    )


def own_documents(district_id: int, clause_ids: Iterable[int]) -> list[OwnMandatory]:
    """The district's own lines of mandatory documents for these clauses, the oldest first."""
    return list(
        db.session.scalars(
            select(OwnMandatory)
            .where(
                OwnMandatory.district_id == district_id,
                OwnMandatory.clause_id.in_(list(clause_ids)),
            )
            .order_by(OwnMandatory.id)
        )
    )


def own_question_by_uid(clause: ClauseRow, district_id: int, uid: UUID) -> OwnQuestion:
    """A question of the district's own about a clause; Missing if there is none."""
    found = db.session.scalar(
        select(OwnQuestion).where(
            OwnQuestion.district_id == district_id,
            OwnQuestion.clause_id == clause.id,
            OwnQuestion.uid == uid,
        )
    )
    if found is None:
        raise Missing(_l("There is no such question."))
    return found


def own_document_by_uid(clause: ClauseRow, district_id: int, uid: UUID) -> OwnMandatory:
    """A document line of the district's own at a clause; Missing if there is none."""
    found = db.session.scalar(
        select(OwnMandatory).where(
            OwnMandatory.district_id == district_id,
            OwnMandatory.clause_id == clause.id,
            OwnMandatory.uid == uid,
        )
    )
    if found is None:
        raise Missing(_l("There is no such document line."))
    return found


def editions_in_use(unit_ids: Iterable[int]) -> tuple[EditionRow, ...]:
    """The editions under which one of these units has a scope; without any, the usual two.

    One query.
    """
    used = set(
        db.session.scalars(
            select(UnitScope.edition_id).where(UnitScope.unit_id.in_(list(unit_ids))).distinct()
        )
    )
    found = tuple(edition for edition in all_editions() if edition.id in used)
    return found or tuple(edition for edition in all_editions() if edition.key in USUAL_EDITIONS)


def _whole() -> tuple[object, ...]:
    return (
        joinedload(UnitScope.edition),
        selectinload(UnitScope.services).joinedload(ScopeService.service),
        selectinload(UnitScope.exclusions).joinedload(ScopeExclusion.clause),
    )


def scope_on(unit_id: int, edition_id: int, day: date) -> UnitScope | None:
    """The scope of a unit under an edition on a day, with services and exclusions loaded."""
    return db.session.scalar(
        select(UnitScope)
        .where(
            UnitScope.unit_id == unit_id,
            UnitScope.edition_id == edition_id,
            UnitScope.from_on <= day,
        )
        .order_by(UnitScope.from_on.desc())
        .limit(1)
        .options(*_whole())  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class ScopeLine:
    """A scope in plain values: the names of its services, its exclusions with their reason."""

    id: int
    from_on: date
    statement: str
    services: list[str]
    exclusions: list[tuple[ClauseRow, str]]


def scope_lines_on(unit_ids: Sequence[int], day: date) -> dict[tuple[int, int], ScopeLine]:
    """(unit id, edition id) -> the scope on a day. Two queries, whatever the number of units."""
    newest: dict[tuple[int, int], ScopeLine] = {}
    for row in db.session.execute(
        select(
            UnitScope.id,
            UnitScope.unit_id,
            UnitScope.edition_id,
            UnitScope.from_on,
            UnitScope.statement,
        )
        .where(UnitScope.unit_id.in_(unit_ids), UnitScope.from_on <= day)
        .order_by(UnitScope.from_on)
    ):
        line = ScopeLine(row.id, row.from_on, row.statement, [], [])
        newest[row.unit_id, row.edition_id] = line
    by_id = {line.id: line for line in newest.values()}
    services = (
        select(
            ScopeService.scope_id, Service.name, null().label("clause_id"), null().label("reason")
        )
        .join(Service, Service.id == ScopeService.service_id)
        .where(ScopeService.scope_id.in_(by_id))
    )
    exclusions = select(
        ScopeExclusion.scope_id, null(), ScopeExclusion.clause_id, ScopeExclusion.justification
    ).where(ScopeExclusion.scope_id.in_(by_id))
    parts: Iterable[Any] = db.session.execute(union_all(services, exclusions))
    for scope_id, service, clause_id, reason in parts:
        if clause_id is None:
            by_id[scope_id].services.append(service)
        else:
            by_id[scope_id].exclusions.append((clause_by_id(clause_id), reason))
    for line in by_id.values():
        line.services.sort()
        line.exclusions.sort(key=lambda pair: pair[0].sort)
    return newest


def scope_history(unit_id: int, edition_id: int) -> list[UnitScope]:
    """All scopes that a unit ever had under an edition, the newest first."""
    return list(
        db.session.scalars(
            select(UnitScope)
            .where(UnitScope.unit_id == unit_id, UnitScope.edition_id == edition_id)
            .order_by(UnitScope.from_on.desc())
            .options(*_whole())  # type: ignore[arg-type]
        )
    )
