"""Where the lines of a checklist can come from: earlier audits, templates, documents in force."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from qms.audits.models import (
    Audit,
    AuditEdition,
    AuditKind,
    AuditLine,
    AuditLineFinding,
    AuditState,
    ChecklistTemplate,
    ChecklistTemplateLine,
)
from qms.core import files
from qms.core.db import AccessClass, db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.documents.models import FileRole, Revision
from qms.documents.queries import documents_in_force
from qms.office.document_reader import plain_text
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import AUDITS
from qms.standards.queries import all_editions, edition_by_id

MOST = 50
"""Choices that a page offers."""
MOST_DOCUMENTS = 300


def earlier_audits(
    person: Person, audit: Audit, limit: int = MOST, *, to_take: bool = False
) -> list[Any]:
    """Internal audits of the same unit to an edition of the same standards, that were walked and
    that this person sees, the latest first: (id, uid, number, title, planned_from). `to_take`:
    whose questions can be asked here; those of a restricted audit are not told in one for all."""
    families = {edition_by_id(one).key.split("-")[0] for one in audit.edition_ids}
    editions = [one.id for one in all_editions() if one.key.split("-")[0] in families]
    is_open = audit.access is AccessClass.ORDINARY
    covering = select(AuditEdition.audit_id).where(
        AuditEdition.district_id == audit.district_id, AuditEdition.edition_id.in_(editions)
    )
    return list(
        db.session.execute(
            select(Audit.id, Audit.uid, Audit.number, Audit.title, Audit.planned_from)
            .where(
                *sight_of(person).conditions(Audit),
                Audit.unit_id == audit.unit_id,
                Audit.kind == AuditKind.INTERNAL,
                Audit.state.in_([AuditState.REPORTED, AuditState.CLOSED]),
                Audit.planned_from <= audit.planned_from,
                Audit.id != audit.id,
                Audit.id.in_(covering),
                *([Audit.access == audit.access] if to_take and is_open else []),
            )
            .order_by(Audit.planned_from.desc(), Audit.uid.desc())
            .limit(limit)
        )
    )


def lines_of_last_audit(person: Person, audit: Audit) -> dict[str, int]:
    """Line id by each of its keys, of the last such audit. Two queries."""
    last = earlier_audits(person, audit, limit=1)
    if not last:
        return {}
    rows = db.session.execute(
        select(AuditLine.id, AuditLine.keys).where(
            AuditLine.audit_id == last[0].id, AuditLine.is_removed.is_(False)
        )
    )
    return {key: line_id for line_id, keys in rows for key in keys}


def earlier_audit_by_uid(person: Person, audit: Audit, uid: UUID) -> Audit:
    """One of these audits, with its lines and what they depend on; Missing otherwise."""
    if all(row.uid != uid for row in earlier_audits(person, audit, to_take=True)):
        raise Missing(_l("There is no such audit, or it is not for you."))
    return db.session.scalars(
        select(Audit)
        .where(Audit.uid == uid)
        .options(
            selectinload(Audit.lines).options(
                selectinload(AuditLine.clauses), joinedload(AuditLine.origin)
            )
        )
    ).one()


def previous_lines(person: Person, lines: Sequence[AuditLine]) -> dict[int, AuditLine]:
    """Line id -> the same line in the last audit, with that audit and its findings, where the
    person sees it. One query."""
    wanted: dict[int, list[int]] = {}
    for line in lines:
        if line.origin is not None and line.origin.previous_id is not None:
            wanted.setdefault(line.origin.previous_id, []).append(line.id)
    if not wanted:
        return {}
    found = db.session.scalars(
        select(AuditLine)
        .join(Audit, Audit.id == AuditLine.audit_id)
        .where(AuditLine.id.in_(wanted), *sight_of(person).conditions(Audit))
        .options(
            joinedload(AuditLine.audit),
            joinedload(AuditLine.findings).joinedload(AuditLineFinding.finding),
            lazyload(AuditLine.verdicts),
        )
    ).unique()
    return {one: line for line in found for one in wanted[line.id]}


def documents_under_audit(person: Person, audit: Audit) -> list[Any]:
    """(document, revision in force) of the audited unit and of those above and under it, as far as
    the person sees them, by number."""
    tree = person.rights.tree
    units = [*near_units(person, audit.unit_id), *tree.subtree(audit.unit_id)]
    return list(
        documents_in_force(person, units, max(tree.day, audit.planned_from), limit=MOST_DOCUMENTS)
    )


def text_of(revision: Revision) -> str:
    """The words of a revision, line by line: as written here, else of its Word file; empty where it
    has neither. Raises UnreadableFile."""
    if revision.body:
        return revision.body
    source = revision.file(FileRole.SOURCE)
    if source is None or not source.name.lower().endswith(".docx"):
        return ""
    return plain_text(files.path_of(source.stored.sha256))


def near_units(person: Person, unit_id: int) -> list[int]:
    """A unit and those above it: whose templates serve it."""
    tree = person.rights.tree
    return [unit_id, *(node.id for node in tree.ancestors(unit_id))]


def templates_for(person: Person, audit: Audit) -> list[ChecklistTemplate]:
    """The templates in use that serve the audited unit, by name."""
    return list(
        db.session.scalars(
            select(ChecklistTemplate)
            .where(
                ChecklistTemplate.district_id == audit.district_id,
                ChecklistTemplate.unit_id.in_(near_units(person, audit.unit_id)),
                ChecklistTemplate.withdrawn_on.is_(None),
            )
            .order_by(ChecklistTemplate.name, ChecklistTemplate.uid)
            .limit(MOST)
        )
    )


def template_units(person: Person) -> set[int]:
    """The units whose templates a person sees: where they plan or audit, and those above."""
    tree = person.rights.tree
    held = person.rights.units(AUDITS).ids & {node.id for node in tree}
    return {near for one in held for near in near_units(person, one)}


def templates_seen(person: Person, *, limit: int = 200) -> list[tuple[ChecklistTemplate, int]]:
    """The templates that a person sees, those in use first, by name; each with the number of its
    lines. One query."""
    lines = (
        select(func.count())
        .where(
            ChecklistTemplateLine.district_id == ChecklistTemplate.district_id,
            ChecklistTemplateLine.template_id == ChecklistTemplate.id,
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(ChecklistTemplate, lines)
        .where(
            ChecklistTemplate.district_id == person.district_id,
            ChecklistTemplate.unit_id.in_(template_units(person)),
        )
        .order_by(
            ChecklistTemplate.withdrawn_on.is_not(None),
            ChecklistTemplate.name,
            ChecklistTemplate.uid,
        )
        .limit(limit)
    )
    return [(template, count) for template, count in rows]


def template_by_uid(person: Person, uid: UUID) -> ChecklistTemplate:
    """A template that a person sees, with lines and clauses; Missing otherwise."""
    found = db.session.scalar(
        select(ChecklistTemplate)
        .where(
            ChecklistTemplate.district_id == person.district_id,
            ChecklistTemplate.uid == uid,
            ChecklistTemplate.unit_id.in_(template_units(person)),
        )
        .options(selectinload(ChecklistTemplate.lines), selectinload(ChecklistTemplate.clauses))
    )
    if found is None:
        raise Missing(_l("There is no such template, or it is not for you."))
    return found
