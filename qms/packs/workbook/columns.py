"""The columns of each register in Excel: title, width, kind, and how a line fills them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from qms.audits.models import Meeting
from qms.audits.showing.report import PART_LABELS
from qms.core import dates
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.office.blocks import Cell, Column, Kind, Link
from qms.packs.content import Content
from qms.packs.files import PlannedFile
from qms.packs.wording import brief, meeting_text, results_text, said_text

Columns = list["Field"]
LONGEST_LINK = 36
"""Characters of a file's name that are shown beside its record: not every program wraps links."""


@dataclass(frozen=True)
class Field:
    """A column and the value that a line has in it."""

    column: Column
    value: Callable[[Any], Cell]


def field(title: str, width: int, value: Callable[[Any], Cell], kind: Kind = "text") -> Field:
    return Field(Column(title, width, kind), value)


def day(title: str, value: Callable[[Any], Cell]) -> Field:
    return Field(Column(title, 18, "date"), value)


def yes_no(title: str, width: int, value: Callable[[Any], bool]) -> Field:
    """In words, as Excel would print 1 and 0 in some places."""
    yes, no = _("Yes"), _("No")
    return field(title, width, lambda line: yes if value(line) else no)


def restricted() -> Field:
    return yes_no(_("Restricted"), 12, lambda line: line.access is AccessClass.RESTRICTED)


def first_file(files: Sequence[PlannedFile]) -> Cell:
    """A link to the first file that is in the pack, with the beginning of its name."""
    kept = [PurePosixPath(file.path) for file in files if not file.is_missing]
    if not kept:
        return None
    return Link(brief(kept[0].stem, LONGEST_LINK) + kept[0].suffix, str(kept[0]))


def document_fields(content: Content) -> Columns:
    plan = content.plan

    def files(line: Any) -> list[PlannedFile]:
        return plan.of_revisions.get(line.revision_id, [])

    def where(line: Any) -> Cell:
        found = first_file(files(line))
        return found or (Link(line.link, line.link) if line.link else None)

    return [
        field(_("Number"), 24, lambda line: line.number),
        field(_("Title"), 44, lambda line: line.title),
        field(_("Type"), 18, lambda line: str(line.type.label)),
        field(_("Unit"), 30, lambda line: line.unit),
        field(_("State"), 18, lambda line: str(line.phase.label)),
        field(_("Revision"), 10, lambda line: line.revision),
        day(_("In force from"), lambda line: line.effective_from),
        day(_("Until"), lambda line: line.effective_until),
        day(_("Approved on"), lambda line: line.approved_on),
        field(_("Prepared by"), 30, lambda line: line.prepared),
        field(_("Checked by"), 30, lambda line: line.checked),
        field(_("Approved by"), 30, lambda line: line.approved),
        field(_("Owner"), 28, lambda line: line.owner),
        field(_("Clauses"), 34, lambda line: line.clauses),
        field(_("Change note"), 40, lambda line: line.change_note),
        day(_("Review on"), lambda line: line.review_on),
        day(_("Withdrawn on"), lambda line: line.withdrawn_on),
        field(_("Reason for withdrawal"), 30, lambda line: line.withdrawn_reason),
        field(_("Classification"), 14, lambda line: str(line.classification.label)),
        restricted(),
        field(_("Language"), 10, lambda line: line.language),
        field(_("Evidence"), 34, lambda line: line.evidence),
        field(_("File"), 44, where, "link"),
        field(_("Files"), 9, lambda line: len(files(line)), "integer"),
        field(_("External number"), 20, lambda line: line.external_number),
        yes_no(_("Imported"), 12, lambda line: line.is_imported),
        field(_("Identifier"), 38, lambda line: str(line.uid)),
    ]


def evidence_fields(content: Content) -> Columns:
    def files(line: Any) -> list[PlannedFile]:
        return content.plan.of_evidence.get(line.id, [])

    return [
        field(_("Evidence"), 44, lambda line: line.name),
        field(_("Description"), 44, lambda line: line.description),
        field(_("Unit"), 30, lambda line: line.unit),
        day(_("Added on"), lambda line: line.added_on),
        day(_("Proves from"), lambda line: line.proves_from),
        day(_("Proves until"), lambda line: line.proves_until),
        day(_("Valid until"), lambda line: line.valid_until),
        field(_("Clauses"), 34, lambda line: line.clauses),
        field(_("Documents"), 24, lambda line: line.documents),
        field(_("Findings"), 26, lambda line: line.findings),
        field(_("Actions"), 26, lambda line: line.actions),
        field(_("File"), 44, lambda line: first_file(files(line)), "link"),
        field(_("Files"), 9, lambda line: len(files(line)), "integer"),
        field(_("Version"), 9, lambda line: line.version, "integer"),
        field(_("Version note"), 30, lambda line: line.version_note),
        field(_("Added by"), 26, lambda line: line.added_by),
        restricted(),
        field(_("Identifier"), 38, lambda line: str(line.uid)),
    ]


def audit_fields(_content: Content) -> Columns:
    def overruled(line: Any) -> str:
        return "\n".join(f"{one.name}: {one.overruled}" for one in line.team if one.overruled)

    def said(name: str) -> Callable[[Any], Cell]:
        return lambda line: "\n".join(
            text if heading == PART_LABELS[name] else f"{heading}: {text}"
            for own, heading, text in line.said
            if own == name
        )

    def held(meeting: Meeting) -> Field:
        return field(
            str(meeting.label),
            40,
            lambda line: "\n".join(
                meeting_text(one) for one in line.meetings if one.meeting is meeting
            ),
        )

    return [
        field(_("Number"), 26, lambda line: line.number),
        field(_("Title"), 44, lambda line: line.title),
        field(_("Kind"), 22, lambda line: str(line.kind.label)),
        field(_("Unit"), 30, lambda line: line.unit),
        field(_("Standards"), 24, lambda line: line.editions),
        field(_("State"), 16, lambda line: str(line.state.label)),
        day(_("First day"), lambda line: line.planned_from),
        day(_("Last day"), lambda line: line.planned_until),
        day(_("Begun on"), lambda line: line.opened_on),
        day(_("Closed on"), lambda line: line.closed_on),
        field(_("Audit objectives"), 40, lambda line: line.objectives),
        field(_("Scope"), 44, lambda line: line.scope),
        field(_("Criteria"), 34, lambda line: line.criteria),
        field(_("Methods"), 34, lambda line: line.methods),
        field(_("Team leader"), 26, lambda line: line.lead),
        field(_("Further team"), 34, lambda line: line.others),
        field(_("Overruled"), 44, overruled),
        *map(held, Meeting),
        field(_("Lines"), 8, lambda line: line.lines, "integer"),
        field(_("Answered lines"), 10, lambda line: line.answered, "integer"),
        field(_("Results"), 34, lambda line: results_text(line.results, "\n")),
        field(_("Findings"), 26, lambda line: line.findings),
        field(
            _("What the auditee says to the findings"),
            44,
            lambda line: "\n".join(map(said_text, line.stances)),
        ),
        field(_("Issue of the report"), 10, lambda line: line.issue, "integer"),
        yes_no(_("Report signed"), 12, lambda line: line.is_signed),
        field(_("Why there is a new issue"), 30, lambda line: line.correction_reason),
        field(_("Signatures"), 40, lambda line: "\n".join(line.signatures)),
        *(field(str(title), 40, said(name)) for name, title in PART_LABELS.items()),
        field(_("Certification body"), 30, lambda line: line.body),
        field(_("Number given by the body"), 20, lambda line: line.body_reference),
        field(_("Planned or recorded by"), 26, lambda line: line.planned_by),
        restricted(),
        field(_("Identifier"), 38, lambda line: str(line.uid)),
    ]


def checklist_fields(_content: Content) -> Columns:
    def result(line: Any) -> str:
        if line.answer:
            return str(line.answer.label)
        return _("Open") if line.is_asked else _("Not asked")

    return [
        field(_("Audit"), 26, lambda line: line.audit),
        field(_("No."), 7, lambda line: line.number, "integer"),
        field(_("Section"), 34, lambda line: line.section),
        field(_("Clauses"), 34, lambda line: line.clauses),
        field(_("Question"), 60, lambda line: line.question),
        field(_("What to ask to see"), 40, lambda line: line.hint),
        field(_("Method"), 22, lambda line: ", ".join(str(one.label) for one in line.methods)),
        field(_("Result"), 22, result),
        field(_("Another result under"), 34, lambda line: line.verdicts),
        field(_("What was seen"), 50, lambda line: line.seen),
        field(_("Reason"), 34, lambda line: line.reason),
        field(_("Sampled from"), 30, lambda line: line.drawn_from),
        field(_("There are"), 11, lambda line: line.population, "integer"),
        field(_("Looked at"), 11, lambda line: line.size, "integer"),
        field(_("Which"), 30, lambda line: line.items),
        field(_("Findings"), 26, lambda line: line.findings),
        field(_("Answered by"), 26, lambda line: line.answered_by),
        day(_("Answered on"), lambda line: line.answered_on),
        field(_("Identifier"), 38, lambda line: str(line.uid)),
    ]


def finding_fields(_content: Content) -> Columns:
    return [
        field(_("Number"), 26, lambda line: line.number),
        field(_("Unit"), 30, lambda line: line.unit),
        day(_("Found on"), lambda line: line.found_on),
        field(_("Grade"), 22, lambda line: str(line.grade.label)),
        field(_("State"), 18, lambda line: str(line.state.label)),
        yes_no(_("Open"), 10, lambda line: line.is_open),
        yes_no(_("Overdue"), 11, lambda line: line.is_overdue),
        field(_("Clauses"), 34, lambda line: line.clauses),
        field(_("Deviation"), 60, lambda line: line.deviation),
        field(_("Requirement"), 44, lambda line: line.requirement),
        field(_("What was seen"), 44, lambda line: line.seen),
        field(_("Source"), 20, lambda line: str(line.source.label)),
        field(_("Which audit, complaint or meeting"), 28, lambda line: line.source_note),
        field(_("Place or process"), 24, lambda line: line.place),
        day(_("Answer due"), lambda line: line.reply_due_on),
        day(_("Due on"), lambda line: line.due_on),
        day(_("Closed on"), lambda line: line.closed_on),
        field(_("Round"), 10, lambda line: line.round, "integer"),
        field(_("Immediate correction"), 40, lambda line: line.correction),
        field(_("Cause"), 40, lambda line: line.cause),
        field(_("Effectiveness"), 30, lambda line: line.effectiveness),
        field(_("Actions"), 26, lambda line: line.actions),
        field(_("Evidence"), 34, lambda line: line.evidence),
        field(_("Raised by"), 26, lambda line: line.raised_by),
        restricted(),
        field(_("External number"), 20, lambda line: line.external_number),
        yes_no(_("Imported"), 12, lambda line: line.is_imported),
        field(_("Identifier"), 38, lambda line: str(line.uid)),
    ]


def step_fields(_content: Content) -> Columns:
    return [
        field(_("Finding"), 26, lambda line: line.finding),
        field(_("Round"), 10, lambda line: line.round, "integer"),
        field(_("Step"), 26, lambda line: str(line.kind.label)),
        field(_("What was said"), 70, lambda line: line.text),
        field(_("Result"), 16, lambda line: str(line.result.label)),
        field(_("Person"), 28, lambda line: line.person),
        day(_("Day"), lambda line: line.on),
    ]


def action_fields(_content: Content) -> Columns:
    return [
        field(_("Number"), 26, lambda line: line.number),
        field(_("Action"), 54, lambda line: line.what),
        field(_("Kind"), 20, lambda line: str(line.kind.label)),
        field(_("Unit"), 30, lambda line: line.unit),
        field(_("Owner"), 28, lambda line: line.owner),
        day(_("Due on"), lambda line: line.due_on),
        field(_("State"), 20, lambda line: str(line.state.label)),
        yes_no(_("Overdue"), 11, lambda line: line.is_overdue),
        day(_("Done on"), lambda line: line.done_on),
        field(_("Done by"), 26, lambda line: line.done_by),
        field(_("What was done"), 44, lambda line: line.done_note),
        day(_("Verified on"), lambda line: line.verified_on),
        field(_("Verified by"), 26, lambda line: line.verified_by),
        field(_("Verification note"), 40, lambda line: line.verified_note),
        field(_("Planned cost"), 18, lambda line: line.cost_planned, "rupiah"),
        field(_("Spent"), 18, lambda line: line.cost_spent, "rupiah"),
        field(_("Budget code"), 24, lambda line: line.budget_code),
        field(_("Findings"), 26, lambda line: line.findings),
        field(_("Evidence"), 34, lambda line: line.evidence),
        restricted(),
        yes_no(_("Imported"), 12, lambda line: line.is_imported),
        field(_("Identifier"), 38, lambda line: str(line.uid)),
    ]


def certificate_fields(_content: Content) -> Columns:
    """One row per certificate; what happened to it stands in one cell, line by line."""

    def story(line: Any) -> str:
        rows = [
            f"{dates.short_day(event.on)}: {event.kind.label}"
            + (f" ({event.note})" if event.note else "")
            for event in line.events
        ]
        return "\n".join(rows)

    return [
        field(_("Unit"), 30, lambda line: line.unit),
        field(_("Standard"), 18, lambda line: line.edition),
        field(_("Number"), 22, lambda line: line.number),
        field(_("Certification body"), 30, lambda line: line.body),
        field(_("Accreditation"), 22, lambda line: line.accreditation),
        field(_("State"), 16, lambda line: str(line.state.label)),
        day(_("Valid until"), lambda line: line.valid_until),
        field(_("Next step"), 28, lambda line: line.next_step),
        day(_("By the day"), lambda line: line.next_by),
        field(_("Scope"), 50, lambda line: line.scope),
        field(_("Further units"), 34, lambda line: line.further_units),
        field(_("Services"), 34, lambda line: line.services),
        field(_("What happened"), 44, story),
        field(_("Note"), 34, lambda line: line.note),
        field(_("Identifier"), 38, lambda line: str(line.uid)),
    ]


def scope_fields(_content: Content) -> Columns:
    """One row per unit and standard; what does not apply stands in one cell, line by line."""

    def left_out(line: Any) -> str:
        return "\n".join(f"{clause.number}: {reason}" for clause, reason in line.exclusions)

    return [
        field(_("Unit"), 34, lambda line: line.unit),
        field(_("Standard"), 18, lambda line: line.edition),
        day(_("Since"), lambda line: line.from_on),
        field(_("Scope"), 70, lambda line: line.statement),
        field(_("Services"), 40, lambda line: "\n".join(line.services)),
        field(_("Clauses that do not apply, and why"), 60, left_out),
    ]


def file_fields(_content: Content) -> Columns:
    return [
        field(_("Folder"), 60, lambda file: file.path.rpartition("/")[0]),
        field(_("File"), 90, lambda file: Link(file.path.rpartition("/")[2], file.path), "link"),
        field(_("Name when it was filed"), 36, lambda file: file.name),
        field(_("Size in bytes"), 14, lambda file: file.size, "integer"),
        field("SHA-256", 68, lambda file: file.sha256),
    ]
