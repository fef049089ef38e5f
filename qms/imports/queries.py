"""Reads of imports."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from qms.core import listing
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.imports.headings import ImportKind
from qms.imports.models import ImportedRow, ImportRun
from qms.imports.permissions import NEEDED, may_see
from qms.imports.preview import Last, Values
from qms.people.models import Person
from qms.people.rights import sight_of

NEWEST_FIRST = (Key(ImportRun.uid, descending=True),)
AT_ONCE = 5_000


def run_by_uid(person: Person, uid: UUID) -> ImportRun:
    """An import with its file and unit; Missing if there is none that this person may see."""
    found = db.session.scalar(
        select(ImportRun)
        .where(ImportRun.uid == uid, ImportRun.district_id == person.district_id)
        .options(joinedload(ImportRun.stored), joinedload(ImportRun.person))
    )
    if found is None or not may_see(person, found):
        raise Missing(_l("There is no such import, or it is not for you."))
    return found


def imports_page(person: Person, unit_id: int | None, cursor: str | None) -> Page[Any]:
    """Imports that this person may see, the newest first. One query."""
    sight = sight_of(person, unit_id)
    allowed = []
    for kind, roles in NEEDED.items():
        units = person.rights.units(roles)
        if units.everywhere:
            allowed.append(ImportRun.kind == kind)
        elif units.ids:
            allowed.append(and_(ImportRun.kind == kind, ImportRun.unit_id.in_(units.ids)))
    statement: Any = select(
        ImportRun.uid,
        ImportRun.kind,
        ImportRun.file_name,
        ImportRun.unit_id,
        ImportRun.recorded_at,
        ImportRun.imported_at,
        ImportRun.created,
        ImportRun.changed,
        ImportRun.unchanged,
        Person.name.label("who"),
    ).join(Person, Person.id == ImportRun.person_id)
    return listing.page(
        statement.where(*sight.conditions(ImportRun), or_(*allowed)), NEWEST_FIRST, cursor
    )


def last_said(kind: ImportKind, district_id: int, unit_id: int) -> Last:
    """What the newest import said of records of this kind, by folded key: of the district's units,
    or of one unit's documents or findings."""

    def ask(keys: Sequence[str]) -> Mapping[str, Values]:
        found: dict[str, Values] = {}
        for start in range(0, len(keys), AT_ONCE):
            statement = select(ImportedRow.key, ImportedRow.said).where(
                ImportedRow.district_id == district_id,
                ImportedRow.kind == kind,
                ImportedRow.key.in_(keys[start : start + AT_ONCE]),
            )
            if kind is not ImportKind.UNITS:
                statement = statement.where(ImportedRow.unit_id == unit_id)
            found.update(
                (key, said)
                for key, said in db.session.execute(statement.order_by(ImportedRow.run_id))
            )
        return found

    return ask
