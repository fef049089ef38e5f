"""Files as a form sends them."""

from typing import Any

from qms.core import files
from qms.core.errors import Invalid
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l

AT_MOST = 30


def received(field: Any) -> list[Received]:
    """The files of a multiple file field, checked and in the store. Raises Invalid with the name
    of the file that is refused and why."""
    sent = [one for one in field.data or [] if one and one.filename]
    if len(sent) > AT_MOST:
        message = _l("At most %(n)s files at once.", n=AT_MOST)
        raise Invalid(message, **{field.name: message})
    return [_one(one, field.name) for one in sent]


def _one(sent: Any, name: str) -> Received:
    try:
        return files.receive(sent.stream, sent.filename)
    except Invalid as problem:
        message = f"{files.shown_name(sent.filename)}: {problem.message}"
        raise Invalid(message, **{name: message}) from problem
