"""Erasing what the law wants erased: who may, what goes, what stays, and that the chain holds."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import func, select, text

from qms.cli import main
from qms.core import clock
from qms.core.db import db
from qms.core.errors import Invalid, Missing, OutOfTurn, Refused
from qms.core.journal import verifying
from qms.core.journal.erasing import record_named, record_told_of
from qms.core.journal.images import image
from qms.core.journal.models import JournalEntry, JournalPayload, JournalTombstone
from qms.core.journal.replaying import replay
from qms.core.signing import SigningKey
from qms.evidence.models import Evidence
from qms.evidence.operations import edit_evidence, restrict_evidence
from qms.overview.operations import erase_history
from qms.people import operations as people
from qms.people.models import SignInAttempt
from qms.people.roles import Role
from tests.cast import PASSWORD, Cast
from tests.factories import make_evidence, make_file

PRIVATE = "Mbah Suroso Kertawijaya"


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.of(tmp_path / "instance")


@pytest.fixture
def evidence(cast: Cast) -> Evidence:
    """Evidence that named somebody and has been corrected since; its file stays with it."""
    made = make_evidence(
        cast, f"Keluhan {PRIVATE}", description="Panjang lebar. " * 400, files=[make_file()]
    )
    db.session.commit()
    edit_evidence(
        made,
        name="Keluhan warga",
        description=None,
        proves_from=None,
        proves_until=None,
        valid_until=None,
        clause_ids=[],
        by=cast.officer,
    )
    db.session.commit()
    return made


def payloads(record: Any) -> list[str]:
    """What the journal still says of a record."""
    return list(
        db.session.scalars(
            select(JournalPayload.body)
            .join(JournalEntry, JournalEntry.id == JournalPayload.entry_id)
            .where(JournalEntry.record_uid == record.uid)
        )
    )


def erase(record: Any, cast: Cast, **given: Any) -> int:
    settings = {"reason": "UU 27/2022", "by": cast.administrator, "second": cast.secretariat}
    count = erase_history(record, **{**settings, **given})
    db.session.commit()
    return count


def test_the_past_goes_and_the_present_stays(
    cast: Cast, evidence: Evidence, key: SigningKey
) -> None:
    uid = evidence.uid
    assert any(PRIVATE in body for body in payloads(evidence))
    assert erase(evidence, cast) >= 2
    db.session.expire_all()
    kept = db.session.scalars(select(Evidence).where(Evidence.uid == uid)).one()
    assert kept.name == "Keluhan warga" and kept.versions[0].files
    (left,) = payloads(kept)
    assert PRIVATE not in left and "UU 27/2022" in left
    assert verifying.verify(cast.district.id, key).is_whole
    stones = db.session.scalars(select(JournalTombstone)).all()
    assert {(one.first_uid, one.second_uid) for one in stones} == {
        (cast.administrator.uid, cast.secretariat.uid)
    }


def test_records_are_rebuilt_from_what_is_left(cast: Cast, evidence: Evidence) -> None:
    erase(evidence, cast)
    rows = replay(cast.district.id)
    assert rows["evidence"][json.dumps({"id": evidence.id}, separators=(",", ":"))] == image(
        evidence
    )
    for part in (evidence.versions[0], evidence.versions[0].files[0]):
        assert image(part) in rows[part.__tablename__].values()


def test_nothing_of_it_is_found_or_shown(browse: Any, cast: Cast, evidence: Evidence) -> None:
    erase(evidence, cast)
    officer = browse(cast.officer)
    assert not officer.get(f"/search?q={PRIVATE.split()[1]}").has(PRIVATE)
    assert officer.get("/search?q=warga").has("Keluhan warga")
    page = officer.get(f"/evidence/{evidence.uid}")
    assert not page.has(PRIVATE)
    assert page.has("This entry's content was erased by law.")
    assert page.has("erased what the journal told before, with Secretariat")
    journal = browse(cast.administrator).get("/journal")
    assert not journal.has(PRIVATE) and journal.has("UU 27/2022")


def test_the_bytes_are_overwritten(
    cast: Cast, evidence: Evidence, only_sqlite: None, app: Any
) -> None:
    erase(evidence, cast)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(db.engine.url.database or "")
    bodies = f'"name":"Keluhan {PRIVATE}"'.encode()
    assert bodies not in path.read_bytes()


def test_one_earlier_entry_goes_alone(cast: Cast, evidence: Evidence, key: SigningKey) -> None:
    about = db.session.scalars(
        select(JournalEntry.sequence)
        .where(JournalEntry.record_uid == evidence.uid)
        .order_by(JournalEntry.sequence)
    ).all()
    assert record_told_of(cast.district.id, about[0]) is evidence
    with pytest.raises(OutOfTurn, match="what the record says now"):
        erase(evidence, cast, sequence=about[-1])
    with pytest.raises(Missing):
        erase(evidence, cast, sequence=1)
    assert erase(evidence, cast, sequence=about[0]) == 1
    assert len(payloads(evidence)) == len(about)  # but for that one, and with the erasing
    with pytest.raises(OutOfTurn, match="erased already"):
        erase(evidence, cast, sequence=about[0])
    db.session.rollback()
    assert erase(evidence, cast) == len(about)
    assert verifying.verify(cast.district.id, key).is_whole


def test_an_erasing_that_no_entry_tells_of_is_found(
    cast: Cast, evidence: Evidence, key: SigningKey
) -> None:
    """The triggers let a payload go that has a tombstone; the chain does not."""
    entry = db.session.scalars(
        select(JournalEntry).where(JournalEntry.record_uid == evidence.uid).limit(1)
    ).one()
    sequence, entry_id, chain = entry.sequence, entry.id, entry.chain
    stone = {"first_uid": cast.administrator.uid, "second_uid": cast.secretariat.uid}
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(
            JournalTombstone.__table__.insert().values(
                entry_id=entry_id,
                reason="x",
                at=clock.now(),
                **stone,
            )
        )
        connection.execute(
            text("DELETE FROM journal_payload WHERE entry_id = :id"), {"id": entry_id}
        )
    verdict = verifying.verify(chain, key)
    assert (verdict.broken_at, verdict.why) == (sequence, "erasing-untold")


@pytest.mark.parametrize("role", Cast.ROLES)
def test_administrators_erase_and_who_answers_for_the_data_agrees(
    cast: Cast, evidence: Evidence, role: str
) -> None:
    person, others = getattr(cast, role), (cast.administrator, cast.secretariat)
    if role != "administrator":
        with pytest.raises(Refused):
            erase(evidence, cast, by=person, second=others[role == "administrator"])
    if role in ("secretariat", "coordinator"):
        assert erase(evidence, cast, second=person)
    else:
        with pytest.raises((Refused, Invalid)):
            erase(evidence, cast, second=person)


def test_a_restricted_record_asks_for_who_needs_to_know(cast: Cast, evidence: Evidence) -> None:
    restrict_evidence(evidence, by=cast.officer)
    db.session.commit()
    with pytest.raises(Refused):
        erase(evidence, cast, second=cast.secretariat)
    assert erase(evidence, cast, second=cast.anti_bribery)


def test_two_persons_who_act_for_each_other_are_one(cast: Cast, evidence: Evidence) -> None:
    people.delegate(
        cast.secretariat,
        cast.administrator,
        from_on=cast.district.today - timedelta(days=1),
        reason="Cuti",
        by=cast.administrator,
    )
    db.session.commit()
    with pytest.raises(Invalid, match="neither acting for the other"):
        erase(evidence, cast)


def test_an_account_is_of_the_installation(cast: Cast, key: SigningKey) -> None:
    account = cast.bystander.account
    assert record_named("account", account.uid) is account
    with pytest.raises(Refused):
        erase(account, cast)
    cast.administrator.account.is_operator = True
    people.journal.write("test", cast.administrator.account, by=cast.administrator)
    db.session.commit()
    assert erase(account, cast) >= 1
    assert verifying.verify(0, key).is_whole


@pytest.fixture
def run(app: Any, cast: Cast) -> Any:
    def command(*words: object, typed: list[str], code: int = 0) -> str:
        db.session.remove()
        result = CliRunner().invoke(
            main,
            ["journal", "erase", *map(str, words)],
            obj=ScriptInfo(create_app=lambda: app),
            input="\n".join(typed) + "\n",
        )
        assert result.exit_code == code, result.output
        return result.output

    return command


BOTH = ("--by", "administrator", "--second", "secretariat")


def test_both_type_their_passwords(run: Any, cast: Cast, evidence: Evidence) -> None:
    what = ("--kind", "evidence", "--uid", evidence.uid, "--reason", "UU 27/2022", *BOTH)
    said = run(*what, typed=[PASSWORD, "salah sekali 1"], code=1)
    assert "User name or password is not right." in said
    assert db.session.scalar(select(func.count(SignInAttempt.id))) == 1
    assert db.session.scalar(select(func.count(JournalTombstone.entry_id))) == 0
    assert "entries are erased." in run(*what, typed=[PASSWORD, PASSWORD])
    assert "erased already" not in payloads(evidence)[0]


def test_a_one_time_password_does_not_count(run: Any, cast: Cast, evidence: Evidence) -> None:
    """Or an administrator could hand themself the second person's."""
    people.reset_password(cast.secretariat, PASSWORD, by=cast.administrator)
    db.session.commit()
    what = ("--kind", "evidence", "--uid", evidence.uid, "--reason", "UU 27/2022", *BOTH)
    assert "must first sign in" in run(*what, typed=[PASSWORD, PASSWORD], code=1)


def test_what_is_not_said_is_asked_for(run: Any, cast: Cast, evidence: Evidence) -> None:
    uid = evidence.uid
    answers = ["UU 27/2022", "administrator", "secretariat", PASSWORD, PASSWORD, str(uid)]
    assert "erased" in run(typed=[*answers, "evidence"])
    said = run(typed=[*answers, "bukti"], code=1)
    assert "There is no kind “bukti”. Kinds: account, action," in said
    assert "There is no such record." in run(typed=[*answers[:-1], "x"], code=1)
    assert "no such entry" in run("--entry", 10**6, typed=answers[:-1], code=1)


def test_a_guest_of_the_whole_district_does_not_agree(cast: Cast, evidence: Evidence) -> None:
    stranger = cast.person("stranger", Role.LEAD_AUDITOR, cast.root)
    db.session.commit()
    with pytest.raises(Refused):
        erase(evidence, cast, second=stranger)
