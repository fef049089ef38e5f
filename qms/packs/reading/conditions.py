"""Which records belong into a pack: the one place that says it.

Whatever a person may not see does not exist, so every condition begins with their sight of the
chosen units; evidence that belongs to their records may lie in any unit that the person sees. What
is told of the others is only what is in the pack too.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union

from qms.actions.models import Action, ActionEvidence, ActionState
from qms.audits.models import Audit, AuditEdition, AuditFinding, AuditState
from qms.certificates.models import Certificate, CertificateUnit
from qms.core import clock
from qms.documents.models import Document, DocumentEvidence, Revision, RevisionState
from qms.evidence.models import Evidence
from qms.findings.models import Finding, FindingAction, FindingEvidence, FindingState
from qms.packs.about import About
from qms.standards.queries import all_editions

Conditions = list[ColumnElement[bool]]
Chosen = Callable[[str], Select[int]]
"""Gives the ids of a kind of record that was chosen before, as a subquery."""


def documents(about: About, _chosen: Chosen) -> Conditions:
    """Every controlled document of the units that there was on the day, whatever became of it."""
    approved_by_then = select(Revision.document_id).where(
        Revision.district_id == about.district_id, revision_approved_by(about.as_of)
    )
    return [
        *about.sight.conditions(Document),
        or_(Document.recorded_at < end_of(about), Document.id.in_(approved_by_then)),
    ]


def revision_approved_by(day: date) -> ColumnElement[bool]:
    """A revision that was approved by a day. One from before this system may say only from when
    it was in force."""
    since = func.coalesce(Revision.approved_on, Revision.effective_from)
    return and_(Revision.state == RevisionState.APPROVED, since <= day)


def revision_in_force(day: date) -> ColumnElement[bool]:
    """A revision that is in force on a day. Withdrawing a document ends the revision's days, so
    what was in force before stays so."""
    return and_(
        revision_approved_by(day),
        Revision.effective_from <= day,
        or_(Revision.effective_until.is_(None), Revision.effective_until > day),
    )


def documents_in_force(about: About, chosen: Chosen) -> Conditions:
    """Those with a revision in force on the day."""
    in_force = select(Revision.document_id).where(
        Revision.district_id == about.district_id, revision_in_force(about.as_of)
    )
    return [Document.id.in_(chosen("document")), Document.id.in_(in_force)]


def audits(about: About, _chosen: Chosen) -> Conditions:
    """Audits that cover a chosen standard, held or planned in the period, and older ones that were
    not closed before it. Of later ones the plan must have been there by the day."""
    editions = select(AuditEdition.audit_id).where(
        AuditEdition.district_id == about.district_id,
        AuditEdition.edition_id.in_(editions_of_families(about)),
    )
    still_open = and_(
        Audit.state != AuditState.CANCELLED,
        or_(Audit.closed_on.is_(None), Audit.closed_on >= about.from_on),
    )
    return [
        *about.sight.conditions(Audit),
        Audit.id.in_(editions),
        Audit.planned_from <= about.to_on,
        or_(Audit.planned_until >= about.from_on, still_open),
        or_(Audit.planned_from <= about.as_of, Audit.recorded_at < end_of(about)),
    ]


def findings(about: About, chosen: Chosen) -> Conditions:
    """Findings of the period, older ones that were still open in it, and those of the audits."""
    of_audits = select(AuditFinding.finding_id).where(
        AuditFinding.district_id == about.district_id, AuditFinding.audit_id.in_(chosen("audit"))
    )
    of_period = Finding.found_on >= about.from_on
    still_open = and_(
        Finding.state != FindingState.CANCELLED,
        or_(Finding.closed_on.is_(None), Finding.closed_on >= about.from_on),
    )
    return [
        *about.sight.conditions(Finding),
        Finding.found_on <= min(about.to_on, about.as_of),
        or_(of_period, still_open, Finding.id.in_(of_audits)),
    ]


def open_findings(about: About, chosen: Chosen) -> Conditions:
    """Those that were not closed on the day."""
    return [
        Finding.id.in_(chosen("finding")),
        Finding.state != FindingState.CANCELLED,
        or_(Finding.closed_on.is_(None), Finding.closed_on > about.as_of),
    ]


def actions(about: About, chosen: Chosen) -> Conditions:
    """Actions of these findings; those due, done or verified in the period; and those that were
    not finished on the day, if they were there by then."""
    of_findings = select(FindingAction.action_id).where(
        FindingAction.district_id == about.district_id,
        FindingAction.finding_id.in_(chosen("finding")),
    )
    period = (about.from_on, about.to_on)
    unfinished = and_(
        Action.state != ActionState.CANCELLED,
        or_(Action.state != ActionState.VERIFIED, Action.verified_on > about.as_of),
        or_(Action.due_on < about.from_on, Action.recorded_at < end_of(about)),
    )
    return [
        *about.sight.conditions(Action),
        or_(
            Action.id.in_(of_findings),
            and_(Action.due_missing.is_(False), Action.due_on.between(*period)),
            Action.done_on.between(*period),
            Action.verified_on.between(*period),
            unfinished,
        ),
    ]


def overdue_actions(about: About, chosen: Chosen) -> Conditions:
    """Those that were not done on the day although they were due."""
    return [
        Action.id.in_(chosen("action")),
        Action.state != ActionState.CANCELLED,
        or_(Action.state == ActionState.OPEN, Action.done_on > about.as_of),
        Action.due_missing.is_(False),
        Action.due_on < about.as_of,
    ]


def evidence(about: About, chosen: Chosen) -> Conditions:
    """Evidence of the units that proves something in the period, and what belongs to the findings,
    actions and documents in force; not what was withdrawn by the day. Evidence that names no end
    counts on. Of the units is what was filed there, and what another unit filed that belongs to
    their findings, actions and documents."""
    begins = or_(
        Evidence.proves_from <= about.to_on,
        and_(Evidence.proves_from.is_(None), Evidence.added_on <= about.to_on),
    )
    lasts = or_(
        Evidence.proves_until >= about.from_on,
        and_(
            Evidence.proves_until.is_(None),
            or_(Evidence.valid_until.is_(None), Evidence.valid_until >= about.from_on),
        ),
    )
    of_period = select(Evidence.id).where(Evidence.district_id == about.district_id, begins, lasts)
    of_documents = belonging(about, DocumentEvidence.document_id, chosen("document"))
    ids = union(
        of_period.where(Evidence.unit_id.in_(about.all_unit_ids)),
        of_period.where(Evidence.id.in_(of_documents)),
        belonging(about, FindingEvidence.finding_id, chosen("finding")),
        belonging(about, ActionEvidence.action_id, chosen("action")),
        belonging(about, DocumentEvidence.document_id, chosen("in_force")),
    )
    return [
        *about.wide_sight.conditions(Evidence),
        or_(Evidence.withdrawn_on.is_(None), Evidence.withdrawn_on > about.as_of),
        Evidence.id.in_(ids),
    ]


def belonging(about: About, owner: Any, chosen_ids: Select[int]) -> Select[int]:
    """The ids of the evidence of some records; `owner` is a link's column to them."""
    link = owner.class_
    return select(link.evidence_id).where(
        link.district_id == about.district_id, owner.in_(chosen_ids)
    )


def certificates(about: About) -> Conditions:
    """Certificates that cover one of the units, to any edition of the chosen standards: the
    cycle goes on when the edition changes."""
    covering = (
        select(CertificateUnit.certificate_id)
        .where(
            CertificateUnit.district_id == about.district_id,
            CertificateUnit.unit_id.in_(about.all_unit_ids),
        )
        .correlate(None)
    )
    return [
        Certificate.district_id == about.district_id,
        Certificate.edition_id.in_(editions_of_families(about)),
        or_(Certificate.unit_id.in_(about.all_unit_ids), Certificate.id.in_(covering)),
    ]


def editions_of_families(about: About) -> list[int]:
    """The ids of all editions of the chosen standards."""
    families = {edition.key.split("-")[0] for edition in about.editions}
    return [one.id for one in all_editions() if one.key.split("-")[0] in families]


def end_of(about: About) -> datetime:
    """The moment at which the day of states is over."""
    return clock.start_of(clock.days_after(about.as_of, 1), about.timezone)
