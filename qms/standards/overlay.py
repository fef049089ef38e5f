"""Questions and documents of an edition as a district has them: the shipped lines with the
district's own wording over them, and its own lines after them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from qms.core.i18n import language as language_now
from qms.standards import derivation
from qms.standards.catalogue import Change
from qms.standards.models import OwnMandatory, OwnQuestion
from qms.standards.queries import clause_by_key, clauses_of, own_documents, own_questions


@dataclass(frozen=True)
class QuestionLine:
    """A question of a clause. `key` is the shipped line, `uid` the district's record of it; a line
    with both is a shipped one in the district's words. `is_used` is false where the district
    leaves it out."""

    clause_id: int
    key: str | None
    uid: UUID | None
    text: str
    evidence: str
    methods: tuple[str, ...]
    change: Change | None
    note: str
    is_used: bool


@dataclass(frozen=True)
class DocumentLine:
    """A line of documented information, likewise. `action` is maintain, retain, maintain+retain,
    or None where the standard does not ask for it in so many words."""

    clause_id: int
    key: str | None
    uid: UUID | None
    what: str
    action: str | None
    is_explicit: bool
    typical_file: str
    change: Change | None
    note: str
    is_needed: bool


Line = TypeVar("Line", QuestionLine, DocumentLine)


def question_lines(
    district_id: int,
    edition_key: str,
    language: str | None = None,
    clause_ids: Collection[int] | None = None,
    own: Iterable[OwnQuestion] | None = None,
) -> dict[int, list[QuestionLine]]:
    """The questions of an edition, or of some of its clauses, by clause id. One query,
    unless the caller brings the district's own records along (`own`)."""
    wanted = _wanted(edition_key, clause_ids)
    english = (language or language_now()) == "en"

    def shipped(clause_id: int, entry: Any, record: OwnQuestion | None) -> QuestionLine:
        hint = entry.evidence_en if english else entry.evidence_id
        return QuestionLine(
            clause_id,
            entry.id,
            record.uid if record else None,
            record.question if record else entry.question_en if english else entry.question_id,
            (record.evidence or hint) if record else hint,
            entry.methods,
            entry.change,
            entry.note_en if english else entry.note_id,
            record.is_used if record else True,
        )

    def of_district(record: OwnQuestion) -> QuestionLine:
        evidence = record.evidence or ""
        return QuestionLine(
            record.clause_id, None, record.uid, record.question, evidence, (), None, "",
            record.is_used,
        )  # fmt: skip

    return _laid_over(
        edition_key,
        wanted,
        derivation.question_bank(edition_key),
        own_questions(district_id, wanted) if own is None else own,
        shipped,
        of_district,
    )


def document_lines(
    district_id: int,
    edition_key: str,
    language: str | None = None,
    clause_ids: Collection[int] | None = None,
    own: Iterable[OwnMandatory] | None = None,
) -> dict[int, list[DocumentLine]]:
    """The documented information of an edition, or of some clauses, by clause id. One query,
    unless the caller brings the district's own records along (`own`)."""
    wanted = _wanted(edition_key, clause_ids)
    english = (language or language_now()) == "en"

    def shipped(clause_id: int, entry: Any, record: OwnMandatory | None) -> DocumentLine:
        return DocumentLine(
            clause_id,
            entry.id,
            record.uid if record else None,
            record.what if record else entry.what_en if english else entry.what_id,
            entry.action,
            entry.explicit,
            entry.typical_file,
            entry.change,
            entry.note_en if english else entry.note_id,
            record.is_needed if record else True,
        )

    def of_district(record: OwnMandatory) -> DocumentLine:
        return DocumentLine(
            record.clause_id, None, record.uid, record.what, None, False, "", None, "",
            record.is_needed,
        )  # fmt: skip

    return _laid_over(
        edition_key,
        wanted,
        derivation.document_list(edition_key),
        own_documents(district_id, wanted) if own is None else own,
        shipped,
        of_district,
    )


def _laid_over(
    edition_key: str,
    wanted: Collection[int],
    entries: Iterable[Any],
    own: Iterable[Any],
    shipped: Callable[[int, Any, Any], Line],
    of_district: Callable[[Any], Line],
) -> dict[int, list[Line]]:
    """By clause: the shipped lines, each with the district's wording of it, if there is one; then
    what the district wrote itself, or of a line that the package no longer has."""
    written = [record for record in own if record.clause_id in wanted]
    reworded = {record.shipped_key: record for record in written if record.shipped_key}
    found: dict[int, list[Line]] = {}
    for entry in entries:
        clause_id = clause_by_key(f"{edition_key}:{entry.clause}").id
        if clause_id in wanted:
            line = shipped(clause_id, entry, reworded.pop(entry.id, None))
            found.setdefault(clause_id, []).append(line)
    for record in written:
        if record.shipped_key is None or record.shipped_key in reworded:
            found.setdefault(record.clause_id, []).append(of_district(record))
    return found


def _wanted(edition_key: str, clause_ids: Collection[int] | None) -> set[int]:
    known = {clause.id for clause in clauses_of(edition_key)}
    return known if clause_ids is None else known & set(clause_ids)
