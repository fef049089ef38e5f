"""Who may write checklist templates."""

from qms.audits.models import ChecklistTemplate
from qms.audits.permissions.planning import PLANS
from qms.people.models import Person


def may_write_templates_in(person: Person, unit_id: int) -> bool:
    """Write templates for a unit and those under it: who plans audits there."""
    return person.holds(PLANS, unit_id)


def may_write_templates(person: Person, *_: object) -> bool:
    """Write templates for at least one unit."""
    return person.rights.hold_anywhere(PLANS)


def may_edit_template(person: Person, template: ChecklistTemplate) -> bool:
    """Change a template that is in use: who plans audits in its unit."""
    return template.withdrawn_on is None and may_write_templates_in(person, template.unit_id)
