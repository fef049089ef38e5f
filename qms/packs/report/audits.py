"""The audits: what each clause came to over the period, then one section for every audit."""

from collections.abc import Iterator

from sqlalchemy import select

from qms.audits.models import AuditFinding, AuditState
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.core.i18n import ngettext
from qms.office.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Link,
    Paragraph,
    Run,
    Table,
    written,
)
from qms.packs.content import Content
from qms.packs.models import Chapter
from qms.packs.reading import findings
from qms.packs.reading.audits import AuditEntry, audits, never_looked_at
from qms.packs.report.tables import STATEMENT, days, finding_state
from qms.packs.wording import brief, results_text
from qms.standards.queries import EditionRow


def audits_chapter(content: Content) -> Iterator[Block]:
    yield Heading(_("Audits"), 1, "audits")
    if not content.counts.audits:
        yield Paragraph(Run(_("No audit is recorded in this period."), italic=True))
        return
    yield overview(content)
    for edition in content.about.editions:
        yield from coverage_of(content, edition)
    for line in audits(content.reader):
        yield from audit_section(content, line)


def overview(content: Content) -> Table:
    """All audits, each leading to its section."""
    rows: Iterator[list[Cell]] = (
        [
            Link(line.number, f"#{bookmark_of(line)}"),
            line.title,
            *([line.unit] if content.has_several_units else []),
            str(line.kind.label),
            line.editions,
            days(line.planned_from, line.planned_until),
            str(line.state.label),
        ]
        for line in audits(content.reader)
    )
    columns = [
        Column(_("Number"), 22),
        Column(_("Title"), 30),
        *([Column(_("Unit"), 18)] if content.has_several_units else []),
        Column(_("Kind"), 16),
        Column(_("Standards"), 16),
        Column(_("Days"), 18),
        Column(_("State"), 14),
    ]
    return Table(columns, rows)


def bookmark_of(line: AuditEntry) -> str:
    return f"audit_{line.uid.hex}"


def coverage_of(content: Content, edition: EditionRow) -> Iterator[Block]:
    """Which clauses of an edition the audits looked at, and which not."""
    yield Heading(_("Coverage of %(standard)s", standard=edition.code), 2)
    clauses = content.reader.clauses_of(edition.key)
    rows: list[list[Cell]] = [
        [
            content.link(clause.number, Chapter.CLAUSES, f"c_{clause.key}"),
            content.reader.title(clause),
            "\n".join(f"{number}: {results_text(found)}" for number, found in audited),
        ]
        for clause in clauses
        if (audited := content.audited.at(clause.id))
    ]
    if rows:
        columns = [Column(_("Clause"), 10), Column(_("Title"), 40), Column(_("Results"), 50)]
        yield Table(columns, rows)
        yield Paragraph(
            _(
                "An audit looks at a sample. That nothing was found does not prove that there is "
                "nothing to be found."
            ),
            "note",
        )
    left = [
        clause
        for clause in never_looked_at(content.reader, content.audited, clauses)
        if not content.applicable.at(clause).by_all
    ]
    if not rows:
        yield Paragraph(_("No audit of this pack has a checklist for this standard."))
    elif left:
        text = ngettext(
            "No audit of this pack looked at %(num)s clause that applies:",
            "No audit of this pack looked at these %(num)s clauses that apply:",
            len(left),
        )
        numbers = ", ".join(clause.number for clause in left)
        yield Paragraph([Run(text, bold=True), f" {numbers}."])
    else:
        yield Paragraph(_("The audits of this pack looked at every clause that applies."))


def audit_section(content: Content, line: AuditEntry) -> Iterator[Block]:
    yield Heading(f"{line.number} {line.title}", 2, bookmark_of(line))
    yield Facts([(label, value) for label, value in facts_of(content, line) if value])
    if line.team:
        yield team_table(line)
    if line.meetings:
        yield meetings_table(line)
        for one in line.meetings:
            if one.agreed:
                yield Paragraph([Run(f"{one.meeting.label}: ", bold=True), one.agreed])
    for _name, heading, text in line.said:
        yield Paragraph(Run(heading, bold=True), leads=True)
        yield from written(text)
    yield from results(content, line)
    yield from findings_of(content, line)
    if line.stances:
        yield stances_table(line)


def facts_of(content: Content, line: AuditEntry) -> list[tuple[str, Cell]]:
    return [
        (_("Unit"), line.unit if content.has_several_units else None),
        (_("Kind"), str(line.kind.label)),
        (_("Certification body"), line.body),
        (_("Number given by the body"), line.body_reference),
        (_("Standards"), line.editions),
        (_("State"), str(line.state.label)),
        (_("Days"), dates.long_days(line.planned_from, line.planned_until)),
        (_("Begun on"), dates.long_day(line.opened_on)),
        (_("Closed on"), dates.long_day(line.closed_on)),
        (_("Audit objectives"), line.objectives),
        (_("Scope"), line.scope),
        (_("Criteria"), line.criteria),
        (_("Methods"), line.methods),
        (_("Report"), report_state(line)),
        (_("Why there is a new issue"), line.correction_reason),
    ]


def report_state(line: AuditEntry) -> str:
    """Issue 2, signed by ...; or being signed; or given up with the audit."""
    if line.issue is None:
        return ""
    issue = _("Issue %(n)s", n=line.issue)
    if not line.is_signed and line.state is AuditState.CANCELLED:
        return _("%(issue)s, not completed: audit cancelled", issue=issue)
    if not line.is_signed:
        return _("%(issue)s, being signed", issue=issue)
    return _("%(issue)s, signed by %(who)s", issue=issue, who="; ".join(line.signatures))


def team_table(line: AuditEntry) -> Table:
    columns = [
        Column(_("Name"), 30),
        Column(_("Role"), 20),
        Column(_("Overruled"), 60),
    ]
    rows: list[list[Cell]] = [
        [one.name, str(one.role.label), one.overruled or "–"] for one in line.team
    ]
    return Table(columns, rows, _("Audit team"))


def meetings_table(line: AuditEntry) -> Table:
    """Who was at the opening and closing meetings."""
    columns = [
        Column(_("Meeting"), 22),
        Column(_("Day"), 18),
        Column(_("Name"), 30),
        Column(_("Position or unit"), 40),
    ]
    rows: list[list[Cell]] = [
        [str(one.meeting.label), dates.short_day(one.on), name, post]
        for one in line.meetings
        for name, post in one.people or (("–", None),)
    ]
    return Table(columns, rows, _("Meetings"))


def stances_table(line: AuditEntry) -> Table:
    columns = [
        Column(_("Findings"), 29),
        Column(_("About"), 48),
        Column(_("Agreement"), 27),
        Column(_("What they say"), 44),
    ]
    rows: list[list[Cell]] = [
        [
            one.findings,
            f"{one.clauses}\n{brief(one.about, STATEMENT)}",
            "\n".join(filter(None, (str(one.stance.label), one.spoken_by))),
            one.note,
        ]
        for one in line.stances
    ]
    return Table(columns, rows, _("What the auditee says to the findings"))


def results(content: Content, line: AuditEntry) -> Iterator[Block]:
    """What each clause came to in this audit."""
    if not line.lines:
        return
    yield Paragraph(
        ngettext(
            "%(num)s line on the checklist: %(results)s.",
            "%(num)s lines on the checklist: %(results)s.",
            line.lines,
            results=results_text(line.results),
        )
    )
    found = content.audited.results
    rows: list[list[Cell]] = [
        [
            clause.edition_code,
            content.link(clause.number, Chapter.CLAUSES, f"c_{clause.key}"),
            content.reader.title(clause),
            results_text(found[clause.id][line.id]),
        ]
        for clause in content.reader.clauses.values()
        if line.id in found.get(clause.id, {})
    ]
    if rows:
        columns = [
            Column(_("Standard"), 18),
            Column(_("Clause"), 10),
            Column(_("Title"), 36),
            Column(_("Results"), 40),
        ]
        yield Table(columns, rows, _("Results by clause"))


def findings_of(content: Content, line: AuditEntry) -> Iterator[Block]:
    if not line.findings:
        if line.opened_on:
            yield Paragraph(Run(_("No findings are shown for this audit."), italic=True))
        return
    columns = [
        Column(_("Number"), 22),
        Column(_("Grade"), 18),
        Column(_("Deviation"), 40),
        Column(_("Clauses"), 18),
        Column(_("State"), 20),
    ]
    of_audit = select(AuditFinding.finding_id).where(AuditFinding.audit_id == line.id)
    rows: list[list[Cell]] = [
        [
            content.link(one.number, Chapter.FINDINGS, "register_findings"),
            str(one.grade.label),
            brief(one.deviation, STATEMENT),
            one.clauses,
            finding_state(one),
        ]
        for one in findings.findings(content.reader, ids=of_audit)
    ]
    yield Table(columns, rows, _("Findings of the audit"))
