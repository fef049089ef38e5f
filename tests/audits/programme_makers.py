"""Audit programmes for tests, made by the operations that people use."""

from datetime import date
from typing import Any

from sqlalchemy import select

from qms.audits import operations
from qms.audits.models import AuditProgramme, Risk
from qms.audits.operations.programme import Start
from qms.audits.queries.programme import visit_in
from qms.core.db import db
from tests.audits.makers import QUALITY, editions
from tests.cast import Cast
from tests.factories import today


def month(cast: Cast, number: int, years: int = 0) -> date:
    """The first of a month of this year, or of another."""
    return date(today(cast).year + years, number, 1)


def drawn_up(cast: Cast, **given: Any) -> AuditProgramme:
    """A draft for this year over Disnaker (high risk) and Dinkes (medium), by the coordinator."""
    risks = given.pop("units", {cast.disnaker: Risk.HIGH, cast.dinkes: Risk.MEDIUM})
    unit, year = given.pop("unit", cast.root), today(cast).year
    values: dict[str, Any] = {
        "title": f"Program audit {year}",
        "from_year": year,
        "until_year": year,
        "edition_ids": editions(QUALITY),
        "objectives": "Menilai kesesuaian sistem manajemen mutu.",
        "start": Start.NONE,
        "by": cast.coordinator,
        **given,
    }
    programme = operations.draw_up_programme(unit.id, **values)
    by = values["by"]
    operations.set_units(programme, {one.id: risk for one, risk in risks.items()}, by=by)
    return programme


def with_visits(cast: Cast, months: dict[Any, list[date]], **given: Any) -> AuditProgramme:
    """A draft with visits: unit -> months, all of one year."""
    programme = drawn_up(cast, **given)
    year = next(one.year for wanted in months.values() for one in wanted)
    wanted = {unit.id: chosen for unit, chosen in months.items()}
    operations.set_visits(programme, wanted, year=year, by=programme.drawn_up_by)
    return programme


def approved(cast: Cast, months: dict[Any, list[date]] | None = None, **given: Any) -> Any:
    """A programme that runs, with a visit to Disnaker in June unless told otherwise."""
    programme = with_visits(cast, months or {cast.disnaker: [month(cast, 6)]}, **given)
    operations.approve_programme(programme, by=given.get("approver", cast.secretariat))
    return programme


def visits(programme: AuditProgramme) -> set[tuple[int, date]]:
    """(unit id, month) of the visits that are stored."""
    db.session.flush()
    db.session.expire(programme)
    return {(one.unit_id, one.month) for one in programme.visits}


def visit(programme: AuditProgramme, unit: Any, day: date) -> Any:
    """A visit that is there."""
    found = visit_in(programme, unit.id, day)
    assert found is not None
    return found


def only_programme() -> AuditProgramme:
    """The only programme, read anew."""
    db.session.expire_all()
    return db.session.scalars(select(AuditProgramme)).unique().one()
