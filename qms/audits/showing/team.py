"""The team of an audit."""

from collections.abc import Sequence
from dataclasses import dataclass

from qms.audits.models import Audit
from qms.audits.suitability import overruled_sentence
from qms.core.i18n import gettext as _


@dataclass(frozen=True)
class ShownMember:
    """Somebody on the team, and what of them was overruled."""

    name: str
    role: str
    note: str


def team_of(audit: Audit) -> list[ShownMember]:
    """The team; of whom something was overruled: what, by whom and why."""
    return [
        ShownMember(
            one.person.name,
            str(one.role.label),
            overruled_text(one.overruled, one.overruled_by.name, one.overrule_reason)
            if one.overruled_by is not None
            else "",
        )
        for one in audit.members
    ]


def overruled_text(what: Sequence[str] | None, who: str | None, reason: str | None) -> str:
    """What was overruled of a member, by whom and why. `what` is None in teams that were chosen
    before it was written down."""
    if what is None or not any(":" in one for one in what):
        return _("Independence overruled by %(who)s: %(reason)s", who=who, reason=reason)
    return _(
        "Overruled by %(who)s, who wrote: %(reason)s. What was overruled: %(what)s.",
        who=who,
        what=overruled_sentence(what),
        reason=reason,
    )
