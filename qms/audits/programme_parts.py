"""What the Word file of a programme tells beside its matrices, so that ISO 19011, clause 5, is
answered: the auditors with their competence, how far the programme came, scope, criteria and team
of the single audits, and what was changed after it was approved."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from qms.audits.models import Audit, AuditorCompetence, AuditProgramme, TeamRole
from qms.audits.programme_history import LABELS, SENTENCES
from qms.audits.queries.competence import (
    auditors_of,
    competences_of,
    experience_of,
    label_of,
    standards_of,
)
from qms.audits.queries.programme import audits_by_id
from qms.audits.showing.competence import validity
from qms.audits.showing.programme import VisitState, sees_audit, visit_state
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.timeline import timeline
from qms.office.blocks import Block, Cell, Column, Heading, Paragraph, Table
from qms.people.models import Person
from qms.standards.queries import edition_by_id
from qms.units.tree import Tree


def auditor_blocks(
    programme: AuditProgramme, units: Sequence[int], person: Person
) -> Iterator[Block]:
    """Who may audit these units, in what they are competent, and how long that holds."""
    yield Heading(_("Auditors"), 1)
    found = auditors_of(person, units)
    if not found:
        yield Paragraph(_("Nobody holds an auditor's role in these units."))
        return
    ids = [one.id for one in found]
    held, did = competences_of(ids), experience_of(ids)
    wanted, today = standards_of(programme.edition_ids), person.district.today
    day = _("Validity as of %(day)s.", day=dates.long_day(today))
    yield Paragraph(day, "note", leads=True)
    columns = [
        Column(_("Name"), 28),
        Column(_("Standard"), 14),
        Column(_("Training or certificate"), 32),
        Column(_("Validity"), 20),
        Column(_("Led here"), 13, "integer"),
        Column(_("Audited here"), 13, "integer"),
    ]

    def rows() -> Iterator[list[Cell]]:
        for one in found:
            here: list[Cell] = [did[one.id].led, did[one.id].audited]
            told = [
                each
                for each in held.get(one.id, ())
                if each.standard in wanted and each.withdrawn_on is None
            ]
            if not told:
                yield [one.name, "–", _("No competence is recorded."), "–", *here]
            for each in told:
                what = [label_of(each.standard), _training(each), _until(each, today)]
                yield [one.name, *what, *here]

    yield Table(columns, rows())


def _training(one: AuditorCompetence) -> str:
    """The training, by whom, under which number, and whether it was one for leaders."""
    about = ", ".join(filter(None, (one.provider, one.scheme, one.number)))
    leads = _("leads teams") if one.may_lead else ""
    return "\n".join(filter(None, (one.training, about, leads)))


def _until(one: AuditorCompetence, today: date) -> str:
    return validity(one, today)[0]


def progress_blocks(visits: Sequence[Any], today: date) -> Iterator[Block]:
    """How many visits of each year are planned, done and late."""
    counted: dict[int, Counter[VisitState]] = {}
    for visit in visits:
        counted.setdefault(visit.month.year, Counter())[visit_state(visit, today)] += 1
    if not counted:
        return
    yield Heading(_("How far the programme came"), 1)
    columns = [Column(_("Year"), 12), Column(_("Visits"), 12, "integer")]
    columns += [Column(str(one.label), 20, "integer") for one in VisitState]
    yield Table(
        columns,
        (
            [str(year), found.total(), *(found[one] for one in VisitState)]
            for year, found in sorted(counted.items())
        ),
    )


def audit_blocks(visits: Sequence[Any], person: Person) -> Iterator[Block]:
    """Scope, criteria and team of the audits that the visits led to, as far as one sees them."""
    ids = [one.audit_id for one in visits if sees_audit(one, person)]
    found = audits_by_id(ids)
    if not found:
        return
    yield Heading(_("Scope, criteria and team of the audits"), 1)
    columns = [
        Column(_("Audit"), 30),
        Column(_("Days"), 20),
        Column(_("Objectives and scope"), 46),
        Column(_("Criteria"), 36),
        Column(_("Audit team"), 34),
    ]
    tree = person.rights.tree
    yield Table(columns, ([*_audit(one, tree)] for one in found))


def _audit(audit: Audit, tree: Tree) -> Iterator[Cell]:
    yield f"{audit.number}\n{tree[audit.unit_id].name}"
    yield dates.long_days(audit.planned_from, audit.planned_until)
    yield "\n".join(filter(None, (audit.objectives, audit.scope))) or "–"
    yield _criteria(audit)
    yield "\n".join(_member(one) for one in audit.members) or "–"


def _criteria(audit: Audit) -> str:
    """The standards, as far as the written criteria do not name them, and these."""
    codes = [edition_by_id(one).code for one in audit.edition_ids]
    unnamed = [code for code in codes if code not in (audit.criteria or "")]
    return "\n".join(filter(None, (", ".join(unnamed), audit.criteria)))


def _member(member: Any) -> str:
    if member.role is TeamRole.AUDITOR:
        return str(member.person.name)
    return f"{member.person.name} ({str(member.role.label).lower()})"


def change_blocks(programme: AuditProgramme, person: Person) -> Iterator[Block]:
    """What was changed after the programme was approved, by whom and why."""
    entries = timeline(programme, SENTENCES, LABELS, person.district.timezone)
    told = [one for one in reversed(entries) if one.reason]
    if not told:
        return
    yield Heading(_("Changes after approval"), 1)
    columns = [
        Column(_("Day and time"), 24),
        Column(_("Who"), 28),
        Column(_("What"), 34),
        Column(_("Reason"), 80),
    ]
    yield Table(columns, ([one.when, one.who, one.sentence, one.reason] for one in told))
