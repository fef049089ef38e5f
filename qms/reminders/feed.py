"""Somebody's calendar: what is due of theirs, as My work says it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import literal, select, union_all

from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.icalendar import Entry
from qms.overview.lines import LAST_DAYS, PAGES, WHY, shortened, unit_label
from qms.overview.queries.work import Deadline, Reach, Waiting
from qms.overview.sources import DATED
from qms.people.models import Person
from qms.reminders.records import BY_ENDPOINT, RECORDS

AHEAD = timedelta(days=550)
MOST = 300
"""Lines of one kind, the nearest first."""


def entries_of(person: Person, address_of: Any) -> Iterator[Entry]:
    """The lines of somebody's calendar. `address_of(endpoint, uid)`: where a record is shown."""
    reach = Reach(MOST, person.district.today + AHEAD)
    found = [
        (one, PAGES.get(one.kind, area.endpoint))
        for area in DATED
        for one in area.waiting(person, reach).waiting
        if one.due_on is not None and one.deadline is not Deadline.DONE
    ]
    versions = _versions([one.uid for one, _endpoint in found])
    for one, endpoint in found:
        if BY_ENDPOINT[endpoint].is_quoted:
            one = replace(one, title=_("A complaint"))
        yield _entry(one, person, address_of(endpoint, one.uid), versions.get(one.uid, 0))


def _entry(one: Waiting, person: Person, url: str, version: int) -> Entry:
    """A line; what is restricted is not named, as anybody may read along who has the address."""
    assert one.due_on is not None
    label = str(LAST_DAYS[one.deadline])
    named = _("A confidential matter")
    if not one.is_restricted:
        unit = unit_label(person, one.unit_id)
        named = " ".join(part for part in (one.number, unit) if part)
        named = f"{named}: {shortened(one.title)}" if named else shortened(one.title)
    about = "" if one.is_restricted else str(WHY[one.kind])
    return Entry(
        f"{one.kind.value}-{one.uid}@qms",
        one.due_on,
        one.due_on,
        f"{label}: {named}",
        url,
        about=about,
        sequence=version,
    )


def _versions(uids: list[Any]) -> dict[Any, int]:
    """How often each record was changed, for SEQUENCE. One query for some hundred."""
    found: dict[Any, int] = {}
    for start in range(0, len(uids), 500):
        some = uids[start : start + 500]
        rows = db.session.execute(
            union_all(
                *(
                    select(one.model.uid, one.model.version, literal(one.about)).where(
                        one.model.uid.in_(some)
                    )
                    for one in RECORDS
                )
            )
        )
        found.update({row[0]: row[1] for row in rows})
    return found
