"""What all reads of one pack share: the session, the facts, names of units, clauses."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Select,
    String,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from qms.actions.models import Action
from qms.audits.models import Audit
from qms.certificates.settings import cycle_on
from qms.core.db import AccessClass
from qms.documents.models import Document
from qms.evidence.models import Evidence
from qms.findings.models import Finding
from qms.packs.about import About
from qms.packs.reading import conditions
from qms.standards.models import ClauseWords
from qms.standards.queries import ClauseRow, clauses_of, shelf

AT_ONCE = 200
SHOWN = Table(
    "pack_shown",
    MetaData(),
    Column("kind", String(20), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
"""Which records are in the pack: worked out once, then looked up by every other read."""
RULES: dict[str, tuple[Any, Callable[[About, conditions.Chosen], conditions.Conditions]]] = {
    "document": (Document, conditions.documents),
    "in_force": (Document, conditions.documents_in_force),
    "audit": (Audit, conditions.audits),
    "finding": (Finding, conditions.findings),
    "open": (Finding, conditions.open_findings),
    "action": (Action, conditions.actions),
    "overdue": (Action, conditions.overdue_actions),
    "evidence": (Evidence, conditions.evidence),
}
"""Kinds in the order in which they are chosen: a later one may build on those before."""
CHAPTERS = frozenset(str(number) for number in range(4, 11))
"""The chapters that hold requirements; 1 to 3 are scope, references and terms."""


class Reader:
    """Reads for one pack."""

    def __init__(self, session: Session, about: About) -> None:
        about = about.as_known_by(session)
        self.session, self.about = session, about
        SHOWN.create(session.connection())
        self.restricted = choose_all(session, about)
        """How many restricted records that the person may see are in the pack, or were left out:
        by kind, only kinds that have any."""
        self.units = {node.id: node.name for node in about.tree}
        """What the units were called on the day."""
        self.others = other_units(session, about)
        """The further units that filed evidence of this pack, and whether any of it is
        restricted."""
        self.clauses: dict[int, ClauseRow] = {
            clause.id: clause
            for edition in about.editions
            for clause in clauses_of(edition.key)
            if clause.number.split(".")[0] in CHAPTERS
        }
        self.cycle = cycle_on(about.district_id, about.as_of, session=session)
        self.order = {clause_id: place for place, clause_id in enumerate(self.clauses)}
        self.words = {
            words.clause_id: words
            for words in session.scalars(
                select(ClauseWords).where(ClauseWords.district_id == about.district_id)
            )
        }

    def title(self, clause: ClauseRow) -> str:
        """The district's own title of a clause, else the shipped one."""
        own = self.words.get(clause.id)
        if own is not None and own.title:
            return own.title
        return clause.title_en if self.about.language == "en" else clause.title_id

    def full_title(self, clause: ClauseRow) -> str:
        """A title that stands without the clauses above: several clauses are called "General"."""
        title = self.title(clause)
        above = self.clauses.get(clause.parent_id or 0)
        same = (one for one in self.clauses_of(clause.edition_key) if one.id != clause.id)
        if above is None or all(self.title(one) != title for one in same):
            return title
        return f"{self.full_title(above)}: {title}"

    def heading(self, clause: ClauseRow) -> str:
        return f"{clause.number} {self.title(clause)}"

    def clauses_of(self, edition_key: str) -> list[ClauseRow]:
        """The clauses of an edition that have a section, in order."""
        return [clause for clause in self.clauses.values() if clause.edition_key == edition_key]

    def shown(self, kind: str) -> ColumnElement[bool]:
        """That a record of RULES is in the pack, for a WHERE."""
        model = RULES[kind][0]
        found = select(SHOWN.c.id).where(SHOWN.c.kind == kind, SHOWN.c.id == model.id)
        return found.correlate(model).exists()

    def batches(self, statement: Any) -> Iterator[Sequence[Any]]:
        """The entities of a statement, some at a time."""
        found = self.session.scalars(statement.execution_options(yield_per=AT_ONCE))
        yield from found.partitions()

    def linked(self, statement: Any) -> dict[int, list[Any]]:
        """Second column by first: (owner's id, value) pairs in the order of the statement."""
        found: dict[int, list[Any]] = {}
        for owner_id, value in self.session.execute(statement):
            found.setdefault(owner_id, []).append(value)
        return found

    def cited(self, model: Any, owner: Any, ids: Iterable[int]) -> dict[int, list[ClauseRow]]:
        """The clauses that records cite, of any edition, in order."""
        wanted = list(ids)
        pairs = self.linked(
            select(owner, model.clause_id).where(
                model.district_id == self.about.district_id, owner.in_(wanted)
            )
        )
        known = shelf().by_id
        return {
            one: sorted(
                (known[clause_id] for clause_id in pairs.get(one, [])),
                key=lambda clause: (clause.edition_id, clause.sort),
            )
            for one in wanted
        }


def other_units(session: Session, about: About) -> dict[int, bool]:
    """The units outside of the pack whose evidence belongs to its records."""
    found: dict[int, bool] = {}
    for unit_id, access in session.execute(
        select(Evidence.unit_id, Evidence.access)
        .where(Evidence.id.in_(chosen("evidence")), Evidence.unit_id.not_in(about.all_unit_ids))
        .distinct()
    ):
        found[unit_id] = found.get(unit_id, False) or access is AccessClass.RESTRICTED
    return found


def choose_all(session: Session, about: About) -> dict[str, int]:
    """Work out what is in the pack, into a temporary table that ends with the transaction; returns
    the number of restricted records by kind. Where the person left those out, they are found by
    choosing once as if they were in."""
    if not about.leaves_out_restricted:
        choose(session, about)
        return restricted_chosen(session)
    choose(session, replace(about, includes_restricted=True))
    left_out = restricted_chosen(session)
    session.execute(delete(SHOWN))
    choose(session, about)
    return left_out


def restricted_chosen(session: Session) -> dict[str, int]:
    """How many of the chosen records are restricted, by kind."""
    kinds = ("document", "evidence", "audit", "finding", "action")
    models = {kind: RULES[kind][0] for kind in kinds}
    counts = {
        kind: session.scalar(
            select(func.count())
            .select_from(model)
            .where(model.access == AccessClass.RESTRICTED, model.id.in_(chosen(kind)))
        )
        for kind, model in models.items()
    }
    return {kind: number for kind, number in counts.items() if number}


def choose(session: Session, about: About) -> None:
    """Fill the table of what is in the pack."""
    for kind, (model, rule) in RULES.items():
        found = select(literal(kind), model.id).where(*rule(about, chosen))
        session.execute(insert(SHOWN).from_select(["kind", "id"], found))
    if session.connection().dialect.name == "postgresql":
        session.execute(text("ANALYZE pack_shown"))


def chosen(kind: str) -> Select[int]:
    """The ids of a kind of record that is in the pack."""
    return select(SHOWN.c.id).where(SHOWN.c.kind == kind)
