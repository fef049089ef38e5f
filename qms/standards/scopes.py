"""What does not apply in a scope: which clauses follow, and where that is unusual."""

from collections.abc import Iterable
from typing import Any

from qms.core.i18n import gettext as _
from qms.standards.models import UnitScope
from qms.standards.queries import clause_by_id, clauses_of, edition_by_id

USUALLY_EXCLUDED = {
    "iso9001-2015": ("7.1.5.2", "8.3", "8.5.3"),
    "iso9001-2026": ("7.1.5.2", "8.3", "8.5.3"),
}
"""What public services commonly declare not applicable. Everything else is said to be unusual."""


def not_applicable(scope: UnitScope | None) -> dict[int, str]:
    """Clause id -> justification, for the clauses that do not apply and all clauses under them."""
    if scope is None or not scope.exclusions:
        return {}
    said = {exclusion.clause_id: exclusion.justification for exclusion in scope.exclusions}
    # In the order of the tree, so that a parent's word is there before its children ask for it.
    for clause in clauses_of(edition_by_id(scope.edition_id).key):
        if clause.id not in said and clause.parent_id in said:
            said[clause.id] = said[clause.parent_id]
    return said


def unusual_exclusions(edition_key: str, clause_ids: Iterable[int]) -> Any:
    """A sentence about excluded clauses that a certification body will ask about, or None."""
    usual = USUALLY_EXCLUDED.get(edition_key, ())
    odd = [
        clause.number
        for clause in sorted(map(clause_by_id, clause_ids), key=lambda clause: clause.sort)
        if not any(clause.number == one or clause.number.startswith(f"{one}.") for one in usual)
    ]
    if not odd:
        return None
    numbers = ", ".join(odd)
    if edition_key.startswith("iso37001"):
        return _(
            "Leaving out %(numbers)s is unusual: the requirements against bribery are meant for "
            "every organisation. Expect the certification body to ask for the reason.",
            numbers=numbers,
        )
    return _(
        "Leaving out %(numbers)s is unusual for a public service: mostly only %(usual)s do not "
        "apply. Expect the certification body to ask for the reason.",
        numbers=numbers,
        usual=", ".join(usual),
    )
