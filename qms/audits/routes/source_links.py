"""Where the lines of a checklist can come from, besides the question banks."""

from flask import url_for

from qms.audits.models import Audit
from qms.core.i18n import gettext as _


def source_links(audit: Audit) -> list[tuple[str, str]]:
    """(label, address)."""
    labels = (
        ("earlier", _("An earlier audit of this unit")),
        ("template", _("A template of our own")),
        ("document", _("A document under audit")),
        ("file", _("An Excel file")),
    )
    return [
        (label, url_for("audits.take_lines", uid=audit.uid, source=source))
        for source, label in labels
    ]
