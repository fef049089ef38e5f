"""The certificate wall: each unit and standard with its scope and its certificate.

A district has some hundred such pairs, so they are put in the order of the tree in memory; what
a page shows of them is then read in four queries, whatever the number of rows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, null, select, union

from qms.certificates.models import Certificate, CertificateEvent, CertificateUnit
from qms.certificates.queries import seen_with, touching
from qms.certificates.settings import Cycle, cycle_on
from qms.certificates.state import CertificateState, Standing, standing_on
from qms.core.db import db
from qms.core.listing import PAGE, Page
from qms.core.search import has_parts, words_of
from qms.people.models import Person
from qms.people.rights import Sight, sight_of
from qms.standards.models import UnitScope
from qms.standards.queries import ScopeLine, edition_by_id, scope_lines_on
from qms.units.tree import Node

Pair = tuple[int, int]
"""(unit id, edition id)."""


@dataclass(frozen=True)
class Hung:
    """A certificate as the wall shows it."""

    uid: UUID
    unit_id: int
    edition_id: int
    body: str
    number: str | None
    standing: Standing


@dataclass(frozen=True)
class WallRow:
    """A unit and an edition: the scope in force, and the certificates, the one that counts first
    (held, else newest)."""

    unit: Node
    edition: Any
    scope: ScopeLine | None = None
    certificates: list[Hung] = field(default_factory=list)

    @property
    def certificate(self) -> Hung | None:
        return self.certificates[0] if self.certificates else None

    @property
    def key(self) -> str:
        return f"{self.unit.uid}.{self.edition.key}"


def wall(
    person: Person,
    unit_id: int | None = None,
    *,
    edition_ids: Collection[int] = (),
    states: Collection[CertificateState] = (),
    q: str = "",
    cursor: str | None = None,
    size: int = PAGE,
) -> Page[WallRow]:
    """A page of the wall as the person sees it today, units in the order of the tree.

    `q` are parts of words of the unit, or of a certificate's number and body. `cursor` is the
    key of the row before the page. Five queries; six with `states` or `q`.
    """
    day = person.district.today
    sight = sight_of(person, unit_id)
    cycle = cycle_on(person.district_id, day)
    pairs = _pairs(sight)
    if edition_ids:
        pairs = {pair: via for pair, via in pairs.items() if pair[1] in edition_ids}
    words = words_of(q)
    if states or words:
        hung = _hung(seen_with(sight), pairs, day, cycle)
        pairs = {
            pair: via
            for pair, via in pairs.items()
            for found in [hung.get(pair, [])]
            if not states or (found and found[0].standing.state in states)
            if not words or _says(person.rights.tree.get(pair[0]), found, words)
        }
    editions: dict[int, list[int]] = {}
    for unit, edition in sorted(pairs):
        editions.setdefault(unit, []).append(edition)
    rows = [
        WallRow(node, edition_by_id(edition_id))
        for node in person.rights.tree
        for edition_id in editions.get(node.id, ())
    ]
    return _filled(_cut(rows, cursor, size), pairs, day, cycle)


def _says(unit: Node | None, hung: Sequence[Hung], parts: Sequence[str]) -> bool:
    """Whether the unit, or one of its certificates, has words with all these parts."""
    texts = [f"{one.number or ''} {one.body}" for one in hung]
    if unit is not None:
        texts.append(f"{unit.code} {unit.name} {unit.label}")
    return any(has_parts(text, parts) for text in texts)


def _pairs(sight: Sight) -> dict[Pair, set[int]]:
    """The pairs with something to show, each with the certificates of other units that cover it."""
    covering = select(CertificateUnit.unit_id, Certificate.edition_id, Certificate.id).join(
        Certificate, Certificate.id == CertificateUnit.certificate_id
    )
    covering = covering.where(CertificateUnit.district_id == sight.district_id)
    if not sight.units.everywhere:
        covering = covering.where(CertificateUnit.unit_id.in_(sight.units.ids))
    # The link comes first: PostgreSQL takes its column's type from the first two.
    found: Iterable[Any] = db.session.execute(
        union(
            covering,
            select(UnitScope.unit_id, UnitScope.edition_id, null()).where(
                *sight.conditions(UnitScope)
            ),
            select(Certificate.unit_id, Certificate.edition_id, null()).where(
                *sight.conditions(Certificate)
            ),
        )
    )
    pairs: dict[Pair, set[int]] = {}
    for unit_id, edition_id, via in found:
        covered_by = pairs.setdefault((unit_id, edition_id), set())
        if via is not None:
            covered_by.add(via)
    return pairs


def _cut(rows: Sequence[WallRow], cursor: str | None, size: int) -> Page[WallRow]:
    places = {row.key: place for place, row in enumerate(rows)}
    start = places[cursor] + 1 if cursor in places else 0
    end = start + size
    return Page(
        rows[start:end],
        next=rows[end - 1].key if end < len(rows) else None,
        # An unknown key leads to the first page, so any word will do for it.
        previous=None if start == 0 else rows[start - size - 1].key if start > size else "first",
    )


def _filled(page: Page[WallRow], pairs: dict[Pair, set[int]], day: date, cycle: Cycle) -> Any:
    shown = {(row.unit.id, row.edition.id): pairs[row.unit.id, row.edition.id] for row in page.rows}
    unit_ids = sorted({unit_id for unit_id, _ in shown})
    scopes = scope_lines_on(unit_ids, day)
    hung = _hung([touching(unit_ids)], shown, day, cycle)
    rows = [
        WallRow(row.unit, row.edition, scopes.get(pair), hung.get(pair, []))
        for row in page.rows
        for pair in [(row.unit.id, row.edition.id)]
    ]
    return Page(rows, page.next, page.previous)


def certificates_at(person: Person, unit_id: int, edition_id: int) -> list[Hung]:
    """The certificates that a unit ever had to an edition, its own and those that cover it, the
    one that counts first. Two queries."""
    day = person.district.today
    conditions = [
        *seen_with(sight_of(person)),
        touching([unit_id]),
        Certificate.edition_id == edition_id,
    ]
    found = _standing(conditions, day, cycle_on(person.district_id, day))
    return sorted(found.values(), key=_rank)


def _hung(
    conditions: Iterable[ColumnElement[bool]], pairs: dict[Pair, set[int]], day: date, cycle: Cycle
) -> dict[Pair, list[Hung]]:
    """The certificates by pair, each pair's own and covering ones, the one that counts first."""
    hung = _standing(conditions, day, cycle)
    own: dict[Pair, list[Hung]] = {}
    for one in hung.values():
        own.setdefault((one.unit_id, one.edition_id), []).append(one)
    found: dict[Pair, list[Hung]] = {}
    for pair, via in pairs.items():
        covering = [hung[certificate_id] for certificate_id in via if certificate_id in hung]
        if of_pair := own.get(pair, []) + covering:
            found[pair] = sorted(of_pair, key=_rank)
    return found


def _standing(
    conditions: Iterable[ColumnElement[bool]], day: date, cycle: Cycle
) -> dict[int, Hung]:
    """Certificate id -> the certificate on a day, read with its events in one query."""
    events: dict[int, list[Any]] = {}
    rows: dict[int, Any] = {}
    for row in db.session.execute(
        select(
            Certificate.id,
            Certificate.uid,
            Certificate.unit_id,
            Certificate.edition_id,
            Certificate.body,
            Certificate.number.label("certificate_number"),
            CertificateEvent.number,
            CertificateEvent.kind,
            CertificateEvent.on.label("on"),
            CertificateEvent.valid_until,
        )
        .outerjoin(CertificateEvent, CertificateEvent.certificate_id == Certificate.id)
        .where(*conditions)
    ):
        rows[row.id] = row
        happened = events.setdefault(row.id, [])
        if row.kind is not None:
            happened.append(row)
    return {
        row.id: Hung(
            row.uid,
            row.unit_id,
            row.edition_id,
            row.body,
            row.certificate_number,
            standing_on(events[row.id], day, cycle, row.edition_id),
        )
        for row in rows.values()
    }


def _rank(one: Hung) -> Any:
    began = one.standing.began_on or date.min
    return not one.standing.is_held, -began.toordinal(), one.uid
