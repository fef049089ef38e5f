"""How the journal's entries about people, their positions, roles and accounts are told."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal import Told
from qms.core.timeline import day_text
from qms.people.models import Position
from qms.people.roles import Role
from qms.units.tree import Tree

LABELS = {
    "name": _l("Name"),
    "mail": _l("Mail"),
    "left_on": (_l("Left on"), day_text),
    "until_on": (_l("Until"), day_text),
}


def _day(value: str | None) -> str:
    return dates.long_day(date.fromisoformat(value)) if value else ""


def _image(told: Told) -> dict[str, Any]:
    assert told.said is not None
    image: dict[str, Any] = told.said["image"]
    return image


def sentences(tree: Tree, positions: Mapping[int, Position], names: Mapping[int, str]) -> Any:
    """Verb -> what was done, for one person's page: the names that the entries only number."""

    def granted(told: Told) -> str:
        return _("gave the role %(role)s", role=_role(told, tree))

    def withdrawn(told: Told) -> str:
        return _("withdrew the role %(role)s", role=_role(told, tree))

    def appointed(told: Told) -> str:
        image = _image(told)
        return _(
            "recorded the position %(position)s from %(day)s",
            position=_title(image["position_id"], positions),
            day=_day(image["from_on"]),
        )

    def released(told: Told) -> str:
        image = _image(told)
        return _(
            "ended the position %(position)s on %(day)s",
            position=_title(image["position_id"], positions),
            day=_day(image["until_on"]),
        )

    def delegated(told: Told) -> str:
        image = _image(told)
        return _(
            "noted that %(delegate)s acts for %(name)s from %(day)s",
            delegate=names.get(image["delegate_id"], ""),
            name=names.get(image["person_id"], ""),
            day=_day(image["from_on"]),
        )

    told_by_values: dict[str, Callable[[Told], str]] = {
        "grant_role": granted,
        "withdraw_role": withdrawn,
        "appoint": appointed,
        "end_appointment": released,
        "delegate": delegated,
    }
    return {**SENTENCES, **told_by_values}


def _role(told: Told, tree: Tree) -> str:
    image = _image(told)
    node = tree.get(image["unit_id"])
    words = _(
        "%(role)s in %(unit)s from %(day)s",
        role=str(Role(image["role"]).label),
        unit=node.name if node else "",
        day=_day(image["from_on"]),
    )
    if image["until_on"] is None:
        return words
    return words + " " + _("until %(day)s", day=_day(image["until_on"]))


def _title(position_id: int, positions: Mapping[int, Position]) -> str:
    position = positions.get(position_id)
    return position.title if position else ""


def _unseen(_told: Told) -> None:
    """Signing in is in the journal, but not part of a person's story."""
    return


def _opened(told: Told) -> str | None:
    """Entries about the person that come along with the account's own are left out."""
    return _("opened an account") if told.kind == "account" else None


SENTENCES: dict[str, Any] = {
    "add_person": _l("added the person"),
    "edit_person": _l("corrected the person's data"),
    "correct_nip": _l("corrected a NIP"),
    "choose_looks": _unseen,
    "sign_in": _unseen,
    "end_session": _unseen,
    "give_account": _unseen,
    "open_account": _opened,
    "change_password": _l("changed the password"),
    "reset_password": _l("set a new password"),
    "disable_account": _l("disabled the account"),
    "enable_account": _l("enabled the account"),
    "end_sessions": _l("ended all sessions"),
    "entrust_installation": _l("entrusted the installation to them"),
    "relieve_of_installation": _l("relieved them of the installation"),
    "end_delegation": _l("ended a delegation"),
}
