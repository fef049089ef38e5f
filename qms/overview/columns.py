"""What columns are called and how their values read, where an area has no words of its own: on the
journal's page, which shows everything that a record held."""

import enum
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Date, Enum

from qms.core import dates
from qms.core.db import AccessClass, Model, Moment
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.forms import ACCESS_LABELS

COLUMNS = {
    "access": _l("Who may see it"),
    "added_on": _l("Added on"),
    "answered_at": _l("Answered at"),
    "approved_on": _l("Approved on"),
    "as_of": _l("As of"),
    "body": _l("Text written here"),
    "columns": _l("Columns"),
    "correction_reason": _l("Reason for the correction"),
    "disabled_at": _l("Shut since"),
    "due_days": _l("Days to close"),
    "due_missing": _l("No due date given"),
    "extension": _l("File ending"),
    "external_number": _l("External number"),
    "filed_at": _l("Filed at"),
    "found_on": _l("Found on"),
    "from_on": _l("From"),
    "heading_rows": _l("Rows of headings"),
    "hint": _l("Hint"),
    "imported_at": _l("Imported at"),
    "imported_extra": _l("Further columns of the file"),
    "includes_restricted": _l("Restricted records"),
    "is_confidential": _l("Only for who looks after integrity"),
    "is_head": _l("Head of the unit"),
    "is_held": _l("Waits for the approval of its plan"),
    "is_imported": _l("Imported"),
    "is_needed": _l("Needed here"),
    "is_open": _l("Open"),
    "is_operator": _l("Operator of the installation"),
    "is_removed": _l("Taken off the list"),
    "is_used": _l("In use"),
    "issue": _l("Issue"),
    "key": _l("Setting"),
    "kind": _l("Kind"),
    "known_at": _l("As known at"),
    "label": _l("Number on paper"),
    "language": _l("Language"),
    "made_at": _l("Made at"),
    "mime": _l("File type"),
    "must_change": _l("Must choose a new password"),
    "name": _l("Name"),
    "nip": _l("NIP"),
    "number": _l("Number"),
    "pattern": _l("Pattern"),
    "position": _l("Place in the list"),
    "printed_at": _l("Printed at"),
    "question": _l("Question"),
    "rank": _l("Rank"),
    "reason": _l("Reason"),
    "reply_days": _l("Days to answer"),
    "role": _l("Role"),
    "round": _l("Round"),
    "sampling": _l("Sampling"),
    "comparison": _l("Compared with the last audit"),
    "section": _l("Section"),
    "sha256": _l("SHA-256"),
    "shipped_key": _l("In place of the shipped line"),
    "signed_on": _l("Signed on"),
    "size": _l("Size in bytes"),
    "source": _l("Source"),
    "state": _l("State"),
    "steps": _l("Steps of the response"),
    "theme": _l("Appearance"),
    "timezone": _l("Time zone"),
    "title": _l("Title"),
    "to_on": _l("To"),
    "user_name": _l("User name"),
    "value": _l("Value"),
    "verified_note": _l("Verification note"),
    "verified_on": _l("Verified on"),
    "withdrawn_at": _l("Withdrawn at"),
    "withdrawn_on": _l("Withdrawn on"),
    "withdrawn_reason": _l("Reason of the withdrawal"),
}
"""Columns of the journalled tables for which their area's history has no label."""

FACTS = {
    "action": _l("Action"),
    "code": _l("Code"),
    "days": _l("Days"),
    "erased": _l("Erased entries"),
    "event": _l("What happened"),
    "evidence": _l("Evidence"),
    "name": _l("Name"),
    "number": _l("Number"),
    "on": _l("Day"),
    "parent": _l("Under"),
    "role": _l("Role"),
    "second": _l("With the consent of"),
    "type": _l("Type"),
}
"""What entries say beside the record; the rest is for programs."""


def shown(kind: str, name: str, value: Any, timezone: str) -> str:
    """A plain value of a column as people read it."""
    column = _types(kind).get(name)
    if value is None:
        return ""
    if isinstance(column, Enum) and issubclass(column.enum_class or enum.Enum, enum.StrEnum):
        return _label(column.enum_class, value)
    if isinstance(column, Date):
        return dates.long_day(date.fromisoformat(value))
    if isinstance(column, Moment):
        return dates.long_moment(datetime.fromisoformat(value), timezone)
    if isinstance(column, Boolean) or isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _label(members: Any, value: str) -> str:
    """The label of an enum's member; what a later version does not know stays as it is."""
    try:
        member = members(value)
    except ValueError:
        return value
    if member in ACCESS_LABELS and isinstance(member, AccessClass):
        return str(ACCESS_LABELS[member])
    return str(getattr(member, "label", value))


@lru_cache(maxsize=100)
def _types(kind: str) -> dict[str, Any]:
    table = Model.metadata.tables.get(kind)
    return {} if table is None else {column.name: column.type for column in table.columns}
