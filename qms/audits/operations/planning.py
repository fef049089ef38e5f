"""Planning an audit: what, when, against which editions, and by whom."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from qms.audits.independence import is_final_under, may_overrule
from qms.audits.models import (
    Audit,
    AuditEdition,
    AuditFinding,
    AuditKind,
    AuditLine,
    AuditLineClause,
    AuditMember,
    AuditState,
    TeamRole,
)
from qms.audits.operations.answering import refuse_while_signed
from qms.audits.permissions import may_edit, may_plan, may_record_external, may_staff
from qms.audits.suitability import Suitability, suitability_of, unsuitable
from qms.core import journal, numbering
from qms.core.db import AccessClass, db, same_version, touch
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.numbering import Series
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.text import fold
from qms.core.uids import new_uid
from qms.evidence.permissions import may_classify
from qms.findings.models import Finding
from qms.people.models import Person
from qms.people.roles import AUDITS, NEED_TO_KNOW
from qms.standards.queries import clauses_of, edition_by_id


def plan_audit(
    unit_id: int,
    *,
    title: str,
    edition_ids: Iterable[int],
    planned_from: date,
    planned_until: date,
    by: Person,
    objectives: str | None = None,
    scope: str | None = None,
    criteria: str | None = None,
    methods: str | None = None,
    access: AccessClass = AccessClass.ORDINARY,
    uid: UUID | None = None,
) -> Audit:
    """A new internal audit of a unit, numbered in the year in which it begins. Sent again with the
    same `uid` it is the same audit."""
    require(may_plan, by, unit_id)
    return _new(
        unit_id,
        AuditKind.INTERNAL,
        by,
        edition_ids,
        "plan_audit",
        uid,
        title=title,
        planned_from=planned_from,
        planned_until=planned_until,
        objectives=objectives,
        scope=scope,
        criteria=criteria,
        methods=methods,
        access=access,
    )


def record_external_audit(
    unit_id: int,
    *,
    kind: AuditKind,
    body: str,
    title: str,
    edition_ids: Iterable[int],
    planned_from: date,
    planned_until: date,
    by: Person,
    body_reference: str | None = None,
    scope: str | None = None,
    access: AccessClass = AccessClass.ORDINARY,
    uid: UUID | None = None,
) -> Audit:
    """An audit by a certification body: announced, or already begun if its first day has come. Sent
    again with the same `uid` it is the same audit."""
    require(may_record_external, by, unit_id)
    if not kind.is_external:
        message = _l("Choose which audit of the certification body it is.")
        raise Invalid(message, kind=message)
    if not body.strip():
        message = _l("Write the name of the certification body.")
        raise Invalid(message, body=message)
    begun = planned_from <= by.district.today
    return _new(
        unit_id,
        kind,
        by,
        edition_ids,
        "record_external_audit",
        uid,
        title=title,
        planned_from=planned_from,
        planned_until=planned_until,
        body=body.strip(),
        body_reference=body_reference,
        scope=scope,
        access=access,
        state=AuditState.UNDER_WAY if begun else AuditState.PLANNED,
        opened_on=planned_from if begun else None,
    )


def _new(
    unit_id: int,
    kind: AuditKind,
    by: Person,
    edition_ids: Iterable[int],
    verb: str,
    uid: UUID | None,
    **facts: Any,
) -> Audit:
    require(may_classify, by, (unit_id, facts["access"]))
    wanted = sorted(set(edition_ids))
    _judge(facts["title"], wanted, facts["planned_from"], facts["planned_until"])
    facts["title"] = facts["title"].strip()
    said = (unit_id, facts["title"], facts["planned_from"])
    before = made_before(
        Audit, uid, by=by, is_same=lambda one: (one.unit_id, one.title, one.planned_from) == said
    )
    if before is not None:
        return before
    number = _next_number(unit_id, facts["planned_from"].year, by)
    audit = Audit(
        uid=uid or new_uid(),
        district_id=by.district_id,
        unit_id=unit_id,
        kind=kind,
        number=number,
        number_key=fold(number),
        planned_by=by,
        **facts,
    )
    _cover(audit, wanted)
    db.session.add(audit)
    journal.write(verb, audit, by=by)
    return audit


def _judge(title: str, edition_ids: Collection[int], first: date, last: date) -> None:
    if not title.strip():
        message = _l("Say what the audit is about.")
        raise Invalid(message, title=message)
    if not edition_ids:
        message = _l("Choose at least one standard.")
        raise Invalid(message, edition_ids=message)
    for edition_id in edition_ids:
        edition_by_id(edition_id)
    if last < first:
        message = _l("The last day cannot lie before the first.")
        raise Invalid(message, planned_until=message)


def _next_number(unit_id: int, year: int, by: Person) -> str:
    code = by.rights.tree[unit_id].code
    series = Series(
        "audit", by.district_id, unit_id, year, lambda count: f"AU-{year}-{code}-{count:03d}"
    )
    return numbering.next_free(
        series,
        lambda keys: db.session.scalars(
            select(Audit.number_key).where(
                Audit.district_id == by.district_id, Audit.number_key.in_(keys)
            )
        ).all(),
    )


def _cover(audit: Audit, edition_ids: Collection[int]) -> None:
    """Make the editions exactly these."""
    for link in [link for link in audit.editions if link.edition_id not in edition_ids]:
        audit.editions.remove(link)
    known = set(audit.edition_ids)
    for edition_id in edition_ids:
        if edition_id not in known:
            audit.editions.append(
                AuditEdition(district_id=audit.district_id, edition_id=edition_id)
            )


def edit_audit(
    audit: Audit,
    *,
    title: str,
    edition_ids: Iterable[int],
    planned_from: date,
    planned_until: date,
    objectives: str | None,
    scope: str | None,
    criteria: str | None,
    methods: str | None,
    by: Person,
    body: str | None = None,
    body_reference: str | None = None,
    access: AccessClass | None = None,
    version: int | None = None,
) -> None:
    """Change the plan. `version` is the one that the person read. Covering ISO 37001 as well is
    refused while the team holds somebody whose ties were overruled; any standard more, once the
    audit has begun, while anything stands against one of the team under it (before, that refuses
    the beginning); taking a standard away, while lines are answered under it or a report tells of
    it; opening a restricted audit to all, while a report tells of restricted findings."""
    require(may_edit, by, audit)
    refuse_while_signed(audit)
    same_version(audit, version)
    wanted = sorted(set(edition_ids))
    _judge(title, wanted, planned_from, planned_until)
    if audit.kind.is_external:
        if not (body or "").strip():
            message = _l("Write the name of the certification body.")
            raise Invalid(message, body=message)
        audit.body, audit.body_reference = (body or "").strip(), body_reference
    if is_final_under(wanted) and any(one.overrule_reason for one in audit.members):
        message = _l(
            "Under ISO 37001 nobody's independence can be overruled. Change the team first."
        )
        raise Invalid(message, edition_ids=message)
    for edition_id in set(audit.edition_ids) - set(wanted):
        _refuse_answered(audit, edition_id)
        _refuse_reported(audit, edition_id)
    if access is not None and access is not audit.access:
        _reclassify(audit, access, by)
    audit.title, audit.objectives, audit.scope = title.strip(), objectives, scope
    audit.criteria, audit.methods = criteria, methods
    audit.planned_from, audit.planned_until = planned_from, planned_until
    added = set(wanted) - set(audit.edition_ids)
    _cover(audit, wanted)
    if added and audit.state is AuditState.UNDER_WAY:
        _refuse_unsuitable(audit)
    touch(audit)
    journal.write("edit_audit", audit, by=by)


def _refuse_unsuitable(audit: Audit) -> None:
    """A standard that comes later asks of the team what it would have asked at the beginning."""
    names = {one.person_id: one.person.name for one in audit.members}
    against = [f"{names[one]} {found.sentence}" for one, found in unsuitable(audit).items()]
    if against:
        message = _(
            "The team could not judge under this standard: %(who)s. Change the team first.",
            who="; ".join(against),
        )
        raise Invalid(message, edition_ids=message)


def _reclassify(audit: Audit, access: AccessClass, by: Person) -> None:
    """Open an audit to all who see its unit, or close it to those who need to know."""
    require(may_classify, by, (audit.unit_id, AccessClass.RESTRICTED))
    blind = [one.person.name for one in audit.members if not _sees_restricted(one.person, audit)]
    message: Any = None
    if access is AccessClass.RESTRICTED and blind:
        message = _(
            "They would not see this audit any more: %(names)s. Change the team first.",
            names="; ".join(blind),
        )
    elif access is AccessClass.ORDINARY and _tells_restricted(audit):
        message = _l("A report tells the restricted findings of this audit: it stays restricted.")
    if message:
        raise Invalid(message, access=message)
    audit.access = access


def _refuse_answered(audit: Audit, edition_id: int) -> None:
    """What was seen under a standard is not lost by taking the standard away."""
    clause_ids = [one.id for one in clauses_of(edition_by_id(edition_id).key)]
    count = db.session.scalar(
        select(func.count(AuditLine.id.distinct()))
        .join(AuditLineClause, AuditLineClause.line_id == AuditLine.id)
        .where(
            AuditLine.audit_id == audit.id,
            AuditLine.answer.is_not(None),
            AuditLineClause.clause_id.in_(clause_ids),
        )
    )
    if count:
        message = ngettext(
            "%(num)s line of the checklist is answered under %(standard)s. Keep the standard, or "
            "set that line to open first.",
            "%(num)s lines of the checklist are answered under %(standard)s. Keep the standard, or "
            "set those lines to open first.",
            count,
            standard=edition_by_id(edition_id).code,
        )
        raise Invalid(message, edition_ids=message)


def _tells_restricted(audit: Audit) -> bool:
    """Whether a report of a restricted audit tells of findings that are restricted themselves."""
    restricted = set(
        db.session.scalars(
            select(Finding.number)
            .join(AuditFinding, AuditFinding.finding_id == Finding.id)
            .where(AuditFinding.audit_id == audit.id, Finding.access == AccessClass.RESTRICTED)
        )
    )
    told = (one.gathered["findings"] for one in audit.reports if one.gathered)
    return any(finding["number"] in restricted for findings in told for finding in findings)


def _refuse_reported(audit: Audit, edition_id: int) -> None:
    """What was reported under a standard can be given out under it for ever."""
    code = edition_by_id(edition_id).code
    if any(code in one.gathered["editions"] for one in audit.reports if one.gathered):
        message = _("A report tells of %(standard)s: the audit keeps this standard.", standard=code)
        raise Invalid(message, edition_ids=message)


@dataclass(frozen=True)
class Seat:
    """A place on a team. `reason`: why ties to the unit are overruled."""

    person: Person
    role: TeamRole
    reason: str | None = None


def set_team(
    audit: Audit, seats: Sequence[Seat], *, by: Person, version: int | None = None
) -> None:
    """Make the team exactly these: one leader, auditors, observers. Who is not independent, or not
    competent on the days, is refused, unless somebody else overrules that in writing and the
    standard lets them."""
    require(may_staff, by, audit)
    refuse_while_signed(audit)
    same_version(audit, version)
    if len({seat.person.id for seat in seats}) < len(seats):
        message = _l("Everybody has one place on the team.")
        raise Invalid(message, lead=message)
    if [seat.role for seat in seats].count(TeamRole.LEAD) != 1:
        message = _l("A team has one leader.")
        raise Invalid(message, lead=message)
    judges = [seat.person.id for seat in seats if seat.role.judges]
    found = suitability_of(audit, judges)
    before = {one.person_id: one for one in audit.members}
    for person_id in set(before) - {seat.person.id for seat in seats}:
        audit.members.remove(before[person_id])
    for seat in seats:
        if seat.role.judges and not seat.person.holds(AUDITS, audit.unit_id):
            raise _not_an_auditor(seat)
        if audit.access is AccessClass.RESTRICTED and not _sees_restricted(seat.person, audit):
            raise _sees_nothing(seat)
        member = before.get(seat.person.id)
        overruled = _overruled(audit, seat, found.get(seat.person.id, Suitability()), member, by)
        if member is None:
            member = AuditMember(district_id=audit.district_id, person=seat.person)
            audit.members.append(member)
        member.role = seat.role
        member.overrule_reason, member.overruled_by_id, member.overruled = overruled
    touch(audit)
    journal.write("set_team", audit, by=by)


def _not_an_auditor(seat: Seat) -> Invalid:
    message = _("%(name)s holds no auditor's role in this unit.", name=seat.person.name)
    return Invalid(message, **{_field(seat): message})


def _sees_restricted(person: Person, audit: Audit) -> bool:
    return person.holds(NEED_TO_KNOW, audit.unit_id)


def _sees_nothing(seat: Seat) -> Invalid:
    message = _(
        "%(name)s does not see restricted records of this unit, and could not work in this audit. "
        "Choose somebody else.",
        name=seat.person.name,
    )
    return Invalid(message, **{_field(seat): message})


def _field(seat: Seat) -> str:
    return {TeamRole.LEAD: "lead", TeamRole.AUDITOR: "auditors"}.get(seat.role, "observers")


def _overruled(
    audit: Audit, seat: Seat, found: Suitability, before: AuditMember | None, by: Person
) -> tuple[str | None, int | None, list[str] | None]:
    """(reason, who overruled, what) of a place; nothing for the suitable and for observers."""
    if found.is_suitable:
        return None, None, None
    told = {"name": seat.person.name, "what": found.sentence}
    if found.is_final:
        message = (
            _(
                "%(name)s %(what)s. Under ISO 37001 nobody audits their own area of work; "
                "this cannot be overruled. Choose somebody else.",
                **told,
            )
            if found.standing.ties
            else _(
                "%(name)s %(what)s. Under ISO 37001 this cannot be overruled. "
                "Choose somebody else, or record the competence first.",
                **told,
            )
        )
        raise Invalid(message, **{_field(seat): message})
    reason = (seat.reason or "").strip()
    if not reason:
        message = _(
            "%(name)s %(what)s. Choose somebody else, or write why this is overruled.", **told
        )
        raise Invalid(message, reason=message)
    if before is not None and _is_covered(before, reason, found):
        return reason, before.overruled_by_id, before.overruled
    if not may_overrule(by, seat.person.id, audit.unit_id):
        message = _(
            "%(name)s %(what)s. The audit coordinator or another lead auditor must overrule this.",
            **told,
        )
        raise Invalid(message, reason=message)
    return reason, by.id, list(found.against)


def _is_covered(before: AuditMember, reason: str, found: Suitability) -> bool:
    """Whether all that stands against somebody was overruled before, with the same words."""
    return before.overrule_reason == reason and (
        before.overruled is None or set(found.against) <= set(before.overruled)
    )
