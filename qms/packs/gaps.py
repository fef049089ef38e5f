"""What the certification auditor will find missing: told before they ask."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from qms.packs.files import Plan
from qms.packs.reading.asked import Asked
from qms.packs.reading.counts import Counts
from qms.packs.reading.reader import Reader
from qms.packs.reading.scopes import Applicable
from qms.standards.overlay import DocumentLine
from qms.standards.queries import ClauseRow


@dataclass(frozen=True)
class Gaps:
    """Gaps that follow from the clauses. Open majors and overdue actions are read as lines."""

    documents: list[tuple[ClauseRow, DocumentLine]] = field(default_factory=list)
    """Documents that are needed at a clause where nothing is in force and nothing is proven."""
    clauses: list[ClauseRow] = field(default_factory=list)
    """Auditable clauses with nothing recorded at them or below."""
    files: list[str] = field(default_factory=list)
    """Names of files that the store has lost."""

    def __len__(self) -> int:
        return len(self.documents) + len(self.clauses) + len(self.files)


def find_gaps(
    reader: Reader, counts: Counts, asked: Asked, applicable: Applicable, plan: Plan
) -> Gaps:
    """Compare what is asked with what there is, clause by clause."""
    gaps = Gaps(files=[file.name for file in plan.missing])
    for clause in reader.clauses.values():
        if applicable.at(clause).by_all:
            continue
        below = [counts.at(one.id) for one in clause_and_below(reader, clause)]
        if not any(one.documents or one.proofs for one in below):
            gaps.documents.extend((clause, line) for line in asked.documents_at(clause.id))
        if clause.is_auditable and not any(one.lines for one in below):
            gaps.clauses.append(clause)
    return gaps


def clause_and_below(reader: Reader, clause: ClauseRow) -> Iterator[ClauseRow]:
    """A clause and all clauses under it."""
    for one in reader.clauses_of(clause.edition_key):
        if one.id == clause.id or one.number.startswith(f"{clause.number}."):
            yield one
