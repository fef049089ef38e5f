"""A finding and the record from whose page it was raised: the way there and the way back.

Records know no findings; a template asks for them here, whatever the record is. A finding keeps the
kind and uid of the record; its page shows the record to who may see that (`overview.finding_page`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import Select, literal, select, union_all

from qms.actions.models import Action
from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.routing import me
from qms.documents.models import Document
from qms.findings.models import Finding, FindingAction, FindingDocument, FindingState
from qms.findings.showing import STATE_TONES
from qms.people.rights import sight_of

MOST = 20
KINDS = frozenset({"action", "audit", "certificate", "document", "evidence", "unit", "unit_check"})
"""The kinds of records from whose pages findings are raised: their tables. Complaints and the lines
of audits keep links of their own."""
SERVED, RAISED, CHANGE, UNCHANGED = "served", "raised", "change", "unchanged"
"""What a finding has to do with the record."""


def about_text(record: Any) -> str | None:
    """What an address of `findings.new` says of the record from whose page it is raised. A node of
    the tree is a unit."""
    kind = getattr(record, "__tablename__", "unit")
    return f"{kind}:{record.uid}" if kind in KINDS else None


class Concerned(NamedTuple):
    """A finding as the page of a record lists it. `note` says what it has to do with it."""

    number: str
    title: str
    url: str
    note: str
    state: str
    tone: str


def findings_about(record: Any) -> list[Concerned]:
    """The findings that were raised from the page of a record, or ask for its revision, as far as
    the person who looks sees them; those open first. One query."""
    streams = [_raised_about(record)]
    if isinstance(record, Document):
        streams += _changing(record)
    return [one for _why, one in _concerned(streams)]


def findings_of(action: Action) -> tuple[list[Concerned], list[Concerned]]:
    """The findings that an action serves, and those that were raised from its page, as far as the
    person who looks sees them; those open first. One query."""
    serving = _line(SERVED).join(FindingAction, FindingAction.finding_id == Finding.id)
    serving = serving.where(
        FindingAction.district_id == action.district_id, FindingAction.action_id == action.id
    )
    found = _concerned([serving, _raised_about(action)])
    served = [one for why, one in found if why == SERVED]
    return served, [one for why, one in found if why == RAISED]


def _concerned(streams: Sequence[Select[Any]]) -> list[tuple[str, Concerned]]:
    order = (Finding.is_open.desc(), Finding.id.desc())
    rows = db.session.execute(
        union_all(*(select(one.order_by(*order).limit(MOST).subquery()) for one in streams))
    ).all()
    notes = {
        SERVED: "",
        RAISED: _("raised from here"),
        CHANGE: _("asks for a new revision"),
        UNCHANGED: _("no change needed"),
    }
    found = []
    for why, uid, number, title, state, _is_open, _id in sorted(
        rows, key=lambda row: (not row[5], -row[6])
    ):
        now = FindingState(state)
        url = url_for("findings.show", uid=uid)
        one = Concerned(number, title, url, notes[why], str(now.label), STATE_TONES[now])
        found.append((why, one))
    return found


def _raised_about(record: Any) -> Select[Any]:
    return _line(RAISED).where(Finding.raised_about_uid == record.uid)


def _line(why: str) -> Select[Any]:
    line: Any = select(
        literal(why).label("why"),
        Finding.uid,
        Finding.number,
        Finding.deviation,
        Finding.state,
        Finding.is_open,
        Finding.id,
    )
    found: Select[Any] = line.where(*sight_of(me()).conditions(Finding))
    return found


def _changing(document: Document) -> list[Select[Any]]:
    found = []
    for why, condition in (
        (CHANGE, FindingDocument.settled_on.is_(None)),
        (UNCHANGED, FindingDocument.settled_on.is_not(None)),
    ):
        line = _line(why).join(FindingDocument, FindingDocument.finding_id == Finding.id)
        found.append(
            line.where(
                FindingDocument.district_id == document.district_id,
                FindingDocument.document_id == document.id,
                condition,
            )
        )
    return found
