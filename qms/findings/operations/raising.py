"""Raising a finding, correcting its statement, the evidence beside it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from qms.core import dates, journal, numbering
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l
from qms.core.numbering import Series
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.text import fold
from qms.evidence.models import Evidence
from qms.evidence.operations import file_evidence, refuse_expired
from qms.evidence.permissions import may_classify
from qms.findings.models import (
    Finding,
    FindingClause,
    FindingEvidence,
    FindingState,
    Grade,
    Source,
)
from qms.findings.operations.restricting import restrict_what_serves
from qms.findings.operations.scheduling import recount
from qms.findings.permissions import may_add_evidence, may_edit, may_raise
from qms.findings.rules import rule_on
from qms.findings.statement import lacking
from qms.people.models import Person
from qms.people.rights import sight_of


def raise_finding(
    unit_id: int,
    *,
    source: Source,
    found_on: date,
    grade: Grade,
    deviation: str,
    by: Person,
    requirement: str | None = None,
    seen: str | None = None,
    place: str | None = None,
    source_note: str | None = None,
    clause_ids: Iterable[int] = (),
    files: Sequence[Received] = (),
    evidence: Sequence[Evidence] = (),
    access: AccessClass = AccessClass.ORDINARY,
    uid: UUID | None = None,
    external_number: str | None = None,
    body_plan_due_on: date | None = None,
    body_due_on: date | None = None,
    about: tuple[str, UUID] | None = None,
) -> Finding:
    """A new finding, numbered and with its due dates. Files become evidence beside it. What others
    found bears their number too, and may have dates of theirs for the plan and for the closing.
    `about`: the kind and uid of the record from whose page it is raised.

    A uid made on a device makes sending twice harmless: the second time the finding of the first
    is returned.
    """
    require(may_raise, by, unit_id)
    require(may_classify, by, (unit_id, access))
    said = (unit_id, found_on, grade, place, requirement, seen, deviation.strip())
    if known := made_before(
        Finding,
        uid,
        by=by,
        is_same=lambda one: _as_raised(one) == said and _has_files(one, files),
    ):
        return known
    _judge(found_on, grade, requirement, seen, deviation, by)
    _judge_due(found_on, body_plan_due_on=body_plan_due_on, body_due_on=body_due_on)
    if external_number is not None:
        _judge_number(unit_id, external_number, by)
    rule = rule_on(by.district_id, grade, found_on).at(by.district_id, unit_id, source)
    rule = replace(rule, body=(body_plan_due_on, body_due_on))
    finding = Finding(
        district_id=by.district_id,
        unit_id=unit_id,
        number=(number := next_number(unit_id, found_on.year, by)),
        number_key=fold(number),
        round=1,
        source=source,
        source_note=source_note,
        found_on=found_on,
        place=place,
        grade=grade,
        requirement=requirement,
        seen=seen,
        deviation=deviation.strip(),
        external_number=external_number,
        due_on=rule.due_on(found_on),
        reply_due_on=rule.reply_due_on(found_on),
        body_plan_due_on=body_plan_due_on,
        body_due_on=body_due_on,
        access=access,
        raised_by_id=by.id,
        raised_about=about[0] if about else None,
        raised_about_uid=about[1] if about else None,
        **({"uid": uid} if uid else {}),
    )
    cite(finding, clause_ids)
    db.session.add(finding)
    journal.write("raise_finding", finding, by=by)
    if files or evidence:
        add_evidence(finding, files=files, evidence=evidence, by=by)
    return finding


def _as_raised(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.unit_id,
        finding.found_on,
        finding.grade,
        finding.place,
        finding.requirement,
        finding.seen,
        finding.deviation,
    )


def _has_files(finding: Finding, files: Iterable[Received]) -> bool:
    """Whether all these files are among the finding's evidence."""
    kept = {
        file.stored.sha256
        for link in finding.evidence
        for version in link.evidence.versions
        for file in version.files
    }
    return {one.sha256 for one in files} <= kept


def _judge(
    found_on: date,
    grade: Grade,
    requirement: str | None,
    seen: str | None,
    deviation: str,
    by: Person,
) -> None:
    dates.refuse_odd_year("found_on", found_on)
    if found_on > by.district.today:
        message = _l("The day lies in the future. Write the day on which it was found.")
        raise Invalid(message, found_on=message)
    judge_statement(grade, requirement, seen, deviation)


def _judge_due(found_on: date, **due: date | None) -> None:
    """Refuse what a body cannot have asked for, by the name of its field."""
    for field, day in due.items():
        if day is not None and day < found_on:
            message = _l("Nothing can be due before the day on which it was found.")
            raise Invalid(message, **{field: message})
        dates.refuse_odd_year(field, day, from_on=found_on)
    plan, closing = due["body_plan_due_on"], due["body_due_on"]
    if plan and closing and plan > closing:
        message = _l("The plan cannot be due after the closing.")
        raise Invalid(message, body_plan_due_on=message)


def _judge_number(unit_id: int, external_number: str, by: Person) -> None:
    taken = select(Finding.id).where(
        Finding.district_id == by.district_id,
        Finding.unit_id == unit_id,
        Finding.external_number == external_number,
    )
    if db.session.scalar(taken) is not None:
        message = _l("A finding of this unit bears this number already.")
        raise Invalid(message, external_number=message)


def judge_statement(
    grade: Grade, requirement: str | None, seen: str | None, deviation: str
) -> None:
    """Refuse a statement that says too little for its grade; all that is lacking at once."""
    if found := lacking(grade, requirement, seen, deviation):
        raise Invalid(next(iter(found.values())), **found)


def next_number(unit_id: int, year: int, by: Person) -> str:
    """The next number of a unit and year. It is free: no unit ever bears a code that another one
    has or had, and findings get their numbers here only."""
    return numbering.next_free(_series(unit_id, year, by), _nobody_has)


def foreseen_numbers(unit_id: int, years: Iterable[int], by: Person) -> list[str]:
    """The numbers that findings of a unit and these years would get now, one after the other."""
    return numbering.foreseen([_series(unit_id, year, by) for year in years], _nobody_has)


def _series(unit_id: int, year: int, by: Person) -> Series:
    code = by.rights.tree[unit_id].code
    return Series(
        "finding", by.district_id, unit_id, year, lambda count: f"NC-{year}-{code}-{count:03d}"
    )


def _nobody_has(_numbers: Collection[str]) -> Collection[str]:
    return ()


def cite(finding: Finding, clause_ids: Iterable[int]) -> None:
    """Make the finding's clauses exactly these."""
    wanted = set(clause_ids)
    for link in [link for link in finding.clauses if link.clause_id not in wanted]:
        finding.clauses.remove(link)
    known = {link.clause_id for link in finding.clauses}
    for clause_id in sorted(wanted - known):
        finding.clauses.append(FindingClause(district_id=finding.district_id, clause_id=clause_id))


def edit_finding(
    finding: Finding,
    *,
    source: Source,
    source_note: str | None,
    place: str | None,
    requirement: str | None,
    seen: str | None,
    deviation: str,
    clause_ids: Iterable[int],
    by: Person,
    access: AccessClass | None = None,
    body: tuple[date | None, date | None] | None = None,
    version: int | None = None,
) -> None:
    """Correct the statement and what it refers to. `version` is the one that the person read.
    What serves the finding alone is restricted with it; becoming ordinary again opens nothing.
    `body`: until when a certification body wants the plan and the closing (None: as it was); where
    these change, what is due here is counted anew."""
    require(may_edit, by, finding)
    same_version(finding, version)
    judge_statement(finding.grade, requirement, seen, deviation)
    restricts = False
    if access is not None and access is not finding.access:
        require(may_classify, by, (finding.unit_id, AccessClass.RESTRICTED))
        finding.access, restricts = access, access is AccessClass.RESTRICTED
    if body is not None and body != (finding.body_plan_due_on, finding.body_due_on):
        _judge_due(finding.found_on, body_plan_due_on=body[0], body_due_on=body[1])
        finding.body_plan_due_on, finding.body_due_on = body
        recount(finding, by.district.today)
    finding.source, finding.source_note, finding.place = source, source_note, place
    finding.requirement, finding.seen, finding.deviation = requirement, seen, deviation.strip()
    cite(finding, clause_ids)
    touch(finding)
    journal.write("edit_finding", finding, by=by)
    if restricts:
        restrict_what_serves(finding, by)


def add_evidence(
    finding: Finding,
    *,
    by: Person,
    files: Sequence[Received] = (),
    evidence: Sequence[Evidence] = (),
    name: str | None = None,
    uid: UUID | None = None,
) -> None:
    """Evidence beside the statement: files become one piece, named after the finding and of its
    access class; pieces that are filed already are pointed at. What is added while the effect is
    to be proven must count today; before that an expired certificate may be the very thing that
    was found."""
    require(may_add_evidence, by, finding)
    pieces = list(evidence)
    if files:
        pieces.append(
            file_evidence(
                finding.unit_id,
                name or _named_after(finding),
                files=files,
                by=by,
                access=finding.access,
                clause_ids=[link.clause_id for link in finding.clauses],
                uid=uid,
            )
        )
    if not pieces:
        message = _l("Add a file, or choose evidence that is filed already.")
        raise Invalid(message, files=message)
    sight = sight_of(by)
    known = {link.evidence_id for link in finding.evidence}
    for piece in pieces:
        if not sight.sees(piece) or piece.withdrawn_on is not None:
            message = _l("This evidence cannot be used: it is withdrawn or not for you.")
            raise Invalid(message, evidence=message)
        if finding.state is FindingState.VERIFIED:
            refuse_expired(piece, by.district.today)
        if piece.id not in known:
            known.add(piece.id)
            finding.evidence.append(
                FindingEvidence(district_id=finding.district_id, evidence_id=piece.id)
            )
    touch(finding)
    journal.write("add_evidence", finding, by=by)


def _named_after(finding: Finding) -> str:
    about = finding.place or finding.deviation
    return f"{finding.number} – {about[:80].strip()}"
