"""Roles, and which of them may do what kind of thing. Rights are granted in a unit and hold below.

The sets here are the one place where roles are weighed against each other; rules in the areas name
a set, not roles.
"""

from enum import StrEnum
from typing import Any

from qms.core.i18n import lazy_gettext as _l


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    SECRETARIAT = "secretariat"
    OFFICER = "officer"
    HEAD = "head"
    OWNER = "owner"
    AUDITOR = "auditor"
    LEAD_AUDITOR = "lead_auditor"
    COORDINATOR = "coordinator"
    CONSULTANT = "consultant"
    ANTI_BRIBERY = "anti_bribery"
    GUEST = "guest"

    @property
    def label(self) -> Any:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.SECRETARIAT: _l("District secretariat"),
    Role.OFFICER: _l("Quality officer"),
    Role.HEAD: _l("Head of unit"),
    Role.OWNER: _l("Process owner or staff"),
    Role.AUDITOR: _l("Internal auditor"),
    Role.LEAD_AUDITOR: _l("Lead auditor"),
    Role.COORDINATOR: _l("Audit coordinator"),
    Role.CONSULTANT: _l("Consultant"),
    Role.ANTI_BRIBERY: _l("Anti-bribery function"),
    Role.GUEST: _l("Guest auditor (reads only)"),
}

ALL = frozenset(Role)
"""Every role sees the ordinary records of its units."""

HAVE_DUTIES = ALL - {Role.GUEST}
"""Has something to do, and so may name somebody to do it for a time."""

NEED_TO_KNOW = frozenset(
    {Role.OFFICER, Role.HEAD, Role.ANTI_BRIBERY, Role.LEAD_AUDITOR, Role.COORDINATOR}
)
"""Sees restricted records too."""

LOOKS_AFTER_INTEGRITY = frozenset({Role.ANTI_BRIBERY, Role.COORDINATOR})
"""Sees what is confidential: what is said about bribery and abuse of office may be about the very
officer or head."""

KEEPS = frozenset({Role.OFFICER, Role.CONSULTANT, Role.COORDINATOR})
"""Keeps a unit's management system: writes documents, scope, certificates, evidence; imports."""

AUDITS = frozenset({Role.AUDITOR, Role.LEAD_AUDITOR, Role.COORDINATOR})
"""Audits a unit."""

WORKS = KEEPS | {Role.OWNER, Role.HEAD, Role.ANTI_BRIBERY}
"""Works in a unit: answers findings, does actions, files evidence, drafts documents."""

IS_ASKED = WORKS - AUDITS
"""Is asked for a unit's answers: belongs to it. A coordinator may answer as well, for a unit that
has nobody, and is not asked: they judge the answers of the whole district."""

APPROVES = frozenset({Role.HEAD})
"""Approves documents."""

RAISES = AUDITS | KEEPS | {Role.HEAD, Role.SECRETARIAT, Role.ANTI_BRIBERY}
"""Raises findings."""

VERIFIES = AUDITS | {Role.OFFICER}
"""Verifies, unless owner or doer: an auditor, or an officer above or beside the unit who
sees the record by one of her roles."""

OVERSEES = frozenset({Role.SECRETARIAT, Role.COORDINATOR})
"""Follows many units."""

ANSWERS_FOR_DATA = OVERSEES | {Role.ADMINISTRATOR}
"""Held in the whole district: has a say in what becomes of the district's data."""

EXPORTS = KEEPS | AUDITS | {Role.HEAD, Role.SECRETARIAT, Role.ANTI_BRIBERY}
"""Makes packs and exports registers."""

ADMINISTERS = frozenset({Role.ADMINISTRATOR})
"""Keeps units, people and roles."""

BRINGS_UNITS = ADMINISTERS | {Role.CONSULTANT}
"""Brings in the units that a list tells of, under those where the role is held."""
