"""What people do with evidence: file it, add a version, correct its words, withdraw it."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from qms.core import dates, journal
from qms.core import files as store
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.evidence.models import Evidence, EvidenceClause, EvidenceFile, EvidenceVersion
from qms.evidence.permissions import may_classify, may_file, may_keep, may_reclassify
from qms.people.models import Person


def file_evidence(
    unit_id: int,
    name: str,
    *,
    files: Sequence[Received],
    by: Person,
    description: str | None = None,
    proves_from: date | None = None,
    proves_until: date | None = None,
    valid_until: date | None = None,
    access: AccessClass = AccessClass.ORDINARY,
    is_confidential: bool = False,
    clause_ids: Iterable[int] = (),
    added_on: date | None = None,
    uid: UUID | None = None,
) -> Evidence:
    """A new piece of evidence with its first version. At least one file is needed. With a uid that
    was used before, the piece that it made."""
    require(may_file, by, unit_id)
    require(may_classify, by, (unit_id, access))
    wanted = (unit_id, name.strip(), {one.sha256 for one in files})
    if known := made_before(Evidence, uid, by=by, is_same=lambda one: _as_filed(one) == wanted):
        return known
    evidence = Evidence(
        district_id=by.district_id,
        unit_id=unit_id,
        name=_named(name),
        description=description,
        added_on=added_on or by.district.today,
        access=access,
        is_confidential=is_confidential,
        **({"uid": uid} if uid else {}),
    )
    _date(evidence, proves_from, proves_until, valid_until)
    _cite(evidence, clause_ids)
    _put_version(evidence, 1, files, note=None, by=by)
    db.session.add(evidence)
    journal.write("file_evidence", evidence, by=by)
    return evidence


def _as_filed(evidence: Evidence) -> tuple[int, str, set[str]]:
    """Unit, name, and the hashes of the first version."""
    return (
        evidence.unit_id,
        evidence.name,
        {one.stored.sha256 for one in evidence.versions[0].files},
    )


def _named(name: str) -> str:
    if not name.strip():
        message = _l("Give the evidence a name.")
        raise Invalid(message, name=message)
    return name.strip()


def _date(
    evidence: Evidence,
    proves_from: date | None,
    proves_until: date | None,
    valid_until: date | None,
) -> None:
    if proves_from and proves_until and proves_until < proves_from:
        message = _l("The period ends before it begins.")
        raise Invalid(message, proves_until=message)
    evidence.proves_from, evidence.proves_until = proves_from, proves_until
    evidence.valid_until = valid_until


def _cite(evidence: Evidence, clause_ids: Iterable[int]) -> None:
    """Make the evidence's clauses exactly these."""
    wanted = set(clause_ids)
    for link in [link for link in evidence.clauses if link.clause_id not in wanted]:
        evidence.clauses.remove(link)
    known = {link.clause_id for link in evidence.clauses}
    for clause_id in sorted(wanted - known):
        evidence.clauses.append(
            EvidenceClause(district_id=evidence.district_id, clause_id=clause_id)
        )


def _put_version(
    evidence: Evidence, number: int, files: Sequence[Received], *, note: str | None, by: Person
) -> None:
    if not files:
        message = _l("Add at least one file.")
        raise Invalid(message, files=message)
    version = EvidenceVersion(
        district_id=evidence.district_id, number=number, note=note, added_by_id=by.id
    )
    for position, received in enumerate(files, start=1):
        stored = store.keep(received, district_id=evidence.district_id, by=by)
        version.files.append(
            EvidenceFile(
                district_id=evidence.district_id,
                position=position,
                stored_file_id=stored.id,
                name=received.name,
            )
        )
    evidence.versions.append(version)


def add_version(
    evidence: Evidence,
    files: Sequence[Received],
    *,
    note: str | None,
    by: Person,
    seen: int | None = None,
) -> EvidenceVersion:
    """A newer version, which becomes the current one; older ones stay readable."""
    require(may_keep, by, evidence)
    _refuse_withdrawn(evidence)
    same_version(evidence, seen)
    number = max((version.number for version in evidence.versions), default=0) + 1
    _put_version(evidence, number, files, note=note, by=by)
    touch(evidence)
    journal.write("add_version", evidence, by=by, number=number)
    return evidence.versions[-1]


def _refuse_withdrawn(evidence: Evidence) -> None:
    if evidence.withdrawn_on is not None:
        raise OutOfTurn(_l("This evidence is withdrawn. File a new one instead."))


def refuse_expired(evidence: Evidence, day: date) -> None:
    """Raise Invalid if the evidence did not count any more on the day that it is to prove."""
    if not evidence.counted_on(day):
        message = _l(
            "“%(name)s” counted until %(until)s only, and does not prove what was so on %(day)s. "
            "Choose other evidence, or add a file.",
            name=evidence.name,
            until=dates.long_day(evidence.valid_until),
            day=dates.long_day(day),
        )
        raise Invalid(message, evidence=message)


def edit_evidence(
    evidence: Evidence,
    *,
    name: str,
    description: str | None,
    proves_from: date | None,
    proves_until: date | None,
    valid_until: date | None,
    clause_ids: Iterable[int],
    by: Person,
    access: AccessClass | None = None,
    seen: int | None = None,
) -> None:
    """Correct what is said about the evidence. Its files change by a new version only."""
    require(may_keep, by, evidence)
    _refuse_withdrawn(evidence)
    same_version(evidence, seen)
    if access is not None and access is not evidence.access:
        require(may_reclassify, by, evidence)
        evidence.access = access
    evidence.name, evidence.description = _named(name), description
    _date(evidence, proves_from, proves_until, valid_until)
    _cite(evidence, clause_ids)
    touch(evidence)
    journal.write("edit_evidence", evidence, by=by)


def restrict_evidence(
    evidence: Evidence, *, by: Person, is_confidential: bool | None = None
) -> None:
    """Show it from now on only to those who need to know; and whether only to those of them who
    look after integrity, if that is said."""
    require(may_classify, by, (evidence.unit_id, AccessClass.RESTRICTED))
    evidence.access = AccessClass.RESTRICTED
    if is_confidential is not None:
        evidence.is_confidential = is_confidential
    journal.write("restrict_evidence", evidence, by=by)


def withdraw_evidence(
    evidence: Evidence, *, reason: str, by: Person, seen: int | None = None
) -> None:
    """Say that the evidence no longer counts, and why. It stays readable."""
    require(may_keep, by, evidence)
    _refuse_withdrawn(evidence)
    same_version(evidence, seen)
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    evidence.withdrawn_on = by.district.today
    evidence.withdrawn_reason = reason.strip()
    journal.write("withdraw_evidence", evidence, by=by, reason=reason.strip())
