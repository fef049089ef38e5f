"""Whether somebody is independent of what an audit looks into.

Not independent is who belongs to the unit (a post or a working role in it, above it or under it),
and who worked on what is audited: wrote on its documents, wrote on or approved a document of a unit
above it that applies to it under an audited standard or stands on the checklist, answered its
findings, owns or did its actions, advised it as a consultant, however long ago; the same holds for
whom they act for and who acts for them. Under ISO 9001 (9.2.2: objective and impartial) the audit
coordinator or another lead auditor may overrule that in writing. Under ISO 37001 (9.2.4: nobody
audits their own area of work) nobody may, and the anti-bribery function does not audit its own
function.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from qms.actions.models import Action
from qms.audits.permissions import OF_THE_UNIT, PLANS
from qms.core.db import db, holds_the
from qms.core.i18n import lazy_gettext as _l
from qms.documents.editors import worked_on, wrote_in
from qms.documents.models import Document, Revision, SignatureRole
from qms.documents.queries import Standing as RevisionStanding
from qms.documents.queries import serves, standing_on
from qms.findings.models import Finding, FindingStep
from qms.findings.permissions import RESPONSE
from qms.people.lasting import in_force
from qms.people.models import Appointment, Delegation, Person, Position, RoleGrant
from qms.people.queries import acts_for
from qms.people.roles import Role
from qms.standards.queries import clauses_of, edition_by_id
from qms.units.models import District
from qms.units.tree import tree_of


class Tie(StrEnum):
    """What ties somebody to the unit."""

    UNIT = "unit"
    DOCUMENTS = "documents"
    APPLIED = "applied_documents"
    FINDINGS = "findings"
    ACTIONS = "actions"
    CONSULTANT = "consultant"
    ANTI_BRIBERY = "anti_bribery"

    @property
    def label(self) -> Any:
        return TIE_LABELS[self]


TIE_LABELS = {
    Tie.UNIT: _l("belongs to the unit"),
    Tie.DOCUMENTS: _l("wrote documents of the unit"),
    Tie.APPLIED: _l("wrote or approved documents that apply to the unit"),
    Tie.FINDINGS: _l("answered findings of the unit"),
    Tie.ACTIONS: _l("owns or did actions of the unit"),
    Tie.CONSULTANT: _l("advised the unit as a consultant"),
    Tie.ANTI_BRIBERY: _l("is the anti-bribery function"),
}


@dataclass(frozen=True)
class Standing:
    """How somebody stands to an audit. `is_final`: what ties them cannot be overruled."""

    ties: tuple[Tie, ...] = ()
    is_final: bool = False

    @property
    def is_independent(self) -> bool:
        return not self.ties

    @property
    def sentence(self) -> str:
        """What ties them, in words."""
        return ", ".join(str(tie.label) for tie in self.ties)


def is_final_under(edition_ids: Iterable[int]) -> bool:
    """Whether no tie can be overruled: as soon as the audit covers an edition of ISO 37001."""
    return any(edition_by_id(one).key.startswith("iso37001") for one in edition_ids)


def may_overrule(by: Person, person_id: int, unit_id: int) -> bool:
    """Overrule somebody's ties: the audit coordinator or a lead auditor, never the one concerned,
    nor anybody who acts for them or for whom they act."""
    return person_id not in acts_for(by, by.district.today) and by.holds(PLANS, unit_id)


def standings(
    district: District,
    unit_id: int,
    edition_ids: Collection[int],
    people: Collection[int],
    asked_about: ColumnElement[bool] | None = None,
) -> dict[int, Standing]:
    """How each of these people stands to an audit of a unit. `asked_about`: the condition on
    Document of what its checklist asks about. Two queries."""
    final = is_final_under(edition_ids)
    others = _acting_for(district, people)
    applied = _applied(district, unit_id, edition_ids)
    if asked_about is not None:
        applied = or_(applied, asked_about)
    ties = _ties(district, unit_id, set(people).union(*others.values()), applied, final)
    return {
        one: Standing(
            tuple(tie for tie in Tie if any(tie in ties.get(who, ()) for who in others[one])),
            final,
        )
        for one in people
    }


def _acting_for(district: District, people: Collection[int]) -> dict[int, set[int]]:
    """Each with everybody for whom they count today."""
    found = {one: {one} for one in people}
    day = district.today
    rows = db.session.execute(
        select(Delegation.person_id, Delegation.delegate_id).where(
            Delegation.district_id == district.id,
            or_(Delegation.person_id.in_(people), Delegation.delegate_id.in_(people)),
            in_force(Delegation, day),
        )
    )
    for person_id, delegate_id in rows:
        found.get(person_id, set()).add(delegate_id)
        found.get(delegate_id, set()).add(person_id)
    return found


def _ties(
    district: District,
    unit_id: int,
    people: Collection[int],
    applied: ColumnElement[bool],
    final: bool,
) -> dict[int, set[Tie]]:
    tree = tree_of(district)
    under = tree.subtree(unit_id)
    near = [*under, *(node.id for node in tree.ancestors(unit_id))]
    columns = {
        Tie.UNIT: or_(_holds(OF_THE_UNIT, near, district), _has_post(under, district)),
        Tie.DOCUMENTS: wrote_in(under, district.id),
        Tie.APPLIED: worked_on(
            and_(Document.unit_id.not_in(under), applied),
            district.id,
            (SignatureRole.PREPARED, SignatureRole.APPROVED),
        ),
        Tie.FINDINGS: _answered(under),
        Tie.ACTIONS: _acted(under, district),
        Tie.CONSULTANT: _advised(near, district),
    }
    if final:
        columns[Tie.ANTI_BRIBERY] = _holds(frozenset({Role.ANTI_BRIBERY}), near, district)
    rows = db.session.execute(
        select(Person.id, *(column.label(tie.value) for tie, column in columns.items())).where(
            Person.district_id == district.id, Person.id.in_(people)
        )
    )
    return {row.id: {tie for tie in columns if getattr(row, tie.value)} for row in rows}


def _applied(district: District, unit_id: int, edition_ids: Collection[int]) -> ColumnElement[bool]:
    """Documents of the units above that are in force and serve a clause of these editions."""
    clause_ids = [clause.id for one in edition_ids for clause in clauses_of(edition_by_id(one).key)]
    in_force_now = (
        select(Revision.document_id)
        .where(
            Revision.district_id == district.id,
            standing_on(RevisionStanding.IN_FORCE, district.today),
        )
        .correlate(None)
    )
    return and_(
        Document.unit_id.in_([node.id for node in tree_of(district).ancestors(unit_id)]),
        Document.id.in_(in_force_now),
        serves(district.id, clause_ids),
    )


def _holds(roles: frozenset[Role], units: list[int], district: District) -> ColumnElement[bool]:
    return exists().where(
        RoleGrant.district_id == Person.district_id,
        RoleGrant.person_id == Person.id,
        RoleGrant.role.in_(roles),
        RoleGrant.unit_id.in_(units),
        in_force(RoleGrant, district.today),
    )


def _advised(units: list[int], district: District) -> ColumnElement[bool]:
    """Is or was their consultant: what was advised stays one's own work."""
    return exists().where(
        RoleGrant.district_id == Person.district_id,
        RoleGrant.person_id == Person.id,
        RoleGrant.role == Role.CONSULTANT,
        RoleGrant.unit_id.in_(units),
        RoleGrant.from_on <= district.today,
    )


def _has_post(units: list[int], district: District) -> ColumnElement[bool]:
    return exists().where(
        Appointment.district_id == Person.district_id,
        Appointment.person_id == Person.id,
        Position.id == Appointment.position_id,
        Position.unit_id.in_(units),
        in_force(Appointment, district.today),
    )


def _answered(units: list[int]) -> ColumnElement[bool]:
    wrote = (
        exists()
        .where(
            FindingStep.finding_id == Finding.id,
            FindingStep.kind.in_(RESPONSE),
            FindingStep.person_id == Person.id,
        )
        .correlate(Finding, Person)
    )
    return exists().where(
        Finding.district_id == Person.district_id,
        Finding.unit_id.in_(units),
        or_(wrote, holds_the(Finding.answered_by_ids, Person.id)),
    )


def _acted(units: list[int], district: District) -> ColumnElement[bool]:
    """Owns an action, by name or by post, or ever did one."""
    post = (
        exists()
        .where(
            Appointment.person_id == Person.id,
            Appointment.position_id == Action.owner_position_id,
            in_force(Appointment, district.today),
        )
        .correlate(Action, Person)
    )
    return exists().where(
        Action.district_id == Person.district_id,
        Action.unit_id.in_(units),
        or_(
            Action.owner_person_id == Person.id,
            Action.done_by_id == Person.id,
            holds_the(Action.done_by_ids, Person.id),
            post,
        ),
    )
