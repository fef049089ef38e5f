"""Taking complaints: at the desk, and over the public page."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from qms.complaints.categories import Category, categories_on, due_after, first_of
from qms.complaints.models import Channel, Complaint, ComplaintPage
from qms.complaints.operations.handling import put_files, refuse_unread
from qms.complaints.permissions import access_of, may_record
from qms.complaints.queries import lacks_integrity
from qms.complaints.rate_limit import count_or_refuse
from qms.core import journal, numbering
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l
from qms.core.numbering import Series
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.text import fold
from qms.evidence.permissions import may_classify
from qms.people.models import Person
from qms.units.models import District, Service
from qms.units.tree import tree_of


class Public:
    """Whoever uses the public pages: an actor without a uid."""

    uid: None = None
    name = "Masyarakat (halaman publik)"


PUBLIC = Public()

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 3, 4
"""A receipt is three groups of four: some 59 bits, and none of the letters that are mistaken."""


NOBODY_READS_IT = _l(
    "Nobody who looks after integrity is appointed at this office yet, so such a complaint would "
    "be read by nobody. Nothing was saved. Send it to the inspectorate of the region, or to "
    "SP4N-LAPOR! (www.lapor.go.id)."
)


def new_receipt() -> str:
    """A receipt number that nobody can guess."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def record_complaint(
    unit_id: int,
    *,
    channel: Channel,
    received_on: date,
    category: str,
    statement: str,
    by: Person,
    complainant: str | None = None,
    contact: str | None = None,
    reference: str | None = None,
    service: Service | None = None,
    place: str | None = None,
    files: Sequence[Received] = (),
    files_access: AccessClass | None = None,
    uid: UUID | None = None,
) -> Complaint:
    """Take down a complaint that came in some other way than over the public page."""
    require(may_record, by, unit_id)
    said = (unit_id, channel, received_on, category, place, statement.strip())
    if known := made_before(Complaint, uid, by=by, is_same=lambda one: _as_recorded(one) == said):
        return known
    if received_on > by.district.today:
        message = _l("The day lies in the future. Write the day on which it was received.")
        raise Invalid(message, received_on=message)
    chosen = categories_on(by.district_id, received_on).get(category)
    if chosen is None or not chosen.is_used:
        message = _l("Choose a category that was in use on that day.")
        raise Invalid(message, category=message)
    if chosen.is_integrity:
        refuse_unread(by.district, unit_id)
    if files and (chosen.is_integrity or files_access is AccessClass.RESTRICTED):
        _judge_files(unit_id, by)
    complaint = _take(
        by.district,
        unit_id,
        chosen,
        uid,
        channel=channel,
        received_on=received_on,
        statement=statement,
        complainant=complainant,
        contact=contact,
        reference=reference,
        service=service,
        place=place,
        recorded_by_id=by.id,
    )
    journal.write("record_complaint", complaint, by=by)
    if files:
        put_files(complaint, files, access=files_access, by=by)
    return complaint


def _judge_files(unit_id: int, by: Person) -> None:
    """Refuse files that few may see from somebody who could not see them afterwards."""
    if not may_classify(by, (unit_id, AccessClass.RESTRICTED)):
        message = _l(
            "You cannot file what only few may see. Save the complaint without files, and hand "
            "them to who handles it."
        )
        raise Invalid(message, files=message)


def _as_recorded(complaint: Complaint) -> tuple[Any, ...]:
    return (
        complaint.unit_id,
        complaint.channel,
        complaint.received_on,
        complaint.category,
        complaint.place,
        complaint.statement,
    )


def receive_complaint(
    page: ComplaintPage,
    *,
    statement: str,
    about_integrity: bool,
    address: str,
    secret: str,
    complainant: str | None = None,
    contact: str | None = None,
    service: Service | None = None,
    place: str | None = None,
    uid: UUID | None = None,
) -> Complaint:
    """A complaint that somebody wrote on a unit's public page, to be sorted by who handles it.

    Sent twice it is there once. Raises TooMany where more come than are taken within an hour.
    """
    said = (page.unit_id, place, statement.strip(), complainant, contact)

    def is_same(one: Complaint) -> bool:
        return _as_sent(one) == said and (one.is_integrity or not about_integrity)

    def known() -> Complaint | None:
        return made_before(Complaint, uid, by=PUBLIC, is_same=is_same)

    if found := known():
        return found
    district = db.session.get_one(District, page.district_id)
    if about_integrity and lacks_integrity(district, page.unit_id):
        raise Invalid(NOBODY_READS_IT, about_integrity=NOBODY_READS_IT)
    count_or_refuse(page.unit_id, address, secret)
    if found := known():  # who sent the same in the same instant was waited for
        return found
    today = district.today
    categories = categories_on(district.id, today).values()
    category = first_of(categories, integrity=about_integrity) or first_of(
        categories, integrity=not about_integrity
    )
    if category is None:
        raise Invalid(_l("No category of complaints is in use here. Nothing was saved."))
    if about_integrity:  # also where the district has no category for it: few read it
        category = replace(category, is_integrity=True)
    complaint = _take(
        district,
        page.unit_id,
        category,
        uid,
        channel=Channel.PUBLIC_PAGE,
        received_on=today,
        statement=statement,
        complainant=complainant,
        contact=contact,
        service=service,
        place=place,
    )
    journal.write("receive_complaint", complaint, by=PUBLIC)
    return complaint


def _as_sent(complaint: Complaint) -> tuple[Any, ...]:
    return (
        complaint.unit_id,
        complaint.place,
        complaint.statement,
        complaint.complainant,
        complaint.contact,
    )


def _take(
    district: District,
    unit_id: int,
    category: Category,
    uid: UUID | None,
    *,
    received_on: date,
    statement: str,
    service: Service | None,
    **more: Any,
) -> Complaint:
    """A complaint with number, receipt and the day of the answer."""
    if not statement.strip():
        message = _l("Write what happened.")
        raise Invalid(message, statement=message)
    if service is not None and service.unit_id != unit_id:
        message = _l("This service is another unit's.")
        raise Invalid(message, service=message)
    number = _next_number(district, unit_id, received_on.year)
    complaint = Complaint(
        district_id=district.id,
        unit_id=unit_id,
        number=number,
        number_key=fold(number),
        receipt=new_receipt(),
        received_on=received_on,
        statement=statement.strip(),
        service_id=service.id if service else None,
        category=category.key,
        is_integrity=category.is_integrity,
        access=access_of(category.is_integrity),
        counted_from=received_on,
        due_on=due_after(district, unit_id, received_on, category.days),
        **({"uid": uid} if uid else {}),
        **more,
    )
    db.session.add(complaint)
    return complaint


def _next_number(district: District, unit_id: int, year: int) -> str:
    code = tree_of(district)[unit_id].code
    series = Series(
        "complaint", district.id, unit_id, year, lambda count: f"PGD-{year}-{code}-{count:03d}"
    )
    return numbering.next_free(series, lambda _numbers: ())
