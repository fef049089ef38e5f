"""The customary form of a finding in Word (LKS/PTK): what the auditor found, what the unit
answered, round by round, what was verified, and places to sign. What is not known is dotted."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from qms.core import clock, dates
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.findings.causes import chains_of
from qms.findings.checks import answered_checks
from qms.findings.models import Finding, FindingStep, StepKind, StepResult, UnitCheck
from qms.findings.rules import give_rules, rule_of
from qms.findings.showing import cost_text, documents_text, extent_of, source_of
from qms.findings.statement import NONCONFORMITIES
from qms.office.blocks import (
    Block,
    Column,
    Facts,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Signatures,
    Table,
)
from qms.people.models import Appointment, Person
from qms.people.posts import Posts
from qms.people.queries import heads_on
from qms.people.rights import sight_of
from qms.standards.queries import cited_text, in_clause_order
from qms.units.letterheads import letterhead_of
from qms.units.tree import Tree

DOTS = "…" * 30
MOST_FORMS = 50
"""Forms in one file: a page of the register."""
ROWS_BY_HAND = 3
"""Empty rows where no action is planned yet."""


class Forms:
    """The forms of some findings, as one person may see them. A few queries for all of them."""

    def __init__(self, findings: Sequence[Finding], person: Person) -> None:
        self.findings, self.person, self.tree = findings, person, person.rights.tree
        day = person.district.today
        people = {one.raised_by_id for one in findings}
        people |= {step.person_id for one in findings for step in one.steps}
        self.posts = Posts(people - {None}, day)  # type: ignore[arg-type]
        self.heads = heads_on({one.unit_id for one in findings}, day)
        self.letterheads: dict[int, Letterhead] = {}
        give_rules(findings)
        self.checks = answered_checks([one.id for one in findings])

    def blocks(self) -> Iterator[Block]:
        """Each on pages of its own."""
        for n, finding in enumerate(self.findings):
            if n:
                yield PageBreak()
            yield from self._form(finding)

    def _form(self, finding: Finding) -> Iterator[Block]:
        yield self._letterhead(finding)
        yield Heading(title_of(finding), 1, centred=True)
        yield Paragraph(_("Number: %(number)s", number=finding.number), "centred")
        if finding.access is AccessClass.RESTRICTED:
            yield Paragraph([Run(_("Restricted"), bold=True)], "centred")
        yield Facts(self._facts(finding))
        yield Heading(_("A. Finding, filled in by the auditor"), 2)
        yield Facts(_statement(finding))
        for change in finding.grade_changes:
            yield Paragraph(_regraded(change, self.person.district.timezone), "note")
        yield Signatures(
            [
                self._by(_("Auditor"), finding.raised_by),
                Signature(_("Auditee")),
                self._head(finding),
            ]
        )
        if said := _accepted(finding):
            yield Facts(said)
        if not (rule_of(finding).needs_response or finding.actions or finding.steps):
            return
        for number in range(1, finding.round + 1):
            yield from self._round(finding, number)
        if asked := self.checks.get(finding.id):
            yield _asked(asked, self.tree)
        if changed := documents_text(finding, self.person):
            yield Facts([(_("Documents that must change"), changed)])
        yield Facts(_end(finding))

    def _letterhead(self, finding: Finding) -> Letterhead:
        """Of the unit in which who raised it has a post."""
        unit_id = self.posts.unit_id(finding.raised_by_id) or self.tree.root.id
        if unit_id not in self.letterheads:
            self.letterheads[unit_id] = letterhead_of(self.tree, unit_id)
        return self.letterheads[unit_id]

    def _facts(self, finding: Finding) -> list[tuple[str, Any]]:
        clauses = in_clause_order(link.clause_id for link in finding.clauses)
        found = [
            (_("Unit"), self.tree[finding.unit_id].name),
            (_("Number in its own register"), finding.external_number),
            (_("Source"), source_of(finding)),
            (_("Standards and clauses"), cited_text(clauses) or DOTS),
            (_("Found on"), dates.long_day(finding.found_on)),
            (_("Grade"), str(finding.grade.label)),
            (_("Answer due"), finding.reply_due_on and dates.long_day(finding.reply_due_on)),
            (_("Closing due"), finding.due_on and dates.long_day(finding.due_on)),
        ]
        return [(label, value) for label, value in found if value]

    def _round(self, finding: Finding, number: int) -> Iterator[Block]:
        counted = f" ({_in_round(number)})" if finding.round > 1 else ""
        yield Heading(_("B. Answer, filled in by the unit") + counted, 2)
        rule = rule_of(finding)
        kinds = [StepKind.CORRECTION, StepKind.CAUSE]
        if rule.needs(StepKind.EFFECTIVENESS) or finding.step(StepKind.CRITERION, number):
            kinds.append(StepKind.CRITERION)
        yield Facts([(str(kind.label), _said(finding.step(kind, number))) for kind in kinds])
        if chains := chains_of(finding.causes_of(number)):
            yield _whys(chains)
        if extent := extent_of(finding, number):
            reach = ". ".join(one for one in extent if one)
            yield Facts([(_("Did it happen elsewhere, too?"), reach)])
        yield from self._actions(finding, number)
        sent = finding.step(StepKind.PLAN, number)
        who, day = (sent.person, sent.on) if sent is not None else (None, None)
        signed = [self._by(_("Auditee"), who, day=day), self._head(finding)]
        approval = finding.step(StepKind.APPROVAL, number)
        if approval is not None or rule.needs(StepKind.APPROVAL):
            yield Facts([(str(StepKind.APPROVAL.label), _checked(approval))])
            signed.append(self._approved(approval))
        yield Signatures(signed)
        yield Heading(_("C. Verification, filled in by the auditor") + counted, 2)
        asked = [StepKind.VERIFICATION]
        if rule.needs(StepKind.EFFECTIVENESS):
            asked.append(StepKind.EFFECTIVENESS)
        checks = [(kind, finding.step(kind, number)) for kind in asked]
        told = [(str(kind.label), _checked(step)) for kind, step in checks]
        if number == finding.round and finding.effect_due_on is not None:
            told.insert(1, (_("Check of the effect due"), dates.long_day(finding.effect_due_on)))
        yield Facts(told)
        last = next((step for _kind, step in reversed(checks) if step is not None), None)
        who, day = (last.person, last.on) if last is not None else (None, None)
        yield Signatures([self._by(_("Verified by"), who, day=day)])

    def _actions(self, finding: Finding, number: int) -> Iterator[Block]:
        sight = sight_of(self.person)
        shown = [one for one in finding.actions_of(number) if sight.sees(one)]
        rows: list[list[Any]] = [
            [
                n,
                f"{one.what} ({one.number})",
                one.owner_name,
                None if one.due_missing else one.due_on,
                one.done_on,
                str(one.state.label),
            ]
            for n, one in enumerate(shown, start=1)
        ]
        yield Table(
            [
                Column(_("No."), 6, "integer"),
                Column(_("Corrective action"), 44),
                Column(_("Who"), 24),
                Column(_("Until"), 16, "date"),
                Column(_("Done on"), 16, "date"),
                Column(_("State"), 18),
            ],
            rows or [[n, "", "", None, None, ""] for n in range(1, ROWS_BY_HAND + 1)],
        )
        if cost := cost_text(shown):
            codes = dict.fromkeys(one.budget_code for one in shown if one.budget_code)
            yield Facts(
                [(_("Cost"), cost), *([(_("Budget code"), ", ".join(codes))] if codes else [])]
            )

    def _approved(self, approval: FindingStep | None) -> Signature:
        is_approved = approval is not None and approval.result is StepResult.ACCEPTED
        if approval is None or not is_approved:
            return Signature(_("Plan approved by"))
        return self._by(_("Plan approved by"), approval.person, day=approval.on)

    def _by(self, role: str, person: Person | None, *, day: date | None = None) -> Signature:
        if person is None:
            return Signature(role)
        return self.posts.signature(role, person, day=day)

    def _head(self, finding: Finding) -> Signature:
        held: Appointment | None = self.heads.get(finding.unit_id)
        if held is None:
            return Signature(_("Head of the unit"))
        return Signature(held.title, held.person.name, nip=held.nip or "", rank=held.rank or "")


def title_of(finding: Finding) -> str:
    """What such a form is called, by its grade."""
    if finding.grade in NONCONFORMITIES:
        return _("Nonconformity report and request for corrective action")
    return _("Finding sheet")


def _statement(finding: Finding) -> list[tuple[str, Any]]:
    wanted = finding.grade in NONCONFORMITIES
    told = [
        (_("Requirement"), finding.requirement),
        (_("Place or process"), finding.place),
        (_("Evidence seen"), finding.seen),
        (_("Deviation") if wanted else _("What was found"), finding.deviation),
    ]
    return [(label, text or DOTS) for label, text in told if text or wanted]


def _regraded(change: Any, timezone: str) -> str:
    return _(
        "Grade changed from %(before)s to %(after)s on %(day)s by %(who)s: %(reason)s",
        before=change.before.label,
        after=change.after.label,
        day=dates.long_day(clock.day_of(change.at, timezone)),
        who=change.person.name,
        reason=change.reason,
    )


def _whys(chains: list[tuple[str, list[str]]]) -> Table:
    """The chains of whys, one in each row; the last of a row is its root cause."""
    deepest = max(len(chain) for _branch, chain in chains)
    has_branches = any(branch for branch, _chain in chains)
    titles = [_("Branch")] if has_branches else []
    titles += [_("Why %(n)s", n=n) for n in range(1, deepest + 1)]
    rows = [
        [*([branch] if has_branches else []), *chain, *[""] * (deepest - len(chain))]
        for branch, chain in chains
    ]
    return Table([Column(title, 20) for title in titles], rows)


def _asked(checks: Sequence[UnitCheck], tree: Tree) -> Table:
    """What the other units answered that were asked whether it is so there, too."""
    rows: list[list[Any]] = [
        [
            tree[one.unit_id].name,
            str(one.result.label) if one.result else "",
            one.answer or "",
            one.answered_on,
        ]
        for one in checks
    ]
    columns = [
        Column(_("Unit"), 30),
        Column(_("Result"), 18),
        Column(_("Answer"), 44),
        Column(_("Answered on"), 16, "date"),
    ]
    return Table(columns, rows, _("Is it so elsewhere, too?"))


def _in_round(number: int) -> str:
    return _("round %(n)s", n=number)


def _accepted(finding: Finding) -> list[tuple[str, Any]]:
    """Whether the unit accepted it in the present round, and how a dispute was decided."""
    steps = [finding.step(kind) for kind in (StepKind.ACCEPTANCE, StepKind.RULING)]
    return [
        (str(step.kind.label), f"{_checked(step)} ({_who_and_when(step)})")
        for step in steps
        if step is not None
    ]


def _who_and_when(step: FindingStep) -> str:
    return ", ".join(
        part
        for part in (step.person and step.person.name, step.on and dates.long_day(step.on))
        if part
    )


def _said(step: FindingStep | None) -> str:
    return (step and step.text) or DOTS


def _checked(step: FindingStep | None) -> str:
    if step is None:
        return DOTS
    result = str(step.result.label) if step.result is not StepResult.RECORDED else ""
    return ": ".join(text for text in (result, step.text) if text) or DOTS


def _end(finding: Finding) -> list[tuple[str, Any]]:
    closed = dates.long_day(finding.closed_on) if finding.closed_on else DOTS
    return [(_("State"), str(finding.state.label)), (_("Closed on"), closed)]
