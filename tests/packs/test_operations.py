"""Who may ask for packs, what is refused, and what the journal keeps."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qms.core import clock, jobs, journal
from qms.core.db import AccessClass, db
from qms.core.errors import Invalid, OutOfTurn, Refused
from qms.core.i18n import speaking
from qms.core.jobs import Job, JobState
from qms.core.journal.models import JournalEntry
from qms.evidence.operations import restrict_evidence
from qms.packs import operations, place
from qms.packs.about import about_pack
from qms.packs.jobs import JOBS
from qms.packs.models import Pack
from qms.packs.permissions import may_make_pack
from qms.packs.reading.reader import Reader
from qms.people import operations as people
from qms.people.models import RoleGrant
from qms.people.roles import Role
from qms.standards.queries import edition_by_key
from qms.units import operations as units
from tests.cast import SYSTEM, Cast
from tests.factories import make_evidence
from tests.packs.generated import FROM, TO

MAY = {"officer", "head", "auditor", "lead_auditor", "coordinator", "consultant", "secretariat",
       "anti_bribery"}  # fmt: skip


def ask(by: Any, unit_ids: list[int], **given: Any) -> Pack:
    values: dict[str, Any] = {
        "from_on": FROM,
        "to_on": TO,
        "by": by,
        **given,
    }
    editions = values.pop("editions", [edition_by_key("iso9001-2015").id])
    return operations.ask_for_pack(unit_ids, editions, **values)


def worked() -> Job:
    """The oldest waiting job, done by a worker."""
    job = jobs.claim("a worker")
    assert job is not None
    jobs.run(job, JOBS)
    db.session.refresh(job)
    return job


def verbs(pack: Pack) -> list[str]:
    return list(
        db.session.scalars(
            select(JournalEntry.verb)
            .where(JournalEntry.kind == "pack", JournalEntry.record_uid == pack.uid)
            .order_by(JournalEntry.sequence)
        )
    )


def test_who_may_make_packs(cast: Cast, only_sqlite: None) -> None:
    for role in Cast.ROLES:
        person = getattr(cast, role)
        assert may_make_pack(person, cast.disnaker.id) == (role in MAY), role
        assert may_make_pack(person, cast.blk.id) == (role in MAY), role
        if role not in MAY:
            with pytest.raises(Refused):
                ask(person, [cast.disnaker.id])


def test_every_unit_of_the_pack_counts(cast: Cast) -> None:
    with pytest.raises(Refused):
        ask(cast.officer, [cast.disnaker.id, cast.dinkes.id])
    with pytest.raises(Refused):
        ask(cast.officer, [cast.outsider.rights.tree.root.id])
    assert ask(cast.coordinator, [cast.disnaker.id, cast.dinkes.id])


def test_what_makes_no_pack(cast: Cast, only_sqlite: None) -> None:
    unit_ids = [cast.disnaker.id]
    for units_, field, given in (
        (unit_ids, "to_on", {"from_on": date(2026, 2, 1), "to_on": date(2026, 1, 1)}),
        (unit_ids, "from_on", {"from_on": date(2100, 1, 1), "to_on": date(2100, 2, 1)}),
        (unit_ids, "from_on", {"from_on": date(2001, 1, 1)}),
        (unit_ids, "as_of", {"as_of": FROM - timedelta(days=1)}),
        (unit_ids, "as_of", {"as_of": date(2100, 1, 1)}),
        (unit_ids, "editions", {"editions": []}),
        (unit_ids, "language", {"language": "fr"}),
        (unit_ids, "known_on", {"known_at": clock.now() + timedelta(hours=1)}),
        ([], "units", {}),
    ):
        with pytest.raises(Invalid) as problem:
            ask(cast.officer, units_, **given)
        assert set(problem.value.fields) == {field}, given


def test_the_day_of_states_is_the_end_of_the_period_but_never_to_come(cast: Cast) -> None:
    assert ask(cast.officer, [cast.disnaker.id]).as_of == cast.district.today
    past = ask(cast.officer, [cast.disnaker.id], from_on=date(2025, 1, 1), to_on=date(2025, 6, 30))
    assert past.as_of == date(2025, 6, 30)


def test_a_worker_makes_it_and_the_journal_says_so(cast: Cast) -> None:
    make_evidence(cast)
    pack = ask(cast.officer, [cast.disnaker.id])
    db.session.commit()
    assert pack.job_id is not None and pack.made_at is None
    job = worked()
    assert job.state is JobState.DONE and job.percent == 100, job.error
    db.session.refresh(pack)
    path = place.path_of(pack.uid)
    assert path.stat().st_size == pack.size and pack.made_at is not None
    assert verbs(pack) == ["ask_for_pack", "make_pack"]
    assert operations.take_copy(pack, by=cast.officer) == path
    db.session.commit()
    assert verbs(pack) == ["ask_for_pack", "make_pack", "take_copy"]


def test_a_job_that_runs_twice_makes_the_same_pack(cast: Cast) -> None:
    """A worker was killed after the file was there, or before the end was noted."""
    make_evidence(cast)
    pack = ask(cast.officer, [cast.disnaker.id])
    db.session.commit()
    job = worked()
    first = pack.sha256
    written = place.path_of(pack.uid).stat().st_mtime_ns
    job.state = JobState.WAITING
    db.session.commit()
    assert worked().state is JobState.DONE
    assert place.path_of(pack.uid).stat().st_mtime_ns == written
    place.path_of(pack.uid).unlink()
    pack.sha256 = pack.size = pack.made_at = None
    journal.write("lose", pack, by=SYSTEM)
    job.state = JobState.WAITING
    db.session.commit()
    assert worked().state is JobState.DONE
    db.session.refresh(pack)
    assert pack.sha256 == first


def test_a_right_lost_before_the_job_runs_ends_it(cast: Cast) -> None:
    pack = ask(cast.officer, [cast.disnaker.id])
    lose_roles(cast, cast.officer)
    job = worked()
    assert job.state is JobState.FAILED and job.error
    assert not place.path_of(pack.uid).exists()


def lose_roles(cast: Cast, person: Any) -> None:
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)):
        people.withdraw_role(grant, by=cast.administrator, reason="Mutasi")
    db.session.commit()
    db.session.expire_all()
    person.__dict__.pop("rights", None)


def test_a_right_lost_later_closes_the_pack(cast: Cast) -> None:
    pack = ask(cast.officer, [cast.disnaker.id])
    db.session.commit()
    worked()
    lose_roles(cast, cast.officer)
    with pytest.raises(Refused):
        operations.take_copy(pack, by=cast.officer)


def test_losing_the_need_to_know_closes_packs_with_restricted_records(cast: Cast) -> None:
    """An officer who becomes a consultant may still export, but not what they took in before."""
    pack = ask(cast.officer, [cast.disnaker.id], include_restricted=True)
    without = ask(cast.officer, [cast.disnaker.id])
    db.session.commit()
    worked()
    worked()
    lose_roles(cast, cast.officer)
    people.grant_role(
        cast.officer, Role.CONSULTANT, cast.disnaker, by=SYSTEM, from_on=date(2020, 1, 1)
    )
    db.session.commit()
    db.session.expire_all()
    cast.officer.__dict__.pop("rights", None)
    assert may_make_pack(cast.officer, cast.disnaker.id)
    with pytest.raises(Refused):
        operations.take_copy(pack, by=cast.officer)
    assert operations.take_copy(without, by=cast.officer).exists()
    again = ask(cast.officer, [cast.disnaker.id], include_restricted=True)
    db.session.commit()
    worked()
    assert operations.take_copy(again, by=cast.officer).exists()


def test_what_is_restricted_later_closes_packs_that_may_hold_it(cast: Cast, travel: Any) -> None:
    evidence = make_evidence(cast, "Rekaman loket 3")
    make_evidence(cast, "Dari awal rahasia", access=AccessClass.RESTRICTED, by=cast.officer)
    db.session.commit()
    packs = [ask(by, [cast.disnaker.id]) for by in (cast.consultant, cast.officer)]
    db.session.commit()
    worked()
    worked()
    assert operations.take_copy(packs[0], by=cast.consultant).exists()
    travel(clock.now() + timedelta(minutes=5))
    restrict_evidence(evidence, by=cast.officer)
    db.session.commit()
    with speaking("en"), pytest.raises(Refused, match="Make it again"):
        operations.take_copy(packs[0], by=cast.consultant)
    assert operations.take_copy(packs[1], by=cast.officer).exists()
    travel(clock.now() + timedelta(minutes=5))
    again = ask(cast.consultant, [cast.disnaker.id])
    db.session.commit()
    worked()
    assert operations.take_copy(again, by=cast.consultant).exists()


def test_losing_a_unit_below_closes_packs_that_hold_its_records(cast: Cast) -> None:
    pack = ask(cast.officer, [cast.disnaker.id])
    db.session.commit()
    worked()
    assert operations.take_copy(pack, by=cast.officer).exists()
    units.move_unit(cast.blk, parent=cast.dinkes, from_on=cast.district.today, by=SYSTEM)
    db.session.commit()
    cast.officer.__dict__.pop("rights", None)
    with pytest.raises(Refused):
        operations.take_copy(pack, by=cast.officer)


def test_units_are_those_that_stood_under_the_chosen_one_on_the_day(cast: Cast) -> None:
    """And of them only those from which the person may still export."""
    units.move_unit(cast.blk, parent=cast.dinkes, from_on=date(2026, 6, 1), by=SYSTEM)
    db.session.commit()
    for person in (cast.coordinator, cast.officer):
        person.__dict__.pop("rights", None)

    def covered(by: Any, to_on: date) -> set[int]:
        pack = ask(by, [cast.disnaker.id], from_on=date(2026, 1, 1), to_on=to_on)
        found = Reader(db.session(), about_pack(pack, by)).about.all_unit_ids
        db.session.rollback()
        return set(found)

    both, one = {cast.disnaker.id, cast.blk.id}, {cast.disnaker.id}
    assert covered(cast.coordinator, date(2026, 3, 31)) == both
    assert covered(cast.coordinator, date(2026, 7, 1)) == one
    assert covered(cast.officer, date(2026, 3, 31)) == one


def test_a_pack_that_is_not_there_cannot_be_taken(cast: Cast) -> None:
    pack = ask(cast.officer, [cast.disnaker.id])
    db.session.commit()
    with speaking("en"), pytest.raises(OutOfTurn, match="not made"):
        operations.take_copy(pack, by=cast.officer)
    worked()
    place.path_of(pack.uid).write_bytes(b"x")
    with speaking("en"), pytest.raises(OutOfTurn, match="damaged"):
        operations.take_copy(pack, by=cast.officer)
    place.path_of(pack.uid).unlink()
    with speaking("en"), pytest.raises(OutOfTurn, match="no longer"):
        operations.take_copy(pack, by=cast.officer)


def test_units_keep_the_names_of_the_day(cast: Cast) -> None:
    units.rename_unit(
        cast.disnaker, code="DISNAKERTRANS", name="Dinas Baru", short_name=None,
        from_on=date(2026, 6, 1), by=SYSTEM,
    )  # fmt: skip
    db.session.commit()
    cast.officer.__dict__.pop("rights", None)
    for to_on, name in (
        (date(2026, 3, 31), "Dinas Tenaga Kerja"),
        (date(2026, 7, 1), "Dinas Baru"),
    ):
        pack = ask(cast.officer, [cast.disnaker.id], from_on=date(2026, 1, 1), to_on=to_on)
        reader = Reader(db.session(), about_pack(pack, cast.officer))
        assert reader.units[cast.disnaker.id] == name
        db.session.rollback()
