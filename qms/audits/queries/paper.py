"""Reads of the checklist on paper: printed editions, and what came back of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from qms.audits.models import (
    Audit,
    AuditLine,
    AuditMember,
    AuditPrint,
    AuditPrintLine,
    AuditState,
    ScannedPage,
    ScanUpload,
)
from qms.audits.permissions.planning import PLANS
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.models import Evidence
from qms.people.models import Person
from qms.people.rights import sight_of

MOST_PRINTS = 50
"""Editions of one audit that its page shows, the newest."""
MOST_PAGES_SHOWN = 1000
MOST_UPLOADS, MOST_WAITING, MOST_OFFERED = 20, 200, 200


def prints_of(audit: Audit) -> list[AuditPrint]:
    """The editions of an audit's checklist, newest first."""
    return list(
        db.session.scalars(
            select(AuditPrint)
            .where(AuditPrint.district_id == audit.district_id, AuditPrint.audit_id == audit.id)
            .order_by(AuditPrint.number.desc())
            .options(joinedload(AuditPrint.printed_by))
            .limit(MOST_PRINTS)
        )
    )


def last_print(audit: Audit) -> AuditPrint | None:
    """The newest edition, with its lines."""
    return db.session.scalars(
        select(AuditPrint)
        .where(AuditPrint.district_id == audit.district_id, AuditPrint.audit_id == audit.id)
        .order_by(AuditPrint.number.desc())
        .options(selectinload(AuditPrint.lines))
        .limit(1)
    ).one_or_none()


def print_by_number(audit: Audit, number: int) -> AuditPrint:
    """An edition of this audit's checklist with its lines, and what these ask; Missing
    otherwise. Three queries."""
    found = db.session.scalars(
        select(AuditPrint)
        .where(
            AuditPrint.district_id == audit.district_id,
            AuditPrint.audit_id == audit.id,
            AuditPrint.number == number,
        )
        .options(
            selectinload(AuditPrint.lines)
            .joinedload(AuditPrintLine.line)
            .selectinload(AuditLine.clauses)
        )
    ).one_or_none()
    if found is None:
        raise Missing(_l("There is no such edition of the checklist, or it is not for you."))
    return found


@dataclass(frozen=True)
class Sheet:
    """A sheet of an edition: how many of its lines are on the checklist still, of how many."""

    edition: int
    number: int
    first: int
    last: int
    lines: int
    listed: int


def sheets_of_audit(audit: Audit) -> list[Sheet]:
    """The sheets of all editions, newest edition first. One query."""
    link = AuditPrintLine
    rows = db.session.execute(
        select(
            AuditPrint.number,
            link.sheet,
            func.min(link.place),
            func.max(link.place),
            func.count(),
            func.sum(case((AuditLine.is_removed.is_(False), 1), else_=0)),
        )
        .join(link, link.print_id == AuditPrint.id)
        .join(AuditLine, AuditLine.id == link.line_id)
        .where(AuditPrint.district_id == audit.district_id, AuditPrint.audit_id == audit.id)
        .group_by(AuditPrint.number, link.sheet)
        .order_by(AuditPrint.number.desc(), link.sheet)
    )
    return [Sheet(*row) for row in rows]


def pages_of_audit(person: Person, audit: Audit) -> list[ScannedPage]:
    """The pages that are filed to sheets of an audit, with their evidence, files and who filed
    them, in the order of editions and sheets; what was taken off is left out. One query."""
    return list(
        db.session.scalars(
            _filed(person, audit)
            .order_by(AuditPrint.number.desc(), ScannedPage.sheet, ScannedPage.id)
            .options(
                contains_eager(ScannedPage.evidence),
                contains_eager(ScannedPage.printed),
                joinedload(ScannedPage.stored),
                joinedload(ScannedPage.filed_by),
            )
            .limit(MOST_PAGES_SHOWN)
        )
    )


def _filed(person: Person, audit: Audit) -> Any:
    return (
        select(ScannedPage)
        .join(AuditPrint, AuditPrint.id == ScannedPage.print_id)
        .join(Evidence, Evidence.id == ScannedPage.evidence_id)
        .where(
            AuditPrint.district_id == audit.district_id,
            AuditPrint.audit_id == audit.id,
            Evidence.withdrawn_on.is_(None),
            *sight_of(person).conditions(Evidence),
        )
    )


def notes_of_lines(
    person: Person, audit: Audit, line: AuditLine | None = None
) -> dict[int, list[Any]]:
    """Line id -> the pages that hold it, as rows of edition, sheet and the evidence's uid. Of one
    line, or of all. One query."""
    statement = (
        select(
            AuditPrintLine.line_id,
            AuditPrint.number.label("edition"),
            ScannedPage.sheet,
            Evidence.uid,
        )
        .join(AuditPrint, AuditPrint.id == AuditPrintLine.print_id)
        .join(
            ScannedPage,
            (ScannedPage.print_id == AuditPrint.id) & (ScannedPage.sheet == AuditPrintLine.sheet),
        )
        .join(Evidence, Evidence.id == ScannedPage.evidence_id)
        .where(
            AuditPrint.district_id == audit.district_id,
            AuditPrint.audit_id == audit.id,
            Evidence.withdrawn_on.is_(None),
            *sight_of(person).conditions(Evidence),
        )
        .order_by(AuditPrint.number, ScannedPage.id)
        .limit(MOST_PAGES_SHOWN * 10)
    )
    if line is not None:
        statement = statement.where(AuditPrintLine.line_id == line.id)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.line_id, []).append(row)
    return found


def page_of_audit(person: Person, audit: Audit, uid: UUID) -> ScannedPage:
    """A page that is filed to a sheet of this audit; Missing otherwise."""
    found: ScannedPage | None = db.session.scalar(
        _filed(person, audit)
        .where(ScannedPage.uid == uid)
        .options(contains_eager(ScannedPage.evidence), contains_eager(ScannedPage.printed))
    )
    if found is None:
        raise Missing(_l("This page is not filed any more, or it is not for you."))
    return found


def upload_by_uid(person: Person, uid: UUID) -> ScanUpload:
    """Somebody's own upload with its files and job; Missing otherwise."""
    found = db.session.scalars(
        select(ScanUpload)
        .where(
            ScanUpload.uid == uid,
            ScanUpload.district_id == person.district_id,
            ScanUpload.uploaded_by_id == person.id,
        )
        .options(joinedload(ScanUpload.job), selectinload(ScanUpload.files))
    ).one_or_none()
    if found is None:
        raise Missing(_l("There are no such files, or they are not for you."))
    return found


def uploads_of(person: Person) -> list[ScanUpload]:
    """Somebody's last uploads, newest first."""
    return list(
        db.session.scalars(
            select(ScanUpload)
            .where(
                ScanUpload.district_id == person.district_id,
                ScanUpload.uploaded_by_id == person.id,
            )
            .order_by(ScanUpload.id.desc())
            .options(selectinload(ScanUpload.files))
            .limit(MOST_UPLOADS)
        )
    )


def pages_of_upload(person: Person, upload: ScanUpload) -> list[ScannedPage]:
    """What became of the pages of an upload, in their order, with where they are filed. Whether
    the person sees that audit still is asked of each."""
    return list(
        db.session.scalars(
            select(ScannedPage)
            .where(
                ScannedPage.district_id == person.district_id,
                ScannedPage.upload_id == upload.id,
            )
            .order_by(ScannedPage.position, ScannedPage.page)
            .options(
                *_whereabouts(ScannedPage),
                joinedload(ScannedPage.same_as).options(*_whereabouts(ScannedPage)),
            )
            .limit(MOST_PAGES_SHOWN)
        )
    )


def _whereabouts(page: Any) -> tuple[Any, ...]:
    return (
        joinedload(page.printed).joinedload(AuditPrint.audit),
        joinedload(page.evidence),
    )


def waiting_pages(person: Person) -> list[ScannedPage]:
    """The pages that wait for this person to say where they belong, newest first."""
    return list(
        db.session.scalars(
            select(ScannedPage)
            .join(ScanUpload, ScanUpload.id == ScannedPage.upload_id)
            .where(*waits_for(person))
            .order_by(ScannedPage.id.desc())
            .limit(MOST_WAITING)
        )
    )


def waits_for(person: Person) -> tuple[Any, ...]:
    """The conditions that a page, joined with its upload, waits for this person."""
    return (
        ScannedPage.district_id == person.district_id,
        ScanUpload.uploaded_by_id == person.id,
        ScannedPage.evidence_id.is_(None),
        ScannedPage.same_as_id.is_(None),
        ScannedPage.set_aside_at.is_(None),
    )


def waiting_page(person: Person, uid: UUID) -> ScannedPage:
    """A page that waits for this person; Missing otherwise."""
    found = db.session.scalar(
        select(ScannedPage)
        .join(ScanUpload, ScanUpload.id == ScannedPage.upload_id)
        .where(ScannedPage.uid == uid, *waits_for(person))
        .options(contains_eager(ScannedPage.upload), joinedload(ScannedPage.stored))
    )
    if found is None:
        raise Missing(_l("This page does not wait any more, or it is not for you."))
    return found


def prints_to_choose(person: Person) -> list[AuditPrint]:
    """The newest editions of audits under way that this person sees, and of which they are of the
    team or plan such audits; whether they may file there is asked of each."""
    units = person.rights.units(PLANS)
    on_team = exists().where(
        AuditMember.district_id == Audit.district_id,
        AuditMember.audit_id == Audit.id,
        AuditMember.person_id == person.id,
    )
    return list(
        db.session.scalars(
            select(AuditPrint)
            .join(Audit, Audit.id == AuditPrint.audit_id)
            .where(
                Audit.state == AuditState.UNDER_WAY,
                *sight_of(person).conditions(Audit),
                or_(on_team, true() if units.everywhere else Audit.unit_id.in_(units.ids)),
            )
            .order_by(AuditPrint.id.desc())
            .options(contains_eager(AuditPrint.audit).selectinload(Audit.members))
            .limit(MOST_OFFERED)
        )
    )
