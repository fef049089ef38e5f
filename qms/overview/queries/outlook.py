"""How the certificates of the units that somebody looks after stand, and what comes next."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from qms.certificates.models import Certificate, CertificateEvent
from qms.certificates.settings import cycle_on
from qms.certificates.state import CertificateState, Standing, Step, standing_on
from qms.core.db import db
from qms.overview.queries.figures import LOOK_AFTER
from qms.overview.queries.work import PAGE, Bundle, Deadline, Kind, Reach, Waiting
from qms.people.models import Person
from qms.people.roles import ALL
from qms.standards.queries import edition_by_id

ENDING = (CertificateState.VALID, CertificateState.SUSPENDED, CertificateState.EXPIRED)
"""States in which a last day matters."""


@dataclass(frozen=True)
class Hanging:
    """A certificate as it stands today."""

    uid: UUID
    unit_id: int
    edition_id: int
    body: str
    standing: Standing

    @property
    def is_valid(self) -> bool:
        return self.standing.state is CertificateState.VALID

    @property
    def step(self) -> Step | None:
        return self.standing.next


def certificates_looked_after(person: Person) -> list[Hanging]:
    """The certificate that counts of each unit and standard in the units that the person looks
    after: the one that is held, else the one that began last. Two queries.

    A district has some hundred certificates with some ten events each, and their state is nowhere
    stored, so all are read.
    """
    units = person.rights.units(LOOK_AFTER)
    if not units:
        return []
    return counting(person, None if units.everywhere else sorted(units.ids))


def counting(person: Person, unit_ids: list[int] | None) -> list[Hanging]:
    """The same for these units (None: all), as far as the person sees them."""
    statement: Any = (
        select(
            Certificate.id,
            Certificate.uid,
            Certificate.unit_id,
            Certificate.edition_id,
            Certificate.body,
            CertificateEvent.number,
            CertificateEvent.kind,
            CertificateEvent.on.label("on"),
            CertificateEvent.valid_until,
        )
        .outerjoin(CertificateEvent, CertificateEvent.certificate_id == Certificate.id)
        .where(Certificate.district_id == person.district_id)
    )
    if unit_ids is not None:
        seen = person.rights.units(ALL)
        statement = statement.where(
            Certificate.unit_id.in_([one for one in unit_ids if one in seen])
        )
    events: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(statement):
        events[row.id].append(row)
    if not events:
        return []
    today = person.district.today
    cycle = cycle_on(person.district_id, today)
    best: dict[tuple[int, str], Hanging] = {}
    for rows in events.values():
        first = rows[0]
        happened = [row for row in rows if row.kind is not None]
        one = Hanging(
            first.uid,
            first.unit_id,
            first.edition_id,
            first.body,
            standing_on(happened, today, cycle, first.edition_id),
        )
        standard = edition_by_id(one.edition_id).key.rpartition("-")[0]
        known = best.get((one.unit_id, standard))
        if known is None or _rank(one) > _rank(known):
            best[one.unit_id, standard] = one
    return list(best.values())


def _rank(one: Hanging) -> tuple[bool, date]:
    return one.standing.is_held, one.standing.began_on or date.min


def needing_care(certificates: list[Hanging], today: date) -> list[Hanging]:
    """Those with a step that is overdue or near, and all that are suspended or have expired but
    can still be saved; the most urgent first."""
    near = [
        one
        for one in certificates
        if one.step is not None
        and one.step.by is not None
        and (not one.is_valid or one.step.tone(today) != "neutral")
    ]
    return sorted(near, key=lambda one: (one.step.by, one.uid))  # type: ignore[union-attr]


def certificates_waiting(person: Person, reach: Reach = PAGE) -> Bundle:
    """The same as lines of what waits. Two queries."""
    near = needing_care(certificates_looked_after(person), person.district.today)
    dated = [
        (one, one.step.by)
        for one in near
        if one.step and one.step.by and (reach.until is None or one.step.by <= reach.until)
    ]
    lines = [
        Waiting(
            Kind.CERTIFY,
            one.uid,
            "",
            f"{edition_by_id(one.edition_id).code} · {one.body}",
            one.unit_id,
            day,
            Deadline.STEP,
            False,
        )
        for one, day in dated[: reach.most]
    ]
    more = frozenset({Kind.CERTIFY}) if len(dated) > reach.most else frozenset()
    return Bundle(lines, more)


def nearest_ends(certificates: list[Hanging]) -> dict[int, date]:
    """The first last day of a unit's certificates, also of one that has expired, by unit."""
    ends: dict[int, date] = {}
    for one in certificates:
        last = one.standing.last_day
        if one.standing.state in ENDING and last is not None:
            ends[one.unit_id] = min(last, ends.get(one.unit_id, last))
    return ends
