"""Asking a rule. A rule is a plain function `may_...(person, record) -> bool`."""

from collections.abc import Callable
from typing import Any

from qms.core.errors import Refused
from qms.core.i18n import lazy_gettext as _l


def require(may: Callable[..., bool], by: Any, *about: Any) -> None:
    """Raise Refused unless the rule lets this person do it."""
    if not may(by, *about):
        raise Refused(_l("You do not have the right to do this here."))
