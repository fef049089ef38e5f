"""What the journal's verbs say about certificates, and which columns are worth showing."""

from collections.abc import Callable
from datetime import date
from typing import Any

from qms.certificates.models import EVENT_LABELS, EventKind
from qms.core.dates import long_day
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal import Told


def _what(kind: str, day: str) -> str:
    """Surveillance audit, 30 October 2026."""
    return f"{EVENT_LABELS[EventKind(kind)]}, {long_day(date.fromisoformat(day))}"


def _with_event(sentence: Any) -> Callable[[Told], str | None]:
    """A sentence with the event that the entry's facts name."""

    def say(told: Told) -> str | None:
        if told.said is None:
            return None
        facts = told.said["facts"]
        return str(sentence) % {"what": _what(facts["event"], facts["on"])}

    return say


def _corrected(told: Told) -> str | None:
    """The event as it reads since. Entries from before facts were kept tell it by the part that
    changed."""
    if told.said is None:
        return None
    facts = told.said["facts"]
    if "event" in facts:
        what = _what(facts["event"], facts["on"])
    elif changed := told.said.get("parts", {}).get("certificate_event"):
        what = _what(changed[-1]["kind"], changed[-1]["on_day"])
    else:
        return _("corrected an entry")
    return _("corrected to: %(what)s", what=what)


SENTENCES = {
    "register_certificate": _l("registered the certificate"),
    "edit_certificate": _l("corrected the certificate"),
    "record_event": _with_event(_l("entered: %(what)s")),
    "correct_event": _corrected,
    "strike_event": _with_event(_l("struck out: %(what)s")),
}

LABELS = {
    "body": _l("Certification body"),
    "accreditation": _l("Accreditation"),
    "number": _l("Certificate number"),
    "scope": _l("Scope on the certificate"),
    "note": _l("Note"),
}
