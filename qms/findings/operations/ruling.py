"""Setting what a grade asks for."""

from collections.abc import Iterable, Mapping
from datetime import date

from qms.core import journal
from qms.core.db import db, same_rows
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.deadlines.models import Counting
from qms.findings.models import Grade, GradeRule, Source, StepKind
from qms.findings.permissions import may_set_rules
from qms.findings.rules import rows_of
from qms.people.models import Person

NO_EXCEPTIONS: Mapping[Source, tuple[int | None, int | None]] = {}


def set_grade_rule(
    grade: Grade,
    *,
    from_on: date,
    steps: Iterable[StepKind],
    reply_days: int | None,
    due_days: int | None,
    source: str,
    by: Person,
    counting: Counting = Counting.CALENDAR,
    by_source: Mapping[Source, tuple[int | None, int | None]] = NO_EXCEPTIONS,
    effect_days: int | None = None,
    seen: int | None = None,
) -> GradeRule:
    """What a grade asks for from a day on, with the source of the figures. Findings found earlier
    keep their dates. Whatever a grade asks for, somebody else verifies it. `by_source`: the days to
    answer and to close of findings from some sources. `effect_days` count from the day on which the
    last action was verified."""
    require(may_set_rules, by)
    _judge("reply_days", reply_days, due_days)
    for one, days in by_source.items():
        _judge(f"reply_days_{one.value}", *days)
    if not source.strip():
        message = _l("Say where the figures come from.")
        raise Invalid(message, source=message)
    rows = rows_of(by.district_id, grade)
    row = next((one for one in rows if one.from_on == from_on), None)
    same_rows(rows, seen, row)
    if row is None:
        row = GradeRule(district_id=by.district_id, grade=grade, from_on=from_on)
        db.session.add(row)
    wanted = set(steps)
    if wanted:
        wanted.add(StepKind.VERIFICATION)
    row.steps = [kind.value for kind in StepKind if kind in wanted]
    row.reply_days, row.due_days, row.source = reply_days, due_days, source.strip()
    row.counting = counting
    row.by_source = {one.value: list(days) for one, days in by_source.items()} or None
    row.effect_days = effect_days
    journal.write("set_grade_rule", row, by=by)
    return row


def _judge(field: str, reply_days: int | None, due_days: int | None) -> None:
    if reply_days is not None and due_days is not None and reply_days > due_days:
        message = _l("The answer cannot be due after the closing.")
        raise Invalid(message, **{field: message})
