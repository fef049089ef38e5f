"""Reads of imports."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from qms.actions.models import Action
from qms.core import listing
from qms.core.db import AccessClass, db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.core.text import fold
from qms.documents.models import Document
from qms.findings.models import Finding, FindingAction
from qms.imports.headings import KEYS, ImportKind
from qms.imports.models import ImportedRow, ImportRun
from qms.imports.permissions import NEEDED, may_read_all, may_see
from qms.imports.preview import Last, Values
from qms.imports.tables import Layout, read_file, table_of
from qms.imports.values import RowReader
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import NEED_TO_KNOW

NEWEST_FIRST = (Key(ImportRun.uid, descending=True),)


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
        statement.where(*sight.conditions(ImportRun), or_(*allowed), _not_a_colleagues(person)),
        NEWEST_FIRST,
        cursor,
    )


def _not_a_colleagues(person: Person) -> ColumnElement[bool]:
    """The condition of `may_see` on imports that wait."""
    need = person.rights.units(NEED_TO_KNOW)
    return or_(
        ImportRun.imported_at.is_not(None),
        ImportRun.kind == ImportKind.UNITS,
        ImportRun.person_id == person.id,
        ImportRun.unit_id.in_(need.ids),
    )


def file_is_for(person: Person, run: ImportRun) -> bool:
    """Whether a person may read the file of an import that they see: all that it tells of is for
    them. A record that was restricted since closes it. Reads the file only if there is one."""
    if may_read_all(person, run):
        return True
    hidden = _hidden_keys(person, run)
    return not hidden or (run.stored.path.exists() and not hidden & _keys_in_file(run))


def _hidden_keys(person: Person, run: ImportRun) -> set[str]:
    """The folded numbers, ours and the file's, of the unit's records that a person does not see
    whole. One query."""
    model: Any = Document if run.kind is ImportKind.DOCUMENTS else Finding
    secret = model.access == AccessClass.RESTRICTED
    if model is Finding:  # the file tells of its corrective action, too
        secret = or_(
            secret,
            Finding.actions.any(FindingAction.action.has(Action.access == AccessClass.RESTRICTED)),
        )
    rows = db.session.execute(
        select(model.number_key, model.external_number).where(
            model.district_id == person.district_id, model.unit_id == run.unit_id, secret
        )
    )
    return {fold(one) for row in rows for one in row if one}


def _keys_in_file(run: ImportRun) -> set[str]:
    layout = Layout(run.sheet, run.heading_row, run.heading_rows, dict(run.columns))
    table = table_of(run.kind, read_file(run.stored.path), layout)
    lines = (
        RowReader(table, number, cells).line(KEYS[run.kind]) for number, cells in table.numbered()
    )
    return {fold(line) for line in lines if line}


def known_records(
    model: Any, district_id: int, unit_id: int, keys: Collection[str], *options: Any
) -> dict[str, Any]:
    """The unit's documents or findings that bear these folded numbers, as the file's or as their
    own, by number; one that has it from a file comes before one whose own it is. Two queries, and
    those of the `options`."""
    ids: dict[str, int] = {}
    for one in db.session.execute(
        select(model.id, model.external_number, model.number_key).where(
            model.district_id == district_id, model.unit_id == unit_id
        )
    ):
        if one.number_key in keys:
            ids.setdefault(one.number_key, one.id)
        if one.external_number and fold(one.external_number) in keys:
            ids[fold(one.external_number)] = one.id
    if not ids:
        return {}
    found = db.session.scalars(select(model).where(model.id.in_(ids.values())).options(*options))
    loaded = {record.id: record for record in found.unique()}
    return {key: loaded[one] for key, one in ids.items()}


def last_said(kind: ImportKind, district_id: int, unit_id: int) -> Last:
    """What the newest import said of records of this kind, by folded key: of the district's units,
    or of one unit's documents or findings."""

    def ask(keys: Sequence[str]) -> Mapping[str, Values]:
        statement = select(ImportedRow.key, ImportedRow.said).where(
            ImportedRow.district_id == district_id,
            ImportedRow.kind == kind,
            ImportedRow.key.in_(keys),
        )
        if kind is not ImportKind.UNITS:
            statement = statement.where(ImportedRow.unit_id == unit_id)
        rows = db.session.execute(statement.order_by(ImportedRow.run_id))
        return {row.key: row.said for row in rows}

    return ask
