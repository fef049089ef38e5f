"""The customary papers of an audit in Word: plan, letter of assignment (surat tugas), attendance
lists, statements of independence. What is not known is dotted, to be filled in by hand."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from qms.audits.models import (
    Audit,
    AuditMember,
    AuditPlan,
    AuditSession,
    Meeting,
    SessionKind,
)
from qms.audits.queries.fieldwork import attendance_of
from qms.audits.showing import days_of
from qms.audits.suitability import overruled_sentence
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.office.blocks import (
    Block,
    BulletList,
    Column,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Signature,
    Signatures,
    Table,
)
from qms.people.models import Appointment, Person
from qms.people.queries import appointments_on
from qms.standards.queries import cited_text, edition_by_id, in_clause_order

DOTS = "." * 40
MEETINGS = {Meeting.OPENING: SessionKind.OPENING, Meeting.CLOSING: SessionKind.CLOSING}
ROWS_BY_HAND = 10
"""Empty rows of an attendance list, beside those who are known to come."""


class Paper(StrEnum):
    PLAN = "plan"
    LETTER = "letter"
    OPENING = "opening"
    CLOSING = "closing"
    INDEPENDENCE = "independence"

    @property
    def label(self) -> Any:
        return LABELS[self]


LABELS = {
    Paper.PLAN: _l("Audit plan"),
    Paper.LETTER: _l("Letter of assignment"),
    Paper.OPENING: _l("Attendance list of the opening meeting"),
    Paper.CLOSING: _l("Attendance list of the closing meeting"),
    Paper.INDEPENDENCE: _l("Statement of independence"),
}


def blocks_of(
    paper: Paper,
    audit: Audit,
    plan: AuditPlan | None,
    sessions: Sequence[AuditSession],
    person: Person,
) -> Iterator[Block]:
    """A paper's content. `person` prints it: names of units are as they know them."""
    unit = person.rights.tree[audit.unit_id].name
    people = [audit.planned_by_id, *(one.person_id for one in audit.members)]
    if plan is not None and plan.letter_by_id is not None:
        people.append(plan.letter_by_id)
    posts: dict[int, Appointment] = {}
    for held in appointments_on(people, audit.planned_from):
        if held.person_id not in posts or held.position.is_head:
            posts[held.person_id] = held
    match paper:
        case Paper.PLAN:
            return _plan(audit, plan, sessions, unit, posts)
        case Paper.LETTER:
            return _letter(audit, plan, unit, posts)
        case Paper.OPENING:
            return _attendance(audit, sessions, Meeting.OPENING, unit, posts)
        case Paper.CLOSING:
            return _attendance(audit, sessions, Meeting.CLOSING, unit, posts)
        case Paper.INDEPENDENCE:
            return _independence(audit, unit, posts)


def _post(posts: dict[int, Appointment], person_id: int) -> str:
    held = posts.get(person_id)
    return held.title if held is not None else ""


def _nip(posts: dict[int, Appointment], person_id: int) -> str:
    held = posts.get(person_id)
    return (held.nip or "") if held is not None else ""


def _standards(audit: Audit) -> str:
    return ", ".join(edition_by_id(one).code for one in audit.edition_ids)


def _plan(
    audit: Audit,
    plan: AuditPlan | None,
    sessions: Sequence[AuditSession],
    unit: str,
    posts: dict[int, Appointment],
) -> Iterator[Block]:
    yield Heading(_("Audit plan"), 1)
    facts = [
        (_("Number"), audit.number),
        (_("Audit"), audit.title),
        (_("Unit"), unit),
        (_("Standards"), _standards(audit)),
        (_("Days"), days_of(audit.planned_from, audit.planned_until)),
        (_("Audit objectives"), audit.objectives),
        (_("Scope"), audit.scope),
        (_("Criteria"), audit.criteria),
        (_("Methods"), audit.methods),
        (_("Language"), plan.language if plan else None),
        (_("Logistics"), plan.logistics if plan else None),
    ]
    yield Facts([(label, value) for label, value in facts if value])
    yield Heading(_("Audit team"), 2)
    yield Table(
        [Column(_("Name"), 30), Column(_("Role"), 16), Column(_("Position"), 40)],
        [
            [one.person.name, str(one.role.label), _post(posts, one.person_id)]
            for one in audit.members
        ],
    )
    yield PageBreak(landscape=True)
    yield Heading(_("Timetable"), 2)
    yield Table(_columns(), _lines(audit, sessions))
    yield Signatures(
        [
            Signature(
                _("Prepared by"),
                audit.lead.person.name if audit.lead else "",
                str(audit.lead.role.label) if audit.lead else "",
                _nip(posts, audit.lead.person_id) if audit.lead else "",
            ),
            Signature(
                _("Approved by"),
                audit.planned_by.name,
                _post(posts, audit.planned_by_id),
                _nip(posts, audit.planned_by_id),
            ),
        ]
    )


def _columns() -> list[Column]:
    return [
        Column(_("Day"), 16, "date"),
        Column(_("Hours"), 12),
        Column(_("Activity or process"), 36),
        Column(_("Clauses"), 22),
        Column(_("Auditors"), 26),
        Column(_("With whom"), 26),
        Column(_("Place"), 20),
    ]


def _lines(audit: Audit, sessions: Sequence[AuditSession]) -> Iterator[list[Any]]:
    names = {one.person_id: one.person.name for one in audit.members}
    for one in sessions:
        kind = str(one.kind.label)
        yield [
            one.on,
            f"{one.begins}–{one.ends}",
            f"{kind}: {one.activity}" if one.activity else kind,
            cited_text(in_clause_order(one.clause_ids)),
            "; ".join(names.get(person_id, "") for person_id in one.auditor_ids),
            one.auditee,
            one.place,
        ]


def _letter(
    audit: Audit, plan: AuditPlan | None, unit: str, posts: dict[int, Appointment]
) -> Iterator[Block]:
    yield Heading(_("Letter of assignment"), 1)
    yield Paragraph(_("Number: %(number)s", number=(plan and plan.letter_number) or DOTS), "lead")
    yield Heading(_("Basis"), 2)
    basis = [line for line in ((plan and plan.letter_basis) or "").splitlines() if line.strip()]
    yield BulletList(basis or [DOTS])
    yield Heading(_("Assigned are"), 2)
    yield Table(
        [
            Column(_("No."), 7, "integer"),
            Column(_("Name and NIP"), 34),
            Column(_("Rank"), 22),
            Column(_("Position"), 30),
            Column(_("Role"), 16),
        ],
        [_assigned(n, one, posts) for n, one in enumerate(audit.members, start=1)],
    )
    yield Heading(_("Task"), 2)
    yield Paragraph(
        _(
            "To hold the internal audit %(number)s, %(title)s, at %(unit)s against %(standards)s, "
            "and to report on it in writing.",
            number=audit.number,
            title=audit.title,
            unit=unit,
            standards=_standards(audit),
        )
    )
    yield Facts(
        [
            (_("Time"), days_of(audit.planned_from, audit.planned_until)),
            (_("Place"), unit),
        ]
    )
    place = (plan and plan.letter_place) or "…………………"
    day = dates.long_day(plan.letter_on) if plan and plan.letter_on else "…………………"
    yield Paragraph(_("Issued at %(place)s on %(day)s", place=place, day=day), leads=True)
    yield Signatures([_signer(plan, posts)])


def _assigned(n: int, member: AuditMember, posts: dict[int, Appointment]) -> list[Any]:
    held, nip = posts.get(member.person_id), _nip(posts, member.person_id)
    name = f"{member.person.name}\n{_('NIP')} {nip}" if nip else member.person.name
    rank = (held.rank or "") if held is not None else ""
    return [n, name, rank, _post(posts, member.person_id), str(member.role.label)]


def _signer(plan: AuditPlan | None, posts: dict[int, Appointment]) -> Signature:
    if plan is None or plan.letter_by is None:
        return Signature(_("The official"))
    return Signature(
        _post(posts, plan.letter_by.id) or _("The official"),
        plan.letter_by.name,
        nip=_nip(posts, plan.letter_by.id),
    )


def _attendance(
    audit: Audit,
    sessions: Sequence[AuditSession],
    which: Meeting,
    unit: str,
    posts: dict[int, Appointment],
) -> Iterator[Block]:
    """The team is on it, and who was taken down on the spot; the others write themselves in."""
    kind = MEETINGS[which]
    meeting = next((one for one in sessions if one.kind is kind), None)
    yield Heading(_("Attendance list"), 1)
    yield Facts(
        [
            (_("Event"), f"{kind.label}, {audit.number} {audit.title}"),
            (_("Unit"), unit),
            (_("Day"), dates.long_day(meeting.on) if meeting else DOTS),
            (_("Hours"), f"{meeting.begins}–{meeting.ends}" if meeting else DOTS),
            (_("Place"), (meeting.place if meeting else None) or DOTS),
            (_("Agenda"), (meeting.activity if meeting else None) or DOTS),
        ]
    )
    rows: list[list[Any]] = [
        [
            n,
            one.person.name,
            _nip(posts, one.person_id),
            _post(posts, one.person_id),
            _zigzag(n),
        ]
        for n, one in enumerate(audit.members, start=1)
    ]
    team = {one.person.name for one in audit.members}
    for one in attendance_of(audit):
        if one.meeting is which and one.name not in team:
            n = len(rows) + 1
            rows.append([n, one.name, "", one.post or "", _zigzag(n)])
    count = len(rows)
    rows += [[n, "", "", "", _zigzag(n)] for n in range(count + 1, count + ROWS_BY_HAND + 1)]
    yield Table(
        [
            Column(_("No."), 7, "integer"),
            Column(_("Name"), 30),
            Column(_("NIP"), 22),
            Column(_("Position or unit"), 30),
            Column(_("Signature"), 26),
        ],
        rows,
    )


def _zigzag(n: int) -> str:
    """Where one signs: odd numbers on the left, even ones on the right, on two lines each."""
    return f"{n}. …………\n" if n % 2 else f"\n                    {n}. …………"


def _independence(audit: Audit, unit: str, posts: dict[int, Appointment]) -> Iterator[Block]:
    """A page for each who judges."""
    judges = [one for one in audit.members if one.role.judges]
    if not judges:
        yield Heading(_("Statement of independence"), 1)
        yield Paragraph(_("Nobody is chosen yet."))
    for n, one in enumerate(judges):
        if n:
            yield PageBreak()
        yield Heading(_("Statement of independence"), 1)
        yield Paragraph(_("I, the undersigned:"))
        yield Facts(
            [
                (_("Name"), one.person.name),
                (_("NIP"), _nip(posts, one.person_id) or DOTS),
                (_("Position"), _post(posts, one.person_id) or DOTS),
                (_("Role"), str(one.role.label)),
                (_("Audit"), f"{audit.number} {audit.title}"),
                (_("Audited unit"), unit),
                (_("Standards"), _standards(audit)),
                (_("Days"), days_of(audit.planned_from, audit.planned_until)),
            ]
        )
        yield Paragraph(_("declare that in this audit I:"), leads=True)
        yield BulletList(_declared())
        if one.overrule_reason and one.overruled_by is not None:
            yield Paragraph(
                _(
                    "Known and overruled in writing by %(who)s: %(what)s. Reason: %(reason)s",
                    who=one.overruled_by.name,
                    what=overruled_sentence(one.overruled or []) or _("independence"),
                    reason=one.overrule_reason,
                ),
                "note",
            )
        yield Paragraph(_("Made truthfully, to be used as needed."))
        yield Paragraph("…………………, …………………", leads=True)
        yield Signatures(
            [Signature(_("Who declares this"), one.person.name, nip=_nip(posts, one.person_id))]
        )


def _declared() -> list[str]:
    return [
        _("do not audit my own work, and have no say in the audited unit;"),
        _("did not advise the unit on what is audited;"),
        _("have no family, business or other interest that could sway my judgement;"),
        _("take no gift or favour from who is audited;"),
        _("judge on evidence only, and report what I find as it is;"),
        _("keep to myself what I learn, and say at once when any of this changes."),
    ]
