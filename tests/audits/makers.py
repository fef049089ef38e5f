"""Audits for tests, each made by the operations that people use."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from qms.audits import operations
from qms.audits.models import Answer, Audit, AuditKind, AuditLine, AuditReport, TeamRole
from qms.audits.operations import Seat
from qms.core.db import AccessClass, db
from qms.people import operations as people
from qms.people.models import Person
from qms.people.roles import Role
from qms.standards import operations as standards
from qms.standards.queries import clause_by_key, edition_by_key
from qms.units.models import Unit
from tests.cast import SINCE, SYSTEM, Cast
from tests.factories import today

QUALITY, ANTI_BRIBERY = "iso9001-2015", "iso37001-2016"
TEXTS = {
    "summary": "Layanan diaudit; satu ketidaksesuaian.",
    "not_covered": "Bengkel las",
    "strengths": None,
    "conformity": "Sistem memenuhi kriteria.",
    "effectiveness": "Sistem efektif.",
    "disagreements": None,
    "follow_up": None,
}


def editions(*keys: str) -> list[int]:
    """The ids of these editions."""
    return [edition_by_key(key).id for key in keys]


def clauses(*numbers: str, edition: str = QUALITY) -> list[int]:
    """The ids of clauses of an edition."""
    return [clause_by_key(f"{edition}:{number}").id for number in numbers]


def make_audit(cast: Cast, title: str = "Audit internal Disnaker", **given: Any) -> Audit:
    """An internal audit of Disnaker against ISO 9001, planned by the coordinator for today."""
    unit = given.pop("unit", cast.disnaker)
    day = today(cast)
    values: dict[str, Any] = {
        "edition_ids": editions(QUALITY),
        "planned_from": day,
        "planned_until": day + timedelta(days=1),
        "objectives": "Menilai kesesuaian",
        "by": cast.coordinator,
        **given,
    }
    return operations.plan_audit(unit.id, title=title, **values)


def leave_out(
    cast: Cast, number: str = "8.3", why: str = "Tidak merancang layanan", *, days_ago: int = 9
) -> None:
    """Disnaker's scope under ISO 9001 leaves a clause out, from some days ago."""
    standards.set_scope(
        cast.disnaker,
        edition_by_key(QUALITY),
        from_on=today(cast) - timedelta(days=days_ago),
        statement="AK I",
        services=[],
        exclusions={clauses(number)[0]: why},
        by=cast.officer,
    )


def prepared(cast: Cast, *numbers: str, **given: Any) -> Audit:
    """A planned audit with a leader, an auditor (who would not see a restricted one) and a
    checklist of one line for each clause (by default two)."""
    audit = make_audit(cast, **given)
    seats = [Seat(cast.lead_auditor, TeamRole.LEAD)]
    if audit.access is AccessClass.ORDINARY:
        seats.append(Seat(cast.auditor, TeamRole.AUDITOR))
    operations.set_team(audit, seats, by=cast.coordinator)
    for number in numbers or ("8.5.1", "9.1.2"):
        operations.add_line(
            audit,
            question=f"Bagaimana {number}?",
            clause_ids=clauses(number),
            by=cast.coordinator,
        )
    return audit


def integrated(cast: Cast) -> tuple[Audit, AuditLine, AuditLine]:
    """An audit under way over both standards: a line about both, and one about 9001 only."""
    audit = make_audit(cast, edition_ids=editions(QUALITY, ANTI_BRIBERY))
    operations.set_team(
        audit,
        [Seat(cast.lead_auditor, TeamRole.LEAD), Seat(cast.auditor, TeamRole.AUDITOR)],
        by=cast.coordinator,
    )
    both = operations.add_line(
        audit,
        question="Bagaimana pegawai dilatih?",
        clause_ids=clauses("7.2") + clauses("7.2.1", edition=ANTI_BRIBERY),
        by=cast.coordinator,
    )
    one = operations.add_line(
        audit, question="Bagaimana keluhan?", clause_ids=clauses("9.1.2"), by=cast.coordinator
    )
    operations.open_audit(audit, by=cast.coordinator)
    return audit, both, one


def under_way(cast: Cast, *numbers: str, **given: Any) -> Audit:
    """An audit that has begun."""
    audit = prepared(cast, *numbers, **given)
    operations.open_audit(audit, by=cast.coordinator)
    return audit


def answered(cast: Cast, **given: Any) -> Audit:
    """All lines conform."""
    audit = under_way(cast, **given)
    for line in audit.asked:
        operations.answer_line(line, Answer.CONFORM, seen="Berkas 1 sampai 5", by=cast.auditor)
    return audit


def submitted(cast: Cast, **given: Any) -> AuditReport:
    """The report waits for the first signature."""
    audit = answered(cast, **given)
    report = operations.write_report(audit, TEXTS, by=cast.lead_auditor)
    operations.submit_report(report, by=cast.lead_auditor)
    return report


def signed(cast: Cast, **given: Any) -> AuditReport:
    """Signed by all: the audit is reported."""
    report = submitted(cast, **given)
    for by in (cast.auditor, cast.lead_auditor, cast.officer, cast.head):
        operations.sign_report(report, by=by)
    return report


def external(cast: Cast, **given: Any) -> Audit:
    """A surveillance audit of Disnaker, under way."""
    values: dict[str, Any] = {
        "kind": AuditKind.SURVEILLANCE,
        "body": "Lembaga Sertifikasi Uji",
        "title": "Survailen pertama",
        "edition_ids": editions(QUALITY),
        "planned_from": today(cast),
        "planned_until": today(cast),
        "by": cast.officer,
        **given,
    }
    return operations.record_external_audit(cast.disnaker.id, **values)


def grant(person: Person, role: Role, unit: Unit) -> None:
    """One more role, known at once."""
    people.grant_role(person, role, unit, by=SYSTEM, from_on=SINCE)
    db.session.commit()
    db.session.expire_all()
    person.__dict__.pop("rights", None)


def only() -> Audit:
    """The only audit, read anew."""
    db.session.expire_all()
    return db.session.scalars(select(Audit)).unique().one()
