"""What each grade asks for: steps of the response, days to answer, to close, to prove the effect.

The figures ship as a proposal that says so. A district sets its own from a day on (`GradeRule`); a
finding follows the rule of the day on which it was found, with the days of the source from which
it comes. Days are calendar days, or working days of the finding's unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from qms.core import clock
from qms.core.db import db
from qms.deadlines.models import Counting
from qms.deadlines.queries import working_day_after
from qms.findings.models import IN_RULES, Finding, Grade, GradeRule, Source, StepKind
from qms.units.models import District

PROPOSAL = "own knowledge, unverified; editable"
"""The shipped figures are usual practice, from no regulation: major 30, minor 60, opportunity 90
days, first reply 14; the effect is looked at 90 days (minor: 60) after the last action was
verified."""

WHOLE = IN_RULES
SHORT = (StepKind.ACCEPTANCE, StepKind.CORRECTION, StepKind.ACTIONS, StepKind.VERIFICATION)


@dataclass(frozen=True)
class Rule:
    """The rule of a grade on a day. `from_on` None: the shipped proposal."""

    grade: Grade
    steps: tuple[StepKind, ...]
    reply_days: int | None
    due_days: int | None
    effect_days: int | None = None
    source: str = PROPOSAL
    from_on: date | None = None
    counting: Counting = Counting.CALENDAR
    by_source: Mapping[Source, tuple[int | None, int | None]] = field(default_factory=dict)
    """Days to answer and to close of findings from some sources."""
    place: tuple[int, int] | None = None
    """District and unit whose working days count."""
    body: tuple[date | None, date | None] = (None, None)
    """Until when a certification body wants the plan and the closing: nothing is due later."""

    def at(self, district_id: int, unit_id: int, source: Source) -> "Rule":
        """The rule of a unit's findings from a source."""
        reply_days, due_days = self.by_source.get(source, (self.reply_days, self.due_days))
        place = (district_id, unit_id)
        return replace(self, reply_days=reply_days, due_days=due_days, place=place)

    def needs(self, kind: StepKind) -> bool:
        return kind in self.steps

    @property
    def needs_response(self) -> bool:
        return bool(self.steps)

    def due_on(self, day: date) -> date | None:
        """Until when a finding must be closed, counted from a day."""
        return _earliest(self._after(day, self.due_days), self.body[1])

    def reply_due_on(self, day: date) -> date | None:
        """Until when the unit must have answered, counted from a day."""
        return _earliest(self._after(day, self.reply_days), *self.body)

    def _after(self, day: date, days: int | None) -> date | None:
        if days is None or self.counting is Counting.CALENDAR or self.place is None:
            return None if days is None else clock.days_after(day, days)
        district_id, unit_id = self.place
        return working_day_after(db.session.get_one(District, district_id), unit_id, day, days)

    def effect_due_on(self, day: date) -> date | None:
        """When the effect is to be looked at, counted from the last verification of an action; not
        after the day on which a body wants it closed."""
        if self.effect_days is None or not self.needs(StepKind.EFFECTIVENESS):
            return None
        return max(day, _earliest(clock.days_after(day, self.effect_days), self.body[1]) or day)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


DEFAULTS = {
    Grade.MAJOR: Rule(Grade.MAJOR, WHOLE, 14, 30, 90),
    Grade.MINOR: Rule(Grade.MINOR, WHOLE, 14, 60, 60),
    Grade.OBSERVATION: Rule(Grade.OBSERVATION, SHORT, 14, 60),
    Grade.OPPORTUNITY: Rule(Grade.OPPORTUNITY, (), None, 90),
    Grade.STRENGTH: Rule(Grade.STRENGTH, (), None, None),
}


def rows_of(district_id: int, grade: Grade) -> list[GradeRule]:
    """What the district ever set for a grade, by the day from which it holds."""
    return list(
        db.session.scalars(
            select(GradeRule)
            .where(GradeRule.district_id == district_id, GradeRule.grade == grade)
            .order_by(GradeRule.from_on)
        )
    )


def rule_on(district_id: int, grade: Grade, day: date) -> Rule:
    """The rule of a grade on a day: the district's newest up to then, else the proposal."""
    row = db.session.scalar(
        select(GradeRule)
        .where(
            GradeRule.district_id == district_id,
            GradeRule.grade == grade,
            GradeRule.from_on <= day,
        )
        .order_by(GradeRule.from_on.desc())
        .limit(1)
    )
    return DEFAULTS[grade] if row is None else read(row)


def read(row: GradeRule) -> Rule:
    """A district's own rule as a value."""
    return replace(
        DEFAULTS[row.grade],
        steps=tuple(kind for kind in StepKind if kind.value in row.steps),
        reply_days=row.reply_days,
        due_days=row.due_days,
        effect_days=row.effect_days,
        source=row.source,
        from_on=row.from_on,
        counting=row.counting,
        by_source={
            Source(name): (reply_days, due_days)
            for name, (reply_days, due_days) in (row.by_source or {}).items()
        },
    )


def rules_on(district_id: int, day: date) -> list[Rule]:
    """The rules of all grades on a day. One query."""
    newest = dict(DEFAULTS)
    for row in db.session.scalars(
        select(GradeRule)
        .where(GradeRule.district_id == district_id, GradeRule.from_on <= day)
        .order_by(GradeRule.from_on)
    ):
        newest[row.grade] = read(row)
    return [newest[grade] for grade in Grade]


def give_rules(findings: Sequence[Finding]) -> None:
    """Have the rules of several findings of a district ready for `rule_of`. One query."""
    rows: dict[Grade, list[GradeRule]] = {}
    for row in db.session.scalars(
        select(GradeRule)
        .where(GradeRule.district_id.in_({one.district_id for one in findings}))
        .order_by(GradeRule.from_on)
    ):
        rows.setdefault(row.grade, []).append(row)
    for one in findings:
        held = [row for row in rows.get(one.grade, []) if row.from_on <= one.found_on]
        one.__dict__["rule"] = read(held[-1]) if held else DEFAULTS[one.grade]


def _of(finding: Finding, rule: Rule) -> Rule:
    found = rule.at(finding.district_id, finding.unit_id, finding.source)
    if finding.round > 1:  # what a body asked for was asked of the first answer
        return found
    return replace(found, body=(finding.body_plan_due_on, finding.body_due_on))


def rule_of(finding: Finding) -> Rule:
    """The rule that a finding follows; read once for each grade it has while it is loaded."""
    kept: Rule | None = finding.__dict__.get("rule")
    if kept is None or kept.grade is not finding.grade:
        kept = rule_on(finding.district_id, finding.grade, finding.found_on)
        finding.__dict__["rule"] = kept
    return _of(finding, kept)


def accepts_by_answering(finding: Finding) -> bool:
    """Whether who sends the answer says with it that the unit accepts the finding: it was asked,
    and has said nothing yet."""
    asked = rule_of(finding).needs(StepKind.ACCEPTANCE)
    return asked and finding.step(StepKind.ACCEPTANCE) is None
