"""What each grade asks for."""

from datetime import date, timedelta
from itertools import chain
from typing import Any

from flask import flash, render_template, request, url_for

from qms.core import dates
from qms.core.db import version_of
from qms.core.errors import Invalid, Missing
from qms.core.forms import told_by
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me
from qms.deadlines.models import Counting
from qms.deadlines.queries import years_without_holidays
from qms.findings import operations
from qms.findings.forms import RuleForm
from qms.findings.models import Grade, Source, StepKind
from qms.findings.permissions import may_set_rules
from qms.findings.routes.blueprint import bp
from qms.findings.rules import Rule, rows_of, rules_on


@bp.get("/findings/rules")
def rules() -> Any:
    """What each grade asks for today."""
    person = me()
    require(may_set_rules, person)
    found, today = rules_on(person.district_id, person.district.today), person.district.today
    return render_template(
        "findings/rules.html",
        rules=[(rule, url_for("findings.rule", grade=rule.grade.value)) for rule in found],
        unknown_years=_unknown_years(found, person.district_id, today),
        holidays_url=url_for("deadlines.index"),
    )


def _unknown_years(rules: list[Rule], district_id: int, today: date) -> list[int]:
    """The years into which working days are counted from today on and of which no holiday is
    known."""
    days = [
        one
        for rule in rules
        if rule.counting is Counting.WORKING
        for one in (rule.due_days, rule.reply_days, *chain(*rule.by_source.values()))
    ]
    longest = max((one or 0 for one in days), default=0)
    if not longest:
        return []
    # Seven days for five working days, and some holidays.
    last = today + timedelta(days=longest * 7 // 5 + 14)
    return years_without_holidays(district_id, today, last)


@bp.route("/findings/rules/<grade>", methods=["GET", "POST"])
def rule(grade: str) -> Any:
    """Set what a grade asks for from a day on."""
    person = me()
    require(may_set_rules, person)
    if grade not in list(Grade):
        raise Missing(_("There is no such grade."))
    chosen = Grade(grade)
    today = person.district.today
    now = next(one for one in rules_on(person.district_id, today) if one.grade is chosen)
    form = RuleForm()
    if request.method == "GET":
        form.version.data = version_of(rows_of(person.district_id, chosen))
        form.from_on.data, form.steps.data = today, [kind.value for kind in now.steps]
        form.reply_days.data, form.due_days.data = now.reply_days, now.due_days
        form.effect_days.data = now.effect_days
        form.source.data = now.source if now.from_on else None
        form.counting.data = now.counting.value
        form.show_sources(now.by_source)
    if form.validate_on_submit():
        try:
            operations.set_grade_rule(
                chosen,
                from_on=form.from_on.data,
                steps=map(StepKind, form.steps.data or []),
                reply_days=form.reply_days.data,
                due_days=form.due_days.data,
                counting=Counting(form.counting.data),
                by_source=form.by_source,
                effect_days=form.effect_days.data,
                source=form.source.data or "",
                by=person,
                seen=form.version.data,
            )
        except Invalid as problem:
            told_by(problem, form)
        else:
            flash(
                _("The rule holds from %(day)s on.", day=dates.long_day(form.from_on.data)),
                "success",
            )
            return done("findings.rules")
    page = render_template(
        "findings/rule.html",
        form=form,
        grade=chosen,
        sources=[
            (one.label, form[f"reply_days_{one.value}"], form[f"due_days_{one.value}"])
            for one in Source
        ],
        has_sources=bool(form.by_source)
        or any(form[name].errors for name in form.errors if name.partition("_days_")[2]),
    )
    return page, 422 if form.errors else 200
