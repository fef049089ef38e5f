"""Mail: handed to a real server, once each, whatever breaks in between."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from qms.core import clock, journal
from qms.core.db import AccessClass, db
from qms.core.errors import OutOfTurn
from qms.people import operations as people
from qms.reminders import operations, outbox, queries
from qms.reminders.jobs import run_reminders, send_waiting
from qms.reminders.models import Mail, MailChoice, MailKind, MailState, Notice
from tests.cast import Cast
from tests.factories import finish, make_action, today
from tests.reminders.mailbox import Mailbox, text_of

ROOT = Path(__file__).parent.parent.parent
OWNER = "owner@uji.example"


def due(cast: Cast, what: str = "Pasang papan", days: int = 1, **given: Any) -> Any:
    action = make_action(cast, what, due_on=today(cast) + timedelta(days=days), **given)
    db.session.commit()
    return action


def send_all() -> int:
    tries = 0
    while done := send_waiting():
        tries += done
    return tries


def states() -> list[MailState]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail.state).order_by(Mail.id)))


def test_a_digest_a_day_in_the_persons_language(
    sends: Any, cast: Cast, mailbox: Mailbox, travel: Any
) -> None:
    now = clock.now()
    cast.owner.language = "id"
    journal.write("choose_looks", cast.owner, by=cast.owner)
    first, second = due(cast, "Pasang <papan> & rambu", 1), due(cast, "Cat loket", 7)
    number, uid = first.number, first.uid
    run_reminders()
    run_reminders()
    assert send_all() == 1
    (mail,) = mailbox.to(OWNER)
    assert str(mail["From"]) == "QMS <qms@uji.example>"
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Content-Language"] == "id"
    plain, html = text_of(mail), text_of(mail, "html")
    address = f"https://qms.uji.example/mutu/actions/{uid}"
    assert address in plain and f'href="{address}"' in html
    assert number in plain and second.number in plain
    assert "Pasang <papan> & rambu" in plain
    assert "Pasang &lt;papan&gt; &amp; rambu" in html and "<papan>" not in html
    assert 'lang="id"' in html and "1 hari lagi" in plain
    assert mailbox.ids == list(db.session.scalars(select(Mail.message_id)))
    travel(now + timedelta(days=1))
    run_reminders()
    assert send_all() == 1
    assert len(mailbox.to(OWNER)) == 2 and len(set(mailbox.ids)) == 2


def test_each_weekly_or_never_as_the_person_chooses(
    sends: Any, cast: Cast, mailbox: Mailbox, travel: Any
) -> None:
    now = clock.now()
    operations.choose_mail(MailChoice.EACH, by=cast.owner)
    operations.choose_mail(MailChoice.WEEKLY, by=cast.staff)
    operations.choose_mail(MailChoice.NEVER, by=cast.officer)
    for person, count in ((cast.owner, 12), (cast.staff, 2), (cast.officer, 1)):
        for n in range(count):
            day = today(cast) + timedelta(days=1)
            make_action(cast, f"Tindakan {n}", due_on=day, owner_person_id=person.id)
    db.session.commit()
    run_reminders()
    send_all()
    assert len(mailbox.to(OWNER)) == outboxed(cast.owner) == 11  # ten, and the rest in one
    assert len(mailbox.to("staff@uji.example")) == 1
    assert mailbox.to("officer@uji.example") == []
    monday = now + timedelta(days=7 - today(cast).weekday())
    travel(monday - timedelta(days=1))
    due(cast, "Lagi", 1, owner_person_id=cast.staff.id)
    run_reminders()
    send_all()
    sent_this_week = len(mailbox.to("staff@uji.example"))
    assert sent_this_week == 1
    travel(monday + timedelta(days=1))  # Monday itself was missed
    run_reminders()
    run_reminders()
    send_all()
    assert len(mailbox.to("staff@uji.example")) == 2


def outboxed(person: Any) -> int:
    return db.session.scalar(select(func.count()).where(Mail.person_id == person.id)) or 0


@pytest.mark.usefixtures("only_sqlite")
def test_what_is_restricted_is_not_named(sends: Any, cast: Cast, mailbox: Mailbox) -> None:
    secret = due(
        cast, "Suap pejabat", owner_person_id=cast.officer.id, access=AccessClass.RESTRICTED
    )
    number, uid = secret.number, secret.uid
    run_reminders()
    send_all()
    (mail,) = mailbox.to("officer@uji.example")
    for said in (str(mail["Subject"]), text_of(mail), text_of(mail, "html")):
        assert "Suap" not in said and number not in said and "Tenaga Kerja" not in said
        assert "A confidential matter" in said
    assert str(uid) in text_of(mail)


@pytest.mark.usefixtures("only_sqlite")
def test_escalations_are_named_so(sends: Any, cast: Cast, mailbox: Mailbox, travel: Any) -> None:
    now = clock.now()
    action = due(cast)
    number = action.number
    travel(now + timedelta(days=30))
    run_reminders()
    send_all()
    for name in ("head", "secretariat"):
        (mail,) = mailbox.to(f"{name}@uji.example")
        assert str(mail["Subject"]).startswith(f"Escalated: {number}")
        assert "ESCALATED TO YOU" in text_of(mail)


def test_a_mail_is_written_when_it_is_sent(sends: Any, cast: Cast, mailbox: Mailbox) -> None:
    """What was done in the meantime is left out; if nothing is left, no mail goes."""
    done, still = due(cast, "Selesai"), due(cast, "Masih terbuka")
    run_reminders()
    finish(cast, done)
    db.session.commit()
    send_all()
    (mail,) = mailbox.mails
    assert "Masih terbuka" in text_of(mail) and "Selesai" not in text_of(mail)
    assert still.number in str(mail["Subject"])
    other = due(cast, "Lain", owner_person_id=cast.staff.id)
    run_reminders()
    finish(cast, other, by=cast.staff)
    db.session.commit()
    send_all()
    assert len(mailbox.mails) == 1 and states()[-1] is MailState.DROPPED


@pytest.mark.usefixtures("only_sqlite")
def test_who_left_gets_no_mail(sends: Any, cast: Cast, mailbox: Mailbox) -> None:
    due(cast)
    run_reminders()
    people.disable_account(cast.owner, by=cast.administrator)
    db.session.commit()
    send_all()
    assert mailbox.mails == [] and states() == [MailState.DROPPED]


def test_a_refused_address_is_shown_and_no_longer_written_to(
    sends: Any, cast: Cast, mailbox: Mailbox, travel: Any, browse: Any
) -> None:
    now = clock.now()
    mailbox.answers[OWNER] = "550 5.1.1 No such user here"
    due(cast)
    run_reminders()
    assert send_all() == 1
    assert states() == [MailState.FAILED]
    travel(now + timedelta(days=1))
    run_reminders()
    assert send_all() == 0 and len(states()) == 1
    page = browse(cast.administrator).get("/mail")
    assert page.has("No such user here") and page.has("Addresses that a server refused")
    assert browse(cast.administrator).get(f"/people/{cast.owner.uid}").has("No such user here")
    assert browse(cast.owner).get("/notices/mine").has("No such user here")
    people.edit_person(
        cast.owner, name="Owner", mail="new@uji.example", left_on=None, by=cast.administrator
    )
    db.session.commit()
    assert not browse(cast.owner).get("/notices/mine").has("No such user here")
    travel(now + timedelta(days=9))
    run_reminders()
    send_all()
    assert len(mailbox.to("new@uji.example")) == 1 and mailbox.to(OWNER) == []


def test_mail_is_retried_and_given_up_and_tried_again(
    sends: Any, cast: Cast, mailbox: Mailbox, travel: Any, browse: Any
) -> None:
    now = clock.now()
    travel(now)
    mailbox.answers[OWNER] = "451 Try later"
    due(cast)
    run_reminders()
    assert send_all() == 1 and send_all() == 0
    assert states() == [MailState.WAITING]
    for wait in outbox.BACK_OFF:
        now += timedelta(minutes=wait)
        travel(now - timedelta(seconds=1))
        assert send_all() == 0
        travel(now)
        assert send_all() == 1
    assert states() == [MailState.FAILED]
    mailbox.answers.clear()
    message_id = db.session.scalar(select(Mail.message_id))
    page = browse(cast.administrator).get("/mail")
    assert page.has("451 Try later")
    page.submit(action="/mail/retry")
    assert send_all() == 1
    assert mailbox.ids == [message_id] and states() == [MailState.SENT]
    mail = db.session.scalars(select(Mail)).one()
    with pytest.raises(OutOfTurn):
        operations.try_again(mail.uid, by=cast.administrator)


@pytest.mark.usefixtures("only_sqlite")
def test_a_server_that_is_away_is_waited_for(
    app: Any, sends: Any, cast: Cast, mailbox: Mailbox, travel: Any
) -> None:
    now = clock.now()
    travel(now)
    app.config["QMS_SETTINGS"] = replace(sends, smtp_port=1)
    due(cast)
    due(cast, owner_person_id=cast.staff.id)
    run_reminders()
    assert send_all() == 0
    assert states() == [MailState.WAITING] * 2
    assert "refused" in (db.session.scalar(select(Mail.why)) or "")
    app.config["QMS_SETTINGS"] = sends
    assert send_all() == 0  # not asked again at once
    travel(now + outbox.PAUSE)
    assert send_all() == 2
    assert states() == [MailState.SENT] * 2
    app.config["QMS_SETTINGS"] = replace(sends, smtp_port=1)
    travel(now + timedelta(days=1))
    run_reminders()
    waiting = len([one for one in states() if one is MailState.WAITING])
    travel(now + timedelta(days=6))
    send_all()
    assert states().count(MailState.FAILED) == waiting


@pytest.mark.usefixtures("only_sqlite")
def test_a_line_that_breaks_after_the_mail_leaves_a_doubt(
    sends: Any, cast: Cast, mailbox: Mailbox, travel: Any
) -> None:
    now = clock.now()
    travel(now)
    mailbox.breaks_off = 1
    due(cast)
    run_reminders()
    send_waiting()
    assert states() == [MailState.UNCERTAIN] and len(mailbox.mails) == 1
    travel(now + timedelta(minutes=1))
    assert send_all() == 1
    assert len(mailbox.mails) == 2 and len(set(mailbox.ids)) == 1
    assert states() == [MailState.UNCERTAIN]
    travel(now + timedelta(days=2))
    assert send_all() == 0


def test_two_workers_at_once_send_each_mail_once(
    app: Any, sends: Any, cast: Cast, mailbox: Mailbox
) -> None:
    operations.choose_mail(MailChoice.EACH, by=cast.owner)
    for n in range(8):
        make_action(cast, f"Tindakan {n}", due_on=today(cast))
    db.session.commit()
    db.session.rollback()
    begun, wrong = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            try:
                begun.wait()
                run_reminders()
                send_all()
            except Exception as problem:  # noqa: BLE001 - shown by the assertion
                wrong.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    send_all()
    assert Counter(mailbox.ids) == Counter(db.session.scalars(select(Mail.message_id)))
    told = db.session.scalars(select(Notice.mail_uid)).all()
    assert len(told) == 8 and None not in told
    assert set(states()) == {MailState.SENT}
    named = [text_of(one).count("/actions/") for one in mailbox.mails]
    assert sum(named) == 8


KILLED = """
import sys, time
from dataclasses import replace
from qms import create_app
from qms.reminders import jobs
app = create_app({"instance": sys.argv[1], "database_url": sys.argv[2]})
app.config["QMS_SETTINGS"] = replace(
    app.config["QMS_SETTINGS"], smtp_host="127.0.0.1", smtp_port=int(sys.argv[3]),
    smtp_tls="none", mail_from="QMS <qms@uji.example>", public_url="https://qms.uji.example/mutu"
)
def never(*told):
    print("taken", flush=True)
    time.sleep(600)
jobs._settle = never  # the server has the mail; our note of it never comes
with app.app_context():
    jobs.send_waiting()
"""


def test_a_worker_killed_after_the_server_took_the_mail(
    sends: Any, cast: Cast, mailbox: Mailbox, database: str, tmp_path: Path, travel: Any
) -> None:
    """The same Message-ID comes once more at the most, and it shows as uncertain."""
    now = clock.now()
    due(cast)
    run_reminders()
    db.session.rollback()
    port = str(sends.smtp_port)
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "instance"), database, port],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "taken"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    assert len(mailbox.mails) == 1 and states() == [MailState.SENDING]
    assert send_all() == 0  # it may still live
    travel(now + queries.LOST + timedelta(minutes=1))
    assert send_all() == 1
    assert mailbox.ids == [db.session.scalar(select(Mail.message_id))] * 2
    assert states() == [MailState.UNCERTAIN]
    travel(now + timedelta(days=2))
    run_reminders()
    assert send_all() == 1  # of the next day
    assert Counter(mailbox.ids).most_common()[0][1] == 2 and len(set(mailbox.ids)) == 2


@pytest.mark.usefixtures("only_sqlite")
def test_nothing_can_be_written_into_the_head_of_a_mail(
    sends: Any, cast: Cast, mailbox: Mailbox
) -> None:
    wrong = (
        "a@b.example\r\nBcc: all@uji.example",
        "a@b.example, c@d.example",
        "tanpa-alamat",
        "pejabat@dinas.example>\r\nDATA",
        "größe@uji.example",
    )
    for address in wrong:
        outbox.put_mail(cast.owner, MailKind.TEST, address, domain="uji.example")
    due(cast, "Judul\nBcc: all@uji.example\nX-Evil: ya", owner_person_id=cast.staff.id)
    run_reminders()
    send_all()
    assert states() == [MailState.FAILED] * len(wrong) + [MailState.SENT]
    (mail,) = mailbox.mails
    assert mail["Bcc"] is None and mail["X-Evil"] is None
    assert mail.envelope == ["staff@uji.example"]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("only_sqlite")
def test_without_a_server_no_mail_is_made(
    app: Any, sends: Any, cast: Cast, browse: Any, mailbox: Mailbox
) -> None:
    app.config["QMS_SETTINGS"] = replace(sends, smtp_host="")
    due(cast)
    run_reminders()
    assert send_all() == 0 and states() == []
    page = browse(cast.administrator).get("/mail")
    assert page.has("No mail server is set, so no mail is made")
    app.config["QMS_SETTINGS"] = sends
    run_reminders()
    assert send_all() == 1 and len(mailbox.to(OWNER)) == 1


@pytest.mark.usefixtures("only_sqlite")
def test_a_test_mail_is_sent_from_the_page(
    sends: Any, cast: Cast, browse: Any, mailbox: Mailbox
) -> None:
    page = browse(cast.administrator).get("/mail").submit(action="/mail/test")
    assert page.has("A test is on its way to administrator@uji.example")
    assert send_all() == 1
    (mail,) = mailbox.mails
    assert "QMS can send mail" in text_of(mail)
    assert browse(cast.administrator).get("/mail").has("Sent")
