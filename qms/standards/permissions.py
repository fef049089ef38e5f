"""Who may word the standards for a district, and who sets a unit's scope."""

from typing import Any

from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import ADMINISTERS, KEEPS

WORDS = KEEPS | ADMINISTERS
"""The overlay is the whole district's, so it takes one of these roles at the root."""


def may_word(person: Person, *_: Any) -> bool:
    """Write the district's own titles, texts, questions and documents."""
    return person.holds(WORDS, person.rights.tree.root.id)


def may_set_scope(person: Person, unit_id: int) -> bool:
    """Set the scope of a unit that one sees and whose management system one keeps."""
    return unit_id in sight_of(person).units and person.holds(KEEPS, unit_id)


def may_change_figures(person: Person, *_: Any) -> bool:
    """Change a figure that comes from a rule, for the whole district."""
    return person.holds(WORDS, person.rights.tree.root.id)
