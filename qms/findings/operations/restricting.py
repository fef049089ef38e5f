"""What becomes restricted together with a finding: the actions and the evidence that serve it.

What also serves an ordinary record belongs to that as well and stays as it is; so does what lies
in a unit where the person does not decide who sees it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from qms.actions.models import Action, ActionEvidence
from qms.actions.operations import restrict_action
from qms.core.db import AccessClass, db
from qms.documents.models import Document, DocumentEvidence
from qms.evidence.operations import restrict_evidence
from qms.evidence.permissions import may_classify
from qms.findings.models import Finding, FindingAction, FindingEvidence
from qms.people.models import Person


def restrict_what_serves(finding: Finding, by: Person) -> None:
    """Restrict the actions of a finding that is restricted now, its evidence, and theirs."""
    actions = _still_open_to_all((link.action for link in finding.actions), by)
    shared = _serving_others(
        (FindingAction.action_id, FindingAction.finding_id, Finding), [one.id for one in actions]
    )
    for action in actions:
        if action.id not in shared:
            restrict_action(action, by=by)
    links: list[Any] = [
        *finding.evidence,
        *(link for one in finding.actions for link in one.action.evidence),
    ]
    pieces = _still_open_to_all((link.evidence for link in links), by)
    ids = [piece.id for piece in pieces]
    shared = (
        _serving_others((FindingEvidence.evidence_id, FindingEvidence.finding_id, Finding), ids)
        | _serving_others((ActionEvidence.evidence_id, ActionEvidence.action_id, Action), ids)
        | _serving_others(
            (DocumentEvidence.evidence_id, DocumentEvidence.document_id, Document), ids
        )
    )
    for piece in pieces:
        if piece.id not in shared:
            restrict_evidence(piece, by=by)


def _still_open_to_all(records: Iterable[Any], by: Person) -> list[Any]:
    """Each ordinary record once, as far as the person decides who sees it."""
    return [
        record
        for record in dict.fromkeys(records)
        if record.access is AccessClass.ORDINARY
        and may_classify(by, (record.unit_id, AccessClass.RESTRICTED))
    ]


def _serving_others(link: tuple[Any, Any, Any], ids: list[int]) -> set[int]:
    """Which of these are linked to an ordinary record. `link` names the two columns of the link
    and the record's class. The finding itself is restricted by now."""
    served, column, model = link
    return set(
        db.session.scalars(
            select(served)
            .join(model, model.id == column)
            .where(served.in_(ids), model.access == AccessClass.ORDINARY)
        )
    )
