"""Work in the background: the daily run, and sending what waits in the outbox."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import select

from qms.config import Settings
from qms.core import clock
from qms.core.db import db, only_reads
from qms.core.i18n import gettext as _
from qms.core.jobs import Job, forget_done, report
from qms.people.models import Person
from qms.people.operations import forget_refused_address, note_refused_address
from qms.people.queries import address_of
from qms.reminders import making, outbox, post, queries
from qms.reminders.gathering import (
    Dated,
    Superiors,
    Told,
    dated_work,
    escalated,
    nobodys_work,
    own_notices,
    people_reminded,
)
from qms.reminders.letters import NoAddress, letter_for
from qms.reminders.models import Mail, MailChoice
from qms.reminders.outbox import Outcome
from qms.reminders.post import Delivery
from qms.reminders.rules import Rule, rule_of
from qms.units.models import District

log = structlog.get_logger()
REMIND = "remind"
AT_ONCE = 20
"""Mails that are sent between two looks at what else waits."""
BATCH = 1000
MAIL_KEPT_FOR = timedelta(days=90)


@dataclass
class Counts:
    """What a run came to."""

    people: int = 0
    notices: int = 0
    mails: int = 0


def remind(job: Job) -> None:
    """The daily run as a job; how much was made is its result."""
    report(job, 1, _("Reminders are being made"))
    counts = run_reminders()
    forget_old()
    job.result = vars(counts)


def run_reminders() -> Counts:
    """Make what is due in all districts. Commits person by person, so that nobody waits long."""
    counts = Counts()
    for district_id in db.session.scalars(select(District.id).order_by(District.id)).all():
        db.session.rollback()
        _remind_district(district_id, counts)
    return counts


def _remind_district(district_id: int, counts: Counts) -> None:
    settings: Settings = current_app.config["QMS_SETTINGS"]
    with _reading():
        due, today = _due_in(district_id)
        choices = queries.choices_of(district_id)
        monday = today - timedelta(days=today.weekday())
        last, refused = queries.last_mails(district_id, monday), queries.refusals_of(district_id)
        refusals = {one: (row.address, row.why) for one, row in refused.items()}
    for person_id, told in due.items():
        person = _person(person_id)
        counts.people += 1
        counts.notices += making.keep_notices(person, told)
        choice = choices.get(person_id, MailChoice.DAILY)
        if post.can_send(settings) and making.is_mail_time(choice, last.get(person_id), today):
            known = refusals.get(person_id)
            if known is None or known[0] != address_of(person):
                counts.mails += making.make_mails(person, choice, domain=post.domain_of(settings))
        db.session.commit()


def _person(person_id: int) -> Person:
    return db.session.execute(select(Person).where(Person.id == person_id)).scalar_one()


def _due_in(district_id: int) -> tuple[dict[int, dict[Told, Dated]], date]:
    """Of what each person of a district is to be told today, by their id; nothing is written."""
    district = db.session.get(District, district_id)
    assert district is not None
    today, rule = district.today, rule_of(district_id)
    people = people_reminded(district)
    work = {person.id: dated_work(person, rule.ahead) for person in people}
    due = {one: dict(own_notices(lines, rule, today)) for one, lines in work.items()}
    for person, told, line in _escalations(district, people, work, rule):
        due[person.id][told] = line
    return due, today


def _escalations(
    district: District, people: list[Person], work: dict[int, list[Dated]], rule: Rule
) -> Iterator[tuple[Person, Told, Dated]]:
    own: dict[int, set[UUID]] = {
        one: {line.record_uid for line in lines} for one, lines in work.items()
    }
    known: set[UUID] = set().union(*own.values()) if own else set()
    late = [line for lines in work.values() for line in lines]
    late += nobodys_work(district, known)
    return escalated(late, Superiors(people), own, rule, district.today)


@contextmanager
def _reading() -> Iterator[None]:
    """On SQLite, others can write while we only read."""
    token = only_reads.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        only_reads.reset(token)


def forget_old() -> None:
    """Delete notices that have long been over, mail that has long ended, and runs of the past.
    Commits."""
    before = clock.now() - MAIL_KEPT_FOR
    while making.forget_notices((clock.now() - making.KEPT_FOR).date(), BATCH):
        db.session.commit()
    while outbox.forget_mail(before, BATCH):
        db.session.commit()
    forget_done(REMIND, BATCH)
    db.session.commit()


# Sending -------------------------------------------------------------------------------------


def send_waiting() -> int:
    """Send what waits in the outbox, some at once; returns how many tries were made. Commits.

    Without a server, or in a demo, nothing is sent and nothing is asked.
    """
    settings: Settings = current_app.config["QMS_SETTINGS"]
    if not post.can_send(settings):
        return 0
    with _reading():
        is_due = queries.is_mail_due()
    if not is_due:
        return 0
    worker, tries = _name(), 0
    try:
        with post.connected(settings) as server:
            while tries < AT_ONCE:
                mail = outbox.claim_mail(worker)
                db.session.commit()
                if mail is None:
                    break
                tries += 1
                _send(mail, server, worker, settings)
    except post.Unreachable as problem:
        log.warning("mail server", why=str(problem))
        outbox.note_unreachable(str(problem))
        db.session.commit()
    return tries


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"


def _send(mail: Mail, server: Any, worker: str, settings: Settings) -> None:
    """Send one claimed mail, and note what came of it."""
    mail_id, address = mail.id, mail.address
    try:
        with _reading():
            mail = db.session.get_one(Mail, mail_id)
            delivery = _prepared(mail, server, settings)
    except post.Unreachable as problem:
        _settle(mail_id, worker, Delivery(Outcome.LATER, str(problem)))
        raise
    if _settle(mail_id, worker, delivery):
        _note_address(mail_id, address, delivery)
    db.session.commit()


def _prepared(mail: Mail, server: Any, settings: Settings) -> Delivery:
    """Write the mail as it is now, and hand it over."""
    person = queries.person_of_mail(mail)
    if not queries.can_sign_in(person):
        return Delivery(Outcome.DROPPED, _("They have left, or cannot sign in any more."))
    try:
        message = letter_for(mail, person, settings)
    except NoAddress as problem:
        return Delivery(Outcome.REFUSED, str(problem))
    if message is None:
        return Delivery(Outcome.DROPPED, _("Nothing of it waits any more."))
    db.session.rollback()  # nobody's write waits for a mail server
    return post.hand_over(server, message, mail.address)


def _settle(mail_id: int, worker: str, delivery: Delivery) -> bool:
    mail = db.session.get_one(Mail, mail_id)
    is_ours = outbox.settle(mail, worker, delivery.outcome, delivery.why)
    db.session.commit()
    return is_ours


def _note_address(mail_id: int, address: str, delivery: Delivery) -> None:
    """Remember an address that was refused for good, or that works after all."""
    person = db.session.get_one(Mail, mail_id).person
    if delivery.outcome is Outcome.REFUSED:
        note_refused_address(person, address, delivery.why or "")
    elif delivery.outcome is Outcome.SENT:
        forget_refused_address(person)


JOBS = {REMIND: remind}
