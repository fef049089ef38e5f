"""The customary papers of an audit in Word: plan, letter of assignment (surat tugas), attendance
lists, minutes of meetings (`minutes`), statements of independence. What is not known is dotted, to
be filled in by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qms.audits.gathering import excluded_of
from qms.audits.minutes import DOTS, TITLES, minutes_blocks
from qms.audits.models import (
    Audit,
    AuditMember,
    AuditPlan,
    AuditSession,
    Meeting,
    PlanState,
    SessionKind,
)
from qms.audits.queries.fieldwork import attendance_of, meetings_held
from qms.audits.report import excluded_blocks
from qms.audits.showing.report import hours_text
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
    Letterhead,
    PageBreak,
    Paragraph,
    Signature,
    Signatures,
    Table,
)
from qms.people.models import Person
from qms.people.posts import Posts
from qms.standards.queries import cited_text, edition_by_id, in_clause_order, own_titles
from qms.units.letterheads import letterhead_of
from qms.units.tree import Tree

MEETINGS = {Meeting.OPENING: SessionKind.OPENING, Meeting.CLOSING: SessionKind.CLOSING}
ROWS_BY_HAND = 10
"""Empty rows of an attendance list, beside those who are known to come."""


class Paper(StrEnum):
    PLAN = "plan"
    LETTER = "letter"
    OPENING = "opening"
    OPENING_MINUTES = "opening-minutes"
    CLOSING = "closing"
    CLOSING_MINUTES = "closing-minutes"
    INDEPENDENCE = "independence"

    @property
    def label(self) -> Any:
        return LABELS[self]


LABELS = {
    Paper.PLAN: _l("Audit plan"),
    Paper.LETTER: _l("Letter of assignment"),
    Paper.OPENING: _l("Attendance list of the opening meeting"),
    Paper.OPENING_MINUTES: TITLES[Meeting.OPENING],
    Paper.CLOSING_MINUTES: TITLES[Meeting.CLOSING],
    Paper.CLOSING: _l("Attendance list of the closing meeting"),
    Paper.INDEPENDENCE: _l("Statement of independence"),
}


@dataclass(frozen=True)
class Known:
    """What the papers of an audit are made of."""

    audit: Audit
    plan: AuditPlan | None
    sessions: Sequence[AuditSession]
    unit: str
    posts: Posts
    tree: Tree

    @property
    def days(self) -> str:
        return dates.long_days(self.audit.planned_from, self.audit.planned_until)

    @property
    def standards(self) -> str:
        return ", ".join(edition_by_id(one).code for one in self.audit.edition_ids)

    def letterhead(self, signer: int | None = None) -> Letterhead:
        """Of the unit in which the signer has a post, else of the one in which who plans has it."""
        asked = map(self.posts.unit_id, (signer, self.audit.planned_by_id))
        unit_id = next((one for one in asked if one is not None), self.tree.root.id)
        return letterhead_of(self.tree, unit_id)


def blocks_of(
    paper: Paper,
    audit: Audit,
    plan: AuditPlan | None,
    sessions: Sequence[AuditSession],
    person: Person,
) -> Iterator[Block]:
    """A paper's content. `person` prints it: names of units are as they know them."""
    tree = person.rights.tree
    people = [audit.planned_by_id, *(one.person_id for one in audit.members)]
    if plan is not None and plan.letter_by_id is not None:
        people.append(plan.letter_by_id)
    posts = Posts(people, audit.planned_from)
    known = Known(audit, plan, sessions, tree[audit.unit_id].name, posts, tree)
    match paper:
        case Paper.PLAN:
            return _plan(known)
        case Paper.LETTER:
            return _letter(known)
        case Paper.OPENING:
            return _attendance(known, Meeting.OPENING)
        case Paper.CLOSING:
            return _attendance(known, Meeting.CLOSING)
        case Paper.OPENING_MINUTES:
            return minutes_blocks(audit, Meeting.OPENING, known.letterhead(), posts)
        case Paper.CLOSING_MINUTES:
            return minutes_blocks(audit, Meeting.CLOSING, known.letterhead(), posts)
        case Paper.INDEPENDENCE:
            return _independence(known)


def _plan(known: Known) -> Iterator[Block]:
    audit, plan = known.audit, known.plan
    yield known.letterhead()
    yield Heading(_("Audit plan"), 1, centred=True)
    facts = [
        (_("Number"), audit.number),
        (_("Audit"), audit.title),
        (_("Unit"), known.unit),
        (_("Standards"), known.standards),
        (_("Days"), known.days),
        (_("Audit objectives"), audit.objectives),
        (_("Scope"), audit.scope),
        (_("Criteria"), audit.criteria or known.standards),
        (_("Methods"), audit.methods),
        (_("Language"), plan.language if plan else None),
        (_("Logistics"), plan.logistics if plan else None),
        (_("Acknowledged by the auditee"), _acknowledged(plan)),
    ]
    yield Facts([(label, value) for label, value in facts if value])
    yield Heading(_("Audit team"), 2)
    yield Table(
        [Column(_("Name"), 30), Column(_("Role"), 16), Column(_("Position"), 40)],
        [
            [one.person.name, str(one.role.label), known.posts.title(one.person_id)]
            for one in audit.members
        ],
    )
    yield from excluded_blocks(excluded_of(audit), own_titles(audit.district_id))
    yield PageBreak(landscape=True)
    yield Heading(_("Timetable"), 2)
    yield Table(_columns(), _lines(audit, known.sessions))
    prepared = Signature(_("Prepared by"))
    if audit.lead is not None:
        role = str(audit.lead.role.label)
        prepared = known.posts.signature(_("Prepared by"), audit.lead.person, position=role)
    yield Signatures([prepared, known.posts.signature(_("Approved by"), audit.planned_by)])


def _acknowledged(plan: AuditPlan | None) -> str:
    """Who acknowledged the plan for the unit, and when."""
    if plan is None or plan.state is not PlanState.ACKNOWLEDGED or plan.answered_by is None:
        return ""
    return f"{plan.answered_by.name}, {dates.long_day(plan.answered_on)}"


def _columns() -> list[Column]:
    return [
        Column(_("Day"), 17, "date"),
        Column(_("Hours"), 14),
        Column(_("Activity or process"), 34),
        Column(_("Clauses"), 20),
        Column(_("Auditors"), 31),
        Column(_("With whom"), 26),
        Column(_("Place"), 20),
    ]


def _lines(audit: Audit, sessions: Sequence[AuditSession]) -> Iterator[list[Any]]:
    names = {one.person_id: one.person.name for one in audit.members}
    for one in sessions:
        kind = str(one.kind.label)
        yield [
            one.on,
            hours_text(one.begins, one.ends),
            f"{kind}: {one.activity}" if one.activity else kind,
            cited_text(in_clause_order(one.clause_ids)),
            "\n".join(names.get(person_id, "") for person_id in one.auditor_ids),
            one.auditee,
            one.place,
        ]


def _letter(known: Known) -> Iterator[Block]:
    audit, plan = known.audit, known.plan
    yield known.letterhead(plan.letter_by_id if plan else None)
    yield Heading(_("Letter of assignment"), 1, centred=True)
    number = (plan and plan.letter_number) or DOTS
    yield Paragraph(_("Number: %(number)s", number=number), "centred")
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
        [_assigned(n, one, known.posts) for n, one in enumerate(audit.members, start=1)],
    )
    yield Heading(_("Task"), 2)
    yield Paragraph(
        _(
            "To hold the internal audit %(number)s, %(title)s, at %(unit)s against %(standards)s, "
            "and to report on it in writing.",
            number=audit.number,
            title=audit.title,
            unit=known.unit,
            standards=known.standards,
        )
    )
    yield Facts([(_("Time"), known.days), (_("Place"), known.unit)])
    place = (plan and plan.letter_place) or "…………………"
    day = dates.long_day(plan.letter_on) if plan and plan.letter_on else "…………………"
    yield Signatures(
        [_signer(known)], place=_("Issued at %(place)s\non %(day)s", place=place, day=day)
    )


def _assigned(n: int, member: AuditMember, posts: Posts) -> list[Any]:
    nip = posts.nip(member.person_id)
    name = f"{member.person.name}\n{_('NIP')} {nip}" if nip else member.person.name
    rank, title = posts.rank(member.person_id), posts.title(member.person_id)
    return [n, name, rank, title, str(member.role.label)]


def _signer(known: Known) -> Signature:
    by = known.plan.letter_by if known.plan is not None else None
    if by is None:
        return Signature(_("The official"))
    title = known.posts.title(by.id) or _("The official")
    return Signature(title, by.name, nip=known.posts.nip(by.id), rank=known.posts.rank(by.id))


def _attendance(known: Known, which: Meeting) -> Iterator[Block]:
    """The team is on it, and who was taken down on the spot; the others write themselves in."""
    audit, posts, kind = known.audit, known.posts, MEETINGS[which]
    meeting = next((one for one in known.sessions if one.kind is kind), None)
    held = meetings_held(audit).get(which)
    told = held or meeting
    day = held.held_on if held else meeting.on if meeting else None
    hours = hours_text(told.begins, told.ends) if told else ""
    place = told.place if told else None
    yield known.letterhead()
    yield Heading(_("Attendance list"), 1, centred=True)
    yield Facts(
        [
            (_("Event"), f"{kind.label}, {audit.number} {audit.title}"),
            (_("Unit"), known.unit),
            (_("Day"), dates.long_day(day) or DOTS),
            (_("Hours"), hours or DOTS),
            (_("Place"), place or DOTS),
            (_("Agenda"), (meeting.activity if meeting else None) or DOTS),
        ]
    )
    present = [(one.person.name, one.person_id) for one in audit.members]
    rows = [[name, posts.nip(who), posts.title(who)] for name, who in present]
    team = {name for name, _who in present}
    rows += [
        [one.name, "", one.post or ""]
        for one in attendance_of(audit)
        if one.meeting is which and one.name not in team
    ]
    rows += [["", "", ""]] * ROWS_BY_HAND
    yield Table(
        [
            Column(_("No."), 6, "integer"),
            Column(_("Name"), 33),
            Column(_("NIP"), 24),
            Column(_("Position or unit"), 28),
            Column(_("Signature"), 25),
        ],
        [[n, *row, _zigzag(n)] for n, row in enumerate(rows, start=1)],
    )
    if audit.lead is not None:
        yield Signatures(
            [posts.signature(str(audit.lead.role.label), audit.lead.person, position="")]
        )


def _zigzag(n: int) -> str:
    """Where one signs: odd numbers on the left, even ones on the right, on two lines each."""
    return f"{n}. …………\n" if n % 2 else f"\n                    {n}. …………"


def _independence(known: Known) -> Iterator[Block]:
    """A page for each who judges."""
    audit, posts = known.audit, known.posts
    judges = [one for one in audit.members if one.role.judges]
    if not judges:
        yield known.letterhead()
        yield Heading(_("Statement of independence"), 1, centred=True)
        yield Paragraph(_("Nobody is chosen yet."))
    for n, one in enumerate(judges):
        if n:
            yield PageBreak()
        yield known.letterhead()
        yield Heading(_("Statement of independence"), 1, centred=True)
        yield Paragraph(_("I, the undersigned:"))
        yield Facts(
            [
                (_("Name"), one.person.name),
                (_("NIP"), posts.nip(one.person_id) or DOTS),
                (_("Position"), posts.title(one.person_id) or DOTS),
                (_("Role"), str(one.role.label)),
                (_("Audit"), f"{audit.number} {audit.title}"),
                (_("Audited unit"), known.unit),
                (_("Standards"), known.standards),
                (_("Days"), known.days),
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
        yield Signatures(
            [posts.signature(_("Who declares this"), one.person, position="")],
            place="…………………, …………………",
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
