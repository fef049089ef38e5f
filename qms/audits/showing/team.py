"""The team of an audit."""

from dataclasses import dataclass

from qms.audits.models import Audit
from qms.core.i18n import gettext as _


@dataclass(frozen=True)
class ShownMember:
    """Somebody on the team, and what is to be said about their independence."""

    name: str
    role: str
    note: str


def team_of(audit: Audit) -> list[ShownMember]:
    """The team, and whose independence was overruled by whom and why."""
    return [
        ShownMember(
            one.person.name,
            str(one.role.label),
            _(
                "Independence overruled by %(who)s: %(reason)s",
                who=one.overruled_by.name,
                reason=one.overrule_reason,
            )
            if one.overruled_by is not None
            else "",
        )
        for one in audit.members
    ]
