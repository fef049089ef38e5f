"""What the figures on My work and on a unit's page count, in words that agree with the number."""

from qms.core.i18n import ngettext


def open_findings(count: int) -> str:
    return ngettext("Open finding", "Open findings", count)


def answers_overdue(count: int) -> str:
    return ngettext("Answer overdue", "Answers overdue", count)


def closings_overdue(count: int) -> str:
    return ngettext("Closing overdue", "Closings overdue", count)


def actions_overdue(count: int) -> str:
    return ngettext("Action overdue", "Actions overdue", count)


def documents_in_force(count: int) -> str:
    return ngettext("Document in force", "Documents in force", count)
