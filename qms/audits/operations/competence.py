"""Keeping the register of auditors: recorded, corrected, withdrawn."""

from datetime import date
from uuid import UUID

from qms.audits.models import AuditorCompetence
from qms.audits.permissions.competence import may_record_competence
from qms.audits.queries.competence import standards
from qms.core import journal
from qms.core.db import db, same_version
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.uids import new_uid
from qms.people.models import Person


def record_competence(
    person: Person,
    *,
    standard: str,
    training: str,
    achieved_on: date,
    by: Person,
    valid_until: date | None = None,
    provider: str | None = None,
    scheme: str | None = None,
    number: str | None = None,
    may_lead: bool = False,
    audits_observed: int = 0,
    uid: UUID | None = None,
) -> AuditorCompetence:
    """Record a training or certificate by which somebody may audit against a standard. Sent again
    with the same `uid` it is the same record."""
    require(may_record_competence, by, person)
    _judge(standard, training, achieved_on, valid_until, by)
    said = (person.id, standard, training.strip(), achieved_on)
    before = made_before(
        AuditorCompetence,
        uid,
        by=by,
        is_same=lambda one: (one.person_id, one.standard, one.training, one.achieved_on) == said,
    )
    if before is not None:
        return before
    found = AuditorCompetence(
        uid=uid or new_uid(),
        district_id=person.district_id,
        person_id=person.id,
        standard=standard,
        training=training.strip(),
        achieved_on=achieved_on,
        valid_until=valid_until,
        provider=provider,
        scheme=scheme,
        number=number,
        may_lead=may_lead,
        audits_observed=audits_observed,
    )
    db.session.add(found)
    journal.write("record_competence", found, by=by)
    return found


def _judge(
    standard: str, training: str, achieved_on: date, valid_until: date | None, by: Person
) -> None:
    if standard not in standards():
        message = _l("Choose one from the list.")
        raise Invalid(message, standard=message)
    if not training.strip():
        message = _l("Write the name of the training or certificate.")
        raise Invalid(message, training=message)
    if achieved_on > by.district.today:
        message = _l("This day has not come yet.")
        raise Invalid(message, achieved_on=message)
    if valid_until is not None and valid_until < achieved_on:
        message = _l("It cannot end before it was achieved.")
        raise Invalid(message, valid_until=message)


def correct_competence(
    competence: AuditorCompetence,
    *,
    standard: str,
    training: str,
    achieved_on: date,
    valid_until: date | None,
    provider: str | None,
    scheme: str | None,
    number: str | None,
    may_lead: bool,
    audits_observed: int,
    by: Person,
    version: int | None = None,
) -> None:
    """Correct what is recorded; the journal keeps what it said before."""
    require(may_record_competence, by, competence.person)
    same_version(competence, version)
    _refuse_withdrawn(competence)
    _judge(standard, training, achieved_on, valid_until, by)
    competence.standard, competence.training = standard, training.strip()
    competence.achieved_on, competence.valid_until = achieved_on, valid_until
    competence.provider, competence.scheme, competence.number = provider, scheme, number
    competence.may_lead, competence.audits_observed = may_lead, audits_observed
    journal.write("correct_competence", competence, by=by)


def withdraw_competence(
    competence: AuditorCompetence, *, reason: str, by: Person, version: int | None = None
) -> None:
    """It counts no more from today; it stays readable with the reason."""
    require(may_record_competence, by, competence.person)
    same_version(competence, version)
    _refuse_withdrawn(competence)
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    competence.withdrawn_on = by.district.today
    competence.withdrawn_reason = reason.strip()
    journal.write("withdraw_competence", competence, by=by, reason=reason.strip())


def _refuse_withdrawn(competence: AuditorCompetence) -> None:
    if competence.withdrawn_on is not None:
        raise OutOfTurn(_l("This competence was withdrawn. Record another."))
