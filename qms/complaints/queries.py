"""Reads of complaints. What a person may not see is not found, listed or offered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from qms.complaints.models import (
    UNANSWERED_STATES,
    Channel,
    Complaint,
    ComplaintAnswer,
    ComplaintEvidence,
    ComplaintFinding,
    ComplaintPage,
    ComplaintState,
)
from qms.complaints.permissions import integrity_units, seen_at_all
from qms.core import search
from qms.core.db import db, spelled
from qms.core.errors import Missing
from qms.core.files import StoredFile
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.core.text import fold
from qms.evidence.models import Evidence, EvidenceFile, EvidenceVersion
from qms.findings.beside import Side, stream
from qms.findings.models import Finding, FindingState
from qms.findings.queries import Piece
from qms.people.models import Person
from qms.people.queries import units_lacking
from qms.people.registers import seen_page
from qms.people.rights import sight_of
from qms.people.roles import LOOKS_AFTER_INTEGRITY
from qms.units.models import District, Service, UnitName
from qms.units.tree import Node, tree_of

ROW: Any = Complaint.__table__.c
LONGEST_OVERDUE_FIRST = (Key(ROW.due_on), Key(ROW.uid))
NEWEST_FIRST = (Key(ROW.received_on, descending=True), Key(ROW.uid, descending=True))
BY_NUMBER = (Key(ROW.number_key),)
NUMBER = re.compile(r"pgd-\d{4}", re.IGNORECASE)
RECEIPT = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", re.IGNORECASE)
EXPORTED = 10_000
"""Rows of the workbook at most; it says so where there are more."""


def open_to(person: Person) -> ColumnElement[bool]:
    """The condition that a complaint is not about integrity, or that this person sees such ones
    there: `permissions.sees`, beside the condition on what their sight holds."""
    return _open_to(Complaint, seen_at_all(person))


def found_by(person: Person) -> ColumnElement[bool]:
    """The same for a search over everything, which asks for nobody's delegations."""
    return _open_to(Complaint, (integrity_units(person), (person.id,)))


def _open_to(model: Any, seen: tuple[tuple[int, ...] | None, tuple[int, ...]]) -> Any:
    units, me = seen
    if units is None:
        return true()
    return or_(~model.is_integrity, model.unit_id.in_(units), model.assigned_to_id.in_(me))


def complaint_by_uid(person: Person, uid: UUID) -> Complaint:
    """A complaint that this person may see, with its answers; Missing otherwise."""
    found = db.session.scalars(
        select(Complaint)
        .where(Complaint.uid == uid, *sight_of(person).conditions(Complaint), open_to(person))
        .options(
            joinedload(Complaint.service),
            joinedload(Complaint.assigned_to),
            joinedload(Complaint.recorded_by),
            joinedload(Complaint.answers).joinedload(ComplaintAnswer.person),
        )
    ).unique()
    complaint = found.one_or_none()
    if complaint is None:
        raise Missing(_l("There is no such complaint, or it is not for you."))
    return complaint


REGISTER: Any = select(
    ROW.number,
    func.substr(ROW.statement, 1, 160).label("title"),
    spelled(ROW.uid),
    ROW.unit_id,
    ROW.category,
    ROW.channel,
    ROW.state,
    ROW.received_on,
    ROW.due_on,
    ROW.access,
    ROW.number_key,
)


class Asked(NamedTuple):
    """What the register is narrowed to."""

    states: tuple[ComplaintState, ...] = ()
    channels: tuple[Channel, ...] = ()
    categories: tuple[str, ...] = ()
    is_open: bool = False
    mine: int | None = None
    """Assigned to this person."""
    late_on: date | None = None
    """The answer was due before this day."""
    number: str = ""
    receipt: str = ""
    seen: tuple[tuple[int, ...] | None, tuple[int, ...]] = (None, ())
    """What somebody sees of those about integrity (`permissions.seen_at_all`)."""


def complaint_page(
    person: Person,
    unit_id: int | None,
    *,
    q: str = "",
    asked: Asked | None = None,
    overdue: bool = False,
    cursor: str | None = None,
) -> Page[Any]:
    """A page of the register as rows of plain columns: newest first, overdue ones longest first,
    those of a number's beginning by number, hits of words last recorded first. `q` may be a
    receipt, as somebody reads it out on the telephone. One query."""
    q, today, asked = q.strip(), person.district.today, asked or Asked()
    is_number, is_receipt = NUMBER.match(q) is not None, RECEIPT.fullmatch(q) is not None
    asked = asked._replace(
        number=q if is_number else "",
        receipt=q.upper() if is_receipt else "",
        late_on=today if overdue else None,
        seen=seen_at_all(person),
    )
    is_number = is_number or is_receipt
    return seen_page(
        _register(asked),
        Complaint,
        sight_of(person, unit_id),
        BY_NUMBER if is_number else LONGEST_OVERDUE_FIRST if overdue else NEWEST_FIRST,
        words="" if is_number else q,
        until=today - timedelta(days=1) if overdue and not is_number else None,
        cursor=cursor,
    )


@lru_cache(maxsize=200)
def _register(asked: Asked) -> Any:
    """The register as far as it is asked for; kept, so that its pages are kept too."""
    return _narrowed(REGISTER, asked)


def _narrowed(found: Any, asked: Asked) -> Any:
    found = found.where(_open_to(ROW, asked.seen))
    for column, chosen in (
        (ROW.state, asked.states),
        (ROW.channel, asked.channels),
        (ROW.category, asked.categories),
    ):
        if chosen:
            found = found.where(column.in_(chosen))
    if asked.is_open:
        found = found.where(ROW.is_open)
    if asked.mine is not None:
        found = found.where(ROW.assigned_to_id == asked.mine)
    if asked.late_on:
        unanswered = ROW.state.in_(UNANSWERED_STATES)
        found = found.where(ROW.is_open, unanswered, ROW.due_on < asked.late_on)
    if asked.number:
        found = found.where(search.beginning_with(ROW.number_key, asked.number))
    if asked.receipt:
        found = found.where(ROW.receipt == asked.receipt)
    return found


def complaints_told(
    person: Person, unit_id: int | None, asked: Asked, *, q: str = "", overdue: bool = False
) -> list[Complaint]:
    """The complaints of the register for the workbook, the oldest first, with service and answers.
    Two queries; where words are searched for, one more for each page of hits."""
    hits = _hits(person, unit_id, asked, q, overdue) if q.strip() else None
    asked = asked._replace(
        late_on=person.district.today if overdue else None, seen=seen_at_all(person)
    )
    found = db.session.scalars(
        _narrowed(select(Complaint), asked)
        .where(*sight_of(person, unit_id).conditions(Complaint))
        .where(true() if hits is None else Complaint.uid.in_(hits))
        .options(
            joinedload(Complaint.service),
            joinedload(Complaint.assigned_to),
            selectinload(Complaint.answers),
        )
        .order_by(Complaint.received_on, Complaint.uid)
        .limit(EXPORTED)
    )
    return list(found)


def _hits(person: Person, unit_id: int | None, asked: Asked, q: str, overdue: bool) -> list[UUID]:
    """What the register finds by number, receipt or words, all of its pages as far as a workbook
    goes."""
    found: list[UUID] = []
    cursor: str | None = None
    while len(found) < EXPORTED:
        page = complaint_page(person, unit_id, q=q, asked=asked, overdue=overdue, cursor=cursor)
        found += [UUID(row.uid) for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    return found


def finding_numbers(person: Person, complaints: Iterable[Complaint]) -> dict[int, list[str]]:
    """The numbers of the findings that these complaints led to, by complaint, as far as they are
    seen. One query."""
    found: dict[int, list[str]] = {}
    for complaint_id, number in db.session.execute(
        select(ComplaintFinding.complaint_id, Finding.number)
        .join(Finding, Finding.id == ComplaintFinding.finding_id)
        .where(
            ComplaintFinding.complaint_id.in_([one.id for one in complaints]),
            *sight_of(person).conditions(Finding),
        )
        .order_by(Finding.number_key)
    ):
        found.setdefault(complaint_id, []).append(number)
    return found


def findings_of(person: Person, complaint: Complaint) -> list[Any]:
    """The findings that it led to, as far as this person sees them: rows of uid, number, deviation,
    grade, state, due_on."""
    return list(
        db.session.execute(
            select(
                Finding.uid,
                Finding.number,
                Finding.deviation,
                Finding.grade,
                Finding.state,
                Finding.due_on,
            )
            .join(ComplaintFinding, ComplaintFinding.finding_id == Finding.id)
            .where(
                ComplaintFinding.complaint_id == complaint.id,
                *sight_of(person).conditions(Finding),
            )
            .order_by(Finding.number_key)
            .limit(100)
        )
    )


def beside_finding(person: Person, finding: Finding) -> Select[Any]:
    """The complaints that led to a finding, as far as this person sees them, the oldest first: a
    stream for its page."""
    return (
        stream(
            Side.COMPLAINT,
            uid=Complaint.uid,
            number=Complaint.number,
            title=func.substr(Complaint.statement, 1, 160),
            state=Complaint.state,
            on_day=Complaint.received_on,
        )
        .join(ComplaintFinding, ComplaintFinding.complaint_id == Complaint.id)
        .where(
            ComplaintFinding.district_id == finding.district_id,
            ComplaintFinding.finding_id == finding.id,
            *sight_of(person).conditions(Complaint),
            open_to(person),
        )
        .order_by(Complaint.received_on, Complaint.uid)
    )


def linkable_findings(person: Person, complaint: Complaint) -> list[Any]:
    """Findings of the unit that a complaint may have led to, the newest first."""
    linked = select(ComplaintFinding.finding_id).where(
        ComplaintFinding.complaint_id == complaint.id
    )
    return list(
        db.session.execute(
            select(Finding.uid, Finding.number, Finding.deviation, Finding.grade)
            .where(
                *sight_of(person, complaint.unit_id).conditions(Finding),
                Finding.state != FindingState.CANCELLED,
                Finding.id.not_in(linked),
            )
            .order_by(Finding.found_on.desc(), Finding.uid.desc())
            .limit(100)
        )
    )


def evidence_beside(person: Person, complaint: Complaint) -> list[Piece]:
    """The evidence of a complaint that this person may see, with its current files. One query."""
    later = aliased(EvidenceVersion)
    newest = (
        select(func.max(later.number))
        .where(later.evidence_id == Evidence.id)
        .correlate(Evidence)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Evidence.uid,
            Evidence.name,
            Evidence.withdrawn_on,
            Evidence.valid_until,
            EvidenceFile.name.label("file_name"),
            StoredFile.size,
            StoredFile.mime,
            EvidenceFile.number,
            EvidenceFile.position,
        )
        .join(ComplaintEvidence, ComplaintEvidence.evidence_id == Evidence.id)
        .outerjoin(
            EvidenceFile,
            and_(EvidenceFile.evidence_id == Evidence.id, EvidenceFile.number == newest),
        )
        .outerjoin(StoredFile, StoredFile.id == EvidenceFile.stored_file_id)
        .where(
            ComplaintEvidence.complaint_id == complaint.id, *sight_of(person).conditions(Evidence)
        )
        .order_by(Evidence.added_on, Evidence.uid, EvidenceFile.position)
        .limit(200)
    )
    found: dict[UUID, Piece] = {}
    for row in rows:
        piece = found.setdefault(
            row.uid, Piece(row.uid, row.name, row.withdrawn_on is not None, row.valid_until)
        )
        if row.file_name is not None:
            piece.files.append((row.number, row.position, row.file_name, row.size, row.mime))
    return list(found.values())


# The public pages ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A unit's public page that is open, with the unit as it is today."""

    page: ComplaintPage
    district: District
    node: Node


def page_of(district_id: int, unit_id: int) -> ComplaintPage | None:
    """The public page of a unit, open or not; None where there never was one."""
    return db.session.scalar(
        select(ComplaintPage).where(
            ComplaintPage.district_id == district_id, ComplaintPage.unit_id == unit_id
        )
    )


def pages_open(district_id: int) -> frozenset[int]:
    """The units whose public page is open."""
    return frozenset(
        db.session.scalars(
            select(ComplaintPage.unit_id).where(
                ComplaintPage.district_id == district_id, ComplaintPage.is_open
            )
        )
    )


def place_at(district_code: str, unit_code: str) -> Place:
    """The open page at a public address. A code that the unit had before leads there too, so that
    what hangs on the wall goes on working. Missing where no complaints are taken."""
    district = db.session.scalar(
        select(District).where(func.lower(District.code) == district_code.lower())
    )
    node = _unit_with(district, unit_code) if district else None
    page = page_of(district.id, node.id) if district and node and node.is_open else None
    if page is None or not page.is_open:
        raise Missing(
            _l(
                "No complaints are taken at this address. Ask at the service desk of the office, "
                "or use SP4N-LAPOR! (www.lapor.go.id)."
            )
        )
    assert district is not None and node is not None
    return Place(page, district, node)


def _unit_with(district: District, code: str) -> Node | None:
    tree = tree_of(district)
    if node := tree.by_code(code):
        return node
    wanted = fold(code)
    for row in db.session.execute(
        select(UnitName.unit_id, UnitName.code).where(UnitName.district_id == district.id)
    ):
        if fold(row.code) == wanted:
            return tree.get(row.unit_id)
    return None


def lacks_integrity(district: District, unit_id: int) -> bool:
    """Whether nobody looks after integrity in a unit: a complaint about it would be read by
    nobody. One query."""
    return bool(units_lacking(district, LOOKS_AFTER_INTEGRITY, [tree_of(district)[unit_id]]))


def services_in(district: District, unit_ids: Iterable[int]) -> list[Service]:
    """The services of some units that have not ended, by name."""
    return list(
        db.session.scalars(
            select(Service)
            .where(
                Service.district_id == district.id,
                Service.unit_id.in_(list(unit_ids)),
                (Service.closed_on.is_(None)) | (Service.closed_on > district.today),
            )
            .order_by(Service.name, Service.uid)
            .limit(500)
        )
    )


def written_as_receipt(text: str) -> str:
    """What somebody typed, as a receipt is written: 7k4m 2qxd9htr becomes 7K4M-2QXD-9HTR."""
    letters = "".join(one for one in text.upper() if one.isalnum())[:12]
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def complaint_with_receipt(receipt: str) -> Complaint:
    """The complaint of a receipt, for whoever has it; Missing if there is none."""
    found = db.session.scalar(
        select(Complaint)
        .where(Complaint.receipt == written_as_receipt(receipt))
        .options(selectinload(Complaint.answers), joinedload(Complaint.service))
    )
    if found is None:
        raise Missing(
            _l("There is no complaint with this receipt number. Compare it letter by letter.")
        )
    return found
