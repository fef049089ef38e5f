"""What the journal's verbs say about certificates, and which columns are worth showing."""

from qms.core.i18n import lazy_gettext as _l

SENTENCES = {
    "register_certificate": _l("registered the certificate"),
    "edit_certificate": _l("corrected the certificate"),
    "record_event": _l("entered what happened"),
    "correct_event": _l("corrected what had been entered"),
}

LABELS = {
    "body": _l("Certification body"),
    "accreditation": _l("Accreditation"),
    "number": _l("Certificate number"),
    "scope": _l("Scope on the certificate"),
    "note": _l("Note"),
}
