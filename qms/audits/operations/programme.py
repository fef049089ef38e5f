"""Drawing up an audit programme: what it is for, its units, its months; approving and changing it;
making audits of its visits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from qms.audits.models import (
    Audit,
    AuditCalendar,
    AuditKind,
    AuditProgramme,
    AuditState,
    ProgrammeEdition,
    ProgrammeState,
    ProgrammeUnit,
    ProgrammeVisit,
    Risk,
)
from qms.audits.models.programme import MOST_YEARS
from qms.audits.operations.planning import plan_audit
from qms.audits.permissions import may_see
from qms.audits.permissions.programme import may_change_programme, may_draw_up, may_make_audit
from qms.audits.programme_workflow import PROGRAMME
from qms.audits.proposals import Proposal
from qms.audits.queries.programme import calendar_of, previous_programme, risks_of
from qms.core import journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.standards.models import UnitScope
from qms.standards.queries import edition_by_id, editions_in_use


class Start(StrEnum):
    """Which units a new programme begins with."""

    HOLDING = "holding"
    ALL = "all"
    NONE = "none"

    @property
    def label(self) -> Any:
        return START_LABELS[self]


START_LABELS = {
    Start.HOLDING: _l("Units with a scope under these standards"),
    Start.ALL: _l("All units"),
    Start.NONE: _l("None yet; I choose them"),
}


def draw_up_programme(
    unit_id: int,
    *,
    title: str,
    from_year: int,
    until_year: int,
    edition_ids: Iterable[int],
    by: Person,
    objectives: str | None = None,
    scope: str | None = None,
    criteria: str | None = None,
    risks: str | None = None,
    resources: str | None = None,
    methods: str | None = None,
    start: Start = Start.HOLDING,
    uid: UUID | None = None,
) -> AuditProgramme:
    """A new programme for a unit and those under it. The units that it begins with have the risk
    that they had in the programme before, and medium risk where there was none."""
    require(may_draw_up, by, unit_id)
    wanted = _judged(title, from_year, until_year, edition_ids)
    before = made_before(AuditProgramme, uid, by=by, is_same=lambda one: one.title == title.strip())
    if before is not None:
        return before
    programme = AuditProgramme(
        uid=uid or new_uid(),
        district_id=by.district_id,
        unit_id=unit_id,
        title=title.strip(),
        from_year=from_year,
        until_year=until_year,
        objectives=objectives,
        scope=scope,
        criteria=criteria,
        risks=risks,
        resources=resources,
        methods=methods,
        drawn_up_by=by,
        state=ProgrammeState.DRAFT,
    )
    _cover(programme, wanted)
    last = previous_programme(programme)
    known = risks_of(last) if last is not None else {}
    for begun in _starting(unit_id, wanted, start, by):
        programme.units.append(
            ProgrammeUnit(
                district_id=by.district_id,
                unit_id=begun,
                risk=known.get(begun, Risk.MEDIUM),
            )
        )
    db.session.add(programme)
    journal.write("draw_up_programme", programme, by=by)
    return programme


def _judged(title: str, from_year: int, until_year: int, edition_ids: Iterable[int]) -> list[int]:
    if not title.strip():
        message = _l("Give the programme a title.")
        raise Invalid(message, title=message)
    if not from_year <= until_year < from_year + MOST_YEARS:
        message = _l("A programme runs for one to three years.")
        raise Invalid(message, until_year=message)
    wanted = sorted(set(edition_ids))
    if not wanted:
        message = _l("Choose at least one standard.")
        raise Invalid(message, edition_ids=message)
    for edition_id in wanted:
        edition_by_id(edition_id)
    return wanted


def _cover(programme: AuditProgramme, edition_ids: Collection[int]) -> None:
    for link in [one for one in programme.editions if one.edition_id not in edition_ids]:
        programme.editions.remove(link)
    known = set(programme.edition_ids)
    for edition_id in edition_ids:
        if edition_id not in known:
            programme.editions.append(
                ProgrammeEdition(district_id=programme.district_id, edition_id=edition_id)
            )


def _starting(unit_id: int, edition_ids: list[int], start: Start, by: Person) -> list[int]:
    tree = by.rights.tree
    under = [one for one in tree.subtree(unit_id) if tree[one].is_open]
    if start is Start.NONE:
        return []
    if start is Start.HOLDING:
        holding = set(
            db.session.scalars(
                select(UnitScope.unit_id).where(
                    UnitScope.district_id == by.district_id, UnitScope.edition_id.in_(edition_ids)
                )
            )
        )
        return sorted(holding & set(under))
    return sorted(one for one in under if one != unit_id or len(under) == 1)


def edit_programme(
    programme: AuditProgramme,
    *,
    title: str,
    from_year: int,
    until_year: int,
    edition_ids: Iterable[int],
    objectives: str | None,
    risks: str | None,
    resources: str | None,
    methods: str | None,
    by: Person,
    scope: str | None = None,
    criteria: str | None = None,
    reason: str | None = None,
    version: int | None = None,
) -> None:
    """Change what the programme says; with a reason once it is approved. Years that hold visits
    stay in it."""
    _begin_change(programme, by, reason, version)
    wanted = _judged(title, from_year, until_year, edition_ids)
    if any(not from_year <= visit.month.year <= until_year for visit in programme.visits):
        message = _l("There are visits in the years that you leave out. Take them out first.")
        raise Invalid(message, until_year=message)
    programme.title, programme.objectives = title.strip(), objectives
    programme.from_year, programme.until_year = from_year, until_year
    programme.scope, programme.criteria = scope, criteria
    programme.risks, programme.resources, programme.methods = risks, resources, methods
    _cover(programme, wanted)
    _tell("edit_programme", programme, by, reason)


def _begin_change(
    programme: AuditProgramme, by: Person, reason: str | None, version: int | None
) -> None:
    """Rights, turn, version, and the reason that an approved programme asks for."""
    if programme.state is ProgrammeState.ENDED:
        require(may_draw_up, by, programme.unit_id)
        raise OutOfTurn(_l("The programme has ended. Take it up again before you change it."))
    require(may_change_programme, by, programme)
    same_version(programme, version)
    if programme.state is ProgrammeState.APPROVED and not (reason or "").strip():
        message = _l("The programme is approved: say why it is changed.")
        raise Invalid(message, reason=message)


def _tell(
    verb: str, programme: AuditProgramme, by: Person, reason: str | None, **facts: Any
) -> None:
    touch(programme)
    journal.write(verb, programme, by=by, reason=(reason or "").strip() or None, **facts)


def set_units(
    programme: AuditProgramme,
    risks: Mapping[int, Risk | None],
    *,
    by: Person,
    reason: str | None = None,
    version: int | None = None,
) -> int:
    """Give these units their risk; None takes a unit out. Returns how many changed.

    A unit with visits of which audits were made stays in; its other visits go with it.
    """
    _begin_change(programme, by, reason, version)
    under = set(by.rights.tree.subtree(programme.unit_id))
    before = {one.unit_id: one for one in programme.units}
    changed = 0
    for unit_id, risk in risks.items():
        if unit_id not in under:
            raise Invalid(_l("A programme holds units under its own only."))
        known = before.get(unit_id)
        if (known.risk if known else None) is risk:
            continue
        changed += 1
        if risk is None:
            _take_out(programme, unit_id, by)
        elif known is None:
            programme.units.append(
                ProgrammeUnit(district_id=programme.district_id, unit_id=unit_id, risk=risk)
            )
        else:
            known.risk = risk
    if changed:
        _tell("set_programme_units", programme, by, reason, units=changed)
    return changed


def _take_out(programme: AuditProgramme, unit_id: int, by: Person) -> None:
    for visit in [one for one in programme.visits if one.unit_id == unit_id]:
        if visit.audit is not None and visit.audit.state is not AuditState.CANCELLED:
            raise Invalid(
                _(
                    "%(unit)s has audits in this programme and stays in it.",
                    unit=by.rights.tree[unit_id].name,
                )
            )
        programme.visits.remove(visit)
    programme.units.remove(next(one for one in programme.units if one.unit_id == unit_id))


def set_visits(
    programme: AuditProgramme,
    months: Mapping[int, Collection[date]],
    *,
    year: int,
    by: Person,
    reason: str | None = None,
    version: int | None = None,
) -> int:
    """Make the visits of these units in a year exactly these months. Returns how many changed.

    A visit that goes where another comes has moved, and takes its audit and its basis along. A
    visit whose audit has begun stays where it is; one whose audit is planned can move, not go.
    """
    _begin_change(programme, by, reason, version)
    members = {one.unit_id for one in programme.units}
    changed = 0
    for unit_id, wanted in months.items():
        if unit_id not in members:
            raise Invalid(_l("This unit is not in the programme. Put it in first."))
        changed += _set_of_unit(programme, unit_id, set(wanted), year, by)
    if changed:
        _tell("set_visits", programme, by, reason, visits=changed)
    return changed


def _set_of_unit(
    programme: AuditProgramme, unit_id: int, wanted: set[date], year: int, by: Person
) -> int:
    if any(month.year != year or month.day != 1 for month in wanted):
        raise Invalid(_l("Choose months of the year that is shown."))
    before = {
        one.month: one
        for one in programme.visits
        if one.unit_id == unit_id and one.month.year == year
    }
    # Visits with an audit look for a new month first, so that none is left without.
    gone = sorted(set(before) - wanted, key=lambda month: (not _is_alive(before[month]), month))
    new = sorted(wanted - set(before))
    for month in gone:
        visit, audit = before[month], before[month].audit
        if audit is not None and audit.state not in (AuditState.PLANNED, AuditState.CANCELLED):
            raise Invalid(
                _("%(number)s has begun: its visit stays where it is.", number=_named(audit, by))
            )
        if audit is not None and _is_alive(visit) and not new:
            raise Invalid(
                _(
                    "%(number)s was made of the visit to %(unit)s. Choose another month for it, or "
                    "cancel the audit first.",
                    number=_named(audit, by),
                    unit=by.rights.tree[unit_id].name,
                )
            )
        programme.visits.remove(visit)
        if new:
            _add(programme, unit_id, new.pop(0), visit.basis, audit if _is_alive(visit) else None)
    for month in new:
        _add(programme, unit_id, month)
    return max(len(gone), len(wanted - set(before)))


def _named(audit: Audit, by: Person) -> str:
    """The number of an audit that the person may see."""
    return audit.number if may_see(by, audit) else _("An audit")


def _is_alive(visit: ProgrammeVisit) -> bool:
    """Whether an audit stands behind a visit that was not cancelled."""
    return visit.audit is not None and visit.audit.state is not AuditState.CANCELLED


def _add(
    programme: AuditProgramme,
    unit_id: int,
    month: date,
    basis: Mapping[str, Any] | None = None,
    audit: Audit | None = None,
) -> None:
    if audit is not None:
        db.session.flush()  # an audit has one visit: the old one goes first
    programme.visits.append(
        ProgrammeVisit(
            district_id=programme.district_id,
            unit_id=unit_id,
            month=month,
            basis=dict(basis) if basis else None,
            audit=audit,
        )
    )


def adopt_proposals(
    programme: AuditProgramme,
    proposals: Sequence[Proposal],
    *,
    by: Person,
    reason: str | None = None,
    version: int | None = None,
) -> int:
    """Put proposed visits into the programme, each with what the rule saw. Returns how many."""
    _begin_change(programme, by, reason, version)
    known = {(one.unit_id, one.month) for one in programme.visits}
    count = 0
    for one in proposals:
        for month in one.months:
            if (one.unit_id, month) not in known:
                _add(programme, one.unit_id, month, one.basis)
                count += 1
    if count:
        _tell("adopt_proposals", programme, by, reason, visits=count)
    return count


def approve_programme(programme: AuditProgramme, *, by: Person, version: int | None = None) -> None:
    """Approve it as it stands."""
    PROGRAMME.check("approve", programme, by=by)
    same_version(programme, version)
    programme.approved_by, programme.approved_on = by, by.district.today
    PROGRAMME.make("approve", programme, by=by)


def end_programme(
    programme: AuditProgramme, *, by: Person, reason: str, version: int | None = None
) -> None:
    """Nothing in it changes any more."""
    same_version(programme, version)
    PROGRAMME.make("end", programme, by=by, reason=reason)


def resume_programme(
    programme: AuditProgramme, *, by: Person, reason: str, version: int | None = None
) -> None:
    """Go on with a programme that was ended."""
    same_version(programme, version)
    PROGRAMME.make("resume", programme, by=by, reason=reason)


def audit_from_visit(
    programme: AuditProgramme, visit: ProgrammeVisit, *, by: Person, **plan: Any
) -> Audit:
    """A new audit of a visit: planned as any other (`plan`: see `plan_audit`), and linked to it."""
    _check_free(programme, visit, by)
    audit = plan_audit(visit.unit_id, by=by, **plan)
    visit.audit = audit
    _tell("link_audit", programme, by, None)
    return audit


def audits_from_visits(
    programme: AuditProgramme,
    visits: Iterable[ProgrammeVisit],
    *,
    edition_ids: Collection[int],
    titles: Mapping[int, str],
    by: Person,
    **plan: Any,
) -> list[Audit]:
    """An audit of each of these visits, all planned alike. `titles`: by unit. Of the standards each
    covers those that its unit holds; all of them, if it holds none."""
    found = []
    for visit in visits:
        held = {one.id for one in editions_in_use([visit.unit_id])}
        own = [one for one in edition_ids if one in held] or list(edition_ids)
        title = titles[visit.unit_id]
        audit = audit_from_visit(programme, visit, title=title, edition_ids=own, by=by, **plan)
        found.append(audit)
    return found


def link_audit(
    programme: AuditProgramme, visit: ProgrammeVisit, audit: Audit, *, by: Person
) -> None:
    """Say that an audit which is there already is the one of a visit."""
    _check_free(programme, visit, by)
    if (
        audit.kind is not AuditKind.INTERNAL
        or audit.state is AuditState.CANCELLED
        or visit.unit_id not in [audit.unit_id, *_above(audit, by)]
    ):
        raise Invalid(_l("Choose an internal audit of this unit."))
    visit.audit = audit
    _tell("link_audit", programme, by, None)


def _above(audit: Audit, by: Person) -> list[int]:
    return [node.id for node in by.rights.tree.ancestors(audit.unit_id)]


def _check_free(programme: AuditProgramme, visit: ProgrammeVisit, by: Person) -> None:
    require(may_make_audit, by, (programme, visit.unit_id))
    if programme.state is not ProgrammeState.APPROVED:
        raise OutOfTurn(_l("The programme must be approved before audits are made of it."))
    if _is_alive(visit):
        raise OutOfTurn(_l("There is an audit of this visit already."))


def renew_calendar(by: Person) -> AuditCalendar:
    """Give somebody's calendar feed a new address; the one before leads nowhere from now on."""
    feed = calendar_of(by)
    if feed is None:
        feed = AuditCalendar(district_id=by.district_id, person_id=by.id, key=new_uid())
        db.session.add(feed)
    else:
        feed.key = new_uid()
    journal.write("renew_calendar", feed, by=by)
    return feed
