"""Rows of the register."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import escape

from qms.audits.models import AuditKind, AuditState
from qms.audits.showing.audit import STATE_TONES, days_of
from qms.core.db import AccessClass
from qms.core.i18n import language
from qms.core.registers import escaped
from qms.core.routing import urls_of
from qms.people.models import Person
from qms.standards.queries import edition_by_id


class Row(NamedTuple):
    """A row of the register, ready to be shown."""

    number: str
    title: str
    url: str
    sub: str
    kind: str
    days: str
    state: str
    tone: str
    is_restricted: bool


def rows_of(rows: Iterable[Any], editions: Mapping[int, list[int]], person: Person) -> list[Row]:
    """The rows of a page of the register, safe for HTML. What they share is worked out once."""
    tree, url, rows = person.rights.tree, urls_of("audits.show"), list(rows)
    kinds, states = _looks(language())
    units = {row.unit_id: str(escape(tree[row.unit_id].label)) for row in rows}
    said = iter(escaped([text for row in rows for text in row[:2]]))
    found = []
    for row in rows:
        number, title = next(said), next(said)
        codes = ", ".join(edition_by_id(one).code for one in editions.get(row.id, ()))
        found.append(
            Row(
                number,
                title,
                url(row.uid),
                f"{units[row.unit_id]} · {codes}" if codes else units[row.unit_id],
                kinds[row.kind],
                days_of(row.planned_from, row.planned_until),
                *states[row.state],
                row.access is AccessClass.RESTRICTED,
            )
        )
    return found


@lru_cache(maxsize=8)
def _looks(_language: str) -> tuple[dict[AuditKind, str], dict[AuditState, tuple[str, str]]]:
    """The label of each kind; label and tone of each state."""
    return (
        {kind: str(kind.label) for kind in AuditKind},
        {state: (str(state.label), STATE_TONES[state]) for state in AuditState},
    )
