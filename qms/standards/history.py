"""What the journal's verbs say about a district's words over the standards."""

from qms.core.i18n import lazy_gettext as _l

SENTENCES = {
    "word_clause": _l("wrote the district's own words for this clause"),
    "word_question": _l("wrote a question"),
    "word_document": _l("wrote a line of the documented information"),
    "set_scope": _l("set the scope"),
}

LABELS = {
    "title": _l("Title"),
    "requirement": _l("Requirement text"),
    "question": _l("Question"),
    "evidence": _l("Evidence to look for"),
    "what": _l("Documented information"),
    "statement": _l("Scope"),
}
