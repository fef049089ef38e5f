"""Who may raise, answer, verify, close, cancel and reopen findings."""

from qms.actions.models import ActionState
from qms.actions.permissions import hats_of, may_check
from qms.findings.models import Finding, FindingState, Grade, StepKind, UnitCheck
from qms.findings.rules import rule_of
from qms.people.models import Person
from qms.people.permissions import may_administer_district
from qms.people.rights import sight_of
from qms.people.roles import AUDITS, KEEPS, RAISES, WORKS, Role

HEADS = frozenset({Role.HEAD})
COORDINATES = frozenset({Role.COORDINATOR})
RESPONSE = frozenset({StepKind.CORRECTION, StepKind.CAUSE, StepKind.PLAN, StepKind.CRITERION})
"""The steps by which the unit answers."""


def _sees(person: Person, finding: Finding) -> bool:
    return sight_of(person).sees(finding)


def may_raise(person: Person, unit_id: int) -> bool:
    """Raise a finding in a unit: auditors, who keeps or heads it, the secretariat, the
    anti-bribery function."""
    return person.holds(RAISES, unit_id)


def may_raise_somewhere(person: Person, *_: object) -> bool:
    """Raise a finding in at least one unit."""
    return person.rights.hold_anywhere(RAISES)


def may_edit(person: Person, finding: Finding) -> bool:
    """Correct the statement before it is answered: who raised it, or an auditor of the unit. What
    an imported record did not say may be filled in by who keeps the unit's system."""
    if not _sees(person, finding) or not finding.is_open:
        return False
    if finding.is_imported and person.holds(KEEPS, finding.unit_id):
        return True
    if finding.state is not FindingState.RAISED:
        return False
    raised = finding.raised_by_id == person.id and may_raise(person, finding.unit_id)
    return raised or person.holds(AUDITS, finding.unit_id)


def may_work_on(person: Person, finding: Finding) -> bool:
    """Write the response of the unit: who works there."""
    return _sees(person, finding) and person.holds(WORKS, finding.unit_id)


def may_add_evidence(person: Person, finding: Finding) -> bool:
    """Put evidence beside a finding: who works in the unit or raises findings there."""
    return _sees(person, finding) and person.holds(WORKS | RAISES, finding.unit_id)


def may_answer(person: Person, finding: Finding) -> bool:
    """Answer a finding: who works in the unit. A strength needs no answer."""
    return finding.grade is not Grade.STRENGTH and may_work_on(person, finding)


def may_name_documents(person: Person, finding: Finding) -> bool:
    """Say which documents must change before it is closed, or that one need not: who answers it,
    raises findings in the unit or may verify it."""
    if not finding.is_open or not _sees(person, finding):
        return False
    return person.holds(WORKS | RAISES, finding.unit_id) or may_check(person, finding.unit_id)


def may_send(person: Person, finding: Finding) -> bool:
    """Send an answer whose plan nobody has to approve."""
    return not rule_of(finding).needs(StepKind.APPROVAL) and may_answer(person, finding)


def may_submit(person: Person, finding: Finding) -> bool:
    """Send an answer whose plan somebody else approves."""
    return rule_of(finding).needs(StepKind.APPROVAL) and may_answer(person, finding)


def may_dispute(person: Person, finding: Finding) -> bool:
    """Not accept a finding: who answers it, where its grade asks whether the unit accepts it."""
    return rule_of(finding).needs(StepKind.ACCEPTANCE) and may_answer(person, finding)


def may_note_stance(person: Person, finding: Finding) -> bool:
    """Take down whether the auditee accepted it on the spot: who sees it. Whether that may be taken
    down was asked in the audit."""
    return rule_of(finding).needs(StepKind.ACCEPTANCE) and _sees(person, finding)


def may_rule(person: Person, finding: Finding) -> bool:
    """Decide a dispute: who led the audit from which the finding came, or a coordinator; without
    an audit whoever may verify. Never who raised the finding, nor who found it not effective when
    that is what the round began with, nor anybody who acts for such a person."""
    if not may_verify(person, finding):
        return False
    people = hats_of(person).people
    judged = finding.step(StepKind.EFFECTIVENESS, finding.round - 1) if finding.round > 1 else None
    if finding.raised_by_id in people or (judged and judged.person_id in people):
        return False
    if finding.lead_auditor_id is None:
        return True
    return finding.lead_auditor_id == person.id or person.holds(COORDINATES, finding.unit_id)


def may_approve_plan(person: Person, finding: Finding) -> bool:
    """Approve a plan or send it back: who may check the unit, or its head; never who wrote a part
    of the answer or owns an action of it, nor anybody who acts for such a person."""
    return (
        _sees(person, finding)
        and (may_check(person, finding.unit_id) or person.holds(HEADS, finding.unit_id))
        and not is_involved(person, finding)
    )


def may_ask_units(person: Person, finding: Finding) -> bool:
    """Ask other units whether it is so there, too: who keeps the unit's system or audits it."""
    return (
        finding.is_open and _sees(person, finding) and person.holds(KEEPS | AUDITS, finding.unit_id)
    )


def may_answer_check(person: Person, check: UnitCheck) -> bool:
    """Answer for a unit that is asked: who works there."""
    return person.holds(WORKS, check.unit_id)


def may_acknowledge(person: Person, finding: Finding) -> bool:
    """Take note of a finding that needs no response, and close it: who works in the unit, or who
    may check it."""
    if rule_of(finding).needs_response or not _sees(person, finding):
        return False
    return person.holds(WORKS, finding.unit_id) or may_check(person, finding.unit_id)


def is_involved(person: Person, finding: Finding) -> bool:
    """Whether the person, or somebody who counts as one with them, owns or did an action of the
    finding or ever wrote a part of its answer. Who did it does not verify it, though it was
    cancelled or sent back afterwards: the work was theirs. Of a cancelled action that nobody did
    the owner is free: there is no work to judge."""
    hats = hats_of(person)
    if not hats.people.isdisjoint(finding.answered_by_ids or ()):
        return True
    if any(step.person_id in hats.people for step in finding.steps if step.kind in RESPONSE):
        return True
    return any(
        hats.did(link.action)
        or (hats.owns(link.action) and link.action.state is not ActionState.CANCELLED)
        for link in finding.actions
    )


def may_verify(person: Person, finding: Finding) -> bool:
    """Send an answer back, verify, judge the effect: an auditor of the unit, or a quality officer
    by a grant above or beside it; never who owns or did an action of the finding or answered it,
    nor anybody who acts for such a person. Having raised it forbids nothing."""
    return (
        _sees(person, finding)
        and may_check(person, finding.unit_id)
        and not is_involved(person, finding)
    )


def may_prove_early(person: Person, finding: Finding) -> bool:
    """Find it effective before the day on which that is to be seen, with a reason."""
    return finding.waits_for_effect(person.district.today) and may_verify(person, finding)


def may_verify_actions(person: Person, finding: Finding) -> bool:
    """Verify all actions of a finding whose effect must then be proven."""
    return rule_of(finding).needs(StepKind.EFFECTIVENESS) and may_verify(person, finding)


def may_verify_and_close(person: Person, finding: Finding) -> bool:
    """Verify and close at once, where the grade asks for no proof of effect."""
    return not rule_of(finding).needs(StepKind.EFFECTIVENESS) and may_verify(person, finding)


def may_cancel(person: Person, finding: Finding) -> bool:
    """Cancel it: who raised it, or who may verify it. The unit cannot cancel what others found.
    While it is disputed, only who decides that."""
    if not _sees(person, finding):
        return False
    if finding.state is FindingState.DISPUTED:
        return may_rule(person, finding)
    raised = finding.raised_by_id == person.id and may_raise(person, finding.unit_id)
    return raised or may_verify(person, finding)


def may_reopen(person: Person, finding: Finding) -> bool:
    """Open it again: whoever may raise findings in the unit."""
    return _sees(person, finding) and may_raise(person, finding.unit_id)


def may_change_grade(person: Person, finding: Finding) -> bool:
    """Change the grade: who may check the unit and is not involved; or who raised it, as long as
    nothing was answered. While it is disputed, only who decides that."""
    if not _sees(person, finding) or not finding.is_open:
        return False
    if finding.state is FindingState.DISPUTED:
        return may_rule(person, finding)
    if finding.raised_by_id == person.id and may_raise(person, finding.unit_id):
        if finding.state is FindingState.RAISED and not finding.steps:
            return True
    return may_verify(person, finding)


def may_import(person: Person, finding: Finding) -> bool:
    """Take over what a corrected file says about a record from before this system."""
    return (
        finding.is_imported and _sees(person, finding) and may_import_into(person, finding.unit_id)
    )


def may_import_into(person: Person, unit_id: int) -> bool:
    """Bring in findings from before this system."""
    return person.holds(KEEPS, unit_id)


def may_set_rules(person: Person, *_: object) -> bool:
    """Set what grades ask for: who administers the whole district."""
    return may_administer_district(person)
