"""Questions and documents of an edition as a district has them: the shipped lines with the
district's own wording over them, and its own lines after them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
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
    if own is None:
        own = own_questions(district_id, wanted)
    own = [record for record in own if record.clause_id in wanted]
    reworded = {record.shipped_key: record for record in own if record.shipped_key}
    english = (language or language_now()) == "en"
    found: dict[int, list[QuestionLine]] = {}
    for entry in derivation.question_bank(edition_key):
        clause_id = clause_by_key(f"{edition_key}:{entry.clause}").id
        if clause_id not in wanted:
            continue
        record = reworded.pop(entry.id, None)
        hint = entry.evidence_en if english else entry.evidence_id
        shipped = entry.question_en if english else entry.question_id
        found.setdefault(clause_id, []).append(
            QuestionLine(
                clause_id,
                entry.id,
                record.uid if record else None,
                record.question if record else shipped,
                (record.evidence or hint) if record else hint,
                entry.methods,
                entry.change,
                entry.note_en if english else entry.note_id,
                record.is_used if record else True,
            )
        )
    # What the district wrote stays, also where the package no longer has the line.
    for record in own:
        if record.shipped_key is None or record.shipped_key in reworded:
            found.setdefault(record.clause_id, []).append(_own_question(record))
    return found


def _own_question(record: OwnQuestion) -> QuestionLine:
    return QuestionLine(
        record.clause_id,
        None,
        record.uid,
        record.question,
        record.evidence or "",
        (),
        None,
        "",
        record.is_used,
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
    if own is None:
        own = own_documents(district_id, wanted)
    own = [record for record in own if record.clause_id in wanted]
    reworded = {record.shipped_key: record for record in own if record.shipped_key}
    english = (language or language_now()) == "en"
    found: dict[int, list[DocumentLine]] = {}
    for entry in derivation.document_list(edition_key):
        clause_id = clause_by_key(f"{edition_key}:{entry.clause}").id
        if clause_id not in wanted:
            continue
        record = reworded.pop(entry.id, None)
        shipped = entry.what_en if english else entry.what_id
        found.setdefault(clause_id, []).append(
            DocumentLine(
                clause_id,
                entry.id,
                record.uid if record else None,
                record.what if record else shipped,
                entry.action,
                entry.explicit,
                entry.typical_file,
                entry.change,
                entry.note_en if english else entry.note_id,
                record.is_needed if record else True,
            )
        )
    for record in own:
        if record.shipped_key is None or record.shipped_key in reworded:
            found.setdefault(record.clause_id, []).append(_own_document(record))
    return found


def _own_document(record: OwnMandatory) -> DocumentLine:
    return DocumentLine(
        record.clause_id,
        None,
        record.uid,
        record.what,
        None,
        False,
        "",
        None,
        "",
        record.is_needed,
    )


def _wanted(edition_key: str, clause_ids: Collection[int] | None) -> set[int]:
    known = {clause.id for clause in clauses_of(edition_key)}
    return known if clause_ids is None else known & set(clause_ids)
