"""The days by which a finding is answered, closed, and its effect looked at."""

from datetime import date

from qms.findings.models import Finding, FindingState
from qms.findings.rules import rule_of


def set_due_dates(finding: Finding, today: date) -> None:
    """Count from the day found; in a later round from today."""
    day = finding.found_on if finding.round == 1 else today
    rule = rule_of(finding)
    finding.due_on, finding.reply_due_on = rule.due_on(day), rule.reply_due_on(day)
    finding.first_due_on = finding.effect_due_on = None


def schedule_check(finding: Finding, today: date) -> None:
    """Say when the effect is looked at, counted from the day on which the last action of the round
    was verified. A finding cannot be closed before, so the closing is due no earlier than that; the
    date that it had stays beside it."""
    verified = [one.verified_on for one in finding.actions_of() if one.verified_on]
    finding.effect_due_on = day = rule_of(finding).effect_due_on(max(verified, default=today))
    if day is not None and finding.due_on is not None and finding.due_on < day:
        finding.first_due_on = finding.first_due_on or finding.due_on
        finding.due_on = day


def recount(finding: Finding, today: date) -> None:
    """Count all its days anew, by what holds for it now."""
    set_due_dates(finding, today)
    if finding.state is FindingState.VERIFIED:
        schedule_check(finding, today)
