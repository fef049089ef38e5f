"""The checklist: made from the question banks, and what the team adds or takes off."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from qms.audits.independence import Tie
from qms.audits.models import (
    AskedWhen,
    Audit,
    AuditLine,
    AuditLineClause,
    AuditLineCondition,
    AuditLineOrigin,
    AuditState,
    Method,
)
from qms.audits.operations.answering import refuse_while_signed
from qms.audits.permissions import may_prepare
from qms.audits.queries import MOST_LINES
from qms.audits.queries.scope import not_applicable_in
from qms.audits.queries.sources import lines_of_last_audit
from qms.audits.suitability import unsuitable
from qms.core import journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.standards import catalogue
from qms.standards.catalogue import PairKind, Unknown
from qms.standards.overlay import QuestionLine, question_lines
from qms.standards.queries import (
    clause_by_id,
    clause_by_key,
    clauses_of,
    edition_by_id,
    own_titles,
    title_of,
)

STEP = 10
"""Between the positions of two lines, so that others fit between them."""
OWN_ORDER = ("template:", "document:", "file:")
"""How the keys of lines begin that keep the order of where they come from."""
LAST = 10**9
"""After the clauses of every edition."""


@dataclass(frozen=True)
class Asked:
    """A line as it would be made."""

    section: str
    question: str
    hint: str | None
    methods: tuple[str, ...]
    keys: tuple[str, ...]
    clause_ids: tuple[int, ...]
    previous_id: int | None = None
    """The same line in an earlier audit."""
    document_id: int | None = None
    """The document whose words it asks about."""
    after: str | None = None
    """A key of the line on whose answer it depends whether this one is asked."""
    asked_when: AskedWhen = AskedWhen.APPLIES


@dataclass
class Foreseen:
    """What a checklist would hold, and which clauses stay out of it: clause id -> why."""

    lines: list[Asked] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)


def foreseen_lines(
    audit: Audit, clause_ids: Collection[int] | None = None, known: Collection[str] = ()
) -> Foreseen:
    """The lines of the banks for the editions of an audit, or for some of their clauses, without
    clauses that do not apply in the unit's scope, and without questions that are `known`. Where
    two standards ask the same of everybody (the crosswalk's "full" pairs) their questions become
    one line, recorded against both."""
    found, wanted = Foreseen(), None if clause_ids is None else set(clause_ids)
    found.left_out = not_applicable_in(audit)
    titles = own_titles(audit.district_id)
    banks = {
        edition_id: _bank(audit, edition_id, wanted, found.left_out, known)
        for edition_id in audit.edition_ids
    }
    partners = _partners(audit.edition_ids, banks)
    joined = {other for others in partners.values() for other in others}
    for bank in banks.values():
        for clause_id, questions in bank.items():
            if clause_id in joined:
                continue
            clause = clause_by_id(clause_id)
            section = f"{clause.number} {title_of(clause, own=titles)}"
            others = [(one, _in(banks, one)) for one in partners.get(clause_id, ())]
            found.lines.extend(_lines(section, clause_id, questions, others))
    return found


def _bank(
    audit: Audit,
    edition_id: int,
    wanted: set[int] | None,
    left_out: dict[int, str],
    known: Collection[str],
) -> dict[int, list[QuestionLine]]:
    edition = edition_by_id(edition_id)
    lines = question_lines(audit.district_id, edition.key)
    return {
        clause.id: used
        for clause in clauses_of(edition.key)
        if clause.id not in left_out
        and (wanted is None or clause.id in wanted)
        and (
            used := [
                one for one in lines.get(clause.id, ()) if one.is_used and _key(one) not in known
            ]
        )
    }


def _key(line: QuestionLine) -> str:
    """How a checklist remembers a question."""
    return line.key or f"own:{line.uid}"


def _in(banks: dict[int, dict[int, list[QuestionLine]]], clause_id: int) -> list[QuestionLine]:
    return banks[clause_by_id(clause_id).edition_id][clause_id]


def _partners(
    edition_ids: Sequence[int], banks: dict[int, dict[int, list[QuestionLine]]]
) -> dict[int, list[int]]:
    """Clause id -> clauses of the other standards that ask the same and are asked too."""
    found: dict[int, list[int]] = {}
    for n, first in enumerate(edition_ids):
        for second in edition_ids[n + 1 :]:
            keys = edition_by_id(first).key, edition_by_id(second).key
            if keys[0].split("-")[0] == keys[1].split("-")[0]:
                continue
            try:
                crosswalk = catalogue.crosswalk(*keys)
            except Unknown:
                continue
            for pair in crosswalk.pairs:
                if pair.kind is not PairKind.FULL:
                    continue
                own = clause_by_key(f"{keys[0]}:{pair.from_number}").id
                for number in pair.to_numbers:
                    other = clause_by_key(f"{keys[1]}:{number}").id
                    if own in banks[first] and other in banks[second]:
                        found.setdefault(own, []).append(other)
    return found


def _lines(
    section: str,
    clause_id: int,
    questions: list[QuestionLine],
    others: list[tuple[int, list[QuestionLine]]],
) -> list[Asked]:
    """The lines of a clause: the first question of each standard together, then the second ..."""
    clause_ids = (clause_id, *(one for one, _lines in others))
    banks = [questions, *(lines for _clause, lines in others)]
    found = []
    for n in range(max(map(len, banks))):
        together = [bank[n] for bank in banks if n < len(bank)]
        hints = dict.fromkeys(line.evidence for line in together if line.evidence)
        found.append(
            Asked(
                section,
                "\n".join(dict.fromkeys(line.text for line in together)),
                "; ".join(hints) or None,
                tuple(m.value for m in Method if any(m.value in one.methods for one in together)),
                tuple(map(_key, together)),
                clause_ids,
            )
        )
    return found


def make_checklist(
    audit: Audit,
    clause_ids: Iterable[int] | None = None,
    *,
    by: Person,
    version: int | None = None,
) -> int:
    """Put the questions of these clauses (None: all) on the checklist; what is on it already stays
    as it is. Returns how many lines were added."""
    wanted = None if clause_ids is None else set(clause_ids)
    new = foreseen_lines(audit, wanted, known_keys(audit)).lines
    if not new:
        message = _l("The question banks have nothing more for these clauses.")
        raise Invalid(message, clause_ids=message)
    return take_lines(audit, new, "make_checklist", by=by, version=version)


def known_keys(audit: Audit) -> set[str]:
    """What the lines of a checklist were made from."""
    return {key for line in audit.listed for key in line.keys}


def take_lines(
    audit: Audit, new: Sequence[Asked], verb: str, *, by: Person, version: int | None = None
) -> int:
    """Put lines on the checklist and write the journal; returns how many. Beside each stands the
    same line of the unit's last audit, if there is one that the person sees."""
    require(may_prepare, by, audit)
    refuse_while_signed(audit)
    same_version(audit, version)
    _room_for(audit, len(new))
    _refuse_own_work(audit, {one.document_id for one in new if one.document_id is not None})
    last = max((line.position for line in audit.lines), default=0)
    made = [_put(audit, line, last + n * STEP) for n, line in enumerate(new, start=1)]
    db.session.flush()
    _tie_conditions(audit, made, new)
    _tie_origins(audit, made, new, by)
    _sort(audit, made)
    touch(audit)
    journal.write(verb, audit, by=by, lines=len(new))
    return len(new)


def _refuse_own_work(audit: Audit, document_ids: Collection[int]) -> None:
    """Once an audit has begun, nothing is put on its checklist that one of the team worked on.
    Before, the beginning is refused."""
    if not document_ids or audit.state is not AuditState.UNDER_WAY:
        return
    names = {one.person_id: one.person.name for one in audit.members}
    tied = [
        names[person_id]
        for person_id, found in unsuitable(audit, document_ids).items()
        if Tie.APPLIED in found.standing.ties
    ]
    if tied:
        message = _(
            "Not independent of this document, which they wrote or approved: %(names)s. "
            "Change the team first.",
            names="; ".join(tied),
        )
        raise Invalid(message, document=message, earlier=message)


def _tie_conditions(audit: Audit, made: Sequence[AuditLine], new: Sequence[Asked]) -> None:
    """What depends on another line's answer; where that line is not on the checklist it is asked
    in any case."""
    if not any(asked.after for asked in new):
        return
    by_key = {key: line for line in audit.listed for key in line.keys}
    for line, asked in zip(made, new, strict=True):
        after = by_key.get(asked.after or "")
        if after is not None and after is not line:
            line.condition = AuditLineCondition(
                district_id=audit.district_id, after=after, asked_when=asked.asked_when
            )


def _tie_origins(audit: Audit, made: Sequence[AuditLine], new: Sequence[Asked], by: Person) -> None:
    """The document or the earlier line that a line comes from; for lines from elsewhere, the one
    of the last audit with the same question."""
    last: dict[str, int] = {}
    if any(asked.previous_id is None for asked in new):
        last = lines_of_last_audit(by, audit)
    for line, asked in zip(made, new, strict=True):
        found = next((last[key] for key in asked.keys if key in last), None)
        previous = asked.previous_id or found
        if previous is not None or asked.document_id is not None:
            line.origin = AuditLineOrigin(
                district_id=audit.district_id,
                previous_id=previous,
                document_id=asked.document_id,
            )


def _room_for(audit: Audit, number: int) -> None:
    if len(audit.lines) + number > MOST_LINES:
        message = _("A checklist has at most %(most)s lines.", most=MOST_LINES)
        raise Invalid(message, clause_ids=message)


def _put(audit: Audit, line: Asked, position: int) -> AuditLine:
    made = AuditLine(
        district_id=audit.district_id,
        position=position,
        section=line.section,
        question=line.question,
        hint=line.hint,
        methods=list(line.methods),
        keys=list(line.keys),
        is_removed=False,
        clauses=[
            AuditLineClause(district_id=audit.district_id, clause_id=one)
            for one in sorted(line.clause_ids)
        ],
    )
    made.audit = audit
    audit.lines.append(made)
    made.position = position
    db.session.add(made)
    return made


def _sort(audit: Audit, made: Collection[AuditLine]) -> None:
    """Number the lines by clause, the sections in the order of their first clause; lines of one
    clause keep their order. Sections of our own (from a template, a document, a file) follow,
    whole and as they were put on."""
    begins: dict[str, int] = {}
    for line in sorted(audit.lines, key=lambda one: one.position):
        begins.setdefault(line.section, line.position)

    def order(line: AuditLine) -> tuple[int, int, str, int]:
        if any(key.startswith(OWN_ORDER) for key in line.keys):
            return LAST, begins[line.section], "", line.position
        clauses = [clause_by_id(link.clause_id) for link in line.clauses]
        first = min(clauses, key=lambda one: (one.edition_id, one.sort))
        return first.edition_id, 0, first.sort, line.position

    ordered = sorted(audit.lines, key=order)
    found = _between(ordered, made) or {one.id: n * STEP for n, one in enumerate(ordered, start=1)}
    for line in ordered:
        if line.position != found.get(line.id, line.position):
            line.position = found[line.id]


def _between(ordered: Sequence[AuditLine], made: Collection[AuditLine]) -> dict[int, int]:
    """Positions for new lines between the others, which then keep theirs: whoever has one of those
    open is not told that it has changed. Empty where there is no room, or where they moved."""
    new = {one.id for one in made}
    found: dict[int, int] = {}
    low, waiting = 0, []
    for line in ordered:
        if line.id in new:
            waiting.append(line.id)
            continue
        step = (line.position - low) // (len(waiting) + 1)
        if step < 1:
            return {}
        found.update((one, low + step * n) for n, one in enumerate(waiting, start=1))
        low, waiting = line.position, []
    found.update((one, low + STEP * n) for n, one in enumerate(waiting, start=1))
    return found


def add_line(
    audit: Audit,
    *,
    question: str,
    clause_ids: Iterable[int],
    by: Person,
    hint: str | None = None,
    methods: Iterable[Method] = (),
    uid: UUID | None = None,
) -> AuditLine:
    """A line of the team's own, in the section of its first clause. Sent again with the same `uid`
    it is the same line."""
    require(may_prepare, by, audit)
    refuse_while_signed(audit)
    if not question.strip():
        message = _l("Write the question.")
        raise Invalid(message, question=message)
    wanted = sorted(set(clause_ids))
    covered = set(audit.edition_ids)
    clauses = [clause_by_id(one) for one in wanted]
    if not clauses or any(one.edition_id not in covered for one in clauses):
        message = _l("Choose at least one clause of the standards that the audit covers.")
        raise Invalid(message, clause_ids=message)
    said = (audit.id, question.strip())
    before = made_before(
        AuditLine, uid, by=by, is_same=lambda one: (one.audit_id, one.question) == said
    )
    if before is not None:
        return before
    _room_for(audit, 1)
    first = min(clauses, key=lambda one: (one.edition_id, one.sort))
    asked = Asked(
        section_at(audit, first.id),
        question.strip(),
        hint,
        tuple(method.value for method in methods),
        (),
        tuple(wanted),
    )
    line = _put(audit, asked, max((one.position for one in audit.lines), default=0) + STEP)
    line.uid = uid or new_uid()
    db.session.flush()
    _sort(audit, [line])
    touch(audit)
    journal.write("add_line", line, by=by)
    return line


def section_at(audit: Audit, clause_id: int) -> str:
    """The section in which a clause is asked already, else one of its own."""
    clause = clause_by_id(clause_id)
    name = f"{clause.number} {title_of(clause, own=own_titles(audit.district_id))}"
    asked = (
        line.section
        for line in audit.listed
        if clause_id in line.clause_ids and not any(key.startswith(OWN_ORDER) for key in line.keys)
    )
    return next(asked, name)


def remove_line(line: AuditLine, *, by: Person, version: int | None = None) -> None:
    """Take a line off the checklist, as long as nobody has answered it. It stays in the journal."""
    require(may_prepare, by, line.audit)
    refuse_while_signed(line.audit)
    same_version(line, version)
    if line.answer is not None:
        raise OutOfTurn(_l("This line is answered. An answered line stays on the checklist."))
    if line.audit.state not in (AuditState.PLANNED, AuditState.UNDER_WAY):
        raise OutOfTurn(_l("The checklist is closed with the report."))
    line.is_removed = True
    journal.write("remove_line", line, by=by)
