"""Complaints that came to the desk and over public pages, and what became of them."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import select

from qms.complaints import operations as complaints
from qms.complaints.models import Channel, Complaint, ComplaintPage, Satisfaction
from qms.core.db import db
from qms.demo import papers
from qms.demo.stage import Stage, content


def tell(stage: Stage) -> None:
    """Open public pages; take complaints and handle them."""
    told = content("complaints")
    for days, unit, by in told["pages"]:
        stage.at(days, _open, unit, by)
    for category in told["categories"]:
        stage.at(category["day"], _set, category)
    for one in told["complaints"]:
        if "by" in one:
            stage.at(one["received"], _take, one)
        else:
            stage.at(one["received"], _send, one)
        for days, verb, *more in one.get("handled", ()):
            stage.at(days, DONE[verb], one, *more)


def _open(stage: Stage, unit: str, by: str) -> None:
    complaints.open_page(stage.id_of(f"unit:{unit}"), by=stage.person(by))


def _set(stage: Stage, told: dict[str, Any]) -> None:
    complaints.set_category(
        told["key"],
        from_on=stage.day(told["day"]),
        name=told["name"],
        days=told["days"],
        is_integrity=False,
        is_used=True,
        source=told["source"],
        by=stage.person(told["by"]),
    )


def _service(stage: Stage, told: dict[str, Any]) -> Any:
    return stage.get(f"service:{told['service']}") if "service" in told else None


def _take(stage: Stage, told: dict[str, Any]) -> None:
    complaint = complaints.record_complaint(
        stage.id_of(f"unit:{told['unit']}"),
        channel=Channel(told["channel"]),
        received_on=stage.day(told["received"]),
        category=told["category"],
        statement=told["statement"],
        complainant=told.get("complainant"),
        contact=told.get("contact"),
        reference=told.get("reference"),
        place=told.get("place"),
        service=_service(stage, told),
        files=[papers.photo(f"surat-{told['key']}", 90)] if told.get("scan") else [],
        by=stage.person(told["by"]),
    )
    stage.keep(f"complaint:{told['key']}", complaint)


def _send(stage: Stage, told: dict[str, Any]) -> None:
    page = db.session.scalars(
        select(ComplaintPage).where(ComplaintPage.unit_id == stage.id_of(f"unit:{told['unit']}"))
    ).one()
    complaint = complaints.receive_complaint(
        page,
        statement=told["statement"],
        about_integrity=told.get("about_integrity", False),
        complainant=told.get("complainant"),
        contact=told.get("contact"),
        place=told.get("place"),
        service=_service(stage, told),
        address="203.0.113.7",
        secret=str(current_app.secret_key),
    )
    stage.keep(f"complaint:{told['key']}", complaint)


def _complaint(stage: Stage, told: dict[str, Any]) -> Complaint:
    found: Complaint = stage.get(f"complaint:{told['key']}")
    return found


def _arrange(stage: Stage, told: dict[str, Any], by: str, to: str) -> None:
    complaint = _complaint(stage, told)
    complaints.arrange_complaint(
        complaint,
        category=complaint.category,
        service=complaint.service,
        place=complaint.place,
        reference=complaint.reference,
        assigned_to=stage.person(to),
        by=stage.person(by),
    )


def _take_up(stage: Stage, told: dict[str, Any], by: str) -> None:
    complaints.take_up_complaint(_complaint(stage, told), by=stage.person(by))


def _answer(stage: Stage, told: dict[str, Any], by: str, text: str) -> None:
    complaints.answer_complaint(_complaint(stage, told), text=text, by=stage.person(by))


def _rate(stage: Stage, told: dict[str, Any], how: str) -> None:
    complaints.rate_answer(
        _complaint(stage, told),
        Satisfaction(how),
        by=complaints.PUBLIC,
        on=stage.district().today,
    )


def _link(stage: Stage, told: dict[str, Any], by: str, finding: str) -> None:
    complaints.link_finding(
        _complaint(stage, told), stage.get(f"finding:{finding}"), by=stage.person(by)
    )


def _close(stage: Stage, told: dict[str, Any], by: str, note: str) -> None:
    complaints.close_complaint(_complaint(stage, told), note=note, by=stage.person(by))


def _forward(stage: Stage, told: dict[str, Any], by: str, reason: str) -> None:
    complaints.forward_complaint(_complaint(stage, told), reason=reason, by=stage.person(by))


def _withdraw(stage: Stage, told: dict[str, Any], by: str, reason: str) -> None:
    complaints.withdraw_complaint(_complaint(stage, told), reason=reason, by=stage.person(by))


def _reopen(stage: Stage, told: dict[str, Any], by: str, reason: str) -> None:
    complaints.reopen_complaint(_complaint(stage, told), reason=reason, by=stage.person(by))


DONE: dict[str, Callable[..., None]] = {
    "arrange": _arrange,
    "take_up": _take_up,
    "answer": _answer,
    "rate": _rate,
    "link": _link,
    "close": _close,
    "forward": _forward,
    "withdraw": _withdraw,
    "reopen": _reopen,
}
