"""Evidence's history in sentences."""

from qms.core.i18n import lazy_gettext as _l
from qms.core.timeline import day_text

SENTENCES = {
    "file_evidence": _l("filed the evidence"),
    "add_version": _l("added a newer version"),
    "edit_evidence": _l("changed what is said about it"),
    "restrict_evidence": _l("restricted it"),
    "withdraw_evidence": _l("withdrew the evidence"),
}

LABELS = {
    "name": _l("Name"),
    "description": _l("What it shows"),
    "proves_from": (_l("Proves from"), day_text),
    "proves_until": (_l("Proves until"), day_text),
    "valid_until": (_l("Counts until"), day_text),
}
