"""What was recorded in an audit, as plain values: what its report tells and keeps."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from qms.audits.models import Answer, Audit, AuditFinding, AuditLine
from qms.core.db import AccessClass, db
from qms.findings.models import Finding
from qms.standards.queries import edition_by_id, in_clause_order
from qms.units.tree import tree_of


def gather(audit: Audit) -> dict[str, Any]:
    """Plan, team, results and findings as JSON knows them: days as ISO text, clauses by their keys.

    Of an ordinary audit the restricted findings are counted, and nothing of them is told.
    """
    lines = audit.asked
    found = _findings(audit)
    told = [
        one
        for one in found
        if one.access is AccessClass.ORDINARY or audit.access is AccessClass.RESTRICTED
    ]
    node = tree_of(audit.planned_by.district).get(audit.unit_id)
    return {
        "number": audit.number,
        "title": audit.title,
        "kind": audit.kind.value,
        "unit": node.name if node else "",
        "district": audit.planned_by.district.name,
        "editions": [edition_by_id(one).code for one in audit.edition_ids],
        "objectives": audit.objectives,
        "scope": audit.scope,
        "criteria": audit.criteria,
        "methods": audit.methods,
        "planned_from": audit.planned_from.isoformat(),
        "planned_until": audit.planned_until.isoformat(),
        "opened_on": audit.opened_on.isoformat() if audit.opened_on else None,
        "team": [_member(one) for one in audit.members],
        "results": results_of(lines),
        "lines": [_line(line) for line in lines],
        "findings": [_finding(one) for one in told],
        "confidential": len(found) - len(told),
    }


def _member(member: Any) -> dict[str, Any]:
    return {
        "name": member.person.name,
        "role": member.role.value,
        "overrule_reason": member.overrule_reason,
        "overruled_by": member.overruled_by.name if member.overruled_by else None,
    }


def results_of(lines: list[AuditLine]) -> list[dict[str, Any]]:
    """For each clause that was asked, by edition and number: its key, how many lines, and how many
    of them came to each answer ("open" for none)."""
    counted: dict[int, Counter[str]] = {}
    for line in lines:
        answer = line.answer.value if line.answer else "open"
        for clause_id in line.clause_ids:
            counted.setdefault(clause_id, Counter())[answer] += 1
    return [
        {
            "clause": clause.key,
            "lines": counted[clause.id].total(),
            "answers": {
                name: counted[clause.id][name]
                for name in (*(one.value for one in Answer), "open")
                if counted[clause.id][name]
            },
        }
        for clause in in_clause_order(counted)
    ]


def _line(line: AuditLine) -> dict[str, Any]:
    return {
        "section": line.section,
        "question": line.question,
        "methods": line.methods,
        "clauses": [clause.key for clause in in_clause_order(line.clause_ids)],
        "answer": line.answer.value if line.answer else None,
        "seen": line.seen,
        "reason": line.reason,
    }


def _findings(audit: Audit) -> list[Finding]:
    """The findings of an audit by number, with their clauses. Two queries."""
    return list(
        db.session.scalars(
            select(Finding)
            .join(AuditFinding, AuditFinding.finding_id == Finding.id)
            .where(AuditFinding.audit_id == audit.id)
            .order_by(Finding.number_key)
            .options(selectinload(Finding.clauses))
        )
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "number": finding.number,
        "external_number": finding.external_number,
        "grade": finding.grade.value,
        "state": finding.state.value,
        "clauses": [
            clause.key for clause in in_clause_order(link.clause_id for link in finding.clauses)
        ],
        "requirement": finding.requirement,
        "seen": finding.seen,
        "deviation": finding.deviation,
        "due_on": finding.due_on.isoformat() if finding.due_on else None,
    }
