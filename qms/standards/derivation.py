"""Carries clauses, questions and document lists over to the next edition, through the crosswalk.

The banks of the newer editions are not written anew: each line comes from the edition before and is
marked carried, changed or new, with the reason, so that a person can look it over.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from qms.standards import catalogue
from qms.standards.catalogue import (
    Change,
    Crosswalk,
    Edition,
    MandatoryEntry,
    Pair,
    PairKind,
    QuestionEntry,
    Source,
    Unknown,
    clause_sort_key,
)

Line = TypeVar("Line", QuestionEntry, MandatoryEntry)
# From least to most in need of a look; over two steps the worse of the two counts.
_GRAVITY = tuple(PairKind)


@cache
def question_bank(edition_key: str) -> tuple[QuestionEntry, ...]:
    """All questions of an edition in clause order, written for it or derived; empty for 2008."""
    before = _edition_before(edition_key)
    if before is None or catalogue.questions(edition_key):
        return catalogue.questions(edition_key)
    lines = [
        line
        for question in catalogue.questions(before.key)
        for line in _derived_questions(edition_key, question)
    ]
    lines += _new_questions(edition_key)
    return tuple(sorted(lines, key=lambda line: clause_sort_key(line.clause)))


@cache
def document_list(edition_key: str) -> tuple[MandatoryEntry, ...]:
    """All documented information of an edition in clause order, written for it or derived."""
    before = _edition_before(edition_key)
    if before is None or catalogue.mandatory_documents(edition_key):
        return catalogue.mandatory_documents(edition_key)
    lines = [
        line
        for document in catalogue.mandatory_documents(before.key)
        for line in _derived_documents(edition_key, document)
    ]
    lines += _new_documents(edition_key)
    return tuple(sorted(lines, key=lambda line: clause_sort_key(line.clause)))


def uncovered_clauses(edition_key: str) -> tuple[str, ...]:
    """Auditable clauses without a question of their own, in clause order."""
    covered = {question.clause for question in question_bank(edition_key)}
    auditable = catalogue.edition(edition_key).auditable_clauses()
    return tuple(clause.number for clause in auditable if clause.number not in covered)


def carry_clause(from_key: str, to_key: str, number: str) -> list[tuple[str, PairKind]]:
    """Where a clause went, with what became of it, in clause order; empty if it has no successor.

    Goes forward over several editions of a standard, and between the standards that a crosswalk
    joins. A paragraph without its own line follows the clause above, a heading the clauses below.
    Raises Unknown for an unknown clause and where no crosswalk leads.
    """
    catalogue.edition(from_key).clause(number)
    found = {number: PairKind.SAME}
    for step in _path(from_key, to_key):
        found = _carry_all(step, found)
    return sorted(found.items(), key=lambda item: clause_sort_key(item[0]))


def _path(from_key: str, to_key: str) -> list[Crosswalk]:
    if catalogue.edition(from_key).standard != catalogue.edition(to_key).standard:
        return [catalogue.crosswalk(from_key, to_key)]
    steps = []
    while from_key != to_key:
        following = catalogue.edition(from_key).superseded_by
        if following is None:
            raise Unknown(f"there is no crosswalk back to {to_key!r}")
        steps.append(catalogue.crosswalk(from_key, following))
        from_key = following
    return steps


def _carry_all(step: Crosswalk, numbers: dict[str, PairKind]) -> dict[str, PairKind]:
    found: dict[str, PairKind] = {}
    for number, kind in numbers.items():
        for target, step_kind in _carry(step, number):
            found[target] = _worst(found.get(target, PairKind.SAME), kind, step_kind)
    return found


def _worst(*kinds: PairKind) -> PairKind:
    return max(kinds, key=_GRAVITY.index)


def _carry(step: Crosswalk, number: str) -> list[tuple[str, PairKind]]:
    own = step.pairs_from(number)
    if own:
        return [(target, pair.kind) for pair in own for target in pair.to_numbers]
    if not step.joins_two_standards:
        below = [pair for pair in step.pairs if pair.from_number.startswith(number + ".")]
        if below:
            return _carry_heading(step, number, below)
    for above in catalogue.edition(step.from_key).ancestors_of(number):
        pairs = step.pairs_from(above.number)
        if pairs:
            return [target for pair in pairs for target in _carry_paragraph(step, number, pair)]
    return _carry_unlisted(step, number)


def _carry_paragraph(step: Crosswalk, number: str, above: Pair) -> list[tuple[str, PairKind]]:
    if number in above.to_numbers:
        return [(number, above.kind)]
    if len(above.to_numbers) == 1:
        same_place = above.to_numbers[0] + number.removeprefix(above.from_number)
        if catalogue.edition(step.to_key).has_clause(same_place):
            return [(same_place, above.kind)]
    return [(target, above.kind) for target in above.to_numbers]


def _carry_heading(step: Crosswalk, number: str, below: list[Pair]) -> list[tuple[str, PairKind]]:
    """A heading becomes the heading over its clauses' successors, if there is one alike."""
    kept = [pair for pair in below if pair.kind != PairKind.DROPPED] or below
    targets = [target for pair in kept for target in pair.to_numbers]
    heading = _common_start(targets)
    citable = catalogue.edition(step.from_key).clause(number).citable
    target_edition = catalogue.edition(step.to_key)
    if not heading or (citable and not target_edition.clause(heading).citable):
        return [(target, PairKind.SPLIT) for target in targets]
    if heading != number:
        return [(heading, PairKind.MOVED)]
    unchanged = all(pair.kind == PairKind.SAME for pair in below)
    return [(heading, PairKind.SAME if unchanged else PairKind.CHANGED)]


def _carry_unlisted(step: Crosswalk, number: str) -> list[tuple[str, PairKind]]:
    """Scope, references and terms are in no crosswalk: they carry if number and title agree."""
    target = catalogue.edition(step.to_key)
    title = catalogue.edition(step.from_key).clause(number).title_en
    if not step.joins_two_standards and target.has_clause(number):
        if target.clause(number).title_en == title:
            return [(number, PairKind.SAME)]
    return []


def _common_start(numbers: Iterable[str]) -> str:
    parts = []
    for level in zip(*(number.split(".") for number in numbers), strict=False):
        if len(set(level)) > 1:
            break
        parts.append(level[0])
    return ".".join(parts)


def _edition_before(edition_key: str) -> Edition | None:
    before = catalogue.edition(edition_key).supersedes
    return catalogue.edition(before) if before else None


def _rules(edition_key: str) -> dict[str, Any]:
    rules: dict[str, Any] = catalogue.read_data("derivation")[edition_key]
    return rules


def _derived_questions(edition_key: str, question: QuestionEntry) -> Iterable[QuestionEntry]:
    rules = _rules(edition_key)
    wanted = rules["split"].get(question.id)
    reworded = rules["reworded"].get(question.id, {})
    for target, kind in carry_clause(question.edition_key, edition_key, question.clause):
        if wanted is not None and target not in wanted:
            continue
        line = replace(
            question,
            id=f"{edition_key}/{target}/{question.id}",
            edition_key=edition_key,
            clause=target,
            source=Source.DERIVED,
            change=Change.CARRIED,
            origin_id=question.id,
            **reworded,
        )
        if kind != PairKind.SAME or reworded:
            line = _changed(line, question)
        yield line


def _new_questions(edition_key: str) -> Iterable[QuestionEntry]:
    written = _rules(edition_key)["new_questions"]
    for new in _crosswalk_into(edition_key).new_in_target:
        note_en, note_id = _change_note(edition_key, new.number) or (new.note_en, new.note_id)
        yield QuestionEntry(
            id=f"{edition_key}/{new.number}/new",
            edition_key=edition_key,
            clause=new.number,
            methods=tuple(written[new.number]["methods"]),
            question_en=written[new.number]["question_en"],
            question_id=written[new.number]["question_id"],
            evidence_en=written[new.number]["evidence_en"],
            evidence_id=written[new.number]["evidence_id"],
            source=Source.DERIVED,
            change=Change.NEW,
            note_en=note_en,
            note_id=note_id,
        )


def _derived_documents(edition_key: str, document: MandatoryEntry) -> Iterable[MandatoryEntry]:
    targets = carry_clause(document.edition_key, edition_key, document.clause)
    for target, kind in _where_documents_go(edition_key, targets):
        line = replace(
            document,
            id=document.id.replace(
                f"{document.edition_key}/{document.clause}/", f"{edition_key}/{target}/"
            ),
            edition_key=edition_key,
            clause=target,
            source=Source.DERIVED,
            change=Change.CARRIED,
            origin_id=document.id,
        )
        yield line if kind == PairKind.SAME else _changed(line, document)


def _where_documents_go(
    edition_key: str, targets: list[tuple[str, PairKind]]
) -> list[tuple[str, PairKind]]:
    """Of a clause that was split, the parts that ask for documented information, else the first."""
    if len(targets) == 1:
        return targets
    target_edition = catalogue.edition(edition_key)
    asking = [
        (number, kind)
        for number, kind in targets
        if target_edition.clause(number).documented_information != "none"
        and target_edition.clause(number).auditable
    ]
    return asking or targets[:1]


def _new_documents(edition_key: str) -> Iterable[MandatoryEntry]:
    for document in _rules(edition_key)["new_documents"]:
        yield MandatoryEntry(
            id=f"{edition_key}/{document['clause']}/new",
            edition_key=edition_key,
            clause=document["clause"],
            action=None,
            explicit=False,
            what_en=document["what_en"],
            what_id=document["what_id"],
            typical_file=document["typical_file"],
            source=Source.DERIVED,
            change=Change.NEW,
            note_en=document["note_en"],
            note_id=document["note_id"],
        )


def _crosswalk_into(edition_key: str) -> Crosswalk:
    before = _edition_before(edition_key)
    if before is None:
        raise Unknown(f"nothing leads to {edition_key!r}")
    return catalogue.crosswalk(before.key, edition_key)


def _changed(line: Line, origin: Line) -> Line:
    """The line marked as changed, with what the edition says about it or else the crosswalk."""
    note = _change_note(line.edition_key, line.clause)
    note_en, note_id = note or _pair_note(origin.edition_key, line.edition_key, origin.clause)
    return replace(line, change=Change.CHANGED, note_en=note_en, note_id=note_id)


def _change_note(edition_key: str, number: str) -> tuple[str, str] | None:
    """What the edition changed at the clause, or at the nearest clause above it."""
    target_edition = catalogue.edition(edition_key)
    changes = {note.clause: note for note in target_edition.changes}
    for clause in [target_edition.clause(number), *target_edition.ancestors_of(number)]:
        if clause.number in changes:
            return changes[clause.number].change_en, changes[clause.number].change_id
    return None


def _pair_note(before_key: str, edition_key: str, number: str) -> tuple[str, str]:
    step = catalogue.crosswalk(before_key, edition_key)
    before = catalogue.edition(before_key)
    for clause in [before.clause(number), *before.ancestors_of(number)]:
        for pair in step.pairs_from(clause.number):
            return _sentence(pair.note_en), _sentence(pair.note_id)
    return "", ""


def _sentence(note: str) -> str:
    return f"{note}." if note and not note.endswith(".") else note
