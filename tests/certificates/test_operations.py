"""Registering certificates, entering what happens to them, and who may."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.certificates import operations, queries
from qms.certificates.models import Certificate, CertificateEvent, EventKind
from qms.certificates.state import CertificateState
from qms.certificates.wall import wall
from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid, Missing, Refused, Stale
from qms.core.journal.replaying import replay
from qms.people.models import Person
from qms.standards.queries import edition_by_key
from qms.units import operations as units
from qms.units.models import Unit
from tests.cast import SYSTEM, Cast

KEEPERS = {"officer", "consultant", "coordinator"}


def register(unit: Unit, by: Person, **values: Any) -> Certificate:
    """A certificate of 2025, or what the values say."""
    edition = edition_by_key(values.pop("edition", "iso9001-2015"))
    given = {
        "body": "PT Contoh Sertifikasi",
        "scope": "Pelayanan kartu AK I",
        "number": f"QMS-{unit.code}-1",
        "issued_on": date(2025, 3, 10),
        "valid_until": date(2028, 3, 9),
        **values,
    }
    return operations.register_certificate(unit, edition.id, by=by, **given)


@pytest.mark.parametrize("name", Cast.ROLES)
def test_who_may_register(cast: Cast, name: str) -> None:
    person = getattr(cast, name)
    if name in KEEPERS:
        assert register(cast.disnaker, person).id
    else:
        with pytest.raises(Refused):
            register(cast.disnaker, person)


@pytest.mark.parametrize("name", Cast.ROLES)
def test_who_may_enter_events(cast: Cast, name: str) -> None:
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    person = getattr(cast, name)
    if name in KEEPERS:
        operations.record_event(certificate, EventKind.SURVEILLANCE, on=date(2026, 2, 1), by=person)
        return
    with pytest.raises(Refused):
        operations.record_event(certificate, EventKind.SURVEILLANCE, on=date(2026, 2, 1), by=person)


def test_a_number_is_taken_once_per_body(cast: Cast) -> None:
    register(cast.disnaker, cast.officer, number="QMS 1")
    register(cast.dinkes, cast.other_officer, number="QMS 1", body="PT Lain")
    with pytest.raises(Invalid) as problem:
        register(cast.dinkes, cast.other_officer, number="QMS 1")
    assert "number" in problem.value.fields
    register(cast.dinkes, cast.other_officer, number=None)
    register(cast.blk, cast.officer, number=None)
    db.session.commit()


def test_events_out_of_order_are_refused_and_leave_nothing(cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    with pytest.raises(Invalid) as problem:
        operations.record_event(
            certificate, EventKind.SURVEILLANCE, on=date(2025, 1, 1), by=cast.officer
        )
    assert "on" in problem.value.fields
    with pytest.raises(Invalid):
        operations.record_event(
            certificate,
            EventKind.SURVEILLANCE,
            on=date(2026, 1, 1),
            valid_until=date(2029, 1, 1),
            by=cast.officer,
        )
    with pytest.raises(Invalid):
        operations.record_event(
            certificate, EventKind.SURVEILLANCE, on=date(2027, 1, 1), by=cast.officer
        )
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(CertificateEvent)) == 1


def test_a_decision_may_take_effect_later(cast: Cast) -> None:
    certificate = register(
        cast.disnaker,
        cast.officer,
        edition="iso9001-2026",
        issued_on=date(2100, 1, 1),
        valid_until=date(2102, 12, 31),
    )
    (about,) = queries.certificates_of(cast.officer, [cast.disnaker.id], date(2026, 1, 1))
    assert about.certificate is certificate
    assert about.standing.state is CertificateState.NOT_YET


def test_a_wrong_event_is_corrected_with_a_reason(cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    issue: dict[str, Any] = {"kind": EventKind.ISSUED, "on": date(2025, 3, 11)}
    with pytest.raises(Invalid):
        operations.correct_event(certificate, 1, **issue, reason=" ", by=cast.officer)
    with pytest.raises(Missing):
        operations.correct_event(certificate, 9, **issue, reason="x", by=cast.officer)
    operations.correct_event(
        certificate,
        1,
        **issue,
        valid_until=date(2028, 3, 10),
        reason="Salah baca",
        by=cast.officer,
    )
    db.session.commit()
    told = journal.history(certificate)
    assert [one.verb for one in told] == ["correct_event", "register_certificate"]
    assert told[0].reason == "Salah baca"
    (about,) = queries.certificates_of(cast.officer, [cast.disnaker.id], date(2025, 3, 10))
    assert about.standing.state is CertificateState.NOT_YET


def test_stale_saves(cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    db.session.commit()
    seen = certificate.version
    operations.record_event(
        certificate, EventKind.SURVEILLANCE, on=date(2026, 2, 1), by=cast.officer, seen=seen
    )
    db.session.commit()
    assert certificate.version > seen
    with pytest.raises(Stale):
        operations.record_event(
            certificate, EventKind.SUSPENDED, on=date(2026, 3, 1), by=cast.consultant, seen=seen
        )


def test_services_and_further_units(cast: Cast) -> None:
    own = units.offer_service(cast.blk, "Pelatihan las", by=SYSTEM)
    other = units.offer_service(cast.dinkes, "Izin klinik", by=SYSTEM)
    db.session.commit()
    with pytest.raises(Invalid) as problem:
        register(cast.disnaker, cast.officer, services=[other])
    assert "service_ids" in problem.value.fields
    db.session.rollback()
    certificate = register(
        cast.disnaker, cast.coordinator, services=[own], units=[cast.insp, cast.disnaker]
    )
    db.session.commit()
    assert [part.unit_id for part in certificate.units] == [cast.insp.id]
    assert [part.service_id for part in certificate.services] == [own.id]
    found = queries.certificates_of(cast.secretariat, [cast.insp.id], date(2026, 1, 1))
    assert [one.certificate.uid for one in found] == [certificate.uid]
    assert queries.certificates_of(cast.other_officer, [cast.insp.id], date(2026, 1, 1)) == []


def test_the_wall_shows_what_a_person_sees(cast: Cast, travel: Any) -> None:
    travel(datetime(2026, 6, 1, tzinfo=UTC))
    register(cast.disnaker, cast.officer)
    register(
        cast.dinkes,
        cast.other_officer,
        edition="iso9001-2008",
        issued_on=date(2013, 10, 30),
        valid_until=None,
    )
    db.session.commit()

    def seen(person: Person, **wanted: Any) -> list[tuple[str, str, str]]:
        return [
            (row.unit.code, row.edition.key, row.certificate.standing.state.value)
            for row in wall(person, **wanted).rows
            if row.certificate
        ]

    everything = [
        ("DINKES", "iso9001-2008", "expired"),
        ("DISNAKER", "iso9001-2015", "valid"),
    ]
    assert seen(cast.secretariat) == everything
    assert seen(cast.secretariat, states=[CertificateState.EXPIRED]) == everything[:1]
    assert seen(cast.secretariat, unit_id=cast.disnaker.id) == everything[1:]
    assert seen(cast.officer) == everything[1:]
    assert seen(cast.outsider) == seen(cast.bystander) == []


def test_the_wall_pages_by_key(cast: Cast) -> None:
    for unit, by in (
        (cast.disnaker, cast.coordinator),
        (cast.blk, cast.coordinator),
        (cast.dinkes, cast.coordinator),
        (cast.insp, cast.coordinator),
    ):
        register(unit, by)
    db.session.commit()
    first = wall(cast.secretariat, size=3)
    assert [row.unit.code for row in first.rows] == ["DINKES", "DISNAKER", "BLK"]
    assert first.previous is None
    second = wall(cast.secretariat, size=3, cursor=first.next)
    assert [row.unit.code for row in second.rows] == ["INSP"]
    assert second.next is None
    back = wall(cast.secretariat, size=3, cursor=second.previous)
    assert [row.key for row in back.rows] == [row.key for row in first.rows]


def test_the_wall_is_searched_by_unit_number_and_body(cast: Cast) -> None:
    register(cast.disnaker, cast.coordinator, number="ID-QMS/123", units=[cast.dinkes])
    register(cast.insp, cast.coordinator, number=None, body="Lembaga Lain")
    db.session.commit()

    def seen(person: Person, q: str) -> list[str]:
        return [row.unit.code for row in wall(person, q=q).rows]

    assert seen(cast.secretariat, "qms/12") == ["DINKES", "DISNAKER"]
    assert seen(cast.secretariat, "lain lembaga") == ["INSP"]
    assert seen(cast.secretariat, "insp") == ["INSP"]
    assert seen(cast.secretariat, "qms lembaga") == []
    assert seen(cast.officer, "qms") == ["DISNAKER"]
    assert seen(cast.officer, "lembaga") == seen(cast.outsider, "qms") == []
    assert len(seen(cast.secretariat, "!")) == 3, "no word narrows nothing"


def test_what_never_happened_is_struck_out_and_stays_in_the_journal(cast: Cast) -> None:
    """A withdrawal that was entered by mistake must not be the end of a certificate."""
    certificate = register(cast.disnaker, cast.officer)
    day = date(2026, 2, 1)
    operations.record_event(certificate, EventKind.WITHDRAWN, on=day, by=cast.officer)
    db.session.commit()
    with pytest.raises(Invalid):
        operations.strike_event(certificate, 2, reason=" ", by=cast.officer)
    with pytest.raises(Refused):
        operations.strike_event(certificate, 2, reason="Salah", by=cast.head)
    operations.strike_event(certificate, 2, reason="Sertifikat lain", by=cast.officer)
    db.session.commit()
    assert [event.kind for event in certificate.events] == [EventKind.ISSUED]
    (told, *_rest) = journal.history(certificate)
    assert (told.verb, told.reason) == ("strike_event", "Sertifikat lain")
    operations.record_event(certificate, EventKind.SURVEILLANCE, on=day, by=cast.officer)
    db.session.commit()
    with pytest.raises(Invalid, match="Without this entry the others make no sense"):
        operations.strike_event(certificate, 1, reason="x", by=cast.officer)
    rows = replay(cast.district.id)
    assert sorted(row["kind"] for row in rows["certificate_event"].values()) == [
        "issued",
        "surveillance",
    ]


def test_a_wrong_kind_is_corrected(cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    day = date(2026, 2, 1)
    operations.record_event(certificate, EventKind.SUSPENDED, on=day, by=cast.officer)
    given: dict[str, Any] = {"on": day, "reason": "Salah pilih", "by": cast.officer}
    with pytest.raises(Invalid):
        operations.correct_event(certificate, 2, kind=EventKind.RESTORED, **given)
    operations.correct_event(certificate, 2, kind=EventKind.SURVEILLANCE, **given)
    assert [event.kind for event in certificate.events] == [
        EventKind.ISSUED,
        EventKind.SURVEILLANCE,
    ]


def test_a_certificate_is_not_moved_to_an_edition_that_had_ended(cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    with pytest.raises(Invalid) as problem:
        edit(certificate, cast.officer, edition="iso9001-2008")
    assert "edition_id" in problem.value.fields


def test_only_units_that_one_sees_are_covered_anew(cast: Cast) -> None:
    certificate = register(cast.disnaker, cast.officer)
    with pytest.raises(Invalid) as problem:
        edit(certificate, cast.officer, units=[cast.dinkes])
    assert "further_ids" in problem.value.fields
    edit(certificate, cast.coordinator, units=[cast.dinkes])
    edit(certificate, cast.officer, units=[cast.dinkes, cast.blk])  # what was covered stays so
    assert {part.unit_id for part in certificate.units} == {cast.dinkes.id, cast.blk.id}


def edit(certificate: Certificate, by: Person, **new: Any) -> None:
    """Correct a certificate in one respect."""
    values: dict[str, Any] = {
        "edition_id": edition_by_key(new.pop("edition", "iso9001-2015")).id,
        "units": [],
        "services": [],
        **{name: getattr(certificate, name) for name in ("body", "scope", "number", "note")},
        "accreditation": certificate.accreditation,
        **new,
    }
    operations.edit_certificate(certificate, by=by, **values)


def test_nothing_comes_next_for_an_edition_that_has_ended(cast: Cast) -> None:
    register(cast.disnaker, cast.officer, edition="iso9001-2008", issued_on=date(2015, 11, 26),
             valid_until=None)  # fmt: skip
    register(cast.disnaker, cast.officer, edition="iso9001-2008", issued_on=None,
             valid_until=None, number="2")  # fmt: skip
    for about in queries.certificates_of(cast.officer, [cast.disnaker.id], date(2019, 1, 1)):
        assert about.standing.next is None
    before = queries.certificates_of(cast.officer, [cast.disnaker.id], date(2017, 1, 1))
    assert all(about.standing.next is not None for about in before)
