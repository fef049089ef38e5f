"""What the units' systems cover, and their certificates through the years."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from qms.certificates import operations as certificates
from qms.certificates.models import EventKind
from qms.core.db import db
from qms.demo.stage import Stage, content
from qms.standards.models import StandardEdition
from qms.standards.operations import set_scope
from qms.standards.queries import edition_by_id

EARLIEST = 1150
"""What happened before was entered on this day (days before today)."""


def tell(stage: Stage) -> None:
    """Set scopes; register certificates and let things happen to them."""
    told = content("certificates")
    for scope in told["scopes"]:
        stage.at(scope["from"], _scope, scope)
    for certificate in told["certificates"]:
        events = certificate["events"]
        stage.at(min(events[0][1], EARLIEST), _register, certificate)
        for event in events:
            days = min(event[1], EARLIEST)
            stage.at(days, _happen, certificate["key"], event, certificate["by"])


def _edition_id(key: str) -> int:
    found = db.session.scalar(select(StandardEdition.id).where(StandardEdition.key == key))
    assert found is not None, key
    return found


def _scope(stage: Stage, told: dict[str, Any]) -> None:
    key = "q" if told["edition"] == "iso9001-2015" else "s"
    numbers = list(told["exclusions"])
    reasons = zip(stage.clause_ids({key: numbers}), told["exclusions"].values(), strict=True)
    set_scope(
        stage.unit(told["unit"]),
        edition_by_id(_edition_id(told["edition"])),
        from_on=stage.day(told["from"]),
        statement=told["statement"],
        services=[stage.get(f"service:{name}") for name in told["services"]],
        exclusions=dict(reasons),
        by=stage.person(told["by"]),
    )


def _register(stage: Stage, told: dict[str, Any]) -> None:
    certificate = certificates.register_certificate(
        stage.unit(told["unit"]),
        _edition_id(told["edition"]),
        body=told["body"],
        accreditation=told["accreditation"],
        number=told["number"],
        scope=told["scope"],
        note=told.get("note"),
        units=[stage.unit(code) for code in told.get("units", [])],
        services=[stage.get(f"service:{name}") for name in told["services"]],
        by=stage.person(told["by"]),
    )
    stage.keep(f"certificate:{told['key']}", certificate)


def _happen(stage: Stage, key: str, event: Sequence[Any], by: str) -> None:
    """`event`: kind, days before today, last day in days after today, note."""
    kind, days, valid, note = [*event, None, None][:4]
    certificates.record_event(
        stage.get(f"certificate:{key}"),
        EventKind(kind),
        on=stage.day(days),
        valid_until=stage.day(-valid) if valid is not None else None,
        note=note,
        by=stage.person(by),
    )
