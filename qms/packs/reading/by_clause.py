"""The records of each clause, for those who go through the clauses in order.

Most clauses have a handful of records, so the records of neighbouring clauses are read together; of
a clause that has very many, each kind is read on its own, some at a time.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import select

from qms.actions.models import Action
from qms.documents.models import DocumentClause
from qms.findings.models import Finding, FindingAction, FindingClause
from qms.packs.reading import actions, documents, evidence, findings
from qms.packs.reading.actions import ActionLine
from qms.packs.reading.counts import Counts
from qms.packs.reading.documents import DocumentLine
from qms.packs.reading.evidence import EvidenceLine
from qms.packs.reading.findings import FindingLine
from qms.packs.reading.reader import SHOWN, Reader
from qms.standards.queries import ClauseRow

TOGETHER = 400
"""Lines that are held in memory at once."""

Lines = dict[int, list[Any]]
"""Lines by clause id."""


class ByClause:
    """Lines of one clause after the other."""

    def __init__(self, reader: Reader, counts: Counts) -> None:
        self.reader, self.counts = reader, counts
        self.group_of: dict[int, tuple[int, ...]] = {
            clause_id: group for group in groups(reader, counts) for clause_id in group
        }
        self.held: dict[str, tuple[tuple[int, ...], Lines]] = {}

    def documents(self, clause: ClauseRow) -> Iterable[DocumentLine]:
        """Documents in force."""
        return self._lines("in_force", clause, self.counts.at(clause.id).documents)

    def evidence(self, clause: ClauseRow) -> Iterable[EvidenceLine]:
        """Evidence that cites the clause, and that of the findings that do."""
        return self._lines("evidence", clause, self.counts.at(clause.id).evidence)

    def findings(self, clause: ClauseRow) -> Iterable[FindingLine]:
        return self._lines("finding", clause, self.counts.at(clause.id).findings)

    def actions(self, clause: ClauseRow) -> Iterable[ActionLine]:
        """Actions of the findings that cite the clause."""
        return self._lines("action", clause, self.counts.at(clause.id).actions)

    def _lines(self, kind: str, clause: ClauseRow, count: int) -> Iterable[Any]:
        if count == 0:
            return []
        if count > TOGETHER:
            return READ[kind](self.reader, LINKED[kind](self.reader, [clause.id], ids_only=True))
        group = self.group_of[clause.id]
        held = self.held.get(kind)
        if held is None or held[0] != group:
            held = self.held[kind] = (group, read_group(self.reader, kind, group))
        return held[1].get(clause.id, [])


def groups(reader: Reader, counts: Counts) -> Iterator[tuple[int, ...]]:
    """Neighbouring clauses with few lines together."""
    group: list[int] = []
    lines = 0
    for clause_id in reader.clauses:
        more = counts.at(clause_id).lines
        if group and lines + more > TOGETHER:
            yield tuple(group)
            group, lines = [], 0
        group.append(clause_id)
        lines += more
    yield tuple(group)


def read_group(reader: Reader, kind: str, clause_ids: Iterable[int]) -> Lines:
    """The lines of one kind by clause, each clause's in the order of the register."""
    clauses: dict[int, list[int]] = {}
    for clause_id, record_id in reader.session.execute(LINKED[kind](reader, list(clause_ids))):
        clauses.setdefault(record_id, []).append(clause_id)
    found: Lines = {}
    for line in READ[kind](reader, list(clauses)):
        for clause_id in clauses[line.id]:
            found.setdefault(clause_id, []).append(line)
    return found


def linked(owner: Any, kind: str) -> Callable[..., Any]:
    """A statement for (clause id, record id) pairs, or for the record ids alone."""
    link = owner.class_

    def statement(reader: Reader, clause_ids: list[int], *, ids_only: bool = False) -> Any:
        columns = (owner,) if ids_only else (link.clause_id, owner)
        return (
            select(*columns)
            .join(SHOWN, (SHOWN.c.id == owner) & (SHOWN.c.kind == kind))
            .where(link.clause_id.in_(clause_ids))
        )

    return statement


def linked_evidence(reader: Reader, clause_ids: list[int], *, ids_only: bool = False) -> Any:
    """The same for evidence, which belongs to clauses through its findings too."""
    found = evidence.at_clauses(reader, clause_ids).c
    return select(found.id) if ids_only else select(found.clause_id, found.id)


def linked_actions(reader: Reader, clause_ids: list[int], *, ids_only: bool = False) -> Any:
    """The same for actions, which belong to clauses through their findings."""
    columns: tuple[Any, ...] = (Action.id,) if ids_only else (FindingClause.clause_id, Action.id)
    return (
        select(*columns)
        .distinct()
        .select_from(FindingClause)
        .join(Finding, Finding.id == FindingClause.finding_id)
        .join(FindingAction, FindingAction.finding_id == Finding.id)
        .join(Action, Action.id == FindingAction.action_id)
        .where(
            FindingClause.clause_id.in_(clause_ids),
            reader.shown("finding"),
            reader.shown("action"),
        )
    )


LINKED: dict[str, Callable[..., Any]] = {
    "in_force": linked(DocumentClause.document_id, "in_force"),
    "evidence": linked_evidence,
    "finding": linked(FindingClause.finding_id, "finding"),
    "action": linked_actions,
}
READ: dict[str, Callable[[Reader, Any], Iterable[Any]]] = {
    "in_force": lambda reader, ids: documents.documents(reader, ids=ids, in_force=True),
    "evidence": lambda reader, ids: evidence.evidence(reader, ids=ids),
    "finding": lambda reader, ids: findings.findings(reader, ids=ids),
    "action": lambda reader, ids: actions.actions(reader, ids=ids),
}
