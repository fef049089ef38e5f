"""Reads of what the scope of an audited unit leaves out."""

from qms.audits.models import Audit
from qms.standards.queries import ClauseRow, clauses_of, edition_by_id, scope_lines_on


def excluded_in(audit: Audit) -> list[tuple[ClauseRow, str]]:
    """(clause, why) of what the unit's scope leaves out on the first day of the audit, in the order
    of its standards. Two queries."""
    scopes = scope_lines_on([audit.unit_id], audit.planned_from)
    found = (scopes.get((audit.unit_id, one)) for one in audit.edition_ids)
    return [pair for scope in found if scope is not None for pair in scope.exclusions]


def applicable_in(audit: Audit) -> set[int]:
    """The clauses of the audit's standards that an audit of the unit looks at one by one."""
    left_out = not_applicable_in(audit)
    return {
        clause.id
        for edition_id in audit.edition_ids
        for clause in clauses_of(edition_by_id(edition_id).key)
        if clause.is_auditable and clause.id not in left_out
    }


def not_applicable_in(audit: Audit) -> dict[int, str]:
    """Clause id -> why, for what does not apply in the unit and for what lies under it."""
    said = {clause.id: reason for clause, reason in excluded_in(audit)}
    for edition_id in audit.edition_ids if said else ():
        for clause in clauses_of(edition_by_id(edition_id).key):  # parents before their children
            if clause.parent_id in said:
                said.setdefault(clause.id, said[clause.parent_id])
    return said
