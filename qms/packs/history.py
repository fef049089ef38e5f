"""A pack's history as sentences."""

from qms.core.i18n import lazy_gettext as _l

SENTENCES = {
    "ask_for_pack": _l("asked for the pack"),
    "make_pack": _l("had the pack made"),
    "take_copy": _l("took a copy"),
}
