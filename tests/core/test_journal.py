"""The journal: complete, chained, append-only, and honest about what is missing."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from qms.core import journal
from qms.core.db import db
from qms.core.errors import Invalid
from qms.core.journal import verifying
from qms.core.journal.erasing import erase
from qms.core.journal.models import JournalEntry, JournalPayload
from qms.core.journal.replaying import replay
from qms.core.numbering import Counter, next_number
from qms.core.signing import SigningKey
from qms.overview.cli.journal import journal as commands
from qms.people import operations as people
from qms.people.models import Person
from qms.units.models import Unit
from tests.cast import Cast


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.of(tmp_path / "instance")


def unseal(app: Any) -> None:
    """Take the triggers off, as somebody with the database's own password could."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            names = connection.scalars(
                text(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%'"
                )
            ).all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("entry", "payload", "checkpoint", "tombstone"):
                connection.execute(text(f"ALTER TABLE journal_{table} DISABLE TRIGGER USER"))


def test_every_change_is_told_with_its_after_image(cast: Cast) -> None:
    people.edit_person(
        cast.owner, name="Nama Baru", mail="a@example.id", left_on=None, by=cast.administrator
    )
    db.session.commit()
    told = journal.history(cast.owner)
    assert [one.verb for one in told][:1] == ["edit_person"]
    assert told[0].by == "Administrator"
    assert told[0].said["image"]["name"] == "Nama Baru"
    assert journal.changes(told[0], {"name": "Name", "mail": "Mail"}) == [
        ("Name", "Owner", "Nama Baru"),
        ("Mail", None, "a@example.id"),
    ]


def test_a_change_that_nobody_tells_of_cannot_be_committed(cast: Cast) -> None:
    cast.owner.name = "Diam-diam"
    with pytest.raises(journal.UnjournalledChange):
        db.session.commit()
    db.session.rollback()
    assert db.session.get(Person, cast.owner.id).name == "Owner"


def test_a_record_is_never_deleted(cast: Cast) -> None:
    db.session.delete(cast.bystander)
    with pytest.raises(journal.UnjournalledChange):
        db.session.flush()
    db.session.rollback()


def test_every_chain_of_the_cast_is_whole_and_rebuilds_its_rows(
    cast: Cast, key: SigningKey
) -> None:
    assert verifying.chains() == [0, 1, 2]
    for chain in verifying.chains():
        assert verifying.verify(chain, key).is_whole
    rows = replay(cast.district.id)
    found = db.session.scalars(select(Unit).where(Unit.district_id == cast.district.id)).all()
    assert {row["code"] for row in rows["unit"].values()} == {unit.code for unit in found}
    assert len(rows["unit_name"]) == len(found)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (
            "UPDATE journal_payload SET body = replace(body, 'Officer', 'Offizer')"
            " WHERE entry_id = :id",
            "payload-changed",
        ),
        ("DELETE FROM journal_payload WHERE entry_id = :id", "payload-missing"),
        ("UPDATE journal_entry SET verb = 'other' WHERE id = :id", "entry-changed"),
        ("UPDATE journal_entry SET at = '2001-01-01 00:00:00' WHERE id = :id", "entry-changed"),
    ],
)
def test_the_first_broken_entry_is_named(
    app: Any, cast: Cast, key: SigningKey, harm: str, why: str
) -> None:
    entry = db.session.scalar(
        select(JournalEntry).where(JournalEntry.record_uid == cast.officer.uid)
    )
    sequence, chain, entry_id = entry.sequence, entry.chain, entry.id
    db.session.rollback()
    unseal(app)
    with db.engine.begin() as connection:
        connection.execute(text(harm), {"id": entry_id})
    verdict = verifying.verify(chain, key)
    assert (verdict.broken_at, verdict.why) == (sequence, why)


def test_a_missing_entry_and_a_cut_tail_are_found(app: Any, cast: Cast, key: SigningKey) -> None:
    chain = cast.district.id
    db.session.rollback()
    unseal(app)
    with db.engine.begin() as connection:
        last = connection.scalar(
            text("SELECT max(sequence) FROM journal_entry WHERE chain = :c"), {"c": chain}
        )
        gone = "(SELECT id FROM journal_entry WHERE chain = :c AND sequence = :s)"
        for table, column in (("payload", "entry_id"), ("entry", "id")):
            connection.execute(
                text(f"DELETE FROM journal_{table} WHERE {column} IN {gone}"),
                {"c": chain, "s": last},
            )
    assert verifying.verify(chain, key).why == "tail-cut-off"
    db.session.rollback()
    with db.engine.begin() as connection:
        for table, column in (("payload", "entry_id"), ("entry", "id")):
            connection.execute(
                text(f"DELETE FROM journal_{table} WHERE {column} IN {gone}"), {"c": chain, "s": 3}
            )
    verdict = verifying.verify(chain, key)
    assert (verdict.broken_at, verdict.why) == (3, "entry-missing")


def test_a_rewritten_chain_differs_from_its_checkpoint(
    app: Any, cast: Cast, key: SigningKey, tmp_path: Path
) -> None:
    """Who can rewrite the whole chain and its head still cannot sign; the log outside knows."""
    log, chain = tmp_path / "checkpoints.log", cast.district.id
    verifying.checkpoint(key, log)
    db.session.commit()
    assert verifying.verify(chain, key, log).is_whole
    db.session.rollback()
    unseal(app)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM journal_checkpoint"))
        connection.execute(text("DELETE FROM journal_payload"))
        connection.execute(text("DELETE FROM journal_entry WHERE chain = :c"), {"c": chain})
        connection.execute(text("DELETE FROM journal_chain WHERE chain = :c"), {"c": chain})
    assert verifying.verify(chain, key, log).why == "tail-cut-off"
    forged = log.read_text().replace('"sequence":', '"sequence":1')
    log.write_text(forged)
    assert verifying.verify(chain, key, log).why == "checkpoint-forged"


def test_a_chain_without_its_head_is_missed(
    app: Any, cast: Cast, key: SigningKey, tmp_path: Path
) -> None:
    """A chain is not forgotten because its head, or all of it, is gone."""
    log, chain = tmp_path / "checkpoints.log", cast.district.id
    verifying.checkpoint(key, log)
    db.session.commit()
    unseal(app)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM journal_chain WHERE chain = :c"), {"c": chain})
    assert verifying.chains() == [0, 1, 2]
    assert verifying.verify(chain, key).why == "tail-cut-off"
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM journal_checkpoint"))
        connection.execute(text("DELETE FROM journal_payload"))
        connection.execute(text("DELETE FROM journal_entry WHERE chain = :c"), {"c": chain})
    assert chain not in verifying.chains()
    assert verifying.chains(log) == [0, 1, 2]


def test_half_a_line_among_the_checkpoints_is_told(
    cast: Cast, key: SigningKey, tmp_path: Path
) -> None:
    log = tmp_path / "checkpoints.log"
    verifying.checkpoint(key, log)
    db.session.commit()
    log.write_text(log.read_text() + '{"signature":"ab')
    assert verifying.verify(cast.district.id, key, log).why == "checkpoint-forged"


def test_nothing_new_means_no_new_checkpoint(cast: Cast, key: SigningKey) -> None:
    assert len(verifying.checkpoint(key)) == 3
    db.session.commit()
    assert verifying.checkpoint(key) == []


def test_numbers_have_no_gaps_under_concurrency(app: Any, cast: Cast) -> None:
    """Eight threads take five numbers each; every third transaction is rolled back."""
    district, unit = cast.district.id, cast.disnaker.id
    db.session.rollback()
    taken: list[int] = []

    def take() -> None:
        with app.app_context():
            for turn in range(5):
                number = next_number("finding", district_id=district, unit_id=unit, year=2026)
                if turn % 3 == 2:
                    db.session.rollback()
                else:
                    db.session.commit()
                    taken.append(number)
            db.session.remove()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert len(taken) == 32
    assert db.session.scalar(select(Counter.last)) == 32


def test_writers_at_once_leave_one_whole_chain(app: Any, cast: Cast, key: SigningKey) -> None:
    ids, chain = [cast.owner.id, cast.staff.id, cast.head.id, cast.guest.id], cast.district.id
    by = cast.administrator.id
    db.session.rollback()

    def edit(person_id: int) -> None:
        with app.app_context():
            for turn in range(5):
                person, who = db.session.get(Person, person_id), db.session.get(Person, by)
                people.edit_person(person, name=f"Nama {turn}", mail=None, left_on=None, by=who)
                db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=edit, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verifying.verify(chain, key).is_whole
    count = db.session.scalar(
        select(func.count()).where(JournalEntry.verb == "edit_person", JournalEntry.chain == chain)
    )
    assert count == 20


def test_a_rolled_back_change_leaves_no_entry(cast: Cast) -> None:
    before = db.session.scalar(select(func.count(JournalEntry.id)))
    people.add_person(cast.district.id, "Sementara", by=cast.administrator)
    db.session.rollback()
    people.add_person(cast.district.id, "Tetap", by=cast.administrator)
    db.session.commit()
    assert db.session.scalar(select(func.count(JournalEntry.id))) == before + 1
    assert db.session.scalar(select(func.count(JournalPayload.entry_id))) == before + 1


def test_commands_verify_and_sign(app: Any, cast: Cast) -> None:
    db.session.rollback()
    runner = app.test_cli_runner()
    done = runner.invoke(commands, ["verify"])
    assert done.exit_code == 0, done.output
    assert done.output.count("whole") == 3
    for name in ("The installation: ", "Kabupaten Uji: ", "Kabupaten Lain: "):
        assert name in done.output
    assert runner.invoke(commands, ["checkpoint"]).exit_code == 0
    unseal(app)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE journal_entry SET verb = 'x' WHERE sequence = 2"))
    broken = runner.invoke(commands, ["verify"])
    assert broken.exit_code == 1
    assert "Kabupaten Uji: BROKEN at entry 2: this entry was changed" in broken.output


def test_an_erased_payload_leaves_a_tombstone_and_a_whole_chain(
    cast: Cast, key: SigningKey
) -> None:
    people.edit_person(
        cast.bystander, name="Anonim", mail=None, left_on=None, by=cast.administrator
    )
    db.session.commit()
    with pytest.raises(Invalid):
        erase(cast.bystander, reason="x", by=cast.administrator, second=cast.administrator)
    db.session.rollback()
    count = erase(
        cast.bystander, reason="UU 27/2022", by=cast.administrator, second=cast.secretariat
    )
    db.session.commit()
    assert count >= 3
    assert verifying.verify(cast.district.id, key).is_whole
    left = db.session.scalars(
        select(JournalPayload.body)
        .join(JournalEntry, JournalEntry.id == JournalPayload.entry_id)
        .where(JournalEntry.record_uid == cast.bystander.uid)
    ).all()
    assert len(left) == 1
    assert "Bystander" not in left[0]
    newest, *erased = journal.history(cast.bystander)
    assert newest.verb == "erase"
    assert all(one.said is None for one in erased)
