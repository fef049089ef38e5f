"""Complaints for tests."""

from typing import Any

from qms.complaints import operations
from qms.complaints.models import Channel, Complaint, ComplaintState
from qms.core.db import db
from tests.cast import Cast

SECRET = "kunci"


def make_complaint(cast: Cast, statement: str = "Antre tiga jam.", **given: Any) -> Complaint:
    """A complaint that the officer took down at Disnaker's desk."""
    values: dict[str, Any] = {
        "channel": Channel.DESK,
        "received_on": cast.district.today,
        "category": "general",
        "complainant": "Kartika Sari",
        "contact": "0812-0000-1111",
        "by": cast.officer,
        **given,
    }
    unit = values.pop("unit", cast.disnaker)
    complaint = operations.record_complaint(unit.id, statement=statement, **values)
    db.session.flush()
    return complaint


def in_state(cast: Cast, state: ComplaintState, **given: Any) -> Complaint:
    """A complaint in this state."""
    complaint, by = make_complaint(cast, **given), cast.officer
    if state is ComplaintState.WITHDRAWN:
        operations.withdraw_complaint(complaint, reason="Sudah selesai", by=by)
    elif state is ComplaintState.FORWARDED:
        operations.forward_complaint(complaint, reason="Ke Dinas Kesehatan", by=by)
    elif state is not ComplaintState.RECEIVED:
        operations.take_up_complaint(complaint, by=by)
    if state in (ComplaintState.ANSWERED, ComplaintState.CLOSED):
        operations.answer_complaint(complaint, text="Loket ditambah.", by=by)
    if state is ComplaintState.CLOSED:
        operations.close_complaint(complaint, by=by)
    db.session.commit()
    return complaint


def arranged(complaint: Complaint, **given: Any) -> dict[str, Any]:
    """What sorting a complaint takes: as it is, but for what is given."""
    return {
        "category": complaint.category,
        "service": complaint.service,
        "place": complaint.place,
        "reference": complaint.reference,
        "assigned_to": complaint.assigned_to,
        **given,
    }
