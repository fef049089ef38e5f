"""The findings that concern another record, for that record's page: the way back from it.

Records know no findings; a template asks for them here, whatever the record is.
"""

from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import literal, select

from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.routing import me
from qms.documents.models import Document
from qms.findings.models import Finding, FindingDocument
from qms.findings.showing import STATE_TONES
from qms.people.rights import sight_of

MOST = 20


class Concerned(NamedTuple):
    """A finding as the page of a record lists it. `note` says what it has to do with it."""

    number: str
    title: str
    url: str
    note: str
    state: str
    tone: str


def findings_about(record: Any) -> list[Concerned]:
    """The findings that concern a record, as far as the person who looks sees them, those open
    first. One query."""
    if not isinstance(record, Document):
        return []
    rows = db.session.execute(
        select(
            Finding.uid,
            Finding.number,
            Finding.deviation,
            Finding.state,
            FindingDocument.settled_on,
            literal("change").label("why"),
        )
        .join(FindingDocument, FindingDocument.finding_id == Finding.id)
        .where(
            FindingDocument.district_id == record.district_id,
            FindingDocument.document_id == record.id,
            *sight_of(me()).conditions(Finding),
        )
        .order_by(Finding.is_open.desc(), Finding.found_on.desc(), Finding.uid.desc())
        .limit(MOST)
    )
    return [
        Concerned(
            row.number,
            row.deviation[:160],
            url_for("findings.show", uid=row.uid),
            _("no change needed") if row.settled_on else _("asks for a new revision"),
            str(row.state.label),
            STATE_TONES[row.state],
        )
        for row in rows
    ]
